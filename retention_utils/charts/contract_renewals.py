"""The chart of renewals to come."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.canvas import fitted, framed, is_narrow, key, period_ticks, unit
from retention_utils.formats import Formats
from retention_utils.palette import ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["renewal_bars"]


def renewal_bars(weeks: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the revenue that comes up for renewal by week: expected to be kept, and to be lost.

    Parameters
    ----------
    weeks : DataFrame
        In time order: ``week`` (its first day), ``kept``, ``lost`` (money).

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(weeks, ["week", "kept", "lost"], name="weeks")
    ax = framed(ax, height=250, left=60, right=24, top=52, bottom=34)
    places = range(len(weeks))
    ax.bar(places, weeks["kept"], 0.78, color=ROLES["main"])
    ax.bar(places, weeks["lost"], 0.78, bottom=weeks["kept"], color=ROLES["alert"])
    labels = [plain(formats.date(week)) for week in weeks["week"]]
    period_ticks(ax, labels, most=2 if is_narrow(ax) else 4)
    ax.set_xlim(-0.6, len(weeks) - 0.4)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(lambda value, _: plain(formats.short_money(value)))
    unit(ax, formats.say("Revenue a year, by the week in which it comes up"))
    key(ax, [("main", formats.say("expected to be kept")), ("alert", formats.say("to be lost"))], row=1)
    return fitted(ax)
