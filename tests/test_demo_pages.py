"""The pages of the demo clients, from the chapters in git: light, and complete without another computer."""

import re
from functools import cache
from pathlib import Path

import pytest
from notebook_samples import RUN
from pages import Page, what_could_run_or_load

from retention_utils.report import read_chapter, render_report

REPORTS = Path(__file__).parents[1] / "reports"
LIMIT = 1_500_000  # bytes

each_page = pytest.mark.parametrize(
    "folder", sorted(REPORTS.glob("*/*/chapters")), ids=lambda path: path.parts[-3]
)


@cache
def rendered(folder):
    return render_report(RUN, [read_chapter(path) for path in sorted(folder.glob("*.ipynb"))])


def test_every_demo_client_has_a_page():
    assert [path.name for path in sorted(REPORTS.iterdir()) if path.is_dir()] == ["cdnow", "kiosk", "lavka"]


@each_page
def test_a_page_is_light_even_in_cyrillic(folder):
    page = rendered(folder)
    # a Cyrillic letter takes two bytes; code stays as it is
    words = re.sub(r"<pre .*?</pre>", "", page, flags=re.DOTALL)
    letters = len(re.findall("[A-Za-z]", Page(words).text))
    assert len(page.encode()) + letters < LIMIT


@each_page
def test_a_page_asks_no_other_computer_for_anything(folder):
    assert what_could_run_or_load(rendered(folder)) == []


@each_page
def test_every_column_of_words_has_its_rule(folder):
    page = rendered(folder)
    named = {name for table in Page(page).all("table") for name in table.get("class", "").split()}
    assert named
    assert named <= set(re.findall(r"\.(text\d+) :nth-child", page))
