"""One sheet of a workbook: typed cells under a head that stays in sight."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from retention_utils.untrusted import NOT_IN_XML

__all__ = ["Styles", "fill_rows", "fill_sheet", "make_room", "plain", "set_up_print"]

LONGEST_TEXT = 32_767  # of a cell
WIDEST, NARROWEST = 60, 10  # characters of a column
ARROW = 4  # characters that the arrow of a filter and an indent take
FIRST_DAY = date(1900, 3, 1)  # the first that all spreadsheet programs agree on
LINE, HIGHEST = 15, 409  # points: a line of text, and the highest row a spreadsheet program takes


class Styles:
    """The cell formats of one workbook, each made once.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        Still open.
    number_formats : mapping of str to str
        By unit.
    """

    def __init__(self, book: Any, number_formats: Mapping[str, str]) -> None:
        self._book, self._number_formats, self._made = book, number_formats, {}
        text = {"text_wrap": True, "align": "left", "indent": 1}
        head = {**text, "bold": True, "valign": "bottom", "bottom": 1}
        self._text = {**text, "valign": "top"}
        self.head = book.add_format(head)
        self._number_head = book.add_format({**head, "align": "right", "indent": 2})  # the arrow stands there
        self.link = book.add_format({**self._text, "font_color": "#0563C1", "underline": 1})
        self.title = book.add_format({"bold": True, "font_size": 16, "indent": 1})

    def head_of(self, unit: str) -> Any:
        """Return the format of a column's head: over the numbers, or over the words."""
        return self._number_head if unit in self._number_formats else self.head

    def cell(self, unit: str, *, is_total: bool = False) -> Any:
        """Return the format of a cell: that of its unit, bold in a row of totals; long text is wrapped."""
        if (unit, is_total) not in self._made:
            code = self._number_formats.get(unit)
            look = {"num_format": code, "valign": "top"} if code else self._text
            self._made[unit, is_total] = self._book.add_format({**look, "bold": is_total})
        return self._made[unit, is_total]


def fill_sheet(sheet: Any, table: dict[str, Any], rows: Sequence[Sequence[Any]], *, styles: Styles) -> None:
    """Write one table of a chapter, given the rows as they may be shown."""
    columns = table["columns"]
    fill_rows(
        sheet,
        [column["label"] for column in columns],
        rows,
        units=[column["unit"] for column in columns],
        totals=table["emphasis"],
        styles=styles,
    )


def fill_rows(
    sheet: Any,
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    styles: Styles,
    units: Sequence[str] = (),
    totals: Sequence[int] = (),
) -> None:
    """Write rows under a head that stays in sight, like the first column, and can be filtered.

    Parameters
    ----------
    sheet : xlsxwriter worksheet
        Empty.
    heads, units : sequence of str
        Of the columns; without units all of them are text.
    rows : sequence of sequence
        The values; None and NaN stand for what was not observed.
    totals : sequence of int
        Numbers of the rows to be set in bold.
    """
    units = units or ["text"] * len(heads)
    typed = [[_typed(value, unit) for value, unit in zip(row, units, strict=True)] for row in rows]
    rows = [[value for value, _ in row] for row in typed]
    widths = [_width(head, [row[place] for row in rows]) for place, head in enumerate(heads)]
    for place, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, plain(head), styles.head_of(units[place]))
        for line, row in enumerate(typed, start=1):
            value, unit = row[place]
            style = styles.cell(unit, is_total=line - 1 in totals)
            _write(sheet, line, place, _as_shown(value, unit), style)
    make_room(sheet, 0, heads, [width - ARROW for width in widths])
    for line, row in enumerate(rows, start=1):
        make_room(sheet, line, row, widths)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(heads) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows) + 1}"})  # ids are text on purpose
    set_up_print(sheet)
    sheet.repeat_rows(0)


def make_room(sheet: Any, row: int, words: Iterable[Any], widths: Iterable[int]) -> None:
    """Make a row as high as its longest text needs: not every program does so by itself."""
    texts = [(word, width) for word, width in zip(words, widths, strict=False) if isinstance(word, str)]
    lines = max((len(textwrap.wrap(text, width)) for text, width in texts), default=1)
    if lines > 1:
        sheet.set_row(row, min(LINE * lines, HIGHEST))


def plain(text: Any) -> str:
    """Leave out of a text what a spreadsheet file cannot hold."""
    return NOT_IN_XML.sub("", str(text))[:LONGEST_TEXT]


def set_up_print(sheet: Any) -> None:
    """Print a sheet across A4, all columns on one page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or value != value:
        return
    if isinstance(value, str):
        sheet.write_string(row, column, plain(value), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _typed(value: Any, unit: str) -> tuple[Any, str]:
    """Tell the value of a cell from its unit: that of its column, or its own."""
    return (value["number"], value["unit"]) if isinstance(value, dict) else (value, unit)


def _as_shown(value: Any, unit: str) -> Any:
    """Turn days into dates, and points into a number of points: no format shows 0.01 as 1 without a %."""
    if unit == "date":
        return _dated(value)
    return value if unit != "points" or value is None else round(100 * value, 2)


def _dated(text: str | None) -> date | str | None:
    """Turn a day into a date; what a spreadsheet program cannot count from 1900 on stays text."""
    day = date.fromisoformat(text) if text else None
    return day if day and day >= FIRST_DAY else text


def _width(head: str, values: Sequence[Any]) -> int:
    """Return how many characters wide a column is: its longest text or number, and every word of its head."""
    longest = max(
        (len(value if isinstance(value, str) else f"{value:,.2f}") for value in values if value is not None),
        default=0,
    )
    longest_word = max(map(len, head.split()), default=0)
    return min(max(longest + 3, longest_word + ARROW, NARROWEST), WIDEST)
