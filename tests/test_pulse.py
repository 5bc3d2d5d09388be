"""Base movement: churn on sets of people, changes with the interval a bootstrap over customers gives."""

from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from retention_utils.errors import TableError
from retention_utils.mart import open_mart
from retention_utils.period_tables import customer_periods
from retention_utils.period_tables import movements as count_movements
from retention_utils.periods import calendar_to, parse_period
from retention_utils.pulse import base_change, base_movement, churn_change, ratio_change
from retention_utils.pulse_orders import MEASURES, comparisons, order_habits, returning_interval, year_before
from retention_utils.pulse_replacement import current_need, replacements
from retention_utils.stats import ratio_interval, wilson_interval

ROOT = Path(__file__).parents[1]


def calendar(*keys: str) -> pd.DataFrame:
    periods = [parse_period(key) for key in keys]
    first_days = pd.to_datetime([period.start for period in periods])
    last_days = pd.to_datetime([period.last_day for period in periods])
    table = pd.DataFrame({"period_number": range(len(keys)), "period": keys, "first_day": first_days})
    return table.assign(last_day=last_days, is_whole=True, is_mixed=False)


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
    small = base_change(moved({"active_start": 10, "active_end": 0, "lapsed": 10}), min_customers=20)
    assert (small.low, small.is_judged) == (-10.0, False)  # nobody can lapse twice
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
    movement, sums = spending(np.array([10.0, 20, 0]), np.array([10.0, 0, 30]))
    assert ratio_change(movement, sums, column="amount", min_customers=2) is not None
    assert ratio_change(movement, sums, column="amount", min_customers=3) is None  # two bought before


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


def test_a_period_that_the_log_does_not_hold_whole_is_compared_with_nothing():
    movement, sums = spending(np.array([10.0, 20, 0]), np.array([10.0, 0, 30]))
    assert ratio_change(movement, sums, column="amount") is not None
    assert ratio_change(movement.assign(is_whole=[False, True]), sums, column="amount") is None


def test_leaving_out_who_bought_in_both_periods_widens_the_interval():
    now, before = np.array([10.0, 20, 0]), np.array([10.0, 0, 30])
    squares = float((now**2).sum()), float((before**2).sum())
    known = ratio_interval((30.0, 40.0), squares, products=100.0)
    unknown = ratio_interval((30.0, 40.0), squares)
    # Variance by hand: 500/900 + 1000/1600 = 1.18056, less 2 * 100 / 1200 = 0.16667 where it is known.
    assert unknown[1] == pytest.approx(0.75 * np.exp(1.959964 * np.sqrt(1.1805556)) - 1, abs=1e-6)
    assert unknown[0] < known[0] < known[1] < unknown[1]


# --- how customers order ------------------------------------------------------------------------------


def habits_of(*rows: dict, min_customers: int = 1, **columns) -> pd.DataFrame:
    return order_habits(moved(*rows).assign(**columns), min_customers=min_customers)


MAY = {
    "active_start": 100,
    "active_end": 100,
    "buyers": 40,
    "joined": 10,
    "orders": 60,
    "purchase_days": 50,
    "amount": 900.0,
}
JUNE = {
    "active_start": 100,
    "active_end": 140,
    "buyers": 50,
    "joined": 5,
    "orders": 90,
    "purchase_days": 75,
    "amount": 1800.0,
}


def test_order_habits_by_hand():
    got = habits_of(MAY, JUNE).iloc[1]
    assert (got["orders_per_buyer"], got["order_value"], got["purchase_day_value"]) == (1.8, 20.0, 24.0)
    assert got["orders_per_active"] == 90 / 120  # the mean of 100 and 140
    assert (got["returning"], got["returning_share"]) == (45, 0.9)
    # Wilson by hand: (0.9 + z^2/100 -+ z sqrt(0.9 * 0.1 / 50 + z^2/10000)) / (1 + z^2/50), z = 1.959964
    assert [got["returning_low"], got["returning_high"]] == pytest.approx([0.7864, 0.9565], abs=5e-5)


