"""What differs, as rows of a table for a terminal."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from retention_utils.regression.outputs import Difference
from retention_utils.regression.runner import ChapterCheck

__all__ = ["HEAD", "Row", "aligned_lines", "rows_of"]

HEAD = ("Chapter", "Cell", "What", "Before", "Now", "Relative")
MOST = 60  # characters of a text
AROUND = 15  # characters shown before the first that differs
WORD_JOINER = "\u2060"  # has no width; keeps spans together

Row = tuple[str, ...]


def rows_of(checks: Sequence[ChapterCheck]) -> list[Row]:
    """Write a row for every difference, and one for those of a cell that were left out."""
    return [row for check in checks for row in _rows(check)]


def aligned_lines(rows: Sequence[Row]) -> list[str]:
    """Write rows beneath their heads in columns, for where there is no terminal."""
    table = [HEAD, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def _rows(check: ChapterCheck) -> Iterator[Row]:
    for cell in check.cells:
        for difference in cell.differences:
            before, now = _told(difference)
            relative = "" if difference.relative is None else f"{100 * difference.relative:+.3g}%"
            yield check.chapter, str(cell.cell), difference.what, before, now, relative.replace("-", "\u2212")
        if cell.left_out:
            yield check.chapter, str(cell.cell), f"… and {cell.left_out} more", "", "", ""


def _told(difference: Difference) -> tuple[str, str]:
    """Write both sides, texts from shortly before the place where they part."""
    sides = ("—" if side is None else str(side) for side in (difference.before, difference.now))
    before, now = (side.replace(WORD_JOINER, "") for side in sides)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, now, strict=False)))
    start = max(alike - AROUND, 0)
    return _cut(before, start), _cut(now, start)


def _cut(text: str, start: int) -> str:
    if len(text) <= MOST:
        return text
    begun = f"…{text[start:]}" if start else text
    return begun if len(begun) <= MOST else f"{begun[: MOST - 1]}…"
