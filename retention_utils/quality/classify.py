"""Every row of the order log gets exactly one use: the first reason that applies, else it is used.

Rows dated after the as-of day are not looked at, so that adding them changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from retention_utils.config import ClientConfig
from retention_utils.quality.currencies import in_one_currency
from retention_utils.quality.identity import identify
from retention_utils.quality.refunds import matched_refunds
from retention_utils.time_formats import FOLDED

__all__ = ["LogTraits", "classify_rows", "log_traits", "row_account"]

NO_ORDER = ("repeated_header", "total_row", "ragged", "bad_date")
CONTENT = (
    "customer_id", "ordered_at", "amount", "order_id", "refund_of", "status", "currency", "email", "phone",
    "channel", "category",
)  # fmt: skip


@dataclass(frozen=True)
class LogTraits:
    """What has to be known of an order log before its rows can be judged."""

    has_refunds: bool  # a negative amount occurs


def log_traits(order_log: ir.Table) -> LogTraits:
    """Look once through the order log, so that steps without work are left out."""
    lowest = order_log.aggregate(lowest=order_log["amount"].min()).to_pyarrow()["lowest"][0].as_py()
    return LogTraits(has_refunds=lowest is not None and lowest < 0)


def classify_rows(
    order_log: ir.Table,
    config: ClientConfig,
    *,
    traits: LogTraits,
    history_start: date,
    as_of: date,
    rates: ir.Table | None = None,
    merges: ir.Table | None = None,
    stage: Callable[[ir.Table], ir.Table] = lambda table: table,
) -> ir.Table:
    """Say of every row up to the as-of day whether it is used, and if not, why.

    Parameters
    ----------
    order_log : ir.Table
        From :func:`retention_utils.sources.orders.read_order_log`; it is used several times, so it should
        be a table of the engine's.
    config : ClientConfig
        Its policies, statuses and currency decide.
    traits : LogTraits
        From :func:`log_traits`.
    history_start : date
        First day of the log; earlier rows are not used.
    as_of : date
        Last day looked at.
    rates, merges : ir.Table, optional
        See :func:`retention_utils.quality.currencies.in_one_currency` and
        :func:`retention_utils.quality.identity.identify`.
    stage : callable, optional
        Computes a table at once: refunds look several times at the rows judged so far.

    Returns
    -------
    ir.Table
        The rows of ``order_log`` dated up to ``as_of`` or without a readable date, with ``day`` (date; of a
        refund and of an order line that of the order), ``customer_id`` (settled), ``identity``, ``amount``
        (in the client's currency) and ``use`` (a key of :data:`retention_utils.quality.uses.USES`; the
        first that applies).
    """
    rows = order_log.mutate(day=order_log["ordered_at"].date())
    rows = rows.filter(rows["day"].isnull() | (rows["day"] <= ibis.date(as_of)))
    rows = identify(rows, policies=config.policies, merges=merges)
    rows = in_one_currency(rows, currency=config.currency, rates=rates)
    if config.orders.grain == "lines" and "status" in rows.columns:
        rows = _with_status_of_order(rows)
    rows = rows.mutate(use=_as_it_stands(rows, config, history_start))
    rows = _without_duplicates(rows, order_log, config)
    rows = rows.mutate(use=_if_used(rows, (rows["is_unrated"], "other_currency")))
    rows = _with_order_amount(rows, config)
    if traits.has_refunds and config.policies.refunds == "net":
        rows = _set_off(stage(rows))
    rows = rows.mutate(use=_by_amount(rows, config))
    return rows.drop(*({"order_amount", "is_unrated", "is_paid_back"} & set(rows.columns)))


def row_account(rows: ir.Table) -> ir.Table:
    """Count the rows and the money behind every use.

    Parameters
    ----------
    rows : ir.Table
        From :func:`classify_rows`.

    Returns
    -------
    ir.Table
        One row per ``use``: ``rows`` (count), ``amount`` (sum, NULL where none can be read).
    """
    return rows.group_by("use").aggregate(rows=rows.count(), amount=rows["amount"].sum()).order_by("use")


def _as_it_stands(rows: ir.Table, config: ClientConfig, history_start: date) -> ir.StringValue:
    """Judge each row by itself, apart from its amount."""
    policies, statuses = config.policies, config.orders.statuses
    names_its_order = _names_its_order(rows) & (rows["amount"] < 0).fill_null(False)
    return ibis.cases(
        (rows["fault"].isin(NO_ORDER).fill_null(False), rows["fault"]),
        (rows["customer_id"].isnull() & ~names_its_order, "no_customer"),
        (rows["fault"].notnull(), rows["fault"]),
        (rows["day"] < ibis.date(history_start), "before_start"),
        (_has_status(rows, statuses.cancelled, policies.cancelled == "exclude"), "cancelled"),
        (_has_status(rows, statuses.test, policies.test_orders == "exclude"), "test"),
        (_is_one_of(rows["customer_id"], policies.exclude_customers), "excluded_customer"),
        else_="used",
    )


def _with_status_of_order(rows: ir.Table) -> ir.Table:
    """Fill up the status of order lines: shop programs write it into the first line of an order only."""
    of_order = rows["status"].max().over(ibis.window(group_by="order_id"))
    has_order = rows["order_id"].notnull()
    return rows.mutate(
        status=ibis.coalesce(rows["status"], ibis.cases((has_order, of_order), else_=ibis.null("string")))
    )


def _without_duplicates(rows: ir.Table, order_log: ir.Table, config: ClientConfig) -> ir.Table:
    """Mark all but the first of like rows; by default only where an order's id tells copies from orders."""
    policy, has_ids = config.policies.duplicates, "order_id" in rows.columns
    if policy == "keep" or (policy == "auto" and (config.orders.grain == "lines" or not has_ids)):
        return rows
    suspects = rows
    if policy == "auto":  # few ids occur twice: only their rows are worth sorting
        counted = order_log.group_by("order_id").aggregate(times=order_log.count())
        suspects = rows.semi_join(counted.filter(counted["times"] > 1), "order_id")
    content = [name for name in CONTENT if name in rows.columns]
    alike = ibis.window(group_by=["use", *content], order_by=["file", "row"])
    ranked = suspects.mutate(copies_before=ibis.row_number().over(alike))
    copies = ranked.filter(ranked["copies_before"] > 0).select(copy_file="file", copy_row="row")
    joined = rows.left_join(copies, [rows["file"] == copies["copy_file"], rows["row"] == copies["copy_row"]])
    is_copy = joined["copy_row"].notnull()
    return joined.mutate(use=_if_used(joined, (is_copy, "duplicate"))).drop("copy_file", "copy_row")


