"""The glossary: its words in three languages, the sums in its explanations, and what the chapter says."""

import re
from math import ceil
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from retention_utils.columns.glossary import (
    CONTRACT,
    FORMULAS,
    NAMES,
    WRONG_FORMULAS,
    word_columns,
    wrong_columns,
)
from retention_utils.display_tables import show_table
from retention_utils.findings.glossary import (
    contract,
    definitions,
    figures_by_key,
    formulas,
    names,
    other_languages,
    words,
    wrong_formulas,
)
from retention_utils.findings.norms import norm_cards
from retention_utils.formats import Formats
from retention_utils.glossary.norms import read_norms
from retention_utils.glossary.terms import Glossary, read_terms
from retention_utils.language_formats import LanguageFormats
from retention_utils.notebooks import ShownItems
from retention_utils.segments.groups import CELLS, group_names

LANGUAGES = ("en", "ru", "uk")
TERMS = {term.key: term for term in read_terms().term}
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
EUR, ALL = Formats("en", "EUR"), Formats("en,ru,uk", "EUR")


def whole(text):
    return {"en": f"{text}.", "ru": f"{text} да.", "uk": f"{text} так."}


def term(key="churn", **changes):
    return {"key": key, "chapters": ["03_pulse"], "name": whole("Churn"), "meaning": whole("Loss"), **changes}


def glossary(*terms):
    return Glossary.model_validate({"sources": {"S4": whole("articles")}, "term": list(terms)})


def wrong(**changes):
    return {"formula": whole("a"), "why": whole("b"), "sources": ["S4"], **changes}


def texts(language):
    """Every text of one language with the key of its term."""
    for each in read_terms().term:
        parts = [each.name, each.meaning, *([each.formula] if each.formula else [])]
        parts += [part for one in each.wrong for part in (one.formula, one.why)]
        for part in parts:
            yield each.key, getattr(part, language)


def why(key, number, language="en"):
    return getattr(TERMS[key].wrong[number].why, language)


# --- the words of the package ----------------------------------------------------------------------------------


def test_every_word_of_the_chapters_is_there():
    wanted = """customer order purchase net_revenue active lapsed churn_rate retention_rate cohort retention_on
    retention_on_or_after retention_bracket retention_cumulative repeat_purchase_rate reactivation churn_gap
    false_churn late_detection hidden_churn fading purchase_frequency average_order_value clv_historic
    clv_formula clv_model cac ltv_to_cac payback margin nps rfm concentration interval median kaplan_meier
    hold_out precision lift calibration equilibrium_base revenue_at_stake uplift grr nrr mrr symptom follow_up
    returning_share discounting retention_point most_per_save quick_ratio renewal_rate involuntary_churn
    residual_life practice cause detractor staff_bonus control_group standardised_difference sample_size
    controllable_churn competitive_churn unknown_reasons economic_effect orders_per_active
    falling_use"""
    assert set(TERMS) == set(wanted.split()) | set(CELLS)


def test_every_chapter_named_is_there():
    known = {file.stem for file in NOTEBOOKS.glob("*.ipynb")}
    assert {chapter for each in TERMS.values() for chapter in each.chapters} <= known
    assert [key for key, each in TERMS.items() if not each.chapters] == []


def test_every_source_is_cited():
    cited = {source for each in TERMS.values() for one in each.wrong for source in one.sources}
    assert cited == set(read_terms().sources)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_words_are_called_the_same(language):
    called = [getattr(each.name, language) for each in TERMS.values()]
    assert len(set(called)) == len(called)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_meaning_is_one_sentence_and_a_formula_none(language):
    for each in TERMS.values():
        meaning = getattr(each.meaning, language)
        assert re.fullmatch(r"[^.!?]*[^.!?\s]\.", meaning), meaning
        for part in [each.formula, *(one.formula for one in each.wrong)]:
            assert part is None or not getattr(part, language).endswith("."), each.key
        assert all(getattr(one.why, language).endswith(".") for one in each.wrong), each.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_blanks_at_its_ends_or_two_in_a_row(language):
    assert [key for key, text in texts(language) if text != text.strip() or "  " in text] == []


