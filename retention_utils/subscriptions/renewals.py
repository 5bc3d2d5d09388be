"""Contracts paid for a year, judged when they are to be renewed: before, they can hardly be lost."""

from dataclasses import dataclass

import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import difference_interval, wilson_interval

__all__ = ["RenewalChange", "renewal_change", "renewal_rates", "renewals_due"]


@dataclass(frozen=True)
class RenewalChange:
    """Renewals of the last periods against those of as many before."""

    first_period: str
    last_period: str
    due: int
    renewed: int
    rate: float  # fractions from here on
    low: float
    high: float
    previous_rate: float  # NaN where too few were due before
    difference: float
    difference_low: float
    difference_high: float


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
        The last day looked at; periods that can be judged whole only later are left out.

    Returns
    -------
    DataFrame
        One row per contract and year paid to its end: ``customer_id``, ``contract``, ``plan``, ``mrr``,
        ``due_day``, ``period_number`` (the one that ``due_day`` lies in), ``is_renewed`` (a customer, by any
        contract, when judged). A year broken off early is not due.
    """
    require(spans, ["customer_id", "contract", "plan", "billed_every", "first_day", "end_day"], name="spans")
    yearly = spans[(spans["billed_every"] == "year") & (spans["mrr"] > 0)]
    last_days = pd.to_datetime(calendar["last_day"])
    grace = pd.Timedelta(days=grace_days)
    judged_to = last_days[last_days + grace <= as_of].max()
    parts, years = [], 1
    while not yearly.empty:
        due = yearly.assign(due_day=yearly["first_day"] + pd.DateOffset(years=years))
        yearly = due[~(due["end_day"] < due["due_day"]) & (due["due_day"] <= judged_to)]
        parts.append(yearly)
        years += 1
    if not parts:
        return yearly.assign(due_day=yearly["first_day"], period_number=0, is_renewed=False)
    listed = _in_period(pd.concat(parts), calendar)
    columns = ["customer_id", "contract", "plan", "mrr", "due_day", "period_number"]
    return listed[columns].assign(is_renewed=_covered(listed, listed["due_day"] + grace, spans))


def _covered(listed: pd.DataFrame, days: pd.Series, spans: pd.DataFrame) -> pd.Series:
    """Say of every row whether its customer is under any contract on its day."""
    asked = pd.DataFrame({"customer_id": listed["customer_id"], "day": days, "row": listed.index})
    pairs = asked.merge(spans[["customer_id", "first_day", "end_day"]], on="customer_id")
    covers = (pairs["first_day"] <= pairs["day"]) & ~(pairs["end_day"] <= pairs["day"])
    return covers.groupby(pairs["row"]).any().reindex(listed.index).astype(bool)


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


def renewal_change(
    renewals: pd.DataFrame, calendar: pd.DataFrame, *, periods: int, min_customers: int, level: float = 0.95
) -> RenewalChange | None:
    """Compare the renewals of the last periods, pooled, with those of as many before.

    Parameters
    ----------
    renewals : DataFrame
        From :func:`renewals_due`.
    periods : int
        How many; the last is the last in which a renewal could be judged.

    Returns
    -------
    RenewalChange or None
        None where fewer than ``min_customers`` were due.
    """
    require(renewals, ["period_number", "is_renewed"], name="renewals")
    last = renewals["period_number"].max()
    recent = renewals[renewals["period_number"] > last - periods]["is_renewed"]
    if len(recent) < max(min_customers, 1):
        return None
    before = renewals[renewals["period_number"].between(last - 2 * periods + 1, last - periods)]["is_renewed"]
    is_known = len(before) >= max(min_customers, 1)
    earlier = len(before) if is_known else float("nan")
    low, high = wilson_interval(recent.sum(), len(recent), level=level)
    difference, least, most = difference_interval(
        [recent.sum(), before.sum()], [len(recent), earlier], level=level
    )
    named = calendar.set_index("period_number")["period"]
    return RenewalChange(
        first_period=named.loc[max(last - periods + 1, named.index.min())],
        last_period=named.loc[last],
        due=len(recent),
        renewed=int(recent.sum()),
        rate=float(recent.mean()),
        low=float(low),
        high=float(high),
        previous_rate=float(before.sum() / earlier),
        difference=float(difference),
        difference_low=float(least),
        difference_high=float(most),
    )


def _in_period(listed: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    ordered = calendar.assign(first_day=pd.to_datetime(calendar["first_day"]))
    place = ordered["first_day"].searchsorted(listed["due_day"], side="right") - 1
    inside = listed.assign(period_number=ordered["period_number"].to_numpy()[place.clip(0)])[place >= 0]
    return inside.sort_values(["due_day", "customer_id", "contract"], ignore_index=True)