def test_a_share_of_returning_buyers_is_blank_where_it_would_mislead():
    mixed = habits_of(MAY, JUNE, is_mixed=[True, False])
    assert mixed["returning_share"].isna().tolist() == [True, False]
    assert mixed["returning"].tolist() == [30, 45]
    few = habits_of(MAY, JUNE, min_customers=41)
    assert few["returning_share"].isna().tolist() == [True, False]
    nobody = habits_of({}, JUNE).iloc[0]
    names = [
        "returning_share",
        "returning_low",
        "orders_per_active",
        "purchase_day_value",
        "orders_per_buyer",
    ]
    assert nobody[names].isna().all()


def test_the_active_base_divides_nothing_before_the_log_is_a_gap_old():
    table = order_habits(moved(MAY, JUNE, start=date(2024, 1, 1), gap_days=31))
    assert table["orders_per_active"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2024-06", "2023-06"), ("2024-Q2", "2023-Q2"), ("2024-W07", "2023-W07"),
        ("2020-W53", None),  # 2019 has 52 weeks
        ("2024", None), ("2024-01-15..2024-03-31", None),
    ],
)  # fmt: skip
def test_the_same_period_a_year_earlier(period, expected):
    assert year_before(period) == expected


def year_of_months() -> pd.DataFrame:
    keys = [f"2023-{month:02d}" for month in range(3, 13)] + [f"2024-{month:02d}" for month in (1, 2, 3)]
    rows = [MAY] * 11 + [MAY | {"amount": 1000.0, "lapsed": 10}, JUNE | {"lapsed": 20}]
    rows[0] = MAY | {"amount": 1200.0, "lapsed": 10}
    return base_movement(movements(*rows), calendar(*keys), history_start=date(2022, 1, 1), gap_days=30)


def sums_of(movement: pd.DataFrame, *, both: int = 20) -> pd.DataFrame:
    return pd.DataFrame({"period_number": movement["period_number"]}).assign(
        amount_squares=movement["amount"] ** 2 / movement["buyers"],
        amount_products=8000.0,
        buyers_of_both=both,
    )


CELLS = pd.DataFrame({"cohort": [11, 11, 12], "age": [0, 1, 0], "active": [10, 4, 5]})


def compared(movement: pd.DataFrame | None = None, **options) -> pd.DataFrame:
    movement = year_of_months() if movement is None else movement
    return comparisons(order_habits(movement), sums_of(movement, **options), CELLS).set_index("measure")


def test_comparisons_by_hand():
    got = compared()
    assert got.index.tolist() == list(MEASURES)
    assert set(got["previous_period"]) == {"2024-02"}
    assert set(got["year_period"]) == {"2023-03"}
    amount = got.loc["amount"]
    assert (amount["value"], amount["previous"], amount["year"]) == (1800, 1000, 1200)
    assert (amount["previous_change"], amount["year_change"]) == (pytest.approx(0.8), pytest.approx(0.5))
    assert (amount["earlier"], amount["trend"]) == (900, "rising")
    # Squares are amount^2 / buyers here, so the variance is 1/50 + 1/40, less 2 * 8000 / (1800 * 1000).
    reach = 1.959964 * np.sqrt(1 / 50 + 1 / 40 - 16000 / 1.8e6)
    assert amount["previous_low"] == pytest.approx(1.8 * np.exp(-reach) - 1, abs=1e-6)
    # Against the year before it is not known who bought in both.
    reach = 1.959964 * np.sqrt(1 / 50 + 1 / 40)
    assert amount["year_high"] == pytest.approx(1.5 * np.exp(reach) - 1, abs=1e-6)
    # Churn: 20 of 100 after 10 of 100, Newcombe's method 10.
    churn = got.loc["churn"]
    assert (churn["previous_change"], churn["year_change"]) == (pytest.approx(0.1), pytest.approx(0.1))
    assert [churn["year_low"], churn["year_high"]] == pytest.approx([0.0005, 0.1991], abs=5e-4)
    assert got.loc["orders_per_buyer", "previous_change"] == pytest.approx(1.8 / 1.5 - 1)
    # What the tables hold no spread of has no interval.
    names = ["orders", "orders_per_buyer", "order_value", "purchase_day_value"]
    assert got.loc[names, ["previous_low", "previous_high", "year_low", "year_high"]].isna().all(axis=None)
    assert np.isnan(got.loc["returning_share", "year_low"])
    # Active customers have the interval of their card, of the base before; a year back nobody knows who moved.
    base, row = base_change(year_of_months()), got.loc["active_end"]
    assert (row["previous_low"], row["previous_high"]) == (
        base.low / base.active_start,
        base.high / base.active_start,
    )
    assert np.isnan(row["year_low"])
    # As on the card, a change of too few at the start is not judged.
    for least, is_blank in ((100, False), (101, True)):
        few = comparisons(
            order_habits(year_of_months()), sums_of(year_of_months()), CELLS, min_customers=least
        ).set_index("measure")
        assert np.isnan(few.loc["active_end", "previous_low"]) == is_blank


