"""The revenue found in the log, beside what the client's own books say."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from retention_utils.config import StatedRevenue
from retention_utils.periods import parse_period

__all__ = ["reconcile"]


def reconcile(
    activity: pd.DataFrame, stated: Sequence[StatedRevenue], *, history_start: date, as_of: date
) -> pd.DataFrame:
    """Compare the net revenue of the log with every figure that is stated.

    Parameters
    ----------
    activity : DataFrame
        From :func:`retention_utils.passport.activity.daily_activity`.
    stated : sequence of StatedRevenue
        Periods with their amount, from the client file.
    history_start, as_of : date
        First and last day of the log.

    Returns
    -------
    DataFrame
        One row per figure, in order of time: ``period`` (key), ``stated``, ``found``, ``difference``
        (found less stated; money), ``share`` (difference as a fraction of what is stated; infinite where
        nothing is stated and something found), ``reason`` (why it is not checked: ``before``
        if it begins before the log, ``after`` if it ends after the last day looked at; else empty).

    Raises
    ------
    PeriodError
        If a period cannot be read.
    """
    rows = []
    for figure in sorted(stated, key=lambda figure: parse_period(figure.period).start):
        period = parse_period(figure.period)
        reason = "before" if period.start < history_start else "after" if period.last_day > as_of else ""
        is_within = activity["day"].between(pd.Timestamp(period.start), pd.Timestamp(period.last_day))
        found = np.nan if reason else float(activity.loc[is_within, "amount"].sum())
        rows.append((period.key, figure.amount, found, reason))
    table = pd.DataFrame(rows, columns=["period", "stated", "found", "reason"])
    table = table.astype({"stated": float, "found": float})
    difference = (table["found"] - table["stated"]).round(2)
    share = (difference / table["stated"]).where(difference != 0, 0.0).where(table["reason"] == "")
    return table.assign(difference=difference, share=share)
