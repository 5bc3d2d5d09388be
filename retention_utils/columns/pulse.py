"""How the tables of base movement are headed."""

from retention_utils.columns.shared import ORDERS, REVENUE, blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = [
    "ANSWERS",
    "BALANCE",
    "BUYERS",
    "CONTRACT_MOVEMENT",
    "LAST_THREE",
    "MOVEMENT",
    "PLAN",
    "REPLACEMENTS",
    "SERVICE_PLAN",
    "YEAR_ON_YEAR",
]

MOVEMENT = (
    Column("period", "Period"),
    Column("active_start", "Active at start", "count"),
    Column("new", "New", "count"),
    Column("reactivated", "Came back", "count"),
    Column("lapsed", "Lapsed", "count"),
    Column("active_end", "Active at end", "count"),
    Column("early_lapsed", "Joined and lapsed within it", "count"),
    *blank_where(
        message("not known until the order log is longer than the churn gap, or too few were active"),
        Column("churn", "Churn", "share"),
        *interval_columns("share"),
    ),
)
CONTRACT_MOVEMENT = (
    Column("period", "Period"),
    Column("active_start", "At start", "count"),
    Column("new", "New", "count"),
    Column("reactivated", "Came back", "count"),
    Column("lapsed", "Left", "count"),
    Column("active_end", "At end", "count"),
    Column("early_lapsed", "Joined and left within it", "count"),
    Column("churn", "Churn", "share"),
    *interval_columns("share"),
)
BUYERS = (
    Column("period", "Period"),
    Column("buyers", "Customers who bought", "count"),
    ORDERS,
    *blank_where(
        message("nobody bought"),
        Column("orders_per_buyer", "Orders each", "number"),
        Column("order_value", "Per order", "money2"),
        Column("purchase_day_value", "Per purchase", "money2"),
    ),
    REVENUE,
    Column("returning", "Had bought before", "count"),
    *blank_where(
        message("first purchases may be those of old customers, or too few customers bought"),
        Column("returning_share", "Share of buyers", "share"),
        Column("returning_low", "from", "share"),
        Column("returning_high", "to", "share"),
    ),
)
BALANCE = (
    Column("line", "Account of the active base"),
    Column("customers", "Customers", "count"),
)
ANSWERS = (
    Column("formula", "Counted as"),
    Column("counted", "Counted as lost", "count"),
    Column("divided_by", "Divided by", "count", blank=message("every day has a divisor of its own")),
    Column("churn", "Churn", "share"),
    Column("difference", "Against this report, points", "points"),
    Column("why", "How it counts, and where it misleads"),
)
UNMEASURED = message("a figure that was not measured, such as churn before the order log is long enough")
SPREAD = Column(
    "interval",
    "95% interval of it",
    "figure",
    blank=message("an interval where the spread over customers is not known, or too few customers bought"),
)
LAST_THREE = (
    Column("measure", "Figure"),
    *blank_where(
        UNMEASURED,
        Column("earlier", "Two before", "figure"),
        Column("previous", "Period before", "figure"),
        Column("value", "Last period", "figure"),
        Column("change", "Change", "figure"),
    ),
    SPREAD,
    Column("trend", "Over all three", blank=UNMEASURED),
)
YEAR_ON_YEAR = (
    Column("measure", "Figure"),
    *blank_where(
        UNMEASURED,
        Column("year", "A year earlier", "figure"),
        Column("value", "Last period", "figure"),
        Column("change", "Change", "figure"),
    ),
    SPREAD,
)
REPLACEMENTS = (
    Column("period", "Period"),
    Column("active_end", "Active at end", "count"),
    Column("to_replace", "Lapsed per period", "count"),
    Column("inflow", "Came in per period", "count"),
    Column("pooled_churn", "Churn", "share"),
    Column("equilibrium_base", "Equilibrium base", "count"),
    *interval_columns("count"),
)
PLAN = (
    Column("period", "Period"),
    Column("metric", "Figure"),
    Column("plan", "Planned", "figure"),
    Column("fact", "Fact", "figure"),
    Column("difference", "Difference", "figure"),
    Column("relative", "Of the plan", "figure", blank=message("shares differ in points, so not in per cent")),
    Column(
        "interval", "95% interval of the fact", "figure", blank=message("sums and counts have no interval")
    ),
    Column("reached", "Reached"),
)
SERVICE_PLAN = (PLAN[1], Column("service", "Service"), PLAN[0], *PLAN[2:])
