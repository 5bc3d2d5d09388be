"""Intervals of a table beside the figures they belong to, and ranges in one cell.

A table holds both ends of an interval in columns of their own, ``low`` and ``high``, and so do its exports.
Who reads the page finds them in brackets behind their figure, which the unit is written with. Where two such
columns have no figure before them, they are a range of their own, and stand in one cell.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from retention_utils.language_dates import DASH
from retention_utils.language_formats import BLANK, of_language

__all__ = ["Spanned", "with_spans"]

MISSING = ("", BLANK)
OPEN = "…"  # an end that is not reached
NUMBER = re.compile(r"([+\u2212]?)[^\d+\u2212]*(\d(?:.*\d)?)\D*")  # its unit may stand on either side
DIGITS = re.compile(r"\d(?:.*\d)?")
ENDS = (("low", "high"), ("least", "most"))


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
        :class:`Spanned`, as is their ``head``. The two columns after such a one are named ``low`` and
        ``high``, or end in that. Two such columns without a figure before them become one.
    """
    columns = item["columns"]
    groups = list(_groups(columns))
    cells = [[_cell(row[group], language) for group in groups] for row in item["cells"]]
    heads = [_column(columns[group], [row[place] for row in cells]) for place, group in enumerate(groups)]
    return {**item, "columns": heads, "cells": cells}


def _groups(columns: Sequence[Mapping[str, Any]]) -> Iterator[slice]:
    """Tell which columns share a cell: a figure and its interval, both ends of a range, or one by itself."""
    place = 0
    while place < len(columns):
        is_range = _is_range(columns[place : place + 2])
        width = 3 if _has_interval(columns[place : place + 3]) else 2 if is_range else 1
        yield slice(place, place + width)
        place += width


def _has_interval(columns: Sequence[Mapping[str, Any]]) -> bool:
    if len(columns) < 3:
        return False
    value, low, high = columns
    return _are_ends(low, high, *ENDS[0]) and value["unit"] in (low["unit"], "figure")


def _is_range(columns: Sequence[Mapping[str, Any]]) -> bool:
    return len(columns) == 2 and any(_are_ends(*columns, *ends) for ends in ENDS)


def _are_ends(low: Mapping[str, Any], high: Mapping[str, Any], least: str, most: str) -> bool:
    return low["name"].endswith(least) and high["name"] == low["name"].removesuffix(least) + most


def _column(columns: Sequence[Mapping[str, Any]], cells: Sequence[Any]) -> dict[str, Any]:
    value, *ends = (column["label"] for column in columns)
    if len(columns) != 3:
        return {**columns[0], "is_spanned": False, "label": "\u00a0– ".join([value, *ends])}
    has_any = any(cell.span for cell in cells)
    head = Spanned(value, f"({DASH.join(ends)})" if has_any else "")
    return {**columns[0], "is_spanned": True, "label": str(head), "head": head}


def _cell(cells: Sequence[str], language: str) -> str | Spanned:
    if len(cells) == 3:
        return _spanned(cells, language)
    return _ranged(*cells, language) if len(cells) == 2 else cells[0]


def _ranged(low: str, high: str, language: str) -> str:
    """Write both ends with their unit once, or both with it where a sign belongs to each."""
    if low == high:
        return low
    low, high = (OPEN if end in MISSING else end for end in (low, high))
    span = of_language(language).bare_interval(low, high)
    ends = [DIGITS.search(end) for end in (low, high)]
    is_joined = DASH in span and all(ends)
    return DIGITS.sub(DASH.join(end[0] for end in ends), high, count=1) if is_joined else span


def _spanned(cells: Sequence[str], language: str) -> Spanned:
    figure, *ends = cells
    if all(end in MISSING for end in ends):
        return Spanned(figure, "")
    low, high = (OPEN if end in MISSING else NUMBER.sub(r"\1\2", end) for end in ends)
    return Spanned(figure, f"({of_language(language).bare_interval(low, high)})")
