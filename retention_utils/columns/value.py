"""How the tables of customer value are headed."""

from retention_utils.columns.shared import CUSTOMERS, blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = [
    "ALIVE",
    "COHORT_PAYBACK",
    "COHORT_VALUE",
    "CONTRACT_HOLDOUT",
    "CONTRACT_PARAMETERS",
    "CONTRACT_PAYBACK",
    "CONTRACT_THREE_VALUES",
    "CONTRACT_VALUE",
    "HOLDOUT",
    "MINIMUMS",
    "NEW_CONTRACT",
    "OCCASION_COUNTS",
    "OCCASION_VALUE",
    "PARAMETERS",
    "SEGMENT_SHARES",
    "SEGMENT_VALUE",
    "SPEND",
    "THREE_VALUES",
    "VALUE",
]

MODEL = Column("model", "Model", "name")

HOLDOUT = (
    Column("model", "Forecast"),
    CUSTOMERS,
    Column("actual", "Purchases made", "count"),
    Column("forecast", "Purchases expected", "count"),
    Column("bias_share", "Error of the total", "share"),
    Column("mae", "Average error per customer", "decimal3"),
    Column("rmse", "Typical error per customer", "decimal3"),
)
VALUE = (
    Column("label", "Repeat purchases so far", "name"),
    CUSTOMERS,
    Column("purchases", "Expected purchases", "count"),
    Column("value", "Expected value", "estimate"),
    Column("value_low", "from", "estimate"),
    Column("value_high", "to", "estimate"),
    Column("value_share", "Share of the value", "share"),
)
COHORT_VALUE = (
    Column("period_words", "First purchase in"),
    CUSTOMERS,
    Column("purchases", "Expected purchases", "count"),
    Column("value_each", "Expected value per customer", "estimate"),
    Column("value_each_low", "from", "estimate"),
    Column("value_each_high", "to", "estimate"),
    Column("value", "Expected value, all", "estimate"),
    Column("value_share", "Share of the value", "share"),
)
SEGMENT_VALUE = (Column("segment", "Group"), *COHORT_VALUE[1:])
SEGMENT_SHARES = (*SEGMENT_VALUE[:3], SEGMENT_VALUE[-1])
THREE_VALUES = (
    Column("method_words", "How it is worked out"),
    Column("whose_words", "Of whom"),
    Column("year_value", "Within a year", "estimate"),
    *blank_where(
        message("no interval: a formula has none, nor has what is counted of too few months of joining"),
        *interval_columns("estimate"),
    ),
    Column("life_value", "Without end", "estimate", blank=message("only the formulas go on without end")),
    CUSTOMERS,
    Column("bias_words", "Tested on an earlier day"),
)
CONTRACT_THREE_VALUES = (
    *THREE_VALUES[:3],
    *blank_where(
        message(
            "no interval: a formula has none, nor has a year that is paid at once, or what is counted of "
            "too few periods of joining"
        ),
        *interval_columns("estimate"),
    ),
    Column("life_value", "Without end", "estimate", blank=message("what is counted ends with the last day")),
    *THREE_VALUES[6:],
)
COSTLESS = message("no costs are known for it")
COHORT_PAYBACK = (
    Column("period_words", "First purchase in"),
    Column("customers", "New customers", "count"),
    Column("cost", "Cost per new customer", "money2", blank=COSTLESS),
    Column("age", "Periods followed", "count"),
    Column("value", "Margin per customer so far", "money2"),
    Column("recovered", "Share of the cost earned back", "share", blank=COSTLESS),
    Column("payback_words", "Earned back by"),
)
OCCASION_VALUE = (
    Column("label", "Repeat purchases so far", "name"),
    CUSTOMERS,
    Column("alive", "Still there", "share"),
    Column("purchases", "Expected purchases", "number"),
    Column(
        "dert",
        "Purchases to come, without end",
        "number",
        blank=message("without discounting there is no end to them"),
    ),
    Column("value", "Expected value", "estimate"),
)
OCCASION_COUNTS = (
    Column("label", "Repeat purchases", "name"),
    Column("actual", "Customers", "count"),
    Column("expected", "By the model", "count"),
)
CONTRACT_PAYBACK = (Column("period_words", "Joined in"), *COHORT_PAYBACK[1:])
PLAN = Column("plan", "Plan at the start, and billing")
UNUSED = message("no model may be used, or nothing is discounted")
CONTRACT_VALUE = (
    PLAN,
    Column("contracts", "Running contracts", "count"),
    Column("price", "Mean payment", "money"),
    *blank_where(
        UNUSED,
        Column("within", "Expected ahead", "estimate"),
        Column("within_low", "from", "estimate"),
        Column("within_high", "to", "estimate"),
        Column("endless", "Without end", "estimate"),
        Column("endless_low", "from", "estimate"),
        Column("endless_high", "to", "estimate"),
    ),
)
NEW_CONTRACT = (
    PLAN,
    Column("price", "Payment", "money"),
    Column("new_within", "First year", "estimate"),
    Column("new_endless", "Without end", "estimate"),
    Column("new_endless_low", "from", "estimate"),
    Column("new_endless_high", "to", "estimate"),
)
CONTRACT_HOLDOUT = (
    PLAN,
    Column("contracts", "Contracts that ran", "count"),
    Column("due", "Due, had all stayed", "money"),
    Column("expected", "Expected", "estimate"),
    *interval_columns("estimate"),
    Column("actual", "Paid", "money"),
    Column("bias_share", "Error of the model", "share"),
    Column("constant_bias_share", "Error of a constant churn", "share"),
)
CONTRACT_PARAMETERS = (
    PLAN,
    Column("parameter", "Parameter", "name"),
    Column("estimate", "Estimate", "decimal3"),
    *blank_where(message("no interval: the model is not used"), *interval_columns("decimal3")),
    Column("contracts", "Contracts", "count"),
    Column("lost", "Ended", "count"),
)
MINIMUMS = (
    Column("requirement", "What is counted"),
    Column("needed", "Needed"),
    Column("found", "Found", "count"),
    Column("met_words", "Met"),
    Column("source", "Asked for by"),
)
ALIVE = (
    MODEL,
    CUSTOMERS,
    Column("active", "Probably still customers", "count"),
    *interval_columns("count"),
    Column("active_share", "Share", "share"),
)
SPEND = (
    Column("label", "Repeat purchases", "name"),
    CUSTOMERS,
    Column("mean_spend", "Spend per purchase", "money2"),
    *interval_columns("money2"),
)
PARAMETERS = (
    MODEL,
    Column("parameter", "Parameter", "name"),
    Column("estimate", "Estimate", "decimal3"),
    *interval_columns("decimal3"),
    Column("standard_error", "Standard error", "decimal3"),
    Column("status", "Status"),
)