def test_a_trend_is_what_all_three_values_say():
    got = compared()["trend"]
    assert got["churn"] == "rising"  # 0, 10 and 20 of 100
    assert got["orders"] == "neither"  # 60, 60 and 90
    falling = compared(year_of_months().assign(orders=[60] * 10 + [60, 50, 40]))["trend"]
    assert falling["orders"] == "falling"
    assert (compared(year_of_months().iloc[-2:])["trend"] == "").all()


def test_nothing_is_said_of_a_year_that_the_log_does_not_hold():
    short = compared(year_of_months().iloc[1:])
    assert short["year_period"].isna().all()
    assert short[["year", "year_change", "year_low"]].isna().all(axis=None)
    assert short["previous_change"].notna().all()
    partial = year_of_months()
    partial.loc[0, "is_whole"] = False
    assert compared(partial)["year_period"].isna().all()
    partial.loc[11, "is_whole"] = False
    assert compared(partial)["previous"].isna().all()


def test_the_change_of_the_returning_share_knows_who_bought_in_both_periods():
    # March: 45 of 50 had bought before; February: 30 of 40. 20 bought in both, 4 of them new in February.
    # Product of the deviations, over those 20: 0.1 * (16 * 0.25 - 4 * 0.75).
    row = compared().loc["returning_share"]
    assert (row["value"], row["previous"], row["previous_change"]) == (0.9, 0.75, pytest.approx(0.15))
    correlation = 0.1 * (16 * 0.25 - 4 * 0.75) / np.sqrt(50 * 0.9 * 0.1 * 40 * 0.75 * 0.25)
    (low, low_before), (high, high_before) = wilson_interval([45, 30], [50, 40])
    down, up = (0.9 - low, high_before - 0.75), (high - 0.9, 0.75 - low_before)
    reach = [np.sqrt(a**2 + b**2 - 2 * correlation * a * b) for a, b in (down, up)]
    ends = [row["previous_low"], row["previous_high"]]
    assert ends == pytest.approx([0.15 - reach[0], 0.15 + reach[1]], abs=1e-12)
    # With nobody in both it is Newcombe's interval for two groups, as statsmodels has it.
    none = comparisons(order_habits(year_of_months()), sums_of(year_of_months(), both=0), CELLS.iloc[:0])
    row = none.set_index("measure").loc["returning_share"]
    expected = confint_proportions_2indep(45, 50, 30, 40, method="newcomb", compare="diff")
    assert [row["previous_low"], row["previous_high"]] == pytest.approx(list(expected), abs=1e-9)


def test_the_interval_of_the_returning_share_covers_the_truth():
    # 600 old customers buy in a month with a chance of their own, the same in both months, mean 0.2; about
    # 60 new ones come per month, and buy again in the next with a chance of 0.5. The share to be covered is
    # that of expected counts.
    rng, times = np.random.default_rng(11), 800
    chance = rng.beta(0.5, 2.0, 600)
    first, second = (rng.random((times, 600)) < chance for _ in range(2))
    new_first, new_second = rng.poisson(60, times), rng.poisson(60, times)
    back = rng.binomial(new_first, 0.5)
    truth = (chance.sum() + 30) / (chance.sum() + 90) - chance.sum() / (chance.sum() + 60)
    covered = 0
    for one, two, joined, again, fresh in zip(first, second, new_first, back, new_second, strict=True):
        before = {"buyers": one.sum() + joined, "joined": joined, "orders": 1, "amount": 1.0}
        now = {"buyers": two.sum() + again + fresh, "joined": fresh, "orders": 1, "amount": 1.0}
        habits = wilson_habits(before, now)
        row = habits.iloc[1].copy()
        row["buyers_of_both"] = (one & two).sum() + again
        cells = pd.DataFrame({"cohort": [0], "age": [1], "active": [again]})
        low, high = returning_interval(row, habits.iloc[0], cells)
        covered += low <= truth <= high
    # Who buys is fixed by each one's chance here, not drawn anew, so the interval is a little wide.
    assert 0.945 - 4 * np.sqrt(0.05 * 0.95 / times) < covered / times < 0.985


