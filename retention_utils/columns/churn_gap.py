"""How the tables of the churn gap are headed."""

from retention_utils.columns.shared import CUSTOMERS, blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["BACKTEST", "FAMILIES", "RULES"]

FEW = message("too few customers for a share")
FLAGGED = Column("flagged", "Flagged as lost", "count")

BACKTEST = (
    Column("gap_days", "Gap, days", "days"),
    FLAGGED,
    Column("returned", "Of them came back", "count"),
    *blank_where(FEW, Column("false_churn", "False churn", "share"), *interval_columns("share")),
    Column("late", "Leavers not flagged yet", "count"),
    *blank_where(
        FEW,
        Column("late_share", "Late detection", "share"),
        Column("late_low", "from", "share"),
        Column("late_high", "to", "share"),
        Column("wrong_share", "Returners flagged", "share"),
    ),
    Column("youden", "Leavers flagged minus returners flagged, points", "points"),
    Column("wrong_amount", "Spent by returners flagged", "money"),
    Column("late_amount", "Spent by leavers not flagged yet", "money"),
)
FAMILIES = (
    Column("family", "Definition"),
    Column("group", "Tried on"),
    CUSTOMERS,
    FLAGGED,
    Column("left", "Of them left", "count"),
    *blank_where(FEW, Column("precision", "Share who left", "share"), *interval_columns("share")),
    Column("leavers", "Leavers", "count"),
    *blank_where(
        FEW,
        Column("caught_share", "Of them flagged", "share"),
        Column("caught_low", "from", "share"),
        Column("caught_high", "to", "share"),
    ),
    Column("also_silent", "Also inactive", "count"),
)
RULES = (
    Column("rule", "Gap"),
    Column("gap_days", "Days", "days", blank=message("not known, for too few customers can be tested")),
    *blank_where(
        message("only the gap that did best in the test has an interval"), *interval_columns("days")
    ),
)
