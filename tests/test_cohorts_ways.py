"""Four ways to count who came back, on paper, and against sets of customers in the raw log of CDNOW."""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from test_cohorts import calendar, listed, retention

from retention_utils import cohort_tables
from retention_utils.cohorts.retention import cohort_retention, pooled_retention
from retention_utils.cohorts.rolling import STRETCH_DAYS, rolling_retention, stretch_days
from retention_utils.cohorts.ways import (
    BRACKETS,
    answers_at_brackets,
    follow_up_periods,
    known_last_cells,
    return_ways,
)
from retention_utils.errors import TableError
from retention_utils.mart import open_mart

ROOT = Path(__file__).parents[1]

# One cohort of four, followed for four periods: Ann bought at ages 1 and 3, Bob at 2, Cem at 0 alone and Dea at 4.
RETENTION = retention((0, 0, 4), (0, 1, 1), (0, 2, 1), (0, 3, 1), (0, 4, 1), periods=5)
LAST = pd.DataFrame({"cohort": 0, "age": [0, 2, 3, 4], "customers": 1})
FIRST = pd.DataFrame({"cohort": 0, "age": [1, 2, 4], "customers": 1})
BRACKET = pd.DataFrame({"cohort": 0, "first_age": [1, 4], "last_age": [3, 6], "active": [2, 1]})


def ways(
    table=RETENTION, last=LAST, first=FIRST, bracket=BRACKET, *, follow_up: int = 1, min_customers: int = 1
):
    return return_ways(table, last, first, bracket, follow_up=follow_up, min_customers=min_customers)


def counts(table: pd.DataFrame, way: str) -> list[tuple]:
    return listed(table[table["way"] == way], "first_age", "age", "active")


def test_four_ways_counted_on_paper():
    got = ways()
    assert counts(got, "on") == [(1, 1, 1), (2, 2, 1), (3, 3, 1)]
    assert counts(got, "cumulative") == [
        (1, 1, 1),
        (2, 2, 2),
        (3, 3, 2),
    ]  # Ann, then Bob; Ann again is no one new
    assert counts(got, "on or after") == [
        (1, 1, 3),
        (2, 2, 3),
        (3, 3, 2),
    ]  # Ann, Bob and Dea; from 3 Ann and Dea
    assert counts(got, "bracket") == [(1, 3, 2)]  # ages 4 to 6 are not over yet, though Dea bought in them
    assert (got["retention"] * 4).tolist() == got["active"].tolist()
    assert got["followed_least"].tolist() == (4 - got["age"]).tolist()


def test_intervals_are_wilsons():
    # Wilson for 3 of 4, by statsmodels: 0.3006 to 0.9544
    row = ways().set_index(["way", "age"]).loc[("on or after", 1)]
    assert (row["low"], row["high"]) == (pytest.approx(0.3006, abs=5e-5), pytest.approx(0.9544, abs=5e-5))


def test_on_or_after_is_not_given_where_too_little_time_has_passed():
    assert counts(ways(follow_up=3), "on or after") == [(1, 1, 3)]
    assert counts(ways(follow_up=4), "on or after") == []
    assert counts(ways(follow_up=0), "on or after") == counts(ways(), "on or after")


def test_the_follow_up_is_that_of_the_youngest_cohort():
    table = retention((0, 0, 30), (1, 0, 30), periods=5)
    empty = {"last": LAST.iloc[:0], "first": FIRST.iloc[:0], "bracket": BRACKET.iloc[:0]}
    got = ways(table, **empty, follow_up=2)
    assert counts(got, "on or after") == [(1, 1, 0)]  # the younger has been followed for three periods in all
    assert listed(got.query("way == 'on'"), "followed_least", "followed_most") == [(2, 3), (1, 2), (0, 1)]
    assert got["active"].sum() == 0  # nobody came back: observed, and true


