"""Base movement: churn on sets of people, changes with the interval a bootstrap over customers gives."""

from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from retention_utils.errors import TableError
from retention_utils.mart import open_mart
from retention_utils.period_tables import customer_periods
from retention_utils.period_tables import movements as count_movements
from retention_utils.periods import calendar_to, parse_period
from retention_utils.pulse import base_change, base_movement, churn_change, ratio_change

ROOT = Path(__file__).parents[1]


def calendar(*keys: str) -> pd.DataFrame:
    periods = [parse_period(key) for key in keys]
    first_days = pd.to_datetime([period.start for period in periods])
    return pd.DataFrame({"period_number": range(len(keys)), "period": keys, "first_day": first_days})


def movements(*rows: dict) -> pd.DataFrame:
    blank = dict.fromkeys(
        [
            "active_start",
            "new",
            "reactivated",
            "lapsed",
            "active_end",
            "joined",
            "buyers",
            "orders",
            "purchase_days",
        ],
        0,
    )
    return pd.DataFrame(
        [{"period_number": number, **blank, "amount": 0.0, **row} for number, row in enumerate(rows)]
    )


def moved(*rows: dict, start: date = date(2023, 1, 1), gap_days: int = 30, **options) -> pd.DataFrame:
    keys = ["2024-01", "2024-02", "2024-03", "2024-04"][: len(rows)]
    return base_movement(movements(*rows), calendar(*keys), history_start=start, gap_days=gap_days, **options)


def purchases(*rows: tuple[str, date]) -> ibis.Table:
    log = pd.DataFrame(rows, columns=["customer_id", "day"]).sort_values(["customer_id", "day"])
    days = log.groupby("customer_id")["day"]
    log = log.assign(
        order_rank=days.cumcount() + 1,
        first_day=days.transform("min"),
        next_day=days.shift(-1),
        orders=1,
        amount=10.0,
    )
    schema = {"customer_id": "string", "day": "date", "order_rank": "int32", "first_day": "date"}
    schema |= {"next_day": "date", "orders": "int64", "amount": "decimal(18, 2)"}
    return ibis.memtable(
        log[list(schema)].astype(object).where(log[list(schema)].notna(), None), schema=schema
    )


def test_same_month_different_answers_and_this_one_is_the_set_based():
    """Start 100; 11 fall silent, 1 of them returns; 30 join, 1 of them falls silent: 10.0 per cent.

    On the same events Baremetrics gives 12.0, Stripe 9.2, ProfitWell and 1 - (E - N) / S 11.0.
    """
    june = date(2024, 6, 1)
    rows = [(f"old{n}", june - timedelta(days=5)) for n in range(100)]
    rows += [(f"old{n}", june + timedelta(days=day)) for n in range(89) for day in (4, 12, 20, 28)]
    rows += [("old89", june + timedelta(days=28))]  # silent for 33 days, then back; old90 to old99 stay away
    rows += [(f"new{n}", june + timedelta(days=25)) for n in range(29)]
    rows += [("early", june + timedelta(days=1))]  # joins on 2 June and is silent for longer than 10 days
    months = calendar_to(parse_period("2024-06"), date(2024, 5, 1))
    bought = customer_periods(purchases(*rows), calendar=months, gap_days=10)
    counted = count_movements(bought, periods=len(months)).to_pandas()
    names = calendar(*[period.key for period in months])
    got = base_movement(counted, names, history_start=date(2024, 5, 1), gap_days=10).iloc[-1]
    assert (got["active_start"], got["lapsed"], got["retained"]) == (100, 10, 90)
    assert (got["joined"], got["new"], got["early_lapsed"], got["reactivated"]) == (30, 29, 1, 0)
    assert got["active_end"] == 90 + 29
    assert got["churn"] == pytest.approx(0.100)


def test_a_period_by_hand():
    # 200 active, 20 lapse, 30 new, 5 come back. 33 joined, so 3 lapsed within the period. 90 orders, 60 buyers.
    got = moved(
        {"active_start": 200, "new": 30, "reactivated": 5, "lapsed": 20, "active_end": 215, "joined": 33}
        | {"buyers": 60, "orders": 90, "purchase_days": 80, "amount": 1800.0}
    ).iloc[0]
    assert (got["retained"], got["early_lapsed"]) == (180, 3)
    assert (got["order_value"], got["orders_per_buyer"]) == (20.0, 1.5)
    assert got["churn"] == pytest.approx(0.10)
    # Wilson by hand: (0.1 + z^2/400 -+ z sqrt(0.1 * 0.9 / 200 + z^2/160000)) / (1 + z^2/200), z = 1.959964
    assert (got["low"], got["high"]) == (pytest.approx(0.0657, abs=5e-5), pytest.approx(0.1494, abs=5e-5))


