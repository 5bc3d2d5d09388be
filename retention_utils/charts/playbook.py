"""Chart of what the measures of the playbook may bring."""

from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.canvas import fitted, framed, is_narrow, unit
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["effect_ranges"]

ROW, SMALL_ROW, LINE = 44, 60, 15  # pixels per measure, per measure on a phone, and per line of its words
ABOVE = 0.3  # of a measure: room for the words of the first


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
    require(effects, ["title", "effort", "low", "high", "is_measured"], name="effects")
    small = ax is not None and is_narrow(ax)
    words = [
        _words(place, row, formats, 44 if small else 200) for place, row in enumerate(effects.itertuples(), 1)
    ]
    most = max(lines.count("\n") + 1 for lines in words)
    height = SMALL_ROW + LINE * max(0, most - 2) if small else ROW
    scale = (SMALL_ROW if small else ROW) / height  # longer words leave bars as thick
    ax = framed(ax, height=58 + round(height * (len(effects) + ABOVE)), left=8, right=4 if small else 8)
    highest = float(effects["high"].max()) if effects["high"].notna().any() else 1.0
    for place, row in enumerate(effects.itertuples()):
        ax.text(0, place - 0.24 * scale, words[place], ha="left", va="bottom", color=LIGHT["ink"], size=12)
        if pd.isna(row.low):
            ax.text(0, place, _unknown(row, formats), ha="left", va="center", color=LIGHT["ink3"], size=12)
            continue
        ax.barh(place, row.high - row.low, 0.28 * scale, left=row.low, color=ROLES["main"])
        label = formats.interval(row.low, row.high, "short_money")
        ax.text(
            row.high + highest * 0.015,
            place,
            plain(label),
            ha="left",
            va="center",
            color=LIGHT["ink2"],
            size=12,
        )
    ax.set_ylim(len(effects) - 0.5, -0.5 - ABOVE)
    ax.set_xlim(0, highest * 1.02)
    ax.set_yticks([])
    ax.xaxis.set_major_locator(MaxNLocator(3 if small else 5))
    ax.xaxis.set_major_formatter(lambda value, _: plain(formats.short_money(value, beside=highest)))
    ax.grid(visible=False)
    unit(ax, formats.say("Effect a year, in money"))
    return fitted(ax)


def _unknown(row: tuple, formats: Formats) -> str:
    """Say why a measure has no bar: a trial that paid for itself is known, but of no whole year."""
    if row.is_measured:
        return plain(formats.say("measured: it has paid for itself"))
    return plain(formats.say("not known in money"))


def _words(number: int, row: tuple, formats: Formats, width: int) -> str:
    """Name a measure and its effort, in lines of so many letters."""
    values = {"title": formats.name(row.title), "effort": formats.name(row.effort)}
    words = formats.say("{number}. {title} · effort {effort}", number=number, **values)
    joined = str(words).replace(" ·", "\u00a0·")  # no line begins with the dot
    return "\n".join(plain(line) for line in wrap(joined, width))
