"""Repeat rate: how many first-time customers buy again in time, and whether the newest do as others did."""

from dataclasses import dataclass

import pandas as pd

from retention_utils.errors import TableError
from retention_utils.schema import require
from retention_utils.stats import difference_interval
from retention_utils.steady_line import steady_line

__all__ = ["RepeatCourse", "RepeatRateChange", "comparable_cohorts", "repeat_course", "repeat_rate_change"]


@dataclass(frozen=True)
class RepeatRateChange:
    """Newest cohort of first-time buyers against all earlier ones pooled: who ordered again in time."""

    newest: str
    newest_customers: int
    newest_share: float  # fractions from here on
    earlier_customers: int
    earlier_share: float
    difference: float  # newest minus earlier
    low: float
    high: float


@dataclass(frozen=True)
class RepeatCourse:
    """How the share who ordered again in time has moved over all cohorts, and its first and last year."""

    cohorts: int
    slope: float  # a year; fractions
    low: float
    high: float
    early: tuple[str, str, int, float]  # first and last cohort, customers, share: of the first year
    late: tuple[str, str, int, float]  # the same of the last year


def comparable_cohorts(repeat_by_cohort: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Name the cohorts and leave out those whose customers may not be new or are not all in the log.

    Parameters
    ----------
    repeat_by_cohort, calendar : DataFrame
        The mart's tables of these names.

    Returns
    -------
    DataFrame
        One row per cohort, as :func:`repeat_rate_change` takes it: ``cohort`` (period key),
        ``cohort_index``, ``customers``, ``repeated``. Cohorts of the warm-up and of a period that began
        before the log are left out.
    """
    require(repeat_by_cohort, ["cohort", "customers", "repeated"], name="repeat_by_cohort")
    require(calendar, ["period_number", "period", "is_whole", "is_mixed"], name="calendar")
    fair = calendar[calendar["is_whole"] & ~calendar["is_mixed"]]
    named = repeat_by_cohort.rename(columns={"cohort": "cohort_index"})
    table = named.merge(fair, left_on="cohort_index", right_on="period_number")
    table = table.rename(columns={"period": "cohort"}).sort_values("cohort_index", ignore_index=True)
    return table[["cohort", "cohort_index", "customers", "repeated"]]


def repeat_rate_change(
    repeat_by_cohort: pd.DataFrame, *, min_customers: int, level: float = 0.95
) -> RepeatRateChange | None:
    """Compare the newest first-time buyers with all earlier ones: how many ordered again in time.

    The contrast is fixed before the data are seen. Everyone in it must have been observed for the whole
    window, so that newer buyers are not blamed for having had less time.

    Parameters
    ----------
    repeat_by_cohort : DataFrame
        One row per cohort (period of first order): ``cohort`` (label), ``cohort_index`` (int, rising with
        time), ``customers`` (first-time buyers followed for at least the window), ``repeated`` (of these,
        ordered again within the window).
    min_customers : int
        Smaller cohorts are left out of the comparison.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    RepeatRateChange or None
        None when fewer than two cohorts are large enough.

    Raises
    ------
    TableError
        If a column is missing, a cohort appears twice, or ``repeated`` exceeds ``customers``.
    ConfigError
        If ``level`` is not a fraction.
    """
    require(repeat_by_cohort, ["cohort", "cohort_index", "customers", "repeated"], name="repeat_by_cohort")
    twice = repeat_by_cohort.loc[repeat_by_cohort["cohort_index"].duplicated(), "cohort"]
    if len(twice):
        raise TableError(f"Cohort {twice.iloc[0]!r} appears more than once; pass one row per cohort.")
    is_large = repeat_by_cohort["customers"] >= max(min_customers, 1)
    large = repeat_by_cohort[is_large].sort_values("cohort_index")
    if len(large) < 2:
        return None
    newest, earlier = large.iloc[-1], large.iloc[:-1][["repeated", "customers"]].sum()
    difference, low, high = difference_interval(
        [newest["repeated"], earlier["repeated"]], [newest["customers"], earlier["customers"]], level=level
    )
    return RepeatRateChange(
        newest=str(newest["cohort"]),
        newest_customers=int(newest["customers"]),
        newest_share=float(newest["repeated"] / newest["customers"]),
        earlier_customers=int(earlier["customers"]),
        earlier_share=float(earlier["repeated"] / earlier["customers"]),
        difference=float(difference),
        low=float(low),
        high=float(high),
    )


def repeat_course(repeat_by_cohort: pd.DataFrame, *, year: int, min_customers: int) -> RepeatCourse | None:
    """Follow over all cohorts how many first-time customers ordered again in time.

    Parameters
    ----------
    repeat_by_cohort : DataFrame
        As for :func:`repeat_rate_change`, in the order of time.
    year : int
        Cohorts in a year.
    min_customers : int
        Smaller cohorts are left out.

    Returns
    -------
    RepeatCourse or None
        None when fewer than two years of cohorts are large enough, or too few for a line. The line and the
        interval of its slope are those of :func:`retention_utils.steady_line.steady_line`, laid through all.
    """
    require(repeat_by_cohort, ["cohort", "customers", "repeated"], name="repeat_by_cohort")
    large = repeat_by_cohort[repeat_by_cohort["customers"] >= max(min_customers, 1)]
    line = steady_line(large["repeated"], large["customers"])
    if len(large) < 2 * year or pd.isna(line.slope):
        return None
    slopes = (float(value * year) for value in (line.slope, line.low, line.high))
    return RepeatCourse(len(large), *slopes, _pooled(large.head(year)), _pooled(large.tail(year)))


def _pooled(cohorts: pd.DataFrame) -> tuple[str, str, int, float]:
    customers, repeated = int(cohorts["customers"].sum()), cohorts["repeated"].sum()
    first, last = (str(cohorts["cohort"].iloc[place]) for place in (0, -1))
    return first, last, customers, float(repeated / customers)
