"""The raw table of any source: what its files or its database hold, unchanged, every record once."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir

from retention_utils.errors import InputError
from retention_utils.source_config import Source
from retention_utils.sources.dialect import check_encoding
from retention_utils.sources.records import (
    read_duckdb,
    read_json_lines,
    read_parquet,
    read_sqlite,
    typed_table,
)
from retention_utils.sources.sheets import read_sheet
from retention_utils.sources.text import SPARE_COLUMNS, lines_of, read_text, widest_record
from retention_utils.sources.unpacking import DataFile, unpacked

__all__ = ["explain_unreadable", "line_of", "read_raw"]

FOLDERS = re.compile(r"(?:[A-Za-z]:)?[/\\](?:[^/\\\s'\"]+[/\\])+")


def read_raw(
    backend: ibis.BaseBackend,
    source: Source,
    files: Sequence[Path],
    columns: Mapping[str, str | int],
    *,
    workspace: Path,
) -> ir.Table:
    """Read a source as it stands.

    Parameters
    ----------
    backend : ibis.BaseBackend
        Embedded DuckDB, or for a source with ``url`` the engine that holds the table.
    source : Source
        Where the table is and how it is written.
    files : sequence of Path
        From :func:`retention_utils.sources.files.source_files`; none for a database.
    columns : mapping
        Ours = theirs: the name of a column, or its position from 1.
    workspace : Path
        A folder for unpacked files, kept as long as the table is used.

    Returns
    -------
    ir.Table
        One row per record, nothing but blank records left out: ``row`` (its number in the file, a header
        counted), ``file`` (or the database table), ``label`` (the first cell that is filled) and ``extra``
        (cells beyond the header), both NULL for typed sources, and the mapped columns: text, NULL where
        empty, or of their own types for Parquet, DuckDB and databases. A column that is typed otherwise from
        file to file is text.

    Raises
    ------
    InputError
        If files cannot be read as stated or lack columns; all of them at once. The engine reads text files
        when the table is used: do that within :func:`explain_unreadable`.
    """
    if source.url:
        return typed_table(_remote(backend, source), source.table or "query", columns)
    tables, problems = [], []
    for file in unpacked(files, workspace):
        try:
            tables.append(_read_file(backend, source, file, columns, workspace))
        except InputError as problem:
            problems.append(str(problem))
    if problems:
        raise InputError("\n".join(problems))
    return _all_together(tables)


@contextmanager
def explain_unreadable(source: Source, files: Sequence[Path], *, workspace: Path) -> Iterator[None]:
    """Say of text files that the engine gives up on, while their table is used, what is wrong with them.

    Raises
    ------
    InputError
        Instead of any error of the engine's.
    """
    try:
        yield
    except duckdb.Error as error:
        faults = [fault for file in unpacked(files, workspace) if (fault := _fault(source, file, workspace))]
        reason = FOLDERS.sub("", " ".join(str(error).split()))[:200].rstrip(".")
        msg = "\n".join(faults) or f"{source.described} cannot be read: {reason}. Check how it is written."
        raise InputError(msg) from error


def line_of(
    source: Source, files: Sequence[Path], file: str, rows: Iterable[int], *, workspace: Path
) -> dict[int, int]:
    """Return the line in which records of a text file begin.

    Parameters
    ----------
    source : Source
        How it is written.
    files : sequence of Path
        Those of the source.
    file : str
        The file in question, as the column ``file`` of the raw table calls it.
    rows : iterable of int
        Records, as the column ``row`` numbers them.
    workspace : Path
        As for :func:`read_raw`.

    Returns
    -------
    dict
        Row to line, both from 1. Where records and lines are the same, the row itself.
    """
    found = next(data for data in unpacked(files, workspace) if data.name == file)
    return lines_of(source, found, rows, workspace=workspace)


def _remote(backend: ibis.BaseBackend, source: Source) -> ir.Table:
    if source.query:
        return backend.sql(source.query)
    schema, _, table = source.table.rpartition(".")
    return backend.table(table, database=schema or None)


def _read_file(
    backend: ibis.BaseBackend,
    source: Source,
    file: DataFile,
    columns: Mapping[str, str | int],
    workspace: Path,
) -> ir.Table:
    match source.format_of(Path(file.inner)):
        case "spreadsheet":
            return read_sheet(backend, source, file, columns)
        case "jsonl":
            return read_json_lines(backend, source, file, columns, workspace=workspace)
        case "parquet":
            return read_parquet(backend, file, columns)
        case "sqlite":
            return read_sqlite(backend, source, file, columns)
        case "duckdb":
            return read_duckdb(backend, source, file, columns)
        case _:
            return read_text(backend, source, file, columns, workspace=workspace)


def _all_together(tables: Sequence[ir.Table]) -> ir.Table:
    if len(tables) == 1:
        return tables[0]
    mixed = {
        name for name in tables[0].columns if len({str(table.schema()[name]) for table in tables}) > 1
    } - {"row"}
    return ibis.union(
        *(table.mutate(**{name: table[name].cast("string") for name in mixed}) for table in tables)
    )


def _fault(source: Source, file: DataFile, workspace: Path) -> str | None:
    form = source.format_of(Path(file.inner))
    if form not in ("csv", "whitespace"):
        return None
    try:
        check_encoding(file, source.encoding)
    except InputError as problem:
        return str(problem)
    return _too_wide(source, file, workspace) if form == "csv" else None


def _too_wide(source: Source, file: DataFile, workspace: Path) -> str | None:
    line, found, width = widest_record(source, file, workspace=workspace)
    if found <= width + SPARE_COLUMNS:
        return None
    return (
        f"{file.name} cannot be read as csv: line {line} has {found} fields, the column names are {width}. "
        "Check delimiter and header_row, or mend the line."
    )
