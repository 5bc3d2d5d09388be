"""How the tables of the segments are headed."""

from retention_utils.columns.shared import CUSTOMERS, REVENUE, interval_columns
from retention_utils.display_tables import Column

__all__ = ["MOVES", "SEGMENTS", "TOP_SHARES"]

SEGMENTS = (
    Column("label", "Group"),
    CUSTOMERS,
    Column("share", "Share of customers", "share"),
    *interval_columns("share"),
    REVENUE,
    Column("amount_share", "Share of revenue", "share"),
    Column("amount_low", "from", "share"),
    Column("amount_high", "to", "share"),
    Column("mean_silence_days", "Mean days since the last purchase", "count"),
)
MOVES = (
    Column("previous_label", "Group then"),
    Column("label", "Group now"),
    CUSTOMERS,
)
TOP_SHARES = (
    Column("customer_share", "Buyers who spent most", "share"),
    Column("customers", "Buyers", "count"),
    REVENUE,
    Column("amount_share", "Share of revenue", "share"),
    *interval_columns("share"),
)
