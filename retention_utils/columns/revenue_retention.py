"""How the tables of revenue retention are headed."""

from retention_utils.columns.shared import CUSTOMERS, blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["BRIDGE", "PLANS", "RATES", "RENEWALS", "WORTH", "YEARS", "of_orders"]

BRIDGE = (
    Column("period", "Period"),
    Column("opening", "Before", "money"),
    Column("new", "New customers", "money"),
    Column("reactivation", "Came back", "money"),
    Column("expansion", "More", "money"),
    Column("contraction", "Less", "money"),
    Column("churn", "Lost", "money"),
    Column("closing", "After", "money"),
    Column("customers_opening", "Customers before", "count"),
    Column("customers_churn", "Customers lost", "count"),
    Column("customers_closing", "Customers after", "count"),
)
FEW_BEFORE = message("too few customers before")
ALIKE = message("an interval also where all customers did alike")
KEPT = (
    Column("net", "Kept (net)", "share", blank=FEW_BEFORE),
    *blank_where(ALIKE, Column("net_low", "from", "share"), Column("net_high", "to", "share")),
    Column("gross", "Without increases (gross)", "share", blank=FEW_BEFORE),
    *blank_where(ALIKE, Column("gross_low", "from", "share"), Column("gross_high", "to", "share")),
)
RATES = (
    Column("period", "Period"),
    *KEPT,
    Column("net_loss", "Net loss, with those back", "share", blank=FEW_BEFORE),
    Column(
        "quick_ratio", "Quick ratio", "number", blank=message("the quick ratio also where nothing was lost")
    ),
    *blank_where(
        FEW_BEFORE,
        Column("customer_churn", "Customers lost", "share"),
        Column("churn_low", "from", "share"),
        Column("churn_high", "to", "share"),
    ),
    Column("per_customer", "Per customer", "money", blank=FEW_BEFORE),
)
YEARS = (
    Column("period", "Year that ends with"),
    Column("opening", "Before", "money"),
    *KEPT,
    Column("customers_opening", "Customers before", "count"),
    Column("customer_churn", "Customers lost", "share"),
)
PLANS = (
    Column("plan", "Main plan", "name"),
    Column("billing", "Paid every"),
    CUSTOMERS,
    Column("mrr", "A month", "money"),
    Column("at_risk", "Judged", "count"),
    Column("churned", "Left", "count"),
    *blank_where(message("too few to judge"), Column("rate", "Share", "share"), *interval_columns("share")),
    Column(
        "involuntary",
        "Payment failed",
        "count",
        blank=message("the list says of nobody who left whether a payment failed"),
    ),
)
# Without contracts nobody is known to be lost.
OF_ORDERS = {
    "churn": Column("churn", "Did not buy", "money"),
    "customers_churn": Column("customers_churn", "Customers who did not buy", "count"),
    "customer_churn": Column("customer_churn", "Customers who did not buy", "share", blank=FEW_BEFORE),
}
WORTH = (
    Column("billing", "Paid every"),
    Column("age", "Renewals, from", "count"),
    Column("contracts", "Running contracts", "count"),
    Column("stay", "Stay a year", "share"),
    Column("payments", "Payments to come", "number"),
    Column("money", "Money to come", "estimate"),
)
RENEWALS = (
    Column("period", "Due in"),
    Column("due", "Due", "count"),
    Column("renewed", "Renewed", "count"),
    *blank_where(
        message("too few contracts were due"), Column("rate", "Share", "share"), *interval_columns("share")
    ),
)


def of_orders(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the same columns as they are headed where customers have no contracts."""
    return tuple(OF_ORDERS.get(column.name, column) for column in columns)
