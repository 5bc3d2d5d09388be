"""Spreadsheets as they stand: cells, rows and sheets, in three formats, and what is refused."""

import re
from datetime import date, datetime, time

import ibis
import pytest
import xlsxwriter
import xlwt
from odf import opendocument, table, text

from retention_utils.errors import InputError
from retention_utils.source_config import Source
from retention_utils.sources.raw import read_raw

ROWS = [
    ["Orders of the shop"],
    [],
    ["id", "day", "amount", "paid", ""],
    [12, date(2024, 1, 5), 10.5, True],
    [],
    ["0012", datetime(2024, 1, 5, 10, 30, 15), 0.1, False, "left over"],
    [1234567890123, None, -3, None, None, "more"],
    [None, "Total", 7.6],
]
COLUMNS = {"id": "id", "day": "day", "amount": "amount", "paid": 4}


def write_xlsx(file, sheets):
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        form = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    sheet.write(y, x, cell, *([form] if type(cell) is date else []))
    return file


def write_xls(file, sheets):
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if cell is not None:
                    form = "yyyy-mm-dd hh:mm:ss" if isinstance(cell, date) else "general"
                    sheet.write(y, x, cell, xlwt.easyxf(num_format_str=form))
    book.save(str(file))
    return file


def ods_cell(cell):
    if cell is None:
        return table.TableCell()
    if isinstance(cell, bool):
        return table.TableCell(valuetype="boolean", booleanvalue=str(cell).lower())
    if isinstance(cell, date):
        return table.TableCell(valuetype="date", datevalue=cell.isoformat())
    if isinstance(cell, int | float):
        return table.TableCell(valuetype="float", value=str(cell))
    written = table.TableCell(valuetype="string")
    written.addElement(text.P(text=cell))
    return written


def write_ods(file, sheets):
    book = opendocument.OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        sheet = table.Table(name=name)
        for row in rows:
            line = table.TableRow()
            for cell in row or [None]:
                line.addElement(ods_cell(cell))
            sheet.addElement(line)
        book.spreadsheet.addElement(sheet)
    book.save(str(file))
    return file


WRITERS = {"xlsx": write_xlsx, "xls": write_xls, "ods": write_ods}


@pytest.fixture(scope="module")
def backend():
    return ibis.duckdb.connect()


@pytest.fixture
def read(tmp_path, backend):
    def records(file, columns=COLUMNS, **how):
        found = read_raw(backend, Source(path=file.name, **how), [file], columns, workspace=tmp_path)
        return [tuple(row.values()) for row in found.order_by("row").to_pyarrow().to_pylist()]

    return records


@pytest.mark.parametrize("ending", WRITERS)
def test_every_cell_becomes_text_and_rows_keep_their_number(tmp_path, read, ending):
    file = WRITERS[ending](tmp_path / f"a.{ending}", {"Orders": ROWS, "Notes": [["x"]]})
    name = file.name
    assert read(file, header_row=3, decimal_mark=",") == [
        (4, name, "12", None, "12", "2024-01-05T00:00:00", "10,5", "TRUE"),
        (6, name, "0012", "left over", "0012", "2024-01-05T10:30:15", "0,1", "FALSE"),
        (7, name, "1234567890123", "more", "1234567890123", None, "-3", None),
        (8, name, "Total", None, None, "Total", "7,6", None),
    ]


def test_a_sheet_may_begin_anywhere(tmp_path, read):
    file = write_xlsx(tmp_path / "a.xlsx", {"A": [[], [None, None, "id"], [None, None, 1], [None, 5, 2]]})
    assert read(file, {"id": "id"}) == [(3, "a.xlsx", "1", None, "1"), (4, "a.xlsx", "5", None, "2")]
    assert read(file, {"id": 3}, header_row=0)[0] == (2, "a.xlsx", "id", None, "id")


def test_a_time_and_an_error_in_a_cell(tmp_path, read):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "day"])
        sheet.write_datetime(1, 0, time(9, 5), book.add_format({"num_format": "hh:mm:ss"}))
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    assert read(tmp_path / "a.xlsx", {"id": "id", "day": "day"}) == [
        (2, "a.xlsx", "09:05:00", None, "09:05:00", None)
    ]


def test_a_sheet_is_found_by_its_name(tmp_path, read):
    file = write_xlsx(tmp_path / "a.xlsx", {"First": [["id"], ["a"]], "Second": [["id"], ["b"]]})
    assert [row[-1] for how in ({}, {"sheet": "Second"}) for row in read(file, {"id": "id"}, **how)] == [
        "a",
        "b",
    ]
    expected = "a.xlsx has the sheets ['First', 'Second'], but the client file says sheet = 'second'. Did you mean 'Second'?"
    with pytest.raises(InputError, match=f"^{re.escape(expected)}$"):
        read(file, {"id": "id"}, sheet="second")


@pytest.mark.parametrize("rows", [[], [[], []], [["name", "", "day"], [1, 2, 3]]])
def test_missing_columns_are_refused_with_those_there_are(tmp_path, read, rows):
    file = write_xlsx(tmp_path / "a.xlsx", {"A": rows})
    names = [cell for cell in (rows[0] if rows else []) if cell]
    expected = (
        f"a.xlsx has the columns {names}, but the client file says:\n  - id = 'customer': no such column."
    )
    with pytest.raises(InputError, match=f"^{re.escape(expected)}$"):
        read(file, {"id": "customer"})


@pytest.mark.parametrize(
    "content", [b"id,day\n1,2\n", b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)]
)
@pytest.mark.parametrize("ending", WRITERS)
def test_what_is_no_spreadsheet_is_refused(tmp_path, read, content, ending):
    file = tmp_path / f"a.{ending}"
    file.write_bytes(content)
    with pytest.raises(
        InputError,
        match=rf"^a\.{ending} cannot be read as a spreadsheet: .*\. Save it anew as \.xlsx or \.csv\.$",
    ):
        read(file)
