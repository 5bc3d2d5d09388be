"""The outputs of a cell, as they were and as they are now: what of them differs, and what is near enough."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from retention_utils.notebooks import MIME
from retention_utils.regression.changes import Change, Judge, Path
from retention_utils.texts import in_language

__all__ = ["Difference", "differences", "forgiven"]

Output = Mapping[str, Any]

# Digits there are names and positions, no numbers; the rest of a table is told by its columns.
EXACT = {"key", "chapter", "columns", "emphasis", "verdict", "direction", "check_on"}
EXACT_UNITS = {"name", "date"}
MARKUP = {"text/html", "image/svg+xml"}


@dataclass(frozen=True)
class Difference:
    """One number or text of a cell that is no longer what it was."""

    what: str  # such as: table movement: Jan 2025, Churn
    before: str | float | None
    now: str | float | None
    relative: float | None = None


def differences(
    before: Sequence[Output], now: Sequence[Output], judge: Judge, *, skipped: Collection[str]
) -> list[Difference]:
    """List what differs between the outputs of a cell, each thing once.

    An output says the same in several forms; the richest of those that differ is listed, data before text.

    Parameters
    ----------
    before, now : sequence of mapping
        The outputs of a notebook's cell.
    judge : Judge
        With the tolerance.
    skipped : collection of str
        Kinds of content that are not compared.
    """
    old, new = ([_forms(output, skipped) for output in outputs] for outputs in (before, now))
    names, new_names = ([_name(forms) for forms in outputs] for outputs in (old, new))
    found: list[Difference] = []
    for kind, *span in SequenceMatcher(None, names, new_names, autojunk=False).get_opcodes():
        for ours, theirs in zip_longest(old[span[0] : span[1]], new[span[2] : span[3]]):
            if kind == "equal":
                found += _between(ours, theirs, judge)
            else:
                found += [Difference(_name(ours), _shown(ours), None)] if ours else []
                found += [Difference(_name(theirs), None, _shown(theirs))] if theirs else []
    return found


def forgiven(now: Sequence[Output], before: Sequence[Output], judge: Judge) -> list[dict[str, Any]]:
    """Return the outputs with whatever is near enough replaced by what it was, for nbval to compare.

    nbval compares all contents of one kind in their order; so do we.
    """
    were: defaultdict[str, list[Any]] = defaultdict(list)
    for output in before:
        for kind, content in _contents(output):
            were[kind].append(content)
    queues = {kind: iter(contents) for kind, contents in were.items()}

    def near(kind: str, content: Any) -> Any:
        reference = next(queues.get(kind, iter(())), content)
        return content if _changes(kind, reference, content, judge) else reference

    return [_with(output, near) for output in now]


def _with(output: Output, near: Callable[[str, Any], Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {**output, "text": near(output["name"], output["text"])}
    data = {kind: near(kind, content) for kind, content in output.get("data", {}).items()}
    return {**output, "data": data} if data else dict(output)


def _contents(output: Output) -> Iterator[tuple[str, Any]]:
    """Yield the contents of an output by kind; a stream's kind is its name, as nbval has it."""
    if output["output_type"] == "stream":
        yield output["name"], output["text"]
    elif output["output_type"] == "error":
        yield "error", f"{output['ename']}: {output['evalue']}"
    yield from output.get("data", {}).items()


def _forms(output: Output, skipped: Collection[str]) -> dict[str, Any]:
    """Return the contents of an output that are compared, the richest first."""
    found = {kind: content for kind, content in _contents(output) if kind not in skipped}
    return dict(
        sorted(found.items(), key=lambda item: (not MIME.fullmatch(item[0]), item[0] != "text/plain"))
    )


def _name(forms: Mapping[str, Any]) -> str:
    """Name an output by what it is: ``kpi churn``, ``stdout``, or just ``output``."""
    kind, content = next(iter(forms.items()), ("output", None))
    if found := MIME.fullmatch(kind):
        return f"{found[1]} {content.get('key', '')}".strip()
    return "output" if "/" in kind else kind


def _shown(forms: Mapping[str, Any]) -> str:
    text = forms.get("text/plain") or next(iter(forms.values()), "")
    return str(text).split("\n", 1)[0]


def _between(before: Mapping[str, Any], now: Mapping[str, Any], judge: Judge) -> list[Difference]:
    """List the differences of the first form that has any."""
    for kind, content in before.items():
        if kind in now and (changes := _changes(kind, content, now[kind], judge)):
            return [_named(change, kind, content, _name(before)) for change in changes]
    missing = [Difference(f"{_name(before)}: {kind}", "there", None) for kind in before if kind not in now]
    return missing + [
        Difference(f"{_name(before)}: {kind}", None, "there") for kind in now if kind not in before
    ]


def _changes(kind: str, before: Any, now: Any, judge: Judge) -> list[Change]:
    if isinstance(before, str) and isinstance(now, str):
        return judge.lines(before, now, is_markup=kind in MARKUP)
    names = _name_columns(before)
    found = judge.data(before, now, is_exact=lambda at: _is_exact(at, names))
    in_rows = {_spot(change.at) for change in found if change.at[:1] == ("rows",)}
    # What stands in a cell is what stands in the row, written out.
    return [change for change in found if change.at[:1] != ("cells",) or _spot(change.at) not in in_rows]


def _name_columns(content: Any) -> set[tuple[int]]:
    columns = content.get("columns", []) if isinstance(content, Mapping) else []
    return {(number,) for number, column in enumerate(columns) if column["unit"] in EXACT_UNITS}


def _is_exact(at: Path, names: set[tuple[int]]) -> bool:
    return bool(at) and (at[0] in EXACT or (at[0] in ("rows", "cells") and _spot(at)[1:] in names))


def _spot(at: Path) -> tuple[int, ...]:
    """Return row and column of a cell, whatever else the path holds."""
    return tuple(step for step in at if isinstance(step, int))[:2]


def _named(change: Change, kind: str, content: Any, name: str) -> Difference:
    """Say where in an output something differs."""
    if not isinstance(content, Mapping):
        where = f", line {change.at[0]}" if change.at else ""
    elif change.at[:1] in (("rows",), ("cells",)) and len(_spot(change.at)) > 1:
        where = f": {_place(change.at, in_language(content, 'en'))}"
    else:
        where = f": {' '.join(map(str, change.at))}"
    return Difference(f"{name}{where}", change.before, change.now, change.relative)


def _place(at: Path, content: Mapping[str, Any]) -> str:
    """Name a cell of a table by its row and column."""
    row, column = _spot(at)
    cells = content["cells"]
    first = cells[row][0] if row < len(cells) else f"row {row + 1}"
    columns = content["columns"]
    return f"{first}, {columns[column]['label'] if column < len(columns) else f'column {column + 1}'}"
