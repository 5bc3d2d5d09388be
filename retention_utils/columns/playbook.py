"""How the tables of the playbook are headed."""

from retention_utils.columns.shared import blank_where
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = ["EFFECTS", "UNJUDGED"]

EFFECTS = (
    Column("title", "What to do"),
    Column("effort", "Effort"),
    *blank_where(
        message("not known for a year"),
        Column("low", "Effect a year, from", "estimate"),
        Column("high", "to", "estimate"),
    ),
)
UNJUDGED = (
    Column("id", "Rule", "name"),
    Column("title", "What it would have you do"),
    Column("needs", "What it needs"),
)
