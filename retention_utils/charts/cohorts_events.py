"""Events on the diagonals of the heat map of cohorts."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from retention_utils.charts.canvas import is_narrow
from retention_utils.palette import LIGHT

__all__ = ["NUMBER_LINE", "EventNumber", "event_numbers", "mark_events", "placed"]

NUMBER_LINE, FIGURE_WIDTH = 13, 7  # pixels, of the numbers of events


@dataclass(frozen=True)
class EventNumber:
    """Where the number of an event stands, in cells, and on which line above the grid."""

    text: str
    x: float
    y: float
    line: int


def placed(marks: pd.DataFrame | None, grid: pd.DataFrame) -> pd.DataFrame:
    """Row and column of every marked cell."""
    if marks is None:
        return pd.DataFrame({"number": [], "row": [], "column": []})
    rows = {period: row for row, period in enumerate(grid.index)}
    columns = {age: column for column, age in enumerate(grid.columns)}
    return marks.assign(row=marks["period"].map(rows), column=marks["age"].map(columns))


def event_numbers(places: pd.DataFrame, cell_width: float, columns: int) -> list[EventNumber]:
    """Place every event's number where its diagonals leave the grid: above it, or at its right side."""
    numbers, ends = [], [-1.0]  # where each line of numbers above the grid ends so far
    for number, cells in places.groupby("number"):
        top, side = cells[cells["row"] == 0], cells[cells["column"] == columns - 1]
        if top.empty:
            numbers.append(EventNumber(str(number), columns + 0.15, side["row"].mean() + 0.5, 0))
            continue
        center = top["column"].mean() + 0.5
        reach = (len(str(number)) + 1) * FIGURE_WIDTH / 2 / cell_width
        line = next((line for line, end in enumerate(ends) if center - reach >= end), len(ends))
        ends[line : line + 1] = [center + reach]
        numbers.append(EventNumber(str(number), center, 0.0, line))
    return numbers


def mark_events(ax: Axes, places: pd.DataFrame, numbers: list[EventNumber]) -> None:
    """Frame the cells of the periods with an event and write its number beside the grid."""
    frames = [
        Path([(x, y), (x + 0.92, y), (x + 0.92, y + 0.92), (x, y + 0.92), (x, y)])
        for x, y in sorted({(cell.column + 0.04, cell.row + 0.04) for cell in places.itertuples()})
    ]
    thin = 1 if is_narrow(ax) else 1.4
    ax.add_patch(PathPatch(Path.make_compound_path(*frames), fill=False, ec=LIGHT["ink"], lw=thin))
    for number in numbers:
        is_above = number.y == 0
        ax.annotate(
            number.text, (number.x, number.y), xytext=(0, 3 + NUMBER_LINE * number.line if is_above else 0),
            textcoords="offset points", ha="center" if is_above else "left",
            va="bottom" if is_above else "center_baseline", annotation_clip=False, size=12, weight="bold",
            color=LIGHT["ink"],
        )  # fmt: skip
