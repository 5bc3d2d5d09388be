"""Chart of what the changes since the last report are made of."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import blended_transform_factory

from retention_utils.charts.canvas import fitted, framed, is_narrow, unit
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["change_bars"]

ROW = 26  # pixels


def change_bars(parts: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw every part of every change as a bar to the left or right, figure by figure.

    Parameters
    ----------
    parts : DataFrame
        One row per part: ``figure``, ``part``, ``relative`` (of what the figure was, a fraction), ``is_mix``.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(parts, ["figure", "part", "relative", "is_mix"], name="parts")
    figures = parts["figure"].map(str)
    begins = (figures != figures.shift()).to_numpy()
    places = np.arange(len(parts)) + begins.cumsum()  # a line is left for the name of every figure
    ax = framed(ax, height=70 + ROW * (int(places[-1]) + 1), left=8, right=12, top=28, bottom=34)
    reach = float(parts["relative"].abs().max()) or 0.01
    colors = [ROLES["other"] if is_mix else ROLES["main"] for is_mix in parts["is_mix"]]
    ax.barh(places, parts["relative"], 0.6, color=colors)
    ax.axvline(0, color=LIGHT["ink3"], lw=1)
    for place, relative in zip(places, parts["relative"], strict=True):
        side = 1 if relative >= 0 else -1
        ax.annotate(
            plain(formats.change(relative, "share")), (relative, place), xytext=(4 * side, 0),
            textcoords="offset points", va="center", ha="left" if side > 0 else "right",
            color=LIGHT["ink2"], size=12,
        )  # fmt: skip
    beside = blended_transform_factory(ax.figure.transFigure, ax.transData)
    for place, figure in zip(places[begins], parts["figure"][begins], strict=True):
        ax.text(
            0, place - 1, plain(figure), transform=beside, va="center", ha="left",
            color=LIGHT["ink"], weight="bold", size=12,
        )  # fmt: skip
    ax.set_yticks(places, [plain(part) for part in parts["part"]])
    small = is_narrow(ax)
    span = reach * (2.0 if small else 1.3)  # room for the numbers beside the bars
    ax.set(ylim=(places[-1] + 0.7, -0.6), xlim=(-span, span))
    ax.xaxis.set_major_locator(MaxNLocator(3 if small else 7, steps=[1, 2, 5, 10]))
    step = float(np.diff(ax.get_xticks())[0]) * 100
    digits = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    ax.xaxis.set_major_formatter(lambda value, _: plain(formats.share(value, digits=digits)))
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    unit(ax, formats.say("Change, in per cent of what the figure was"))
    return fitted(ax)
