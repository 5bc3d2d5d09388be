"""What customers did period by period, one Ibis expression each, run where the data are.

The calendar is as in :mod:`retention_utils.tables`. All tables are made of one: a row per customer and
period with a purchase.
"""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from retention_utils.periods import Period
from retention_utils.placing import boundaries_up_to, period_number

__all__ = [
    "TENURES",
    "calendar_table",
    "cohort_cells",
    "cohort_movements",
    "customer_periods",
    "movements",
    "period_sums",
    "tenure_periods",
]

TENURES = (0, 1, 3, 12)  # periods since the first purchase, each up to the next

# What the buyers of a period did, whether they stay active or not.
ACTIVITY = ("joined", "buyers", "orders", "purchase_days", "amount")


def calendar_table(calendar: Sequence[Period], history_start: date, warmup_until: date) -> pa.Table:
    """List the periods of the calendar.

    Returns
    -------
    pa.Table
        One row per period: ``period_number`` (from 0), ``period`` (key), ``first_day``, ``last_day`` (dates),
        ``is_whole`` (the log covers it from its first day), ``is_mixed`` (whom it sees first may be an old
        customer).
    """
    return pa.table(
        {
            "period_number": list(range(len(calendar))),
            "period": [period.key for period in calendar],
            "first_day": [period.start for period in calendar],
            "last_day": [period.last_day for period in calendar],
            "is_whole": [period.start >= history_start for period in calendar],
            "is_mixed": [period.start < warmup_until for period in calendar],
        }
    )


def customer_periods(purchases: ir.Table, *, calendar: Sequence[Period], gap_days: int) -> ir.Table:
    """Sum up every customer and period with a purchase.

    Returns
    -------
    ir.Table
        One row per customer and period with a purchase: ``customer_id``, ``period_number``, ``cohort``
        (number of the period of the first purchase), ``orders``, ``purchase_days`` (counts), ``amount``
        (decimal), ``is_repeat`` (a second or later purchase day is among them), ``active_until`` (number of
        the last boundary at which a customer who buys no more is active: at most ``gap_days`` after the last
        purchase); ``previous_period``, ``previous_amount``, ``previous_active_until`` of the customer's row
        before, ``next_period`` of the one after (NULL where there is none).
    """
    placed = purchases.mutate(period_number=period_number(purchases["day"], calendar))
    summed = placed.group_by("customer_id", "period_number").aggregate(
        first_day=placed["first_day"].min(),
        last_day=placed["day"].max(),
        orders=placed["orders"].sum(),
        purchase_days=placed.count(),
        amount=placed["amount"].sum().cast("decimal(18, 2)"),
        is_repeat=placed["order_rank"].max() > 1,
    )
    runs_out = (summed["last_day"] + ibis.interval(days=gap_days)).cast("date")
    rows = summed.mutate(
        cohort=period_number(summed["first_day"], calendar),
        active_until=boundaries_up_to(runs_out, calendar),
    ).drop("first_day", "last_day")
    in_time = ibis.window(group_by="customer_id", order_by="period_number")
    return rows.mutate(
        previous_period=rows["period_number"].lag().over(in_time),
        previous_amount=rows["amount"].lag().over(in_time),
        previous_active_until=rows["active_until"].lag().over(in_time),
        next_period=rows["period_number"].lead().over(in_time),
    )


def movements(customer_periods: ir.Table, *, periods: int) -> ir.Table:
    """Count who came into and who dropped out of the active base in every one of so many periods.

    A customer is active at a boundary when the last purchase before it is recent enough. One who is silent
    too long and comes back within the same period is therefore not counted as lapsed.

    Returns
    -------
    ir.Table
        One row per period: ``period_number``, ``active_start``, ``new`` (first purchase in the period,
        active at its end), ``reactivated`` (bought before, not active at the start, active at the end),
        ``lapsed`` (active at the start, not at the end), ``joined`` (first purchases), ``buyers`` (customers
        with a purchase), ``orders``, ``purchase_days`` (counts), ``amount`` (decimal), ``active_end``.
        ``active_end = active_start + new + reactivated - lapsed``.
    """
    table = ibis.range(periods).unnest().name("period_number").as_table()
    for part in (_bought(customer_periods), _lapsed_silently(customer_periods, periods)):
        table = table.left_join(part, "period_number").drop("period_number_right")
    counts = [name for name in table.columns if name != "period_number"]
    table = table.mutate(**{name: table[name].fill_null(0) for name in counts})
    table = table.mutate(lapsed=table["lapsed_buyers"] + table["lapsed_silent"])
    gained = table["new"] + table["reactivated"] - table["lapsed"]
    so_far = ibis.cumulative_window(order_by="period_number")
    table = table.mutate(active_end=gained.sum().over(so_far).cast("int64"), gained=gained)
    return table.select(
        "period_number",
        active_start=table["active_end"] - table["gained"],
        **{name: table[name] for name in ("new", "reactivated", "lapsed", *ACTIVITY, "active_end")},
    ).order_by("period_number")


def period_sums(customer_periods: ir.Table) -> ir.Table:
    """Sum what is needed to say how sure a change between two successive periods is.

    Returns
    -------
    ir.Table
        One row per period with a buyer: ``period_number``, ``amount_squares`` (sum over customers of the
        squared amount of the period), ``amount_products`` (sum over customers of this period's amount times
        the previous period's), ``buyers_of_both`` (customers who bought in this and the previous period).
    """
    spent = customer_periods
    is_next = (spent["previous_period"] == spent["period_number"] - 1).fill_null(False)
    products = _product(spent["amount"], spent["previous_amount"])
    return (
        spent.group_by("period_number")
        .aggregate(
            amount_squares=_product(spent["amount"], spent["amount"]).sum(),
            amount_products=products.sum(where=is_next).fill_null(0),
            buyers_of_both=spent.count(where=is_next),
        )
        .order_by("period_number")
    )


