"""Which churn gap is in force: the one the client file sets, or the one its data recommend."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from retention_utils.config import USUAL_GAP_DAYS, ChurnDefinition

__all__ = ["GapInForce", "gap_in_force"]


@dataclass(frozen=True)
class GapInForce:
    """The churn gap a mart is made with, and where it comes from."""

    days: int
    is_auto: bool  # the client file leaves it to the data
    day: str  # last day of the data that were asked; empty if none were
    reason: str  # why the data name none, if they should and do not: "data" or "no difference"


def gap_in_force(
    churn: ChurnDefinition, read_states: Callable[[], pd.DataFrame], *, as_of: date, history_start: date
) -> GapInForce:
    """Take the gap of the client file, or for ``"auto"`` the one recommended from what is known on a day.

    Parameters
    ----------
    churn : ChurnDefinition
        What the client file says.
    read_states : callable
        Returns ``silence_days``, ``later_purchases`` and ``year_amount`` per customer, as in the mart's
        ``states_before``; asked only if needed.
    as_of : date
        The last day looked at.
    history_start : date
        First day of the log.

    Returns
    -------
    GapInForce
        With :data:`retention_utils.config.USUAL_GAP_DAYS` where the data recommend none.
    """
    if churn.gap_days != "auto":
        return GapInForce(churn.gap_days, is_auto=False, day="", reason="")
    # Only here: the intervals bring statsmodels, which takes its time to load.
    from retention_utils.churn_gap.recommendation import recommend_gap

    tested_on = as_of - timedelta(days=churn.follow_up_days)
    found = recommend_gap(read_states(), log_days=(tested_on - history_start).days + 1)
    days = USUAL_GAP_DAYS if found.gap_days is None else found.gap_days
    return GapInForce(days, is_auto=True, day=as_of.isoformat(), reason=found.shortage)
