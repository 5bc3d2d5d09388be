"""The chart of the four ways to count who came back."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import (
    NARROW,
    PIXEL,
    WIDE,
    fitted,
    framed,
    is_narrow,
    key,
    key_rows,
    plot_width,
    unit,
    value_axis,
)
from retention_utils.formats import Formats
from retention_utils.palette import ROLE_INKS, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain
from retention_utils.texts import Text

__all__ = ["return_curves"]

WAYS = {"cumulative": "fresh", "on or after": "back", "bracket": "plum", "on": "main"}
LINE, LABEL = 15, 42  # pixels: from one label to the next, and how wide one is


def return_curves(ways: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the four answers for the same customers by age, brackets as level lines, each with its interval.

    Parameters
    ----------
    ways : DataFrame
        From :func:`retention_utils.cohorts.ways.return_ways`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(ways, ["way", "first_age", "age", "retention", "low", "high"], name="ways")
    words = {way: str(_word(way, formats)) for way in WAYS}
    small = ax is not None and is_narrow(ax)
    rows = key_rows(list(words.values()), width=NARROW if small else WIDE)
    top = 18 * rows + (46 if small else 28)  # on a phone the labels at the ends reach below the keys
    ax = framed(ax, height=(236 if small else 228) + top, left=48, right=48, top=top, bottom=44)
    for way, role in WAYS.items():
        drawn, colour = ways[ways["way"] == way], ROLES[role]
        if way == "bracket":
            for row in drawn.itertuples():
                ends = [row.first_age - 0.4, row.age + 0.4]
                ax.fill_between(ends, row.low, row.high, color=colour, alpha=0.2, lw=0)
                ax.plot(ends, [row.retention] * 2, color=colour, lw=2.5)
        elif len(drawn):
            ax.fill_between(drawn["age"], drawn["low"], drawn["high"], color=colour, alpha=0.2, lw=0)
            ax.plot(drawn["age"], drawn["retention"], color=colour, marker="o", ms=3)
    ax.set_ylim(bottom=0)
    ax.set_xlim(0.4, ways["age"].max() + 0.6)
    _end_labels(ax, ways, formats)
    ax.set_xlabel(formats.say("Periods since the first purchase"))
    ax.xaxis.get_major_locator().set_params(integer=True)
    value_axis(ax, formats.share, hundred=100)
    unit(ax, formats.say("Share of the same customers who bought"))
    key(ax, [(role, words[way]) for way, role in WAYS.items()], row=1)
    return fitted(ax)


def _word(way: str, formats: Formats) -> Text:
    return formats.say(
        "{way, select, on {on} bracket {bracket} cumulative {cumulative} other {on or after}}", way=way
    )


def _end_labels(ax: Axes, ways: pd.DataFrame, formats: Formats) -> None:
    """Write the last value of every way: beside the axes a line's height apart, or above an earlier end."""
    ends = ways.loc[ways.groupby("way")["age"].idxmax()].sort_values("retention")
    height = ax.get_position().height * ax.figure.get_figheight() / PIXEL
    least, lowest = LINE * ax.get_ylim()[1] / height, -1.0
    for end in ends.itertuples():
        is_last = end.age == ways["age"].max()
        place = max(end.retention, lowest) if is_last else end.retention
        lowest = place + least if is_last else lowest
        ax.annotate(
            plain(formats.share(end.retention)), (ax.get_xlim()[1] if is_last else end.age, place),
            xytext=(4, 0 if is_last else _above(ax, end.age, place, height)), textcoords="offset points",
            ha="left", va="center" if is_last else "bottom", annotation_clip=False,
            color=ROLE_INKS[WAYS[end.way]], weight="bold",
        )  # fmt: skip


def _above(ax: Axes, age: float, share: float, height: float) -> float:
    """Return how many pixels above the end of a line its label crosses no other."""
    across = (ax.get_xlim()[1] - ax.get_xlim()[0]) / plot_width(ax)
    ages = age + np.linspace(0, LABEL, 9) * across
    found = [np.interp(ages, *line.get_data(), left=np.nan, right=np.nan) for line in ax.lines]
    lines = (np.concatenate(found) - share) * height / ax.get_ylim()[1]
    free = (up for up in range(3, 60, 3) if not ((lines > up - 3) & (lines < up + LINE)).any())
    return next(free, 3)
