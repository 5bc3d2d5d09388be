"""Charts of the risk list: what is drawn is the table, every label has its room."""

import matplotlib.style
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Drawing

from retention_utils.charts.canvas import PIXEL
from retention_utils.charts.figure import STYLE, show_figure
from retention_utils.charts.risk_list import calibration_dots, gains_lines
from retention_utils.errors import TableError
from retention_utils.findings.risk_list_tables import RULE_NAMES
from retention_utils.formats import Formats
from retention_utils.palette import ROLES
from retention_utils.texts import text_of

FORMATS = Formats()
RULES = ["corrected", "silence", "overdue", "revenue", "rfm"]
NAMES = [RULE_NAMES[rule] for rule in RULES]


def drawn(draw, table, *, size: str = "wide", **options):
    width = {"wide": 740, "narrow": 332}[size]
    with matplotlib.style.context(STYLE):
        drawing = Drawing(figsize=(width * PIXEL, 300 * PIXEL))
        FigureCanvasAgg(drawing)
        ax = draw(table, formats=FORMATS, ax=drawing.add_axes((0.1, 0.1, 0.8, 0.8)), **options)
        drawing.draw_without_rendering()
    return ax


def calibration() -> pd.DataFrame:
    predicted = np.linspace(0.05, 0.95, 10)
    return pd.DataFrame(
        {
            "predicted": predicted,
            "observed": predicted + 0.02,
            "low": predicted - 0.05,
            "high": predicted + 0.05,
        }
    )


def gains() -> pd.DataFrame:
    called = np.arange(0, 501, 10)
    parts = [
        pd.DataFrame({"rule": rule, "called": called, "found_share": called / 2500 / (number + 1)})
        for number, rule in enumerate(RULES)
    ]
    return pd.concat(parts, ignore_index=True)


CHARTS = {
    "calibration": (calibration_dots, calibration(), {}),
    "gains": (gains_lines, gains(), {"names": NAMES, "capacity": 50}),
}


@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("name", CHARTS)
def test_everything_drawn_lies_within_the_picture(name, size):
    draw, table, options = CHARTS[name]
    ax = drawn(draw, table, size=size, **options)
    width, height = ax.figure.get_size_inches() * ax.figure.dpi
    low, high = sorted(ax.get_ylim())
    ticks = [label for label in ax.get_yticklabels() if low <= label.get_position()[1] <= high]
    boxes = [text.get_window_extent() for text in [*ax.texts, *ax.figure.texts, *ticks]]
    assert boxes
    for box in boxes:
        assert box.x0 >= -1
        assert box.x1 <= width + 1
        assert box.y0 >= -1
        assert box.y1 <= height + 1


@pytest.mark.parametrize("name", CHARTS)
def test_a_figure_comes_in_two_sizes_with_its_table(name):
    draw, table, options = CHARTS[name]
    figure = show_figure(
        draw, table, key=name, title="T", caption="C", alt=text_of("A"), formats=FORMATS, **options
    )
    assert figure.pictures["en"]["wide"].startswith("<svg")
    assert figure.pictures["en"]["narrow"].startswith("<svg")
    assert table.columns[0] in figure.data


@pytest.mark.parametrize("name", CHARTS)
def test_a_missing_column_is_named(name):
    draw, table, options = CHARTS[name]
    with pytest.raises(TableError, match=f"lacks .*{table.columns[-1]}"):
        draw(table.drop(columns=table.columns[-1]), formats=FORMATS, **options)


def test_dots_and_strokes_are_the_table():
    table = calibration()
    ax = drawn(calibration_dots, table)
    dots = ax.lines[1]
    np.testing.assert_allclose(dots.get_xdata().astype(float), table["predicted"])
    np.testing.assert_allclose(dots.get_ydata().astype(float), table["observed"])
    strokes = np.array([stroke[:, 1] for stroke in ax.collections[0].get_segments()])
    np.testing.assert_allclose(strokes, table[["low", "high"]])
    assert list(ax.lines[0].get_xdata()) == list(ax.lines[0].get_ydata()) == [0, 1]


def test_every_ranking_has_its_line_and_the_list_stands_out():
    ax = drawn(gains_lines, gains(), names=NAMES, capacity=50)
    lines = [line for line in ax.lines if len(line.get_xdata()) > 2]
    assert len(lines) == len(RULES)
    thickest = max(lines, key=lambda line: line.get_linewidth())
    assert to_hex(thickest.get_color()).upper() == ROLES["main"]
    np.testing.assert_allclose(
        thickest.get_ydata(), gains().loc[gains()["rule"] == "corrected", "found_share"]
    )
    assert len({line.get_color() for line in lines}) == len(RULES)
    words = [text.get_text() for text in ax.figure.texts]
    assert words[1:] == NAMES
    assert [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"] == [50]
