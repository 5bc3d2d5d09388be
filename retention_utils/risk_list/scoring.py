"""How good a ranking and its chances were, once it is known who stayed away.

References
----------
.. [1] Efron & Tibshirani (1993), An Introduction to the Bootstrap. Counts are drawn from a Poisson
   distribution with mean 1 for every customer, which for many customers is the bootstrap itself.
.. [2] Brier (1950), Monthly Weather Review 78, 1-3.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.stats import normal_quantile, wilson_interval

__all__ = [
    "Estimate",
    "average_precision",
    "brier_score",
    "calibration",
    "difference_in_average_precision",
    "difference_in_found",
    "gains",
]

Floats = NDArray[np.float64]
Order = NDArray[np.intp]


@dataclass(frozen=True)
class Estimate:
    """A number with its interval."""

    value: float
    low: float
    high: float


def average_precision(chance: Floats, stayed_away: Floats, weights: Floats | None = None) -> float:
    """Return the mean precision over the customers who stayed away, ranked by chance.

    Customers with the same chance are taken together, so that no order among them matters: the definition
    of scikit-learn's ``average_precision_score``.
    """
    order = np.argsort(-chance, kind="stable")
    return _average_precision(_Ranked(chance, order), stayed_away, weights)


def difference_in_average_precision(
    chance: Floats,
    other: Floats,
    stayed_away: Floats,
    *,
    draws: int = 100,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Compare two sets of chances for the same customers: average precision of the first minus the second.

    Parameters
    ----------
    chance, other : array
        Chances of staying away, row by row.
    stayed_away : array
        1 for who stayed away, 0 for who came back.
    draws : int
        Bootstrap samples of customers, the same for both; their spread gives a normal interval.
    level : float
        Interval coverage, a fraction.
    seed : int
        Seed of the draws.
    """
    first, second = (_Ranked(values, np.argsort(-values, kind="stable")) for values in (chance, other))

    def difference(weights: Floats | None) -> float:
        pair = (_average_precision(ranked, stayed_away, weights) for ranked in (first, second))
        return next(pair) - next(pair)

    random = np.random.default_rng(seed)
    sample = [difference(random.poisson(1.0, len(chance)).astype(float)) for _ in range(draws)]
    value, reach = difference(None), normal_quantile(level) * float(np.std(sample, ddof=1))
    return Estimate(value, value - reach, value + reach)


def difference_in_found(
    order: Order,
    other: Order,
    lost: Floats,
    *,
    capacity: int,
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Compare two lists of the same length: lost value found by the first minus that found by the second.

    Parameters
    ----------
    order, other : array
        Row numbers, the first to call first.
    lost : array
        Value of every candidate who stayed away, 0 for who came back.
    capacity : int
        Length of the lists.
    draws : int
        Bootstrap samples of customers, the same for both; the interval holds ``level`` of them.
    level, seed
        As for :func:`difference_in_average_precision`.
    """
    # No draw reaches further down than this: the sum of so many Poisson counts exceeds the capacity.
    depth = 2 * capacity + 100
    rows = np.union1d(order[:depth], other[:depth])
    pair = [np.searchsorted(rows, list_[:depth]) for list_ in (order, other)]

    def difference(weights: Floats) -> float:
        found = (_found(lost[rows][places], weights[places], capacity) for places in pair)
        return next(found) - next(found)

    random = np.random.default_rng(seed)
    sample = [difference(random.poisson(1.0, len(rows)).astype(float)) for _ in range(draws)]
    low, high = np.quantile(sample, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(difference(np.ones(len(rows))), float(low), float(high))


def brier_score(chance: Floats, stayed_away: Floats, *, level: float = 0.95) -> Estimate:
    """Return the mean squared difference between chance and outcome; 0 is perfect [2]_."""
    squares = (chance - stayed_away) ** 2
    mean = float(squares.mean())
    reach = normal_quantile(level) * float(squares.std(ddof=1) / np.sqrt(len(squares)))
    return Estimate(mean, max(mean - reach, 0.0), mean + reach)


def calibration(chance: Floats, stayed_away: Floats, *, bins: int = 10, level: float = 0.95) -> pd.DataFrame:
    """Hold the chances against what came, in groups of about equal size.

    Returns
    -------
    DataFrame
        One row per group, lowest chance first: ``customers``, ``stayed_away`` (counts), ``predicted`` (mean
        chance), ``observed`` (share that stayed away) with ``low`` and ``high`` (Wilson interval). Equal
        chances are always in one group, so there may be fewer than ``bins``.
    """
    edges = np.unique(np.quantile(chance, np.arange(1, bins) / bins))
    group = np.searchsorted(edges, chance, side="left")
    table = pd.DataFrame({"group": group, "chance": chance, "stayed_away": stayed_away})
    table = table.groupby("group").agg(
        customers=("chance", "size"), stayed_away=("stayed_away", "sum"), predicted=("chance", "mean")
    )
    low, high = wilson_interval(table["stayed_away"], table["customers"], level=level)
    observed = table["stayed_away"] / table["customers"]
    table = table.assign(observed=observed, low=low, high=high)
    return table.astype({"stayed_away": "int64"}).reset_index(drop=True)


def gains(orders: Mapping[str, Order], lost: Floats, *, most: int, steps: int = 50) -> pd.DataFrame:
    """Return the share of the lost value found by calling more and more of the candidates.

    Parameters
    ----------
    orders : mapping
        Row numbers by rule, the first to call first.
    lost : array
        Value of every candidate who stayed away, 0 for who came back.
    most : int
        Calls at the end of the curves, if there are so many candidates.
    steps : int
        Points on each curve after its beginning, at most.

    Returns
    -------
    DataFrame
        One row per rule and point: ``rule``, ``called`` (count), ``found_share`` (fraction).
    """
    called = np.unique(np.linspace(0, min(most, len(lost)), steps + 1).round().astype(int))
    parts = []
    for rule, order in orders.items():
        found = np.concatenate([[0.0], np.cumsum(lost[order])]) / (lost.sum() or np.nan)
        parts.append(pd.DataFrame({"rule": rule, "called": called, "found_share": found[called]}))
    return pd.concat(parts, ignore_index=True)


class _Ranked:
    """Chances sorted once, with the last place of each group of equal ones."""

    def __init__(self, chance: Floats, order: Order) -> None:
        self.order = order
        ordered = chance[order]
        self.ends = np.flatnonzero(np.append(np.diff(ordered) != 0, True))


def _average_precision(ranked: _Ranked, stayed_away: Floats, weights: Floats | None) -> float:
    hits = stayed_away[ranked.order]
    held = np.ones(len(hits)) if weights is None else weights[ranked.order]
    found = np.cumsum(hits * held)[ranked.ends]
    listed = np.cumsum(held)[ranked.ends]
    precision = found / np.maximum(listed, 1)
    return float((np.diff(found, prepend=0.0) * precision).sum() / found[-1])


def _found(lost: Floats, weights: Floats, capacity: int) -> float:
    """Lost value on a list that is full after so many customers, each counted with its weight."""
    before = np.cumsum(weights) - weights
    taken = np.clip(capacity - before, 0, weights)
    return float((lost * taken).sum())
