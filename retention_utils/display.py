"""What a chapter shows, in two forms at once: one to read and one for the report.

Every object here is displayed by a notebook as a rich output that carries a vendor MIME type with JSON
beside the readable text. The summary, the report, the exports and the portfolio read that JSON from the
executed notebooks; there is no second channel. nbval compares both forms, so the numbers that readers see
are the numbers that are regression-tested. Pictures travel in the output's metadata, which nbval leaves
alone; the text of a figure is the table it is drawn from.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from retention_utils.formats import Formats

__all__ = [
    "MIME",
    "Action",
    "Callout",
    "Column",
    "Direction",
    "Finding",
    "Grade",
    "Kpi",
    "Table",
    "Verdict",
    "nothing_yet",
    "show_table",
    "supply",
]

MIME = "application/vnd.retention.{kind}+json"

Verdict = Literal["better", "worse", "no clear change", "yes", "with reservations", "no", "not enough data"]
Direction = Literal["up", "down", ""]
Unit = Literal[
    "text", "count", "share", "money", "money2", "estimate", "number", "days", "points", "decimal3"
]  # fmt: skip

# Digits kept in the machine-readable form: what is printed, and a little more for shares and for money that
# was counted; an "estimate" is money that was modelled, whose cents differ from machine to machine.
DIGITS: dict[str, int] = {
    "count": 0, "share": 4, "money": 2, "money2": 2, "estimate": 0, "number": 2, "days": 0, "points": 4,
    "decimal3": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One sentence a client may quote, and how far to trust it."""

    key: str
    verdict: Verdict
    text: str
    is_headline: bool = False
    chapter: str = ""  # in the summary: where it comes from

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        readable = f"{self.verdict}: {self.text}"
        return {"text/plain": readable, MIME.format(kind="finding"): asdict(self)}


@dataclass(frozen=True)
class Callout:
    """A note beside the evidence: what a reader would otherwise get wrong."""

    key: str
    tone: Literal["info", "warn", "supply"]  # supply: what to supply, so that more can be said
    title: str
    text: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": f"{self.title} {self.text}", MIME.format(kind="callout"): asdict(self)}


@dataclass(frozen=True)
class Action:
    """Something to do: what was measured, what to try, who does it, what it may bring, when to look again."""

    key: str  # of the rule that fired
    title: str
    when: str  # what makes the rule speak
    evidence: str  # the sentence with the number that fired it
    tactics: tuple[str, ...]
    source: str
    owner: str
    cost: str
    effect: str  # expected margin with its range, in words; why there is none, if there is none
    number: float | None  # expected margin
    check_on: str
    chapter: str = ""  # where the evidence comes from

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        lines = [f"{self.title}: {self.evidence}", *(f"- {tactic}" for tactic in self.tactics)]
        lines.append(f"{self.owner}; cost: {self.cost}; effect: {self.effect}; check on {self.check_on}")
        return {"text/plain": "\n".join(lines), MIME.format(kind="action"): asdict(self)}


@dataclass(frozen=True)
class Grade:
    """The data's grade with what every letter means and what would make it better."""

    key: str
    grade: Literal["A", "B", "C", "D"]
    label: str
    steps: tuple[tuple[str, str], ...]
    next: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        readable = f"{self.label} {self.grade}. {self.next}"
        return {"text/plain": readable, MIME.format(kind="grade"): asdict(self)}


@dataclass(frozen=True)
class Kpi:
    """A key figure: formatted for its card, with its interval, basis, change and past values."""

    key: str
    label: str
    value: str
    number: float | None
    interval: str = ""
    basis: str = ""
    change: str = ""
    verdict: Verdict | Literal[""] = ""
    direction: Direction = ""
    trend: tuple[float | None, ...] = ()
    trend_since: str = ""
    chapter: str = ""  # in the summary: where it comes from

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        notes = "; ".join(part for part in (self.interval, self.basis, self.change, self.verdict) if part)
        readable = f"{self.label}: {self.value}" + (f" ({notes})" if notes else "")
        return {"text/plain": readable, MIME.format(kind="kpi"): asdict(self)}


@dataclass(frozen=True)
class Column:
    """How one column of a table is headed, and in which unit it is."""

    name: str
    label: str
    unit: Unit = "text"


@dataclass(frozen=True)
class Table:
    """A table as it is printed, with the values behind it."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    cells: tuple[tuple[str, ...], ...]
    note: str = ""
    emphasis: tuple[int, ...] = ()
    is_folded: bool = False  # long: closed in the report until asked for

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        head = [column.label for column in self.columns]
        readable = pd.DataFrame(list(self.cells), columns=head)
        with pd.option_context("display.max_colwidth", None):  # else long words are cut
            page = readable.to_html(index=False, border=0, escape=True)
        return {
            "text/plain": readable.to_string(index=False),
            "text/html": page,
            MIME.format(kind="table"): asdict(self),
        }


def show_table(
    table: pd.DataFrame,
    columns: Sequence[Column],
    *,
    key: str,
    caption: str,
    formats: Formats,
    note: str = "",
    emphasis: Sequence[int] = (),
    is_folded: bool = False,
) -> Table | Callout:
    """Print the named columns of a table, each in its unit.

    Parameters
    ----------
    table : DataFrame
        One row per printed row. NaN and None mean "not observed" and are printed as nothing.
    columns : sequence of Column
        What to print, in order; the first heads the rows.
    key : str
        Short name; with the chapter's it names the exported file.
    caption : str
        What the table shows.
    formats : Formats
        How numbers are written for this client.
    note : str
        A line beneath the table.
    emphasis : sequence of int
        Numbers of the rows set off from the others, such as a total.
    is_folded : bool
        Long: closed in the report until asked for.

    Returns
    -------
    Table or Callout
        Ready to be displayed; a note if there is nothing to list.
    """
    if table.empty:
        return nothing_yet(key, caption)
    found = list(zip(*(table[column.name] for column in columns), strict=True))
    rows = [
        [_rounded(value, column.unit) for value, column in zip(row, columns, strict=True)] for row in found
    ]
    cells = [
        [_written(value, column, formats) for value, column in zip(row, columns, strict=True)]
        for row in found
    ]
    return Table(
        key=key,
        caption=caption,
        columns=tuple(columns),
        rows=tuple(map(tuple, rows)),
        cells=tuple(map(tuple, cells)),
        note=note,
        emphasis=tuple(emphasis),
        is_folded=is_folded,
    )


def nothing_yet(key: str, title: str) -> Callout:
    """Return what stands where a table or a chart would be, if there is nothing to show in it."""
    return Callout(key, "info", title, "Not shown: there are not enough data for it yet.")


def supply(key: str, title: str, text: str) -> Callout:
    """Return what stands where an analysis would be whose input is missing: what it shows, what to supply."""
    return Callout(key, "supply", title, text)


def _rounded(value: Any, unit: Unit) -> Any:
    """Turn a cell into JSON: text as it is, numbers with the digits of their unit, missing as None."""
    if _is_missing(value):
        return None
    if unit == "text":
        return str(value)
    digits = DIGITS[unit]
    return round(float(value)) if digits == 0 else round(float(value), digits) + 0.0


def _written(value: Any, column: Column, formats: Formats) -> str:
    """Print a cell from its full value: rounded twice it could differ from the sentence beside it."""
    if _is_missing(value):
        return ""
    if column.unit == "text":
        return str(value)
    return formats.count(value) if column.unit == "days" else formats.value(value, column.unit)


def _is_missing(value: Any) -> bool:
    return bool(pd.isna(value)) or value in (math.inf, -math.inf)
