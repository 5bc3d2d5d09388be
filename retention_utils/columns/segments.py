"""How the tables of the segments are headed."""

from retention_utils.columns.shared import CUSTOMERS, REVENUE, blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["MOVES", "QUIET", "SEGMENTS", "TOP_SHARES"]

SEGMENTS = (
    Column("label", "Group"),
    CUSTOMERS,
    *blank_where(
        message("no share: too few customers, or they are outside the window"),
        Column("share", "Share of customers", "share"),
        *interval_columns("share"),
    ),
    REVENUE,
    *blank_where(
        message("no share of revenue: too few customers, or no revenue"),
        Column("amount_share", "Share of revenue", "share"),
        Column("amount_low", "from", "share"),
        Column("amount_high", "to", "share"),
    ),
    Column(
        "mean_silence_days",
        "Mean days since the last purchase",
        "count",
        blank=message("nobody is in the group"),
    ),
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
QUIET = (
    Column("customer_id", "Customer", "name"),
    Column("label", "Group"),
    Column("year_amount", "Spent in 365 days", "money"),
    Column("last_day", "Last purchase", "date"),
    Column("silence_days", "Days silent", "days"),
    Column("window_purchases", "Purchase days in 24 months", "count"),
)
