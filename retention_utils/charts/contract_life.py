"""The chart of how long contracts last."""

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import WIDE, fitted, framed, is_narrow, key, key_rows, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["group_life_lines", "life_lines"]

GROUP_ROLES = ("main", "alert", "back", "fresh", "plum")


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
    ax = framed(ax, height=262, left=48, right=24, top=52, bottom=44)
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


def group_life_lines(curves: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the share of each group's customers who are still there, by months of tenure.

    Parameters
    ----------
    curves : DataFrame
        ``position`` and ``name`` of the group, ``renewal`` (months), ``survival``, ``low``, ``high``; at most
        five groups are drawn.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(curves, ["position", "name", "renewal", "survival", "low", "high"], name="curves")
    groups = list(zip(GROUP_ROLES, curves.groupby("position"), strict=False))
    words = [(role, curve["name"].iloc[0]) for role, (_, curve) in groups]
    small = ax is not None and is_narrow(ax)
    rows = len(words) if small else key_rows([word for _, word in words], width=WIDE)
    ax = framed(ax, height=238 + 18 * rows, left=48, right=24, top=34 + 18 * rows, bottom=44)
    for role, (_, curve) in groups:
        ax.fill_between(curve["renewal"], curve["low"], curve["high"], color=ROLES[role], alpha=0.2, lw=0)
        ax.plot(curve["renewal"], curve["survival"], color=ROLES[role])
    ax.set_ylim(0, 1)
    ax.set_xlim(left=0)
    ax.set_xlabel(plain(formats.say("Months as a customer")))
    ax.xaxis.get_major_locator().set_params(integer=True)
    value_axis(ax, formats.share, hundred=100)
    unit(ax, formats.say("Share of customers still there"))
    for row, items in enumerate([[word] for word in words] if small else [words], 1):
        key(ax, items, row=row)
    return fitted(ax)
