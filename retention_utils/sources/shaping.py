"""What every reader does alike: find the mapped columns, spell values, load records into the engine."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.util import gen_name

from retention_utils.errors import InputError, did_you_mean

__all__ = ["RAW_COLUMNS", "first_filled", "load_records", "locate_columns", "spelled"]

RAW_COLUMNS = ("row", "file", "label", "extra")  # beside the mapped columns, in every raw table
CHUNK = 50_000  # records held in memory at a time
LISTED = 60  # columns named in a message


def locate_columns(names: Sequence[str], columns: Mapping[str, str | int], file: str) -> dict[str, int]:
    """Return where each mapped column is: ours = position from 0.

    Parameters
    ----------
    names : sequence of str
        The columns there are, in order; empty where the header has an empty cell.
    columns : mapping
        Ours = theirs: a name, or a position from 1.
    file : str
        Named in the message.

    Raises
    ------
    InputError
        If a column is not there, or a name stands for several; all of them at once.
    """
    problems = [
        f"  - {ours} = {theirs!r}: {problem}"
        for ours, theirs in columns.items()
        if (problem := _column_problem(names, theirs))
    ]
    if problems:
        found = [name for name in names if name]
        more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
        msg = f"{file} has the columns {found[:LISTED]}{more}, but the client file says:\n"
        raise InputError(msg + "\n".join(problems))
    return {
        ours: theirs - 1 if isinstance(theirs, int) else names.index(theirs.strip())
        for ours, theirs in columns.items()
    }


def first_filled(cells: Iterable[ir.StringValue]) -> ir.StringValue:
    """Return the first of these texts that holds more than blanks, else NULL."""
    return ibis.coalesce(*(ibis.cases((cell.re_search(r"\S"), cell), else_=None) for cell in cells))


def spelled(value: object, decimal_mark: str) -> str | None:
    """Write a typed value as text: 12.0 as ``12``, fractions with the stated mark, dates as ISO times."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        is_whole = value.is_integer() and abs(value) < 1e16
        return str(int(value)) if is_whole else repr(value).replace(".", decimal_mark)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    if isinstance(value, time | timedelta):
        return str(value)
    return value.hex() if isinstance(value, bytes) else str(value)


def load_records(
    backend: ibis.BaseBackend, names: Iterable[str], records: Iterable[Sequence[object]]
) -> ir.Table:
    """Load records into a temporary table of the engine, some thousand at a time.

    Parameters
    ----------
    backend : ibis.BaseBackend
        Embedded DuckDB.
    names : iterable of str
        Of the mapped columns.
    records : iterable of sequences
        Row, file, label, extra and the mapped columns of each record.

    Returns
    -------
    ir.Table
        The raw table: ``row`` int64, everything else text.
    """
    fields = [pa.field(name, pa.int64() if name == "row" else pa.string()) for name in (*RAW_COLUMNS, *names)]
    schema = pa.schema(fields)
    name = gen_name("raw")
    backend.create_table(name, schema=ibis.Schema.from_pyarrow(schema), temp=True)
    remaining = iter(records)
    while chunk := list(islice(remaining, CHUNK)):
        arrays = [
            pa.array(values, field.type)
            for values, field in zip(zip(*chunk, strict=True), schema, strict=True)
        ]
        backend.insert(name, pa.table(arrays, schema=schema), database="temp.main")
    return backend.table(name, database="temp.main")


def _column_problem(names: Sequence[str], theirs: str | int) -> str | None:
    if isinstance(theirs, int):
        return None if theirs <= len(names) else f"no such column; there are {len(names)}."
    places = [position for position, name in enumerate(names, 1) if name == theirs.strip()]
    if len(places) > 1:
        listed = " and ".join(str(place) for place in places)
        return f"the columns {listed} have this name; state the position instead."
    return None if places else f"no such column.{did_you_mean(theirs, filter(None, names))}"
