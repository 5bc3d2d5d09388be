"""The only reader of client data: a file becomes one typed row per record, and nothing is dropped."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir

from retention_utils.config import OrderSource
from retention_utils.errors import InputError, did_you_mean

__all__ = ["explain_unreadable", "first_and_last_day", "read_order_log"]

LONGEST_PAUSE_DAYS = 366  # without an order, before a stray date is suspected

# A character no text file holds: reading with it as delimiter gives whole lines.
NO_DELIMITER = "\x01"


@ibis.udf.scalar.builtin
def try_strptime(text: str, form: str) -> datetime:
    """Parse a time stamp with DuckDB; NULL where the text does not fit."""


def read_order_log(backend: ibis.BaseBackend, file: Path, source: OrderSource) -> ir.Table:
    """Read an order log.

    Parameters
    ----------
    backend : ibis.BaseBackend
        Embedded DuckDB, which reads the file.
    file : Path
        The order log.
    source : OrderSource
        How it is written and which columns hold what.

    Returns
    -------
    ir.Table
        One row per record: ``row`` (its number in the file; a header is row 1), ``customer_id`` (text,
        NULL when empty), ``ordered_at`` (timestamp, NULL when unreadable), ``amount`` (decimal, NULL when
        unreadable), ``ordered_at_text`` and ``amount_text`` (as found). Blank lines are no records.

    Raises
    ------
    InputError
        If the file is empty, is no such text, or lacks a column. The engine reads on when the table is
        used: do that within :func:`explain_unreadable`.
    """
    if file.stat().st_size == 0:
        msg = f"The order log {file.name} is empty. Ask for it again, or check orders.path."
        raise InputError(msg)
    read = _split_lines if source.format == "whitespace" else _csv
    with explain_unreadable(file, source):
        raw = read(backend, file, source)
    number = raw["amount"].strip()
    if source.decimal_mark == ",":
        # A point would be the mark of thousands: 1.234 is not 1.23.
        number = ibis.cases((number.contains("."), ibis.null("string")), else_=number.replace(",", "."))
    return raw.select(
        "row",
        customer_id=raw["customer_id"].strip().nullif(""),
        ordered_at=try_strptime(raw["ordered_at"].strip(), source.date_format),
        amount=number.try_cast("decimal(18, 2)"),
        ordered_at_text=raw["ordered_at"],
        amount_text=raw["amount"],
    )


@contextmanager
def explain_unreadable(file: Path, source: OrderSource) -> Iterator[None]:
    """Say of an order log that the engine gives up on what is wrong with it.

    Raises
    ------
    InputError
        Instead of any error of the engine's.
    """
    try:
        yield
    except (duckdb.Error, UnicodeDecodeError) as error:
        reason = _uneven_row(file, source) if source.format == "csv" else None
        reason = reason or " ".join(str(error).replace(f"{file.parent}/", "").split())[:200].rstrip(".")
        msg = f"The order log {file.name} cannot be read as {source.format}: {reason}. Check [orders]."
        raise InputError(msg) from error


def first_and_last_day(
    order_log: ir.Table, *, not_before: date | None = None, not_after: date | None = None
) -> tuple[date, date]:
    """Return the first and the last day with a readable order date, if the days between hang together.

    A single row dated 1970 or 2199 would otherwise decide what the whole report is about.

    Parameters
    ----------
    order_log : ir.Table
        From :func:`read_order_log`.
    not_before, not_after : date, optional
        Days outside are not looked at: the bounds that the client file states.

    Raises
    ------
    InputError
        If no row has a readable date, or more than a year lies between two successive days.
    """
    dated = order_log.select(day=order_log["ordered_at"].date()).distinct().to_pyarrow()["day"].to_pylist()
    days = sorted(
        day
        for day in dated
        if day and (not_before is None or day >= not_before) and (not_after is None or day <= not_after)
    )
    if not days:
        sample = order_log["ordered_at_text"].as_table().limit(1).to_pyarrow().to_pylist()
        found = f"; the first is {sample[0]['ordered_at_text']!r}" if sample else "; it holds no rows"
        msg = (
            f"No row of the order log has a readable date{found}. "
            "Check orders.date_format and orders.columns."
        )
        raise InputError(msg)
    for earlier, later in pairwise(days):
        if (later - earlier).days > LONGEST_PAUSE_DAYS:
            msg = (
                f"The order log holds orders of {earlier} and of {later} and none between. If a date is "
                "wrong, correct it; if not, state history_start and data_horizon in client.toml."
            )
            raise InputError(msg)
    return days[0], days[-1]


def _split_lines(backend: ibis.BaseBackend, file: Path, source: OrderSource) -> ir.Table:
    lines = backend.read_csv(
        file, columns={"text": "VARCHAR"}, delim=NO_DELIMITER, header=False, quote="", escape="",
        auto_detect=False, strict_mode=False, encoding=source.encoding,
    )  # fmt: skip
    lines = lines.mutate(row=ibis.row_number() + 1)
    lines = lines.filter(lines["text"].strip() != "")
    first_line = lines.order_by("row").limit(1).to_pyarrow().to_pylist() or [{"row": 1, "text": ""}]
    names = first_line[0]["text"].split()
    if source.header:
        lines = lines.filter(lines["row"] > first_line[0]["row"])
    else:
        names = [str(position) for position in range(1, len(names) + 1)]
    parts = lines["text"].strip().re_split(r"\s+")
    picked = {ours: parts[names.index(theirs)] for ours, theirs in _columns(names, file, source).items()}
    return lines.select("row", **picked)


def _csv(backend: ibis.BaseBackend, file: Path, source: OrderSource) -> ir.Table:
    table = backend.read_csv(
        file, all_varchar=True, header=source.header, delim=source.delimiter, quote='"',
        encoding=source.encoding,
    )  # fmt: skip
    columns = _columns(list(table.columns), file, source)
    row = ibis.row_number() + (2 if source.header else 1)
    return table.select(row=row, **{ours: table[theirs] for ours, theirs in columns.items()})


def _columns(names: list[str], file: Path, source: OrderSource) -> dict[str, str]:
    wanted = source.columns.model_dump()
    problems = [
        f"  - {ours} = {theirs!r}: no such column.{did_you_mean(str(theirs), names)}"
        for ours, theirs in wanted.items()
        if (theirs > len(names) if isinstance(theirs, int) else theirs not in names)
    ]
    if problems:
        listed = "\n".join(problems)
        msg = f"The order log {file.name} has the columns {names}, but [orders.columns] says:\n{listed}"
        raise InputError(msg)
    return {ours: names[theirs - 1] if isinstance(theirs, int) else theirs for ours, theirs in wanted.items()}


def _uneven_row(file: Path, source: OrderSource) -> str | None:
    """Name the first record that has more or fewer fields than the first one, if that is what is wrong."""
    with file.open(newline="", encoding=source.encoding, errors="replace") as stream:
        records = csv.reader(stream, delimiter=source.delimiter)
        try:
            width = len(next(records))
            uneven = ((n, found) for n, found in enumerate(records, 2) if found and len(found) != width)
            number, found = next(uneven)
        except (StopIteration, csv.Error):
            return None
    return f"row {number} has {len(found)} fields, the first row {width}; found {found}"
