"""How the tables of the comparison with the last report are headed."""

from retention_utils.columns.shared import blank_where
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["DUE", "FIGURES", "OPEN_COLUMNS", "PARTS", "RESTATED", "SETTINGS", "TENURE_GROUPS"]

FIGURES = (
    Column("label", "Key figure"),
    Column("chapter", "Chapter"),
    Column("before", "Then", "figure"),
    Column("now", "Now", "figure"),
    Column("change", "Change", "figure"),
    Column("verdict", "Is it clear?"),
)
PARTS = (
    Column("figure", "Key figure"),
    Column("part", "What the change comes from"),
    Column("change", "Change", "figure"),
)
TENURE_GROUPS = (
    Column("figure", "Key figure"),
    Column("tenure", "Tenure"),
    Column("under_before", "Number then", "count"),
    Column("under", "now", "count"),
    Column("share_before", "Share then", "share"),
    Column("share", "now", "share"),
    *blank_where(
        message("nobody is in the group"),
        Column("rate_before", "Figure then", "figure"),
        Column("rate", "now", "figure"),
    ),
    Column("rate_effect", "Change by behaviour", "figure"),
    Column("mix_effect", "by the mix", "figure"),
)
RESTATED = (
    Column("row", "Period"),
    Column("label", "Number"),
    Column("before", "Then", "figure"),
    Column("now", "Now", "figure"),
    Column("caption", "Table"),
    Column("chapter", "Chapter"),
)
SETTINGS = (
    Column("setting", "Setting", "name"),
    Column("before", "Then", "name"),
    Column("now", "Now", "name"),
)
NO_FIGURE = message("no key figure says whether it worked, or it was not known")
DUE = (
    Column("title", "What was promised"),
    Column("period", "In the report for"),
    Column("check_day", "To be looked at on", "date"),
    *blank_where(
        NO_FIGURE,
        Column("label", "Key figure"),
        Column("then", "Then", "figure"),
        Column("now", "Now", "figure"),
    ),
    Column("moved", "Did it move?"),
)
# The numbers behind "then" are handed on to the next report.
OPEN_COLUMNS = (
    Column("rule", "Rule", "name"),
    Column("title", "What was promised"),
    Column("period", "In the report for"),
    Column("check_day", "To be looked at on", "date"),
    Column("label", "Key figure", blank=NO_FIGURE),
    Column("then", "Then", "number", blank=NO_FIGURE),
)
