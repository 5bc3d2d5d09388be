"""The tables beside the order log as Markdown, for data/README.md."""

from retention_utils.canonical import CANONICAL
from retention_utils.canonical_kinds import KINDS, CanonicalColumn, CanonicalTable

__all__ = ["reference_markdown"]

NEEDED = {"always": "yes", "column": "yes; cells may be empty", "cells": "no; no empty cells", "no": "no"}


def reference_markdown() -> str:
    """Return the tables as Markdown, as they stand in data/README.md."""
    kinds = "\n".join(f"| {kind} | {written} |" for kind, written in KINDS.items())
    parts = [f"| kind | how it is written |\n|---|---|\n{kinds}"]
    for name, table in CANONICAL.items():
        rows = "\n".join(_markdown_row(column) for column in table.columns)
        parts.append(
            f"### {name}\n\n{table.meaning}\n\n"
            f"| column | kind | compulsory | meaning |\n|---|---|---|---|\n{rows}\n\n"
            f"{_either(table)}{_alike(table)}"
        )
    return "\n\n".join(parts) + "\n"


def _alike(table: CanonicalTable) -> str:
    if not table.key:
        return "Rows may be alike."
    key = ", ".join(f"`{column}`" for column in table.key)
    with_day = f" with a `{table.key_needs}`" if table.key_needs else ""
    return f"No two rows{with_day} may agree in {'all of ' * (len(table.key) > 1)}{key}."


def _either(table: CanonicalTable) -> str:
    named = {
        words: " or ".join(f"`{name}`" for name in names)
        for words, names in (("Map either {}. ", table.either), ("Map {}, or both. ", table.some_of))
    }
    return "".join(words.format(names) for words, names in named.items() if names)


def _markdown_row(column: CanonicalColumn) -> str:
    notes = [column.meaning]
    if column.limits:
        notes.append(column.limits)
    if column.not_before:
        notes.append(f"not before `{column.not_before}`")
    if column.default is not None:
        notes.append(f"left out: {'yes' if column.default is True else column.default}")
    return f"| `{column.name}` | {column.kind} | {NEEDED[column.needed]} | {'; '.join(notes)} |"
