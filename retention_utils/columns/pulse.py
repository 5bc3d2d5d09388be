"""How the tables of base movement are headed."""

from retention_utils.columns.shared import ORDERS, REVENUE, interval_columns
from retention_utils.display import Column

__all__ = ["BUYERS", "MOVEMENT"]

MOVEMENT = (
    Column("period", "Period"),
    Column("active_start", "Active at start", "count"),
    Column("new", "New", "count"),
    Column("reactivated", "Came back", "count"),
    Column("lapsed", "Lapsed", "count"),
    Column("active_end", "Active at end", "count"),
    Column("early_lapsed", "Joined and lapsed within it", "count"),
    Column("churn", "Churn", "share"),
    *interval_columns("share"),
)
BUYERS = (
    Column("period", "Period"),
    Column("buyers", "Customers who bought", "count"),
    ORDERS,
    Column("orders_per_buyer", "Orders each", "number"),
    Column("order_value", "Per order", "money2"),
    REVENUE,
)
