"""The themes that comments are sorted into: those of the package, changed and added to by the client file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from retention_utils.client_settings import CommentSettings, ThemeChange
from retention_utils.errors import did_you_mean
from retention_utils.source_config import Section
from retention_utils.texts import LANGUAGES

__all__ = ["Subject", "Theme", "ThemeBook", "theme_book"]

Name = Mapping[Literal[LANGUAGES], Annotated[str, Field(min_length=1)]]


# What measure of the playbook answers complaints of a theme.
Subject = Literal[
    "price", "product", "competitor", "reach", "delivery", "website", "rewards", "praise", "other"
]


class Theme(Section):
    """One theme: its name and the words that tell it."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    subject: Subject = "other"
    name: Name
    words: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    codes: Annotated[tuple[str, ...], Field(strict=False)] = ()  # what the client's own lists call it


@dataclass(frozen=True)
class ThemeBook:
    """All themes; ``code`` is what the matcher of reasons calls the entries of its book."""

    code: tuple[Theme, ...]

    def subject(self, key: str) -> Subject:
        """Say which measure answers a theme; one that is not in the book belongs to the others."""
        return next((theme.subject for theme in self.code if theme.key == key), "other")

    @property
    def names(self) -> dict[str, Name]:
        """The names of the themes by key."""
        return {theme.key: theme.name for theme in self.code}


def theme_book(settings: CommentSettings | None = None) -> ThemeBook:
    """Return the themes of the package as the client file changes and adds to them.

    Raises
    ------
    ValueError
        If a theme of the client's own lacks its name or words; all problems at once.
    """
    themes = {theme.key: theme for theme in _shipped()}
    problems = []
    for key, change in (settings.themes if settings else {}).items():
        try:
            themes[key] = _changed(themes.get(key), key, change)
        except ValueError as error:
            problems.append(f"themes.{key}: {error}")
    if problems:
        raise ValueError("; ".join(problems))
    return ThemeBook(tuple(themes.values()))


@cache
def _shipped() -> tuple[Theme, ...]:
    text = files("retention_utils.comment_themes").joinpath("themes.toml").read_text(encoding="utf-8")
    return tuple(
        Theme(**{**theme, "words": [word for language in LANGUAGES for word in theme["words"][language]]})
        for theme in tomllib.loads(text)["theme"]
    )


def _changed(theme: Theme | None, key: str, change: ThemeChange) -> Theme:
    name = change.name
    if isinstance(name, str):
        name = dict.fromkeys(LANGUAGES, name)
    if name is not None and (set(name) != set(LANGUAGES) or not all(name.values())):
        msg = f"a name is one text for all languages, or one for each of {', '.join(LANGUAGES)}"
        raise ValueError(msg)
    if theme is None and not (name and change.words):
        known = [shipped.key for shipped in _shipped()]
        msg = (
            f"the package has no such theme.{did_you_mean(key, known)} One of the client's own needs "
            "name and words"
        )
        raise ValueError(msg)
    words = (*(theme.words if theme else ()), *change.words)
    codes = (*(theme.codes if theme else ()), *change.codes)
    subject = theme.subject if theme else "other"
    return Theme(key=key, subject=subject, name=name or theme.name, words=words, codes=codes)
