"""Where the money for customers goes, and when winning one pays, with and without selling more."""

from dataclasses import dataclass

import pandas as pd

from retention_utils.schema import require

__all__ = ["BreakEven", "BudgetSplit", "break_even", "break_even_curve", "budget_split", "of_many_cohorts"]

FEW = 0.2  # of the cohorts: what these have brought depends on which ones they are


@dataclass(frozen=True)
class BudgetSplit:
    """What was spent on winning and on keeping customers lately, and where revenue came from."""

    periods: int
    first_period: str
    last_period: str
    acquisition: float  # money
    retention: float  # money
    returning_revenue_share: float  # of the revenue of these periods, from customers of earlier periods

    @property
    def retention_share(self) -> float:
        """Share of both budgets that went to keeping customers."""
        return self.retention / (self.acquisition + self.retention)


@dataclass(frozen=True)
class BreakEven:
    """The age at which customers have earned back what winning them cost; None: not yet."""

    plain_age: int | None
    upsell_age: int | None
    seen_age: int


def budget_split(
    costs: pd.DataFrame, calendar: pd.DataFrame, tenure_periods: pd.DataFrame, *, most_periods: int
) -> BudgetSplit | None:
    """Sum up both budgets over the last periods whose costs are known.

    Parameters
    ----------
    costs : DataFrame
        The client's table: ``period`` (key), ``acquisition``, ``retention`` (money).
    calendar, tenure_periods : DataFrame
        The mart's tables of these names.
    most_periods : int
        How many of the last periods of the calendar count: a year of them.

    Returns
    -------
    BudgetSplit or None
        None when no such period has both costs, or nothing was spent. Costs of another kind of period, such
        as a quarter's among months, are left out: they are not split.
    """
    require(calendar, ["period_number", "period"], name="calendar")
    require(tenure_periods, ["period_number", "tenure", "amount"], name="tenure_periods")
    if "retention" not in costs.columns:
        return None
    year = calendar.sort_values("period_number").tail(most_periods)[["period_number", "period"]]
    known = year.merge(costs[["period", "acquisition", "retention"]].dropna(), on="period")
    spent = known[["acquisition", "retention"]].astype(float).sum()
    if spent.sum() <= 0:
        return None
    bought = tenure_periods[tenure_periods["period_number"].isin(known["period_number"])]
    amounts = bought["amount"].astype(float)
    revenue = float(amounts.sum())
    returning = float(amounts[bought["tenure"] > 0].sum())
    return BudgetSplit(
        periods=len(known),
        first_period=str(known["period"].iloc[0]),
        last_period=str(known["period"].iloc[-1]),
        acquisition=float(spent["acquisition"]),
        retention=float(spent["retention"]),
        returning_revenue_share=returning / revenue if revenue > 0 else float("nan"),
    )


def break_even_curve(values: pd.DataFrame, costs: pd.DataFrame, *, upsell_share: float) -> pd.DataFrame:
    """Follow what a won customer has brought less what winning cost, with and without selling more.

    Parameters
    ----------
    values : DataFrame
        From :func:`retention_utils.unit_economics.cohort_value.cohort_value`, in margin.
    costs : DataFrame
        From :func:`retention_utils.unit_economics.acquisition.acquisition_costs`.
    upsell_share : float
        How much more customers would spend in every period after their first: a fraction, an assumption.

    Returns
    -------
    DataFrame
        One row per age: ``age``, ``cohorts``, ``customers`` (with known costs, that have reached it),
        ``plain``, ``upsell`` (money per customer: margin so far less the cost of winning).
    """
    require(values, ["cohort", "age", "customers", "brought"], name="values")
    require(costs, ["cohort", "acquisition", "is_used"], name="costs")
    used = costs[costs["is_used"]].astype({"cohort": "int64"})
    table = values.merge(used[["cohort", "acquisition"]], on="cohort")
    first = table.loc[table["age"] == 0].set_index("cohort")["brought"]
    table["later"] = table["brought"] - table["cohort"].map(first)
    sums = table.groupby("age", as_index=False).agg(
        cohorts=("cohort", "size"),
        customers=("customers", "sum"),
        brought=("brought", "sum"),
        later=("later", "sum"),
        acquisition=("acquisition", "sum"),
    )
    plain = (sums["brought"] - sums["acquisition"]) / sums["customers"]
    more = upsell_share * sums["later"] / sums["customers"]
    return sums[["age", "cohorts", "customers"]].assign(plain=plain, upsell=plain + more)


def of_many_cohorts(curve: pd.DataFrame) -> pd.DataFrame:
    """Return the ages of a curve that at least a fifth of its cohorts have reached.

    Parameters
    ----------
    curve : DataFrame
        From :func:`break_even_curve`.

    Returns
    -------
    DataFrame
        Its first rows.
    """
    return curve[curve["cohorts"] >= FEW * curve["cohorts"].max()]


def break_even(curve: pd.DataFrame) -> BreakEven | None:
    """Read off the first ages at which customers have earned back what winning them cost.

    Parameters
    ----------
    curve : DataFrame
        From :func:`break_even_curve`.

    Returns
    -------
    BreakEven or None
        None when no cohort has known costs.
    """
    require(curve, ["age", "plain", "upsell"], name="curve")
    if curve.empty:
        return None
    plain, upsell = (_first_age(curve, column) for column in ("plain", "upsell"))
    return BreakEven(plain, upsell, int(curve["age"].max()))


def _first_age(curve: pd.DataFrame, column: str) -> int | None:
    paid = curve.loc[curve[column] >= 0, "age"]
    return None if paid.empty else int(paid.min())
