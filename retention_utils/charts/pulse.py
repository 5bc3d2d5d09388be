"""Charts of base movement."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.bars import bars
from retention_utils.charts.canvas import fitted, framed, is_narrow, key, period_ticks, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLE_INKS, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain
from retention_utils.texts import Text

__all__ = ["base_line", "churn_answers_dots", "churn_line", "movement_bars"]


def movement_bars(movement: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Stack who stayed, came back and joined above the line, and who lapsed below it.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(movement, ["period", "retained", "reactivated", "new", "lapsed", "active_end"], name="movement")
    ax = framed(ax, height=306, left=60, top=64 if ax is not None and is_narrow(ax) else 34)
    base = 0.0
    for column, role in (("retained", "main"), ("reactivated", "back"), ("new", "fresh")):
        bars(ax, movement[column], ROLES[role], bottom=base)
        base = base + movement[column]
    bars(ax, -movement["lapsed"], ROLES["alert"])
    ax.axhline(0, color=LIGHT["ink"], lw=1)
    last = len(movement) - 1
    top = movement["active_end"].max()
    ax.text(
        last, movement["active_end"].iloc[-1] + top * 0.02, formats.count(movement["active_end"].iloc[-1]),
        ha="center", va="bottom", color=LIGHT["ink"], weight="bold",
    )  # fmt: skip
    _period_axis(ax, movement, formats)
    value_axis(ax, lambda value, digits: formats.number(abs(value), digits=digits), is_whole=True)
    unit(ax, formats.say("Customers"))
    words = [
        ("main", formats.say("stayed active")),
        ("back", formats.say("came back")),
        ("fresh", formats.say("new")),
        ("alert", formats.say("lapsed")),
    ]
    key(ax, words, x=0 if is_narrow(ax) else 120, row=1 if is_narrow(ax) else 0)
    return fitted(ax)


def churn_line(movement: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw churn per period with its interval; periods in which it is not measured stay empty.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(movement, ["period", "churn", "low", "high"], name="movement")
    ax = framed(ax, height=220, left=48, right=48)
    places = range(len(movement))
    ax.fill_between(places, movement["low"], movement["high"], color=ROLES["alert"], alpha=0.2, lw=0)
    ax.plot(places, movement["churn"], color=ROLES["alert"], marker="o", ms=4)
    if pd.notna(last := movement["churn"].iloc[-1]):
        _end_label(ax, last, formats.share(last), "alert")
    _period_axis(ax, movement, formats)
    ax.set_ylim(bottom=0)
    value_axis(ax, formats.share, hundred=100)
    unit(ax, formats.say("Share of those active at the start who lapsed"))
    return fitted(ax)


def churn_answers_dots(
    answers: pd.DataFrame,
    *,
    formats: Formats,
    low: float,
    high: float,
    ax: Axes | None = None,
) -> Axes:
    """Draw churn by every formula as a dot, this report's with its interval as a band through all.

    Parameters
    ----------
    answers : DataFrame
        One row per formula, drawn from the top: ``label``, ``churn`` (fraction), ``is_adopted``.
    low, high : float
        The interval of the adopted formula, fractions.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(answers, ["label", "churn", "is_adopted"], name="answers")
    small = ax is not None and is_narrow(ax)
    ax = framed(
        ax, height=64 + (44 if small else 26) * len(answers), left=8 if small else 48, right=48, bottom=34
    )
    places = range(len(answers))
    if small:  # beside the dots alone, for the names stand above them
        bands = {"color": ROLES["main"], "alpha": 0.15, "lw": 0}
        ax.barh(places, high - low, left=low, height=0.46, **bands)
    else:
        ax.axvspan(low, high, color=ROLES["main"], alpha=0.15, lw=0)
    colors = [ROLES["main"] if is_adopted else ROLES["other"] for is_adopted in answers["is_adopted"]]
    ax.scatter(answers["churn"], places, s=56, color=colors, zorder=3)
    for place, row in enumerate(answers.itertuples()):
        ax.annotate(
            plain(formats.share(row.churn)), (row.churn, place), xytext=(8, 0), textcoords="offset points",
            va="center", ha="left", color=ROLES["main"] if row.is_adopted else LIGHT["ink2"],
            weight="bold" if row.is_adopted else "normal",
        )  # fmt: skip
    _name_answers(ax, answers["label"])
    ax.set_ylim(len(answers) - 0.4, -0.6)
    least = min(0.0, float(answers["churn"].min()))
    ax.set_xlim(least * 1.08, max(float(answers["churn"].max()), high) * 1.08 or 1)
    ax.xaxis.set_major_locator(MaxNLocator(4 if small else 7, steps=[1, 2, 5, 10]))
    step = float(np.diff(ax.get_xticks())[0]) * 100
    digits = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    ax.xaxis.set_major_formatter(lambda value, _: plain(formats.share(value, digits=digits)))
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    unit(ax, formats.say("Churn of the period by formula; band: 95% interval"))
    return fitted(ax)


