"""How the tables of early warning are headed."""

from retention_utils.columns.shared import blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["LEDGER", "MIX", "MULTIPLES", "RULES", "SYMPTOMS"]

SYMPTOMS = (
    Column("symptom", "Symptom"),
    Column("flag", "Flag"),
    *blank_where(
        message("not measured, or not for long enough"),
        Column("last", "Last three periods", "figure"),
        Column("previous", "Up to 12 before", "figure"),
        Column("change", "Change", "figure"),
        Column("interval", "95% interval", "figure"),
        Column("year_change", "Against a year before", "figure"),
        Column("slope", "Trend per period", "figure"),
        Column("p_adjusted", "Chance of such a trend", "decimal3"),
        Column("n", "Rests on", "figure"),
    ),
)
MIX = (
    Column("mean", "Mean"),
    Column("previous", "Up to 12 periods before", "figure"),
    Column("last", "Last three", "figure"),
    Column("rate_effect", "Other habits", "figure"),
    Column("mix_effect", "Another mix", "figure"),
    Column("standardised", "Last three at the old mix", "figure"),
    Column("newcomers_previous", "New customers before", "share"),
    Column("newcomers_last", "New customers last", "share"),
)
_TESTED = (
    Column("judged", "Judged", "count"),
    Column("flagged", "Flagged", "count"),
    Column("amount", "Revenue at stake", "money"),
    Column("tested_flagged", "Flagged before", "count"),
    *blank_where(
        message("too few were judged or flagged before"),
        Column("precision", "Of these left", "share"),
        *interval_columns("share"),
        Column("base_rate", "Of all judged left", "share"),
        Column("lift", "Lift", "number"),
        Column("amount_lost", "Of their money lost", "share"),
        Column("recall", "Leavers named", "share"),
    ),
    Column("tested_as", "Better than chance"),
)
MULTIPLES = (Column("multiple", "Times the usual gap", "number"), *_TESTED)
RULES = (Column("rule", "Rule"), *_TESTED)
FADING = (
    Column("customer_id", "Customer", "name"),
    Column("year_amount", "Spent in 365 days", "money"),
    Column("last_day", "Last purchase", "date"),
    Column("silence_days", "Days silent", "days"),
    Column("usual_gap_days", "Usual gap, days", "days"),
    Column("gaps", "Times the usual gap", "number"),
    Column("purchases", "Purchase days", "count"),
)
LEDGER = (
    Column("customer_id", "Customer", "name"),
    Column("year_amount", "Spent in 365 days", "money"),
    Column("last_day", "Last purchase", "date"),
    Column("silence_days", "Days silent", "days"),
    Column("usual_gap_days", "Usual gap, days", "days", blank=message("bought on fewer than three days")),
    Column("norm_purchases", "Purchases in the year before", "count"),
    Column("previous_purchases", "In the last stretch but one", "count"),
    Column("last_purchases", "In the last stretch", "count"),
    Column("fired", "Why"),
)
