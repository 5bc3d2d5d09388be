"""Customers made up from known parameters, so that every estimate can be held against the truth.

Simulated in the story the models tell: each customer buys at random at a personal rate, may leave at every
purchase with a personal probability, and spends amounts that vary about a personal mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.value_models.expectation import MBG_NBD

__all__ = [
    "Truth",
    "customer_histories",
    "distinct_histories",
    "distinct_spend",
    "purchase_rates",
    "simulate_purchases",
    "whole_days",
]

_DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class Truth:
    """The population customers are drawn from. The defaults resemble the CDNOW sample.

    ``timing`` holds ``r``, ``alpha`` (weeks), ``a`` and ``b``; with ``a`` 0 nobody ever leaves. ``spend``
    holds the gamma-gamma ``p``, ``q`` and ``v`` (currency).
    """

    model: str = MBG_NBD
    timing: Mapping[str, float] = field(
        default_factory=lambda: {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}
    )
    spend: Mapping[str, float] = field(default_factory=lambda: {"p": 6.25, "q": 3.74, "v": 15.44})


def simulate_purchases(
    truth: Truth, *, customers: int, acquisition_days: float, observed_days: float, seed: int
) -> pd.DataFrame:
    """Simulate the purchases of customers acquired evenly at the start of the window.

    Parameters
    ----------
    truth : Truth
        The population.
    customers : int
        How many customers.
    acquisition_days : float
        First purchases fall in the first so many days.
    observed_days : float
        Length of the window.
    seed : int
        Same seed, same purchases.

    Returns
    -------
    DataFrame
        One row per purchase, sorted by customer and day: ``customer_id`` (0, 1, ...), ``day`` (time since
        the start of the window in days, fractional), ``amount`` (currency).
    """
    random = np.random.default_rng(seed)
    first, rate = _arrivals(truth, customers, acquisition_days, random)
    wanted = random.poisson(rate / _DAYS_PER_WEEK * (observed_days - first))
    made = np.minimum(wanted, _purchases_before_leaving(truth, customers, random))
    owner = np.repeat(np.arange(customers), wanted)
    days = first[owner] + random.uniform(size=len(owner)) * (observed_days - first[owner])
    days = days[np.lexsort((days, owner))]
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    kept = rank < made[owner]
    table = pd.DataFrame(
        {
            "customer_id": np.concatenate([np.arange(customers), owner[kept]]),
            "day": np.concatenate([first, days[kept]]),
        }
    ).sort_values(["customer_id", "day"], ignore_index=True)
    scale = random.gamma(truth.spend["q"], 1 / truth.spend["v"], customers)[table["customer_id"]]
    return table.assign(amount=random.gamma(truth.spend["p"], 1 / scale))


def purchase_rates(truth: Truth, *, customers: int, acquisition_days: float, seed: int) -> np.ndarray:
    """Return the true personal rates, purchases per week, behind :func:`simulate_purchases` of this seed."""
    return _arrivals(truth, customers, acquisition_days, np.random.default_rng(seed))[1]


def whole_days(purchases: pd.DataFrame) -> pd.DataFrame:
    """Return the purchases as an order log knows them: by the day, same-day amounts added up."""
    require(purchases, ["customer_id", "day", "amount"], name="purchases")
    by_day = purchases.assign(day=np.floor(purchases["day"]).astype(int))
    return by_day.groupby(["customer_id", "day"], as_index=False)["amount"].sum()


def customer_histories(purchases: pd.DataFrame, *, until: float, holdout_days: float = 0) -> pd.DataFrame:
    """Summarise purchases per customer, up to and including day ``until``.

    Returns
    -------
    DataFrame
        One row per customer acquired by then: ``customer_id``, ``frequency``, ``recency_days``,
        ``age_days``, ``monetary_value`` (mean amount of repeat purchases, 0 without any),
        ``holdout_purchases`` (purchases in the ``holdout_days`` that follow).
    """
    require(purchases, ["customer_id", "day", "amount"], name="purchases")
    known = purchases[purchases["day"] <= until].sort_values(["customer_id", "day"])
    later = purchases[(purchases["day"] > until) & (purchases["day"] <= until + holdout_days)]
    by_customer = known.groupby("customer_id")
    table = by_customer["day"].agg(["min", "max", "size"])
    repeats = known[by_customer.cumcount() > 0].groupby("customer_id")["amount"].mean()
    bought_later = later.groupby("customer_id").size()
    return pd.DataFrame(
        {
            "frequency": table["size"] - 1,
            "recency_days": table["max"] - table["min"],
            "age_days": until - table["min"],
            "monetary_value": repeats.reindex(table.index).fillna(0.0),
            "holdout_purchases": bought_later.reindex(table.index).fillna(0).astype(int),
        }
    ).reset_index()


def distinct_histories(histories: pd.DataFrame, *, with_holdout: bool = False) -> pd.DataFrame:
    """Count customers per distinct history: the table ``cells``, or ``holdout_cells``.

    Returns
    -------
    DataFrame
        One row per distinct ``frequency``, ``recency_days``, ``age_days`` (and ``holdout_purchases``):
        ``customers``, ``monetary_sum``.
    """
    keys = ["frequency", "recency_days", "age_days", *(["holdout_purchases"] if with_holdout else [])]
    require(histories, [*keys, "monetary_value"], name="histories")
    return histories.groupby(keys, as_index=False).agg(
        customers=("monetary_value", "size"), monetary_sum=("monetary_value", "sum")
    )


def distinct_spend(histories: pd.DataFrame) -> pd.DataFrame:
    """Count repeat customers per distinct frequency and mean amount: the table ``spend_cells``.

    Returns
    -------
    DataFrame
        One row per distinct ``frequency`` (> 0) and ``monetary_value``: ``customers``.
    """
    require(histories, ["frequency", "monetary_value"], name="histories")
    repeat = histories[histories["frequency"] > 0]
    counts = repeat.groupby(["frequency", "monetary_value"], as_index=False).size()
    return counts.rename(columns={"size": "customers"})


def _arrivals(
    truth: Truth, customers: int, acquisition_days: float, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the first day and the purchases per week of each customer."""
    first = random.uniform(0, acquisition_days, customers)
    return first, random.gamma(truth.timing["r"], 1 / truth.timing["alpha"], customers)


def _purchases_before_leaving(truth: Truth, customers: int, random: np.random.Generator) -> np.ndarray:
    """Draw how many repeat purchases each customer would make given endless time."""
    if truth.timing["a"] == 0:
        return np.full(customers, np.iinfo(np.int64).max)
    leaving = np.maximum(random.beta(truth.timing["a"], truth.timing["b"], customers), 1e-15)
    return random.geometric(leaving) - (1 if truth.model == MBG_NBD else 0)
