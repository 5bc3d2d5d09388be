"""Historic value, the formulas, the cost of winning a customer and payback: by hand, by simulation, refused."""

from datetime import date

import cdnow_sample
import numpy as np
import pandas as pd
import pytest
from scipy.special import bdtr

from retention_utils.errors import TableError
from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.texts import Text
from retention_utils.unit_economics.acquisition import (
    MIXED,
    NO_PERIOD,
    CostAccount,
    acquisition_costs,
    cohort_payback,
    cost_account,
    recovery,
    unit_economics,
)
from retention_utils.unit_economics.cohort_value import (
    cohort_ratio,
    cohort_value,
    first_year,
    historic_value,
    well_seen,
    year_age,
)
from retention_utils.unit_economics.formula import FormulaValue, formula_value
from retention_utils.unit_economics.formula_trial import FormulaTrial, cohort_formula_trial, formula_trial
from retention_utils.unit_economics.three_values import FORMULA, HISTORIC, MODEL, SEED, three_values


def calendar(periods: int, *, start: str = "2024-01", mixed: int = 0, cut: int = 0) -> pd.DataFrame:
    months = pd.period_range(start, periods=periods, freq="M")
    return pd.DataFrame(
        {
            "period_number": range(periods),
            "period": months.astype(str),
            "first_day": months.start_time,
            "last_day": months.end_time.normalize(),
            "is_whole": [number >= cut for number in range(periods)],
            "is_mixed": [number < mixed for number in range(periods)],
        }
    )


