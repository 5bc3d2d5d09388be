"""Contracts by the week, the quarter and the half-year: counted in their own periods, and found again."""

import numpy as np
import pandas as pd
import pytest
from test_subscriptions import contracts

from retention_utils.config import ContractSettings
from retention_utils.contract_renewals import due_soon
from retention_utils.contract_snapshot import as_snapshot
from retention_utils.contract_survival.billing import BILLING, discount_per_period, payment_day, whole_periods
from retention_utils.contract_survival.projection import contract_lives, snapshot_lives
from retention_utils.contract_survival.residual import StillToCome
from retention_utils.contract_survival.shifted_beta import ShiftedBeta
from retention_utils.contract_survival.tenures import contract_tenures
from retention_utils.contract_value.appraisal import appraise_contracts
from retention_utils.contract_value.payments import running_money
from retention_utils.findings.contract_families import plan_words
from retention_utils.findings.contract_life import contract_life_finding, life_title, to_come_finding
from retention_utils.findings.contract_snapshot_kpis import year_kpi
from retention_utils.findings.words import billing_words
from retention_utils.formats import Formats
from retention_utils.subscriptions.spans import contract_spans, monthly_revenue

# Of every plan: the beta distribution of the chance to leave at a payment, the price, how many began.
TRUTH = {
    "week": (1.1, 30.0, 7.0, 1500),
    "month": (1.0, 9.0, 30.0, 1500),
    "quarter": (1.2, 6.0, 80.0, 1800),
}
SWITCHED = 0.04  # of those who stay at a payment by the month: from then on they pay by the quarter
START, AS_OF = pd.Timestamp("2021-01-01"), pd.Timestamp("2025-12-31")
REACH = {"history_start": START.date(), "as_of": AS_OF.date()}
ALL = Formats("en,ru,uk", "EUR")


def _begun(every: str, random: np.random.Generator) -> list[dict]:
    """Contracts of one billing period, begun over the list's years; some by the month go over to quarters."""
    alpha, beta, price, count = TRUTH[every]
    reach = 1400 if every == "quarter" else 700
    first = AS_OF - pd.to_timedelta(random.integers(1, reach, count), unit="D")
    paid = random.geometric(random.beta(alpha, beta, count))
    moved = random.geometric(SWITCHED, count) if every == "month" else paid + 1
    rows = []
    for number, day in enumerate(first):
        row = {"customer_id": f"{every}{number}", "subscription_id": f"{every}{number}", "plan": every,
               "billed_every": every, "amount": price, "start": day}  # fmt: skip
        is_moved = moved[number] < paid[number]
        end = payment_day(day, min(int(paid[number]), int(moved[number]), 400), billed_every=every)
        rows.append({**row, "end": end if end <= AS_OF else None})
        if is_moved and end <= AS_OF:
            lasted = int(random.geometric(random.beta(*TRUTH["quarter"][:2])))
            until = payment_day(end, min(lasted, 200), billed_every="quarter")
            rows.append({**row, "billed_every": "quarter", "amount": 80.0, "start": end,
                         "end": until if until <= AS_OF else None})  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    random = np.random.default_rng(11)
    return contracts(*(row for every in TRUTH for row in _begun(every, random)))


@pytest.fixture(scope="module")
def spans(rows):
    return contract_spans(rows, ContractSettings())


@pytest.fixture(scope="module")
def lives(spans):
    # Three plans at several ages: at 95% one of them misses now and then.
    return contract_lives(spans, annual_discount_rate=0.1, min_customers=20, level=0.99, **REACH)


