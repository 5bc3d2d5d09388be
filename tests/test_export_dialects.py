"""Exports by hand, byte for byte, and the law that a written table can be read back."""

import csv
import io
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from babel.dates import get_month_names
from dialect_samples import Export, exports
from hypothesis import given

from retention_utils.errors import ConfigError, TableError
from retention_utils.export_dialects import COLUMN_NAMES, TOTAL_WORDS, Dialect, column_name, write_export
from retention_utils.source_config import OrderSource

ORDERS = pd.DataFrame(
    {
        "customer_id": ["0012", 'K "7"; b', "0012"],
        "ordered_at": [datetime(2024, 1, 5, 9, 30), datetime(2024, 2, 29), datetime(2024, 12, 31, 23, 59)],
        "amount": [Decimal("1234567.50"), Decimal("-12.00"), Decimal("0.05")],
    }
)


def test_a_plain_file():
    assert write_export(ORDERS, Dialect()) == (
        b"Customer code,Order date,Amount\r\n"
        b"0012,2024-01-05 09:30,1234567.50\r\n"
        b'"K ""7""; b",2024-02-29 00:00,-12.00\r\n'
        b"0012,2024-12-31 23:59,0.05\r\n"
    )


def test_a_back_office_file():
    dialect = Dialect(
        encoding="cp1251",
        delimiter=";",
        decimal_mark=",",
        thousands_mark="\N{NO-BREAK SPACE}",
        date_format="%d.%m.%Y %H:%M",
        language="ru",
        title_lines=("Отчёт", "за 2024; год"),
        repeat_header_after=2,
        has_total=True,
        trailing_columns=1,
        currency_sign="грн",
        blank_line_after=1,
        line_end="\n",
    )
    assert dialect.header_row == 3
    assert write_export(ORDERS, dialect).decode("cp1251").replace("\N{NO-BREAK SPACE}", "_") == (
        "Отчёт\n"
        '"за 2024; год"\n'
        "Код клиента;Дата заказа;Сумма, грн;\n"
        "0012;05.01.2024 09:30;1_234_567,50 грн;\n"
        "\n"
        '"K ""7""; b";29.02.2024 00:00;-12,00 грн;\n'
        "Код клиента;Дата заказа;Сумма, грн;\n"
        "\n"
        "0012;31.12.2024 23:59;0,05 грн;\n"
        "Итого;;1_234_555,55 грн;\n"
    )


def test_without_header_and_all_in_quotes():
    dialect = Dialect(has_header=False, quote_all=True, delimiter="\t", line_end="\n", date_format="%d %B %Y")
    assert dialect.header_row == 0
    assert write_export(ORDERS.head(1), dialect) == b'"0012"\t"05 January 2024"\t"1234567.50"\n'


@pytest.mark.parametrize(
    ("language", "form", "expected"),
    [
        ("ru", "%d %B %Y", "05 января 2024"),
        ("uk", "%d %B %Y", "05 січня 2024"),
        ("uk", "%d %b %Y", "05 січ. 2024"),
        ("en", "%b %d, %Y", '"Jan 05, 2024"'),
    ],
)
def test_months_are_written_in_the_language_of_the_export(language, form, expected):
    content = write_export(ORDERS.head(1), Dialect(language=language, date_format=form)).decode()
    assert content.splitlines()[1] == f"0012,{expected},1234567.50"


def test_offsets_follow_the_summer_time_of_the_zone():
    times = [datetime(2024, 1, 5, 9, 30), datetime(2024, 7, 5, 9, 30)]
    table = ORDERS.head(2).assign(ordered_at=times)
    dialect = Dialect(date_format="%Y-%m-%dT%H:%M:%S%z", time_zone="Europe/Kyiv")
    lines = write_export(table, dialect).decode().splitlines()[1:]
    assert [line.split(",")[-2] for line in lines] == ["2024-01-05T09:30:00+0200", "2024-07-05T09:30:00+0300"]


def test_spoilt_cells_are_written_as_they_are():
    table = pd.DataFrame(
        {
            "customer_id": ["a", None, "c"],
            "ordered_at": pd.Series(["вчера", None, datetime(2024, 3, 1)], dtype=object),
            "amount": pd.Series(["1.234,5", 1200, Decimal("7.00")], dtype=object),
            "comment": ["line\nbreak", float("nan"), "=1+1"],
        }
    )
    dialect = Dialect(currency_sign="€", has_total=True, line_end="\n")
    content = write_export(table, dialect, surplus={1: ("x", "y"), 2: ("z",)}).decode()
    assert content == (
        'Customer code,Order date,"Amount, €",Comment\n'
        'a,вчера,"1.234,5","line\nbreak"\n'
        ",,1200,,x,y\n"
        "c,2024-03-01 00:00,7.00 €,=1+1,z\n"
        "Total,,7.00 €,\n"
    )


