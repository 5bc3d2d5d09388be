"""How the table of the summary is headed."""

from retention_utils.display_tables import Column

__all__ = ["UNANSWERED"]

UNANSWERED = (
    Column("chapter", "Chapter"),
    Column("question", "What would be shown"),
    Column("why", "What is missing"),
)
