"""Do customers who buy more often also spend more per purchase? The gamma-gamma model assumes they do not.

``spend_cells``: one row per distinct ``frequency`` (repeat purchase days, > 0) and ``monetary_value`` (mean
amount of a customer's repeat purchase days, in the currency), with ``customers``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from retention_utils.schema import require

__all__ = ["SpendIndependence", "spend_by_frequency", "spend_independence"]

_COLUMNS = ["frequency", "monetary_value", "customers"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SpendIndependence:
    """How strongly spend per purchase goes with the number of purchases, among repeat customers."""

    customers: int
    pearson: float
    pearson_without_largest: float  # without the customer with the largest mean amount
    spearman: float
    spearman_without_largest: float
    eta_squared: float  # share of the variance of spend that lies between the frequency classes
    limit: float  # |spearman| from which to warn

    @property
    def is_warning(self) -> bool:
        """Whether spend and frequency go together too strongly for the gamma-gamma model."""
        return abs(self.spearman) >= self.limit


def spend_independence(
    spend_cells: pd.DataFrame, *, most: int = 7, limit: float = 0.30
) -> SpendIndependence | None:
    """Correlate the number of repeat purchases with the mean amount, over customers.

    Parameters
    ----------
    spend_cells : DataFrame
        See the head of this module. Rows with ``frequency`` 0 take no part.
    most : int
        Customers with this many repeat purchases or more form one class for ``eta_squared``.
    limit : float
        Size of the rank correlation from which to warn.

    Returns
    -------
    SpendIndependence or None
        None with fewer than three customers, or where frequency or spend does not vary. The rank
        correlation (Spearman) bears the warning, as one outlier can make or hide the other (Pearson).
    """
    require(spend_cells, _COLUMNS, name="spend_cells")
    table = spend_cells.loc[spend_cells["frequency"] > 0, _COLUMNS].astype(float)
    customers = int(table["customers"].sum())
    if customers < 3 or table["frequency"].nunique() < 2 or table["monetary_value"].nunique() < 2:
        return None
    rest = table.copy()
    rest.loc[rest["monetary_value"].idxmax(), "customers"] -= 1
    rest = rest[rest["customers"] > 0]
    return SpendIndependence(
        customers=customers,
        pearson=_pearson(table),
        pearson_without_largest=_pearson(rest),
        spearman=_spearman(table),
        spearman_without_largest=_spearman(rest),
        eta_squared=_eta_squared(table, most=most),
        limit=limit,
    )


def spend_by_frequency(spend_cells: pd.DataFrame, *, most: int = 7, level: float = 0.95) -> pd.DataFrame:
    """Mean spend per purchase of the customers with 1, 2, ... repeat purchases.

    Returns
    -------
    DataFrame
        One row per number of repeat purchases that occurs: ``frequency`` (the last one stands for ``most``
        and above), ``label``, ``customers`` (count), ``mean_spend`` with ``low`` and ``high`` (currency;
        normal interval of the mean over customers, NaN for a single customer).
    """
    require(spend_cells, _COLUMNS, name="spend_cells")
    table = spend_cells.loc[spend_cells["frequency"] > 0, _COLUMNS]
    rows = []
    for frequency, group in table.groupby(table["frequency"].clip(upper=most)):
        weights, amounts = group["customers"].to_numpy(), group["monetary_value"].to_numpy(dtype=float)
        customers, mean = int(weights.sum()), float(np.average(amounts, weights=weights))
        squares = float(weights @ (amounts - mean) ** 2)
        error = np.sqrt(squares / (customers - 1) / customers) if customers > 1 else np.nan
        half = float(ndtri((1 + level) / 2)) * error
        label = f"{frequency}+" if frequency == most else f"{frequency}"
        rows.append((int(frequency), label, customers, mean, mean - half, mean + half))
    return pd.DataFrame(rows, columns=["frequency", "label", "customers", "mean_spend", "low", "high"])


def _pearson(table: pd.DataFrame) -> float:
    return _correlation(table["frequency"], table["monetary_value"], table["customers"])


def _spearman(table: pd.DataFrame) -> float:
    ranks = (_ranks(table[column], table["customers"]) for column in ("frequency", "monetary_value"))
    return _correlation(*ranks, table["customers"])


def _correlation(first: pd.Series, second: pd.Series, weights: pd.Series) -> float:
    covariance = np.cov(first, second, fweights=weights.astype(int))
    with np.errstate(invalid="ignore"):
        return float(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]))


def _ranks(values: pd.Series, weights: pd.Series) -> pd.Series:
    """Mean rank of each value when every row stands for ``weights`` customers."""
    held = weights.groupby(values).sum()
    return values.map(held.cumsum() - (held - 1) / 2)


def _eta_squared(table: pd.DataFrame, *, most: int) -> float:
    amounts, weights = table["monetary_value"], table["customers"]
    grand = np.average(amounts, weights=weights)
    groups = table.assign(total=amounts * weights).groupby(table["frequency"].clip(upper=most))
    held, sums = groups["customers"].sum(), groups["total"].sum()
    between = (held * (sums / held - grand) ** 2).sum()
    return float(between / (weights * (amounts - grand) ** 2).sum())