@pytest.mark.parametrize(("language", "foreign"), [("ru", "іїєґ’"), ("uk", "ыэёъ")])
def test_russian_holds_no_ukrainian_letters_and_the_other_way_round(language, foreign):
    assert [key for key, text in texts(language) if set(text.lower()) & set(foreign)] == []


def test_english_holds_no_cyrillic_and_the_others_are_written_in_it():
    assert [key for key, text in texts("en") if re.search(r"[\u0400-\u04ff]", text)] == []
    for language in ("ru", "uk"):
        for each in TERMS.values():
            for part in (each.name, each.meaning, *(one.why for one in each.wrong)):
                assert re.search(r"[\u0400-\u04ff]{3}", getattr(part, language)), each.key


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_cyrillic_words_hold_no_latin_look_alikes(language):
    mixed = re.compile(r"[a-z][\u0400-\u04ff]|[\u0400-\u04ff][a-z]", re.IGNORECASE)
    assert [text for _, text in texts(language) if mixed.search(text)] == []


@pytest.mark.parametrize(
    ("language", "wrong", "right"), [("ru", r"\d ?%(?!-й)", "93\u00a0%"), ("uk", r"\d\s%", "93%")]
)
def test_per_cent_is_written_as_the_numbers_of_the_report_are(language, wrong, right):
    assert [text for _, text in texts(language) if re.search(wrong, text)] == []
    assert any(right in text for _, text in texts(language))
    assert LanguageFormats(language).share(0.93, digits=0) == right


