"""The small tables beside the order log: typed as they are defined, and refused where they break it.

Of some tables a few rows that break the definition are set aside instead, each with its reason.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from retention_utils.canonical import CANONICAL
from retention_utils.canonical_kinds import CanonicalColumn, Kind
from retention_utils.currency_signs import currency_signs
from retention_utils.errors import InputError
from retention_utils.periods import parse_period
from retention_utils.source_config import TableSource
from retention_utils.sources.left_out import first_problems, left_out_rows, refusal
from retention_utils.sources.parsing import as_amount, as_text, as_time
from retention_utils.sources.raw import read_raw
from retention_utils.sources.side_cells import EMPTY, READ_BY_ENGINE, read_cell, shown
from retention_utils.sources.side_rules import Problem, broken_rules, followed, less_deductions

__all__ = ["SideTable", "read_side_table", "up_to"]

ISO_TIME = "%Y-%m-%dT%H:%M:%S"  # how a date cell of a spreadsheet is handed on

TYPES: dict[Kind, pa.DataType] = {
    "id": pa.string(), "text": pa.string(), "choice": pa.string(), "period": pa.string(),
    "currency": pa.string(), "day": pa.date32(), "money": pa.decimal128(18, 4), "number": pa.float64(),
    "count": pa.int64(), "flag": pa.bool_(),
}  # fmt: skip


class SideTable(NamedTuple):
    """A table as it is used, and the rows set aside."""

    used: pa.Table
    left_out: pa.Table  # from left_out_rows


def read_side_table(
    backend: ibis.BaseBackend,
    name: str,
    source: TableSource,
    files: Sequence[Path],
    *,
    currency: str,
    to_zone: str,
    workspace: Path,
    most_left_out: float = 0.0,
) -> SideTable:
    """Read one of the tables beside the order log and check every cell of it.

    Parameters
    ----------
    backend : ibis.BaseBackend
        The engine that reads the files or holds the table.
    name : str
        A key of :data:`retention_utils.canonical.CANONICAL`.
    source : TableSource
        Where the table is; its columns have passed :func:`retention_utils.canonical.check_columns`.
    files : sequence of Path
        From :func:`retention_utils.sources.files.source_files`; none for a database.
    currency, to_zone : str
        The client's.
    workspace : Path
        A folder for unpacked files.
    most_left_out : float
        The share of rows that may break the definition and are set aside.

    Returns
    -------
    SideTable
        ``used`` has one row per record, ordered by file and row, with all columns of the definition: ids,
        texts, choices, currencies and periods (as :attr:`retention_utils.periods.Period.key`) as string, days
        as date32, money as decimal128(18, 4), numbers as float64, counts as int64, flags as bool. Empty cells
        and columns not mapped are NULL, except where the definition has a default. Chains of merges are
        followed to their end.

    Raises
    ------
    InputError
        If a file cannot be read as stated or more rows break the definition; all problems at once.
    """
    table = CANONICAL[name]
    mapped = [column for column in table.columns if column.name in source.columns]
    raw = read_raw(backend, source, files, source.columns, workspace=workspace)
    fetched = _fetch(raw, mapped, source, engine=backend.name, currency=currency, to_zone=to_zone)
    values, problems = _read_cells(mapped, fetched, source)
    rows = [dict(zip(values, cells, strict=True)) for cells in zip(*values.values(), strict=True)]
    rows, more = less_deductions(table, rows, problems)
    problems += more
    problems += broken_rules(name, rows, problems)
    bad = first_problems(problems)
    if len(bad) > most_left_out * len(rows):
        raise InputError(refusal(name, source, problems, rows=len(rows), most_left_out=most_left_out))
    left_out = left_out_rows(rows, bad)
    rows = [row for row in rows if row["index"] not in bad]
    values = {column: [row[column] for row in rows] for column in values}
    if name == "merges":
        ends, _ = followed(rows)
        values["same_as"] = [ends[row["customer_id"]] for row in rows]
    used = pa.table({column.name: _array(column, values, len(rows)) for column in table.columns})
    return SideTable(used, left_out)


def up_to(table: pa.Table, name: str, as_of: date) -> pa.Table:
    """Leave out what was not known yet on a day.

    Rows go whose day (of a subscription its start, of what has a period its last day) is later; rows
    without a day stay. Cells go that became known later: the end of a subscription, with its reason, and
    days of arrears and replies. Merges and the plan stay as they are.

    Parameters
    ----------
    table : pa.Table
        What :func:`read_side_table` calls used.
    name : str
        Which table it is.
    as_of : date
        The last day that counts.
    """
    definition = CANONICAL[name]
    for day in definition.known_on:
        known = [_is_known(value, as_of) for value in table[day].to_pylist()]
        table = table.filter(pa.array(known, pa.bool_()))
    is_known = {
        day: [_is_known(value, as_of) for value in table[day].to_pylist()]
        for day in {column.known_with for column in definition.columns if column.known_with}
    }
    for place, column in enumerate(definition.columns):
        if column.known_with:
            pairs = zip(table[column.name].to_pylist(), is_known[column.known_with], strict=True)
            cells = pa.array([cell if known else None for cell, known in pairs], TYPES[column.kind])
            table = table.set_column(place, column.name, cells)
    return table


def _is_known(value: date | str | None, as_of: date) -> bool:
    day = parse_period(value).last_day if isinstance(value, str) else value
    return day is None or day <= as_of


def _fetch(
    raw: ir.Table,
    columns: Sequence[CanonicalColumn],
    source: TableSource,
    *,
    engine: str,
    currency: str,
    to_zone: str,
) -> pa.Table:
    """Bring the table here: every column as its kind is read by the engine, and as it was found."""

    def parsed(column: CanonicalColumn) -> ir.Value:
        value = raw[column.name]
        if column.kind == "day":
            formats = (*source.date_format, ISO_TIME)
            zone = source.time_zone or to_zone
            return as_time(value, formats=formats, engine=engine, zone=zone, to_zone=to_zone).date()
        if column.kind in READ_BY_ENGINE:
            signs = currency_signs(currency) if column.kind == "money" else ()
            return as_amount(
                value,
                decimal_mark=source.decimal_mark,
                thousands_mark=source.thousands_mark,
                signs=signs,
            )
        if value.type().is_boolean() or (column.kind == "number" and value.type().is_numeric()):
            return value
        return as_text(value)

    read = {column.name: parsed(column) for column in columns}
    found = {f"{column.name}_found": raw[column.name].cast("string") for column in columns}
    return raw.select("row", "file", "extra", **read, **found).order_by(["file", "row"]).to_pyarrow()


def _read_cells(
    columns: Sequence[CanonicalColumn], fetched: pa.Table, source: TableSource
) -> tuple[dict[str, list[Any]], list[Problem]]:
    values: dict[str, list[Any]] = {"index": list(range(fetched.num_rows))}
    values |= {name: fetched[name].to_pylist() for name in ("row", "file")}
    places = [dict(zip(values, place, strict=True)) for place in zip(*values.values(), strict=True)]
    problems = [
        Problem(place, "", f"{shown(extra)} stands beyond the last column", "ragged")
        for place, extra in zip(places, fetched["extra"].to_pylist(), strict=True)
        if extra is not None
    ]
    for column in columns:
        cells = zip(
            fetched[column.name].to_pylist(), fetched[f"{column.name}_found"].to_pylist(), strict=True
        )
        read = cache(partial(read_cell, column, source))
        readings = [read(*cell) for cell in cells]
        values[column.name] = [value for value, _ in readings]
        problems += [
            Problem(place, column.name, fault, "empty" if fault == EMPTY else "unreadable")
            for place, (_, fault) in zip(places, readings, strict=True)
            if fault
        ]
    return values, problems


def _array(column: CanonicalColumn, values: Mapping[str, list[Any]], rows: int) -> pa.Array:
    return pa.array(values.get(column.name, [column.default] * rows), TYPES[column.kind])
