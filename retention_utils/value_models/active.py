"""Count the customers who have not left for good, as far as that can be known.

Nobody says goodbye in a shop without contracts: a customer's silence is weighed against that customer's own
habit. A chance to be still active is all there is for one customer; for many, the chances add up to a count.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.schema import require
from retention_utils.value_models.expectation import MBG_NBD, log_likelihood, probability_alive
from retention_utils.value_models.fits import PurchaseFit, draw_interval

__all__ = ["active_customers"]

_DAYS_PER_WEEK = 7


def active_customers(
    cells: pd.DataFrame, *fits: PurchaseFit, draws: int = 500, level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Estimate how many customers have not left for good: the sum of their chances to be alive.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`retention_utils.value_models.btyd.fit_purchases`.
    *fits : PurchaseFit
        Fitted on these customers.
    draws : int
        Parameter sets drawn for the interval.
    level : float
        Interval coverage, a fraction.
    seed : int
        Seed of the draws.

    Returns
    -------
    DataFrame
        One row per fit, in the order given: ``model``, ``customers`` (count), ``active`` (expected count),
        ``low``, ``high``, ``active_share``, ``low_share``, ``high_share`` (fractions), ``is_headline`` (the
        one figure to quote; only ever MBG/NBD, because BG/NBD holds every one-time buyer to be alive for
        ever), ``is_usable``. Estimates of a refused fit are NaN.

    Notes
    -----
    The parameters are drawn from the normal approximation to their logarithms and weighted by the likelihood
    they really have (importance resampling [1]_). The count leans on how the leaving probability differs
    between customers, where the likelihood is lopsided: unweighted draws covered the truth in 89 % of 400
    simulated clients with 1,000 customers, weighted ones in 93 %.

    References
    ----------
    .. [1] Rubin (1988), Using the SIR algorithm to simulate posterior distributions, Bayesian Statistics 3.
    """
    require(cells, ["frequency", "recency_days", "age_days", "customers"], name="cells")
    customers = int(cells["customers"].sum())
    rows = []
    for fit in fits:
        active = low = high = float("nan")
        if fit.is_usable:
            active, _ = _alive_and_likelihood(cells, fit.parameters, model=fit.model)
            low, high = _interval(cells, fit, draws=draws, level=level, seed=seed)
        rows.append((fit.model, customers, active, low, high, fit.is_usable))
    table = pd.DataFrame(rows, columns=["model", "customers", "active", "low", "high", "is_usable"])
    shares = table[["active", "low", "high"]].div(table["customers"], axis=0).add_suffix("_share")
    table = pd.concat([table, shares], axis=1)
    return table.assign(is_headline=table["is_usable"] & (table["model"] == MBG_NBD))


def _interval(
    cells: pd.DataFrame, fit: PurchaseFit, *, draws: int, level: float, seed: int
) -> NDArray[np.float64]:
    drawn = fit.draws(draws, seed=seed)
    sample = [_alive_and_likelihood(cells, row, model=fit.model) for row in drawn.to_dict("records")]
    alive, likelihood = np.array(sample).T
    away = np.log(drawn / fit.parameters).to_numpy()
    normal = -0.5 * np.einsum("ij,jk,ik->i", away, np.linalg.inv(fit.log_covariance), away)
    excess = likelihood - normal
    return draw_interval(alive, level=level, weights=np.exp(excess - excess.max()))


def _alive_and_likelihood(
    cells: pd.DataFrame, parameters: Mapping[str, float], *, model: str
) -> tuple[float, float]:
    """Return the expected count of active customers, and the log-likelihood of their histories."""
    history = [cells["frequency"].to_numpy()]
    history += [cells[column].to_numpy() / _DAYS_PER_WEEK for column in ("recency_days", "age_days")]
    weights = cells["customers"].to_numpy(dtype=float)
    alive = probability_alive(parameters, *history, model=model)
    likelihood = log_likelihood(parameters, *history, model=model)
    # Not a dot product: a threaded one waits for its threads longer than it computes.
    return float((alive * weights).sum()), float((likelihood * weights).sum())
