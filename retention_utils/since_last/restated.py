"""Numbers of the past that the last report printed and that are different now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.language_formats import of_language
from retention_utils.notebooks import ShownItems
from retention_utils.texts import text_of

__all__ = ["notable", "period_labels", "restated_cells"]

# Units of numbers that are counted and not modelled.
COUNTED = ("count", "share", "money", "money2", "number", "days", "points", "decimal3")
COLUMNS = [
    "chapter", "table", "caption", "period", "age", "column", "label", "unit", "before", "now",
]  # fmt: skip
TOTALS = ("active_end", "buyers", "orders", "amount", "closing")  # columns that readers know a period by


def period_labels(periods: Sequence[str]) -> dict[str, str]:
    """Return the key of every period by each way that a report in any language writes it."""
    written = ((key, EVERY_LANGUAGE.period(key, short=short)) for key in periods for short in (False, True))
    return {label: key for key, words in written for label in words.versions.values()}


def restated_cells(
    before: Sequence[ShownItems], now: Sequence[ShownItems], *, labels: Mapping[str, str]
) -> pd.DataFrame:
    """List the cells about past periods that were printed with another number than now.

    A table whose first column is called ``period`` says of every row what is final once the period is over,
    or, where it has a column ``age`` too, once the cohort has reached that age. Cells that were empty then
    have become observed, which is no restatement. Ends of intervals (``low``, ``high``) are left out: they
    only follow.

    Parameters
    ----------
    before, now : sequence of ShownItems
        The chapters of the earlier report and of this one.
    labels : mapping
        From :func:`period_labels`.

    Returns
    -------
    DataFrame
        One row per cell that would be printed differently: ``chapter``, ``table``, ``caption``, ``period``
        (key), ``age`` (NaN where there is none), ``column``, ``label``, ``unit``, ``before``, ``now`` (NaN
        where the cell is empty now).
    """
    old = {(chapter, table["key"]): table for chapter, table in _tables(before)}
    rows = []
    for chapter, table in _tables(now):
        then = old.get((chapter, table["key"]))
        if then is not None:
            rows += [
                (chapter, table["key"], text_of(table["caption"]), *cell)
                for cell in _cells(then, table, labels)
            ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"age": float, "before": float, "now": float})


def notable(cells: pd.DataFrame, *, least: float, least_count: int) -> pd.DataFrame:
    """Pick the restated totals of whole periods that a reader of the last report should know of.

    Parameters
    ----------
    cells : DataFrame
        From :func:`restated_cells`.
    least : float
        Relative change from which a number counts, a fraction.
    least_count : int
        Numbers below it move by that much too easily.

    Returns
    -------
    DataFrame
        The rows, with ``moved`` (relative change, a fraction), the largest change first.
    """
    totals = cells[cells["age"].isna() & cells["column"].isin(TOTALS) & (cells["before"] >= least_count)]
    moved = (totals["now"].fillna(0) / totals["before"] - 1).abs()
    found = totals.assign(moved=moved)[moved >= least]
    return found.sort_values("moved", ascending=False, kind="stable")


def _tables(chapters: Sequence[ShownItems]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Go through the tables whose rows are about periods."""
    for chapter in chapters:
        for table in chapter.shown("table"):
            if table["columns"] and table["columns"][0]["name"] == "period":
                yield chapter.name, table


def _cells(
    then: Mapping[str, Any], table: Mapping[str, Any], labels: Mapping[str, str]
) -> Iterator[tuple[Any, ...]]:
    old, new = _by_row(then, labels), _by_row(table, labels)
    units = {column["name"]: column["unit"] for column in then["columns"]}
    compared = [column for column in table["columns"] if _is_compared(column, units)]
    for (period, age), values in new.items():
        printed = old.get((period, age), {})
        for column in compared:
            name, unit = column["name"], column["unit"]
            before, now = printed.get(name), values.get(name)
            if before is not None and before != now and _is_printed_otherwise(before, now, unit):
                age_or_none = np.nan if age is None else age
                yield period, age_or_none, name, text_of(column["label"]), unit, before, now


def _is_compared(column: Mapping[str, Any], units: Mapping[str, str]) -> bool:
    name, unit = column["name"], column["unit"]
    is_end = name in ("low", "high") or name.endswith(("_low", "_high"))
    return unit in COUNTED and units.get(name) == unit and not is_end and name != "age"


def _by_row(table: Mapping[str, Any], labels: Mapping[str, str]) -> dict[tuple[str, Any], dict[str, Any]]:
    """Return the rows by period and age; of rows alike in both, which cannot be told apart, none."""
    names = [column["name"] for column in table["columns"]]
    rows: dict[tuple[str, Any], dict[str, Any]] = {}
    twice = set()
    for row in table["rows"]:
        values = dict(zip(names, row, strict=True))
        written = text_of(values["period"] or "").versions.values()
        period = next((labels[words] for words in written if words in labels), None)
        key = (period, values.get("age"))
        twice |= {key} if key in rows else set()
        rows[key] = values
    return {key: values for key, values in rows.items() if key[0] is not None and key not in twice}


def _is_printed_otherwise(before: float, now: float | None, unit: str) -> bool:
    if now is None:
        return True
    written = of_language("en").value
    return written(before, unit) != written(now, unit)
