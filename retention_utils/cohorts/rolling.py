"""Retention by each customer's own clock: stretches of 30 days since the first purchase.

Beside calendar retention, never within it: a calendar cohort's month 1 begins one day after the last of its
customers joined, and a month after the first.
"""

import pandas as pd

from retention_utils.cohorts.retention import named_cohorts
from retention_utils.schema import require
from retention_utils.stats import wilson_interval

__all__ = ["STRETCH_DAYS", "rolling_retention", "stretch_days"]

STRETCH_DAYS = 30  # what the mart counts in


def rolling_retention(
    rolling_cells: pd.DataFrame,
    rolling_observed: pd.DataFrame,
    calendar: pd.DataFrame,
    *,
    min_customers: int,
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of each cohort's customers that bought in each of their own stretches of 30 days.

    Only customers who have lived through the whole stretch count, above and below the line: within one
    cohort, those who joined late have lived through fewer.

    Parameters
    ----------
    rolling_cells, rolling_observed, calendar : DataFrame
        The mart's tables of these names.
    min_customers : int
        Cells with fewer customers get no share, only counts.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per cohort and stretch that at least one of its customers has lived through, sorted:
        ``cohort`` (number), ``period`` (key of the first purchase's period), ``kind``, ``is_comparable``,
        ``age`` (whole stretches since the first purchase), ``customers`` (who have lived through it),
        ``active`` (counts), ``retention``, ``low``, ``high`` (fractions).
    """
    require(rolling_cells, ["cohort", "age", "active"], name="rolling_cells")
    require(rolling_observed, ["cohort", "observed", "customers"], name="rolling_observed")
    seen = rolling_observed[rolling_observed["observed"] > 0]
    lived = seen.loc[seen.index.repeat(seen["observed"])]
    lived = lived.assign(age=lived.groupby(["cohort", "observed"]).cumcount())
    spine = lived.groupby(["cohort", "age"], as_index=False)["customers"].sum()
    table = spine.merge(named_cohorts(calendar), on="cohort").merge(
        rolling_cells, on=["cohort", "age"], how="left"
    )
    table["active"] = table["active"].fillna(0).astype("int64")
    trials = table["customers"].where(table["customers"] >= min_customers)
    estimated = trials.where(table["age"] > 0)
    low, high = wilson_interval(table["active"].where(estimated.notna()), estimated, level=level)
    table = table.assign(retention=table["active"] / trials, low=low, high=high)
    columns = ["cohort", "period", "kind", "is_comparable", "age", "customers", "active"]
    ordered = table.sort_values(["cohort", "age"], ignore_index=True)
    return ordered[[*columns, "retention", "low", "high"]]


def stretch_days(age: int) -> tuple[int, int]:
    """Return the first and the last day of a stretch, counted from the first purchase on day 0."""
    return STRETCH_DAYS * age, STRETCH_DAYS * (age + 1) - 1