def wilson_habits(*rows: dict) -> pd.DataFrame:
    table = pd.DataFrame(rows).assign(period_number=range(len(rows)))
    returning = table["buyers"] - table["joined"]
    return table.assign(returning=returning, returning_share=returning / table["buyers"])


# --- whom to replace ----------------------------------------------------------------------------------


def three(*lapsed: int, new: int = 30, active: int = 500) -> pd.DataFrame:
    return moved(
        *[
            {"active_start": active, "new": new, "reactivated": 20, "lapsed": n, "active_end": 510}
            for n in lapsed
        ]
    )


def test_replacement_need_by_hand():
    # 40, 50 and 60 of 500 lapse: 150 of 1,500, 10 per cent. 50 come per month: 50 / 0.1 = 500 in the end.
    got = current_need(three(40, 50, 60))
    assert (got.first_period, got.period, got.periods) == ("2024-01", "2024-03", 3)
    assert (got.to_replace, got.inflow, got.churn, got.active_end) == (50, 50, pytest.approx(0.1), 510)
    assert got.equilibrium_base == pytest.approx(500)
    # Variance of the log: 1/150 of the arrivals + 0.9/150 of the lapses.
    reach = 1.959964 * np.sqrt(1 / 150 + 0.9 / 150)
    assert [got.low, got.high] == pytest.approx([500 * np.exp(-reach), 500 * np.exp(reach)], rel=1e-6)
    assert got.half_way_periods == pytest.approx(np.log(0.5) / np.log(0.9))
    assert (got.year_periods, np.isnan(got.year_equilibrium_base)) == (0, True)


def test_the_base_settles_where_it_is_said_to():
    base, need = 900.0, current_need(three(40, 50, 60))
    for _ in range(round(need.half_way_periods)):
        base = base * (1 - need.churn) + need.inflow
    assert base == pytest.approx((900 + need.equilibrium_base) / 2, abs=10)
    for _ in range(200):
        base = base * (1 - need.churn) + need.inflow
    assert base == pytest.approx(need.equilibrium_base, abs=1e-3)


def test_the_pace_of_a_year_stands_beside_that_of_three_months():
    table = year_of_months().assign(new=[0] * 10 + [90] * 3, lapsed=20)
    got = current_need(table)
    assert (got.inflow, got.year_periods) == (90, 12)
    assert got.equilibrium_base == pytest.approx(90 / 0.2)
    assert got.year_equilibrium_base == pytest.approx(270 / 12 / 0.2)


@pytest.mark.parametrize(
    "table",
    [
        three(40, 50),  # two periods only
        three(0, 0, 0),  # nobody lapsed
        three(40, 50, 60).assign(new=0, reactivated=0),  # nobody came in
        three(40, 50, 60).assign(churn=[np.nan, 0.1, 0.12]),  # churn of one is not known
        three(40, 50, 60).assign(is_whole=[False, True, True]),
    ],
)
def test_without_churn_or_inflow_there_is_no_equilibrium(table):
    assert current_need(table) is None
    assert replacements(table)["equilibrium_base"].isna().all()


def test_the_interval_of_the_equilibrium_covers_it():
    # 60 come per month, each of the 800 active lapses with a chance of 0.08: the truth is 750.
    rng, times = np.random.default_rng(5), 3000
    come, lapse = rng.poisson(60, (times, 3)), rng.binomial(800, 0.08, (times, 3))
    flat = pd.DataFrame(
        {
            "period": "2024-01",
            "is_whole": True,
            "new": come.ravel(),
            "reactivated": 0,
            "lapsed": lapse.ravel(),
        }
    ).assign(active_start=800, active_end=800, churn=0.08)
    got = replacements(flat).iloc[2::3]
    covered = ((got["low"] <= 750) & (got["high"] >= 750)).mean()
    assert abs(covered - 0.95) < 4 * np.sqrt(0.05 * 0.95 / times)


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
