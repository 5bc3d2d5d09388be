"""Reading an order log: as it stands, against Python's own csv reader, and what it refuses."""

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal

import ibis
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from retention_utils.config import OrderColumns, OrderSource
from retention_utils.errors import InputError
from retention_utils.sources import explain_unreadable, first_and_last_day, read_order_log

HEADER = "customer,date,amount\n"
COLUMNS = {"customer_id": "customer", "ordered_at": "date", "amount": "amount"}
WHITESPACE = {"format": "whitespace", "date_format": "%Y%m%d"}


@pytest.fixture(scope="module")
def backend():
    return ibis.duckdb.connect()


@pytest.fixture
def read(tmp_path, backend):
    """Write a text as an order log and read it: as a list of records."""

    def records(text, *, columns=COLUMNS, **how):
        file = tmp_path / "orders.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode(how.get("encoding", "utf-8")))
        source = OrderSource(path=file.name, columns=OrderColumns(**columns), **how)
        with explain_unreadable(file, source):
            return read_order_log(backend, file, source).order_by("row").to_pyarrow().to_pylist()

    return records


def ids(records):
    return [record["customer_id"] for record in records]


def days(records):
    return [record["ordered_at"] and record["ordered_at"].date() for record in records]


def amounts(records):
    return [None if record["amount"] is None else str(record["amount"]) for record in records]


def test_a_record_is_typed_and_keeps_what_was_found(read):
    assert read(HEADER + " 0012 , 2024-01-05 ,10.5\nbob,soon,\n") == [
        {
            "row": 2,
            "customer_id": "0012",
            "ordered_at": datetime(2024, 1, 5),
            "amount": Decimal("10.50"),
            "ordered_at_text": " 2024-01-05 ",
            "amount_text": "10.5",
        },
        {
            "row": 3,
            "customer_id": "bob",
            "ordered_at": None,
            "amount": None,
            "ordered_at_text": "soon",
            "amount_text": None,
        },
    ]


def test_ids_stay_text(read):
    found = [
        "0012",
        "12",
        "1e5",
        "100000",
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
    ]
    text = HEADER + "".join(f"{name},2024-01-05,1\n" for name in found)
    assert ids(read(text)) == [name.strip() for name in found]


def test_an_empty_id_is_none(read):
    assert ids(read(HEADER + ',2024-01-05,1\n"",2024-01-05,1\n   ,2024-01-05,1\n')) == [None, None, None]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("10", "10.00"),
        ("10.5", "10.50"),
        (".5", "0.50"),
        ("+5", "5.00"),
        ("-3.20", "-3.20"),
        ("0", "0.00"),
        ("1e3", "1000.00"),
        ("9999999999999999.99", "9999999999999999.99"),  # no float can hold it
        ("10000000000000000", None),
        ("1,000", None),
        ("1 000", None),
        ("$5", None),
        ("5 EUR", None),
        ("(5)", None),
        ("NaN", None),
        ("inf", None),
        ("", None),
        ("ten", None),
    ],
)
def test_amounts_are_exact_or_not_read(read, text, amount):
    assert amounts(read(f'{HEADER}a,2024-01-05,"{text}"\n')) == [amount]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1,5", "1.50"), ("-0,05", "-0.05"), ("7", "7.00"), ("1.234", None), ("1.234,50", None)],
)
def test_with_a_decimal_comma_a_point_is_never_taken_for_it(read, text, amount):
    text = f"customer;date;amount\na;2024-01-05;{text}\n"
    assert amounts(read(text, delimiter=";", decimal_mark=",")) == [amount]


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        ("%Y-%m-%d", "2024-02-29", date(2024, 2, 29)),
        ("%Y-%m-%d", "2023-02-29", None),
        ("%Y-%m-%d", "2024-02-29 10:00:00", None),  # more than the form says
        ("%Y-%m-%d", "29.02.2024", None),
        ("%d.%m.%Y", "29.02.2024", date(2024, 2, 29)),
        ("%m/%d/%Y", "29/02/2024", None),
        ("%Y-%m-%d %H:%M:%S", "2024-02-29 23:59:59", date(2024, 2, 29)),
        ("%Y%m%d", "20240229", date(2024, 2, 29)),
    ],
)
def test_dates_are_read_by_the_stated_form_only(read, form, text, day):
    assert days(read(f"{HEADER}a,{text},1\n", date_format=form)) == [day]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (HEADER + "é,2024-01-05,1\n", {}),
        ((HEADER + "é,2024-01-05,1\n").encode("utf-8-sig"), {}),
        (HEADER + "é,2024-01-05,1\n", {"encoding": "latin-1"}),
        (HEADER + "é,2024-01-05,1\n", {"encoding": "utf-16"}),
        (HEADER + "é,2024-01-05,1", {}),
        ((HEADER + "é,2024-01-05,1\n").replace("\n", "\r\n"), {}),
        ((HEADER + "é,2024-01-05,1\n").replace(",", "\t"), {"delimiter": "\t"}),
        ('"customer","date","amount"\n"é","2024-01-05","1"\n', {}),
        ("date,amount,note,customer\n2024-01-05,1,x,é\n", {}),
        ("customer date amount\né 20240105 1\n", WHITESPACE),
        ("  customer   date\tamount\r\n   é   20240105\t1  \r\n", WHITESPACE),
        ("customer date amount\né 20240105 1\n", {**WHITESPACE, "encoding": "latin-1"}),
    ],
)
def test_one_record_in_many_writings(read, text, how):
    records = read(text, **how)
    assert (ids(records), days(records), amounts(records)) == (["é"], [date(2024, 1, 5)], ["1.00"])
    assert records[0]["row"] == 2


