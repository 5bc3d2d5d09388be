"""Events on the diagonals of a cohort table: which cells they cross, and what is usual there without them."""

import numpy as np
import pandas as pd
import pytest
from test_cohorts import listed, retention

from retention_utils.cohorts.events import event_contrasts, event_periods, marked_cells
from retention_utils.errors import TableError

STARTS = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"])
CALENDAR = pd.DataFrame(
    {"period_number": range(4), "period": [str(day)[:7] for day in STARTS], "first_day": STARTS,
     "last_day": STARTS + pd.offsets.MonthEnd()}
)  # fmt: skip


def events(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["day", "last_day", "name"])
    return table.assign(day=pd.to_datetime(table["day"]), last_day=pd.to_datetime(table["last_day"]))


def test_an_event_lies_in_every_period_it_touches():
    got = event_periods(
        events(
            ("2024-02-29", "2024-04-01", "Move"),
            ("2024-02-01", None, "Price"),
            ("2024-03-31", "2024-03-31", "Fair"),
        ),
        CALENDAR,
    )
    assert listed(got, "number", "name", "period") == [
        (1, "Price", "2024-02"),
        (2, "Move", "2024-02"),
        (2, "Move", "2024-03"),
        (2, "Move", "2024-04"),
        (3, "Fair", "2024-03"),
    ]
    assert got["last_day"].iloc[0] == pd.Timestamp("2024-02-01")  # one day if no last one is given


def test_events_outside_the_calendar_are_left_out_and_not_numbered():
    got = event_periods(
        events(
            ("2024-05-01", None, "Later"),
            ("2023-12-31", None, "Before"),
            ("2023-12-30", "2024-01-01", "Into it"),
        ),
        CALENDAR,
    )
    assert listed(got, "number", "name", "period") == [(1, "Into it", "2024-01")]


def test_a_later_event_changes_nothing():
    known = events(("2024-02-10", None, "Price"))
    later = pd.concat([known, events(("2024-05-02", None, "Later"))])
    pd.testing.assert_frame_equal(event_periods(later, CALENDAR), event_periods(known, CALENDAR))


def test_without_events_there_is_nothing_to_mark():
    for none in (None, events()):
        crossed = event_periods(none, CALENDAR)
        assert crossed.empty
        assert marked_cells(retention((0, 0, 9), (0, 1, 3)), crossed).empty
        assert event_contrasts(retention((0, 0, 9), (0, 1, 3)), crossed, min_customers=1).empty


def test_names_are_only_data_and_the_order_of_rows_does_not_matter():
    table = events(("2024-02-10", None, "=1+1"), ("2024-02-10", None, "<b>"), ("2024-01-05", None, "{x}"))
    got = event_periods(table.iloc[::-1], CALENDAR)
    assert listed(got, "number", "name") == [(1, "{x}"), (2, "<b>"), (3, "=1+1")]
    pd.testing.assert_frame_equal(got, event_periods(table, CALENDAR))
    assert event_periods(table.drop(columns="last_day"), CALENDAR)["number"].tolist() == [1, 2, 3]


def test_a_period_crosses_the_cohorts_along_a_diagonal():
    table = retention((0, 0, 10), (1, 0, 10), (2, 0, 10))
    crossed = event_periods(events(("2024-03-09", None, "Fair")), CALENDAR)
    got = marked_cells(table[table["age"] >= 1], crossed)
    assert listed(got, "number", "period", "age") == [(1, "2024-01", 2), (1, "2024-02", 1)]
    # The cohort that joined in March lived through it at age 0, which is not drawn.
    assert listed(marked_cells(table, crossed), "period", "age")[-1] == ("2024-03", 0)


# --- against the usual ----------------------------------------------------------------------------------------


def full_table(periods: int, customers, active) -> pd.DataFrame:
    """All cohorts at all ages; ``customers`` by cohort, ``active`` by cohort and age."""
    rows = [
        (cohort, age, customers[cohort], active[cohort, age])
        for cohort in range(periods)
        for age in range(periods - cohort)
    ]
    table = pd.DataFrame(rows, columns=["cohort", "age", "customers", "active"])
    return table.assign(is_comparable=True, period=table["cohort"].map("{:03d}".format))


def in_periods(*numbers: int, number: int = 1, name: str = "Fair") -> pd.DataFrame:
    day = pd.Timestamp("2024-01-01")
    return pd.DataFrame(
        {"number": number, "name": name, "day": day, "last_day": day, "period_number": list(numbers),
         "period": [f"{period:03d}" for period in numbers]}
    )  # fmt: skip


def test_the_usual_of_the_same_ages_on_paper():
    # Nine periods, cohorts of 100: at age 1 twenty buy, later ten. In period 4 (ages 1 to 4) half as many again.
    ages = np.arange(9)
    active = np.tile(np.where(ages == 1, 20, 10), (9, 1))
    for cohort in range(4):
        active[cohort, 4 - cohort] += active[cohort, 4 - cohort] // 2
    got = event_contrasts(full_table(9, np.full(9, 100), active), in_periods(4), min_customers=20).iloc[0]
    assert (got["cells"], got["customers"], got["active"]) == (4, 400, 75)  # 30 and three times 15
    assert (got["first_period"], got["last_period"]) == ("004", "004")
    assert (got["retention"], got["usual"]) == (pytest.approx(75 / 400), pytest.approx(50 / 400))
    assert got["difference"] == pytest.approx(25 / 400)
    # Ordinary periods are exactly alike, so that binomial chance is all: at age a, p (1-p) (100 + 100^2 / N),
    # N being 100 times the cohorts that reached the age, less the one in period 4: 700, 600, 500 and 400.
    variance = 0.16 * (100 + 1e4 / 700) + 0.09 * (300 + 1e4 / 600 + 1e4 / 500 + 1e4 / 400)
    half = 2.4469 * np.sqrt(variance) / 400  # Student's t, 7 ordinary periods, 6 degrees of freedom
    assert (got["low"], got["high"]) == (
        pytest.approx(25 / 400 - half, abs=1e-5),
        pytest.approx(25 / 400 + half, abs=1e-5),
    )


