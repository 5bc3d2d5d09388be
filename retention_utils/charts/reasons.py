"""Charts of why customers leave."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.bars import intervals
from retention_utils.charts.canvas import (
    NARROW,
    WIDE,
    fitted,
    framed,
    is_narrow,
    key,
    key_rows,
    period_ticks,
    unit,
    value_axis,
)
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["competitor_line", "effect_bars", "reason_bars", "steered_bars"]

ON = {"back": "h4t"}  # what can be read on a bar whose colour is pale in both schemes
STEERED = {"yes": "alert", "verify": "back", "no": "main", "": "other"}


def reason_bars(
    bars: pd.DataFrame, *, formats: Formats, keys: list[tuple[str, str]], ax: Axes | None = None
) -> Axes:
    """Draw the share of every reason with its interval, each beneath its name.

    Parameters
    ----------
    bars : DataFrame
        From the top: ``name``, ``control``, ``customers``, ``share``, ``low``, ``high`` (fractions).
    keys : list of pair of str
        Who can steer it and how that is called, for the colours.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(bars, ["name", "control", "customers", "share", "low", "high"], name="bars")
    ax = _rows(ax, bars, keys)
    most = float(bars["high"].max())
    ax.set_xlim(0, most * 1.02)
    _bars(ax, bars["share"], bars["control"])
    intervals(ax, bars["low"], bars["high"])
    for place, row in enumerate(bars.rename(columns={"name": "name_"}).itertuples()):
        words = formats.say(
            "{share} · {count}", share=formats.share(row.share), count=formats.count(row.customers)
        )
        _named(ax, place, row.name_, 0.0)
        _valued(ax, place, row.high, plain(words))
    return fitted(ax)


def steered_bars(
    parts: pd.DataFrame, *, formats: Formats, keys: list[tuple[str, str]], ax: Axes | None = None
) -> Axes:
    """Draw leavers, and what they brought, as bars split by who can steer the reason.

    Parameters
    ----------
    parts : DataFrame
        ``measure`` (customers or money), ``control``, ``share`` (fraction).

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(parts, ["measure", "control", "share"], name="parts")
    measures = list(dict.fromkeys(parts["measure"]))
    ax = _rows(ax, pd.DataFrame({"row": measures}), keys)
    ax.set_xlim(0, 1)
    for place, measure in enumerate(measures):
        at = 0.0
        for row in parts[parts["measure"] == measure].itertuples():
            ax.barh(place, row.share, 0.42, left=at, color=ROLES[STEERED[row.control]])
            if row.share >= (0.13 if is_narrow(ax) else 0.06):
                ax.annotate(
                    plain(formats.share(row.share, digits=0)), (at + row.share / 2, place), va="center",
                    ha="center", color=LIGHT[ON.get(STEERED[row.control], "card")], weight="bold", size=12,
                )  # fmt: skip
            at += row.share
        words = formats.say(
            "{measure, select, customers {Leavers asked} other {What they brought in a year}}",
            measure=measure,
        )
        _named(ax, place, words, 0.0)
    return fitted(ax)


def competitor_line(points: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the share of leavers who named a competitor, with its interval and the step in it.

    Parameters
    ----------
    points : DataFrame
        In time order: ``period``, ``share``, ``low``, ``high``, ``level`` (fractions).

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(points, ["period", "share", "low", "high", "level"], name="points")
    ax = framed(ax, height=280, left=48, right=24, top=52)
    places = np.arange(len(points))
    ax.fill_between(places, points["low"], points["high"], color=ROLES["alert"], alpha=0.18, lw=0)
    ax.plot(places, points["share"], color=ROLES["alert"], marker="o", ms=4)
    words = [("alert", formats.say("named a competitor"))]
    if points["level"].notna().any():
        ax.plot(places, points["level"], color=LIGHT["ink"], lw=1.5, ls="--", drawstyle="steps-post")
        words.append(("ink", formats.say("before and after the step")))
    ax.set_ylim(0, float(points["high"].max()) * 1.2)  # a flat top of the band is seen to be no edge
    value_axis(ax, formats.share, hundred=100)
    labels = [formats.period(period, short=True) for period in points["period"]]
    period_ticks(ax, labels, most=4 if is_narrow(ax) else 9)
    ax.set_xlim(-0.5, len(points) - 0.5)
    unit(ax, formats.say("Share of the leavers asked"))
    key(ax, words, row=1)
    return fitted(ax)


def effect_bars(
    bars: pd.DataFrame, *, formats: Formats, keys: list[tuple[str, str]], ax: Axes | None = None
) -> Axes:
    """Draw what lies above the usual to the right, and what lies below it to the left.

    Parameters
    ----------
    bars : DataFrame
        From the top: ``name``, ``control``, ``effect``, ``low``, ``high`` (money a year).

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(bars, ["name", "control", "effect", "low", "high"], name="bars")
    ax = _rows(ax, bars, keys)
    least, most = min(0.0, float(bars["low"].min())), max(0.0, float(bars["high"].max()))
    ax.set_xlim(least - 0.02 * (most - least), most + 0.02 * (most - least))
    _bars(ax, bars["effect"], bars["control"])
    intervals(ax, bars["low"], bars["high"])
    places = np.arange(len(bars))
    ax.vlines(np.zeros(len(bars)), places - 0.24, places + 0.24, color=LIGHT["ink"], lw=1)
    for place, row in enumerate(bars.rename(columns={"name": "name_"}).itertuples()):
        _named(ax, place, row.name_, least)
        _valued(ax, place, max(row.high, 0.0), plain(formats.change(row.effect, "short_money")))
    return fitted(ax)


def _rows(ax: Axes | None, rows: pd.DataFrame, keys: list[tuple[str, str]]) -> Axes:
    """Make room for so many rows, each a name with a bar beneath it, and for the colour keys."""
    width = NARROW if ax is not None and is_narrow(ax) else WIDE
    lines = key_rows([word for _, word in keys], width=width)
    ax = framed(ax, height=34 + 18 * lines + 46 * len(rows), left=4, right=90, top=18 + 18 * lines, bottom=8)
    key(ax, [(STEERED[control], word) for control, word in keys])
    ax.set_ylim(len(rows) - 0.5, -0.7)
    ax.set_yticks([])
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax


def _bars(ax: Axes, lengths: pd.Series, controls: pd.Series) -> None:
    ax.barh(range(len(lengths)), lengths, 0.42, color=[ROLES[STEERED[control]] for control in controls])


def _named(ax: Axes, place: int, name: str, at: float) -> None:
    ax.annotate(
        plain(name), (at, place), xytext=(0, 13), textcoords="offset points", va="bottom", ha="left",
        color=LIGHT["ink"], annotation_clip=False,
    )  # fmt: skip


def _valued(ax: Axes, place: int, at: float, words: str) -> None:
    ax.annotate(
        words, (at, place), xytext=(6, 0), textcoords="offset points", va="center", ha="left",
        color=LIGHT["ink2"], annotation_clip=False,
    )  # fmt: skip