def cells(*rows: tuple[int, int, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["cohort", "age", "active", "amount"])


# Three months. January: 10 customers, 100 then 50 then nothing. February: 5, 60 then 20. March: 4, 44.
CALENDAR = calendar(3)
CELLS = cells((0, 0, 10, 100.0), (0, 1, 4, 50.0), (1, 0, 5, 60.0), (1, 1, 1, 20.0), (2, 0, 4, 44.0))
VALUES = cohort_value(CELLS, CALENDAR, margin=0.5)
JOINED = pd.DataFrame({"period_number": [0, 1, 2], "joined": [10, 5, 4]})


# --- historic value -------------------------------------------------------------------------------------


def test_what_cohorts_have_brought_by_hand():
    rows = VALUES[["period", "age", "customers", "brought", "value"]].itertuples(index=False, name=None)
    assert list(rows) == [
        ("2024-01", 0, 10, 50.0, 5.0),
        ("2024-01", 1, 10, 75.0, 7.5),
        ("2024-01", 2, 10, 75.0, 7.5),  # lived through, nothing bought: it stays
        ("2024-02", 0, 5, 30.0, 6.0),
        ("2024-02", 1, 5, 40.0, 8.0),
        ("2024-03", 0, 4, 22.0, 5.5),
    ]


def test_cohorts_are_pooled_over_those_that_have_reached_the_age():
    got = historic_value(VALUES)
    assert got[["age", "cohorts", "customers"]].to_numpy().tolist() == [[0, 3, 19], [1, 2, 15], [2, 1, 10]]
    assert got["value"].tolist() == pytest.approx([102 / 19, 115 / 15, 7.5])
    assert got[["low", "high"]].isna().all(axis=None)  # three cohorts say too little
    assert well_seen(got)["age"].tolist() == [0, 1, 2]
    assert well_seen(got.assign(customers=[19, 15, 9]))["age"].tolist() == [0, 1]


def test_old_customers_and_cut_periods_and_small_cohorts_are_no_cohorts():
    marked = calendar(3, cut=1, mixed=2)
    assert cohort_value(CELLS, marked)["period"].unique().tolist() == ["2024-03"]
    assert cohort_value(CELLS, CALENDAR, min_customers=5)["period"].unique().tolist() == [
        "2024-01",
        "2024-02",
    ]
    assert historic_value(cohort_value(CELLS, CALENDAR, min_customers=99)).empty


def test_the_order_of_rows_changes_nothing():
    shuffled = cohort_value(CELLS.iloc[::-1], CALENDAR.sample(frac=1, random_state=1), margin=0.5)
    pd.testing.assert_frame_equal(shuffled, VALUES)


def test_the_interval_of_a_ratio_by_hand():
    # Ten cohorts of 10 customers bring 90 or 110 in turn: ratio 10, residuals -10 and 10, their squares add up to
    # 1000; error sqrt(10 / 9 * 1000) / 100 = 1/3; t quantile of 9 degrees of freedom 2.26216.
    brought, base = np.array([90.0, 110.0] * 5), np.full(10, 10.0)
    assert cohort_ratio(brought, base) == pytest.approx((10, 10 - 2.26216 / 3, 10 + 2.26216 / 3), abs=1e-5)
    assert cohort_ratio(brought[:9], base[:9])[0] == pytest.approx(890 / 90)
    assert np.isnan(cohort_ratio(brought[:9], base[:9])[1:]).all()
    assert np.isnan(cohort_ratio(brought, np.zeros(10))).all()


def test_the_interval_covers_the_true_mean():
    # 400 simulated clients of 24 cohorts with lognormal spending. Fewer than 91.5 or more than 98% covered has a
    # probability below 0.003 each at 95%.
    random = np.random.default_rng(5)
    clients, covered = 400, 0
    for _ in range(clients):
        sizes = random.integers(40, 160, 24)
        brought = np.array([np.exp(random.normal(1.0, 0.8, size)).sum() for size in sizes])
        _, low, high = cohort_ratio(brought, sizes.astype(float))
        covered += low <= np.exp(1 + 0.32) <= high
    assert 366 <= covered <= 392, covered
    assert bdtr(365, clients, 0.95) < 0.003


def test_a_year_is_twelve_months_or_four_quarters():
    assert year_age(calendar(30)) == 12
    quarters = calendar(6).iloc[::3].assign(last_day=pd.to_datetime(["2024-03-31", "2024-06-30"]))
    assert year_age(quarters) == 4
    weeks = pd.DataFrame({"first_day": pd.date_range("2024-01-01", periods=9, freq="7D")})
    assert year_age(weeks.assign(last_day=weeks["first_day"] + pd.Timedelta(days=6))) == 52
    years = pd.DataFrame(
        {"first_day": pd.to_datetime(["2023-01-01"]), "last_day": pd.to_datetime(["2023-12-31"])}
    )
    assert year_age(years) == 1


def test_a_year_ends_half_way_through_the_period_a_year_on():
    # Whoever joined in mid-January has been there for a year in mid-January. By the end of the year of joining they
    # are there for half a year on average, and a year later for one and a half: 50 and 75 in the middle are 62.50.
    got = first_year(VALUES, age=1)
    assert got[["cohort", "age", "customers"]].to_numpy().tolist() == [[0, 1, 10], [1, 1, 5]]
    assert got["brought"].tolist() == pytest.approx([62.5, 35])
    assert got["value"].tolist() == pytest.approx([6.25, 7])
    assert first_year(VALUES, age=3).empty
    # 12 a month from the day of joining on, joined evenly over a month: 6 in it, 12 in every later one, 144 a year.
    paid = [(0, 0, 1, 6.0), *((0, age, 1, 12.0) for age in range(1, 14))]
    assert first_year(cohort_value(cells(*paid), calendar(14)), age=12)["value"].tolist() == [144]


def test_missing_columns_are_named():
    with pytest.raises(TableError, match="amount"):
        cohort_value(CELLS.drop(columns="amount"), CALENDAR)


# --- the formulas ---------------------------------------------------------------------------------------


def movement(periods: int, **changes: object) -> pd.DataFrame:
    """100 active at both ends, 10 of them lapse; 60 orders of 40 buyers bring 600."""
    table = pd.DataFrame(
        {
            "period_number": range(periods), "period": calendar(periods)["period"],
            "active_start": 100, "active_end": 100, "churn": 0.10, "orders": 60, "buyers": 40, "amount": 600.0,
        }
    )  # fmt: skip
    return table.assign(**changes)


def test_the_formulas_by_hand():
    # 6 of revenue per active customer and month; at 50% margin and 10% churn 3 / 0.10 = 30. Per buyer: order
    # value 10 x 1.5 orders x 50% x 10 months = 75.
    got = formula_value(movement(8), periods=6, margin=0.5)
    assert (got.periods, got.last_period, got.active) == (6, "2024-08", 100)
    assert (got.churn, got.revenue_per_active, got.value) == pytest.approx((0.1, 3, 30))
    assert (got.order_value, got.orders_per_buyer, got.seed_value) == pytest.approx((10, 1.5, 75))
    # In two months 3 + 3 * 0.9 = 5.70, and in endless ones the whole.
    assert got.within(2) == pytest.approx(5.7)
    assert got.seed_within(2) == pytest.approx(75 * 0.19)
    assert got.within(1000) == pytest.approx(30)


def test_churn_is_the_plain_mean_of_the_last_periods():
    # ChartMogul: mean of six months; the first two are older than that.
    rates = [0.9, 0.9, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3]
    assert formula_value(movement(8, churn=rates), periods=6).churn == pytest.approx(0.2)
    assert formula_value(movement(8, churn=rates), periods=6, until=1).__class__ is Text


def test_zero_churn_is_refused_and_not_infinite():
    assert formula_value(movement(8, churn=0.0), periods=6) == (
        "Nobody lapsed in the last periods: divided by a churn of zero the value would be infinite."
    )


def plainly(text: Text, language: str) -> str:
    return text.in_language(language).replace("\xa0", " ")


def test_churn_that_is_not_measured_is_refused():
    assert formula_value(movement(8, churn=np.nan), periods=6) == (
        "Churn is known in none of the last 6 periods; the formula needs at least 3."
    )
    some = formula_value(movement(2, churn=[0.1, 0.2]), periods=6)
    assert plainly(some, "ru") == "Отток известен за 2 из последних 6 периодов; формуле нужно не меньше 3."
    assert plainly(some, "uk") == "Відтік відомий за 2 з останніх 6 періодів; формулі потрібно не менше 3."
    assert isinstance(formula_value(movement(3), periods=6), FormulaValue)
    assert formula_value(movement(8, orders=0, buyers=0, amount=0.0), periods=6) == (
        "Nobody bought in the last periods, so there is no revenue to project."
    )


def test_the_formula_is_held_against_what_came_by_hand():
    # Known until April (4 months of the calendar's 8; 17 weeks before the end of August is 4 May). The formula sees
    # 100 active: 30 * (1 - 0.9 ** 4) each. Those acquired until April have since brought 0.5 * (500 + 300).
    table = cells((0, 0, 50, 1.0), (0, 5, 9, 500.0), (3, 0, 60, 1.0), (3, 2, 9, 300.0), (6, 0, 9, 999.0))
    got = cohort_formula_trial(movement(8), table, calendar(8), holdout_weeks=17, periods=6, margin=0.5)
    assert (got.last_known, got.periods, got.customers) == ("2024-04", 4, 110)
    assert got.actual == pytest.approx(400)
    assert got.expected == pytest.approx(100 * 30 * (1 - 0.9**4))
    assert got.bias_share == pytest.approx(3000 * 0.3439 / 400 - 1)
    assert got.seed_bias_share == pytest.approx(7500 * 0.3439 / 400 - 1)
    later = movement(8, amount=[600.0] * 4 + [9e9] * 4, churn=[0.1] * 4 + [0.9] * 4)
    assert cohort_formula_trial(later, table, calendar(8), holdout_weeks=17, periods=6, margin=0.5) == got


def test_nothing_to_test_on_gives_none():
    how = {"periods": 6, "margin": 0.5}
    assert cohort_formula_trial(movement(8), CELLS, calendar(8), holdout_weeks=60, **how) is None
    assert (
        cohort_formula_trial(movement(8), cells((0, 0, 9, 1.0)), calendar(8), holdout_weeks=17, **how) is None
    )
    unmeasured = movement(8, churn=np.nan)
    assert cohort_formula_trial(unmeasured, CELLS, calendar(8), holdout_weeks=17, **how) is None


def test_the_formulas_are_tried_on_those_who_were_active_by_hand():
    # The end of August less 123 days is 30 April, and until then the formulas know the past. Of the
    # three customers of that day the third had lapsed; what that one has spent since is not of the active.
    states = pd.DataFrame({"silence_days": [0, 90, 91], "later_amount": [100.0, 20.0, 999.0]})
    how = {"day": date(2024, 4, 30), "follow_up_days": 123, "gap_days": 90, "periods": 6, "margin": 0.5}
    got = formula_trial(movement(8), states, calendar(8), **how)
    assert (got.last_known, got.last_day, got.customers) == ("2024-04", date(2024, 4, 30), 2)
    assert got.periods == pytest.approx(123 / (213 / 7))  # from the end of January 213 days in seven months
    assert got.actual == pytest.approx(60)
    assert got.expected == pytest.approx(2 * 30 * (1 - 0.9**got.periods))
    assert got.seed_expected == pytest.approx(2 * 75 * (1 - 0.9**got.periods))
    later = movement(8, amount=[600.0] * 4 + [9e9] * 4, churn=[0.1] * 4 + [0.9] * 4)
    assert formula_trial(later, states, calendar(8), **how) == got
    assert formula_trial(movement(8), states, calendar(8), **how | {"day": date(2024, 1, 30)}) is None
    assert formula_trial(movement(8), states.iloc[2:], calendar(8), **how) is None
    assert formula_trial(movement(8, churn=np.nan), states, calendar(8), **how) is None


def test_ticket_times_frequency_overshoots_the_cdnow_sample_by_61_percent():
    # clvkit 0.2.1 reports that ticket x frequency overshoots the 39 held-out weeks of CDNOW by 61%: every
    # customer's own mean repeat purchase times the own past rate, carried on as if nobody ever left.
    table = cdnow_sample.histories()
    rate = table["frequency"] / table["age_days"].where(table["age_days"] > 0, 1)
    expected = (rate * table["monetary_value"]).sum() * cdnow_sample.HOLDOUT_DAYS
    log = cdnow_sample.purchases()
    actual = log.loc[log["day"] > cdnow_sample.CALIBRATION_END, "amount"].sum()
    assert expected / actual - 1 == pytest.approx(0.61, abs=5e-3)


# --- three values ---------------------------------------------------------------------------------------


def test_three_values_stand_side_by_side():
    formula = formula_value(movement(8), periods=6, margin=0.5)
    test = FormulaTrial("2024-04", 4, 110, 400.0, 1000.0, 2000.0, date(2024, 4, 30))
    known = {"age": 1, "model_bias": -0.1, "model_tested": date(2024, 5, 2)}
    got = three_values(historic_value(VALUES), formula, test, (9.0, 8.0, 10.0, 19), **known).set_index(
        "method"
    )
    assert got["tested"].tolist() == [None, date(2024, 4, 30), date(2024, 4, 30), date(2024, 5, 2)]
    assert got.index.tolist() == [HISTORIC, FORMULA, SEED, MODEL]
    assert got["year_value"].tolist() == pytest.approx([115 / 15, 3, 7.5, 9])
    assert got["life_value"].tolist() == pytest.approx([np.nan, 30, 75, np.nan], nan_ok=True)
    assert got["customers"].tolist() == [15, 100, 100, 19]
    assert got["bias_share"].tolist() == pytest.approx([np.nan, 1.5, 4.0, -0.1], nan_ok=True)
    assert (got.loc[MODEL, "low"], got.loc[MODEL, "high"]) == (8, 10)


def test_what_is_not_known_stays_blank():
    got = three_values(
        historic_value(VALUES), EVERY_LANGUAGE.name("No churn."), None, None, age=12, model_bias=None
    )
    assert got.drop(columns="method").isna().all(axis=None)
    assert got["method"].tolist() == [HISTORIC, FORMULA, SEED, MODEL]


# --- costs ----------------------------------------------------------------------------------------------


def costs(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["period", "acquisition"])


def test_costs_are_matched_with_whole_periods_only():
    table = costs(("2024-03", 22.0), ("2024-Q1", 500.0), ("2023-12", 9.0), ("2024-01", 30.0))
    got = acquisition_costs(table, JOINED, CALENDAR).set_index("period")
    assert got.index.tolist() == ["2023-12", "2024-01", "2024-03", "2024-Q1"]
    assert got["is_used"].tolist() == [False, True, True, False]
    assert got["why_not"].tolist() == [NO_PERIOD, "", "", NO_PERIOD]
    assert got["cost"].tolist() == pytest.approx([np.nan, 3.0, 5.5, np.nan], nan_ok=True)
    old = acquisition_costs(table, JOINED, calendar(3, mixed=1)).set_index("period")
    assert (old.loc["2024-01", "is_used"], old.loc["2024-01", "why_not"]) == (False, MIXED)
    cut = acquisition_costs(table, JOINED, calendar(3, cut=1)).set_index("period")
    assert (cut.loc["2024-01", "is_used"], cut.loc["2024-01", "why_not"]) == (False, NO_PERIOD)


def test_money_spent_without_a_new_customer_is_still_spent():
    table = acquisition_costs(
        costs(("2024-01", 30.0), ("2024-02", 20.0)), JOINED.assign(joined=[10, 0, 4]), CALENDAR
    )
    assert table["is_used"].all()
    assert np.isnan(table["cost"].iloc[1])
    got = unit_economics(table, VALUES, age=1)
    assert got.cost == pytest.approx(50 / 10)


def test_payback_by_hand():
    # January cost 60 for 10 customers who brought 50, then 75: paid at age 1. February 45 for 5: 30, then 40: not
    # yet. Together 80 of 105 at age 0; at age 1, 115 of 105: paid back.
    matched = acquisition_costs(costs(("2024-01", 60.0), ("2024-02", 45.0), ("2022", 7.0)), JOINED, CALENDAR)
    curve = recovery(VALUES, matched)
    assert curve["recovered"].tolist() == pytest.approx([80 / 105, 115 / 105, 75 / 60])
    assert curve["customers"].tolist() == [15, 15, 10]
    assert curve["cost"].tolist() == pytest.approx([7, 7, 6])
    got = unit_economics(matched, VALUES, age=1)
    assert (got.first_period, got.last_period, got.periods, got.left_out) == ("2024-01", "2024-02", 2, 1)
    assert (got.spend, got.customers, got.cost) == (105, 15, 7)
    # A year on, half way between the ages: 97.50.
    assert (got.value, got.ratio, got.cost_of_these) == pytest.approx((97.5 / 15, 97.5 / 105, 7))
    assert np.isnan([got.low, got.high]).all()
    known = VALUES[VALUES["age"] == 1].assign(brought=[90.0, 60.0])
    assert unit_economics(matched, VALUES, age=1, year=known).ratio == pytest.approx(150 / 105)
    assert (got.cohorts, got.payback_age, got.seen_age) == (2, 1, 2)
    assert got.recent_cost == 9  # one period makes a year here: February's
    table = cohort_payback(VALUES, matched)
    assert table["period"].tolist() == ["2024-01", "2024-02"]
    assert table["cost"].tolist() == [6, 9]
    assert table["recovered"].tolist() == pytest.approx([7.5 / 6, 8 / 9])
    assert table["payback_age"].tolist() == pytest.approx([1, np.nan], nan_ok=True)


def test_a_cost_that_has_not_come_back_is_not_yet():
    matched = acquisition_costs(costs(("2024-01", 1000.0)), JOINED, CALENDAR)
    got = unit_economics(matched, VALUES, age=12)
    assert (got.payback_age, got.seen_age, got.recovered) == (None, 2, pytest.approx(0.075))
    assert np.isnan(got.ratio)
    assert got.cohorts == 0


def test_payback_counts_margin_and_not_revenue():
    matched = acquisition_costs(costs(("2024-01", 60.0)), JOINED, CALENDAR)
    as_revenue = cohort_value(CELLS, CALENDAR, margin=1.0)
    assert unit_economics(matched, as_revenue, age=1).payback_age == 0
    assert unit_economics(matched, VALUES, age=1).payback_age == 1


def test_no_costs_no_match_and_no_cohort_give_nothing():
    assert cost_account(None, JOINED, CALENDAR, VALUES, age=1).economics is None
    nothing = cost_account(costs(("2022", 7.0)), JOINED, CALENDAR, VALUES, age=1)
    assert nothing.economics is None
    assert nothing.by_cohort.empty
    few = cost_account(costs(("2024-01", 7.0)), JOINED, CALENDAR, VALUES.iloc[:0], age=1)
    assert few.economics is None


def test_the_cost_line_is_drawn_only_where_margin_is_known():
    account = cost_account(costs(("2024-01", 60.0)), JOINED, CALENDAR, VALUES, age=1)
    assert account.line(0.5) == 6
    assert account.line(1.0) is None
    assert CostAccount().line(0.5) is None


def test_free_customers_are_paid_back_at_once():
    matched = acquisition_costs(costs(("2024-01", 0.0)), JOINED, CALENDAR)
    got = unit_economics(matched, VALUES, age=1)
    assert (got.cost, got.payback_age) == (0, 0)
    assert np.isnan(got.ratio)
    assert cohort_payback(VALUES, matched)["recovered"].isna().all()


def test_the_tables_are_left_alone():
    before = [table.copy() for table in (CELLS, CALENDAR, JOINED)]
    cost_account(costs(("2024-01", 60.0)), JOINED, CALENDAR, VALUES, age=1)
    cohort_formula_trial(movement(3), CELLS, CALENDAR, holdout_weeks=4, periods=2)
    for table, copy in zip((CELLS, CALENDAR, JOINED), before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
