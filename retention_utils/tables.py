"""Every heavy aggregation, one Ibis expression each, run by the engine that holds the data.

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
from retention_utils.quality.uses import PURCHASE_USES

__all__ = [
    "cohort_cells",
    "customers",
    "daily",
    "movements",
    "period_sums",
    "purchases",
    "repeat_by_cohort",
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
        (date; NULL while there is none).
    """
    counted = rows.filter(rows["use"].isin(PURCHASE_USES))
    is_order = counted["use"] != "refund"
    orders = (
        counted["order_id"].nunique(where=is_order) if grain == "lines" else counted.count(where=is_order)
    )
    paid = ibis.cases((counted["use"] == "refunded", 0), else_=counted["amount"]).cast("decimal(18, 4)")
    events = counted.group_by("customer_id", "day").aggregate(
        orders=orders, amount=paid.sum().cast("decimal(18, 2)")
    )
    in_time = ibis.window(group_by="customer_id", order_by="day")
    return events.mutate(
        order_rank=(ibis.row_number().over(in_time) + 1).cast("int32"),
        first_day=events["day"].min().over(ibis.window(group_by="customer_id")),
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
        cohort=_period_number(summed["first_day"], calendar),
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


def movements(purchases: ir.Table, *, calendar: Sequence[Period], gap_days: int) -> ir.Table:
    """Count who came into and who dropped out of the active base in every period.

    A customer is active at a boundary when the last purchase before it is at most ``gap_days`` old. One who
    is silent too long and comes back within the same period is therefore not counted as lapsed.

    Returns
    -------
    ir.Table
        One row per period: ``period_number``, ``active_start``, ``new`` (first purchase in the period,
        active at its end), ``reactivated`` (bought before, not active at the start, active at the end),
        ``lapsed`` (active at the start, not at the end), ``active_end``, ``joined`` (first purchases),
        ``buyers`` (customers with a purchase), ``orders``, ``purchase_days`` (counts), ``amount`` (decimal).
        ``active_end = active_start + new + reactivated - lapsed``.
    """
    runs = _active_runs(purchases, calendar, gap_days)
    numbers = ibis.range(len(calendar)).unnest().name("period_number").as_table()
    covers_start = (runs["first_boundary"] <= numbers["period_number"]) & (
        runs["last_boundary"] >= numbers["period_number"]
    )
    at_start = (
        numbers.join(runs, covers_start)
        .group_by("period_number")
        .aggregate(active_start=lambda joined: joined.count())
    )
    begun = runs.mutate(period_number=runs["first_boundary"] - 1)
    began = begun.group_by("period_number").aggregate(
        new=begun.count(where=begun["is_first"]), reactivated=begun.count(where=~begun["is_first"])
    )
    ended = runs.filter(runs["last_boundary"] < len(calendar))
    ended = ended.mutate(period_number=ended["last_boundary"])
    lapsed = ended.group_by("period_number").aggregate(lapsed=ended.count())
    table = numbers
    for part in (at_start, began, lapsed, _activity(purchases, calendar)):
        table = table.left_join(part, "period_number").drop("period_number_right")
    counts = [name for name in table.columns if name != "period_number"]
    table = table.mutate(**{name: table[name].fill_null(0) for name in counts})
    return table.mutate(
        active_end=table["active_start"] + table["new"] + table["reactivated"] - table["lapsed"]
    ).order_by("period_number")


def period_sums(purchases: ir.Table, *, calendar: Sequence[Period]) -> ir.Table:
    """Sum what is needed to say how sure a change between two successive periods is.

    Returns
    -------
    ir.Table
        One row per period with a buyer: ``period_number``, ``amount_squares`` (sum over customers of the
        squared amount of the period), ``amount_products`` (sum over customers of this period's amount times
        the previous period's), ``buyers_of_both`` (customers who bought in this and the previous period).
    """
    placed = purchases.mutate(period_number=_period_number(purchases["day"], calendar))
    spent = placed.group_by("customer_id", "period_number").aggregate(
        amount=placed["amount"].sum().cast("decimal(18, 2)")
    )
    in_time = ibis.window(group_by="customer_id", order_by="period_number")
    spent = spent.mutate(
        before=spent["period_number"].lag().over(in_time), amount_before=spent["amount"].lag().over(in_time)
    )
    is_next = spent["before"] == spent["period_number"] - 1
    return (
        spent.group_by("period_number")
        .aggregate(
            amount_squares=_product(spent["amount"], spent["amount"]).sum(),
            amount_products=_product(spent["amount"], spent["amount_before"]).sum(where=is_next).fill_null(0),
            buyers_of_both=spent.count(where=is_next),
        )
        .order_by("period_number")
    )


def cohort_cells(purchases: ir.Table, *, calendar: Sequence[Period]) -> ir.Table:
    """Count who of every cohort bought at every age.

    Returns
    -------
    ir.Table
        One row per cohort and age that has a purchase: ``cohort`` (number of the period of the first
        purchase), ``age`` (periods since), ``active`` (customers with a purchase), ``orders``,
        ``amount`` (decimal), ``repeaters`` (customers with a second or later purchase day in the cell).
        A cell that is complete but not here had no purchase.
    """
    placed = purchases.mutate(
        cohort=_period_number(purchases["first_day"], calendar),
        period_number=_period_number(purchases["day"], calendar),
    )
    cells = placed.mutate(age=placed["period_number"] - placed["cohort"])
    return (
        cells.group_by("cohort", "age")
        .aggregate(
            active=cells["customer_id"].nunique(),
            orders=cells["orders"].sum(),
            amount=cells["amount"].sum(),
            repeaters=cells["customer_id"].nunique(where=cells["order_rank"] > 1),
        )
        .order_by("cohort", "age")
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
    placed = first.mutate(cohort=_period_number(first["day"], calendar), is_soon=soon)
    return (
        placed.group_by("cohort")
        .aggregate(customers=placed.count(), repeated=placed.count(where=placed["is_soon"]))
        .order_by("cohort")
    )


def _product(first: ir.DecimalValue, second: ir.DecimalValue) -> ir.DecimalValue:
    """Multiply amounts; the type that Ibis expects of a product lacks half its decimals.

    With a factor of nineteen digits DuckDB makes room for the product, with eighteen it gives up.
    """
    return (first.cast("decimal(19, 2)") * second).cast("decimal(38, 4)")


def _activity(purchases: ir.Table, calendar: Sequence[Period]) -> ir.Table:
    placed = purchases.mutate(period_number=_period_number(purchases["day"], calendar))
    return placed.group_by("period_number").aggregate(
        joined=placed.count(where=placed["order_rank"] == 1),
        buyers=placed["customer_id"].nunique(),
        orders=placed["orders"].sum(),
        purchase_days=placed.count(),
        amount=placed["amount"].sum(),
    )


def _active_runs(purchases: ir.Table, calendar: Sequence[Period], gap_days: int) -> ir.Table:
    """One row per customer and unbroken run of boundaries at which the customer is active."""
    runs_out = purchases["day"] + ibis.interval(days=gap_days)
    until = ibis.cases(
        (purchases["next_day"].isnull() | (purchases["next_day"] > runs_out), runs_out.cast("date")),
        else_=purchases["next_day"],
    )
    number = _period_number(purchases["day"], calendar)
    spells = purchases.select(
        "customer_id",
        first_boundary=number + 1,
        last_boundary=_boundaries_up_to(until, calendar),
        is_first=number == _period_number(purchases["first_day"], calendar),
    )
    spells = spells.filter(spells["last_boundary"] >= spells["first_boundary"])
    in_time = ibis.window(group_by="customer_id", order_by="first_boundary")
    spells = spells.mutate(before=spells["last_boundary"].lag().over(in_time))
    starts = (spells["before"].isnull() | (spells["before"] < spells["first_boundary"] - 1)).cast("int32")
    so_far = ibis.cumulative_window(group_by="customer_id", order_by="first_boundary")
    spells = spells.mutate(run=starts.sum().over(so_far))
    return spells.group_by("customer_id", "run").aggregate(
        first_boundary=spells["first_boundary"].min(),
        last_boundary=spells["last_boundary"].max(),
        is_first=spells["is_first"].max(),
    )


def _period_number(day: ir.DateValue, calendar: Sequence[Period]) -> ir.IntegerValue:
    """Give the number of the period that a day lies in, which is that of its first boundary too."""
    return ibis.cases(*_branches(day, calendar), else_=ibis.null("int32"))


def _boundaries_up_to(day: ir.DateValue, calendar: Sequence[Period]) -> ir.IntegerValue:
    """Give the number of the last boundary that is not after a day."""
    return ibis.cases(*_branches(day, calendar), else_=ibis.literal(len(calendar), "int32"))


def _branches(day: ir.DateValue, calendar: Sequence[Period]) -> list[tuple[ir.BooleanValue, ir.IntegerValue]]:
    return [(day < ibis.date(period.end), ibis.literal(n, "int32")) for n, period in enumerate(calendar)]
