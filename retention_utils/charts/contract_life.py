"""The chart of how long contracts last."""

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import fitted, framed, key, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["life_lines"]


def life_lines(
    observed: pd.DataFrame, *, projected: pd.DataFrame, formats: Formats, ax: Axes | None = None
) -> Axes:
    """Draw the share of contracts that lives through each renewal: as seen, and as projected.

    Parameters
    ----------
    observed, projected : DataFrame
        Each ``renewal``, ``survival``, ``low``, ``high``; nothing is drawn of an empty projection.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(observed, ["renewal", "survival", "low", "high"], name="observed")
    ax = framed(ax, height=290, left=48, right=24, top=52, bottom=44)
    words = [("main", formats.say("seen"))]
    for table, role, line in ((projected, "back", "--"), (observed, "main", "-")):
        if len(table):
            colour = ROLES[role]
            ax.fill_between(table["renewal"], table["low"], table["high"], color=colour, alpha=0.2, lw=0)
            ax.plot(table["renewal"], table["survival"], color=colour, ls=line)
    if len(projected):
        words.append(("back", formats.say("expected by the model")))
    ax.set_ylim(0, 1)
    ax.set_xlim(left=0)
    ax.set_xlabel(plain(formats.say("Renewals lived through")))
    ax.xaxis.get_major_locator().set_params(integer=True)
    value_axis(ax, formats.share, hundred=100)
    unit(ax, formats.say("Share of contracts still running"))
    key(ax, words, row=1)
    return fitted(ax)
