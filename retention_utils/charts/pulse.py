"""Charts of base movement."""

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import fitted, framed, is_narrow, key, period_ticks, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["churn_line", "movement_bars"]


def movement_bars(movement: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Stack who stayed, came back and joined above the line, and who lapsed below it.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(movement, ["period", "retained", "reactivated", "new", "lapsed", "active_end"], name="movement")
    ax = framed(ax, height=340, left=60, top=64 if ax is not None and is_narrow(ax) else 34)
    places = range(len(movement))
    base = 0
    for column, role in (("retained", "main"), ("reactivated", "back"), ("new", "fresh")):
        ax.bar(places, movement[column], 0.72, bottom=base, color=ROLES[role])
        base = base + movement[column]
    ax.bar(places, -movement["lapsed"], 0.72, color=ROLES["alert"])
    ax.axhline(0, color=LIGHT["ink"], lw=1)
    last = len(movement) - 1
    top = movement["active_end"].max()
    ax.text(
        last, movement["active_end"].iloc[-1] + top * 0.02, formats.count(movement["active_end"].iloc[-1]),
        ha="center", va="bottom", color=LIGHT["ink"], weight="bold",
    )  # fmt: skip
    _period_axis(ax, movement, formats)
    value_axis(ax, lambda value, digits: formats.number(abs(value), digits=digits), is_whole=True)
    unit(ax, "Customers")
    words = [("main", "stayed active"), ("back", "came back"), ("fresh", "new"), ("alert", "lapsed")]
    key(ax, words, x=0 if is_narrow(ax) else 120, row=1 if is_narrow(ax) else 0)
    return fitted(ax)


def churn_line(movement: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw churn per period with its interval; periods in which it is not measured stay empty.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(movement, ["period", "churn", "low", "high"], name="movement")
    ax = framed(ax, height=240, left=48, right=48)
    places = range(len(movement))
    ax.fill_between(places, movement["low"], movement["high"], color=ROLES["alert"], alpha=0.2, lw=0)
    ax.plot(places, movement["churn"], color=ROLES["alert"], marker="o", ms=4)
    if pd.notna(movement["churn"].iloc[-1]):
        ax.text(
            len(movement) - 0.6, movement["churn"].iloc[-1], plain(formats.share(movement["churn"].iloc[-1])),
            va="center", ha="left", color=ROLES["alert"], weight="bold",
        )  # fmt: skip
    _period_axis(ax, movement, formats)
    ax.set_ylim(bottom=0)
    value_axis(ax, formats.share, hundred=100)
    unit(ax, "Share of those active at the start who lapsed")
    return fitted(ax)


def _period_axis(ax: Axes, movement: pd.DataFrame, formats: Formats) -> None:
    labels = [formats.period(period, short=True) for period in movement["period"]]
    period_ticks(ax, labels, most=4 if is_narrow(ax) else 9)
    ax.set_xlim(-0.6, len(movement) - 0.4)
