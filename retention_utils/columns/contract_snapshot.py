"""How the tables of a list of customers without dates are headed."""

from retention_utils.columns.shared import CUSTOMERS, interval_columns
from retention_utils.display_tables import Column

__all__ = ["GROUPS", "LIVES"]

GROUPS = (
    Column("name", "Group", "name"),
    CUSTOMERS,
    Column("running", "Still there", "count"),
    Column("mrr", "A month", "money"),
    Column("lost_mrr", "A month, lost", "money"),
    Column("share", "Left", "share"),
    *interval_columns("share"),
    Column("months", "Months followed", "count"),
    Column("survival", "Still there then", "share"),
    Column("survival_low", "from", "share"),
    Column("survival_high", "to", "share"),
)
LIVES = (
    Column("billing", "Paid every"),
    Column("renewal", "Renewals", "count"),
    Column("at_risk", "Came up", "count"),
    Column("lost", "Ended at it", "count"),
    Column("survival", "Still running", "share"),
    *interval_columns("share"),
    Column("expected", "By the model", "share"),
    Column("expected_low", "from", "share"),
    Column("expected_high", "to", "share"),
)
