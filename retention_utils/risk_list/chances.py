"""The chance that a customer does not buy within some days, by the MBG/NBD model.

BG/NBD is not used: it holds every one-time buyer to be a customer for ever.

References
----------
.. [1] Batislam, Denizel & Filiztekin (2007), Int. J. of Research in Marketing 24(3), 201-209: the model.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.schema import require
from retention_utils.value_models.btyd import fit_purchases
from retention_utils.value_models.expectation import MBG_NBD, probability_alive
from retention_utils.value_models.fits import PurchaseFit

__all__ = ["fit_states", "history_cells", "stay_away_chance"]

_HISTORY = ["frequency", "recency_days", "age_days"]
_DAYS_PER_WEEK = 7

Floats = NDArray[np.float64]


def history_cells(states: pd.DataFrame) -> pd.DataFrame:
    """Count the customers with each purchase history known on the day of ``states``.

    Parameters
    ----------
    states : DataFrame
        The mart's table ``states`` or one of its like.

    Returns
    -------
    DataFrame
        One row per ``frequency``, ``recency_days``, ``age_days``: ``customers`` (count).
    """
    require(states, _HISTORY, name="states")
    return states.groupby(_HISTORY).size().rename("customers").reset_index()


def fit_states(states: pd.DataFrame) -> PurchaseFit:
    """Fit MBG/NBD to all customers known on the day of ``states``."""
    return fit_purchases(history_cells(states), model=MBG_NBD)


def stay_away_chance(states: pd.DataFrame, fit: PurchaseFit, *, days: int) -> Floats:
    """Return the chance of no purchase in the ``days`` after the day of ``states``, for every row.

    Parameters
    ----------
    states : DataFrame
        The mart's table ``states``, one of its like, or a selection of its rows.
    fit : PurchaseFit
        A usable fit of MBG/NBD.
    days : int
        Days ahead.

    Returns
    -------
    array
        Fractions.

    Notes
    -----
    Given that a customer with ``x`` repeat purchases in ``T`` weeks has not left, the buying rate is gamma
    distributed with ``r + x`` and ``alpha + T``, and leaving can only follow a purchase. So the chance of
    nothing in ``t`` weeks is ``1 - P(alive) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x))``.
    """
    require(states, _HISTORY, name="states")
    frequency = states["frequency"].to_numpy(dtype=float)
    recency, age = (states[name].to_numpy() / _DAYS_PER_WEEK for name in ("recency_days", "age_days"))
    alive = probability_alive(fit.parameters, frequency, recency, age, model=MBG_NBD)
    reach = fit.parameters["alpha"] + age
    nothing = (reach / (reach + days / _DAYS_PER_WEEK)) ** (fit.parameters["r"] + frequency)
    return 1 - alive * (1 - nothing)
