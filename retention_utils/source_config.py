"""The parts of the client file that say where a table is and how it is written."""

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from retention_utils.errors import did_you_mean
from retention_utils.time_formats import check_format

__all__ = [
    "ATTRIBUTES",
    "FORMATS",
    "PACKED",
    "Column",
    "Encoding",
    "OrderColumns",
    "OrderSource",
    "Section",
    "Source",
    "Statuses",
    "TableName",
    "TableSource",
    "Texts",
    "TimeZone",
    "suffix_of",
]

# Columns of orders that tell groups of customers apart: each belongs to the group of the first purchase.
ATTRIBUTES = ("channel", "category")
# What a file's ending says about its format; anything else is taken for CSV.
FORMATS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet", ".xlsx": "spreadsheet", ".xlsm": "spreadsheet", ".xls": "spreadsheet",
    ".ods": "spreadsheet", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite", ".duckdb": "duckdb",
}  # fmt: skip
PACKED = (".gz", ".zip")
TIME_ZONES = available_timezones()  # to list them takes as long as to read a client file

Format = Literal["csv", "whitespace", "jsonl", "parquet", "spreadsheet", "sqlite", "duckdb"]
Encoding = Literal["utf-8", "utf-16", "cp1251", "latin-1", "cp1252", "koi8-r", "cp866"]


def _time_zone(name: str) -> str:
    if name not in TIME_ZONES:
        msg = f"there is no time zone {name!r}.{did_you_mean(name, TIME_ZONES)}"
        raise ValueError(msg)
    return name


def _without_password(url: str) -> str:
    if urlsplit(url).password is not None:
        msg = (
            "a password must not stand in the client file; put it into the environment variable PGPASSWORD "
            "or the password file ~/.pgpass"
        )
        raise ValueError(msg)
    return url


def _delimiter(mark: str) -> str:
    if mark in '"\r\n':
        msg = "quotes and line breaks cannot separate columns"
        raise ValueError(msg)
    return mark


def _several(value: object) -> object:
    """Take one for a list of one, and keep lists as tuples, which nobody can change."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _readable(forms: tuple[str, ...]) -> tuple[str, ...]:
    if problems := [f"{form!r}: {reason}" for form in forms if (reason := check_format(form))]:
        raise ValueError("; ".join(problems))
    return forms


TimeZone = Annotated[str, AfterValidator(_time_zone)]
TableName = Literal[
    "rates", "merges", "costs", "subscriptions", "reasons", "surveys", "campaigns", "activity",
    "events", "factors", "plan",
]  # fmt: skip
Column = str | Annotated[int, Field(ge=1)]  # a name, or a position from 1
Columns = Annotated[tuple[Column, ...], BeforeValidator(_several)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]
SomeTexts = Annotated[Texts, Field(min_length=1)]
DateFormats = Annotated[SomeTexts, AfterValidator(_readable)]


class Section(BaseModel):
    """A part of the client file: frozen, and strict about what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Source(Section):
    """Where a table is, a file or a database, and how it is written."""

    path: SomeTexts | None = None  # one or several files, or patterns such as "2024-*.csv"
    package: str | None = None  # an installed Python package that `path` lies in
    url: Annotated[str, AfterValidator(_without_password)] | None = None  # a database; without password
    table: str | None = None  # in a database, SQLite or DuckDB file
    query: str | None = None  # instead of `table`
    format: Format | None = None  # left out: by the file's ending
    encoding: Encoding = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1), AfterValidator(_delimiter)] = ","
    header_row: Annotated[int, Field(ge=0, le=1000)] = 1  # the line with the column names; 0: there is none
    sheet: str | None = None  # of a spreadsheet; left out: the first
    date_format: Annotated[SomeTexts, AfterValidator(_readable)] = (
        "%Y-%m-%d",
    )  # as in strptime, or "excel"; several: the first that fits
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: Literal["", ".", ","] = ""  # blanks and apostrophes are always read as such
    time_zone: TimeZone | None = None  # of times without an offset; left out: the client's

    @model_validator(mode="after")
    def _is_in_one_place(self) -> "Source":
        problems = []
        if (self.path is None) == (self.url is None):
            problems.append("state either path (files) or url (a database)")
        if self.table and self.query:
            problems.append("state either table or query, not both")
        if self.url and not (self.table or self.query):
            problems.append("a database needs a table or a query")
        if self.package and self.url:
            problems.append("package goes with path, not with url")
        if self.thousands_mark == self.decimal_mark:
            problems.append(f"decimal_mark and thousands_mark are both {self.decimal_mark!r}")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def format_of(self, file: Path) -> str:
        """Return the format of one of the files: as stated, else by its ending."""
        return self.format or FORMATS.get(suffix_of(file.name), "csv")

    @property
    def described(self) -> str:
        """Where the table is, in words without secrets."""
        if self.url:
            return f"{urlsplit(self.url).scheme} {self.table or 'query'}"
        return ", ".join(self.path or ())


