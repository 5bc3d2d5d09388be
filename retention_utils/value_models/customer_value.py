"""What the customers there are now are expected to buy, and to bring, within a horizon.

The tables carry days; the models count in weeks (days / 7, not rounded). Intervals here are for what the very
customers at hand will do: they hold what the parameters leave open and the luck of the single purchases. They
leave out the chance that the model is wrong; the hold-out table of
:mod:`retention_utils.value_models.holdout` speaks of that.

``cells``: one row per distinct history.

================  =====================================================================================
frequency         repeat purchase days, a whole number (all purchase days less the first)
recency_days      last minus first purchase day; 0 exactly where ``frequency`` is 0
age_days          day of observation minus first purchase day
customers         how many customers share the history
monetary_sum      sum over these customers of their mean amount per repeat purchase day, in the currency;
                  0 where ``frequency`` is 0
cohort            optional: key of the period of the first purchase
================  =====================================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.schema import require
from retention_utils.texts import Text
from retention_utils.value_models.expectation import weekly_discount_rate
from retention_utils.value_models.fits import PurchaseFit, SpendFit, draw_interval
from retention_utils.value_models.luck import luck_variance
from retention_utils.value_models.surface import TIMING_POINTS, evaluated, points, surface
from retention_utils.value_models.valuation import Valuation

__all__ = ["CustomerValue", "customer_value", "point_value", "with_cohorts"]

_SPEND_POINTS = 20

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
    by_cohort: pd.DataFrame  # one row per period of the first purchase; empty if the cells have none
    reasons: tuple[Text, ...] = ()

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
    draws: int = 2000,
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
    cohorts = pd.factorize(cells["cohort"], sort=True) if "cohort" in cells.columns else None
    base = Valuation(cells, most=most, group=None if cohorts is None else cohorts[0])
    rate = weekly_discount_rate(annual_discount_rate)
    how = {"model": purchases.model, "horizon": float(horizon_weeks), "rate": rate}
    estimate, sample = _estimate_and_draws(base, purchases, spend, draws=draws, seed=seed, how=how)
    scale = np.array([1.0, margin_share])
    shape = (base.groups, most + 1, 2)
    estimate, sample = (estimate * scale).reshape(shape), (sample * scale).reshape(-1, *shape)
    total = estimate.sum(axis=(0, 1))
    low, high = draw_interval(sample.sum(axis=(1, 2)), level=level)
    counts = np.bincount(base.label, base.counts, base.classes).astype(int).reshape(shape[:2])
    labels = pd.DataFrame({"frequency": range(most + 1), "label": [*map(str, range(most)), f"{most}+"]})
    by_frequency = _by_class(labels, counts.sum(axis=0), estimate.sum(axis=0), sample.sum(axis=1), level)
    by_cohort = pd.DataFrame()
    if cohorts is not None:
        labels = pd.DataFrame({"cohort": cohorts[1]})
        by_cohort = _by_class(labels, counts.sum(axis=1), estimate.sum(axis=1), sample.sum(axis=2), level)
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
        by_frequency=by_frequency,
        by_cohort=by_cohort,
        reasons=(*purchases.reasons, *spend.reasons),
    )


def with_cohorts(cells: pd.DataFrame, calendar: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Add the period of the first purchase, which a history's age gives away.

    Parameters
    ----------
    cells, calendar : DataFrame
        The mart's tables of these names.
    as_of : date
        The day of observation.

    Returns
    -------
    DataFrame
        The cells with ``cohort`` (key of the period).
    """
    require(cells, ["age_days"], name="cells")
    require(calendar, ["first_day", "period"], name="calendar")
    periods = calendar.sort_values("first_day", ignore_index=True)
    first_days = pd.Timestamp(as_of) - pd.to_timedelta(cells["age_days"], unit="D")
    place = pd.DatetimeIndex(periods["first_day"]).searchsorted(first_days.to_numpy(), side="right") - 1
    return cells.assign(cohort=periods["period"].to_numpy()[place] if len(cells) else None)


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


def _estimate_and_draws(
    base: Valuation,
    purchases: PurchaseFit,
    spend: SpendFit,
    *,
    draws: int,
    seed: int,
    how: Mapping[str, Any],
) -> tuple[Floats, Floats]:
    """Return what is expected per class (two columns: purchases, revenue), and draws of what may come."""
    if not purchases.is_usable:
        return np.full((base.classes, 2), np.nan), np.full((1, base.classes, 2), np.nan)
    random = np.random.default_rng(seed)
    noise = random.standard_normal((draws, len(purchases.parameters)))
    places = points(len(purchases.parameters), TIMING_POINTS)
    sums = evaluated(purchases, places, lambda timing: base.timing_sums(timing, **how))
    bought = base.by_class(sums[..., 0])
    revenue, drawn_revenue, amount = np.full(base.classes, np.nan), np.nan, None
    if spend.is_usable:
        amount = spend.parameters.to_dict()
        other = points(len(spend.parameters), _SPEND_POINTS)
        revenues = evaluated(spend, other, lambda amount: base.by_class(base.revenue(sums, amount)))
        pairs = np.repeat(places, len(other), axis=0), np.tile(other, (len(places), 1))
        values = revenues.swapaxes(0, 1).reshape(-1, base.classes)
        revenue = values[0]
        own_noise = random.standard_normal((draws, len(spend.parameters)))
        drawn_revenue = surface(pairs[0], values, noise, others=(pairs[1], own_noise))
    estimate = np.column_stack([bought[0], revenue])
    drawn = np.empty((draws, base.classes, 2))
    drawn[..., 0], drawn[..., 1] = surface(places, bought, noise), drawn_revenue
    variance = luck_variance(base, purchases.parameters.to_dict(), amount, seed=seed, **how)
    # Purchases and revenue have the same luck, as far as intervals of one at a time are concerned.
    drawn += np.sqrt(variance) * random.standard_normal((draws, base.classes, 1))
    return estimate, drawn


def _by_class(
    labels: pd.DataFrame, customers: NDArray[np.int64], estimate: Floats, sample: Floats, level: float
) -> pd.DataFrame:
    table = labels.assign(customers=customers)
    low, high = np.maximum(draw_interval(sample, level=level), 0)
    for column, name in enumerate(("purchases", "value")):
        table[name] = estimate[:, column]
        table[f"{name}_low"], table[f"{name}_high"] = low[:, column], high[:, column]
    for end in ("", "_low", "_high"):
        table[f"value_each{end}"] = table[f"value{end}"] / table["customers"].replace(0, np.nan)
    table["value_share"] = table["value"] / table["value"].sum(skipna=False)
    return table
