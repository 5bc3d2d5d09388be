"""How the tables of cohort retention are headed."""

from retention_utils.columns.shared import CUSTOMERS, ORDERS, REVENUE, blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["CELLS", "CONTRACT_CELLS", "EVENTS", "KEPT", "MONEY_KEPT", "POOLED", "ROLLING", "STAYING", "WAYS"]

AGE = Column("age", "Periods later", "count")
BOUGHT = Column("active", "Bought", "count")
RETENTION = Column("retention", "Retention", "share")
COHORTS = Column("cohorts", "Cohorts", "count")
REVENUE_PER_CUSTOMER = Column("amount_per_customer", "Revenue per customer", "money2")
KEPT_SHARES = (
    Column("orders_kept", "Orders kept", "share"),
    Column("amount_kept", "Revenue kept", "share"),
)

SMALL = message("the cohort is too small for shares and means")
ALL_THERE = message("no interval: everybody was there at first, or too few were followed")
SPREAD = message("no interval: too few cohorts to see how far they differ, or the beginning itself")
FEW = message("too few customers, or none, have been followed that long")
FIRST = message("everybody bought in the first period, so there is no interval, or too few were followed")
# Of customers under contract nobody buys: they are there at the end of a period, or not.
THERE = Column("active", "There", "count")
STAYING = (
    AGE,
    COHORTS,
    CUSTOMERS,
    THERE,
    Column("retention", "Still there", "share", blank=FEW),
    *blank_where(ALL_THERE, *interval_columns("share")),
    Column("unbroken", "Never away", "share", blank=FEW),
    *blank_where(ALL_THERE, Column("unbroken_low", "from", "share"), Column("unbroken_high", "to", "share")),
)
MONEY_KEPT = (
    AGE,
    COHORTS,
    CUSTOMERS,
    Column("amount", "A month", "money"),
    Column("amount_kept", "Of the first", "share", blank=FEW),
    *blank_where(SPREAD, Column("amount_low", "from", "share"), Column("amount_high", "to", "share")),
    Column("amount_per_customer", "A month per customer who joined", "money2", blank=FEW),
)
CONTRACT_CELLS = (
    Column("period", "Joined in"),
    Column("kind", "Customers are"),
    AGE,
    CUSTOMERS,
    THERE,
    Column("retention", "Still there", "share", blank=SMALL),
    *blank_where(ALL_THERE, *interval_columns("share")),
    Column("amount", "A month", "money"),
    Column("amount_kept", "Of the first", "share", blank=SMALL),
)
POOLED = (
    AGE,
    COHORTS,
    CUSTOMERS,
    BOUGHT,
    *blank_where(FEW, RETENTION),
    *blank_where(FIRST, *interval_columns("share")),
)
ROLLING = (
    Column("days", "Days after the first purchase", "name"),
    COHORTS,
    CUSTOMERS,
    BOUGHT,
    *blank_where(FEW, RETENTION),
    *blank_where(FIRST, *interval_columns("share")),
)
WAYS = (
    Column("meaning", "Customers who bought"),
    *blank_where(
        message("some have been followed for less than the churn gap"),
        Column("retention", "Share", "share"),
        *interval_columns("share"),
        BOUGHT,
    ),
    CUSTOMERS,
    Column("followed_least", "Followed on, at least", "count"),
    Column("followed_most", "at most", "count"),
)
KEPT = (
    AGE,
    COHORTS,
    CUSTOMERS,
    *blank_where(FEW, Column("customers_kept", "Customers kept", "share"), *KEPT_SHARES),
    *blank_where(
        SPREAD,
        Column("amount_low", "from", "share"),
        Column("amount_high", "to", "share"),
    ),
    *blank_where(FEW, Column("orders_per_customer", "Orders per customer", "decimal3"), REVENUE_PER_CUSTOMER),
)
EVENTS = (
    Column("event", "Event", "name"),
    Column("days", "When"),
    Column("reading", "Retention was"),
    Column("difference", "Difference, points", "points"),
    *interval_columns("points"),
    RETENTION,
    Column("usual", "Usual", "share"),
    BOUGHT,
    CUSTOMERS,
)
CELLS = (
    Column("period", "First purchase in"),
    Column("kind", "Customers are"),
    AGE,
    CUSTOMERS,
    BOUGHT,
    Column("repeaters", "Had bought before", "count"),
    *blank_where(SMALL, RETENTION),
    *blank_where(
        message("everybody bought in the first period, so there is no interval, or the cohort is too small"),
        *interval_columns("share"),
    ),
    ORDERS,
    REVENUE,
    *blank_where(SMALL, *KEPT_SHARES, REVENUE_PER_CUSTOMER),
)