@pytest.mark.parametrize(
    ("start", "gap_days", "measured"),
    [
        (date(2024, 1, 1), 31, [False, True, True]),  # 1 January + 31 days is 1 February
        (date(2024, 1, 1), 32, [False, False, True]),
        (date(2023, 12, 1), 31, [True, True, True]),
    ],
)
def test_churn_is_blank_until_the_log_is_a_whole_gap_old(start, gap_days, measured):
    rows = [{"active_start": 10, "lapsed": 1, "active_end": 9}] * 3
    got = moved(*rows, start=start, gap_days=gap_days)
    assert got["is_measured"].tolist() == measured
    assert got["churn"].notna().tolist() == measured
    assert got["low"].notna().tolist() == measured


def test_nobody_active_is_blank_and_never_zero():
    got = moved({"active_start": 0}).iloc[0]
    assert not got["is_measured"]
    assert np.isnan(
        [got["churn"], got["low"], got["high"], got["order_value"], got["orders_per_buyer"]]
    ).all()


def test_too_few_active_customers_have_counts_and_no_share():
    rows = [{"active_start": 19, "lapsed": 4, "active_end": 15}, {"active_start": 20, "lapsed": 5}]
    got = moved(*rows, min_customers=20)
    shares = ["churn", "low", "high"]
    assert got.loc[0, shares].isna().all()
    assert got.loc[0, ["active_start", "lapsed", "retained", "active_end"]].tolist() == [19, 4, 15, 15]
    assert got.loc[1, "churn"] == 0.25
    # Wilson by hand: (0.25 + z^2/40 -+ z sqrt(0.25 * 0.75 / 20 + z^2/1600)) / (1 + z^2/20), z = 1.959964
    assert got.loc[1, ["low", "high"]].tolist() == pytest.approx([0.1119, 0.4687], abs=5e-5)
    # The log is long enough: it is people that are lacking.
    assert got["is_measured"].tolist() == [True, True]
    assert moved(*rows)["churn"].tolist() == pytest.approx([4 / 19, 0.25])


def test_periods_come_in_time_order_whatever_the_order_of_the_table():
    rows = movements({"active_start": 1, "active_end": 1}, {"active_start": 2, "active_end": 2})
    got = base_movement(
        rows.iloc[::-1], calendar("2024-01", "2024-02"), history_start=date(2023, 1, 1), gap_days=30
    )
    assert got["period"].tolist() == ["2024-01", "2024-02"]
    assert got["active_start"].tolist() == [1, 2]


def test_churn_change_is_newcombes_example():
    # Newcombe (1998), method 10: 56/70 against 48/80 is +0.2000, 0.0524 to 0.3339.
    got = churn_change(moved({"active_start": 80, "lapsed": 48}, {"active_start": 70, "lapsed": 56}))
    assert (got.period, got.previous_period) == ("2024-02", "2024-01")
    assert (got.active_start, got.lapsed) == (70, 56)
    assert (got.churn, got.previous_churn) == (pytest.approx(0.80), pytest.approx(0.60))
    assert got.difference == pytest.approx(0.20)
    assert (got.difference_low, got.difference_high) == (
        pytest.approx(0.0524, abs=5e-5),
        pytest.approx(0.3339, abs=5e-5),
    )


def test_churn_needs_two_measured_periods_to_be_compared():
    one = {"active_start": 80, "lapsed": 48}
    assert churn_change(moved(one)) is None
    assert churn_change(moved(one, one, start=date(2024, 1, 1), gap_days=31)) is None
    assert churn_change(moved({"active_start": 0}, one)) is None
    assert churn_change(moved(one, one)) is not None


@pytest.mark.parametrize("few", [0, 1])
def test_churn_is_not_compared_where_either_period_has_too_few(few):
    rows = [{"active_start": 80, "lapsed": 48}, {"active_start": 80, "lapsed": 48}]
    rows[few] = {"active_start": 19, "lapsed": 4}
    assert churn_change(moved(*rows, min_customers=20)) is None
    assert churn_change(moved(*rows, min_customers=19)) is not None
    # The base itself is counted, not estimated from a share: it can still be compared.
    assert base_change(moved(*rows, min_customers=20)).is_measured


