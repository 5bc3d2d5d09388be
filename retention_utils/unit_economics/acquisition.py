"""What it costs to win a customer, and when a customer has earned it back.

The cost is blended: all that was spent on winning customers in a period, divided by all customers who were
new in it, whatever brought them. Spending on one period works in the next as well, so a single period's cost
says little; the totals say more.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.unit_economics.cohort_value import cohort_ratio, first_year

__all__ = [
    "CostAccount",
    "UnitEconomics",
    "acquisition_costs",
    "cohort_payback",
    "cost_account",
    "recovery",
    "unit_economics",
]

NO_PERIOD = "not a whole period of the report"
MIXED = "its first purchases may be old customers'"


@dataclass(frozen=True)
class UnitEconomics:
    """What winning a customer cost and what came back, over all periods with known costs."""

    first_period: str
    last_period: str
    periods: int
    left_out: int  # periods with costs that match no period of truly new customers
    spend: float
    customers: int  # new in these periods
    cost: float  # per new customer
    recent_cost: float  # per new customer of the last periods of a year; NaN if nobody was new then
    age: int  # periods of a year, in which value is held against cost
    value: float  # margin per customer in it; NaN if no cohort has been followed for so long
    ratio: float  # value ÷ cost of the same cohorts
    low: float
    high: float
    cost_of_these: float  # per customer behind the ratio
    cohorts: int  # behind the ratio
    payback_age: int | None  # None: not yet
    seen_age: int  # greatest age observed
    recovered: float  # share of the cost earned back at that age; NaN if nothing was spent


@dataclass(frozen=True, eq=False)
class CostAccount:
    """What the client's costs give; nothing if there are none."""

    economics: UnitEconomics | None = None
    by_cohort: pd.DataFrame = field(default_factory=pd.DataFrame)  # see cohort_payback

    def line(self, margin: float) -> float | None:
        """Return the cost of winning a customer, where margin can be held against it."""
        return self.economics.cost if self.economics and margin < 1 else None


def cost_account(
    costs: pd.DataFrame | None,
    movements: pd.DataFrame,
    calendar: pd.DataFrame,
    values: pd.DataFrame,
    *,
    age: int,
    year: pd.DataFrame | None = None,
) -> CostAccount:
    """Match, sum up and follow the client's costs; nothing if there are none.

    Parameters
    ----------
    costs, movements, calendar
        As for :func:`acquisition_costs`.
    values : DataFrame
        From :func:`retention_utils.unit_economics.cohort_value.cohort_value`, times the margin share.
    age : int
        Periods of a year, in which value is held against cost.
    year : DataFrame or None
        As for :func:`unit_economics`.
    """
    if costs is None:
        return CostAccount()
    matched = acquisition_costs(costs, movements, calendar)
    economics = unit_economics(matched, values, age=age, year=year)
    return CostAccount(economics, cohort_payback(values, matched))