def test_no_language_says_other_figures_than_the_others():
    def figures(text, language):
        if language == "en":
            text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
        else:
            text = re.sub(r"(?<=\d)\u00a0(?=\d{3}\b)", "", text)
            text = re.sub(r"(?<=\d),(?=\d)", ".", text)
        return sorted(re.findall(r"\d+(?:\.\d+)?", text))

    parts = zip(*(texts(language) for language in LANGUAGES), strict=True)
    for (key, en), (_, ru), (_, uk) in parts:
        assert figures(en, "en") == figures(ru, "ru") == figures(uk, "uk"), (key, en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_groups_are_called_as_in_the_chapter_on_segments(language):
    called = group_names(Formats(language))
    assert {group: getattr(TERMS[group].name, language) for group in CELLS} == {
        group: called[group] for group in CELLS
    }


def test_the_groups_are_made_of_the_cells_of_the_chapter_on_segments():
    def classes(letter, of):
        return f"{letter}{of[0]}" if len(of) == 1 else f"{letter}{of[0]}–{of[-1]}"

    for group, (recency, frequency) in CELLS.items():
        formula = TERMS[group].formula
        assert {formula.en, formula.ru, formula.uk} == {f"{classes('R', recency)}, {classes('F', frequency)}"}


# --- the sums in the explanations ------------------------------------------------------------------------------


def test_the_net_change_is_not_churn():
    start, end, joined = 100, 93, 10
    assert (start - end) / start == 0.07
    assert (start - (end - joined)) / start == 0.17
    assert "churn of 7%; if 10 joined meanwhile, 17 of the 100 were lost: 17%" in why("churn_rate", 0)


def test_the_mean_base_makes_churn_smaller():
    assert f"{10 / ((100 + (100 - 10 + 29)) / 2):.1%}" == "9.1%"
    assert "10 lost of 100 are 10%, but 9.1% as soon as 29 join" in why("churn_rate", 2)


@pytest.mark.parametrize(("month", "year"), [(3, "30.6%"), (2, "21.5%"), (5, "46.0%"), (15, "85.8%")])
def test_a_month_of_churn_is_not_a_twelfth_of_a_year(month, year):
    assert f"{1 - (1 - month / 100) ** 12:.1%}" == year
    assert re.search(rf"\b{month}% (a month )?are {re.escape(year)}", why("churn_rate", 3))
    assert 12 * 3 == 36


def test_per_cent_below_the_line_make_a_hundredth_of_it():
    assert f"{93 / (100 * 100):.2%}" == "0.93%"
    assert "93 kept of 100 give 0.93% where 93% is meant" in why("retention_rate", 0)


def test_the_bracket_formula_counts_different_people_against_each_other():
    start = {f"old {number}" for number in range(100)}
    gone = {f"old {number}" for number in range(11)} - {"old 0"}  # 11 leave, one of them returns
    joined = {f"new {number}" for number in range(30)}
    end = (start - gone) | (joined - {"new 0"})
    assert len(start & end) / len(start) == 0.90
    assert (len(end) - len(joined)) / len(start) == 0.89
    more = end | {f"former {number}" for number in range(6)}
    assert (len(more) - len(joined)) / len(start) == 0.95
    assert len(start & more) / len(start) == 0.90
    told = why("retention_rate", 1)
    assert "90% stayed, the formula says 89%. If 6 former customers come back as well, it says 95%" in told
    # The same on the mean base.
    assert len(end) == 119
    assert f"{(len(end) - len(joined)) / ((len(start) + len(end)) / 2):.1%}" == "81.3%"
    assert "(100 at the start, 119 at the end) it says 81.3% where 90% stayed" in why("retention_rate", 2)


def test_two_division_signs_say_something_else():
    assert 600 / 500 / 300 == 0.004
    assert 600 / 300 == 2
    assert "600 orders, 500 purchases and 300 customers give 0.004; what is meant is 600 ÷ 300 = 2" in why(
        "purchase_frequency", 0
    )


def test_twenty_years_at_a_hundred_dollars_are_not_two_thousand():
    paid = sum(100 * (0.9 / 1.1) ** year for year in range(20))
    assert round(paid) == 540
    assert 100 * 20 == 2000
    assert "it is 540 dollars, and still revenue" in why("clv_formula", 1)


def test_payback_is_rounded_up():
    assert f"{720 / 115:.2f}" == "6.26"
    assert (ceil(720 / 115), 6 * 115, 7 * 115 >= 720) == (7, 690, True)
    assert "720 ÷ 115 is 6.26: after six flights 690 of the fee of 720" in why("payback", 0)


def test_the_other_sums_are_right_too():
    assert (30 / 0.03, 500 * 0.03) == (1000, 15)
    assert "a base of 500 loses 15, grows, and settles at 1,000" in why("equilibrium_base", 0)
    assert (0.3 * 100 + 0.7 * 300, (0.3 + 0.7) / 2, 240 / 400) == (240, 0.5, 0.6)
    assert "a mean of 50%, while 240 of 400 bought, which is 60%" in why("retention_on", 1)
    assert (10_000 / 100, 10_000 / 500) == (100, 20)
    assert "make 100 for each new customer and not 20" in why("cac", 0)
    assert 3 * 0.25 == 0.75
    assert "a ratio of 3 in revenue is 0.75 in margin" in why("ltv_to_cac", 0)
    assert (50 / 100, f"{50 / 150:.1%}") == (0.5, "33.3%")
    assert "a mark-up of 50%, a margin of 33.3%" in why("margin", 0)
    scores = [10, 10, 10, 6, 6]
    promoters, detractors = (
        sum(score >= 9 for score in scores) * 20,
        sum(score <= 6 for score in scores) * 20,
    )
    assert (sum(scores) / 5, promoters, detractors, promoters - detractors) == (8.4, 60, 40, 20)
    assert "a mean of 8.4, which sounds very good; the NPS is 60 − 40 = +20" in why("nps", 0)
    assert ((1100 - 250) / 1000, 1100 / 1000) == (0.85, 1.1)
    assert "with 250 from new customers is 85% and not 110%" in why("nrr", 0)
    assert (1200 / 12, 60 - 55, 50 * 0.10, 50 * 0.14) == (100, 5, 5, 7.000000000000001)
    assert "5 and 7 people" in why("interval", 0)
    assert (1 / 0.05) / (1 / 0.10) == 2
    assert "from 10% to 5%, which doubles how long customers stay" in why("retention_point", 0)
    assert round(400 / 300, 2) == 1.33
    assert "With 300 lost and 400 won it is 1.33" in why("quick_ratio", 0)
    assert (20 / 40, 20 / 100, 100 - 40) == (0.5, 0.2, 60)
    assert "20 such reasons it says 50%, while of those asked it is 20% and 60 are unknown" in why(
        "controllable_churn", 0
    )
    assert (1200 / 12, 25 / 100, round(25 / 1200, 3)) == (100, 0.25, 0.021)
    assert "about 100 can, and 25 lost are 25% and not 2.1%" in why("renewal_rate", 0)


# --- bad input -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ([term(), term()], "keys repeat"),
        ([term(wrong=[wrong(sources=["S9"])])], "sources are unknown: ['S9']"),
        ([term(wrong=[wrong(sources=[])])], "at least 1 item"),
        ([term(name={"en": "Churn", "ru": "Отток"})], "Field required"),
        ([term(meaning={"en": "Loss.", "ru": "Потеря.", "uk": ""})], "at least 1 character"),
        ([term(key="Churn rate")], "should match pattern"),
        ([term(colour="red")], "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_glossary_is_refused(bad, told):
    with pytest.raises(ValidationError, match=re.escape(told)):
        glossary(*bad)


# --- what the chapter says -------------------------------------------------------------------------------------


def cards(comparable, total=24):
    return pd.DataFrame({"is_comparable": [True] * comparable + [False] * (total - comparable)})


@pytest.mark.parametrize(
    ("comparable", "told"),
    [
        (
            14,
            "Of the 24 norms that are often quoted, 14 can be set beside a figure of this report.",
        ),
        (
            1,
            "Of the 24 norms that are often quoted, one can be set beside a figure of this report.",
        ),
        (
            0,
            "None of the 24 norms that are often quoted can be set beside a figure of this report: the other "
            "chapters have not been run, or rest on too few data.",
        ),
    ],
)
def test_the_headline_word_for_word(comparable, told):
    found = definitions(glossary(term(), term("order")), cards(comparable), formats=EUR)
    assert (found.key, found.verdict, found.is_headline) == ("definitions", "yes", True)
    assert found.text == (
        "Here 2 terms are explained in English, Russian and Ukrainian. Every figure of this report is counted "
        f"by one list of definitions, the first table here. {told}"
    )


@pytest.mark.parametrize(
    ("comparable", "terms", "russian", "ukrainian"),
    [
        (1, 1, "Здесь объяснён 1\xa0термин ", "поруч із показником цього звіту можна поставити 1."),
        (2, 22, "Здесь объяснены 22\xa0термина ", "поруч із показниками цього звіту можна поставити 2."),
        (11, 5, "Здесь объяснены 5\xa0терминов ", "поруч із показниками цього звіту можна поставити 11."),
        (21, 21, "Здесь объяснён 21\xa0термин ", "поруч із показником цього звіту можна поставити 21."),
    ],
)
def test_the_headline_in_russian_and_ukrainian(comparable, terms, russian, ukrainian):
    book = glossary(*[term(f"key_{chr(97 + number)}") for number in range(terms)])
    text = definitions(book, cards(comparable), formats=ALL).text
    assert text.in_language("ru").startswith(russian)
    assert text.in_language("uk").endswith(ukrainian)


def test_without_other_chapters_no_norm_is_compared():
    laid = norm_cards(read_norms(), figures_by_key(()), formats=EUR)
    assert (len(laid), laid["is_comparable"].sum()) == (24, 0)


def test_figures_of_all_chapters_are_found_by_key():
    first = ShownItems("03_pulse", (("kpi", {"key": "churn", "number": 0.1}), ("finding", {"key": "leak"})))
    second = ShownItems("09_segments", (("kpi", {"key": "top_share", "number": None}),))
    assert figures_by_key([first, second]) == {
        "churn": {"key": "churn", "number": 0.1},
        "top_share": {"key": "top_share", "number": None},
    }


def test_the_contract_keeps_the_order_of_the_definitions():
    laid = contract([("Order", "a sale"), ("Churn", "a loss")])
    assert laid.to_dict("list") == {"term": ["Order", "Churn"], "meaning": ["a sale", "a loss"]}
    assert contract([]).empty


def test_the_tables_hold_the_words_as_they_are():
    counted = term("order", formula=whole("a ÷ b"), chapters=["03_pulse", "06_next_order"])
    book = glossary(term(chapters=[], wrong=[wrong()]), counted)
    assert names(book, formats=Formats("uk")).iloc[0].to_dict() == {
        "en": "Churn.", "ru": "Churn да.", "uk": "Churn так.", "meaning": "Loss так.",
    }  # fmt: skip
    listed = formulas(book, formats=EUR)
    assert listed.isna().to_numpy().tolist() == [[False, True, True], [False, False, False]]
    assert listed.fillna("").to_dict("records") == [
        {"name": "Churn.", "formula": "", "chapters": ""},
        {"name": "Churn.", "formula": "a ÷ b.", "chapters": "Pulse, Next order"},
    ]
    assert words(book, formats=Formats("ru")).iloc[1].to_dict() == {
        "name": "Churn да.", "meaning": "Loss да.", "formula": "a ÷ b да.",
    }  # fmt: skip
    assert wrong_formulas(book, formats=Formats("ru")).to_dict("records") == [
        {"name": "Churn да.", "formula": "a да.", "why": "b да.", "sources": "articles да."}
    ]


def test_several_sources_are_all_named():
    told = wrong_formulas(read_terms(), formats=ALL).set_index(["name", "formula"])["sources"]
    twice = TERMS["retention_rate"]
    cited = told[(twice.name.en, twice.wrong[1].formula.en)]
    assert cited == "five articles on customer loyalty; an article on keeping customers"
    assert cited.in_language("uk") == "п’ять статей про лояльність клієнтів; стаття про утримання клієнтів"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_can_be_printed_in_every_language(language):
    book, formats = read_terms(), Formats(language, "EUR")
    laid = [
        (names(book, formats=formats), NAMES),
        (formulas(book, formats=formats), FORMULAS),
        (words(book, formats=formats), word_columns()),
        (wrong_formulas(book, formats=formats), WRONG_FORMULAS),
    ]
    printed = [show_table(table, heads, key="a", caption="c", formats=formats) for table, heads in laid]
    mistakes = sum(len(each.wrong) for each in TERMS.values())
    assert [len(table.cells) for table in printed] == [*[len(TERMS)] * 3, mistakes]
    passport_and_pulse = formats.joined([formats.say("Passport"), formats.say("Pulse")], by=", ")
    assert printed[1].cells[0] == (getattr(TERMS["customer"].name, language), "—", passport_and_pulse)


def test_every_report_lists_the_words_in_the_two_languages_it_is_not_in():
    book = read_terms()
    second, third = other_languages(ALL)
    assert second.language.versions == {"en": "ru", "ru": "en", "uk": "en"}
    assert third.language.versions == {"en": "uk", "ru": "uk", "uk": "ru"}
    assert second.words_caption.versions == {
        "en": "Terms and formulas in Russian",
        "ru": "Термины и формулы на английском",
        "uk": "Терміни й формули англійською",
    }
    listed = words(book, formats=ALL, language=second.language)
    table = show_table(listed, word_columns(second.language), key="a", caption="c", formats=ALL)
    name = TERMS["customer"].name
    assert table.cells[0][0].versions == {"en": name.ru, "ru": name.en, "uk": name.en}
    shown = table._repr_mimebundle_()["application/vnd.retention.table+json"]
    assert shown["columns"][0]["language"] == {"en": "ru", "ru": "en", "uk": "en"}
    wrongs = wrong_formulas(book, formats=ALL, language=third.language)
    assert wrongs["sources"].iloc[0].in_language("ru") == "п’ять статей про лояльність клієнтів"
    assert [column.name for column in wrong_columns()] == list(wrongs.columns)


def test_a_text_with_markup_in_a_definition_stays_text():
    laid = contract([(EUR.name("<b>Order</b>"), EUR.name("<script>1</script>"))])
    page = show_table(laid, CONTRACT, key="contract", caption="c", formats=EUR)._repr_mimebundle_()
    assert "<script>" not in page["text/html"]
    assert "&lt;script&gt;" in page["text/html"]
