"""Who ordered: ids that belong together become one, guests are known by their e-mail or telephone."""

import ibis
import ibis.expr.types as ir

from retention_utils.config import Policies

__all__ = ["identify", "identity_account"]

CONTACTS = ("email", "phone")
NO_RECORDS = ("repeated_header", "total_row")
GUEST = "guest:"  # before the hash that stands for a guest


def identify(rows: ir.Table, *, policies: Policies, merges: ir.Table | None = None) -> ir.Table:
    """Decide which customer every row belongs to.

    Parameters
    ----------
    rows : ir.Table
        Rows of the order log: ``customer_id``, and ``email`` and ``phone`` (hashed) where they are mapped.
    policies : Policies
        ``guests`` decides whether a contact may stand for a missing id.
    merges : ir.Table, optional
        One row per id that is given up: ``customer_id``, ``same_as`` (the id that is kept).

    Returns
    -------
    ir.Table
        The rows with ``customer_id`` settled (NULL where nobody can be named) and ``identity``, how it was
        settled: ``id``, ``merged``, ``recognised`` (a guest whose contact is that of exactly one customer
        with an id), ``contact`` (a guest told apart by the hash of the contact) or ``none``.
    """
    rows = rows.mutate(identity=ibis.cases((rows["customer_id"].isnull(), "none"), else_="id"))
    if merges is not None:
        rows = _merged(rows, merges)
    if policies.guests == "contact":
        for contact in (name for name in CONTACTS if name in rows.columns):
            rows = _recognised(rows, contact)
        for contact in (name for name in CONTACTS if name in rows.columns):
            rows = _told_apart(rows, contact)
    return rows


def identity_account(rows: ir.Table) -> ir.Table:
    """Count how the customers of the rows were settled.

    Parameters
    ----------
    rows : ir.Table
        Classified rows; headers and totals among them do not count.

    Returns
    -------
    ir.Table
        One row per ``identity``: ``rows``, ``customers`` (counts), ``amount`` (sum of the amounts above
        zero, NULL where there is none).
    """
    orders = rows.filter(~rows["use"].isin(NO_RECORDS))
    return (
        orders.group_by("identity")
        .aggregate(
            rows=orders.count(),
            customers=orders["customer_id"].nunique(),
            amount=orders["amount"].sum(where=orders["amount"] > 0),
        )
        .order_by("identity")
    )


def _merged(rows: ir.Table, merges: ir.Table) -> ir.Table:
    kept = merges.select(given_up="customer_id", same_as="same_as")
    joined = rows.left_join(kept, rows["customer_id"] == kept["given_up"])
    is_merged = joined["same_as"].notnull()
    return joined.mutate(
        customer_id=ibis.coalesce(joined["same_as"], joined["customer_id"]),
        identity=ibis.cases((is_merged, "merged"), else_=joined["identity"]),
    ).drop("given_up", "same_as")


def _recognised(rows: ir.Table, contact: str) -> ir.Table:
    """Give guests the id of the one customer who is known under the same contact."""
    known = rows.filter(rows["customer_id"].notnull() & rows[contact].notnull())
    owners = known.group_by(known_contact=known[contact]).aggregate(
        owner=known["customer_id"].min(), last_owner=known["customer_id"].max()
    )
    owners = owners.filter(owners["owner"] == owners["last_owner"]).drop("last_owner")
    joined = rows.left_join(owners, rows[contact] == owners["known_contact"])
    is_guest = joined["customer_id"].isnull() & joined["owner"].notnull()
    return joined.mutate(
        customer_id=ibis.coalesce(joined["customer_id"], joined["owner"]),
        identity=ibis.cases((is_guest, "recognised"), else_=joined["identity"]),
    ).drop("known_contact", "owner")


def _told_apart(rows: ir.Table, contact: str) -> ir.Table:
    is_guest = rows["customer_id"].isnull() & rows[contact].notnull()
    return rows.mutate(
        customer_id=ibis.cases((is_guest, ibis.literal(GUEST) + rows[contact]), else_=rows["customer_id"]),
        identity=ibis.cases((is_guest, "contact"), else_=rows["identity"]),
    )
