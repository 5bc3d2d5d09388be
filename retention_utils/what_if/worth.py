"""What points of retention are worth on today's base, and what keeping one customer may cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.what_if.base_curve import MONTH_DAYS, BaseRetention, shares_active

__all__ = [
    "SavedCustomer",
    "monthly_value",
    "reachable_points",
    "retention_worth",
    "saved_customer",
    "value_draws",
]

DRAWS = 4000
SEED = 1
POINT = 0.01

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SavedCustomer:
    """What one active customer brings in the months ahead: the most that keeping one may cost."""

    months: int
    value: float  # money, discounted
    low: float
    high: float


def retention_worth(
    base: BaseRetention | None,
    *,
    margin: float,
    annual_discount_rate: float,
    points: Sequence[int] = (1, 2, 3, 4, 5),
    months: Sequence[int] = (12, 24),
    level: float = 0.95,
) -> pd.DataFrame:
    """Value a better retention of today's active customers.

    "One point" means that in every month one more of a hundred customers who are still active stays active.

    Parameters
    ----------
    base : BaseRetention or None
        From :func:`retention_utils.what_if.base_curve.base_retention`; with None the table is empty.
    margin : float
        Margin as a share of revenue.
    annual_discount_rate : float
        Effective rate per year; money is discounted from the middle of its month.
    points : sequence of int
        Percentage points a month.
    months : sequence of int
        Horizons.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per ``months`` and ``points``: ``kept`` (customers more at the end), ``usual`` (money that the
        base brings anyway), ``extra`` (money more), ``low``, ``high`` (its interval), ``relative`` (extra as
        a fraction of usual).

    Notes
    -----
    The interval is a parametric bootstrap of the two shares (Beta, Jeffreys' prior) and of the mean revenue
    (normal): it says how well the base is known, not how the future may differ from the past.
    """
    rows: list[tuple[float, ...]] = []
    drawn, point = (_drawn(base, margin), _point(base, margin)) if base else (None, None)
    for horizon in months if base else ():
        weights = _discounts(horizon, annual_discount_rate)
        for step in points:
            kept, usual, extra = _extra(point, base, horizon, step, weights)
            _, _, spread = _extra(drawn, base, horizon, step, weights)
            low, high = np.quantile(spread, [0.5 - level / 2, 0.5 + level / 2])
            rows.append((horizon, step, kept.item(), usual.item(), extra.item(), low, high))
    table = pd.DataFrame(rows, columns=["months", "points", "kept", "usual", "extra", "low", "high"])
    return table.assign(relative=table["extra"] / table["usual"])


def reachable_points(base: BaseRetention | None, *, most: int = 5) -> tuple[int, ...]:
    """Return the points of retention that can be won: no more than leave in a month, and at least one."""
    if base is None:
        return tuple(range(1, most + 1))
    return tuple(range(1, max(1, min(most, int(min(base.leaving_monthly) / POINT))) + 1))


def saved_customer(
    base: BaseRetention,
    *,
    margin: float,
    annual_discount_rate: float,
    months: int = 12,
    level: float = 0.95,
) -> SavedCustomer:
    """Reckon what one active customer brings: who is kept, and then stays as long as the others, brings that.

    It is an upper bound of what keeping one may cost: whoever would have stayed anyway is not saved.

    Parameters
    ----------
    base : BaseRetention
        From :func:`retention_utils.what_if.base_curve.base_retention`.
    months : int
        Months ahead that count.
    """
    _, values = value_draws(base, margin=margin, annual_discount_rate=annual_discount_rate, months=months)
    low, high = np.quantile(values[1:], [0.5 - level / 2, 0.5 + level / 2])
    return SavedCustomer(months, float(values[0]), float(low), float(high))


def value_draws(
    base: BaseRetention, *, margin: float, annual_discount_rate: float, months: int = 12
) -> tuple[Floats, Floats]:
    """Estimate the share who stay over the first stretch and what one active customer brings, with draws.

    Returns
    -------
    shares, values : ndarray
        The estimate first, then as many draws as the intervals are made from, drawn together.
    """
    weights = _discounts(months, annual_discount_rate)
    parts = [_point(base, margin), _drawn(base, margin)]
    values = [_value_of_one(part, base, weights) for part in parts]
    return np.concatenate([part[0] for part in parts]), np.concatenate(values)


def monthly_value(base: BaseRetention, *, margin: float) -> float:
    """Reckon what a customer brings in a month in which they are active."""
    return float(_point(base, margin)[2][0])


def _point(base: BaseRetention, margin: float) -> tuple[Floats, Floats, Floats]:
    return _with_monthly(
        np.array([base.first_share]),
        np.array([base.second_share]),
        np.array([base.amount_per_customer * margin]),
        base.stretch_days,
    )


def _drawn(base: BaseRetention, margin: float) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(SEED)
    first = rng.beta(base.stayed + 0.5, base.active_before - base.stayed + 0.5, DRAWS)
    second = rng.beta(base.survivors_stayed + 0.5, base.survivors - base.survivors_stayed + 0.5, DRAWS)
    amounts = rng.normal(base.amount_per_customer, base.amount_error, DRAWS) * margin
    return _with_monthly(first, first if base.is_constant else second, amounts, base.stretch_days)


def _with_monthly(
    first: Floats, second: Floats, amounts: Floats, stretch_days: int
) -> tuple[Floats, Floats, Floats]:
    """Turn money of a stretch into money per customer and active month of it."""
    months = stretch_days / MONTH_DAYS
    return first, second, amounts / (months * (first - 1) / np.log(first))


def _extra(
    known: tuple[Floats, Floats, Floats], base: BaseRetention, horizon: int, step: int, weights: Floats
) -> tuple[Floats, Floats, Floats]:
    first, second, monthly = known
    shares = shares_active(first, second, stretch_days=base.stretch_days, months=horizon)
    rates = np.minimum(1.0, shares[..., 1:] / shares[..., :-1] + step * POINT)
    better = np.concatenate([shares[..., :1], np.cumprod(rates, axis=-1)], axis=-1)
    usual = base.active_now * monthly * (_active_months(shares) * weights).sum(axis=-1)
    extra = base.active_now * monthly * (_active_months(better - shares) * weights).sum(axis=-1)
    return base.active_now * (better - shares)[..., -1], usual, extra


def _value_of_one(known: tuple[Floats, Floats, Floats], base: BaseRetention, weights: Floats) -> Floats:
    first, second, monthly = known
    shares = shares_active(first, second, stretch_days=base.stretch_days, months=len(weights))
    return monthly * (_active_months(shares) * weights).sum(axis=-1)


def _active_months(shares: Floats) -> Floats:
    """Share who are active in the middle of every month, as the mean of its two ends."""
    return (shares[..., 1:] + shares[..., :-1]) / 2


def _discounts(months: int, annual_discount_rate: float) -> Floats:
    return (1 + annual_discount_rate) ** -((np.arange(months) + 0.5) / 12)
