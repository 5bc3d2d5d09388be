"""Text and typed columns into ids, amounts and times: the same answer from DuckDB, PostgreSQL and Spark."""

import math
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention_utils.currency_signs import currency_signs
from retention_utils.sources.parsing import as_amount, as_text, as_time

pytest_plugins = ["engines"]
pytestmark = [
    # PySpark 4.0 on pandas 3
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    pytest.mark.filterwarnings("ignore:unclosed"),
]

QUICK = settings(deadline=None, max_examples=60)
DATES = ("%Y-%m-%d", "%d.%m.%Y")
TIMES = ("%Y-%m-%d %H:%M:%S",)


@pytest.fixture(scope="session")
def duck():
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'UTC'")
    yield backend
    backend.disconnect()


@pytest.fixture(scope="session", params=["duckdb", "postgres", "pyspark"])
def engine(request, load):
    """A function that reads values with an expression of one engine and gives the results in order."""
    name = {"duckdb": "duck", "postgres": "postgres", "pyspark": "spark"}[request.param]
    backend = request.getfixturevalue(name)

    def read(values, make, kind=None):
        column = pa.array(values, kind or pa.string())
        numbers = pa.array(range(len(values)), pa.int64())
        table = load(backend, "found", pa.table({"number": numbers, "value": column}))
        read = table.select("number", read=make(table["value"])).order_by("number")
        if request.param == "pyspark":  # Ibis goes through pandas, whose time ends in 2262
            return backend.raw_sql(ibis.to_sql(read, dialect="pyspark")).toArrow()["read"].to_pylist()
        return read.to_pyarrow()["read"].to_pylist()

    read.name = request.param
    return read


def amounts(engine, cases, kind=None, **marks):
    found = engine(list(cases), lambda value: as_amount(value, **marks), kind)
    return dict(zip(cases, found, strict=True))


def times(engine, values, formats, zone="UTC", to_zone="UTC", kind=None):
    def make(value):
        return as_time(value, engine=engine.name, formats=formats, zone=zone, to_zone=to_zone)

    found = [naive(time) for time in engine(list(values), make, kind)]
    return dict(zip(values, found, strict=True)) if kind is None else found


def naive(time):
    return time and time.replace(tzinfo=None)


def expected(cases):
    """Write the wanted times as ISO texts."""
    return {text: time and datetime.fromisoformat(time) for text, time in cases.items()}


# --- ids ---------------------------------------------------------------------------------------------------------

IDS = {
    "0012": "0012", " 0012 ": "0012", "1e5": "1e5", "NaN": "NaN", "\u00a07\u202f": "7", "\ufeff7": "7", "": None,
    " \t": None, "\u00a0": None, "a b": "a b", "a\u00a0b": "a\u00a0b", "O'Neil": "O'Neil", "Ёж": "Ёж", "7\n": "7",
    None: None,
}  # fmt: skip


def test_ids_are_kept_as_written(engine):
    assert dict(zip(IDS, engine(list(IDS), as_text), strict=True)) == IDS


def test_typed_ids_are_written_as_digits(engine):
    assert engine([12, -3, 2**53 + 1, None], as_text, pa.int64()) == ["12", "-3", str(2**53 + 1), None]
    assert engine([12.0, 12345678.0, None], as_text, pa.float64()) == ["12", "12345678", None]
    assert engine([math.nan, math.inf, 1e300], as_text, pa.float64())[2] is not None
    decimals = [Decimal("12.0000000000"), Decimal("0.5000000000"), None]
    assert engine(decimals, as_text, pa.decimal128(38, 10)) == ["12", "0.5000000000", None]
    assert engine([date(2024, 1, 5)], as_text, pa.date32()) == ["2024-01-05"]


# --- amounts -----------------------------------------------------------------------------------------------------

