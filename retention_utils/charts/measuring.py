"""A canvas for SVG on which every word is measured once in the life of a process, not once a picture.

To measure words is a tenth of the cost of a chart, and most of them (years, per cents, names of groups) stand
in several, and in each of them at both sizes.
"""

from functools import cache, lru_cache
from typing import Any, TextIO

from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.font_manager import FontProperties

from retention_utils.texts import Text

__all__ = ["MeasuringCanvas", "word_width"]

RULER = RendererBase()  # of which matplotlib keeps what it measured


@cache
def word_width(word: str | Text) -> float:
    """Width of a word as keys and names are written, in pixels."""
    return _size(str(word), FontProperties(size=12), False)[0]


@lru_cache(4096)
def _size(word: str, font: FontProperties, is_mathematics: Any) -> tuple[float, float, float]:
    return RULER.get_text_width_height_descent(word, font, is_mathematics)


class _Renderer(RendererSVG):
    """Writes SVG, and asks for the size of no word twice."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, ...]:
        return _size(s, prop.copy(), ismath)  # a copy, since the original may change


class MeasuringCanvas(FigureCanvasSVG):
    """The canvas of a chart, at one pixel a point."""

    def get_renderer(self) -> RendererBase:
        """Give what words are measured by before anything is drawn."""
        return RULER

    def draw(self) -> None:
        """Draw nothing before its time: seaborn would have a heat map drawn to see if its labels overlap."""
        self.figure.stale = False

    def print_svg(self, filename: TextIO, *, metadata: dict[str, Any] | None = None, **_: Any) -> None:
        """Write the figure; without what matplotlib needs for pixels, which no chart here may hold."""
        width, height = 72 * self.figure.get_size_inches()
        renderer = _Renderer(width, height, filename, metadata=metadata)
        self.figure.draw(renderer)
        renderer.finalize()
