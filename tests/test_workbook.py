"""The workbook, read back by another program (calamine) and as the XML it is made of."""

import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import nbformat
import pytest
from notebook_samples import CLIENT, RUN, shown, write_chapter
from python_calamine import CalamineWorkbook

from retention_utils.chapters import read_chapter
from retention_utils.exports.csv_files import write_tables
from retention_utils.exports.hidden_ids import Ids
from retention_utils.exports.number_formats import number_formats, unit_words
from retention_utils.exports.workbook import write_workbook
from retention_utils.formats import Formats

HOSTILE = '=HYPERLINK("http://x","y")'
RECORD = RUN | {"settings": [["currency", "USD"]]}
POINTS = "points, of shares or of an NPS; in the CSV files 0.01 is one point"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def column(name, unit="text", label=None):
    return {"name": name, "label": label or name, "unit": unit}


def table(key, columns, rows, **more):
    content = {
        "key": key, "caption": f"What {key} shows", "note": "", "columns": columns,
        "rows": [list(row) for row in rows], "cells": [[str(value) for value in row] for row in rows],
        "emphasis": [], "is_folded": False, **more,
    }  # fmt: skip
    return "table", content


CALLS = table(
    "call_list",
    [
        column("customer_id", label="Customer"),
        column("amount", "money2"),
        column("share", "share"),
        column("days", "days"),
        column("change", "points", label="Change since the period before"),
        column("last", "date", label="Last day"),
    ],
    [
        ("0012", 12.5, 0.125, 30, -0.01, "2024-11-05"),
        (HOSTILE, None, 1.0, 0, None, "1899-12-31"),
        ("all", 12.5, None, 30, None, None),
    ],
    note="Who first",
    emphasis=[2],
)


@pytest.fixture
def chapter(tmp_path):
    return read_chapter(write_chapter(tmp_path, "11_risk_list", [CALLS]))


def written(chapters, tmp_path, run=RECORD):
    return write_workbook(chapters, tmp_path / "shop.xlsx", run=run, ids=Ids())


def sheets(file):
    book = CalamineWorkbook.from_path(file)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def parts(file):
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_cells_are_typed(tmp_path, chapter):
    found = sheets(written([chapter], tmp_path))
    assert list(found) == ["Readme", "11 call_list", "Columns"]
    assert found["11 call_list"] == [
        ["Customer", "amount", "share", "days", "Change since the period before", "Last day"],
        ["0012", 12.5, 0.125, 30.0, -1.0, date(2024, 11, 5)],  # an id stays text; a point is one
        [HOSTILE, "", 1.0, 0.0, "", "1899-12-31"],  # not observed is empty, no formula, no day before 1900
        ["all", 12.5, "", 30.0, "", ""],
    ]


def test_numbers_with_a_unit_of_their_own_are_numbers_in_it(tmp_path):
    kinds = [{"number": -0.0125, "unit": "points"}, {"number": 0.037, "unit": "share"}, "no number", None]
    item = table("plan_fact", [column("metric"), column("fact", "figure")], [("a", kind) for kind in kinds])
    chapter = read_chapter(write_chapter(tmp_path, "03_pulse", [item]))
    file = written([chapter], tmp_path)
    assert [row[1] for row in sheets(file)["03 plan_fact"][1:]] == [-1.25, 0.037, "no number", ""]
    formats = re.findall(r'formatCode="([^"]*)"', parts(file)["xl/styles.xml"])
    assert {"0.0%", "+0.0;-0.0;0.0"} <= set(formats)
    (path,) = write_tables([chapter], tmp_path / "tables")
    assert path.read_text(encoding="utf-8").split() == [
        "metric,fact",
        "a,-0.0125",
        "a,0.037",
        "a,no",
        "number",
        "a,",
    ]


def test_nothing_is_a_formula_and_every_link_stays_inside(tmp_path, chapter):
    found = parts(
        written([chapter], tmp_path, run=RECORD | {"name": HOSTILE, "definitions": [[HOSTILE, HOSTILE]]})
    )
    assert not [name for name, text in found.items() if re.search(r"<f[ >/]", text)]
    assert not [name for name, text in found.items() if 'TargetMode="External"' in text]
    assert re.findall(r"<hyperlink [^>]*>", "".join(found.values())) == [
        '<hyperlink ref="A11" location="\'11 call_list\'!A1" display="11 call_list"/>'
    ]


def test_the_head_and_the_first_column_stay_and_can_be_filtered(tmp_path, chapter):
    found = parts(written([chapter], tmp_path))
    for number, reach in ((2, "A1:F4"), (3, "A1:D7")):
        sheet = found[f"xl/worksheets/sheet{number}.xml"]
        assert re.search(r'<pane xSplit="1" ySplit="1" topLeftCell="B2" [^>]*state="frozen"/>', sheet)
        assert f'<autoFilter ref="{reach}"/>' in sheet


def look(found, sheet, cell):
    """Return number format, boldness and column width of a cell."""
    styles, page = ElementTree.fromstring(found["xl/styles.xml"]), ElementTree.fromstring(found[sheet])
    codes = {node.attrib["numFmtId"]: node.attrib["formatCode"] for node in styles.iter(f"{MAIN}numFmt")}
    node = next(node for node in page.iter(f"{MAIN}c") if node.attrib["r"] == cell)
    style = styles.find(f"{MAIN}cellXfs")[int(node.attrib["s"])]
    font = styles.find(f"{MAIN}fonts")[int(style.attrib["fontId"])]
    place = ord(cell[0]) - ord("A") + 1
    spans = [node.attrib for node in page.iter(f"{MAIN}col")]
    width = next(span["width"] for span in spans if int(span["min"]) <= place <= int(span["max"]))
    return codes.get(style.attrib["numFmtId"]), font.find(f"{MAIN}b") is not None, float(width)


