"""A refund belongs to the day and the customer of the order that is paid back."""

import ibis
import ibis.expr.types as ir

__all__ = ["matched_refunds", "orphan_refunds"]

LISTED = 50


def matched_refunds(rows: ir.Table) -> ir.Table:
    """Find the order that every refund belongs to.

    A refund that names an order (``refund_of``, else its own ``order_id``) belongs to that order. One that
    names none belongs to the latest order of the same customer, up to its own time, that is large enough.

    Parameters
    ----------
    rows : ir.Table
        Rows that count so far: ``file``, ``row``, ``customer_id``, ``ordered_at``, ``day``, ``amount``,
        ``order_amount`` (of the order the row is part of), and ``order_id`` and ``refund_of`` where mapped.

    Returns
    -------
    ir.Table
        One row per refund that has its order: ``refund_file``, ``refund_row``, ``order_customer``,
        ``order_day``, and ``order_key`` (the order's id; NULL without ids).
    """
    orders = rows.filter(rows["order_amount"] > 0)
    refunds = rows.filter(rows["order_amount"] < 0)
    named = [refunds[name] for name in ("refund_of", "order_id") if name in rows.columns]
    refunds = refunds.mutate(named=ibis.coalesce(*named) if named else ibis.null("string"))
    by_customer = _by_customer(refunds.filter(refunds["named"].isnull()), orders)
    if "order_id" not in rows.columns:
        return by_customer
    return _by_name(refunds, orders).union(by_customer)


def orphan_refunds(rows: ir.Table) -> ir.Table:
    """List the largest refunds without an order.

    Parameters
    ----------
    rows : ir.Table
        Classified rows.

    Returns
    -------
    ir.Table
        At most fifty rows, the largest refund first: ``file``, ``row``, ``customer_id``, ``day``, ``amount``.
    """
    orphans = rows.filter(rows["use"] == "orphan_refund")
    listed = orphans.order_by("amount", "day", "file", "row").limit(LISTED)
    return listed.select("file", "row", "customer_id", "day", "amount")


def _by_name(refunds: ir.Table, orders: ir.Table) -> ir.Table:
    """Match by the order's id; should several customers share one, the first by name is taken."""
    heads = orders.group_by(order_key=orders["order_id"]).aggregate(
        order_customer=orders["customer_id"].min(), order_day=orders["day"].min()
    )
    joined = refunds.inner_join(heads, refunds["named"] == heads["order_key"])
    return joined.select(
        "order_customer", "order_day", "order_key", refund_file=joined["file"], refund_row=joined["row"]
    )


def _by_customer(refunds: ir.Table, orders: ir.Table) -> ir.Table:
    candidates = orders.select(
        order_customer="customer_id", order_time="ordered_at", order_day="day", order_worth="amount",
        order_row="row",
    )  # fmt: skip
    fits = [
        refunds["customer_id"] == candidates["order_customer"],
        candidates["order_time"] <= refunds["ordered_at"],
        candidates["order_worth"] >= -refunds["amount"],
    ]
    joined = refunds.inner_join(candidates, fits)
    latest = ibis.window(
        group_by=["file", "row"], order_by=[joined["order_time"].desc(), joined["order_row"].desc()]
    )
    ranked = joined.mutate(rank=ibis.row_number().over(latest))
    first = ranked.filter(ranked["rank"] == 0)
    return first.select(
        "order_customer", "order_day", order_key=ibis.null("string"),
        refund_file=first["file"], refund_row=first["row"],
    )  # fmt: skip
