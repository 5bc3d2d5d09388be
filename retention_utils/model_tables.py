"""What the customer-value models are fitted on and held against, as Ibis expressions.

Customers with the same history are one row with a count: the likelihood is the same, and five million
customers become a few hundred thousand rows. Days are whole; the models count in weeks.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

__all__ = ["cells", "holdout_cells", "spend_cells", "weekly_repeats"]


def cells(customers: ir.Table) -> ir.Table:
    """Count the customers with each purchase history.

    Parameters
    ----------
    customers : ir.Table
        From :func:`retention_utils.tables.customers`.

    Returns
    -------
    ir.Table
        One row per ``frequency``, ``recency_days``, ``age_days``: ``customers`` (count), ``monetary_sum``
        (sum over them of the mean amount of their repeat purchase days, 0 without repeat purchases).
    """
    keys = ["frequency", "recency_days", "age_days"]
    counted = customers.group_by(keys).aggregate(
        customers=customers.count(), repeat_amount=customers["repeat_amount"].sum()
    )
    return counted.select(*keys, "customers", monetary_sum=_per_purchase(counted)).order_by(keys)


def spend_cells(customers: ir.Table) -> ir.Table:
    """Count the repeat customers with each number of purchases and mean amount.

    Returns
    -------
    ir.Table
        One row per ``frequency`` and ``monetary_value`` (mean amount of the repeat purchase days):
        ``customers`` (count).
    """
    repeaters = customers.filter(customers["frequency"] > 0)
    keys = ["frequency", "repeat_amount"]
    counted = repeaters.group_by(keys).aggregate(customers=repeaters.count())
    return counted.order_by(keys).select("frequency", "customers", monetary_value=_per_purchase(counted))


def holdout_cells(purchases: ir.Table, *, calibration_end: date) -> ir.Table:
    """Count customers by their history up to ``calibration_end`` and their purchases after it.

    Parameters
    ----------
    purchases : ir.Table
        From :func:`retention_utils.tables.purchases`.
    calibration_end : date
        Last day of the calibration. Customers whose first purchase is later are left out.

    Returns
    -------
    ir.Table
        One row per ``frequency``, ``recency_days``, ``age_days`` (all within the calibration) and
        ``holdout_purchases`` (purchase days after it): ``customers`` (count).
    """
    split = ibis.date(calibration_end)
    known = purchases.filter(purchases["first_day"] <= split)
    is_early = known["day"] <= split
    histories = known.group_by("customer_id", "first_day").aggregate(
        frequency=known.count(where=is_early) - 1,
        last_day=known["day"].max(where=is_early),
        holdout_purchases=known.count(where=~is_early),
    )
    histories = histories.mutate(
        recency_days=histories["last_day"].delta(histories["first_day"], unit="day"),
        age_days=split.delta(histories["first_day"], unit="day"),
    )
    keys = ["frequency", "recency_days", "age_days", "holdout_purchases"]
    return histories.group_by(keys).aggregate(customers=histories.count()).order_by(keys)


def weekly_repeats(purchases: ir.Table, *, calibration_end: date, as_of: date) -> ir.Table:
    """Count repeat purchases week by week, of the customers acquired within the calibration.

    Returns
    -------
    ir.Table
        One row per whole week with a purchase: ``week`` (1 begins with the very first purchase day),
        ``repeat_purchases``. A whole week that is not here had none.
    """
    known = purchases.filter(purchases["first_day"] <= ibis.date(calibration_end))
    start = known.aggregate(start=known["day"].min())
    placed = known.cross_join(start)
    days = placed["day"].delta(placed["start"], unit="day").cast("float64")
    observed = ibis.date(as_of).delta(placed["start"], unit="day").cast("float64") + 1
    placed = placed.mutate(
        week=(days / 7).floor().cast("int32") + 1, whole_weeks=(observed / 7).floor().cast("int32")
    )
    placed = placed.filter(placed["week"] <= placed["whole_weeks"])
    return (
        placed.group_by("week")
        .aggregate(repeat_purchases=placed.count(where=placed["order_rank"] > 1))
        .order_by("week")
    )


def _per_purchase(table: ir.Table) -> ir.FloatingValue:
    mean = table["repeat_amount"].cast("float64") / table["frequency"].cast("float64")
    return ibis.cases((table["frequency"] > 0, mean), else_=0.0)
