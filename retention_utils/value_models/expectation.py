"""What a buy-till-you-die model expects of a customer, in closed form.

The models share one story: while alive a customer buys at random with a personal rate (gamma distributed,
``r`` and ``alpha``). In BG/NBD and MBG/NBD the customer may leave for good at every purchase, with a personal
probability (beta distributed, ``a`` and ``b``): in BG/NBD first at the first repeat purchase, in MBG/NBD at
the first purchase, so that a one-time buyer may have left already. In Pareto/NBD the customer may leave at
any moment; see :mod:`retention_utils.value_models.pareto`.

Everything here is arithmetic on arrays. Times are in weeks, as the parameter ``alpha`` is; ``frequency`` is
the number of repeat purchase days, ``recency`` the time from the first to the last purchase, ``age`` the
time from the first purchase to the day of observation.

The forecasts use Euler's form of the hypergeometric function. The form printed in the papers, and used by
``lifetimes``, breaks down for one-time buyers when ``a + b < 1``; this one does not.

References
----------
.. [1] Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2), 275-284.
.. [2] Batislam, Denizel & Filiztekin (2007), Int. J. of Research in Marketing 24(3), 201-209, with the
   erratum by Wagner & Hoppe (2008), 25(3), 225-226.
.. [3] Schmittlein, Morrison & Colombo (1987), Counting your customers, Management Science 33(1), 1-24.
.. [4] Fader & Hardie (2013), The gamma-gamma model of monetary value, brucehardie.com/notes/025.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaln, expit, gammaln, hyp2f1

from retention_utils.value_models import pareto

__all__ = [
    "BG_NBD",
    "MBG_NBD",
    "PARAMETERS",
    "PARETO_NBD",
    "WEEKS_PER_YEAR",
    "alive_and_likelihood",
    "expected_purchases",
    "expected_purchases_of_new_customers",
    "expected_spend",
    "log_likelihood",
    "probability_alive",
    "purchase_count_probabilities",
    "weekly_discount_rate",
]

BG_NBD = "BG/NBD"
MBG_NBD = "MBG/NBD"
PARETO_NBD = "Pareto/NBD"
PARAMETERS = {
    BG_NBD: ["r", "alpha", "a", "b"],
    MBG_NBD: ["r", "alpha", "a", "b"],
    PARETO_NBD: ["r", "alpha", "s", "beta"],
}
WEEKS_PER_YEAR = 365.25 / 7

_NEAR_POLE = 1e-4
_STEP = 1e-3

Parameters = Mapping[str, float]
Floats = NDArray[np.float64]


def weekly_discount_rate(annual_discount_rate: float) -> float:
    """Return the continuous rate per week that equals an annual effective rate.

    A rate of 0.10 means that 1.10 a year from now is worth 1.00 today; ``exp(-rate * weeks)`` discounts.
    """
    return float(np.log1p(annual_discount_rate) / WEEKS_PER_YEAR)


def probability_alive(
    parameters: Parameters, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, *, model: str
) -> Floats:
    """Return the chance that a customer with this history has not left for good.

    Under BG/NBD it is 1 for every one-time buyer, however long ago, because that model lets nobody leave
    before a repeat purchase. Never count active customers by it; use MBG/NBD or Pareto/NBD.
    """
    if model == PARETO_NBD:
        stayed, left = pareto.log_parts(parameters, *_floats(frequency, recency, age))
        return expit(stayed - left)
    r, alpha, a, b = _unpack(parameters)
    frequency, recency, age = _floats(frequency, recency, age)
    silence = (r + frequency) * np.log((alpha + age) / (alpha + recency))
    if model == MBG_NBD:
        return expit(-(silence + np.log(a / (b + frequency))))
    alive = expit(-(silence + np.log(a / (b + np.maximum(frequency, 1) - 1))))
    return np.where(frequency == 0, 1.0, alive)


def alive_and_likelihood(
    parameters: Parameters, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, *, model: str
) -> tuple[Floats, Floats]:
    """Return :func:`probability_alive` and :func:`log_likelihood` for less than the price of both."""
    if model == PARETO_NBD:
        frequency, recency, age = _floats(frequency, recency, age)
        stayed, left = pareto.log_parts(parameters, frequency, recency, age)
        common = _pareto_common(parameters, frequency)
        return expit(stayed - left), common + np.logaddexp(stayed, left)
    history = frequency, recency, age
    return (
        probability_alive(parameters, *history, model=model),
        log_likelihood(parameters, *history, model=model),
    )


def log_likelihood(
    parameters: Parameters, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, *, model: str
) -> Floats:
    """Return the log-likelihood of each history: bought like this and stayed, or left after the last time."""
    if model == PARETO_NBD:
        return alive_and_likelihood(parameters, frequency, recency, age, model=model)[1]
    r, alpha, a, b = _unpack(parameters)
    frequency, recency, age = _floats(frequency, recency, age)
    distinct, where = np.unique(frequency, return_inverse=True)  # gamma functions are dear, and x repeats
    coins = distinct + (1 if model == MBG_NBD else 0)
    stays, leaves = betaln(a, b + coins), betaln(a + 1, b + np.maximum(coins, 1) - 1)
    leaves[coins == 0] = -np.inf
    common = gammaln(r + distinct) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    stayed = stays[where] - (r + frequency) * np.log(alpha + age)
    left = leaves[where] - (r + frequency) * np.log(alpha + recency)
    return common[where] + np.logaddexp(stayed, left)


def expected_purchases(
    parameters: Parameters, frequency: ArrayLike, age: ArrayLike, *, model: str, weeks: ArrayLike
) -> Floats:
    """Return the purchases expected in the next ``weeks`` of a customer who is still alive.

    Multiply by :func:`probability_alive` for the expectation given the history alone. Recency matters only
    there, so this part needs computing once per distinct frequency and age.

    Notes
    -----
    Given alive, the leaving probability is beta distributed with parameters ``a`` and ``b + x`` (BG/NBD) or
    ``b + x + 1`` (MBG/NBD), and the buying rate gamma with ``r + x`` and ``alpha + T``. These two models then
    share one expression, checked in the tests against numerical integration of that very definition.
    """
    if model == PARETO_NBD:
        frequency, age, weeks = _floats(frequency, age, weeks)
        return pareto.purchases_if_alive(parameters, frequency, age, weeks=weeks)
    r, alpha, a, b = _unpack(parameters)
    frequency, age, weeks = _floats(frequency, age, weeks)
    survived = b + frequency + (1 if model == MBG_NBD else 0)
    return _purchases_if_alive(a, survived, r + frequency, weeks / (alpha + age))


def expected_purchases_of_new_customers(parameters: Parameters, weeks: ArrayLike, *, model: str) -> Floats:
    """Return the repeat purchases expected of one new customer up to ``weeks`` after the first purchase.

    The first purchase is not counted.
    """
    stays = parameters["b"] / (parameters["a"] + parameters["b"]) if model == MBG_NBD else 1.0
    return stays * expected_purchases(parameters, 0.0, 0.0, model=model, weeks=weeks)


def purchase_count_probabilities(
    parameters: Parameters, age: ArrayLike, *, model: str, most: int = 7
) -> Floats:
    """Return the chance of 0, 1, ..., ``most - 1`` and of ``most`` or more repeat purchases by each age.

    Returns
    -------
    array
        One row per age, ``most + 1`` columns; each row sums to one.
    """
    if model == PARETO_NBD:
        return pareto.purchase_count_probabilities(parameters, *_floats(age), most=most)
    r, alpha, a, b = _unpack(parameters)
    (age,) = _floats(age)
    count = np.arange(most)
    share = (age / (alpha + age))[:, None]
    with np.errstate(divide="ignore"):
        exactly = np.exp(
            gammaln(r + count) - gammaln(r) - gammaln(count + 1) + r * np.log1p(-share)
        ) * np.power(share, count)
    at_least = np.where(count == 0, 1.0, betainc(np.maximum(count, 1), r, share))
    coins = count + (1 if model == MBG_NBD else 0)
    stayed = np.exp(betaln(a, b + coins) - betaln(a, b))
    left = np.where(coins == 0, 0.0, np.exp(betaln(a + 1, b + np.maximum(coins, 1) - 1) - betaln(a, b)))
    table = stayed * exactly + left * at_least
    return np.column_stack([table, 1 - table.sum(axis=1)])


def expected_spend(parameters: Parameters, frequency: ArrayLike, monetary_value: ArrayLike) -> Floats:
    """Return the mean amount expected per future purchase (gamma-gamma), for every customer.

    A customer without repeat purchases (``frequency`` 0) is expected to spend the population mean,
    ``p * v / (q - 1)``; the more repeat purchases, the closer to the customer's own mean.
    """
    p, q, v = parameters["p"], parameters["q"], parameters["v"]
    frequency, monetary_value = _floats(frequency, monetary_value)
    return p * (v + frequency * monetary_value) / (p * frequency + q - 1)


def _pareto_common(parameters: Parameters, frequency: Floats) -> Floats:
    """Logarithm of the factor that both parts of the likelihood share."""
    r, alpha, s, beta = (parameters[name] for name in PARAMETERS[PARETO_NBD])
    distinct, where = np.unique(frequency, return_inverse=True)
    common = gammaln(r + distinct) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return common[where].reshape(frequency.shape)


def _purchases_if_alive(a: float, survived: Floats, shape: Floats, reach: Floats) -> Floats:
    """Mean over p ~ Beta(a, survived) of ``(1 - (1 + p * reach) ** -shape) / p``."""
    nearest = np.min(np.abs(a + survived - 1), initial=np.inf)
    if min(abs(a - 1), nearest) > _NEAR_POLE:
        return _euler_form(a, survived, shape, reach)
    # The poles at a = 1 and a + b = 1 are removable: the mean is smooth in a, so fourth-order central
    # averaging steps over them with an error far below any printed digit.
    near = _euler_form(a - _STEP, survived, shape, reach) + _euler_form(a + _STEP, survived, shape, reach)
    far = _euler_form(a - 2 * _STEP, survived, shape, reach) + _euler_form(
        a + 2 * _STEP, survived, shape, reach
    )
    return (4 * near - far) / 6


def _euler_form(a: float, survived: Floats, shape: Floats, reach: Floats) -> Floats:
    total = a + survived - 1
    z = reach / (1 + reach)
    curve = hyp2f1(total - shape, a - 1, total, z)
    return total / (a - 1) * (1 - curve * (1 + reach) ** (1 - a))


def _unpack(parameters: Parameters) -> tuple[float, float, float, float]:
    return parameters["r"], parameters["alpha"], parameters["a"], parameters["b"]


def _floats(*values: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.asarray(value, dtype=float) for value in values)
