"""Intervals of a table beside the figures they belong to.

A table holds both ends of an interval in columns of their own, ``low`` and ``high``, and so do its exports.
Who reads the page finds them in brackets behind their figure, which the unit is written with.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from retention_utils.language_dates import DASH
from retention_utils.language_formats import BLANK, of_language

__all__ = ["Spanned", "with_spans"]

MISSING = ("", BLANK)
OPEN = "…"  # an end that is not reached
NUMBER = re.compile(r"([+\u2212]?)[^\d+\u2212]*(\d(?:.*\d)?)\D*")  # its unit may stand on either side


class Spanned(NamedTuple):
    """A figure, and its interval in brackets if it has one."""

    figure: str
    span: str

    def __str__(self) -> str:
        """Both as they are read."""
        return f"{self.figure} {self.span}".strip()


def with_spans(item: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Put intervals into the cells of their figures.

    Parameters
    ----------
    item : mapping
        A table as a chapter displays it: ``columns`` with ``name``, ``label`` and ``unit``, and ``cells``.
    language : str
        That it is read in.

    Returns
    -------
    dict
        The same table; columns with an interval are marked as ``is_spanned``, and their cells are
        :class:`Spanned`. The two columns after such a one are named ``low`` and ``high``, or end in that.
    """
    columns = item["columns"]
    spanned = [place for place in range(len(columns) - 2) if _has_interval(columns[place : place + 3])]
    ends = {place + step for place in spanned for step in (1, 2)}
    kept = [place for place in range(len(columns)) if place not in ends]
    return {
        **item,
        "columns": [_column(columns, place, is_spanned=place in spanned) for place in kept],
        "cells": [
            [_spanned(row[place : place + 3], language) if place in spanned else row[place] for place in kept]
            for row in item["cells"]
        ],
    }


def _has_interval(columns: Sequence[Mapping[str, Any]]) -> bool:
    value, low, high = columns
    return (
        low["name"].endswith("low")
        and high["name"] == low["name"].removesuffix("low") + "high"
        and value["unit"] in (low["unit"], "figure")
    )


def _column(columns: Sequence[Mapping[str, Any]], place: int, *, is_spanned: bool) -> dict[str, Any]:
    column = dict(columns[place], is_spanned=is_spanned)
    if is_spanned:
        low, high = (columns[place + step]["label"] for step in (1, 2))
        column["label"] = f"{column['label']} ({low}{DASH}{high})"
    return column


def _spanned(cells: Sequence[str], language: str) -> Spanned:
    figure, *ends = cells
    if all(end in MISSING for end in ends):
        return Spanned(figure, "")
    low, high = (OPEN if end in MISSING else NUMBER.sub(r"\1\2", end) for end in ends)
    return Spanned(figure, f"({of_language(language).bare_interval(low, high)})")
