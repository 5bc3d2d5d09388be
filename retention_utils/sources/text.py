"""Text files, separated by a delimiter or by blanks, as raw tables of the engine."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir

from retention_utils.source_config import Source
from retention_utils.sources.dialect import (
    Header,
    Text,
    check_encoding,
    numbered_records,
    ordered_text,
    read_header,
    utf8_text,
)
from retention_utils.sources.shaping import first_filled, locate_columns
from retention_utils.sources.unpacking import DataFile

__all__ = ["SPARE_COLUMNS", "lines_of", "read_text", "widest_record"]

# A character no text file holds: reading with it as delimiter gives whole lines.
NO_DELIMITER = "\x01"
SPARE_COLUMNS = 16  # cells beyond the header that a line may have
LONGEST_LINE = 16 << 20  # bytes


def read_text(
    backend: ibis.BaseBackend,
    source: Source,
    file: DataFile,
    columns: Mapping[str, str | int],
    *,
    workspace: Path,
) -> ir.Table:
    """Read a text file: every cell as found, short lines filled up with NULL.

    Parameters
    ----------
    backend : ibis.BaseBackend
        Embedded DuckDB, which reads the file when the table is used.
    source : Source
        Of format csv or whitespace.
    file : DataFile
        Unpacked.
    columns : mapping
        Ours = theirs.
    workspace : Path
        Where a file in another writing is put in order.

    Returns
    -------
    ir.Table
        ``row``, ``file``, ``label``, ``extra`` and the mapped columns, as text. ``row`` counts records: lines
        before the header and the header itself each count, empty lines after it do not, lines of nothing but
        delimiters do, though they are no records (with format
        whitespace every line counts). Line breaks within a field are LF.

    Raises
    ------
    InputError
        If the file is no such text or lacks a column.
    """
    try:
        if source.format_of(Path(file.inner)) == "whitespace":
            return _split_lines(backend, source, file, columns, workspace)
        text, header = _opened(source, file, workspace)
    except UnicodeDecodeError:
        check_encoding(file, source.encoding)
        raise
    positions = locate_columns(header.names, columns, file.name)
    cells = _cells(backend, text, header)
    names = cells.columns
    # A line of nothing but delimiters is as blank as an empty one; programs leave many below a table.
    cells = cells.mutate(row=ibis.row_number() + (header.row + 1))
    cells = cells.filter(ibis.coalesce(*(cells[name] for name in names)).notnull())
    spare = [cells[name] for name in names[len(header.names) :]]
    return cells.select(
        "row",
        file=ibis.literal(file.name),
        label=first_filled(cells[name] for name in names),
        extra=_joined(spare, source.delimiter),
        **{ours: cells[names[position]] for ours, position in positions.items()},
    )


def lines_of(source: Source, file: DataFile, rows: Iterable[int], *, workspace: Path) -> dict[int, int]:
    """Return the line of the file in which each of these records begins, both counted from 1."""
    wanted = set(rows)
    if source.format_of(Path(file.inner)) != "csv":
        return {row: row for row in wanted}
    text, header = _opened(source, file, workspace)
    records = numbered_records(text, file.name, header)
    return {row: line for row, line, _ in records if row in wanted}


def widest_record(source: Source, file: DataFile, *, workspace: Path) -> tuple[int, int, int]:
    """Return the line and the number of cells of the widest record, and the number of column names."""
    text, header = _opened(source, file, workspace)
    records = numbered_records(text, file.name, header)
    line, width = max(
        ((line, len(cells)) for _, line, cells in records), key=lambda found: found[1], default=(0, 0)
    )
    return line, width, len(header.names)


def _opened(source: Source, file: DataFile, workspace: Path) -> tuple[Text, Header]:
    path = utf8_text(file, source.encoding, workspace)
    text = ordered_text(path, file.name, source.delimiter, workspace)
    return text, read_header(text, file.name, source.header_row)


def _cells(backend: ibis.BaseBackend, text: Text, header: Header) -> ir.Table:
    width = len(header.names) + SPARE_COLUMNS
    return backend.read_csv(
        text.path, columns={f"c{position}": "VARCHAR" for position in range(width)}, auto_detect=False,
        header=False, skip=header.row, delim=text.delimiter, quote=text.quote, escape=text.quote,
        null_padding=True, max_line_size=LONGEST_LINE,
        # Padded short lines and line breaks within fields do not go together in several threads.
        parallel=not text.quote,
    )  # fmt: skip


def _joined(cells: list[ir.StringValue], delimiter: str) -> ir.StringValue:
    text = ibis.cases((first_filled(cells).notnull(), ibis.literal(delimiter).join(cells)), else_=None)
    # Hardly a line has such cells: only where one is there is it worth to look for blanks.
    return ibis.cases((ibis.coalesce(*cells).notnull(), text), else_=None)


def _header_line(path: Path, header_row: int) -> Header:
    with path.open(encoding="utf-8-sig", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if number >= header_row and (names := line.split()):
                if header_row == 0:
                    return Header(tuple(str(position) for position in range(1, len(names) + 1)), 0)
                return Header(tuple(names), number)
    return Header((), 0)


def _split_lines(
    backend: ibis.BaseBackend,
    source: Source,
    file: DataFile,
    columns: Mapping[str, str | int],
    workspace: Path,
) -> ir.Table:
    path = utf8_text(file, source.encoding, workspace)
    header = _header_line(path, source.header_row)
    positions = locate_columns(header.names, columns, file.name)
    lines = backend.read_csv(
        path, columns={"text": "VARCHAR"}, delim=NO_DELIMITER, header=False, quote="", escape="",
        auto_detect=False, max_line_size=LONGEST_LINE,
    )  # fmt: skip
    lines = lines.mutate(row=ibis.row_number() + 1)
    lines = lines.filter(lines["text"].strip() != "", lines["row"] > header.row)
    lines = lines.mutate(parts=lines["text"].strip().re_split(r"\s+"))
    parts, width = lines["parts"], len(header.names)
    surplus = parts[width:].join(" ").nullif("")
    return lines.select(
        "row",
        file=ibis.literal(file.name),
        label=parts[0],
        extra=surplus,
        **{ours: parts[position] for ours, position in positions.items()},
    )
