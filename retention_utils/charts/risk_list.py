"""Charts of the risk list."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.canvas import fitted, framed, is_narrow, key, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["calibration_dots", "gains_lines"]

RULE_ROLES = ("main", "fresh", "plum", "back", "alert")  # the list first, then the simple rules


def calibration_dots(calibration: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw the share that stayed away against the chance, with intervals and the line of perfect agreement.

    Parameters
    ----------
    calibration : DataFrame
        From :func:`retention_utils.risk_list.scoring.calibration`.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(calibration, ["predicted", "observed", "low", "high"], name="calibration")
    ax = framed(ax, height=300, left=48, right=16, bottom=44)
    ax.plot([0, 1], [0, 1], color=ROLES["other"], ls=(0, (5, 3)), lw=1.2)
    ax.annotate(
        plain(formats.say("as expected")), (0.2, 0.2), ha="left", va="top", color=LIGHT["ink3"],
        xytext=(8, -6), textcoords="offset points",
    )  # fmt: skip
    reach = [calibration["observed"] - calibration["low"], calibration["high"] - calibration["observed"]]
    ax.errorbar(
        calibration["predicted"], calibration["observed"], yerr=reach, fmt="o", ms=5, color=ROLES["main"],
        elinewidth=1.5,
    )  # fmt: skip
    _share_axes(ax, formats)
    ax.set_xlabel(plain(formats.say("Chance of staying away")))
    unit(ax, formats.say("Share that stayed away"))
    return fitted(ax)


def gains_lines(
    gains: pd.DataFrame,
    *,
    names: Sequence[str],
    capacity: int,
    formats: Formats,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of the lost value found by the number of calls, for every ranking.

    Parameters
    ----------
    gains : DataFrame
        From :func:`retention_utils.risk_list.scoring.gains`; the ranking of the list comes first.
    names : sequence of str
        What each rule is called, in the order in which they first stand in the table.
    capacity : int
        Length of the list, marked by a dashed line.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(gains, ["rule", "called", "found_share"], name="gains")
    small = ax is not None and is_narrow(ax)
    rules = list(dict.fromkeys(gains["rule"]))
    ax = framed(ax, height=430 if small else 336, left=48, right=16, top=136 if small else 66, bottom=44)
    for rule, role in reversed(list(zip(rules, RULE_ROLES, strict=False))):
        line = gains[gains["rule"] == rule]
        ax.plot(line["called"], line["found_share"], color=ROLES[role], lw=2.5 if role == "main" else 1.5)
    ax.axvline(capacity, color=LIGHT["edge"], lw=1, ls=(0, (4, 3)))
    ax.annotate(
        plain(formats.say("the list")), (capacity, 1), xycoords=("data", "axes fraction"), xytext=(4, -4),
        ha="left", va="top", textcoords="offset points", color=LIGHT["ink3"],
    )  # fmt: skip
    ax.set_xlim(0, max(gains["called"].max(), 1))
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_locator(MaxNLocator(4 if small else 7, steps=[1, 2, 5, 10], integer=True))
    ax.xaxis.set_major_formatter(lambda value, _: plain(formats.count(value)))
    value_axis(ax, formats.share, hundred=100)
    ax.set_xlabel(plain(formats.say("Customers called")))
    unit(ax, formats.say("Share of the lost value found"))
    key(ax, list(zip(RULE_ROLES, names, strict=False)), row=1)
    return fitted(ax)


def _share_axes(ax: Axes, formats: Formats) -> None:
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    ax.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0], [plain(formats.share(x / 5, digits=0)) for x in range(6)])
    value_axis(ax, formats.share, hundred=100)
