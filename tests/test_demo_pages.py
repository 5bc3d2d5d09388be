"""The pages of the demo clients, from the chapters in git: light, and complete without another computer."""

import re
from functools import cache

import pytest
from demo_reports import DEMO_REPORTS, LANGUAGES, demo_page
from pages import Page, what_could_run_or_load

from retention_utils.table_looks import BREAKS

LIMIT = 1_500_000  # bytes

rendered = cache(demo_page)


@pytest.fixture(
    params=[(client, language) for client in sorted(DEMO_REPORTS) for language in LANGUAGES], ids="-".join
)
def page(request):
    return rendered(*request.param)


def test_every_demo_client_has_a_page():
    assert sorted(DEMO_REPORTS) == ["cdnow", "club", "kiosk", "lavka", "sport"]


def test_a_page_is_light_even_in_cyrillic(page):
    # a Cyrillic letter takes two bytes; code stays as it is
    words = re.sub(r"<pre .*?</pre>", "", page, flags=re.DOTALL)
    letters = len(re.findall("[A-Za-z]", Page(words).text))
    assert len(page.encode()) + letters < LIMIT


def test_a_page_asks_no_other_computer_for_anything(page):
    assert what_could_run_or_load(page) == []


def test_every_column_of_words_and_every_head_of_a_card_has_its_rule(page):
    tables = Page(page).all("table")
    named = {name for table in tables for name in table.get("class", "").split()}
    assert {"text2", "row2", "tall", *BREAKS} < named
    placed = {name for name in named if name[-1].isdigit()} - set(BREAKS)
    assert placed <= set(re.findall(r"\.((?:text|row)\d+) (?:tr > |td):nth-child", page))
    heads = {head for table in tables for head in re.findall(r"--h\d+", table.get("style", ""))}
    assert heads <= {"--h1", *re.findall(r"--head: var\((--h\d+)\)", page)}
