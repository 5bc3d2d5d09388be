"""How the tables of the risk list are headed."""

from retention_utils.columns.shared import CUSTOMERS, interval_columns
from retention_utils.display_tables import Column

__all__ = ["CALIBRATION", "CALLS", "MODELS", "RULES"]

CALLS = (
    Column("customer_id", "Customer", "name"),
    Column("why", "Why"),
    Column("last_purchase", "Last purchase", "date"),
    Column("purchases", "Purchase days", "count"),
    Column("value_at_risk", "Value at risk", "money"),
    Column("chance", "Chance of staying away", "share"),
    Column("expected_loss", "Expected loss", "estimate"),
    Column("tactic", "What to try"),
)
RULES = (
    Column("label", "Whom to call first"),
    Column("listed", "On the list", "count"),
    Column("stayed_away", "Stayed away", "count"),
    Column("precision", "Share of the list", "share"),
    *interval_columns("share"),
    Column("precision_lift", "Times the share of all candidates", "number"),
    Column("recall", "Share of all who stayed away", "share"),
    Column("found", "Lost value found", "money"),
    Column("found_share", "Share of all lost value", "share"),
    Column("found_lift", "Times a list drawn by lot", "number"),
)
MODELS = (
    Column("label", "Chances from"),
    Column("predicted", "Expected to stay away", "share"),
    Column("observed", "Stayed away", "share"),
    Column("average_precision", "Average precision", "decimal3"),
    Column("brier", "Brier score", "decimal3"),
    *interval_columns("decimal3"),
)
CALIBRATION = (
    CUSTOMERS,
    Column("predicted", "Mean chance of staying away", "share"),
    Column("stayed_away", "Stayed away", "count"),
    Column("observed", "Share that stayed away", "share"),
    *interval_columns("share"),
)
