"""Charts of the churn gap."""

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import (
    fitted,
    framed,
    is_narrow,
    key,
    plot_width,
    unit,
    value_axis,
)
from retention_utils.charts.measuring import word_width
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLE_INKS, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["gap_curve_line", "trade_off_lines"]


def gap_curve_line(
    curve: pd.DataFrame,
    *,
    formats: Formats,
    in_force: int,
    recommended: int | None = None,
    until_days: int = 365,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of purchases followed by another, by days since; with the gaps as upright lines.

    Parameters
    ----------
    curve : DataFrame
        From :func:`retention_utils.churn_gap.curve.gap_curve`.
    in_force, recommended : int
        Gaps to mark, in days.
    until_days : int
        Right end of the axis.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(curve, ["days", "at_risk", "ended"], name="curve")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=300, left=48, right=44, top=78 if small else 52, bottom=88)
    shown = curve[curve["days"] <= until_days]
    ax.plot(shown["days"], shown["ended"], drawstyle="steps-post", color=ROLES["main"])
    end = shown.iloc[-1]
    ax.annotate(
        plain(formats.share(end["ended"], digits=0)), (end["days"], end["ended"]), xytext=(6, 0),
        textcoords="offset points", va="center", color=ROLES["main"], weight="bold", annotation_clip=False,
    )  # fmt: skip
    ax.set_ylim(0, 1)
    until = min(until_days, max(int(curve["days"].max()), in_force, recommended or 0))
    days = _days_axis(ax, until, small=small)
    ax.set_xlabel(formats.say("Days since that purchase"))
    ax.yaxis.set_major_formatter(lambda value, _: plain(formats.share(value, digits=0)))
    unit(ax, formats.say("Share of purchases followed by another"))
    fitted(ax)
    _gaps(ax, in_force, recommended, formats)
    _at_risk_row(ax, curve, days, formats)
    return ax


def trade_off_lines(
    backtest: pd.DataFrame,
    *,
    formats: Formats,
    in_force: int,
    recommended: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the two errors over the gap, with their intervals; they add up to least at the recommended gap.

    Parameters
    ----------
    backtest : DataFrame
        From :func:`retention_utils.churn_gap.backtest.gap_backtest`.
    in_force, recommended : int
        Gaps to mark, in days.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(backtest, ["gap_days", "late_share", "wrong_share", "late_low", "wrong_low"], name="backtest")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=310, left=48, right=44, top=102 if small else 70, bottom=50)
    for name, role in (("late", "alert"), ("wrong", "back")):
        low, high = backtest[f"{name}_low"], backtest[f"{name}_high"]
        ax.fill_between(backtest["gap_days"], low, high, color=ROLES[role], alpha=0.2, lw=0)
        ax.plot(backtest["gap_days"], backtest[f"{name}_share"], color=ROLES[role], marker="o", ms=3)
        known = backtest.dropna(subset=[f"{name}_share"])
        if len(known):
            end = known.iloc[-1]
            ax.annotate(
                plain(formats.share(end[f"{name}_share"], digits=0)),
                (end["gap_days"], end[f"{name}_share"]), xytext=(6, 0), textcoords="offset points",
                va="center", color=ROLE_INKS[role], weight="bold", annotation_clip=False,
            )  # fmt: skip
    ax.set_ylim(0, 1)
    _days_axis(ax, int(max(backtest["gap_days"].max(), in_force)), small=small)
    value_axis(ax, formats.share, hundred=100)
    ax.set_xlabel(formats.say("Churn gap, days"))
    unit(ax, formats.say("Share of the leavers, of the returners"))
    words = [
        ("alert", formats.say("leavers not flagged yet")),
        ("back", formats.say("returners flagged in error")),
    ]
    key(ax, words, row=1)
    _gaps(fitted(ax), in_force, recommended, formats)
    return ax


def _days_axis(ax: Axes, until_days: int, *, small: bool) -> list[int]:
    ax.set_xlim(0, until_days)
    step = 180 if small and until_days > 200 else 90 if until_days > 100 else 30
    days = list(range(0, until_days + 1, step))
    ax.set_xticks(days)
    return days


def _gaps(ax: Axes, in_force: int, recommended: int | None, formats: Formats) -> None:
    """Mark the gaps by upright lines with their words above the plot, away from each other."""
    days = formats.days(in_force)
    marks = [(in_force, formats.say("in force: {days}", days=days), LIGHT["ink3"], "--")]
    if recommended == in_force:
        marks = [(in_force, formats.say("in force, best in the test: {days}", days=days), LIGHT["ink"], "-")]
    elif recommended is not None:
        best = formats.say("best in the test: {days}", days=formats.days(recommended))
        marks.append((recommended, best, LIGHT["ink"], "-"))
    until, width = ax.get_xlim()[1], plot_width(ax)
    marks = [mark for mark in sorted(marks) if mark[0] <= until]
    taken = 0.0
    for number, (gap, text, color, style) in enumerate(marks):
        ax.axvline(gap, color=color, lw=1.2, ls=style)
        place, needs = gap / until, (word_width(text) + 8) / width
        is_left = place + needs > 1 or (len(marks) > 1 and number == 0 and place > needs)
        edge = max(place, needs) if is_left else place  # words longer than the room left of it start at 0
        start = edge - needs if is_left else place
        row, taken = 0 if start >= taken else 1, start + needs
        ax.annotate(
            plain(text), (edge, 1), xycoords="axes fraction", color=color, size=12,
            xytext=(-4 if is_left else 4, 4 + 15 * row), textcoords="offset points",
            ha="right" if is_left else "left", va="bottom", annotation_clip=False,
        )  # fmt: skip


def _at_risk_row(ax: Axes, curve: pd.DataFrame, days: list[int], formats: Formats) -> None:
    """Write beneath the axis how many silences had lasted so long on the labelled days."""
    height = ax.figure.get_figheight() * 72
    top = ax.get_position().y0 * height - 62
    words = formats.say("Purchases still without another")
    ax.figure.text(0, top / height, words, color=LIGHT["ink3"], size=12)
    for day in days:
        ahead = curve.loc[curve["days"] >= day, "at_risk"]
        place = ax.get_position().x0 + (day / ax.get_xlim()[1]) * ax.get_position().width
        ax.figure.text(
            place, (top - 18) / height, formats.count(ahead.iloc[0] if len(ahead) else 0),
            color=ROLES["main"], size=12, ha="left" if day == 0 else "center",
        )  # fmt: skip
