"""Bad input is refused with file, line and column, all of it at once, with exit code 2, and nothing is written."""

import gzip
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta

import duckdb
import nbformat
import pytest
from command_line import call, everything_in
from small_project import notebook

pytest_plugins = ["engines"]

HEADER = "customer,date,amount\n"
GOOD = HEADER + "ann,2024-01-05,10.00\nbob,2024-02-09,12.50\nann,2024-02-29,7.00\n"
SOON = date.today() + timedelta(days=30)
BEFORE = [date.today() - timedelta(days=days) for days in (300, 200, 100)]
LOG_TO_COME = HEADER + "".join(
    f"{who},{day},5.00\n" for who, day in zip("abab", [*BEFORE, SOON], strict=True)
)
NOT_UTF_8 = (
    "is not in utf-8: line 2 holds the byte 80, which is no such text. Check encoding: cp1251 and cp1252"
)


@pytest.fixture
def shop(project, monkeypatch, capsys):
    """A project with one client and one chapter that is never run, and the command line on it."""
    nbformat.write(notebook("1 / 0"), project.folder / "notebooks" / "03_pulse.ipynb")

    def write(content, *, name="orders.csv", **settings):
        project.write_client(path=json.dumps(name), **settings)
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            (project.folder / "data" / "shop" / name).write_bytes(data)

    def retention(*words):
        return call(project.folder, monkeypatch, capsys, *map(str, words))

    write.folder, write.retention = project.folder, retention
    return write


def refused(shop, *words):
    """Run a command that has to be refused; return what it says, with nothing else left of it."""
    before = everything_in(shop.folder)
    code, out, err = shop.retention(*words)
    assert code == 2
    left = {
        name
        for name, content in everything_in(shop.folder).items()
        if content and before.get(name) != content and not name.startswith(".retention/")  # its own notes
    }
    # A run that was begun leaves its reason, for `retention list`.
    # What is wrong is kept where the consultant looks for it: its record, and the page of all clients.
    assert left <= {"reports/shop/2024-02.failed/run.json", "reports/index.html"}
    assert (out == "") == (not left)
    return out + err


