"""One cell of a small table: the value it stands for by its column's kind, or what is wrong with it."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.core import get_global

from retention_utils.canonical_kinds import NO, YES, CanonicalColumn, Kind
from retention_utils.errors import PeriodError, did_you_mean
from retention_utils.periods import parse_period
from retention_utils.source_config import TableSource
from retention_utils.sources.side_rules import out_of_range

__all__ = ["EMPTY", "READ_BY_ENGINE", "read_cell", "shown"]

READ_BY_ENGINE = ("day", "money", "count")  # the others are brought here as text
EMPTY = "is empty"
LONGEST = 60  # characters of a cell that are shown


def read_cell(column: CanonicalColumn, source: TableSource, cell: Any, found: str | None) -> tuple[Any, str]:
    """Return the value of a cell and an empty text, or None and what is wrong with it."""
    if found is None or not found.strip() or (cell is None and column.kind not in READ_BY_ENGINE):
        return None, EMPTY if column.needed in ("always", "cells") else ""
    try:
        value = READERS[column.kind](cell, column, source)
    except ValueError as error:
        return None, f"{shown(found)} {error}"
    limits = out_of_range(value, column) if column.kind in ("money", "number", "count") else ""
    return (None, f"{shown(found)} {limits}") if limits else (value, "")


def _text(cell: Any, column: CanonicalColumn, source: TableSource) -> str:
    return str(cell)


def _day(cell: Any, column: CanonicalColumn, source: TableSource) -> date:
    if cell is None:
        raise ValueError(f"cannot be read as a day by date_format {' or '.join(source.date_format)}")
    return cell.date() if isinstance(cell, datetime) else cell


def _money(cell: Any, column: CanonicalColumn, source: TableSource) -> Decimal:
    if cell is None:
        raise ValueError(f"cannot be read as an amount with decimal_mark {source.decimal_mark!r}")
    return cell


def _count(cell: Any, column: CanonicalColumn, source: TableSource) -> int:
    if cell is None or cell != int(cell):
        raise ValueError("is no whole number")
    return int(cell)


def _number(cell: Any, column: CanonicalColumn, source: TableSource) -> float:
    # The engine's amounts keep four decimals, too few for the rate of a small currency.
    if isinstance(cell, str):
        gap, mark = rf"[\s'’{re.escape(source.thousands_mark)}]", re.escape(source.decimal_mark)
        whole = rf"(?:[0-9]{{1,3}}(?P<gap>{gap})[0-9]{{3}}(?:(?P=gap)[0-9]{{3}})*|[0-9]+)"
        form = rf"[+-]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?"
        plain = cell.replace("−", "-")
        if not re.fullmatch(form, plain):
            raise ValueError(f"cannot be read as a number with decimal_mark {source.decimal_mark!r}")
        cell = re.sub(gap, "", plain).replace(source.decimal_mark, ".")
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError("is no finite number")
    return number


def _flag(cell: Any, column: CanonicalColumn, source: TableSource) -> bool:
    word = str(cell).casefold()
    if word not in YES | NO:
        raise ValueError("is neither yes nor no")
    return word in YES


def _choice(cell: Any, column: CanonicalColumn, source: TableSource) -> str:
    words = {spelling: ours for ours, others in column.words.items() for spelling in (ours, *others)}
    word = str(cell).casefold()
    if word not in words:
        hint = did_you_mean(word, column.words)
        raise ValueError(f"is not {column.limits}{'.' * bool(hint)}{hint}")
    return words[word]


def _period(cell: Any, column: CanonicalColumn, source: TableSource) -> str:
    try:
        return parse_period(str(cell)).key
    except PeriodError as error:
        raise ValueError("is no period; write 2024-11, 2024-Q4, 2024, 2024-W45 or first..last day") from error


def _currency(cell: Any, column: CanonicalColumn, source: TableSource) -> str:
    code = str(cell).upper()
    if code not in get_global("all_currencies"):
        raise ValueError("is no currency code; write three letters such as EUR")
    return code


READERS: dict[Kind, Callable[[Any, CanonicalColumn, TableSource], Any]] = {
    "id": _text, "text": _text, "day": _day, "money": _money, "number": _number, "count": _count,
    "flag": _flag, "choice": _choice, "period": _period, "currency": _currency,
}  # fmt: skip


def shown(text: str) -> str:
    """Return a cell as it is quoted: in quotation marks, and not too much of it."""
    return repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
