"""Small trends drawn without a plotting library: the line on a card, the bars on the cover."""

import math
from collections.abc import Iterable

__all__ = ["ornament", "sparkline", "strip"]


def sparkline(values: Iterable[float | None]) -> str:
    """Draw a bare trend line, its last observed point marked; the card beside it says the numbers.

    Parameters
    ----------
    values : iterable of float or None
        In time order; None, NaN and infinities are gaps: the line breaks, nothing is drawn as zero.

    Returns
    -------
    str
        An ``<svg>``, or an empty string if nothing was observed.
    """
    points = _points(list(values), width=96, height=34)
    if not points:
        return ""
    runs: list[list[tuple[int, float, float]]] = []
    for point in points:
        if runs and runs[-1][-1][0] == point[0] - 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    lines = [
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for _, x, y in run)}"/>' for run in runs if run[1:]
    ]
    lone = [run[0] for run in runs[:-1] if not run[1:]]
    dots = [f'<circle class="lone" cx="{x:.1f}" cy="{y:.1f}" r="1.2"/>' for _, x, y in lone]
    _, x, y = points[-1]
    dots.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')
    opening = (
        '<svg class="spark" viewBox="0 0 96 34" width="96" height="34" aria-hidden="true" focusable="false">'
    )
    return f"{opening}{''.join(lines)}{''.join(dots)}</svg>"


def ornament(values: Iterable[float | None]) -> str:
    """Draw the client's own trend as quiet bars behind the cover; empty if there is too little of it."""
    observed = [float(value) if _is_observed(value) else 0.0 for value in values]
    if len(observed) < 6 or max(observed) <= 0:
        return ""
    heights = [max(120 * value / max(observed), 0) for value in observed]
    bars = (
        f'<rect x="{10 * i}" y="{120 - h:.1f}" width="7" height="{h:.1f}"/>' for i, h in enumerate(heights)
    )
    opening = f'<svg class="ornament" viewBox="0 0 {10 * len(heights)} 120" preserveAspectRatio="none"'
    return f'{opening} aria-hidden="true" focusable="false">{"".join(bars)}</svg>'


def strip(values: Iterable[float]) -> str:
    """Draw every value as a mark on one line that begins at zero."""
    found = list(values)
    widest = max(found) or 1.0
    marks = "".join(f'<circle cx="{6 + 228 * value / widest:.1f}" cy="12" r="5"/>' for value in found)
    opening = '<svg class="strip" viewBox="0 0 240 24" width="240" height="24" aria-hidden="true"'
    return f'{opening} focusable="false"><path d="M0 12h240"/>{marks}</svg>'


def _is_observed(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _points(values: list[float | None], *, width: int, height: int) -> list[tuple[int, float, float]]:
    """Position and place of every observed value; a constant series runs through the middle."""
    observed = [(position, float(value)) for position, value in enumerate(values) if _is_observed(value)]
    if not observed:
        return []
    bottom, top = min(value for _, value in observed), max(value for _, value in observed)
    step = (width - 10) / max(len(values) - 1, 1)
    left = 4 if values[1:] else width - 6
    share = [(value - bottom) / (top - bottom) if top > bottom else 0.5 for _, value in observed]
    places = zip(observed, share, strict=True)
    return [
        (position, left + position * step, height - 5 - part * (height - 10))
        for (position, _), part in places
    ]