def test_some_amounts_carry_the_sign_and_the_same_amount_always_does():
    table = pd.concat([ORDERS.head(1)] * 2000, ignore_index=True)
    table["amount"] = [Decimal(f"{cents % 1000}.00") for cents in range(2000)]
    dialect = Dialect(currency_sign="€", sign_every=4)
    has_sign = [line.endswith("€") for line in write_export(table, dialect).decode().splitlines()[1:]]
    assert has_sign[:1000] == has_sign[1000:]
    assert 200 < sum(has_sign[:1000]) < 300


def test_an_unknown_column_keeps_its_name():
    assert column_name("courier", Dialect(language="uk")) == "courier"
    assert column_name("amount", Dialect(language="uk", currency_sign="₴")) == "Сума, ₴"


def test_every_language_names_the_same_columns():
    assert {frozenset(names) for names in COLUMN_NAMES.values()} == {frozenset(COLUMN_NAMES["en"])}
    assert set(TOTAL_WORDS) == set(COLUMN_NAMES)
    for names in COLUMN_NAMES.values():
        assert len(set(names.values())) == len(names)


def test_what_cannot_be_read_back_is_refused():
    with pytest.raises(ConfigError) as error:
        Dialect(decimal_mark=",", thousands_mark=",", title_lines=("Orders",), has_header=False)
    assert str(error.value) == (
        "This dialect cannot be read back: decimal_mark and thousands_mark are both ','; "
        "title lines need a header below them."
    )
    with pytest.raises(TableError, match=r"'table' lacks \['amount'\]"):
        write_export(ORDERS.drop(columns="amount"), Dialect())
    with pytest.raises(UnicodeEncodeError):
        write_export(ORDERS.assign(comment="чай"), Dialect(encoding="latin-1"))


@given(exports())
def test_a_written_table_can_be_read_back(export: Export):
    assert read_back(export) == list(export.table.itertuples(index=False, name=None))


@given(exports())
def test_the_client_file_can_say_how_an_export_is_written(export: Export):
    source = OrderSource(path="orders.csv", **export.settings)
    text = export.content.decode(source.encoding).removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    records = list(csv.reader(io.StringIO(text, newline=""), delimiter=source.delimiter))
    if source.header_row:
        header = records[source.header_row - 1]
        assert [header.index(name) for name in source.columns.mapped().values()] == [
            list(export.table.columns).index(ours) for ours in source.columns.mapped()
        ]
    first = records[source.header_row]
    position = source.columns.customer_id
    position = position - 1 if isinstance(position, int) else header.index(position)
    assert first[position] == export.table["customer_id"].iloc[0]


def read_back(export: Export) -> list[tuple]:
    """Read an export with Python's csv, knowing its dialect: another way than any reader of the package."""
    dialect = export.dialect
    stream = io.StringIO(export.content.decode(dialect.encoding), newline="")
    records = [record for record in csv.reader(stream, delimiter=dialect.delimiter) if record]
    data = records[dialect.header_row :]
    data = data[:-1] if dialect.has_total else data
    header = records[dialect.header_row - 1] if dialect.has_header else None
    width, columns = len(export.table.columns), list(export.table.columns)
    rows = [record[:width] for record in data if record != header]
    assert all(set(record[width:]) <= {""} for record in data)
    return [
        tuple(
            {"ordered_at": time_of, "amount": amount_of}.get(column, text_of)(cell, dialect)
            for column, cell in zip(columns, row, strict=True)
        )
        for row in rows
    ]


def text_of(cell: str, dialect: Dialect) -> str:
    return cell


def amount_of(cell: str, dialect: Dialect) -> Decimal:
    number = cell.removesuffix(f" {dialect.currency_sign}") if dialect.currency_sign else cell
    whole, _, cents = number.rpartition(dialect.decimal_mark)
    return Decimal(
        f"{whole.replace(dialect.thousands_mark, '') if dialect.thousands_mark else whole}.{cents}"
    )


def time_of(cell: str, dialect: Dialect) -> datetime:
    form = dialect.date_format
    for code, width in (("%B", "wide"), ("%b", "abbreviated")):
        if code in form:
            names = get_month_names(width, locale=dialect.language)
            word = cell.split(" ")[1]
            number = next(month for month, name in names.items() if name == word)
            form, cell = form.replace(code, "%m"), cell.replace(f" {word} ", f" {number:02d} ")
    time = datetime.strptime(cell, form)
    return time.astimezone(ZoneInfo(dialect.time_zone)).replace(tzinfo=None) if dialect.time_zone else time
