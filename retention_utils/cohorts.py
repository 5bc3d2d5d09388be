"""Cohort retention: how many of those who first bought together still buy.

Retention here is "on": a customer is retained at an age if there is a purchase in that very period. An age
that a cohort has not lived through is absent from every table. Zero means "observed, and nobody bought".
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.errors import ConfigError
from retention_utils.schema import require
from retention_utils.stats import difference_interval, wilson_interval

__all__ = [
    "AgeComparison",
    "cohort_retention",
    "heat_cells",
    "heat_edges",
    "newest_against_earlier",
    "pooled_retention",
]


@dataclass(frozen=True)
class AgeComparison:
    """The newest comparable cohort against all earlier ones pooled, at one age."""

    age: int  # periods since the first purchase
    newest: str
    newest_customers: int
    newest_retention: float  # fractions from here on
    earlier_cohorts: int
    earlier_customers: int
    earlier_retention: float
    difference: float  # newest minus earlier
    low: float
    high: float


def cohort_retention(
    cohort_cells: pd.DataFrame, calendar: pd.DataFrame, *, min_customers: int, level: float = 0.95
) -> pd.DataFrame:
    """Share of each cohort that bought at each age it has lived through, with a Wilson interval.

    Parameters
    ----------
    cohort_cells, calendar : DataFrame
        The mart's tables of these names.
    min_customers : int
        Cohorts with fewer customers get no share, only counts.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per cohort that has customers and age it has lived through, sorted: ``cohort`` (number),
        ``period`` (key of the first purchase's period), ``is_comparable`` (a whole period of truly new
        customers), ``age`` (periods since), ``customers`` (cohort size), ``active``, ``repeaters``,
        ``orders`` (counts), ``amount`` (money), ``retention``, ``low``, ``high`` (fractions; NaN for small
        cohorts).
    """
    require(cohort_cells, ["cohort", "age", "active", "orders", "amount", "repeaters"], name="cohort_cells")
    sizes = cohort_cells.loc[cohort_cells["age"] == 0, ["cohort", "active"]]
    sizes = sizes.rename(columns={"active": "customers"})
    periods = calendar.rename(columns={"period_number": "cohort"})
    periods = periods.assign(is_comparable=periods["is_whole"] & ~periods["is_mixed"])
    cohorts = sizes.merge(periods[["cohort", "period", "is_comparable"]], on="cohort")
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


def pooled_retention(retention: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """All comparable cohorts together at each age: customers kept ÷ customers who reached the age.

    The mix of cohorts changes with age, because only the older ones have reached the later ages; ``cohorts``
    and ``customers`` say how many stand behind each share.

    Parameters
    ----------
    retention : DataFrame
        From :func:`cohort_retention`.

    Returns
    -------
    DataFrame
        One row per age: ``age``, ``cohorts``, ``customers``, ``active`` (counts), ``retention``, ``low``,
        ``high`` (fractions).
    """
    require(retention, ["age", "is_comparable", "customers", "active"], name="retention")
    fair = retention[retention["is_comparable"]]
    table = fair.groupby("age", as_index=False).agg(
        cohorts=("cohort", "size"), customers=("customers", "sum"), active=("active", "sum")
    )
    estimated = table["customers"].where(table["age"] > 0)
    low, high = wilson_interval(table["active"].where(estimated.notna()), estimated, level=level)
    return table.assign(retention=table["active"] / table["customers"], low=low, high=high)


def newest_against_earlier(
    retention: pd.DataFrame, *, age: int, min_customers: int, level: float = 0.95
) -> AgeComparison | None:
    """Compare the newest cohort that has lived through ``age`` with the earlier ones pooled.

    The contrast is fixed before the data are seen; picking the best and the worst cohort afterwards would
    find a gap in pure noise.

    Parameters
    ----------
    retention : DataFrame
        From :func:`cohort_retention`.
    age : int
        Periods since the first purchase, 1 or more.
    min_customers : int
        Smaller cohorts are left out.

    Returns
    -------
    AgeComparison or None
        None when fewer than two comparable cohorts of that size have lived through ``age``.

    Raises
    ------
    ConfigError
        If ``age`` is not 1 or more.
    """
    require(retention, ["cohort", "age", "is_comparable", "customers", "active"], name="retention")
    if age < 1:
        msg = f"The age to compare is {age}; it counts periods after the first purchase, so use 1 or more."
        raise ConfigError(msg)
    is_fair = retention["is_comparable"] & (retention["customers"] >= min_customers)
    fair = retention[is_fair & (retention["age"] == age)].sort_values("cohort")
    if len(fair) < 2:
        return None
    newest, earlier = fair.iloc[-1], fair.iloc[:-1][["active", "customers"]].sum()
    gap, low, high = difference_interval(
        [newest["active"], earlier["active"]], [newest["customers"], earlier["customers"]], level=level
    )
    return AgeComparison(
        age=age,
        newest=newest["period"],
        newest_customers=int(newest["customers"]),
        newest_retention=float(newest["active"] / newest["customers"]),
        earlier_cohorts=len(fair) - 1,
        earlier_customers=int(earlier["customers"]),
        earlier_retention=float(earlier["active"] / earlier["customers"]),
        difference=gap,
        low=low,
        high=high,
    )


def heat_cells(retention: pd.DataFrame) -> pd.DataFrame:
    """Return the ages from 1 on; nothing if no cohort is large enough for a share.

    Parameters
    ----------
    retention : DataFrame
        From :func:`cohort_retention`.
    """
    later = retention[retention["age"] >= 1]
    return later if later["retention"].notna().any() else later.iloc[:0]


def heat_edges(retention: pd.DataFrame, *, steps: int = 7) -> list[float]:
    """Return the limits of equal steps of colour over the shares that occur from age 1 on.

    The first and the last limit are whole per cents just below and above, so that they can be printed.
    """
    shares = retention.loc[retention["age"] >= 1, "retention"].dropna()
    if shares.empty:
        return [step / steps for step in range(steps + 1)]
    low, high = min(np.floor(shares.min() * 100), 99.0), np.ceil(shares.max() * 100)
    return [float(edge) / 100 for edge in np.linspace(low, max(high, low + 1), steps + 1)]
