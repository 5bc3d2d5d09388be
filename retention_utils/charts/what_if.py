"""Charts of the what-if."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.ages import after_joining
from retention_utils.charts.canvas import fitted, framed, is_narrow, key, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLE_INKS, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["break_even_lines", "worth_lines"]

HORIZON_ROLES = ("back", "main", "plum")


def worth_lines(worth: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw what points of retention are worth, one line with its interval per horizon.

    Parameters
    ----------
    worth : DataFrame
        From :func:`retention_utils.what_if.worth.retention_worth`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(worth, ["months", "points", "extra", "low", "high"], name="worth")
    ax = framed(ax, height=272, left=64, right=96, bottom=44)
    for role, (months, line) in zip(HORIZON_ROLES, worth.groupby("months"), strict=False):
        color = ROLES[role]
        ax.fill_between(line["points"], line["low"], line["high"], color=color, alpha=0.2, lw=0)
        ax.plot(line["points"], line["extra"], color=color, marker="o", ms=4)
        end = line.iloc[-1]
        words = formats.say("{months, plural, one {# month} other {# months}}", months=int(months))
        ax.annotate(
            plain(words), (end["points"], end["extra"]), xytext=(8, 0), textcoords="offset points",
            va="center", color=ROLE_INKS[role], weight="bold", annotation_clip=False,
        )  # fmt: skip
    ax.set_ylim(bottom=0)
    ax.set_xticks(sorted(worth["points"].unique()))
    ax.set_xlabel(formats.say("Points of retention more in every month"))
    most = max(map(abs, ax.get_ylim()))
    value_axis(ax, lambda value, digits: formats.short_money(value, beside=most))
    unit(ax, formats.say("Worth"))
    return fitted(ax)


def break_even_lines(
    curve: pd.DataFrame, *, formats: Formats, grain: str = "period", ax: Axes | None = None
) -> Axes:
    """Draw what a won customer has earned less the cost of winning, as it is and selling more.

    Parameters
    ----------
    curve : DataFrame
        From :func:`retention_utils.what_if.budget.break_even_curve`.
    grain : str
        What the ages are counted in.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(curve, ["age", "plain", "upsell"], name="curve")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=254, left=64, right=16, top=64 if small else 46, bottom=44)
    ax.axhline(0, color=LIGHT["ink"], lw=1)
    for column, role in (("upsell", "fresh"), ("plain", "main")):
        ax.plot(curve["age"], curve[column], color=ROLES[role], marker="o", ms=3)
    ax.set_xlabel(after_joining(grain, formats))
    ax.xaxis.set_major_locator(MaxNLocator(5 if small else 9, integer=True))
    ax.set_xlim(-0.3, curve["age"].max() + 0.3)
    value_axis(ax, lambda value, digits: formats.money(value, digits=min(digits, 2)))
    unit(ax, formats.say("Margin less the cost of winning, per customer"))
    key(ax, [("main", formats.say("as it is")), ("fresh", formats.say("selling more"))], row=1)
    return fitted(ax)
