"""Charts of customers' voice: NPS over time, who answered, who left, what comments are about."""

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.bars import bars, intervals
from retention_utils.charts.canvas import fitted, framed, is_narrow, key, period_ticks, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain
from retention_utils.translations import message

__all__ = ["left_bars", "nps_lines", "share_bars", "theme_bars"]

OPINIONS = {"detractors": "alert", "passives": "other", "promoters": "main"}
OPINION_WORDS = {
    "detractors": message("would not (0 to 6)"),
    "passives": message("passive (7 or 8)"),
    "promoters": message("would recommend (9 or 10)"),
}
SCORES = {
    "detractors": message("0 to 6"),
    "passives": message("7 or 8"),
    "promoters": message("9 or 10"),
}  # on phones, where longer words would leave no room for the bars


def nps_lines(series: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw NPS period by period with its interval.

    Parameters
    ----------
    series : DataFrame
        ``period`` (key), ``value``, ``low``, ``high`` (fractions; blank where there are too few answers).

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(series, ["period", "value", "low", "high"], name="series")
    ax = framed(ax, height=260, left=48, right=16)
    places = range(len(series))
    ax.fill_between(places, series["low"], series["high"], color=ROLES["main"], alpha=0.2, lw=0)
    ax.plot(places, series["value"], color=ROLES["main"], marker="o", ms=3)
    low, high = min(series["low"].min(), 0.0), max(series["high"].max(), 0.0)
    room = max(high - low, 0.1) * 0.08
    ax.set_ylim(low - room, high + room)
    ax.axhline(0, color=LIGHT["ink"], lw=1)
    value_axis(ax, lambda value, digits: formats.points(value, digits=digits, has_unit=False), hundred=100)
    _period_axis(ax, series, formats)
    unit(ax, formats.say("NPS, points"))
    return fitted(ax)


def share_bars(counted: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Stack the shares of detractors, passives and promoters, period by period.

    Parameters
    ----------
    counted : DataFrame
        ``period`` (key), ``promoters``, ``detractors``, ``answers`` (counts).

    Returns
    -------
    Axes
        The axes drawn on; periods without answers stay empty.
    """
    require(counted, ["period", "promoters", "detractors", "answers"], name="counted")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=290, left=48, right=16, top=86 if small else 52)
    answers = counted["answers"].where(counted["answers"] > 0)
    parts = counted.assign(passives=counted["answers"] - counted["promoters"] - counted["detractors"])
    bottom = 0.0
    for name, role in OPINIONS.items():
        share = parts[name] / answers
        bars(ax, share, ROLES[role], bottom=bottom)
        bottom = bottom + share
    ax.set_ylim(0, 1)
    value_axis(ax, formats.share, hundred=100)
    _period_axis(ax, counted, formats)
    unit(ax, formats.say("Share of the answers"))
    key(ax, [(OPINIONS[name], formats.say(OPINION_WORDS[name])) for name in OPINIONS], row=1)
    return fitted(ax)


def left_bars(groups: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the share that left after an answer, by score, with its interval.

    Parameters
    ----------
    groups : DataFrame
        ``group`` (one of detractors, passives, promoters), ``customers``, ``share``, ``low``, ``high``.

    Returns
    -------
    Axes
        The axes drawn on; groups with too few customers have no bar.
    """
    require(groups, ["group", "customers", "share", "low", "high"], name="groups")
    names = SCORES if ax is not None and is_narrow(ax) else OPINION_WORDS
    ax = framed(ax, height=54 + 46 * len(groups), left=48, right=90, top=30, bottom=16)
    places = range(len(groups))
    ax.barh(places, groups["share"], 0.6, color=[ROLES[OPINIONS[name]] for name in groups["group"]])
    intervals(ax, groups["low"], groups["high"])
    for place, row in enumerate(groups.itertuples()):
        words = formats.say(
            "{share}, n = {customers}", share=formats.share(row.share), customers=formats.count(row.customers)
        )
        ax.annotate(
            plain(words), (0 if pd.isna(row.high) else row.high, place), xytext=(6, 0),
            textcoords="offset points", va="center", ha="left", annotation_clip=False, color=LIGHT["ink"],
        )  # fmt: skip
    ax.set_yticks(places, [plain(formats.say(names[name])) for name in groups["group"]])
    ax.set_ylim(len(groups) - 0.4, -0.6)
    ax.set_xlim(0, max(groups["high"].max(), 0.01) * 1.02)
    ax.set_xticks([])
    ax.grid(visible=False)
    unit(ax, formats.say("Share that left afterwards, with its 95% interval"))
    return fitted(ax)


def theme_bars(themes: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw how many comments each theme has, and whose.

    Parameters
    ----------
    themes : DataFrame
        The theme with most comments first: ``label``, ``comments``, ``promoters``, ``passives``,
        ``detractors``; what is none of the three had no score.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(themes, ["label", "comments", *OPINIONS], name="themes")
    small = ax is not None and is_narrow(ax)
    ax = framed(
        ax,
        height=(96 if small else 66) + 26 * len(themes),
        left=48,
        right=44,
        top=86 if small else 52,
        bottom=14,
    )
    left = 0.0
    for name, role in OPINIONS.items():
        ax.barh(range(len(themes)), themes[name], 0.66, left=left, color=ROLES[role])
        left = left + themes[name]
    unknown = themes["comments"] - left
    if unknown.any():
        ax.barh(range(len(themes)), unknown, 0.66, left=left, color=LIGHT["line"])
    for place, comments in enumerate(themes["comments"]):
        ax.annotate(
            plain(formats.count(comments)), (comments, place), xytext=(6, 0), textcoords="offset points",
            va="center", ha="left", annotation_clip=False, color=LIGHT["ink"],
        )  # fmt: skip
    ax.set_yticks(range(len(themes)), [plain(label) for label in themes["label"]])
    ax.set_ylim(len(themes) - 0.4, -0.6)
    ax.set_xlim(0, themes["comments"].max() * 1.02)
    ax.set_xticks([])
    ax.grid(visible=False)
    unit(ax, formats.say("Comments, by who wrote them"))
    key(ax, [(OPINIONS[name], formats.say(OPINION_WORDS[name])) for name in OPINIONS], row=1)
    return fitted(ax)


def _period_axis(ax: Axes, table: pd.DataFrame, formats: Formats) -> None:
    labels = [formats.period(period, short=True) for period in table["period"]]
    period_ticks(ax, labels, most=4 if is_narrow(ax) else 9)
    ax.set_xlim(-0.6, len(table) - 0.4)
