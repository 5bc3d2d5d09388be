"""Whom to win back: the customers of the two groups that bought often and fell silent, by name."""

import pandas as pd

from retention_utils.schema import require
from retention_utils.segments.groups import AT_RISK

__all__ = ["quiet_list"]

_COLUMNS = ["customer_id", "year_amount", "last_day", "silence_days", "window_purchases"]


def quiet_list(states: pd.DataFrame, classes: pd.DataFrame, *, most: int) -> pd.DataFrame:
    """List the customers whose revenue :func:`retention_utils.segments.sizes.at_risk_value` adds up.

    Parameters
    ----------
    states : DataFrame
        The mart's table of this name.
    classes : DataFrame
        From :func:`retention_utils.segments.rfm.rfm_classes`, of the same customers in the same order.
    most : int
        How many customers at most.

    Returns
    -------
    DataFrame
        One row per customer, those who spent most first, of equals those who bought oftener:
        ``customer_id``, ``year_amount`` (net revenue of the last 365 days), ``last_day`` (date),
        ``silence_days``, ``window_purchases`` (purchase days in the last 730), ``group``.
    """
    require(states, _COLUMNS, name="states")
    listed = states[_COLUMNS].assign(group=classes["group"].astype(str))[classes["group"].isin(AT_RISK)]
    keys = ["year_amount", "window_purchases", "customer_id"]
    return listed.sort_values(keys, ascending=[False, False, True], ignore_index=True).head(most)
