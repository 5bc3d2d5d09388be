"""How the tables of the passport of a contract list are headed."""

from retention_utils.display_tables import Column

__all__ = ["ACCOUNT", "ARREARS", "LEFT_OUT", "OVERLAPS", "RUNNING"]

ACCOUNT = (
    Column("use", "Rows of the contract list"),
    Column("rows", "Rows", "count"),
    Column("row_share", "Share of rows", "share"),
    Column("amount", "Monthly prices added up", "money2"),
)
LEFT_OUT = (
    Column("file", "File", "name"),
    Column("row", "Row", "count"),
    Column("column", "Column", "name"),
    Column("why", "Why it is left out"),
    Column("start", "Begins", "date"),
    Column("amount", "Price", "money2"),
)
OVERLAPS = (
    Column("customer_id", "Customer", "name"),
    Column("plan", "Plan", "name"),
    Column("start", "Begins", "date"),
    Column("amount", "Price", "money2"),
)
ARREARS = (
    Column("customer_id", "Customer", "name"),
    Column("plan", "Plan", "name"),
    Column("past_due_since", "Overdue since", "date"),
    Column("amount", "Price", "money2"),
)
RUNNING = (
    Column("period", "Period"),
    Column("seen", "Begun within the list", "count"),
    Column("older", "Begun before it", "count"),
)
