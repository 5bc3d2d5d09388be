"""Many bars as one shape, and intervals that are seen on them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from retention_utils.palette import LIGHT

__all__ = ["bars", "intervals"]

LINE, HALO = 1.5, 4.5  # pixels


def bars(
    ax: Axes,
    heights: pd.Series,
    color: str | Sequence[str],
    *,
    bottom: pd.Series | float = 0.0,
    width: float = 0.72,
) -> PolyCollection:
    """Draw bars at 0, 1, 2 … as one shape: a hundred rectangles take longer than all the rest of a figure.

    Parameters
    ----------
    ax : Axes
        What to draw on; its limits are widened as for ``ax.bar``.
    heights, bottom : Series or float
        How tall each bar is, and where it begins. One without height is left out.
    color : str or sequence of str
        Of all bars, or of each.
    width : float
        Of each bar; 1 leaves no room between them.

    Returns
    -------
    PolyCollection
        What was drawn.
    """
    low = np.broadcast_to(np.asarray(bottom, dtype=float), len(heights))
    high = low + heights.to_numpy(float)
    left = np.arange(len(heights)) - width / 2
    corners = np.stack([left, low, left, high, left + width, high, left + width, low], axis=1)
    drawn = PolyCollection(corners.reshape(-1, 4, 2), facecolors=color, linewidths=0)
    drawn.sticky_edges.y.append(0)  # no margin beyond the line that they stand on
    ax.add_collection(drawn)
    ax.autoscale_view()
    return drawn


def intervals(ax: Axes, low: pd.Series, high: pd.Series) -> None:
    """Draw the intervals of lying bars at 0, 1, 2 …, each in a halo of the ground.

    No colour is seen on bars and ground of both colour schemes, but one of the two always is.
    """
    for color, width in ((LIGHT["card"], HALO), (LIGHT["ink"], LINE)):
        ax.hlines(range(len(low)), low, high, color=color, lw=width)
