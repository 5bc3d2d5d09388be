"""Purchases, customers, days and waits: one Ibis expression each, run by the engine that holds the data.

All tables see purchases up to the as-of day only. The calendar is a list of like periods, numbered from 0,
that ends with the as-of day; boundary ``k`` is the start of period ``k``, and boundary ``len(calendar)`` is
the end of the last one. Only constructs that DuckDB, PostgreSQL and Spark agree on are used.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import ibis
import ibis.expr.types as ir

from retention_utils.periods import Period
from retention_utils.placing import period_number
from retention_utils.quality.uses import PURCHASE_USES
from retention_utils.source_config import ATTRIBUTES

__all__ = [
    "base_events",
    "customers",
    "daily",
    "purchases",
    "repeat_by_cohort",
    "silences",
    "waits",
]


def purchases(rows: ir.Table, *, grain: Literal["orders", "lines"] = "orders") -> ir.Table:
    """Add up all orders of one customer on one day, less their refunds: the purchase of every analysis.

    Parameters
    ----------
    rows : ir.Table
        From :func:`retention_utils.quality.classify.classify_rows`.
    grain : str
        Whether a row is an order or a line of one.

    Returns
    -------
    ir.Table
        One row per customer and day: ``customer_id``, ``day`` (date), ``orders`` (count), ``amount``
        (decimal), ``order_rank`` (1 for the first day, 2 for the second …), ``first_day`` and ``next_day``
        (date; NULL while there is none); where the rows have them ``channel`` and ``category`` (text: of
        several on one day the first by the alphabet of the engine, of refunds none; NULL if none is stated).
    """
    counted = rows.filter(rows["use"].isin(PURCHASE_USES))
    is_order = counted["use"] != "refund"
    orders = (
        counted["order_id"].nunique(where=is_order) if grain == "lines" else counted.count(where=is_order)
    )
    paid = ibis.cases((counted["use"] == "refunded", 0), else_=counted["amount"]).cast("decimal(18, 4)")
    attributes = {name: counted[name].min(where=is_order) for name in ATTRIBUTES if name in counted.columns}
    events = counted.group_by("customer_id", "day").aggregate(
        orders=orders, amount=paid.sum().cast("decimal(18, 2)"), **attributes
    )
    # The first day is that of all days so far too, which spares a sort of its own.
    in_time = ibis.window(group_by="customer_id", order_by="day")
    so_far = ibis.cumulative_window(group_by="customer_id", order_by="day")
    return events.mutate(
        order_rank=(ibis.row_number().over(in_time) + 1).cast("int32"),
        first_day=events["day"].min().over(so_far),
        next_day=events["day"].lead().over(in_time),
    )


def customers(
    purchases: ir.Table, *, as_of: date, calendar: Sequence[Period], warmup_until: date
) -> ir.Table:
    """Sum up every customer as of the last day.

    Returns
    -------
    ir.Table
        One row per customer: ``customer_id``, ``first_day``, ``last_day`` (dates), ``cohort`` (number of the
        period of the first purchase), ``is_mixed`` (first seen before ``warmup_until``, so perhaps no new
        customer), ``orders``, ``frequency`` (repeat purchase days), ``recency_days`` (last minus first
        day), ``age_days`` (as-of day minus first day), ``amount`` (decimal, all orders),
        ``repeat_amount`` (decimal, orders after the first purchase day).
    """
    repeat = purchases["order_rank"] > 1
    summed = purchases.group_by("customer_id", "first_day").aggregate(
        last_day=purchases["day"].max(),
        orders=purchases["orders"].sum(),
        frequency=purchases.count() - 1,
        amount=purchases["amount"].sum(),
        repeat_amount=purchases["amount"].sum(where=repeat),
    )
    return summed.select(
        "customer_id",
        "first_day",
        "last_day",
        "orders",
        "frequency",
        "amount",
        repeat_amount=summed["repeat_amount"].fill_null(0),
        cohort=period_number(summed["first_day"], calendar),
        is_mixed=summed["first_day"] < ibis.date(warmup_until),
        recency_days=summed["last_day"].delta(summed["first_day"], unit="day"),
        age_days=ibis.date(as_of).delta(summed["first_day"], unit="day"),
    )


def daily(purchases: ir.Table) -> ir.Table:
    """Count what happened on every day with a purchase.

    Returns
    -------
    ir.Table
        One row per day that has purchases: ``day``, ``orders``, ``buyers``, ``first_purchases`` (counts),
        ``amount`` (decimal); sorted by day. Days without a row had none.
    """
    return (
        purchases.group_by("day")
        .aggregate(
            orders=purchases["orders"].sum(),
            buyers=purchases.count(),
            first_purchases=purchases.count(where=purchases["order_rank"] == 1),
            amount=purchases["amount"].sum(),
        )
        .order_by("day")
    )


def waits(purchases: ir.Table, *, as_of: date, warmup_until: date, most_ranks: int = 4) -> ir.Table:
    """Count how long customers waited, or are still waiting, for their next purchase.

    Customers first seen before ``warmup_until`` may be old ones, so that their first purchase here is not
    their first: they are left out.

    Returns
    -------
    ir.Table
        One row per ``order_rank`` (the purchase waited from, up to ``most_ranks``), ``days`` (waited) and
        ``is_observed`` (the next purchase came; otherwise still waiting on the as-of day): ``customers``.
    """
    is_new = purchases["first_day"] >= ibis.date(warmup_until)
    early = purchases.filter(is_new & (purchases["order_rank"] <= most_ranks))
    until = ibis.coalesce(early["next_day"], ibis.date(as_of))
    waited = early.mutate(days=until.delta(early["day"], unit="day"), is_observed=early["next_day"].notnull())
    keys = ["order_rank", "days", "is_observed"]
    return waited.group_by(keys).aggregate(customers=waited.count()).order_by(keys)


def repeat_by_cohort(
    purchases: ir.Table, *, as_of: date, calendar: Sequence[Period], window_days: int
) -> ir.Table:
    """Count who of every cohort purchased again within ``window_days`` of the first purchase.

    Returns
    -------
    ir.Table
        One row per cohort with anyone observed that long: ``cohort`` (number), ``customers`` (whose first
        purchase is at least ``window_days`` before the as-of day), ``repeated`` (of them).
    """
    first = purchases.filter(purchases["order_rank"] == 1)
    first = first.filter(first["day"] <= ibis.date(as_of - timedelta(days=window_days)))
    soon = (first["next_day"].delta(first["day"], unit="day") <= window_days).fill_null(False)
    placed = first.mutate(cohort=period_number(first["day"], calendar), is_soon=soon)
    return (
        placed.group_by("cohort")
        .aggregate(customers=placed.count(), repeated=placed.count(where=placed["is_soon"]))
        .order_by("cohort")
    )


def silences(purchases: ir.Table, *, as_of: date) -> ir.Table:
    """Count how long every purchase stayed the last one, whichever it was.

    Returns
    -------
    ir.Table
        One row per ``days`` of silence and ``has_ended`` (the next purchase came; otherwise the silence goes
        on on the as-of day): ``purchases`` (count).
    """
    until = ibis.coalesce(purchases["next_day"], ibis.date(as_of))
    silent = purchases.mutate(
        days=until.delta(purchases["day"], unit="day"), has_ended=purchases["next_day"].notnull()
    )
    keys = ["days", "has_ended"]
    return silent.group_by(keys).aggregate(purchases=silent.count()).order_by(keys)


def base_events(purchases: ir.Table, *, as_of: date, gap_days: int) -> ir.Table:
    """Count who came into and who dropped out of the active base day by day.

    A customer is active at the start of a day when the last purchase is at most ``gap_days`` before it, so
    one who buys no more drops out in the course of the day that is ``gap_days`` after it. Other than in
    :func:`retention_utils.period_tables.movements`, who drops out and comes back within a period is counted
    in both: the events of a period add up to the same change of the base.

    Returns
    -------
    ir.Table
        One row per day with an event: ``day``, ``joined`` (first purchases), ``reactivated`` (purchases of
        those who bought before and were not active), ``lapsed``; counts.
    """
    gap = ibis.interval(days=gap_days)
    runs_out = (purchases["day"] + gap).cast("date")
    stays = (purchases["next_day"] <= runs_out).fill_null(False)
    ends = purchases.filter(~stays & (runs_out <= ibis.date(as_of)))
    returns = purchases.filter((purchases["next_day"] > runs_out).fill_null(False))
    parts = [
        purchases.filter(purchases["order_rank"] == 1).select("day", joined=1, reactivated=0, lapsed=0),
        returns.select(day=returns["next_day"], joined=0, reactivated=1, lapsed=0),
        ends.select(day=(ends["day"] + gap).cast("date"), joined=0, reactivated=0, lapsed=1),
    ]
    events = ibis.union(*parts)
    return (
        events.group_by("day")
        .aggregate(**{name: events[name].sum() for name in ("joined", "reactivated", "lapsed")})
        .order_by("day")
    )
