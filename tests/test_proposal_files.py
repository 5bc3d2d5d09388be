"""Proposals for every kind of file, for several files, for packed and large ones; and what is refused."""

import gzip
import sqlite3
import subprocess
import sys
import zipfile
from datetime import datetime, timezone
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from retention_utils.config import read_config
from retention_utils.errors import ConfigError, InputError
from retention_utils.proposal.propose import propose

CONTENT = "Order ID;Date;Customer ID;Total\n1;2024-01-31;0012;5,50 €\n2;2024-02-01;0013;6,50 €\n"
COLUMNS = {"customer_id": "Customer ID", "ordered_at": "Date", "amount": "Total", "order_id": "Order ID"}


@pytest.fixture
def config_of(tmp_path):
    """Propose a client file, write it, and read it back; there must be no question left."""

    def read(*files, **answers):
        proposal = propose(files, name="Shop", answers=answers)
        assert [question.text for question in proposal.questions] == []
        client_file = tmp_path / "client.toml"
        client_file.write_text(proposal.client_toml(), encoding="utf-8")
        return read_config(client_file)

    return read


def workbook(file, **sheets):
    book = xlsxwriter.Workbook(file)
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(number, column, cell, days)
                else:
                    sheet.write(number, column, cell)
    book.close()


def test_spreadsheet_with_title_dates_and_numbers(config_of, tmp_path):
    file = tmp_path / "orders.xlsx"
    rows = [["Orders 2024"], [], ["Order ID", "Date", "Customer ID", "Total, €"]]
    rows += [[1, datetime(2024, 1, 31, 10), 12, 5.125], [2, datetime(2024, 2, 1, 11), 13, 1234.5]]
    workbook(file, Prices=[["Product", "Price"], ["Mug", 5.5]], Orders=rows)
    config = config_of(file)
    assert config.orders.sheet == "Orders"
    assert config.orders.header_row == 3
    assert config.orders.date_format == ("%Y-%m-%dT%H:%M:%S",)
    assert config.orders.decimal_mark == "."
    assert config.orders.columns.amount == "Total, €"


def test_serial_dates_in_a_spreadsheet(config_of, tmp_path):
    file = tmp_path / "orders.xlsx"
    workbook(file, Sheet1=[["Дата заказа", "Код клиента", "Сумма, руб."], [45292, 7, 10], [45293.5, 8, 12]])
    config = config_of(file)
    assert config.orders.date_format == ("excel",)
    assert config.orders.sheet is None


def test_two_sheets_alike_are_a_question(tmp_path):
    file = tmp_path / "orders.xlsx"
    rows = [["Date", "Customer ID", "Total"], ["2024-01-31", "7", "5 €"]]
    workbook(file, North=rows, South=rows)
    (question,) = propose([file], name="Shop").questions
    assert (question.key, question.text) == ("sheet", "Which sheet holds the orders?")
    assert [option.text for option in question.options] == [
        "'North': 'Date', 'Customer ID', 'Total'", "'South': 'Date', 'Customer ID', 'Total'"
    ]  # fmt: skip
    assert 'sheet = "South"' in propose([file], name="Shop", answers={"sheet": "South"}).client_toml()
    with pytest.raises(ConfigError) as refusal:
        propose([file], name="Shop", answers={"sheet": "Suoth"})
    assert str(refusal.value) == (
        "There is no sheet 'Suoth' with records. Did you mean 'South'? There are: 'North', 'South'."
    )


def test_json_lines_write_numbers_with_a_point(config_of, tmp_path):
    file = tmp_path / "orders.jsonl"
    file.write_text(
        '{"id": "0012", "created_at": "2024-01-05T10:00:00Z", "customer_id": 7, "total": 1.234}\n\n'
        '{"id": "0013", "created_at": "2024-01-06T10:00:00Z", "customer_id": 8, "total": 12, "items": [1]}\n'
    )
    config = config_of(file, currency="EUR", time_zone="Europe/Paris")
    assert config.orders.decimal_mark == "."
    assert config.orders.date_format == ("%Y-%m-%dT%H:%M:%S%z",)
    assert config.orders.columns.mapped() == {
        "customer_id": "customer_id", "ordered_at": "created_at", "amount": "total", "order_id": "id"
    }  # fmt: skip


def test_parquet_needs_no_forms(config_of, tmp_path):
    file = tmp_path / "orders.parquet"
    times = [datetime(2024, 1, 31, 10, tzinfo=timezone.utc)] * 2  # noqa: UP017
    table = {"customer_id": ["a", "b"], "ordered_at": times, "amount": [Decimal("1.234"), Decimal("2.500")]}
    pq.write_table(pa.table(table), file)
    assert [question.key for question in propose([file], name="Shop").questions] == ["currency", "time_zone"]
    text = propose([file], name="Shop").client_toml()
    assert "date_format" not in text
    assert "decimal_mark" not in text


