"""How the tables of the next order are headed."""

from retention_utils.columns.shared import CUSTOMERS, interval_columns
from retention_utils.display import Column

__all__ = ["ORDERED_BY", "QUANTILES", "REPEAT_BY_COHORT"]

AFTER = Column("order_rank", "After purchase no.", "count")

ORDERED_BY = (
    AFTER,
    Column("days", "Within days", "days"),
    CUSTOMERS,
    Column("at_risk", "Still waiting on that day", "count"),
    Column("ordered", "Bought again", "share"),
    *interval_columns("share"),
)
QUANTILES = (
    AFTER,
    Column("share", "Share who bought again", "share"),
    CUSTOMERS,
    Column("days", "Reached on day", "days"),
    *interval_columns("days"),
)
REPEAT_BY_COHORT = (
    Column("cohort", "First purchase in"),
    CUSTOMERS,
    Column("repeated", "Bought again in time", "count"),
)