def test_every_period_is_counted_in_its_own_days():
    days = pd.Series(pd.to_datetime(["2024-01-31", "2024-01-05"]))
    until = pd.Timestamp("2025-02-28")
    counted = {every: whole_periods(days, until, billed_every=every).tolist() for every in BILLING}
    assert counted == {
        "week": [56, 60], "month": [13, 13], "quarter": [4, 4], "half_year": [2, 2], "year": [1, 1]
    }  # fmt: skip
    reached = [payment_day(days[0], 3, billed_every=every).date().isoformat() for every in BILLING]
    assert reached == ["2024-02-21", "2024-04-30", "2024-10-31", "2025-07-31", "2027-01-31"]
    assert discount_per_period(0.1, billed_every="half_year") == pytest.approx(1.1**0.5 - 1)
    weekly = discount_per_period(0.1, billed_every="week")
    assert (1 + weekly) ** (365.25 / 7) == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("every", "ended", "as_of", "known"),
    [
        # Paid three times, so two renewals lived through; running ones by the periods that are over.
        ("week", "2024-01-22", "2024-06-30", [(2, True, 25), (25, False, 25)]),
        ("quarter", "2024-10-01", "2024-10-01", [(2, True, 3), (3, False, 3)]),
        ("half_year", "2025-01-01", "2025-01-01", [(1, True, 2), (2, False, 2)]),
    ],
)
def test_one_chance_to_leave_a_period(every, ended, as_of, known):
    listed = contracts(
        {"customer_id": "ann", "start": "2024-01-01", "end": ended, "billed_every": every},
        {"customer_id": "bob", "start": "2024-01-01", "billed_every": every},
    )
    found = contract_tenures(
        contract_spans(listed, ContractSettings()), billed_every=every, history_start=START,
        as_of=pd.Timestamp(as_of),
    )  # fmt: skip
    assert list(found[["renewals", "has_ended", "due"]].itertuples(index=False, name=None)) == known


def test_who_pays_otherwise_has_not_left():
    row = {"customer_id": "ann", "subscription_id": "s"}
    listed = contracts(
        {**row, "start": "2024-01-10", "end": "2024-04-10", "billed_every": "month"},
        {**row, "start": "2024-04-10", "end": "2025-04-10", "billed_every": "quarter"},
        {**row, "start": "2025-06-10", "billed_every": "month"},  # after a break: the quarters were given up
    )
    how = {"history_start": START, "as_of": AS_OF}
    listed = contract_spans(listed, ContractSettings())
    told = ["renewals", "has_ended", "is_running", "due"]
    by_month = contract_tenures(listed, billed_every="month", **how)
    assert by_month[told].to_numpy().tolist() == [[3, False, False, 3], [6, False, True, 6]]
    by_quarter = contract_tenures(listed, billed_every="quarter", **how)
    assert by_quarter[told].to_numpy().tolist() == [[3, True, False, 6]]


def test_money_of_every_period_is_a_months():
    months = {"week": 7.0, "month": 365.25 / 12, "quarter": 90.0, "half_year": 180.0, "year": 360.0}
    listed = contracts(*({"billed_every": every, "amount": amount} for every, amount in months.items()))
    assert monthly_revenue(listed).tolist() == [30.4375, 30.4375, 30.0, 30.0, 30.0]


def test_the_populations_are_found_again_in_their_own_periods(lives):
    assert [life.billed_every for life in lives] == ["week", "month", "quarter"]
    for life, at in zip(lives, [(4, 26, 52, 104), (3, 12, 24), (2, 4, 8, 16)], strict=True):
        alpha, beta, price, _ = TRUTH[life.billed_every]
        truth = ShiftedBeta(alpha, beta, 0.0, 0)
        assert life.is_projected, life.trial
        ahead = life.projected.set_index("renewal")
        for renewals in at:
            row = ahead.loc[renewals]
            assert row["low"] < truth.survival(renewals) < row["high"], (life.billed_every, renewals)
        # A payment is the price, whatever the period.
        assert (life.worth["money"] / life.worth["payments"]).to_numpy() == pytest.approx(price, rel=1e-4)


def test_what_is_still_to_come_is_the_truth_of_its_plan(lives):
    for life in lives:
        every = life.billed_every
        alpha, beta, price, _ = TRUTH[every]
        truth = ShiftedBeta(alpha, beta, 0.0, 0)
        (used,) = (family.group for family in life.families if not family.refused)
        assert used.plan == every
        running = used.tenures[used.tenures["is_running"]]
        discount = discount_per_period(0.1, billed_every=every)
        money = price * truth.residual_payments(running["renewals"], discount=discount).sum()
        to_come: StillToCome = life.to_come
        assert to_come.low < money < to_come.high, every
        a_year = {"week": 52, "month": 12, "quarter": 4}[every]
        stay = truth.survival(a_year, after=running["renewals"]).mean()
        assert to_come.stay_low < stay < to_come.stay_high, every
        assert to_come.contracts == len(running)


