"""The order log as it is typed: what is read, what is a fault and why, and the stretch of days it covers."""

import hashlib
import re
from datetime import date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention_utils.errors import InputError
from retention_utils.quality.uses import UNREADABLE_USES, USES
from retention_utils.source_config import OrderColumns, OrderSource
from retention_utils.sources.orders import first_and_last_day, read_order_log

pytest_plugins = ["engines"]
COLUMNS = {"customer_id": "customer", "ordered_at": "date", "amount": "amount"}
HEADER = "customer,date,amount\n"


@pytest.fixture(scope="module")
def backend():
    backend = ibis.duckdb.connect()
    yield backend
    backend.disconnect()


@pytest.fixture
def read(tmp_path, backend):
    """Write texts as the files of an order log and read it: as a list of records."""

    def records(*texts, columns=None, replace=None, currency="EUR", client_zone="UTC", **how):
        files = [tmp_path / f"orders-{number}.csv" for number, _ in enumerate(texts, 1)]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8")
        columns = replace or COLUMNS | (columns or {})
        source = OrderSource(path=[file.name for file in files], columns=OrderColumns(**columns), **how)
        log = read_order_log(
            backend, source, files, currency=currency, time_zone=client_zone, workspace=tmp_path
        )
        return log.order_by("file", "row").to_pyarrow().to_pylist()

    return records


def values(records, name):
    return [record[name] for record in records]


def faults(records):
    return [(record["fault"], record["found"]) for record in records]


# --- what is read ----------------------------------------------------------------------------------------------


def test_a_record_is_typed_and_says_what_is_wrong_with_it(read):
    assert read(HEADER + " 0012 , 2024-01-05 ,10.5\nbob,soon,\n") == [
        {
            "row": 2,
            "file": "orders-1.csv",
            "customer_id": "0012",
            "ordered_at": datetime(2024, 1, 5),
            "amount": Decimal("10.5000"),
            "fault": None,
            "found": None,
        },
        {
            "row": 3,
            "file": "orders-1.csv",
            "customer_id": "bob",
            "ordered_at": None,
            "amount": None,
            "fault": "bad_date",
            "found": "soon",
        },
    ]


def test_ids_stay_text(read):
    found = ["0012", "12", "1e5", "NaN", " NA ", "null", "None", "#7", "1.0", "True", "2024-01-01", "é", "-"]
    records = read(
        "customer,date,amount,order,of\n" + "".join(f"{name},2024-01-05,1,{name},{name}\n" for name in found),
        columns={"order_id": "order", "refund_of": "of"},
    )
    for name in ("customer_id", "order_id", "refund_of"):
        assert values(records, name) == [text.strip() for text in found]


def test_an_empty_id_is_none(read):
    assert (
        values(read(HEADER + ',2024-01-05,1\n"",2024-01-05,1\n   ,2024-01-05,1\n'), "customer_id")
        == [None] * 3
    )


def test_marks_and_forms_are_those_of_the_source_and_signs_those_of_the_client(read):
    text = "customer;date;amount\na;29.02.2024 23:30;1.234,50 €\nb;05.01.2024;-7\nc;2024-01-05;1\nd;05.01.2024;$7\n"
    how = {"delimiter": ";", "decimal_mark": ",", "thousands_mark": "."}
    records = read(text, date_format=["%d.%m.%Y", "%d.%m.%Y %H:%M"], **how)
    assert values(records, "ordered_at") == [
        datetime(2024, 2, 29, 23, 30),
        datetime(2024, 1, 5),
        None,
        datetime(2024, 1, 5),
    ]
    assert values(records, "amount") == [Decimal("1234.5"), Decimal(-7), Decimal(1), None]
    dollars = read(text, date_format="%d.%m.%Y", currency="USD", **how)
    assert values(dollars, "amount") == [None, Decimal(-7), Decimal(1), Decimal(7)]


@pytest.mark.parametrize(
    ("zone", "client", "shown"),
    [
        (None, "Asia/Tokyo", datetime(2024, 1, 31, 23, 30)),  # of the client's own zone
        ("UTC", "Asia/Tokyo", datetime(2024, 2, 1, 8, 30)),
        ("Europe/Kyiv", "America/New_York", datetime(2024, 1, 31, 16, 30)),
    ],
)
def test_times_are_those_that_clocks_of_the_client_show(read, zone, client, shown):
    records = read(
        HEADER + "a,2024-01-31 23:30,1\nb,2024-01-31,1\n",
        date_format=["%Y-%m-%d %H:%M", "%Y-%m-%d"],
        client_zone=client,
        time_zone=zone,
    )
    assert values(records, "ordered_at") == [shown, datetime(2024, 1, 31)]  # a day stays that day


