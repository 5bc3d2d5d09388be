"""Contracts paid for a year, judged when they are to be renewed: before, they can hardly be lost."""

import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import wilson_interval
from retention_utils.subscriptions.states import customer_states

__all__ = ["renewal_rates", "renewals_due"]


def renewals_due(
    spans: pd.DataFrame, calendar: pd.DataFrame, *, grace_days: int, as_of: pd.Timestamp
) -> pd.DataFrame:
    """List the yearly contracts that came up for renewal, and whether the customer stayed.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    calendar : DataFrame
        The mart's table of this name.
    grace_days : int
        So long after the day it is due a renewal may come in; judged is who is a customer then.
    as_of : Timestamp
        The last day looked at; what could be judged only later is left out.

    Returns
    -------
    DataFrame
        One row per contract and year paid to its end: ``customer_id``, ``contract``, ``plan``, ``mrr``,
        ``due_day``, ``period_number`` (the one that ``due_day`` lies in), ``is_renewed`` (a customer, by any
        contract, when judged). A year broken off early is not due.
    """
    require(spans, ["customer_id", "contract", "plan", "billed_every", "first_day", "end_day"], name="spans")
    yearly = spans[(spans["billed_every"] == "year") & (spans["mrr"] > 0)]
    grace = pd.Timedelta(days=grace_days)
    parts, years = [], 1
    while not yearly.empty:
        due = yearly.assign(due_day=yearly["first_day"] + pd.DateOffset(years=years))
        yearly = due[~(due["end_day"] < due["due_day"]) & (due["due_day"] + grace <= as_of)]
        parts.append(yearly)
        years += 1
    if not parts:
        return yearly.assign(due_day=yearly["first_day"], period_number=0, is_renewed=False)
    listed = _in_period(pd.concat(parts), calendar)
    days = pd.DatetimeIndex(sorted(set(listed["due_day"] + grace)))
    states = customer_states(spans, days)
    there = pd.MultiIndex.from_arrays([days[states["boundary"].to_numpy()], states["customer_id"]])
    asked = pd.MultiIndex.from_arrays([listed["due_day"] + grace, listed["customer_id"]])
    columns = ["customer_id", "contract", "plan", "mrr", "due_day", "period_number"]
    return listed[columns].assign(is_renewed=asked.isin(there)).reset_index(drop=True)


def renewal_rates(
    renewals: pd.DataFrame, calendar: pd.DataFrame, *, min_customers: int, level: float = 0.95
) -> pd.DataFrame:
    """Say for every period how many of the yearly contracts due were renewed.

    Returns
    -------
    DataFrame
        One row per period with a renewal judged: ``period_number``, ``period``, ``due``, ``renewed``
        (counts), ``rate``, ``low``, ``high`` (fractions with Wilson's interval; NaN where fewer than
        ``min_customers`` were due).
    """
    require(renewals, ["period_number", "is_renewed"], name="renewals")
    counted = renewals.groupby("period_number", as_index=False)["is_renewed"].agg(due="size", renewed="sum")
    table = calendar[["period_number", "period"]].merge(counted, on="period_number")
    due = table["due"].where(table["due"] >= max(min_customers, 1))
    low, high = wilson_interval(table["renewed"].where(due.notna()), due, level=level)
    return table.assign(rate=table["renewed"] / due, low=low, high=high)


def _in_period(listed: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    ordered = calendar.assign(first_day=pd.to_datetime(calendar["first_day"]))
    place = ordered["first_day"].searchsorted(listed["due_day"], side="right") - 1
    inside = listed.assign(period_number=ordered["period_number"].to_numpy()[place.clip(0)])[place >= 0]
    return inside.sort_values(["due_day", "customer_id", "contract"])
