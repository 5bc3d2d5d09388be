"""Base movement: how many customers are active, who joined, came back and lapsed, and what they spent.

Churn of a period is the share of those active at its start who are no longer active at its end. Nobody can
lapse, and nobody's return can be seen, before the log is as long as the churn gap: until then churn is blank.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import difference_interval, normal_quantile, ratio_interval, wilson_interval

__all__ = [
    "BaseChange",
    "ChurnChange",
    "RatioChange",
    "base_change",
    "base_movement",
    "churn_change",
    "ratio_change",
]

CALENDAR = ("period_number", "period", "first_day", "is_whole", "is_mixed")


@dataclass(frozen=True)
class ChurnChange:
    """Churn of the last period against the one before."""

    period: str
    active_start: int
    lapsed: int
    churn: float  # fractions from here on
    low: float
    high: float
    previous_period: str
    previous_churn: float
    difference: float  # last minus previous
    difference_low: float
    difference_high: float


@dataclass(frozen=True)
class BaseChange:
    """The active base of the last period: what filled it and what emptied it."""

    period: str
    is_measured: bool
    active_start: int
    new: int
    reactivated: int
    lapsed: int
    active_end: int
    difference: int  # end minus start
    low: float
    high: float
    is_judged: bool = True  # enough customers were active at the start


@dataclass(frozen=True)
class RatioChange:
    """A sum of the last period relative to the one before, minus one."""

    current: float
    previous: float
    change: float  # fraction: -0.1 is ten per cent less
    low: float
    high: float


def base_movement(
    movements: pd.DataFrame,
    calendar: pd.DataFrame,
    *,
    history_start: date,
    gap_days: int,
    min_customers: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Follow the active base from period to period.

    Parameters
    ----------
    movements, calendar : DataFrame
        The mart's tables of these names.
    history_start : date
        First day of the log.
    gap_days : int
        Days of silence after which a customer counts as lapsed.
    min_customers : int
        With fewer active at the start, a period gets counts but no share.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per period, in time order: ``period`` (key), ``first_day``, ``active_start``, ``retained``,
        ``new``, ``reactivated``, ``lapsed``, ``active_end``, ``joined``, ``early_lapsed`` (joined and lapsed
        within the period), ``buyers``, ``orders``, ``purchase_days`` (counts), ``amount`` (money),
        ``order_value`` (amount per order), ``orders_per_buyer``, ``is_measured`` (the log reaches back a
        whole gap before the start), ``churn``, ``low``, ``high`` (fractions with Wilson interval; NaN where
        not measured or too few were active), ``is_whole`` (the log covers the whole period), ``is_mixed``
        (first purchases in it may be those of old customers).
    """
    require(movements, ["period_number", "active_start", "lapsed", "active_end", "joined"], name="movements")
    require(calendar, CALENDAR, name="calendar")
    table = calendar[list(CALENDAR)].merge(movements, on="period_number")
    table = table.sort_values("period_number", ignore_index=True)
    first_measured = pd.Timestamp(history_start) + timedelta(days=gap_days)
    is_measured = (table["first_day"] >= first_measured) & (table["active_start"] > 0)
    is_rated = is_measured & (table["active_start"] >= min_customers)
    trials = table["active_start"].where(is_rated)
    low, high = wilson_interval(table["lapsed"].where(is_rated), trials, level=level)
    return table.assign(
        retained=table["active_start"] - table["lapsed"],
        early_lapsed=table["joined"] - table["new"],
        order_value=table["amount"] / table["orders"].replace(0, np.nan),
        orders_per_buyer=table["orders"] / table["buyers"].replace(0, np.nan),
        is_measured=is_measured,
        churn=table["lapsed"] / trials,
        low=low,
        high=high,
    )


