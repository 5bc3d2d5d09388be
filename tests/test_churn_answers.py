"""Churn by every formula in use, from single lapses and returns; the account of the base adds up."""

from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_pulse import calendar, moved, purchases

from retention_utils.churn_answers import ADOPTED, ANSWERS, ChurnCounts, churn_by_formula, churn_counts
from retention_utils.errors import TableError
from retention_utils.mart import open_mart
from retention_utils.period_tables import customer_periods
from retention_utils.period_tables import movements as count_movements
from retention_utils.periods import calendar_to, parse_period
from retention_utils.pulse import base_movement
from retention_utils.pulse_events import balance_check, daily_base, period_events
from retention_utils.tables import base_events

ROOT = Path(__file__).parents[1]
JUNE = date(2024, 6, 1)

COUNTS = ChurnCounts(
    period="2024-06", is_rated=True, active_start=100, active_end=119, joined=30, lapsed=10, early_lapsed=1,
    lapses=12, undone=1, daily_share=0.11, window_days=30, is_window_rated=True, window_start=100,
    window_joined=30, window_lapses=12,
)  # fmt: skip


def counted(log, period: str, *, start: date, gap_days: int, min_customers: int = 1):
    """Movement, events per period and counts, from purchases through the tables of the mart."""
    months = calendar_to(parse_period(period), start)
    bought = customer_periods(log, calendar=months, gap_days=gap_days)
    names = calendar(*[month.key for month in months])
    limits = {"history_start": start, "gap_days": gap_days, "min_customers": min_customers}
    moves = count_movements(bought, periods=len(months)).to_pandas().astype({"amount": float})
    movement = base_movement(moves, names, **limits)
    found = base_events(log, as_of=months[-1].last_day, gap_days=gap_days).to_pandas()
    events = found.assign(day=pd.to_datetime(found["day"]))
    return movement, period_events(events, names), churn_counts(movement, events, names, **limits), events


def worked_example():
    """Start 100; 11 old customers fall silent, 1 of them returns; 30 join, 1 of them falls silent."""
    rows = [(f"old{n}", JUNE - timedelta(days=5)) for n in range(100)]
    rows += [(f"old{n}", JUNE + timedelta(days=day)) for n in range(89) for day in (4, 12, 20, 28)]
    rows += [("old89", JUNE + timedelta(days=28))]  # silent since 6 June, then back
    rows += [(f"new{n}", JUNE + timedelta(days=25)) for n in range(29)]
    rows += [("early", JUNE + timedelta(days=1))]  # runs out on 12 June
    return counted(purchases(*rows), "2024-06", start=date(2024, 5, 1), gap_days=10)


def test_same_month_seven_answers():
    _, _, counts, _ = worked_example()
    assert (counts.active_start, counts.joined, counts.lapsed, counts.early_lapsed) == (100, 30, 10, 1)
    assert (counts.lapses, counts.undone, counts.active_end) == (12, 1, 119)
    got = churn_by_formula(counts).set_index("answer")["churn"].mul(100).round(1)
    published = {
        "chartmogul": 10.0, "baremetrics": 12.0, "stripe": 9.2, "profitwell": 11.0, "average": 11.0,
        "sources": 11.0, "set_start": 10.0,
    }  # fmt: skip
    assert got[list(published)].to_dict() == published


def test_every_answer_is_what_was_counted_by_what_it_is_divided_by():
    _, _, counts, _ = worked_example()
    got = churn_by_formula(counts).set_index("answer")
    assert tuple(got.index) == ANSWERS
    assert got[["counted", "divided_by"]].drop("daily_sum").to_dict("index") == {
        answer: {"counted": above, "divided_by": beneath}
        for answer, above, beneath in [
            ("set_start", 10, 100), ("chartmogul", 10, 100), ("baremetrics", 12, 100), ("stripe", 12, 130),
            ("start_plus_new", 12, 130), ("profitwell", 11, 100), ("average", 12, 109.5),
            ("sources", 11, 100),
        ]
    }  # fmt: skip
    assert got.index[got["is_adopted"]].tolist() == [ADOPTED]
    assert got["difference"]["stripe"] == pytest.approx(12 / 130 - 0.1)
    assert np.isnan(got.loc["daily_sum", "divided_by"])


def test_six_who_come_back_from_before_make_the_textbook_say_half_as_much():
    # M01b: retention 89 per cent without them, 95 with them, though 90 of 100 stayed.
    counts = ChurnCounts(**{**vars(COUNTS), "active_end": 125})
    got = churn_by_formula(counts).set_index("answer")["churn"]
    assert (got["sources"], got[ADOPTED]) == (pytest.approx(0.05), pytest.approx(0.10))


