"""Outlines: nothing moves further than a screen shows, and the short way of writing says the same."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_utils.outline import TOLERANCE, is_within, moved, outline_of, path_data

POINTS = st.tuples(st.integers(-9999, 9999), st.integers(-9999, 9999))
# steps of a tenth of a pixel and more, back and forth: what a curve is made of, and worse
WALKS = st.lists(st.tuples(st.integers(-30, 30), st.integers(-4, 4)), min_size=1, max_size=60)


def written(points, end=""):
    """Path data as matplotlib writes it, from tenths of a pixel."""
    first, *others = [f"{x / 10} {y / 10}" for x, y in points]
    return " \n".join([f"M {first}", *(f"L {point}" for point in others), end])


def places(data):
    """The points that a browser draws from relative path data, in tenths of a pixel."""
    at = start = (0, 0)
    for letter, numbers in re.findall(r"([mlhvz])([^a-z]*)", data):
        found = [round(10 * float(number)) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)]
        right, down = {"h": [*found, 0], "v": [0, *found], "z": [0, 0]}.get(letter, found)
        at = start if letter == "z" else (at[0] + right, at[1] + down)
        start = at if letter == "m" else start
        yield at


def distance(point, start, end):
    """From a point to the line between two."""
    p, a, b = (complex(*place) for place in (point, start, end))
    if a == b:
        return abs(p - a)
    share = ((p - a) * (b - a).conjugate()).real / abs(b - a) ** 2
    return abs(p - (a + min(1, max(0, share)) * (b - a)))


def walked(steps):
    points = [(0, 0)]
    for right, down in steps:
        points.append((points[-1][0] + right, points[-1][1] + down))
    return points


@given(WALKS)
def test_no_point_is_further_from_the_line_than_the_tolerance(steps):
    points = walked(steps)
    left = list(places(path_data(outline_of(written(points)))))
    lines = list(pairwise(left)) or [(left[0], left[0])]
    assert all(min(distance(point, *line) for line in lines) <= TOLERANCE + 1e-6 for point in points)
    assert set(left) <= set(points)
    assert (left[0], left[-1]) == (points[0], points[-1])


@given(st.lists(st.lists(POINTS, min_size=1, max_size=2), min_size=1, max_size=9))
def test_short_path_data_says_the_same_places(lines):
    data = path_data(outline_of(" ".join(written(line) for line in lines)))
    stops = [point for line in lines for point in dict.fromkeys(line)]
    assert list(places(data)) == stops


def test_worked_example():
    # a square, a triangle further right whose second side is level, a curve from where the triangle started
    square = written([(10, 10), (20, 10), (20, 20), (10, 20)], "z")
    triangle = written([(50, 15), (45, 20), (55, 20)], "z")
    curve = "M 5 1.5 C 5 2 6.26 3 7 -3"
    assert path_data(outline_of(f"{square} {triangle} {curve}")) == (
        "m1 1h1v1h-1zm4 .5l-.5 .5h1zm0 0c0 .5 1.3 1.5 2-4.5"
    )


def test_a_stair_too_fine_to_be_seen_is_a_slope():
    stair = [(0, 0)] + [(x, -y) for step in range(300) for x, y in ((4 * step, step), (4 * step + 4, step))]
    assert len(list(places(path_data(outline_of(written(stair)))))) == 2


def test_a_peak_on_the_way_back_stays():
    assert list(places(path_data(outline_of(written([(0, 0), (0, -90), (0, -20)]))))) == [
        (0, 0),
        (0, -90),
        (0, -20),
    ]


@given(WALKS, POINTS)
def test_an_outline_is_moved_as_it_is(steps, by):
    x, y = by
    outline = outline_of(written(walked(steps)))
    there = list(places(path_data(moved(outline, str(x / 10), str(y / 10)))))
    assert there == [(left + x, top + y) for left, top in places(path_data(outline))]


@pytest.mark.parametrize(
    ("pixels", "text"), [("-0.04", "h1"), ("0.5", "l1 .5"), ("-0.5", "l1-.5"), ("10.0", "l1 10")]
)
def test_numbers_are_as_short_as_they_can_be(pixels, text):
    assert path_data(outline_of(f"M 0 0 L 1 {pixels}")) == f"m0 0{text}"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("M 1 1 L 5 5", True),
        ("M 1 1 L 5 5.1", False),
        ("M 0.9 1 L 5 5", False),
        ("M 1 1 C 2 9 3 3 4 4 z", False),
    ],
)
def test_a_shape_is_within_a_box_if_all_its_points_are(data, expected):
    assert is_within(outline_of(data), {"x": "1", "y": "1", "width": "4", "height": "4"}) is expected
