"""Charts of campaigns."""

from typing import Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.canvas import fitted, framed, is_narrow, key, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["balance_dots", "saved_lines", "uplift_rows"]

LONGEST = {True: 22, False: 34}  # letters of a name, on a phone and on a desk
USUAL = 0.1  # a standardised difference up to which arms are usually called alike


def uplift_rows(
    table: pd.DataFrame,
    *,
    formats: Formats,
    made_of: Literal["campaigns", "groups"] = "campaigns",
    ax: Axes | None = None,
) -> Axes:
    """Draw differences with their intervals, one row each, beside the line of no difference.

    Parameters
    ----------
    table : DataFrame
        From the top: ``label``, ``difference``, ``low``, ``high`` (fractions), ``is_fair``.
    made_of : {"campaigns", "groups"}
        What a row is; campaigns have a key of colours.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(table, ["label", "difference", "low", "high", "is_fair"], name="table")
    is_keyed = made_of == "campaigns"
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=70 + 34 * len(table) + 18 * is_keyed * (1 + small), left=60, right=16,
                top=34 + 18 * is_keyed * (1 + small))  # fmt: skip
    for place, row in enumerate(table.itertuples()):
        colour = ROLES["main" if row.is_fair else "other"]
        ax.plot([row.low, row.high], [place, place], color=colour, lw=2)
        ax.plot([row.difference], [place], color=colour, marker="o", ms=7)
    ax.axvline(0, color=LIGHT["ink"], lw=1)
    _rows(ax, [_short(name, small=small) for name in table["label"]])
    _points_axis(ax, formats, small=small)
    unit(ax, formats.say("Points of difference in the share that stayed"))
    if is_keyed:
        words = [
            ("main", formats.say("groups drawn by lot, as far as can be seen")),
            ("other", formats.say("no fair comparison")),
        ]
        key(ax, words, row=1)
    return fitted(ax)


def balance_dots(table: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw how far the arms lay apart before the draw, in every trait that was known.

    Parameters
    ----------
    table : DataFrame
        From the top: ``label``, ``difference`` (standardised).

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(table, ["label", "difference"], name="table")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=66 + 28 * len(table), left=60, right=16, top=34)
    for place, value in enumerate(table["difference"]):
        colour = ROLES["main" if abs(value) <= USUAL else "alert"]
        ax.plot([0, value], [place, place], color=colour, lw=2)
        ax.plot([value], [place], color=colour, marker="o", ms=7)
    ax.axvline(0, color=LIGHT["ink"], lw=1)
    for edge in (-USUAL, USUAL):
        ax.axvline(edge, color=ROLES["other"], ls=(0, (4, 3)), lw=1)
    _rows(ax, [_short(name, small=small) for name in table["label"]])
    reach = max(2 * USUAL, table["difference"].abs().max() * 1.15)
    ax.set_xlim(-reach, reach)
    ax.xaxis.set_major_locator(MaxNLocator(4 if small else 8, steps=[1, 2, 5, 10]))
    digits = 1 if reach > 0.4 else 2
    ax.xaxis.set_major_formatter(lambda value, _: plain(formats.number(value, digits=digits)))
    unit(ax, formats.say("Difference in spreads of one customer"))
    return fitted(ax)


def saved_lines(
    weeks: pd.DataFrame, *, formats: Formats, break_even: int = 0, ax: Axes | None = None
) -> Axes:
    """Draw what the treated have brought more, net of cost, week by week, with its interval.

    Parameters
    ----------
    weeks : DataFrame
        ``week``, ``net``, ``low``, ``high`` (money).
    break_even : int
        The week from which it is above zero; 0 for none.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(weeks, ["week", "net", "low", "high"], name="weeks")
    ax = framed(ax, height=272, left=60, right=24, top=34, bottom=44)
    ax.fill_between(weeks["week"], weeks["low"], weeks["high"], color=ROLES["main"], alpha=0.2, lw=0)
    ax.plot(weeks["week"], weeks["net"], color=ROLES["main"], lw=2)
    ax.axhline(0, color=LIGHT["ink"], lw=1)
    if break_even:
        value = weeks.set_index("week")["net"][break_even]
        ax.plot([break_even], [value], color=ROLES["alert"], marker="o", ms=7)
        ax.annotate(
            plain(formats.say("paid back")), (break_even, value), xytext=(7, -6),
            textcoords="offset points", ha="left", va="top", color=LIGHT["ink2"],
        )  # fmt: skip
    least, most = weeks["low"].min(), weeks["high"].max()
    ax.set_ylim(least - 0.1 * (most - least), most)  # room for the word below the line
    ax.set_xlim(0, weeks["week"].max())
    ax.set_xlabel(plain(formats.say("Weeks since the draw")))
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    value_axis(ax, lambda value, digits: formats.short_money(value))
    unit(ax, formats.say("Money, net of cost"))
    return fitted(ax)


def _rows(ax: Axes, labels: list[str]) -> None:
    ax.set_yticks(range(len(labels)), [plain(label) for label in labels])
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")


def _points_axis(ax: Axes, formats: Formats, *, small: bool) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(4 if small else 8, steps=[1, 2, 5, 10]))
    low, high = ax.get_xlim()
    digits = 0 if high - low > 0.04 else 1
    ax.xaxis.set_major_formatter(lambda value, _: plain(formats.points(value, digits=digits, has_unit=False)))


def _short(name: str, *, small: bool) -> str:
    most = LONGEST[small]
    return name if len(name) <= most else f"{name[: most - 1]}…"
