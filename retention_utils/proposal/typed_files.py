"""Samples of files that have columns of their own: JSON Lines, Parquet, SQLite and DuckDB."""

import io
import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from retention_utils.errors import InputError
from retention_utils.proposal.encodings import decode
from retention_utils.proposal.samples import Column, ColumnType, Number, Sample, columns_of
from retention_utils.proposal.tables_within import choose_table
from retention_utils.proposal.text_files import read_pieces

__all__ = ["sample_duckdb", "sample_jsonl", "sample_parquet", "sample_sqlite"]

FIRST_ROWS = 2000
LAST_ROWS = 200


def sample_jsonl(file: Path, _answers: Mapping[str, str]) -> Sample:
    """Sample the first records of a file of JSON Lines.

    Raises
    ------
    InputError
        If a line is no JSON object.
    """
    pieces = read_pieces(file)
    text = decode(pieces.head, "utf-8")
    lines = list(io.StringIO(text if pieces.is_whole else text[: text.rfind("\n") + 1]))
    records = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            records.append(_json_object(line, number))
    names = list(dict.fromkeys(name for record in records for name in record))
    rows = [[record.get(name, "") for name in names] for record in records]
    return Sample(file.name, "jsonl", columns_of(names, rows))


def sample_parquet(file: Path, _answers: Mapping[str, str]) -> Sample:
    """Sample the first and the last row group of a Parquet file.

    Raises
    ------
    InputError
        If it is no Parquet file or holds no rows.
    """
    try:
        with pq.ParquetFile(file) as parquet:
            groups = sorted({0, max(0, parquet.num_row_groups - 1)}) if parquet.num_row_groups else []
            batches = [
                next(parquet.iter_batches(batch_size=FIRST_ROWS, row_groups=[group])) for group in groups
            ]
            schema = parquet.schema_arrow
    except (pa.ArrowException, OSError) as error:
        msg = f"it cannot be read as Parquet: {str(error).rstrip('.')}."
        raise InputError(msg) from error
    if not batches:
        msg = "it holds no records."
        raise InputError(msg)
    rows = [list(row.values()) for batch in batches for row in batch.to_pylist()]
    types = [_arrow_type(field.type) for field in schema]
    return Sample(file.name, "parquet", columns_of(schema.names, _texts(rows), types))


def sample_sqlite(file: Path, answers: Mapping[str, str]) -> Sample:
    """Sample the table of an SQLite file that holds the orders.

    Raises
    ------
    InputError
        If it is no such file, or no table holds records.
    """
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as database:
            listed = database.execute(
                "SELECT name, sql FROM sqlite_master "
                "WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            tables = {name: _sqlite_columns(database, name, sql) for name, sql in listed}
    except sqlite3.Error as error:
        msg = f"it cannot be read as SQLite: {error}."
        raise InputError(msg) from error
    return _sample_of_tables(file, "sqlite", tables, answers)


def sample_duckdb(file: Path, answers: Mapping[str, str]) -> Sample:
    """Sample the table of a DuckDB file that holds the orders.

    Raises
    ------
    InputError
        If it is no such file, or no table holds records.
    """
    try:
        with duckdb.connect(str(file), read_only=True) as database:
            names = [name for (name,) in database.execute("SHOW TABLES").fetchall()]
            tables = {name: _duckdb_columns(database, name) for name in names}
    except duckdb.Error as error:
        msg = f"it cannot be read as DuckDB: {str(error).splitlines()[0]}"
        raise InputError(msg) from error
    return _sample_of_tables(file, "duckdb", tables, answers)


def _sample_of_tables(
    file: Path, form: str, tables: Mapping[str, tuple[Column, ...]], answers: Mapping[str, str]
) -> Sample:
    filled = {name: columns for name, columns in tables.items() if columns and columns[0].cells}
    if not filled:
        msg = "no table in it holds records."
        raise InputError(msg)
    found, name = choose_table("table", filled, answers)
    return Sample(file.name, form, filled[name], {"table": found})


def _json_object(line: str, number: int) -> dict[str, str]:
    try:
        # Numbers keep their spelling: 1e5 and 12.50 stay as they are.
        content = json.loads(line, parse_float=Number, parse_int=Number)
    except (ValueError, RecursionError) as error:
        msg = f"line {number} is no JSON: {error}."
        raise InputError(msg) from error
    if not isinstance(content, dict):
        msg = f"line {number} is no JSON object, but {line.strip()[:40]!r}."
        raise InputError(msg)
    return {_clean(name): _clean(_json_text(value)) for name, value in content.items()}


def _json_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _clean(text: str) -> str:
    """Replace halves of characters, which JSON can hold and no text file can."""
    return text if isinstance(text, Number) else text.encode("utf-8", "replace").decode("utf-8")


def _sqlite_columns(database: sqlite3.Connection, name: str, sql: str) -> tuple[Column, ...]:
    quoted = '"' + name.replace('"', '""') + '"'
    # The name comes from the file's own list of tables and is quoted.
    cursor = database.execute(f"SELECT * FROM {quoted} LIMIT {FIRST_ROWS}")  # noqa: S608
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    has_rowid = re.match(r"CREATE TABLE", sql, re.IGNORECASE) and "WITHOUT ROWID" not in sql.upper()
    if len(rows) == FIRST_ROWS and has_rowid:
        last = f"SELECT * FROM {quoted} ORDER BY rowid DESC LIMIT {LAST_ROWS}"  # noqa: S608
        rows += database.execute(last).fetchall()
    return columns_of(names, _texts(rows))


def _duckdb_columns(database: duckdb.DuckDBPyConnection, name: str) -> tuple[Column, ...]:
    table = database.table('"' + name.replace('"', '""') + '"')
    rows = table.limit(FIRST_ROWS).fetchall()
    count = table.count("*").fetchall()[0][0]
    if count > FIRST_ROWS:
        rows += table.limit(LAST_ROWS, offset=max(FIRST_ROWS, count - LAST_ROWS)).fetchall()
    types = [_engine_type(str(kind)) for kind in table.types]
    return columns_of(table.columns, _texts(rows), types)


def _texts(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    return [["" if cell is None else _cell_text(cell) for cell in row] for row in rows]


def _cell_text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat()
    return Number(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else str(cell)


def _arrow_type(kind: pa.DataType) -> ColumnType:
    if pa.types.is_timestamp(kind):
        return "time with offset" if kind.tz else "time"
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return "text" if is_text or pa.types.is_dictionary(kind) else "other"


def _engine_type(kind: str) -> ColumnType:
    if kind.startswith("TIMESTAMP"):
        return "time with offset" if "TIME ZONE" in kind else "time"
    if kind == "DATE":
        return "date"
    if re.match(r"U?(TINY|SMALL|BIG|HUGE)?INT|DECIMAL|FLOAT|DOUBLE", kind):
        return "number"
    return "text" if kind == "VARCHAR" else "other"
