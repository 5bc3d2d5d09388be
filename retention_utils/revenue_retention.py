"""Revenue retention: how much of the money of those who were there is kept, and what made the rest.

The account is the same for contracts (monthly recurring revenue at two boundaries) and for orders (revenue
of two stretches of the same length): opening + new + came back + more - less - lost = closing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from retention_utils.periods import Grain, years_to
from retention_utils.schema import require
from retention_utils.stats import normal_quantile, ratio_interval, wilson_interval

__all__ = [
    "YEAR_PERIODS",
    "BridgeCheck",
    "KeptChange",
    "RevenueAccount",
    "bridge_check",
    "kept_change",
    "order_account",
    "revenue_rates",
]

YEAR_PERIODS: dict[Grain, int] = {"week": 52, "month": 12, "quarter": 4, "year": 1}

MONEY = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing")
PEOPLE = (
    "customers_opening", "customers_new", "customers_reactivation", "customers_churn", "customers_closing",
)  # fmt: skip
SQUARES = (
    "opening_squares",
    "closing_squares",
    "kept_squares",
    "kept_products",
    "capped_squares",
    "capped_products",
)


@dataclass(frozen=True)
class RevenueAccount:
    """Revenue held against that of the period before, and against that of a year before."""

    source: Literal["contracts", "orders"]
    rates: pd.DataFrame  # from revenue_rates, by period
    year_rates: pd.DataFrame  # the same of years; empty where the history is too short
    year_step: int  # rows of year_rates from one year to the next that shares no day with it


@dataclass(frozen=True)
class BridgeCheck:
    """Whether the account adds up: in how many periods, in money and in customers."""

    periods: int
    hold: int


@dataclass(frozen=True)
class KeptChange:
    """A rate of the last period against the one before."""

    period: str
    value: float  # fractions from here on
    low: float
    high: float
    previous_period: str
    previous: float
    difference: float  # last minus previous
    difference_low: float
    difference_high: float


def revenue_rates(
    bridge: pd.DataFrame, calendar: pd.DataFrame, *, min_customers: int, level: float = 0.95
) -> pd.DataFrame:
    """Say for every period how much revenue and how many customers were kept.

    Parameters
    ----------
    bridge : DataFrame
        From :func:`retention_utils.subscriptions.movements.revenue_bridge`, or the mart's ``order_bridge``.
    calendar : DataFrame
        One row per ``period_number``: ``period`` (key).
    min_customers : int
        With fewer at the start, a period gets sums but no rate.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        The bridge in time order, with ``period``; ``net`` (what those there at the start bring at the end,
        more included, of what they brought), ``gross`` (the same, nobody's more counted), each with
        ``…_low``, ``…_high``; ``customer_churn`` with ``churn_low``, ``churn_high`` (Wilson): fractions;
        ``net_loss`` (churn + contraction - expansion - reactivation, of opening); ``quick_ratio`` (new +
        reactivation + expansion, of contraction + churn); ``per_customer`` (closing money of a customer);
        ``change`` (closing less opening) with ``change_low``, ``change_high``. NaN where there is nothing to
        divide by or too few customers.
    """
    require(bridge, ["period_number", *MONEY, *PEOPLE, *SQUARES], name="bridge")
    table = calendar[["period_number", "period"]].merge(bridge, on="period_number")
    table = table.sort_values("period_number", ignore_index=True)
    is_rated = (table["customers_opening"] >= max(min_customers, 1)) & (table["opening"] > 0)
    opening = table["opening"].where(is_rated)
    lost, gained = table["contraction"] + table["churn"], table["expansion"] + table["reactivation"]
    trials = table["customers_opening"].where(is_rated)
    low, high = wilson_interval(table["customers_churn"].where(is_rated), trials, level=level)
    rates = table.assign(
        customer_churn=table["customers_churn"] / trials,
        churn_low=low,
        churn_high=high,
        net_loss=(lost - gained) / opening,
        quick_ratio=((gained + table["new"]) / lost.where(lost > 0)).where(is_rated),
        per_customer=table["closing"] / table["customers_closing"].where(table["customers_closing"] > 0),
    )
    # Who came, moved and left was chance: the customers' changes, squared and added up.
    squares = rates["opening_squares"] + rates["closing_squares"] - 2 * rates["kept_products"]
    luck = np.sqrt(squares.clip(lower=0)).where(is_rated) * normal_quantile(level)
    rates["change"] = rates["closing"] - rates["opening"]
    rates["change_low"], rates["change_high"] = rates["change"] - luck, rates["change"] + luck
    kept = opening - lost
    for name, amount, sums in (("gross", kept, "capped"), ("net", kept + table["expansion"], "kept")):
        rates[name] = amount / opening
        spread = _spread(rates, opening, name, sums) * normal_quantile(level)
        rates[f"{name}_low"] = (rates[name] - spread).clip(lower=0)
        rates[f"{name}_high"] = rates[name] + spread
    return rates.assign(gross_high=rates["gross_high"].clip(upper=1))


def order_account(
    order_bridge: pd.DataFrame | None,
    calendar: pd.DataFrame,
    *,
    as_of: date,
    history_start: date,
    min_customers: int,
) -> RevenueAccount:
    """Account for the revenue of orders, by period and by year.

    Parameters
    ----------
    order_bridge, calendar : DataFrame
        The mart's tables of these names; without a bridge, for a client without orders, all is empty.
    as_of, history_start : date
        The days that the history lies between.
    min_customers : int
        With fewer buyers before, no rate.

    Returns
    -------
    RevenueAccount
        Periods whose predecessor the log does not hold whole are left out.
    """
    require(calendar, ["period_number", "period", "is_whole"], name="calendar")
    source = "contracts" if order_bridge is None else "orders"
    if order_bridge is None:
        order_bridge = pd.DataFrame(columns=["span", "period_number", *MONEY, *PEOPLE, *SQUARES], dtype=float)
    require(order_bridge, ["span", "period_number"], name="order_bridge")
    is_fair = calendar["is_whole"] & calendar["is_whole"].shift(1, fill_value=False)
    years = [year.key for year in years_to(as_of, history_start)]
    fair_years = pd.DataFrame({"period_number": range(1, len(years) + 1), "period": years}).iloc[1:]
    of_periods, of_years = (
        revenue_rates(
            order_bridge[order_bridge["span"] == span].drop(columns="span"),
            listed,
            min_customers=min_customers,
        )
        for span, listed in (("period", calendar[is_fair]), ("year", fair_years))
    )
    return RevenueAccount(source, _of_orders(of_periods), _of_orders(of_years), year_step=1)


def kept_change(rates: pd.DataFrame, *, rate: str, back: int = 1, level: float = 0.95) -> KeptChange | None:
    """Compare a rate of the last period with that of an earlier one.

    Parameters
    ----------
    rates : DataFrame
        From :func:`revenue_rates`.
    rate : {"net", "gross"}
        Which.
    back : int
        Rows between the two.

    Returns
    -------
    KeptChange or None
        None where one of the two is not known. Their errors are taken as independent: who moved in the one
        period says little of who does in the next.
    """
    require(rates, ["period", rate, f"{rate}_low", f"{rate}_high"], name="rates")
    if len(rates) <= back:
        return None
    previous, last = rates.iloc[-1 - back], rates.iloc[-1]
    if any(pd.isna(row[name]) for row in (previous, last) for name in (rate, f"{rate}_low")):
        return None
    spread = np.hypot(*((row[rate] - row[f"{rate}_low"]) for row in (previous, last)))
    difference = last[rate] - previous[rate]
    return KeptChange(
        period=last["period"],
        value=float(last[rate]),
        low=float(last[f"{rate}_low"]),
        high=float(last[f"{rate}_high"]),
        previous_period=previous["period"],
        previous=float(previous[rate]),
        difference=float(difference),
        difference_low=float(difference - spread),
        difference_high=float(difference + spread),
    )


def bridge_check(bridge: pd.DataFrame) -> BridgeCheck:
    """Add the account up again, in cents and in customers."""
    require(bridge, [*MONEY, *PEOPLE], name="bridge")
    reached = bridge[["opening", "new", "reactivation", "expansion"]].sum(axis=1)
    reached = reached - bridge["contraction"] - bridge["churn"]
    people = bridge[list(PEOPLE[:3])].sum(axis=1) - bridge["customers_churn"]
    holds = ((reached - bridge["closing"]).abs() < 0.005) & (people == bridge["customers_closing"])
    return BridgeCheck(periods=len(bridge), hold=int(holds.sum()))


def _of_orders(rates: pd.DataFrame) -> pd.DataFrame:
    """Give the change of revenue the interval that it has as a key figure: one change, one verdict."""
    ends = [_change_ends(row) if pd.notna(row.change_low) else (np.nan, np.nan) for row in rates.itertuples()]
    return rates.assign(change_low=[low for low, _ in ends], change_high=[high for _, high in ends])


def _change_ends(row: Any) -> tuple[float, float]:
    if row.closing <= 0:
        return row.change_low, row.change_high
    totals, squares = (row.closing, row.opening), (row.closing_squares, row.opening_squares)
    low, high = ratio_interval(totals, squares, products=row.kept_products)
    return row.opening * low, row.opening * high


def _spread(rates: pd.DataFrame, opening: pd.Series, name: str, sums: str) -> pd.Series:
    """Return the standard error of a ratio of two sums over the same customers: the linearised bootstrap.

    Blank where every customer moved alike, since the data then show no spread.
    """
    ratio = rates[name]
    squares = rates[f"{sums}_squares"] - 2 * ratio * rates[f"{sums}_products"]
    squares = squares + ratio**2 * rates["opening_squares"]
    is_alike = squares <= 1e-9 * rates["opening_squares"]
    return np.sqrt(squares.where(~is_alike)) / opening
