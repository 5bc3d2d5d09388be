"""Cohorts of customers under contract, by the period of joining, in the shape that cohorts of buyers have."""

import pandas as pd

from retention_utils.schema import require
from retention_utils.subscriptions.states import boundary_days, customer_states

__all__ = ["contract_cells"]


def contract_cells(spans: pd.DataFrame, calendar: pd.DataFrame, *, unbroken: bool = False) -> pd.DataFrame:
    """Count who of every cohort is a customer at the end of each period after joining, and what they bring.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    calendar : DataFrame
        The mart's table of this name. Who joined before it belongs to no cohort.
    unbroken : bool
        Leave out everyone from the first period at whose end they were no customers: who came back stays
        lost.

    Returns
    -------
    DataFrame
        As the mart's ``cohort_cells`` of orders: one row per ``cohort`` (number of the period of the first
        paid day) and ``age`` (periods since) at whose end anyone is there: ``active`` (customers), ``amount``
        (their monthly revenue). Age 0 holds all who joined in the period, those gone by its end too, with
        what they brought at first. ``orders`` and ``repeaters`` are 0.
    """
    require(spans, ["customer_id", "first_day", "mrr"], name="spans")
    require(calendar, ["period_number", "first_day", "last_day"], name="calendar")
    days = boundary_days(calendar)
    joined = _joined(spans, calendar, days)
    states = customer_states(spans, days).merge(joined, on="customer_id")
    # Boundary k is the evening before period k, and so the end of period k - 1.
    states = states.assign(age=states["boundary"] - 1 - states["cohort"])
    later = states[states["age"] >= 1]
    if unbroken:
        at_first = states.loc[states["age"] == 0, "customer_id"]
        later = later[later["customer_id"].isin(at_first)].sort_values(["customer_id", "age"])
        later = later[later["age"] == later.groupby("customer_id", observed=True).cumcount() + 1]
    first = joined.assign(age=0, mrr=joined["first_mrr"])
    cells = pd.concat([first, later], ignore_index=True).groupby(["cohort", "age"])["mrr"]
    table = cells.agg(active="size", amount="sum").reset_index()
    return table.assign(orders=0, repeaters=0)


def _joined(spans: pd.DataFrame, calendar: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Say of everyone who joined within the calendar in which period, and what they brought at first."""
    paid = spans[spans["mrr"] > 0]
    first_day = paid.groupby("customer_id", observed=True)["first_day"].transform("min")
    begun = paid[(paid["first_day"] == first_day) & (paid["first_day"] > days[0])]
    begun = begun[begun["first_day"] <= days[-1]]
    table = begun.groupby("customer_id", observed=True).agg(
        day=("first_day", "first"), first_mrr=("mrr", "sum")
    )
    place = pd.DatetimeIndex(calendar["first_day"]).searchsorted(table["day"], side="right") - 1
    return table.assign(cohort=calendar["period_number"].to_numpy()[place]).reset_index()
