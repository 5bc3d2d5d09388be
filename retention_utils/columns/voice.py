"""How the tables of customers' voice are headed."""

from retention_utils.columns.shared import CUSTOMERS, blank_where, interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = [
    "ACCOUNT",
    "ALIKE",
    "GROUPS",
    "LEFT",
    "NPS_PLAN",
    "PERIODS",
    "REPLIES",
    "STAKE",
    "THEMES",
    "THEME_TRENDS",
    "UNMATCHED",
]

_COUNTS = (
    Column("promoters", "Promoters", "count"),
    Column("passives", "Passives", "count"),
    Column("detractors", "Detractors", "count"),
)
FEW = message("too few answered")
_NPS = blank_where(
    message("fewer than 30 answers"), Column("nps", "NPS, points", "points"), *interval_columns("points")
)
PERIODS = (Column("period", "Period"), Column("answers", "Answers", "count"), *_COUNTS, *_NPS)
GROUPS = (
    Column("group", "Group"),
    Column("kind", "By"),
    Column("answers", "Answers", "count"),
    *_COUNTS,
    *_NPS,
)
NPS_PLAN = (
    Column("period", "Period"),
    Column("plan", "Planned, points", "points"),
    Column("fact", "NPS, points", "points"),
    *interval_columns("points"),
    Column("difference", "Difference in NPS, points", "points"),
    Column("answers", "Answers", "count"),
    Column("reached", "Reached"),
)
LEFT = (
    Column("group", "Who answered"),
    CUSTOMERS,
    Column("left", "Left afterwards", "count"),
    *blank_where(FEW, Column("share", "Share", "share"), *interval_columns("share")),
)
NOBODY = message("nobody of this kind answered so")
ALIKE = (
    Column("group", "Customers alike"),
    Column("tenure", "Time as a customer"),
    Column("detractors", "Detractors", "count"),
    Column("detractors_left", "Left afterwards", "count", blank=NOBODY),
    Column("others", "Others", "count"),
    Column("others_left", "Left afterwards", "count", blank=NOBODY),
)
STAKE = (
    Column("customer_id", "Customer", "name"),
    Column("value", "Brings in a year", "money"),
    Column("day", "Answered on", "date"),
    Column("score", "Score", "count"),
    Column("comment", "In the customer’s words", "name", blank=message("no comment was left")),
)
THEMES = (
    Column("theme", "Theme"),
    Column("comments", "Comments", "count"),
    *blank_where(FEW, Column("share", "Share of all", "share"), *interval_columns("share")),
    *_COUNTS,
    Column("detractor_share", "Of the detractors’ comments", "share", blank=FEW),
)
THEME_TRENDS = (
    Column("theme", "Theme"),
    Column("comments", "Comments", "count"),
    Column("early", "First half", "share"),
    Column("late", "Second half", "share"),
    Column("slope", "Change a period, points", "points"),
    *interval_columns("points"),
    Column("chance", "By chance (p)", "figure"),
)
UNMATCHED = (
    Column("comment", "In the customer’s words", "name"),
    Column("comments", "Comments", "count"),
)
REPLIES = (
    Column("group", "Who answered"),
    Column("answers", "Answers", "count"),
    Column("replied", "Replied to", "count"),
    *blank_where(FEW, Column("share", "Share", "share"), *interval_columns("share")),
    *blank_where(
        message("so many have no reply yet, or too few answered"),
        Column("median_days", "Half within, days", "days"),
        Column("most_days", "Nine in ten within, days", "days"),
    ),
    *blank_where(
        message("no reply is promised within a time, or for too few it is over"),
        Column("kept_share", "Within the promised days", "share"),
        Column("kept_low", "from", "share"),
        Column("kept_high", "to", "share"),
    ),
)
ACCOUNT = (Column("what", "Rows of the surveys"), Column("rows", "Rows", "count"))
