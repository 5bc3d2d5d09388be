"""What the glossary says: the words, the wrong formulas, the definition contract, and which norms compare."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retention_utils.display import Finding
from retention_utils.glossary.terms import Glossary
from retention_utils.notebooks import ShownItems, chapter_title

__all__ = ["contract", "definitions", "figures_by_key", "formulas", "names", "words", "wrong_formulas"]


def definitions(glossary: Glossary, cards: pd.DataFrame, *, definition_hash: str) -> Finding:
    """Say how much is explained, which contract the figures follow, and how many norms compare.

    Parameters
    ----------
    glossary : Glossary
        The words.
    cards : DataFrame
        From :func:`retention_utils.findings.norms.norm_cards`, all norms.
    definition_hash : str
        Of the client file.
    """
    known, total = int(cards["is_comparable"].sum()), len(cards)
    explained = (
        f"Here {len(glossary.term)} terms are explained in English, Russian and Ukrainian. Every figure of "
        f"this report is counted by one list of definitions; its hash is {definition_hash}, a short code "
        "that changes as soon as anything in the client file does."
    )
    if not known:
        text = (
            f"{explained} None of the {total} norms that are often quoted can be set beside a figure of this "
            "report: the other chapters have not been run, or rest on too few data."
        )
    elif known == 1:
        text = (
            f"{explained} Of the {total} norms that are often quoted, one can be set beside a figure of this "
            "report."
        )
    else:
        text = (
            f"{explained} Of the {total} norms that are often quoted, {known} can be set beside a figure of "
            "this report."
        )
    return Finding("definitions", "yes", text, is_headline=True)


def figures_by_key(chapters: Sequence[ShownItems]) -> dict[str, Mapping[str, Any]]:
    """Return the key figures that chapters displayed, by key; of several of one key the last."""
    return {figure["key"]: figure for chapter in chapters for figure in chapter.shown("kpi")}


def contract(definitions_in_force: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Lay the definitions in force out as a table: ``term``, ``meaning``."""
    return pd.DataFrame(definitions_in_force, columns=["term", "meaning"])


def names(glossary: Glossary, *, language: str) -> pd.DataFrame:
    """List every term in three languages.

    Returns
    -------
    DataFrame
        One row per term: ``en``, ``ru``, ``uk``, ``meaning`` (in the language).
    """
    rows = [{**term.name.model_dump(), "meaning": getattr(term.meaning, language)} for term in glossary.term]
    return pd.DataFrame(rows, columns=["en", "ru", "uk", "meaning"])


def formulas(glossary: Glossary, *, language: str) -> pd.DataFrame:
    """List how the terms are counted, in one language.

    Returns
    -------
    DataFrame
        One row per term: ``name``, ``formula`` (missing for a word that is not counted), ``chapters`` (short
        names of those that use it; missing: none does).
    """
    used = [", ".join(map(chapter_title, term.chapters)) or None for term in glossary.term]
    return words(glossary, language=language)[["name", "formula"]].assign(chapters=used)


def words(glossary: Glossary, *, language: str) -> pd.DataFrame:
    """List every term in one language.

    Returns
    -------
    DataFrame
        One row per term: ``name``, ``meaning``, ``formula`` (missing for a word that is not counted).
    """
    rows = [
        {
            "name": getattr(term.name, language),
            "meaning": getattr(term.meaning, language),
            "formula": getattr(term.formula, language) if term.formula else None,
        }
        for term in glossary.term
    ]
    return pd.DataFrame(rows, columns=["name", "meaning", "formula"])


def wrong_formulas(glossary: Glossary, *, language: str) -> pd.DataFrame:
    """List how people count and why it misleads, in one language.

    Returns
    -------
    DataFrame
        One row per wrong formula: ``name`` (of the term), ``formula``, ``why``, ``sources`` (where it was
        seen).
    """
    rows = [
        {
            "name": getattr(term.name, language),
            "formula": getattr(wrong.formula, language),
            "why": getattr(wrong.why, language),
            "sources": glossary.cited(wrong, language),
        }
        for term in glossary.term
        for wrong in term.wrong
    ]
    return pd.DataFrame(rows, columns=["name", "formula", "why", "sources"])