def test_without_a_header_columns_are_positions(read):
    columns = {"customer_id": 3, "ordered_at": 1, "amount": 2}
    for text, how in (("2024-01-05,1,a\n2024-01-06,2,b\n", {}), ("20240105 1 a\n20240106 2 b\n", WHITESPACE)):
        records = read(text, columns=columns, header=False, **how)
        assert ids(records) == ["a", "b"]
        assert [record["row"] for record in records] == [1, 2]


def test_a_blank_line_is_no_record(read):
    assert ids(read(HEADER + "a,2024-01-05,1\n\nb,2024-01-05,1\n\n")) == ["a", "b"]
    records = read("\ncustomer date amount\na 20240105 1\n\n  \nb 20240105 1\n\n", **WHITESPACE)
    assert [(record["row"], record["customer_id"]) for record in records] == [(3, "a"), (6, "b")]


def test_a_line_with_too_few_words_is_an_unreadable_record_not_a_lost_one(read):
    records = read("customer date amount\na 20240105 1\nb 20240105\nc\n", **WHITESPACE)
    assert (ids(records), amounts(records)) == (["a", "b", "c"], ["1.00", None, None])


# No carriage return within a field, no surrogates; NUL is no text.
FIELD = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=8)


@given(st.lists(st.tuples(FIELD, FIELD, FIELD), min_size=1, max_size=12), st.sampled_from(["\n", "\r\n"]))
@example([('a "x", b', "2024-01-05", "1"), ("a\nb", "2024-01-05", "1")], "\n")
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_field_is_what_pythons_csv_reader_finds(read, rows, line_end):
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=line_end).writerows([COLUMNS.values(), *rows])
    records = read(text.getvalue())
    assert [record["row"] for record in records] == list(range(2, len(rows) + 2))
    for record, (customer, day, amount) in zip(records, rows, strict=True):
        assert record["customer_id"] == (customer.strip(" \n") or None)
        assert (record["ordered_at_text"] or "", record["amount_text"] or "") == (day, amount)


def test_the_first_and_last_day_are_of_the_readable_dates(tmp_path, backend):
    table = ibis.memtable(
        {
            "ordered_at": [None, datetime(2024, 3, 1, 23, 59), datetime(2024, 1, 31), None],
            "ordered_at_text": list("abcd"),
        }
    )
    assert first_and_last_day(table) == (date(2024, 1, 31), date(2024, 3, 1))


@pytest.mark.parametrize("stray", [datetime(1970, 1, 1), datetime(2199, 12, 31), datetime(9999, 12, 31)])
def test_a_stray_date_is_refused_unless_the_bounds_are_stated(stray, backend):
    days = [datetime(2024, 1, 31), datetime(2024, 3, 1), stray]
    table = ibis.memtable({"ordered_at": days, "ordered_at_text": list("abc")})
    with pytest.raises(InputError, match=rf"orders of .*{stray.year}-.* and none between"):
        first_and_last_day(table)
    stated = {"not_before": date(2024, 1, 1), "not_after": date(2024, 12, 31)}
    assert first_and_last_day(table, **stated) == (date(2024, 1, 31), date(2024, 3, 1))


