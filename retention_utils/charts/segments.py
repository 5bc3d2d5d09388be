"""Charts of the segments."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.bars import intervals
from retention_utils.charts.canvas import (
    fitted,
    framed,
    is_narrow,
    key,
    unit,
    value_axis,
)
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["concentration_lines", "group_moves_bars"]

MARKED = (0.08, 0.20)  # shares of the buyers that bear a label


def concentration_lines(
    curve: pd.DataFrame, *, marks: pd.DataFrame, formats: Formats, ax: Axes | None = None
) -> Axes:
    """Draw the share of revenue by share of buyers, with marked points and their intervals.

    Parameters
    ----------
    curve : DataFrame
        From :func:`retention_utils.segments.concentration.concentration_curve`.
    marks : DataFrame
        From :func:`retention_utils.segments.concentration.top_shares`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(curve, ["customer_share", "amount_share"], name="curve")
    require(marks, ["customer_share", "amount_share", "low", "high"], name="marks")
    ax = framed(ax, height=290, left=48, right=16, bottom=44)
    ax.plot([0, 1], [0, 1], color=ROLES["other"], ls=(0, (5, 3)), lw=1.2, zorder=1)
    ax.plot(curve["customer_share"], curve["amount_share"], color=ROLES["main"])
    reach = [marks["amount_share"] - marks["low"], marks["high"] - marks["amount_share"]]
    ax.errorbar(
        marks["customer_share"], marks["amount_share"], yerr=reach, fmt="o", ms=4, color=ROLES["main"],
        elinewidth=1.5,
    )  # fmt: skip
    for mark in marks.itertuples(index=False):
        if np.isclose(mark.customer_share, MARKED).any():
            label = formats.say(
                "top {buyers}: {revenue}",
                buyers=formats.share(mark.customer_share, digits=0),
                revenue=formats.share(mark.amount_share),
            )
            ax.annotate(
                plain(label), (mark.customer_share, mark.amount_share), xytext=(10, -12),
                textcoords="offset points", color=ROLES["main"], weight="bold", zorder=1.5,
                bbox={"fc": LIGHT["card"], "lw": 0, "pad": 1.5},  # the dashed line ends where words begin
            )  # fmt: skip
    ax.annotate(
        plain(formats.say("if all spent alike")), (0.2, 0.2), ha="left", va="top", color=LIGHT["ink3"],
        xytext=(8, -8), textcoords="offset points",
    )  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0], [plain(formats.share(x / 5, digits=0)) for x in range(6)])
    ax.set_xlabel(str(formats.say("Share of the buyers, those who spent most first")))
    value_axis(ax, formats.share, hundred=100)
    unit(ax, formats.say("Share of the last year's revenue"))
    return fitted(ax)


def group_moves_bars(moves: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw for each group the share that moved to a worse one, to the left, and to a better one.

    Parameters
    ----------
    moves : DataFrame
        From :func:`retention_utils.segments.migration.group_moves`, with ``label`` (name of the group).

    Returns
    -------
    Axes
        The axes drawn on.
    """
    columns = ["label", "customers", "up_share", "up_low", "up_high", "down_share", "down_low", "down_high"]
    require(moves, columns, name="moves")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=70 + 28 * len(moves), left=150 if small else 210, right=16, top=40, bottom=36)
    places = np.arange(len(moves))
    for name, side, role in (("down", -1, "alert"), ("up", 1, "main")):
        share = moves[f"{name}_share"]
        ax.barh(places, side * share, 0.66, color=ROLES[role])
        intervals(ax, side * moves[f"{name}_low"], side * moves[f"{name}_high"])
    ax.axvline(0, color=LIGHT["ink"], lw=1)
    ax.set_ylim(len(moves) - 0.4, -0.6)
    names = [f"{row.label} · {formats.count(row.customers)}" for row in moves.itertuples(index=False)]
    ax.set_yticks(places, [plain(name) for name in names])
    ax.set_xlim(-_reach(moves["down_high"]), _reach(moves["up_high"]))
    ax.tick_params(axis="y", length=0, pad=6)
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_locator(MaxNLocator(4 if small else 7, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(lambda value, _: plain(formats.share(abs(value), digits=0)))
    unit(ax, formats.say("Group then and its customers; share that moved"))
    words = [("alert", formats.say("to a worse group")), ("main", formats.say("to a better group"))]
    key(ax, words, row=1)
    return fitted(ax)


def _reach(highs: pd.Series) -> float:
    """Return where the axis ends: beyond the longest interval, which else would run into the names."""
    return 1.06 * float(highs.max()) if highs.max() > 0 else 0.01