def test_periods_of_other_events_are_not_usual():
    active = np.full((12, 12), 10)
    for cohort in range(7):
        active[cohort, 7 - cohort] = 60
    crossed = pd.concat([in_periods(4), in_periods(7, number=2, name="Sale")])
    got = event_contrasts(full_table(12, np.full(12, 100), active), crossed, min_customers=20)
    assert got["usual"].tolist() == pytest.approx([0.1, 0.1])
    assert got["difference"].tolist() == pytest.approx([0.0, 0.5])


def test_an_event_of_several_periods_is_one_row():
    got = event_contrasts(
        full_table(12, np.full(12, 100), np.full((12, 12), 10)), in_periods(5, 6), min_customers=20
    )
    assert listed(got, "first_period", "last_period", "cells", "customers") == [("005", "006", 11, 1100)]


def test_an_age_that_no_ordinary_period_knows_is_not_compared():
    # The last period is the only one with age 11, which counts neither above nor below the line.
    got = event_contrasts(
        full_table(12, np.full(12, 100), np.full((12, 12), 10)), in_periods(11), min_customers=20
    )
    assert listed(got, "cells", "customers", "active") == [(10, 1000, 100)]


def test_too_few_customers_or_ordinary_periods_say_nothing():
    table = full_table(7, np.full(7, 100), np.full((7, 7), 10))  # six periods have an age of 1 and more
    shares = ["retention", "usual", "difference", "low", "high"]
    got = event_contrasts(table, in_periods(3), min_customers=20).iloc[0]
    assert got["retention"] == 0.1
    assert got[shares[1:]].isna().all()
    small = event_contrasts(
        full_table(12, np.full(12, 1), np.zeros((12, 12), int)), in_periods(5), min_customers=20
    )
    assert small[shares].isna().all(axis=None)
    always = event_contrasts(table, in_periods(*range(7)), min_customers=20)
    assert always[shares[1:]].isna().all(axis=None)


def test_old_customers_are_neither_compared_nor_usual():
    table = full_table(12, np.full(12, 100), np.full((12, 12), 10))
    table.loc[table["cohort"] == 0, "active"] = 90
    table["is_comparable"] = table["cohort"] > 0
    got = event_contrasts(table, in_periods(6), min_customers=20).iloc[0]
    assert (got["cells"], got["retention"], got["usual"]) == (5, pytest.approx(0.1), pytest.approx(0.1))


def simulated(
    rng: np.random.Generator, *, effect: float, calendar_spread: float, periods: int = 24
) -> pd.DataFrame:
    """Cohorts whose retention falls with age and moves from one calendar period to the next."""
    ages, cohorts = np.meshgrid(np.arange(periods), np.arange(periods))
    moves = rng.normal(0, calendar_spread, 2 * periods)
    moves[14] += effect
    logit = -1.2 - 0.3 * np.log1p(ages) + moves[cohorts + ages]
    customers = rng.integers(60, 140, periods)
    return full_table(periods, customers, rng.binomial(customers[:, None], 1 / (1 + np.exp(-logit))))


@pytest.mark.parametrize("calendar_spread", [0.0, 0.25])
def test_an_event_without_effect_is_seldom_called_one(calendar_spread):
    # With a quarter of a logit between ordinary periods, a binomial interval alone would call it one far
    # too often. Where periods do not differ at all the interval is rather too wide: Student's t, and no
    # variance below 0.
    rng = np.random.default_rng(21)
    runs = [simulated(rng, effect=0.0, calendar_spread=calendar_spread) for _ in range(60)]
    crossed = pd.concat([in_periods(at, number=at) for at in (6, 10, 14, 18, 22)])
    found = pd.concat([event_contrasts(run, crossed, min_customers=20) for run in runs])
    called = (found["low"] > 0) | (found["high"] < 0)
    assert called.mean() < 0.05 + 2 * np.sqrt(0.05 * 0.95 / len(found))
    assert found["difference"].mean() == pytest.approx(0, abs=0.005)


def test_a_large_effect_is_found():
    rng = np.random.default_rng(22)
    runs = [simulated(rng, effect=1.0, calendar_spread=0.1) for _ in range(20)]
    found = [event_contrasts(run, in_periods(14), min_customers=20).iloc[0] for run in runs]
    assert np.mean([row["low"] > 0 for row in found]) > 0.9


def test_the_order_of_cells_does_not_matter():
    table = simulated(np.random.default_rng(4), effect=0.3, calendar_spread=0.1)
    got = event_contrasts(table.sample(frac=1, random_state=2), in_periods(14), min_customers=20)
    pd.testing.assert_frame_equal(got, event_contrasts(table, in_periods(14), min_customers=20))


def test_missing_columns_are_named():
    with pytest.raises(TableError, match=r"'events' lacks \['name'\]"):
        event_periods(events(("2024-02-10", None, "x")).drop(columns="name"), CALENDAR)
    with pytest.raises(TableError, match=r"'crossed' lacks \['period_number'\]"):
        marked_cells(retention((0, 0, 9)), in_periods(1).drop(columns="period_number"))
