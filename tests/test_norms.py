"""What is often said about retention: the data, their arithmetic, and the cards laid beside own figures."""

import re
import tomllib
from importlib.resources import files

import pytest
from pydantic import ValidationError

from retention_utils.columns.glossary import NORMS, NORMS_ALONE
from retention_utils.findings.norms import norm_cards
from retention_utils.formats import Formats
from retention_utils.glossary.norms import Norm, read_norms

BY_ID = {norm.id: norm for norm in read_norms()}
PLAIN = {
    "id": "N01",
    "claim": {"en": "So it is.", "ru": "Это так.", "uk": "Це так."},
    "origin": "a text",
    "trust": "second-hand",
    "why": "Somebody says so.",
    "own": "churn",
    "caution": "Mind the gap.",
}
CHURN = {
    "key": "churn",
    "label": "Churn",
    "value": "9.1%",
    "number": 0.091,
    "interval": "95% interval 7.5–10.9%",
    "basis": "n = 1,146",
}


def norm(**changes):
    return Norm.model_validate({**PLAIN, **changes})


def card(given, *figures, language="en", **options):
    by_key = {figure["key"]: figure for figure in figures}
    return norm_cards([given], by_key, formats=Formats(language), **options).iloc[0]


# --- the norms of the package ----------------------------------------------------------------------------------


def test_all_norms_are_there_once_in_order():
    assert [norm.id for norm in read_norms()] == [f"N{number:02d}" for number in range(1, 25)]


def test_no_text_that_is_printed_is_blank():
    for norm in read_norms():
        texts = [*norm.claim.model_dump().values(), norm.origin, norm.why]
        assert [text for text in texts if not text.strip() or text != text.strip()] == [], norm.id


@pytest.mark.parametrize("name", ["N01", "N02", "N03", "N04"])
def test_norms_on_churn_are_a_month_s_and_warn_that_silence_is_no_notice(name):
    assert (BY_ID[name].own, BY_ID[name].is_monthly) == ("churn", True)
    assert "by silence" in BY_ID[name].caution


def test_only_norms_on_churn_are_a_month_s():
    assert [norm.id for norm in read_norms() if norm.is_monthly] == ["N01", "N02", "N03", "N04"]


def test_a_norm_without_a_figure_of_its_own_has_nothing_to_be_cautious_about():
    assert [norm.id for norm in read_norms() if not norm.own and norm.caution] == []


def test_which_figure_answers_which_norm():
    assert {norm.id: norm.own for norm in read_norms() if norm.own} == {
        "N01": "churn", "N02": "churn", "N03": "churn", "N04": "churn", "N05": "margin_per_point",
        "N06": "returning_share", "N07": "margin_per_point", "N08": "most_per_save", "N09": "repeat_rate",
        "N10": "top_share", "N11": "retention_budget_share", "N17": "most_per_save",
    }  # fmt: skip


def test_the_distorted_ones_are_named_as_such():
    assert [norm.id for norm in read_norms() if norm.trust == "distorted"] == ["N05", "N06", "N10", "N11"]


@pytest.mark.parametrize(
    ("name", "month", "year"),
    [("N01", 3, 30.6), ("N01", 5, 46.0), ("N03", 15, 85.8), ("N04", 2, 21.5)],
)
def test_a_year_of_monthly_churn_is_reckoned_on_who_is_left(name, month, year):
    assert f"{100 * (1 - (1 - month / 100) ** 12):.1f}" == f"{year:.1f}"
    assert f"{year:.1f}%" in BY_ID[name].why
    assert re.search(rf"\b{month}\b", BY_ID[name].claim.en)


def test_five_points_less_of_ten_double_how_long_customers_stay():
    assert (1 / 0.05) / (1 / 0.10) == 2
    assert "from 10 to 5%, which doubles how long customers stay" in BY_ID["N05"].why


def test_a_claim_has_the_same_figures_in_every_language():
    # Only N05 and N12 spell out in English what the others write in digits.
    def digits(text):
        return re.findall(r"\d+", text)

    for norm in read_norms():
        assert digits(norm.claim.ru) == digits(norm.claim.uk), norm.id
        spelled = {"N05": ["5"], "N12": ["2", "3"]}.get(norm.id, [])
        assert sorted(digits(norm.claim.en) + spelled) == sorted(digits(norm.claim.ru)), norm.id


def test_the_claims_are_russian_and_ukrainian_and_set_as_these_are():
    for norm in read_norms():
        assert not set(norm.claim.ru.lower()) & set("іїєґ"), norm.id
        assert not set(norm.claim.uk.lower()) & set("ыэёъ"), norm.id
        for text, wrong in ((norm.claim.ru, r"\d ?%"), (norm.claim.uk, r"\d\s%")):
            assert re.search(r"[а-яіїєґ]", text), norm.id
            assert not re.search(wrong, text), (
                norm.id
            )  # "5 %" in Russian, not to be broken; "5%" in Ukrainian


