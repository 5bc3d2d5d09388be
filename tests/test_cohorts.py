"""Cohort retention counted on paper: what is zero, what is unobserved, what may be pooled and compared."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from retention_utils.cohorts import cohort_retention, pooled_retention
from retention_utils.cohorts.contrast import newest_against_earlier
from retention_utils.cohorts.heat import heat_cells, heat_edges
from retention_utils.cohorts.retention import repeat_in_period_0
from retention_utils.errors import ConfigError, TableError
from retention_utils.mart import open_mart
from retention_utils.repeat_rate import comparable_cohorts, repeat_rate_change

ROOT = Path(__file__).parents[1]
MONTHS = [str(month) for month in pd.period_range("2024-01", periods=24, freq="M")]


def calendar(periods: int = 4, *, mixed: int = 0, is_first_whole: bool = True) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period_number": range(periods),
            "period": MONTHS[:periods],
            "is_whole": [is_first_whole] + [True] * (periods - 1),
            "is_mixed": [number < mixed for number in range(periods)],
        }
    )


def cells(*rows: tuple[int, int, int]) -> pd.DataFrame:
    """Cells of ``cohort``, ``age`` and ``active``, every buyer with one order of ten."""
    table = pd.DataFrame(rows, columns=["cohort", "age", "active"])
    repeaters = table["active"].where(table["age"] > 0, 0)
    return table.assign(orders=table["active"], amount=table["active"] * 10.0, repeaters=repeaters)


def retention(*rows: tuple[int, int, int], min_customers: int = 1, **of_calendar) -> pd.DataFrame:
    return cohort_retention(cells(*rows), calendar(**of_calendar), min_customers=min_customers)


def listed(table: pd.DataFrame, *columns: str) -> list[tuple]:
    return list(table[list(columns)].itertuples(index=False, name=None))


# January to April on paper. January: 10 join, 4 buy in February, nobody in March, 2 in April. February: nobody
# joins. March: 5 join, nobody buys in April. April: 3 join, and nothing later has been seen.
PAPER = [(0, 0, 10), (0, 1, 4), (0, 3, 2), (2, 0, 5), (3, 0, 3)]


def test_counted_on_paper():
    got = retention(*PAPER)
    assert listed(got, "period", "age", "customers", "active") == [
        ("2024-01", 0, 10, 10),
        ("2024-01", 1, 10, 4),
        ("2024-01", 2, 10, 0),  # observed, and nobody bought
        ("2024-01", 3, 10, 2),
        ("2024-03", 0, 5, 5),
        ("2024-03", 1, 5, 0),  # March at age 2 would be May, which nobody has seen: no row
        ("2024-04", 0, 3, 3),
    ]
    assert got["retention"].tolist() == [1.0, 0.4, 0.0, 0.2, 1.0, 0.0, 1.0]
    assert got["amount"].tolist() == [100.0, 40.0, 0.0, 20.0, 50.0, 0.0, 30.0]
    assert got["repeaters"].tolist() == [0, 4, 0, 2, 0, 0, 0]


def test_intervals_of_small_shares_are_wilsons():
    # Newcombe (1998), method 3: 0 of 20 is 0 to 0.1611; 15 of 148 is 0.0624 to 0.1605.
    got = retention((0, 0, 20), (1, 0, 148), (1, 1, 15), periods=3)
    row = got.set_index(["period", "age"])
    assert row.loc[("2024-01", 1), ["low", "high"]].tolist() == pytest.approx([0.0, 0.1611], abs=5e-5)
    assert row.loc[("2024-02", 1), ["low", "high"]].tolist() == pytest.approx([0.0624, 0.1605], abs=5e-5)


def test_small_cohorts_have_counts_and_no_share():
    got = retention((0, 0, 19), (0, 1, 7), (1, 0, 20), (1, 1, 5), periods=3, min_customers=20)
    small, large = got[got["cohort"] == 0], got[got["cohort"] == 1]
    assert small[["retention", "low", "high"]].isna().all(axis=None)
    assert small["active"].tolist() == [19, 7, 0]
    assert large["retention"].tolist() == [1.0, 0.25]


def test_the_order_of_the_cells_does_not_matter_and_the_input_is_left_alone():
    table = cells(*PAPER)
    before = table.copy()
    got = cohort_retention(table.iloc[::-1], calendar(), min_customers=1)
    pd.testing.assert_frame_equal(got, retention(*PAPER))
    pd.testing.assert_frame_equal(table, before)


def test_a_later_period_adds_rows_and_changes_none():
    earlier = retention(*PAPER)
    later = retention(*PAPER, (0, 4, 1), (4, 0, 6), periods=5)
    kept = later.merge(earlier[["cohort", "age"]], on=["cohort", "age"])
    pd.testing.assert_frame_equal(kept, earlier)
    assert len(later) == len(earlier) + 4  # one more age for each of three cohorts, and the new one


@pytest.mark.parametrize(
    ("of_calendar", "comparable"),
    [
        ({}, [True, True, True]),
        ({"mixed": 1}, [False, True, True]),  # the warm-up: perhaps old customers
        ({"is_first_whole": False}, [False, True, True]),  # the log begins inside the first period
    ],
)
def test_who_may_be_compared(of_calendar, comparable):
    got = retention(*PAPER, **of_calendar)
    assert got.groupby("cohort")["is_comparable"].first().tolist() == comparable


def test_pooled_is_customers_over_customers():
    # 48 of 75 and 12 of 25 are 60 of 100. The mean of the shares would be 56 per cent.
    got = pooled_retention(retention((0, 0, 75), (0, 1, 48), (1, 0, 25), (1, 1, 12), periods=3)).set_index(
        "age"
    )
    assert got.loc[1, ["cohorts", "customers", "active"]].tolist() == [2, 100, 60]
    assert got.loc[1, "retention"] == pytest.approx(0.60)
    # Wilson for 60 of 100, by hand: (0.6 + 0.019207 -+ 1.959964 * sqrt(0.0024 + 0.000096)) / 1.038415
    assert got.loc[1, ["low", "high"]].tolist() == pytest.approx([0.5020, 0.6906], abs=5e-5)


def test_pooled_counts_a_cohort_of_which_nobody_came_and_not_one_that_does_not_exist():
    # Age 1: 30 of 50, 0 of 50 (a true zero), no cohort in March: 30 %. Without the zero it would be 60 %,
    # with March as a cohort 20 % as a mean of three.
    got = pooled_retention(retention((0, 0, 50), (0, 1, 30), (1, 0, 50))).set_index("age")
    assert got.loc[1, ["cohorts", "customers", "active"]].tolist() == [2, 100, 30]
    assert got.loc[1, "retention"] == pytest.approx(0.30)


def test_pooled_leaves_out_the_warm_up_and_ages_nobody_has_lived_through():
    rows = [(0, 0, 50), (0, 1, 50), (0, 2, 50), (0, 3, 50), (1, 0, 40), (1, 1, 10), (2, 0, 60), (2, 1, 30)]
    got = pooled_retention(retention(*rows, mixed=1))
    assert listed(got, "age", "cohorts", "customers", "active") == [
        (0, 2, 100, 100),
        (1, 2, 100, 40),
        (2, 1, 40, 0),
    ]


def test_small_cohorts_count_in_the_pool():
    got = pooled_retention(
        retention((0, 0, 5), (0, 1, 5), (1, 0, 95), (1, 1, 5), periods=3, min_customers=20)
    )
    assert got["retention"].tolist() == pytest.approx([1.0, 0.10, 0.0])


def test_without_comparable_cohorts_the_pool_is_empty():
    got = pooled_retention(retention(*PAPER, mixed=4))
    assert got.empty
    assert list(got.columns) == ["age", "cohorts", "customers", "active", "retention", "low", "high"]


def test_the_newest_is_compared_with_all_earlier_ones_together():
    # Newcombe (1998), method 10: 56/70 against 48/80 is +0.2000, 0.0524 to 0.3339; the 80 are 30 and 50.
    rows = [(0, 0, 30), (0, 1, 10), (1, 0, 50), (1, 1, 38), (2, 0, 70), (2, 1, 56), (3, 0, 99)]
    got = newest_against_earlier(retention(*rows), age=1, min_customers=20)
    assert (got.newest, got.newest_customers, got.earlier_cohorts, got.earlier_customers) == (
        "2024-03",
        70,
        2,
        80,
    )
    assert (got.newest_retention, got.earlier_retention) == (pytest.approx(0.80), pytest.approx(0.60))
    assert got.difference == pytest.approx(0.20)
    assert (got.low, got.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


@pytest.mark.parametrize(
    ("rows", "of_calendar"),
    [
        ([(0, 0, 50), (0, 1, 9)], {}),  # one cohort
        ([(0, 0, 50), (1, 0, 19)], {}),  # the other too small
        ([(0, 0, 50), (1, 0, 50)], {"mixed": 1}),  # the other from the warm-up
        ([(0, 0, 50), (1, 0, 50)], {"is_first_whole": False}),
        ([(2, 0, 50), (3, 0, 50)], {}),  # the other has not lived through age 1
    ],
)
def test_fewer_than_two_comparable_cohorts_are_not_compared(rows, of_calendar):
    assert newest_against_earlier(retention(*rows, **of_calendar), age=1, min_customers=20) is None


def test_heat_cells_are_the_ages_from_one_on():
    table = retention(*PAPER)
    before = table.copy()
    got = heat_cells(table)
    assert listed(got, "period", "age", "retention") == [
        ("2024-01", 1, 0.4),
        ("2024-01", 2, 0.0),
        ("2024-01", 3, 0.2),
        ("2024-03", 1, 0.0),
    ]
    pd.testing.assert_frame_equal(table, before)


def test_heat_cells_keep_small_cohorts_beside_a_large_one():
    rows = [(0, 0, 19), (0, 1, 7), (1, 0, 20), (1, 1, 5)]
    got = heat_cells(retention(*rows, periods=3, min_customers=20))
    assert listed(got, "cohort", "age") == [(0, 1), (0, 2), (1, 1)]
    assert got["retention"].isna().tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("rows", "of_calendar"),
    [
        (PAPER, {"min_customers": 20}),  # every cohort is too small
        ([(0, 0, 500)], {"periods": 1, "min_customers": 20}),  # nobody has lived through age 1
        ([(0, 0, 19), (0, 1, 7), (3, 0, 500)], {"min_customers": 20}),  # the large one has not
    ],
)
def test_without_a_share_there_are_no_heat_cells(rows, of_calendar):
    table = retention(*rows, **of_calendar)
    got = heat_cells(table)
    assert got.empty
    assert list(got.columns) == list(table.columns)


def test_heat_edges_are_whole_per_cents_at_both_ends():
    # Shares from age 1: 12.5 % to 51.2 %. Age 0 is 100 % and does not count.
    got = heat_edges(retention((0, 0, 1000), (0, 1, 512), (0, 2, 125), (0, 3, 300)))
    assert len(got) == 8
    assert (got[0], got[-1]) == (0.12, 0.52)
    assert np.diff(got) == pytest.approx(np.full(7, 0.40 / 7))


@pytest.mark.parametrize(
    ("active", "low", "high"),
    [([], 0.0, 1.0), ([300, 300, 300], 0.30, 0.31), ([1000, 1000, 1000], 0.99, 1.0)],
)
def test_heat_edges_where_there_is_nothing_to_tell_apart(active, low, high):
    rows = [(0, 0, 1000), *((0, age, count) for age, count in enumerate(active, 1))]
    got = heat_edges(retention(*rows, periods=len(active) + 1))
    assert (got[0], got[-1]) == (pytest.approx(low), pytest.approx(high))
    assert (np.diff(got) > 0).all()


def test_missing_columns_are_named():
    with pytest.raises(TableError, match=r"'cohort_cells' lacks \['repeaters'\]"):
        cohort_retention(cells(*PAPER).drop(columns="repeaters"), calendar(), min_customers=1)
    with pytest.raises(TableError, match=r"'retention' lacks \['is_comparable'\]"):
        pooled_retention(retention(*PAPER).drop(columns="is_comparable"))


def test_cohorts_of_first_time_buyers_are_named_and_the_unfair_left_out():
    repeat = pd.DataFrame({"cohort": [3, 0, 1], "customers": [30, 40, 50], "repeated": [3, 4, 5]})
    got = comparable_cohorts(repeat, calendar())
    assert listed(got, "cohort", "cohort_index", "customers", "repeated") == [
        ("2024-01", 0, 40, 4),
        ("2024-02", 1, 50, 5),
        ("2024-04", 3, 30, 3),
    ]
    assert comparable_cohorts(repeat, calendar(mixed=1))["cohort"].tolist() == ["2024-02", "2024-04"]
    assert comparable_cohorts(repeat, calendar(mixed=2, is_first_whole=False))["cohort"].tolist() == [
        "2024-04"
    ]
    assert repeat_rate_change(got, min_customers=35).newest == "2024-02"


def test_comparable_cohorts_need_the_calendar():
    repeat = pd.DataFrame({"cohort": [0], "customers": [1], "repeated": [0]})
    with pytest.raises(TableError, match=r"'calendar' lacks \['is_mixed'\]"):
        comparable_cohorts(repeat, calendar().drop(columns="is_mixed"))


def test_the_demo_is_what_pandas_counts_in_the_raw_log(monkeypatch):
    monkeypatch.chdir(ROOT)
    mart = open_mart("cdnow", "1998-06")
    got = cohort_retention(mart.table("cohort_cells"), mart.table("calendar"), min_customers=20)
    log = pd.read_csv(
        Path(find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_master.txt", sep=r"\s+", dtype=str
    )
    log.columns = ["customer_id", "day", "discs", "amount"]
    log = log[log["amount"].astype(float) > 0]
    month = log["day"].str[:4].astype(int) * 12 + log["day"].str[4:6].astype(int)
    first = month.groupby(log["customer_id"]).transform("min")
    counted = log.groupby([first - month.min(), month - first])["customer_id"].nunique()
    counted.index.names = ["cohort", "age"]
    seen = got[got["active"] > 0].set_index(["cohort", "age"])["active"]
    pd.testing.assert_series_equal(seen, counted, check_names=False, check_index_type=False)
    assert got.loc[got["age"] == 0, "customers"].sum() == log["customer_id"].nunique()
    assert (got["cohort"] + got["age"]).max() == 17  # 18 months, the last of them June 1998


def test_at_age_nought_the_share_is_certain_and_has_no_interval():
    got = retention(*PAPER)
    assert got.loc[got["age"] == 0, "retention"].tolist() == [1.0, 1.0, 1.0]
    assert got.loc[got["age"] == 0, ["low", "high"]].isna().all(axis=None)
    pooled = pooled_retention(got).set_index("age")
    assert pooled.loc[0, "retention"] == 1.0
    assert pooled.loc[0, ["low", "high"]].isna().all()
    assert pooled.loc[1, ["low", "high"]].notna().all()


@pytest.mark.parametrize("age", [0, -1])
def test_an_age_to_compare_counts_from_one(age):
    with pytest.raises(ConfigError, match=f"The age to compare is {age}; .* use 1 or more"):
        newest_against_earlier(retention(*PAPER), age=age, min_customers=1)


@pytest.mark.parametrize(
    ("of_calendar", "kinds"),
    [
        ({}, ["new", "new", "new"]),
        ({"mixed": 1}, ["mixed", "new", "new"]),
        ({"is_first_whole": False}, ["incomplete", "new", "new"]),
        ({"mixed": 1, "is_first_whole": False}, ["mixed", "new", "new"]),
    ],
)
def test_every_cohort_says_whether_its_customers_are_new(of_calendar, kinds):
    got = retention(*PAPER, **of_calendar).groupby("cohort").first()
    assert got["kind"].tolist() == kinds
    assert got["is_comparable"].tolist() == [kind == "new" for kind in kinds]


@pytest.mark.parametrize(
    ("client", "period"), [("cdnow", "1998-06"), ("lavka", "2025-01"), ("kiosk", "2024-11")]
)
def test_every_cell_of_a_report_has_ended(client, period, monkeypatch):
    monkeypatch.chdir(ROOT)
    mart = open_mart(client, period)
    calendar = mart.table("calendar")
    got = cohort_retention(mart.table("cohort_cells"), calendar, min_customers=20)
    ends = calendar.set_index("period_number")["last_day"]
    assert (got["cohort"] + got["age"]).map(ends).max() == pd.Timestamp(mart.as_of)
    assert (
        got.groupby("cohort")["age"].max().tolist()
        == (calendar["period_number"].max() - got["cohort"].unique()).tolist()
    )


def test_a_plain_mean_of_cohorts_is_an_option():
    # 48 of 75 and 12 of 25: 64 % and 48 %, a mean of 56 %; pooled they are 60 %.
    table = retention((0, 0, 75), (0, 1, 48), (1, 0, 25), (1, 1, 12), periods=3)
    got = pooled_retention(table, weighting="cohorts").set_index("age")
    assert got.loc[1, "retention"] == pytest.approx(0.56)
    assert got[["low", "high"]].isna().all(axis=None)
    assert list(got.columns) == list(pooled_retention(table).set_index("age").columns)
    with pytest.raises(ConfigError, match="weighting is 'orders'; use 'customers' or 'cohorts'"):
        pooled_retention(table, weighting="orders")


def test_a_plain_mean_includes_a_true_zero_and_no_cohort_without_customers():
    got = pooled_retention(retention((0, 0, 50), (0, 1, 30), (1, 0, 50)), weighting="cohorts")
    assert got.set_index("age").loc[1, "retention"] == pytest.approx(0.30)  # of two, not of three


@pytest.mark.parametrize("weighting", ["customers", "cohorts"])
def test_an_age_that_few_customers_have_reached_has_counts_and_no_share(weighting):
    rows = [(0, 0, 19), (0, 1, 5), (0, 2, 4), (1, 0, 30), (1, 1, 9)]
    got = pooled_retention(retention(*rows, periods=3), weighting=weighting, min_customers=20)
    assert listed(got, "customers", "active") == [(49, 49), (49, 14), (19, 4)]
    assert got["retention"].isna().tolist() == [False, False, True]


def test_a_second_purchase_in_the_first_period_is_counted_apart():
    table = cells((0, 0, 60), (0, 1, 12), (1, 0, 40), (2, 0, 50)).assign(repeaters=[9, 12, 6, 5])
    got = repeat_in_period_0(cohort_retention(table, calendar(3), min_customers=1), min_customers=20)
    assert (got["customers"], got["repeaters"], got["share"]) == (150, 20, pytest.approx(20 / 150))
    # Wilson for 20 of 150, by statsmodels: 0.0880 to 0.1970
    assert (got["low"], got["high"]) == (pytest.approx(0.0880, abs=5e-5), pytest.approx(0.1970, abs=5e-5))
    mixed = cohort_retention(table, calendar(3, mixed=1), min_customers=1)
    assert repeat_in_period_0(mixed, min_customers=20)["customers"] == 90
    assert repeat_in_period_0(mixed, min_customers=91) is None
    assert repeat_in_period_0(mixed[mixed["cohort"] == 0], min_customers=0) is None


def test_old_customers_are_never_drawn_as_new():
    got = heat_cells(retention(*PAPER, (1, 0, 8), mixed=1))
    assert got["period"].unique().tolist() == ["2024-02", "2024-03"]


def test_only_the_newest_cohorts_and_the_first_ages_are_drawn():
    rows = [(cohort, 0, 50) for cohort in range(5)]
    got = heat_cells(retention(*rows, periods=5), most=2)
    assert listed(got, "cohort", "age") == [(2, 1), (2, 2), (3, 1)]  # cohort 4 has lived through no later age