CASES = {
    "empty": ("", {}, ["orders.csv is empty"]),
    "header only": (
        HEADER,
        {},
        ["No row of the order log has a readable date; it holds no rows. Check orders.date_format and"],
    ),
    "binary": (bytes(range(256)) * 40, {}, [f"orders.csv {NOT_UTF_8}"]),
    "another encoding": (
        GOOD.replace("bob", "é").encode("latin-1"),
        {},
        ["orders.csv is not in utf-8: line 3 holds the byte e9, which is no such text."],
    ),
    "other columns": (
        "who,dated,amont\nann,2024-01-05,1\n",
        {},
        [
            "orders.csv has the columns ['who', 'dated', 'amont'], but the client file says:",
            "customer_id = 'customer': no such column.",
            "ordered_at = 'date': no such column. Did you mean 'dated'?",
            "amount = 'amount': no such column. Did you mean 'amont'?",
        ],
    ),
    "dates and amounts": (
        GOOD + "cid,31.02.2024,5\nann,soon,6\neve,2024-02-01,much\nann,2024-02-02,1.234.56\n",
        {},
        [
            "4 of 7 rows of the order log cannot be read, more than policies.unreadable_share = 0.01 allows.",
            "orders.csv, line 5, column 'date': date cannot be read, found '31.02.2024'",
            "orders.csv, line 6, column 'date': date cannot be read, found 'soon'",
            "orders.csv, line 7, column 'amount': amount cannot be read, found 'much'",
            "orders.csv, line 8, column 'amount': amount cannot be read, found '1.234.56'",
        ],
    ),
    "no date at all": (
        HEADER + "ann,soon,1\n",
        {},
        ["No row of the order log has a readable date; the first is row 2 of orders.csv, found 'soon'. Check orders.date_format"],
    ),
    "one far date": (
        GOOD + "cid,2199-02-02,5\n",
        {},
        ["orders of 2024-02-29 and of 2199-02-02 and none between. If a date is wrong, correct it"],
    ),
    "dates in the future": (
        LOG_TO_COME,
        {},
        [f"The order log holds orders dated up to {SOON}, which is in the future."],
    ),
    "currencies and a single customer": (
        "customer,date,amount,cur\nann,2024-01-05,10,EUR\nbob,2024-02-09,12,USD\nann,2024-02-29,7,EUR\n",
        {"columns": 'currency = "cur"'},
        [
            "1 rows of the order log are in another currency than EUR, without a rate. Supply their rates as",
            "All orders that can be used are of a single customer. Check orders.columns.customer_id",
        ],
    ),
    "cells without end": (
        GOOD + "ann,2024-02-02,1" + ",9" * 40 + "\n",
        {},
        ["orders.csv cannot be read as csv: line 5 has 43 fields, the column names are 3."],
    ),
    "open quotation": (
        GOOD + '"ann,2024-02-01,5\n',
        {},
        ["a quotation mark in the record that begins in line 5 is never closed."],
    ),
    "no file": (None, {}, ["'orders.csv': no such file."]),
    "a path": (None, {"name": "../orders.csv"}, ["'../orders.csv'"]),
    "broken zip": (b"PK\x03\x04", {"name": "orders.csv.zip"}, ["orders.csv.zip cannot be unpacked"]),
    "broken gzip": (
        gzip.compress(GOOD.encode() * 99)[:-20],
        {"name": "orders.csv.gz"},
        ["orders.csv.gz cannot be unpacked"],
    ),
    "broken workbook": (
        b"PK\x03\x04",
        {"name": "orders.xlsx"},
        ["orders.xlsx cannot be read as a spreadsheet"],
    ),
    "broken Parquet": (b"PAR1", {"name": "orders.parquet"}, ["orders.parquet cannot be read as a Parquet file"]),
    "no SQLite": (
        b"nothing",
        {"name": "orders.sqlite", "orders": 'table = "t"'},
        ["orders.sqlite cannot be read as an SQLite file: file is not a database."],
    ),
    "no DuckDB": (
        b"nothing" * 600,
        {"name": "orders.duckdb", "orders": 'table = "t"'},
        ["orders.duckdb cannot be read as a DuckDB file"],
    ),
    "broken JSON": (
        '{"customer": 1\n',
        {"name": "orders.jsonl"},
        ["orders.jsonl cannot be read as JSON Lines: line 1 is no JSON"],
    ),
    "unknown settings": (
        GOOD,
        {"settings": 'curency = "EUR"\nmin_cohort = 0', "orders": 'delimeter = ";"\nencoding = "utf8"'},
        [
            "shop/client.toml has 4 problem(s):",
            "curency: unknown key. Did you mean 'currency'?",
            "min_cohort: Input should be greater than or equal to 1; found 0.",
            "orders.delimeter: unknown key. Did you mean 'delimiter'?",
            "orders.encoding: Input should be 'utf-8', 'utf-16',",
        ],
    ),
    "no TOML": (GOOD, {"settings": "x ="}, ["shop/client.toml cannot be read: Invalid value (at line 4, column 4)"]),
    "a password in the client file": (
        GOOD,
        {"sections": '[tables.costs]\nurl = "postgresql://u:geheim@h/d"\ntable = "t"\ncolumns = {}'},
        ["a password must not stand in the client file; put it into the environment variable PGPASSWORD"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused(shop, command, case):
    content, settings, said = CASES[case]
    shop(content, **settings)
    text = refused(shop, command, "shop")
    assert [part for part in said if part not in text] == []
    assert "shop" in text
    assert "geheim" not in text


INIT_CASES = {
    "empty": ("orders.csv", b"", "orders.csv: it is empty."),
    "header only": ("orders.csv", HEADER.encode(), "orders.csv: it has a header but no records."),
    "binary": ("orders.csv", bytes(range(256)) * 40, "orders.csv: it holds zero bytes, so it is no text."),
    "no dates": ("orders.csv", b"a,b\nann,5\n", "orders.csv: no column holds dates."),
    "no amounts": ("orders.csv", b"a,b\nann,2024-01-31\n", "orders.csv: no column holds amounts."),
    "broken gzip": ("orders.csv.gz", gzip.compress(GOOD.encode() * 99)[:40], "orders.csv.gz: "),
    "broken zip": ("orders.csv.zip", b"PK\x03\x04", "orders.csv.zip: it cannot be read"),
    "broken workbook": ("orders.xlsx", b"PK\x03\x04", "orders.xlsx: it cannot be read as a spreadsheet"),
    "broken Parquet": ("orders.parquet", b"PAR1", "orders.parquet: it cannot be read as Parquet"),
    "no SQLite": ("orders.sqlite", b"nothing", "orders.sqlite: it cannot be read as SQLite: file is not a database."),
    "no DuckDB": ("orders.duckdb", b"nothing" * 600, "orders.duckdb: it cannot be read as DuckDB"),
    "broken JSON": ("orders.jsonl", b'{"customer": 1\n', "orders.jsonl: line 1 is no JSON"),
}  # fmt: skip


@pytest.mark.parametrize("case", INIT_CASES)
def test_files_that_are_no_order_log_make_no_client(shop, tmp_path_factory, case):
    name, content, said = INIT_CASES[case]
    file = tmp_path_factory.mktemp("sent") / name
    file.write_bytes(content)
    assert said in refused(shop, "init", "shop", file)


def test_all_files_that_cannot_be_read_are_named_at_once(shop, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sent")
    (folder / "a.csv").write_bytes(b"")
    (folder / "b.parquet").write_bytes(b"PAR1")
    text = refused(shop, "init", "shop", folder / "a.csv", folder / "b.parquet")
    assert [line.split(":")[0] for line in text.splitlines()] == ["a.csv", "b.parquet"]


def test_bad_dates_of_every_client_are_told_before_anything_runs(shop):
    shop(GOOD + "cid,2199-02-02,5\n")
    shutil.copytree(shop.folder / "data" / "shop", shop.folder / "data" / "other")
    file = shop.folder / "data" / "other" / "client.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"Shop"', '"Other"'), encoding="utf-8")
    text = refused(shop, "run", "--all")
    assert [line.split(": ")[0] for line in text.splitlines()] == ["other", "shop"]


def test_one_report_of_several_that_is_made_is_no_refusal_of_all(shop):
    shop(GOOD.replace("bob", "ann"))
    code, out, _ = shop.retention("run", "shop", "--period", "2024-01", "--period", "2024-02")
    assert (code, out.count("failed    shop")) == (2, 2)
    shop(GOOD.replace("2024-01-05", "2024-02-05"))  # the chapter itself fails for this one
    code, out, _ = shop.retention("run", "shop")
    assert code == 1
    assert "ZeroDivisionError" in out


def test_clients_of_one_name_are_refused(shop):
    shop(GOOD)
    shutil.copytree(shop.folder / "data" / "shop", shop.folder / "data" / "again")
    text = refused(shop, "check", "shop")
    assert (
        text == "Clients call themselves the same: again and shop. Give each client.toml a name of its own.\n"
    )


@pytest.mark.parametrize("name", ["../shop", "/etc", "a/b", ".", "..", "shop\n", "con\x00", "a" * 64, "Shop"])
@pytest.mark.parametrize("command", ["check", "run", "init"])
def test_names_that_are_paths_are_refused(shop, command, name):
    shop(GOOD)
    words = [shop.folder / "data" / "shop" / "orders.csv"] if command == "init" else []
    assert "cannot be used: it names a folder, so use lower-case letters" in refused(
        shop, command, name, *words
    )


@pytest.mark.parametrize("command", ["check", "run", "init"])
def test_a_file_that_may_not_be_read_is_named(shop, command):
    shop(GOOD)
    file = shop.folder / "data" / "shop" / "orders.csv"
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("no file is closed to this user, who is root")
    before = sorted(everything_in(shop.folder / "notebooks"))
    code, out, err = shop.retention(*([command, "shop"] if command != "init" else [command, "new", file]))
    assert (code, out) == (2, "")
    assert "orders.csv" in err
    assert "ermission denied" in err
    assert sorted(everything_in(shop.folder / "notebooks")) == before
    assert not (shop.folder / "data" / "new").exists()


LOCK_SQLITE = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); print(1, flush=True); input()"
LOCK_DUCKDB = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"


@pytest.mark.parametrize(("form", "program"), [("sqlite", LOCK_SQLITE), ("duckdb", LOCK_DUCKDB)])
def test_a_database_file_in_use_is_named(shop, tmp_path_factory, form, program):
    file = tmp_path_factory.mktemp("sent") / f"orders.{form}"
    connect = sqlite3.connect if form == "sqlite" else duckdb.connect
    with closing(connect(str(file))) as database:
        database.execute("CREATE TABLE orders (customer TEXT, date TEXT, amount TEXT)")
        database.execute("INSERT INTO orders VALUES ('ann', '2024-01-05', '10.00')")
        database.commit()
    shop(file.read_bytes(), name=file.name, orders='table = "orders"')
    inside = shop.folder / "data" / "shop" / file.name
    command = [sys.executable, "-c", program, str(inside)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        other.stdout.readline()
        texts = [
            refused(shop, "check", "shop"),
            refused(shop, "run", "shop"),
            refused(shop, "init", "new", inside),
        ]
        other.communicate("\n")
    assert ["lock" in text and file.name in text for text in texts] == [True] * 3


def test_a_database_that_is_away_is_named_without_its_secrets(shop, monkeypatch):
    pytest.importorskip("psycopg")
    monkeypatch.setenv("PGPASSWORD", "geheim")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        for text in _refused_by_database(shop, port):
            assert "nothing answers at this host and port. Check url, table, query, the password" in text
            assert "geheim" not in text


def test_a_database_that_refuses_the_password_is_named_without_it(shop, postgres_cluster, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "geheim")
    for text in _refused_by_database(shop, postgres_cluster.port):
        assert "it does not accept this user or password." in text
        assert "geheim" not in text


def test_a_table_that_a_database_has_not_is_named(shop, postgres_cluster):
    for text in _refused_by_database(shop, postgres_cluster.port):
        assert "no_such_table" in text
        assert postgres_cluster.password not in text


def _refused_by_database(shop, port):
    file = shop.folder / "data" / "shop" / "client.toml"
    shop(None)
    text = file.read_text(encoding="utf-8")
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    file.write_text(
        text.replace('path = "orders.csv"', f'url = "{url}"\ntable = "no_such_table"'), encoding="utf-8"
    )
    return [refused(shop, "check", "shop"), refused(shop, "run", "shop")]
