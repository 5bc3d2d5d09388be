"""Contracts paid by the quarter or for longer, judged when they are to be renewed.

Before, they can hardly be lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import difference_interval, wilson_interval
from retention_utils.subscriptions.spans import JUDGED_AT_RENEWAL, MONTHS_COVERED

__all__ = ["RenewalChange", "Renewals", "last_year_of", "renewals_by_billing", "renewals_due"]


@dataclass(frozen=True)
class RenewalChange:
    """Renewals of the last year that can be judged against those of the year before."""

    first_day: pd.Timestamp
    last_day: pd.Timestamp
    due: int
    renewed: int
    rate: float  # fractions from here on
    low: float
    high: float
    previous_rate: float  # NaN where too few were due before
    difference: float
    difference_low: float
    difference_high: float


@dataclass(frozen=True)
class Renewals:
    """Of contracts paid as often."""

    billed_every: str
    rates: pd.DataFrame  # from renewal_rates
    change: RenewalChange | None


def renewals_due(
    spans: pd.DataFrame, calendar: pd.DataFrame, *, grace_days: int, as_of: pd.Timestamp
) -> pd.DataFrame:
    """List the contracts that came up for renewal, and whether the customer stayed.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    calendar : DataFrame
        The mart's table of this name.
    grace_days : int
        So long after the day it is due a renewal may come in; judged is who is a customer then.
    as_of : Timestamp
        The last day looked at; what can be judged only later is left out.

    Returns
    -------
    DataFrame
        One row per contract and stretch paid to its end, of those judged at renewal: ``customer_id``,
        ``contract``, ``plan``, ``billed_every``, ``mrr``, ``due_day``, ``period_number`` (the one that
        ``due_day`` lies in), ``is_renewed`` (a customer, by any contract, when judged). A stretch broken off
        early is not due.
    """
    require(spans, ["customer_id", "contract", "plan", "billed_every", "first_day", "end_day"], name="spans")
    grace = pd.Timedelta(days=grace_days)
    parts = [
        due
        for every in JUDGED_AT_RENEWAL
        for due in _stretches(
            spans[(spans["billed_every"] == every) & (spans["mrr"] > 0)], every, as_of - grace
        )
    ]
    columns = ["customer_id", "contract", "plan", "billed_every", "mrr", "due_day", "period_number"]
    if not parts:
        none = spans.head(0)
        return none.assign(due_day=none["first_day"], period_number=0, is_renewed=False)[
            [*columns, "is_renewed"]
        ]
    listed = _in_period(pd.concat(parts), calendar)
    return listed[columns].assign(is_renewed=_covered(listed, listed["due_day"] + grace, spans))


def _stretches(spans: pd.DataFrame, every: str, until: pd.Timestamp) -> Iterator[pd.DataFrame]:
    """Return those paid to the end of their first stretch, then of their second, up to a day."""
    running, number = spans, 1
    while not running.empty:
        due = running.assign(
            due_day=running["first_day"] + pd.DateOffset(months=number * MONTHS_COVERED[every])
        )
        running = due[~(due["end_day"] < due["due_day"]) & (due["due_day"] <= until)]
        yield running
        number += 1


def last_year_of(renewals: pd.DataFrame, until: pd.Timestamp, *, years_back: int = 0) -> pd.DataFrame:
    """Return what fell due in the year up to a day, or in one before it."""
    ends = [until - pd.DateOffset(years=years_back + back) for back in (1, 0)]
    return renewals[(renewals["due_day"] > ends[0]) & (renewals["due_day"] <= ends[1])]


def renewals_by_billing(
    renewals: pd.DataFrame, calendar: pd.DataFrame, *, until: pd.Timestamp, min_customers: int
) -> tuple[Renewals, ...]:
    """Judge the renewals of contracts paid as often together, those paid most often first.

    Parameters
    ----------
    renewals : DataFrame
        From :func:`renewals_due`.
    until : Timestamp
        The last day due that can be judged.
    min_customers : int
        With fewer due, no rate.
    """
    how = {"until": until, "min_customers": min_customers}
    parts = ((every, renewals[renewals["billed_every"] == every]) for every in JUDGED_AT_RENEWAL)
    return tuple(
        Renewals(every, renewal_rates(due, calendar, **how), renewal_change(due, **how))
        for every, due in parts
        if len(due)
    )


def _covered(listed: pd.DataFrame, days: pd.Series, spans: pd.DataFrame) -> pd.Series:
    """Say of every row whether its customer is under any contract on its day."""
    asked = pd.DataFrame({"customer_id": listed["customer_id"], "day": days, "row": listed.index})
    pairs = asked.merge(spans[["customer_id", "first_day", "end_day"]], on="customer_id")
    covers = (pairs["first_day"] <= pairs["day"]) & ~(pairs["end_day"] <= pairs["day"])
    return covers.groupby(pairs["row"]).any().reindex(listed.index).astype(bool)


def renewal_rates(
    renewals: pd.DataFrame,
    calendar: pd.DataFrame,
    *,
    until: pd.Timestamp,
    min_customers: int,
    level: float = 0.95,
) -> pd.DataFrame:
    """Say for every period that can be judged whole how many of the contracts due were renewed.

    Returns
    -------
    DataFrame
        One row per period with a renewal: ``period_number``, ``period``, ``due``, ``renewed`` (counts),
        ``rate``, ``low``, ``high`` (fractions with Wilson's interval; NaN where fewer than
        ``min_customers`` were due).
    """
    require(renewals, ["period_number", "is_renewed"], name="renewals")
    counted = renewals.groupby("period_number", as_index=False)["is_renewed"].agg(due="size", renewed="sum")
    whole = calendar.loc[pd.to_datetime(calendar["last_day"]) <= until, ["period_number", "period"]]
    table = whole.merge(counted, on="period_number")
    due = table["due"].where(table["due"] >= max(min_customers, 1))
    low, high = wilson_interval(table["renewed"].where(due.notna()), due, level=level)
    return table.assign(rate=table["renewed"] / due, low=low, high=high)


def renewal_change(
    renewals: pd.DataFrame, *, until: pd.Timestamp, min_customers: int, level: float = 0.95
) -> RenewalChange | None:
    """Compare the renewals of the last year that can be judged with those of the year before.

    Returns
    -------
    RenewalChange or None
        None where fewer than ``min_customers`` were due.
    """
    require(renewals, ["due_day", "is_renewed"], name="renewals")
    recent, before = (last_year_of(renewals, until, years_back=back)["is_renewed"] for back in (0, 1))
    if len(recent) < max(min_customers, 1):
        return None
    earlier = len(before) if len(before) >= max(min_customers, 1) else float("nan")
    low, high = wilson_interval(recent.sum(), len(recent), level=level)
    difference, least, most = difference_interval(
        [recent.sum(), before.sum()], [len(recent), earlier], level=level
    )
    return RenewalChange(
        first_day=until - pd.DateOffset(years=1) + pd.Timedelta(days=1),
        last_day=until,
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