def test_files_are_told_apart_and_each_counts_its_own_rows(read):
    records = read(HEADER + "a,2024-01-05,1\n", HEADER + "b,2024-01-06,2\nc,x,3\n")
    assert [(record["file"], record["row"], record["customer_id"]) for record in records] == [
        ("orders-1.csv", 2, "a"),
        ("orders-2.csv", 2, "b"),
        ("orders-2.csv", 3, "c"),
    ]


def test_date_cells_of_a_sheet_need_no_format_and_texts_follow_the_stated_one(tmp_path, backend):
    file = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["customer", "date", "amount"])
        sheet.write_row(1, 0, ["a"])
        sheet.write_datetime(1, 1, datetime(2024, 1, 31, 14, 5), book.add_format({"num_format": "d mmm yy"}))
        sheet.write_number(1, 2, 12.5)
        sheet.write_row(2, 0, [12, "05.02.2024", "7,25"])
        sheet.write_row(3, 0, ["Итого", None, 19.75])
    source = OrderSource(path=file.name, columns=COLUMNS, date_format="%d.%m.%Y", decimal_mark=",")
    log = read_order_log(backend, source, [file], currency="EUR", time_zone="UTC", workspace=tmp_path)
    names = ("row", "customer_id", "ordered_at", "amount", "fault")
    assert [
        tuple(record[name] for name in names) for record in log.order_by("row").to_pyarrow().to_pylist()
    ] == [
        (2, "a", datetime(2024, 1, 31, 14, 5), Decimal("12.5"), None),
        (3, "12", datetime(2024, 2, 5), Decimal("7.25"), None),
        (4, "Итого", None, Decimal("19.75"), "total_row"),
    ]


def test_channel_and_category_are_texts_without_outer_blanks_and_empty_ones_are_none(read):
    hostile = "'; DROP TABLE orders; -- <script>alert(1)</script> =1+1"
    found = read(
        "customer,date,amount,where,what\n"
        "ann,2024-01-05,10, Site ,tea\n"
        "ann,2024-01-06,10,\u00a0,\n"
        f"ann,2024-01-07,10,{hostile},012\n",
        columns={"channel": "where", "category": "what"},
    )
    assert values(found, "channel") == ["Site", None, hostile]
    assert values(found, "category") == ["tea", None, "012"]
    assert set(values(found, "fault")) == {None}


def test_columns_that_are_not_mapped_are_not_there(read):
    (found,) = read("customer,date,amount,channel,category\nann,2024-01-05,10,site,tea\n")
    assert {"channel", "category"} & set(found) == set()


# --- amounts that are worked out -------------------------------------------------------------------------------

LINES = {"customer_id": "customer", "ordered_at": "date", "quantity": "pieces", "unit_price": "price"}


def test_an_amount_is_quantity_times_price(read):
    text = "customer,date,pieces,price\n" + "".join(
        f"a,2024-01-05,{pair}\n" for pair in ("3,19.99", "-1,5", "0.333,0.0333", "0,7")
    )
    records = read(text, replace=LINES)
    # 0.333 × 0.0333 = 0.0110889
    assert values(records, "amount") == [
        Decimal("59.9700"),
        Decimal(-5),
        Decimal("0.0111"),
        Decimal(0),
    ]
    assert values(records, "fault") == [None] * 4


def test_what_is_to_be_taken_off_is_and_an_empty_cell_is_nothing(read):
    text = "customer,date,amount,discount,tax\n" + "".join(
        f"a,2024-01-05,{cells}\n" for cells in ("100,10,15.25", "100,,", "100, ,5", "-100,-10,", "3,4,")
    )
    records = read(text, columns={"less": ["discount", "tax"]})
    assert values(records, "amount") == [
        Decimal("74.75"),
        Decimal(100),
        Decimal(95),
        Decimal(-90),
        Decimal(-1),
    ]


def test_lines_less_a_discount(read):
    text = "customer,date,pieces,price,off\na,2024-01-05,3,10,2.5\n"
    assert values(read(text, replace=LINES | {"less": "off"}), "amount") == [Decimal("27.5")]


