"""How the tables of the risk list are headed."""

from retention_utils.columns.shared import CUSTOMERS, interval_columns
from retention_utils.display import Column

__all__ = ["CALIBRATION", "CALLS", "MODELS", "RULES"]

CALLS = (
    Column("customer_id", "Customer"),
    Column("why", "Why"),
    Column("last_purchase", "Last purchase"),
    Column("purchases", "Purchase days", "count"),
    Column("value_at_risk", "Value at risk", "money"),
    Column("chance", "Chance of staying away", "share"),
    Column("expected_loss", "Expected loss", "estimate"),
    Column("tactic", "What to try"),
)
RULES = (
    Column("label", "Whom to call first"),
    Column("listed", "Listed", "count"),
    Column("stayed_away", "Stayed away", "count"),
    Column("precision", "Share", "share"),
    *interval_columns("share"),
    Column("precision_lift", "Times the share of all", "number"),
    Column("recall", "Of all who stayed away", "share"),
    Column("found", "Value they took along", "money"),
    Column("found_share", "Of all value lost", "share"),
    Column("found_lift", "Times a list by lot", "number"),
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
    Column("predicted", "Chance of staying away, mean", "share"),
    Column("stayed_away", "Stayed away", "count"),
    Column("observed", "Share", "share"),
    *interval_columns("share"),
)
