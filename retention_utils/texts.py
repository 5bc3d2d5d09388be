"""A text that a reader sees, in every language of the report.

It is no string on purpose: it cannot be added to another one, so no sentence is put together from pieces, and
a table keeps it as it is.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from retention_utils.errors import ConfigError

__all__ = ["LANGUAGES", "Text", "as_json", "in_language", "language_list", "text_of"]

LANGUAGES = ("en", "ru", "uk")


class Text:
    """One text with its versions by language; as a string it is the first of them.

    Parameters
    ----------
    versions : mapping
        What it says, by language. Two texts are equal if their versions are; a text is equal to a string if
        its first version is.
    number : Decimal, optional
        The number it stands for, with the digits that are printed: it decides the plural around it.
    """

    __slots__ = ("number", "versions")

    def __init__(self, versions: Mapping[str, str], number: Decimal | None = None) -> None:
        self.versions = dict(versions)
        self.number = number

    def in_language(self, language: str) -> str:
        """Return the version in a language; the first one where there is none in it."""
        return self.versions.get(language, str(self))

    def written(self) -> str | dict[str, str]:
        """Return it as plain values: a string if all its versions are the same, else all of them."""
        return str(self) if len(set(self.versions.values())) == 1 else dict(self.versions)

    def only(self, language: str) -> Self:
        """Return it in one language alone."""
        return type(self)({language: self.in_language(language)}, self.number)

    def __str__(self) -> str:
        return next(iter(self.versions.values()))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        return f"Text({self.written()!r})"

    def __bool__(self) -> bool:
        return bool(str(self))

    def __contains__(self, part: str) -> bool:
        return part in str(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Text):
            return self.versions == other.versions
        return str(self) == other if isinstance(other, str) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def __lt__(self, other: Any) -> bool:
        return str(self) < str(other)


def language_list(wanted: str) -> str:
    """Return languages with commas between them, as they are handed on: ``en, ru`` is ``en,ru``.

    Raises
    ------
    ConfigError
        If one is not known or stands there twice.
    """
    languages = [part.strip() for part in wanted.split(",")]
    if set(languages) - set(LANGUAGES) or len(set(languages)) < len(languages):
        known = ", ".join(LANGUAGES)
        msg = f"language is {wanted!r}; use one of {known}, or several of them once each, such as 'en,ru'."
        raise ConfigError(msg)
    return ",".join(languages)


def text_of(words: str | Mapping[str, str] | Text) -> Text:
    """Turn words that were written as plain values back into a text."""
    if isinstance(words, Text):
        return words
    return Text(dict.fromkeys(LANGUAGES, words) if isinstance(words, str) else words)


def as_json(value: Any) -> Any:
    """Return lists and mappings with every text in them as plain values."""
    if isinstance(value, Text):
        return value.written()
    if isinstance(value, Mapping):
        return {key: as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list | tuple) else value


def in_language(content: Any, language: str) -> Any:
    """Return what :func:`as_json` wrote with every text in one language."""
    if isinstance(content, Mapping):
        if content and set(content) <= set(LANGUAGES):
            return in_language(content.get(language, next(iter(content.values()))), language)
        return {key: in_language(item, language) for key, item in content.items()}
    return [in_language(item, language) for item in content] if isinstance(content, list) else content