@pytest.mark.parametrize(
    ("cells", "found"),
    [("x,5,1", "x | 5 | 1"), ("2,,1", "2 |  | 1"), ("2,5,one", "2 | 5 | one"), (",,", " |  | ")],
)
def test_of_a_worked_out_amount_all_its_cells_are_shown(read, cells, found):
    text = f"customer,date,pieces,price,off\na,2024-01-05,{cells}\n"
    assert faults(read(text, replace=LINES | {"less": "off"})) == [("bad_amount", found)]


CENTS = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents) / 100)


@given(st.lists(st.tuples(st.integers(-999, 999), CENTS, CENTS), min_size=1, max_size=20))
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_amounts_are_worked_out_exactly(read, lines):
    text = "customer,date,pieces,price,off\n" + "".join(
        f"a,2024-01-05,{pieces},{price},{off}\n" for pieces, price, off in lines
    )
    records = read(text, replace=LINES | {"less": "off"})
    assert values(records, "amount") == [pieces * price - off for pieces, price, off in lines]


@pytest.mark.parametrize("cells", ["90000000000000,90000000000000,0", "1,90000000000000,-90000000000000"])
def test_an_amount_beyond_belief_is_a_fault_of_its_row_not_of_the_log(read, cells):
    text = f"customer,date,pieces,price,off\na,2024-01-05,{cells}\nb,2024-01-05,1,1,0\n"
    assert values(read(text, replace=LINES | {"less": "off"}), "fault") == ["bad_amount", None]


# --- further columns -------------------------------------------------------------------------------------------

CONTACTS = {"email": "mail", "phone": "phone"}


def test_contacts_leave_the_file_as_hashes_only(read):
    text = (
        "customer,date,amount,mail,phone\na,2024-01-05,1,Ann@X.Test,+49 (151) 234-56-78\nb,2024-01-05,1,,\n"
    )
    (ann, bob) = read(text, columns=CONTACTS)
    assert ann["email"] == hashlib.md5(b"ann@x.test").hexdigest()
    assert ann["phone"] == hashlib.md5(b"512345678").hexdigest()
    assert (bob["email"], bob["phone"]) == (None, None)


@pytest.mark.parametrize(
    ("mails", "are_one"),
    [
        ((" ann@x.test ", "ANN@X.TEST", "ann@x.test\xa0"), True),
        (("Почта@Домен.рф", "почта@домен.РФ"), True),
        (("ann@x.test", "ann+1@x.test"), False),
    ],
)
def test_mail_addresses_are_compared_without_case_and_blanks(read, mails, are_one):
    text = "customer,date,amount,mail,phone\n" + "".join(f"a,2024-01-05,1,{mail},\n" for mail in mails)
    assert (len(set(values(read(text, columns=CONTACTS), "email"))) == 1) == are_one


@pytest.mark.parametrize(
    ("phones", "are_one"),
    [
        (("+380 67 123-45-67", "067 123 45 67", "(067)1234567", "380671234567"), True),
        (("8 (701) 123-45-67", "+7 701 123 45 67"), True),
        (("+380 67 123-45-67", "+380 67 123-45-68"), False),
    ],
)
def test_telephone_numbers_are_compared_by_their_last_nine_digits(read, phones, are_one):
    text = "customer,date,amount,mail,phone\n" + "".join(f"a,2024-01-05,1,,{phone}\n" for phone in phones)
    found = values(read(text, columns=CONTACTS), "phone")
    assert None not in found
    assert (len(set(found)) == 1) == are_one


@pytest.mark.parametrize("phone", ["12345678", "none", "-", "+()"])
def test_what_is_no_telephone_number_tells_nobody_apart(read, phone):
    text = f"customer,date,amount,mail,phone\na,2024-01-05,1,,{phone}\n"
    assert values(read(text, columns=CONTACTS), "phone") == [None]


def test_a_status_is_in_small_letters_and_a_currency_in_capitals(read):
    words = {" Cancelled ": "cancelled", "ОТМЕНЁН": "отменён", "Скасовано": "скасовано", "ПОВЕРНЕННЯ Ї": "повернення ї", "": None}  # fmt: skip
    text = "customer,date,amount,status,code\n" + "".join(f"a,2024-01-05,1,{word}, usd \n" for word in words)
    records = read(text, columns={"status": "status", "currency": "code"})
    assert values(records, "status") == list(words.values())
    assert set(values(records, "currency")) == {"USD"}


# --- faults ----------------------------------------------------------------------------------------------------


