"""What a chapter shows: the same in words and in JSON, blank where nothing was observed, harmless as HTML."""

import json
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from retention_utils.display import MIME, Callout, Finding, Grade, Kpi, nothing_yet
from retention_utils.display_tables import Column, Table, show_table
from retention_utils.formats import Formats
from retention_utils.texts import text_of

FORMATS = Formats()
HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(2)> & \"quoted\" 'single'"


def shown(table: pd.DataFrame, *columns: Column, **options) -> Table:
    return show_table(table, columns, key="key", caption="Caption", formats=FORMATS, **options)


def one(value, unit: str) -> tuple[object, str]:
    """Value and print of a single cell."""
    got = shown(
        pd.DataFrame({"name": ["row"], "value": [value]}),
        Column("name", "Name", "name"),
        Column("value", "V", unit),
    )
    return got.rows[0][1], got.cells[0][1]


def bundle(item) -> dict:
    return item._repr_mimebundle_(include=None, exclude=None)


@pytest.mark.parametrize(
    ("value", "unit", "kept", "printed"),
    [
        (1234567, "count", 1234567, "1,234,567"),
        (np.int64(7), "count", 7, "7"),
        (2.0, "count", 2, "2"),
        (0.12345678, "share", 0.1235, "12.3%"),
        (1234.567, "money", 1234.57, "$1,235"),
        (1234.567, "money2", 1234.57, "$1,234.57"),
        (1234.567, "estimate", 1235, "$1,235"),
        (3.14159, "number", 3.14, "3.14"),
        (90.0, "days", 90, "90"),
        (-0.012345, "points", -0.0123, "−1.2"),
        (0.79649, "decimal3", 0.796, "0.796"),
        (-0.00001, "share", 0.0, "0.0%"),
        (np.float32(0.5), "share", 0.5, "50.0%"),
        ("June", "name", "June", "June"),
        (0, "count", 0, "0"),
        (0.0, "share", 0.0, "0.0%"),
    ],
)
def test_digits_go_by_the_unit(value, unit, kept, printed):
    found, text = one(value, unit)
    assert (found, text) == (kept, printed)
    assert type(found) in (int, float, str)  # plain values, which JSON knows
    assert json.dumps(found) not in ("-0.0", "NaN")


@pytest.mark.parametrize(
    "value", [None, np.nan, np.float32("nan"), np.inf, -np.inf, pd.NaT, pd.NA], ids=lambda value: f"{value!r}"
)
@pytest.mark.parametrize("unit", ["count", "share", "money", "days", "text"])
def test_what_was_not_observed_is_null_and_printed_as_nothing(value, unit):
    assert one(value, unit) == (None, "")


def test_a_missing_count_does_not_blank_its_neighbours():
    table = pd.DataFrame({"name": ["a", "b"], "buyers": pd.array([3, None], dtype="Int64")})
    got = shown(table, Column("name", "Name", "name"), Column("buyers", "Buyers", "count"))
    assert got.rows == (("a", 3), ("b", None))
    assert got.cells == (("a", "3"), ("b", ""))


def test_a_cell_reads_as_the_sentence_beside_it():
    # Kept with four digits it is 0.0355, which would be printed as 3.6 %.
    assert FORMATS.share(0.0354999) == "3.5%"
    assert one(0.0354999, "share") == (0.0355, "3.5%")


def test_only_the_named_columns_are_printed_in_their_order():
    table = pd.DataFrame({"secret": ["x"], "share": [0.25], "name": ["a"]})
    got = shown(
        table, Column("name", "Name", "name"), Column("share", "Share", "share"), note="Note.", emphasis=[0]
    )
    assert got.cells == (("a", "25.0%"),)
    assert (got.note, got.emphasis, got.is_folded) == ("Note.", (0,), False)


@pytest.mark.parametrize(("low", "note"), [(0.1, "Note. About the ends."), (np.nan, "Note.")])
def test_intervals_are_explained_only_where_there_is_one(low, note):
    columns = [Column("value", "Value", "share"), Column("value_low", "from", "share")]
    table = pd.DataFrame({"value": [0.2, 0.3], "value_low": [np.nan, low]})
    assert shown(table, *columns, note="Note.", intervals="About the ends.").note == note
    assert shown(table[["value"]], columns[0], note="Note.", intervals="About the ends.").note == "Note."


def test_a_table_survives_json():
    table = pd.DataFrame({"name": ["a", "b"], "share": [0.123456, np.nan], "buyers": [5, 0]})
    columns = [
        Column("name", "Name", "name"),
        Column("share", "Share", "share"),
        Column("buyers", "N", "count"),
    ]
    content = bundle(shown(table, *columns, note="Note."))["application/vnd.retention.table+json"]
    assert json.loads(json.dumps(content, allow_nan=False)) == {
        "key": "key",
        "caption": "Caption",
        "columns": [
            {"name": "name", "label": "Name", "unit": "name", "language": ""},
            {"name": "share", "label": "Share", "unit": "share", "language": ""},
            {"name": "buyers", "label": "N", "unit": "count", "language": ""},
        ],
        "rows": [["a", 0.1235, 5], ["b", None, 0]],
        "cells": [["a", "12.3%", "5"], ["b", "", "0"]],
        "note": "Note.",
        "emphasis": [],
        "is_folded": False,
    }


