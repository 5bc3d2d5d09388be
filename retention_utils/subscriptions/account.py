"""All of recurring revenue at once, from a contract list."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from retention_utils.config import ContractSettings
from retention_utils.periods import Grain
from retention_utils.revenue_retention import YEAR_PERIODS, RevenueAccount, revenue_rates
from retention_utils.subscriptions.cohort_revenue import cohort_revenue
from retention_utils.subscriptions.leavers import LeaverSplit, leaver_split
from retention_utils.subscriptions.movements import customer_movements, revenue_bridge
from retention_utils.subscriptions.plans import PlanDifference, plan_differences, plan_table
from retention_utils.subscriptions.renewals import Renewals, last_year_of, renewals_by_billing, renewals_due
from retention_utils.subscriptions.spans import contract_spans, has_dates

__all__ = ["ContractAccount", "contract_account"]


@dataclass(frozen=True)
class ContractAccount:
    """What a contract list with dates tells."""

    spans: pd.DataFrame
    revenue: RevenueAccount
    leavers: LeaverSplit | None
    plans: pd.DataFrame
    plan_differences: tuple[PlanDifference, ...]
    renewals: tuple[Renewals, ...]  # by how often contracts are paid, those judged then
    judged_until: pd.Timestamp  # the last day due that can be judged
    cohorts: pd.DataFrame
    year_periods: int


def contract_account(
    subscriptions: pd.DataFrame | None,
    calendar: pd.DataFrame,
    *,
    settings: ContractSettings,
    grain: Grain,
    as_of: date,
    min_customers: int,
) -> ContractAccount | None:
    """Reckon everything that chapter 05 says of contracts.

    Parameters
    ----------
    subscriptions : DataFrame, optional
        The client's table of this name.
    calendar : DataFrame
        The mart's table of this name.
    settings : ContractSettings
        What counts.
    grain : str
        Of the report.
    as_of : date
        The last day looked at.
    min_customers : int
        With fewer, no rate.

    Returns
    -------
    ContractAccount or None
        None without contracts, or where they have no dates.
    """
    if subscriptions is None or not has_dates(subscriptions):
        return None
    year_periods = YEAR_PERIODS.get(grain, 1)
    spans = contract_spans(subscriptions, settings)
    moves = customer_movements(spans, calendar)
    due = renewals_due(spans, calendar, grace_days=settings.grace_days, as_of=pd.Timestamp(as_of))
    until = pd.Timestamp(as_of) - pd.Timedelta(days=settings.grace_days)
    plans = plan_table(moves, last_year_of(due, until), periods=year_periods, min_customers=min_customers)
    rates = revenue_rates(revenue_bridge(moves), calendar, min_customers=min_customers)
    # A stretch of days has no year that is made of such stretches.
    of_years = rates.head(0)
    if grain in YEAR_PERIODS:
        of_year = revenue_bridge(customer_movements(spans, calendar, across=year_periods))
        of_years = revenue_rates(of_year, calendar, min_customers=min_customers)
    return ContractAccount(
        spans=spans,
        revenue=RevenueAccount("contracts", rates, of_years, year_step=year_periods),
        leavers=leaver_split(rates, periods=year_periods),
        plans=plans,
        plan_differences=plan_differences(plans),
        renewals=renewals_by_billing(due, calendar, until=until, min_customers=min_customers),
        judged_until=until,
        cohorts=cohort_revenue(spans, calendar, min_customers=min_customers),
        year_periods=year_periods,
    )