def test_every_fault_has_its_words(read):
    text = HEADER + "customer,date,amount\nTotal,,9\na,2024-01-05,1,x\na,soon,1\na,2024-01-05,ten\n"
    assert faults(read(text)) == [
        ("repeated_header", "date"),
        ("total_row", "Total"),
        ("ragged", "x"),
        ("bad_date", "soon"),
        ("bad_amount", "ten"),
    ]
    assert {fault for fault, _ in faults(read(text))} <= set(USES)
    assert set(UNREADABLE_USES) <= {fault for fault, _ in faults(read(text))}


def test_of_several_faults_the_first_counts(read):
    text = HEADER + "customer,date,amount,x\nTotal,,,x\na,soon,ten,x\na,soon,ten\n"
    assert values(read(text), "fault") == ["repeated_header", "total_row", "ragged", "bad_date"]


@pytest.mark.parametrize(
    "line",
    [
        "Total,,99", "TOTALS:,,99", "Grand total,,99", "Subtotal January,,99", ",Total,99", "Sum,Sum,99",
        "Итого,,99", "ИТОГО:,,99", "Всего за год,,99", "Сумма,,99",
        "Всього,,99", "РАЗОМ,,99", "Усього:,,99", "Підсумок,,99", ",Сума,99",
    ],
)  # fmt: skip
def test_lines_of_totals_in_three_languages(read, line):
    ((fault, found),) = faults(read(HEADER + line + "\n"))
    assert (fault, found) == ("total_row", next(cell for cell in line.split(",") if cell))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Total,2024-01-05,99", None),  # dated: an order of somebody called so
        ("Totalenergies,,99", "bad_date"),  # the word is longer
        ("Итогов,,99", "bad_date"),
        ("The total,,99", "bad_date"),  # the line does not begin with it
        ("Total,soon,99", "bad_date"),
        ("a,,99", "bad_date"),
    ],
)
def test_what_is_no_line_of_totals(read, line, fault):
    assert values(read(HEADER + line + "\n"), "fault") == [fault]


def test_the_header_of_another_language_may_repeat_with_blanks(read):
    text = "Клиент,Дата,Сумма\na,2024-01-05,1\nКлиент, Дата ,Сумма\n"
    columns = {"customer_id": "Клиент", "ordered_at": "Дата", "amount": "Сумма"}
    assert values(read(text, replace=columns), "fault") == [None, "repeated_header"]


def test_without_a_header_no_row_repeats_it(read):
    positions = {"customer_id": 1, "ordered_at": 2, "amount": 3}
    records = read("a,2024-01-05,1\nb,date,2\n", replace=positions, header_row=0)
    assert [(record["row"], record["fault"]) for record in records] == [(1, None), (2, "bad_date")]


def test_blank_cells_beyond_the_header_are_no_fault(read):
    assert values(read(HEADER + "a,2024-01-05,1,, ,\n"), "fault") == [None]


def test_a_record_without_an_id_is_no_fault_of_reading(read):
    assert faults(read(HEADER + ",2024-01-05,1\n")) == [(None, None)]


def test_missing_columns_are_named_as_the_client_file_does(read):
    columns = {"customer_id": "Customer", "ordered_at": "date", "amount": "amount", "less": ["discount", 5]}
    with pytest.raises(InputError) as refusal:
        read(HEADER + "a,2024-01-05,1\n", replace=columns)
    assert str(refusal.value).splitlines()[1:] == [
        "  - customer_id = 'Customer': no such column. Did you mean 'customer'?",
        "  - less_1 = 'discount': no such column.",
        "  - less_2 = 5: no such column; there are 3.",
    ]


# --- in other engines ------------------------------------------------------------------------------------------

