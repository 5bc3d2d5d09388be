"""How tables are laid out: the widths at which their rows become cards, and what a card needs."""

import pytest

from retention_utils.table_looks import table_looks
from retention_utils.table_spans import Spanned


def laid_out(*columns):
    """Lay out a table from head, unit and cells of every column."""
    heads = [{"label": head, "unit": unit} for head, unit, *_ in columns]
    return table_looks(
        {"columns": heads, "cells": list(zip(*(cells for _, _, *cells in columns), strict=True))}, "en"
    )


MONTH = ("Month", "text", "Jan 2025")
COUNT, MONEY = ("Buyers", "count", "1,146"), ("Revenue", "money", "KZT 25,185,129")


@pytest.mark.parametrize(
    ("columns", "cards"),
    [
        ([MONTH, COUNT], ""),
        ([MONTH, COUNT, COUNT], ""),
        ([MONTH, COUNT, COUNT, COUNT], "cards0"),  # fits a common phone, and not the smallest
        ([MONTH, *[COUNT] * 4], "cards1"),
        ([MONTH, MONEY, MONEY], "cards1"),
        ([MONTH, *[MONEY] * 4], "cards2"),
        ([MONTH, *[MONEY] * 8], "cards3"),
        ([MONTH, *[MONEY] * 20], "cards3"),
    ],
)
def test_the_wider_a_table_the_sooner_it_is_cards(columns, cards):
    looks = laid_out(*columns)
    assert looks.classes.split() == [cards] * bool(cards)
    assert bool(looks.style) == bool(cards)
    assert looks.style.count("--h") == (len(columns) - 1) * bool(cards)


def test_a_long_head_makes_a_table_wide_by_its_longest_word_alone():
    assert not laid_out(MONTH, ("Buyers of old and of new", "count", "1")).style
    assert laid_out(MONTH, ("Donaudampfschifffahrtsgesellschaft", "count", "1")).style


def test_words_and_long_figures_take_a_line_of_a_card_and_short_ones_share_it():
    why = ("Why", "text", "Silent for longer than is usual for them, and they spend less than before, too")
    span = ("Interval", "figure", "from −10,500,000 to +31,600,000")
    looks = laid_out(MONTH, COUNT, why, span, MONEY)
    assert looks.classes.split() == ["text3", "tall", "cards2", "row3", "row4"]
    assert '--h3:"Why"' in looks.style


def test_words_that_are_held_together_make_a_table_wide():
    columns = [("95%-й интервал", "figure", "—")] * 4
    assert laid_out(MONTH, *columns).classes == "cards2"
    assert laid_out(MONTH, *[("Весь интервал", "figure", "—")] * 4).classes == "cards1"


def test_a_key_that_no_line_holds_may_be_broken_and_keeps_a_table_narrow():
    key = ("Customer", "name", "guest:244ee63b0037ceba0587fa7d173ea6cb")
    assert laid_out(key, MONEY, MONEY, MONEY).classes == "loose cards2"
    assert laid_out(MONTH, COUNT, COUNT, key).classes == "text4 cards2 row4"


def test_a_card_that_is_headed_by_a_number_says_of_what():
    looks = laid_out(("Age", "count", "3"), *[MONEY] * 3)
    assert looks.style.endswith(';--h1:"Age "')
    assert "--h1" not in laid_out(MONTH, *[MONEY] * 3).style


@pytest.mark.parametrize(
    ("columns", "keys"),
    [
        ([("Month", "text", "May", "June"), ("Days", "days", "30", "30")], 1),
        ([("Plan", "text", "year", "year"), ("Days", "days", "30", "90")], 2),
        ([("Plan", "text", "a", "a"), ("By", "text", "b", "b"), ("Days", "days", "30", "90")], 3),
        ([("Plan", "text", "a", "a"), ("By", "text", "b", "b")], 1),  # no telling: as good as any other
    ],
)
def test_a_row_is_named_by_as_many_columns_as_tell_it_from_the_others(columns, keys):
    looks = laid_out(*columns, *[("Revenue", "money", "KZT 25,185,129", "KZT 25,185,129")] * 3)
    assert looks.keys == keys
    assert [f'--h{place}:"{head} "' in looks.style for place, (head, *_) in enumerate(columns, 1)] == [
        1 < place <= keys for place in range(1, len(columns) + 1)
    ]


def test_intervals_have_the_width_of_their_widest_and_are_below_figures_where_columns_are_many():
    share = ("Churn", "share", Spanned("9.0%", "(7.9–10.2)"), Spanned("12.0%", "(10.1–14.2)"))
    month = ("Month", "text", "May", "June")
    assert laid_out(month, share).style == "--w2:5.2em"
    count = ("n", "count", "205", "323")
    assert laid_out(month, *[share] * 4, *[count] * 2).classes == "cards3"
    assert laid_out(month, *[share] * 4, *[count] * 3).classes == "cards2"


def test_a_head_cannot_leave_its_quotes():
    style = laid_out(MONTH, *[('";x:url(//a)}</style>', "money", "KZT 25,185,129")] * 3).style
    assert style.startswith('--h2:"\\22 \\3b x\\3a url\\28 \\2f \\2f a')
    assert style.count('"') == 6
