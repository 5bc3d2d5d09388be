"""Numbers, dates and sentences of a report, in every language it is written in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from babel.lists import format_list

from retention_utils.language_formats import BLANK, Kind, LanguageFormats
from retention_utils.number_marks import rounded
from retention_utils.texts import LANGUAGES, Text
from retention_utils.translations import catalogue, filled, translated

__all__ = ["BLANK", "EVERY_LANGUAGE", "Formats", "Kind", "read_languages"]

LISTED_AS = {"en": "en_GB"}  # British lists have no comma before "and"


@dataclass(frozen=True)
class Formats:
    """How one report writes its numbers and its sentences.

    Every method returns a :class:`retention_utils.texts.Text`: the same thing said in all languages of the
    report. How a number looks is described by the method of the same name of
    :class:`retention_utils.language_formats.LanguageFormats`.

    Parameters
    ----------
    language : str
        ``"en"``, ``"ru"`` or ``"uk"``; several with commas between them, the first one first: ``"uk,en"``.
    currency : str
        ISO 4217 code, such as ``"USD"``.

    Raises
    ------
    ConfigError
        If a language or the currency is not known.
    """

    language: str = "en"
    currency: str = "USD"

    def __post_init__(self) -> None:
        _ = self._by_language  # refuses what is not known

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages, the first one first."""
        return tuple(self._by_language)

    @cached_property
    def _by_language(self) -> dict[str, LanguageFormats]:
        wanted = [part.strip() for part in self.language.split(",")]
        return {language: LanguageFormats(language, self.currency) for language in wanted}

    def only(self, language: str) -> "Formats":
        """Return the formats of one language alone."""
        return Formats(language, self.currency)

    def say(self, message: str, /, **values: Text | str | int) -> Text:
        """Say a whole sentence, or a label, in every language.

        Parameters
        ----------
        message : str
            The English text in ICU MessageFormat, as :mod:`retention_utils.translations` describes it. It is
            a literal, so that it can be found and translated.
        **values
            What stands in the message: texts made by the other methods. A whole number is written as a
            count; a string only chooses the case of a ``select``.

        Raises
        ------
        MessageError
            If the message cannot be read, or a value is missing or of the wrong kind.
        """
        texts = {
            name: self.count(value) if isinstance(value, int) else value for name, value in values.items()
        }
        return self._each(lambda one: filled(translated(message, one.language), one.language, texts))

    def name(self, words: Any) -> Text:
        """Take over what is the same in every language: an id, a client's own name of something."""
        return Text(dict.fromkeys(self.languages, str(words)))

    def given(self, versions: Mapping[str, str]) -> Text:
        """Take over what is already written in every language."""
        return self._each(lambda one: versions[one.language])

    def listed(self, texts: Sequence[Text]) -> Text:
        """Join texts to a list: ``a, b and c``."""
        return self._each(
            lambda one: format_list(
                [text.in_language(one.language) for text in texts],
                locale=LISTED_AS.get(one.language, one.language),
            )
        )

    def joined(self, texts: Sequence[Text], *, by: str = "; ") -> Text:
        """Set texts side by side that make no sentence."""
        return self._each(lambda one: by.join(text.in_language(one.language) for text in texts))

    def number(self, value: Any, *, digits: int = 2) -> Text:
        """``−1,234.50``."""
        return self._each(lambda one: one.number(value, digits=digits), rounded(value, digits))

    def count(self, value: Any) -> Text:
        """``1,234``."""
        return self._each(lambda one: one.count(value), rounded(value, 0))

    def share(self, value: Any, *, digits: int = 1) -> Text:
        """``46.1%``."""
        return self._each(lambda one: one.share(value, digits=digits))

    def stated_share(self, value: Any) -> Text:
        """``20%``: a share that somebody set."""
        return self._each(lambda one: one.stated_share(value))

    def points(self, value: Any, *, digits: int = 1, has_unit: bool = True) -> Text:
        """``−0.2 points``."""
        return self._each(lambda one: one.points(value, digits=digits, has_unit=has_unit))

    def nps(self, value: Any) -> Text:
        """``−0.4 points``: a Net Promoter Score."""
        return self._each(lambda one: one.nps(value))

    def money(self, value: Any, *, digits: int = 0) -> Text:
        """``$213,400``."""
        return self._each(lambda one: one.money(value, digits=digits))

    def short_money(self, value: Any, *, beside: Any = 0) -> Text:
        """``$213k``; as short as ``beside`` is written."""
        return self._each(lambda one: one.short_money(value, beside=beside))

    def days(self, value: Any, *, digits: int = 0) -> Text:
        """``60 days``."""
        return self._each(lambda one: one.days(value, digits=digits), rounded(value, digits))

    def date(self, value: Any) -> Text:
        """``30 June 1998``."""
        return self._each(lambda one: one.date(value))

    def month(self, value: Any, *, short: bool = False) -> Text:
        """``June 1998``."""
        return self._each(lambda one: one.month(value, short=short))

    def period(self, key: str, *, short: bool = False) -> Text:
        """``June 1998``, ``Q2 1998``, ``week 45 of 2024``."""
        return self._each(lambda one: one.period(key, short=short))

    def value(self, value: Any, kind: Kind) -> Text:
        """Write ``value`` as its ``kind`` says."""
        number = rounded(value, 0) if kind in ("count", "days") else None
        return self._each(lambda one: one.value(value, kind), number)

    def change(self, value: Any, kind: Kind, *, beside: Any = 0) -> Text:
        """``+1,234``; short money as short as ``beside`` is written."""
        return self._each(lambda one: one.change(value, kind, beside=beside))

    def change_ends(self, low: Any, high: Any, kind: Kind) -> tuple[Text, Text]:
        """``−2.3%`` and ``+17.6%``: both ends of a change, in one notation."""
        return tuple(
            self._each(lambda one, end=end: one.ends(low, high, kind, is_change=True)[end]) for end in (0, 1)
        )

    def interval(self, low: Any, high: Any, kind: Kind) -> Text:
        """``44.5–47.7%``."""
        return self._each(lambda one: one.interval(low, high, kind))

    def _each(self, write: Callable[[LanguageFormats], str], number: Decimal | None = None) -> Text:
        return Text({language: write(one) for language, one in self._by_language.items()}, number)


EVERY_LANGUAGE = Formats(",".join(LANGUAGES))  # for analyses, which give reasons but know no report


def read_languages() -> None:
    """Read the catalogues and Babel's data of every language, which this process then keeps."""
    for language in LANGUAGES:
        catalogue(language)
    EVERY_LANGUAGE.money(1)