def _with_order_amount(rows: ir.Table, config: ClientConfig) -> ir.Table:
    """Add the amount that decides about a row: its own, or that of the order whose line it is."""
    if config.orders.grain == "orders":
        return rows.mutate(order_amount=rows["amount"])
    # A line without an order id is an order of its own.
    own = rows["file"] + ":" + rows["row"].cast("string")
    rows = rows.mutate(order_key=ibis.coalesce(rows["order_id"], own))
    order = ibis.window(group_by=["use", "order_key", "customer_id"])
    is_used = rows["use"] == "used"
    return rows.mutate(
        order_amount=rows["amount"].sum().over(order),
        day=ibis.cases((is_used, rows["day"].min().over(order)), else_=rows["day"]),
        order_id=rows["order_key"],
    ).drop("order_key")


def _set_off(rows: ir.Table) -> ir.Table:
    """Move refunds to the day and the customer of their order, and mark them."""
    matches = matched_refunds(rows.filter(rows["use"] == "used"))
    joined = rows.left_join(
        matches, [rows["file"] == matches["refund_file"], rows["row"] == matches["refund_row"]]
    )
    is_matched = joined["refund_row"].notnull()
    joined = joined.mutate(
        use=ibis.cases((is_matched, "refund"), else_=joined["use"]),
        day=ibis.coalesce(joined["order_day"], joined["day"]),
        customer_id=ibis.coalesce(joined["order_customer"], joined["customer_id"]),
    ).drop("refund_file", "refund_row", "order_customer", "order_day", "order_key")
    if "order_id" not in rows.columns:
        return joined
    # An order with refunds of its own is not paid back a second time for its status.
    paid_back = matches.filter(matches["order_key"].notnull()).select("order_key").distinct()
    joined = joined.left_join(paid_back, joined["order_id"] == paid_back["order_key"])
    return joined.mutate(is_paid_back=joined["order_key"].notnull()).drop("order_key")


def _by_amount(rows: ir.Table, config: ClientConfig) -> ir.StringValue:
    policies = config.policies
    unmatched = "orphan_refund" if policies.refunds == "net" else "refund_left_out"
    is_refunded = _has_status(rows, config.orders.statuses.refunded, policies.refunds == "net")
    if "is_paid_back" in rows.columns:
        is_refunded = is_refunded & ~rows["is_paid_back"]
    return _if_used(
        rows,
        (rows["order_amount"] < 0, unmatched),
        ((rows["order_amount"] == 0) & (policies.zero_amount == "exclude"), "zero_amount"),
        (is_refunded, "refunded"),
    )


def _if_used(rows: ir.Table, *reasons: tuple[ir.BooleanValue, str]) -> ir.StringValue:
    is_used = rows["use"] == "used"
    return ibis.cases(*((is_used & holds, use) for holds, use in reasons), else_=rows["use"])


def _names_its_order(rows: ir.Table) -> ir.BooleanValue:
    names = [rows[name].notnull() for name in ("refund_of", "order_id") if name in rows.columns]
    return ibis.or_(*names) if names else ibis.literal(False)


def _has_status(rows: ir.Table, words: tuple[str, ...], applies: bool) -> ir.BooleanValue:
    if not applies or "status" not in rows.columns:
        return ibis.literal(False)
    return _is_one_of(rows["status"], tuple(word.strip().translate(str.maketrans(*FOLDED)) for word in words))


def _is_one_of(value: ir.StringValue, words: tuple[str, ...]) -> ir.BooleanValue:
    return value.isin(words).fill_null(False) if words else ibis.literal(False)