def test_all_four_count_the_same_customers():
    # The younger cohort has not lived through ages 1 to 3: neither it nor its purchases take part.
    table = retention((0, 0, 4), (0, 1, 1), (0, 2, 1), (0, 3, 1), (0, 4, 1), (2, 0, 9), (2, 1, 9), periods=5)
    young = {"cohort": 2, "customers": 9, "active": 9}
    got = ways(
        table,
        pd.concat([LAST, pd.DataFrame([young | {"age": 1}])]),
        pd.concat([FIRST, pd.DataFrame([young | {"age": 1}])]),
        pd.concat([BRACKET, pd.DataFrame([young | {"first_age": 1, "last_age": 3}])]),
    )
    pd.testing.assert_frame_equal(got, ways())


def test_old_customers_take_no_part():
    assert ways(retention((0, 0, 4), (0, 1, 1), periods=5, mixed=1)).empty


def test_too_few_customers_or_too_short_a_time_give_no_answer():
    assert ways(min_customers=5).empty
    got = ways(retention((0, 0, 40), (0, 1, 9), periods=3))
    assert got.empty
    assert list(got.columns) == list(ways().columns)


def test_the_longest_bracket_that_enough_customers_have_lived_through():
    # Ten customers have been followed for six periods, a hundred for three.
    table = retention((0, 0, 10), (3, 0, 90), periods=7)
    assert ways(table, min_customers=10)["age"].max() == 6
    got = ways(table, min_customers=11)
    assert (got["age"].max(), got["customers"].max()) == (3, 100)


def test_the_order_of_rows_does_not_matter():
    tables = [table.iloc[::-1] for table in (RETENTION, LAST, FIRST, BRACKET)]
    pd.testing.assert_frame_equal(ways(*tables), ways())


def test_the_answers_at_the_end_of_a_bracket_stand_side_by_side():
    got = answers_at_brackets(ways(follow_up=3))
    assert listed(got.iloc[:3], "age", "way", "active") == [
        (3, "on", 1),
        (3, "bracket", 2),
        (3, "cumulative", 2),
    ]
    blank = got.iloc[3]
    assert (blank["way"], blank["customers"]) == ("on or after", 4)
    assert blank[["active", "retention", "low", "high"]].isna().all()
    assert answers_at_brackets(ways(min_customers=5)).empty


def test_brackets_are_those_the_mart_counts():
    assert BRACKETS == cohort_tables.BRACKETS
    assert STRETCH_DAYS == cohort_tables.ROLLING_DAYS


@pytest.mark.parametrize(("gap_days", "periods"), [(180, 6), (30, 1), (31, 2), (1, 1)])
def test_the_churn_gap_in_whole_periods(gap_days, periods):
    starts = pd.date_range("2023-01-01", periods=24, freq="MS")
    months = pd.DataFrame({"first_day": starts, "last_day": starts + pd.offsets.MonthEnd()})
    assert follow_up_periods(months, gap_days=gap_days) == periods  # a month has 30.46 days on average
    weeks = pd.DataFrame({"first_day": starts, "last_day": starts + pd.Timedelta(days=6)})
    assert follow_up_periods(weeks, gap_days=28) == 4


def test_missing_columns_are_named():
    with pytest.raises(TableError, match=r"'last_cells' lacks \['customers'\]"):
        ways(last=LAST.drop(columns="customers"))
    with pytest.raises(TableError, match=r"'bracket_cells' lacks \['last_age'\]"):
        ways(bracket=BRACKET.drop(columns="last_age"))
    with pytest.raises(TableError, match=r"'states' lacks \['last_day'\]"):
        known_last_cells(pd.DataFrame({"first_day": []}), calendar())


