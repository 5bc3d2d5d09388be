"""How a table of the page is laid out: which columns hold words, and how wide a screen it needs.

A table that is wider than its screen is not scrolled but read row by row: each row becomes a card, on which
cells stand side by side, each under its head. No stylesheet can tell how wide words are: that is estimated.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retention_utils.held_together import held_together
from retention_utils.letter_widths import BOLD, text_width
from retention_utils.table_spans import Spanned
from retention_utils.untrusted import css_string

__all__ = ["BREAKS", "MOST_COLUMNS", "MOST_ROWS", "TableLooks", "table_looks"]

MOST_ROWS, MOST_COLUMNS = 60, 24

BREAKS = {"cards0": 19.9, "cards1": 30, "cards2": 45.4, "cards3": 56}
"""Width of the page's column in rem, up to which the tables of a class are cards."""

BREAK = re.compile(r" |(?<=\w-)(?!\u2060)")  # where a line may end

# All in pixels, as the stylesheet has them.
REM, LEAST = 16, 256  # what the smallest phone leaves for a table
FRAME, PHONE_FRAME = (
    38,
    22,
)  # margins of a table in a page's column narrower than that of a desk, and some slack
PHONE = 600  # a page's column on a phone
CYRILLIC = ("ru", "uk")  # whose words are longer
CELL, HEAD, CYRILLIC_HEAD = 14.4, 13, 11.5  # letters in cells and heads, and in heads where columns are many
SIZES = {12: (13, 7.4), 10: (13, 10.3), 0: (CELL, 17.6)}  # of the letters in cells, padding of a column
FIRST, WORDS = 84, 134  # a first column, and another one of words, if that is long
LINES = 4  # of words in a cell, unless they are very long
INDENT = 14  # of a column of words, where columns are few
MOST = 140  # a cell on a card, two of which stand beside each other; what is wider has a line of its own
MOST_KEYS = 3  # columns that name a row
GAP = 4  # between a figure and its interval
TALL = 400  # words of several lines
BREAKABLE = 160  # a word such as a key, which may go on in the next line
WIDE, WIDEST = 8, 10  # columns from which on intervals have a line of their own, and several
BROKEN = 0.65  # share of a figure that stands in one line, where there are many columns


@dataclass(frozen=True)
class TableLooks:
    """Classes and inline style of a table, and how many of its columns name a row."""

    classes: str
    style: str
    keys: int = 1


def table_looks(item: Mapping[str, Any], language: str) -> TableLooks:
    """Lay out a table.

    Parameters
    ----------
    item : mapping
        A table as :func:`retention_utils.table_spans.with_spans` leaves it: ``columns`` with ``label`` and
        ``unit``, and ``cells``.
    language : str
        That it is read in.

    Returns
    -------
    TableLooks
        ``text3`` names a column of words, ``loose`` a first column with words that no line holds, ``tall``
        rows of several lines; ``cards1`` … says up to which width rows are cards, and ``row3`` names a column
        that has a line of its own there. The style of such a table holds its heads,
        that of a table with intervals how wide they are in each column, so that figures stand in line.
    """
    units = [column["unit"] for column in item["columns"]]
    heads = [column["label"] for column in item["columns"]]
    found = [[row[place] for row in item["cells"][:MOST_ROWS]] for place in range(len(units))]
    cells = [list(map(str, column)) for column in found]
    classes = [f"text{number}" for number, unit in enumerate(units, 1) if number > 1 and _is_words(unit)]
    classes += ["loose"] * (_longest_word(cells[0]) > BREAKABLE)
    classes += ["tall"] * any(_widest(texts) > TALL for texts in cells[1:])
    keys, styles = _keys(cells), _rooms(item["columns"], found)
    if cards := _cards(_least_width(item["columns"], found, language)):
        rows, style = _card(heads, cells, keys)
        classes += [cards, *rows]
        # A mere number says nothing, and neither do words that are not the first.
        named = [place for place in range(keys) if place or units[place] != "text"]
        styles = [*style, *(f'--h{place + 1}:"{css_string(heads[place])} "' for place in named), *styles]
    return TableLooks(" ".join(classes), ";".join(styles), keys)