POINT = {
    "12": "12", "12.50": "12.50", " 12.5 ": "12.5", "\u00a012.5\u202f": "12.5", "-12.5": "-12.5", "+5": "5",
    "−5": "-5", "- 5": "-5", "5-": "-5", "5 -": "-5", "(5)": "-5", "( 5.25 )": "-5.25", ".5": "0.5",
    "-.5": "-0.5", "5.": "5", "1e3": "1000", "1E3": "1000", "1.5e-2": "0.015", "-1e+2": "-100", "1e0003": "1000",
    "1 234": "1234", "1\u00a0234\u00a0567.89": "1234567.89", "1\u202f234": "1234", "1'234'567.5": "1234567.5",
    "1’234": "1234", "12 345": "12345", "0012": "12", "1.00005": "1.0001", "-1.00005": "-1.0001",
    "1.00004999": "1.0000", "9999999999999": "9999999999999", "99999999999998.5": "99999999999998.5",
    "0.1000000000000000055511151231257827": "0.1", "0": "0", "-0": "0",
    "": None, " ": None, None: None, "-": None, "+": None, ".": None, "()": None, "e3": None, "1e": None,
    "1,5": None, "1,234": None, "1 23": None, "1  234": None, "1 234'567": None, "12 34": None, "1234 567": None,
    "1_000": None, "1__0": None, "NaN": None, "inf": None, "Infinity": None, "-inf": None, "0x10": None,
    "12abc": None, "abc": None, "true": None, "1.2.3": None, "--5": None, "-5-": None, "(5": None, "5)": None,
    "(-5)": None, "-(5)": None, "5+": None, "٣": None, "１２": None, "1e99": None, "1e-99": "0", "1e999": None,
    "1e99999999999": None, "123456789012345": None, "9" * 60: None, "9" * 400: None, "1e1.5": None, "5 5": None,
    "5;": None, "5'": None, "'5": None, "5\n6": None, "₽": None, "5 ₽": None, "$5": None, "5 %": None,
    "12:30": None, "2024-01-05": None, "\\5": None, "5\\": None, "%s": None, "'; DROP TABLE found; --": None,
}  # fmt: skip

COMMA = {
    "12,50": "12.5", "1,5": "1.5", ",5": "0.5", "5,": "5", "1 234,56": "1234.56", "1’234,5": "1234.5",
    "-1\u00a0234,5": "-1234.5", "1,5e3": "1500", "12": "12", "1.234": None, "1.23": None, "1.5": None,
    "1.234,56": None, "1,234,567": None, "1,2,3": None,
}  # fmt: skip

RUSSIAN = {
    "5 ₽": "5", "5₽": "5", "1 234,50 руб.": "1234.5", "1 234,50руб": "1234.5", "5 РУБ.": "5", "5 р.": "5",
    "5р": "5", "RUB 5": "5", "5 rub": "5", "₽ -5": "-5", "-₽5": "-5", "− 5 ₽": "-5", "5- ₽": "-5", "5 ₽ -": "-5",
    "(5 ₽)": "-5", "₽ (5)": "-5", "р.5": "5", "5 рублей": "5", "$5": None, "5 €": None, "5 грн": None,
    "USD 5": None, "руб": None, "₽": None, "5 руб. 20 коп.": None, "5 рy6": None,
}  # fmt: skip


def decimals(cases):
    return {text: None if number is None else Decimal(number) for text, number in cases.items()}


def test_amounts_with_a_point(engine):
    assert amounts(engine, POINT) == decimals(POINT)


def test_amounts_with_a_comma(engine):
    assert amounts(engine, COMMA, decimal_mark=",") == decimals(COMMA)


def test_amounts_with_marks_of_thousands(engine):
    cases = {
        "1.234": "1234",
        "1.234.567,89": "1234567.89",
        "12,5": "12.5",
        "1.23": None,
        "1.2345": None,
        "1 234": "1234",
    }
    assert amounts(engine, cases, decimal_mark=",", thousands_mark=".") == decimals(cases)
    cases = {
        "1,234": "1234",
        "1,234,567.89": "1234567.89",
        "12.5": "12.5",
        "1,23": None,
        ",234": None,
        "1,234 567": None,
    }
    assert amounts(engine, cases, thousands_mark=",") == decimals(cases)


def test_amounts_name_their_own_currency_only(engine):
    assert amounts(engine, RUSSIAN, decimal_mark=",", signs=currency_signs("RUB")) == decimals(RUSSIAN)


@pytest.mark.parametrize(
    ("code", "text"),
    [("EUR", "€5"), ("USD", "US$ 5"), ("UAH", "5 ГРН."), ("PLN", "5 ZŁ"), ("CZK", "5 Kč"), ("XAU", "5 xau")],
)
def test_signs_of_currencies(engine, code, text):
    assert amounts(engine, [text, text + "x"], signs=currency_signs(code)) == {
        text: Decimal(5),
        text + "x": None,
    }


