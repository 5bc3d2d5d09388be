"""Further ways to count who of a cohort came back, one Ibis expression each, run where the data are.

Beside the plain cells ("bought in that very period") of :mod:`retention_utils.period_tables`.
"""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from retention_utils.periods import Period
from retention_utils.placing import period_number

__all__ = [
    "BRACKETS",
    "ROLLING_DAYS",
    "bracket_cells",
    "first_repeat_cells",
    "last_cells",
    "rolling_cells",
    "rolling_observed",
]

BRACKETS = ((1, 3), (4, 6), (7, 12))  # ages, first and last, that are looked at together
ROLLING_DAYS = 30


def last_cells(customer_periods: ir.Table) -> ir.Table:
    """Count the customers of every cohort by the age at which they bought last.

    Parameters
    ----------
    customer_periods : ir.Table
        From :func:`retention_utils.period_tables.customer_periods`.

    Returns
    -------
    ir.Table
        One row per ``cohort`` and ``age`` (periods since the first purchase) at which somebody bought last:
        ``customers`` (count). They sum to the size of the cohort.
    """
    return _by_age(customer_periods.filter(customer_periods["next_period"].isnull()))


def first_repeat_cells(customer_periods: ir.Table) -> ir.Table:
    """Count the customers of every cohort by the age at which they first bought in a later period.

    Returns
    -------
    ir.Table
        One row per ``cohort`` and ``age`` (1 or more) at which somebody came back first: ``customers``.
    """
    is_first = customer_periods["previous_period"] == customer_periods["cohort"]
    return _by_age(customer_periods.filter(is_first.fill_null(False)))


def bracket_cells(customer_periods: ir.Table) -> ir.Table:
    """Count who of every cohort bought at least once within several ages, :data:`BRACKETS`.

    Returns
    -------
    ir.Table
        One row per ``cohort`` and bracket with a purchase: ``first_age``, ``last_age``, ``active`` (count).
    """
    age = customer_periods["period_number"] - customer_periods["cohort"]
    within = [((age >= first) & (age <= last), first) for first, last in BRACKETS]
    placed = customer_periods.mutate(first_age=ibis.cases(*within, else_=None).cast("int32"))
    found = (
        placed.filter(placed["first_age"].notnull()).select("customer_id", "cohort", "first_age").distinct()
    )
    counted = found.group_by("cohort", "first_age").aggregate(active=found.count())
    last_ages = [(counted["first_age"] == first, last) for first, last in BRACKETS]
    return counted.select(
        "cohort", "first_age", last_age=ibis.cases(*last_ages, else_=None).cast("int32"), active="active"
    ).order_by("cohort", "first_age")


def rolling_cells(purchases: ir.Table, *, as_of: date, calendar: Sequence[Period]) -> ir.Table:
    """Count who of every cohort bought in every stretch of 30 days since the own first purchase.

    Parameters
    ----------
    purchases : ir.Table
        From :func:`retention_utils.tables.purchases`.

    Returns
    -------
    ir.Table
        One row per ``cohort`` (number of the period of the first purchase) and ``age`` (stretches of
        :data:`ROLLING_DAYS` days, 0 begins with the first purchase) with a purchase: ``active`` (customers).
        Stretches that a customer has not lived through to the end are left out.
    """
    placed = purchases.mutate(
        cohort=period_number(purchases["first_day"], calendar),
        age=_stretches(purchases["day"].delta(purchases["first_day"], unit="day")),
        observed=_stretches(ibis.date(as_of).delta(purchases["first_day"], unit="day") + 1),
    )
    whole = placed.filter(placed["age"] < placed["observed"])
    found = whole.select("customer_id", "cohort", "age").distinct()
    return found.group_by("cohort", "age").aggregate(active=found.count()).order_by("cohort", "age")


def rolling_observed(customers: ir.Table) -> ir.Table:
    """Count the customers of every cohort by how many whole stretches of 30 days they have been seen.

    Parameters
    ----------
    customers : ir.Table
        From :func:`retention_utils.tables.customers`.

    Returns
    -------
    ir.Table
        One row per ``cohort`` and ``observed`` (whole stretches since the own first purchase):
        ``customers`` (count).
    """
    seen = customers.mutate(observed=_stretches(customers["age_days"] + 1))
    keys = ["cohort", "observed"]
    return seen.group_by(keys).aggregate(customers=seen.count()).order_by(keys)


def _by_age(rows: ir.Table) -> ir.Table:
    placed = rows.mutate(age=rows["period_number"] - rows["cohort"])
    keys = ["cohort", "age"]
    return placed.group_by(keys).aggregate(customers=placed.count()).order_by(keys)


def _stretches(days: ir.IntegerColumn) -> ir.IntegerColumn:
    return (days.cast("float64") / ROLLING_DAYS).floor().cast("int32")
