"""What the treated did before their day and after it, where nobody was held out: described, no effect."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

from retention_utils.campaigns.histories import Histories, money_until
from retention_utils.schema import require
from retention_utils.stats import paired_difference_interval, wilson_interval

__all__ = ["BeforeAfter", "Measure", "before_and_after"]

LEVEL = 0.95


@dataclass(frozen=True)
class Measure:
    """One figure of the same customers before and after, each with its 95% interval."""

    before: float
    before_low: float
    before_high: float
    after: float
    after_low: float
    after_high: float
    difference: float  # after minus before
    low: float
    high: float


@dataclass(frozen=True)
class BeforeAfter:
    """The treated in as many days before their day as after it."""

    customers: int  # of those judged, who had bought before these days began
    ordered: Measure | None  # the share that ordered; None with too few customers, as the next
    brought: Measure | None  # money per customer


def before_and_after(
    found: Histories, members: pd.DataFrame, *, horizon_days: int, margin: float, min_customers: int
) -> BeforeAfter:
    """Hold the days after the draw against as many before, of those who were customers in all of them.

    Whoever bought first in the days before the draw is left out: a first order is no sign of staying.

    Parameters
    ----------
    found : Histories
        From :func:`retention_utils.campaigns.histories.order_histories`.
    members : DataFrame
        Its members, with ``use`` and ``is_treated``.
    horizon_days : int
        How many days on either side.
    margin : float
        Share of revenue.
    min_customers : int
        With fewer, nothing is measured.

    Returns
    -------
    BeforeAfter
        Shares with Wilson's interval, their difference with Newcombe's for the same customers seen twice,
        means with Student's.
    """
    require(members, ["use", "is_treated", "tenure_days", "revenue_before", "is_retained"], name="members")
    is_compared = (
        (members["use"] == "judged") & members["is_treated"] & (members["tenure_days"] > horizon_days)
    ).to_numpy()
    customers = int(is_compared.sum())
    if customers < max(min_customers, 2):
        return BeforeAfter(customers, None, None)
    kept = members[is_compared]
    after = money_until(found.flows, len(members), [horizon_days])[is_compared, 0]
    return BeforeAfter(
        customers,
        _shares((kept["silence_days"] <= horizon_days).to_numpy(), kept["is_retained"].to_numpy(bool)),
        _means(kept["revenue_before"].to_numpy(float) * margin, after * margin),
    )


def _shares(before: np.ndarray, after: np.ndarray) -> Measure:
    size = len(before)
    ends = [(flags.mean(), *wilson_interval(int(flags.sum()), size)) for flags in (before, after)]
    both = [int((first & second).sum()) for first in (after, ~after) for second in (before, ~before)]
    return Measure(*map(float, (*ends[0], *ends[1], *paired_difference_interval(*both))))


def _means(before: np.ndarray, after: np.ndarray) -> Measure:
    return Measure(*(number for amounts in (before, after, after - before) for number in _mean(amounts)))


def _mean(amounts: np.ndarray) -> tuple[float, float, float]:
    size, mean = len(amounts), float(amounts.mean())
    reach = float(student.ppf(0.5 + LEVEL / 2, size - 1) * amounts.std(ddof=1) / np.sqrt(size))
    return mean, mean - reach, mean + reach