def test_base_change_by_hand():
    # 586 lapse, 417 come back: 1.959964 * sqrt(1003) = 62.07 around -169.
    row = {"active_start": 5529, "reactivated": 417, "lapsed": 586, "active_end": 5360}
    got = base_change(moved(row))
    assert (got.active_start, got.new, got.reactivated, got.lapsed, got.active_end) == (
        5529,
        0,
        417,
        586,
        5360,
    )
    assert got.difference == -169
    assert (got.low, got.high) == (pytest.approx(-231.07, abs=5e-3), pytest.approx(-106.93, abs=5e-3))


def test_a_base_in_which_nobody_moved_has_not_changed():
    got = base_change(moved({"active_start": 10, "active_end": 10}))
    assert (got.difference, got.low, got.high) == (0, 0.0, 0.0)


def test_the_interval_of_the_base_covers_a_steady_state():
    # 300 join and each of 3,000 lapses with a tenth's chance: nothing changes, so zero is inside 95 times in 100.
    rng, times = np.random.default_rng(1), 2000
    table = pd.DataFrame({"new": rng.poisson(300, times), "lapsed": rng.binomial(3000, 0.1, times)})
    table = table.assign(period="2024-01", is_measured=True, active_start=3000, reactivated=0)
    table["active_end"] = table["active_start"] + table["new"] - table["lapsed"]
    found = [base_change(table.iloc[[row]]) for row in range(times)]
    is_inside = np.array([change.low <= 0 <= change.high for change in found])
    assert abs(is_inside.mean() - 0.95) < 4 * np.sqrt(0.05 * 0.95 / times)


