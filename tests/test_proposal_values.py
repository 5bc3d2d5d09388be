"""Encodings, delimiters, dates and numbers: what single values say, and laws about all of them."""

import re
import tomllib
from datetime import date

import pytest
from dialect_samples import exports
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retention_utils.config import read_config
from retention_utils.currency_signs import currency_in
from retention_utils.proposal.client_file import toml_value
from retention_utils.proposal.dates import DATE_ORDERS, date_formats, offsets_in, share_of_dates
from retention_utils.proposal.delimiters import detect_delimiter
from retention_utils.proposal.encodings import detect_encoding
from retention_utils.proposal.numbers import decimal_marks
from retention_utils.proposal.propose import propose
from retention_utils.proposal.questions import Choice, Question
from retention_utils.proposal.vocabulary import header_weight, normalised
from retention_utils.time_formats import BLANKS, FOLDED, check_format, format_patterns

DATES = [
    (["13/02/2024", "01/02/2024"], ("%d/%m/%Y",), "sure"),
    (["01.02.2024 10:30", "05.06.2024 1:02:03"], ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"), "likely"),
    (["2024-01-05T10:00:00+03:00", "2024-01-05T10:00:00Z"], ("%Y-%m-%dT%H:%M:%S%z",), "sure"),
    (["5 января 2024 г.", "17 февраля 2024"], ("%d %B %Y",), "sure"),
    (["05 січня 2024 р., 10:00"], ("%d %B %Y, %H:%M",), "sure"),
    (["5 янв. 2024", "7 мая 2024"], ("%d %b %Y",), "sure"),
    (["Jan 5, 2024 3:04 PM", "May 6, 2024 3:04 PM"], ("%b %d, %Y %I:%M %p",), "sure"),
    (["12/31/24 5:00 pm"], ("%m/%d/%y %I:%M %p",), "sure"),
    (["31/12/2024 23:59:59.123"], ("%d/%m/%Y %H:%M:%S.%f",), "sure"),
    (["20240105", "20241231"], ("%Y%m%d",), "sure"),
    (["45292", "45293.5"], ("excel",), "sure"),
    (["2024.01.05", "soon"], ("%Y.%m.%d",), "likely"),
]


@pytest.mark.parametrize(("values", "forms", "certainty"), DATES)
def test_dates(values, forms, certainty):
    found = date_formats(values)
    assert (found.value, found.certainty) == (forms, certainty)
    assert [check_format(form) for form in forms] == [None] * len(forms)


@pytest.mark.parametrize("values", [values for values, forms, _ in DATES if forms != ("excel",)])
def test_proposed_forms_are_those_that_the_reader_reads(values):
    patterns = [next(iter(format_patterns(form)[0].values())) for form in date_formats(values).value]
    folded = [value.translate(str.maketrans(*FOLDED)).strip(BLANKS) for value in values if value != "soon"]
    assert [value for value in folded if not any(re.fullmatch(pattern, value) for pattern in patterns)] == []


def test_values_that_fit_two_readings_are_asked():
    assert date_formats(["01-02-2024"]).text == "01-02-2024: 1 February or 2 January?"
    assert date_formats(["24-01-31"]).text == "24-01-31: 24 January 2031 or 31 January 2024?"
    assert date_formats(["01/01/2024"]).text == "01/01/2024: does the day or the month come first?"
    assert (
        date_formats(["13/01/2024", "01/13/2024"]).text == "13/01/2024: does the day or the month come first?"
    )


@given(st.lists(st.dates(date(1990, 1, 1), date(2035, 1, 1)), min_size=1), st.sampled_from(["/", "-"]))
def test_a_settled_order_is_never_wrong(days, separator):
    values = [f"{day:%d}{separator}{day:%m}{separator}{day:%Y}" for day in days]
    found = date_formats(values)
    if any(day.day > 12 for day in days):
        assert found.value == (f"%d{separator}%m{separator}%Y",)
    else:
        assert isinstance(found, Question)
        assert date_formats(values, "day_first").value == (f"%d{separator}%m{separator}%Y",)


@given(st.text(max_size=30), st.sampled_from([None, *DATE_ORDERS]))
def test_no_text_breaks_the_detection(text, answer):
    values = [text, "01/02/2024"]
    assert 0.5 <= share_of_dates(values) <= 1
    assert isinstance(date_formats(values, answer), Choice | Question)


def test_offsets():
    values = ["2024-01-05 10:00 +0300", "2024-01-05 10:00Z", "2024-01-05 10:00", "2024-01-05 10:00-05:00"]
    assert offsets_in(values) == {"+03:00": 1, "+00:00": 1, "-05:00": 1}


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        (["1 200,50", "3,5"], (",", "")),
        (["1.234,50 €"], (",", ".")),
        (["1'234.50"], (".", "")),
        (["$1,234.5"], (".", ",")),
        (["1,234,567"], (".", ",")),
        (["1.234", "12.5"], (".", "")),
        (["0.125"], (".", "")),
        (["1234.567"], (".", "")),
        (["1\xa0200,00 руб.", "(12,00)", "5,00-"], (",", "")),
        # A slip says nothing about how the others are written.
        (["3\xa0590,00", "11\xa0190,00", "1.234.56"], (",", "")),
        (["10.00", "12.50", "1.234.56"], (".", "")),
        (["1234,50", "12500,00", "1.234,00"], (",", "")),
        (["1234,50", "12.500,00", "1.234,00"], (",", ".")),
    ],
)
def test_decimal_marks(values, marks):
    assert decimal_marks(values).value == marks