def suffix_of(name: str) -> str:
    """Return the ending of a file's name in lower case, that of the packed file for .gz and .zip."""
    path = PurePath(name.lower())
    return PurePath(path.stem).suffix if path.suffix in PACKED else path.suffix


class OrderColumns(Section):
    """Ours = theirs: the name of the column in the client's table, or its position from 1."""

    customer_id: Column
    ordered_at: Column
    amount: Column | None = None  # left out: quantity times unit_price
    quantity: Column | None = None
    unit_price: Column | None = None
    less: Annotated[
        tuple[Column, ...], BeforeValidator(_several)
    ] = ()  # taken off the amount: discount, shipping, tax
    order_id: Column | None = None
    refund_of: Column | None = None  # the order_id that a refund belongs to
    status: Column | None = None
    currency: Column | None = None
    email: Column | None = None  # of guests without a customer id
    phone: Column | None = None
    channel: Column | None = None  # where the order came from; the customer's is that of the first day
    category: Column | None = None  # what was bought; likewise

    @model_validator(mode="after")
    def _has_an_amount(self) -> "OrderColumns":
        has_lines = self.quantity is not None and self.unit_price is not None
        if (self.amount is None) == (not has_lines):
            msg = "state either amount, or quantity and unit_price"
            raise ValueError(msg)
        return self

    def mapped(self) -> dict[str, Column]:
        """Return the columns that are there, ours = theirs; those of ``less`` as less_1, less_2 …."""
        pairs = self.model_dump(exclude={"less"}, exclude_none=True)
        return pairs | {f"less_{number}": column for number, column in enumerate(self.less, 1)}


class Statuses(Section):
    """What the words in the status column mean; compared without regard to case and outer blanks."""

    cancelled: Texts = (
        "cancelled", "canceled", "void", "voided", "failed", "fraud", "chargeback", "отменен", "отменён",
        "отмена", "аннулирован", "скасовано", "скасований", "анульовано",
    )  # fmt: skip
    refunded: Texts = (
        "refunded", "returned", "возврат", "возвращен", "возвращён", "повернення", "повернено",
    )  # fmt: skip
    test: Texts = ("test", "тест", "тестовый", "тестовий")


class OrderSource(Source):
    """The order log."""

    grain: Literal["orders", "lines"] = "orders"  # one row per order, or per line of an order
    columns: OrderColumns
    statuses: Statuses = Statuses()

    @model_validator(mode="after")
    def _lines_need_an_order(self) -> "OrderSource":
        if self.grain == "lines" and self.columns.order_id is None:
            msg = "order lines (grain = 'lines') need columns.order_id"
            raise ValueError(msg)
        return self


class TableSource(Source):
    """A further table of the client; ours = theirs, as data/README.md lists them."""

    columns: Mapping[str, Column]
