"""Add up what all customers are expected to buy and to bring, for one set of parameters, in milliseconds."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from retention_utils.schema import require
from retention_utils.value_models.expectation import expected_purchases, probability_alive

__all__ = ["Valuation"]

_DAYS_PER_WEEK = 7
# Expected purchases bend gently in time: four points settle the discounting to far below a cent.
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(4)

Floats = NDArray[np.float64]


class Valuation:
    """Customers arranged for valuing, in classes.

    Parameters
    ----------
    cells : DataFrame
        As at the head of :mod:`retention_utils.value_models.customer_value`.
    most : int
        Customers with this many repeat purchases or more are added up in one class.
    group : array_like, optional
        A whole number from 0 per row of ``cells``: every group has classes of its own.
    """

    def __init__(self, cells: pd.DataFrame, *, most: int, group: ArrayLike | None = None) -> None:
        columns = ["frequency", "recency_days", "age_days", "customers", "monetary_sum"]
        require(cells, columns, name="cells")
        self.frequency = cells["frequency"].to_numpy(dtype=float)
        self.recency = cells["recency_days"].to_numpy(dtype=float) / _DAYS_PER_WEEK
        self.age = cells["age_days"].to_numpy(dtype=float) / _DAYS_PER_WEEK
        self.counts = cells["customers"].to_numpy(dtype=float)
        self.amounts = cells["monetary_sum"].to_numpy(dtype=float)
        # The hypergeometric function is the dear part, and it needs no recency.
        pairs, self._pair = np.unique(
            np.column_stack([self.frequency, self.age]), axis=0, return_inverse=True
        )
        self.pairs = tuple(pairs.T)  # the distinct frequencies and ages
        self.most, self.customers = most, int(self.counts.sum())
        groups = np.zeros(len(cells), dtype=int) if group is None else np.asarray(group, dtype=int)
        self.groups = int(groups.max(initial=0)) + 1
        # A class is a group and a number of repeat purchases; mean spend needs the number itself.
        self.label = groups * (most + 1) + np.minimum(self.frequency, most).astype(int)
        self.classes = self.groups * (most + 1)
        rows, self._row = np.unique(
            np.column_stack([self.label, self.frequency]), axis=0, return_inverse=True
        )
        self._row_label, self._row_frequency = rows[:, 0].astype(int), rows[:, 1]

    def of_cell(self, of_pair: Floats) -> Floats:
        """Give every row of the cells the number of its frequency and age."""
        return of_pair[..., self._pair]

    def discounted(self, timing: Mapping[str, float], *, model: str, horizon: float, rate: float) -> Floats:
        """Return the discounted purchases expected of one customer of each row of the cells."""
        alive = probability_alive(timing, self.frequency, self.recency, self.age, model=model)
        return alive * self.of_cell(self._by_pair(timing, model=model, horizon=horizon, rate=rate)[1])

    def timing_sums(self, timing: Mapping[str, float], *, model: str, horizon: float, rate: float) -> Floats:
        """Add up what the purchase model alone can say, per class and number of repeat purchases.

        Returns
        -------
        array
            Three columns: purchases expected; the same discounted; the same, each customer's times the mean
            amount of the customer's repeat purchases.
        """
        alive = probability_alive(timing, self.frequency, self.recency, self.age, model=model)
        purchases, discounted = self.of_cell(self._by_pair(timing, model=model, horizon=horizon, rate=rate))
        parts = (purchases * self.counts, discounted * self.counts, discounted * self.amounts)
        size = len(self._row_label)
        return np.column_stack([np.bincount(self._row, alive * part, size) for part in parts])

    def revenue(self, sums: Floats, amount: Mapping[str, float]) -> Floats:
        """Turn :meth:`timing_sums` (last two axes) into discounted revenue by the spend model, per row.

        Mean spend is linear in a customer's own mean amount, so the sum of the means loses nothing.
        """
        p, q, v = amount["p"], amount["q"], amount["v"]
        own = sums[..., 1] * v + self._row_frequency * sums[..., 2]
        return p * own / (p * self._row_frequency + q - 1)

    def by_class(self, rows: Floats) -> Floats:
        """Add up rows of :meth:`timing_sums` or :meth:`revenue` (last axis) per class."""
        starts = np.flatnonzero(np.diff(self._row_label, prepend=-1))
        found = np.zeros((*rows.shape[:-1], self.classes))
        if len(starts):
            found[..., self._row_label[starts]] = np.add.reduceat(rows, starts, axis=-1)
        return found

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
            Parameters of the purchase model, times in weeks; ``p``, ``q``, ``v`` (currency).
        model : str
            The purchase model.
        horizon : float
            Weeks ahead.
        rate : float
            Continuous discount rate per week.

        Returns
        -------
        array
            One row per class, two columns.
        """
        sums = self.timing_sums(timing, model=model, horizon=horizon, rate=rate)
        return np.column_stack([self.by_class(sums[:, 0]), self.by_class(self.revenue(sums, amount))])

    def _by_pair(self, timing: Mapping[str, float], *, model: str, horizon: float, rate: float) -> Floats:
        """Purchases expected of one who is alive, plain and discounted, per distinct frequency and age.

        With ``E(t)`` the purchases expected by time ``t``, their discounted count up to ``H`` is
        ``exp(-d H) E(H) + d * integral of exp(-d t) E(t)``, which needs ``E`` at few points only.
        """
        times = np.append(horizon * (_POINTS + 1) / 2, horizon)
        frequency, age = self.pairs
        by_time = expected_purchases(timing, frequency, age, model=model, weeks=times[:, None])
        share = np.append(rate * horizon / 2 * _WEIGHTS, 1.0) * np.exp(-rate * times)
        return np.stack([by_time[-1], share @ by_time])
