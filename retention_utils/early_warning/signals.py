"""Signals from customers: the Net Promoter Score, with how sure it is.

Share of those who would recommend (9 or 10 of 10) minus share of those who would not (0 to 6).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from retention_utils.early_warning.symptoms import COLUMNS, YEAR
from retention_utils.early_warning.trends import RECENT, WINDOW, Comparison
from retention_utils.schema import require
from retention_utils.stats import normal_quantile

__all__ = ["COUNTS", "MIN_ANSWERS", "net_promoter_interval", "signal_comparison", "signals"]

MIN_ANSWERS = 30  # a score of fewer says next to nothing
COUNTS: Sequence[str] = ("promoters", "detractors", "answers")
POOL = 3  # periods put together where a single one has too few answers


def net_promoter_interval(
    promoters: ArrayLike, detractors: ArrayLike, answers: ArrayLike, *, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the Net Promoter Score with an adjusted Wald interval, elementwise.

    Parameters
    ----------
    promoters, detractors, answers : array_like
        Counts; promoters scored 9 or 10, detractors 0 to 6.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    score, low, high : ndarray
        Fractions from -1 to 1; NaN without answers.

    Notes
    -----
    Three made-up answers are added before the usual interval is taken: 3/4 promoter, 3/4 detractor and 3/2
    in between. It covers well where the textbook interval is too short [1]_.

    References
    ----------
    .. [1] Rocks (2016), The American Statistician 70, 365-372.
    """
    good, bad, count = (np.asarray(values, dtype=float) for values in (promoters, detractors, answers))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = (good - bad) / count
    middle, variance = _adjusted(good, bad, count)
    reach = normal_quantile(level) * np.sqrt(variance)
    is_known = count > 0
    return (
        score,
        np.where(is_known, np.clip(np.minimum(middle - reach, score), -1, 1), np.nan),
        np.where(is_known, np.clip(np.maximum(middle + reach, score), -1, 1), np.nan),
    )


def signals(surveys: pd.DataFrame | None, calendar: pd.DataFrame) -> pd.DataFrame:
    """Give the Net Promoter Score per period, or per three periods where a single one has too few answers.

    Parameters
    ----------
    surveys, calendar : DataFrame
        The client's and the mart's tables of these names.

    Returns
    -------
    DataFrame
        In the form of :func:`retention_utils.early_warning.symptoms.purchase_symptoms`, ``symptom`` is
        ``signals``: ``value`` (score as a fraction; NaN below :data:`MIN_ANSWERS`), ``low``, ``high``, ``n``
        (answers). Three periods put together, counted back from the last, stand at their last one; this is
        done when any of the last 12 periods has too few answers. Empty without surveys.
    """
    if surveys is None or surveys.empty:
        return pd.DataFrame(columns=COLUMNS)
    counted = _counted(surveys, calendar)
    if (counted["answers"].iloc[-YEAR:] < MIN_ANSWERS).any():
        counted = _pooled(counted)
    is_enough = counted["answers"] >= MIN_ANSWERS
    score, low, high = net_promoter_interval(*(counted[name].where(is_enough) for name in COUNTS))
    return counted.assign(symptom="signals", value=score, low=low, high=high, n=counted["answers"])[COLUMNS]


def signal_comparison(surveys: pd.DataFrame | None, calendar: pd.DataFrame) -> Comparison | None:
    """Compare the answers of the last three periods with those of the up to 12 before.

    Other people answer in every period, so the answers themselves say how sure the difference is.

    Returns
    -------
    Comparison or None
        In fractions. None when either side has fewer than :data:`MIN_ANSWERS` answers, or the calendar
        fewer than 12 periods.
    """
    if surveys is None or surveys.empty:
        return None
    counted = _counted(surveys, calendar)
    recent, before = (
        part[list(COUNTS)].sum().to_numpy(dtype=float)
        for part in (counted.iloc[-RECENT:], counted.iloc[-RECENT - YEAR : -RECENT])
    )
    if len(counted) < WINDOW or min(recent[2], before[2]) < MIN_ANSWERS:
        return None
    last, previous = ((good - bad) / count for good, bad, count in (recent, before))
    (middle, variance), (middle_before, variance_before) = _adjusted(*recent), _adjusted(*before)
    reach = normal_quantile(0.95) * np.sqrt(variance + variance_before)
    difference = middle - middle_before
    return Comparison(
        last=float(last),
        previous=float(previous),
        previous_periods=min(YEAR, max(0, len(counted) - RECENT)),
        change=float(last - previous),
        low=float(min(difference - reach, last - previous)),
        high=float(max(difference + reach, last - previous)),
        n=float(recent[2]),
    )


def _adjusted(good: ArrayLike, bad: ArrayLike, count: ArrayLike) -> tuple[ArrayLike, ArrayLike]:
    """Score and variance of the score with three made-up answers."""
    more = np.asarray(count) + 3
    up, down = (np.asarray(good) + 0.75) / more, (np.asarray(bad) + 0.75) / more
    return up - down, (up + down - (up - down) ** 2) / more


def _counted(surveys: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Count answers per period of the calendar; those outside of it are left out."""
    require(surveys, ["day", "score"], name="surveys")
    require(calendar, ["period_number", "period", "first_day", "last_day"], name="calendar")
    table = calendar.sort_values("period_number", ignore_index=True)
    day = pd.to_datetime(surveys["day"]).dt.normalize()
    starts, ends = (pd.to_datetime(table[name]).to_numpy() for name in ("first_day", "last_day"))
    place = np.searchsorted(starts, day.to_numpy(), side="right") - 1
    is_within = (place >= 0) & (day.to_numpy() <= ends[np.maximum(place, 0)])
    score = surveys["score"].to_numpy(dtype=float)
    answers = pd.DataFrame(
        {"place": place, "promoters": score >= 9, "detractors": score <= 6, "answers": ~np.isnan(score)}
    )
    sums = answers[is_within].groupby("place").sum().reindex(range(len(table)), fill_value=0)
    return table[["period_number", "period"]].assign(**{name: sums[name].astype(int) for name in COUNTS})


def _pooled(counted: pd.DataFrame) -> pd.DataFrame:
    """Put every three periods together, counted back from the last; the first few may be left over."""
    whole = counted.iloc[len(counted) % POOL :].reset_index(drop=True)
    groups = whole.groupby(whole.index // POOL)
    return groups.agg({"period_number": "last", "period": "last"} | dict.fromkeys(COUNTS, "sum"))
