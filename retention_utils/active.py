"""Count the customers who have not left for good, as far as that can be known.

Nobody says goodbye in a shop without contracts: a customer's silence is weighed against that customer's own
habit. A chance to be still active is all there is for one customer; for many, the chances add up to a count.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from retention_utils.expectation import MBG_NBD, probability_alive
from retention_utils.fits import PurchaseFit, draw_interval
from retention_utils.schema import require

__all__ = ["active_customers"]

_DAYS_PER_WEEK = 7


def active_customers(
    cells: pd.DataFrame, *fits: PurchaseFit, draws: int = 500, level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Estimate how many customers have not left for good: the sum of their chances to be alive.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`retention_utils.btyd.fit_purchases`.
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
    """
    require(cells, ["frequency", "recency_days", "age_days", "customers"], name="cells")
    frequency, count = cells["frequency"].to_numpy(), cells["customers"].to_numpy()
    recency, age = (cells[column].to_numpy() / _DAYS_PER_WEEK for column in ("recency_days", "age_days"))
    rows = []
    for fit in fits:

        def alive(parameters: Mapping[str, float], model: str = fit.model) -> float:
            return float(probability_alive(parameters, frequency, recency, age, model=model) @ count)

        active = low = high = float("nan")
        if fit.is_usable:
            sample = [alive(draw) for draw in fit.draws(draws, seed=seed).to_dict("records")]
            active = alive(fit.parameters)
            low, high = draw_interval(np.array(sample), level=level)
        rows.append((fit.model, int(count.sum()), active, low, high, fit.is_usable))
    table = pd.DataFrame(rows, columns=["model", "customers", "active", "low", "high", "is_usable"])
    shares = table[["active", "low", "high"]].div(table["customers"], axis=0).add_suffix("_share")
    table = pd.concat([table, shares], axis=1)
    return table.assign(is_headline=table["is_usable"] & (table["model"] == MBG_NBD))