RECORDS = [
    ("customer", "date", "pieces", "price", "off", "mail", "phone", "status", "code", "order"),
    (" 0012 ", "2024-01-05", "3", "19.99", "", " Ann@X.Test", "+380 67 123-45-67", "ОТМЕНЁН", "eur", "1"),
    ("bob", "2024-01-06", "0.333", "0.0333", "1.5", "", "067 123 45 67", "Ok", "", "1e5"),
    ("", "2024-01-07", "90000000000000", "90000000000000", "", "", "", "", "", ""),
    ("cem", "soon", "1", "1", "", "", "", "", "", ""),
    ("РАЗОМ:", "", "4", "5", "", "", "", "", "", ""),
    ("customer", "date", "pieces", "price", "off", "mail", "phone", "status", "code", "order"),
]
ALL_COLUMNS = {
    "customer_id": "customer", "ordered_at": "date", "quantity": "pieces", "unit_price": "price", "less": "off",
    "email": "mail", "phone": "phone", "status": "status", "currency": "code", "order_id": "order",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning", "ignore:The copy keyword is deprecated")
@pytest.mark.parametrize("engine", ["postgres", "spark"])
def test_a_database_gives_the_same_log_as_a_file(tmp_path, read, request, load, engine):
    database = request.getfixturevalue(engine)
    header, *rows = RECORDS
    columns = [[cell or None for cell in column] for column in zip(*rows, strict=True)]
    load(database, "log", pa.table([pa.array(column, pa.string()) for column in columns], list(header)))
    source = OrderSource(url="postgresql://host/shop", table="log", columns=ALL_COLUMNS)
    log = read_order_log(database, source, [], currency="EUR", time_zone="UTC", workspace=tmp_path)
    names = [name for name in log.columns if name not in ("row", "file")]
    found = sorted(map(repr, (list(row.values()) for row in log.select(names).to_pyarrow().to_pylist())))

    text = "".join(",".join(record) + "\n" for record in RECORDS)
    expected = [[record[name] for name in names] for record in read(text, replace=ALL_COLUMNS)]
    for record in expected:
        if record[names.index("fault")] == "total_row":  # only a file has a first cell to look at
            record[names.index("fault")], record[names.index("found")] = "bad_date", None
    assert found == sorted(map(repr, expected))


# --- the stretch of days ---------------------------------------------------------------------------------------


def log_of(*times):
    return ibis.memtable(
        pa.table(
            {
                "ordered_at": pa.array(times, pa.timestamp("us")),
                "found": pa.array([None if time else "soon" for time in times], pa.string()),
                "row": pa.array(range(2, len(times) + 2), pa.int64()),
                "file": pa.array(["orders.csv"] * len(times), pa.string()),
            }
        )
    )


def test_the_first_and_last_day_are_of_the_readable_dates():
    log = log_of(None, datetime(2024, 3, 1, 23, 59), datetime(2024, 1, 31), None)
    assert first_and_last_day(log) == (date(2024, 1, 31), date(2024, 3, 1))


@pytest.mark.parametrize("stray", [datetime(1970, 1, 1), datetime(2199, 12, 31), datetime(9999, 12, 31)])
def test_a_stray_date_is_refused_unless_the_bounds_are_stated(stray):
    log = log_of(datetime(2024, 1, 31), datetime(2024, 3, 1), stray)
    earlier, later = sorted([stray.date(), date(2024, 1, 31) if stray.year < 2024 else date(2024, 3, 1)])
    with pytest.raises(InputError) as refusal:
        first_and_last_day(log)
    assert str(refusal.value) == (
        f"The order log holds orders of {earlier} and of {later} and none between. If a date is wrong, "
        "correct it; if not, state history_start and data_horizon in client.toml."
    )
    stated = {"not_before": date(2024, 1, 1), "not_after": date(2024, 12, 31)}
    assert first_and_last_day(log, **stated) == (date(2024, 1, 31), date(2024, 3, 1))


def test_a_pause_of_a_year_is_no_stray_date():
    assert first_and_last_day(log_of(datetime(2023, 1, 1), datetime(2024, 1, 2))) == (
        date(2023, 1, 1),
        date(2024, 1, 2),
    )  # 366 days
    with pytest.raises(
        InputError, match=r"^The order log holds orders of 2023-01-01 and of 2024-01-03 and none"
    ):
        first_and_last_day(log_of(datetime(2023, 1, 1), datetime(2024, 1, 3)))


@pytest.mark.parametrize(
    ("times", "found"),
    [((None, None), "; the first is row 2 of orders.csv, found 'soon'"), ((), "; it holds no rows")],
)
def test_no_readable_date_is_refused_with_what_was_found(times, found):
    expected = (
        f"No row of the order log has a readable date{found}. Check orders.date_format and orders.columns."
    )
    with pytest.raises(InputError, match=f"^{re.escape(expected)}$"):
        first_and_last_day(log_of(*times))


def test_dates_that_all_lie_outside_the_stated_bounds_are_said_to():
    log = log_of(datetime(2024, 3, 1), None, datetime(2024, 1, 31))
    with pytest.raises(InputError) as refusal:
        first_and_last_day(log, not_after=date(2023, 12, 31))
    assert str(refusal.value) == (
        "The order log holds orders of 2024-01-31 to 2024-03-01, none of them within what client.toml states. "
        "Check history_start and data_horizon."
    )
