"""The colour scale beneath a heat map whose cells have no room for numbers."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from retention_utils.charts.canvas import PIXEL
from retention_utils.charts.measuring import word_width
from retention_utils.formats import Formats
from retention_utils.palette import HEAT, LIGHT
from retention_utils.svg import plain

__all__ = ["write_scale"]

ROOM, STEP, TALL, GAP = 26, 22, 10, 7  # pixels: beneath the map; a step of colour; beside it


def write_scale(ax: Axes, edges: list[float], formats: Formats) -> None:
    """Write the steps of colour between the shares that they begin and end with, in room of their own."""
    drawing, place = ax.figure, ax.get_position()
    height = drawing.get_figheight() / PIXEL
    drawing.set_figheight((height + ROOM) * PIXEL)
    below, tall = place.y0 * height + ROOM, place.height * height
    ax.set_position((place.x0, below / (height + ROOM), place.width, tall / (height + ROOM)))
    width, height = drawing.get_figwidth() / PIXEL, height + ROOM
    least, most = (formats.share(edge, digits=0) for edge in (edges[0], edges[-1]))
    at = word_width(least) + GAP
    end = at + STEP * len(HEAT) + GAP
    for x, words in ((0.0, least), (end, most)):
        drawing.text(x / width, 4 / height, plain(words), color=LIGHT["ink2"], size=12, va="baseline")
    for number, color in enumerate(HEAT):
        drawing.patches.append(
            Rectangle(
                ((at + STEP * number) / width, 3 / height), (STEP - 1.5) / width, TALL / height,
                transform=drawing.transFigure, color=color, lw=0,
            )
        )  # fmt: skip
