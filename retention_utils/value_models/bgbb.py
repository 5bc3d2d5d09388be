"""What the beta-geometric/beta-binomial model expects of a customer who buys, or not, at each occasion.

At every occasion a customer who is still there buys with a personal chance (beta distributed, ``alpha`` and
``beta``); before each one the customer may have left for good, with a personal chance (``gamma`` and
``delta``). ``frequency`` is the number of occasions bought at since the first purchase, ``recency`` which of
them was the last (0 if none), ``occasions`` how many there have been.

Everything is worked out on logarithms: products of beta functions are too small to be held otherwise.

References
----------
.. [1] Fader, Hardie & Shang (2010), Customer-base analysis in a discrete-time noncontractual setting,
   Marketing Science 29(6), 1086-1108.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, gammaln, hyp2f1

__all__ = [
    "BG_BB",
    "PARAMETERS",
    "alive_at_next",
    "discounted_purchases",
    "expected_new",
    "expected_purchases",
    "log_likelihood",
    "purchase_chances",
    "purchase_count_chances",
]

BG_BB = "BG/BB"
PARAMETERS = ["alpha", "beta", "gamma", "delta"]

Parameters = Mapping[str, float]
Floats = NDArray[np.float64]


def log_likelihood(
    parameters: Parameters, frequency: ArrayLike, recency: ArrayLike, occasions: ArrayLike
) -> Floats:
    """Return the logarithm of the chance of each history."""
    a, b, g, d = _unpack(parameters)
    x, last, n = _floats(frequency, recency, occasions)
    told = betaln(a + x, b + n - x) + betaln(g, d + n)
    for silent in range(int((n - last).max(initial=0))):
        left = betaln(a + x, b + last - x + silent) + betaln(g + 1, d + last + silent)
        told = np.where(silent < n - last, np.logaddexp(told, left), told)
    return told - betaln(a, b) - betaln(g, d)


def alive_at_next(
    parameters: Parameters, frequency: ArrayLike, recency: ArrayLike, occasions: ArrayLike
) -> Floats:
    """Return the chance that a customer is still there at the next occasion."""
    a, b, g, d = _unpack(parameters)
    x, last, n = _floats(frequency, recency, occasions)
    stays = betaln(a + x, b + n - x) - betaln(a, b) + betaln(g, d + n + 1) - betaln(g, d)
    return np.exp(stays - log_likelihood(parameters, x, last, n))


def purchase_chances(
    parameters: Parameters, frequency: ArrayLike, recency: ArrayLike, occasions: ArrayLike, *, ahead: int
) -> Floats:
    """Return the chance of a purchase at each of so many occasions to come, along a last axis."""
    a, b, g, d = _unpack(parameters)
    x, last, n = (values[..., None] for values in _floats(frequency, recency, occasions))
    buys = betaln(a + x + 1, b + n - x) - betaln(a, b)
    there = betaln(g, d + n + np.arange(1, ahead + 1)) - betaln(g, d)
    return np.exp(buys + there - log_likelihood(parameters, x, last, n))


def expected_purchases(
    parameters: Parameters, frequency: ArrayLike, recency: ArrayLike, occasions: ArrayLike, *, ahead: int
) -> Floats:
    """Return the purchases expected over the next occasions, as a sum of their chances."""
    return purchase_chances(parameters, frequency, recency, occasions, ahead=ahead).sum(axis=-1)


def discounted_purchases(
    parameters: Parameters,
    frequency: ArrayLike,
    recency: ArrayLike,
    occasions: ArrayLike,
    *,
    discount: float,
) -> Floats:
    """Return the discounted expected residual transactions (DERT).

    Parameters
    ----------
    discount : float
        Per occasion, a fraction above 0; the next purchase is one occasion away and discounted once.
    """
    a, b, g, d = _unpack(parameters)
    x, last, n = _floats(frequency, recency, occasions)
    buys = betaln(a + x + 1, b + n - x) - betaln(a, b) + betaln(g, d + n + 1) - betaln(g, d)
    sums = hyp2f1(1, d + n + 1, g + d + n + 1, 1 / (1 + discount)) / (1 + discount)
    return np.exp(buys - log_likelihood(parameters, x, last, n)) * sums


def expected_new(parameters: Parameters, occasions: ArrayLike) -> Floats:
    """Return the purchases expected of a new customer over the first occasions."""
    a, b, g, d = _unpack(parameters)
    (n,) = _floats(occasions)
    steps = np.arange(1, int(n.max(initial=0)) + 1)
    there = np.exp(betaln(g, d + steps) - betaln(g, d))
    return a / (a + b) * np.where(steps <= n[..., None], there, 0.0).sum(axis=-1)


def purchase_count_chances(parameters: Parameters, occasions: int) -> Floats:
    """Return the chances that a new customer buys 0, 1, … times at so many occasions."""
    a, b, g, d = _unpack(parameters)
    counts = np.arange(occasions + 1)
    stayed = (
        _binomial(occasions, counts) + betaln(a + counts, b + occasions - counts) + betaln(g, d + occasions)
    )
    chances = np.exp(stayed)
    for seen in range(occasions):  # left after so many occasions
        fits = counts <= seen
        left = _binomial(seen, counts[fits]) + betaln(a + counts[fits], b + seen - counts[fits])
        chances[fits] += np.exp(left + betaln(g + 1, d + seen))
    return chances / np.exp(betaln(a, b) + betaln(g, d))


def _binomial(trials: int, successes: Floats) -> Floats:
    return gammaln(trials + 1) - gammaln(successes + 1) - gammaln(trials - successes + 1)


def _unpack(parameters: Parameters) -> tuple[float, float, float, float]:
    a, b, g, d = (float(parameters[name]) for name in PARAMETERS)
    return a, b, g, d


def _floats(*values: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.asarray(value, dtype=float) for value in values)
