"""What a client sends is text and nothing else, wherever it is shown, exported or put into a query."""

import contextlib
import csv
import io
import json
import shutil
import sqlite3
import unicodedata
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import nbformat
import pandas as pd
import pytest
from command_line import call

from retention_utils import cli

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "00_passport.ipynb"
# Every element, attribute and result of a template that comes about tells itself by one of these.
MARK, PRODUCT = "pwned", 4011
HOSTILE = [
    "<pwned>", '"><img src=x pwned=1>', "' pwned='1", "</td></table><script pwned>alert(1)</script>", "<!-- ",
    "<![CDATA[", "&lt;pwned&gt;", "{{ 1337*3 }}", "{% for x in y %}", "${1337*3}", "#{1337*3}",
    '=HYPERLINK("http://pwned.example","x")', "+1337*3", "-1337*3+cmd|' /C calc'!A0", "@SUM(1337,3)", "\uff1d1337*3",
    "[x](javascript:pwned)", "![x](http://pwned.example/x.png)", "$x^2$", "`x`", "'; DROP TABLE orders; --",
    "\x1b[31mred\x1b]0;pwned\x07", "safe\u202etxt.exe", "\u2066a\u2069", "zero\u200bwidth", "bell\x07\x08\x7f",
    "line\u2028end\u2029", "x" * 5000, "\U000e0041tag",
]  # fmt: skip
FILE_NAME = "=1337*3 <img src=x pwned=1> {{ 1337*3 }} $x$.csv"
WHO, DAY, PAID, STATE = '<pwned a="1">who\u202e', "=day'", 'paid" pwned="1', "{{ 1337*3 }}"


@pytest.fixture(scope="module")
def made(new_project):
    """A report of a client all of whose texts are hostile, and what the terminal showed of it."""
    project = new_project()
    shutil.copyfile(NOTEBOOK, project.folder / "notebooks" / NOTEBOOK.name)
    rows = [(who, f"2024-0{1 + n % 3}-{1 + n % 28:02d}", "10.00", who) for n, who in enumerate(HOSTILE * 4)]
    rows += [(who, f"2024-03-{1 + n % 28:02d}", "99999999.00", "paid") for n, who in enumerate(HOSTILE)]
    rows += [(who, "2024-03-05", "-5.00", "paid") for who in HOSTILE]
    rows += [("ann", bad, "5.00", "paid") for bad in HOSTILE]
    rows += [("ann", "2024-03-06", bad, "paid") for bad in HOSTILE]
    rows += [("bob", "2024-03-31", "5.00", "paid")]
    quoted = [json.dumps(text) for text in (WHO, DAY, PAID, STATE)]
    file = project.write_client(path=json.dumps(FILE_NAME))
    text = file.read_text(encoding="utf-8").replace(
        '"Shop"', json.dumps(HOSTILE[3] + HOSTILE[7] + "\u202eShop")
    )
    for ours, theirs in zip(('"customer"', '"date"', '"amount"'), quoted, strict=False):
        text = text.replace(f"= {ours}", f"= {theirs}")
    text = text.replace("amount = ", f"status = {quoted[3]}\namount = ", 1)
    text = text.replace("[orders]", f"description = {json.dumps(''.join(HOSTILE[:-2]))}\n[orders]", 1)
    text += f"\n[orders.statuses]\ncancelled = {json.dumps(HOSTILE[:3])}\n"
    text += f"[policies]\nunreadable_share = 0.9\nexclude_customers = {json.dumps(HOSTILE[3:5])}\n"
    text += '[[stated_revenue]]\nperiod = "2024-02"\namount = 1\n'
    file.write_text(text, encoding="utf-8")
    project.write_orders(rows, name=FILE_NAME, header=(WHO, DAY, PAID, STATE))
    with pytest.MonkeyPatch.context() as patch:
        yield project.folder, patch


