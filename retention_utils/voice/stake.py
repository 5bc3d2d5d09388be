"""Customers of today who would not recommend, with what they bring and what they said."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import wilson_interval
from retention_utils.survey_answers import written

__all__ = ["Stake", "detractors_at_stake"]


@dataclass(frozen=True, eq=False)
class Stake:
    """Detractors among the customers of today who have answered."""

    customers: int  # of today, with an answer
    value: float  # what these bring in a year
    detractors: int
    share: float  # of the customers; a fraction, NaN with too few
    low: float
    high: float
    detractors_value: float
    without_comment: int  # of the detractors
    listed: pd.DataFrame  # detractors, those who bring most first: see detractors_at_stake


def detractors_at_stake(
    latest: pd.DataFrame, current: pd.DataFrame, *, min_customers: int, most: int, level: float = 0.95
) -> Stake:
    """Find the customers of today whose latest answer was six or less.

    Parameters
    ----------
    latest : DataFrame
        One answer per customer, of :func:`retention_utils.survey_answers.in_stretch`.
    current : DataFrame
        Of a :class:`retention_utils.voice.standing.Standing`.
    min_customers : int
        With fewer customers of today who answered, there is no share.
    most : int
        How many are listed.

    Returns
    -------
    Stake
        ``listed`` has one row per detractor, by most value, of equals those with a comment first:
        ``customer_id``, ``day``, ``score``, ``comment``
        (missing where there is none), ``value`` (of a year, in the currency).
    """
    require(latest, ["customer_id", "day", "score", "value", "comment"], name="latest")
    answers = latest[latest["customer_id"].notna()].rename(columns={"value": "opinion"})
    found = answers.merge(current, on="customer_id")
    bad = found[found["opinion"] < 0]
    has_words = written(bad["comment"]) != ""
    bad = bad.assign(has_words=has_words).sort_values(
        ["value", "has_words", "customer_id"], ascending=[False, False, True]
    )
    trials = len(found) if len(found) >= max(min_customers, 1) else np.nan
    low, high = wilson_interval(len(bad) if trials == trials else np.nan, trials, level=level)
    columns = ["customer_id", "day", "score", "comment", "value"]
    return Stake(
        customers=len(found),
        value=float(found["value"].sum()),
        detractors=len(bad),
        share=len(bad) / trials,
        low=float(low),
        high=float(high),
        detractors_value=float(bad["value"].sum()),
        without_comment=int((~has_words).sum()),
        listed=bad[columns].head(most).reset_index(drop=True),
    )
