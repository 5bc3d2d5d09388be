"""A table as it is printed, with the values behind it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Literal

import pandas as pd

from retention_utils.display import MIME, Callout, Shown, Words, nothing_yet, said
from retention_utils.formats import BLANK, Formats
from retention_utils.missing import is_missing
from retention_utils.texts import LANGUAGES, Text

__all__ = ["Column", "Table", "Unit", "UnitNumber", "show_table"]

Unit = Literal[
    "text", "name", "date", "count", "share", "money", "money2", "estimate", "number", "days", "points",
    "decimal3", "figure",
]  # fmt: skip

# Digits kept in the machine-readable form: what is printed, and a little more for shares and for money that
# was counted; an "estimate" is money that was modelled, whose cents differ from machine to machine.
DIGITS: dict[str, int] = {
    "count": 0, "share": 4, "money": 2, "money2": 2, "estimate": 0, "number": 2, "days": 0, "points": 4,
    "decimal3": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """How one column of a table is headed, and in which unit it is.

    The label of a column that is always headed the same is its English message; one made from values is a
    text. A column of the unit ``text`` holds texts, one of the unit ``name`` what is the same in every
    language: ids, and what the client calls something. A column of the unit ``figure`` holds numbers with a
    unit of their own each (:class:`UnitNumber`), or texts that are such. Why a cell may be blank is a
    message, too: blank cells of such a column get a mark, and the note beneath the table says what it
    stands for.
    """

    name: str
    label: str | Text
    unit: Unit = "text"
    language: Words = ""  # of its cells, where that is not the language of the report
    blank: str = field(default="", metadata={"travels": False})  # why a cell of it is blank


@dataclass(frozen=True)
class UnitNumber:
    """A number in a column of the unit ``figure``: as it is printed, and its value in a unit of its own."""

    text: Text
    value: float
    unit: Unit


@dataclass(frozen=True)
class Table(Shown):
    """A table as it is printed, with the values behind it."""

    kind = "table"

    key: str
    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    cells: tuple[tuple[Words, ...], ...]
    note: Words = ""
    emphasis: tuple[int, ...] = ()
    is_folded: bool = False  # long: closed in the report until asked for

    @property
    def readable(self) -> str:
        """The cells as they are printed."""
        widths = [max(map(len, column)) for column in zip(*self._printed, strict=True)]
        return "\n".join(
            " ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            for row in self._printed
        )

    @property
    def _printed(self) -> list[list[str]]:
        """The heads and the cells in the report's first language; pandas would take ten times as long."""
        return [[str(column.label) for column in self.columns], *(list(map(str, row)) for row in self.cells)]

    @property
    def _page(self) -> str:
        head, *rows = ([escape(cell) for cell in row] for row in self._printed)
        lines = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
        return "\n".join(
            [
                '<table class="dataframe">',
                f"<thead><tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr></thead>",
                "<tbody>",
                *(f"<tr>{line}</tr>" for line in lines),
                "</tbody>",
                "</table>",
            ]
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle = {**super()._repr_mimebundle_(), "text/html": self._page}
        bundle[MIME.format(kind=self.kind)]["cells"] = self._cells()
        return bundle

    def _cells(self) -> list[list[str]] | dict[str, list[list[str]]]:
        """Return the cells as JSON: all of them by language, if any differ."""
        languages = {language for row in self.cells for cell in row if cell for language in cell.versions}
        versions = {
            language: [[cell.in_language(language) if cell else "" for cell in row] for row in self.cells]
            for language in LANGUAGES
            if language in languages
        }
        first = [[str(cell) for cell in row] for row in self.cells]
        return versions if any(version != first for version in versions.values()) else first


def show_table(
    table: pd.DataFrame,
    columns: Sequence[Column],
    *,
    key: str,
    caption: str | Text,
    formats: Formats,
    note: str | Text = "",
    intervals: str | Text = "",
    emphasis: Sequence[int] = (),
    is_folded: bool = False,
) -> Table | Callout:
    """Print the named columns of a table, each in its unit.

    Parameters
    ----------
    table : DataFrame
        One row per printed row. NaN, None and no words mean "not observed": they are printed as nothing, or
        as a dash where the column says why.
    columns : sequence of Column
        What to print, in order; the first heads the rows. Columns named ``low`` and ``high``, or with such
        an ending, are the interval of the one before them, and the page prints them in its cells.
    key : str
        Short name; with the chapter's it names the exported file.
    caption : str or Text
        What the table shows. A string is a message without anything to fill in; so is one as ``note`` or
        ``intervals``.
    formats : Formats
        How numbers are written for this client.
    note : str or Text
        A line beneath the table.
    intervals : str or Text
        What its intervals are; said after the note, where a row has one.
    emphasis : sequence of int
        Numbers of the rows set off from the others, such as a total.
    is_folded : bool
        Long: closed in the report until asked for.

    Returns
    -------
    Table or Callout
        Ready to be displayed; a note if there is nothing to list.
    """
    caption, note = said(caption, formats), said(note, formats)
    if table.empty:
        return nothing_yet(key, caption, formats=formats)
    if intervals and _has_interval(table, columns):
        note = formats.joined([text for text in (note, said(intervals, formats)) if text], by=" ")
    found = list(zip(*(table[column.name] for column in columns), strict=True))
    rows = [
        tuple(_rounded(value, column) for value, column in zip(row, columns, strict=True)) for row in found
    ]
    cells = [
        tuple(_written(value, column, formats) for value, column in zip(row, columns, strict=True))
        for row in found
    ]
    return Table(
        key=key,
        caption=caption,
        columns=tuple(replace(column, label=said(column.label, formats)) for column in columns),
        rows=tuple(rows),
        cells=tuple(cells),
        note=_with_reasons(note, columns, found, formats),
        emphasis=tuple(emphasis),
        is_folded=is_folded,
    )


def _has_interval(table: pd.DataFrame, columns: Sequence[Column]) -> bool:
    """Tell whether any row has an interval: the lower end is enough to say so."""
    ends = [column.name for column in columns if column.name == "low" or column.name.endswith("_low")]
    return any(not _is_missing(value) for end in ends for value in table[end])


def _rounded(value: Any, column: Column) -> Any:
    """Turn a cell into JSON: words as they are, numbers with the digits of their unit, missing as None.

    A date is written as ISO 8601 does; a number with a unit of its own as both.
    """
    if _is_missing(value):
        return None
    if isinstance(value, UnitNumber):
        return {"number": _rounded(value.value, replace(column, unit=value.unit)), "unit": value.unit}
    if column.unit in ("text", "name", "figure"):
        return value if isinstance(value, Text) else str(value)
    if column.unit == "date":
        return f"{value:%Y-%m-%d}"
    digits = DIGITS[column.unit]
    return round(float(value)) if digits == 0 else round(float(value), digits) + 0.0


def _written(value: Any, column: Column, formats: Formats) -> Words:
    """Print a cell from its full value: rounded twice it could differ from the sentence beside it."""
    if _is_blank(value):
        return formats.name(BLANK) if column.blank else ""
    if isinstance(value, UnitNumber):
        return value.text
    if column.unit in ("text", "figure"):
        if isinstance(value, str) and value:
            msg = f"Column {column.name!r} holds the string {value!r}; make a text, or give it the unit name."
            raise TypeError(msg)
        return value
    if column.unit in ("name", "date"):
        return formats.name(value) if column.unit == "name" else formats.date(value)
    if column.unit == "points":
        return formats.points(value, has_unit=False)  # the head says what they are
    return formats.count(value) if column.unit == "days" else formats.value(value, column.unit)


def _with_reasons(
    note: Words, columns: Sequence[Column], rows: Sequence[Sequence[Any]], formats: Formats
) -> Words:
    """Say beneath the table why cells are blank, each reason once."""
    reasons = {
        column.blank: formats.say(column.blank)
        for place, column in enumerate(columns)
        if column.blank and any(_is_blank(row[place]) for row in rows)
    }
    if not reasons:
        return note
    told = formats.say("—: {reasons}.", reasons=formats.joined(list(reasons.values())))
    return formats.joined([note, told], by=" ") if note else told


def _is_blank(value: Any) -> bool:
    return _is_missing(value) or (isinstance(value, str | Text) and not str(value))


def _is_missing(value: Any) -> bool:
    return not isinstance(value, Text) and (is_missing(value) or value in (math.inf, -math.inf))
