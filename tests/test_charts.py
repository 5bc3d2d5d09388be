"""Charts: the data are on the axes, what was not observed is not drawn, and every label has its room."""

import json
import re
from xml.etree import ElementTree

import matplotlib.style
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextPath

from retention_utils.charts import canvas, figure
from retention_utils.charts.bars import bars, intervals
from retention_utils.charts.canvas import PIXEL, framed, key, period_ticks, plot_width, value_axis
from retention_utils.charts.cohorts import pooled_curve, retention_heatmap
from retention_utils.charts.figure import STYLE, Figure, show_figure
from retention_utils.charts.measuring import word_width
from retention_utils.charts.next_order import next_order_curves, segment_lines
from retention_utils.charts.passport import weekly_orders, weekly_revenue
from retention_utils.charts.pulse import base_line, churn_answers_dots, churn_line, movement_bars
from retention_utils.charts.value import expected_against_actual, tracking_curves
from retention_utils.display import Callout
from retention_utils.errors import TableError
from retention_utils.formats import Formats
from retention_utils.next_order import begun_by_enough
from retention_utils.palette import HEAT, LIGHT, ROLES, STYLESHEET
from retention_utils.texts import text_of

WIDTHS = {"wide": 740, "narrow": 332}
LEAST = 12  # size of letters, before a picture is scaled to its place
FORMATS = Formats()


def drawn(draw, table, *, size: str = "wide", formats: Formats = FORMATS, **options):
    with matplotlib.style.context(STYLE):
        drawing = Drawing(figsize=(WIDTHS[size] * PIXEL, 300 * PIXEL))
        FigureCanvasAgg(drawing)
        ax = draw(table, formats=formats, ax=drawing.add_axes((0.1, 0.1, 0.8, 0.8)), **options)
        drawing.draw_without_rendering()
    return ax