def acquisition_costs(costs: pd.DataFrame, movements: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Match costs with the customers who were new in the same periods.

    Parameters
    ----------
    costs : DataFrame
        The client's table: ``period`` (key), ``acquisition`` (money).
    movements, calendar : DataFrame
        The mart's tables of these names.

    Returns
    -------
    DataFrame
        One row per row of ``costs``, in time order: ``period``, ``cohort`` (number; missing if unmatched),
        ``acquisition`` (money), ``joined`` (new customers), ``cost`` (money per new customer; NaN without
        any), ``is_used``, ``why_not`` (empty if used). A quarter's cost is not split over its months.
    """
    require(costs, ["period", "acquisition"], name="costs")
    require(movements, ["period_number", "joined"], name="movements")
    require(calendar, ["period_number", "period", "is_whole", "is_mixed"], name="calendar")
    periods = calendar[["period_number", "period", "is_whole", "is_mixed"]].merge(
        movements[["period_number", "joined"]], on="period_number"
    )
    table = costs[["period", "acquisition"]].merge(periods, on="period", how="left").sort_values("period")
    is_whole = table["is_whole"].eq(True)
    is_mixed = table["is_mixed"].eq(True)
    table["acquisition"] = table["acquisition"].astype(float)
    table["is_used"] = is_whole & ~is_mixed & table["acquisition"].notna()
    table["why_not"] = np.select([~is_whole, is_mixed], [NO_PERIOD, MIXED], default="")
    table["joined"] = table["joined"].astype(float).where(table["is_used"])
    table["cost"] = table["acquisition"] / table["joined"].where(table["joined"] > 0)
    table = table.rename(columns={"period_number": "cohort"})
    columns = ["period", "cohort", "acquisition", "joined", "cost", "is_used", "why_not"]
    return table[columns].reset_index(drop=True)


def recovery(values: pd.DataFrame, costs: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Follow how much of their cost the cohorts have earned back by each age.

    Parameters
    ----------
    values : DataFrame
        From :func:`retention_utils.unit_economics.cohort_value.cohort_value`, times the margin share.
    costs : DataFrame
        From :func:`acquisition_costs`.

    Returns
    -------
    DataFrame
        One row per age: ``age``, ``cohorts``, ``customers`` (of the cohorts with known costs that have
        reached it), ``spend`` (on them), ``value`` (margin per customer), ``cost`` (per customer),
        ``recovered`` (value ÷ cost), ``low``, ``high``.
    """
    require(values, ["cohort", "age", "customers", "brought"], name="values")
    require(costs, ["cohort", "acquisition", "is_used"], name="costs")
    used = costs[costs["is_used"]].astype({"cohort": "int64"})
    table = values.merge(used[["cohort", "acquisition"]], on="cohort")
    rows = []
    for age, group in table.groupby("age"):
        spend, customers = float(group["acquisition"].sum()), int(group["customers"].sum())
        ratio = cohort_ratio(group["brought"].to_numpy(), group["acquisition"].to_numpy(), level=level)
        value = float(group["brought"].sum()) / customers
        rows.append((int(age), len(group), customers, spend, value, spend / customers, *ratio))
    columns = [
        "age", "cohorts", "customers", "spend", "value", "cost", "recovered", "low", "high",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def cohort_payback(values: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Say for every cohort with known costs what a customer cost, has brought, and when it paid.

    Returns
    -------
    DataFrame
        One row per cohort, in time order: ``period``, ``customers``, ``cost`` (per customer), ``age``
        (reached), ``value`` (margin per customer so far), ``recovered`` (value ÷ cost), ``payback_age``
        (NaN: not yet).
    """
    require(values, ["cohort", "period", "age", "customers", "brought", "value"], name="values")
    require(costs, ["cohort", "acquisition", "is_used"], name="costs")
    used = costs[costs["is_used"]].astype({"cohort": "int64"})
    table = values.merge(used[["cohort", "acquisition"]], on="cohort").sort_values(["cohort", "age"])
    table["is_paid"] = table["brought"] >= table["acquisition"]
    last = table.groupby("cohort").tail(1).set_index("cohort")
    paid = table[table["is_paid"]].groupby("cohort")["age"].min()
    cost = last["acquisition"] / last["customers"]
    found = last.assign(
        cost=cost, recovered=last["value"] / cost.replace(0, np.nan), payback_age=paid.astype(float)
    )
    columns = ["period", "customers", "cost", "age", "value", "recovered", "payback_age"]
    return found[columns].reset_index(drop=True)


def unit_economics(
    costs: pd.DataFrame, values: pd.DataFrame, *, age: int, year: pd.DataFrame | None = None
) -> UnitEconomics | None:
    """Sum up cost, return and payback over all cohorts with known costs.

    Parameters
    ----------
    costs : DataFrame
        From :func:`acquisition_costs`.
    values : DataFrame
        From :func:`retention_utils.unit_economics.cohort_value.cohort_value`, times the margin share.
    age : int
        Periods of a year, in which value is held against cost.
    year : DataFrame or None
        What each cohort had brought a year after joining; reckoned by
        :func:`retention_utils.unit_economics.cohort_value.first_year` if it is not known any better.

    Returns
    -------
    UnitEconomics or None
        None when no costs match a period with new customers.

    Notes
    -----
    Payback is the first age by which the cohorts that have reached it have brought at least what was spent on
    them. The value is undiscounted and counts margin only; money spent on keeping customers is not in it.
    """
    curve = recovery(values, costs)
    used = costs[costs["is_used"]]
    customers = int(used["joined"].sum())
    if customers == 0 or curve.empty:
        return None
    spend = float(used["acquisition"].sum())
    paid = curve.loc[curve["recovered"] >= 1, "age"] if spend else curve["age"]
    reached = recovery(first_year(values, age=age) if year is None else year, costs)
    at = reached.iloc[0] if len(reached) else pd.Series(np.nan, index=curve.columns)
    return UnitEconomics(
        first_period=str(used["period"].iloc[0]),
        last_period=str(used["period"].iloc[-1]),
        periods=len(used),
        left_out=int((~costs["is_used"]).sum()),
        spend=spend,
        customers=customers,
        cost=spend / customers,
        recent_cost=_cost(used.iloc[-age:]),
        age=age,
        value=float(at["value"]),
        ratio=float(at["recovered"]),
        low=float(at["low"]),
        high=float(at["high"]),
        cost_of_these=float(at["cost"]),
        cohorts=0 if len(reached) == 0 else int(at["cohorts"]),
        payback_age=None if paid.empty else int(paid.iloc[0]),
        seen_age=int(curve["age"].iloc[-1]),
        recovered=float(curve["recovered"].iloc[-1]),
    )


def _cost(costs: pd.DataFrame) -> float:
    customers = float(costs["joined"].sum())
    return float(costs["acquisition"].sum()) / customers if customers else float("nan")
