"""Tables as files, read back by another program (calamine) and as text."""

import csv
import hashlib
import zipfile

import pytest
from command_line import call
from notebook_samples import write_chapter
from python_calamine import CalamineWorkbook
from small_project import notebook, small_project

from retention_utils.chapters import read_chapter
from retention_utils.table_files import write_tables, write_workbook

HOSTILE = '=HYPERLINK("http://x","y")'


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
    ],
    [("0012", 12.5, 0.125, 30), (HOSTILE, None, 1.0, 0)],
    note="Who first",
)


@pytest.fixture
def chapter(tmp_path):
    return read_chapter(write_chapter(tmp_path, "11_risk_list", [CALLS]))


def sheets(file):
    book = CalamineWorkbook.from_path(file)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_a_workbook_holds_typed_cells(tmp_path, chapter):
    found = sheets(write_workbook([chapter], tmp_path / "shop.xlsx", title="shop 1998-06"))
    assert list(found) == ["Contents", "11 call_list"]
    assert found["11 call_list"] == [
        ["Customer", "amount", "share", "days"],
        ["0012", 12.5, 0.125, 30.0],  # an id stays text
        [HOSTILE, "", 1.0, 0.0],  # not observed is empty, and no formula
    ]
    assert found["Contents"][0][0] == "shop 1998-06"
    assert found["Contents"][3] == ["11 call_list", "Risk list", "What call_list shows", 2.0, "Who first"]


def test_no_cell_is_a_formula_and_the_head_stays(tmp_path, chapter):
    file = write_workbook([chapter], tmp_path / "shop.xlsx", title=HOSTILE)
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml")}
    assert not [name for name, text in parts.items() if "<f>" in text]
    sheet = parts["xl/worksheets/sheet2.xml"]
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:D3"/>' in sheet
    assert {"0.0%", "#,##0.00"} <= {
        part.split('"')[0] for part in parts["xl/styles.xml"].split('formatCode="')
    }


def test_sheets_have_names_that_spreadsheets_take(tmp_path):
    keys = ["a/b:c", "a/b:c", "x" * 40, "x" * 50, "Contents"]
    items = [table(key, [column("who")], [("ann",)]) for key in keys]
    chapter = read_chapter(write_chapter(tmp_path, "11_risk_list", items))
    names = list(sheets(write_workbook([chapter], tmp_path / "shop.xlsx", title="shop")))
    assert names[1:] == ["11 a b c", "11 a b c 2", f"11 {'x' * 28}", f"11 {'x' * 26} 2", "11 Contents"]


def test_control_characters_reach_no_cell(tmp_path):
    item = table("call_list", [column("who")], [("a\x00n\x1bn",)])
    chapter = read_chapter(write_chapter(tmp_path, "11_risk_list", [item]))
    found = sheets(write_workbook([chapter], tmp_path / "shop.xlsx", title="shop"))
    assert found["11 call_list"][1] == ["ann"]


def test_hashed_ids_are_the_same_in_both_forms_and_only_ids_are_hashed(tmp_path, chapter):
    hashed = [hashlib.sha256(text.encode()).hexdigest()[:12] for text in ("0012", HOSTILE)]
    (path,) = write_tables([chapter], tmp_path / "tables", hash_ids=True)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows] == ["customer_id", *hashed]
    assert rows[1][1:] == ["12.5", "0.125", "30"]
    found = sheets(write_workbook([chapter], tmp_path / "shop.xlsx", title="shop", hash_ids=True))
    assert [row[0] for row in found["11 call_list"]] == ["Customer", *hashed]


SHOW = """
from retention_utils.display import Column, show_table
from retention_utils.formats import Formats
import pandas as pd
show_table(pd.DataFrame({"customer_id": ["0012"], "orders": [3]}), [Column("customer_id", "Customer"), Column("orders", "Orders", "count")], key="call_list", caption="Calls", formats=Formats("en", "EUR"))
"""


def test_export_from_the_command_line(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path, n11_risk_list=notebook(SHOW))
    code, _, err = call(folder, monkeypatch, capsys, "export", "shop")
    assert code == 2
    assert "there is no finished report to export. Make one with: retention run shop" in " ".join(err.split())
    assert call(folder, monkeypatch, capsys, "run", "shop")[0] == 0
    code, out, _ = call(folder, monkeypatch, capsys, "export", "shop")
    place = folder / "reports" / "shop" / "2024-03" / "export"
    assert (code, out.strip()) == (0, f"2 files in {place}")
    assert sorted(file.name for file in place.iterdir()) == [
        "11_risk_list-call_list.csv",
        "shop-2024-03.xlsx",
    ]
    assert sheets(place / "shop-2024-03.xlsx")["11 call_list"][1] == ["0012", 3.0]
    code, _, _ = call(
        folder, monkeypatch, capsys, "export", "shop", "--hash-ids", "--to", str(tmp_path / "out")
    )
    found = sheets(tmp_path / "out" / "shop-2024-03" / "shop-2024-03.xlsx")
    assert (code, found["11 call_list"][1]) == (0, [hashlib.sha256(b"0012").hexdigest()[:12], 3.0])


def test_ids_that_the_report_hides_are_not_hashed_twice(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path, n11_risk_list=notebook(SHOW))
    client_file = folder / "data" / "shop" / "client.toml"
    client_file.write_text(client_file.read_text() + "\n[risk_list]\nhash_ids = true\n")
    assert call(folder, monkeypatch, capsys, "run", "shop")[0] == 0
    assert call(folder, monkeypatch, capsys, "export", "shop", "--hash-ids")[0] == 0
    text = (folder / "reports/shop/2024-03/export/11_risk_list-call_list.csv").read_text()
    assert "0012" in text  # what the chapter shows is its own business: this one shows the id
