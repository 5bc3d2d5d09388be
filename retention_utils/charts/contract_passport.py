"""The chart of how far a contract list reaches."""

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import fitted, framed, is_narrow, key, period_ticks, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import ROLES
from retention_utils.schema import require

__all__ = ["running_bars"]


def running_bars(running: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw how many contracts run at the end of every period, those begun before the list apart.

    Parameters
    ----------
    running : DataFrame
        In time order: ``period``, ``seen`` and ``older`` (counts).

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(running, ["period", "seen", "older"], name="running")
    ax = framed(ax, height=250, left=48, right=24, top=52, bottom=34)
    places = range(len(running))
    ax.bar(places, running["older"], 0.78, color=ROLES["other"])
    ax.bar(places, running["seen"], 0.78, bottom=running["older"], color=ROLES["main"])
    labels = [formats.period(period, short=True) for period in running["period"]]
    period_ticks(ax, labels, most=4 if is_narrow(ax) else 9)
    ax.set_xlim(-0.6, len(running) - 0.4)
    value_axis(ax, formats.number, is_whole=True)
    unit(ax, formats.say("Contracts running"))
    words = [("main", formats.say("begun since")), ("other", formats.say("begun before the list"))]
    key(ax, words, row=1)
    return fitted(ax)
