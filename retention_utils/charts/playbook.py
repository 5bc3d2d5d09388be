"""Chart of what the measures of the playbook may bring."""

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import fitted, framed, is_narrow, unit
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["effect_ranges"]

ROW = 44  # pixels per measure


def effect_ranges(effects: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the range of what each measure may bring in a year, with its effort beside it.

    Parameters
    ----------
    effects : DataFrame
        From :func:`retention_utils.findings.playbook.effects`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(effects, ["title", "effort", "low", "high"], name="effects")
    ax = framed(ax, height=56 + ROW * len(effects), left=8, right=8 if ax is None or not is_narrow(ax) else 4)
    highest = float(effects["high"].max()) if effects["high"].notna().any() else 1.0
    for place, row in enumerate(effects.itertuples()):
        words = f"{place + 1}. {row.title} · effort {row.effort}"
        ax.text(0, place - 0.22, plain(words), ha="left", va="bottom", color=LIGHT["ink"], size=12)
        if pd.isna(row.low):
            ax.text(
                0, place, plain("not known in money"), ha="left", va="center", color=LIGHT["ink3"], size=11
            )
            continue
        ax.barh(place, row.high - row.low, 0.28, left=row.low, color=ROLES["main"])
        label = formats.interval(row.low, row.high, "money")
        ax.text(
            row.high + highest * 0.015,
            place,
            plain(label),
            ha="left",
            va="center",
            color=LIGHT["ink2"],
            size=12,
        )
    ax.set_ylim(len(effects) - 0.5, -0.75)
    ax.set_xlim(0, highest * 1.02)
    ax.set_yticks([])
    ax.set_xticks([0], ["0"])
    unit(ax, "Effect a year, in money")
    return fitted(ax)
