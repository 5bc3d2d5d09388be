"""Whether cohorts differ: the newest against the earlier ones, and all of them among themselves."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import MonteCarloMethod, chi2_contingency

from retention_utils.errors import ConfigError
from retention_utils.schema import require
from retention_utils.stats import difference_interval

__all__ = ["AgeComparison", "CohortSpread", "newest_against_earlier", "spread_of_cohorts"]

FEWEST_COHORTS = 3  # with two, the newest against the earlier one says it all
LEAST_EXPECTED = 5  # the chi-square distribution fits if every cell is expected to hold as many [1]
DRAWS = 9999
SEED = 20240601


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


@dataclass(frozen=True)
class CohortSpread:
    """The best and the worst of the comparable cohorts at one age, and how much of it chance explains."""

    age: int  # periods since the first purchase
    cohorts: int
    customers: int
    worst: str
    worst_customers: int
    worst_retention: float  # fractions from here on
    best: str
    best_customers: int
    best_retention: float
    p_value: float  # how often cohorts of equal retention would differ at least as much


def newest_against_earlier(
    retention: pd.DataFrame, *, age: int, min_customers: int, level: float = 0.95
) -> AgeComparison | None:
    """Compare the newest cohort that has lived through ``age`` with the earlier ones pooled.

    The contrast is fixed before the data are seen; picking the best and the worst cohort afterwards would
    find a gap in pure noise.

    Parameters
    ----------
    retention : DataFrame
        From :func:`retention_utils.cohorts.retention.cohort_retention`.
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
    fair = _fair(retention, age, min_customers)
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


def spread_of_cohorts(retention: pd.DataFrame, *, age: int, min_customers: int) -> CohortSpread | None:
    """Name the best and the worst cohort at ``age`` and test whether all have the same retention.

    The extremes of many cohorts differ in pure noise; only the test of all cohorts together says whether
    there is more than that.

    Parameters
    ----------
    retention : DataFrame
        From :func:`retention_utils.cohorts.retention.cohort_retention`.
    age : int
        Periods since the first purchase, 1 or more; fixed beforehand.
    min_customers : int
        Smaller cohorts are left out.

    Returns
    -------
    CohortSpread or None
        Of equally good cohorts the earliest is named. None with fewer than three comparable cohorts of that
        size.

    Raises
    ------
    ConfigError
        If ``age`` is not 1 or more.

    Notes
    -----
    Pearson's chi-square test of a cohort × bought table. Where it expects fewer than five in a cell [1]_, the
    test is made exact given both margins, as Fisher's is, from random tables with a fixed seed [2]_.

    References
    ----------
    .. [1] Cochran (1954), Biometrics 10, 417-451.
    .. [2] Hope (1968), Journal of the Royal Statistical Society B 30, 582-598.
    """
    fair = _fair(retention, age, min_customers)
    if len(fair) < FEWEST_COHORTS:
        return None
    shares = (fair["active"] / fair["customers"]).to_numpy()
    worst, best = fair.iloc[int(shares.argmin())], fair.iloc[int(shares.argmax())]
    return CohortSpread(
        age=age,
        cohorts=len(fair),
        customers=int(fair["customers"].sum()),
        worst=worst["period"],
        worst_customers=int(worst["customers"]),
        worst_retention=float(shares.min()),
        best=best["period"],
        best_customers=int(best["customers"]),
        best_retention=float(shares.max()),
        p_value=_equal_retention(fair["active"].to_numpy(), fair["customers"].to_numpy()),
    )


def _fair(retention: pd.DataFrame, age: int, min_customers: int) -> pd.DataFrame:
    require(retention, ["cohort", "period", "age", "is_comparable", "customers", "active"], name="retention")
    if age < 1:
        msg = f"The age to compare is {age}; it counts periods after the first purchase, so use 1 or more."
        raise ConfigError(msg)
    is_fair = retention["is_comparable"] & (retention["customers"] >= min_customers)
    return retention[is_fair & (retention["age"] == age)].sort_values("cohort")


def _equal_retention(active: np.ndarray, customers: np.ndarray) -> float:
    if active.sum() in (0, customers.sum()):
        return 1.0
    table = np.column_stack([active, customers - active])
    found = chi2_contingency(table, correction=False)
    if found.expected_freq.min() < LEAST_EXPECTED:
        draws = MonteCarloMethod(n_resamples=DRAWS, rng=np.random.default_rng(SEED))
        found = chi2_contingency(table, correction=False, method=draws)
    return float(found.pvalue)
