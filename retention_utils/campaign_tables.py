"""What the mart holds of campaigns: the purchases of customers drawn into them."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from retention_utils.intake import bring

__all__ = ["campaign_tables"]


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
        From :func:`retention_utils.merged_ids.under_one_id`.

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