class Collector(HTMLParser):
    """Collects the tags and the texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.texts = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.texts.append(data)


def test_hostile_words_stay_words():
    got = bundle(shown(pd.DataFrame({"name": [HOSTILE]}), Column("name", FORMATS.name(HOSTILE), "name")))
    page = Collector()
    page.feed(got["text/html"])
    assert page.tags == {"table", "thead", "tbody", "tr", "th", "td"}
    assert page.texts.count(HOSTILE) == 2  # the heading and the cell
    assert got["application/vnd.retention.table+json"]["cells"] == [[HOSTILE]]


def test_long_words_are_not_cut():
    words = "a reason as long as a client may write one " * 3
    got = bundle(shown(pd.DataFrame({"name": [words.strip()]}), Column("name", "Reason", "name")))
    assert words.strip() in got["text/html"]
    assert words.strip() in got["text/plain"]


def test_the_readable_table_holds_what_is_printed():
    table = pd.DataFrame({"name": ["all"], "share": [0.5]})
    got = bundle(shown(table, Column("name", "Name", "name"), Column("share", "Share", "share")))[
        "text/plain"
    ]
    assert got.split() == ["Name", "Share", "all", "50.0%"]


def test_an_empty_table_says_that_it_is_not_shown():
    got = shown(pd.DataFrame(columns=["name"]), Column("name", "Name", "name"))
    assert got == Callout.restored(
        {
            "key": "key",
            "tone": "nothing",
            "title": {"en": "Caption"},
            "text": {"en": "Not shown: there are not enough data for it yet."},
        }
    )
    assert got == nothing_yet("key", FORMATS.say("Caption"), formats=FORMATS)
    assert shown(pd.DataFrame(), Column("name", "Name", "name")) == got


STEPS = (("A", text_of("all")), ("B", text_of("most")))
ITEMS = {
    "finding": (
        Finding("key", "worse", text_of("Less."), is_headline=True),
        "worse: Less.",
        {"key": "key", "verdict": "worse", "text": "Less.", "is_headline": True, "chapter": "", "brief": ""},
    ),
    "callout": (
        Callout("key", "warn", text_of("Beware."), text_of("Few.")),
        "Beware. Few.",
        {"key": "key", "tone": "warn", "title": "Beware.", "text": "Few."},
    ),
    "grade": (
        Grade("key", "B", text_of("Data grade"), STEPS, text_of("For an A: more.")),
        "Data grade B. For an A: more.",
        {"key": "key", "grade": "B", "label": "Data grade", "steps": [["A", "all"], ["B", "most"]]}
        | {"next": "For an A: more.", "reasons": ""},
    ),
    "kpi": (
        Kpi(
            key="key",
            label=text_of("Churn"),
            value=text_of("10.6%"),
            number=0.106,
            interval=text_of("95% interval"),
            basis=text_of("n = 5"),
            change=text_of("+1"),
            verdict="worse",
            direction="up",
            trend=(0.1, None),
            trend_since=text_of("since May"),
        ),
        "Churn: 10.6% (95% interval; n = 5; +1; worse)",
        {"key": "key", "label": "Churn", "value": "10.6%", "number": 0.106, "interval": "95% interval"}
        | {"basis": "n = 5", "change": "+1", "verdict": "worse", "direction": "up", "trend": [0.1, None]}
        | {"trend_since": "since May", "chapter": "", "ends": None},
    ),
}


@pytest.mark.parametrize("kind", ITEMS)
def test_every_item_is_shown_in_words_and_as_data(kind):
    item, words, content = ITEMS[kind]
    got = bundle(item)
    assert set(got) == {"text/plain", f"application/vnd.retention.{kind}+json"}
    assert got["text/plain"] == words
    assert json.loads(json.dumps(got[MIME.format(kind=kind)], allow_nan=False)) == content


@pytest.mark.parametrize(
    "made", [lambda: Finding("k", "no", "Less."), lambda: Callout("k", "info", text_of("t"), "x")]
)
def test_a_string_is_refused_since_it_is_in_one_language_only(made):
    with pytest.raises(TypeError, match=r"is the string '(Less\.|x)'; make a text with formats\.say"):
        made()


def test_a_string_in_a_column_of_texts_is_refused():
    with pytest.raises(
        TypeError, match="Column 'name' holds the string 'a'; make a text, or give it the unit"
    ):
        shown(pd.DataFrame({"name": ["a"]}), Column("name", "Name"))


def test_a_bare_key_figure_has_no_empty_brackets():
    assert bundle(Kpi("key", text_of("Churn"), text_of("—"), None))["text/plain"] == "Churn: —"


def test_a_table_is_shown_in_three_forms():
    got = bundle(shown(pd.DataFrame({"name": ["a"]}), Column("name", "Name", "name")))
    assert set(got) == {"text/plain", "text/html", "application/vnd.retention.table+json"}


def test_the_table_is_left_alone():
    table = pd.DataFrame({"name": ["a"], "share": [0.123456]})
    before = table.copy()
    shown(table, Column("share", "Share", "share"))
    pd.testing.assert_frame_equal(table, before)
