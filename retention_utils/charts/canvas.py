"""The ground every chart stands on: sizes, axis words and keys, alike on a desk and on a phone."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.spines import Spine
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.measuring import word_width
from retention_utils.palette import LIGHT
from retention_utils.svg import plain
from retention_utils.texts import Text

__all__ = [
    "DASHES",
    "NARROW",
    "PIXEL",
    "WIDE",
    "fitted",
    "framed",
    "is_narrow",
    "key",
    "key_rows",
    "period_ticks",
    "plot_width",
    "unit",
    "value_axis",
]

WIDE, NARROW = 740, 332  # CSS pixels: the report's column, a little enlarged on a desk; and a phone
PIXEL = 1 / 72
DASHES = (0, (5, 2))  # of a line that is no observation


def framed(
    ax: Axes | None, *, height: int, left: int = 44, right: int = 8, top: int = 28, bottom: int = 30
) -> Axes:
    """Give the axes its height and margins, in pixels; a new axes of full width if there is none."""
    if ax is None:
        ax = Drawing(figsize=(WIDE * PIXEL, height * PIXEL)).add_axes((0.1, 0.1, 0.8, 0.8))
    drawing = ax.figure
    width = drawing.get_figwidth() / PIXEL
    drawing.set_figheight(height * PIXEL)
    ax.set_position(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )
    return ax


def fitted(ax: Axes, *, between: tuple[float, float] = (0.0, 1.0)) -> Axes:
    """Widen the side margins as far as the widest label needs, and no further.

    The words of the axes are written before, if there are any: no room is kept for later ones.

    Parameters
    ----------
    ax : Axes
        What was drawn on.
    between : tuple of float
        Where its labels may lie, as fractions of the picture's width; all of it by default.
    """
    drawing = ax.figure
    for axis in (ax.xaxis, ax.yaxis):
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)  # or all ticks are measured to place no words
    for _ in range(4):  # labels move with the margins
        place = ax.get_position()
        parts = [part for part in ax.get_default_bbox_extra_artists() if not isinstance(part, Spine)]
        edges = ax.get_tightbbox(bbox_extra_artists=parts).transformed(drawing.transFigure.inverted())
        left, right = max(0.0, between[0] - edges.x0), max(0.0, edges.x1 - between[1])
        if left + right < 0.001:
            break
        ax.set_position((place.x0 + left, place.y0, place.width - left - right, place.height))
    return ax


def plot_width(ax: Axes) -> float:
    """Width of the plot between its margins, in pixels."""
    return float(ax.get_position().width * ax.figure.get_figwidth() / PIXEL)


def is_narrow(ax: Axes) -> bool:
    """Say whether the chart is drawn for a phone."""
    return ax.figure.get_figwidth() / PIXEL < 500


def unit(ax: Axes, text: str | Text) -> None:
    """Write the unit above the axis, level: nobody should tilt the head."""
    height = ax.figure.get_figheight() / PIXEL
    ax.figure.text(0, (height - 13) / height, plain(text), color=LIGHT["ink3"], va="baseline", ha="left")


def key(
    ax: Axes, items: list[tuple[str, str]], *, marks: Sequence[str] = (), x: float = 0, row: int = 0
) -> None:
    """Write colour keys; they wrap at the edge.

    Parameters
    ----------
    items : list of pair of str
        Token and word.
    marks : sequence of str
        What stands for every item: ``bar``, ``line``, ``dashes`` or ``dot``; bars by default.
    x : float
        Where the keys begin, in pixels.
    row : int
        In which row they begin.
    """
    drawing = ax.figure
    width, height = drawing.get_figwidth() / PIXEL, drawing.get_figheight() / PIXEL
    at, y = x, height - 13 - 18 * row
    for (token, word), mark in zip(items, marks or ["bar"] * len(items), strict=True):
        step = 15 + word_width(word) + 18
        if at + step - 18 > width and at > x:
            at, y = x, y - 18
        _write_mark(drawing, mark, LIGHT[token], (at / width, (y - 1) / height), (10 / width, 10 / height))
        drawing.text((at + 15) / width, y / height, plain(word), color=LIGHT["ink2"], size=12, va="baseline")
        at += step


def _write_mark(
    drawing: Drawing, mark: str, colour: str, corner: tuple[float, float], size: tuple[float, float]
) -> None:
    (left, low), (wide, high) = corner, size
    at = {"color": colour, "transform": drawing.transFigure}
    if mark == "bar":
        drawing.patches.append(Rectangle(corner, wide, high, lw=0, **at))
    elif mark == "dot":
        drawing.lines.append(Line2D([left + wide / 2], [low + high / 2], marker="o", ms=8.5, mew=0, **at))
    else:
        ends, middle = [left, left + 1.1 * wide], low + high / 2
        style = (0, (2.2, 1.4)) if mark == "dashes" else "-"
        drawing.lines.append(Line2D(ends, [middle, middle], ls=style, **at))


def key_rows(words: list[str], *, width: float) -> int:
    """Say how many rows the colour keys of these words take on so many pixels."""
    rows, at = 1, 0.0
    for word in words:
        step = 15 + word_width(word)
        rows, at = (rows + 1, step + 18) if at and at + step > width else (rows, at + step + 18)
    return rows


def period_ticks(ax: Axes, labels: list[str], *, most: int, at: list[int] | None = None) -> None:
    """Label at most ``most`` of the places, 0, 1, 2 … or those given, fewer if the words are long.

    The last is always among them.
    """
    widest = max(map(word_width, labels), default=0.0) + 14
    step = max(1, -(-len(labels) // most), int(np.ceil(len(labels) * widest / plot_width(ax))))
    chosen = list(range(len(labels) - 1, -1, -step))[::-1]
    ax.set_xticks([at[k] if at else k for k in chosen], [plain(labels[k]) for k in chosen])


def value_axis(ax: Axes, write: Callable[..., str], *, hundred: int = 1, is_whole: bool = False) -> None:
    """Label the value axis with as many digits as its steps need, so that no two lines read alike.

    Parameters
    ----------
    ax : Axes
        With its limits set.
    write : callable
        Takes a value and ``digits``.
    hundred : int
        100 if ``write`` turns fractions into per cents.
    is_whole : bool
        Whether there is nothing between two counts.
    """
    locator = MaxNLocator(7, steps=[1, 2, 5, 10], integer=is_whole)
    step = float(np.diff(locator.tick_values(*ax.get_ylim()))[0]) * hundred
    digits = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    ax.yaxis.set_major_locator(locator)
    label = cache(lambda value: plain(write(value, digits=digits)))  # asked for at every look at the axis
    ax.yaxis.set_major_formatter(lambda value, _: label(value))