def test_the_sum_of_days_is_the_sum_of_every_days_share():
    # On 6 June 11 of 101 run out ("early" joined on the 2nd); on the 12th "early" of 90; nobody else.
    _, _, counts, events = worked_example()
    june = daily_base(events, last_day=pd.Timestamp("2024-06-30")).query("day >= '2024-06-01' and lapsed > 0")
    assert june[["lapsed", "active_start"]].to_numpy().tolist() == [[11, 101], [1, 90]]
    assert counts.daily_share == pytest.approx(11 / 101 + 1 / 90)
    assert churn_by_formula(counts).set_index("answer").loc["daily_sum", "churn"] == counts.daily_share


def test_baremetrics_and_stripe_look_back_thirty_days_whatever_the_month():
    # July has 31 days: the window opens on 2 July, and what lapsed on the 1st is not in it.
    rows = [(f"a{n}", date(2024, 6, 21)) for n in range(4)]  # run out on 1 July
    rows += [(f"b{n}", date(2024, 6, 25)) for n in range(6)]  # run out on 5 July
    _, _, counts, _ = counted(purchases(*rows), "2024-07", start=date(2024, 5, 1), gap_days=10)
    assert (counts.active_start, counts.lapses) == (10, 10)
    assert (counts.window_days, counts.window_start, counts.window_lapses) == (30, 6, 6)


@pytest.mark.parametrize(("period", "days"), [("2024-W27", 7), ("2024-Q2", 91), ("2024-02", 30)])
def test_a_period_that_is_no_month_is_its_own_window(period, days):
    log = purchases(*[(f"c{n}", date(2024, 1, 20)) for n in range(5)])
    _, _, counts, _ = counted(log, period, start=date(2024, 1, 1), gap_days=20)
    assert counts.window_days == days


def test_no_answer_is_given_where_churn_is_not_measured_and_the_counts_stay():
    few = churn_by_formula(ChurnCounts(**{**vars(COUNTS), "is_rated": False}))
    assert few["churn"].isna().all()
    assert few["counted"].iloc[0] == 10
    # A window that opens before the log is a gap old is left out alone.
    early = churn_by_formula(ChurnCounts(**{**vars(COUNTS), "is_window_rated": False})).set_index("answer")
    assert early.index[early["churn"].isna()].tolist() == ["baremetrics", "stripe"]


def test_too_few_active_customers_have_no_rate():
    rows = [(f"a{n}", date(2024, 6, 25)) for n in range(19)]
    _, _, counts, _ = counted(
        purchases(*rows), "2024-07", start=date(2024, 5, 1), gap_days=10, min_customers=20
    )
    assert (counts.is_rated, counts.is_window_rated, counts.lapses) == (False, False, 19)