def test_typed_amounts(engine):
    assert engine([5, -7, 2**62, None], as_amount, pa.int64()) == [Decimal(5), Decimal(-7), None, None]
    floats = [0.1, 12.5, -2.00005, 1e20, math.inf, -math.inf, math.nan, None]
    wanted = [Decimal("0.1"), Decimal("12.5"), Decimal("-2.0001"), None, None, None, None, None]
    assert engine(floats, as_amount, pa.float64()) == wanted
    exact = [Decimal("1.00005"), Decimal("123456789012345.1"), None]
    assert engine(exact, as_amount, pa.decimal128(38, 10)) == [Decimal("1.0001"), None, None]
    assert engine([True, None], as_amount, pa.bool_()) == [None, None]


@given(
    st.decimals(min_value=-(10**13) + 1, max_value=10**13 - 1, places=6),
    st.sampled_from([" ", "'", "\u202f", ""]),
)
@QUICK
def test_amounts_come_back_as_they_were_written(duck, number, gap):
    text = f"{number:,f}".replace(",", gap)
    wanted = number.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert duck.to_pyarrow(as_amount(ibis.literal(text))).as_py() == wanted


# --- times -------------------------------------------------------------------------------------------------------

DAYS = {
    "2024-01-05": "2024-01-05", "2024-1-5": "2024-01-05", " 2024-01-05 ": "2024-01-05",
    "\u00a02024-01-05": "2024-01-05", "05.01.2024": "2024-01-05", "5.1.2024": "2024-01-05",
    "5.1.2024 г.": "2024-01-05", "5.1.2024г": "2024-01-05", "05.01.2024 року": "2024-01-05",
    "2024-02-29": "2024-02-29", "2000-02-29": "2000-02-29", "1000-01-01": "1000-01-01", "9999-12-31": "9999-12-31",
    "1900-01-01": "1900-01-01", "2024-02-30": None, "2023-02-29": None, "1900-02-29": None, "2024-04-31": None,
    "2024-13-01": None, "2024-00-01": None, "2024-01-00": None, "24-01-05": None, "0024-01-05": None,
    "12024-01-05": None, "2024-01-05x": None, "x2024-01-05": None, "2024-01-05 10:00": None, "2024-001-05": None,
    "2024/01/05": None, "20240105": None, "2024-01": None, "5.1.24": None, "5.13.2024": None, "": None, None: None,
    "epoch": None, "Infinity": None, "-infinity": None, "today": None, "now": None, "2024-01-05 (BC)": None,
    "-2024-01-05": None, "+2024-01-05": None, "2024-٠1-05": None, "2024- 1-05": None, "'": None, "2024-01-05\\": None,
}  # fmt: skip

