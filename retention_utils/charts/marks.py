"""Colour keys that look like what they stand for: a line, dashes or a dot."""

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from retention_utils.charts.canvas import key
from retention_utils.palette import LIGHT

__all__ = ["DASHES", "mark_key"]

DASHES = (0, (5, 2))


def mark_key(ax: Axes, items: list[tuple[str, str]], marks: list[str], *, row: int = 0) -> None:
    """Write colour keys as :func:`retention_utils.charts.canvas.key` does, and draw their marks.

    Parameters
    ----------
    items : list of pair of str
        Token and word.
    marks : list of str
        For every item ``line``, ``dashes``, ``dot`` or ``bar``.
    row : int
        Where they begin.
    """
    patches = ax.figure.patches
    before = len(patches)
    key(ax, items, row=row)
    squares = patches[before:]
    del patches[before:]
    for square, (token, _), mark in zip(squares, items, marks, strict=True):
        if mark == "bar":
            patches.append(square)
            continue
        (left, low), wide = square.get_xy(), square.get_width()
        middle = low + square.get_height() / 2
        is_dot = mark == "dot"
        line = Line2D(
            [left + wide / 2] if is_dot else [left, left + 1.1 * wide], [middle] * (1 if is_dot else 2),
            color=LIGHT[token], marker="o" if is_dot else "", ms=8.5, mew=0,
            ls=(0, (2.2, 1.4)) if mark == "dashes" else "-", transform=ax.figure.transFigure,
        )  # fmt: skip
        ax.figure.lines.append(line)
