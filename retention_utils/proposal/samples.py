"""What was sampled of one file: columns with the cells looked at, and what was found out on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from retention_utils.proposal.questions import Choice, Question
from retention_utils.time_formats import BLANKS

__all__ = ["Column", "ColumnType", "Found", "Number", "Records", "Sample", "columns_of"]

ColumnType = Literal["text", "date", "time", "time with offset", "number", "other"]
Found = Mapping[str, Choice | Question]
Records = Sequence[Sequence[str]]


class Number(str):
    """A cell that its file marks as a number, as it is spelt; a text may look the same."""

    __slots__ = ()


@dataclass(frozen=True)
class Column:
    """One column of a sample.

    Attributes
    ----------
    position : int
        From 1.
    name : str
        As in the file, without outer blanks; empty if it has none.
    cells : tuple of str
        One per record, empty where there is nothing.
    reference : str or int
        How the client file names it: by its name, or by its position if the name is missing or repeated.
    type : str
        Its own type in a file that has types; text otherwise.
    """

    position: int
    name: str
    cells: tuple[str, ...]
    reference: str | int
    type: ColumnType = "text"

    @cached_property
    def values(self) -> list[str]:
        """The cells that are not empty."""
        return [cell for cell in self.cells if cell.strip()]

    @property
    def filled(self) -> float:
        """The share of cells that are not empty."""
        return len(self.values) / len(self.cells) if self.cells else 0.0


@dataclass(frozen=True)
class Sample:
    """The part of a file that was looked at.

    Attributes
    ----------
    file : str
        Name of the file, without its folder.
    format : str
        A format of :class:`retention_utils.source_config.Source`.
    columns : tuple of Column
        All columns.
    found : mapping of str to Choice or Question
        Of ``encoding``, ``delimiter``, ``header_row``, ``sheet``, ``table`` those that the format has.
    notes : tuple of str
        What else the user should know, one sentence each.
    """

    file: str
    format: str
    columns: tuple[Column, ...]
    found: Found = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def records(self) -> int:
        """The number of records looked at."""
        return len(self.columns[0].cells) if self.columns else 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def columns_of(
    names: Sequence[str], records: Records, types: Sequence[ColumnType] | None = None
) -> tuple[Column, ...]:
    """Turn records into columns; short records are filled up, trailing columns without anything left out."""
    names, width = [name.strip(BLANKS) for name in names], len(names)
    rows = [[*record[:width], *[""] * (width - len(record))] for record in records]
    columns = []
    for number, name in enumerate(names):
        reference = name if name and names.count(name) == 1 else number + 1
        cells = tuple(row[number] for row in rows)
        columns.append(Column(number + 1, name, cells, reference, types[number] if types else "text"))
    while columns and not columns[-1].name.strip() and not columns[-1].values:
        columns.pop()
    return tuple(columns)
