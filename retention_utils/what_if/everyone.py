"""What all customers so far bring in a year: counted or by a model, whichever did better on the past."""

from dataclasses import dataclass

import numpy as np

from retention_utils.what_if.active_year import COUNT, ActiveYear, Forecast
from retention_utils.what_if.base_curve import BaseRetention
from retention_utils.what_if.lapsed import LapsedCount
from retention_utils.what_if.worth import value_draws

__all__ = ["EveryoneYear", "everyone_year"]

MONTHS = 12
SEED = 2  # of the draws for those who have lapsed; those for the active have another


@dataclass(frozen=True)
class EveryoneYear:
    """The figure for all customers that the report reckons with, and the other one; money in all."""

    used: Forecast
    other: Forecast
    tried_days: int
    active: float  # of the count: what today's active customers bring of it
    active_customers: int
    year: ActiveYear  # of an active customer alone

    @property
    def is_counted(self) -> bool:
        """Whether the count is the figure."""
        return self.used.method == COUNT


def everyone_year(
    base: BaseRetention | None,
    lapsed: LapsedCount | None,
    year: ActiveYear | None,
    model: Forecast | None,
    *,
    margin: float,
    annual_discount_rate: float,
    level: float = 0.95,
) -> EveryoneYear | None:
    """Choose between the count and the model for all customers, those who have lapsed among them.

    The count is taken where it was nearer for all customers and for the active ones alone, so that both
    figures of a report are made in one way.

    Parameters
    ----------
    base, lapsed : BaseRetention, LapsedCount or None
        What active customers, and those who had lapsed, have brought since.
    year : ActiveYear or None
        From :func:`retention_utils.what_if.active_year.active_year`.
    model : Forecast or None
        Of all customers, in all, tried on the same days.

    Returns
    -------
    EveryoneYear or None
        None where there is nothing to choose from, or either was not tried.

    Notes
    -----
    The interval of the count holds how well the past is known and that as many customers will differ as much
    again: each spread is widened by the share of today's customers to those counted.
    """
    if base is None or lapsed is None or year is None or model is None:
        return None
    terms = {"margin": margin, "annual_discount_rate": annual_discount_rate}
    _, ones = value_draws(base, **terms, months=MONTHS)
    active = base.active_now * _widened(ones, base.active_before, base.active_now)
    mean, error = lapsed.value(months=MONTHS, **terms)
    normal = np.concatenate([[0.0], np.random.default_rng(SEED).standard_normal(len(ones) - 1)])
    gone = lapsed.lapsed_now * _widened(mean + error * normal, lapsed.lapsed_before, lapsed.lapsed_now)
    total = active + gone
    low, high = np.quantile(total[1:], [0.5 - level / 2, 0.5 + level / 2])
    count = Forecast(COUNT, float(total[0]), float(low), float(high), _missed(base, lapsed))
    if not np.isfinite([count.off, model.off]).all():
        return None
    is_counted = year.used.method == COUNT and count.off <= model.off
    used, other = (count, model) if is_counted else (model, count)
    return EveryoneYear(used, other, base.stretch_days, float(active[0]), base.active_now, year)


def _widened(draws: np.ndarray, counted: int, now: int) -> np.ndarray:
    return draws[0] + (draws - draws[0]) * np.sqrt(1 + counted / max(now, 1))


def _missed(base: BaseRetention, lapsed: LapsedCount) -> float:
    """Say how far the same count, made one stretch earlier, was off for all customers."""
    expected = base.active_before * base.amount_before + lapsed.lapsed_before * lapsed.earlier
    came = base.active_before * base.amount_per_customer + lapsed.lapsed_before * lapsed.first
    return expected / came - 1 if came > 0 else float("nan")
