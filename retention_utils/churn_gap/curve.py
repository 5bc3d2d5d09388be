"""How long silences last, and the gaps that two rules of thumb take from that.

The curve is over purchases, so those who buy often weigh more than those who buy seldom. Who waits for the
next purchase is kept in the count as long as observed (Kaplan and Meier).
"""

import numpy as np
import pandas as pd

from retention_utils.next_order import next_order_curve
from retention_utils.schema import require

__all__ = ["gap_curve", "gap_of_false_churn", "percentile_gap"]


def gap_curve(silences: pd.DataFrame, *, follow_up_days: int) -> pd.DataFrame:
    """Share of purchases followed by another by each day, and who is still expected from then on.

    Parameters
    ----------
    silences : DataFrame
        The mart's table: ``days``, ``has_ended``, ``purchases``.
    follow_up_days : int
        How far the expectation looks ahead.

    Returns
    -------
    DataFrame
        One row per ``days`` on which a silence ended or was last seen, and day 0; sorted. ``at_risk``
        (silences that lasted at least so long; count), ``ended`` (share of purchases followed by another by
        that day), ``silent`` (1 minus that), ``expected_back`` (of those silent for longer than ``days``, the
        share who buy within ``follow_up_days`` more): fractions; ``expected_back`` is NaN where the log does
        not reach so far. There are no intervals: purchases of one customer hang together, and Greenwood's
        formula would take them as independent. Empty for an empty table.

    Raises
    ------
    TableError
        If a column is missing or a count impossible.

    Notes
    -----
    Product-limit estimate, see :func:`retention_utils.next_order.next_order_curve`.
    """
    require(silences, ["days", "has_ended", "purchases"], name="silences")
    waits = silences.rename(columns={"has_ended": "is_observed", "purchases": "customers"})
    curve = next_order_curve(waits.assign(order_rank=1))[["days", "at_risk", "waiting", "ordered"]]
    curve = curve.rename(columns={"waiting": "silent", "ordered": "ended"}).reset_index(drop=True)
    days, silent = curve["days"].to_numpy(), curve["silent"].to_numpy()
    if not len(curve):
        return curve.assign(expected_back=np.nan)
    later = silent[np.searchsorted(days, days + follow_up_days, side="right") - 1]
    is_known = (days + follow_up_days <= days[-1]) & (silent > 0)
    share = 1 - np.divide(later, silent, out=np.ones_like(silent), where=silent > 0)
    return curve.assign(expected_back=np.where(is_known, share, np.nan))


def percentile_gap(silences: pd.DataFrame, *, share: float = 0.8) -> int | None:
    """Days within which a share of the finished gaps between two purchases ended; None without any.

    A rule of thumb (Statlas takes the 80th percentile for churned). Gaps still running are left out, so it
    comes out short.

    Parameters
    ----------
    silences : DataFrame
        The mart's table: ``days``, ``has_ended``, ``purchases``.
    share : float
        Fraction.

    Returns
    -------
    int or None
        Days.

    Raises
    ------
    TableError
        If a column is missing.
    """
    require(silences, ["days", "has_ended", "purchases"], name="silences")
    ended = silences[silences["has_ended"].astype(bool)].sort_values("days")
    if not ended["purchases"].sum():
        return None
    reached = ended["purchases"].cumsum() >= share * ended["purchases"].sum() - 1e-9
    return int(ended.loc[reached, "days"].iloc[0])


def gap_of_false_churn(backtest: pd.DataFrame, *, most: float = 0.10) -> int | None:
    """Shortest gap of those tried at which at most so large a share of the flagged came back; None if none.

    Parameters
    ----------
    backtest : DataFrame
        From :func:`retention_utils.churn_gap.backtest.gap_backtest`.
    most : float
        Fraction.

    Returns
    -------
    int or None
        Days.

    Raises
    ------
    TableError
        If a column is missing.
    """
    require(backtest, ["gap_days", "false_churn"], name="backtest")
    fits = backtest.loc[backtest["false_churn"] <= most, "gap_days"]
    return int(fits.min()) if len(fits) else None
