"""What the customers there are now are expected to buy, and to bring, within a horizon.

The tables carry days; the models count in weeks (days / 7, not rounded). Intervals here express how well the
parameters are known, for the very customers at hand. They leave out the luck of the individual purchases and
the chance that the model is wrong; the hold-out table of :mod:`retention_utils.value_models.holdout` speaks
of that.

``cells``: one row per distinct history.

================  =====================================================================================
frequency         repeat purchase days, a whole number (all purchase days less the first)
recency_days      last minus first purchase day; 0 exactly where ``frequency`` is 0
age_days          day of observation minus first purchase day
customers         how many customers share the history
monetary_sum      sum over these customers of their mean amount per repeat purchase day, in the currency;
                  0 where ``frequency`` is 0
================  =====================================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.value_models.expectation import weekly_discount_rate
from retention_utils.value_models.fits import PurchaseFit, SpendFit, draw_interval
from retention_utils.value_models.valuation import Valuation

__all__ = ["CustomerValue", "customer_value", "point_value"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CustomerValue:
    """What the present customers are expected to buy and to bring within the horizon.

    Money is in the currency of the data, discounted to the day of observation, times the margin share
    (revenue if that is 1). Values are NaN when either fit was refused, and purchases when the purchase fit
    was; ``reasons`` says why.
    """

    model: str
    customers: int
    horizon_weeks: float
    annual_discount_rate: float  # effective, a fraction
    weekly_discount_rate: float  # continuous, per week
    margin_share: float  # margin in each unit of revenue, a fraction
    purchases: float  # expected in the horizon, all customers
    purchases_low: float
    purchases_high: float
    value: float  # all customers
    value_low: float
    value_high: float
    level: float
    draws: int
    by_frequency: pd.DataFrame  # one row per number of repeat purchases so far
    reasons: tuple[str, ...] = ()

    @property
    def value_per_customer(self) -> float:
        """Mean expected value of one customer."""
        return self.value / self.customers

    @property
    def value_per_customer_low(self) -> float:
        """Lower end of the interval of the mean."""
        return self.value_low / self.customers

    @property
    def value_per_customer_high(self) -> float:
        """Upper end of the interval of the mean."""
        return self.value_high / self.customers


def customer_value(
    cells: pd.DataFrame,
    purchases: PurchaseFit,
    spend: SpendFit,
    *,
    horizon_weeks: float = 52,
    annual_discount_rate: float = 0.10,
    margin_share: float = 1.0,
    draws: int = 500,
    level: float = 0.95,
    most: int = 7,
    seed: int = 0,
) -> CustomerValue:
    """Value the present customers over a horizon: expected purchases times expected spend, discounted.

    Parameters
    ----------
    cells : DataFrame
        See the head of this module.
    purchases, spend : PurchaseFit, SpendFit
        Fitted on these customers.
    horizon_weeks : float
        How far ahead, in weeks from the day of observation.
    annual_discount_rate : float
        Effective rate per year, a fraction; each purchase is discounted from the moment it is expected.
    margin_share : float
        Margin in each unit of revenue, a fraction; 1 values revenue.
    draws : int
        Parameter sets drawn for the interval, independently for purchases and spend.
    level : float
        Interval coverage, a fraction.
    most : int
        Customers with this many repeat purchases or more form the last row of ``by_frequency``.
    seed : int
        Seed of the draws.

    Returns
    -------
    CustomerValue
        ``by_frequency`` has one row per number of repeat purchases (``frequency``; the last one stands for
        itself and all above, ``label`` says so): ``customers``, ``purchases`` and ``value`` with ``_low``
        and ``_high``, ``value_share`` (of the total).

    Raises
    ------
    TableError
        If a column is missing.
    """
    rate = weekly_discount_rate(annual_discount_rate)
    base = Valuation(cells, most=most)
    estimate = np.full((base.bins, 2), np.nan)
    sample = np.full((1, base.bins, 2), np.nan)
    if purchases.is_usable:
        how = {"model": purchases.model, "horizon": float(horizon_weeks), "rate": rate}
        pairs = _parameter_sets(purchases, spend, draws=draws, seed=seed)
        estimate, *drawn = (base.expect(timing, amount, **how) for timing, amount in pairs)
        sample = np.array(drawn)
    scale = np.array([1.0, margin_share])
    total = estimate.sum(axis=0) * scale
    low, high = draw_interval(sample.sum(axis=1) * scale, level=level)
    return CustomerValue(
        model=purchases.model,
        customers=base.customers,
        horizon_weeks=float(horizon_weeks),
        annual_discount_rate=float(annual_discount_rate),
        weekly_discount_rate=rate,
        margin_share=float(margin_share),
        purchases=float(total[0]),
        purchases_low=float(low[0]),
        purchases_high=float(high[0]),
        value=float(total[1]),
        value_low=float(low[1]),
        value_high=float(high[1]),
        level=level,
        draws=draws,
        by_frequency=_by_frequency(base, estimate * scale, *draw_interval(sample * scale, level=level)),
        reasons=(*purchases.reasons, *spend.reasons),
    )


def point_value(
    cells: pd.DataFrame,
    timing: Mapping[str, float],
    spend: Mapping[str, float],
    *,
    model: str,
    horizon_weeks: float = 52,
    annual_discount_rate: float = 0.10,
    margin_share: float = 1.0,
) -> tuple[float, float]:
    """Return expected purchases and value of all customers for given parameters, without an interval.

    Parameters
    ----------
    cells : DataFrame
        See the head of this module.
    timing, spend : mapping
        ``r``, ``alpha`` (weeks), ``a``, ``b`` and ``p``, ``q``, ``v`` (currency).
    model, horizon_weeks, annual_discount_rate, margin_share
        As for :func:`customer_value`.
    """
    rate = weekly_discount_rate(annual_discount_rate)
    parts = Valuation(cells, most=0).expect(
        timing, spend, model=model, horizon=float(horizon_weeks), rate=rate
    )
    return float(parts[:, 0].sum()), float(parts[:, 1].sum() * margin_share)


def _parameter_sets(
    purchases: PurchaseFit, spend: SpendFit, *, draws: int, seed: int
) -> list[tuple[dict[str, float], dict[str, float]]]:
    """Return the estimates, then the draws; purchases and spend vary independently of each other."""
    first, second = (int(state) for state in np.random.SeedSequence(seed).generate_state(2))
    timing = [purchases.parameters.to_dict(), *purchases.draws(draws, seed=first).to_dict("records")]
    amount = [dict.fromkeys(("p", "q", "v"), np.nan)] * (draws + 1)
    if spend.is_usable:
        amount = [spend.parameters.to_dict(), *spend.draws(draws, seed=second).to_dict("records")]
    return list(zip(timing, amount, strict=True))


def _by_frequency(base: Valuation, estimate: Floats, low: Floats, high: Floats) -> pd.DataFrame:
    frequency = np.arange(base.bins)
    table = pd.DataFrame({"frequency": frequency, "label": [*map(str, frequency[:-1]), f"{base.most}+"]})
    table["customers"] = np.bincount(base.bin, base.counts, base.bins).astype(int)
    for column, name in enumerate(("purchases", "value")):
        table[name] = estimate[:, column]
        table[f"{name}_low"], table[f"{name}_high"] = low[:, column], high[:, column]
    table["value_share"] = table["value"] / table["value"].sum(skipna=False)
    return table
