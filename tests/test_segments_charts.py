"""Charts of the segments: what is drawn is the table, every label has its room."""

import matplotlib.style
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Drawing

from retention_utils.charts.canvas import PIXEL
from retention_utils.charts.figure import STYLE, show_figure
from retention_utils.charts.rfm_grid import rfm_grid
from retention_utils.charts.segments import concentration_lines, group_moves_bars
from retention_utils.errors import TableError
from retention_utils.formats import Formats
from retention_utils.palette import LIGHT, ROLES
from retention_utils.segments.concentration import concentration_curve, top_shares
from retention_utils.segments.groups import GROUPS, group_names, group_of_cell
from retention_utils.segments.rfm import recency_limits
from retention_utils.texts import text_of

FORMATS = Formats()
NAMES = {group: str(name) for group, name in group_names(FORMATS).items()}
LIMITS = recency_limits(180)


def drawn(draw, table, *, size: str = "wide", formats: Formats = FORMATS, **options):
    width = {"wide": 740, "narrow": 332}[size]
    with matplotlib.style.context(STYLE):
        drawing = Drawing(figsize=(width * PIXEL, 300 * PIXEL))
        FigureCanvasAgg(drawing)
        ax = draw(table, formats=formats, ax=drawing.add_axes((0.1, 0.1, 0.8, 0.8)), **options)
        drawing.draw_without_rendering()
    return ax


def cells(*, scale: int = 1) -> pd.DataFrame:
    table = group_of_cell().reset_index()
    return table.assign(customers=np.arange(25) * scale, label=table["group"].map(NAMES))


def moves() -> pd.DataFrame:
    groups = [group for group in GROUPS if group != "outside"]
    share = np.linspace(0.1, 0.5, len(groups))
    table = pd.DataFrame({"label": [NAMES[group] for group in groups], "customers": 15_357})
    for name, values in (("up", share), ("down", share[::-1])):
        table[f"{name}_share"], table[f"{name}_low"] = values, values - 0.05
        table[f"{name}_high"] = values + 0.05
    return table


BUYERS = pd.DataFrame({"year_purchases": 1, "year_amount": np.random.default_rng(0).lognormal(3, 1, 500)})
CHARTS = {
    "grid": (rfm_grid, cells(scale=999), {"limits": LIMITS}),
    "curve": (concentration_lines, concentration_curve(BUYERS), {"marks": top_shares(BUYERS)}),
    "moves": (group_moves_bars, moves(), {}),
}


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("name", CHARTS)
def test_everything_drawn_lies_within_the_picture(name, size, language):
    draw, table, options = CHARTS[name]
    if "label" in table:
        called = {english: group_names(Formats(language))[group] for group, english in NAMES.items()}
        table = table.assign(label=[str(called[label]) for label in table["label"]])
    ax = drawn(draw, table, size=size, formats=Formats(language), **options)
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


def test_the_grid_holds_the_counts_at_their_places():
    ax = drawn(rfm_grid, cells(), limits=LIMITS)
    counts = {
        (round(text.get_position()[1] + 0.16), round(text.get_position()[0])): text.get_text()
        for text in ax.texts
        if text.get_text().isdigit()
    }
    expected = {(row.recency_class, row.frequency_class): str(row.customers) for row in cells().itertuples()}
    assert counts == expected
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "361+",
        "181–360",
        "91–180",
        "46–90",
        "1–45",
    ]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2", "3–4", "5–7", "8+"]


def test_the_ten_areas_tile_the_grid():
    ax = drawn(rfm_grid, cells(), limits=LIMITS)
    assert len(ax.patches) == 10
    assert sum(area.get_width() * area.get_height() for area in ax.patches) == pytest.approx(25)
    names = {text.get_text() for text in ax.texts if not text.get_text().isdigit()}
    assert names == {name for group, name in NAMES.items() if group != "outside"}


def test_the_curve_is_the_table_and_two_points_are_labelled():
    table, marks = concentration_curve(BUYERS), top_shares(BUYERS)
    ax = drawn(concentration_lines, table, marks=marks)
    np.testing.assert_allclose(ax.lines[1].get_ydata(), table["amount_share"])
    np.testing.assert_allclose(ax.lines[2].get_ydata().astype(float), marks["amount_share"])
    labels = [text.get_text() for text in ax.texts]
    assert labels == [
        f"top 8%: {FORMATS.share(marks['amount_share'][2])}",
        f"top 20%: {FORMATS.share(marks['amount_share'][4])}",
        "if all spent alike",
    ]
    equal, bought = ax.lines[:2]
    for text in ax.texts[:2]:  # the line of equal shares ends where words begin, that of the buyers goes on
        assert to_hex(text.get_bbox_patch().get_facecolor()).upper() == LIGHT["card"]
        assert equal.get_zorder() < text.get_zorder() < bought.get_zorder()


def test_moves_down_point_left_and_moves_up_right():
    ax = drawn(group_moves_bars, moves())
    down, up = ax.containers
    assert [bar.get_width() for bar in down] == pytest.approx((-moves()["down_share"]).tolist())
    assert [bar.get_width() for bar in up] == pytest.approx(moves()["up_share"].tolist())
    assert {to_hex(bar.get_facecolor()).upper() for bar in down} == {ROLES["alert"]}
    assert ax.get_yticklabels()[0].get_text() == "Champions · 15,357"
    bottom, top = ax.get_ylim()
    assert bottom > top  # the best group stands at the top


def test_a_name_that_has_no_room_is_a_letter_and_stands_beneath_the_axis():
    named = cells().replace({"label": {NAMES["promising"]: "Перспективные"}})
    ax = drawn(rfm_grid, named, size="narrow", limits=LIMITS)
    on_grid, beneath = ([text.get_text() for text in texts] for texts in (ax.texts, ax.figure.texts))
    letters = dict(line.split(" – ") for line in beneath if " – " in line)
    assert "Перспективные" in letters.values()
    assert list(letters) == sorted(letters, reverse=True)  # written from below
    assert set(letters) <= set(on_grid)
    assert not set(letters.values()) & set(on_grid)
    assert not any(" – " in text.get_text() for text in drawn(rfm_grid, cells(), limits=LIMITS).figure.texts)


def test_intervals_of_moves_end_before_the_names():
    left, right = drawn(group_moves_bars, moves(), size="narrow").get_xlim()
    assert left < -moves()["down_high"].max()
    assert moves()["up_high"].max() < right
