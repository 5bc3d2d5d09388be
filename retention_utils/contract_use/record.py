"""What is recorded of customers' use: rows of a day or a period, spread over the days under contract in it.

Use outside any contract, such as that of a guest or of the staff, is counted apart. A count of a month is
known when the month is over, and stands for those of its days on which the customer had a contract.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.periods import parse_period
from retention_utils.schema import require
from retention_utils.subscriptions.customer_base import covered_stretches

__all__ = ["UseRecord", "overlap", "paid_stretches", "use_record"]

DAY = pd.Timedelta(days=1)
ENDLESS = pd.Timestamp("2200-01-01")  # in comparisons alone


@dataclass(frozen=True, eq=False)
class UseRecord:
    """What is recorded, row by row.

    ``rows``: ``customer_id``, ``first_day``, ``last_day`` (what the row counts), ``units``.
    ``spread``: the same for every stretch under contract that a row falls in, with ``per_day`` (units on each
    of its days). ``outside``: rows that fall on no day under contract; ``strangers``: customers with use who
    never had one.
    """

    rows: pd.DataFrame
    spread: pd.DataFrame
    outside: int
    strangers: int

    @property
    def first_day(self) -> pd.Timestamp:
        """From when use is recorded."""
        return self.rows["first_day"].min()

    def last_day(self, as_of: pd.Timestamp) -> pd.Timestamp:
        """Say up to when use was recorded, as far as was known on a day; NaT before there was any."""
        ends = self.rows["last_day"]
        return ends[ends <= as_of].max()


def paid_stretches(spans: pd.DataFrame) -> pd.DataFrame:
    """Return the stretches in which customers could use what they paid for: not those of pauses.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.

    Returns
    -------
    DataFrame
        ``customer_id``, ``first_day``, ``end_day`` (NaT while it lasts).
    """
    require(spans, ["customer_id", "first_day", "end_day", "mrr"], name="spans")
    return covered_stretches(spans[spans["mrr"] > 0])[["customer_id", "first_day", "end_day"]]


def use_record(activity: pd.DataFrame | None, paid: pd.DataFrame, *, kind: str = "") -> UseRecord | None:
    """Read the client's table of use against its contracts.

    Parameters
    ----------
    activity : DataFrame or None
        The client's table of this name.
    paid : DataFrame
        From :func:`paid_stretches`.
    kind : str
        Count only this kind of use; empty: all.

    Returns
    -------
    UseRecord or None
        None where nothing is recorded.
    """
    if activity is None:
        return None
    require(activity, ["customer_id", "units"], name="activity")
    table = activity[activity["kind"] == kind] if kind and "kind" in activity else activity
    if table.empty:
        return None
    rows = _dated(table)
    meeting = rows.reset_index(names="row").merge(paid, on="customer_id", suffixes=("", "_paid"))
    lo = meeting[["first_day", "first_day_paid"]].max(axis=1)
    hi = np.minimum(meeting["last_day"], meeting["end_day"].fillna(ENDLESS) - DAY)
    meeting = meeting.assign(lo=lo, hi=hi, days=(hi - lo).dt.days + 1)
    meeting = meeting[meeting["days"] > 0]
    per_day = meeting["units"] / meeting.groupby("row")["days"].transform("sum")
    spread = meeting[["customer_id", "lo", "hi", "last_day"]].assign(per_day=per_day)
    strangers = rows.loc[~rows["customer_id"].isin(paid["customer_id"]), "customer_id"].nunique()
    return UseRecord(rows, spread.reset_index(drop=True), len(rows) - meeting["row"].nunique(), strangers)


def overlap(
    first: pd.Series, last: pd.Series, after: pd.Timestamp | pd.Series, until: pd.Timestamp
) -> pd.Series:
    """Count the days from ``first`` to ``last`` that lie after the one day and not after the other."""
    days = (last.clip(upper=until) - first.clip(lower=after + DAY)).dt.days + 1
    return days.clip(lower=0)


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    """Give every row the first and the last day that it counts."""
    if "day" in table and table["day"].notna().any():
        first = last = pd.to_datetime(table["day"])
    else:
        known = {key: parse_period(key) for key in table["period"].unique()}
        first = pd.to_datetime(table["period"].map({key: each.start for key, each in known.items()}))
        last = pd.to_datetime(table["period"].map({key: each.last_day for key, each in known.items()}))
    ids = table["customer_id"].astype(str)
    units = table["units"].astype(float)
    return pd.DataFrame(
        {"customer_id": ids, "first_day": first, "last_day": last, "units": units}
    ).reset_index(drop=True)
