"""JSON Lines, Parquet, SQLite and DuckDB files and database tables as they stand, and what is refused."""

import gzip
import json
import re
import sqlite3
from contextlib import closing
from datetime import datetime
from decimal import Decimal

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention_utils.errors import InputError
from retention_utils.source_config import Source
from retention_utils.sources.raw import read_raw

COLUMNS = {"id": "id", "amount": "amount"}


@pytest.fixture(scope="module")
def backend():
    return ibis.duckdb.connect()


@pytest.fixture
def read(tmp_path, backend):
    def records(*names, columns=COLUMNS, **how):
        source = Source(path=names, **how)
        found = read_raw(backend, source, [tmp_path / name for name in names], columns, workspace=tmp_path)
        return [tuple(row.values()) for row in found.order_by("file", "row").to_pyarrow().to_pylist()]

    return records


def assert_refused(read, message, *names, **how):
    with pytest.raises(InputError, match=f"^{message}$") as refusal:
        read(*names, **how)
    return str(refusal.value)


# --- JSON Lines ------------------------------------------------------------------------------------------------

LINES = """{"id": "0012", "amount": 1e5}

{"amount": 10.50, "note": "x"}
{"id": 12, "amount": null, "note": {"a": [1.50, true, "é"]}}
{"id": "", "amount": NaN, "note": true}
"""


@pytest.mark.parametrize("ending", ["jsonl", "ndjson.gz"])
def test_json_values_keep_their_spelling(tmp_path, read, ending):
    content = LINES.encode()
    (tmp_path / f"a.{ending}").write_bytes(gzip.compress(content) if ending.endswith("gz") else content)
    columns = {**COLUMNS, "note": "note"}
    assert [(row[0], *row[2:]) for row in read(f"a.{ending}", columns=columns)] == [
        (1, "0012", None, "0012", "1e5", None),
        (3, "10.50", None, None, "10.50", "x"),
        (4, "12", None, "12", None, '{"a": [1.50, true, "é"]}'),
        (5, "NaN", None, None, "NaN", "true"),
    ]
    assert read(f"a.{ending}", decimal_mark=",")[1][-1] == "10,50"


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["id", "amount", "note"]), st.none() | st.text(max_size=5)),
        min_size=1,
    )
)
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_texts_come_back(tmp_path, read, found):
    found = [{"id": "first", "amount": "1"}, *found]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in found))
    expected = [
        (row, record.get("id") or None, record.get("amount") or None) for row, record in enumerate(found, 1)
    ]
    assert [(row[0], *row[4:]) for row in read("a.jsonl")] == expected


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"id": 1', r"is no JSON \(.*\)"),
        ("[1, 2]", "holds no object"),
        ("[" * 200_000, r"is no JSON \(.*\)"),
    ],
)
def test_a_bad_line_is_refused_by_its_number(tmp_path, read, line, fault):
    (tmp_path / "a.jsonl").write_text('{"id": 1, "amount": 1}\n\n' + line + "\n")
    assert_refused(
        read,
        rf"a\.jsonl cannot be read as JSON Lines: line 3 {fault}\. Write one object per line\.",
        "a.jsonl",
    )


# --- Parquet ---------------------------------------------------------------------------------------------------

TYPED = {
    "id": [7, None],
    "amount": [Decimal("1.50"), Decimal("-2.00")],
    "day": [datetime(2024, 1, 5, 10), None],
}


def test_parquet_columns_keep_their_types(tmp_path, read):
    pq.write_table(pa.table(TYPED), tmp_path / "a[1].parquet")
    assert read("a[1].parquet", columns={**COLUMNS, "day": 3}) == [
        (1, "a[1].parquet", None, None, 7, Decimal("1.50"), datetime(2024, 1, 5, 10)),
        (2, "a[1].parquet", None, None, None, Decimal("-2.00"), None),
    ]


