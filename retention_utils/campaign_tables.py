"""What the mart holds of campaigns: customers under the ids they are counted under, and their purchases."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from retention_utils.intake import bring

__all__ = ["campaign_tables", "under_one_id"]


def under_one_id(further: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Name customers drawn into campaigns, or asked in surveys, as purchases do, where one has several ids.

    Parameters
    ----------
    further : mapping
        The side tables by name; in ``merges`` chains are followed to their end.
    """
    if "merges" not in further:
        return dict(further)
    merges = further["merges"]
    known = dict(zip(merges["customer_id"].to_pylist(), merges["same_as"].to_pylist(), strict=True))
    named = {name: _renamed(further[name], known) for name in ("campaigns", "surveys") if name in further}
    return {**further, **named}


def campaign_tables(
    purchases: ir.Table, backend: ibis.BaseBackend, further: Mapping[str, pa.Table]
) -> dict[str, ir.Table]:
    """Return the purchases of customers who were drawn into any campaign.

    Parameters
    ----------
    purchases : ir.Table
        From :func:`retention_utils.tables.purchases`.
    backend : ibis.BaseBackend
        The engine that holds them.
    further : mapping
        From :func:`under_one_id`.

    Returns
    -------
    dict
        ``campaign_purchases``: one row per customer and day, by both: ``customer_id``, ``day``, ``amount``.
        Nothing where there are no campaigns.
    """
    if "campaigns" not in further:
        return {}
    ids = further["campaigns"].select(["customer_id"]).group_by("customer_id").aggregate([])
    found = purchases.semi_join(bring(backend, "campaigns", ids), "customer_id")
    return {"campaign_purchases": found.select("customer_id", "day", "amount").order_by("customer_id", "day")}


def _renamed(table: pa.Table, known: Mapping[str, str]) -> pa.Table:
    names = [known.get(name, name) for name in table["customer_id"].to_pylist()]
    place = table.column_names.index("customer_id")
    return table.set_column(place, "customer_id", pa.array(names, pa.string()))
