"""Who bought, and who did not, at each of a row of occasions, as Ibis expressions.

An occasion is a period of the report: somebody buys in it or does not, however often.
"""

import ibis
import ibis.expr.types as ir

from retention_utils.periods import held_out

__all__ = ["occasion_cells", "occasion_holdout", "tables_of_occasions"]


def tables_of_occasions(customer_periods: ir.Table, *, periods: int, kind: str) -> dict[str, ir.Table]:
    """Count who bought at which occasions, where that is the ``kind`` of the business; else nothing."""
    if kind != "occasions":
        return {}
    return {
        "occasion_cells": occasion_cells(customer_periods, periods=periods),
        "occasion_holdout": occasion_holdout(customer_periods, known=periods - held_out(periods)),
    }


def occasion_cells(customer_periods: ir.Table, *, periods: int) -> ir.Table:
    """Count the customers with each history.

    Parameters
    ----------
    customer_periods : ir.Table
        From :func:`retention_utils.period_tables.customer_periods`.
    periods : int
        How many there are.

    Returns
    -------
    ir.Table
        One row per ``frequency`` (occasions bought at after the first), ``recency`` (which of them was the
        last, counted from the first; 0 without any), ``occasions`` (since the first) and
        ``monetary_value`` (mean amount of an occasion after the first; 0 without any): ``customers``,
        ``first_amount`` (sum of what they spent at the first).
    """
    rows = customer_periods
    is_first = rows["period_number"] == rows["cohort"]
    amount = rows["amount"].cast("float64")
    each = rows.group_by("customer_id").aggregate(
        cohort=rows["cohort"].min(),
        frequency=rows.count() - 1,
        last=rows["period_number"].max(),
        first_amount=ibis.ifelse(is_first, amount, 0.0).sum(),
        repeat_amount=ibis.ifelse(is_first, 0.0, amount).sum(),
    )
    mean = each["repeat_amount"] / each["frequency"].cast("float64")
    histories = each.mutate(
        recency=each["last"] - each["cohort"],
        occasions=periods - 1 - each["cohort"],
        monetary_value=ibis.cases((each["frequency"] > 0, mean), else_=0.0),
    )
    keys = ["frequency", "recency", "occasions", "monetary_value"]
    counted = histories.group_by(keys).aggregate(
        customers=histories.count(), first_amount=histories["first_amount"].sum()
    )
    return counted.order_by(keys)


def occasion_holdout(customer_periods: ir.Table, *, known: int) -> ir.Table:
    """Count customers by their history over the first occasions, and by what they did at the others.

    Parameters
    ----------
    known : int
        How many occasions are known; whoever came later is left out.

    Returns
    -------
    ir.Table
        One row per ``frequency``, ``recency``, ``occasions`` (as they were then) and
        ``holdout_purchases`` (occasions bought at since): ``customers``.
    """
    rows = customer_periods.filter(customer_periods["cohort"] < known)
    is_known = rows["period_number"] < known
    each = rows.group_by("customer_id").aggregate(
        cohort=rows["cohort"].min(),
        frequency=rows.count(where=is_known) - 1,
        last=rows["period_number"].max(where=is_known),
        holdout_purchases=rows.count(where=~is_known),
    )
    histories = each.mutate(recency=each["last"] - each["cohort"], occasions=known - 1 - each["cohort"])
    keys = ["frequency", "recency", "occasions", "holdout_purchases"]
    return histories.group_by(keys).aggregate(customers=histories.count()).order_by(keys)
