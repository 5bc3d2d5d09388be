"""A clean order table written the way shops, tills and accounting programs write their exports."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal
from zlib import crc32
from zoneinfo import ZoneInfo

import pandas as pd
from babel.dates import get_month_names

from retention_utils.errors import ConfigError
from retention_utils.schema import require

__all__ = ["COLUMN_NAMES", "Dialect", "column_name", "write_export"]

COLUMN_NAMES = MappingProxyType(
    {
        "en": {
            "order_id": "Order number", "ordered_at": "Order date", "customer_id": "Customer code",
            "email": "E-mail", "phone": "Phone", "amount": "Amount", "currency": "Currency",
            "status": "Status", "refund_of": "Refund of order", "channel": "Channel", "comment": "Comment",
        },
        "ru": {
            "order_id": "Номер заказа", "ordered_at": "Дата заказа", "customer_id": "Код клиента",
            "email": "E-mail", "phone": "Телефон", "amount": "Сумма", "currency": "Валюта",
            "status": "Статус", "refund_of": "Возврат по заказу", "channel": "Канал",
            "comment": "Комментарий",
        },
        "uk": {
            "order_id": "Номер замовлення", "ordered_at": "Дата замовлення", "customer_id": "Код клієнта",
            "email": "E-mail", "phone": "Телефон", "amount": "Сума", "currency": "Валюта",
            "status": "Статус", "refund_of": "Повернення за замовленням", "channel": "Канал",
            "comment": "Коментар",
        },
    }
)  # fmt: skip
TOTAL_WORDS = MappingProxyType({"en": "Total", "ru": "Итого", "uk": "Разом"})
MONTH_CODES = MappingProxyType({"%B": "wide", "%b": "abbreviated"})


@dataclass(frozen=True)
class Dialect:
    """How an export is written. The default is a plain CSV file.

    Raises
    ------
    ConfigError
        If numbers could not be told apart, or title lines stand above no header.
    """

    encoding: str = "utf-8"  # as Python names it; "utf-8-sig" starts with a byte order mark
    delimiter: str = ","
    decimal_mark: str = "."
    thousands_mark: str = ""
    date_format: str = "%Y-%m-%d %H:%M"  # as in strptime; month names in the language of the export
    time_zone: str | None = None  # of the times, where the format has an offset
    language: Literal["en", "ru", "uk"] = "en"
    title_lines: tuple[str, ...] = ()  # above the header
    has_header: bool = True
    repeat_header_after: int = 0  # so many data records; 0: never
    has_total: bool = False  # a last line with the sum of the amounts
    trailing_columns: int = 0  # empty ones
    quote_all: bool = False
    line_end: str = "\r\n"
    currency_sign: str = ""  # after the amount, and in its header
    sign_every: int = 1  # about one in so many amounts carries the sign; the same amount always does or not
    blank_line_after: int = 0  # every so many data records; 0: never

    def __post_init__(self) -> None:
        problems = []
        if self.decimal_mark == self.thousands_mark:
            problems.append(f"decimal_mark and thousands_mark are both {self.decimal_mark!r}")
        if self.title_lines and not self.has_header:
            problems.append("title lines need a header below them")
        if problems:
            raise ConfigError(f"This dialect cannot be read back: {'; '.join(problems)}.")

    @property
    def header_row(self) -> int:
        """The line with the column names, as the client file counts: 0 if there is none."""
        return len(self.title_lines) + 1 if self.has_header else 0


def column_name(column: str, dialect: Dialect) -> str:
    """Return what a column of ours is called in the export; an unknown one keeps its name."""
    name = COLUMN_NAMES[dialect.language].get(column, column)
    return f"{name}, {dialect.currency_sign}" if column == "amount" and dialect.currency_sign else name


def write_export(
    table: pd.DataFrame, dialect: Dialect, *, surplus: Mapping[int, Sequence[str]] | None = None
) -> bytes:
    """Write an order table as a client's program would.

    Parameters
    ----------
    table : DataFrame
        One row per record, in the order of the file: ``customer_id`` (text), ``ordered_at`` (local time
        without offset), ``amount`` (Decimal), and any further text columns; the first is not the amount. A
        text among times or amounts is written as it is, so that cells can be spoilt, and so is a whole
        number, which carries no currency sign; None and NaN become empty cells.
    dialect : Dialect
        How to write it.
    surplus : mapping, optional
        Position of a row (from 0) to the cells that follow its last column: a ragged line.

    Returns
    -------
    bytes
        The file. The same input gives the same bytes on every machine.

    Raises
    ------
    TableError
        If one of the three columns is missing.
    UnicodeEncodeError
        If the encoding lacks a letter of the text.
    """
    require(table, ["customer_id", "ordered_at", "amount"], name="table")
    stream = io.StringIO(newline="")
    writer = csv.writer(
        stream,
        delimiter=dialect.delimiter,
        quoting=csv.QUOTE_ALL if dialect.quote_all else csv.QUOTE_MINIMAL,
        lineterminator=dialect.line_end,
    )
    padding = [""] * dialect.trailing_columns
    header = [*(column_name(column, dialect) for column in table.columns), *padding]
    writer.writerows([title] for title in dialect.title_lines)
    if dialect.has_header:
        writer.writerow(header)
    for number, row in enumerate(table.itertuples(index=False, name=None)):
        if number and number == dialect.repeat_header_after:
            writer.writerow(header)
        if number and dialect.blank_line_after and number % dialect.blank_line_after == 0:
            stream.write(dialect.line_end)
        cells = (_cell(value, dialect) for value in row)
        writer.writerow([*cells, *padding, *(surplus or {}).get(number, ())])
    if dialect.has_total:
        writer.writerow([*_total(table, dialect), *padding])
    return stream.getvalue().encode(dialect.encoding)


def _cell(value: object, dialect: Dialect) -> str:
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, Decimal):
        return _amount(value, dialect)
    return "" if pd.isna(value) else _time(value, dialect)


def _amount(value: Decimal, dialect: Dialect) -> str:
    text = f"{value:,f}".translate({ord(","): dialect.thousands_mark, ord("."): dialect.decimal_mark})
    has_sign = dialect.currency_sign and crc32(text.encode()) % dialect.sign_every == 0
    return f"{text} {dialect.currency_sign}" if has_sign else text


def _time(value: datetime, dialect: Dialect) -> str:
    form = dialect.date_format
    for code, width in MONTH_CODES.items():
        if code in form:  # strftime would take the names from the machine's language
            form = form.replace(code, get_month_names(width, locale=dialect.language)[value.month])
    zone = ZoneInfo(dialect.time_zone) if dialect.time_zone else None
    return value.replace(tzinfo=zone).strftime(form)


def _total(table: pd.DataFrame, dialect: Dialect) -> list[str]:
    amounts = [value for value in table["amount"] if isinstance(value, Decimal)]
    cells = dict.fromkeys(table.columns, "")
    cells["amount"] = _amount(sum(amounts, Decimal("0.00")), dialect)
    cells[table.columns[0]] = TOTAL_WORDS[dialect.language]
    return list(cells.values())