def test_columns_typed_otherwise_from_file_to_file_become_text(tmp_path, read):
    pq.write_table(pa.table(TYPED), tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_text("id,amount\n0012,ten\n")
    assert [row[4:] for row in read("a.parquet", "b.csv")] == [
        ("7", "1.50"),
        (None, "-2.00"),
        ("0012", "ten"),
    ]


@pytest.mark.parametrize(
    ("ending", "kind"),
    [("parquet", "a Parquet file"), ("sqlite", "an SQLite file"), ("duckdb", "a DuckDB file")],
)
def test_what_is_no_such_file_is_refused(tmp_path, read, ending, kind):
    (tmp_path / f"a.{ending}").write_bytes(b"id,amount\n1,2\n" * 500)
    found = assert_refused(
        read, rf"a\.{ending} cannot be read as {kind}: .*\. Check format, table and query\.", f"a.{ending}"
    )
    assert str(tmp_path) not in found


# --- SQLite ----------------------------------------------------------------------------------------------------


@pytest.fixture
def sqlite(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        connection.execute('CREATE TABLE "my ""orders" (id, amount)')
        rows = [("0012", 1.5), (12, 3), (12.0, "ten"), (None, b"\xff"), ("", 0.1)]
        connection.executemany('INSERT INTO "my ""orders" VALUES (?, ?)', rows)
        connection.commit()
    return tmp_path / "a.sqlite"


SQLITE_ROWS = [("0012", "1.5"), ("12", "3"), ("12", "ten"), (None, "ff"), (None, "0.1")]


@pytest.mark.parametrize(
    "how", [{}, {"table": 'my "orders'}, {"query": 'SELECT id, amount FROM "my ""orders"'}]
)
def test_sqlite_values_are_text_as_found(sqlite, read, how):
    before = sqlite.read_bytes()
    found = read("a.sqlite", **how)
    assert [row[4:] for row in found] == SQLITE_ROWS
    assert [row[:4] for row in found] == [(row, "a.sqlite", None, None) for row in range(1, 6)]
    assert sqlite.read_bytes() == before


@pytest.mark.parametrize("query", ['DELETE FROM "my ""orders"', "SELECT 1; SELECT 2", "SELECT nothing", ""])
def test_a_query_can_only_read(sqlite, read, query):
    before = sqlite.read_bytes()
    with pytest.raises(InputError, match=r"^a\.sqlite "):
        read("a.sqlite", query=query or "CREATE TABLE other (id)")
    assert sqlite.read_bytes() == before


def test_an_unknown_table_is_refused_with_those_there_are(sqlite, read):
    expected = "a.sqlite has the tables ['my \"orders'], but the client file says table = 'my orders'. Did you mean 'my \"orders'?"
    assert_refused(read, re.escape(expected), "a.sqlite", table="my orders")
    with closing(sqlite3.connect(sqlite)) as connection:
        connection.execute("CREATE TABLE other (id)")
    expected = "a.sqlite has the tables ['my \"orders', 'other']. State which one with table."
    assert_refused(read, re.escape(expected), "a.sqlite")


def test_a_locked_file_is_refused(sqlite, read):
    with closing(sqlite3.connect(sqlite)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert_refused(
            read, r"a\.sqlite cannot be read as an SQLite file: database is locked\. .*", "a.sqlite"
        )


# --- DuckDB and tables of an engine ----------------------------------------------------------------------------


@pytest.fixture
def orders(tmp_path):
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE orders AS SELECT 7 AS id, 1.50::DECIMAL(18, 2) AS amount, 'x' AS note"
        )
    return tmp_path / "a.duckdb"


@pytest.mark.parametrize("how", [{}, {"table": "orders"}, {"query": "SELECT * FROM orders"}])
def test_duckdb_columns_keep_their_types(orders, read, how):
    assert read("a.duckdb", **how) == [(1, "a.duckdb", None, None, 7, Decimal("1.50"))]
    with duckdb.connect(str(orders)) as connection:  # nothing holds the file any more
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (1,)


def test_a_query_sees_nothing_but_its_file(orders, read, tmp_path):
    (tmp_path / "b.csv").write_text("id,amount\n1,2\n")
    for query in (
        f"SELECT * FROM read_csv('{tmp_path}/b.csv')",
        "DROP TABLE orders",
        "SELECT missing FROM orders",
    ):
        assert_refused(read, r"a\.duckdb cannot be read as a DuckDB file: .*", "a.duckdb", query=query)
    assert read("a.duckdb", table="orders") == [(1, "a.duckdb", None, None, 7, Decimal("1.50"))]


def test_missing_columns_are_refused_with_those_there_are(orders, sqlite, tmp_path, read):
    pq.write_table(pa.table(TYPED), tmp_path / "a.parquet")
    (tmp_path / "a.jsonl").write_text('{"id": 1}\n')
    names = ["a.duckdb", "a.jsonl", "a.parquet", "a.sqlite"]
    with pytest.raises(InputError) as refusal:
        read(*names, columns={"id": "idd"})
    there = [["id", "amount", "note"], ["id"], ["id", "amount", "day"], ["id", "amount"]]
    assert str(refusal.value).splitlines() == [
        line
        for name, columns in zip(names, there, strict=True)
        for line in (
            f"{name} has the columns {columns}, but the client file says:",
            "  - id = 'idd': no such column. Did you mean 'id'?",
        )
    ]


@pytest.mark.parametrize(
    "how", [{"table": "orders"}, {"table": "main.orders"}, {"query": "SELECT 7 AS id, 2.5 AS amount"}]
)
def test_a_table_of_an_engine_is_read_there(how, tmp_path):
    engine = ibis.sqlite.connect()
    engine.raw_sql("CREATE TABLE orders AS SELECT 7 AS id, 2.5 AS amount")
    source = Source(url="postgresql://host/shop", **how)
    found = read_raw(engine, source, [], COLUMNS, workspace=tmp_path)
    name = how.get("table", "query")
    assert [tuple(row.values()) for row in found.to_pyarrow().to_pylist()] == [(1, name, None, None, 7, 2.5)]
