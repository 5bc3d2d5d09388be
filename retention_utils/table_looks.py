"""How a table of the page is laid out: which columns hold words, and how wide a screen it needs.

A table that is wider than its screen is not scrolled but read row by row: each row becomes a card, on which
cells stand side by side, each under its head. No stylesheet can tell how wide words are: that is estimated.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retention_utils.untrusted import css_string

__all__ = ["BREAKS", "MOST_COLUMNS", "MOST_ROWS", "TableLooks", "table_looks"]

MOST_ROWS, MOST_COLUMNS = 120, 24

BREAKS = {"cards1": 30, "cards2": 45, "cards3": 56}
"""Width of the page's column in rem, up to which the tables of a class are cards."""

# All in pixels, as the stylesheet has them.
REM, PHONE = 16, 256  # what the smallest phone leaves for a table
FRAME = 68  # margins of a table in the page's column, and some slack
CELL, LABEL = 14.4, 12.5  # size of the letters in cells, and in heads on cards
SIZES = {
    12: (13, 12.6, 7.4),
    10: (13, 12.6, 11.2),
    0: (CELL, 13.5, 17.6),
}  # cells, heads, padding
FIRST, WORDS = 92, 134  # a first column, and another one of words, if that is long
LEAST, MOST = 86, 150  # a cell on a card; what is wider has a line of its own
TALL = 400  # words of several lines
BREAKABLE = 190  # a word such as a key, which may go on in the next line
BROKEN = 0.65  # share of a figure with its interval that stands in one line, where there are many columns

THIN = frozenset(" .,:;!|()[]/'’-ijltfrіїI\u00a0\u202f\u2060")
BROAD = frozenset("mwMW@%№—жшщюмфыєЖШЩЮМФЫЄ")


@dataclass(frozen=True)
class TableLooks:
    """Classes and inline style of a table; without a style its rows are never cards."""

    classes: str
    style: str


def table_looks(item: Mapping[str, Any]) -> TableLooks:
    """Lay out a table.

    Parameters
    ----------
    item : mapping
        A table as a chapter displays it: ``columns`` with ``label`` and ``unit``, and ``cells``.

    Returns
    -------
    TableLooks
        ``text3`` names a column of words, ``loose`` a first column with words that no line holds, ``tall``
        rows of several lines; ``cards1`` … says up to which width rows are cards, and ``row3`` names a column
        that has a line of its own there. The style of such a table holds its heads and the width of a cell.
    """
    units = [column["unit"] for column in item["columns"]]
    heads = [column["label"] for column in item["columns"]]
    cells = [[row[place] for row in item["cells"][:MOST_ROWS]] for place in range(len(units))]
    classes = [f"text{number}" for number, unit in enumerate(units, 1) if number > 1 and _is_words(unit)]
    classes += ["loose"] * (_longest_word(cells[0]) > BREAKABLE)
    classes += ["tall"] * any(_widest(texts) > TALL for texts in cells[1:])
    cards = _cards(_least_width(units, heads, cells))
    if not cards:
        return TableLooks(" ".join(classes), "")
    rows, style = _card(heads, cells)
    named = "" if units[0] == "text" else f';--h1:"{css_string(heads[0])} "'  # a mere number says nothing
    return TableLooks(" ".join([*classes, cards, *rows]), style + named)


def _cards(needed: float) -> str:
    """Name the widest column of the page that cannot hold so wide a table; nothing if the smallest can."""
    rooms = [PHONE, *(width * REM - FRAME for width in BREAKS.values())]
    return max((name for name, room in zip(BREAKS, rooms, strict=False) if needed > room), default="")


def _card(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> tuple[list[str], str]:
    """Tell which columns have a line of their own on a card, and its style."""
    both = list(zip(heads, cells, strict=True))[1:]
    widths = [
        max(_widest(texts), _longest_word([head], LABEL)) for head, texts in both if _widest(texts) <= MOST
    ]
    rows = [f"row{number}" for number, texts in enumerate(cells, 1) if number > 1 and _widest(texts) > MOST]
    labels = [f'--h{number}:"{css_string(head)}"' for number, head in enumerate(heads, 1) if number > 1]
    return rows, ";".join([f"--cell:{min(max([LEAST, *widths]), MOST) / REM:.2f}rem", *labels])


def _least_width(units: Sequence[str], heads: Sequence[str], cells: Sequence[Sequence[str]]) -> float:
    """Estimate the width of a table whose columns are as narrow as can be read well."""
    size, bold, padding = next(SIZES[least] for least in SIZES if len(units) >= least)
    widths = [min(max(FIRST, _longest_word(cells[0], size)), BREAKABLE)]
    for unit, texts in zip(units[1:], cells[1:], strict=True):
        longest, whole = _longest_word(texts, size), _widest(texts, size)
        if _is_words(unit):
            widths.append(max(longest, min(whole, WORDS)) + 14)
        else:
            is_broken = unit == "figure" and len(units) >= 8
            widths.append(max(longest, BROKEN * whole) if is_broken else whole)
    wide = (max(width, _longest_word([head], bold)) for width, head in zip(widths, heads, strict=True))
    return sum(wide) + padding * (len(units) - 1)


def _is_words(unit: str) -> bool:
    return unit in ("text", "name")


def _longest_word(texts: Iterable[str], size: float = CELL) -> float:
    return _widest((word for text in texts for word in text.split(" ")), size)


def _widest(texts: Iterable[str], size: float = CELL) -> float:
    return size * max(map(_width, texts), default=0)


def _width(text: str) -> float:
    """Width of a text as a multiple of the size of its letters, as common fonts without serifs have it."""
    return sum(0.32 if c in THIN else 0.85 if c in BROAD else 0.68 if c.isupper() else 0.58 for c in text)
