"""How long customers waited for their second purchase, by what their first one was: one Ibis expression.

Only constructs that DuckDB, PostgreSQL and Spark agree on are used.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from retention_utils.source_config import ATTRIBUTES

__all__ = ["THIRDS", "segment_waits"]

THIRDS = ("lower", "middle", "upper")
AMOUNT = "decimal(18, 2)"
KEYS = ["attribute", "segment", "low", "high", "days", "is_observed"]


def segment_waits(purchases: ir.Table, *, as_of: date, warmup_until: date) -> ir.Table:
    """Count how long customers waited, or are still waiting, for their second purchase, by segment.

    Every attribute is that of the first purchase day, so that nobody changes segment by buying again.
    Customers first seen before ``warmup_until`` may be old ones: they are left out, as in
    :func:`retention_utils.tables.waits`.

    Parameters
    ----------
    purchases : ir.Table
        From :func:`retention_utils.tables.purchases`.
    as_of : date
        The last day looked at.
    warmup_until : date
        First day whose new customers are certainly new.

    Returns
    -------
    ir.Table
        One row per ``attribute`` (``first_order_value``, ``first_year``, and ``channel`` and ``category``
        where the purchases have them), ``segment`` (text: ``lower``, ``middle`` or ``upper`` third; the
        year; else as the client writes it, NULL where nothing is stated), ``days`` (waited) and
        ``is_observed`` (the second purchase came; otherwise still waiting on the as-of day):
        ``customers`` (count). ``low`` and ``high`` (decimal) are the lowest and the highest first purchase
        of a third, NULL for other attributes. Each attribute counts all customers once.
    """
    is_asked = (purchases["order_rank"] == 1) & (purchases["first_day"] >= ibis.date(warmup_until))
    first = purchases.filter(is_asked)
    until = ibis.coalesce(first["next_day"], ibis.date(as_of))
    first = first.mutate(days=until.delta(first["day"], unit="day"), is_observed=first["next_day"].notnull())
    named = {"first_year": first["day"].year().cast("string")}
    named |= {name: first[name] for name in ATTRIBUTES if name in first.columns}
    parts = [_by_value(first), *(_by_name(first, name, segment) for name, segment in named.items())]
    waited = ibis.union(*parts)
    return waited.group_by(KEYS).aggregate(customers=waited["customers"].sum()).order_by(KEYS)


def _by_name(first: ir.Table, attribute: str, segment: ir.StringValue) -> ir.Table:
    nothing = ibis.null(AMOUNT)
    placed = first.select(
        "days", "is_observed", attribute=ibis.literal(attribute), segment=segment, low=nothing, high=nothing
    )
    return placed.group_by(KEYS).aggregate(customers=placed.count())


def _by_value(first: ir.Table) -> ir.Table:
    """Cut the first purchases into thirds by their amount; equal amounts lie in one third.

    An amount lies where the middle of its customers does, in the order of all: that needs whole numbers
    only, and a price that many pay takes up the third in which most of them are.
    """
    waited = first.group_by("amount", "days", "is_observed").aggregate(customers=first.count())
    amounts = waited.group_by("amount").aggregate(here=waited["customers"].sum())
    up_to = ibis.cumulative_window(order_by="amount")
    amounts = amounts.mutate(
        doubled=2 * amounts["here"].sum().over(up_to) - amounts["here"],
        everyone=amounts["here"].sum().over(ibis.window()),
    )
    lower, middle, upper = THIRDS
    third = ibis.cases(
        (3 * amounts["doubled"] < 2 * amounts["everyone"], lower),
        (3 * amounts["doubled"] < 4 * amounts["everyone"], middle),
        else_=upper,
    )
    amounts = amounts.select(third_of="amount", segment=third)
    limits = amounts.group_by("segment").aggregate(
        low=amounts["third_of"].min().cast(AMOUNT), high=amounts["third_of"].max().cast(AMOUNT)
    )
    placed = waited.join(amounts, waited["amount"] == amounts["third_of"]).join(limits, "segment")
    return placed.select(
        "days", "is_observed", "segment", "low", "high", "customers",
        attribute=ibis.literal("first_order_value"),
    ).select(*KEYS, "customers")  # fmt: skip