def test_a_wrong_norm_is_refused():
    with pytest.raises(ValidationError, match="String should match pattern"):
        norm(id="X1")
    with pytest.raises(ValidationError, match="Input should be 'primary'"):
        norm(trust="certain")
    with pytest.raises(ValidationError, match="at least 1 character"):
        norm(claim={"en": "", "ru": "а", "uk": "а"})


def test_the_file_holds_nothing_that_is_not_read():
    text = files("retention_utils.glossary").joinpath("norms.toml").read_text(encoding="utf-8")
    assert len(tomllib.loads(text)["norm"]) == len(read_norms()) == 24


# --- the cards -------------------------------------------------------------------------------------------------


def test_a_card_gives_figure_interval_count_and_caution():
    told = card(norm(), CHURN)
    assert told["here"] == "Churn: 9.1% (95% interval 7.5–10.9%; n = 1,146). Mind the gap."
    assert told["trust"] == "Second-hand. Somebody says so."
    assert (told["id"], told["claim"], told["origin"], told["is_comparable"]) == (
        "N01",
        "So it is.",
        "a text",
        True,
    )


def test_a_card_without_interval_count_or_caution_leaves_no_gaps():
    told = card(norm(caution=""), CHURN | {"interval": "", "basis": "12 periods"})
    assert told["here"] == "Churn: 9.1% (12 periods)."
    assert card(norm(), CHURN | {"interval": "", "basis": ""})["here"] == "Churn: 9.1%. Mind the gap."


def test_without_the_figure_nothing_is_compared():
    for told in (card(norm()), card(norm(), CHURN | {"number": None}), card(norm(own=""), CHURN)):
        assert (told["here"], told["is_comparable"]) == ("nothing comparable in this report", False)


def test_a_claim_made_for_contracts_is_held_against_contracts_where_there_are_any():
    of_contracts = CHURN | {"key": "contract_churn", "label": "Contracts", "value": "3.6%", "number": 0.036}
    given = norm(contracts="contract_churn")
    told = card(given, CHURN, of_contracts)["here"]
    assert told == "Contracts: 3.6% (95% interval 7.5–10.9%; n = 1,146)."  # like with like: no caution
    assert str(card(given, CHURN)["here"]).endswith("Mind the gap.")
    assert str(card(given, CHURN, of_contracts | {"number": None})["here"]).startswith("Churn: 9.1%")
    assert {each.id for each in read_norms() if each.contracts} == {"N01", "N02", "N03", "N04"}


def test_a_figure_of_zero_is_a_figure():
    assert card(norm(), CHURN | {"number": 0.0})["is_comparable"]


@pytest.mark.parametrize(
    ("grain", "more"),
    [
        ("month", ""),
        ("quarter", "The figure here is for a quarter, the claim for a month. "),
        ("week", "The figure here is for a week, the claim for a month. "),
        ("days", "The figure here is for a period, the claim for a month. "),
    ],
)
def test_a_monthly_norm_is_not_silently_held_against_another_length(grain, more):
    told = card(norm(is_monthly=True), CHURN, grain=grain)["here"]
    assert told == f"Churn: 9.1% (95% interval 7.5–10.9%; n = 1,146). {more}Mind the gap."
    assert "the claim for a month" not in card(norm(), CHURN, grain=grain)["here"]


@pytest.mark.parametrize(
    ("trust", "told"),
    [
        ("primary", "Can be checked. Somebody says so."),
        ("second-hand", "Second-hand. Somebody says so."),
        ("distorted", "Distorted. Somebody says so."),
        ("not found", "No source found. Somebody says so."),
    ],
)
def test_every_degree_of_trust_has_its_words(trust, told):
    assert card(norm(trust=trust))["trust"] == told


def test_claims_speak_the_language_asked_for():
    assert [card(norm(), language=language)["claim"] for language in ("en", "ru", "uk")] == [
        "So it is.", "Это так.", "Це так.",
    ]  # fmt: skip


def test_a_card_in_russian_and_ukrainian_word_for_word():
    figure = CHURN | {"label": {"en": "Churn", "ru": "Отток", "uk": "Відтік"}}
    told = norm_cards([BY_ID["N01"]], {"churn": figure}, formats=Formats("en,ru,uk"), grain="quarter").iloc[0]
    assert told["trust"].in_language("ru") == (
        "Из вторых рук. Верно только для программного обеспечения по подписке: 3\xa0% в месяц — это 30,6\xa0% в год, "
        "5\xa0% — 46,0\xa0%."
    )
    assert told["here"].in_language("uk") == (
        "Відтік: 9.1% (95% interval 7.5–10.9%; n = 1,146). Показник тут — за квартал, а твердження — за місяць. "
        "Тут клієнт іде мовчки, а не відмовляється сам; це не те саме."
    )


def test_cards_have_what_the_tables_print():
    cards = norm_cards([norm()], {}, formats=Formats())
    assert {column.name for column in (*NORMS, *NORMS_ALONE)} <= set(cards.columns)
    assert "here" not in {column.name for column in NORMS_ALONE}
