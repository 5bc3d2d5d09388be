"""Names that the sentences, tables and charts of customers' voice share."""

from retention_utils.formats import Formats
from retention_utils.segments.groups import group_names
from retention_utils.texts import Text
from retention_utils.translations import message
from retention_utils.voice.account import Voice

__all__ = ["SCORE_GROUPS", "THIRDS", "group_name", "groups_by"]

SCORE_GROUPS = {
    "detractors": message("Detractors (0 to 6)"),
    "passives": message("Passives (7 or 8)"),
    "promoters": message("Promoters (9 or 10)"),
    "comments": message("Comments without a score"),
    "all": message("All answers"),
}
THIRDS = {
    "upper": message("Upper third"),
    "middle": message("Middle third"),
    "lower": message("Lower third"),
}


def groups_by(voice: Voice, by: str) -> str:
    """Say what kind the groups are of: ``value``, ``plan``, or the RFM groups of customers with orders."""
    return "value" if by == "third" else "group" if voice.source == "orders" else "plan"


def group_name(group: str, kind: str, formats: Formats) -> Text:
    """Name a group of a kind: a plan as the client calls it."""
    if kind == "value":
        return formats.say(THIRDS[group])
    if kind == "group":
        return group_names(formats)[group]
    return formats.name(group) if group else formats.say("without a plan's name")
