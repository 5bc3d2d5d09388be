"""How much of the revenue few customers bring: the concentration curve, top shares and the Gini index.

References
----------
.. [1] Langel & Tillé (2013), Variance estimation of the Gini index, J. Royal Statistical Society A 176(2),
   521-540.
.. [2] Deville (1999), Variance estimation for complex statistics, Survey Methodology 25(2), 193-203: the
   variance of a statistic from its linear form.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from retention_utils.schema import require
from retention_utils.stats import normal_quantile

__all__ = ["TOP_SHARES", "Concentration", "concentration", "concentration_curve", "top_shares"]

TOP_SHARES = (0.01, 0.05, 0.08, 0.10, 0.20)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Concentration:
    """How unequal the revenue of the buyers of the last year is."""

    customers: int  # buyers of the last 365 days
    amount: float  # their net revenue, in the currency
    gini: float  # 0: all alike, 1: one customer brings everything
    low: float
    high: float


def concentration_curve(states: pd.DataFrame, *, steps: int = 100) -> pd.DataFrame:
    """Return the share of revenue that the customers who spend most bring, by their share of the buyers.

    Parameters
    ----------
    states : DataFrame
        The mart's table ``states``. Only buyers of the last 365 days take part.
    steps : int
        Points on the curve after its beginning.

    Returns
    -------
    DataFrame
        One row per point, from 0 to 1: ``customer_share``, ``amount_share`` (fractions; the curve runs
        straight between two customers). Empty without buyers or without revenue.
    """
    amounts = _descending(states)
    if len(amounts) == 0:
        return pd.DataFrame({"customer_share": [], "amount_share": []})
    shares = np.arange(steps + 1) / steps
    return pd.DataFrame({"customer_share": shares, "amount_share": _top(amounts, shares)})


def top_shares(
    states: pd.DataFrame,
    *,
    shares: tuple[float, ...] = TOP_SHARES,
    min_customers: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the share of revenue that the top 1, 5, 8, 10 and 20 per cent of the buyers bring.

    Parameters
    ----------
    states : DataFrame
        The mart's table ``states``. Only buyers of the last 365 days take part.
    shares : tuple of float
        Fractions of the buyers.
    min_customers : int
        With fewer buyers the table is empty.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per entry of ``shares``: ``customer_share`` (fraction), ``customers`` (how many buyers that
        is; a fraction of a customer counts with that fraction, so that ties need no breaking), ``amount``
        (net revenue of the last 365 days, in the currency), ``amount_share`` with ``low`` and ``high``
        (fractions). The interval is blank where one customer or all would have to stand for it.

    Notes
    -----
    With ``q`` the amount at the border, ``p`` the share of customers and ``S`` that of revenue, a customer
    with amount ``y`` weighs ``(max(y - q, 0) + p * q - S * y) / mean(y)`` [2]_; the interval is taken on the
    log odds, hence never below 0 or above 1.
    """
    amounts = _descending(states)
    columns = ["customer_share", "customers", "amount", "amount_share", "low", "high"]
    if len(amounts) < max(min_customers, 1):
        return pd.DataFrame(columns=columns)
    mean, rows = float(amounts.mean()), []
    for part, share in zip(shares, _top(amounts, np.array(shares)), strict=True):
        border = amounts[min(int(np.ceil(part * len(amounts))), len(amounts)) - 1]
        weights = (np.maximum(amounts - border, 0) + part * border - share * amounts) / mean
        low, high = _on_log_odds(float(share), _error(weights), level=level)
        rows.append((part, part * len(amounts), share * amounts.sum(), share, low, high))
    return pd.DataFrame(rows, columns=columns)


def concentration(
    states: pd.DataFrame, *, min_customers: int = 1, level: float = 0.95
) -> Concentration | None:
    """Compute the Gini index of the revenue of the last year over its buyers.

    Parameters
    ----------
    states : DataFrame
        The mart's table ``states``.
    min_customers : int
        With fewer buyers nothing is said.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    Concentration or None
        None with too few buyers or without revenue.

    Notes
    -----
    ``2 * sum(i * y_i) / (n * sum(y)) - (n + 1) / n`` with amounts sorted upwards; its variance is that of
    the linear form in [1]_, where a customer of rank ``i`` has the weight ``(2 * i * (y_i - mean of the i
    smallest) + Y - n * y_i - G * (Y + n * y_i)) / (n * Y)``.
    """
    amounts = _descending(states)[::-1]
    size = len(amounts)
    if size < max(min_customers, 2):
        return None
    rank, total = np.arange(1, size + 1), float(amounts.sum())
    gini = float(2 * (rank * amounts).sum() / (size * total) - (size + 1) / size)
    below = np.cumsum(amounts) / rank
    weights = 2 * rank * (amounts - below) + total - size * amounts - gini * (total + size * amounts)
    low, high = _on_log_odds(gini, float(np.sqrt(((weights / (size * total)) ** 2).sum())), level=level)
    return Concentration(size, total, gini, low, high)


def _descending(states: pd.DataFrame) -> Floats:
    """Return the amounts of the buyers of the last year, largest first; nothing if there is no revenue."""
    require(states, ["year_purchases", "year_amount"], name="states")
    amounts = states.loc[states["year_purchases"] > 0, "year_amount"].to_numpy(dtype=float)
    amounts = np.sort(amounts)[::-1]
    return amounts if amounts.sum() > 0 else amounts[:0]


def _top(amounts: Floats, shares: Floats) -> Floats:
    summed = np.concatenate([[0.0], np.cumsum(amounts)]) / amounts.sum()
    return np.interp(shares * len(amounts), np.arange(len(summed)), summed)


def _error(weights: Floats) -> float:
    """Return the standard error of a statistic from the weights of its linear form."""
    return float(np.sqrt(np.var(weights, ddof=1) / len(weights))) if len(weights) > 1 else float("nan")


def _on_log_odds(share: float, error: float, *, level: float) -> tuple[float, float]:
    if not (0 < share < 1 and error > 0):
        return float("nan"), float("nan")
    reach = normal_quantile(level) * error / (share * (1 - share))
    return float(expit(logit(share) - reach)), float(expit(logit(share) + reach))
