"""Four answers for the same customers: bought on an age, on or after it, in a bracket of ages, up to it."""

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import wilson_interval

__all__ = ["BRACKETS", "answers_at_brackets", "follow_up_periods", "known_last_cells", "return_ways"]

BRACKETS = ((1, 3), (4, 6), (7, 12))  # ages, first and last; those the mart counts
COLUMNS = ["way", "first_age", "age", "cohorts", "customers", "active", "followed_least", "followed_most"]


def return_ways(
    retention: pd.DataFrame,
    last_cells: pd.DataFrame,
    first_repeat_cells: pd.DataFrame,
    bracket_cells: pd.DataFrame,
    *,
    follow_up: int,
    min_customers: int,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count in four ways who came back, always of the same customers.

    These are the comparable cohorts that have lived through the longest possible bracket. ``"on"``: bought in
    that very period. ``"on or after"``: bought then or later, up to the end of the report's period, so not
    known to be lost; it changes whenever somebody returns and is too low where little time has passed since,
    so it is given only where every cohort has been followed long enough. ``"bracket"``: bought at least once
    from one age to another. ``"cumulative"``: bought at least once from age 1 up to that age.

    Parameters
    ----------
    retention : DataFrame
        From :func:`retention_utils.cohorts.retention.cohort_retention`.
    last_cells, first_repeat_cells, bracket_cells : DataFrame
        The mart's tables of these names.
    follow_up : int
        Periods after an age that every cohort must have been followed before "on or after" it is given.
    min_customers : int
        With fewer customers in all there is no answer.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per way and age, sorted: ``way``, ``first_age``, ``age`` (first and last age looked at; the
        same except for brackets; "on or after" has its first age in both), ``cohorts``, ``customers``,
        ``active`` (counts), ``followed_least``, ``followed_most`` (periods the cohorts have been followed
        after ``age``), ``retention``, ``low``, ``high`` (fractions). Empty if no bracket has been lived
        through.
    """
    require(retention, ["cohort", "age", "is_comparable", "customers", "active"], name="retention")
    require(last_cells, ["cohort", "age", "customers"], name="last_cells")
    require(first_repeat_cells, ["cohort", "age", "customers"], name="first_repeat_cells")
    require(bracket_cells, ["cohort", "first_age", "last_age", "active"], name="bracket_cells")
    fair = _same_customers(retention, min_customers)
    if fair.empty:
        return pd.DataFrame(columns=[*COLUMNS, "retention", "low", "high"])
    cohorts = fair.loc[fair["age"] == 0, "cohort"]
    lived = fair.groupby("cohort")["age"].max()
    until = max(last for _, last in BRACKETS if last <= lived.min())
    last, first = (cells[cells["cohort"].isin(cohorts)] for cells in (last_cells, first_repeat_cells))
    rows = []
    for age in range(1, until + 1):
        rows.append(("on", age, age, fair.loc[fair["age"] == age, "active"].sum()))
        rows.append(("cumulative", age, age, first.loc[first["age"] <= age, "customers"].sum()))
        if lived.min() - age >= follow_up:
            rows.append(("on or after", age, age, last.loc[last["age"] >= age, "customers"].sum()))
    brackets = bracket_cells[bracket_cells["cohort"].isin(cohorts)]
    for start, end in (bracket for bracket in BRACKETS if bracket[1] <= until):
        rows.append(("bracket", start, end, brackets.loc[brackets["first_age"] == start, "active"].sum()))
    table = pd.DataFrame(rows, columns=["way", "first_age", "age", "active"])
    customers = int(fair.loc[fair["age"] == 0, "customers"].sum())
    low, high = wilson_interval(table["active"], customers, level=level)
    table = table.assign(
        cohorts=len(cohorts),
        customers=customers,
        followed_least=lived.min() - table["age"],
        followed_most=lived.max() - table["age"],
        retention=table["active"] / customers,
        low=low,
        high=high,
    )
    ordered = table.sort_values(["way", "age"], ignore_index=True)
    return ordered[[*COLUMNS, "retention", "low", "high"]]


def follow_up_periods(calendar: pd.DataFrame, *, gap_days: int) -> int:
    """Turn the churn gap into whole periods: followed for less, nobody silent is known to be lost.

    Parameters
    ----------
    calendar : DataFrame
        The mart's table of this name.
    gap_days : int
        Days of silence after which a customer counts as lapsed.
    """
    require(calendar, ["first_day", "last_day"], name="calendar")
    days = (calendar["last_day"] - calendar["first_day"]).dt.days + 1
    return int(np.ceil(gap_days / days.mean()))


def answers_at_brackets(ways: pd.DataFrame) -> pd.DataFrame:
    """Keep the ages at which a bracket ends: there all four ways can be held against one another.

    Parameters
    ----------
    ways : DataFrame
        From :func:`return_ways`.

    Returns
    -------
    DataFrame
        Rows of ``ways`` by age, the ways in one order; an answer that cannot be given is blank.
    """
    require(ways, COLUMNS, name="ways")
    brackets = ways[ways["way"] == "bracket"]
    order = ["on", "bracket", "cumulative", "on or after"]
    of_all = ["age", "cohorts", "customers", "followed_least", "followed_most"]
    spine = brackets[of_all].merge(pd.DataFrame({"way": order}), how="cross")
    found = spine.merge(ways.drop(columns=of_all[1:]), on=["way", "age"], how="left")
    return found[[*COLUMNS, "retention", "low", "high"]]


def known_last_cells(states: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Count by the age of the last purchase as it was known on an earlier day.

    Parameters
    ----------
    states : DataFrame
        One of the mart's tables of where customers stood on a day.
    calendar : DataFrame
        The mart's table of this name.

    Returns
    -------
    DataFrame
        As the mart's ``last_cells``: one row per ``cohort`` and ``age`` with ``customers``.
    """
    require(states, ["first_day", "last_day"], name="states")
    require(calendar, ["period_number", "first_day"], name="calendar")
    starts = calendar.sort_values("period_number")["first_day"]
    first, last = (
        (starts.searchsorted(states[day], side="right") - 1).clip(0) for day in ("first_day", "last_day")
    )
    placed = pd.DataFrame({"cohort": first, "age": last - first})
    return placed.groupby(["cohort", "age"]).size().reset_index(name="customers")


def _same_customers(retention: pd.DataFrame, min_customers: int) -> pd.DataFrame:
    """Find the comparable cohorts that have lived through the longest bracket that enough customers have."""
    fair = retention[retention["is_comparable"]]
    lived = fair.groupby("cohort")["age"].transform("max")
    for _, last in reversed(BRACKETS):
        followed = fair[lived >= last]
        if followed.loc[followed["age"] == 0, "customers"].sum() >= max(min_customers, 1):
            return followed
    return fair.iloc[:0]
