"""Pareto/NBD: customers buy at random while alive, and may leave at any moment, not only when they buy.

A customer buys at a personal rate (gamma distributed, ``r`` and ``alpha``) and leaves at a personal rate
(gamma distributed, ``s`` and ``beta``). Times are in one unit, that of ``alpha`` and ``beta``.

The likelihood of a history is that of a customer who stayed plus that of one who left at some moment since
the last purchase: an integral over that moment. The papers write it as a difference of two hypergeometric
functions, which loses all its digits for frequent buyers; ``lifetimes`` gives NaN there. Here the integral
itself is computed, by Gauss and Legendre's rule on a scale on which it is smooth. All its terms are positive,
so nothing cancels, and its derivatives are integrals of the same kind.

References
----------
.. [1] Schmittlein, Morrison & Colombo (1987), Counting your customers, Management Science 33(1), 1-24.
.. [2] Fader & Hardie (2005), A note on deriving the Pareto/NBD model, brucehardie.com/notes/009.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, exprel, gammaln, psi, zeta

__all__ = [
    "curvature",
    "log_parts",
    "objective",
    "purchase_count_probabilities",
    "purchases_if_alive",
    "slopes",
]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
_NEGLIGIBLE = 28.0  # beyond a fall by this much in the logarithm nothing is left of an integrand
_CHUNK = 4096  # histories looked at together

Parameters = Mapping[str, float]
Floats = NDArray[np.float64]


def log_parts(
    parameters: Parameters, frequency: Floats, recency: Floats, age: Floats
) -> tuple[Floats, Floats]:
    """Return the logarithms of the two parts of the likelihood of each history, up to a common factor.

    Returns
    -------
    stayed, left : array
        Of having stayed until ``age``, and of having left between ``recency`` and ``age`` (minus infinity
        where these are the same moment). The common factor is ``G(r + x) / G(r) * alpha ** r * beta ** s``
        with the gamma function G and the frequency x.
    """
    theta = _unpack(parameters)
    frequency, recency, age = np.broadcast_arrays(frequency, recency, age)
    shape = age.shape
    flat = [part.ravel() for part in (frequency, recency, age)]
    stayed, left = np.empty(age.size), np.empty(age.size)
    for start in range(0, age.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        terms, _ = _log_terms(theta, *(values[part] for values in flat))
        stayed[part], left[part] = terms[0], _log_sum(terms[1:])
    return stayed.reshape(shape), left.reshape(shape)


def purchases_if_alive(parameters: Parameters, frequency: Floats, age: Floats, *, weeks: Floats) -> Floats:
    """Return the purchases expected in the next ``weeks`` of a customer who is alive at ``age``."""
    r, alpha, s, beta = _unpack(parameters)
    reach = np.log1p(weeks / (beta + age))
    # (1 - exp(-(s - 1) * reach)) / (s - 1), without a hole at s = 1
    return (r + frequency) * (beta + age) / (alpha + age) * reach * exprel(-(s - 1) * reach)


def purchase_count_probabilities(parameters: Parameters, age: Floats, *, most: int) -> Floats:
    """Return the chance of 0, 1, ..., ``most - 1`` and of ``most`` or more purchases by each age.

    Returns
    -------
    array
        One row per age, ``most + 1`` columns; each row sums to one.
    """
    r, alpha, s, beta = _unpack(parameters)
    count = np.arange(most)

    def bought(time: Floats) -> Floats:
        share = (time / (alpha + time))[..., None]
        logs = gammaln(r + count) - gammaln(r) - gammaln(count + 1) + r * np.log1p(-share)
        exactly = np.exp(logs) * np.power(share, count)
        more = betainc(most, r, share[..., 0]) if most else np.ones_like(time)
        return np.concatenate([exactly, more[..., None]], axis=-1)

    reach = np.log1p(age / beta)
    stayed = np.exp(-s * reach)[:, None] * bought(age)
    steps = reach * _NODES[:, None]
    leaving = reach * _WEIGHTS[:, None] * s * np.exp(-s * steps)
    left = (leaving[..., None] * bought(beta * np.expm1(steps))).sum(axis=0)
    return stayed + left


def objective(
    log_parameters: Floats, frequency: Floats, recency: Floats, age: Floats, weights: Floats
) -> float:
    """Return the mean negative log-likelihood of ``r``, ``alpha``, ``s``, ``beta``, given as logarithms."""
    return slopes(log_parameters, frequency, recency, age, weights)[0]


def slopes(
    log_parameters: Floats, frequency: Floats, recency: Floats, age: Floats, weights: Floats
) -> tuple[float, Floats]:
    """Return :func:`objective` and its gradient in the log-parameters."""
    value, gradient, _ = _derivatives(log_parameters, frequency, recency, age, weights, is_second=False)
    return value, gradient


def curvature(
    log_parameters: Floats, frequency: Floats, recency: Floats, age: Floats, weights: Floats
) -> Floats:
    """Return the matrix of second derivatives of :func:`objective` in the log-parameters."""
    return _derivatives(log_parameters, frequency, recency, age, weights, is_second=True)[2]


def _derivatives(
    log_parameters: Floats,
    frequency: Floats,
    recency: Floats,
    age: Floats,
    weights: Floats,
    *,
    is_second: bool,
) -> tuple[float, Floats, Floats]:
    """Add up value, gradient and second derivatives of the mean negative log-likelihood."""
    theta = np.exp(log_parameters)
    value, first, second = _common_factor(theta, frequency, weights)
    for start in range(0, len(age), _CHUNK):
        part = slice(start, start + _CHUNK)
        data = frequency[part], recency[part], age[part]
        terms, moments = _log_terms(theta, *data)
        whole = _log_sum(terms)
        share = np.exp(terms - whole)  # of every moment of leaving, and of having stayed, in the likelihood
        slope = _term_slopes(theta, frequency[part], moments)
        mean = np.einsum("jn,ajn->an", share, slope)
        value += float((weights[part] * whole).sum())
        first += (weights[part] * mean).sum(axis=1)
        if is_second:
            heavy = share * weights[part]
            second += np.einsum(
                "jn,ajn,bjn->ab", heavy, slope, slope, optimize=["einsum_path", (0, 1), (0, 1)]
            )
            second -= np.einsum("n,an,bn->ab", weights[part], mean, mean)
            second += _term_bends(theta, frequency[part], moments, heavy)
    total = weights.sum()
    in_logs = second * np.outer(theta, theta) + np.diag(first * theta)
    return -value / total, -first * theta / total, -in_logs / total


def _common_factor(theta: Floats, frequency: Floats, weights: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood and derivatives of the factor that does not depend on when customers left."""
    r, alpha, s, beta = theta
    distinct, where = np.unique(frequency, return_inverse=True)  # gamma functions are dear, and x repeats
    held, total = np.bincount(where, weights), weights.sum()
    value = (held * (gammaln(r + distinct) - gammaln(r))).sum() + total * (
        r * np.log(alpha) + s * np.log(beta)
    )
    by_r = (held * (psi(r + distinct) - psi(r))).sum() + total * np.log(alpha)
    first = np.array([by_r, total * r / alpha, total * np.log(beta), total * s / beta])
    second = np.zeros((4, 4))
    second[0, 0] = (held * (zeta(2, r + distinct) - zeta(2, r))).sum()
    second[0, 1] = second[1, 0] = total / alpha
    second[1, 1] = -total * r / alpha**2
    second[2, 3] = second[3, 2] = total / beta
    second[3, 3] = -total * s / beta**2
    return float(value), first, second


