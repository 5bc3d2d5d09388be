"""Text files as they stand: against Python's own csv reader, in many writings, and what is refused."""

import csv
import gzip
import io
import re

import ibis
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from retention_utils.errors import InputError
from retention_utils.source_config import Source
from retention_utils.sources import dialect
from retention_utils.sources.raw import explain_unreadable, line_of, read_raw

HEADER = "id,day,amount\n"
COLUMNS = {"id": "id", "day": "day", "amount": "amount"}


@pytest.fixture(scope="module")
def backend():
    return ibis.duckdb.connect()


@pytest.fixture
def read(tmp_path, backend):
    """Write a text and read it: as a list of tuples of row, the mapped cells and extra."""
    workspace = tmp_path / "work"
    workspace.mkdir(exist_ok=True)

    def records(text, columns=COLUMNS, name="a.csv", **how):
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode(how.get("encoding", "utf-8")))
        source = Source(path=name, **how)
        with explain_unreadable(source, [file], workspace=workspace):
            table = read_raw(backend, source, [file], columns, workspace=workspace)
            found = table.order_by("row").to_pyarrow().to_pylist()
        return [(row["row"], *(row[ours] for ours in columns), row["extra"]) for row in found]

    return records


def test_a_record_is_as_it_was_found(tmp_path, backend):
    file = tmp_path / "a.csv"
    file.write_text("day,id,amount\n , 0012 ,\n,,1e5,,surplus\n")
    table = read_raw(backend, Source(path="a.csv"), [file], COLUMNS, workspace=tmp_path)
    assert table.schema() == ibis.schema(
        {
            "row": "int64",
            "file": "string",
            "label": "string",
            "extra": "string",
            **dict.fromkeys(COLUMNS, "string"),
        }
    )
    assert table.order_by("row").to_pyarrow().to_pylist() == [
        {
            "row": 2,
            "file": "a.csv",
            "label": " 0012 ",
            "extra": None,
            "id": " 0012 ",
            "day": " ",
            "amount": None,
        },
        {
            "row": 3,
            "file": "a.csv",
            "label": "1e5",
            "extra": "surplus",
            "id": None,
            "day": None,
            "amount": "1e5",
        },
    ]


SPELLINGS = [
    "0012",
    "1e5",
    "NaN",
    "nan",
    " NA ",
    "null",
    "None",
    "#7",
    "1.0",
    "True",
    "2024-01-01",
    "é",
    "-",
    "\\N",
]


def test_no_spelling_is_taken_for_something_else(read):
    found = read(HEADER + "".join(f"{text},x,\n" for text in SPELLINGS))
    assert [record[1] for record in found] == SPELLINGS


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (HEADER + "é,x,1\n", {}),
        (HEADER + "é,x,1", {}),
        ((HEADER + "é,x,1\n").encode("utf-8-sig"), {}),
        ('"id","day","amount"\n"é","x","1"\n'.encode("utf-8-sig"), {}),
        ((HEADER + "é,x,1\n").replace("\n", "\r\n"), {}),
        ((HEADER + "é,x,1\n").replace("\n", "\r"), {}),
        (HEADER + "é,x,1\r\n", {}),
        ((HEADER + "é,x,1\n").replace(",", "\t"), {"delimiter": "\t"}),
        ((HEADER + "é,x,1\n").replace(",", "¦"), {"delimiter": "¦"}),
        (HEADER + "é,x,1\n", {"encoding": "latin-1"}),
        (HEADER + "é,x,1\n", {"encoding": "cp1252"}),
        (HEADER + "é,x,1\n", {"encoding": "utf-16"}),
        (gzip.compress((HEADER + "é,x,1\n").encode(), mtime=0), {"name": "a.csv.gz"}),
        ("  id \t day\tamount\r\n  é   x\t1  \r\n", {"format": "whitespace"}),
        (HEADER.strip() + ",,\né,x,1,,\n", {}),
    ],
)
def test_one_record_in_many_writings(read, text, how):
    assert read(text, **how) == [(2, "é", "x", "1", None)]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "utf-16", "utf-8"])
def test_cyrillic_encodings(read, encoding):
    text = "клиент;день\nИванов;сегодня\n"
    assert read(text, {"id": "клиент"}, delimiter=";", encoding=encoding) == [(2, "Иванов", None)]


