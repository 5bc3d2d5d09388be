"""The real chapters on clients with hardly any data: every one says what is missing, none fails."""

import shutil
from pathlib import Path

import pytest
from small_project import small_project

from retention_utils.notebooks import read_items
from retention_utils.plan import plan_report
from retention_utils.run import run_report

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture(scope="module")
def one_customer(tmp_path_factory):
    folder = small_project(tmp_path_factory.mktemp("one"))
    shutil.rmtree(folder / "notebooks")
    shutil.copytree(NOTEBOOKS, folder / "notebooks")
    (folder / "data" / "shop" / "orders.csv").write_text(
        "who,day,paid\nann,2024-03-05,10\n", encoding="utf-8"
    )
    return run_report(plan_report(folder, "shop", None), jobs=2)


def test_no_chapter_fails(one_customer):
    assert {chapter.chapter: chapter.error for chapter in one_customer.chapters if chapter.error} == {}
    assert one_customer.outcome == "done"


@pytest.mark.parametrize(
    ("chapter", "verdict"),
    [
        ("00_passport", "no"),
        ("03_pulse", "not enough data"),
        ("04_cohorts", "not enough data"),
        ("06_next_order", "not enough data"),
        ("10_value", "not enough data"),
    ],
)
def test_every_answer_is_honest(one_customer, chapter, verdict):
    items = read_items(one_customer.report.parent / "chapters" / f"{chapter}.ipynb")
    (headline,) = [finding for finding in items.shown("finding") if finding["is_headline"]]
    assert headline["verdict"] == verdict


def test_unknown_figures_are_dashes_on_the_first_page(one_customer):
    items = read_items(one_customer.report.parent / "chapters" / "01_summary.ipynb")
    values = {kpi["key"]: kpi["value"] for kpi in items.shown("kpi")}
    assert values == {
        "churn": "—",
        "active_base": "1",
        "revenue": "€10",
        "repeat_rate": "—",
        "retention": "—",
        "expected_value": "—",
    }