def spending(now: np.ndarray, before: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Movement and sums of two periods, from one amount per customer and period."""
    rows = [{"buyers": int((part > 0).sum()), "amount": float(part.sum())} for part in (before, now)]
    sums = pd.DataFrame({"period_number": [0, 1]}).assign(
        amount_squares=[(before**2).sum(), (now**2).sum()],
        amount_products=[0.0, (now * before).sum()],
        buyers_of_both=[0, int(((now > 0) & (before > 0)).sum())],
    )
    return moved(*rows), sums


def test_ratio_change_by_hand():
    # Ann 10 then 10, Bob 20 now, Cem 30 before. Variance of the log ratio:
    # (10/30 - 10/40)^2 + (20/30)^2 + (30/40)^2 = 0.00694 + 0.44444 + 0.5625 = 1.01389
    got = ratio_change(*spending(np.array([10.0, 20, 0]), np.array([10.0, 0, 30])), column="amount")
    assert (got.current, got.previous, got.change) == (30.0, 40.0, -0.25)
    reach = 1.959964 * np.sqrt(1.0138889)
    assert got.low == pytest.approx(0.75 * np.exp(-reach) - 1, abs=1e-6)
    assert got.high == pytest.approx(0.75 * np.exp(reach) - 1, abs=1e-6)
    # Buyers: 2 and 2, one of them in both: 1/2 + 1/2 - 2 * 1/4 = 0.5
    got = ratio_change(*spending(np.array([10.0, 20, 0]), np.array([10.0, 0, 30])), column="buyers")
    assert got.change == 0
    assert got.high == pytest.approx(np.exp(1.959964 * np.sqrt(0.5)) - 1, abs=1e-6)


@pytest.mark.parametrize("column", ["amount", "buyers"])
def test_ratio_change_is_the_bootstrap_over_customers(column):
    # 2,000 customers with habits: who spends in one period tends to spend in the next.
    rng = np.random.default_rng(7)
    rate = rng.gamma(0.8, 1.0, 2000)
    before, now = (rng.poisson(rate) * rng.gamma(4.0, 9.0, 2000) for _ in range(2))
    got = ratio_change(*spending(now, before), column=column)
    first, last = (before, now) if column == "amount" else ((before > 0) * 1.0, (now > 0) * 1.0)
    times = 4000
    weights = rng.multinomial(2000, np.full(2000, 1 / 2000), size=times).astype(np.float32)
    logs = np.log((weights @ last) / (weights @ first))
    ends = np.log1p([got.low, got.high])
    spread = (ends[1] - ends[0]) / (2 * 1.959964)
    # Monte-Carlo errors: of a standard deviation s / sqrt(2 B), of a 2.5 % point sqrt(p (1 - p) / B) * s / phi(z).
    assert spread == pytest.approx(logs.std(), rel=4 / np.sqrt(2 * times))
    error = np.sqrt(0.025 * 0.975 / times) * logs.std() / 0.0584507
    assert ends == pytest.approx(np.quantile(logs, [0.025, 0.975]), abs=4 * error)
    # Taking the two periods for different people would be wrong by more than the bootstrap can err.
    apart = np.sqrt((last**2).sum() / last.sum() ** 2 + (first**2).sum() / first.sum() ** 2)
    assert apart > logs.std() * 1.08


def test_nothing_to_relate_gives_none():
    movement, sums = spending(np.array([10.0]), np.array([0.0]))
    assert ratio_change(movement, sums, column="amount") is None
    assert ratio_change(movement.iloc[1:], sums, column="amount") is None
    movement, sums = spending(np.array([0.0]), np.array([10.0]))
    assert ratio_change(movement, sums, column="buyers") is None


def test_missing_columns_are_named():
    with pytest.raises(TableError, match=r"'movements' lacks \['lapsed'\]"):
        base_movement(
            movements({}).drop(columns="lapsed"),
            calendar("2024-01"),
            history_start=date(2024, 1, 1),
            gap_days=30,
        )
    with pytest.raises(TableError, match=r"'movement' lacks \['is_measured'\]"):
        base_change(moved({}).drop(columns="is_measured"))


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    """The raw log, as the lifetimes package ships it: one row per order with an amount."""
    file = Path(find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_master.txt"
    log = pd.read_csv(file, sep=r"\s+")
    log.columns = ["customer_id", "day", "discs", "amount"]
    return log[log["amount"] > 0].assign(
        day=lambda table: pd.to_datetime(table["day"].astype(str), format="%Y%m%d")
    )


def test_churn_of_the_demo_is_what_pandas_counts_in_the_raw_log(cdnow, monkeypatch):
    monkeypatch.chdir(ROOT)
    mart = open_mart("cdnow", "1998-06")
    got = base_movement(
        mart.table("movements"), mart.table("calendar"), history_start=mart.history_start, gap_days=180
    ).set_index("period")

    def active(boundary: str) -> set[int]:
        last = cdnow[cdnow["day"] < boundary].groupby("customer_id")["day"].max()
        return set(last.index[last >= pd.Timestamp(boundary) - pd.Timedelta(days=180)])

    for period, start, end in (
        ("1998-06", "1998-06-01", "1998-07-01"),
        ("1997-07", "1997-07-01", "1997-08-01"),
    ):
        before, after = active(start), active(end)
        assert got.loc[period, "active_start"] == len(before)
        assert got.loc[period, "lapsed"] == len(before - after)
        assert got.loc[period, "active_end"] == len(after)
    assert got.loc[:"1997-06", "churn"].isna().all()
    assert got.loc["1997-07":, "churn"].notna().all()
    assert (got["active_end"] == got["active_start"].shift(-1)).iloc[:-1].all()


def test_the_sums_of_the_demo_give_the_bootstrap_interval(cdnow, monkeypatch):
    monkeypatch.chdir(ROOT)
    mart = open_mart("cdnow", "1998-06")
    movement = base_movement(
        mart.table("movements"), mart.table("calendar"), history_start=mart.history_start, gap_days=180
    )
    got = ratio_change(movement, mart.table("period_sums"), column="amount")
    spent = cdnow[cdnow["day"] >= "1998-05-01"]
    spent = spent.pivot_table(
        index="customer_id", columns=spent["day"].dt.month, values="amount", aggfunc="sum", fill_value=0.0
    )
    assert (got.current, got.previous) == (pytest.approx(spent[6].sum()), pytest.approx(spent[5].sum()))
    shares = spent[6] / spent[6].sum() - spent[5] / spent[5].sum()
    reach = 1.959964 * np.sqrt((shares**2).sum())
    assert (got.low, got.high) == (
        pytest.approx((1 + got.change) * np.exp(-reach) - 1, abs=1e-6),
        pytest.approx((1 + got.change) * np.exp(reach) - 1, abs=1e-6),
    )
