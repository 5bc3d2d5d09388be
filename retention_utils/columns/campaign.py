"""How the tables of campaigns are headed."""

from retention_utils.columns.shared import CUSTOMERS, blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = [
    "ARMS",
    "BALANCE",
    "BEFORE_MONEY",
    "BEFORE_SHARE",
    "CAMPAIGNS",
    "GROUPS",
    "MONEY",
    "NEEDED",
    "RELATIVE",
]

UNJUDGED = message("the campaign cannot be judged yet, or there is nobody to compare with")
CAMPAIGNS = (
    Column("campaign", "Campaign", "name"),
    Column("first_day", "First day", "date"),
    Column("worth", "What it shows"),
    *blank_where(
        UNJUDGED,
        Column("treated", "Treated", "count"),
        Column("share", "Stayed", "share"),
        Column("controls", "The others", "count"),
        Column("control_share", "Stayed", "share"),
        Column("difference", "Difference, points", "points"),
        *interval_columns("points"),
    ),
)
RELATIVE = (
    Column("campaign", "Campaign", "name"),
    Column("relative", "Difference as part of those who stayed", "share"),
    Column("relative_low", "from", "share"),
    Column("relative_high", "to", "share"),
    Column("p_value", "By chance alone (p)", "figure"),
    Column("seen_with", "Least difference likely to be seen, points", "points"),
)
ARMS = (
    Column("campaign", "Campaign", "name"),
    Column("arm_name", "Group"),
    Column("drawn", "Drawn", "count"),
    Column("both arms", "In both groups", "count"),
    Column("not a customer", "No customers before", "count"),
    Column("too recent", "Too recent", "count"),
    Column("judged", "Judged", "count"),
    Column("retained", "Stayed", "count", blank=message("nobody of the group can be judged yet")),
    Column("elsewhere", "In another campaign, too", "count"),
    Column("cost", "Cost", "money", blank=message("no cost is stated")),
)
BALANCE = (
    Column("label", "Known before"),
    Column("treatment", "Treated", "figure"),
    Column("control", "The others", "figure"),
    Column("difference", "Standardised difference", "number"),
)
BEFORE_SHARE = (
    Column("campaign", "Campaign", "name"),
    CUSTOMERS,
    Column("before", "Ordered before", "share"),
    Column("after", "Ordered after", "share"),
    Column("difference", "Difference, points", "points"),
    *interval_columns("points"),
)
BEFORE_MONEY = (
    Column("campaign", "Campaign", "name"),
    CUSTOMERS,
    Column("before", "Brought before", "money2"),
    Column("after", "Brought after", "money2"),
    Column("difference", "Difference", "money2"),
    *interval_columns("money2"),
)
MONEY = (
    Column("label", "Per customer"),
    Column("treatment", "Treated", "money2"),
    Column("control", "Control", "money2"),
    Column("difference", "Difference", "money2"),
    *interval_columns("money2"),
)
GROUPS = (
    Column("label", "Before the draw"),
    CUSTOMERS,
    Column("control_share", "Control stayed", "share"),
    Column("treated_share", "Treated stayed", "share"),
    Column("difference", "Difference, points", "points"),
    *interval_columns("points"),
)
NEEDED = (
    Column("more", "More that stay, points", "points"),
    Column("share", "Share that would stay", "share"),
    Column("customers", "Customers in each group", "count", blank=message("more than all cannot stay")),
)
