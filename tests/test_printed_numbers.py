"""Numbers are found in what the languages print, and told apart exactly at the tolerance."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_utils.formats import Formats
from retention_utils.regression.changes import Judge
from retention_utils.regression.printed import is_near, relative_difference, split_numbers


def values(text, language="en", **more):
    return [
        (number.text, float(number.value)) for number in split_numbers(text, language=language, **more)[1]
    ]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "9.1% of 1,146", [("9.1%", 9.1), ("1,146", 1146)]),
        ("en", "(95% interval 7.5\u2060–\u206010.9%)", [("95%", 95), ("7.5", 7.5), ("10.9%", 10.9)]),
        ("en", "KZT3.74M, $213k, −€1.50", [("3.74M", 3.74), ("213k", 213), ("1.50", 1.5)]),
        ("en", "−11.6% to +3.9%", [("−11.6%", -11.6), ("+3.9%", 3.9)]),
        ("en", "[3741975.64, -2, 1e-05]", [("3741975.64", 3741975.64), ("-2", -2), ("1e-05", 1e-05)]),
        ("ru", "9,1\u00a0% из 1\u202f146", [("9,1\u00a0%", 9.1), ("1\u202f146", 1146)]),
        ("ru", "от\u00a0−1,5 до\u00a0+3,2\u00a0п.\u00a0п.", [("−1,5", -1.5), ("+3,2", 3.2)]),
        ("ru", "3,74\u00a0млн\u00a0₸, 12\u00a0567.5", [("3,74", 3.74), ("12\u00a0567.5", 12567.5)]),
        ("uk", "9,1% (104 з 1\u202f146), 95%-й", [("9,1%", 9.1), ("104", 104), ("1\u202f146", 1146), ("95%", 95)]),
    ],
)  # fmt: skip
def test_numbers_are_read_as_the_language_prints_them(language, text, found):
    assert values(text, language) == found


@pytest.mark.parametrize(
    "text",
    ["January 2024", "2024-11-04", "04.11.2024", "12:30", "0012", "P01", "ABC-123", "ABC123", "v1.2.3", "1,2", "x_5"],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_none(text):
    assert values(text) == []


def test_digits_of_tags_are_no_numbers():
    assert values('<td colspan="2">3</td>&#39;', is_markup=True) == [("3", 3)]


def test_nothing_of_a_text_is_lost():
    text = "9.1% of 1,146 in 2024"
    between, numbers = split_numbers(text)
    assert between[0] + "".join(n.text + rest for n, rest in zip(numbers, between[1:], strict=True)) == text


def test_from_zero_nothing_is_near_and_nothing_relative():
    assert is_near(Decimal(0), Decimal(0), Decimal("0.1"))
    assert not is_near(Decimal(0), Decimal("1e-9"), Decimal("0.1"))
    assert relative_difference(Decimal(0), Decimal(1)) is None
    assert relative_difference(Decimal(-4), Decimal(-5)) == -0.25


@given(
    st.sampled_from(["en", "ru", "uk"]),
    st.sampled_from(["number", "money2", "share"]),
    st.decimals("-99999", "99999", places=2),
    st.decimals("-0.2", "0.2", places=3),
    st.decimals("0.001", "0.2", places=3),
)
def test_within_and_outside_are_told_apart_in_every_language(language, kind, value, moved, tolerance):
    formats = Formats(language, "EUR")
    texts = [
        str(formats.say("It is {x}.", x=formats.value(each, kind))) for each in (value, value * (1 + moved))
    ]
    (before,), (now,) = (split_numbers(text, language=language)[1] for text in texts)
    found = Judge(tolerance, language).texts(*texts)
    is_sign_kept = (value < 0) == (value * (1 + moved) < 0)
    assert is_sign_kept
    # What is printed is compared, not what was rounded.
    assert (not found) == (abs(now.value - before.value) <= tolerance * abs(before.value))
