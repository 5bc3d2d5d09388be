"""Symptoms period by period: what falls before customers leave.

Purchase frequency, order value, value and repeat rate come from the order log, signals (the Net Promoter
Score) from surveys, investment from costs. All share one form, so that one test serves them all.
"""

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import wilson_interval

__all__ = ["YEAR", "investment", "purchase_symptoms", "repeat_rates", "symptom_series", "year_value"]

YEAR = 12  # periods looked back at
COLUMNS = ["symptom", "period_number", "period", "value", "low", "high", "n"]


def purchase_symptoms(movement: pd.DataFrame) -> pd.DataFrame:
    """Give frequency, order value and value of every period.

    A customer of the average active base stands for half of those active at the start and half of those
    active at the end of a period.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.

    Returns
    -------
    DataFrame
        One row per ``symptom`` and ``period`` (key), in time order: ``period_number``; ``value``, of
        ``frequency`` orders per average active customer (number), of ``order_value`` revenue per order
        (money), of ``value`` revenue per average active customer (money); ``low``, ``high`` (NaN: counted,
        not sampled); ``n`` (active customers, orders, active customers). ``value`` is NaN where the log does
        not reach back a whole churn gap before the period, or nobody was active, or nothing was ordered.
    """
    require(movement, ["period_number", "is_measured", "active_start", "active_end"], name="movement")
    table = movement.sort_values("period_number", ignore_index=True)
    active = _average_active(table)
    orders = table["orders"].where(table["orders"] > 0)
    values = {
        "frequency": (table["orders"] / active, active.round()),
        "order_value": (table["amount"] / orders, orders),
        "value": (table["amount"] / active, active.round()),
    }
    parts = [
        table[["period_number", "period"]].assign(symptom=name, value=value, n=n, low=np.nan, high=np.nan)
        for name, (value, n) in values.items()
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def symptom_series(*parts: pd.DataFrame) -> pd.DataFrame:
    """Put the periods of several symptoms into one table, as the tests take it.

    Parameters
    ----------
    *parts : DataFrame
        In the form of :func:`purchase_symptoms`; empty ones are passed over.
    """
    found = [part[COLUMNS] for part in parts if len(part)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def year_value(movement: pd.DataFrame, *, ago: int = 0) -> float:
    """Return the value of a customer in a year: revenue of the last 12 periods per average active customer.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.
    ago : int
        How many periods before the last one the 12 end.

    Returns
    -------
    float
        Money, of the past: what was spent, not what is to come. NaN unless all 12 periods are measured.
    """
    require(movement, ["period_number", "is_measured", "amount"], name="movement")
    table = movement.sort_values("period_number", ignore_index=True)
    last = table.iloc[max(0, len(table) - ago - YEAR) : len(table) - ago]
    active = _average_active(last)
    if len(last) < YEAR or active.isna().any():
        return float("nan")
    return float(last["amount"].sum() / active.mean())


def repeat_rates(
    repeat_by_cohort: pd.DataFrame, calendar: pd.DataFrame, *, window_days: int, min_customers: int
) -> pd.DataFrame:
    """Give the repeat rate of every cohort that has been followed for the whole window.

    Parameters
    ----------
    repeat_by_cohort, calendar : DataFrame
        The mart's tables of these names.
    window_days : int
        Days after the first purchase within which the second counts.
    min_customers : int
        Smaller cohorts get no rate.

    Returns
    -------
    DataFrame
        In the form of :func:`purchase_symptoms`, ``symptom`` is ``repeat_rate``: one row per period whose
        newcomers have all been followed that long; ``value`` with Wilson interval (fractions), ``n``
        (newcomers). Newcomers of the warm-up, who may be old customers, and of a period that began before
        the log have no rate.
    """
    require(repeat_by_cohort, ["cohort", "customers", "repeated"], name="repeat_by_cohort")
    require(calendar, ["period_number", "period", "last_day", "is_whole", "is_mixed"], name="calendar")
    last_day = pd.to_datetime(calendar["last_day"])
    is_followed = last_day + pd.Timedelta(days=window_days) <= last_day.max()
    counted = repeat_by_cohort.rename(columns={"cohort": "period_number"})
    table = calendar[is_followed].merge(counted, on="period_number", how="left")
    table = table.sort_values("period_number", ignore_index=True)
    is_fair = table["is_whole"] & ~table["is_mixed"] & (table["customers"] >= max(min_customers, 1))
    trials = table["customers"].where(is_fair)
    low, high = wilson_interval(table["repeated"].where(is_fair), trials)
    rates = table.assign(
        symptom="repeat_rate", value=table["repeated"] / trials, low=low, high=high, n=trials
    )
    return rates[COLUMNS]


def investment(costs: pd.DataFrame | None, calendar: pd.DataFrame) -> pd.DataFrame:
    """Give the share of the costs that was spent on keeping customers.

    Parameters
    ----------
    costs : DataFrame or None
        The client's table of this name; None if there is none.
    calendar : DataFrame
        The mart's table of this name. Only costs stated for one of its periods are used.

    Returns
    -------
    DataFrame
        In the form of :func:`purchase_symptoms`, ``symptom`` is ``investment``: ``value`` (fraction of
        acquisition and retention costs; NaN where nothing was spent or a cost is not stated), ``n`` (money
        spent on both), ``low`` and ``high`` NaN. Empty without a column ``retention``.
    """
    if costs is None or "retention" not in costs or costs["retention"].isna().all():
        return pd.DataFrame(columns=COLUMNS)
    require(costs, ["period", "acquisition"], name="costs")
    table = calendar[["period_number", "period"]].merge(costs, on="period", how="left")
    table = table.sort_values("period_number", ignore_index=True)
    both = (table["acquisition"] + table["retention"]).astype(float)
    share = table["retention"].astype(float) / both.where(both > 0)
    return table.assign(symptom="investment", value=share, low=np.nan, high=np.nan, n=both)[COLUMNS]


def _average_active(movement: pd.DataFrame) -> pd.Series:
    active = (movement["active_start"] + movement["active_end"]) / 2
    return active.where(movement["is_measured"] & (active > 0))
