"""Recency, frequency and money of every customer, and the group they put the customer in.

Cuts are fixed, not quantiles: where most customers bought once, quantiles of frequency fall together, and
customers with the same history would land in different classes [1]_.

References
----------
.. [1] Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42, 415-430, on what coarse
   quantile codes lose.
"""

import numpy as np
import pandas as pd

from retention_utils.errors import ConfigError
from retention_utils.schema import require
from retention_utils.segments.groups import FREQUENCY_STARTS, GROUPS, OUTSIDE, group_of_cell

__all__ = ["WINDOW_DAYS", "recency_limits", "rfm_classes"]

WINDOW_DAYS = 730  # purchase days within it count for frequency; as the mart counts them
_COLUMNS = ["customer_id", "silence_days", "window_purchases", "year_purchases", "year_amount"]


def recency_limits(gap_days: int) -> dict[int, int]:
    """Return the longest silence, in whole days, of recency classes 5 down to 2; class 1 has no limit.

    Class 5 reaches to a quarter of the churn gap, 4 to half of it, 3 to the gap, 2 to twice the gap. As in
    the mart, silence is 1 on the day of a purchase, so classes 5 to 3 are the active customers.

    Raises
    ------
    ConfigError
        If the gap is no positive number of days.
    """
    if gap_days < 1:
        msg = f"gap_days is {gap_days!r}; the churn gap is a positive number of days."
        raise ConfigError(msg)
    return {5: gap_days // 4, 4: gap_days // 2, 3: gap_days, 2: 2 * gap_days}


def rfm_classes(states: pd.DataFrame, *, gap_days: int) -> pd.DataFrame:
    """Put every customer into a recency class, a frequency class and a group.

    Parameters
    ----------
    states : DataFrame
        The mart's table ``states`` or one of its like.
    gap_days : int
        The churn gap of the client.

    Returns
    -------
    DataFrame
        One row per customer, in the order of ``states``: ``customer_id``, ``recency_class`` (5 is the most
        recent), ``frequency_class`` (5 is the most frequent; 0 without a purchase in the last 730 days),
        ``group`` (category, best group first; ``outside`` without a purchase in the window),
        ``silence_days``, ``window_purchases`` (purchase days in the window), ``year_purchases`` (purchase
        days in the last 365), ``year_amount`` (net revenue of the last 365 days, in the currency).

    Raises
    ------
    TableError
        If a column is missing.
    ConfigError
        If the gap is no positive number of days.
    """
    require(states, _COLUMNS, name="states")
    limits = sorted(recency_limits(gap_days).values())
    silence = states["silence_days"].to_numpy()
    purchases = states["window_purchases"].to_numpy()
    recency = 5 - np.searchsorted(limits, silence, side="left")
    frequency = np.searchsorted(FREQUENCY_STARTS, purchases, side="right")
    codes = np.full((6, 6), GROUPS.index(OUTSIDE), dtype=np.int8)
    for (row, column), group in group_of_cell().items():
        codes[row, column] = GROUPS.index(group)
    classes = states[_COLUMNS].assign(
        recency_class=recency.astype(np.int8),
        frequency_class=frequency.astype(np.int8),
        group=pd.Categorical.from_codes(codes[recency, frequency], categories=list(GROUPS), ordered=True),
    )
    named = ["customer_id", "recency_class", "frequency_class", "group"]
    return classes[[*named, *(column for column in _COLUMNS if column not in named)]]
