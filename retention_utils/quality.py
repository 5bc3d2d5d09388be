"""Which rows are used, which are not, and why: every row of the order log gets exactly one use.

Rows dated after the as-of day are not looked at, so that adding them changes nothing.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from retention_utils.config import Policies
from retention_utils.errors import InputError

__all__ = ["USES", "classify_rows", "refuse_unreadable", "row_account"]

USES = {
    "used": "used",
    "no_customer": "no customer id",
    "bad_date": "date cannot be read",
    "bad_amount": "amount cannot be read",
    "before_start": "before the stated start of the log",
    "negative_amount": "negative amount (refunds are not netted yet)",
    "zero_amount": "amount of zero",
}


def classify_rows(order_log: ir.Table, *, policies: Policies, history_start: date, as_of: date) -> ir.Table:
    """Say of every row up to the as-of day whether it is used, and if not, why.

    Parameters
    ----------
    order_log : ir.Table
        From :func:`retention_utils.sources.read_order_log`.
    policies : Policies
        What to do with rows that are not plain sales.
    history_start : date
        First day of the log; earlier rows are not used.
    as_of : date
        Last day looked at.

    Returns
    -------
    ir.Table
        The rows of ``order_log`` dated up to ``as_of`` or without a readable date, with ``day`` (date) and
        ``use`` (a key of ``USES``; the first that applies).
    """
    rows = order_log.mutate(day=order_log["ordered_at"].date())
    rows = rows.filter(rows["day"].isnull() | (rows["day"] <= ibis.date(as_of)))
    excluded_zero = rows["amount"] == 0 if policies.zero_amount == "exclude" else ibis.literal(False)
    use = ibis.cases(
        (rows["day"].isnull(), "bad_date"),
        (rows["customer_id"].isnull(), "no_customer"),
        (rows["amount"].isnull(), "bad_amount"),
        (rows["day"] < ibis.date(history_start), "before_start"),
        (rows["amount"] < 0, "negative_amount"),
        (excluded_zero, "zero_amount"),
        else_="used",
    )
    return rows.mutate(use=use)


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


def refuse_unreadable(rows: ir.Table, *, policies: Policies, most: int = 5) -> None:
    """Refuse an order log with more unreadable rows than the policy allows, naming the first of them.

    Raises
    ------
    InputError
        If it holds no row at all, or the share of unreadable dates and amounts is above
        ``policies.unreadable_share``.
    """
    is_bad = rows["use"].isin(["bad_date", "bad_amount"])
    counts = rows.aggregate(all=rows.count(), bad=rows.count(where=is_bad)).to_pyarrow().to_pylist()[0]
    if counts["all"] == 0:
        msg = "The order log holds no row up to the as-of day. Check the period and orders.date_format."
        raise InputError(msg)
    if counts["bad"] <= policies.unreadable_share * counts["all"]:
        return
    shown = ["row", "use", "ordered_at_text", "amount_text"]
    first = rows.filter(is_bad).order_by("row").limit(most).select(shown)
    listed = "\n".join(
        f"  - row {row['row']}: {USES[row['use']]}, found "
        f"{(row['ordered_at_text'] if row['use'] == 'bad_date' else row['amount_text'])!r}"
        for row in first.to_pyarrow().to_pylist()
    )
    msg = (
        f"{counts['bad']:,} of {counts['all']:,} rows of the order log cannot be read, more than "
        f"policies.unreadable_share = {policies.unreadable_share} allows. The first:\n{listed}\n"
        "Check orders.date_format, orders.decimal_mark and orders.columns."
    )
    raise InputError(msg)
