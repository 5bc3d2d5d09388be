"""Whole sentences in the reader's language.

A message is the English sentence itself, in ICU MessageFormat: ``{lapsed, plural, one {# customer} other {#
customers}} lapsed in {period}``. Plurals follow the Unicode CLDR, several of them in one sentence if need be,
and ``{grain, select, month {…} other {…}}`` lets a sentence differ by what it speaks of. Translations are
gettext catalogues, ``locale/<language>/*.po``; what has none stays English.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from pyicumessageformat import Parser

from retention_utils.errors import RetentionError
from retention_utils.language_formats import of_language
from retention_utils.number_marks import tied
from retention_utils.texts import Text

__all__ = [
    "CATALOGUES",
    "MessageError",
    "catalogue",
    "count_text",
    "filled",
    "message",
    "parsed",
    "share_text",
    "translated",
]

CATALOGUES = Path(__file__).with_name("locale")


class MessageError(RetentionError):
    """A message cannot be read, or what it speaks of is missing or no text."""


def message(words: str) -> str:
    """Mark words that are said elsewhere, such as labels in a mapping, so that they are found."""
    return words


def translated(message: str, language: str) -> str:
    """Return the message in a language; the message itself where there is no translation."""
    return catalogue(language).get(message) or message


@cache
def catalogue(language: str) -> dict[str, str]:
    """Read every translation into one language, by its English message."""
    found = {}
    for file in sorted((CATALOGUES / language).glob("*.po")):
        with file.open("rb") as stream:
            read = read_po(stream, locale=language)
        found.update((message.id, message.string) for message in read if message.id and not message.fuzzy)
    return found


def filled(message: str, language: str, values: Mapping[str, Text | str]) -> str:
    """Fill a message in.

    Parameters
    ----------
    message : str
        In ICU MessageFormat, in the language named.
    language : str
        Decides the plural forms and the version of the values.
    values : mapping
        By name: a :class:`Text` to stand in the sentence, one with a number to choose a plural; a string only
        to choose among the cases of a ``select``.

    Raises
    ------
    MessageError
        If the message is no ICU MessageFormat, or a value is missing or of the wrong kind.
    """
    return _written(parsed(message), language, values)


@cache
def parsed(message: str) -> list[Any]:
    """Read ICU MessageFormat: strings, and mappings for what is to be filled in.

    Raises
    ------
    MessageError
        If it is none.
    """
    try:
        return Parser().parse(message)
    except (SyntaxError, ValueError) as error:
        msg = f"The message {message!r} is no ICU MessageFormat: {error}."
        raise MessageError(msg) from error


def _written(parts: list[Any], language: str, values: Mapping[str, Text | str]) -> str:
    written = ""
    for part in parts:
        text = part if isinstance(part, str) else _part(part, language, values)
        # «за 2024 г.» ends a sentence without a second full stop.
        written += text.removeprefix(".") if written.endswith(".") else text
    return written


def _part(part: Mapping[str, Any], language: str, values: Mapping[str, Text | str]) -> str:
    name, kind = part["name"], part.get("type")
    if name not in values:
        msg = f"A message speaks of {name!r}, which it was not given; it was given {sorted(values)}."
        raise MessageError(msg)
    value = values[name]
    if kind == "select":
        return _written(_case(part["options"], str(value)), language, values)
    if not isinstance(value, Text):
        msg = f"A message wants a text as {name!r}, not {value!r}; write it with a method of Formats."
        raise MessageError(msg)
    if kind == "plural":
        return tied(_written(_plural(part["options"], value, name, language), language, values), language)
    return _bare(value, language) if part.get("hash") else value.in_language(language)


def _bare(value: Text, language: str) -> str:
    """Write the number of a text without its unit: ``90 days`` is 90."""
    digits = -int(value.number.as_tuple().exponent)
    return of_language(language).number(value.number, digits=digits)


def share_text(value: float, language: str) -> str:
    """Write a fraction per hundred with one digit."""
    return of_language(language).share(value)


def count_text(number: int, language: str) -> Text:
    """Write a whole number, such as how many rows there are."""
    return Text({language: of_language(language).count(number)}, Decimal(number))


def _case(options: Mapping[str, list[Any]], case: str) -> list[Any]:
    return options.get(case, options["other"])


def _plural(options: Mapping[str, list[Any]], value: Text, name: str, language: str) -> list[Any]:
    if value.number is None:
        msg = f"A message wants a number as {name!r}, not {value!r}."
        raise MessageError(msg)
    exact = f"={value.number:f}"
    locale = of_language(language).locale
    return _case(options, exact if exact in options else locale.plural_form(value.number))
