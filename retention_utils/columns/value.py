"""How the tables of customer value are headed."""

from retention_utils.columns.shared import CUSTOMERS, interval_columns
from retention_utils.display import Column

__all__ = ["ALIVE", "HOLDOUT", "PARAMETERS", "SPEND", "VALUE"]

MODEL = Column("model", "Model")

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
    *interval_columns("count"),
    Column("active_share", "Share", "share"),
)
SPEND = (
    Column("label", "Repeat purchases"),
    CUSTOMERS,
    Column("mean_spend", "Spend per purchase", "money2"),
    *interval_columns("money2"),
)
PARAMETERS = (
    MODEL,
    Column("parameter", "Parameter"),
    Column("estimate", "Estimate", "decimal3"),
    Column("standard_error", "Standard error", "decimal3"),
    *interval_columns("decimal3"),
    Column("status", "Status"),
)
