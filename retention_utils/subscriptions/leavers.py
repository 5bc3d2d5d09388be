"""Leavers who decided to go, and those lost because a payment failed: two problems with two remedies."""

from dataclasses import dataclass

import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import difference_interval, wilson_interval

__all__ = ["LeaverSplit", "leaver_split"]


@dataclass(frozen=True)
class LeaverSplit:
    """Leavers of the last periods by what ended their contract."""

    first_period: str
    last_period: str
    voluntary: int
    involuntary: int
    unknown: int
    share: float  # involuntary, of those known; a fraction
    low: float
    high: float
    rate: float  # involuntary, of the customers at the start of a period
    previous_rate: float  # the same in as many periods before; NaN where there are none
    involuntary_mrr: float  # monthly revenue lost with failed payments
    difference: float  # rate minus previous rate
    difference_low: float
    difference_high: float


def leaver_split(rates: pd.DataFrame, *, periods: int, level: float = 0.95) -> LeaverSplit | None:
    """Split the leavers of the last periods by what ended their contract.

    Parameters
    ----------
    rates : DataFrame
        From :func:`retention_utils.revenue_retention.revenue_rates`, of contracts.
    periods : int
        How many of the last ones.

    Returns
    -------
    LeaverSplit or None
        None where nobody left, or of none is it known why. Rates are pooled over periods, in each of which a
        customer can leave once.
    """
    names = ["churn_voluntary", "churn_involuntary", "churn_unknown", "customers_opening"]
    require(rates, ["period", *names, "involuntary_money"], name="rates")
    recent, before = rates.iloc[-periods:], rates.iloc[-2 * periods : -periods]
    voluntary, involuntary, unknown, at_risk = (int(recent[name].sum()) for name in names)
    known = voluntary + involuntary
    if not known:
        return None
    low, high = wilson_interval(involuntary, known, level=level)
    had, were = (before[name].sum() for name in ("churn_involuntary", "customers_opening"))
    is_comparable = len(before) == periods and were > 0
    trials = were if is_comparable else float("nan")
    difference, least, most = difference_interval([involuntary, had], [at_risk, trials], level=level)
    return LeaverSplit(
        first_period=recent["period"].iloc[0],
        last_period=recent["period"].iloc[-1],
        voluntary=voluntary,
        involuntary=involuntary,
        unknown=unknown,
        share=involuntary / known,
        low=float(low),
        high=float(high),
        rate=involuntary / at_risk,
        previous_rate=float(had / trials),
        involuntary_mrr=float(recent["involuntary_money"].sum()),
        difference=float(difference),
        difference_low=float(least),
        difference_high=float(most),
    )
