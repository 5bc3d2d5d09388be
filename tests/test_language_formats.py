"""Numbers as words: literal texts per language, and laws over all floats."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_utils.errors import ConfigError, TableError
from retention_utils.language_formats import BLANK, LanguageFormats

EN, RU, UK = LanguageFormats(), LanguageFormats("ru", "RUB"), LanguageFormats("uk", "UAH")
KINDS = ["count", "share", "money", "money2", "short_money", "number", "decimal3", "days", "points"]
MISSING = [None, np.nan, pd.NA, pd.NaT, np.inf, -np.inf, 1e300]
SPAN = "\u2060–\u2060"


def plain(text: str) -> str:
    """The text without what keeps it on one line."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2060", "")


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1234, "count", "1,234"),
        (np.int64(23502), "count", "23,502"),
        (-3817.0, "count", "−3,817"),
        (0.4611, "share", "46.1%"),
        (1, "share", "100.0%"),
        (-0.002, "points", "−0.2 points"),
        (0.031, "points", "+3.1 points"),
        (0.0, "points", "0.0 points"),
        (213400, "money", "$213,400"),
        (-213400, "money", "−$213,400"),
        (37.674, "money2", "$37.67"),
        (Decimal("37.5"), "money2", "$37.50"),
        (213400, "short_money", "$213k"),
        (-21340, "short_money", "−$21.3k"),
        (9999, "short_money", "$9,999"),
        (999600, "short_money", "$1M"),
        (1234567, "short_money", "$1.23M"),
        (1234.5, "number", "1,234.50"),
        (0.0457, "decimal3", "0.046"),
        (0, "days", "0 days"),
        (1, "days", "1 day"),
        (60, "days", "60 days"),
        (1234, "days", "1,234 days"),
    ],
)
def test_english(value, kind, text):
    assert EN.value(value, kind) == text


@pytest.mark.parametrize(
    ("formats", "texts"),
    [
        (
            RU,
            [
                "1 234",
                "46,1 %",
                "−0,2 п. п.",
                "−213 400 ₽",
                "213 тыс. ₽",
                "1 день",
                "2 дня",
                "60 дней",
                "21 день",
            ],
        ),
        (
            UK,
            [
                "1 234",
                "46,1%",
                "−0,2 в. п.",
                "−213 400 ₴",
                "213 тис. ₴",
                "1 день",
                "2 дні",
                "60 днів",
                "21 день",
            ],
        ),
    ],
    ids=["ru", "uk"],
)
def test_other_languages(formats, texts):
    got = [formats.count(1234), formats.share(0.4611), formats.points(-0.002), formats.money(-213400)]
    got += [formats.short_money(213400), *map(formats.days, (1, 2, 60, 21))]
    assert [plain(text) for text in got] == texts


def test_digits_are_the_callers():
    assert EN.share(0.4611, digits=0) == "46%"
    assert EN.points(0.0223, digits=0) == "+2 points"
    assert EN.money(37.674, digits=1) == "$37.7"
    assert EN.number(2.5, digits=3) == "2.500"
    assert EN.days(1.25, digits=1) == "1.2 days"


def test_halves_go_to_the_even_digit():
    # Babel's rule, on the decimal as written: 0.125 is a half, and so is 2.675 although its float lies below.
    assert [EN.count(x) for x in (0.5, 1.5, 2.5)] == ["0", "2", "2"]
    assert [EN.number(x) for x in (0.125, 2.675, 2.665)] == ["0.12", "2.68", "2.66"]
    assert EN.share(0.0125) == "1.2%"


def test_a_rounded_zero_has_no_sign():
    assert EN.count(-0.4) == "0"
    assert EN.share(-0.0001) == "0.0%"
    assert EN.points(-0.0004) == "0.0 points"
    assert EN.money(-0.2) == "$0"
    assert EN.change(-0.2, "count") == EN.change(0.2, "count") == "0"


def test_changes_carry_their_sign():
    assert EN.change(3817, "count") == "+3,817"
    assert EN.change(-0.021, "share") == "−2.1%"
    assert EN.change(4000, "money") == "+$4,000"
    assert EN.change(0.021, "points") == "+2.1 points"
    assert EN.change(None, "money") == BLANK


