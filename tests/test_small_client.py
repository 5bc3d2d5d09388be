"""The real chapters on clients with hardly any data: every one says what is missing, none fails."""

import shutil
from pathlib import Path

import pytest
from small_project import make_report, small_project
from typer.testing import CliRunner

from retention_utils.cli import app
from retention_utils.notebooks import INSTEAD_OF_ORDERS, WITHOUT_DATES, read_items
from retention_utils.plan import plan_report

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def write_orders(folder, *lines):
    file = folder / "data" / "shop" / "orders.csv"
    file.write_text("\n".join(["who,day,paid", *lines, ""]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def two_customers(tmp_path_factory):
    folder = small_project(tmp_path_factory.mktemp("two"))
    shutil.rmtree(folder / "notebooks")
    shutil.copytree(NOTEBOOKS, folder / "notebooks")
    write_orders(folder, "ann,2024-03-05,10", "bob,2024-03-06,10")
    return make_report(plan_report(folder, "shop", None), jobs=2)


def test_no_chapter_fails(two_customers):
    assert {chapter.chapter: chapter.error for chapter in two_customers.chapters if chapter.error} == {}
    assert two_customers.outcome == "done"


ANSWERS = {
    "00_passport": "no",
    "01_summary": "not enough data",
    "90_glossary": "yes",
}
QUIET = ("13_voice", "15_campaign")  # without their input they say what to supply, and nothing else

NAMES = sorted(file.stem for file in NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize(
    "chapter", [name for name in NAMES if name not in (*WITHOUT_DATES, *INSTEAD_OF_ORDERS)]
)
def test_every_answer_is_honest(two_customers, chapter):
    items = read_items(two_customers.report.parent / "chapters" / f"{chapter}.ipynb")
    headlines = [finding for finding in items.shown("finding") if finding["is_headline"]]
    if chapter in QUIET:
        assert [kind for kind, _ in items.items] == ["callout"]
        assert [note["tone"] for note in items.shown("callout")] == ["supply"]
    else:
        assert [found["verdict"] for found in headlines] == [ANSWERS.get(chapter, "not enough data")]


def test_no_cell_of_a_table_is_blank_without_a_reason(two_customers):
    # With so little known, most cells are: every one is a dash that its table's note explains.
    blank = [
        (file.stem, table["key"])
        for file in sorted((two_customers.report.parent / "chapters").glob("*.ipynb"))
        for table in read_items(file).shown("table")
        if any("" in row or ("—" in row and "—:" not in table["note"]) for row in _cells(table))
    ]
    assert blank == []


def _cells(table):
    cells = table["cells"]
    return cells["en"] if isinstance(cells, dict) else cells


def test_unknown_figures_are_dashes_on_the_first_page(two_customers):
    items = read_items(two_customers.report.parent / "chapters" / "01_summary.ipynb")
    values = {kpi["key"]: kpi["value"] for kpi in items.shown("kpi")}
    assert values == {
        "churn": "—",
        "active_base": "2",
        "revenue": "€20",
        "repeat_rate": "—",
        "revenue_at_stake": "—",
        "expected_value": "—",
    }


def test_a_single_customer_is_refused_as_wrong_input(tmp_path, monkeypatch):
    folder = write_orders(small_project(tmp_path), "ann,2024-03-05,10", "ann,2024-03-06,10")
    monkeypatch.setenv("RETENTION_PROJECT", str(folder))
    checked = CliRunner().invoke(app, ["check", "shop"])
    assert (checked.exit_code, checked.stdout) == (2, "")
    assert "All orders that can be used are of a single customer." in checked.stderr
    outcome = make_report(plan_report(folder, "shop", None), jobs=1)
    assert (outcome.outcome, outcome.report) == ("failed", None)
    assert outcome.reason.startswith("All orders that can be used are of a single customer.")