def test_lines_before_the_header_are_left_out_but_counted(read):
    title = 'Report of the shop\n"a ""title"", on\ntwo lines",,,,,,,,\n\n'
    assert read(title + HEADER + "a,x,1\n\nb,y,2\n", header_row=4) == [
        (5, "a", "x", "1", None),
        (6, "b", "y", "2", None),
    ]
    assert read("title\n" + "id day amount\na x 1\n", header_row=2, format="whitespace") == [
        (3, "a", "x", "1", None)
    ]


@pytest.mark.parametrize("how", [{}, {"format": "whitespace"}])
def test_without_a_header_columns_are_positions(read, how):
    text = "x,1,a\ny,2,b,c\n" if not how else "x 1 a\ny 2 b c\n"
    columns = {"id": 3, "day": 1}
    assert read(text, columns, header_row=0, **how) == [(1, "a", "x", None), (2, "b", "y", "c")]


def test_uneven_lines_lose_nothing(read):
    text = 'id,day,amount\na\nb,x\n\nc,x,1,2,,"3,4"\nd,x,1,, ,\n'
    assert read(text) == [
        (2, "a", None, None, None),
        (3, "b", "x", None, None),
        (4, "c", "x", "1", "2,3,4"),
        (5, "d", "x", "1", None),
    ]
    assert read("id day amount\na\n\nb x 1 2 3\n", format="whitespace") == [
        (2, "a", None, None, None),
        (4, "b", "x", "1", "2 3"),
    ]


