"""How the tables of the data passport are headed."""

from retention_utils.columns.shared import CUSTOMERS, ORDERS
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = [
    "BREAKS",
    "CHECKS",
    "IDENTITY",
    "ORPHAN_REFUNDS",
    "POLICIES",
    "ROW_ACCOUNT",
    "STATED_REVENUE",
    "SUSPECTS",
    "UNREADABLE_CELLS",
]

ROW_ACCOUNT = (
    Column("use", "Rows of the order log"),
    Column("rows", "Rows", "count"),
    Column("row_share", "Share of rows", "share"),
    Column("amount", "Amount", "money2", blank=message("the amount cannot be read or converted")),
)
CHECKS = (
    Column("check", "Check"),
    Column("result", "Result"),
    Column(
        "found", "Found", "figure", blank=message("not checked: the data are too short, or say nothing of it")
    ),
    Column("wanted", "Asked for"),
)
POLICIES = (
    Column("name", "Policy"),
    Column("meaning", "What it says"),
    Column("rows", "Rows", "count"),
    Column("amount", "Amount", "money2", blank=message("the amount cannot be read or converted")),
    Column("setting", "In the client file", "name"),
)
IDENTITY = (
    Column("identity", "How the customer is known"),
    Column("rows", "Rows", "count"),
    CUSTOMERS,
    Column("amount", "Amounts above zero", "money2"),
    Column("amount_share", "Share of them", "share"),
)
BREAKS = (
    Column("measure", "What changed"),
    Column("first_day", "From the week of", "date"),
    Column("before", "Usual before", "figure"),
    Column("after", "Usual after", "figure"),
    Column("change", "Change", "figure"),
)
SUSPECTS = (
    Column("customer_id", "Customer", "name"),
    Column("reason", "Why"),
    ORDERS,
    Column("amount", "Revenue", "money2"),
    Column("share", "Share of revenue", "share"),
)
STATED_REVENUE = (
    Column("period", "Period"),
    Column("stated", "Stated", "money2"),
    Column("found", "Found in the log", "money2"),
    Column("difference", "Difference", "money2"),
    Column("share", "Share of stated", "share"),
    Column("result", "Result"),
)
UNREADABLE_CELLS = (
    Column("file", "File", "name"),
    Column("line", "Line", "name"),
    Column("column", "Column"),
    Column("use", "What is wrong"),
    Column("found", "Found"),
)
ORPHAN_REFUNDS = (
    Column("file", "File", "name"),
    Column("row", "Row", "name"),
    Column("customer_id", "Customer", "name"),
    Column("day", "Day", "date"),
    Column("amount", "Amount", "money2"),
)
