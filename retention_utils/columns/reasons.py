"""How the tables of reasons are headed."""

from retention_utils.columns.shared import interval_columns
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["EFFECT", "GIVEN", "MATCHED", "TACTICS", "TRENDS", "UNREAD"]

REASON = Column("name", "Reason")
STEERED = Column("steered", "Who can steer it")
NAMED = Column("customers", "Leavers who named it", "count")
YEAR_MONEY = Column("year_money", "Brought in a year", "money")
GIVEN = (
    REASON,
    Column("group_name", "Group", blank=message("not known, so in no group")),
    STEERED,
    NAMED,
    Column("share", "Share", "share"),
    *interval_columns("share"),
    Column("cumulated", "Added up", "share"),
    Column("mentioned", "Named at all", "count"),
    YEAR_MONEY,
)
EFFECT = (
    REASON,
    STEERED,
    Column("told_as", "Cause or symptom"),
    Column("customers", "Left for it", "count"),
    YEAR_MONEY,
    Column("rate", "Lost for it in a period", "figure"),
    Column("usual", "Usual", "figure"),
    Column("usual_of", "Usual by"),
    Column("effect", "Above usual, a year", "money"),
    Column("effect_low", "from", "money"),
    Column("effect_high", "to", "money"),
)
TACTICS = (
    REASON,
    Column("recovery", "Won back"),
    NAMED,
    Column("tactic", "What to try"),
)
TRENDS = (
    REASON,
    Column("given", "Leavers who named it", "count"),
    Column("early", "First half", "share"),
    Column("late", "Second half", "share"),
    Column("course", "Course"),
    Column("p_adjusted", "p, corrected", "decimal3"),
)
MATCHED = (
    REASON,
    Column("by", "Recognised by"),
    Column("found", "Code or word", "name"),
    Column("answers", "Answers", "count"),
)
UNREAD = (
    Column("said", "What was said", "name"),
    Column("answers", "Answers", "count"),
)
