"""Add up what all customers are expected to buy and to bring, for one set of parameters, in milliseconds."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.schema import require
from retention_utils.value_models.expectation import expected_purchases, probability_alive

__all__ = ["Valuation"]

_DAYS_PER_WEEK = 7
# Expected purchases bend gently in time: four points settle the discounting to far below a cent.
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(4)

Floats = NDArray[np.float64]


class Valuation:
    """Customers arranged for valuing, by number of repeat purchases so far.

    Parameters
    ----------
    cells : DataFrame
        As at the head of :mod:`retention_utils.value_models.customer_value`.
    most : int
        Customers with this many repeat purchases or more are added up in one class.
    """

    def __init__(self, cells: pd.DataFrame, *, most: int) -> None:
        columns = ["frequency", "recency_days", "age_days", "customers", "monetary_sum"]
        require(cells, columns, name="cells")
        self.frequency = cells["frequency"].to_numpy(dtype=float)
        self.recency = cells["recency_days"].to_numpy(dtype=float) / _DAYS_PER_WEEK
        self.age = cells["age_days"].to_numpy(dtype=float) / _DAYS_PER_WEEK
        self.counts = cells["customers"].to_numpy(dtype=float)
        self.amounts = cells["monetary_sum"].to_numpy(dtype=float)
        # The hypergeometric function is the dear part, and it needs no recency.
        pairs, self.pair = np.unique(np.column_stack([self.frequency, self.age]), axis=0, return_inverse=True)
        self.pair_frequency, self.pair_age = pairs.T
        self.bin = np.minimum(self.frequency, most).astype(int)
        self.bins, self.most, self.customers = most + 1, most, int(self.counts.sum())

    def expect(
        self,
        timing: Mapping[str, float],
        amount: Mapping[str, float],
        *,
        model: str,
        horizon: float,
        rate: float,
    ) -> Floats:
        """Return expected purchases and discounted revenue for one set of parameters.

        Parameters
        ----------
        timing, amount : mapping
            ``r``, ``alpha`` (weeks), ``a``, ``b`` and ``p``, ``q``, ``v`` (currency).
        model : str
            ``"BG/NBD"`` or ``"MBG/NBD"``.
        horizon : float
            Weeks ahead.
        rate : float
            Continuous discount rate per week.

        Returns
        -------
        array
            One row per class of frequency (0, 1, ..., ``most``), two columns.

        Notes
        -----
        With ``E(t)`` the purchases expected by time ``t``, their discounted count up to ``H`` is
        ``exp(-d H) E(H) + d * integral of exp(-d t) E(t)``, which needs ``E`` at few points only. Mean
        spend is linear in a customer's own mean amount, so ``monetary_sum`` loses nothing.
        """
        times = np.append(horizon * (_POINTS + 1) / 2, horizon)
        by_time = expected_purchases(
            timing, self.pair_frequency, self.pair_age, model=model, weeks=times[:, None]
        )
        share = np.append(rate * horizon / 2 * _WEIGHTS, 1.0) * np.exp(-rate * times)
        alive = probability_alive(timing, self.frequency, self.recency, self.age, model=model)
        spend = amount["p"] * (self.counts * amount["v"] + self.frequency * self.amounts)
        spend /= amount["p"] * self.frequency + amount["q"] - 1
        purchases = self.counts * alive * by_time[-1][self.pair]
        value = spend * alive * (share @ by_time)[self.pair]
        return np.column_stack([np.bincount(self.bin, part, self.bins) for part in (purchases, value)])