def test_events_add_up_to_the_movements_on_any_log():
    """All lapses are those of sets of people, of newcomers, and those undone; simulated, small gaps."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        days = [date(2024, 1, 1) + timedelta(days=int(day)) for day in rng.integers(0, 120, 150)]
        rows = {(f"c{int(who)}", day) for who, day in zip(rng.integers(0, 40, 150), days, strict=True)}
        gap_days = int(rng.integers(3, 50))
        log = purchases(*sorted(rows))
        movement, events, counts, _ = counted(log, "2024-04", start=date(2024, 1, 1), gap_days=gap_days)
        assert (events["active_end"] == movement["active_end"]).all()
        assert (events["active_start"] == movement["active_start"]).all()
        assert (events["joins"] == movement["joined"]).all()
        undone = events["returns"] - movement["reactivated"]
        assert (undone >= 0).all()
        assert (events["lapses"] == movement["lapsed"] + movement["early_lapsed"] + undone).all()
        answers = churn_by_formula(counts).set_index("answer")
        assert answers.loc["chartmogul", "counted"] == answers.loc[ADOPTED, "counted"]
        assert balance_check(movement, events).holds


@pytest.mark.parametrize(
    ("client", "period"), [("cdnow", "1998-06"), ("lavka", "2025-01"), ("kiosk", "2024-11")]
)
def test_the_account_of_the_demo_clients_adds_up_in_every_period(client, period, monkeypatch):
    monkeypatch.chdir(ROOT)
    mart = open_mart(client, period)
    names, gap_days = mart.table("calendar"), mart.config.churn.gap_days
    movement = base_movement(
        mart.table("movements"), names, history_start=mart.history_start, gap_days=gap_days
    )
    events = period_events(mart.table("base_events"), names)
    assert (events["active_end"] - events["active_start"]).equals(
        movement["new"] + movement["reactivated"] - movement["lapsed"]
    )
    undone = events["returns"] - movement["reactivated"]
    assert (undone >= 0).all()
    assert (events["lapses"] == movement["lapsed"] + movement["early_lapsed"] + undone).all()
    check = balance_check(movement, events)
    assert (check.holds, check.periods_that_hold) == (True, len(movement))
    # A third way: whose last purchase is recent enough to be active on the morning after the last day.
    runs_out = mart.table("states")["last_day"] + pd.Timedelta(days=gap_days)
    assert (runs_out > pd.Timestamp(mart.as_of)).sum() == check.active_end == check.counted_end


@pytest.fixture(scope="module")
def gaps() -> pd.DataFrame:
    """The raw CDNOW log, as the lifetimes package ships it: per customer and day when the gap runs out."""
    file = Path(find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_master.txt"
    log = pd.read_csv(file, sep=r"\s+", names=["customer_id", "day", "discs", "amount"], skiprows=1)
    log = log[log["amount"] > 0][["customer_id", "day"]].drop_duplicates().sort_values(["customer_id", "day"])
    log["day"] = pd.to_datetime(log["day"].astype(str), format="%Y%m%d")
    following = log.groupby("customer_id")["day"].shift(-1)
    runs_out = log["day"] + pd.Timedelta(days=180)
    return log.assign(
        runs_out=runs_out, is_end=~(following <= runs_out), back=following.where(following > runs_out)
    )


@pytest.mark.parametrize(
    ("periods", "first", "last", "window"),
    [(18, "1998-06-01", "1998-06-30", "1998-06-01"), (17, "1998-05-01", "1998-05-31", "1998-05-02")],
)
def test_lapses_and_returns_of_the_demo_are_what_pandas_counts_in_the_raw_log(
    gaps, periods, first, last, window, monkeypatch
):
    monkeypatch.chdir(ROOT)
    mart = open_mart("cdnow", "1998-06")
    names = mart.table("calendar").iloc[:periods]
    limits = {"history_start": mart.history_start, "gap_days": 180}
    movement = base_movement(mart.table("movements").iloc[:periods], names, **limits)
    events = mart.table("base_events")
    got = churn_counts(movement, events[events["day"] <= last], names, **limits)
    ends = gaps.loc[gaps["is_end"], "runs_out"]
    assert got.lapses == ends.between(first, last).sum()
    assert got.undone == gaps["back"].between(first, last).sum() - movement["reactivated"].iloc[-1]
    assert got.window_lapses == ends.between(window, last).sum()
    active = (gaps["day"] < window) & (gaps["runs_out"] >= window)
    assert got.window_start == gaps.loc[active, "customer_id"].nunique()


def test_a_fault_in_the_account_is_seen():
    movement, events, _, _ = worked_example()
    wrong = events.assign(active_end=[*events["active_end"].iloc[:-1], 118])
    check = balance_check(movement, wrong)
    assert (check.holds, check.active_end, check.counted_end) == (False, 119, 118)
    assert check.periods_that_hold == check.periods - 1
    miscounted = movement.assign(lapsed=movement["lapsed"] - 1)
    assert not balance_check(miscounted, events).holds


def test_days_without_an_event_carry_the_base_on_and_the_order_of_rows_does_not_matter():
    events = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-01-01", "2024-01-04"]),
            "joined": [3, 0],
            "reactivated": 0,
            "lapsed": [0, 2],
        }
    )
    got = daily_base(events, last_day=pd.Timestamp("2024-01-05"))
    assert got["active_start"].tolist() == [0, 3, 3, 3, 1]
    assert got["active_end"].tolist() == [3, 3, 3, 1, 1]
    pd.testing.assert_frame_equal(got, daily_base(events.iloc[::-1], last_day=pd.Timestamp("2024-01-05")))
    january = calendar("2024-01", "2024-02")
    assert period_events(events, january.iloc[::-1])["active_end"].tolist() == [1, 1]
    assert period_events(events.iloc[:0], january)["active_end"].tolist() == [0, 0]


def test_missing_columns_are_named():
    with pytest.raises(TableError, match=r"'base_events' lacks \['lapsed'\]"):
        daily_base(
            pd.DataFrame(columns=["day", "joined", "reactivated"]), last_day=pd.Timestamp("2024-01-05")
        )
    with pytest.raises(TableError, match=r"'movement' lacks \['churn'\]"):
        churn_counts(moved({}).drop(columns="churn"), None, None, history_start=JUNE, gap_days=10)
