"""Count the customers who have not left for good, as far as that can be known.

Nobody says goodbye in a shop without contracts: a customer's silence is weighed against that customer's own
habit. A chance to be still active is all there is for one customer; for many, the chances add up to a count.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.schema import require
from retention_utils.value_models.expectation import BG_NBD, MBG_NBD, PARETO_NBD, alive_and_likelihood
from retention_utils.value_models.fits import PurchaseFit, draw_interval
from retention_utils.value_models.surface import (
    TIMING_POINTS,
    evaluated,
    likelihood_weights,
    points,
    surface,
)

__all__ = ["active_customers"]

_DAYS_PER_WEEK = 7


def active_customers(
    cells: pd.DataFrame,
    *fits: PurchaseFit,
    preferred: str | None = None,
    draws: int = 4000,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Estimate how many customers have not left for good: the sum of their chances to be alive.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`retention_utils.value_models.btyd.fit_purchases`.
    *fits : PurchaseFit
        Fitted on these customers.
    preferred : str, optional
        The model that forecasts.
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
        one figure to quote: MBG/NBD, or Pareto/NBD if that is ``preferred`` or the only one; never BG/NBD,
        which holds every one-time buyer to be alive for ever), ``is_usable``. Estimates of a refused fit are
        NaN.

    Notes
    -----
    The interval is for the count itself: it holds what the parameters leave open, and that of so many
    customers with a chance of one in two not exactly half are active. The parameters are drawn from the
    normal approximation to their logarithms and weighted by the likelihood they really have (importance
    resampling [1]_), because where the leaving probability differs between customers the likelihood is
    lopsided. How often the intervals hold the truth is measured by ``benchmarks/coverage.py``.

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
            active, low, high = _estimate(cells, fit, draws=draws, level=level, seed=seed)
        rows.append((fit.model, customers, active, low, high, fit.is_usable))
    table = pd.DataFrame(rows, columns=["model", "customers", "active", "low", "high", "is_usable"])
    shares = table[["active", "low", "high"]].div(table["customers"], axis=0).add_suffix("_share")
    table = pd.concat([table, shares], axis=1)
    quotable = set(table.loc[table["is_usable"], "model"]) - {BG_NBD}
    order = [preferred, MBG_NBD, PARETO_NBD]
    headline = next((model for model in order if model in quotable), None)
    return table.assign(is_headline=table["model"] == headline)


def _estimate(
    cells: pd.DataFrame, fit: PurchaseFit, *, draws: int, level: float, seed: int
) -> NDArray[np.float64]:
    """Return the expected count with the ends of its interval."""
    places = points(len(fit.parameters), TIMING_POINTS)
    found = evaluated(fit, places, lambda parameters: _alive(cells, parameters, model=fit.model))
    alive, variance, likelihood = found.T
    random = np.random.default_rng(seed)
    noise = random.standard_normal((draws, len(fit.parameters)))
    drawn = surface(places, alive[:, None], noise)[:, 0]
    drawn = np.clip(drawn + np.sqrt(variance[0]) * random.standard_normal(draws), 0, cells["customers"].sum())
    weights = likelihood_weights(places, likelihood, noise)
    return np.array([alive[0], *draw_interval(drawn, level=level, weights=weights)])


def _alive(cells: pd.DataFrame, parameters: Mapping[str, float], *, model: str) -> NDArray[np.float64]:
    """Return the expected count of active customers, its variance, and the log-likelihood."""
    history = [cells["frequency"].to_numpy()]
    history += [cells[column].to_numpy() / _DAYS_PER_WEEK for column in ("recency_days", "age_days")]
    weights = cells["customers"].to_numpy(dtype=float)
    alive, likelihood = alive_and_likelihood(parameters, *history, model=model)
    # Not dot products: a threaded one waits for its threads longer than it computes.
    return np.array([(part * weights).sum() for part in (alive, alive * (1 - alive), likelihood)])
