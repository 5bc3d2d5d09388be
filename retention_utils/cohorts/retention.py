"""Cohort retention: how many of those who first bought together still buy.

Retention here is "on": a customer is retained at an age if there is a purchase in that very period. An age
that a cohort has not lived through is absent from every table. Zero means "observed, and nobody bought".
"""

from typing import Literal

import numpy as np
import pandas as pd

from retention_utils.errors import ConfigError
from retention_utils.schema import require
from retention_utils.stats import wilson_interval

__all__ = ["cohort_retention", "named_cohorts", "pooled_retention", "repeat_in_period_0"]


def named_cohorts(calendar: pd.DataFrame) -> pd.DataFrame:
    """Say of every period's cohort whether its customers are new.

    Parameters
    ----------
    calendar : DataFrame
        The mart's table of this name.

    Returns
    -------
    DataFrame
        One row per period: ``cohort`` (its number), ``period`` (key), ``kind`` (``"mixed"``: in the warm-up
        of the log, perhaps old customers; ``"incomplete"``: the log begins within the period; ``"new"``),
        ``is_comparable`` (``kind`` is ``"new"``).
    """
    require(calendar, ["period_number", "period", "is_whole", "is_mixed"], name="calendar")
    kind = np.select([calendar["is_mixed"], ~calendar["is_whole"]], ["mixed", "incomplete"], "new")
    named = calendar[["period_number", "period"]].rename(columns={"period_number": "cohort"})
    return named.assign(kind=kind, is_comparable=kind == "new")


def cohort_retention(
    cohort_cells: pd.DataFrame, calendar: pd.DataFrame, *, min_customers: int, level: float = 0.95
) -> pd.DataFrame:
    """Share of each cohort that bought at each age it has lived through, with a Wilson interval.

    Parameters
    ----------
    cohort_cells, calendar : DataFrame
        The mart's tables of these names. The calendar ends with the report's period, so that every cell in
        it has been lived through.
    min_customers : int
        Cohorts with fewer customers get no share, only counts.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per cohort that has customers and age it has lived through, sorted: ``cohort`` (number),
        ``period`` (key of the first purchase's period), ``kind``, ``is_comparable`` (a whole period of truly
        new customers, see :func:`named_cohorts`), ``age`` (periods since), ``customers`` (cohort size),
        ``active``, ``repeaters``, ``orders`` (counts), ``amount`` (money), ``retention``, ``low``, ``high``
        (fractions; NaN for small cohorts).
    """
    require(cohort_cells, ["cohort", "age", "active", "orders", "amount", "repeaters"], name="cohort_cells")
    sizes = cohort_cells.loc[cohort_cells["age"] == 0, ["cohort", "active"]]
    sizes = sizes.rename(columns={"active": "customers"})
    cohorts = sizes.merge(named_cohorts(calendar), on="cohort")
    spans = calendar["period_number"].max() - cohorts["cohort"] + 1
    spine = cohorts.loc[cohorts.index.repeat(spans)].reset_index(drop=True)
    spine["age"] = spine.groupby("cohort").cumcount()
    table = spine.merge(cohort_cells, on=["cohort", "age"], how="left").sort_values(["cohort", "age"])
    counts = ["active", "repeaters", "orders"]
    table[counts] = table[counts].fillna(0).astype("int64")
    table["amount"] = table["amount"].fillna(0.0)
    trials = table["customers"].where(table["customers"] >= min_customers)
    estimated = trials.where(table["age"] > 0)  # at age 0 the share is 100% by definition
    low, high = wilson_interval(table["active"].where(estimated.notna()), estimated, level=level)
    return table.assign(retention=table["active"] / trials, low=low, high=high).reset_index(drop=True)


def pooled_retention(
    retention: pd.DataFrame,
    *,
    weighting: Literal["customers", "cohorts"] = "customers",
    min_customers: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """All comparable cohorts together at each age: customers kept ÷ customers who reached the age.

    Cohorts of which nobody came back count, those without customers do not. The mix of cohorts changes with
    age, because only the older ones have reached the later ages; ``cohorts`` and ``customers`` say how many
    stand behind each share.

    Parameters
    ----------
    retention : DataFrame
        From :func:`cohort_retention`, or :func:`retention_utils.cohorts.rolling.rolling_retention`.
    weighting : {"customers", "cohorts"}
        Whether every customer or every cohort counts alike; the latter is the plain mean of the cohorts'
        shares, which has no interval here.
    min_customers : int
        Ages that fewer customers have reached get no share, only counts.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per age: ``age``, ``cohorts``, ``customers``, ``active`` (counts), ``retention``, ``low``,
        ``high`` (fractions).

    Raises
    ------
    ConfigError
        If ``weighting`` is neither of the two.
    """
    require(retention, ["cohort", "age", "is_comparable", "customers", "active"], name="retention")
    if weighting not in ("customers", "cohorts"):
        msg = f"weighting is {weighting!r}; use 'customers' or 'cohorts'."
        raise ConfigError(msg)
    fair = retention[retention["is_comparable"]]
    fair = fair.assign(share=fair["active"] / fair["customers"])
    table = fair.groupby("age", as_index=False).agg(
        cohorts=("cohort", "size"), customers=("customers", "sum"), active=("active", "sum"),
        mean=("share", "mean"),
    )  # fmt: skip
    is_large = table["customers"] >= min_customers
    if weighting == "cohorts":
        blank = np.full(len(table), np.nan)
        table = table.assign(retention=table["mean"].where(is_large), low=blank, high=blank)
        return table.drop(columns="mean")
    trials = table["customers"].where(is_large)
    estimated = trials.where(table["age"] > 0)
    low, high = wilson_interval(table["active"].where(estimated.notna()), estimated, level=level)
    return table.drop(columns="mean").assign(retention=table["active"] / trials, low=low, high=high)


def repeat_in_period_0(
    retention: pd.DataFrame, *, min_customers: int, level: float = 0.95
) -> pd.Series | None:
    """Count who bought again within the very period of the first purchase, which is not retention.

    Parameters
    ----------
    retention : DataFrame
        From :func:`cohort_retention`.
    min_customers : int
        The fewest customers a share is given for.

    Returns
    -------
    Series or None
        ``customers``, ``repeaters`` (counts), ``share``, ``low``, ``high`` (fractions), of all comparable
        cohorts; None if they are too few.
    """
    require(retention, ["age", "is_comparable", "customers", "repeaters"], name="retention")
    first = retention[retention["is_comparable"] & (retention["age"] == 0)]
    customers, repeaters = int(first["customers"].sum()), int(first["repeaters"].sum())
    if customers < max(min_customers, 1):
        return None
    low, high = wilson_interval(repeaters, customers, level=level)
    shares = {"share": repeaters / customers, "low": float(low), "high": float(high)}
    return pd.Series({"customers": customers, "repeaters": repeaters} | shares)
