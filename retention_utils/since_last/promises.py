"""What earlier reports promised to do, and what became of the figure that was to move.

Every report hands on what is not due yet, so that its successor need only read this one.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from retention_utils.language_formats import BLANK
from retention_utils.notebooks import PLAYBOOK, ShownItems
from retention_utils.playbook.rules import Playbook
from retention_utils.since_last.figures import shown_figures
from retention_utils.texts import LANGUAGES, Text, text_of

__all__ = ["OPEN", "is_due", "open_promises", "outcomes"]

OPEN = "open_promises"  # the key of the table that hands them on
COLUMNS = ["rule", "title", "period", "check_day", "label", "then", "number"]


def open_promises(
    chapters: Sequence[ShownItems], *, period: str, playbook: Playbook, labels: Mapping[str, str]
) -> pd.DataFrame:
    """List what was promised and not yet looked at again when a report was made.

    Parameters
    ----------
    chapters : sequence of ShownItems
        Those of that report.
    period : str
        Its key.
    playbook : Playbook
        Says which key figure an action was to move.
    labels : mapping
        From :func:`retention_utils.since_last.restated.period_labels`.

    Returns
    -------
    DataFrame
        One row per action: ``rule`` (id), ``title``, ``period`` (key of the report that promised it),
        ``check_day`` (date), ``label`` (of the figure; None where none says whether it worked), ``then``
        (the figure as it was printed), ``number`` (NaN where not known). Those handed on come first.
    """
    figures = shown_figures(chapters)
    aims = {rule.id: rule.aim.kpi for rule in playbook.rule if rule.aim}
    rows = [_handed_on(table, labels) for table in _shown(chapters, "table") if table["key"] == OPEN]
    made = [
        _promise(action, period, figures.get(aims.get(action["key"], "")))
        for action in _shown(chapters, "action", only=PLAYBOOK)
        if action.get("check_day")
    ]
    return pd.DataFrame([*(row for table in rows for row in table), *made], columns=COLUMNS)


def outcomes(
    promises: pd.DataFrame, now: Sequence[ShownItems], *, as_of: date, playbook: Playbook
) -> pd.DataFrame:
    """Say of the actions whose day has come what became of the figure.

    Parameters
    ----------
    promises : DataFrame
        From :func:`open_promises`.
    now : sequence of ShownItems
        The chapters of this report.
    as_of : date
        The last day looked at.
    playbook : Playbook
        Says which way a figure was to move.

    Returns
    -------
    DataFrame
        The rows that are due, with ``now`` (the figure as it is printed now; None where it is not),
        ``moved``: ``"as hoped"``, ``"the other way"``, ``"within chance"``, ``"not"`` or ``"unknown"``, and
        ``is_tested`` (whether chance was ruled out as far as the figure's interval can).
    """
    due = promises[is_due(promises, as_of)]
    figures = shown_figures(now)
    aims = {rule.id: rule.aim for rule in playbook.rule if rule.aim}
    last = [figures.get(aims[rule].kpi) if rule in aims else None for rule in due["rule"]]
    moved = [
        _moved(row["number"], figure, aims[row["rule"]].moves if figure else "")
        for (_, row), figure in zip(due.iterrows(), last, strict=True)
    ]
    return due.assign(
        now=[figure and text_of(figure["value"]) for figure in last],
        moved=moved,
        is_tested=[bool(figure and figure.get("ends")) for figure in last],
    )


def is_due(promises: pd.DataFrame, as_of: date) -> np.ndarray:
    """Say of every promise whether its day has come."""
    return np.array([day <= as_of for day in promises["check_day"]], dtype=bool)


def _shown(chapters: Sequence[ShownItems], kind: str, *, only: str = "") -> list[dict[str, Any]]:
    return [item for chapter in chapters if only in ("", chapter.name) for item in chapter.shown(kind)]


def _promise(action: Mapping[str, Any], period: str, figure: Mapping[str, Any] | None) -> tuple[Any, ...]:
    known = figure is not None and figure["number"] is not None
    return (
        action["key"],
        text_of(action["title"]),
        period,
        date.fromisoformat(action["check_day"]),
        figure and text_of(figure["label"]),
        figure and text_of(figure["value"]),
        float(figure["number"]) if known else np.nan,
    )


def _handed_on(table: Mapping[str, Any], labels: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """Read the rows back; a table that names no period of the calendar hands nothing on."""
    names = [column["name"] for column in table["columns"]]
    found = []
    for number, row in enumerate(table["rows"]):
        values = dict(zip(names, row, strict=True))
        written = text_of(values["period"]).versions.values()
        period = next((labels[words] for words in written if words in labels), None)
        if period is not None:
            then, label = values["then"], values["label"]
            found.append(
                (
                    values["rule"],
                    text_of(values["title"]),
                    period,
                    date.fromisoformat(values["check_day"]),
                    None if label is None else text_of(label),
                    _cell(table["cells"], number, names.index("then")),
                    np.nan if then is None else float(then),
                )
            )
    return found


def _cell(cells: Any, row: int, column: int) -> Text | None:
    """Return a cell as it was printed: all cells, or by language all of them."""
    by_language = cells if isinstance(cells, dict) else dict.fromkeys(LANGUAGES, cells)
    words = {language: rows[row][column] for language, rows in by_language.items()}
    return Text(words) if set(words.values()) - {"", BLANK} else None


def _moved(before: float, figure: Mapping[str, Any] | None, hoped: str) -> str:
    if figure is None or figure["number"] is None or np.isnan(before):
        return "unknown"
    if figure["number"] == before:
        return "not"
    if figure.get("ends") and _is_within_chance(before, figure["number"], figure["ends"]):
        return "within chance"
    return "as hoped" if (figure["number"] > before) == (hoped == "up") else "the other way"


def _is_within_chance(before: float, now: float, ends: Sequence[float]) -> bool:
    """Say whether two figures as uncertain as the later one may differ by so little by chance."""
    reach = ends[1] - now if before > now else now - ends[0]
    return abs(before - now) <= np.sqrt(2) * reach
