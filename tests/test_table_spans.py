"""Intervals on the page: in the cells of their figures, in every language; the exports keep them apart."""

import pytest

from retention_utils.table_spans import with_spans


def shown(unit, *cells, language="en", names=("churn", "churn_low", "churn_high")):
    """Show one row of a figure and its interval."""
    units = [unit] * 3 if isinstance(unit, str) else unit
    columns = [
        {"name": name, "label": label, "unit": unit}
        for name, label, unit in zip(names, ("Churn", "from", "to"), units, strict=True)
    ]
    item = with_spans({"columns": columns, "cells": [list(cells)]}, language)
    assert all(str(column["head"]) == column["label"] for column in item["columns"] if column["is_spanned"])
    return [column["label"] for column in item["columns"]], [str(cell) for cell in item["cells"][0]]


@pytest.mark.parametrize(
    ("unit", "cells", "language", "expected"),
    [
        ("share", ("9.0%", "7.9%", "10.2%"), "en", "9.0% (7.9–10.2)"),
        ("share", ("9,0\u00a0%", "7,9\u00a0%", "10,2\u00a0%"), "ru", "9,0\u00a0% (7,9–10,2)"),
        ("money", ("KZT\u00a01,234", "KZT\u00a01,000", "KZT\u00a01,500"), "en", "KZT\u00a01,234 (1,000–1,500)"),
        ("money", ("1\u202f234\u00a0₴", "−9\u00a0₴", "1\u202f500\u00a0₴"), "uk",
         "1\u202f234\u00a0₴ (від\u00a0−9 до\u00a01\u202f500)"),
        ("money", ("−$5.00", "−$7.50", "−$2.50"), "en", "−$5.00 (−7.50 to −2.50)"),
        ("points", ("+2.1", "−0.5", "+4.7"), "en", "+2.1 (−0.5 to +4.7)"),
        ("points", ("+2,1", "+0,5", "+4,7"), "ru", "+2,1 (от\u00a0+0,5 до\u00a0+4,7)"),
        ("days", ("> 545", "532", "—"), "en", "> 545 (532–…)"),
        ("share", ("—", "—", "—"), "en", "—"),
        ("share", ("100.0%", "—", "—"), "en", "100.0%"),
        ("share", ("", "", ""), "en", ""),
    ],
)  # fmt: skip
def test_an_interval_follows_its_figure_and_leaves_the_unit_to_it(unit, cells, language, expected):
    heads, found = shown(unit, *cells, language=language)
    is_known = "(" in expected  # a head of intervals that are not there would stand over nothing
    assert [head.replace("\u2060", "") for head in heads] == ["Churn (from–to)" if is_known else "Churn"]
    assert [cell.replace("\u2060", "") for cell in found] == [expected]


@pytest.mark.parametrize(
    ("unit", "cells", "language", "expected"),
    [
        ("estimate", ("$6,910", "$27,600"), "en", "$6,910–27,600"),
        ("estimate", ("76\u202f400\u00a0₸", "306\u202f000\u00a0₸"), "uk", "76\u202f400–306\u202f000\u00a0₸"),
        ("estimate", ("−$20", "$30"), "en", "−$20 to $30"),
        ("estimate", ("", "$30"), "en", "…–$30"),
        ("estimate", ("—", "—"), "en", "—"),
        ("count", ("12", "12"), "en", "12"),
    ],
)
def test_a_range_that_belongs_to_no_figure_is_one_cell(unit, cells, language, expected):
    row = ("medium", *cells)
    for names in (("effort", "low", "high"), ("customers", "followed_least", "followed_most")):
        heads, found = shown(("text", unit, unit), *row, language=language, names=names)
        assert heads == ["Churn", "from\u00a0– to"]
        assert [cell.replace("\u2060", "") for cell in found] == ["medium", expected]


def test_columns_that_are_no_interval_of_the_one_before_stay():
    cells = ("9", "7", "10")
    for names in (("churn", "low", "late_high"), ("churn", "least", "high")):
        assert shown("count", *cells, names=names) == (["Churn", "from", "to"], list(cells))
