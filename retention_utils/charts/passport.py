"""Charts of the data passport."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.canvas import framed, is_narrow, unit
from retention_utils.formats import Formats
from retention_utils.palette import ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["weekly_orders", "weekly_revenue"]


def weekly_orders(weekly: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Bars of orders per week; weeks with a silent day stand out.

    Parameters
    ----------
    weekly : DataFrame
        From :func:`retention_utils.passport.weekly_activity`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    return _weekly(weekly, "orders", "Orders per week", formats.count, formats, ax)


def weekly_revenue(weekly: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Bars of revenue per week; weeks with a silent day stand out.

    Parameters
    ----------
    weekly : DataFrame
        From :func:`retention_utils.passport.weekly_activity`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    return _weekly(weekly, "amount", "Revenue per week", formats.short_money, formats, ax)


def _weekly(weekly: pd.DataFrame, column: str, label: str, write, formats: Formats, ax: Axes | None) -> Axes:  # noqa: ANN001
    require(weekly, ["week", column, "silent_days"], name="weekly")
    ax = framed(ax, height=210, left=60)
    colors = [ROLES["alert"] if days else ROLES["main"] for days in weekly["silent_days"]]
    ax.bar(range(len(weekly)), weekly[column], width=0.78, color=colors)
    first_weeks = weekly["week"].dt.month.ne(weekly["week"].dt.month.shift())
    places = list(weekly.index[first_weeks])[1:]
    step = max(1, -(-len(places) // (4 if is_narrow(ax) else 9)))
    ax.set_xticks(places[::step], [plain(formats.month(weekly["week"][place], short=True)) for place in places[::step]])
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(lambda value, _: plain(write(value)))
    ax.set_xlim(-1, len(weekly))
    unit(ax, label)
    return ax
