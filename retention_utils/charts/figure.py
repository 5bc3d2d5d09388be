"""A chart as a figure: drawn in every language, for a desk and for a phone, with the words around it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from retention_utils.charts.bars import bars
from retention_utils.charts.canvas import NARROW, PIXEL, WIDE, fitted, framed, key, period_ticks, unit
from retention_utils.charts.measuring import MeasuringCanvas
from retention_utils.display import MIME, Callout, Shown, Words, nothing_yet, said
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT
from retention_utils.standalone import as_svg
from retention_utils.svg import inline
from retention_utils.texts import Text, as_json

__all__ = ["STYLE", "Figure", "rehearse", "show_figure"]

STYLE = matplotlib.rc_params_from_file(
    Path(__file__).parents[1] / "retention.mplstyle", use_default_template=False
)
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
        MeasuringCanvas(drawing)
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


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Keep five significant digits of fractions: estimates of two machines agree in no more than some."""
    fractions = table.select_dtypes("float").columns
    return table.assign(**{name: table[name].map(lambda value: float(f"{value:.5g}")) for name in fractions})
