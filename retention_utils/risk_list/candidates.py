"""Whom a call can still save: due by the own habit, not yet given up, and worth something."""

import numpy as np
import pandas as pd

from retention_utils.errors import ConfigError
from retention_utils.schema import require

__all__ = ["MOST_GAPS", "candidates", "typical_gap"]

MOST_GAPS = 2  # silent for longer than so many churn gaps: given up

_COLUMNS = [
    "customer_id",
    "last_day",
    "frequency",
    "recency_days",
    "age_days",
    "silence_days",
    "usual_gap_days",
    "window_purchases",
    "year_purchases",
    "year_amount",
]


def typical_gap(states: pd.DataFrame) -> float:
    """Return the median over customers of their usual days between purchases; NaN if nobody has one.

    Parameters
    ----------
    states : DataFrame
        The mart's table ``states`` or one of its like.
    """
    require(states, ["usual_gap_days"], name="states")
    return float(states["usual_gap_days"].median())


def candidates(states: pd.DataFrame, *, gap_days: int, margin: float = 1.0) -> pd.DataFrame:
    """Select the customers a call may be for.

    A customer is one who has been silent for longer than is usual for that very customer (with fewer than
    three purchase days, than is usual for the typical customer), but not for longer than two churn gaps, and
    who brought something in the last year. No fixed number of days is held against everybody alike.

    Parameters
    ----------
    states : DataFrame
        The mart's table ``states`` or one of its like.
    gap_days : int
        The churn gap of the client.
    margin : float
        Share of revenue that counts; 1 for revenue itself.

    Returns
    -------
    DataFrame
        One row per candidate, sorted by ``customer_id``: ``customer_id``, ``last_day``, ``frequency``
        (repeat purchase days), ``recency_days``, ``age_days``, ``silence_days``, ``window_purchases``,
        ``year_purchases``, ``year_amount``, ``usual_gap_days`` (NaN with fewer than three purchase days),
        ``overdue`` (silence in usual gaps, above 1), ``value_at_risk`` (what the customer brought in the
        last 365 days, net of refunds, times ``margin``, in the currency: what a year without the customer
        would lack at the same pace); ``later_purchases`` if ``states`` has it.

    Raises
    ------
    ConfigError
        If ``gap_days`` is not positive or ``margin`` is not above 0 and at most 1.
    TableError
        If a column is missing.
    """
    require(states, _COLUMNS, name="states")
    if gap_days < 1 or not 0 < margin <= 1:
        msg = (
            f"gap_days is {gap_days!r} and margin {margin!r}; use whole days and a share of revenue above 0."
        )
        raise ConfigError(msg)
    usual = states["usual_gap_days"].fillna(typical_gap(states))
    overdue = states["silence_days"] / usual
    is_candidate = (overdue > 1) & (states["silence_days"] <= MOST_GAPS * gap_days)
    is_candidate &= states["year_amount"] > 0
    kept = [*_COLUMNS, *states.columns.intersection(["later_purchases"])]
    table = states.loc[is_candidate, kept].assign(
        overdue=overdue[is_candidate], value_at_risk=np.round(states["year_amount"] * margin, 2)[is_candidate]
    )
    return table.sort_values("customer_id", ignore_index=True)
