"""Words that several chapters share, so that one thing is always called the same."""

from retention_utils.display import Direction, Verdict
from retention_utils.formats import Formats, Kind
from retention_utils.periods import Grain

__all__ = ["age_in_words", "change_interval", "direction_of", "interval", "verdict_of"]


def interval(low: float, high: float, kind: Kind, formats: Formats) -> str:
    """``95% interval 44.5–47.7%``."""
    return f"95% interval {formats.interval(low, high, kind)}"


def change_interval(low: float, high: float, kind: Kind, formats: Formats) -> str:
    """``95% interval −2.3% to +17.6%``: both ends with their sign."""
    return f"95% interval {formats.change(low, kind)} to {formats.change(high, kind)}"


def age_in_words(age: int, grain: Grain) -> str:
    """``3 months``: an age in the words of the calendar."""
    unit = "period" if grain == "days" else grain
    return f"{age} {unit}" if age == 1 else f"{age} {unit}s"


def direction_of(change: float | None) -> Direction:
    """Say whether a change goes up or down; nothing if there is none."""
    return "" if not change else "up" if change > 0 else "down"


def verdict_of(low: float, high: float, *, more_is_better: bool) -> Verdict:
    """Judge a change by its interval: only one that leaves out zero is better or worse."""
    if low > 0:
        return "better" if more_is_better else "worse"
    if high < 0:
        return "worse" if more_is_better else "better"
    return "no clear change"