@pytest.mark.parametrize(
    ("low", "high", "kind", "text"),
    [
        (0.445, 0.477, "share", f"44.5{SPAN}47.7%"),
        (34, 38, "money", f"$34{SPAN}38"),
        (34.251, 38.107, "money2", f"$34.25{SPAN}38.11"),
        (780_000, 870_000, "short_money", f"$780k{SPAN}870k"),
        (900_000, 1_200_000, "short_money", f"$900k{SPAN}1.2M"),
        (1200, 1500, "count", f"1,200{SPAN}1,500"),
        (1, 60, "days", f"1{SPAN}60 days"),
        (41, 56, "days", f"41{SPAN}56 days"),
        (-0.006, 0.002, "points", "−0.6 to +0.2 points"),
        (0.001, 0.002, "points", "+0.1 to +0.2 points"),
        (-213, 40, "money", "−$213 to $40"),
        (-0.061, -0.012, "share", "−6.1 to −1.2%"),
    ],
)
def test_intervals(low, high, kind, text):
    assert EN.interval(low, high, kind) == text


def test_intervals_in_other_languages():
    assert RU.interval(0.445, 0.477, "share") == f"44,5{SPAN}47,7\u00a0%"
    assert RU.interval(34, 38, "money") == f"34{SPAN}38\u00a0₽"
    assert RU.interval(41, 56, "days") == f"41{SPAN}56\u00a0дней"
    assert plain(UK.interval(-0.006, 0.002, "points")) == "від −0,6 до +0,2 в. п."
    assert plain(RU.interval(-0.061, -0.012, "share")) == "от −6,1 до −1,2 %"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (780_000, 870_000, "780–870 тыс. ₽"),
        (900_000, 1_200_000, "900 тыс. – 1,2 млн ₽"),
        (9000, 12_000, "9–12 тыс. ₽"),  # one notation for both ends
        (900, 12_000, "900 ₽ – 12 тыс. ₽"),  # 900–12 тыс. would be nine hundred thousand
        (-57_000, 1_200_000, "от −57 тыс. до 1,2 млн ₽"),
    ],
)
def test_spans_of_money_say_the_sign_once_and_every_scale(low, high, text):
    assert plain(RU.interval(low, high, "short_money")) == text


@pytest.mark.parametrize(
    ("currency", "sign"),
    [("KZT", "₸"), ("UAH", "₴"), ("RUB", "₽"), ("USD", "$"), ("EUR", "€"), ("GBP", "£"), ("BYN", "BYN")],
)
@pytest.mark.parametrize("language", ["ru", "uk"])
def test_money_bears_the_sign_of_its_currency(language, currency, sign):
    formats = LanguageFormats(language, currency)
    assert plain(formats.short_money(3_741_000)) == f"3,74 млн {sign}"
    assert plain(formats.money(8722.5, digits=2)) == f"8 722,50 {sign}"


def test_in_english_the_code_of_a_currency_stands_apart_from_its_number():
    tenge, canadian = LanguageFormats("en", "KZT"), LanguageFormats("en", "CAD")
    assert tenge.money(-8722.5, digits=2) == "−KZT\u00a08,722.50"
    assert tenge.short_money(3_741_000) == "KZT\u00a03.74M"
    assert tenge.interval(412_000, 516_000, "short_money") == "KZT\u00a0412k\u2060–\u2060516k"
    assert canadian.money(5) == "CA$5"


def test_a_share_that_was_set_has_no_more_digits_than_that():
    assert [EN.stated_share(value) for value in (0.2, 0.125, 1, None)] == ["20%", "12.5%", "100%", "—"]
    assert plain(EN.interval(0.05, 0.2, "stated_share")) == "5–20%"


def test_nothing_breaks_within_a_number_or_before_its_unit():
    assert RU.count(-1234567) == "−1\u202f234\u202f567"
    assert UK.money(1234567) == "1\u202f234\u202f567\u00a0₴"
    assert UK.days(1234) == "1\u202f234\u00a0дні"
    assert RU.share(12.5) == "1\u202f250,0\u00a0%"
    assert RU.date("2024-11-05") == "5\u00a0ноября 2024\u202fг."
    texts = [one.value(1234567.5, kind) for one in (RU, UK) for kind in KINDS]
    assert [text for text in texts if " " in text] == []


