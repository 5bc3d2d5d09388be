"""Charts of the time to the next order."""

from dataclasses import dataclass
from math import ceil

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import WIDE, fitted, framed, is_narrow, key, key_rows, unit
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLE_INKS, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain
from retention_utils.translations import message

__all__ = ["next_order_curves", "segment_lines"]

RANK_ROLES = {1: "alert", 2: "back", 3: "main", 4: "other"}
RANK_WORDS = {
    1: message("after the 1st purchase"),
    2: message("after the 2nd"),
    3: message("after the 3rd"),
    4: message("after the 4th"),
}
SEGMENT_ROLES = ("main", "alert", "back", "fresh", "plum")
STEPS = {20: 5, 60: 10, 90: 30}  # of the axis by the last of its days


@dataclass(frozen=True)
class _Line:
    """One line of a chart: the value of the column it stands for, its word and its colour's role."""

    value: int
    word: str
    role: str

    @property
    def color(self) -> str:
        return ROLES[self.role]

    @property
    def ink(self) -> str:
        """The colour of its numbers."""
        return ROLE_INKS[self.role]


def next_order_curves(
    curve: pd.DataFrame,
    *,
    formats: Formats,
    until_days: int = 365,
    min_customers: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share who have ordered again by day, per step, with the number still at risk beneath.

    Parameters
    ----------
    curve : DataFrame
        From :func:`retention_utils.next_order.next_order_curve`; ranks 1 to 4 are drawn.
    until_days : int
        Right end of the axis.
    min_customers : int
        A line ends where fewer customers than these are still being watched.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(curve, ["order_rank", "days", "at_risk", "ordered", "low", "high"], name="curve")
    lines = [_Line(rank, str(formats.say(RANK_WORDS[rank])), role) for rank, role in RANK_ROLES.items()]
    return _waiting_lines(
        curve, "order_rank", lines, until_days=until_days, min_customers=min_customers, formats=formats, ax=ax
    )


def segment_lines(
    curves: pd.DataFrame,
    *,
    formats: Formats,
    until_days: int = 365,
    min_customers: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share who have bought a second time by day, per segment, with the number at risk beneath.

    Parameters
    ----------
    curves : DataFrame
        As :func:`retention_utils.next_order_segments.segment_curves` gives it, of one attribute's segments,
        with ``label`` (what the segment is called); at most five are drawn, in the order of ``position``.
    until_days : int
        Right end of the axis.
    min_customers : int
        A line ends where fewer customers than these are still being watched.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(curves, ["position", "label", "days", "at_risk", "ordered", "low", "high"], name="curves")
    named = curves[["position", "label"]].drop_duplicates("position").sort_values("position")
    pairs = zip(named.itertuples(index=False), SEGMENT_ROLES, strict=False)
    lines = [_Line(segment.position, segment.label, role) for segment, role in pairs]
    return _waiting_lines(
        curves, "position", lines, until_days=until_days, min_customers=min_customers, formats=formats, ax=ax
    )


def _waiting_lines(
    curve: pd.DataFrame,
    column: str,
    lines: list[_Line],
    *,
    until_days: int,
    min_customers: int,
    formats: Formats,
    ax: Axes | None,
) -> Axes:
    """Draw a line with its band for every value of a column, and beneath the axis who was still at risk."""
    seen = curve[curve["at_risk"] >= min_customers]
    lines = [line for line in lines if (seen[column] == line.value).any()]
    until_days = _watched(seen, until_days)
    small = ax is not None and is_narrow(ax)
    rows = 18 * (len(lines) + 1)
    top = 28 + 18 * (len(lines) if small else key_rows([line.word for line in lines], width=WIDE))
    ax = framed(ax, height=254 + top + rows, left=48, right=52, top=top, bottom=54 + rows)
    steps = [(line, _until(seen[seen[column] == line.value], until_days)) for line in lines]
    for line, step in steps:
        ax.fill_between(
            step["days"], step["low"], step["high"], step="post", color=line.color, alpha=0.2, lw=0
        )
        ax.plot(step["days"], step["ordered"], drawstyle="steps-post", color=line.color)
    ax.set_xlim(0, until_days)
    ax.set_ylim(0, 1)
    _end_labels(ax, steps, formats)
    step = _step(until_days)
    if small and until_days > 3 * step:  # the numbers beneath need room
        step *= 2
    days = list(range(0, until_days + 1, step))
    ax.set_xticks(days)
    ax.set_xlabel(formats.say("Days since that purchase"))
    ax.yaxis.set_major_formatter(lambda value, _: plain(formats.share(value, digits=0)))
    unit(ax, formats.say("Share who have ordered again"))
    for row, items in enumerate([[line] for line in lines] if small else [lines], 1):
        key(ax, [(line.role, line.word) for line in items], row=row)
    _at_risk_rows(fitted(ax), curve, column, lines, days, formats)
    return ax


def _watched(curve: pd.DataFrame, until_days: int) -> int:
    """Return where the axis ends: with the step of its labels in which the longest wait ends."""
    longest = curve["days"].max() if len(curve) else until_days
    step = _step(longest)
    return min(until_days, step * max(1, ceil(longest / step)))


def _step(longest: float) -> int:
    """Return the days from one label of the axis to the next."""
    return next((step for most, step in STEPS.items() if longest <= most), 90)


def _until(step: pd.DataFrame, until_days: int) -> pd.DataFrame:
    """Cut a line at the end of the axis, which it reaches if anybody was watched for longer."""
    step = step.sort_values("days")
    known = step[step["days"] <= until_days]
    if len(known) == len(step) or known["days"].iloc[-1] == until_days:
        return known
    return pd.concat([known, known.tail(1).assign(days=until_days)], ignore_index=True)


def _end_labels(ax: Axes, steps: list[tuple[_Line, pd.DataFrame]], formats: Formats) -> None:
    """Write every line's last share where the longest ends, so that none crosses it, one above the other."""
    height = ax.get_position().height * ax.figure.get_figheight() * 72
    ends = [(step["ordered"].iloc[-1], line.ink) for line, step in steps]
    last = max((step["days"].iloc[-1] for _, step in steps), default=0)
    below = float("-inf")
    for share, color in sorted(ends):
        below = max(share * height, below + 16)
        ax.annotate(
            plain(formats.share(share, digits=0)), (last, share), xytext=(6, below - share * height),
            textcoords="offset points", va="center", color=color, weight="bold", annotation_clip=False,
        )  # fmt: skip


def _at_risk_rows(
    ax: Axes, curve: pd.DataFrame, column: str, lines: list[_Line], days: list[int], formats: Formats
) -> None:
    """Write beneath the axis how many were still being watched on the labelled days."""
    height = ax.figure.get_figheight() * 72
    top = ax.get_position().y0 * height - 62
    words = formats.say("Customers still waiting on that day")
    ax.figure.text(0, top / height, words, color=LIGHT["ink3"], size=12)
    for row, line in enumerate(lines, 1):
        step = curve[curve[column] == line.value].sort_values("days")
        for day in days:
            ahead = step.loc[step["days"] >= day, "at_risk"]
            place = ax.get_position().x0 + (day / ax.get_xlim()[1]) * ax.get_position().width
            ax.figure.text(
                place, (top - 18 * row) / height, formats.count(ahead.iloc[0] if len(ahead) else 0),
                color=line.ink, size=12, ha="left" if day == 0 else "center",
            )  # fmt: skip
