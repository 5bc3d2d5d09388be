"""How the tables of the chapters are headed: one list per printed table, named after it."""

from retention_utils.display import Column, Unit

__all__ = [
    "ALIVE",
    "BREAKS",
    "BUYERS",
    "CELLS",
    "CHECKS",
    "HOLDOUT",
    "IDENTITY",
    "MOVEMENT",
    "ORDERED_BY",
    "ORPHAN_REFUNDS",
    "PARAMETERS",
    "POLICIES",
    "POOLED",
    "QUANTILES",
    "REPEAT_BY_COHORT",
    "ROW_ACCOUNT",
    "SPEND",
    "STATED_REVENUE",
    "SUSPECTS",
    "UNREADABLE_CELLS",
    "VALUE",
]

CUSTOMERS = Column("customers", "Customers", "count")
ORDERS = Column("orders", "Orders", "count")
REVENUE = Column("amount", "Revenue", "money")
AGE = Column("age", "Periods later", "count")
BOUGHT = Column("active", "Bought", "count")
RETENTION = Column("retention", "Retention", "share")
AFTER = Column("order_rank", "After purchase no.", "count")
MODEL = Column("model", "Model")


def _interval(unit: Unit) -> tuple[Column, Column]:
    """Where a table prints an interval, these two columns follow the estimate."""
    return Column("low", "from", unit), Column("high", "to", unit)


ROW_ACCOUNT = (
    Column("use", "Rows of the order log"),
    Column("rows", "Rows", "count"),
    Column("row_share", "Share of rows", "share"),
    Column("amount", "Amount", "money2"),
)
CHECKS = (
    Column("check", "Check"),
    Column("result", "Result"),
    Column("found", "Found"),
    Column("wanted", "Asked for"),
)
POLICIES = (
    Column("policy", "Policy"),
    Column("value", "Set to"),
    Column("meaning", "What it says"),
    Column("rows", "Rows", "count"),
    Column("amount", "Amount", "money2"),
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
    Column("first_day", "From the week of"),
    Column("before", "Usual before"),
    Column("after", "Usual after"),
    Column("change", "Change"),
)
SUSPECTS = (
    Column("customer_id", "Customer"),
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
    Column("file", "File"),
    Column("line", "Line"),
    Column("column", "Column"),
    Column("use", "What is wrong"),
    Column("found", "Found"),
)
ORPHAN_REFUNDS = (
    Column("file", "File"),
    Column("row", "Row"),
    Column("customer_id", "Customer"),
    Column("day", "Day"),
    Column("amount", "Amount", "money2"),
)
MOVEMENT = (
    Column("period", "Period"),
    Column("active_start", "Active at start", "count"),
    Column("new", "New", "count"),
    Column("reactivated", "Came back", "count"),
    Column("lapsed", "Lapsed", "count"),
    Column("active_end", "Active at end", "count"),
    Column("early_lapsed", "Joined and lapsed within it", "count"),
    Column("churn", "Churn", "share"),
    *_interval("share"),
)
BUYERS = (
    Column("period", "Period"),
    Column("buyers", "Customers who bought", "count"),
    ORDERS,
    Column("orders_per_buyer", "Orders each", "number"),
    Column("order_value", "Per order", "money2"),
    REVENUE,
)
POOLED = (
    AGE,
    Column("cohorts", "Cohorts", "count"),
    CUSTOMERS,
    BOUGHT,
    RETENTION,
    *_interval("share"),
)
CELLS = (
    Column("period", "First purchase in"),
    AGE,
    CUSTOMERS,
    BOUGHT,
    Column("repeaters", "Had bought before", "count"),
    RETENTION,
    *_interval("share"),
    ORDERS,
    REVENUE,
)
ORDERED_BY = (
    AFTER,
    Column("days", "Within days", "days"),
    CUSTOMERS,
    Column("at_risk", "Still waiting on that day", "count"),
    Column("ordered", "Bought again", "share"),
    *_interval("share"),
)
QUANTILES = (
    AFTER,
    Column("share", "Share who bought again", "share"),
    CUSTOMERS,
    Column("days", "Reached on day", "days"),
    *_interval("days"),
)
REPEAT_BY_COHORT = (
    Column("cohort", "First purchase in"),
    CUSTOMERS,
    Column("repeated", "Bought again in time", "count"),
)
HOLDOUT = (
    Column("model", "Forecast"),
    CUSTOMERS,
    Column("actual", "Made", "count"),
    Column("forecast", "Expected", "count"),
    Column("bias_share", "Error of the total", "share"),
    Column("mae", "Average error per customer", "decimal3"),
    Column("rmse", "Root mean square error", "decimal3"),
)
VALUE = (
    Column("label", "Repeat purchases so far"),
    CUSTOMERS,
    Column("purchases", "Expected purchases", "count"),
    Column("value", "Expected value", "estimate"),
    Column("value_low", "from", "estimate"),
    Column("value_high", "to", "estimate"),
    Column("value_share", "Share of the value", "share"),
)
ALIVE = (
    MODEL,
    CUSTOMERS,
    Column("active", "Not left for good", "count"),
    *_interval("count"),
    Column("active_share", "Share", "share"),
)
SPEND = (
    Column("label", "Repeat purchases"),
    CUSTOMERS,
    Column("mean_spend", "Spend per purchase", "money2"),
    *_interval("money2"),
)
PARAMETERS = (
    MODEL,
    Column("parameter", "Parameter"),
    Column("estimate", "Estimate", "decimal3"),
    Column("standard_error", "Standard error", "decimal3"),
    *_interval("decimal3"),
    Column("status", "Status"),
)