def _log_terms(theta: Floats, frequency: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
    """Logarithms of the terms of the likelihood, and the moments they belong to.

    The first row is of having stayed until ``age``, the others of having left at one of the nodes of the
    rule, its weight included.
    """
    r, alpha, s, beta = theta
    # On the scale log(least + time) the nearest singularity of the integrand is pi away from the line.
    least, other = min(alpha, beta), max(alpha, beta)
    start = least + recency
    fall = (r + frequency) * start / (alpha + recency) + (s + 1) * start / (beta + recency) - 1
    with np.errstate(divide="ignore"):
        # The integrand falls ever faster, so it falls by at least this slope times the distance.
        length = np.minimum(np.log((least + age) / start), _NEGLIGIBLE / np.maximum(fall, 1e-300))
        steps = _NODES[:, None] * length
        moments = np.concatenate([age[None], recency + start * np.expm1(steps)])
        logs = np.concatenate([np.log(least + age)[None], np.log(start) + steps]), np.log(other + moments)
        log_alpha, log_beta = logs if alpha <= beta else logs[::-1]
        terms = -(r + frequency) * log_alpha - s * log_beta
        terms[1:] += np.log(s * _WEIGHTS)[:, None] + np.log(length) + logs[0][1:] - log_beta[1:]
    return terms, moments


def _term_slopes(theta: Floats, frequency: Floats, moments: Floats) -> Floats:
    """Differentiate the logarithm of every term in ``r``, ``alpha``, ``s`` and ``beta``."""
    r, alpha, s, beta = theta
    slope = np.empty((4, *moments.shape))
    slope[0] = -np.log(alpha + moments)
    slope[1] = -(r + frequency) / (alpha + moments)
    slope[2] = -np.log(beta + moments)
    slope[3] = -s / (beta + moments)
    slope[2, 1:] += 1 / s
    slope[3, 1:] *= (s + 1) / s
    return slope


def _term_bends(theta: Floats, frequency: Floats, moments: Floats, share: Floats) -> Floats:
    """Second derivatives of the logarithms of the terms, added up by their share."""
    r, alpha, s, beta = theta
    near_alpha, near_beta = 1 / (alpha + moments), 1 / (beta + moments)
    bend = np.zeros((4, 4))
    bend[0, 1] = bend[1, 0] = -(share * near_alpha).sum()
    bend[1, 1] = (share * (r + frequency) * near_alpha**2).sum()
    bend[2, 2] = -share[1:].sum() / s**2
    bend[2, 3] = bend[3, 2] = -(share * near_beta).sum()
    squares = share * near_beta**2
    bend[3, 3] = s * squares.sum() + squares[1:].sum()
    return bend


def _log_sum(terms: Floats) -> Floats:
    top = terms.max(axis=0)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return top + np.log(np.exp(terms - top).sum(axis=0))


def _unpack(parameters: Parameters) -> Floats:
    return np.array([parameters[name] for name in ("r", "alpha", "s", "beta")])
