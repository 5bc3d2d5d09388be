"""Charts of the customer-value models."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from retention_utils.charts.canvas import fitted, framed, is_narrow, key, unit, value_axis
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.schema import require

__all__ = ["expected_against_actual", "tracking_curves"]

SERIES_ROLES = ("main", "back", "alert", "other")  # the actual first, then the models


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
    ax = framed(ax, height=330, left=64, right=16, top=66 if small else 48, bottom=44)
    names = list(dict.fromkeys(tracking["series"]))
    for name, role in zip(names, SERIES_ROLES, strict=False):
        line = tracking[tracking["series"] == name]
        dashes = "-" if name == names[0] else (0, (5, 2))
        ax.plot(line["week"], line["cumulative"], color=ROLES[role], ls=dashes)
    held_out = tracking.loc[tracking["is_holdout"], "week"]
    if len(held_out):
        ax.axvline(held_out.min() - 0.5, color=LIGHT["edge"], lw=1, ls=(0, (4, 3)))
        ax.annotate(
            "hold-out", (held_out.min(), 0.02), xycoords=("data", "axes fraction"), xytext=(4, 0),
            textcoords="offset points", color=LIGHT["ink3"], size=12,
        )  # fmt: skip
    ax.set_ylim(bottom=0)
    ax.set_xlabel("Weeks since the first purchase in the log")
    value_axis(ax, formats.number, is_whole=True)
    unit(ax, "Repeat purchases so far")
    key(ax, [(role, name) for name, role in zip(names, SERIES_ROLES, strict=False)], row=1)
    return fitted(ax)


def expected_against_actual(by_frequency: pd.DataFrame, *, formats: Formats, ax: Axes | None = None) -> Axes:
    """Draw mean hold-out purchases by past purchases: bars as expected, dots as it came.

    Parameters
    ----------
    by_frequency : DataFrame
        From :func:`retention_utils.value_models.holdout.holdout_by_frequency`; the actual series comes first.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(by_frequency, ["label", "series", "purchases"], name="by_frequency")
    ax = framed(ax, height=280, left=48, top=66 if ax is not None and is_narrow(ax) else 48, bottom=44)
    actual, *models = dict.fromkeys(by_frequency["series"])
    labels = list(dict.fromkeys(by_frequency["label"]))
    width = 0.72 / max(len(models), 1)
    for number, (model, role) in enumerate(zip(models, SERIES_ROLES[1:], strict=False)):
        heights = by_frequency.loc[by_frequency["series"] == model, "purchases"]
        places = np.arange(len(labels)) + (number - (len(models) - 1) / 2) * width
        ax.bar(places, heights, width * 0.92, color=ROLES[role])
    dots = by_frequency.loc[by_frequency["series"] == actual, "purchases"]
    ax.plot(range(len(labels)), dots, "o", color=ROLES["main"], ms=7)
    ax.set_xticks(range(len(labels)), labels)
    ax.set_xlabel("Repeat purchases before the hold-out")
    ax.set_ylim(bottom=0)
    value_axis(ax, formats.number)
    unit(ax, "Purchases in the hold-out, per customer")
    key(ax, list(zip(SERIES_ROLES, [actual, *models], strict=False)), row=1)
    return fitted(ax)
