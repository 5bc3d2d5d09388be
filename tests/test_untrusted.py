"""Texts of unknown origin: what is hidden is made visible, what is long is cut, nothing else is touched."""

import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_utils.untrusted import shown


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", ""),
        ("C-1001", "C-1001"),
        ("Пётр О'Нил <b>", "Пётр О'Нил <b>"),
        ("عميل", "عميل"),
        ("a\tb\r\nc\x00", "a␉b␍␊c␀"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x7f", "␡"),
        ("\x85", "[U+0085]"),
        ("abc\u202etxt.exe", "abc[U+202E]txt.exe"),
        ("a\u200bb\ufeff", "a[U+200B]b[U+FEFF]"),
        ("one\u2028two", "one[U+2028]two"),
        ("\ud800", "[U+D800]"),
        (12, "12"),
        (None, ""),
        (np.nan, ""),
        (pd.NA, ""),
    ],
)
def test_hidden_characters_are_made_visible(text, seen):
    assert shown(text) == seen


def test_long_texts_are_cut():
    assert shown("x" * 60) == "x" * 60
    assert shown("x" * 5000) == "x" * 59 + "…"
    assert shown("abcdef", most=4) == "abc…"
    assert shown("abcd", most=4) == "abcd"
    assert shown("ab\u202ecd", most=8) == "ab…"  # a mark is never cut in two


@given(st.text(st.characters()), st.integers(1, 80))
def test_whatever_comes_nothing_hidden_is_left_and_the_length_holds(text, most):
    seen = shown(text, most)
    assert len(seen) <= most
    assert not {unicodedata.category(letter) for letter in seen} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert shown(seen, most) == seen
