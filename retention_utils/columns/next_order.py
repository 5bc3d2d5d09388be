"""How the tables of the next order are headed."""

from retention_utils.columns.shared import CUSTOMERS, blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["ORDERED_BY", "QUANTILES", "REPEAT_BY_COHORT", "SEGMENTS", "SEGMENT_TESTS"]

AFTER = Column("order_rank", "After purchase no.", "count")
AT_RISK = Column("at_risk", "Still waiting on that day", "count")
BOUGHT_AGAIN = Column("ordered", "Bought again", "share")
ATTRIBUTE = Column("attribute", "Compared by")

UNSEEN = message("nobody has been followed that long")
ORDERED_BY = (
    AFTER,
    Column("days", "Within days", "days"),
    CUSTOMERS,
    *blank_where(UNSEEN, AT_RISK, BOUGHT_AGAIN, *interval_columns("share")),
)
QUANTILES = (
    AFTER,
    Column("share", "Share who bought again", "share"),
    CUSTOMERS,
    *blank_where(
        message("the data do not reach it"),
        Column("reached", "Reached on day", "figure"),
        *interval_columns("days"),
    ),
)
REPEAT_BY_COHORT = (
    Column("cohort", "First purchase in"),
    CUSTOMERS,
    Column("repeated", "Bought again in time", "count"),
)
SEGMENTS = (
    ATTRIBUTE,
    Column("segment", "Group"),
    CUSTOMERS,
    *blank_where(
        message("too few customers, or nobody followed that long"),
        AT_RISK,
        BOUGHT_AGAIN,
        *interval_columns("share"),
        Column("median", "Half bought again by day", "figure"),
    ),
)
SEGMENT_TESTS = (
    ATTRIBUTE,
    Column("segments", "Groups", "count"),
    CUSTOMERS,
    Column("statistic", "Chi-square", "number"),
    Column("degrees", "Degrees of freedom", "count"),
    Column("p_value", "Probability by chance", "figure"),
    Column("adjusted", "The same, corrected", "figure"),
    Column("verdict", "More than chance"),
)
