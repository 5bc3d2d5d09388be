"""How the tables of the glossary are headed."""

from retention_utils.display import Words
from retention_utils.display_tables import Column
from retention_utils.translations import message

__all__ = [
    "CONTRACT",
    "FORMULAS",
    "NAMES",
    "NORMS",
    "NORMS_ALONE",
    "WRONG_FORMULAS",
    "word_columns",
    "wrong_columns",
]

CONTRACT = (Column("term", "Term"), Column("meaning", "What it means in this report"))
NAMES = (
    Column("en", "English", "name", "en"),
    Column("meaning", "What it means"),
    Column("ru", "Russian", "name", "ru"),
    Column("uk", "Ukrainian", "name", "uk"),
)
UNCOUNTED = message("a word that is not counted")
FORMULAS = (
    Column("name", "Term"),
    Column("formula", "How it is counted", blank=UNCOUNTED),
    Column("chapters", "Chapters that use it"),
)
NORMS = (
    Column("claim", "What is often said"),
    Column("here", "What these data say"),
    Column("trust", "How far to trust it"),
    Column("origin", "Where it comes from"),
)
NORMS_ALONE = tuple(column for column in NORMS if column.name != "here")


def word_columns(language: Words = "") -> tuple[Column, ...]:
    """Head the list of words; ``language`` is theirs where it is not the report's."""
    return (
        Column("name", "Term", "text", language),
        Column("meaning", "What it means", "text", language),
        Column("formula", "How it is counted", "text", language, UNCOUNTED),
    )


def wrong_columns(language: Words = "") -> tuple[Column, ...]:
    """Head the list of wrong formulas; ``language`` is theirs where it is not the report's."""
    return (
        Column("name", "Term", "text", language),
        Column("formula", "What people count", "text", language),
        Column("why", "Why it misleads", "text", language),
        Column("sources", "Where it was seen", "text", language),
    )


WRONG_FORMULAS = wrong_columns()
