"""Historic value: what customers have brought by each age, counted and not forecast.

The value of a cohort to age n is all its customers spent up to and including that age, times the margin
share, divided by the size of the cohort, those who never came back included. Only whole ages that the cohort
has lived through count, and only cohorts of truly new customers.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from retention_utils.schema import require

__all__ = [
    "LEAST_COHORTS",
    "cohort_ratio",
    "cohort_value",
    "first_year",
    "historic_value",
    "well_seen",
    "year_age",
]

LEAST_COHORTS = 10
"""Fewer cohorts than this say too little about how cohorts differ: no interval."""

Floats = NDArray[np.float64]


def year_age(calendar: pd.DataFrame) -> int:
    """Return how many periods of the calendar make a year, at least 1: the age at which value is quoted."""
    require(calendar, ["first_day", "last_day"], name="calendar")
    days = (calendar["last_day"] - calendar["first_day"]).dt.days + 1
    return max(1, round(365.25 / float(days.mean())))


def cohort_value(
    cohort_cells: pd.DataFrame, calendar: pd.DataFrame, *, margin: float = 1.0, min_customers: int = 1
) -> pd.DataFrame:
    """Add up what each comparable cohort has brought by each age it has lived through.

    Parameters
    ----------
    cohort_cells, calendar : DataFrame
        The mart's tables of these names; the calendar ends with the last whole period.
    margin : float
        Share of revenue that counts, a fraction; 1 for revenue itself.
    min_customers : int
        Smaller cohorts are left out.

    Returns
    -------
    DataFrame
        One row per cohort and age, sorted: ``cohort`` (number), ``period`` (key of the first purchase's
        period), ``age`` (periods since), ``customers`` (cohort size), ``brought`` (money, up to and including
        this age), ``value`` (the same per customer).
    """
    require(cohort_cells, ["cohort", "age", "active", "amount"], name="cohort_cells")
    require(calendar, ["period_number", "period", "is_whole", "is_mixed"], name="calendar")
    sizes = cohort_cells.loc[cohort_cells["age"] == 0, ["cohort", "active"]]
    sizes = sizes.rename(columns={"active": "customers"})
    periods = calendar[calendar["is_whole"] & ~calendar["is_mixed"]]
    periods = periods[["period_number", "period"]].rename(columns={"period_number": "cohort"})
    cohorts = sizes[sizes["customers"] >= min_customers].merge(periods, on="cohort").sort_values("cohort")
    spans = calendar["period_number"].max() - cohorts["cohort"] + 1
    table = cohorts.loc[cohorts.index.repeat(spans)].reset_index(drop=True)
    table["age"] = table.groupby("cohort").cumcount()
    table = table.merge(cohort_cells[["cohort", "age", "amount"]], on=["cohort", "age"], how="left")
    table["brought"] = table["amount"].fillna(0.0).astype(float).groupby(table["cohort"]).cumsum() * margin
    table["value"] = table["brought"] / table["customers"]
    return table[["cohort", "period", "age", "customers", "brought", "value"]]


def first_year(values: pd.DataFrame, *, age: int) -> pd.DataFrame:
    """Reckon what each cohort had brought a year after joining.

    Customers join on any day of a period. By the end of the period of age n they have been there for n and a
    half periods on average, so what they brought in n periods is half way between the ages n - 1 and n.

    Parameters
    ----------
    values : DataFrame
        From :func:`cohort_value`.
    age : int
        Periods of a year.

    Returns
    -------
    DataFrame
        As ``values``, one row per cohort that has reached this age.
    """
    require(values, ["cohort", "age", "customers", "brought"], name="values")
    before = values[values["age"] == age - 1].set_index("cohort")["brought"]
    reached = values[values["age"] == age]
    brought = (reached["brought"] + reached["cohort"].map(before)) / 2
    return reached.assign(brought=brought, value=brought / reached["customers"])


def historic_value(values: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Pool the cohorts that have reached each age: all they brought ÷ all their customers.

    Parameters
    ----------
    values : DataFrame
        From :func:`cohort_value`.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per age: ``age``, ``cohorts``, ``customers`` (counts), ``value`` (money per customer),
        ``low``, ``high`` (NaN with fewer than :data:`LEAST_COHORTS` cohorts: see :func:`cohort_ratio`). The
        cohorts behind neighbouring ages differ, so the value may fall where old cohorts were worth more.
    """
    require(values, ["age", "customers", "brought"], name="values")
    rows = []
    for age, group in values.groupby("age"):
        customers = group["customers"].to_numpy(dtype=float)
        ratio = cohort_ratio(group["brought"].to_numpy(), customers, level=level)
        rows.append((int(age), len(group), int(customers.sum()), *ratio))
    return pd.DataFrame(rows, columns=["age", "cohorts", "customers", "value", "low", "high"])


def well_seen(historic: pd.DataFrame) -> pd.DataFrame:
    """Return the ages that at least half of the customers have reached: beyond, few cohorts make the curve.

    Parameters
    ----------
    historic : DataFrame
        From :func:`historic_value`.
    """
    return historic[historic["customers"] >= historic["customers"].max() / 2]


def cohort_ratio(brought: Floats, base: Floats, *, level: float = 0.95) -> tuple[float, float, float]:
    """Divide what all cohorts brought by what they cost, or by their customers, with an interval.

    Parameters
    ----------
    brought, base : array
        Per cohort.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    ratio, low, high : float
        NaN where there is nothing to divide by; no interval with fewer than :data:`LEAST_COHORTS` cohorts.

    Notes
    -----
    The tables hold no single customers at every age, so the interval takes the cohorts as a sample of cohorts
    (ratio estimator [1]_, t quantile): it holds the luck of single customers and how cohorts differ, too.

    References
    ----------
    .. [1] Cochran (1977), Sampling Techniques, 3rd edition, section 6.4.
    """
    total, cohorts = float(base.sum()), len(base)
    if total <= 0:
        return np.nan, np.nan, np.nan
    ratio = float(brought.sum()) / total
    if cohorts < LEAST_COHORTS:
        return ratio, np.nan, np.nan
    error = np.sqrt(cohorts / (cohorts - 1) * float(((brought - ratio * base) ** 2).sum())) / total
    reach = float(stdtrit(cohorts - 1, 0.5 + level / 2)) * float(error)
    return ratio, max(ratio - reach, 0.0), ratio + reach
