"""Charts of use: its course before customers left, and who left by how far it had fallen."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import fitted, framed, is_narrow, key, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLE_INKS, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["left_by_change", "use_course"]

GROUPS = {"left": ("alert", message("then left")), "stayed": ("main", message("stayed"))}
MONTHS_BACK = (4, 3, 2, 1)


def use_course(course: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the use of those who then left and of those who stayed, month by month before the day.

    Parameters
    ----------
    course : DataFrame
        From :func:`retention_utils.contract_use.trial.course`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(course, ["group", "back", "use", "low", "high"], name="course")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=230, left=48, right=60, top=50)
    places = np.arange(len(MONTHS_BACK))
    for group, (role, _) in GROUPS.items():
        rows = course[course["group"] == group].set_index("back").reindex(MONTHS_BACK)
        ax.fill_between(places, rows["low"], rows["high"], color=ROLES[role], alpha=0.2, lw=0)
        ax.plot(places, rows["use"], color=ROLES[role], marker="o", ms=5)
        if pd.notna(rows["use"].iloc[-1]):
            ax.annotate(
                plain(formats.share(rows["use"].iloc[-1], digits=0)), (places[-1], rows["use"].iloc[-1]),
                xytext=(8, 0), textcoords="offset points", va="center", color=ROLE_INKS[role], weight="bold",
            )  # fmt: skip
    ax.set_xticks(places, [plain(_months_before(back, formats, small)) for back in MONTHS_BACK])
    ax.set_xlim(-0.4, len(MONTHS_BACK) - 0.6)
    ax.set_ylim(bottom=0)
    value_axis(ax, formats.share, hundred=100)
    unit(ax, formats.say("Use, of the own level in the months before the last"))
    key(ax, [(role, formats.say(word)) for role, word in GROUPS.values()], row=1)
    return fitted(ax)


def left_by_change(bands: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the share that left in the month after, by how far use was from what was expected.

    Parameters
    ----------
    bands : DataFrame
        From :func:`retention_utils.contract_use.trial.share_left_by_change`, without bands of too few.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(bands, ["from_change", "to_change", "customers", "share", "low", "high"], name="bands")
    name = _short_band if ax is not None and is_narrow(ax) else _band
    ax = framed(ax, height=54 + 40 * len(bands), left=48, right=96, top=30, bottom=16)
    places = range(len(bands))
    colors = [ROLES["alert" if row.to_change <= -0.5 else "main"] for row in bands.itertuples()]
    ax.barh(places, bands["share"], 0.6, color=colors)
    ax.hlines(places, bands["low"], bands["high"], color=LIGHT["ink"], lw=1.5)
    for place, row in enumerate(bands.itertuples()):
        words = formats.say(
            "{share}, n = {customers}", share=formats.share(row.share), customers=formats.count(row.customers)
        )
        ax.annotate(
            plain(words), (row.high, place), xytext=(6, 0), textcoords="offset points", va="center",
            ha="left", annotation_clip=False, color=LIGHT["ink"],
        )  # fmt: skip
    ax.set_yticks(places, [plain(name(row, formats)) for row in bands.itertuples()])
    ax.set_ylim(len(bands) - 0.4, -0.6)
    ax.set_xlim(0, max(bands["high"].max(), 0.01) * 1.02)
    ax.set_xticks([])
    ax.grid(visible=False)
    unit(ax, formats.say("Left in the month after, with the 95% interval"))
    return fitted(ax)


def _months_before(back: int, formats: Formats, small: bool) -> Text:
    if small:
        return formats.number(-back, digits=0)
    if back == 1:
        return formats.say("Last month")
    return formats.say("{months, plural, one {# month} other {# months}} earlier", months=back - 1)


def _band(row: object, formats: Formats) -> Text:
    """Name a band of changes: the greater the fall, the further up."""
    low, high = row.from_change, row.to_change
    if np.isinf(low):
        return formats.say("down by {most} or more", most=formats.share(-high, digits=0))
    if np.isinf(high):
        return formats.say("up by over {least}", least=formats.share(low, digits=0))
    if high > 0:
        return formats.say("within {most}", most=formats.share(high, digits=0))
    return formats.say(
        "down by {least}–{most}",
        least=formats.number(-100 * high, digits=0),
        most=formats.share(-low, digits=0),
    )


def _short_band(row: object, formats: Formats) -> Text:
    """Name it by signs alone, for phones, where words would leave no room for the bars."""
    ends = {
        "low": formats.share(row.from_change, digits=0) if np.isfinite(row.from_change) else "",
        "high": formats.share(row.to_change, digits=0) if np.isfinite(row.to_change) else "",
    }
    if not ends["low"]:
        return formats.say("≤ {high}", high=ends["high"])
    if not ends["high"]:
        return formats.say("> {low}", low=ends["low"])
    return formats.say("{low} to {high}", **ends)