def _keys(cells: Sequence[Sequence[str]]) -> int:
    """Say how many of the first columns tell every row from all others; one, if that many cannot."""
    rows = list(zip(*cells, strict=True))
    is_told = (len({row[:count] for row in rows}) == len(rows) for count in range(1, MOST_KEYS + 1))
    return next((count for count, told in enumerate(is_told, 1) if told), 1)


def _rooms(columns: Sequence[Mapping[str, Any]], cells: Sequence[Sequence[Any]]) -> list[str]:
    """Give the intervals of every column the width of its widest, or of their head."""
    spans = [[cell.span for cell in column if isinstance(cell, Spanned)] for column in cells]
    heads = [column["head"].span if "head" in column else "" for column in columns]
    widths = (
        max(_widest(texts), _widest([head], HEAD)) / CELL for texts, head in zip(spans, heads, strict=True)
    )
    return [f"--w{number}:{width:.1f}em" for number, width in enumerate(widths, 1) if width]


def _cards(needed: float) -> str:
    """Name the widest column of the page that cannot hold so wide a table; nothing if the smallest can."""
    widths = [width * REM for width in BREAKS.values()]
    rooms = [LEAST, *(width - (PHONE_FRAME if width < PHONE else FRAME) for width in widths)]
    return max((name for name, room in zip(BREAKS, rooms, strict=False) if needed > room), default="")


def _card(heads: Sequence[str], cells: Sequence[Sequence[str]], keys: int) -> tuple[list[str], list[str]]:
    """Tell which columns have a line of their own on a card, below its title, and its style."""
    rows = [
        f"row{number}" for number, texts in enumerate(cells, 1) if number > keys and _widest(texts) > MOST
    ]
    labels = [f'--h{number}:"{css_string(head)}"' for number, head in enumerate(heads, 1) if number > keys]
    return rows, labels


def _least_width(
    columns: Sequence[Mapping[str, Any]], cells: Sequence[Sequence[Any]], language: str
) -> float:
    """Estimate the width of a table whose columns are as narrow as can be read well."""
    count = len(columns)
    size, padding = next(SIZES[least] for least in SIZES if count >= least)
    bold = BOLD * (CYRILLIC_HEAD if count >= WIDEST and language in CYRILLIC else HEAD)
    heads = [_longest_word([column["label"]], bold) for column in columns]
    first = min(max(FIRST, heads[0], _longest_word(map(str, cells[0]), size)), BREAKABLE)
    others = zip(columns[1:], heads[1:], cells[1:], strict=True)
    return first + sum(_width(*column, count, size) for column in others) + padding * (count - 1)


def _width(column: Mapping[str, Any], head: float, cells: Sequence[Any], count: int, size: float) -> float:
    """Estimate the width of one of so many columns, without its padding."""
    if _is_words(column["unit"]):
        texts = list(map(str, cells))
        words = max(_longest_word(texts, size), min(_widest(texts, size) / LINES, WORDS))
        return max(words, head) + (INDENT if count < WIDEST else 0)
    figures = [cell.figure if isinstance(cell, Spanned) else cell for cell in cells]
    spans = [cell.span for cell in cells if isinstance(cell, Spanned)]
    if count < WIDE:
        return _width_beside(column.get("head", Spanned(column["label"], "")), figures, spans)
    lines = [line for span in spans for line in (span.split(" ") if count >= WIDEST else [span])]
    whole = _widest(figures, size)
    least = max(_longest_word(figures, size), BROKEN * whole) if column["unit"] == "figure" else whole
    return max(least, _widest(lines, size), head)


def _width_beside(head: Spanned, figures: Sequence[str], spans: Sequence[str]) -> float:
    """Estimate the width of a column whose intervals, if it has any, stand beside their figures."""
    figure = max(_widest(figures), _longest_word([head.figure], BOLD * HEAD))
    span = max(_widest(spans), _widest([head.span], HEAD))
    return figure + GAP + span if any(spans) else figure


def _is_words(unit: str) -> bool:
    return unit in ("text", "name")


def _longest_word(texts: Iterable[str], size: float = CELL) -> float:
    return _widest((word for text in texts for word in BREAK.split(held_together(text))), size)


def _widest(texts: Iterable[str], size: float = CELL) -> float:
    return size * max(map(text_width, texts), default=0)
