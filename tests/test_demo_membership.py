"""The simulated friends of the museum: what is true of them is found again within its interval."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from retention_utils.config import read_config
from retention_utils.contract_survival.shifted_beta import ShiftedBeta, bootstrapped, fit_shifted_beta
from retention_utils.contract_survival.tenures import contract_tenures, tenure_cells
from retention_utils.contract_value.appraisal import appraise_contracts
from retention_utils.contract_value.payments import new_contract, running_money
from retention_utils.demo_membership import (
    CLUB_HISTORY,
    CLUB_LAST_DAY,
    FEES,
    HOUSEHOLD,
    INDIVIDUAL,
    LEAVING,
    ONLINE,
    RETURNED,
    club_members,
    cost_per_member,
    new_members,
)
from retention_utils.intake import side_tables
from retention_utils.periods import last_complete_period
from retention_utils.sources.side_tables import up_to
from retention_utils.stats import wilson_interval
from retention_utils.subscriptions.spans import contract_spans

CLUB = Path(__file__).parents[1] / "data" / "club"
CONFIG = read_config(CLUB / "client.toml")
HISTORY, AS_OF = pd.Timestamp(CLUB_HISTORY), pd.Timestamp("2025-12-31")
BEFORE, SINCE = (2010, 2017), (2018, 2024)  # years of joining: without and with online membership


@pytest.fixture(scope="module")
def tables():
    return side_tables(CLUB, CONFIG)


@pytest.fixture(scope="module")
def spans(tables):
    return contract_spans(
        up_to(tables["subscriptions"], "subscriptions", AS_OF.date()).to_pandas(), CONFIG.contracts
    )


@pytest.fixture(scope="module")
def tenures(spans):
    return contract_tenures(spans, billed_every="year", history_start=HISTORY, as_of=AS_OF)


@pytest.fixture(scope="module")
def appraisal(spans):
    value = CONFIG.value
    return appraise_contracts(
        spans, history_start=CLUB_HISTORY, as_of=AS_OF.date(), horizon_weeks=value.horizon_weeks,
        annual_discount_rate=value.annual_discount_rate, margin=value.margin, min_customers=20,
    )  # fmt: skip


def test_the_register_is_small_and_read_as_it_was_written(tables):
    written = club_members()
    assert (CLUB / "members.csv").stat().st_size < 300_000
    assert tables["subscriptions"].num_rows == len(written)
    assert (CONFIG.data_horizon, CONFIG.history_start) == (CLUB_LAST_DAY, CLUB_HISTORY)
    assert last_complete_period(CONFIG.data_horizon, CONFIG.grain).key == "2025"
    assert set(written["Category"]) == set(FEES) == set(LEAVING)


@pytest.mark.parametrize("plan", [INDIVIDUAL, HOUSEHOLD, ONLINE])
def test_the_chances_of_leaving_are_found_again(tenures, plan):
    cells = tenure_cells(tenures[tenures["plan"] == plan])
    model, true = fit_shifted_beta(cells), ShiftedBeta(*LEAVING[plan], float("nan"), 0)
    drawn = bootstrapped(cells, model, draws=100)
    for renewals in (1, 3, 6):
        low, high = np.quantile([float(each.survival(renewals)) for each in drawn], [0.005, 0.995])
        assert low < true.survival(renewals) < high
        assert high - low < 0.15


def test_who_joined_in_later_years_renews_less_and_by_how_much(tenures):
    first = tenures.assign(year=tenures["first_day"].dt.year)
    first = first[(first["entered"] == 0) & (first["due"] >= 1) & (first["year"] >= CLUB_HISTORY.year)]
    renewed = first["renewals"] >= 1
    shares = {}
    for years in (BEFORE, SINCE):
        of_years = first["year"].between(*years)
        true = np.mean([1 - a / (a + b) for a, b in first.loc[of_years, "plan"].astype(str).map(LEAVING)])
        low, high = wilson_interval(renewed[of_years].sum(), of_years.sum(), level=0.99)
        assert low < true < high
        shares[years] = (low, high)
    assert shares[SINCE][1] < shares[BEFORE][0]


def test_all_join_and_some_return_as_stated(spans, tenures):
    joined = spans.groupby("customer_id", observed=True)["first_day"].min().dt.year.value_counts()
    # Until 2012 some return who left before the register begins: they look new.
    years = range(2013, 2026)
    assert joined[years].tolist() == [new_members(year) for year in years]
    # Of those gone for three years nobody is still to return.
    numbers = tenures.sort_values("first_day").drop_duplicates("customer_id")
    away = numbers[numbers["has_ended"] & (numbers["first_day"].dt.year >= 2010)]
    left = away["first_day"] + (away["renewals"] + 1) * pd.Timedelta(days=365.25)
    away = away[left < AS_OF - pd.Timedelta(days=930)]
    again = spans.groupby("customer_id", observed=True)["contract"].nunique()[away["customer_id"]] > 1
    low, high = wilson_interval(again.sum(), len(again), level=0.99)
    assert low < RETURNED < high


def test_costs_are_those_of_the_new_members(tables):
    costs = tables["costs"].to_pandas()
    assert costs["period"].tolist() == [str(year) for year in range(2010, 2026)]
    for row in costs.itertuples():
        expected = new_members(int(row.period)) * cost_per_member(int(row.period))
        assert float(row.acquisition) == pytest.approx(expected, rel=0.061)
        assert float(row.retention) / float(row.retention + row.acquisition) == pytest.approx(0.3, abs=1e-4)


def test_what_members_are_worth_is_found_again(appraisal):
    assert [plan.group.plan for plan in appraisal.valued] == [HOUSEHOLD, INDIVIDUAL, ONLINE]
    discount, margin = CONFIG.value.annual_discount_rate, CONFIG.value.margin
    within = 0.0
    for plan in appraisal.valued:
        true = ShiftedBeta(*LEAVING[plan.group.plan], float("nan"), 0)
        fee = FEES[plan.group.plan][1]
        assert plan.price == pytest.approx(fee, abs=0.01)
        low, high = plan.draws["new_endless"].quantile([0.005, 0.995])
        assert low < fee * new_contract(true, discount=discount, horizon=None) < high
        within += margin * running_money(true, plan.running, discount=discount, horizon=2)[0]
        assert plan.trial.is_passed
    assert appraisal.within[1] < within < appraisal.within[2]


def test_members_who_have_stayed_stay_and_a_constant_churn_does_not_know_it(appraisal):
    table = appraisal.by_months.set_index("label")
    assert table.loc["24+", "actual"] - table.loc["0–2", "actual"] > 0.08
    assert (table["model"] - table["actual"]).abs().max() < (table["constant"] - table["actual"]).abs().max()
