"""Charts of the data passport."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.bars import bars
from retention_utils.charts.canvas import fitted, framed, is_narrow, period_ticks, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import ROLES
from retention_utils.schema import require
from retention_utils.svg import plain
from retention_utils.texts import Text

__all__ = ["weekly_orders", "weekly_revenue"]


def weekly_orders(weekly: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Bars of orders per week, with questioned silences and lasting changes of level marked.

    Parameters
    ----------
    weekly : DataFrame
        From :func:`retention_utils.passport.breaks.mark_shifts`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    return _weekly(weekly, "orders", formats.say("Orders per week"), formats, ax)


def weekly_revenue(weekly: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Bars of revenue per week, with questioned silences and lasting changes of level marked.

    Parameters
    ----------
    weekly : DataFrame
        From :func:`retention_utils.passport.breaks.mark_shifts`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    return _weekly(weekly, "amount", formats.say("Revenue per week"), formats, ax)


def _weekly(weekly: pd.DataFrame, column: str, label: Text, formats: Formats, ax: Axes | None) -> Axes:
    require(weekly, ["week", column, "questioned_days", "is_shift"], name="weekly")
    ax = framed(ax, height=190, left=60)
    is_questioned = weekly["questioned_days"] > 0
    colors = [ROLES["alert"] if questioned else ROLES["main"] for questioned in is_questioned]
    bars(ax, weekly[column], colors, width=0.78)
    _question_marks(
        ax, weekly.loc[is_questioned, column], most=(30 if is_narrow(ax) else 75), weeks=len(weekly)
    )
    for place in weekly.index[weekly["is_shift"]]:
        ax.axvline(place - 0.5, color=ROLES["alert"], linestyle="--", linewidth=1)
    months = [formats.month(week, short=True) for week in weekly["week"]]
    # The first month of the log has rarely a whole month's room.
    places = [place for place in range(1, len(months)) if months[place] != months[place - 1]] or [0]
    period_ticks(ax, [months[place] for place in places], most=4 if is_narrow(ax) else 9, at=places)
    ax.set_xlim(-1, len(weekly))
    if column == "orders":
        value_axis(ax, formats.number, is_whole=True)
    else:
        ax.yaxis.set_major_locator(MaxNLocator(4))
        ax.yaxis.set_major_formatter(
            lambda value, _: plain(formats.short_money(value, beside=ax.get_ylim()[1]))
        )
    unit(ax, label)
    return fitted(ax)


def _question_marks(ax: Axes, heights: pd.Series, *, most: int, weeks: int) -> None:
    """Write a mark over each of these weeks, unless it would touch the one before."""
    free_from = 0
    for place, height in heights.items():
        if place >= free_from:
            ax.text(place, height, "?", ha="center", va="bottom", color=ROLES["alert"], weight="bold")
            free_from = place + -(-weeks // most)
