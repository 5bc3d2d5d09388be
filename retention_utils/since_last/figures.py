"""Every key figure of two reports side by side."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retention_utils.language_formats import POINT_ENDINGS
from retention_utils.notebooks import ShownItems
from retention_utils.texts import Text, text_of

__all__ = ["TESTED", "figure_changes", "shown_figures"]

# Those whose own verdict says whether they changed since the period directly before.
TESTED = (
    "churn", "active_base", "revenue", "buyers", "returning_share", "champions_share", "mrr",
    "contract_churn",
)  # fmt: skip
PLACES = ("payback",)  # a month counted from joining: not an amount
POINTS = ("nps",)  # a difference of shares, though not printed as a share


def figure_changes(before: Sequence[ShownItems], now: Sequence[ShownItems], *, is_next: bool) -> pd.DataFrame:
    """Put every key figure beside itself in the earlier report.

    Parameters
    ----------
    before, now : sequence of ShownItems
        The chapters of the earlier report and of this one.
    is_next : bool
        The earlier report is about the period directly before, with which the chapters compare, too.

    Returns
    -------
    DataFrame
        One row per key figure, those of this report in its order, then those only the earlier one has:
        ``key``, ``chapter``, ``label``, ``before``, ``now`` (texts; None where a report lacks it),
        ``number_before``, ``number`` (NaN where not known), ``kind`` (``"points"`` or ``"relative"``),
        ``change`` (a difference of fractions, or relative; NaN where there is none), ``verdict``
        (``""`` where the change was not tested for chance).
    """
    old, new = shown_figures(before), shown_figures(now)
    rows = []
    for key in dict.fromkeys([*new, *old]):
        then, last = old.get(key), new.get(key)
        shown = last or then
        number_before, number = _number(then), _number(last)
        is_points = key in POINTS or _is_share(text_of(shown["value"]))
        kind = "points" if is_points else "relative"
        is_tested = is_next and key in TESTED and last and last["change"]
        rows.append(
            {
                "key": key,
                "chapter": shown["chapter"],
                "label": text_of(shown["label"]),
                "before": then and text_of(then["value"]),
                "now": last and text_of(last["value"]),
                "number_before": number_before,
                "number": number,
                "kind": kind,
                "change": np.nan if key in PLACES else _change(number_before, number, kind),
                "verdict": last["verdict"] if is_tested else "",
            }
        )
    columns = ["key", "chapter", "label", "before", "now", "number_before", "number", "kind", "change"]
    return pd.DataFrame(rows, columns=[*columns, "verdict"])


def shown_figures(chapters: Sequence[ShownItems]) -> dict[str, dict]:
    """Return the key figures of a report by key, each with its ``chapter``."""
    shown = ((chapter.name, figure) for chapter in chapters for figure in chapter.shown("kpi"))
    return {figure["key"]: {**figure, "chapter": name} for name, figure in shown}


def _number(figure: dict | None) -> float:
    return np.nan if figure is None or figure["number"] is None else float(figure["number"])


def _is_share(value: Text) -> bool:
    """Tell a share, or a difference of shares, by its unit: it changes in points."""
    return "%" in value or str(value).endswith(POINT_ENDINGS)


def _change(before: float, now: float, kind: str) -> float:
    if kind == "points":
        return now - before
    return now / before - 1 if before > 0 else np.nan
