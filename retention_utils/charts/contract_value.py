"""The chart of what running contracts are still to bring."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.canvas import (
    NARROW,
    WIDE,
    fitted,
    framed,
    is_narrow,
    key,
    key_rows,
    unit,
    value_axis,
)
from retention_utils.formats import Formats
from retention_utils.palette import ROLES
from retention_utils.schema import require

__all__ = ["residual_lines"]

LINE_ROLES = ("main", "back", "fresh", "other", "plum", "alert")


def residual_lines(
    residual: pd.DataFrame, *, axis_unit: str, formats: Formats, ax: Axes | None = None
) -> Axes:
    """Draw what a running contract is still to bring, by how long it has run: a line for each plan.

    Parameters
    ----------
    residual : DataFrame
        One row per ``series`` and ``months``: ``money``, ``low``, ``high``.
    axis_unit : str
        What the money is.

    Returns
    -------
    Axes
        The axes drawn on; of more plans than colours, those that come first.
    """
    require(residual, ["series", "months", "money", "low", "high"], name="residual")
    names = list(dict.fromkeys(residual["series"]))[: len(LINE_ROLES)]
    is_small = ax is not None and is_narrow(ax)
    rows = key_rows([str(name) for name in names], width=NARROW if is_small else WIDE)
    ax = framed(ax, height=280 + 18 * rows, left=64, right=16, top=30 + 18 * rows, bottom=44)
    for name, role in zip(names, LINE_ROLES, strict=False):
        line = residual[residual["series"] == name]
        ax.fill_between(line["months"], line["low"], line["high"], color=ROLES[role], alpha=0.15, lw=0)
        ax.plot(line["months"], line["money"], color=ROLES[role], marker="o" if len(line) < 8 else "", ms=4)
    ax.set_ylim(bottom=0)
    ax.set_xlim(left=0)
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.set_xlabel(formats.say("Months under contract"))
    value_axis(ax, formats.money)
    unit(ax, axis_unit)
    key(ax, list(zip(LINE_ROLES, names, strict=False)), row=1)
    return fitted(ax)
