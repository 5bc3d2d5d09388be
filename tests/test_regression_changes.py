"""What differs between two outputs is listed once, where it stands; what is near enough passes nbval."""

from decimal import Decimal

import pytest
from notebook_samples import finding, kpi, table

from retention_utils.regression.changes import Change, Judge
from retention_utils.regression.outputs import Difference, differences, forgiven
from retention_utils.regression.plugin import NO_NUMBERS

EXACT, LOOSE = Judge(), Judge(Decimal("0.01"))
SKIPPED = ("metadata", "image/png", *NO_NUMBERS)


def shown(item, *, plain="PLAIN", **more):
    kind, content = item
    data = {f"application/vnd.retention.{kind}+json": content, "text/plain": plain, **more}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def compared(before, now, judge=EXACT):
    return differences([before], [now], judge, skipped=SKIPPED)


def is_forgiven(before, now, judge=LOOSE):
    return forgiven([now], [before], judge) == [before]


WORDS = {
    "en": ("{} lapsed", "1,{}", "9.{}%"),
    "ru": ("{} ушли", "1\u202f{}", "9,{}\u00a0%"),
    "uk": ("{} пішли", "1\u202f{}", "9,{}%"),
}


@pytest.mark.parametrize("language", WORDS)
def test_each_language_in_each_kind_of_output_within_and_outside(language):
    sentence, number, share = WORDS[language]
    judge = Judge(Decimal("0.01"), language)
    for written in (number, share):
        was, near, far = (sentence.format(written.format(digits)) for digits in (146, 147, 946))
        pairs = [(stream(was), stream(near), stream(far))]
        pairs += [tuple(shown(finding({language: text})) for text in (was, near, far))]
        pairs += [tuple(shown(finding(), plain=f"a\n{text}") for text in (was, near, far))]
        pairs += [
            tuple(shown(finding(), **{"text/html": f"<b id='7'>{text}</b>"}) for text in (was, near, far))
        ]
        for before, within, outside in pairs:
            assert is_forgiven(before, within, judge)
            assert not is_forgiven(before, outside, judge)
            assert compared(before, within, judge) == []
            (found,) = compared(before, outside, judge)
            assert found.relative > 0.01


def test_numbers_of_data_are_compared_as_numbers():
    before, near, far = (shown(kpi(number=value)) for value in (1000, 1010, 1011))
    assert is_forgiven(before, near)
    assert not is_forgiven(before, far)
    assert compared(before, far, LOOSE) == [Difference("kpi k: number", 1000, 1011, 0.011)]
    # A difference at all, where none is tolerated.
    assert compared(before, near) == [Difference("kpi k: number", 1000, 1010, 0.01)]


def test_a_cell_of_a_table_is_named_by_row_and_column_and_listed_once():
    before, now = shown(table()), shown(table(rows=(("A", 4), ("B", None))))
    assert compared(before, now) == [Difference("table segments: A, Customers", 3, 4, pytest.approx(1 / 3))]


def test_names_are_no_numbers_however_great_the_tolerance():
    columns = (("customer_id", "Customer", "name"), ("orders", "Orders", "count"))
    before, now = (shown(table(columns, rows=((name, 5),))) for name in ("10234", "10235"))
    assert not is_forgiven(before, now)
    (found,) = compared(before, now, LOOSE)
    assert (found.what, found.before, found.now, found.relative) == (
        "table segments: 10234, Customer",
        "10234",
        "10235",
        None,
    )


def test_words_that_change_are_told_whole_whatever_the_tolerance():
    before, now = (shown(finding(text)) for text in ("9.1% rose", "9.1% fell"))
    assert not is_forgiven(before, now)
    assert compared(before, now, LOOSE) == [Difference("finding f: text", "9.1% rose", "9.1% fell")]
    # Another unit is another text: 9.1 million are not 9.1 thousand.
    assert compared(stream("9.1M"), stream("9.1k"), LOOSE) == [Difference("stdout, line 1", "9.1M", "9.1k")]
    # So is another place of the decimal point, as another language would have it.
    assert LOOSE.texts("1.5", "1,5") == [Change((), "1.5", "1,5")]


def test_how_far_columns_are_set_apart_counts_only_without_a_tolerance():
    before, now = stream("a    999\nb  1,000"), stream("a  1,000\nb  1,000")
    assert compared(before, now, LOOSE) == []
    assert is_forgiven(before, now)
    assert compared(before, now) == [Difference("stdout, line 1", "a    999", "a  1,000")]


def test_written_otherwise_is_different_without_a_tolerance_though_worth_the_same():
    assert EXACT.texts("1.0 x", "1.00 x") == [Change((), "1.0", "1.00", 0.0)]
    assert EXACT.lines("a", "a\n") == [Change((2,), None, "")]


def test_lines_and_items_that_came_or_went_are_no_numbers():
    assert compared(stream("a\n1\nb"), stream("a\nb"), LOOSE) == [Difference("stdout, line 2", "1", None)]
    longer = table(rows=(("A", 3), ("B", None), ("C", 1)))
    found = compared(shown(table()), shown(longer), LOOSE)
    assert [difference.before for difference in found] == [None]
    assert not is_forgiven(shown(table()), shown(longer))
    # A value that is there and empty is not one that is missing.
    assert len(LOOSE.data([1], [1, None], is_exact=lambda at: False)) == 1
    assert len(LOOSE.data({}, {"a": None}, is_exact=lambda at: False)) == 1


def test_an_output_that_came_or_went_is_named_and_the_others_are_still_compared():
    before = [shown(kpi(number=1)), shown(finding())]
    now = [shown(finding("Something else."), plain="no")]
    found = differences(before, now, LOOSE, skipped=SKIPPED)
    assert found[0] == Difference("kpi k", "PLAIN", None)
    assert (found[1].what, found[1].now) == ("finding f: text", "Something else.")


def test_true_is_no_number_and_pictures_are_not_compared():
    assert len(LOOSE.data(True, False, is_exact=lambda at: False)) == 1
    assert (
        compared(shown(finding(), **{"image/svg+xml": "a"}), shown(finding(), **{"image/svg+xml": "b"})) == []
    )


def test_outputs_are_paired_by_kind_as_nbval_pairs_them():
    before = [stream("100"), shown(finding("200 x"), plain="300")]
    now = [shown(finding("201 x"), plain="303"), stream("101")]
    kept = forgiven(now, before, LOOSE)
    assert [kept[1], kept[0]] == before


def test_what_every_language_says_is_listed_once_and_what_one_says_alone_as_well():
    def said(en, ru):
        return shown(finding({"en": f"{en} of {ru}", "ru": f"{ru} из {en}"}))

    assert [found.what for found in compared(said(5, 7), said(6, 7))] == ["finding f: text en"]
    before, now = {"en": "5 left", "ru": "5 ушли"}, {"en": "6 left", "ru": "9 ушли"}
    found = compared(shown(finding(before)), shown(finding(now)))
    assert [(each.what[-2:], each.now) for each in found] == [("en", "6"), ("ru", "9")]
