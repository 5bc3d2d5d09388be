"""Revenue of one stretch of time against the stretch before, customer by customer, where the data are.

Made of :func:`retention_utils.period_tables.customer_periods`, of periods or of years.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from retention_utils.periods import Period, years_to

__all__ = ["SPANS", "order_bridge", "year_stretches"]

SPANS = ("period", "year")  # what is held against the same before it
MONEY = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing")
SQUARES = (
    "opening_squares",
    "closing_squares",
    "kept_squares",
    "kept_products",
    "capped_squares",
    "capped_products",
)


def year_stretches(as_of: date, history_start: date) -> list[Period]:
    """Return the whole years that end with a day, in front of them all that lies before.

    Returns
    -------
    list of Period
        The first may be of any length, even empty; every other is a year.
    """
    years = years_to(as_of, history_start)
    first = years[0].start if years else min(history_start, as_of)
    return [Period(min(history_start, first), first, "days"), *years]


def order_bridge(customer_periods: ir.Table, *, periods: int, span: str) -> ir.Table:
    """Account for what customers spent in a stretch by what they had spent in the one before.

    Parameters
    ----------
    customer_periods : ir.Table
        From :func:`retention_utils.period_tables.customer_periods`.
    periods : int
        Stretches in the calendar.
    span : str
        What they are, one of :data:`SPANS`.

    Returns
    -------
    ir.Table
        One row per stretch: ``span``, ``period_number``; ``opening`` (spent in the stretch before), ``new``
        (by customers whose first purchase it was), ``reactivation`` (by customers of old who had bought
        nothing in the stretch before), ``expansion`` and ``contraction`` (how much more and less those of
        both stretches spent), ``churn`` (spent in the stretch before by those who bought nothing in this),
        ``closing`` (spent in this one): decimals; ``customers_opening``, ``customers_new``,
        ``customers_reactivation``, ``customers_churn``, ``customers_closing`` (counts); sums of squares and
        products as in :func:`retention_utils.subscriptions.movements.revenue_bridge`.
    """
    table = ibis.range(periods).unnest().name("period_number").as_table()
    for part in (_spent(customer_periods), _carried(customer_periods)):
        table = table.left_join(part, "period_number").drop("period_number_right")
    names = [name for name in table.columns if name != "period_number"]
    filled = table.mutate(**{name: table[name].fill_null(0) for name in names})
    people = [f"customers_{name}" for name in ("opening", "new", "reactivation", "churn", "closing")]
    return filled.select("period_number", *MONEY, *people, *SQUARES, span=ibis.literal(span)).order_by(
        "period_number"
    )


def _spent(rows: ir.Table) -> ir.Table:
    """Per stretch: what its buyers spent, by what they had done before."""
    before, amount = rows["previous_amount"], rows["amount"]
    is_new = rows["previous_period"].isnull()
    is_kept = (rows["previous_period"] == rows["period_number"] - 1).fill_null(False)
    less = ibis.least(amount, before)
    return rows.group_by("period_number").aggregate(
        new=amount.sum(where=is_new),
        reactivation=amount.sum(where=~is_new & ~is_kept),
        expansion=(amount - less).sum(where=is_kept),
        contraction=(before - less).sum(where=is_kept),
        closing=amount.sum(),
        customers_new=rows.count(where=is_new),
        customers_reactivation=rows.count(where=~is_new & ~is_kept),
        customers_closing=rows.count(),
        closing_squares=_product(amount, amount).sum(),
        kept_squares=_product(amount, amount).sum(where=is_kept),
        kept_products=_product(amount, before).sum(where=is_kept),
        capped_squares=_product(less, less).sum(where=is_kept),
        capped_products=_product(less, before).sum(where=is_kept),
    )


def _carried(rows: ir.Table) -> ir.Table:
    """Per stretch: what had been spent in the one before, and by whom who then bought nothing."""
    amount, following = rows["amount"], rows["period_number"] + 1
    is_lost = (rows["next_period"] != following).fill_null(True)
    return rows.group_by(period_number=following).aggregate(
        opening=amount.sum(),
        churn=amount.sum(where=is_lost),
        customers_opening=rows.count(),
        customers_churn=rows.count(where=is_lost),
        opening_squares=_product(amount, amount).sum(),
    )


def _product(first: ir.DecimalValue, second: ir.DecimalValue) -> ir.DecimalValue:
    # As in period_tables: with a factor of nineteen digits DuckDB makes room for the product.
    return (first.cast("decimal(19, 2)") * second.cast("decimal(18, 2)")).cast("decimal(38, 4)")