def weekly(
    weeks: int = 60, *, orders: int = 100, questioned: tuple[int, ...] = (), shifts: tuple[int, ...] = ()
) -> pd.DataFrame:
    week = pd.date_range("1997-01-01", periods=weeks, freq="7D")
    table = pd.DataFrame({"week": week, "orders": [orders + number for number in range(weeks)]})
    table["orders"] = table["orders"].where(~table.index.isin(questioned), table["orders"] // 4)
    days = [3 * (number in questioned) for number in range(weeks)]
    is_shift = table.index.isin(shifts)
    return table.assign(amount=table["orders"] * 37.5, questioned_days=days, is_shift=is_shift)


def months(count: int, start: str = "1997-01") -> list[str]:
    return [str(period) for period in pd.period_range(start, periods=count, freq="M")]


def movement(count: int = 18, *, scale: int = 1, unmeasured: int = 6) -> pd.DataFrame:
    number = np.arange(count)
    table = pd.DataFrame({"period": months(count), "retained": (500 + 10 * number) * scale})
    table = table.assign(
        reactivated=(20 + number) * scale, new=(40 - number) * scale, lapsed=(30 + number) * scale
    )
    table["active_end"] = table["retained"] + table["reactivated"] + table["new"]
    churn = np.where(number < unmeasured, np.nan, 0.10 + 0.002 * number)
    return table.assign(churn=churn, low=churn - 0.01, high=churn + 0.01)


def answers(highest: float = 0.12, *, lowest: float = 0.05) -> pd.DataFrame:
    churn = np.linspace(lowest, highest, 9)
    words = ["This report", "As ChartMogul", "Start plus new", "1 − (end − new) ÷ start", *"ABCDE"]
    return pd.DataFrame({"label": words, "churn": churn, "is_adopted": [True] + [False] * 8})


def equilibrium(count: int = 18, *, scale: int = 1) -> pd.DataFrame:
    base = (500.0 + 30 * np.arange(count)) * scale
    table = pd.DataFrame({"period": months(count), "active_end": (400 + 10 * np.arange(count)) * scale})
    known = table.assign(equilibrium_base=base, low=base * 0.9, high=base * 1.1)
    known.loc[:1, ["equilibrium_base", "low", "high"]] = np.nan
    return known


def retention(
    cohorts: int = 17, *, small: int | None = None, periods: list[str] | None = None
) -> pd.DataFrame:
    periods = periods or months(cohorts)
    rows = [
        (
            period,
            age,
            7 if number == small else 7814,
            np.nan if number == small else 0.05 + 0.3 / (1 + age + number),
        )
        for number, period in enumerate(periods)
        for age in range(len(periods) - number)
    ]
    return pd.DataFrame(rows, columns=["period", "age", "customers", "retention"])


def pooled(ages: int = 17, *, top: float = 0.15) -> pd.DataFrame:
    share = top / (1 + 0.1 * np.arange(ages))
    return pd.DataFrame({"age": range(ages), "retention": share, "low": share * 0.95, "high": share * 1.05})


def curve(*, ranks: int = 4, last_day: int = 400, customers: int = 23502) -> pd.DataFrame:
    days = np.arange(0, last_day + 1, 5)
    parts = []
    for rank in range(1, ranks + 1):
        share = (0.40 + 0.12 * np.log1p(rank)) * (1 - np.exp(-days / 90))
        at_risk = (customers // rank * (1 - share)).astype(int)
        parts.append(pd.DataFrame({"order_rank": rank, "days": days, "at_risk": at_risk, "ordered": share}))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(low=table["ordered"] * 0.98, high=table["ordered"] * 1.02)


def segment_curve(*labels: str) -> pd.DataFrame:
    table = curve(ranks=len(labels)).rename(columns={"order_rank": "position"})
    return table.assign(label=table["position"].map(dict(enumerate(labels, 1))))


def tracking(weeks: int = 78, *, scale: int = 1) -> pd.DataFrame:
    number = np.tile(np.arange(1, weeks + 1), 3)
    table = pd.DataFrame({"series": np.repeat(["actual", "BG/NBD", "MBG/NBD"], weeks), "week": number})
    factor = table["series"].map({"actual": 400, "BG/NBD": 380, "MBG/NBD": 390}) * scale
    return table.assign(cumulative=number * factor, is_holdout=number > 39)


def by_frequency(*, top: float = 5.0) -> pd.DataFrame:
    labels = [*map(str, range(7)), "7+"]
    parts = {"actual": 1.0, "BG/NBD": 0.9, "MBG/NBD": 0.95}
    heights = np.concatenate([np.linspace(top / 10, top, 8) * factor for factor in parts.values()])
    return pd.DataFrame({"label": labels * 3, "series": np.repeat(list(parts), 8), "purchases": heights})


EDGES = [step / 20 for step in range(8)]
DAYS = [
    "2024-01-15..2024-03-31",
    "2024-04-01..2024-06-16",
    "2024-06-17..2024-09-01",
    "2024-09-02..2024-11-17",
]

CHARTS = {
    "orders": (weekly_orders, weekly(), {}),
    "orders, few": (weekly_orders, weekly(10, orders=0), {}),
    "orders, many": (weekly_orders, weekly(orders=3_000_000), {}),
    "orders, one month": (weekly_orders, weekly(3), {}),
    "orders, questioned": (weekly_orders, weekly(questioned=(0, 20, 59)), {}),
    "orders, a long silence": (weekly_orders, weekly(questioned=(30, 31, 32, 33, 35)), {}),
    "orders, silent in five years": (weekly_orders, weekly(260, questioned=tuple(range(100, 140))), {}),
    "orders, a new level": (weekly_orders, weekly(questioned=(20,), shifts=(21, 40)), {}),
    "revenue, questioned": (weekly_revenue, weekly(questioned=(0, 20, 59)), {}),
    "revenue": (weekly_revenue, weekly(), {}),
    "revenue in hryvnias": (weekly_revenue, weekly(), {"formats": Formats(currency="UAH")}),
    "movement": (movement_bars, movement(), {}),
    "movement, millions": (movement_bars, movement(scale=10_000), {}),
    "movement, two periods": (movement_bars, movement(2), {}),
    "movement, free periods": (movement_bars, movement(4).assign(period=DAYS), {}),
    "churn": (churn_line, movement(), {}),
    "churn, everyone": (churn_line, movement().assign(churn=1.0, low=0.99, high=1.0), {}),
    "churn, free periods": (churn_line, movement(4, unmeasured=1).assign(period=DAYS), {}),
    "churn, never measured": (churn_line, movement(unmeasured=18), {}),
    "answers": (churn_answers_dots, answers(), {"low": 0.07, "high": 0.12}),
    "answers, below zero": (churn_answers_dots, answers(lowest=-0.4), {"low": 0.07, "high": 0.12}),
    "answers, hardly any churn": (churn_answers_dots, answers(0.002, lowest=0.001), {"low": 0.0, "high": 0.004}),
    "equilibrium": (base_line, equilibrium(), {}),
    "equilibrium, millions": (base_line, equilibrium(scale=10_000), {}),
    "equilibrium, free periods": (base_line, equilibrium(4).assign(period=DAYS), {}),
    "equilibrium, never known": (base_line, equilibrium().assign(equilibrium_base=np.nan, low=np.nan, high=np.nan), {}),
    "equilibrium, just the base": (base_line, equilibrium().assign(equilibrium_base=500.0, active_end=501), {}),
    "heat map": (retention_heatmap, retention(), {"edges": EDGES}),
    "heat map, two years": (retention_heatmap, retention(24), {"edges": EDGES}),
    "heat map, two": (retention_heatmap, retention(2), {"edges": EDGES}),
    "heat map, free periods": (retention_heatmap, retention(periods=DAYS), {"edges": EDGES}),
    "heat map, weeks": (retention_heatmap, retention(periods=[f"2024-W{n:02d}" for n in range(1, 15)]), {"edges": EDGES}),
    "pooled": (pooled_curve, pooled(), {}),
    "pooled, hardly anyone": (pooled_curve, pooled(top=0.004), {}),
    "pooled, one age": (pooled_curve, pooled(2), {}),
    "next order": (next_order_curves, curve(), {}),
    "next order, millions": (next_order_curves, curve(customers=2_350_200), {}),
    "next order, one step": (next_order_curves, curve(ranks=1, last_day=60), {}),
    "segments": (segment_lines, segment_curve("Сайт", "Маркетплейс $x^2$", "upper third, from $9,410"), {}),
    "segments, long names": (segment_lines, segment_curve(*["W" * 24] * 4), {}),
    "tracking": (tracking_curves, tracking(), {}),
    "tracking, millions": (tracking_curves, tracking(scale=100), {}),
    "hold-out": (expected_against_actual, by_frequency(), {}),
    "hold-out, small": (expected_against_actual, by_frequency(top=0.6), {}),
}  # fmt: skip


BASIC = [
    "orders",
    "revenue",
    "movement",
    "churn",
    "answers",
    "equilibrium",
    "heat map",
    "pooled",
    "next order",
    "tracking",
    "hold-out",
]


def labels(ax) -> list:
    """Every text that is seen: on the axes within its limits, beside it, and on the figure."""
    found = [*ax.texts, ax.xaxis.label, ax.yaxis.label, *ax.figure.texts]
    for axis, (low, high) in ((ax.xaxis, sorted(ax.get_xlim())), (ax.yaxis, sorted(ax.get_ylim()))):
        slack = 1e-9 * (high - low)
        found += [
            tick.label1 for tick in axis.get_major_ticks() if low - slack <= tick.get_loc() <= high + slack
        ]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def words(texts) -> list[str]:
    return [text.get_text().replace(r"\$", "$") for text in texts]


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("name", CHARTS)
def test_every_label_has_its_room(name, size):
    assert_labels_have_room(*CHARTS[name], size=size)


def assert_labels_have_room(draw, table, options, *, size):
    ax = drawn(draw, table, size=size, **options)
    width, height = ax.figure.bbox.size
    boxes = [(text.get_text(), text.get_window_extent()) for text in labels(ax)]
    assert boxes
    assert min(text.get_fontsize() for text in labels(ax)) >= LEAST
    outside = [
        word for word, box in boxes if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    assert outside == []
    # Line boxes hold room for descenders, so a hair of them may touch.
    slim = [(word, box.shrunk(1, 0.7)) for word, box in boxes]
    meet = [
        (one, other)
        for n, (one, box) in enumerate(slim)
        for other, next_box in slim[n + 1 :]
        if box.overlaps(next_box)
    ]
    assert meet == []
    assert ax.get_position().width * width > 120, "the labels leave no room for the picture"


def test_letters_are_no_smaller_than_eleven_pixels_from_a_phone_up():
    css = STYLESHEET.read_text(encoding="utf-8")
    least = 16 * float(re.search(r"@container fig \(max-width: ([\d.]+)rem\)", css)[1])
    assert round(LEAST * least / WIDTHS["wide"]) == 11
    # Of 360 pixels, the page takes 24 for its margins, the frame 2 for its lines and 24 within them.
    assert "figure { padding: 1rem .75rem; margin-left: -.5rem;" in css
    assert LEAST * (360 - 24 - 2 - 24) / WIDTHS["narrow"] >= 11


@pytest.mark.parametrize("name", [*BASIC, "orders, few", "pooled, hardly anyone", "hold-out, small"])
def test_a_chart_needs_no_axes_has_no_title_and_leaves_the_table_alone(name):
    draw, table, options = CHARTS[name]
    before = table.copy()
    with matplotlib.style.context(STYLE):
        ax = draw(table, **{"formats": FORMATS, **options})
    assert (ax.get_title(), ax.figure.get_suptitle()) == ("", "")
    assert ax.figure.get_figwidth() == pytest.approx(740 * PIXEL)
    pd.testing.assert_frame_equal(table, before)
    # No two lines of an axis read alike; movement counts up and down from zero.
    low, high = ax.get_ylim()
    ticks = [value for value in ax.get_yticks() if max(low, 0) <= value <= high]
    read = [ax.yaxis.get_major_formatter()(value, None) for value in ticks]
    assert len(set(read)) == len(read)


@pytest.mark.parametrize("name", BASIC)
def test_both_sizes_are_pictures_made_of_tokens(name):
    draw, table, options = CHARTS[name]
    got = show_figure(
        draw,
        table,
        key="k",
        title="Title",
        caption="Caption",
        alt=text_of("Alt"),
        **{"formats": FORMATS, **options},
    )
    assert isinstance(got, Figure)
    for size, width in WIDTHS.items():
        picture = ElementTree.fromstring(got.pictures["en"][size])
        assert picture.attrib["viewBox"].split()[2] == str(width)
        assert f"chart {size}" in picture.attrib["class"]
        assert "var(--" in got.pictures["en"][size]
        assert "Title" not in got.pictures["en"][size]
    content, _ = got._repr_mimebundle_()
    standing_alone = ElementTree.fromstring(content["image/svg+xml"])
    assert standing_alone.find("{http://www.w3.org/2000/svg}title").text == "Title"
    assert "var(--" not in content["image/svg+xml"]


@pytest.mark.parametrize("name", BASIC)
def test_a_missing_column_is_named(name):
    draw, table, options = CHARTS[name]
    needed = {
        "orders": "questioned_days",
        "revenue": "questioned_days",
        "tracking": "cumulative",
        "hold-out": "label",
        "heat map": "customers",
        "answers": "is_adopted",
    }
    column = needed.get(name, "lapsed" if name == "movement" else "low")
    with pytest.raises(TableError, match=rf"lacks \['{column}'\]"):
        draw(table.drop(columns=column), **{"formats": FORMATS, **options})


# --- what is drawn ------------------------------------------------------------------------------------


def heights(container) -> list[float]:
    return [bar.get_height() for bar in container]


def colours(container) -> list[str]:
    return [to_hex(bar.get_facecolor()).upper() for bar in container]


def begins_and_ends(drawn) -> list[tuple[float, float]]:
    return [(path.vertices[0, 1], path.vertices[1, 1]) for path in drawn.get_paths()]


def weekly_heights(ax) -> list[float]:
    begins, ends = zip(*begins_and_ends(ax.collections[0]), strict=True)
    assert set(begins) == {0}
    return list(ends)


def shape_colours(drawn) -> list[str]:
    return [to_hex(color).upper() for color in drawn.get_facecolor()]


def test_bars_lie_where_those_of_matplotlib_lie():
    heights, below = pd.Series([3.0, np.nan, -2.0, 5.0]), pd.Series([0.0, 1.0, 0.0, 2.5])
    ours, theirs = (Drawing().add_axes((0, 0, 1, 1)) for _ in range(2))
    boxes = [
        bar.get_path().transformed(bar.get_patch_transform()).vertices[:4]
        for bar in theirs.bar(range(4), heights, 0.6, bottom=below)
        if np.isfinite(bar.get_height())
    ]
    drawn = [path.vertices[:4] for path in bars(ours, heights, "red", bottom=below, width=0.6).get_paths()]
    drawn = [box for box in drawn if np.isfinite(box).all()]
    assert [sorted(map(tuple, box.round(12))) for box in drawn] == [
        sorted(map(tuple, box.round(12))) for box in boxes
    ]
    assert (*ours.get_xlim(), *ours.get_ylim()) == pytest.approx((*theirs.get_xlim(), *theirs.get_ylim()))


def test_weekly_bars_are_the_table_and_questioned_weeks_stand_out():
    ax = drawn(weekly_orders, weekly(12, questioned=(3, 8)))
    assert weekly_heights(ax) == [100, 101, 102, 25, 104, 105, 106, 107, 27, 109, 110, 111]
    assert shape_colours(ax.collections[0]) == [
        ROLES["alert"] if week in (3, 8) else ROLES["main"] for week in range(12)
    ]
    # Colour alone would leave out who cannot see it.
    assert [(text.get_text(), *text.get_position()) for text in ax.texts] == [("?", 3, 25), ("?", 8, 27)]
    assert {to_hex(text.get_color()).upper() for text in ax.texts} == {ROLES["alert"]}
    assert words(ax.figure.texts) == ["Orders per week"]
    # Weeks begin on 1, 8, 15, 22, 29 January, 5 February (number 5) …, 5 March (number 9).
    assert dict(zip(ax.get_xticks(), words(ax.get_xticklabels()), strict=True)) == {
        5: "Feb 1997",
        9: "Mar 1997",
    }


def test_weekly_revenue_is_money():
    ax = drawn(weekly_revenue, weekly(12, questioned=(2,)))
    assert weekly_heights(ax) == [37.5 * n for n in (100, 101, 25, *range(103, 112))]
    assert [(text.get_text(), *text.get_position()) for text in ax.texts] == [("?", 2, 937.5)]
    assert "$3,000" in words(ax.get_yticklabels())
    assert words(ax.figure.texts) == ["Revenue per week"]


@pytest.mark.parametrize(
    ("size", "marked"),
    [("wide", [30, 31, 32, 33, 35]), ("narrow", [30, 32, 35])],  # a phone has room for every other week
)
def test_question_marks_that_would_touch_are_left_out(size, marked):
    ax = drawn(weekly_orders, weekly(questioned=(30, 31, 32, 33, 35)), size=size)
    assert [text.get_position()[0] for text in ax.texts] == marked
    assert shape_colours(ax.collections[0]).count(ROLES["alert"]) == 5


def test_weeks_that_are_not_questioned_bear_no_mark():
    ax = drawn(weekly_orders, weekly(12))
    assert list(ax.texts) == []
    assert set(shape_colours(ax.collections[0])) == {ROLES["main"]}


def dashes(ax) -> list[float]:
    return [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"]


@pytest.mark.parametrize("draw", [weekly_orders, weekly_revenue])
def test_a_dashed_line_stands_before_the_first_week_of_a_new_level(draw):
    ax = drawn(draw, weekly(12, shifts=(3, 8)))
    assert dashes(ax) == [2.5, 7.5]
    assert {to_hex(line.get_color()).upper() for line in ax.lines} == {ROLES["alert"]}
    assert dashes(drawn(draw, weekly(12))) == []


def test_movement_stacks_up_to_the_active_base_and_down_to_the_lapsed():
    table = movement(4)
    ax = drawn(movement_bars, table)
    retained, back, new, lapsed = map(begins_and_ends, ax.collections)
    assert retained == [(0, height) for height in table["retained"]]
    assert [low for low, _ in back] == table["retained"].tolist()
    assert [high for _, high in new] == table["active_end"].tolist()
    assert lapsed == [(0, -height) for height in table["lapsed"]]
    assert [shape_colours(part)[0] for part in ax.collections] == [
        ROLES[role] for role in ("main", "back", "fresh", "alert")
    ]
    assert words(ax.texts) == ["590"]  # 530 + 23 + 37
    assert words(ax.figure.texts) == ["Customers", "stayed active", "came back", "new", "lapsed"]


def test_below_the_line_counts_have_no_minus():
    assert not any(
        "−" in text or "-" in text for text in words(drawn(movement_bars, movement()).get_yticklabels())
    )


def test_churn_that_was_not_measured_is_not_drawn():
    table = movement()
    ax = drawn(churn_line, table)
    line = ax.lines[0].get_ydata()
    assert np.isnan(line[:6]).all()
    assert line[6:] == pytest.approx(table["churn"][6:])
    band = ax.collections[0].get_paths()
    assert (
        min(path.vertices[:, 0].min() for path in band) == 6
    )  # the band begins with the first measured period
    assert ax.get_ylim()[0] == 0
    assert words(ax.texts) == ["13.4%"]
    assert words(ax.get_xticklabels())[-1] == "Jun 1998"


def test_churn_that_is_not_measured_at_the_end_has_no_label():
    table = movement()
    table.loc[17, ["churn", "low", "high"]] = np.nan
    assert list(drawn(churn_line, table).texts) == []
    assert np.isnan(drawn(churn_line, movement(unmeasured=18)).lines[0].get_ydata()).all()


def test_the_heat_map_writes_every_observed_share_and_nothing_else():
    table = retention(5)
    ax = drawn(retention_heatmap, table, edges=EDGES)
    written = {
        (text.get_position()[1] - 0.5, text.get_position()[0] - 0.5): text.get_text() for text in ax.texts
    }
    assert written == {
        (number, age - 1): f"{100 * (0.05 + 0.3 / (1 + age + number)):.1f}"
        for number in range(4)
        for age in range(1, 5 - number)
    }
    # The newest cohort has lived through no age from 1 on; the corner at the lower right is not drawn.
    mesh = ax.collections[0].get_array()
    assert mesh.shape == (4, 4)
    assert np.ma.getmaskarray(mesh).sum() == 6
    assert words(ax.get_yticklabels()) == [f"{name} 1997 · 7,814" for name in ("Jan", "Feb", "Mar", "Apr")]
    assert words(ax.get_xticklabels()) == ["1", "2", "3", "4"]
    assert words(ax.figure.texts) == ["First purchase in, number of customers"]


def test_a_zero_is_drawn_where_nothing_is_known_stays_empty():
    table = pd.DataFrame(
        {
            "period": ["2024-01", "2024-01", "2024-02"],
            "age": [1, 2, 1],
            "customers": 50,
            "retention": [0.3, 0.0, 0.2],
        }
    )
    ax = drawn(retention_heatmap, table, edges=EDGES)
    assert sorted(words(ax.texts)) == ["0.0", "20.0", "30.0"]
    mesh = ax.collections[0].get_array()
    assert mesh[0, 1] == 0.0
    assert np.ma.getmaskarray(mesh).tolist() == [[False, False], [False, True]]


def test_colours_step_at_the_edges():
    edges = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    shares = [0.0, 0.0999, 0.1, 0.35, 0.6999, 0.7]
    table = pd.DataFrame({"period": "2024-01", "age": range(1, 7), "customers": 50, "retention": shares})
    mesh = drawn(retention_heatmap, table, edges=edges).collections[0]
    assert [to_hex(colour).upper() for colour in mesh.get_facecolors()] == [
        HEAT[step] for step in (0, 0, 1, 3, 6, 6)
    ]


def test_a_small_cohort_is_a_frame_without_shares():
    ax = drawn(retention_heatmap, retention(5, small=1), edges=EDGES)
    frames = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [(frame.get_y(), frame.get_fill()) for frame in frames] == [(1.2, False)]
    assert {text.get_position()[1] - 0.5 for text in ax.texts} == {0, 2, 3}
    assert words(ax.get_yticklabels())[1] == "Feb 1997 · 7"


def test_only_small_cohorts_are_only_frames():
    table = retention(3).assign(retention=np.nan)
    ax = drawn(retention_heatmap, table, edges=EDGES)
    assert list(ax.texts) == []
    assert len(ax.patches) == 2


def test_a_phone_shows_numbers_where_they_have_room_and_the_scale_of_colours_where_they_have_none():
    few, many = (drawn(retention_heatmap, retention(ages), size="narrow", edges=EDGES) for ages in (5, 17))
    assert len(few.texts) == 4 + 3 + 2 + 1
    assert words(few.figure.texts) == ["First purchase in, customers"]
    assert list(many.texts) == []
    ends = [str(FORMATS.share(edge, digits=0)) for edge in (EDGES[0], EDGES[-1])]
    assert words(many.figure.texts) == [*ends, "First purchase in, customers"]
    steps = [patch for patch in many.figure.patches if isinstance(patch, Rectangle)]
    assert [to_hex(step.get_facecolor()).upper() for step in steps] == list(HEAT)
    least, most = (text.get_window_extent() for text in many.figure.texts[:2])
    assert least.x1 < steps[0].get_window_extent().x0 < steps[-1].get_window_extent().x1 < most.x0
    assert most.y1 < many.xaxis.label.get_window_extent().y0  # in room of its own


@pytest.mark.parametrize(("ages", "digits"), [(17, {1}), (27, {0}), (59, set())])
def test_many_ages_lose_their_digit_and_then_their_number(ages, digits):
    table = retention(ages + 1).query("period < '1997-03'")
    found = words(drawn(retention_heatmap, table, edges=EDGES).texts)
    assert {len(text.partition(".")[2]) for text in found} == digits


def test_the_pooled_curve_starts_at_age_one():
    table = pooled(5)
    ax = drawn(pooled_curve, table)
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3, 4]
    assert ax.lines[0].get_ydata() == pytest.approx(table["retention"][1:])
    assert words(ax.texts) == ["10.7%"]  # 0.15 / 1.4
    assert ax.get_ylim()[0] == 0
    assert list(drawn(pooled_curve, pooled(1)).texts) == []


def test_waiting_curves_are_steps_with_their_last_value_and_those_at_risk():
    table = curve(ranks=2, last_day=380)
    ax = drawn(next_order_curves, table, until_days=365)
    for number, line in enumerate(ax.lines, 1):
        step = table[(table["order_rank"] == number) & (table["days"] <= 365)]
        assert line.get_drawstyle() == "steps-post"
        assert line.get_ydata() == pytest.approx(step["ordered"])
        assert line.get_xdata().max() == 365
    assert [to_hex(line.get_color()).upper() for line in ax.lines] == [ROLES["alert"], ROLES["back"]]
    # (0.40 + 0.12 log 2) * (1 - exp(-365/90)) = 0.4748; (0.40 + 0.12 log 3) * … = 0.5226
    assert words(ax.texts) == ["47%", "52%"]
    at_risk = table.set_index(["order_rank", "days"])["at_risk"]
    expected = [f"{at_risk[rank, day]:,}" for rank in (1, 2) for day in (0, 90, 180, 270, 360)]
    assert words(ax.figure.texts)[-10:] == expected


def test_a_line_ends_where_too_few_are_still_being_watched_and_is_left_out_if_they_never_were_enough():
    table = curve(ranks=2, customers=60)
    ax = drawn(next_order_curves, table, min_customers=40)
    (line,) = ax.lines
    first = table[table["order_rank"] == 1]
    assert line.get_xdata().max() == first.loc[first["at_risk"] >= 40, "days"].max() < 180
    assert begun_by_enough(table, min_customers=40)["order_rank"].unique().tolist() == [1]
    assert begun_by_enough(table, min_customers=61).empty


def test_ends_of_lines_of_different_length_are_written_where_none_crosses_them():
    table = curve(ranks=2, last_day=300)
    ax = drawn(next_order_curves, table[(table["order_rank"] == 1) | (table["days"] <= 100)])
    assert [text.xy[0] for text in ax.texts] == [300, 300]


def test_nobody_is_at_risk_after_the_last_observation():
    ax = drawn(next_order_curves, curve(ranks=1, last_day=100))
    assert ax.get_xlim()[1] == 180  # the axis ends with the ninety days in which the wait does
    assert words(ax.figure.texts)[-1] == "0"
    assert ax.lines[0].get_xdata().max() == 100  # and the line is not carried on
    assert drawn(next_order_curves, curve(ranks=1, last_day=15)).get_xticks().tolist() == [0, 5, 10, 15]


def test_end_labels_that_would_touch_are_set_apart():
    table = curve()
    table.loc[table["order_rank"] == 3, "ordered"] = table.loc[table["order_rank"] == 4, "ordered"].to_numpy()
    ax = drawn(next_order_curves, table, size="narrow")
    places = sorted((text.get_window_extent().y0 for text in ax.texts), reverse=True)
    assert len(places) == 4
    assert (-np.diff(places) >= 13.9).all()


def test_tracking_draws_every_series_and_the_start_of_the_holdout():
    table = tracking()
    ax = drawn(tracking_curves, table)
    *lines, holdout = ax.lines
    for line, series in zip(lines, ["actual", "BG/NBD", "MBG/NBD"], strict=True):
        assert line.get_ydata().tolist() == table.loc[table["series"] == series, "cumulative"].tolist()
    assert [line.get_linestyle() for line in lines] == ["-", "--", "--"]
    assert [mark.get_linestyle() for mark in ax.figure.lines] == ["-", "--", "--"]  # of the keys
    assert holdout.get_xdata() == [39.5, 39.5]
    assert words(ax.texts) == ["test"]
    assert words(ax.figure.texts) == ["Repeat purchases so far", "actual", "BG/NBD", "MBG/NBD"]


def test_a_refused_model_is_not_drawn_as_zero():
    table = tracking()
    table.loc[table["series"] == "BG/NBD", "cumulative"] = np.nan
    assert np.isnan(drawn(tracking_curves, table).lines[1].get_ydata()).all()
    bars = by_frequency()
    bars.loc[bars["series"] == "BG/NBD", "purchases"] = np.nan
    assert np.isnan(heights(drawn(expected_against_actual, bars).containers[0])).all()


def test_expected_are_bars_and_actual_are_dots():
    table = by_frequency()
    ax = drawn(expected_against_actual, table)
    for drawn_bars, series in zip(ax.containers, ["BG/NBD", "MBG/NBD"], strict=True):
        assert heights(drawn_bars) == table.loc[table["series"] == series, "purchases"].tolist()
    dots = ax.lines[0]
    assert (dots.get_linestyle(), dots.get_marker()) == ("None", "o")
    assert dots.get_markeredgecolor() == LIGHT["card"]  # so that a dot is seen on a bar like it
    assert dots.get_ydata().tolist() == table.loc[table["series"] == "actual", "purchases"].tolist()
    assert words(ax.get_xticklabels()) == ["0", "1", "2", "3", "4", "5", "6", "7+"]
    assert [mark.get_marker() for mark in ax.figure.lines] == ["o"]
    assert len(ax.figure.patches) == 2
    assert drawn(expected_against_actual, by_frequency(top=0.6), is_share=True).get_ylim() == (0, 1)


# --- the ground they stand on -------------------------------------------------------------------------


def shown(table: pd.DataFrame, draw=churn_line, **options):
    return show_figure(
        draw,
        table,
        key="churn",
        title="Title",
        caption="Caption",
        alt=text_of("Alt"),
        source="Source",
        formats=FORMATS,
        **options,
    )


def test_a_figure_carries_its_words_its_table_and_its_pictures():
    table = movement(3, unmeasured=1)[["period", "churn", "low", "high"]]
    content, metadata = shown(table)._repr_mimebundle_(include=None, exclude=None)
    assert set(content) == {"text/plain", "image/svg+xml", "application/vnd.retention.figure+json"}
    words_of = content["application/vnd.retention.figure+json"]
    assert json.loads(json.dumps(words_of)) == {
        "key": "churn", "title": "Title", "caption": "Caption", "alt": "Alt", "source": "Source",
    }  # fmt: skip
    assert content["text/plain"].split() == [
        "period", "churn", "low", "high", "1997-01", "NaN", "NaN", "NaN",
        "1997-02", "0.102", "0.092", "0.112", "1997-03", "0.104", "0.094", "0.114",
    ]  # fmt: skip
    assert set(metadata["retention"]) == {"wide", "narrow"}
    assert metadata["retention"]["wide"].startswith('<svg class="chart wide" viewBox="0 0 740 220"')


def test_a_figure_prints_five_digits_of_an_estimate_and_every_count():
    table = movement(1)[["period", "churn", "low", "high"]].assign(churn=0.1234567, buyers=1234567)
    content, _ = shown(table)._repr_mimebundle_(include=None, exclude=None)
    assert "0.12346" in content["text/plain"].split()
    assert "1234567" in content["text/plain"].split()


def test_the_same_table_gives_the_same_bytes():
    assert shown(movement()) == shown(movement())


@pytest.mark.parametrize("name", BASIC)
def test_what_is_spared_in_drawing_changes_no_byte(name, monkeypatch):
    draw, table, options = CHARTS[name]
    words = {"key": "k", "title": "Title", "caption": "Caption", "alt": text_of("Alt"), "formats": FORMATS}
    made = show_figure(draw, table, **{**words, **options})
    monkeypatch.setattr(figure, "MeasuringCanvas", lambda drawing: None)
    monkeypatch.setattr(figure, "_forget_empty_labels", lambda drawing: None)
    monkeypatch.setattr(canvas, "Spine", type("NoSuchPart", (), {}))
    assert show_figure(draw, table, **{**words, **options}) == made


def inks(node: ElementTree.Element, ink: str = "") -> set[str]:
    look = f"{node.get('style', '')};fill:{node.get('fill', '')}"
    ink = next(iter(re.findall(r"fill:\s*var\(--([\w-]+)\)", look)), ink)
    own = {ink} if node.tag == "text" else set()
    return own.union(*(inks(child, ink) for child in node))


@pytest.mark.parametrize("name", CHARTS)
def test_no_word_has_the_colour_of_a_series_too_light_to_read(name):
    draw, table, options = CHARTS[name]
    words = {"key": "k", "title": "Title", "caption": "Caption", "alt": text_of("Alt"), "formats": FORMATS}
    pictures = show_figure(draw, table, **{**words, **options}).pictures["en"]
    found = set().union(*(inks(ElementTree.fromstring(pictures[size])) for size in WIDTHS))
    assert found
    assert not found & {"back", "fresh", "other"}


@pytest.mark.parametrize("word", ["stayed active", "$213,400", "Лапшин", "їжак", "44.5–47.7%", "W", "j"])
def test_a_word_is_as_wide_as_its_letters_reach(word):
    with matplotlib.style.context(figure.STYLE):
        text = Drawing().text(0, 0, word.replace("$", r"\$"), size=12)  # measured by the canvas for pixels
        assert word_width(word) == text.get_window_extent().width
    assert word_width(word) > TextPath((0, 0), word, size=12).get_extents().width


def test_a_line_of_a_single_point_is_not_drawn():
    one = shown(pooled(2).iloc[1:], pooled_curve, along="age")
    assert (one.tone, str(one.title)) == ("point", "Title")
    assert str(one.text) == "Not drawn: a line needs two points at least. The numbers are in the table."
    assert shown(pooled(3).iloc[1:], pooled_curve, along="age").kind == "figure"


def test_an_interval_is_seen_on_its_bar_and_beside_it():
    ax = framed(None, height=100)
    intervals(ax, pd.Series([1.0, 2.0]), pd.Series([3.0, 4.0]))
    ground, line = ax.collections
    assert [to_hex(drawn.get_color()).upper() for drawn in (ground, line)] == [LIGHT["card"], LIGHT["ink"]]
    assert ground.get_linewidth()[0] >= line.get_linewidth()[0] + 2
    assert [part.tolist() for part in ground.get_segments()] == [
        part.tolist() for part in line.get_segments()
    ]


def test_an_empty_table_gives_a_note_instead_of_an_empty_chart():
    said = map(text_of, ("Title", "Not shown: there are not enough data for it yet."))
    assert shown(movement().iloc[:0]).readable == Callout("churn", "nothing", *said).readable


def test_drawing_leaves_the_settings_of_others_alone():
    before = matplotlib.rcParams["font.size"]
    shown(movement())
    assert matplotlib.rcParams["font.size"] == before


def test_margins_are_pixels():
    ax = framed(None, height=200, left=40, right=20, top=30, bottom=50)
    size = ax.figure.get_size_inches() / PIXEL
    assert size == pytest.approx([740, 200])
    assert ax.get_position().bounds * np.array([740, 200, 740, 200]) == pytest.approx([40, 50, 680, 120])
    assert plot_width(ax) == pytest.approx(680)


@pytest.mark.parametrize(
    ("count", "most", "expected"),
    [
        (5, 9, ["0", "1", "2", "3", "4"]),
        (5, 3, ["0", "2", "4"]),
        (6, 3, ["1", "3", "5"]),  # always the last
        (1, 4, ["0"]),
    ],
)
def test_ticks_end_with_the_last_period(count, most, expected):
    ax = framed(None, height=200)
    ax.set_xlim(-0.6, count - 0.4)
    period_ticks(ax, [str(number) for number in range(count)], most=most)
    assert words(ax.get_xticklabels()) == expected


def test_long_words_leave_room_for_fewer_ticks():
    ax = framed(None, height=200, left=0, right=0)
    period_ticks(ax, ["a period with a very long name"] * 12, most=12)
    assert 2 <= len(ax.get_xticks()) <= 4


@pytest.mark.parametrize(
    ("top", "write", "options", "expected"),
    [
        (0.4, FORMATS.share, {"hundred": 100}, ["0%", "10%", "20%", "30%", "40%"]),
        (0.02, FORMATS.share, {"hundred": 100}, ["0.0%", "0.5%", "1.0%", "1.5%", "2.0%"]),
        (0.004, FORMATS.share, {"hundred": 100}, ["0.0%", "0.1%", "0.2%", "0.3%", "0.4%"]),
        (5.0, FORMATS.number, {}, ["0", "1", "2", "3", "4", "5"]),
        (0.6, FORMATS.number, {}, ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]),
        (2.0, FORMATS.number, {"is_whole": True}, ["0", "1", "2"]),
    ],
)
def test_an_axis_has_the_digits_its_steps_need(top, write, options, expected):
    ax = framed(None, height=200)
    ax.set_ylim(0, top)
    value_axis(ax, write, **options)
    ax.figure.canvas.draw_idle()
    ticks = [value for value in ax.get_yticks() if -1e-9 <= value <= top + 1e-9]
    assert [ax.yaxis.get_major_formatter()(value, None) for value in ticks] == expected


def test_keys_wrap_at_the_edge():
    with matplotlib.style.context(STYLE):
        ax = framed(Drawing(figsize=(332 * PIXEL, 3)).add_axes((0, 0, 1, 1)), height=200)
        key(ax, [("main", "a word of some length"), ("alert", "another one as long"), ("back", "a third")])
    first, second, third = ax.figure.texts
    assert first.get_position()[1] == second.get_position()[1]
    assert second.get_position()[1] - third.get_position()[1] == pytest.approx(18 / 200)
    assert first.get_position()[0] == third.get_position()[0]
    assert [to_hex(square.get_facecolor()).upper() for square in ax.figure.patches] == [
        LIGHT[token] for token in ("main", "alert", "back")
    ]


def test_hostile_words_of_a_client_stay_words():
    table = tracking().replace({"series": {"BG/NBD": "</svg><script>$x_2$ & <b>"}})
    got = shown(table, tracking_curves).pictures["en"]["wide"]
    assert "<script" not in got
    assert "</svg><script>$x_2$ & <b>" in [
        "".join(t.itertext()) for t in ElementTree.fromstring(got).iter("text")
    ]
