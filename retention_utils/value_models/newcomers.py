"""What a new customer is worth: the first purchase and those expected within a time after it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.value_models.expectation import (
    expected_purchases_of_new_customers,
    weekly_discount_rate,
)
from retention_utils.value_models.fits import PurchaseFit, SpendFit, draw_interval
from retention_utils.value_models.surface import TIMING_POINTS, evaluated, points, surface

__all__ = ["FirstSpend", "NewcomerValue", "first_spend", "newcomer_value"]

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(4)


@dataclass(frozen=True)
class FirstSpend:
    """What customers spent on the day of their first purchase."""

    customers: int
    mean: float  # currency
    error: float  # standard error of the mean


@dataclass(frozen=True)
class NewcomerValue:
    """What one new customer is expected to bring, on average, the first purchase included.

    Money is in the currency of the data, discounted to the first purchase, times the margin share. The
    interval is for the mean over many such customers; a single one may bring nothing more, or ten times that.
    """

    model: str
    customers: int  # whose first purchases were looked at
    horizon_weeks: float
    margin_share: float
    first_value: float  # of the first purchase
    repeat_purchases: float  # expected after it
    value: float
    low: float
    high: float


def first_spend(states: pd.DataFrame, calendar: pd.DataFrame) -> FirstSpend | None:
    """Average the amount of the first purchase day, over customers who were truly new.

    Parameters
    ----------
    states, calendar : DataFrame
        The mart's tables of these names.

    Returns
    -------
    FirstSpend or None
        None with fewer than two customers whose first purchase lies in a whole period that has no old
        customers in it.
    """
    require(states, ["first_day", "amount", "repeat_amount"], name="states")
    require(calendar, ["first_day", "is_whole", "is_mixed"], name="calendar")
    periods = calendar.sort_values("first_day", ignore_index=True)
    starts = pd.DatetimeIndex(periods["first_day"])
    place = starts.searchsorted(pd.DatetimeIndex(states["first_day"]), side="right") - 1
    is_new = (periods["is_whole"] & ~periods["is_mixed"]).to_numpy()[np.maximum(place, 0)] & (place >= 0)
    amounts = np.sort((states["amount"] - states["repeat_amount"]).to_numpy(dtype=float)[is_new])
    if len(amounts) < 2:
        return None
    error = float(amounts.std(ddof=1) / np.sqrt(len(amounts)))
    return FirstSpend(len(amounts), float(amounts.mean()), error)


def newcomer_value(
    first: FirstSpend,
    purchases: PurchaseFit,
    spend: SpendFit,
    *,
    horizon_weeks: float = 52,
    annual_discount_rate: float = 0.10,
    margin_share: float = 1.0,
    draws: int = 4000,
    level: float = 0.95,
    seed: int = 0,
) -> NewcomerValue | None:
    """Value a new customer: the mean first purchase, and the repeat purchases the models expect.

    Parameters
    ----------
    first : FirstSpend
        From :func:`first_spend`.
    purchases, spend : PurchaseFit, SpendFit
        Fitted on all customers.
    horizon_weeks : float
        How far ahead, in weeks from the first purchase.
    annual_discount_rate : float
        Effective rate per year, a fraction.
    margin_share : float
        Margin in each unit of revenue, a fraction; 1 values revenue.
    draws, level, seed
        For the interval: parameter sets drawn, coverage (a fraction), seed.

    Returns
    -------
    NewcomerValue or None
        None if a fit was refused.
    """
    if not (purchases.is_usable and spend.is_usable):
        return None
    rate = weekly_discount_rate(annual_discount_rate)
    times = np.append(horizon_weeks * (_POINTS + 1) / 2, horizon_weeks)
    share = np.append(rate * horizon_weeks / 2 * _WEIGHTS, 1.0) * np.exp(-rate * times)

    def repeats(timing: dict[str, float]) -> np.ndarray:
        by_time = expected_purchases_of_new_customers(timing, times, model=purchases.model)
        return np.array([by_time[-1], share @ by_time])

    random = np.random.default_rng(seed)
    places = points(len(purchases.parameters), TIMING_POINTS)
    known = evaluated(purchases, places, repeats)
    drawn = surface(places, known, random.standard_normal((draws, len(purchases.parameters))))[:, 1]
    p, q, v = spend.away(random.standard_normal((draws, 3))).to_numpy().T
    firsts = first.mean + first.error * random.standard_normal(draws)
    low, high = draw_interval((firsts + drawn * p * v / (q - 1)) * margin_share, level=level)
    return NewcomerValue(
        model=purchases.model,
        customers=first.customers,
        horizon_weeks=float(horizon_weeks),
        margin_share=float(margin_share),
        first_value=first.mean * margin_share,
        repeat_purchases=float(known[0, 0]),
        value=float((first.mean + known[0, 1] * spend.population_mean) * margin_share),
        low=float(low),
        high=float(high),
    )