def test_a_pause_of_a_year_is_no_stray_date(backend):
    days = [datetime(2023, 1, 1), datetime(2024, 1, 2)]  # 366 days
    table = ibis.memtable({"ordered_at": days, "ordered_at_text": list("ab")})
    assert first_and_last_day(table) == (date(2023, 1, 1), date(2024, 1, 2))


@pytest.mark.parametrize(
    ("rows", "found"),
    [("a,05.01.2024,1\nb,x,1\n", "; the first is '05.01.2024'"), ("", "; it holds no rows")],
)
def test_no_readable_date_is_refused_with_the_first_found(tmp_path, backend, rows, found):
    file = tmp_path / "orders.csv"
    file.write_text(HEADER + rows)
    log = read_order_log(backend, file, OrderSource(path="orders.csv", columns=OrderColumns(**COLUMNS)))
    expected = (
        f"No row of the order log has a readable date{found}. Check orders.date_format and orders.columns."
    )
    with pytest.raises(InputError, match=f"^{re.escape(expected)}$"):
        first_and_last_day(log)


def test_an_empty_file_is_refused(read):
    with pytest.raises(
        InputError, match=r"^The order log orders\.csv is empty\. Ask for it again, or check orders\.path\.$"
    ):
        read("")


@pytest.mark.parametrize(
    ("text", "how", "names"),
    [
        ("client,day,amount\na,2024-01-05,1\n", {}, "['client', 'day', 'amount']"),
        ("client;day;amount\na;2024-01-05;1\n", {}, "['client;day;amount']"),
        ("\n", {}, "['column0']"),
        ("client day amount\na 20240105 1\n", WHITESPACE, "['client', 'day', 'amount']"),
        ("\n \n", WHITESPACE, "[]"),
    ],
)
def test_missing_columns_are_refused_with_those_there_are(read, text, how, names):
    expected = f"The order log orders.csv has the columns {names}, but [orders.columns] says:\n  - customer_id = 'customer': no such column."
    with pytest.raises(InputError, match=f"^{re.escape(expected)}"):
        read(text, **how)


def test_every_missing_column_is_named_with_the_nearest_there_is(read):
    columns = {"customer_id": "Customer", "ordered_at": "ordered", "amount": 4}
    with pytest.raises(InputError) as refusal:
        read(HEADER + "a,2024-01-05,1\n", columns=columns)
    assert str(refusal.value).splitlines()[1:] == [
        "  - customer_id = 'Customer': no such column. Did you mean 'customer'?",
        "  - ordered_at = 'ordered': no such column.",
        "  - amount = 4: no such column.",
    ]


GOOD = "a,2024-01-05,1\n"


@pytest.mark.parametrize("before", [2, 30_000])  # within and after the stretch that the engine looks at first
@pytest.mark.parametrize(
    ("row", "fields"),
    [("a,b,2024-01-05,1\n", "4 fields, the first row 3"), ("a,2024-01-05\n", "2 fields, the first row 3")],
)
def test_an_uneven_row_is_refused_by_its_number(read, before, row, fields):
    fault = f"row {before + 2} has {fields}; found {row.strip().split(',')}"
    expected = f"The order log orders.csv cannot be read as csv: {fault}. Check [orders]."
    with pytest.raises(InputError, match=f"^{re.escape(expected)}$"):
        read(HEADER + before * GOOD + row + GOOD)


@pytest.mark.parametrize("before", [2, 30_000])
def test_another_encoding_is_refused_wherever_it_shows(read, before):
    text = (HEADER + before * GOOD).encode() + "é,2024-01-05,1\n".encode("latin-1")
    with pytest.raises(
        InputError,
        match=r"^The order log orders\.csv cannot be read as csv: .*not utf-8 encoded.* Check \[orders\]\.$",
    ):
        read(text)


def test_a_form_of_date_that_does_not_exist_is_refused(read):
    with pytest.raises(
        InputError, match=r"^The order log orders\.csv cannot be read as csv: .*%Q\. Check \[orders\]\.$"
    ):
        read(HEADER + GOOD, date_format="%Q")


def test_the_messages_do_not_say_where_the_file_lies(read, tmp_path):
    with pytest.raises(InputError) as refusal:
        read((HEADER + GOOD).encode() + b"\xe9,2024-01-05,1\n")
    assert str(tmp_path) not in str(refusal.value)
