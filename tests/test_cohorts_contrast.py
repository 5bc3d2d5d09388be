"""Whether cohorts differ, what of orders and revenue is kept: on paper, by other programs, on simulated cohorts."""

from math import comb

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.proportion import proportions_chisquare
from test_cohorts import calendar, cells, listed, retention

from retention_utils.cohorts.contrast import spread_of_cohorts
from retention_utils.cohorts.kept import FEWEST_COHORTS, kept_by_cohort, pooled_kept
from retention_utils.cohorts.retention import cohort_retention
from retention_utils.errors import ConfigError, TableError


def at_age_1(active, customers) -> pd.DataFrame:
    """Cohorts that have all lived through age 1, as the analyses take them."""
    number = np.arange(len(active))
    return pd.DataFrame(
        {"cohort": number, "period": [f"c{n:03d}" for n in number], "age": 1, "is_comparable": True,
         "customers": customers, "active": active}
    )  # fmt: skip


def test_the_best_and_the_worst_and_the_chance_that_all_are_alike():
    # 10, 20 and 30 of 50. Expected 20 and 30 each: X2 = 200/20 + 200/30 = 16.667 with 2 degrees of freedom,
    # so p = exp(-16.667 / 2) = 0.000240.
    got = spread_of_cohorts(
        retention((0, 0, 50), (0, 1, 20), (1, 0, 50), (1, 1, 10), (2, 0, 50), (2, 1, 30)),
        age=1,
        min_customers=20,
    )
    assert (got.cohorts, got.customers) == (3, 150)
    assert (got.worst, got.worst_customers, got.worst_retention) == ("2024-02", 50, 0.2)
    assert (got.best, got.best_customers, got.best_retention) == ("2024-03", 50, 0.6)
    assert got.p_value == pytest.approx(np.exp(-200 / 24), rel=1e-9)


def test_the_chance_is_that_of_statsmodels():
    active, customers = np.array([31, 24, 40, 18, 27]), np.array([210, 190, 230, 160, 205])
    got = spread_of_cohorts(at_age_1(active, customers), age=1, min_customers=20)
    assert got.p_value == pytest.approx(proportions_chisquare(active, customers)[1], rel=1e-9)


def test_where_few_came_back_the_test_is_exact():
    # 0, 0 and 5 of 20. Only five of one cohort are as far from alike: 3 C(20,5) / C(60,5) = 0.0085; the
    # chi-square distribution would say 0.0043.
    got = spread_of_cohorts(at_age_1([0, 0, 5], [20, 20, 20]), age=1, min_customers=20)
    assert got.p_value == pytest.approx(3 * comb(20, 5) / comb(60, 5), abs=0.002)
    assert got == spread_of_cohorts(at_age_1([0, 0, 5], [20, 20, 20]), age=1, min_customers=20)


@pytest.mark.parametrize("active", [[0, 0, 0], [25, 30, 35]])
def test_where_nobody_or_everybody_came_back_all_are_alike(active):
    got = spread_of_cohorts(at_age_1(active, [25, 30, 35]), age=1, min_customers=20)
    assert got.p_value == 1.0
    assert got.worst == got.best == "c000"  # of equals the earliest


def test_alike_cohorts_are_called_different_as_often_as_promised():
    rng = np.random.default_rng(11)
    draws = rng.binomial(80, 0.2, size=(400, 12))
    p_values = [spread_of_cohorts(at_age_1(active, 80), age=1, min_customers=20).p_value for active in draws]
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.022)  # two standard errors
    # Yet the best and the worst of twelve alike cohorts differ "clearly" if they are compared as if chosen
    # beforehand: 14 points or more nearly always.
    gaps = (draws.max(axis=1) - draws.min(axis=1)) / 80
    assert np.mean(gaps) > 0.13


def test_small_old_and_unfinished_cohorts_take_no_part():
    table = at_age_1([5, 9, 10, 20], [50, 50, 50, 19])
    got = spread_of_cohorts(table, age=1, min_customers=20)
    assert (got.cohorts, got.best) == (3, "c002")
    assert spread_of_cohorts(table, age=2, min_customers=20) is None
    assert spread_of_cohorts(table.assign(is_comparable=table["cohort"] > 0), age=1, min_customers=20) is None
    with pytest.raises(ConfigError, match="The age to compare is 0"):
        spread_of_cohorts(table, age=0, min_customers=20)


def test_the_order_of_cohorts_does_not_matter():
    table = at_age_1([1, 2, 6, 1], [25, 30, 28, 40])
    assert spread_of_cohorts(table.iloc[::-1], age=1, min_customers=20) == spread_of_cohorts(
        table, age=1, min_customers=20
    )


# --- what is kept -----------------------------------------------------------------------------------------

# January: ten customers, 12 orders of 600 in all, then 4 of 300. February: thirty, 30 orders of 1,400, then 9 of 700.
KEPT = pd.DataFrame(
    {"cohort": [0, 0, 1, 1], "age": [0, 1, 0, 1], "active": [10, 3, 30, 9], "orders": [12, 4, 30, 9],
     "amount": [600.0, 300.0, 1400.0, 700.0], "repeaters": 0}
)  # fmt: skip


def kept_table(table=KEPT, *, periods: int = 3, **of_calendar) -> pd.DataFrame:
    return cohort_retention(table, calendar(periods, **of_calendar), min_customers=1)