def churn_change(movement: pd.DataFrame, *, level: float = 0.95) -> ChurnChange | None:
    """Compare churn of the last period with that of the one before.

    Whoever lapses in one period is not at risk in the next, so the two shares behave like hazards of
    successive intervals, which are uncorrelated: the interval for independent shares holds.

    Parameters
    ----------
    movement : DataFrame
        From :func:`base_movement`.

    Returns
    -------
    ChurnChange or None
        None when churn is not known in both periods.
    """
    require(movement, ["period", "active_start", "lapsed", "churn", "is_measured"], name="movement")
    if len(movement) < 2 or movement["churn"].iloc[-2:].isna().any():
        return None
    previous, last = movement.iloc[-2], movement.iloc[-1]
    difference, low, high = difference_interval(
        [last["lapsed"], previous["lapsed"]], [last["active_start"], previous["active_start"]], level=level
    )
    return ChurnChange(
        period=last["period"],
        active_start=int(last["active_start"]),
        lapsed=int(last["lapsed"]),
        churn=float(last["churn"]),
        low=float(last["low"]),
        high=float(last["high"]),
        previous_period=previous["period"],
        previous_churn=float(previous["churn"]),
        difference=difference,
        difference_low=low,
        difference_high=high,
    )


def ratio_change(
    movement: pd.DataFrame,
    period_sums: pd.DataFrame,
    *,
    column: str,
    min_customers: int = 1,
    level: float = 0.95,
) -> RatioChange | None:
    """Compare the buyers or the revenue of the last period with those of the one before.

    Parameters
    ----------
    movement : DataFrame
        From :func:`base_movement`.
    period_sums : DataFrame
        The mart's table of this name.
    column : {"buyers", "amount"}
        What to compare.
    min_customers : int
        With fewer buyers in the period before, nothing is compared.

    Returns
    -------
    RatioChange or None
        None when there is no whole period before, too few bought in it, or nothing is in one of the two.
    """
    require(period_sums, ["period_number", "amount_squares", "amount_products"], name="period_sums")
    table = movement.merge(period_sums, on="period_number", how="left")
    if len(table) < 2 or not table["is_whole"].iloc[-2:].all() or (table[column].iloc[-2:] <= 0).any():
        return None
    squares, products = {
        "amount": ("amount_squares", "amount_products"),
        "buyers": ("buyers", "buyers_of_both"),
    }[column]
    previous, last = table.iloc[-2], table.iloc[-1]
    if previous["buyers"] < min_customers:
        return None
    now, before = float(last[column]), float(previous[column])
    low, high = ratio_interval(
        (now, before), (last[squares], previous[squares]), products=last[products], level=level
    )
    return RatioChange(current=now, previous=before, change=now / before - 1, low=low, high=high)


def base_change(movement: pd.DataFrame, *, min_customers: int = 0, level: float = 0.95) -> BaseChange:
    """Say what the last period added to the active base and took from it.

    Customers come and go one by one and independently, so the net change of so many arrivals and lapses has
    a variance of about their sum (the difference of two Poisson counts).

    Parameters
    ----------
    movement : DataFrame
        From :func:`base_movement`.
    min_customers : int
        With fewer active at the start the change is told and not judged.
    """
    columns = ["period", "is_measured", "active_start", "new", "reactivated", "lapsed", "active_end"]
    require(movement, columns, name="movement")
    last = movement.iloc[-1]
    moved = float(last["new"] + last["reactivated"] + last["lapsed"])
    difference = int(last["active_end"] - last["active_start"])
    reach = normal_quantile(level) * np.sqrt(moved)
    return BaseChange(
        period=last["period"],
        is_measured=bool(last["is_measured"]),
        active_start=int(last["active_start"]),
        new=int(last["new"]),
        reactivated=int(last["reactivated"]),
        lapsed=int(last["lapsed"]),
        active_end=int(last["active_end"]),
        difference=difference,
        low=max(float(difference - reach), -float(last["active_start"])),  # nobody can lapse twice
        high=float(difference + reach),
        is_judged=bool(last["active_start"] >= min_customers),
    )
