"""How the tables of renewals to come are headed."""

from retention_utils.columns.shared import interval_columns
from retention_utils.display_tables import Column

__all__ = ["BY_PLAN", "CALLS", "OVERDUE", "USE"]

CALLS = (
    Column("customer_id", "Customer", "name"),
    Column("plan", "Plan now", "name"),
    Column("due_day", "Due on", "date"),
    Column("renewals", "Renewed so far", "count"),
    Column("chance", "Chance of staying", "share"),
    *interval_columns("share"),
    Column("money", "Revenue a year", "money"),
    Column("expected_loss", "Expected loss", "estimate"),
)
USE = Column("use", "Use")
BY_PLAN = (
    Column("plan", "Plan now", "name"),
    Column("billing", "Paid every"),
    Column("contracts", "Contracts due", "count"),
    Column("money", "Revenue a year", "money"),
    Column("chance", "Mean chance of staying", "share"),
    Column("expected_loss", "Expected loss", "estimate"),
)
OVERDUE = (
    Column("customer_id", "Customer", "name"),
    Column("plan", "Plan now", "name"),
    Column("past_due_since", "Overdue since", "date"),
    Column("days_left", "Days of grace left", "count"),
    Column("amount", "Payment", "money2"),
)
