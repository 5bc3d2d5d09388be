"""Samples of spreadsheets; of several sheets the one that looks most like orders."""

from collections import deque
from collections.abc import Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from retention_utils.errors import InputError
from retention_utils.proposal.header import table_of
from retention_utils.proposal.samples import Column, Number, Sample
from retention_utils.proposal.tables_within import choose_table

__all__ = ["sample_sheets"]

FIRST_ROWS = 2000
LAST_ROWS = 200


def sample_sheets(file: Path, answers: Mapping[str, str]) -> Sample:
    """Sample the sheet with the orders.

    Raises
    ------
    InputError
        If the file is no spreadsheet, or no sheet holds records.
    """
    try:
        book = CalamineWorkbook.from_path(file)
        sheets = {name: _rows(book.get_sheet_by_name(name)) for name in book.sheet_names}
    except (CalamineError, OSError) as error:
        msg = f"it cannot be read as a spreadsheet: {error}."
        raise InputError(msg) from error
    tables, problems = {}, {}
    for name, (first, last) in sheets.items():
        try:
            tables[name] = table_of(first, last, answers)
        except InputError as error:
            problems[name] = str(error)
    if not tables:
        msg = "no sheet holds records."
        raise InputError(msg)
    columns: dict[str, tuple[Column, ...]] = {name: columns for name, (_, columns, _) in tables.items()}
    found, name = choose_table("sheet", columns, answers)
    header, chosen, notes = tables[name]
    settings = {"sheet": found, "header_row": header} if len(sheets) > 1 else {"header_row": header}
    return Sample(file.name, "spreadsheet", chosen, settings, notes)


def _rows(sheet: CalamineSheet) -> tuple[list[list[str]], list[list[str]]]:
    """Return the first rows of a sheet, from its very first on, and some of the last."""
    above = [[]] * (sheet.start[0] if sheet.start else 0)
    left = [""] * (sheet.start[1] if sheet.start else 0)
    rows = ([*left, *map(_text, row)] for row in sheet.iter_rows())
    first = [*above, *islice(rows, FIRST_ROWS)]
    return first, list(deque(rows, maxlen=LAST_ROWS))


def _text(cell: object) -> str:
    """Write a cell as the reader of spreadsheets does."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return Number(int(cell) if cell.is_integer() else cell)
    if isinstance(cell, int):
        return Number(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00"
    return str(cell)