def test_numbers_show_their_unit_totals_are_bold_and_columns_wide_enough(tmp_path, chapter):
    found, sheet = parts(written([chapter], tmp_path)), "xl/worksheets/sheet2.xml"
    assert look(found, sheet, "B2")[:2] == ('"$"#,##0.00', False)
    assert look(found, sheet, "B4")[:2] == ('"$"#,##0.00', True)
    assert look(found, sheet, "C2")[0] == "0.0%"
    assert look(found, sheet, "E2")[0] == "+0.0;-0.0;0.0"
    assert look(found, sheet, "F2")[0] == "d mmm yyyy"
    assert look(found, sheet, "A2")[2] > len(HOSTILE)
    assert 10 <= look(found, sheet, "E2")[2] < len("Change since the period before")


@pytest.mark.parametrize(
    ("language", "currency", "expected"),
    [
        ("en", "USD", '"$"#,##0.00'),
        ("en", "KZT", '"KZT\u00a0"#,##0.00'),
        ("ru", "RUB", '#,##0.00"\u00a0₽"'),
        ("uk", "UAH", '#,##0.00"\u00a0₴"'),
    ],
)
def test_money_is_written_as_the_reports_language_does(language, currency, expected):
    formats = number_formats(Formats(language, currency))
    assert formats["money2"] == expected
    assert formats["money"] == formats["estimate"] == expected.replace(".00", "")
    assert set(formats) == set(unit_words(Formats(language, currency))) - {"text", "name", "figure"}


def test_the_readme_says_what_it_is_how_to_read_it_and_where_everything_is(tmp_path, chapter):
    lines = sheets(written([chapter], tmp_path))["Readme"]
    told = {line[0]: line[1] for line in lines}
    assert lines[0][0] == "Shop, June 1998"
    assert told["Client"] == "Shop, online music shop"
    assert told["Period"] == "June 1998 (1998-06)"
    assert told["Nothing looked at after"] == "30 June 1998"
    assert told["An empty cell"] == "Not observed, or not known; never zero."
    assert told["Customers' ids"] == "As the report shows them."
    assert ["11 call_list", "What call_list shows", "Risk list", 3.0, "Who first"] in lines
    assert told["money2"] == "USD"
    assert "money" not in told  # no column is in that unit
    assert told["Kept"] == "Bought in this period and in the one before."
    assert told["Input"] == "sha256 ab12"


def test_the_workbook_speaks_the_language_of_the_report(tmp_path, chapter):
    found = sheets(
        written([chapter], tmp_path, run=RECORD | {"language": "uk", "settings": [["currency", "UAH"]]})
    )
    assert list(found) == ["Про цю книгу", "11 call_list", "Стовпці"]
    assert ["Порожня клітинка", "Не спостерігалося або невідомо; це ніколи не нуль."] in [
        line[:2] for line in found["Про цю книгу"]
    ]
    assert found["Стовпці"][2] == ["11 call_list", "amount", "amount", "UAH"]


def test_every_column_is_listed_with_its_unit(tmp_path, chapter):
    assert sheets(written([chapter], tmp_path))["Columns"] == [
        ["Sheet", "Column", "Name in the CSV file", "Unit"],
        ["11 call_list", "Customer", "customer_id", "text"],
        ["11 call_list", "amount", "amount", "USD"],
        ["11 call_list", "share", "share", "share of one, shown per hundred: 0.25 is 25%"],
        ["11 call_list", "days", "days", "days"],
        ["11 call_list", "Change since the period before", "change", POINTS],
        ["11 call_list", "Last day", "last", "day"],
    ]


def test_sheets_have_names_that_spreadsheets_take(tmp_path):
    keys = ["a/b:c", "a/b:c", "A B C", "x" * 40, "x" * 50, "Columns", "'a'\n\x07"]
    items = [table(key, [column("who")], [("ann",)]) for key in keys]
    chapter = read_chapter(write_chapter(tmp_path, "11_risk_list", items))
    names = list(sheets(written([chapter], tmp_path)))
    long = [f"11 {'x' * 28}", f"11 {'x' * 26} 2"]
    assert names[1:-1] == ["11 a b c", "11 a b c 2", "11 A B C 3", *long, "11 Columns", "11 a"]


@pytest.mark.parametrize("text", ["a\\u0000n\\u001bn", "an\\ud800n", "an\\ufffen", "a\\u0085nn"])
def test_what_no_workbook_can_hold_is_left_out(tmp_path, text):
    path = write_chapter(tmp_path, "11_risk_list")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].outputs.append(shown(table("call_list", [column("who")], [("TEXT",)])))
    path.write_text(nbformat.writes(notebook).replace("TEXT", text), encoding="utf-8")
    assert sheets(written([read_chapter(path)], tmp_path))["11 call_list"][1] == ["ann"]


def test_a_clients_words_stay_words(tmp_path):
    item = table("call_list", [column("who", label=CLIENT)], [(CLIENT,), ("_x0041_",)], note=CLIENT)
    chapter = read_chapter(write_chapter(tmp_path, "11_risk_list", [item]))
    found = sheets(written([chapter], tmp_path, run=RECORD | {"name": CLIENT}))
    assert found["11 call_list"] == [[CLIENT], [CLIENT], ["_x0041_"]]
    assert found["Readme"][0][0] == f"{CLIENT}, June 1998"
