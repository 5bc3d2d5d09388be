"""The chart of the segments as cells of recency and frequency."""

from collections.abc import Mapping
from string import ascii_uppercase

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from retention_utils.charts.canvas import PIXEL, fitted, framed, is_narrow, plot_width, unit
from retention_utils.charts.measuring import word_width
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["rfm_grid"]

LINE = 17  # pixels from one name beneath the axis to the next

# Colour says what a group needs; its name says which it is.
GROUP_ROLES = {
    "champions": "main", "loyal": "main", "potential_loyalists": "fresh", "new": "fresh",
    "promising": "fresh", "need_attention": "back", "about_to_sleep": "back", "cant_lose": "alert",
    "at_risk": "alert", "hibernating": "other",
}  # fmt: skip


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
    height, left = (552, 54) if small else (392, 64)
    ax = framed(ax, height=height, left=left, top=38, bottom=44)
    groups = sorted((part for _, part in cells.groupby("group")), key=_place)
    letters = _letters([group for group in groups if not _fits(group, ax)])
    beneath = LINE * len(letters)
    ax = framed(ax, height=height + beneath, left=left, top=38, bottom=44 + beneath)
    for group in groups:
        _group_area(ax, group, letters.get(group["label"].iloc[0], ""), small=small)
    _name_letters(ax, letters)
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


def _place(group: pd.DataFrame) -> tuple[int, int]:
    """Order the groups as they are read: from the top, and from the left."""
    return -int(group["recency_class"].max()), int(group["frequency_class"].min())


def _room(group: pd.DataFrame, ax: Axes) -> float:
    """Return how many pixels the name of a group has across."""
    return (group["frequency_class"].nunique() - 0.1) * plot_width(ax) / 5


def _fits(group: pd.DataFrame, ax: Axes) -> bool:
    """Say whether every word of a group's name has its room; no word is broken."""
    return max(map(word_width, group["label"].iloc[0].split(" "))) <= _room(group, ax)


def _letters(groups: list[pd.DataFrame]) -> dict[str, str]:
    """Give names that have no room a letter."""
    return dict(zip((group["label"].iloc[0] for group in groups), ascii_uppercase, strict=False))


def _name_letters(ax: Axes, letters: Mapping[str, str]) -> None:
    """Write beneath the axis which name a letter stands for."""
    height = ax.figure.get_figheight() / PIXEL
    for row, (label, letter) in enumerate(reversed(letters.items())):
        words = plain(f"{letter} – {label}")
        ax.figure.text(0, (6 + LINE * row) / height, words, size=12, color=LIGHT["ink2"], va="baseline")


def _group_area(ax: Axes, group: pd.DataFrame, letter: str, *, small: bool) -> None:
    left, bottom = group["frequency_class"].min() - 0.5, group["recency_class"].min() - 0.5
    width, height = group["frequency_class"].max() + 0.5 - left, group["recency_class"].max() + 0.5 - bottom
    role = GROUP_ROLES[group["group"].iloc[0]]
    area = Rectangle((left, bottom), width, height, fc=ROLES[role], ec=LIGHT["card"], lw=4, alpha=0.25)
    ax.add_patch(area)
    step = 0.15 if small else 0.23
    for number, line in enumerate(_lines(letter or group["label"].iloc[0], _room(group, ax))):
        ax.text(
            left + 0.06, bottom + height - 0.06 - step * number, plain(line), ha="left", va="top",
            size=12, color=LIGHT["ink2"], weight="bold" if letter else "normal",
        )  # fmt: skip


def _lines(label: str, room: float) -> list[str]:
    """Break a name into lines between its words."""
    lines = [""]
    for word in label.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if word_width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line]


def _silences(limits: Mapping[int, int], formats: Formats) -> list[str]:
    """Name the recency classes, 1 to 5, by the days they span."""
    ends = [limits[recency] for recency in (5, 4, 3, 2)]
    starts = [1, *(end + 1 for end in ends)]
    spans = [f"{formats.count(start)}–{formats.count(end)}" for start, end in zip(starts, ends, strict=False)]
    return [f"{formats.count(starts[-1])}+", *reversed(spans)]
