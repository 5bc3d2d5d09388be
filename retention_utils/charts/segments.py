"""Charts of the segments."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.bars import intervals
from retention_utils.charts.canvas import (
    fitted,
    framed,
    is_narrow,
    key,
    plot_width,
    unit,
    value_axis,
    word_width,
)
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["concentration_lines", "group_moves_bars", "rfm_grid"]

# Colour says what a group needs; its name says which it is.
GROUP_ROLES = {
    "champions": "main", "loyal": "main", "potential_loyalists": "fresh", "new": "fresh",
    "promising": "fresh", "need_attention": "back", "about_to_sleep": "back", "cant_lose": "alert",
    "at_risk": "alert", "hibernating": "other",
}  # fmt: skip
VOWELS = "aeiouyаеёиоуыэюяіїє"
MARKED = (0.08, 0.20)  # shares of the buyers that bear a label


def rfm_grid(
    cells: pd.DataFrame, *, limits: Mapping[int, int], formats: Formats, ax: Axes | None = None
) -> Axes:
    """Draw the 25 cells with their counts, and the ten groups as areas.

    Parameters
    ----------
    cells : DataFrame
        From :func:`retention_utils.segments.sizes.cell_sizes`, with ``label`` (name of the group).
    limits : mapping
        Longest silence in days of recency classes 5 to 2, from
        :func:`retention_utils.segments.rfm.recency_limits`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(cells, ["recency_class", "frequency_class", "group", "label", "customers"], name="cells")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=552 if small else 392, left=64, top=38, bottom=44)
    for _, group in cells.groupby("group"):
        _group_area(ax, group, small=small)
    for cell in cells.itertuples(index=False):
        ax.text(
            cell.frequency_class, cell.recency_class - (0.34 if small else 0.16),
            plain(formats.count(cell.customers)), ha="center", va="center", weight="bold",
            size=12 if small else 14, color=LIGHT["ink"] if cell.customers else LIGHT["ink3"],
        )  # fmt: skip
    ax.set(xlim=(0.5, 5.5), ylim=(0.5, 5.5))
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(length=0)
    ax.set_xticks(range(1, 6), ["1", "2", plain("3–4"), plain("5–7"), "8+"])
    ax.set_yticks(range(1, 6), [plain(text) for text in _silences(limits, formats)])
    ax.set_xlabel(str(formats.say("Purchase days in 24 months")))
    unit(ax, formats.say("Days since the last purchase; customers"))
    return fitted(ax)


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
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_locator(MaxNLocator(4 if small else 7, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(lambda value, _: plain(formats.share(abs(value), digits=0)))
    unit(ax, formats.say("Group then and its customers; share that moved"))
    words = [("alert", formats.say("to a worse group")), ("main", formats.say("to a better group"))]
    key(ax, words, row=1)
    return fitted(ax)


def _group_area(ax: Axes, group: pd.DataFrame, *, small: bool) -> None:
    left, bottom = group["frequency_class"].min() - 0.5, group["recency_class"].min() - 0.5
    width, height = group["frequency_class"].max() + 0.5 - left, group["recency_class"].max() + 0.5 - bottom
    role = GROUP_ROLES[group["group"].iloc[0]]
    area = Rectangle((left, bottom), width, height, fc=ROLES[role], ec=LIGHT["card"], lw=4, alpha=0.25)
    ax.add_patch(area)
    room, step = (width - 0.1) * plot_width(ax) / 5, 0.15 if small else 0.23
    for number, line in enumerate(_lines(group["label"].iloc[0], room)):
        ax.text(
            left + 0.06, bottom + height - 0.06 - step * number, plain(line), ha="left", va="top",
            size=12, color=LIGHT["ink2"],
        )  # fmt: skip


def _lines(label: str, room: float) -> list[str]:
    """Break a name into lines between its words, and within a word that no line could hold."""
    lines = [""]
    for word in label.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if word_width(longer) <= room:
            lines[-1] = longer
            continue
        lines += _parts(word, room)
    return [line for line in lines if line]


def _parts(word: str, room: float) -> list[str]:
    fits = [end for end in range(3, len(word) - 2) if word_width(f"{word[:end]}-") <= room]
    if word_width(word) <= room or not fits:
        return [word]
    syllables = [end for end in fits if word[end] not in VOWELS and word[end + 1] in VOWELS]
    end = (syllables or fits)[-1]
    return [f"{word[:end]}-", *_parts(word[end:], room)]


def _silences(limits: Mapping[int, int], formats: Formats) -> list[str]:
    """Name the recency classes, 1 to 5, by the days they span."""
    ends = [limits[recency] for recency in (5, 4, 3, 2)]
    starts = [1, *(end + 1 for end in ends)]
    spans = [f"{formats.count(start)}–{formats.count(end)}" for start, end in zip(starts, ends, strict=False)]
    return [f"{formats.count(starts[-1])}+", *reversed(spans)]
