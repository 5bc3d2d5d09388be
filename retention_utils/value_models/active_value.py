"""What the models expect of active customers alone, and how far they would have been off before."""

from typing import NamedTuple

import pandas as pd

from retention_utils.schema import require
from retention_utils.value_models.btyd import fit_purchases, fit_spend
from retention_utils.value_models.by_segment import segment_cells
from retention_utils.value_models.customer_value import customer_value, point_value
from retention_utils.value_models.fits import PurchaseFit, SpendFit

__all__ = ["Missed", "active_value", "missed"]

YEAR_WEEKS = 52
DAYS_PER_WEEK = 7


def active_value(
    states: pd.DataFrame,
    purchases: PurchaseFit,
    spend: SpendFit,
    *,
    gap_days: int,
    margin: float,
    annual_discount_rate: float,
) -> tuple[float, float, float]:
    """Value a year of the active customers, on average.

    Parameters
    ----------
    states : DataFrame
        The mart's table of this name.
    purchases, spend : PurchaseFit, SpendFit
        Fitted to all customers.
    gap_days : int
        Days of silence up to which a customer is active.

    Returns
    -------
    tuple
        Money per active customer in 52 weeks, discounted, and the ends of its 95% interval.
    """
    cells = _histories(states[states["silence_days"] <= gap_days])
    found = customer_value(
        cells,
        purchases,
        spend,
        horizon_weeks=YEAR_WEEKS,
        annual_discount_rate=annual_discount_rate,
        margin_share=margin,
    )
    return found.value_per_customer, found.value_per_customer_low, found.value_per_customer_high


class Missed(NamedTuple):
    """What was expected ÷ what came, less 1; NaN where a fit is refused or nothing came."""

    active: float  # of customers active on that day
    everyone: float


def missed(states: pd.DataFrame, *, model: str, gap_days: int, days: int) -> Missed:
    """Fit a model to what was known on a day, and hold what it expects against the money that came.

    Parameters
    ----------
    states : DataFrame
        The mart's ``states_before``, with ``later_amount`` of the ``days`` since.
    """
    require(states, ["silence_days", "frequency", "repeat_amount", "later_amount"], name="states_before")
    purchases, spend = fit_purchases(_histories(states), model=model), fit_spend(_mean_amounts(states))
    if not (purchases.is_usable and spend.is_usable):
        return Missed(float("nan"), float("nan"))
    groups = states[states["silence_days"] <= gap_days], states
    return Missed(*(_missed(group, purchases, spend, days=days) for group in groups))


def _missed(states: pd.DataFrame, purchases: PurchaseFit, spend: SpendFit, *, days: int) -> float:
    came = float(states["later_amount"].astype(float).sum())
    if came <= 0:
        return float("nan")
    _, expected = point_value(
        _histories(states),
        purchases.parameters.to_dict(),
        spend.parameters.to_dict(),
        model=purchases.model,
        horizon_weeks=days / DAYS_PER_WEEK,
        annual_discount_rate=0.0,
    )
    return expected / came - 1


def _histories(states: pd.DataFrame) -> pd.DataFrame:
    return segment_cells(states, ["all"] * len(states))


def _mean_amounts(states: pd.DataFrame) -> pd.DataFrame:
    """Count the customers who bought again by frequency and mean amount, as the mart's ``spend_cells``."""
    again = states[states["frequency"] > 0]
    each = again["repeat_amount"].astype(float) / again["frequency"]
    table = pd.DataFrame({"frequency": again["frequency"], "monetary_value": each})
    keys = ["frequency", "monetary_value"]
    return table[each > 0].groupby(keys, as_index=False).size().rename(columns={"size": "customers"})
