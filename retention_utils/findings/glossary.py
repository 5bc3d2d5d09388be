"""What the glossary says: the words, the wrong formulas, the definition contract, and which norms compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retention_utils.display import Finding
from retention_utils.formats import Formats
from retention_utils.glossary.terms import Glossary, WrongFormula
from retention_utils.notebooks import ShownItems, chapter_title
from retention_utils.texts import LANGUAGES, Text
from retention_utils.translations import message

__all__ = [
    "OtherLanguage",
    "contract",
    "definitions",
    "figures_by_key",
    "formulas",
    "names",
    "other_languages",
    "words",
    "wrong_formulas",
]

WORDS = {
    "en": message("Terms and formulas in English"),
    "ru": message("Terms and formulas in Russian"),
    "uk": message("Terms and formulas in Ukrainian"),
}
WRONG = {
    "en": message("Wrong formulas in English"),
    "ru": message("Wrong formulas in Russian"),
    "uk": message("Wrong formulas in Ukrainian"),
}


@dataclass(frozen=True)
class OtherLanguage:
    """A language that a report is not in: another one for each language it is written in."""

    key: str  # of its tables
    language: Text  # its code
    words_caption: Text
    wrong_caption: Text


def definitions(glossary: Glossary, cards: pd.DataFrame, *, formats: Formats) -> Finding:
    """Say how much is explained, that the figures follow one contract, and how many norms compare.

    Parameters
    ----------
    glossary : Glossary
        The words.
    cards : DataFrame
        From :func:`retention_utils.findings.norms.norm_cards`, all norms.
    """
    text = formats.say(
        "Here {terms, plural, one {# term is} other {# terms are}} explained in English, Russian and "
        "Ukrainian. Every figure of this report is counted by one list of definitions, the first table here. "
        "{known, plural, "
        "=0 {None of the {total} norms that are often quoted can be set beside a figure of this report: the "
        "other chapters have not been run, or rest on too few data.} "
        "one {Of the {total} norms that are often quoted, one can be set beside a figure of this report.} "
        "other {Of the {total} norms that are often quoted, # can be set beside a figure of this report.}}",
        terms=len(glossary.term),
        known=int(cards["is_comparable"].sum()),
        total=len(cards),
    )
    return Finding("definitions", "yes", text, is_headline=True)


def figures_by_key(chapters: Sequence[ShownItems]) -> dict[str, Mapping[str, Any]]:
    """Return the key figures that chapters displayed, by key; of several of one key the last."""
    return {figure["key"]: figure for chapter in chapters for figure in chapter.shown("kpi")}


def contract(definitions_in_force: Sequence[tuple[Text, Text]]) -> pd.DataFrame:
    """Lay the definitions in force out as a table: ``term``, ``meaning``."""
    return pd.DataFrame(definitions_in_force, columns=["term", "meaning"])


def names(glossary: Glossary, *, formats: Formats) -> pd.DataFrame:
    """List every term in three languages.

    Returns
    -------
    DataFrame
        One row per term: ``en``, ``ru``, ``uk``, ``meaning`` (in the report's language).
    """
    rows = [
        {**term.name.model_dump(), "meaning": formats.given(term.meaning.model_dump())}
        for term in glossary.term
    ]
    return pd.DataFrame(rows, columns=["en", "ru", "uk", "meaning"])


def formulas(glossary: Glossary, *, formats: Formats) -> pd.DataFrame:
    """List how the terms are counted.

    Returns
    -------
    DataFrame
        One row per term: ``name``, ``formula`` (missing for a word that is not counted), ``chapters`` (short
        names of those that use it; missing: none does).
    """
    used = [
        formats.joined([formats.say(chapter_title(name)) for name in term.chapters], by=", ")
        if term.chapters
        else None
        for term in glossary.term
    ]
    return words(glossary, formats=formats)[["name", "formula"]].assign(chapters=used)


def other_languages(formats: Formats) -> list[OtherLanguage]:
    """Name the two languages that a report is not in, for each language it is written in."""
    codes = [
        formats.given({own: [other for other in LANGUAGES if other != own][place] for own in LANGUAGES})
        for place in (0, 1)
    ]
    return [
        OtherLanguage(key, code, _caption(WORDS, code, formats), _caption(WRONG, code, formats))
        for key, code in zip(("second", "third"), codes, strict=True)
    ]


def words(glossary: Glossary, *, formats: Formats, language: Text | None = None) -> pd.DataFrame:
    """List every term in the language of the report, or in another one.

    Parameters
    ----------
    language : Text, optional
        The code of the other language, for each language of the report.

    Returns
    -------
    DataFrame
        One row per term: ``name``, ``meaning``, ``formula`` (missing for a word that is not counted).
    """
    rows = [
        {
            "name": _given(term.name, language, formats),
            "meaning": _given(term.meaning, language, formats),
            "formula": _given(term.formula, language, formats) if term.formula else None,
        }
        for term in glossary.term
    ]
    return pd.DataFrame(rows, columns=["name", "meaning", "formula"])


def wrong_formulas(glossary: Glossary, *, formats: Formats, language: Text | None = None) -> pd.DataFrame:
    """List how people count and why it misleads, in the language of the report or in another one.

    Returns
    -------
    DataFrame
        One row per wrong formula: ``name`` (of the term), ``formula``, ``why``, ``sources`` (where it was
        seen).
    """
    rows = [
        {
            "name": _given(term.name, language, formats),
            "formula": _given(wrong.formula, language, formats),
            "why": _given(wrong.why, language, formats),
            "sources": _sources(glossary, wrong, language, formats),
        }
        for term in glossary.term
        for wrong in term.wrong
    ]
    return pd.DataFrame(rows, columns=["name", "formula", "why", "sources"])


def _given(said: Any, language: Text | None, formats: Formats) -> Text:
    """Take what is said in three languages over, in that of the report or in another one."""
    versions = said.model_dump()
    if language is None:
        return formats.given(versions)
    return formats.given({own: versions[language.in_language(own)] for own in formats.languages})


def _sources(glossary: Glossary, wrong: WrongFormula, language: Text | None, formats: Formats) -> Text:
    return formats.joined([_given(glossary.sources[name], language, formats) for name in wrong.sources])


def _caption(captions: Mapping[str, str], code: Text, formats: Formats) -> Text:
    """Name a table of another language; which one that is differs by the language of the report."""
    said = {own: formats.say(captions[code.in_language(own)]) for own in formats.languages}
    return formats.given({own: text.in_language(own) for own, text in said.items()})