# No control characters but line ends, no surrogates.
CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), max_size=6)
CELL |= st.text('a"\n, ;', max_size=6)
RECORDS = st.lists(st.lists(CELL, min_size=1, max_size=6), min_size=1, max_size=8)
LAW = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def expected(text, delimiter, header_row):
    """Read a text with Python's csv reader: as ``read`` would give every column, or None if it refuses."""
    try:
        records = list(csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    header = next((n for n, record in enumerate(records, 1) if n >= header_row and record), None)
    if header is None:
        return None
    width, first = len(records[header - 1]), header + 1 if header_row else 1
    body = filter(None, records[header if header_row else 0 :])
    return [
        (
            row,
            *(cell or None for cell in [*cells, *[""] * width][:width]),
            any(cell.strip(" \t\n") for cell in cells[width:]),
        )
        for row, cells in enumerate(body, first)
        if any(cells)
    ], width


def assert_agrees(read, text, delimiter, header_row):
    found = expected(text, delimiter, header_row)
    how = {"delimiter": delimiter, "header_row": header_row}
    if found is None:
        with pytest.raises(InputError):
            read(text, {}, **how)
        return
    records, width = found
    columns = {f"column {position}": position for position in range(1, width + 1)}
    assert [(*record[:-1], record[-1] is not None) for record in read(text, columns, **how)] == records


@given(
    RECORDS,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([0, 1]),
    st.integers(0, 2),
)
@example([["a", 'x\r\n"y'], ["", "\n"], ["b"]], ",", "\r\n", 1, 0)
@LAW
def test_every_cell_is_what_pythons_csv_reader_finds(read, records, delimiter, line_end, quoting, header_row):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(records)
    assert_agrees(read, text.getvalue(), delimiter, header_row)


@given(st.text('ab ,,\n\n\r"""é\\#', min_size=1, max_size=25), st.integers(0, 3))
@example('id\n"x', 1)  # never closed: engines lose the row
@example('"a"b,c\n', 0)
@example('"x" ,y\nz, "q"\n', 0)
@LAW
def test_any_text_is_read_as_python_reads_it_or_refused_with_it(read, text, header_row):
    assert_agrees(read, text, ",", header_row)


def test_quotation_marks_are_followed_across_stretches(read, monkeypatch):
    monkeypatch.setattr(dialect, "STRETCH", 7)
    text = 'id,day,amount\n"a ""b""","x\ny",1\n' * 1 + '"","","0"\n' * 5 + '"c","z","9"\n'
    records = read(text)
    assert records[0] == (2, 'a "b"', "x\ny", "1", None)
    assert (len(records), records[-1]) == (7, (8, "c", "z", "9", None))


def test_a_block_may_end_anywhere(read, monkeypatch):
    monkeypatch.setattr(dialect, "BLOCK", 3)
    text = "id;day\r\nИванов;é\r\n"
    for encoding in ("utf-8", "utf-16"):
        assert read(text, {"id": "id", "day": 2}, delimiter=";", encoding=encoding) == [
            (2, "Иванов", "é", None)
        ]


def test_a_name_full_of_wildcards_is_one_file(read, tmp_path):
    (tmp_path / "other.csv").write_text(HEADER + "other,x,1\n")
    assert read(HEADER + "a,x,1\n", name="o*[r].csv") == [(2, "a", "x", "1", None)]


def test_the_line_of_a_record(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(b'title\r\n\r\nid,note\r\na,"x\r\ny"\r\n\r\nb,z\r\nc,z\r\n')
    source = Source(path="a.csv", header_row=3)
    assert line_of(source, [file], "a.csv", [4, 5, 6], workspace=tmp_path) == {4: 4, 5: 7, 6: 8}
    assert line_of(Source(path="a.csv", format="whitespace"), [file], "a.csv", [9], workspace=tmp_path) == {
        9: 9
    }


def refusal_of(read, *args, **how):
    with pytest.raises(InputError) as refusal:
        read(*args, **how)
    return str(refusal.value)


def test_missing_columns_are_named_together(read):
    columns = {"id": "idd", "day": "ordered", "amount": 6, "note": "note"}
    assert refusal_of(read, "id,day,note,note,\na,x,1,2\n", columns).splitlines() == [
        "a.csv has the columns ['id', 'day', 'note', 'note'], but the client file says:",
        "  - id = 'idd': no such column. Did you mean 'id'?",
        "  - day = 'ordered': no such column.",
        "  - amount = 6: no such column; there are 5.",
        "  - note = 'note': the columns 3 and 4 have this name; state the position instead.",
    ]
    assert refusal_of(read, "\n \n", format="whitespace").startswith(
        "a.csv has the columns [], but the client"
    )


def test_a_name_that_occurs_twice_is_read_by_its_position(read):
    assert read("id,note,note\na,1,2\n", {"id": "id", "note": 3}) == [(2, "a", "2", None)]


@pytest.mark.parametrize(
    ("text", "how", "message"),
    [
        (
            HEADER + 'a,x,1\nb,"y,2\nc,z,3\n', {},
            "a.csv cannot be read as csv: a quotation mark in the record that begins in line 3 is never closed. "
            "A quotation mark within a field must be doubled.",
        ),
        (
            HEADER + 'a,"x\ny"z,1\n', {},
            "a.csv cannot be read as csv: line 3: text follows a closing quotation mark, in the record that begins "
            "in line 2. A quotation mark within a field must be doubled.",
        ),
        (
            HEADER.encode() + 2 * b"a,x,1\n" + b"\xe9,x,1\n", {},
            "a.csv is not in utf-8: line 4 holds the byte e9, which is no such text. "
            "Check encoding: cp1251 and cp1252 are the usual ones of Windows.",
        ),
        (HEADER + "a\0,x,1\n", {}, "a.csv is no text file: it holds binary data. State its format, or send CSV."),
        (
            b"PK\x03\x04rest", {},
            "a.csv is no text file but a zip file or a spreadsheet (.xlsx). State its format, or give it its proper ending.",
        ),
        (HEADER.encode("utf-16"), {}, "a.csv is not in utf-8 but in UTF-16. State encoding = 'utf-16'."),
        (HEADER, {"header_row": 3}, "a.csv has no line 3 with column names. Check header_row."),
        (
            HEADER + "a,x,1\n" + 40 * "a,", {},
            "a.csv cannot be read as csv: line 3 has 41 fields, the column names are 3. "
            "Check delimiter and header_row, or mend the line.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_line(read, text, how, message):
    assert refusal_of(read, text, **how) == message


def test_a_fault_far_down_is_found(read):
    text = (HEADER + 300_000 * "a,x,1\n").encode() + b"\xe9,x,1\n"
    assert "line 300002 holds the byte e9" in refusal_of(read, text)


def test_several_files_are_one_table(tmp_path, backend):
    for name, text in (("a.csv", HEADER + "a,x,1\n"), ("b.csv", "amount,id,day\n2,b,y\n")):
        (tmp_path / name).write_text(text)
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    table = read_raw(backend, Source(path="*.csv"), files, COLUMNS, workspace=tmp_path)
    found = table.order_by("file").select("row", "file", "id", "amount").to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in found] == [(2, "a.csv", "a", "1"), (2, "b.csv", "b", "2")]


def test_the_faults_of_all_files_are_named_together(tmp_path, backend):
    (tmp_path / "a.csv").write_text("id,date\n")
    (tmp_path / "b.csv").write_bytes(b"id\n\xff\n")
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    with pytest.raises(
        InputError, match=r"(?s)^a\.csv has the columns.*\nb\.csv is not in utf-8: line 2 "
    ) as refusal:
        read_raw(backend, Source(path="*.csv"), files, COLUMNS, workspace=tmp_path)
    assert not re.search(re.escape(str(tmp_path)), str(refusal.value))
