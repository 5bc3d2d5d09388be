"""Numbers and sentences in every language of a report at once."""

import pytest

from retention_utils.errors import ConfigError
from retention_utils.formats import Formats
from retention_utils.texts import LANGUAGES, Text, as_json, in_language, language_list, text_of
from retention_utils.translations import MessageError, filled

EN, ALL = Formats(), Formats("en,ru,uk", "USD")
CUSTOMERS = "{n, plural, one {# customer} other {# customers}} of {period}"
RUSSIAN = "{n, plural, one {# клиент} few {# клиента} many {# клиентов} other {# клиента}} за {period}"


@pytest.mark.parametrize("language", ["", "fr", "en,fr", "en,,ru"])
def test_an_unknown_language_is_refused(language):
    with pytest.raises(ConfigError):
        Formats(language)


def test_a_number_is_written_in_every_language():
    assert ALL.share(0.4611).versions == {"en": "46.1%", "ru": "46,1\xa0%", "uk": "46,1%"}
    assert ALL.languages == LANGUAGES
    assert EN.money(213400) == "$213,400"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1\xa0клиент"),
        (3, "3\xa0клиента"),
        (5, "5\xa0клиентов"),
        (11, "11\xa0клиентов"),
        (21, "21\xa0клиент"),
        (1022, "1\u202f022\xa0клиента"),
    ],
)
def test_plurals_follow_the_language(number, said):
    values = {"n": Formats("ru").count(number), "period": Formats("ru").period("2024-11")}
    assert filled(RUSSIAN, "ru", values) == f"{said} за ноябрь 2024\u202fг."


def test_several_counts_stand_in_one_sentence():
    message = "{lost, plural, one {# was} other {# were}} lost, {won, plural, =0 {none} other {#}} won"
    assert EN.say(message, lost=1, won=0) == "1 was lost, none won"
    assert EN.say(message, lost=1200, won=2) == "1,200 were lost, 2 won"


def test_a_fraction_takes_the_plural_of_fractions():
    assert EN.say(CUSTOMERS, n=EN.number(1.0), period=EN.period("2024")) == "1.00 customers of 2024"


def test_a_hash_is_the_number_without_its_unit():
    days = Formats("ru").days(21)
    assert days == "21\xa0день"
    message = (
        "{days, plural, one {больше # дня} few {больше # дней} many {больше # дней} other {больше # дня}}"
    )
    assert filled(message, "ru", {"days": days}) == "больше 21\xa0дня"


def test_an_abbreviation_at_the_end_brings_the_full_stop():
    message = "Ушли за {period}. Пришли … {share}."
    values = {"period": Formats("ru").period("2024"), "share": Formats("ru").share(0.5)}
    assert filled(message, "ru", values) == "Ушли за 2024\u202fг. Пришли … 50,0\xa0%."


def test_a_sentence_can_differ_by_what_it_speaks_of():
    message = "this {grain, select, week {week} other {period}}"
    assert (EN.say(message, grain="week"), EN.say(message, grain="days")) == ("this week", "this period")


def test_what_has_no_translation_stays_english_with_numbers_of_the_language():
    assert (
        ALL.say("Nobody says this: {share}", share=ALL.share(0.5)).in_language("ru")
        == "Nobody says this: 50,0\xa0%"
    )


@pytest.mark.parametrize(
    ("message", "values", "complaint"),
    [
        ("{n", {}, "no ICU MessageFormat"),
        ("{n} of {m}", {"n": 1}, "speaks of 'm'"),
        ("{n}", {"n": "three"}, "wants a text as 'n'"),
        (CUSTOMERS, {"n": ALL.share(0.5), "period": ALL.period("2024")}, "wants a number as 'n'"),
    ],
)
def test_a_message_that_cannot_be_filled_in_is_refused(message, values, complaint):
    with pytest.raises(MessageError, match=complaint):
        ALL.say(message, **values)


def test_lists_have_the_word_of_their_language():
    names = [ALL.name(word) for word in ("A", "B", "C")]
    assert ALL.listed(names).versions == {"en": "A, B and C", "ru": "A, B и C", "uk": "A, B і C"}
    assert ALL.joined(names) == "A; B; C"


def test_a_text_is_not_put_together_from_pieces():
    with pytest.raises(TypeError):
        EN.count(3) + " customers"
    with pytest.raises(TypeError):
        ", ".join([EN.count(3), EN.count(4)])


def test_texts_survive_as_plain_values():
    share, name = ALL.share(0.5), ALL.name("<Shop>")
    plain = as_json({"share": share, "list": [name, 3, None]})
    assert plain == {"share": share.versions, "list": ["<Shop>", 3, None]}
    assert in_language(plain, "ru") == {"share": "50,0\xa0%", "list": ["<Shop>", 3, None]}
    assert (text_of(plain["share"]), text_of("<Shop>")) == (share, name)


def test_a_text_without_a_language_falls_back_to_its_first():
    assert Text({"uk": "так"}).in_language("en") == "так"
    assert in_language({"uk": "так"}, "en") == "так"


def test_languages_are_listed_once_each():
    assert language_list("en, ru") == "en,ru"
    for wrong in ("", "en,en", "xx"):
        with pytest.raises(ConfigError, match="use one of en, ru, uk"):
            language_list(wrong)