CLOCKS = {
    ("%Y-%m-%d %H:%M:%S",): {
        "2024-01-05 10:00:00": "2024-01-05 10:00:00", "2024-01-05  1:2:3": "2024-01-05 01:02:03",
        "2024-01-05\t23:59:59": "2024-01-05 23:59:59", "2024-01-05\u00a010:00:00": "2024-01-05 10:00:00",
        "2024-01-05 24:00:00": None, "2024-01-05 10:60:00": None, "2024-01-05 10:00:60": None, "2024-01-05": None,
        "2024-01-05T10:00:00": None, "2024-01-05 10:00": None,
    },
    ("%Y-%m-%d %H:%M:%S.%f",): {
        "2024-01-05 10:00:00.5": "2024-01-05 10:00:00.500000",
        "2024-01-05 10:00:59.999999": "2024-01-05 10:00:59.999999",
        "2024-01-05 10:00:00.1234567": "2024-01-05 10:00:00.123456", "2024-01-05 10:00:00.": None,
    },
    ("%m/%d/%Y %I:%M %p",): {
        "1/5/2024 12:00 AM": "2024-01-05 00:00", "1/5/2024 12:30 pm": "2024-01-05 12:30",
        "1/5/2024 1:30 p.m.": "2024-01-05 13:30", "1/5/2024 11:59 AM": "2024-01-05 11:59",
        "1/5/2024 13:00 PM": None, "1/5/2024 0:30 AM": None, "1/5/2024 1:30": None,
    },
    ("%d.%m.%y",): {
        "5.1.24": "2024-01-05", "5.1.68": "2068-01-05", "5.1.69": "1969-01-05", "31.12.99": "1999-12-31",
        "5.1.2024": None, "5.1.24 г.": "2024-01-05",
    },
    ("%Y%m%d",): {"20240105": "2024-01-05", "2024105": None, "202415": None, " 2024115": None, "20241301": None},
    ("%Y%m%d%H%M%S",): {"20240105101112": "2024-01-05 10:11:12", "2024010510111": None},
    ("%d %B %Y",): {
        "5 января 2024": "2024-01-05", "5 ЯНВАРЯ 2024 Г.": "2024-01-05", "05 Январь 2024": "2024-01-05",
        "5 янв 2024": "2024-01-05", "5 янв. 2024 года": "2024-01-05", "5 січня 2024 р.": "2024-01-05",
        "5 січ. 2024": "2024-01-05", "5 липня 2024 року": "2024-07-05", "5 листопада 2024": "2024-11-05",
        "5 травень 2024": "2024-05-05", "9 мая 2024": "2024-05-09", "5 January 2024": "2024-01-05",
        "5 JAN 2024": "2024-01-05", "5 Sept. 2024": "2024-09-05", "5 may 2024": "2024-05-05",
        "30 февраля 2024": None, "31 червня 2024": None, "5 januar 2024": None, "5 янва 2024": None, "5 2024": None,
    },
    ("%d-%b-%y",): {"05-Jan-24": "2024-01-05", "5-СЕР-24": "2024-08-05", "5-xyz-24": None},
    ("%d %B %Y в %H:%M",): {"5 января 2024 г. в 9:05": "2024-01-05 09:05", "5 января 2024 В 9:05": "2024-01-05 09:05"},
    ("[%Y] (%m) {%d} ^$%%",): {"[2024] (1) {5} ^$%": "2024-01-05", "2024 1 5": None},
    ("%Y-%m-%d", "%d.%m.%Y", "%m.%d.%Y"): {
        "2024-01-05": "2024-01-05", "05.01.2024": "2024-01-05", "01.25.2024": "2024-01-25", "25.25.2024": None,
    },
    ("excel",): {
        "45296": "2024-01-05", "45296.5": "2024-01-05 12:00", "45296,41667": "2024-01-05 10:00:00", "61": "1900-03-01",
        "60": None, "0": None, "2958465": "9999-12-31", "2958466": None, "-5": None, "2024-01-05": None, "99999999": None,
    },
    ("%Y-%m-%dT%H:%M:%S%z",): {
        "2024-01-05T10:00:00Z": "2024-01-05 10:00", "2024-01-05T10:00:00z": "2024-01-05 10:00",
        "2024-01-05T10:00:00+03:00": "2024-01-05 07:00", "2024-01-05T10:00:00+0300": "2024-01-05 07:00",
        "2024-01-05T10:00:00 -03:30": "2024-01-05 13:30", "2024-01-05T23:00:00-05": "2024-01-06 04:00",
        "2024-01-05T10:00:00 UTC": "2024-01-05 10:00", "2024-01-05T10:00:00": None, "2024-01-05T10:00:00+3": None,
        "2024-01-05T10:00:00+25:00": None, "2024-01-05T10:00:00+03:60": None, "2024-02-30T10:00:00Z": None,
    },
}  # fmt: skip


def test_days(engine):
    assert times(engine, DAYS, DATES) == expected(DAYS)


@pytest.mark.parametrize("formats", CLOCKS, ids=" ".join)
def test_times(engine, formats):
    assert times(engine, CLOCKS[formats], formats) == expected(CLOCKS[formats])


def test_times_turn_into_those_of_the_client(engine):
    cases = {
        "2024-01-05 23:30:00": "2024-01-06 00:30",  # Berlin to Kyiv: always an hour
        "2024-07-05 23:30:00": "2024-07-06 00:30",
        "2024-03-31 02:30:00": "2024-03-31 04:30",  # does not exist: clocks went from 2 to 3
        "2024-10-27 02:30:00": "2024-10-27 03:30",  # twice: the second
    }
    assert times(engine, cases, TIMES, "Europe/Berlin", "Europe/Kyiv") == expected(cases)
    cases = {"2024-01-05 23:30:00": "2024-01-06 01:30", "2024-07-05 23:30:00": "2024-07-06 02:30"}
    assert times(engine, cases, TIMES, "UTC", "Europe/Kyiv") == expected(cases)
    cases = {"2024-01-05 01:30:00": "2024-01-04 23:30", "2024-07-05 02:30:00": "2024-07-04 23:30"}
    assert times(engine, cases, TIMES, "Europe/Kyiv", "UTC") == expected(cases)