def _name_answers(ax: Axes, labels: pd.Series) -> None:
    """Name the rows to their left; on a phone above them, so that there is room for the dots.

    There a line between the rows tells whose a dot is.
    """
    places = range(len(labels))
    if not is_narrow(ax):
        ax.set_yticks(places, [plain(label) for label in labels])
        return
    ax.set_yticks([])
    for place, label in zip(places, labels, strict=True):
        ax.annotate(
            plain(label), (0, place), xycoords=("axes fraction", "data"), xytext=(0, 10), size=12,
            textcoords="offset points", ha="left", va="bottom", color=LIGHT["ink2"], annotation_clip=False,
        )  # fmt: skip
    between = [place - 0.56 for place in places if place]
    ax.hlines(between, 0, 1, transform=ax.get_yaxis_transform(), color=LIGHT["line"], lw=1, zorder=0.5)


def base_line(replacements: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the active base against the equilibrium base it was heading for, with its interval.

    Parameters
    ----------
    replacements : DataFrame
        From :func:`retention_utils.pulse_replacement.replacements`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(replacements, ["period", "active_end", "equilibrium_base", "low", "high"], name="replacements")
    ax = framed(ax, height=254, left=60, right=48, top=52 if ax is not None and is_narrow(ax) else 34)
    places = range(len(replacements))
    ax.fill_between(places, replacements["low"], replacements["high"], color=ROLES["back"], alpha=0.2, lw=0)
    ax.plot(places, replacements["equilibrium_base"], color=ROLES["back"], ls="--")
    ax.plot(places, replacements["active_end"], color=ROLES["main"], marker="o", ms=3)
    ax.set_ylim(bottom=0)
    value_axis(ax, formats.number, is_whole=True)
    _period_axis(ax, replacements, formats)
    _apart(ax, replacements, formats)
    unit(ax, formats.say("Customers"))
    words = [("main", formats.say("active at the end")), ("back", formats.say("equilibrium base"))]
    key(ax, words, x=0 if is_narrow(ax) else 120, row=1 if is_narrow(ax) else 0)
    _period_axis(fitted(ax), replacements, formats)  # the long numbers at the end leave room for fewer labels
    return fitted(ax)


def _apart(ax: Axes, replacements: pd.DataFrame, formats: Formats) -> None:
    """Write the last value of both lines at their end, a line's height apart."""
    last = replacements.iloc[-1]
    height = ax.get_position().height * ax.figure.get_figheight() * 72
    top = ax.get_ylim()[1]
    ends = [(float(last["active_end"]), "main"), (float(last["equilibrium_base"]), "back")]
    below = float("-inf")
    for value, role in sorted((value, role) for value, role in ends if pd.notna(value)):
        at = value / top * height
        below = max(at, below + 15)
        number = formats.count(float(f"{value:.3g}") if role == "back" else value)
        _end_label(ax, value, number, role, up=below - at)


def _end_label(ax: Axes, value: float, words: str | Text, role: str, *, up: float = 0) -> None:
    """Write a value beside the plot, where no line of the grid runs through it."""
    ax.annotate(
        plain(words), (1, value), xycoords=ax.get_yaxis_transform(), xytext=(3, up),
        textcoords="offset points", va="center", ha="left", color=ROLE_INKS[role], weight="bold",
        annotation_clip=False,
    )  # fmt: skip


def _period_axis(ax: Axes, movement: pd.DataFrame, formats: Formats) -> None:
    labels = [formats.period(period, short=True) for period in movement["period"]]
    period_ticks(ax, labels, most=4 if is_narrow(ax) else 9)
    ax.set_xlim(-0.6, len(movement) - 0.4)