def test_numbers_without_marks_need_none():
    assert decimal_marks(["12", "1 300", "soon"]) is None


@given(st.lists(st.integers(1000, 999_999), min_size=1))
def test_groups_of_three_are_never_guessed(amounts):
    for mark, other in (".,", ",."):
        values = [f"{amount:,}".replace(",", mark) for amount in amounts]
        found = decimal_marks(values)
        assert isinstance(found, Question)
        assert decimal_marks(values, other).value == (other, mark)


@given(st.lists(st.decimals(0, 10**7, places=2), min_size=1), st.sampled_from([".,", ",."]))
def test_two_decimals_are_always_settled(amounts, marks):
    decimal, thousands = marks
    values = [f"{amount:,}".translate({ord("."): decimal, ord(","): thousands}) for amount in amounts]
    has_thousands = any(thousands in value for value in values)
    assert decimal_marks(values).value == (decimal, thousands if has_thousands else "")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Заказ;Дата;Сумма", "cp1251"), ("Заказ;Дата;Сумма", "koi8-r"), ("Заказ;Дата;Сумма", "cp866"),
        ("Клієнт;Їжа;Ґанок", "cp1251"), ("ИТОГО", "koi8-r"), ("São Paulo, à côté, Düsseldorf", "cp1252"),
        ("Order", "utf-8"), ("Їжа", "utf-8"), ("Їжа", "utf-16"),
    ],
)  # fmt: skip
def test_encodings(text, encoding):
    assert detect_encoding(text.encode(encoding)).value == encoding


def test_two_delimiters_as_good_are_asked():
    question = detect_delimiter("a;b,c;d,e\n1;2,3;4,5\n6;7,8;9,1\n")
    assert isinstance(question, Choice)
    assert question.value == ";"
    question = detect_delimiter("a|b;c|d;e\nf|g;h|i;j\n")
    assert question.text == "What stands between the columns: semicolon or vertical bar?"


def test_names_of_columns():
    assert normalised("№ Заказа") == "номер заказа"
    assert normalised("orderId") == "order id"
    assert normalised("Сумма, ₴") == "сумма"
    assert normalised("Customer e-mail") == "customer email"
    assert header_weight("Total (EUR)", "amount") == 0.9
    assert header_weight("ordr date", "ordered_at") > 0.8
    assert header_weight("Customer e-mail", "customer_id") == 0
    assert [currency_in(text) for text in ("Сума, грн.", "5 руб.", "€ 5", "5 kr", "5 € / 6 $")] == [
        "UAH", "RUB", "EUR", None, None
    ]  # fmt: skip


@given(st.text())
def test_no_text_ends_its_quotes(text):
    text = text.encode("utf-8", "replace").decode()
    assert tomllib.loads(f"key = {toml_value(text)}") == {"key": text}


@given(
    st.lists(
        st.text("\"'\n\r\t\\]#=[x\x7f\u2028é", min_size=1, max_size=8),
        min_size=3,
        max_size=3,
        unique_by=lambda name: f"x{name}".strip(BLANKS),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_name_of_a_column_gets_out_of_its_setting(tmp_path, names):
    quoted = ['"x' + name.replace('"', '""') + '"' for name in names]
    file, client_file = tmp_path / "orders.csv", tmp_path / "client.toml"
    file.write_text(
        f"{','.join(quoted)}\nk7,2024-01-31,5.5\nk8,2024-02-01,6.5\n", encoding="utf-8", newline=""
    )
    answers = {"header_row": "1", "customer_id": "1", "ordered_at": "2", "amount": "3", "currency": "EUR"}
    client_file.write_text(propose([file], name='"]\n[x', answers=answers).client_toml(), encoding="utf-8")
    config = read_config(client_file)
    assert config.name == '"]\n[x'
    assert list(config.orders.columns.mapped().values()) == [f"x{name}".strip(BLANKS) for name in names]


@pytest.mark.parametrize("rows", [1, 3])
def test_blanks_within_a_date_cut_no_columns(tmp_path, rows):
    file = tmp_path / "orders.csv"
    lines = [f"{1000 + row},0{row + 1} January 2019,{row}.50\r\n" for row in range(rows)]
    file.write_text("".join(lines), encoding="utf-8", newline="")
    found = propose([file], name="Shop", answers={}).source
    assert {key: value for item in found for key, value in item.values.items()}["delimiter"] == ","


@given(exports())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_random_exports_are_settled_rightly_or_asked(tmp_path, export):
    dialect, truth = export.dialect, export.settings
    is_told = dialect.language != "en" or truth["encoding"] in ("utf-8", "utf-16")
    answers = {} if is_told and dialect.has_header else {"encoding": truth["encoding"]}
    file = tmp_path / "orders.csv"
    file.write_bytes(export.content)
    proposal = propose([file], name="Shop", answers=answers)
    found = {
        key: value for item in (*proposal.source, *proposal.columns) for key, value in item.values.items()
    }
    asked = {question.key for question in proposal.questions}
    assert found["header_row"] == truth["header_row"]
    assert found["delimiter"] == truth["delimiter"]
    assert "encoding" in asked or export.content.decode(found["encoding"]) == export.content.decode(
        truth["encoding"]
    )
    assert "date_order" in asked or truth["date_format"] in found["date_format"]
    if dialect.has_header and "encoding" not in asked:
        assert found["decimal_mark"] == truth["decimal_mark"]
        assert {role: found.get(role) for role in truth["columns"]} == truth["columns"]
