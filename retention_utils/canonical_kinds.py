"""What a table beside the order log is described by: its columns, their kinds and limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["KINDS", "NO", "YES", "CanonicalColumn", "CanonicalTable", "Kind", "Needed"]

Kind = Literal["id", "text", "day", "money", "number", "count", "flag", "choice", "period", "currency"]
# always: the column and all its cells; column: its cells may be empty; cells: none empty where it is mapped.
Needed = Literal["always", "column", "cells", "no"]

KINDS: dict[Kind, str] = {
    "id": "text as it stands; `0012` is not `12`",
    "text": "any text",
    "day": "as in `date_format`",
    "money": "in the client's currency",
    "number": "a number; a share is written as `0.05`",
    "count": "a whole number",
    "flag": "yes or no; also `true`, `false`, `1`, `0`, and the same in Russian and Ukrainian",
    "choice": "one of the words named; capitals do not matter",
    "period": "`2024-11`, `2024-Q4`, `2024`, `2024-W45` or `2024-01-15..2024-03-31`",
    "currency": "three letters, such as `USD`",
}

# What is read as a flag.
YES = {"yes", "y", "true", "t", "1", "да", "так"}
NO = {"no", "n", "false", "f", "0", "нет", "ні"}


@dataclass(frozen=True)
class CanonicalColumn:
    """One column of a table: what it means, what may stand in it, when it becomes known."""

    name: str
    kind: Kind
    meaning: str
    needed: Needed = "always"
    low: float | None = None  # lowest value allowed
    high: float | None = None  # highest value allowed
    above: float | None = None  # values must lie above it
    words: Mapping[str, tuple[str, ...]] | None = None  # the choices, each with its other spellings
    default: str | bool | int | None = None  # of every row where the column is not mapped
    needs: str = ""  # the column without which this one says nothing
    not_before: str = ""  # the day that this day may not precede
    known_with: str = ""  # the day on which the cell becomes known, where that is not the row's
    taken_off: str = ""  # the column that holds this amount, and loses it where the table is read

    @property
    def limits(self) -> str:
        """The allowed values in words, or an empty string."""
        if self.words:
            return f"one of {', '.join(self.words)}"
        if self.above is not None:
            return f"above {self.above:g}"
        if self.low is None:
            return ""
        return f"{self.low:g} or more" if self.high is None else f"from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class CanonicalTable:
    """One table: its columns, the columns in which no two rows may agree, when a row becomes known."""

    meaning: str
    columns: tuple[CanonicalColumn, ...]
    key: tuple[str, ...]  # no two rows agree in all of these that are mapped; none: rows may be alike
    key_needs: str = ""  # a row without this may well be like another one
    either: tuple[str, ...] = ()  # exactly one of these columns must be mapped
    some_of: tuple[str, ...] = ()  # one of these columns must be mapped, or several
    known_on: tuple[str, ...] = ()  # the day or period after which a row is known; none: it always is

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> CanonicalColumn:
        """Return the column of this name."""
        return self.columns[self.names.index(name)]
