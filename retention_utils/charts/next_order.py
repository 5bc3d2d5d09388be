"""Charts of the time to the next order."""

import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import fitted, framed, is_narrow, key, unit
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["next_order_curves"]

RANK_ROLES = {1: "alert", 2: "back", 3: "main", 4: "other"}
RANK_WORDS = {1: "after the 1st purchase", 2: "after the 2nd", 3: "after the 3rd", 4: "after the 4th"}


def next_order_curves(
    curve: pd.DataFrame,
    *,
    formats: Formats,
    until_days: int = 365,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share who have ordered again by day, per step, with the number still at risk beneath.

    Parameters
    ----------
    curve : DataFrame
        From :func:`retention_utils.next_order.next_order_curve`; ranks 1 to 4 are drawn.
    until_days : int
        Right end of the axis.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(curve, ["order_rank", "days", "at_risk", "ordered", "low", "high"], name="curve")
    ranks = [rank for rank in RANK_ROLES if (curve["order_rank"] == rank).any()]
    small = ax is not None and is_narrow(ax)
    rows = 18 * (len(ranks) + 1)
    ax = framed(ax, height=330 + rows, left=48, right=52, top=100 if small else 48, bottom=54 + rows)
    for rank in ranks:
        step = curve[(curve["order_rank"] == rank) & (curve["days"] <= until_days)]
        color = ROLES[RANK_ROLES[rank]]
        ax.fill_between(step["days"], step["low"], step["high"], step="post", color=color, alpha=0.2, lw=0)
        ax.plot(step["days"], step["ordered"], drawstyle="steps-post", color=color)
    ax.set_xlim(0, until_days)
    ax.set_ylim(0, 1)
    _end_labels(ax, curve[curve["days"] <= until_days], ranks, formats)
    days = list(range(0, until_days + 1, 180 if small else 90))
    ax.set_xticks(days)
    ax.set_xlabel("Days since that purchase")
    ax.yaxis.set_major_formatter(lambda value, _: plain(formats.share(value, digits=0)))
    unit(ax, "Share who have ordered again")
    key(ax, [(RANK_ROLES[rank], RANK_WORDS[rank]) for rank in ranks], row=1)
    _at_risk_rows(fitted(ax), curve, ranks, days, formats)
    return ax


def _end_labels(ax: Axes, curve: pd.DataFrame, ranks: list[int], formats: Formats) -> None:
    """Write every line's last share at its end, a line's height apart from the next lower one."""
    height = ax.get_position().height * ax.figure.get_figheight() * 72
    ends = curve[curve["order_rank"].isin(ranks)].drop_duplicates("order_rank", keep="last")
    below = float("-inf")
    for rank, days, share in ends.sort_values("ordered")[["order_rank", "days", "ordered"]].itertuples(
        index=False
    ):
        below = max(share * height, below + 14)
        ax.annotate(
            plain(formats.share(share, digits=0)), (days, share), xytext=(6, below - share * height),
            textcoords="offset points", va="center", color=ROLES[RANK_ROLES[rank]], weight="bold",
            annotation_clip=False,
        )  # fmt: skip


def _at_risk_rows(ax: Axes, curve: pd.DataFrame, ranks: list[int], days: list[int], formats: Formats) -> None:
    """Write beneath the axis how many were still being watched on the labelled days."""
    height = ax.figure.get_figheight() * 72
    top = ax.get_position().y0 * height - 62
    ax.figure.text(0, top / height, "Customers still waiting on that day", color=LIGHT["ink3"], size=12)
    for row, rank in enumerate(ranks, 1):
        step = curve[curve["order_rank"] == rank]
        for day in days:
            ahead = step.loc[step["days"] >= day, "at_risk"]
            place = ax.get_position().x0 + (day / ax.get_xlim()[1]) * ax.get_position().width
            ax.figure.text(
                place, (top - 18 * row) / height, formats.count(ahead.iloc[0] if len(ahead) else 0),
                color=ROLES[RANK_ROLES[rank]], size=11.5, ha="left" if day == 0 else "center",
            )  # fmt: skip
