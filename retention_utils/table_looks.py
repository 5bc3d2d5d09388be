"""How a table of the page is laid out: which columns hold words, and how wide a screen it needs.

A table that is wider than its screen is not scrolled but read row by row: each row becomes a card, on which
cells stand side by side, each under its head. No stylesheet can tell how wide words are: that is estimated.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retention_utils.table_spans import Spanned
from retention_utils.untrusted import css_string

__all__ = ["BREAKS", "MOST_COLUMNS", "MOST_ROWS", "TableLooks", "table_looks"]

MOST_ROWS, MOST_COLUMNS = 60, 24

BREAKS = {"cards1": 30, "cards2": 45, "cards3": 56}
"""Width of the page's column in rem, up to which the tables of a class are cards."""

# All in pixels, as the stylesheet has them.
REM, PHONE = 16, 256  # what the smallest phone leaves for a table
FRAME = 38  # margins of a table in a page's column narrower than that of a desk, and some slack
CELL = 14.4  # size of the letters in cells
SIZES = {
    12: (13, 12.6, 7.4),
    10: (13, 12.6, 13),
    0: (CELL, 13.5, 17.6),
}  # cells, heads, padding
FIRST, WORDS = 92, 134  # a first column, and another one of words, if that is long
MOST = 140  # a cell on a card, two of which stand beside each other; what is wider has a line of its own
MOST_KEYS = 3  # columns that name a row
HEAD = 0.92  # letters of a head, as a multiple of those of a cell
GAP = 4  # between a figure and its interval
TALL = 400  # words of several lines
BREAKABLE = 190  # a word such as a key, which may go on in the next line
WIDE, WIDEST = 8, 10  # columns from which on intervals have a line of their own, and several
BROKEN = 0.65  # share of a figure with its interval that stands in one line, where there are many columns

THIN = frozenset(" .,:;!|()[]/'’-ijltfrіїI\u00a0\u202f\u2060")
BROAD = frozenset("mwMW@%№—жшщюмфыєЖШЩЮМФЫЄ")


@dataclass(frozen=True)
class TableLooks:
    """Classes and inline style of a table, and how many of its columns name a row."""

    classes: str
    style: str
    keys: int = 1


def table_looks(item: Mapping[str, Any]) -> TableLooks:
    """Lay out a table.

    Parameters
    ----------
    item : mapping
        A table as :func:`retention_utils.table_spans.with_spans` leaves it: ``columns`` with ``label`` and
        ``unit``, and ``cells``.

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
    if cards := _cards(_least_width(units, heads, found)):
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
    widths = [max(_widest(texts, 1), HEAD * _width(head)) for texts, head in zip(spans, heads, strict=True)]
    return [f"--w{number}:{width:.1f}em" for number, width in enumerate(widths, 1) if width]


def _cards(needed: float) -> str:
    """Name the widest column of the page that cannot hold so wide a table; nothing if the smallest can."""
    rooms = [PHONE, *(width * REM - FRAME for width in BREAKS.values())]
    return max((name for name, room in zip(BREAKS, rooms, strict=False) if needed > room), default="")


def _card(heads: Sequence[str], cells: Sequence[Sequence[str]], keys: int) -> tuple[list[str], list[str]]:
    """Tell which columns have a line of their own on a card, below its title, and its style."""
    rows = [
        f"row{number}" for number, texts in enumerate(cells, 1) if number > keys and _widest(texts) > MOST
    ]
    labels = [f'--h{number}:"{css_string(head)}"' for number, head in enumerate(heads, 1) if number > keys]
    return rows, labels


def _least_width(units: Sequence[str], heads: Sequence[str], cells: Sequence[Sequence[Any]]) -> float:
    """Estimate the width of a table whose columns are as narrow as can be read well."""
    size, bold, padding = next(SIZES[least] for least in SIZES if len(units) >= least)
    is_wide = len(units) >= WIDE
    lines = [[line for cell in column for line in _lines(cell, len(units))] for column in cells]
    widths = [min(max(FIRST, _longest_word(lines[0], size)), BREAKABLE)]
    for unit, texts in zip(units[1:], lines[1:], strict=True):
        longest, whole = _longest_word(texts, size), _widest(texts, size)
        if _is_words(unit):
            widths.append(max(longest, min(whole, WORDS)) + 14)
        else:
            is_broken = unit == "figure" and is_wide
            widths.append(max(longest, BROKEN * whole) if is_broken else whole)
    if is_wide:
        wide = (max(width, _longest_word([head], bold)) for width, head in zip(widths, heads, strict=True))
    else:
        wide = (
            _with_head(width, head, column, bold)
            for width, head, column in zip(widths, heads, cells, strict=True)
        )
    return sum(wide) + padding * (len(units) - 1)


def _with_head(width: float, head: str, cells: Sequence[Any], bold: float) -> float:
    """Width of a column with its head, which stands over figures alone where intervals are beside them."""
    span = _widest((cell.span for cell in cells if isinstance(cell, Spanned)), CELL)
    return max(width, _longest_word([head], bold) + (span and span + GAP))


def _lines(cell: Any, columns: int) -> Iterable[str]:
    """Give what must stand in one line: where there are many columns, intervals are below their figures."""
    if columns < WIDE or not isinstance(cell, Spanned):
        return [str(cell)]
    return [cell.figure, *(cell.span.split(" ") if columns >= WIDEST else [cell.span])]


def _is_words(unit: str) -> bool:
    return unit in ("text", "name")


def _longest_word(texts: Iterable[str], size: float = CELL) -> float:
    return _widest((word for text in texts for word in text.split(" ")), size)


def _widest(texts: Iterable[str], size: float = CELL) -> float:
    return size * max(map(_width, texts), default=0)


def _width(text: str) -> float:
    """Width of a text as a multiple of the size of its letters, as common fonts without serifs have it."""
    return sum(0.32 if c in THIN else 0.85 if c in BROAD else 0.68 if c.isupper() else 0.58 for c in text)
