"""The ground every chart stands on: sizes, axis words and keys, alike on a desk and on a phone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Rectangle
from matplotlib.spines import Spine
from matplotlib.textpath import TextPath
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.bars import bars
from retention_utils.display import MIME, Callout, Shown, Words, nothing_yet, said
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT
from retention_utils.standalone import as_svg
from retention_utils.svg import inline, plain
from retention_utils.texts import Text, as_json

__all__ = [
    "WIDE",
    "Figure",
    "fitted",
    "framed",
    "is_narrow",
    "key",
    "key_rows",
    "period_ticks",
    "plot_width",
    "rehearse",
    "show_figure",
    "unit",
    "value_axis",
    "word_width",
]

STYLE = matplotlib.rc_params_from_file(
    Path(__file__).parents[1] / "retention.mplstyle", use_default_template=False
)
WIDE, NARROW = 740, 332  # CSS pixels: the report's column, a little enlarged on a desk; and a phone
PIXEL = 1 / 72
SVG = "image/svg+xml"


@dataclass(frozen=True)
class Figure(Shown):
    """A chart in every language and both sizes, with the words around it and the table it is drawn from."""

    kind = "figure"

    key: str
    title: Words
    caption: Words
    alt: Words
    source: Words
    data: str
    pictures: dict[str, dict[str, str]]  # by language and size

    @property
    def readable(self) -> str:
        """The table it is drawn from."""
        return self.data

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        words = {name: as_json(getattr(self, name)) for name in ("title", "caption", "alt", "source")}
        shown = {"key": self.key, **words}
        first, *others = self.pictures.values()
        standing_alone = as_svg(first["wide"], title=str(self.title), description=str(self.alt))
        content = {"text/plain": self.data, SVG: standing_alone, MIME.format(kind=self.kind): shown}
        return content, {"retention": self.pictures if others else first}


def show_figure(
    draw: Callable[..., Axes],
    table: pd.DataFrame,
    *,
    key: str,
    title: str | Text,
    caption: str | Text,
    alt: Text,
    formats: Formats,
    source: str | Text = "",
    along: str = "",
    **options: Any,
) -> Figure | Callout:
    """Draw a chart for a desk and for a phone, ready to be displayed.

    Parameters
    ----------
    draw : callable
        A chart: takes ``table``, ``formats``, ``ax`` and ``options``, and returns the Axes.
    table : DataFrame
        The result to draw; its numbers are printed with the figure.
    key : str
        Short name, unique within the chapter.
    title, caption, alt, source : str or Text
        What is drawn; how to read it; what it shows, for who cannot see it; where the numbers are from. A
        string is a message without anything to fill in.
    along : str
        Column that a line runs along; of one value of it alone, no line is drawn.

    Returns
    -------
    Figure or Callout
        With an SVG per language and size; a note if there is nothing to draw.
    """
    title = said(title, formats)
    if table.empty or (along and table[along].nunique() < 2):
        return nothing_yet(key, title, is_point=not table.empty, formats=formats)
    pictures = {}
    with matplotlib.style.context(STYLE):
        for language in formats.languages:
            words = _in_language({"table": table, **options}, language)
            paint = partial(draw, words.pop("table"), formats=formats.only(language), **words)
            pictures[language] = _drawn(paint, key)
    return Figure(
        key=key,
        title=title,
        caption=said(caption, formats),
        alt=alt,
        source=said(source, formats),
        data=_rounded(table).to_string(index=False),
        pictures=pictures,
    )


def rehearse() -> None:
    """Draw something, once, so that fonts and all that is made on first use are there when it counts."""
    with matplotlib.style.context(STYLE):
        _drawn(_rehearsal, "rehearsal")


def _rehearsal(*, ax: Axes) -> Axes:
    ax = framed(ax, height=100)
    bars(ax, pd.Series([1, 2]), LIGHT["ink2"])
    ax.plot([0, 1], [1, 2], color=LIGHT["ink2"])
    unit(ax, "0")
    key(ax, [("ink2", "0")])
    period_ticks(ax, ["0", "1"], most=2)
    return fitted(ax)


def _drawn(paint: Callable[..., Axes], key: str) -> dict[str, str]:
    """Draw a chart in both sizes."""
    pictures = {}
    for name, width in (("wide", WIDE), ("narrow", NARROW)):
        drawing = Drawing(figsize=(width * PIXEL, 300 * PIXEL))
        FigureCanvasAgg(drawing)  # which measures every word once
        paint(ax=drawing.add_axes((0.1, 0.1, 0.8, 0.8)))
        _forget_empty_labels(drawing)
        pictures[name] = inline(drawing, prefix=f"{key}-{name}", css_class=name)
    return pictures


def _forget_empty_labels(drawing: Drawing) -> None:
    """Spare every picture the search for the places of words that are not there.

    An axis measures all of its ticks to place its label and a power of ten, be they empty or not.
    """
    for ax in drawing.axes:
        for axis in (ax.xaxis, ax.yaxis):
            if not axis.get_label_text() and not axis.get_major_formatter().get_offset():
                axis.set_label_coords(0, 0)
                for tick in axis.get_major_ticks():
                    tick.label1.set_in_layout(False)


def _in_language(options: dict[str, Any], language: str) -> dict[str, Any]:
    """Give a chart's table and options with every text in one language."""
    return {name: _one_language(value, language) for name, value in options.items()}


def _one_language(value: Any, language: str) -> Any:
    if isinstance(value, Text):
        return value.in_language(language)
    if isinstance(value, pd.DataFrame):
        value = value.copy()
        for name in value.select_dtypes("object", exclude="str"):
            value[name] = _one_language(list(value[name]), language)
        return value
    if isinstance(value, list | tuple):
        return type(value)(_one_language(part, language) for part in value)
    return value


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

    Parameters
    ----------
    ax : Axes
        What was drawn on.
    between : tuple of float
        Where its labels may lie, as fractions of the picture's width; all of it by default.
    """
    drawing = ax.figure
    ax.yaxis.set_label_coords(0, 0)  # it has no words, since units stand above the axis
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


def key(ax: Axes, items: list[tuple[str, str]], *, x: float = 0, row: int = 0) -> None:
    """Write colour keys, pairs of token and word, from ``x`` pixels on; they wrap at the edge."""
    drawing = ax.figure
    width, height = drawing.get_figwidth() / PIXEL, drawing.get_figheight() / PIXEL
    at, y = x, height - 13 - 18 * row
    for token, word in items:
        step = 15 + word_width(word) + 18
        if at + step - 18 > width and at > x:
            at, y = x, y - 18
        square = Rectangle(
            (at / width, (y - 1) / height), 10 / width, 10 / height,
            transform=drawing.transFigure, color=LIGHT[token], lw=0,
        )  # fmt: skip
        drawing.patches.append(square)
        drawing.text((at + 15) / width, y / height, plain(word), color=LIGHT["ink2"], size=12, va="baseline")
        at += step


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


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Keep five significant digits of fractions: estimates of two machines agree in no more than some."""
    fractions = table.select_dtypes("float").columns
    return table.assign(**{name: table[name].map(lambda value: float(f"{value:.5g}")) for name in fractions})


@cache
def word_width(word: str | Text) -> float:
    """Width of a word as keys and names are written, in pixels."""
    outline = TextPath((0, 0), str(word), size=12)
    # Fonts have points where a letter is widest, so that its curves need not be looked at.
    return float(np.ptp(outline.vertices[outline.codes != outline.CLOSEPOLY, 0]))
