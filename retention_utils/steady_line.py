"""Whether a share falls or rises steadily: a straight line through the last periods, with a test."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

__all__ = ["WINDOW", "NpsTrend", "steady_line"]

WINDOW = 12  # periods that a line is laid through
LEAST_PERIODS = 6  # with answers, of the last 12


class NpsTrend(NamedTuple):
    """The line through the last 12 periods, and the chance of one as steep; NaN if untested."""

    slope: float = np.nan  # per period, a fraction
    low: float = np.nan
    high: float = np.nan
    middle: float = np.nan  # of the line, in the middle of the 12 periods
    p: float = np.nan
    p_adjusted: float = np.nan
    periods: int = 0  # with answers

    @property
    def direction(self) -> int:
        """Return -1 for a steady fall and 1 for a steady rise beyond chance, else 0."""
        return int(np.sign(self.slope)) if self.p_adjusted < 0.05 else 0


def steady_line(some: ArrayLike, every: ArrayLike, *, level: float = 0.95) -> NpsTrend:
    """Lay a line through the shares of some periods in order, and test its slope.

    Parameters
    ----------
    some, every : array_like
        Counts by period: what is looked at, and what it is a share of.
    level : float
        Coverage of the interval of the slope.

    Returns
    -------
    NpsTrend
        Its ``p_adjusted`` is NaN: how many are tested is not known here.

    Notes
    -----
    A straight line by least squares, every period weighing as much as it has answers, with Student's test of
    its slope. The yardstick is how far the periods lie off the line, so what moves all answers of a period
    together is in it, and a period with few answers needs no limit of its own.
    """
    weights = np.asarray(every, float)
    is_used = weights > 0
    time = (np.arange(len(weights)) - (len(weights) - 1) + (WINDOW - 1) / 2)[is_used]
    weights = weights[is_used]
    if len(time) < LEAST_PERIODS:
        return NpsTrend(periods=len(time))
    values = np.asarray(some, float)[is_used] / weights
    centre, mean = np.average(time, weights=weights), np.average(values, weights=weights)
    if np.ptp(values) < 1e-12:
        return NpsTrend(0.0, 0.0, 0.0, mean, 1.0, periods=len(time))
    squares = (weights * (time - centre) ** 2).sum()
    slope = (weights * (time - centre) * (values - mean)).sum() / squares
    freedom = len(time) - 2
    rest = (weights * (values - mean - slope * (time - centre)) ** 2).sum() / freedom
    error = np.sqrt(rest / squares)
    reach = stdtrit(freedom, 0.5 + level / 2) * error
    p = 2 * stdtr(freedom, -abs(slope) / error) if error > 0 else float(slope == 0)
    middle = mean - slope * centre
    return NpsTrend(slope, slope - reach, slope + reach, middle, float(p), periods=len(time))
