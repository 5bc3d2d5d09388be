"""Charts of the customer-value models."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from retention_utils.charts.canvas import (
    DASHES,
    NARROW,
    WIDE,
    fitted,
    framed,
    is_narrow,
    key,
    key_rows,
    unit,
    value_axis,
)
from retention_utils.charts.contract_value import residual_lines
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["VALUE_COURSES", "expected_against_actual", "tracking_curves", "value_curves"]

SERIES_ROLES = ("main", "back", "alert", "fresh", "other")  # the actual first, then the models


def tracking_curves(tracking: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw cumulative repeat purchases by week, actual and expected, with the start of the hold-out.

    Parameters
    ----------
    tracking : DataFrame
        From :func:`retention_utils.value_models.tracking.tracking`; the actual series comes first.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(tracking, ["series", "week", "cumulative", "is_holdout"], name="tracking")
    small = ax is not None and is_narrow(ax)
    ax = framed(ax, height=300, left=64, right=16, top=66 if small else 48, bottom=44)
    names = list(dict.fromkeys(tracking["series"]))
    for name, role in zip(names, SERIES_ROLES, strict=False):
        line = tracking[tracking["series"] == name]
        dashes = "-" if name == names[0] else DASHES
        ax.plot(line["week"], line["cumulative"], color=ROLES[role], ls=dashes)
    held_out = tracking.loc[tracking["is_holdout"], "week"]
    if len(held_out):
        ax.axvline(held_out.min() - 0.5, color=LIGHT["edge"], lw=1, ls=(0, (4, 3)))
        ax.annotate(
            plain(formats.say("test")), (held_out.min(), 0.02), xycoords=("data", "axes fraction"),
            xytext=(4, 0), textcoords="offset points", color=LIGHT["ink3"], size=12,
        )  # fmt: skip
    ax.set_ylim(bottom=0)
    ax.set_xlabel(formats.say("Weeks since the first purchase in the log"))
    value_axis(ax, formats.number, is_whole=True)
    unit(ax, formats.say("Repeat purchases so far"))
    marks = ["line", *["dashes"] * (len(names) - 1)]
    key(ax, list(zip(SERIES_ROLES, names, strict=False)), marks=marks, row=1)
    return fitted(ax)


def expected_against_actual(
    by_frequency: pd.DataFrame,
    *,
    formats: Formats,
    classes: str = "",
    amounts: str = "",
    is_share: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw mean hold-out purchases by past purchases: bars as expected, dots as it came.

    Parameters
    ----------
    by_frequency : DataFrame
        From :func:`retention_utils.value_models.holdout.holdout_by_frequency`; the actual series comes first.
    classes, amounts : str, optional
        What the classes and the bars are, where not purchases before and in the test weeks.
    is_share : bool
        The bars are shares.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(by_frequency, ["label", "series", "purchases"], name="by_frequency")
    ax = framed(ax, height=254, left=48, top=66 if ax is not None and is_narrow(ax) else 48, bottom=44)
    actual, *models = dict.fromkeys(by_frequency["series"])
    labels = list(dict.fromkeys(by_frequency["label"]))
    width = 0.72 / max(len(models), 1)
    for number, (model, role) in enumerate(zip(models, SERIES_ROLES[1:], strict=False)):
        heights = by_frequency.loc[by_frequency["series"] == model, "purchases"]
        places = np.arange(len(labels)) + (number - (len(models) - 1) / 2) * width
        ax.bar(places, heights, width * 0.92, color=ROLES[role])
    dots = by_frequency.loc[by_frequency["series"] == actual, "purchases"]
    ax.plot(range(len(labels)), dots, "o", color=ROLES["main"], ms=8.5, mec=LIGHT["card"], mew=1.5)
    ax.set_xticks(range(len(labels)), labels)
    ax.set_xlabel(classes or formats.say("Repeat purchases before the test weeks"))
    most = 1.08 * float(by_frequency["purchases"].max())  # the highest dot stands free
    ax.set_ylim(0, max(most, 1.0) if is_share else most or 1)
    value_axis(ax, formats.share if is_share else formats.number, **({"hundred": 100} if is_share else {}))
    unit(ax, amounts or formats.say("Purchases in the test weeks, per customer"))
    marks = ["dot", *["bar"] * len(models)]
    key(ax, list(zip(SERIES_ROLES, [actual, *models], strict=False)), marks=marks, row=1)
    return fitted(ax)


def value_curves(
    historic: pd.DataFrame,
    *,
    cohorts: pd.DataFrame,
    axis_unit: str,
    formats: Formats,
    age_axis: str = "",
    cost: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what a customer has brought by each age: every cohort thin, all together thick, and the cost.

    Parameters
    ----------
    historic : DataFrame
        From :func:`retention_utils.unit_economics.cohort_value.historic_value`; its interval is shaded.
    cohorts : DataFrame
        From :func:`retention_utils.unit_economics.cohort_value.cohort_value`.
    axis_unit : str
        What the money is, for the axis.
    age_axis : str, optional
        What the ages are counted from, where that is not the first purchase.
    cost : float, optional
        What winning a customer cost: a level line.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(historic, ["age", "value", "low", "high"], name="historic")
    require(cohorts, ["cohort", "age", "value"], name="cohorts")
    words = [
        ("main", formats.say("all together")),
        ("edge", formats.say("each group that joined together")),
    ]
    if cost is not None:
        words.append(("alert", formats.say("cost of winning a customer, {cost}", cost=formats.money(cost))))
    width = NARROW if ax is not None and is_narrow(ax) else WIDE
    rows = key_rows([word for _, word in words], width=width)
    ax = framed(ax, height=254 + 18 * rows, left=64, right=16, top=30 + 18 * rows, bottom=44)
    for _, cohort in cohorts.groupby("cohort"):
        ax.plot(cohort["age"], cohort["value"], color=LIGHT["edge"], lw=1, zorder=1)
    ax.fill_between(historic["age"], historic["low"], historic["high"], color=ROLES["main"], alpha=0.15, lw=0)
    ax.plot(historic["age"], historic["value"], color=ROLES["main"], lw=2.5, marker="o", ms=3.5, zorder=3)
    if cost is not None:
        ax.axhline(cost, color=ROLES["alert"], lw=1.5, ls=DASHES, zorder=2)
    ax.set_ylim(bottom=0)
    ax.set_xlim(-0.3, cohorts["age"].max() + 0.3)
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.set_xlabel(age_axis or formats.say("Periods since the first purchase"))
    value_axis(ax, formats.money)
    unit(ax, axis_unit)
    key(ax, words, row=1)
    return fitted(ax)


VALUE_COURSES = {
    "tracking": tracking_curves,
    "residual": residual_lines,
    "counts": expected_against_actual,
}
"""The chart of the course that a model expects, by the key of its figure."""