@pytest.mark.parametrize(
    ("key", "russian", "ukrainian", "short"),
    [
        ("2024-05", "май 2024 г.", "травень 2024 р.", ("май 2024", "трав. 2024")),
        ("2024-11", "ноябрь 2024 г.", "листопад 2024 р.", ("нояб. 2024", "лист. 2024")),
        ("2024-Q4", "4-й кв. 2024 г.", "4-й кв. 2024 р.", ("4-й кв. 2024",) * 2),
        ("2024", "2024 г.", "2024 р.", ("2024",) * 2),
        ("2024-W45", "4–10 ноября 2024 г.", "4–10 листопада 2024 р.", ("04.11.2024",) * 2),
        ("2024-W44", "28 октября – 3 ноября 2024 г.", "28 жовтня – 3 листопада 2024 р.", ("28.10.2024",) * 2),
        (
            "2025-W01",
            "30 декабря 2024 г. – 5 января 2025 г.",
            "30 грудня 2024 р. – 5 січня 2025 р.",
            ("30.12.2024",) * 2,
        ),
        (
            "2024-01-15..2024-03-31",
            "15 января – 31 марта 2024 г.",
            "15 січня – 31 березня 2024 р.",
            ("15.01.2024",) * 2,
        ),
        ("2024-01-15..2024-01-15", "15 января 2024 г.", "15 січня 2024 р.", ("15.01.2024",) * 2),
    ],
)
def test_periods_in_other_languages(key, russian, ukrainian, short):
    assert (plain(RU.period(key)), plain(UK.period(key))) == (russian, ukrainian)
    assert (plain(RU.period(key, short=True)), plain(UK.period(key, short=True))) == short


@pytest.mark.parametrize(
    ("key", "text", "short"),
    [
        ("1998-06", "June 1998", "Jun 1998"),
        ("1998-Q2", "Q2 1998", "Q2 1998"),
        ("1998", "1998", "1998"),
        ("2024-W45", "week 45 of 2024", "2024-W45"),
        ("2024-01-15..2024-03-31", "15 January – 31 March 2024", "15 January 2024"),
    ],
)
def test_periods(key, text, short):
    assert (EN.period(key), EN.period(key, short=True)) == (text, short)


@pytest.mark.parametrize(
    "day", [dt.date(1998, 6, 30), dt.datetime(1998, 6, 30, 23, 59), pd.Timestamp("1998-06-30"), "1998-06-30"]
)
def test_dates(day):
    assert EN.date(day) == "30 June 1998"
    assert (EN.month(day), EN.month(day, short=True)) == ("June 1998", "Jun 1998")
    assert plain(RU.date(day)) == "30 июня 1998 г."
    assert plain(UK.month(day)) == "червень 1998 р."


def test_periods_are_named_by_their_first_day():
    assert EN.month(pd.Period("1997-04"), short=True) == "Apr 1997"
    assert EN.date(pd.Period("1998Q2")) == "1 April 1998"


@pytest.mark.parametrize("value", MISSING, ids=repr)
def test_what_is_not_a_number_is_a_dash(value):
    assert [EN.value(value, kind) for kind in KINDS] == [BLANK] * len(KINDS)
    assert EN.interval(0.1, value, "share") == EN.interval(value, 0.1, "share") == BLANK


@pytest.mark.parametrize("value", [None, np.nan, pd.NaT], ids=repr)
def test_no_date_is_a_dash(value):
    assert (EN.date(value), EN.month(value)) == (BLANK, BLANK)


@given(
    st.one_of(st.floats(), st.integers(-(10**25), 10**25)),
    st.sampled_from(KINDS),
    st.sampled_from([EN, RU, UK]),
)
def test_any_number_has_a_text(value, kind, formats):
    text = formats.value(value, kind)
    assert text and "-" not in text
    assert formats.change(value, kind).lstrip("+") == text.lstrip("+")
    assert (text == BLANK) == (not abs(value) < 1e20)


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_texts_read_back_to_the_number(value, digits):
    read = float(EN.number(value, digits=digits).replace(",", "").replace("−", "-"))
    assert abs(read - value) <= 0.5 * 10**-digits + 1e-6


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.sampled_from(KINDS))
def test_an_interval_never_reads_as_another(low, high, kind):
    low, high = sorted((low, high))
    text = EN.interval(low, high, kind)
    assert (SPAN in text) != (" to " in text)
    assert text.count("%") <= 1 and text.count("point") <= 1 and text.count("day") <= 1


def test_unknown_words_are_refused():
    with pytest.raises(ConfigError, match=r"language is 'de'; use one of \['en', 'ru', 'uk'\]"):
        LanguageFormats("de")
    with pytest.raises(ConfigError, match=r"currency is 'usd'; use an ISO 4217 code.*Did you mean 'USD'"):
        LanguageFormats(currency="usd")
    with pytest.raises(TableError, match=r"kind is 'shares'.*Did you mean 'share'"):
        EN.value(0.5, "shares")
