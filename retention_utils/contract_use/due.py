"""When the contracts of customers are next to be paid for or renewed."""

import numpy as np
import pandas as pd

from retention_utils.contract_survival.billing import BILLING
from retention_utils.contract_survival.tenures import contract_tenures
from retention_utils.schema import require
from retention_utils.subscriptions.spans import MONTHS_COVERED

__all__ = ["due_after", "months_after", "next_due"]

WEEK = 7


def next_due(spans: pd.DataFrame, *, as_of: pd.Timestamp, history_start: pd.Timestamp) -> pd.Series:
    """Return the next day after ``as_of`` on which a contract of a customer comes up, by customer.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.

    Returns
    -------
    Series
        Days by ``customer_id``.
    """
    require(spans, ["customer_id", "first_day", "end_day", "billed_every"], name="spans")
    parts, rhythms = [pd.Series(dtype="datetime64[ns]")], set(spans["billed_every"])
    for every in (each for each in BILLING if each in rhythms):
        known = contract_tenures(spans, billed_every=every, history_start=history_start, as_of=as_of)
        running = known[known["is_running"] & ~known["is_paused"]]  # of the others no day is known
        due = due_after(running["since"], as_of, billed_every=every)
        parts.append(due.groupby(running["customer_id"].astype(str)).min())
    return pd.concat(parts).groupby(level=0).min()


def due_after(since: pd.Series, day: pd.Timestamp, *, billed_every: str) -> pd.Series:
    """Return the first day after ``day`` on which each of some contracts is to be paid for."""
    if billed_every == "week":
        weeks = (day - since).dt.days // WEEK + 1
        return since + pd.to_timedelta(weeks * WEEK, unit="D")
    step = int(MONTHS_COVERED[billed_every])
    months = 12 * (day.year - since.dt.year) + day.month - since.dt.month
    lived = months - (months_after(since, months) > day)
    return months_after(since, (lived // step + 1) * step)


def months_after(days: pd.Series, months: pd.Series) -> pd.Series:
    """Go whole months on from each day; where a month is too short, to its last day."""
    start = days.to_numpy().astype("datetime64[M]")
    month = start + months.to_numpy().astype("timedelta64[M]")
    last = (month + 1).astype("datetime64[D]") - 1
    day = month.astype("datetime64[D]") + (days.dt.day.to_numpy() - 1).astype("timedelta64[D]")
    return pd.Series(np.minimum(day, last).astype("datetime64[ns]"), index=days.index)
