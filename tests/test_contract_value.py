"""What contracts are worth: on paper, printed in papers, by adding up, and for simulated customers."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from test_contract_survival import HIGH_END, cells, cohort
from test_subscriptions import contracts

from retention_utils.config import ContractSettings
from retention_utils.contract_renewals import due_soon
from retention_utils.contract_survival.families import contract_families
from retention_utils.contract_survival.groups import REST, contract_groups
from retention_utils.contract_survival.payment_trial import by_months, payment_trial
from retention_utils.contract_survival.projection import contract_lives
from retention_utils.contract_survival.shifted_beta import ShiftedBeta, fit_shifted_beta
from retention_utils.contract_value.appraisal import appraise_contracts
from retention_utils.contract_value.earned import (
    OLDER,
    contract_cells,
    contract_movement,
    newcomers,
    year_earned,
)
from retention_utils.contract_value.payments import new_contract, payments_to_come, running_money
from retention_utils.subscriptions.spans import contract_spans
from retention_utils.unit_economics.cohort_value import cohort_value, historic_value
from retention_utils.unit_economics.formula import formula_value

MONTHS = pd.period_range("2024-01", "2024-04", freq="M")
CALENDAR = pd.DataFrame(
    {
        "period_number": range(4),
        "period": MONTHS.astype(str),
        "first_day": MONTHS.start_time,
        "last_day": MONTHS.end_time.normalize(),
        "is_whole": True,
        "is_mixed": False,
    }
)
# The High End of the paper of 2007.
MODEL = ShiftedBeta(0.668, 3.806, float("nan"), 1000)


def spans_of(*rows: dict) -> pd.DataFrame:
    return contract_spans(contracts(*rows), ContractSettings())


# --- payments to come ----------------------------------------------------------------------------------


def test_a_new_high_end_customer_is_worth_the_payments_of_the_papers():
    model = fit_shifted_beta(cells(cohort(HIGH_END[:8])))
    assert new_contract(model, discount=0.1, horizon=None) == pytest.approx(5.9223, abs=5e-4)
    assert payments_to_come(model, 7, discount=0.1, horizon=None)[0] == pytest.approx(7.530, abs=5e-4)
    # Three payments: now, and at two renewals.
    survival = model.survival([1, 2])
    assert new_contract(model, discount=0.1, horizon=3) == pytest.approx(
        1 + survival[0] / 1.1 + survival[1] / 1.21
    )


def test_mean_and_luck_are_those_of_simulated_contracts():
    random = np.random.default_rng(1)
    lived, count = 4, 200_000
    leaving = random.beta(MODEL.alpha, MODEL.beta + lived, count)
    paid = random.geometric(leaving) - 1  # renewals lived through from now on
    for horizon, discount in ((6, 0.03), (None, 0.05)):
        times = paid if horizon is None else np.minimum(paid, horizon)
        factor = 1 / (1 + discount)
        money = (1 - factor**times) / (1 - factor)
        mean, variance = payments_to_come(MODEL, lived, discount=discount, horizon=horizon)
        assert mean == pytest.approx(money.mean(), abs=4 * money.std() / np.sqrt(count))
        assert variance == pytest.approx(money.var(), rel=0.02)


def test_without_end_is_a_very_far_horizon_and_unknown_where_nothing_is_discounted():
    far = payments_to_come(MODEL, [0, 3], discount=0.1, horizon=600)
    endless = payments_to_come(MODEL, [0, 3], discount=0.1, horizon=None)
    for one, other in zip(far, endless, strict=True):
        assert one == pytest.approx(other, rel=1e-6)
    assert np.isnan(payments_to_come(MODEL, [0, 3], discount=0.0, horizon=None)[0]).all()
    # Two contracts of 10 and one of 30 at the same age: their money adds up, their luck by squares.
    running = pd.DataFrame({"renewals": [3], "money": [50.0], "squares": [1100.0]})
    total = running_money(MODEL, running, discount=0.1, horizon=None)
    assert total == (pytest.approx(50 * endless[0][1]), pytest.approx(1100 * endless[1][1]))


# --- counted value -------------------------------------------------------------------------------------


def test_revenue_is_earned_day_by_day():
    spans = spans_of(
        {"customer_id": "ann", "start": "2024-01-11", "amount": 304.375},  # ten a day
        {"customer_id": "bob", "start": "2024-02-01", "end": "2024-02-11", "amount": 304.375},
        {"customer_id": "old", "start": "2023-06-01", "end": "2024-01-03", "amount": 304.375},
        {"customer_id": "new", "start": "2024-05-01", "amount": 304.375},  # after the last day
    )
    got = contract_cells(spans, CALENDAR)
    assert list(got.itertuples(index=False, name=None)) == [
        (OLDER, 0, 1, 0.0),
        (OLDER, 1, 1, pytest.approx(20)),  # two days of January
        (0, 0, 1, pytest.approx(210)),
        (0, 1, 1, pytest.approx(290)),
        (0, 2, 1, pytest.approx(310)),
        (0, 3, 1, pytest.approx(300)),
        (1, 0, 1, pytest.approx(100)),
    ]
    assert newcomers(got, CALENDAR)["joined"].tolist() == [1, 1, 0, 0]
    values = historic_value(cohort_value(got, CALENDAR, margin=0.5))
    assert values["value"].tolist() == pytest.approx([155 / 2, 300 / 2, 455 / 2, 555])


def test_the_first_year_of_contracts_is_counted_to_the_day():
    years = pd.period_range("2022", "2024", freq="Y")
    calendar = pd.DataFrame(
        {
            "period_number": range(3),
            "period": years.astype(str),
            "first_day": years.start_time,
            "last_day": years.end_time.normalize(),
            "is_whole": True,
            "is_mixed": False,
        }
    )
    spans = spans_of(  # ten a day; a year has 365 days here
        {"customer_id": "ann", "start": "2022-07-01", "amount": 304.375},
        {"customer_id": "bob", "start": "2022-07-01", "end": "2023-07-01", "amount": 304.375},
        {"customer_id": "cat", "start": "2022-12-31", "end": "2023-01-10", "amount": 304.375},
        {
            "customer_id": "cat",
            "start": "2023-12-01",
            "amount": 304.375,
        },  # 30 days more before the year is over
        {"customer_id": "dan", "start": "2023-01-01", "amount": 304.375},
        {"customer_id": "new", "start": "2024-02-01", "amount": 304.375},  # not a year yet
    )
    values = cohort_value(contract_cells(spans, calendar), calendar, margin=0.5)
    got = year_earned(spans, calendar, values, age=1, margin=0.5)
    assert got[["cohort", "age", "customers"]].to_numpy().tolist() == [[0, 1, 3], [1, 1, 1]]
    assert got["brought"].tolist() == pytest.approx([(3650 + 3650 + 100 + 300) / 2, 3650 / 2])
    assert got["value"].tolist() == pytest.approx([7700 / 6, 1825])


def test_the_formula_is_revenue_of_a_customer_by_churn():
    rates = pd.DataFrame(
        {
            "period_number": [1, 2, 3], "period": ["2024-02", "2024-03", "2024-04"],
            "customers_opening": [100, 100, 100], "customers_closing": [100, 100, 100],
            "customer_churn": [0.1, 0.05, 0.15],
        }
    )  # fmt: skip
    earned = pd.DataFrame({"cohort": 0, "age": [1, 2, 3], "active": 100, "amount": [900.0, 1000.0, 1100.0]})
    got = formula_value(contract_movement(rates, earned), periods=3, margin=0.5)
    assert (got.value, got.churn) == (pytest.approx(10 * 0.5 / 0.1), pytest.approx(0.1))


# --- groups, trial, appraisal --------------------------------------------------------------------------

TRUTH = {
    "Basic": (0.9, 8.0, 10.0, "month"),
    "Club": (1.2, 3.0, 240.0, "year"),
    "Rare": (1.0, 9.0, 50.0, "month"),
}
STARTED, LISTED, AS_OF = date(2018, 1, 1), date(2019, 1, 1), date(2024, 12, 31)


def simulated(customers: dict[str, int], *, seed: int) -> pd.DataFrame:
    """Contracts of plans whose chances of leaving are known, as a list that begins a year after the first."""
    random, rows = np.random.default_rng(seed), []
    for plan, count in customers.items():
        alpha, beta, amount, every = TRUTH[plan]
        step = 12 if every == "year" else 1
        begin = pd.Timestamp(STARTED) + pd.to_timedelta(random.integers(0, 2550, count), unit="D")
        payments = random.geometric(random.beta(alpha, beta, count))
        for number, (day, paid) in enumerate(zip(begin, payments, strict=True)):
            end = day + pd.DateOffset(months=min(int(paid) * step, 2000))
            if end > pd.Timestamp(LISTED):
                known = None if end > pd.Timestamp(AS_OF) else str(end.date())
                row = {"customer_id": f"{plan}{number}", "subscription_id": f"{plan}{number}", "plan": plan}
                rows.append(
                    {**row, "start": str(day.date()), "end": known, "amount": amount, "billed_every": every}
                )
    return spans_of(*rows)


@pytest.fixture(scope="module")
def spans():
    return simulated({"Basic": 2500, "Club": 1500, "Rare": 30}, seed=5)


HOW = {"history_start": LISTED, "as_of": AS_OF, "horizon_weeks": 52, "annual_discount_rate": 0.1}


@pytest.fixture(scope="module")
def appraisal(spans):
    return appraise_contracts(spans, margin=0.5, min_customers=20, **HOW)


def test_small_plans_share_a_group_and_are_refused_if_that_is_small_too(spans, appraisal):
    days = {"history_start": pd.Timestamp(LISTED), "as_of": pd.Timestamp(AS_OF)}
    groups = contract_groups(spans, **days)
    assert {(group.plan, group.billed_every, group.step) for group in groups} == {
        ("Basic", "month", 1), ("Club", "year", 12), ("Rare", "month", 1)
    }  # fmt: skip
    together = contract_groups(spans, fewest=10**6, **days)
    assert {(group.plan, group.plans) for group in together} == {
        ("Club", ("Club",)), (REST, ("Basic", "Rare"))
    }  # fmt: skip
    assert {plan.group.plan: plan.refused for plan in appraisal.plans} == {
        "Basic": "", "Club": "", "Rare": "too few"
    }  # fmt: skip
    assert [plan.group.plan for plan in appraisal.refused] == ["Rare"]
    assert appraisal.contracts == sum(plan.contracts for plan in appraisal.plans if plan.is_valued)


def test_what_is_true_of_the_plans_is_found_again(appraisal):
    for plan in appraisal.valued:
        alpha, beta, amount, _ = TRUTH[plan.group.plan]
        true = ShiftedBeta(alpha, beta, float("nan"), 0)
        discount = 1.1 ** (plan.group.step / 12) - 1
        horizon = 12 // plan.group.step
        for name, known in (
            ("within", running_money(true, plan.running, discount=discount, horizon=horizon)[0]),
            ("endless", running_money(true, plan.running, discount=discount, horizon=None)[0]),
            ("new_within", amount * new_contract(true, discount=discount, horizon=horizon)),
            ("new_endless", amount * new_contract(true, discount=discount, horizon=None)),
        ):
            low, high = plan.draws[name].quantile([0.01, 0.99])
            assert low <= known <= high, (plan.group.plan, name)
        assert plan.draws["within"].std() < 0.06 * plan.within


def test_the_year_since_is_what_was_expected_and_not_what_a_constant_churn_gives(appraisal):
    basic = next(plan for plan in appraisal.valued if plan.group.plan == "Basic").trial
    assert basic.is_within_chance
    assert abs(basic.bias_share) < 0.06
    # Those who have stayed stay on, and are most of those there: a constant churn misses them.
    assert basic.constant_bias_share < -0.08
    table = by_months([plan.trial for plan in appraisal.valued])
    assert table["label"].tolist() == ["0–2", "3–5", "6–11", "12–23", "24+"]
    assert (table["actual"] - table["model"]).abs().max() < 0.12
    assert table["constant"].iloc[0] > table["model"].iloc[0]
    assert table["constant"].iloc[-1] < table["model"].iloc[-1]
    assert table["contracts"].sum() == appraisal.tested


def test_totals_are_those_of_the_plans_times_the_margin(appraisal):
    value, low, high = appraisal.within
    assert value == pytest.approx(0.5 * sum(plan.within for plan in appraisal.valued))
    assert low < value < high < appraisal.endless[0]
    new, _, _, customers = appraisal.newcomer
    joined = {plan.group.plan: plan for plan in appraisal.valued}
    since = pd.Timestamp(AS_OF) - pd.DateOffset(months=12)
    taken = {name: (plan.group.tenures["first_day"] > since).sum() for name, plan in joined.items()}
    assert customers == sum(taken.values())
    by_hand = sum(taken[name] * plan.new_within for name, plan in joined.items()) / customers * 0.5
    assert new == pytest.approx(by_hand)
    residual = appraisal.residual[appraisal.residual["plan"] == "Basic"]
    assert residual["money"].is_monotonic_increasing  # who has stayed is expected to stay
    assert ((residual["low"] < residual["money"]) & (residual["money"] < residual["high"])).all()


def test_every_chapter_looks_ahead_for_the_same_contracts_and_sees_the_same(spans, appraisal):
    days = {"history_start": LISTED, "as_of": AS_OF}
    lives = contract_lives(spans, annual_discount_rate=0.1, min_customers=20, **days)
    left_out = [family.group.plan for life in lives for family in life.left_out]
    assert left_out == [plan.group.plan for plan in appraisal.refused] == ["Rare"]
    assert [each.group.plan for each in due_soon(spans, ahead_days=60, **days).left_out] == left_out
    assert sum(life.to_come.contracts for life in lives) == appraisal.contracts
    assert sum(life.to_come.money for life in lives) * 0.5 == pytest.approx(appraisal.endless[0])
    tried = [life.trial for life in lives]
    assert sum(trial.expected for trial in tried) / sum(trial.actual for trial in tried) - 1 == (
        pytest.approx(appraisal.bias_share)
    )


def test_a_plan_with_enough_is_used_only_if_it_foresaw_the_year():
    # Half of all leave at their first renewal of the last half-year, which nothing before foretold.
    calm, rows = simulated({"Basic": 1200}, seed=3), []
    later = calm["first_day"] < "2024-06-01"
    for number, row in enumerate(calm[later].itertuples()):
        end = pd.Timestamp("2024-06-01") + (row.first_day - row.first_day.replace(day=1))
        rows.append(end if number % 2 and not row.end_day <= end else row.end_day)
    shaken = calm[later].assign(end_day=rows, ending="voluntary")
    (family,) = contract_families(shaken, history_start=LISTED, as_of=AS_OF)
    assert (family.refused, family.trial.bias_share > 0.1) == ("missed", True)
    # Chances a few weeks ahead are tried on as long a time before instead.
    (family,) = contract_families(shaken, history_start=LISTED, as_of=AS_OF, is_tried=False)
    assert (family.refused, family.trial) == ("", None)


def test_a_year_holds_as_many_payments_after_a_pause_as_without():
    base = {"plan": "Basic", "amount": 10.0, "billed_every": "month"}
    months = [1] * 20 + [2] * 8 + [3] * 4 + [5] * 4 + [10] * 4  # the loyal are those who stay
    gone = [
        {**base, "customer_id": f"c{n}", "start": "2023-01-05", "end": f"2023-{1 + lived:02}-05"}
        for n, lived in enumerate(months)
    ]
    paused = [
        {**base, "customer_id": "pia", "start": "2023-01-05", "end": "2023-04-05", "is_pause": True},
        {**base, "customer_id": "pia", "start": "2023-06-05"},
        {**base, "customer_id": "ray", "start": "2023-01-05"},
    ]
    days = {"history_start": pd.Timestamp("2023-01-01"), "as_of": pd.Timestamp(AS_OF)}
    (group,) = contract_groups(spans_of(*gone, *paused), **days)
    trial = payment_trial(group)
    assert trial.rows["due"].tolist() == trial.rows["made"].tolist() == [120.0, 120.0]


def test_rows_that_come_later_change_nothing(spans, appraisal):
    more = simulated({"Basic": 40}, seed=9).assign(first_day=pd.Timestamp("2025-01-15"), end_day=pd.NaT)
    later = appraise_contracts(
        pd.concat([spans, more], ignore_index=True), margin=0.5, min_customers=20, **HOW
    )
    assert (later.within, later.newcomer) == (appraisal.within, appraisal.newcomer)
