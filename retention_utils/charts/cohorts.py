"""Charts of cohort retention."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Rectangle

from retention_utils.charts.ages import after_joining
from retention_utils.charts.canvas import fitted, framed, is_narrow, plot_width, unit, value_axis
from retention_utils.charts.cohorts_events import NUMBER_LINE, event_numbers, mark_events, placed
from retention_utils.charts.cohorts_scale import write_scale
from retention_utils.formats import Formats
from retention_utils.palette import HEAT, HEAT_TEXT, LIGHT, ROLES
from retention_utils.schema import require
from retention_utils.svg import plain

__all__ = ["pooled_curve", "retention_heatmap"]


def retention_heatmap(
    retention: pd.DataFrame,
    *,
    edges: list[float],
    formats: Formats,
    marks: pd.DataFrame | None = None,
    is_contracts: bool = False,
    grain: str = "period",
    ax: Axes | None = None,
) -> Axes:
    """Cohorts down, age across, seven steps of colour; an age not lived through is left out.

    Parameters
    ----------
    retention : DataFrame
        From :func:`retention_utils.cohorts.retention.cohort_retention`; ages from 1 are drawn.
    edges : list of float
        The eight limits of the steps, from :func:`retention_utils.cohorts.heat.heat_edges`.
    marks : DataFrame, optional
        Cells in a period with an event, from :func:`retention_utils.cohorts.events.marked_cells`.
    is_contracts : bool
        Whether customers join under a contract and are there, or buy.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(retention, ["period", "age", "customers", "retention"], name="retention")
    drawn = retention[retention["age"] >= 1]
    # A pivot table would drop the small cohorts, whose shares are all blank.
    grid = drawn.set_index(["period", "age"])["retention"].unstack()  # noqa: PD010
    sizes = drawn.groupby("period")["customers"].first()
    small = ax is not None and is_narrow(ax)
    row_height = 18 if small else 26
    places = placed(marks, grid)
    frame = {"height": 58 + row_height * len(grid), "left": 88 if small else 132, "top": 22, "bottom": 36}
    ax = framed(ax, **frame)
    numbers = event_numbers(places, plot_width(ax) / len(grid.columns), len(grid.columns))
    if len(places):
        room = NUMBER_LINE * (1 + max((number.line for number in numbers), default=0)) + 4
        ax = framed(ax, **frame | {"height": frame["height"] + room, "top": frame["top"] + room})
    sns.heatmap(
        grid, ax=ax, mask=grid.isna(), vmin=edges[0], vmax=edges[-1], cbar=False, linewidths=1.5,
        linecolor=LIGHT["card"], cmap=ListedColormap(HEAT), norm=BoundaryNorm(edges, len(HEAT)),
        xticklabels=False, yticklabels=False,
    )  # fmt: skip
    ax.collections[0].set_clip_on(False)  # a path to clip by, named in every cell, is a tenth of the picture
    ax.grid(visible=False)
    ax.set(ylabel="", xlabel="", xticks=[])
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(length=0)
    rows = [f"{formats.period(period, short=True)} · {formats.count(sizes[period])}" for period in grid.index]
    ax.set_yticks(np.arange(len(grid)) + 0.5, [plain(row) for row in rows], rotation=0)
    since = formats.say("Periods since the first purchase")
    ages = after_joining(grain, formats) if is_contracts else plain(since)
    ax.set_xlabel(ages, loc="right" if small else "center")
    cell_width = plot_width(fitted(ax)) / len(grid.columns)
    step = int(np.ceil(22 / cell_width))
    ages = list(grid.columns)[::step]
    ax.set_xticks(np.arange(len(grid.columns))[::step] + 0.5, [str(age) for age in ages], rotation=0)
    if cell_width >= 20:
        _write_cells(ax, grid, edges, formats, digits=1 if cell_width >= 32 else 0)
    elif grid.notna().any(axis=None):
        write_scale(ax, edges, formats)
    _frame_small_cohorts(ax, grid)
    if len(places):
        mark_events(ax, places, numbers)
    short = formats.say("First purchase in, customers")
    long = formats.say("First purchase in, number of customers")
    unit(ax, formats.say("When they joined, customers") if is_contracts else short if small else long)
    return fitted(ax) if len(places) else ax


def pooled_curve(
    pooled: pd.DataFrame,
    *,
    formats: Formats,
    is_own_clock: bool = False,
    is_contracts: bool = False,
    grain: str = "period",
    ax: Axes | None = None,
) -> Axes:
    """Draw the share that bought at each age, all comparable cohorts together, with its interval.

    Parameters
    ----------
    pooled : DataFrame
        From :func:`retention_utils.cohorts.retention.pooled_retention`; ages from 1 are drawn.
    is_own_clock : bool
        Whether ages are stretches of each customer's own clock, not periods of the calendar.
    is_contracts : bool
        Whether customers are there under a contract, or buy.
    grain : str
        What the ages are counted in, for those under contract.

    Returns
    -------
    Axes
        The axes drawn on.
    """
    require(pooled, ["age", "retention", "low", "high"], name="pooled")
    drawn = pooled[pooled["age"] >= 1]
    ax = framed(ax, height=220, left=48, right=48, bottom=44)
    ax.fill_between(drawn["age"], drawn["low"], drawn["high"], color=ROLES["main"], alpha=0.2, lw=0)
    ax.plot(drawn["age"], drawn["retention"], color=ROLES["main"], marker="o", ms=4)
    if len(drawn):
        last = drawn.iloc[-1]
        ax.annotate(
            plain(formats.share(last["retention"])), (last["age"], last["retention"]), xytext=(8, 0),
            textcoords="offset points", va="center", color=ROLES["main"], weight="bold",
            annotation_clip=False,
        )  # fmt: skip
    ax.set_ylim(bottom=0)
    if is_own_clock:
        ax.set_xlabel(formats.say("Stretches of 30 days since the own first purchase"))
        unit(ax, formats.say("Share of customers who bought in that stretch"))
    else:
        bought = formats.say("Share of customers who bought in that period")
        since = formats.say("Periods since the first purchase")
        ax.set_xlabel(after_joining(grain, formats) if is_contracts else plain(since))
        unit(ax, formats.say("Share of customers still there") if is_contracts else bought)
    if len(drawn) == 1:
        ax.set_xlim(last["age"] - 1, last["age"] + 1)
    ax.xaxis.get_major_locator().set_params(integer=True)
    value_axis(ax, formats.share, hundred=100)
    return fitted(ax)


def _write_cells(ax: Axes, grid: pd.DataFrame, edges: list[float], formats: Formats, *, digits: int) -> None:
    for (row, column), value in np.ndenumerate(grid.to_numpy(float)):
        if np.isnan(value):
            continue
        step = min(max(int(np.searchsorted(edges, value, side="right")) - 1, 0), len(HEAT) - 1)
        label = str(formats.number(value * 100, digits=digits))
        size = 12 if digits or len(label) < 3 else 10  # two hundreds side by side
        ax.text(
            column + 0.5, row + 0.5, label, size=size, ha="center", va="center_baseline",
            color=HEAT_TEXT[step],
        )  # fmt: skip


def _frame_small_cohorts(ax: Axes, grid: pd.DataFrame) -> None:
    """Draw an empty frame where a cohort is too small for a share."""
    for row, values in enumerate(grid.to_numpy(float)):
        if np.isnan(values).all():
            frame = Rectangle((0.05, row + 0.2), 0.9, 0.6, fill=False, ec=LIGHT["edge"], lw=1, ls=(0, (2, 2)))
            ax.add_patch(frame)
