"""How the tables of the what-if are headed."""

from retention_utils.columns.shared import CUSTOMERS, interval_columns
from retention_utils.display_tables import Column

__all__ = ["BREAK_EVEN", "INCENTIVE", "UPGRADE", "WORTH"]

WORTH = (
    Column("months", "Months ahead", "count"),
    Column("points", "Points of retention a month", "count"),
    Column("kept", "More active customers at the end", "count"),
    Column("extra", "Worth", "estimate"),
    *interval_columns("estimate"),
    Column("relative", "On top of what is expected", "share"),
)
BREAK_EVEN = (
    Column("age", "Periods after joining", "count"),
    Column("cohorts", "Cohorts", "count"),
    CUSTOMERS,
    Column("plain", "Earned less cost, each", "money2"),
    Column("upsell", "The same, selling more", "money2"),
)
INCENTIVE = (
    Column("reduction", "Fewer customers who leave", "figure"),
    Column("kept", "Kept in a month", "count"),
    Column("margin", "Their margin in 12 months", "estimate"),
    *interval_columns("estimate"),
    Column("bonus_each", "Bonus for each kept", "estimate"),
)
UPGRADE = (
    Column("years", "Years ahead", "count"),
    Column("active", "Still active at the end", "share"),
    Column("plain", "Without leaving", "money2"),
    Column("value", "Worth", "money2"),
    *interval_columns("money2"),
)
