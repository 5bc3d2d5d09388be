"""Signs and words of currencies: the same ones are proposed, read beside amounts and read in a column."""

import pytest
from babel.core import get_global

from retention_utils.currency_signs import (
    currency_in,
    currency_sign,
    currency_signs,
    currency_words,
    every_sign,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Сумма, грн.", "UAH"), ("1\xa0200,50 ₴", "UAH"), ("5 руб.", "RUB"), ("100р.", "RUB"), ("12 бел. руб.", "BYN"),
        ("€ 5", "EUR"), ("-5,00€", "EUR"), ("Total (EUR)", "EUR"), ("5USD", "USD"), ("US$5", "USD"), ("A$ 5", "AUD"),
        ("12 долл. США", "USD"), ("Сумма, тг", "KZT"), ("5 zł", "PLN"),
        ("5 kr", None), ("¥500", None), ("5 € / 6 $", None), ("eurasia 5", None), ("Order", None), ("", None),
    ],
)  # fmt: skip
def test_the_currency_in_a_text(text, code):
    assert currency_in(text) == code


def test_every_sign_is_that_of_a_currency_there_is():
    codes = {sign.upper() for sign in every_sign()} & set(get_global("all_currencies"))
    assert set().union(*map(currency_signs, codes)) == set(every_sign())
    assert {code: currency_in(code) for code in codes} == {code: code for code in codes} | {"RUR": "RUB"}


def test_signs_come_longest_first_with_the_code():
    assert currency_signs("RUB") == ("рублей", "руб.", "rub", "rur", "руб", "р.", "р", "₽")
    assert currency_signs("XAF") == ("xaf",)


def test_a_sign_that_several_share_means_the_currency_of_the_client():
    assert currency_words("EUR")["$"] == "USD"
    assert currency_words("CAD")["$"] == "CAD"
    assert "kr" not in currency_words("EUR")
    assert currency_words("SEK")["kr"] == "SEK"


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        ("USD", "$"), ("EUR", "€"), ("UAH", "₴"), ("RUB", "₽"), ("KZT", "₸"), ("GEL", "₾"),
        ("AUD", None),  # a dollar is taken for the American one
        ("CNY", None),  # shares its sign with the yen
        ("BYN", None), ("PLN", None),  # letters
        ("XAF", None),
    ],
)  # fmt: skip
def test_a_sign_that_stands_for_one_currency(code, sign):
    assert currency_sign(code) == sign
