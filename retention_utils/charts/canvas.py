"""The ground every chart stands on: sizes, axis words and keys, alike on a desk and on a phone."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextPath

from retention_utils.display import MIME
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT
from retention_utils.svg import inline, plain

__all__ = ["WIDE", "Figure", "framed", "is_narrow", "key", "month_ticks", "show_figure", "unit"]

STYLE = Path(__file__).parents[1] / "retention.mplstyle"
WIDE, NARROW = 836, 332  # CSS pixels: the report's column, and a phone
PIXEL = 1 / 72


@dataclass(frozen=True)
class Figure:
    """A chart in both sizes, with the words around it and the table it is drawn from."""

    key: str
    title: str
    caption: str
    alt: str
    source: str
    data: str
    wide: str
    narrow: str
    png: bytes

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        words = {name: getattr(self, name) for name in ("key", "title", "caption", "alt", "source")}
        content = {"text/plain": self.data, "image/png": self.png, MIME.format(kind="figure"): words}
        return content, {"retention": {"wide": self.wide, "narrow": self.narrow}}


def show_figure(
    draw: Callable[..., Axes],
    table: pd.DataFrame,
    *,
    key: str,
    title: str,
    caption: str,
    alt: str,
    formats: Formats,
    source: str = "",
    **options: Any,
) -> Figure:
    """Draw a chart for a desk and for a phone, ready to be displayed.

    Parameters
    ----------
    draw : callable
        A chart: takes ``table``, ``formats``, ``ax`` and ``options``, and returns the Axes.
    table : DataFrame
        The result to draw; its numbers are printed with the figure.
    key : str
        Short name, unique within the chapter.
    title, caption, alt, source : str
        What is drawn; how to read it; what it shows, for who cannot see it; where the numbers are from.

    Returns
    -------
    Figure
        With an SVG per size and a PNG for the notebook.
    """
    pictures = {}
    with matplotlib.style.context(STYLE):
        for name, width in (("wide", WIDE), ("narrow", NARROW)):
            drawing = Drawing(figsize=(width * PIXEL, 300 * PIXEL))
            draw(table, formats=formats, ax=drawing.add_axes((0.1, 0.1, 0.8, 0.8)), **options)
            pictures[name] = inline(drawing, prefix=f"{key}-{name}", css_class=name)
            if name == "wide":
                png = BytesIO()
                drawing.savefig(png, format="png", dpi=72, facecolor="white", metadata={"Software": None})
    return Figure(
        key=key,
        title=title,
        caption=caption,
        alt=alt,
        source=source,
        data=table.round(4).to_string(index=False),
        png=png.getvalue(),
        **pictures,
    )


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


def is_narrow(ax: Axes) -> bool:
    """Say whether the chart is drawn for a phone."""
    return ax.figure.get_figwidth() / PIXEL < 500


def unit(ax: Axes, text: str) -> None:
    """Write the unit above the axis, level: nobody should tilt the head."""
    height = ax.figure.get_figheight() / PIXEL
    ax.figure.text(0, (height - 13) / height, plain(text), color=LIGHT["ink3"], va="baseline", ha="left")


def key(ax: Axes, items: list[tuple[str, str]], *, x: float = 0, row: int = 0) -> None:
    """Write colour keys, pairs of token and word, from ``x`` pixels on; they wrap at the edge."""
    drawing = ax.figure
    width, height = drawing.get_figwidth() / PIXEL, drawing.get_figheight() / PIXEL
    at, y = x, height - 13 - 18 * row
    for token, word in items:
        step = 15 + TextPath((0, 0), plain(word), size=12).get_extents().width + 18
        if at + step - 18 > width and at > x:
            at, y = x, y - 18
        square = Rectangle(
            (at / width, (y - 1) / height), 10 / width, 10 / height,
            transform=drawing.transFigure, color=LIGHT[token], lw=0,
        )  # fmt: skip
        drawing.patches.append(square)
        drawing.text((at + 15) / width, y / height, plain(word), color=LIGHT["ink2"], size=12, va="baseline")
        at += step


def month_ticks(ax: Axes, labels: list[str], *, most: int) -> None:
    """Label at most ``most`` of the evenly spaced places 0, 1, 2 …, always the last."""
    step = max(1, -(-len(labels) // most))
    places = list(range(len(labels) - 1, -1, -step))[::-1]
    ax.set_xticks(places, [plain(labels[place]) for place in places])