def test_what_is_kept_on_paper():
    got = pooled_kept(kept_table(), min_customers=1).set_index("age")
    assert got.loc[1, ["cohorts", "customers", "active", "orders", "amount"]].tolist() == [
        2,
        40,
        12,
        13,
        1000,
    ]
    assert got.loc[1, "customers_kept"] == pytest.approx(12 / 40)
    assert got.loc[1, "orders_kept"] == pytest.approx(13 / 42)
    assert got.loc[1, "amount_kept"] == pytest.approx(1000 / 2000)
    assert got.loc[1, "orders_per_customer"] == pytest.approx(13 / 40)
    assert got.loc[1, "amount_per_customer"] == pytest.approx(25.0)  # of everyone who joined
    assert got.loc[0, ["customers_kept", "orders_kept", "amount_kept"]].tolist() == [1, 1, 1]
    # Age 2 only January has reached: its first period alone is what it is held against.
    assert got.loc[2, ["cohorts", "customers", "amount", "amount_kept"]].tolist() == [1, 10, 0, 0]


def test_each_cohort_is_held_against_its_own_first_period():
    got = kept_by_cohort(kept_table(), min_customers=1)
    assert listed(got, "cohort", "age", "orders_kept", "amount_kept", "amount_per_customer") == [
        (0, 0, 1.0, 1.0, 60.0),
        (0, 1, 4 / 12, 0.5, 30.0),
        (0, 2, 0.0, 0.0, 0.0),
        (1, 0, 1.0, 1.0, 1400 / 30),
        (1, 1, 0.3, 0.5, 700 / 30),
    ]
    small = kept_by_cohort(kept_table(), min_customers=11)
    ratios = ["orders_kept", "amount_kept", "orders_per_customer", "amount_per_customer"]
    assert small.loc[small["cohort"] == 0, ratios].isna().all(axis=None)
    assert small.loc[small["cohort"] == 1, ratios].notna().all(axis=None)


def test_more_than_the_whole_can_be_kept():
    grown = KEPT.assign(amount=[600.0, 900.0, 1400.0, 2100.0])
    assert pooled_kept(kept_table(grown), min_customers=1).loc[1, "amount_kept"] == pytest.approx(1.5)


def test_a_first_period_without_revenue_gives_no_ratio():
    free = kept_table(KEPT.assign(amount=[0.0, 300.0, 0.0, 700.0]))
    assert pooled_kept(free, min_customers=1)["amount_kept"].isna().all()
    assert kept_by_cohort(free, min_customers=1)["amount_kept"].isna().all()
    assert np.isfinite(pooled_kept(free, min_customers=1)["amount_per_customer"]).all()


def test_old_customers_and_few_ones_are_left_out():
    got = pooled_kept(kept_table(mixed=1), min_customers=1)
    assert listed(got, "age", "cohorts", "customers") == [(0, 1, 30), (1, 1, 30)]
    few = pooled_kept(kept_table(), min_customers=11)
    assert few["amount_kept"].isna().tolist() == [False, False, True]
    assert few["amount"].tolist() == [2000, 1000, 0]  # sums are facts


def simulated(rng: np.random.Generator, cohorts: int) -> pd.DataFrame:
    customers = rng.integers(40, 120, cohorts)
    first = np.array([rng.lognormal(4, 0.6, size).sum() for size in customers])
    buyers = rng.binomial(customers, 0.3)
    later = np.array([rng.lognormal(4, 0.6, size).sum() for size in buyers])
    ages = [pd.DataFrame({"cohort": range(cohorts), "age": age, "customers": customers, "orders": 1, "active": buyers,
                          "amount": amount, "is_comparable": True}) for age, amount in ((0, first), (1, later))]  # fmt: skip
    return pd.concat(ages, ignore_index=True)


def test_the_interval_of_revenue_kept_is_that_of_a_robust_regression():
    # A ratio of sums is a regression through the origin with weights 1/x; statsmodels' HC1 errors are those
    # of the ratio estimator.
    table = simulated(np.random.default_rng(5), 14)
    first, later = (table.loc[table["age"] == age, "amount"].to_numpy() for age in (0, 1))
    fit = WLS(later, first, weights=1 / first).fit(cov_type="HC1", use_t=True)
    row = pooled_kept(table, min_customers=20).set_index("age").loc[1]
    assert row["amount_kept"] == pytest.approx(fit.params[0], rel=1e-9)
    assert (row["amount_low"], row["amount_high"]) == pytest.approx(tuple(fit.conf_int()[0]), rel=1e-9)


def test_few_cohorts_give_no_interval():
    rng = np.random.default_rng(3)
    columns = ["amount_low", "amount_high"]
    assert pooled_kept(simulated(rng, FEWEST_COHORTS - 1), min_customers=20)[columns].isna().all(axis=None)
    enough = pooled_kept(simulated(rng, FEWEST_COHORTS), min_customers=20)
    assert enough[columns].notna().all(axis=1).tolist() == [False, True]  # at age 0 all is kept, for certain


def test_the_interval_covers_the_truth_as_often_as_promised():
    rng = np.random.default_rng(7)
    found = [pooled_kept(simulated(rng, 20), min_customers=20).iloc[1] for _ in range(250)]
    covered = [row["amount_low"] <= 0.3 <= row["amount_high"] for row in found]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.028)  # two standard errors


def test_the_order_of_rows_does_not_matter():
    table = simulated(np.random.default_rng(2), 12)
    shuffled = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(pooled_kept(shuffled, min_customers=1), pooled_kept(table, min_customers=1))
    got = kept_by_cohort(shuffled, min_customers=1).sort_index()
    pd.testing.assert_frame_equal(got, kept_by_cohort(table, min_customers=1))


def test_missing_columns_and_levels_that_are_none_are_refused():
    with pytest.raises(TableError, match=r"'retention' lacks \['amount'\]"):
        pooled_kept(kept_table().drop(columns="amount"), min_customers=1)
    with pytest.raises(ConfigError, match="level is 95"):
        pooled_kept(kept_table(), min_customers=1, level=95)
    assert pooled_kept(kept_table(cells((0, 0, 5)), mixed=3), min_customers=1).empty