def test_what_was_known_earlier_is_counted_in_the_same_periods():
    starts = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"])
    periods = pd.DataFrame({"period_number": range(3), "first_day": starts})
    days = [
        ("2024-01-31", "2024-01-31"),
        ("2024-01-01", "2024-03-01"),
        ("2024-02-29", "2024-02-29"),
        ("2023-12-31", "2024-02-01"),
    ]
    states = pd.DataFrame(days, columns=["first_day", "last_day"]).apply(pd.to_datetime)
    got = known_last_cells(states, periods)
    # The customer from before the calendar counts to its first period, as in the mart.
    assert listed(got, "cohort", "age", "customers") == [(0, 0, 1), (0, 1, 1), (0, 2, 1), (1, 0, 1)]
    assert known_last_cells(states.iloc[:0], periods).empty


@pytest.mark.parametrize(("client", "period"), [("lavka", "2025-01"), ("kiosk", "2024-11")])
def test_what_is_known_now_is_what_the_mart_counted(client, period, monkeypatch):
    monkeypatch.chdir(ROOT)
    mart = open_mart(client, period)
    got = known_last_cells(mart.table("states"), mart.table("calendar"))
    expected = mart.table("last_cells").sort_values(["cohort", "age"], ignore_index=True)
    pd.testing.assert_frame_equal(got, expected, check_dtype=False)


