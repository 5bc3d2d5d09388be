"""Intervals for shares and for the difference between two shares.

Both are statsmodels' functions behind one contract: counts in, an explicit ``level``, blanks kept blank,
and a refusal instead of a silent number when a share arrives where a count belongs.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from retention_utils.errors import ConfigError, TableError

__all__ = [
    "difference_interval",
    "holm",
    "normal_quantile",
    "paired_difference_interval",
    "ratio_interval",
    "wilson_interval",
]

Floats = NDArray[np.float64]


def normal_quantile(level: float) -> float:
    """Return the standard normal quantile of a two-sided interval: 1.96 for a level of 0.95.

    Raises
    ------
    ConfigError
        If ``level`` is not strictly between 0 and 1.
    """
    if not 0 < level < 1:
        msg = f"level is {level!r}; it is an interval's coverage, so use a fraction such as 0.95."
        raise ConfigError(msg)
    return float(ndtri(0.5 + level / 2))


def wilson_interval(successes: ArrayLike, trials: ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Score interval for a share, elementwise.

    Parameters
    ----------
    successes, trials : array_like
        Whole counts with ``0 <= successes <= trials``; they broadcast against each other.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    low, high : ndarray
        Fractions, in the order of the input; plain numbers for plain numbers. NaN where there were no
        trials or a count is missing. Never outside 0 to 1, and always around ``successes / trials``.

    Raises
    ------
    TableError
        If a count is negative or fractional, or successes exceed trials.
    ConfigError
        If ``level`` is not a fraction.

    Notes
    -----
    Wilson's interval [1]_ stays inside 0 to 1 and covers well in small groups and near 0 and 1, where
    the textbook interval collapses [2]_. It speaks for the customers as a sample of what such customers
    do; it does not speak for systematic error.

    References
    ----------
    .. [1] Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    .. [2] Newcombe (1998), Statistics in Medicine 17, 857-872, method 3.
    """
    normal_quantile(level)
    some, every = _counts(successes, trials)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = proportion_confint(some, every, alpha=1 - level, method="wilson")
        share = some / every
    # Rounding can leave a bound a hair inside a share of exactly 0 or 1.
    return np.minimum(low, share)[()], np.maximum(high, share)[()]


def difference_interval(
    successes: ArrayLike, trials: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Difference between the shares of two separate groups, with Newcombe's hybrid score interval.

    Parameters
    ----------
    successes, trials : array_like
        Two entries each: the first group's, then the second's. An entry is a whole count or an array of
        them. The groups must not share customers; for the same customers seen twice this is wrong.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    difference, low, high : ndarray
        First share minus second, a fraction between -1 and 1; plain numbers for plain numbers. NaN where
        a group has no trials or a count is missing.

    Raises
    ------
    TableError
        If there are not two groups, a count is negative or fractional, or successes exceed trials.
    ConfigError
        If ``level`` is not a fraction.

    Notes
    -----
    Method 10 of Newcombe [1]_, built from both groups' Wilson intervals.

    References
    ----------
    .. [1] Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    normal_quantile(level)
    some, every = _counts(successes, trials)
    if some.ndim == 0 or len(some) != 2:
        msg = f"A difference needs two groups; found shape {some.shape}. Pass [k1, k2] and [n1, n2]."
        raise TableError(msg)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = confint_proportions_2indep(
            some[0], every[0], some[1], every[1], method="newcomb", compare="diff", alpha=1 - level
        )
        difference = some[0] / every[0] - some[1] / every[1]
    return difference, np.clip(low, -1, 1), np.clip(high, -1, 1)


def paired_difference_interval(
    both: int, only_first: int, only_second: int, neither: int, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Difference between two shares of the same customers, with Newcombe's score interval for pairs.

    Parameters
    ----------
    both, only_first, only_second, neither : int
        Customers of whom the two things hold: the first share less the second is the difference.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    difference, low, high : float
        Fractions; NaN without customers.

    Notes
    -----
    Method 10 of Newcombe [1]_: the two Wilson intervals, put together with the correlation of the two
    things, which is made smaller for continuity where it is above zero.

    References
    ----------
    .. [1] Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10.
    """
    size = both + only_first + only_second + neither
    if not size:
        return np.nan, np.nan, np.nan
    some = np.array([both + only_first, both + only_second])
    share, (low, high) = some / size, wilson_interval(some, size, level=level)
    below, above = share - low, high - share
    excess = both * neither - only_first * only_second
    spread = float(np.sqrt(np.prod(some.astype(float)) * np.prod((size - some).astype(float))))
    together = (max(excess - size / 2, 0) if excess > 0 else excess) / spread if spread else 0.0
    difference = float(share[0] - share[1])
    ends = [
        float(np.sqrt(one**2 - 2 * together * one * other + other**2))
        for one, other in ((below[0], above[1]), (above[0], below[1]))
    ]
    return difference, difference - ends[0], difference + ends[1]


def ratio_interval(
    totals: tuple[float, float], squares: tuple[float, float], *, products: float = 0.0, level: float = 0.95
) -> tuple[float, float]:
    """Say how far the ratio of two totals might move if other customers of the same kind had come.

    It is the linearised bootstrap over customers, who may have bought in both periods: the variance of the
    log ratio is the sum over customers of ``(now / total now - before / total before) ** 2``.

    Parameters
    ----------
    totals, squares : tuple of float
        Of the later period, then of the earlier: the sum over customers, and the sum of squares.
    products : float
        Sum over customers of the later value times the earlier. Nothing here can be negative, so that
        leaving it out where it is not known makes the interval wider, never narrower.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    low, high : float
        Ends of the relative change: -0.1 is ten per cent less.
    """
    now, before = totals
    variance = squares[0] / now**2 + squares[1] / before**2 - 2 * products / (now * before)
    reach = normal_quantile(level) * np.sqrt(max(float(variance), 0.0))
    return float(now / before * np.exp(-reach) - 1), float(now / before * np.exp(reach) - 1)


def holm(chances: ArrayLike) -> Floats:
    """Correct chances for their number, step by step; missing ones stay missing and do not count.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    known = np.asarray(chances, dtype=float)
    order = np.argsort(known)[: np.count_nonzero(~np.isnan(known))]  # NaN comes last
    adjusted = np.full(len(known), np.nan)
    steps = np.arange(len(order), 0, -1) * known[order]
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def _counts(successes: ArrayLike, trials: ArrayLike) -> tuple[Floats, Floats]:
    pair = np.broadcast_arrays(np.asarray(successes, dtype=float), np.asarray(trials, dtype=float))
    some, every = np.array(pair[0]), np.array(pair[1])
    is_whole = (some == np.floor(some)) & (every == np.floor(every)) & np.isfinite(every)
    is_wrong = ~(np.isnan(some) | np.isnan(every)) & ~(is_whole & (some >= 0) & (some <= every))
    if is_wrong.any():
        worst = (some[is_wrong][0], every[is_wrong][0])
        msg = f"Successes must be whole counts from 0 up to trials; found {worst[0]:g} of {worst[1]:g}. "
        raise TableError(msg + "Pass counts, not shares.")
    return some, every
