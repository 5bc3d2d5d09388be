"""How far the purchases of so many customers fall from what was expected, by luck alone.

Even with all parameters known, one customer buys and the next does not. The customers at hand are therefore
simulated onwards from their histories, several times, and the squared distance from the expectation is
averaged: the customers are independent, so the variances add up.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from retention_utils.value_models.expectation import (
    MBG_NBD,
    PARETO_NBD,
    expected_purchases,
    expected_spend,
    probability_alive,
)
from retention_utils.value_models.valuation import Valuation

__all__ = ["luck_variance"]

Floats = NDArray[np.float64]


def luck_variance(
    base: Valuation,
    timing: Mapping[str, float],
    amount: Mapping[str, float] | None,
    *,
    model: str,
    horizon: float,
    rate: float,
    seed: int,
    simulated: int = 100_000,
) -> Floats:
    """Return the variance of purchases and of discounted revenue, per class of customers.

    Parameters
    ----------
    base : Valuation
        The customers.
    timing, amount : mapping
        Parameters of the purchase and of the spend model; without the latter the revenue is NaN.
    model : str
        The purchase model.
    horizon : float
        Weeks ahead.
    rate : float
        Continuous discount rate per week.
    seed : int
        Same seed, same variance.
    simulated : int
        Customers simulated, about; every customer at least twice.

    Returns
    -------
    array
        One row per class, two columns.
    """
    random = np.random.default_rng(seed)
    customer = np.repeat(np.arange(len(base.counts)), base.counts.astype(int))
    frequency, age = base.frequency[customer], base.age[customer]
    alive = probability_alive(timing, base.frequency, base.recency, base.age, model=model)
    means = [alive * base.of_cell(expected_purchases(timing, *base.pairs, model=model, weeks=horizon))]
    if amount is not None:
        held = np.maximum(base.counts, 1)
        discount = base.discounted(timing, model=model, horizon=horizon, rate=rate) / np.where(
            means[0] > 0, means[0], 1
        )
        spend = expected_spend(amount, base.frequency, base.amounts / held)
        means.append(means[0] * discount * spend)
    rounds = max(2, -(-simulated // max(len(customer), 1)))
    squares = np.zeros((2, base.classes))
    for _ in range(rounds):
        is_alive = random.uniform(size=len(customer)) < alive[customer]
        made = np.where(is_alive, _purchases(timing, frequency, age, model, horizon, random), 0)
        drawn = [made]
        if amount is not None:
            own = base.amounts[customer] / held[customer]
            drawn.append(discount[customer] * _spent(amount, made, frequency, own, random))
        for kind, values in enumerate(drawn):
            away = (values - means[kind][customer]) ** 2
            squares[kind] += np.bincount(base.label[customer], away, base.classes)
    squares[1] = np.nan if amount is None else squares[1]
    return squares.T / rounds


def _purchases(
    timing: Mapping[str, float],
    frequency: Floats,
    age: Floats,
    model: str,
    horizon: float,
    random: np.random.Generator,
) -> Floats:
    """Purchases in the horizon of customers who are alive."""
    rates = random.gamma(timing["r"] + frequency) / (timing["alpha"] + age)
    if model == PARETO_NBD:
        leaving = np.maximum(random.gamma(timing["s"], size=len(age)) / (timing["beta"] + age), 1e-300)
        return random.poisson(rates * np.minimum(random.exponential(size=len(age)) / leaving, horizon))
    survived = timing["b"] + frequency + (1 if model == MBG_NBD else 0)
    leaving = np.maximum(random.beta(timing["a"], survived), 1e-15)
    return np.minimum(random.poisson(rates * horizon), random.geometric(leaving))


def _spent(
    amount: Mapping[str, float],
    purchases: Floats,
    frequency: Floats,
    own_mean: Floats,
    random: np.random.Generator,
) -> Floats:
    """Amount of so many purchases of customers with such a mean amount so far."""
    p, q, v = amount["p"], amount["q"], amount["v"]
    scale = random.gamma(p * frequency + q) / (v + frequency * own_mean)
    return random.gamma(p * purchases) / scale