def test_on_or_after_only_rises_as_time_passes(monkeypatch):
    monkeypatch.chdir(ROOT)
    mart = open_mart("lavka", "2025-01")
    periods = mart.table("calendar")
    table = cohort_retention(mart.table("cohort_cells"), periods, min_customers=20)
    further = mart.table("first_repeat_cells"), mart.table("bracket_cells")
    now = ways(table, mart.table("last_cells"), *further)
    before = ways(table, known_last_cells(mart.table("states_previous"), periods), *further)
    is_final = now["way"] != "on or after"
    pd.testing.assert_frame_equal(now[is_final], before[is_final])
    rewritten = now.loc[~is_final, "active"] - before.loc[~is_final, "active"]
    assert (rewritten >= 0).all()
    assert rewritten.max() > 0


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    """The purchase days of CDNOW's customers, from the file of the lifetimes package."""
    file = Path(find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_master.txt"
    read = pd.read_csv(
        file, sep=r"\s+", names=["customer_id", "day", "discs", "amount"], header=None, dtype=str
    )
    read = read[pd.to_numeric(read["amount"], errors="coerce") > 0]
    log = read[["customer_id"]].assign(day=pd.to_datetime(read["day"], format="%Y%m%d"))
    first = log.groupby("customer_id")["day"].transform("min")
    month, start = (days.dt.year * 12 + days.dt.month for days in (log["day"], first))
    return log.assign(
        cohort=start - 1997 * 12 - 1, age=month - start, days=(log["day"] - first).dt.days, first=first
    )


def test_the_four_ways_are_the_sets_that_pandas_finds_in_the_raw_log(log, monkeypatch):
    monkeypatch.chdir(ROOT)
    mart = open_mart("cdnow", "1998-06")
    table = cohort_retention(mart.table("cohort_cells"), mart.table("calendar"), min_customers=20)
    further = (mart.table(name) for name in ("last_cells", "first_repeat_cells", "bracket_cells"))
    got = ways(table, *further, follow_up=6)
    same = log[log["cohort"] <= 2]  # January to March lived through twelve months and more
    assert got["customers"].unique().tolist() == [same["customer_id"].nunique()]
    later = same[same["age"] >= 1]
    for row in got.itertuples():
        last = 99 if row.way == "on or after" else row.age
        first = 1 if row.way == "cumulative" else row.first_age
        assert later.loc[later["age"].between(first, last), "customer_id"].nunique() == row.active, row
    assert got.loc[got["way"] == "on or after", "age"].tolist() == list(
        range(1, 10)
    )  # March: 15 months less 6


def test_the_ways_keep_their_order_at_every_age(monkeypatch):
    monkeypatch.chdir(ROOT)
    mart = open_mart("lavka", "2025-01")
    table = cohort_retention(mart.table("cohort_cells"), mart.table("calendar"), min_customers=20)
    further = (mart.table(name) for name in ("last_cells", "first_repeat_cells", "bracket_cells"))
    by_way = ways(table, *further).set_index(["way", "age"])["active"]
    on, after, up_to, bracket = (by_way[way] for way in ("on", "on or after", "cumulative", "bracket"))
    assert up_to.is_monotonic_increasing
    assert after.is_monotonic_decreasing
    assert (on <= up_to).all()
    assert (on.loc[after.index] <= after).all()
    assert (on.loc[bracket.index] <= bracket).all()
    assert (bracket <= up_to.loc[bracket.index]).all()
    assert bracket.iloc[0] == up_to.loc[3]


# --- the customers' own clocks --------------------------------------------------------------------------

# January: one customer has lived through three stretches, two through two, one through none. February: one through one.
OBSERVED = pd.DataFrame({"cohort": [0, 0, 0, 1], "observed": [0, 2, 3, 1], "customers": [1, 2, 1, 1]})
STRETCHES = pd.DataFrame({"cohort": [0, 0, 1], "age": [0, 1, 0], "active": [3, 2, 1]})


def test_only_customers_who_have_lived_through_a_stretch_count_in_it():
    got = rolling_retention(STRETCHES, OBSERVED, calendar(2), min_customers=1)
    assert listed(got, "period", "age", "customers", "active") == [
        ("2024-01", 0, 3, 3),
        ("2024-01", 1, 3, 2),  # of three: the cohort's four would give too low a share
        ("2024-01", 2, 1, 0),
        ("2024-02", 0, 1, 1),
    ]
    assert got["retention"].tolist() == pytest.approx([1, 2 / 3, 0, 1])
    assert got["low"].isna().tolist() == [True, False, False, True]  # certain in the first stretch


def test_few_customers_have_counts_and_no_share_in_a_stretch():
    got = rolling_retention(STRETCHES, OBSERVED, calendar(2), min_customers=3)
    assert got["retention"].isna().tolist() == [False, False, True, True]


def test_stretches_are_pooled_like_periods_and_old_customers_left_out():
    got = pooled_retention(rolling_retention(STRETCHES, OBSERVED, calendar(2), min_customers=1))
    assert listed(got, "age", "cohorts", "customers", "active") == [(0, 2, 4, 4), (1, 1, 3, 2), (2, 1, 1, 0)]
    mixed = pooled_retention(rolling_retention(STRETCHES, OBSERVED, calendar(2, mixed=1), min_customers=1))
    assert listed(mixed, "age", "cohorts", "customers", "active") == [(0, 1, 1, 1)]


def test_the_order_of_stretches_does_not_matter():
    expected = rolling_retention(STRETCHES, OBSERVED, calendar(2), min_customers=1)
    got = rolling_retention(STRETCHES.iloc[::-1], OBSERVED.iloc[::-1], calendar(2), min_customers=1)
    pd.testing.assert_frame_equal(got, expected)


def test_a_stretch_has_thirty_days_and_begins_with_the_first_purchase():
    assert [stretch_days(age) for age in (0, 1, 2)] == [(0, 29), (30, 59), (60, 89)]


def test_stretches_are_what_pandas_counts_in_the_raw_log(log, monkeypatch):
    monkeypatch.chdir(ROOT)
    mart = open_mart("cdnow", "1998-06")
    tables = (mart.table(name) for name in ("rolling_cells", "rolling_observed", "calendar"))
    got = pooled_retention(rolling_retention(*tables, min_customers=20))
    customers = log.groupby("customer_id")["first"].first()
    whole = (pd.Timestamp("1998-07-01") - customers).dt.days // 30  # the last day looked at is 30 June
    stretch = log["days"] // 30
    is_whole = stretch < log["customer_id"].map(whole)
    bought = log[is_whole].assign(stretch=stretch).groupby("stretch")["customer_id"].nunique()
    for row in got.itertuples():
        assert (row.customers, row.active) == ((whole > row.age).sum(), bought.get(row.age, 0)), row.age
