"""JSON Lines, Parquet, SQLite and DuckDB files as raw tables."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.util import gen_name

from retention_utils.engine_settings import NO_PROGRESS_BAR
from retention_utils.errors import InputError, did_you_mean
from retention_utils.source_config import Source
from retention_utils.sources.dialect import utf8_text
from retention_utils.sources.shaping import load_records, locate_columns, spelled
from retention_utils.sources.unpacking import DataFile

__all__ = ["read_duckdb", "read_json_lines", "read_parquet", "read_sqlite", "typed_table"]


def typed_table(table: ir.Table, name: str, columns: Mapping[str, str | int]) -> ir.Table:
    """Return the raw table of a table with types of its own.

    Parameters
    ----------
    table : ir.Table
        With the client's columns.
    name : str
        Of the file or database table, for ``file`` and for messages.
    columns : mapping
        Ours = theirs.

    Returns
    -------
    ir.Table
        ``row`` from 1, ``file``, ``label`` and ``extra`` (both NULL) and the mapped columns as they are.

    Raises
    ------
    InputError
        If a column is not there.
    """
    positions = locate_columns(table.columns, columns, name)
    return table.select(
        row=ibis.row_number() + 1,
        file=ibis.literal(name),
        label=ibis.null("string"),
        extra=ibis.null("string"),
        **{ours: table[table.columns[position]] for ours, position in positions.items()},
    )


def read_parquet(backend: ibis.BaseBackend, file: DataFile, columns: Mapping[str, str | int]) -> ir.Table:
    """Read a Parquet file; columns keep their types.

    Raises
    ------
    InputError
        If the file is no such file or lacks a column.
    """
    try:
        return typed_table(backend.read_parquet(file.path), file.name, columns)
    except duckdb.Error as error:
        raise InputError(_unreadable(file.name, "a Parquet file", error, file.path)) from error


def read_json_lines(
    backend: ibis.BaseBackend,
    source: Source,
    file: DataFile,
    columns: Mapping[str, str | int],
    *,
    workspace: Path,
) -> ir.Table:
    """Read JSON Lines: one object per line, every value as text.

    Strings and numbers keep their spelling (numbers with the source's decimal mark), lists and objects stay
    JSON, keys left out and null are NULL. ``row`` is the line; blank lines are left out. The columns are all
    keys in order of first appearance.

    Raises
    ------
    InputError
        If a line is no JSON object, or no line has a key.
    """
    path = utf8_text(file, source.encoding, workspace)
    names = dict.fromkeys(key for _, record in _objects(path, file.name) for key in record)
    positions = locate_columns(list(names), columns, file.name)
    keys = [list(names)[position] for position in positions.values()]

    def records() -> Iterator[list[object]]:
        for line, record in _objects(path, file.name):
            texts = {key: _json_text(value, source.decimal_mark) for key, value in record.items()}
            label = next((text for text in texts.values() if text and text.strip()), None)
            yield [line, file.name, label, None, *(texts.get(key) for key in keys)]

    return load_records(backend, positions, records())


def read_sqlite(
    backend: ibis.BaseBackend, source: Source, file: DataFile, columns: Mapping[str, str | int]
) -> ir.Table:
    """Read a table or query of an SQLite file, which is opened for reading only; every value as text.

    Raises
    ------
    InputError
        If it is no SQLite file, is locked, or lacks the table or a column.
    """
    try:
        with closing(sqlite3.connect(f"{file.path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)  # it would make the file it is given
            listed = (
                "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
            )
            tables = [name for (name,) in connection.execute(listed)]
            rows = connection.execute(_query(source, tables, file.name))
            names = [column[0] for column in rows.description or ()]
            positions = locate_columns(names, columns, file.name)
            records = (
                [
                    number,
                    file.name,
                    None,
                    None,
                    *(spelled(row[place], source.decimal_mark) for place in positions.values()),
                ]
                for number, row in enumerate(rows, 1)
            )
            return load_records(backend, positions, records)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise InputError(_unreadable(file.name, "an SQLite file", error, file.path)) from error


def read_duckdb(
    backend: ibis.BaseBackend, source: Source, file: DataFile, columns: Mapping[str, str | int]
) -> ir.Table:
    """Read a table or query of a DuckDB file, which is opened for reading only; columns keep their types.

    Raises
    ------
    InputError
        If it is no DuckDB file, is locked, or lacks the table or a column.
    """
    name = gen_name("raw")
    try:
        # A connection of its own: the client's query sees this file and nothing else.
        with duckdb.connect(
            str(file.path), read_only=True, config={"enable_external_access": False}
        ) as there:
            there.execute(NO_PROGRESS_BAR)
            listed = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
            tables = [table for (table,) in there.execute(listed).fetchall()]
            batches = there.sql(_query(source, tables, file.name)).to_arrow_reader()
            locate_columns(batches.schema.names, columns, file.name)
            _store(backend, name, batches)
    except duckdb.Error as error:
        raise InputError(_unreadable(file.name, "a DuckDB file", error, file.path)) from error
    return typed_table(backend.table(name, database="temp.main"), file.name, columns)


def _store(backend: ibis.BaseBackend, name: str, batches: pa.RecordBatchReader) -> None:
    view = f"{name}_batches"
    backend.con.register(view, batches)
    backend.create_table(name, backend.table(view), temp=True)
    backend.con.unregister(view)


def _objects(path: Path, name: str) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding="utf-8-sig", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
            except (json.JSONDecodeError, RecursionError) as error:
                raise InputError(_bad_line(name, number, f"is no JSON ({error})")) from error
            if not isinstance(record, dict):
                raise InputError(_bad_line(name, number, "holds no object"))
            yield number, record


def _bad_line(name: str, number: int, fault: str) -> str:
    return f"{name} cannot be read as JSON Lines: line {number} {fault}. Write one object per line."


class _Number(str):
    """A number of a JSON text as it is spelled there."""


def _json_text(value: object, decimal_mark: str) -> str | None:
    if isinstance(value, _Number):
        return value.replace(".", decimal_mark)
    if isinstance(value, str) or value is None:
        return value or None
    return _as_json(value)


def _as_json(value: object) -> str:
    """Write a value as JSON, numbers as they were spelled."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}: {_as_json(part)}" for key, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _query(source: Source, tables: list[str], file: str) -> str:
    """Return the query to run: the stated one, or all of the stated or the only table."""
    if source.query:
        return source.query
    if source.table is None and len(tables) != 1:
        msg = f"{file} has the tables {tables}. State which one with table."
        raise InputError(msg)
    table = source.table or tables[0]
    if table not in tables:
        hint = did_you_mean(table, tables)
        msg = f"{file} has the tables {tables}, but the client file says table = {table!r}.{hint}"
        raise InputError(msg)
    quoted = table.replace('"', '""')
    return f'SELECT * FROM "{quoted}"'  # noqa: S608 - one of the file's own tables, as an identifier


def _unreadable(name: str, kind: str, error: Exception, path: Path) -> str:
    reason = " ".join(str(error).replace(str(path), name).replace(str(path.resolve()), name).split())
    reason = reason.partition(" LINE 1:")[0]
    return f"{name} cannot be read as {kind}: {reason[:200].rstrip('.')}. Check format, table and query."