def cohort_cells(customer_periods: ir.Table) -> ir.Table:
    """Count who of every cohort bought at every age.

    Returns
    -------
    ir.Table
        One row per cohort and age that has a purchase: ``cohort`` (number of the period of the first
        purchase), ``age`` (periods since), ``active`` (customers with a purchase), ``orders``,
        ``amount`` (decimal), ``repeaters`` (customers with a second or later purchase day in the cell).
        A cell that is complete but not here had no purchase.
    """
    cells = customer_periods.mutate(age=customer_periods["period_number"] - customer_periods["cohort"])
    return (
        cells.group_by("cohort", "age")
        .aggregate(
            active=cells.count(),
            orders=cells["orders"].sum(),
            amount=cells["amount"].sum(),
            repeaters=cells.count(where=cells["is_repeat"]),
        )
        .order_by("cohort", "age")
    )


def cohort_movements(customer_periods: ir.Table, *, periods: int) -> ir.Table:
    """Count who of every cohort came into and who dropped out of the active base in every period.

    Returns
    -------
    ir.Table
        One row per ``cohort`` (number of the period of the first purchase) and ``period_number`` in which
        somebody did: ``gained`` (not active at the start, active at the end), ``lapsed`` (active at the
        start, not at the end). Over all cohorts they sum to :func:`movements`.
    """
    at_start, at_end = _is_active(customer_periods)
    keys = ["cohort", "period_number"]
    bought = customer_periods.group_by(keys).aggregate(
        gained=customer_periods.count(where=~at_start & at_end),
        lapsed=customer_periods.count(where=at_start & ~at_end),
    )
    silent = _silent(customer_periods, periods)
    silent = silent.group_by("cohort", period_number="active_until").aggregate(lapsed=silent.count())
    silent = silent.select(*keys, gained=ibis.literal(0, "int64"), lapsed="lapsed")
    both = bought.union(silent)
    summed = both.group_by(keys).aggregate(gained=both["gained"].sum(), lapsed=both["lapsed"].sum())
    return summed.filter(summed["gained"] + summed["lapsed"] > 0).order_by(keys)


def tenure_periods(customer_periods: ir.Table) -> ir.Table:
    """Sum up the buyers of every period by how long ago they bought first.

    Returns
    -------
    ir.Table
        One row per ``period_number`` and ``tenure`` (periods since the first purchase, down to one of
        :data:`TENURES`) with a buyer: ``buyers``, ``orders``, ``purchase_days`` (counts), ``amount``
        (decimal).
    """
    age = customer_periods["period_number"] - customer_periods["cohort"]
    longest_first = [(age >= tenure, tenure) for tenure in reversed(TENURES)]
    rows = customer_periods.mutate(tenure=ibis.cases(*longest_first, else_=0))
    keys = ["period_number", "tenure"]
    summed = rows.group_by(keys).aggregate(
        buyers=rows.count(),
        orders=rows["orders"].sum(),
        purchase_days=rows["purchase_days"].sum(),
        amount=rows["amount"].sum(),
    )
    return summed.order_by(keys)


def _product(first: ir.DecimalValue, second: ir.DecimalValue) -> ir.DecimalValue:
    """Multiply amounts; the type that Ibis expects of a product lacks half its decimals.

    With a factor of nineteen digits DuckDB makes room for the product, with eighteen it gives up.
    """
    return (first.cast("decimal(19, 2)") * second).cast("decimal(38, 4)")


def _is_active(rows: ir.Table) -> tuple[ir.BooleanColumn, ir.BooleanColumn]:
    """Say of every customer and period whether the customer was active at its start, and at its end."""
    at_start = (rows["previous_active_until"] >= rows["period_number"]).fill_null(False)
    return at_start, rows["active_until"] > rows["period_number"]


def _bought(rows: ir.Table) -> ir.Table:
    """Per period: its buyers, and which of them came into or dropped out of the active base."""
    is_first = rows["previous_period"].isnull()
    at_start, at_end = _is_active(rows)
    return rows.group_by("period_number").aggregate(
        new=rows.count(where=is_first & at_end),
        reactivated=rows.count(where=~is_first & ~at_start & at_end),
        lapsed_buyers=rows.count(where=at_start & ~at_end),
        joined=rows.count(where=is_first),
        buyers=rows.count(),
        orders=rows["orders"].sum(),
        purchase_days=rows["purchase_days"].sum(),
        amount=rows["amount"].sum(),
    )


def _silent(rows: ir.Table, periods: int) -> ir.Table:
    """Who drops out in the period ``active_until``, active at its start, without buying anything in it."""
    until = rows["active_until"]
    is_away = rows["next_period"].isnull() | (rows["next_period"] > until)
    return rows.filter((until > rows["period_number"]) & (until < periods) & is_away)


def _lapsed_silently(rows: ir.Table, periods: int) -> ir.Table:
    """Per period: who was active at its start, bought nothing in it, and is not active at its end."""
    lapsed = _silent(rows, periods)
    return lapsed.group_by(period_number=lapsed["active_until"]).aggregate(lapsed_silent=lapsed.count())