@pytest.mark.parametrize("name", ["shop.sqlite", "shop.duckdb"])
def test_database_files_offer_the_table_with_orders(config_of, tmp_path, name):
    file = tmp_path / name
    connect = sqlite3.connect if name.endswith("sqlite") else duckdb.connect
    database = connect(str(file))
    database.execute('CREATE TABLE "pro""ducts" (name VARCHAR, price DOUBLE)')
    database.execute("""INSERT INTO "pro""ducts" VALUES ('Mug', 5.5)""")
    database.execute('CREATE TABLE "the orders" (customer_id VARCHAR, order_date VARCHAR, amount DOUBLE)')
    database.execute("""INSERT INTO "the orders" VALUES ('0012', '31.01.2024', 1.234)""")
    database.commit()
    database.close()
    config = config_of(file, currency="EUR")
    assert config.orders.table == "the orders"
    assert config.orders.date_format == ("%d.%m.%Y",)
    assert config.orders.columns.amount == "amount"


@pytest.mark.parametrize("ending", ["gz", "zip"])
def test_packed_files(config_of, tmp_path, ending):
    file = tmp_path / f"orders.csv.{ending}"
    if ending == "gz":
        file.write_bytes(gzip.compress(CONTENT.encode()))
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("orders.csv", CONTENT)
    config = config_of(file)
    assert config.orders.path == (file.name,)
    assert config.orders.columns.mapped() == COLUMNS


def test_several_files_of_one_log_and_another_table(config_of, tmp_path):
    first, second, other = (tmp_path / name for name in ("2023[1].csv", "2024.csv", "costs.csv"))
    content = CONTENT.replace("€", "EUR")
    first.write_text(content)
    further = content.replace("0012", "Їжак").replace("0013", "Лелека")
    second.write_text(further.replace("\n1;", "\n3;").replace("\n2;", "\n4;"), encoding="cp1251")
    other.write_text("Month;Cost\n2024-01;5\n")
    proposal = propose([first, second, other], name="Shop")
    assert proposal.files == ("2023[1].csv", "2024.csv")
    assert proposal.notes == ("'costs.csv' has other columns and is left out.",)
    config = config_of(first, second, other)
    assert config.orders.encoding == "cp1251"
    assert config.orders.path == ("2023[[]1].csv", "2024.csv")  # a bracket in a name is no pattern


def test_files_written_differently_are_refused(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(CONTENT)
    second.write_text(CONTENT.replace(",", ".").replace(";", ","))
    with pytest.raises(InputError) as refusal:
        propose([first, second], name="Shop")
    assert str(refusal.value) == (
        "The files differ in delimiter (a.csv: ';', b.csv: ','). Save them alike, or propose each alone."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "cp1251"])
def test_the_end_of_a_large_file_is_looked_at(config_of, tmp_path, encoding):
    file = tmp_path / "orders.csv"
    head = "\ufeff" if encoding == "utf-16-be" else ""
    rows = "".join(f"{n};01/0{n % 9 + 1}/2024;{n % 500};5,50 грн\n" for n in range(20_000))
    content = f"{head}Заказ;Дата;Код клиента;Сумма\n{rows}20001;31/12/2024;7;5,50 грн\n"
    file.write_bytes(content.encode(encoding))
    config = config_of(file)
    assert config.orders.encoding == encoding.removesuffix("-be")
    assert config.orders.date_format == ("%d/%m/%Y",)


def binary():
    return b"\x00\x01\x02\x00PK\x03\x04" * 10


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "it is empty."),
        ("a.csv", b" \n\n", "it is empty."),
        ("a.csv", b"Order ID,Date,Total\n", "it has a header but no records."),
        ("a.csv", binary(), "it holds zero bytes, so it is no text. Send it as CSV, XLSX, JSON Lines or Parquet."),
        ("a.csv", "a,b\n1,2".encode("utf-16-be"), "it is UTF-16 without a mark, which cannot be read. Save it as UTF-8."),
        ("a.csv", b"one\ntwo\n", "no delimiter (comma, semicolon, tab, vertical bar or blanks) cuts it into columns. Send it as CSV, XLSX, JSON Lines or Parquet."),
        ("a.csv.gz", b"no gzip", "it cannot be read: Not a gzipped file (b'no')."),
        ("a.csv.zip", b"no zip", "it cannot be read: File is not a zip file."),
        ("a.parquet.gz", b"x", "a packed parquet file cannot be read; unpack it first."),
        ("a.jsonl", b'{"a": 1}\n[1]\n', "line 2 is no JSON object, but '[1]'."),
        ("a.xlsx", b"no sheet", "it cannot be read as a spreadsheet:"),
        ("a.parquet", b"no parquet", "it cannot be read as Parquet:"),
        ("a.sqlite", b"no database, but long enough to be one", "it cannot be read as SQLite: file is not a database."),
        ("a.duckdb", b"no database", "it cannot be read as DuckDB:"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(tmp_path, name, content, reason):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InputError) as refusal:
        propose([file], name="Shop")
    assert str(refusal.value).startswith(f"{name}: {reason}")


def test_every_bad_file_is_named(tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(InputError) as refusal:
        propose([tmp_path / "empty.csv", tmp_path / "away.csv"], name="Shop")
    assert str(refusal.value) == "empty.csv: it is empty.\naway.csv: there is no such file."
    with pytest.raises(InputError, match=r"There is no file to look at\."):
        propose([], name="Shop")


def test_the_engine_is_not_loaded():
    code = "import sys, retention_utils.proposal.propose; print({'ibis', 'pandas'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
