"""Payments still to come from contracts that run, and how far luck may carry them from what is expected."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from retention_utils.contract_survival.shifted_beta import ShiftedBeta
from retention_utils.value_models.fits import draw_interval

__all__ = ["Estimate", "estimate", "new_contract", "payments_to_come", "running_money"]

Floats = NDArray[np.float64]
Estimate = tuple[float, float, float]  # value, and the ends of its interval


def payments_to_come(
    model: ShiftedBeta, lived: ArrayLike, *, discount: float, horizon: int | None
) -> tuple[Floats, Floats]:
    """Return mean and variance of the discounted payments of one contract at its next renewals.

    Parameters
    ----------
    lived : array_like
        Renewals lived through so far.
    discount : float
        Per billing period, a fraction; the next payment counts in full.
    horizon : int or None
        Renewals looked ahead; None without end, which is NaN where nothing is discounted.

    Notes
    -----
    Whoever pays at a renewal has paid at all before, so the mean product of two payments is the chance of the
    later one. Without end, the payments of a contract that is paid :math:`L` times more add up to
    :math:`(1-v^L)/(1-v)`, and the means of :math:`v^L` and :math:`v^{2L}` follow from the discounted expected
    residual lifetimes at the discount factors :math:`v` and :math:`v^2`.
    """
    lived = np.asarray(lived, dtype=float)
    if horizon is None:
        return _endless(model, lived, discount=discount)
    steps = np.arange(1, horizon + 1)
    chances = model.survival(steps, after=lived[..., None])
    weights = (1 + discount) ** -(steps - 1.0)
    before = np.cumsum(weights) - weights
    mean = chances @ weights
    return mean, chances @ (weights * (weights + 2 * before)) - mean**2


def _endless(model: ShiftedBeta, lived: Floats, *, discount: float) -> tuple[Floats, Floats]:
    if discount <= 0:
        return np.full(lived.shape, np.nan), np.full(lived.shape, np.nan)
    factor = 1 / (1 + discount)
    mean = model.residual_payments(lived, discount=discount)
    squared = model.residual_payments(lived, discount=(1 + discount) ** 2 - 1)
    return mean, (2 * mean - (1 + factor) * squared) / (1 - factor) - mean**2


def new_contract(model: ShiftedBeta, *, discount: float, horizon: int | None) -> float:
    """Return the expected discounted payments of a new contract, the first one included.

    Parameters
    ----------
    horizon : int or None
        Payments counted, the first among them; None without end.
    """
    later = None if horizon is None else horizon - 1
    return 1 + float(payments_to_come(model, 0, discount=discount, horizon=later)[0]) / (1 + discount)


def running_money(
    model: ShiftedBeta, running: pd.DataFrame, *, discount: float, horizon: int | None
) -> tuple[float, float]:
    """Return mean and variance of the money to come from running contracts.

    Parameters
    ----------
    running : DataFrame
        One row per number of ``renewals`` lived through: ``money`` (sum of one payment of each contract) and
        ``squares`` (of its square).
    """
    lived = running["renewals"].to_numpy()
    mean, variance = payments_to_come(model, lived, discount=discount, horizon=horizon)
    return float(running["money"] @ mean), float(running["squares"] @ variance)


def estimate(value: float, drawn: Floats, *, level: float = 0.95) -> Estimate:
    """Return a value with the interval of its draws."""
    low, high = draw_interval(drawn, level=level)
    return float(value), float(low), float(high)
