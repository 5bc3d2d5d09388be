"""Spreadsheets, XLSX, XLS and ODS, as raw tables: every cell becomes text."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence

import ibis
import ibis.expr.types as ir
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from retention_utils.errors import InputError, did_you_mean
from retention_utils.source_config import Source
from retention_utils.sources.shaping import load_records, locate_columns, spelled
from retention_utils.sources.unpacking import DataFile, refuse_absurd_size

__all__ = ["read_sheet"]


def read_sheet(
    backend: ibis.BaseBackend, source: Source, file: DataFile, columns: Mapping[str, str | int]
) -> ir.Table:
    """Read one sheet of a spreadsheet.

    Parameters
    ----------
    backend : ibis.BaseBackend
        Embedded DuckDB.
    source : Source
        Its ``sheet`` (left out: the first), ``header_row`` and ``decimal_mark`` count.
    file : DataFile
        Unpacked.
    columns : mapping
        Ours = theirs; positions count from column A.

    Returns
    -------
    ir.Table
        ``row`` (as the spreadsheet numbers it), ``file``, ``label``, ``extra`` and the mapped columns, as
        text: 12 and not 12.0, fractions with the source's mark, TRUE and FALSE, dates as 2024-01-31T00:00:00.
        Cells that show an error, such as #DIV/0!, are empty. Blank rows are left out.

    Raises
    ------
    InputError
        If the file is no spreadsheet, or lacks the sheet or a column.
    """
    records = _rows(source, file)
    number, header = next(
        ((number, row) for number, row in enumerate(records, 1) if number >= source.header_row and any(row)),
        (0, ()),
    )
    if source.header_row == 0:
        names = [str(position) for position in range(1, len(header) + 1)]
        number = 0
    else:
        names = [(cell or "").strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    positions = locate_columns(names, columns, file.name)
    body = (
        (n, row)
        for n, row in enumerate(records, 1)
        if n > number and any(cell and cell.strip() for cell in row)
    )
    return load_records(
        backend, positions, (_record(n, row, file.name, len(names), positions) for n, row in body)
    )


def _rows(source: Source, file: DataFile) -> list[list[str | None]]:
    """Return all rows from row 1 and column A on, every cell as text, None where empty."""
    try:
        if zipfile.is_zipfile(file.path):
            refuse_absurd_size(file.path, file.name)
        with file.path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as workbook:
            sheet = _sheet(workbook, source.sheet, file.name)
            rows = sheet.to_python(skip_empty_area=False)
    except PasswordError as error:
        msg = f"{file.name} is protected by a password. Save it without one."
        raise InputError(msg) from error
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        msg = f"{file.name} cannot be read as a spreadsheet: {reason}. Save it anew as .xlsx or .csv."
        raise InputError(msg) from error
    return [[spelled(cell, source.decimal_mark) for cell in row] for row in rows]


def _sheet(workbook: CalamineWorkbook, name: str | None, file: str) -> CalamineSheet:
    names = workbook.sheet_names
    if name is None:
        return workbook.get_sheet_by_index(0)
    if name not in names:
        hint = did_you_mean(name, names)
        msg = f"{file} has the sheets {names}, but the client file says sheet = {name!r}.{hint}"
        raise InputError(msg)
    return workbook.get_sheet_by_name(name)


def _record(
    number: int, row: Sequence[str | None], file: str, width: int, positions: Mapping[str, int]
) -> Iterator[object]:
    filled = [cell for cell in row if cell and cell.strip()]
    surplus = [cell for cell in row[width:] if cell and cell.strip()]
    yield number
    yield file
    yield filled[0]
    yield " ".join(surplus) or None
    for position in positions.values():
        yield row[position] if position < len(row) else None
