"""How the tables of use are headed."""

from retention_utils.columns.shared import CUSTOMERS, blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["AT_RENEWAL", "BY_DAY", "BY_PLAN", "LISTED", "STATUSES", "THEN", "TRIAL"]

NO_DAY = message("no payment to come is known of")
NOTHING = message("nothing was used before")
FEW_OF_PLAN = message("too few customers of the plan whose use can be told")
LISTED = (
    Column("customer_id", "Customer", "name"),
    Column("plan", "Plan", "name"),
    Column("due_day", "Due on", "date", blank=NO_DAY),
    Column("year", "Revenue a year", "money"),
    Column("before", "Use before", "number"),
    Column("expected", "Expected", "number", blank=NOTHING),
    Column("recent", "Last month", "number"),
    Column("change", "Against what is expected", "share", blank=NOTHING),
    Column("normal", "Middle of the plan", "number", blank=FEW_OF_PLAN),
)
THEN = (*LISTED, Column("sign", "Sign"))
TRIAL = (
    Column("rule", "Sign"),
    Column("flagged", "Flagged now", "count"),
    Column("amount", "They pay a month", "money"),
    Column("tested_flagged", "Flagged before", "count"),
    *blank_where(
        message("too few were flagged before, or on fewer than two days"),
        Column("precision", "Of these left", "share"),
        *interval_columns("share"),
        Column("others", "Of the others left", "share"),
        Column("lift", "Lift", "number"),
        Column("recall", "Leavers named", "share"),
    ),
    Column("tested_as", "Better than chance"),
)
AT_RENEWAL = (
    Column("due", "Comes up"),
    CUSTOMERS,
    Column("falling", "Use falls", "count"),
    Column("falling_mrr", "They pay a month", "money"),
    Column("unused", "No use at all", "count"),
    Column("steady", "Steady", "count"),
    Column("others", "Not judged", "count"),
)
BY_PLAN = (
    Column("plan", "Plan", "name"),
    Column("judged", "Judged", "count"),
    Column("normal", "Middle of the plan", "number", blank=FEW_OF_PLAN),
    Column(
        "moved",
        "Use of all against before",
        "share",
        blank=message("too few customers of the plan whose use can be told, or none whose use can be judged"),
    ),
    Column("falling", "Use falls", "count"),
    Column("falling_mrr", "They pay a month", "money"),
)
BY_DAY = (
    Column("day", "Judged on", "date"),
    Column("falling", "Use falls", "count"),
    Column("falling_left", "Left in the month after", "count"),
    Column("steady", "Steady", "count"),
    Column("steady_left", "Left in the month after", "count"),
)
STATUSES = (Column("status", "Use"), CUSTOMERS, Column("mrr", "They pay a month", "money"))
