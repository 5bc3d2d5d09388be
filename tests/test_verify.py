"""``retention verify``: what differs is a table, and what has changed since stands before it."""

import json

import pytest
from command_line import call
from small_project import notebook, small_project

from retention_utils.cli_verify import print_table
from retention_utils.regression.listing import HEAD, aligned_lines, rows_of
from retention_utils.regression.outputs import Difference
from retention_utils.regression.runner import CellCheck, ChapterCheck

PRINT = "print('revenue 1,000.00 of', client)\nprint(0, 5 * 5)"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A project with a finished report, in which other numbers were then written."""
    folder = small_project(tmp_path_factory.mktemp("shop"), n03_pulse=notebook(PRINT))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RETENTION_PROJECT", str(folder))
        patch.setattr("sys.argv", ["retention", "run", "shop"])
        from retention_utils import cli

        with pytest.raises(SystemExit):
            cli.main()
    file = chapter(folder)
    text = file.read_text(encoding="utf-8")
    assert "revenue 1,000.00 of shop" in text
    file.write_text(text.replace("1,000.00 of shop", "1,001.00 of shop"), encoding="utf-8")
    return folder


def chapter(folder):
    return folder / "reports" / "shop" / "2024-03" / "chapters" / "03_pulse.ipynb"


def test_a_difference_is_a_row_of_a_table(finished, monkeypatch, capsys):
    code, out, _ = call(finished, monkeypatch, capsys, "verify", "shop")
    assert code == 1
    assert out.splitlines() == [
        "differs shop 2024-03 03_pulse",
        "        Chapter   Cell  What            Before    Now       Relative",
        "        03_pulse  4     stdout, line 1  1,001.00  1,000.00  −0.0999%",
    ]


def test_what_lies_within_the_tolerance_is_the_same_and_a_changed_input_is_named(
    finished, monkeypatch, capsys
):
    orders = finished / "data" / "shop" / "orders.csv"
    before = orders.read_bytes()
    orders.write_bytes(before + b"dan,2024-03-09,1.00\n")
    code, out, _ = call(finished, monkeypatch, capsys, "verify", "shop", "--tolerance", "0.001")
    assert code == 0
    assert out.splitlines() == [
        "shop 2024-03: changed since it was made: data: orders.csv.",
        "same    shop 2024-03 03_pulse",
    ]
    orders.write_bytes(before)
    code, out, _ = call(finished, monkeypatch, capsys, "verify", "shop", "--json")
    assert code == 1
    (told,) = json.loads(out)
    assert (told["client"], told["chapter"], told["outcome"], told["changed"]) == (
        *("shop", "03_pulse", "differs"),
        [],
    )
    (cell,) = told["cells"]
    (difference,) = cell["differences"]
    assert (cell["cell"], cell["left_out"], difference["before"]) == (4, 0, "1,001.00")
    assert difference["relative"] == pytest.approx(-1 / 1001)


def test_of_a_report_without_a_record_it_is_not_known_what_has_changed(finished, monkeypatch, capsys):
    record = finished / "reports" / "shop" / "2024-03" / "run.json"
    kept = record.read_bytes()
    record.unlink()
    code, out, _ = call(finished, monkeypatch, capsys, "verify", "shop", "--tolerance", "0.01")
    record.write_bytes(kept)
    assert code == 0
    assert out.splitlines()[0] == (
        "shop 2024-03: what it was made from is not recorded, so what has changed since is not known."
    )


@pytest.mark.parametrize("words", ["1", "-0.1", "0,01", "nan", "Infinity"])
def test_a_tolerance_that_is_no_fraction_is_refused(finished, monkeypatch, capsys, words):
    code, out, err = call(finished, monkeypatch, capsys, "verify", "shop", "--tolerance", words)
    assert (code, out) == (2, "")
    assert f"The tolerance is {words!r}; give a fraction from 0 to less than 1" in err


def test_rows_say_what_was_left_out_and_show_texts_where_they_part():
    long = "word " * 30
    found = (Difference("finding f: text", f"{long}rose.", f"{long}fell."), Difference("stdout", 0, 3))
    rows = rows_of([ChapterCheck("03_pulse", "differs", (CellCheck(7, found, 12),))])
    assert rows == [
        ("03_pulse", "7", "finding f: text", "…word word word rose.", "…word word word fell.", ""),
        ("03_pulse", "7", "stdout", "0", "3", ""),
        ("03_pulse", "7", "… and 12 more", "", "", ""),
    ]
    head, *lines = aligned_lines(rows)
    assert head.split() == list(HEAD)
    assert {line.index("7") for line in lines} == {head.index("Cell")}


@pytest.mark.parametrize("is_terminal", [True, False])
def test_names_of_clients_cannot_write_the_table_themselves(monkeypatch, capsys, is_terminal):
    monkeypatch.setenv("FORCE_COLOR" if is_terminal else "NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    print_table([("05_once", "4", "table x: [red]Bob\x1b[2J\u202e", "1", "2", "+100%")])
    out = capsys.readouterr().out
    assert "[red]Bob␛[2J[U+202E]" in out
    assert ("┃" in out) == is_terminal
