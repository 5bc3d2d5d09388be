"""The outline of a shape: read from matplotlib's SVG, thinned, and written in few letters.

Points are complex numbers, right and down in whole tenths of a pixel, the finest that is written, so that
steps from point to point add up exactly. A daily curve has more points than a screen shows: those that lie
within :data:`TOLERANCE` of the line that is left are left out.
"""

from cmath import phase
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from math import pi

__all__ = ["TOLERANCE", "Outline", "is_within", "moved", "outline_of", "path_data"]

Outline = list[tuple[str, list[complex]]]

TOLERANCE = 2  # tenths of a pixel
PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3, "z": 0}


def outline_of(data: str) -> Outline:
    """Read path data.

    Parameters
    ----------
    data : str
        As matplotlib writes it: absolute, every command named, all parted by white space.

    Returns
    -------
    list of tuple
        The commands ``M``, ``L``, ``Q``, ``C`` and ``z``, each with its points; lines that follow each other
        are one command, and thinned.
    """
    outline: Outline = []
    tokens = iter(data.split())
    for command in tokens:
        points = [_point(next(tokens), next(tokens)) for _ in range(PAIRS[command])]
        if command == "L" == outline[-1][0]:
            outline[-1][1].extend(points)
        else:
            outline.append((command, points))
    for (_, before), (command, points) in pairwise(outline):
        if command == "L" and before:
            points[:] = _thinned([before[-1], *points])[1:]
    return outline


def moved(outline: Outline, x: str, y: str) -> Outline:
    """Give the same outline so many pixels further right and down."""
    by = _point(x, y)
    return [(command, [point + by for point in points]) for command, points in outline]


def is_within(outline: Outline, box: Mapping[str, str]) -> bool:
    """Say whether a shape lies in a box (``x``, ``y``, ``width``, ``height``), its breadth of line aside."""
    start = _point(box["x"], box["y"])
    size = _point(box["width"], box["height"])
    places = [point - start for _, points in outline for point in points]
    return all(0 <= place.real <= size.real and 0 <= place.imag <= size.imag for place in places)


def path_data(outline: Outline) -> str:
    """Write an outline as path data: steps instead of places, and no step to where the line already is."""
    written, at, start = [], 0j, 0j
    for command, points in outline:
        if command == "z":
            written.append("z")
            at = start
        elif command in "ML":
            for point in points:
                written.append(_step(point - at, is_line=command == "L"))
                at = point
            start = at if command == "M" else start
        else:
            written.append(command.lower() + _numbers(point - at for point in points))
            at = points[-1]
    return "".join(written)


def _point(x: str, y: str) -> complex:
    return complex(round(10 * float(x)), round(10 * float(y)))


def _step(by: complex, *, is_line: bool) -> str:
    """Write a move or a line as the shortest command that says it."""
    if not is_line:
        return "m" + _numbers([by])
    if by.imag == 0:
        return "h" + _number(by.real) if by.real else ""
    return "l" + _numbers([by]) if by.real else "v" + _number(by.imag)


def _numbers(steps: Iterable[complex]) -> str:
    """Write pairs of numbers; a minus parts as well as a space."""
    pairs = [text for step in steps for text in (_number(step.real), _number(step.imag))]
    return " ".join(pairs).replace(" -", "-")


@cache
def _number(tenths: float) -> str:
    return f"{tenths / 10:.1f}".removesuffix(".0").replace("0.", ".", 1 if abs(tenths) < 10 else 0)


def _thinned(points: list[complex]) -> list[complex]:
    """Leave points out as long as one direction, seen from the last point kept, passes all of them closely.

    A line that turns back starts anew, so that nothing is cut off where it turned.
    """
    kept, before = points[:1], points[0]
    axis, low, high, reach = 1 + 0j, -pi, pi, 0.0
    for point in points[1:]:
        ahead = point - kept[-1]
        if abs(ahead) < reach or not low <= phase(ahead / axis) <= high:
            kept.append(before)
            ahead = axis = point - before or 1 + 0j
            low, high = -pi, pi
        before, reach = point, abs(ahead)
        if reach > TOLERANCE:
            turn, room = phase(ahead / axis), TOLERANCE / reach
            low, high = max(low, turn - room), min(high, turn + room)
    return [*kept, points[-1]]
