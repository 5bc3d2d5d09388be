"""Charts of cohorts: events on their diagonals, four answers, and a line by customers' own clocks."""

import numpy as np
import pandas as pd
import pytest
import test_charts
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch
from test_charts import EDGES, FORMATS, WIDTHS, drawn, retention, words
from test_cohorts_findings import ways

from retention_utils.charts.cohorts import pooled_curve, retention_heatmap
from retention_utils.charts.cohorts_ways import return_curves
from retention_utils.charts.figure import Figure, show_figure
from retention_utils.errors import TableError
from retention_utils.palette import LIGHT, ROLES
from retention_utils.texts import text_of


def marks(*places: tuple[int, int, int], periods: int = 17) -> pd.DataFrame:
    """Marked cells from ``number``, cohort and age."""
    keys = test_charts.months(periods)
    rows = [(number, keys[cohort], age) for number, cohort, age in places]
    return pd.DataFrame(rows, columns=["number", "period", "age"])


def diagonal(number: int, period: int) -> list[tuple[int, int, int]]:
    return [(number, cohort, period - cohort) for cohort in range(period)]


def close(level: float) -> pd.DataFrame:
    """All four ways as good as alike at every age."""
    rows = [
        {
            "way": way,
            "first_age": first,
            "age": age,
            "retention": level,
            "low": level * 0.9,
            "high": level * 1.1,
        }
        for way in ("on", "cumulative", "on or after", "bracket")
        for first, age in ([(1, 3)] if way == "bracket" else [(1, 1), (2, 2), (3, 3)])
    ]
    return pd.DataFrame(rows)


MANY = [*diagonal(1, 2), *diagonal(2, 15), *diagonal(3, 16), *diagonal(3, 15), *diagonal(10, 16)]
CUT = [row for row in diagonal(4, 23) if row[2] <= 12]
TABLES = {
    "heat map, events": (retention_heatmap, retention(), {"edges": EDGES, "marks": marks(*MANY)}),
    "heat map, events, two years": (retention_heatmap, retention(24), {"edges": EDGES, "marks": marks(*diagonal(1, 22), *diagonal(2, 21), periods=24)}),
    "heat map, events, ages cut": (retention_heatmap, retention(24).query("age <= 12"), {"edges": EDGES, "marks": marks(*CUT, periods=24)}),
    "four answers": (return_curves, ways(14), {}),
    "four answers, all alike": (return_curves, close(0.4), {}),
    "four answers, hardly anyone": (return_curves, close(0.002), {}),
    "four answers, no on or after": (return_curves, ways(follow_up=99), {}),
    "own clocks": (pooled_curve, test_charts.pooled(), {"is_own_clock": True}),
}  # fmt: skip


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("name", TABLES)
def test_every_label_has_its_room(name, size):
    test_charts.assert_labels_have_room(*TABLES[name], size=size)


def frames(ax) -> set[tuple[int, int]]:
    """Row and column of every marked cell."""
    (patch,) = [patch for patch in ax.patches if isinstance(patch, PathPatch)]
    assert (patch.get_fill(), to_hex(patch.get_edgecolor()).upper()) == (False, LIGHT["ink"])
    corners = [corners.min(axis=0) for corners in patch.get_path().to_polygons(closed_only=False)]
    return {(int(y), int(x)) for x, y in corners}


@pytest.mark.parametrize("size", WIDTHS)
def test_cells_in_a_period_with_an_event_are_framed_and_numbered(size):
    ax = drawn(
        retention_heatmap, retention(5), size=size, edges=EDGES, marks=marks(*diagonal(1, 2), *diagonal(2, 4))
    )
    assert frames(ax) == {(0, 1), (1, 0), (0, 3), (1, 2), (2, 1), (3, 0)}  # the columns begin with age 1
    numbers = {text.get_text(): text.xy for text in ax.texts if hasattr(text, "xy")}
    assert numbers == {"1": (1.5, 0), "2": (3.5, 0)}  # where the diagonals leave the grid


def test_an_event_of_several_periods_has_one_number_between_them():
    ax = drawn(retention_heatmap, retention(5), edges=EDGES, marks=marks(*diagonal(1, 3), *diagonal(1, 2)))
    assert [(text.get_text(), text.xy) for text in ax.texts if hasattr(text, "xy")] == [("1", (2.0, 0))]


def test_a_diagonal_that_leaves_at_the_side_is_numbered_there():
    table = retention(6).query("age <= 2")
    cells = [row for row in diagonal(7, 4) if row[2] <= 2]  # cohort 2 at age 2, cohort 3 at age 1
    ax = drawn(retention_heatmap, table, edges=EDGES, marks=marks(*cells))
    (number,) = [text for text in ax.texts if text.get_text() == "7"]
    assert number.xy == (2.15, 2.5)


def test_without_events_the_heat_map_is_as_it_was():
    plain = drawn(retention_heatmap, retention(5), edges=EDGES)
    none = drawn(retention_heatmap, retention(5), edges=EDGES, marks=marks())
    assert plain.get_position().bounds == none.get_position().bounds
    assert [patch for patch in none.patches if isinstance(patch, PathPatch)] == []


def test_the_heat_map_of_two_years_is_a_small_picture():
    table = retention(24)
    got = show_figure(
        retention_heatmap, table, key="k", title="T", caption="C", alt=text_of("A"), formats=FORMATS, edges=EDGES,
        marks=marks(*diagonal(1, 20), periods=24),
    )  # fmt: skip
    assert isinstance(got, Figure)
    assert max(len(got.pictures["en"]["wide"]), len(got.pictures["en"]["narrow"])) < 100_000
    assert (
        got.pictures["en"]["wide"].count("clip-path=") < 5
    )  # cells do not name a path to clip by, each for itself


def test_the_four_answers_are_the_table():
    table = ways(14)
    ax = drawn(return_curves, table)
    lines = {
        (to_hex(line.get_color()).upper(), tuple(np.round(line.get_xdata(), 1))): line.get_ydata()
        for line in ax.lines
    }
    for way, role in (("on", "main"), ("cumulative", "fresh"), ("on or after", "back")):
        rows = table[table["way"] == way]
        assert lines.pop((ROLES[role], tuple(rows["age"]))) == pytest.approx(rows["retention"])
    assert {ages: list(shares) for (_, ages), shares in lines.items()} == {
        (0.6, 3.4): [0.45, 0.45], (3.6, 6.4): [0.38, 0.38], (6.6, 12.4): [0.0, 0.0]
    }  # fmt: skip
    assert {colour for colour, _ in lines} == {ROLES["plum"]}
    assert sorted(words(ax.texts)) == ["0.0%", "0.0%", "20.0%", "55.0%"]
    assert words(ax.figure.texts) == [
        "Share of the same customers who bought", "cumulative", "on or after", "bracket", "on"
    ]  # fmt: skip
    assert ax.get_ylim()[0] == 0


def test_the_line_by_own_clocks_says_what_it_counts():
    ax = drawn(pooled_curve, test_charts.pooled(5), is_own_clock=True)
    assert ax.get_xlabel() == "Stretches of 30 days since the own first purchase"
    assert words(ax.figure.texts) == ["Share of customers who bought in that stretch"]


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match=r"'ways' lacks \['first_age'\]"):
        return_curves(ways().drop(columns="first_age"), formats=FORMATS)