@pytest.fixture(scope="module")
def report(made):
    folder, patch = made
    shown = (
        _run(folder, patch, "run", "shop"),
        _run(folder, patch, "check", "shop"),
        _run(folder, patch, "list"),
    )
    return folder / "reports" / "shop" / "2024-03", "".join(shown)


def _run(folder, patch, *words):
    """Run a command within the module's fixture, where capsys is not to be had."""
    patch.setenv("RETENTION_PROJECT", str(folder))
    patch.setattr("sys.argv", ["retention", *words])
    out = io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
        pytest.raises(SystemExit) as stopped,
    ):
        cli.main()
    assert (stopped.value.code or 0) == 0, out.getvalue()
    return out.getvalue()


class Elements(HTMLParser):
    """Names of all elements and attributes, addresses, and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.names, self.addresses, self.text = set(), [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names |= {tag, *(name for name, _ in attrs)}
        self.addresses += [value for name, value in attrs if name in ("href", "src", "action", "data")]

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.names.add("comment")

    def unknown_decl(self, data):
        self.names.add("cdata")


def assert_only_text(page):
    found = Elements(page)
    assert [name for name in found.names if MARK in name or name.startswith("on")] == []
    assert not {"script", "iframe", "object", "embed", "form", "comment", "cdata"} & found.names
    assert [address for address in found.addresses if not address.startswith(("#", "data:image/"))] == []
    return found


def hidden(text):
    """Return the characters that are not seen, or turn a line about."""
    return {
        f"U+{ord(letter):04X}"
        for letter in text
        if letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    } - {"U+00AD", "U+2060"}


def test_a_page_holds_hostile_texts_as_text_only(report):
    page = (report[0] / "report.html").read_text(encoding="utf-8")
    found = assert_only_text(page)
    # They did reach the page: what is tested is that they came as text.
    assert "<pwned>" in found.text
    assert "{{ 1337*3 }}" in found.text
    assert "</table><script pwned>alert(1)</script>" in found.text
    assert str(PRODUCT) not in found.text
    assert "x" * 201 not in page
    assert hidden(page) == set()


def test_what_notebooks_show_is_text_only_too(report):
    notebook = nbformat.read(report[0] / "chapters" / NOTEBOOK.name, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pages = [
        "".join(output["data"]["text/html"]) for output in outputs if "text/html" in output.get("data", {})
    ]
    assert "&lt;pwned&gt;" in "".join(pages)
    for page in pages:
        assert_only_text(page)
        assert hidden(page) == set()


def test_exported_tables_hold_no_formula(report):
    files = sorted((report[0] / "tables").glob("*.csv"))
    cells = [
        cell
        for file in files
        for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline=""))
        for cell in row
    ]
    assert any(cell.startswith("'=day'") for cell in cells)
    assert any(cell.startswith("'=1337*3 <img") for cell in cells)
    formulas = [cell for cell in cells if unicodedata.normalize("NFKC", cell).startswith(tuple("=+-@\t\r"))]
    assert [cell for cell in formulas if not _is_number(cell)] == []
    assert max(map(len, cells)) <= 200
    assert hidden("".join(cells)) == set()
    assert MARK not in "".join(file.name for file in files)


def test_the_record_of_the_run_is_json(report):
    record = json.loads((report[0] / "run.json").read_text(encoding="utf-8"))
    assert record["name"].startswith(HOSTILE[3])


def test_a_terminal_is_told_nothing_that_it_obeys(report):
    assert "<pwned>" in report[1]
    assert "=1337*3 <img src=x pwned=1>" in report[1]
    assert hidden(report[1]) == set()
    assert str(PRODUCT) not in report[1]


def test_hostile_names_reach_no_terminal_in_questions_or_refusals(
    project, monkeypatch, capsys, tmp_path_factory
):
    file = tmp_path_factory.mktemp("sent") / "bell\x07\u202e.csv"
    columns = ["\x1b[31mid\u202e", "Total\x07", "Date", "Статус", "\x1b[0m\u2066"]
    rows = [f"{n},5 USD,2024-01-3{n},отменён \x1b[31m\u202e,{n}" for n in (0, 1)]
    file.write_text("\n".join([",".join(columns), *rows]) + "\n", encoding="utf-8")
    code, out, err = call(project.folder, monkeypatch, capsys, "init", "shop", str(file))
    assert code == 2
    assert "Which column tells customers apart?" in err
    assert hidden(out + err) == set()
    code, out, err = call(project.folder, monkeypatch, capsys, "check", "shop")
    assert (code, out) == (2, "")
    assert hidden(err) == set()


WORDS = ('or"ders', "o'; DROP TABLE keep; --", 'select "x" from', "{0} %s :a $1 ?", "`a`[b]")


@pytest.mark.parametrize("form", ["sqlite", "duckdb", "parquet", "jsonl", "csv"])
def test_names_with_quotes_are_names(project, monkeypatch, capsys, form):
    table, *columns = WORDS[0], *WORDS[1:4]
    frame = pd.DataFrame(
        [("ann", "2024-01-05", 10.0), ("bob", "2024-02-09", 12.5), ("ann", "2024-02-29", 7.0)],
        columns=columns,
    )
    file = project.folder / "data" / "shop" / f"orders.{form}"
    more = f"table = {json.dumps(table)}" if form in ("sqlite", "duckdb") else ""
    text = project.write_client(path=json.dumps(file.name), orders=more)
    settings = text.read_text(encoding="utf-8")
    for ours, theirs in zip(("customer", "date", "amount"), columns, strict=True):
        settings = settings.replace(f'= "{ours}"', f"= {json.dumps(theirs)}")
    text.write_text(settings, encoding="utf-8")
    _write(frame, file, form, table)
    before = file.read_bytes()
    code, out, err = call(project.folder, monkeypatch, capsys, "check", "shop")
    assert (code, err) == (0, "")
    assert "3 of 3 rows" in out
    assert file.read_bytes() == before
    code, out, err = call(
        project.folder, monkeypatch, capsys, "init", "new", str(file), "--answer", "currency=EUR",
        *(word for role, column in zip(("customer_id", "ordered_at", "amount"), columns, strict=True)
          for word in ("--answer", f"{role}={column}")),
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert "3 of 3 rows" in out


def _write(frame, file, form, table):
    quoted = '"' + table.replace('"', '""') + '"'
    match form:
        case "csv":
            frame.to_csv(file, index=False)
        case "parquet":
            frame.to_parquet(file)
        case "jsonl":
            frame.to_json(file, orient="records", lines=True)
        case "sqlite":
            with closing(sqlite3.connect(file)) as database:
                frame.to_sql(table, database, index=False)
        case "duckdb":
            with duckdb.connect(file) as database:
                database.register("frame", frame)
                database.execute(f"CREATE TABLE {quoted} AS SELECT * FROM frame")


@pytest.mark.parametrize("form", ["sqlite", "duckdb"])
@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE orders",
        "DELETE FROM orders",
        "SELECT * FROM orders; DROP TABLE orders",
        "ATTACH 'made.db' AS m",
    ],
)
def test_a_query_changes_nothing_in_the_file(project, monkeypatch, capsys, form, query):
    file = project.folder / "data" / "shop" / f"orders.{form}"
    project.write_client(path=json.dumps(file.name), orders=f"query = {json.dumps(query)}")
    frame = pd.DataFrame([("ann", "2024-01-05", 10.0)], columns=["customer", "date", "amount"])
    _write(frame, file, form, "orders")
    before = file.read_bytes()
    monkeypatch.chdir(project.folder)
    code, out, err = call(project.folder, monkeypatch, capsys, "check", "shop")
    assert (code, out) == (2, "")
    assert file.name in err
    assert file.read_bytes() == before
    assert sorted(found.name for found in file.parent.iterdir()) == ["client.toml", file.name]
    assert not (project.folder / "made.db").exists()


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