def test_offsets_are_absolute_whatever_the_zone(engine):
    cases = {"2024-01-05T23:00:00Z": "2024-01-06 01:00", "2024-07-05T10:00:00-05:00": "2024-07-05 18:00"}
    assert times(engine, cases, ("%Y-%m-%dT%H:%M:%S%z",), "Asia/Tokyo", "Europe/Kyiv") == expected(cases)


def test_days_are_never_shifted(engine):
    cases = {"2024-01-05": "2024-01-05", "45296": "2024-01-05", "45296.25": "2024-01-05 08:00"}
    found = times(engine, cases, ("%Y-%m-%d", "excel"), "UTC", "Europe/Kyiv")
    assert found == expected(cases)
    days = times(engine, [date(2024, 1, 5), None], DATES, "UTC", "Asia/Tokyo", pa.date32())
    assert days == [datetime(2024, 1, 5), None]


def test_typed_times(engine):
    noon = datetime(2024, 7, 5, 22)
    assert times(engine, [noon, None], DATES, "UTC", "Asia/Tokyo", pa.timestamp("us")) == [
        noon + timedelta(hours=9),
        None,
    ]
    assert times(engine, [noon], DATES, "Asia/Tokyo", "Asia/Tokyo", pa.timestamp("us")) == [noon]
    absolute = noon.replace(tzinfo=ZoneInfo("UTC"))
    found = times(engine, [absolute], DATES, "America/New_York", "Asia/Tokyo", pa.timestamp("us", "UTC"))
    assert found == [noon + timedelta(hours=9)]


def test_numbers_are_read_as_they_are_written(engine):
    assert times(engine, [20240105, 5], ("%Y%m%d",), kind=pa.int64()) == [datetime(2024, 1, 5), None]
    assert times(engine, [45296.0, 45296.5], ("excel",), kind=pa.float64()) == [
        datetime(2024, 1, 5),
        datetime(2024, 1, 5, 12),
    ]


FORMATS = st.sampled_from(
    [
        "%Y-%m-%d %H:%M:%S",
        "%d.%m.%Y %H:%M:%S",
        "%d/%m/%y %H:%M:%S",
        "%b %d, %Y %I:%M:%S %p",
        "%Y-%m-%dT%H:%M:%S.%f",
        "%d %B %Y, %H:%M:%S",
    ]
)


@given(FORMATS, st.datetimes(datetime(1969, 1, 1), datetime(2068, 12, 31)), st.booleans())
@QUICK
def test_times_come_back_as_they_were_written(duck, form, moment, is_quick):
    moment = moment if "%f" in form else moment.replace(microsecond=0)
    read = as_time(
        ibis.literal(moment.strftime(form)),
        engine="duckdb" if is_quick else "postgres",
        formats=[form],
        zone="UTC",
        to_zone="UTC",
    )  # both ways run in DuckDB
    assert duck.to_pyarrow(read).as_py() == moment


DATE_LIKE = st.text("0123456789-:. TZ+ay\u00a0", max_size=20) | st.builds(
    "{}-{}-{} {}:{}:{}{}".format,
    *(st.integers(0, 10000) | st.integers(0, 70) for _ in range(6)),
    st.sampled_from(["", "Z", "+03", "+0300", "-03:30", "+16:00", "+03:99", "+3", "+00:00:30"]),
)


@given(
    st.lists(DATE_LIKE, min_size=1, max_size=30),
    st.sampled_from(["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d.%m.%y", "%H:%M %d-%m-%Y", "%Y-%m-%d %H:%M:%S%z"]),
)
@QUICK
def test_the_quick_way_reads_no_more_than_the_other(duck, texts, form):
    duck.con.register("texts", pa.table({"value": pa.array(texts, pa.string())}))
    value = duck.table("texts")["value"]
    quick, slow = (
        as_time(value, engine=name, formats=[form], zone="UTC", to_zone="UTC")
        for name in ("duckdb", "postgres")
    )
    found = duck.table("texts").select("value", quick=quick, slow=slow).to_pyarrow().to_pylist()
    assert [row["quick"] for row in found] == [row["slow"] for row in found]
