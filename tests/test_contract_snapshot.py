"""A table of customers without dates: counted on paper, found again in a known population, told in words."""

import numpy as np
import pandas as pd
import pytest

from retention_utils.contract_snapshot import (
    as_snapshot,
    group_curves,
    group_table,
    group_tests,
    groupings,
    snapshot_state,
)
from retention_utils.contract_survival.projection import snapshot_lives
from retention_utils.contract_survival.shifted_beta import ShiftedBeta
from retention_utils.contract_survival.tenures import snapshot_tenures
from retention_utils.findings.contract_life import contract_life_finding, to_come_finding
from retention_utils.findings.contract_snapshot import (
    group_difference,
    groups_table,
    lives_table,
    revenue_lost,
    taken_for_granted,
    who_is_there,
    without_dates,
)
from retention_utils.findings.contract_snapshot_kpis import (
    ended_share_kpi,
    still_to_come_kpi,
    year_kpi,
    year_loss_kpi,
)
from retention_utils.formats import Formats

SAY = Formats("en,ru,uk", "EUR")
TRUTH = {"Monthly": (1.0, 14.0), "Yearly": (1.2, 60.0)}


def plain(text, language="en"):
    return text.in_language(language).translate({0xA0: " ", 0x202F: " ", 0x2060: ""})


def table(**columns) -> pd.DataFrame:
    found = pd.DataFrame(columns)
    return found.assign(billed_every="month", customer_id=[str(number) for number in range(len(found))])


# Ann and Bob paid twice and left, Cem stays, Dee is in her first month.
PAPER = table(
    tenure_months=[2.0, 2.4, 6.0, 0.5], has_ended=[True, True, False, None], amount=[10.0, 10.0, 30.0, 20.0]
)


@pytest.fixture(scope="module")
def population():
    """Customers who joined in one of 72 months, by two plans with known chances of leaving."""
    random = np.random.default_rng(7)
    plans = random.choice(list(TRUTH), 4000, p=[0.7, 0.3])
    leaving = [random.beta(*TRUTH[plan]) for plan in plans]
    age, life = random.integers(0, 73, 4000), random.geometric(leaving)
    return table(
        tenure_months=np.minimum(age, life).astype(float), has_ended=life <= age, amount=20.0, plan=plans
    )


@pytest.fixture(scope="module")
def monthly(population):
    """The life of the customers of one plan, of whom the truth is known."""
    one = population[population["plan"] == "Monthly"]
    (life,) = snapshot_lives(one, annual_discount_rate=0.1, min_customers=20)
    return life


def test_what_is_there_and_what_was_lost_on_paper():
    state = snapshot_state(PAPER)
    assert (state.rows, state.running, state.ended, state.mrr, state.lost_mrr) == (4, 2, 2, 50.0, 20.0)
    assert (state.share, state.lost_share) == (0.5, pytest.approx(2 / 7))
    spread = 1.959964 * np.sqrt(10**2 * (5 / 7) ** 2 * 2 + (30**2 + 20**2) * (2 / 7) ** 2) / 70
    assert (state.lost_low, state.lost_high) == (0.0, pytest.approx(2 / 7 + spread))


def test_how_long_contracts_last_on_paper():
    (life,) = snapshot_lives(PAPER, annual_discount_rate=0.1, min_customers=1)
    assert (life.contracts, life.lost, life.is_projected, life.to_come) == (4, 2, False, None)
    assert life.observed[["renewal", "at_risk", "lost"]].to_numpy().tolist()[:3] == [
        [0, 0, 0], [1, 3, 0], [2, 3, 2],
    ]  # fmt: skip
    assert life.observed["survival"].iloc[-1] == pytest.approx(1 / 3)
    said = contract_life_finding(life, formats=SAY)
    assert said.verdict == "with reservations"
    assert str(said.text).endswith("ended to fit one and to try it on later renewals.")