def test_renewals_ahead_are_those_of_each_period(spans):
    due = due_soon(spans, ahead_days=60, level=0.99, **REACH).table
    payments = due.groupby("billed_every")["payments"].agg(["min", "max"])
    assert payments.loc[["week", "month", "quarter"]].to_numpy().tolist() == [[8, 9], [2, 3], [1, 1]]
    listed = due[due["plan"] == due["billed_every"]]
    for every, some in listed.groupby("billed_every"):
        alpha, beta, _, _ = TRUTH[every]
        truth = ShiftedBeta(alpha, beta, 0.0, 0)
        typical = some[some["renewals"] == some["renewals"].median().round()].iloc[0]
        chance = truth.survival(typical["payments"], after=typical["renewals"])
        assert typical["low"] < chance < typical["high"], every
    a_year = {"week": 7.0 * 365.25 / 7, "month": 360.0, "quarter": 320.0}
    assert listed.groupby("billed_every")["money"].first().to_dict() == pytest.approx(a_year, rel=1e-4)


def test_value_is_that_of_each_period(spans):
    found = appraise_contracts(
        spans, horizon_weeks=52, annual_discount_rate=0.1, margin=1.0, min_customers=20, **REACH
    )
    valued = {plan.group.billed_every: plan for plan in found.valued if plan.group.plan}
    assert {"week", "quarter"} <= set(valued)
    for every in ("week", "quarter"):
        plan, (alpha, beta, price, _) = valued[every], TRUTH[every]
        assert plan.horizon == {"week": 52, "quarter": 4}[every]
        assert plan.price == pytest.approx(price, rel=1e-4)
        truth = ShiftedBeta(alpha, beta, 0.0, 0)
        discount = discount_per_period(0.1, billed_every=every)
        known, _ = running_money(truth, plan.running, discount=discount, horizon=plan.horizon)
        low, high = plan.draws["within"].quantile([0.01, 0.99])
        assert low < known < high, every


def test_a_snapshot_knows_every_period(rows):
    listed = as_snapshot(rows.assign(tenure_months=None), as_of=AS_OF)
    known = {
        life.billed_every: life for life in snapshot_lives(listed, annual_discount_rate=0.1, min_customers=20)
    }
    assert list(known) == ["week", "month", "quarter"]
    weekly = known["week"].observed.set_index("renewal").loc[26]
    assert weekly["low"] < ShiftedBeta(*TRUTH["week"][:2], 0.0, 0).survival(26) < weekly["high"]
    assert year_kpi([known["week"], known["quarter"]], formats=ALL).value == ALL.share(
        known["quarter"].observed.set_index("renewal").loc[4, "survival"]
    )


def test_the_words_of_every_period(lives):
    week, _, quarter = lives
    told = {
        language: [life_title(life, formats=ALL).in_language(language) for life in (week, quarter)]
        for language in ALL.languages
    }
    assert told == {
        "en": ["How long contracts last that are paid by the week", "How long contracts last that are paid by the quarter"],
        "ru": ["Сколько живут договоры с оплатой за неделю", "Сколько живут договоры с оплатой за квартал"],
        "uk": ["Скільки живуть договори з оплатою за тиждень", "Скільки живуть договори з оплатою за квартал"],
    }  # fmt: skip
    named = [billing_words("half_year", ALL).in_language(language) for language in ALL.languages]
    assert named == ["half-year", "полгода", "півроку"]
    assert str(contract_life_finding(week, formats=ALL).text).startswith("Of contracts paid by the week, ")
    assert " live through 52 renewals (" in str(contract_life_finding(week, formats=ALL).text)
    russian = contract_life_finding(quarter, formats=ALL).text.in_language("ru").replace("\u00a0", " ")
    assert russian.startswith("Из договоров с оплатой за квартал ")
    assert " выдерживают 4 продления (" in russian
    ukrainian = to_come_finding(week, formats=ALL).text.in_language("uk")
    assert " з оплатою за тиждень: " in ukrainian.replace("\u00a0", " ")
    assert plan_words("Абонемент", "week", formats=ALL).in_language("ru") == "«Абонемент», оплата за неделю"
