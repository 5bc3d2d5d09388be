"""How the tables of cohort retention are headed."""

from retention_utils.columns.shared import CUSTOMERS, ORDERS, REVENUE, interval_columns
from retention_utils.display import Column

__all__ = ["CELLS", "POOLED"]

AGE = Column("age", "Periods later", "count")
BOUGHT = Column("active", "Bought", "count")
RETENTION = Column("retention", "Retention", "share")

POOLED = (
    AGE,
    Column("cohorts", "Cohorts", "count"),
    CUSTOMERS,
    BOUGHT,
    RETENTION,
    *interval_columns("share"),
)
CELLS = (
    Column("period", "First purchase in"),
    AGE,
    CUSTOMERS,
    BOUGHT,
    Column("repeaters", "Had bought before", "count"),
    RETENTION,
    *interval_columns("share"),
    ORDERS,
    REVENUE,
)