def test_leavers_of_a_stated_time_count_from_when_it_began():
    listed = table(tenure_months=[5.0, 5.0, 30.0], has_ended=[True, False, False], amount=10.0)
    seen = snapshot_tenures(listed, billed_every="month", ended_within_months=1)
    assert seen[["entered", "renewals", "has_ended"]].to_numpy().tolist() == [
        [4, 4, True], [4, 5, False], [29, 30, False],
    ]  # fmt: skip
    # Of a year it is not known when in it a contract ended: half of it is taken.
    assert snapshot_tenures(listed, billed_every="month", ended_within_months=12)["entered"].tolist() == [
        0, 0, 18,
    ]  # fmt: skip
    yearly = snapshot_tenures(
        listed.assign(billed_every="year", tenure_months=[24.0, 24.0, 30.0]), billed_every="year",
        ended_within_months=1,
    )  # fmt: skip
    assert yearly[["entered", "renewals"]].to_numpy().tolist() == [[1, 1], [1, 2], [2, 2]]


def test_a_known_population_is_found_again(monthly):
    truth = ShiftedBeta(*TRUTH["Monthly"], 0.0, 0)
    assert monthly.trial.is_passed
    assert (monthly.trial.fitted_to, monthly.trial.reached) == (35, 70)
    ahead = monthly.projected.set_index("renewal")
    for renewals in (6, 24, 71, 140):
        assert ahead.loc[renewals, "low"] < truth.survival(renewals) < ahead.loc[renewals, "high"], renewals
    running = monthly.to_come
    assert running.low < running.money < running.high
    lost, low, high = running.at_risk
    assert low < lost < high
    # What is to come of all is the sum of what the table by age has of each.
    assert running.money == pytest.approx((monthly.worth["money"] * monthly.worth["contracts"]).sum())
    assert running.stay == pytest.approx(
        np.average(monthly.worth["stay"], weights=monthly.worth["contracts"])
    )


def test_a_list_of_last_months_leavers_tells_the_same_curve(population):
    # Of a list that holds everyone, keep those there a month ago: what remains is the churn table of a month.
    random = np.random.default_rng(3)
    ages = np.arange(1, 73).repeat(400)
    life = random.geometric(random.beta(1.0, 14.0, len(ages)))
    is_listed = life >= ages
    listed = table(
        tenure_months=ages[is_listed].astype(float), has_ended=(life == ages)[is_listed], amount=20.0
    )
    (known,) = snapshot_lives(listed, annual_discount_rate=0.1, min_customers=20, ended_within_months=1)
    truth = ShiftedBeta(1.0, 14.0, 0.0, 0)
    seen = known.observed.set_index("renewal")
    for renewals in (6, 12, 36):
        assert seen.loc[renewals, "low"] < truth.survival(renewals) < seen.loc[renewals, "high"]
    (naive,) = snapshot_lives(listed, annual_discount_rate=0.1, min_customers=20)
    assert naive.observed.set_index("renewal").loc[12, "low"] > truth.survival(12)


def test_plans_are_compared_by_their_curves(population):
    assert groupings(population) == ["plan"]
    groups = group_table(population, "plan", min_customers=20)
    assert groups["name"].tolist() == ["Monthly", "Yearly"]
    for row in groups.itertuples():
        truth = ShiftedBeta(*TRUTH[row.name], 0.0, 0).survival(12)
        assert row.survival_low < truth < row.survival_high
    tests = group_tests(population, min_customers=20)
    assert tests["is_apart"].tolist() == [True]
    said = group_difference(groups, tests, by="plan", formats=SAY)
    assert said.verdict == "yes"
    assert plain(said.text).startswith(
        "Plans differ by more than chance in how long customers last: in “Yearly”"
    )
    assert "Тарифи різняться тим, як довго тримаються клієнти" in plain(said.text, "uk")
    curves = group_curves(population, "plan", min_customers=20)
    assert curves.groupby("position")["name"].first().tolist() == ["Monthly", "Yearly"]


def test_luck_is_called_no_difference(population):
    coin = np.random.default_rng(1).choice(["a", "b"], len(population))
    by_coin = population.assign(plan=coin)
    tests = group_tests(by_coin, min_customers=20)
    groups = group_table(by_coin, "plan", min_customers=20)
    said = group_difference(groups, tests, by="plan", formats=SAY)
    assert said.verdict == "no clear change"
    assert str(said.text).startswith("Whether customers last longer in one plan than in another")
    few = group_table(by_coin.head(30), "plan", min_customers=20)
    assert few["survival"].isna().all() and few["customers"].sum() == 30


