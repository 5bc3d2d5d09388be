"""Levels that change lastingly from one week to the next, as when a source is lost or ids are given anew."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.schema import require

__all__ = ["FEWEST_WEEKS", "UNSEEN_FIRST", "UNSEEN_LAST", "level_shifts", "mark_shifts"]

LEVEL = 8  # weeks whose median is a level
YEAR = 52  # weeks before a shift, so that every season has been seen, and after it, if they are there
AFTER = 16  # weeks that must have followed: more than a busy season lasts
FEWEST_WEEKS = YEAR + AFTER
UNSEEN_FIRST, UNSEEN_LAST = YEAR, AFTER - 1  # weeks at both ends in which no shift can be seen to begin
LEAST_RATIO = 1.3  # between the nearest levels on both sides
LEAST_SURPRISE = 3.0  # in multiples of the usual change between neighbouring levels
FLOORS = {"orders": 0.5, "order_value": 0.01, "returning": 0.01}  # a logarithm needs something above zero
FALLS_ONLY = ("returning",)  # it rises by itself as a log gets longer
FEWEST_BUYERS = 5  # in the median week: a share of fewer says nothing


def level_shifts(weekly: pd.DataFrame) -> pd.DataFrame:
    """Find the week, if any, from which on a level is another.

    Parameters
    ----------
    weekly : DataFrame
        From :func:`retention_utils.passport.activity.weekly_activity`.

    Returns
    -------
    DataFrame
        At most one row per ``measure`` (``orders``; ``order_value``, money per order; ``returning``, the
        share of buyers who had bought before): ``week`` (number of the first week on the new level),
        ``first_day`` (of that week), ``before``, ``after`` (medians of the eight weeks on either side, in
        the unit of the measure), ``change`` (fraction of ``before``). No row where nothing is found or the
        weeks are fewer than ``FEWEST_WEEKS``.

    Notes
    -----
    A level is the median of eight successive weeks, on the scale of logarithms. A week begins a new level
    if every level of the year before it lies on one side, and every level of the 16 to 52 weeks from it on
    lies on the other, with at least a factor of 1.3 between the nearest two, and three times the usual
    (median) change between neighbouring levels. A season that was seen a year before is no break, and
    neither is steady growth; the first year of a log, with its launch, is not judged. The share of
    returning buyers grows as a log gets longer, so only its fall is a break.
    """
    require(weekly, ["week", "orders", "amount", "buyers", "first_purchases"], name="weekly")
    rows = []
    for measure, values in _measures(weekly).items():
        logs = np.log(values.clip(lower=FLOORS[measure]))
        week = _shift(logs, falls_only=measure in FALLS_ONLY)
        if week is None:
            continue
        before, after = values[week - LEVEL : week].median(), values[week : week + LEVEL].median()
        change = after / before - 1 if before else np.nan
        rows.append((measure, week, weekly["week"][week], before, after, change))
    return pd.DataFrame(rows, columns=["measure", "week", "first_day", "before", "after", "change"])


def mark_shifts(weekly: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    """Add ``is_shift`` to the weeks: a new level begins with this week."""
    return weekly.assign(is_shift=weekly.index.isin(shifts["week"]))


def _measures(weekly: pd.DataFrame) -> dict[str, pd.Series]:
    """Per measure a value of every week; a week without orders repeats the one before."""
    found = {"orders": weekly["orders"].astype(float)}
    is_busy = weekly["orders"] > 0
    if is_busy.any():
        value = (weekly["amount"] / weekly["orders"]).where(is_busy)
        found["order_value"] = value.ffill().bfill()
    if weekly["buyers"].median() >= FEWEST_BUYERS:
        returning = (1 - weekly["first_purchases"] / weekly["buyers"]).where(is_busy)
        found["returning"] = returning.ffill().bfill()
    return found


def _shift(logs: pd.Series, *, falls_only: bool) -> int | None:
    if len(logs) < FEWEST_WEEKS:
        return None
    levels = logs.rolling(LEVEL).median().to_numpy()  # of the eight weeks that end with each
    usual = float(np.median(np.abs(levels[2 * LEVEL - 1 :] - levels[LEVEL - 1 : -LEVEL])))
    gaps = {week: _gap(levels, week, falls_only) for week in range(YEAR, len(logs) - AFTER + 1)}
    widest = max(gaps, key=gaps.__getitem__)
    if gaps[widest] < max(np.log(LEAST_RATIO), LEAST_SURPRISE * usual):
        return None
    week = _sharpest(logs.to_numpy(), widest)
    return week if week in gaps else None


def _gap(levels: NDArray[np.float64], week: int, falls_only: bool) -> float:
    """Return what lies between all levels before a week and all from it on; below zero if they overlap."""
    before = levels[week - YEAR + LEVEL - 1 : week]
    after = levels[week + LEVEL - 1 : week + YEAR]
    fall, rise = before.min() - after.max(), after.min() - before.max()
    return float(fall if falls_only else max(fall, rise))


def _sharpest(logs: NDArray[np.float64], near: int) -> int:
    """Return the week near this one at which two constants fit best: the gap alone is blunt."""
    first, last = near - LEVEL, near + LEVEL
    misfits = {
        week: np.var(logs[first:week]) * (week - first) + np.var(logs[week:last]) * (last - week)
        for week in range(first + 2, last - 1)
    }
    return min(misfits, key=misfits.__getitem__)
