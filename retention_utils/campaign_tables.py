"""What the mart holds of campaigns: customers under the ids they are counted under, and their purchases."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from retention_utils.intake import bring

__all__ = ["campaign_tables", "under_one_id"]


def under_one_id(further: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Name customers drawn into campaigns as purchases do, where a customer has several ids.

    Parameters
    ----------
    further : mapping
        The side tables by name; in ``merges`` chains are followed to their end.
    """
    if not {"campaigns", "merges"} <= set(further):
        return dict(further)
    merges, campaigns = further["merges"], further["campaigns"]
    known = dict(zip(merges["customer_id"].to_pylist(), merges["same_as"].to_pylist(), strict=True))
    names = [known.get(name, name) for name in campaigns["customer_id"].to_pylist()]
    place = campaigns.column_names.index("customer_id")
    named = campaigns.set_column(place, "customer_id", pa.array(names, pa.string()))
    return {**further, "campaigns": named}


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