def test_a_list_with_dates_can_be_seen_as_the_snapshot_of_a_day():
    dated = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "bob"], "subscription_id": ["1", "1", None],
            "start": pd.to_datetime(["2024-01-01", "2024-03-01", "2024-01-01"]),
            "end": pd.to_datetime(["2024-03-01", None, "2024-02-15"]),
            "amount": [10.0, 12.0, 20.0], "billed_every": "month",
            "tenure_months": np.nan, "has_ended": None,
        }
    )  # fmt: skip
    seen = as_snapshot(dated, as_of=pd.Timestamp("2024-06-30"))
    assert seen[["customer_id", "amount", "has_ended"]].to_numpy().tolist() == [
        ["bob", 20.0, True], ["ann", 12.0, False],
    ]  # fmt: skip
    assert seen["tenure_months"].tolist() == [1.48, 5.98]
    assert as_snapshot(PAPER.assign(start=None, end=None), as_of=None).equals(
        PAPER.assign(start=None, end=None)
    )


@pytest.mark.parametrize(
    ("running", "ru", "uk"),
    [
        (1, "остался 1:", "залишився 1:"),
        (2, "остались 2:", "залишилися 2:"),
        (5, "остались 5:", "залишилися 5:"),
        (11, "остались 11:", "залишилися 11:"),
        (21, "остался 21:", "залишився 21:"),
    ],
)
def test_who_is_there_is_said_in_words_that_agree(running, ru, uk):
    listed = table(tenure_months=3.0, has_ended=[False] * running + [True] * 4, amount=10.0)
    said = who_is_there(snapshot_state(listed), within=None, formats=SAY)
    assert (said.verdict, said.is_headline) == ("with reservations", True)
    assert f"Из {running + 4} клиентов в списке {ru}" in plain(said.text, "ru")
    assert f"Із {running + 4} клієнтів у списку {uk}" in plain(said.text, "uk")


def test_a_share_is_a_rate_only_of_a_stated_time():
    state = snapshot_state(PAPER)
    assert plain(who_is_there(state, within=None, formats=SAY).text) == (
        "2 customers of 4 on the list are still there and bring €50 a month, €25.00 each. 50.0% have left (2, "
        "95% interval 15.0–85.0%). When, the list does not say, so that this is the churn of no month: it grows "
        "with the age of the list."
    )
    rate = who_is_there(state, within=1, formats=SAY).text
    assert (
        "50.0% left in the last month (2, 95% interval 15.0–85.0%): that is the churn of this month"
        in plain(rate)
    )
    assert "За последний месяц ушли 50,0%" in plain(rate, "ru").replace("50,0 %", "50,0%")
    assert "За останні 5 місяців пішли" in plain(who_is_there(state, within=5, formats=SAY).text, "uk")
    lost = revenue_lost(state, formats=SAY)
    assert plain(lost.text).startswith("The 2 who left brought €20 a month: 28.6% of what all on the list")
    assert "2 ушедших клиента приносили" in plain(lost.text, "ru")
    assert revenue_lost(snapshot_state(PAPER.tail(2)), formats=SAY) is None


def test_a_short_list_gets_counts_and_no_share():
    state = snapshot_state(PAPER, min_customers=20)
    said = who_is_there(state, within=None, formats=SAY)
    assert said.verdict == "not enough data"
    assert plain(said.text).endswith("2 have left; the list is too short for a share.")
    assert ended_share_kpi(state, within=None, formats=SAY).number is None
    assert revenue_lost(state, formats=SAY) is None


def test_what_cannot_be_answered_is_said(monthly):
    note = without_dates(formats=SAY)
    assert note.tone == "supply"
    assert (
        "whether more leave than before, whether newer customers stay longer, how many join or come back"
        in str(note.text)
    )
    assert "only those of the time stated" in str(taken_for_granted(within=1, formats=SAY).text)
    told = plain(to_come_finding(monthly, formats=SAY).text)
    assert told.startswith("In a year, by the model, ")
    assert (
        f" of the monthly revenue of the {monthly.to_come.contracts:,} running contracts paid by the month will be gone: €"
    ) in told
    for kpi in (year_kpi([monthly], formats=SAY), year_loss_kpi([monthly], formats=SAY),
                still_to_come_kpi([monthly], formats=SAY)):  # fmt: skip
        assert kpi.number and kpi.interval
    assert len(lives_table([monthly], formats=SAY).rows) == len(monthly.observed)
    assert (
        len(
            groups_table(
                group_table(PAPER.assign(plan="a"), "plan", min_customers=1), by="plan", formats=SAY
            ).rows
        )
        == 1
    )
