"""What leavers did before they left: their purchases fall off step by step, and those of others do not."""

import numpy as np
import pandas as pd

from retention_utils.early_warning.rules import MIN_NORM_DAYS
from retention_utils.schema import require
from retention_utils.stats import normal_quantile

__all__ = ["activity_before"]


def activity_before(
    states_before: pd.DataFrame, *, gap_days: int, stretch_days: int, level: float = 0.95
) -> pd.DataFrame:
    """Compare how often those who then left and those who stayed had bought until the day of the snapshot.

    Parameters
    ----------
    states_before : DataFrame
        The mart's table of this name, made with stretches of ``stretch_days``.
    gap_days : int
        Days of silence up to which a customer was active on that day.
    stretch_days : int
        Days of each of the last two stretches before it.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per ``group`` (``left``: no purchase in the follow-up; ``stayed``) and ``stretch``
        (``norm``: the 365 days before the two, per stretch; ``previous``; ``last``): ``customers`` (count),
        ``purchases`` (mean purchase days per customer and stretch), ``low``, ``high`` (normal interval of
        the mean). Only customers who were active then and have a norm of 180 days; groups of one or none
        are left out.
    """
    counts = ["norm_purchases", "previous_purchases", "last_purchases"]
    require(states_before, [*counts, "norm_days", "silence_days", "later_purchases"], name="states_before")
    is_known = (states_before["silence_days"] <= gap_days) & (states_before["norm_days"] >= MIN_NORM_DAYS)
    known = states_before[is_known]
    values = known[counts].astype(float).set_axis(["norm", "previous", "last"], axis=1)
    values["norm"] *= stretch_days / known["norm_days"].astype(float)
    rows = []
    for group, is_member in (
        ("left", known["later_purchases"] == 0),
        ("stayed", known["later_purchases"] > 0),
    ):
        members = values[is_member]
        if len(members) < 2:
            continue
        reach = normal_quantile(level) * members.std(ddof=1) / np.sqrt(len(members))
        for stretch, mean in members.mean().items():
            ends = {"low": max(mean - reach[stretch], 0.0), "high": mean + reach[stretch]}
            rows.append(
                {"group": group, "stretch": stretch, "customers": len(members), "purchases": mean} | ends
            )
    return pd.DataFrame(rows, columns=["group", "stretch", "customers", "purchases", "low", "high"])
