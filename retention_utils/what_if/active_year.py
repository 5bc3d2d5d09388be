"""One figure for what an active customer brings in a year: that of the method that did better on the past."""

from dataclasses import dataclass, replace

import pandas as pd

from retention_utils.what_if.base_curve import BaseRetention
from retention_utils.what_if.worth import SavedCustomer, saved_customer

__all__ = ["BETA_GEOMETRIC", "COUNT", "ActiveYear", "Forecast", "active_year", "at_year_value"]

COUNT = "count"
BETA_GEOMETRIC = "shifted beta-geometric"  # the model of contracts


@dataclass(frozen=True)
class Forecast:
    """What one method expects of an active customer in the next twelve months."""

    method: str  # COUNT, or the name of a model
    value: float  # money, discounted, times the margin
    low: float
    high: float
    missed: float  # how far it was off when tried on the past, a fraction of what came; NaN: not tried

    @property
    def off(self) -> float:
        """The size of the miss; a method that was not tried comes after all that were."""
        return float("inf") if pd.isna(self.missed) else abs(self.missed)


@dataclass(frozen=True)
class ActiveYear:
    """The figure that the report reckons with, and the other one, if there is one."""

    used: Forecast
    other: Forecast | None
    tried_days: int  # so long before the last day both were tried, on what came since

    @property
    def saved(self) -> SavedCustomer:
        """The figure as the most that keeping a customer may cost."""
        return SavedCustomer(12, self.used.value, self.used.low, self.used.high)


def active_year(
    base: BaseRetention | None, model: Forecast | None, *, margin: float, annual_discount_rate: float
) -> ActiveYear | None:
    """Choose between the count and the model by how far each was off on the past.

    Parameters
    ----------
    base : BaseRetention or None
        From :func:`retention_utils.what_if.base_curve.base_retention`.
    model : Forecast or None
        Of the model, tried as many days ago; None without one. Where neither was tried, the count is used.

    Returns
    -------
    ActiveYear or None
        None without a base.
    """
    if base is None:
        return None
    saved = saved_customer(base, margin=margin, annual_discount_rate=annual_discount_rate)
    count = Forecast(COUNT, saved.value, saved.low, saved.high, base.missed)
    ranked = sorted([count] if model is None else [count, model], key=lambda forecast: forecast.off)
    return ActiveYear(ranked[0], ranked[1] if model else None, base.stretch_days)


def at_year_value(
    base: BaseRetention | None, year: ActiveYear | None, *, margin: float, annual_discount_rate: float
) -> BaseRetention | None:
    """Keep the counted course of the base, and put its money at the level of the figure used.

    So what points of retention, upgrades and bonuses are worth rests on the same year as everything else.
    """
    if base is None or year is None:
        return base
    counted = saved_customer(base, margin=margin, annual_discount_rate=annual_discount_rate).value
    level = year.used.value / counted if counted > 0 else 1.0
    money = ("amount_per_customer", "amount_error", "amount_before")
    return replace(base, **{name: getattr(base, name) * level for name in money})
