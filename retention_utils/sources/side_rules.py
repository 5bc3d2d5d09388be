"""What no row of a side table may break: the order of days, keys, chains of merges, overlapping periods."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from retention_utils.canonical import CANONICAL, PLAN_RANGES
from retention_utils.canonical_kinds import CanonicalColumn, CanonicalTable
from retention_utils.periods import parse_period

__all__ = [
    "FAULTS",
    "Problem",
    "Row",
    "broken_rules",
    "followed",
    "less_deductions",
    "out_of_range",
    "place_of",
]

Row = Mapping[str, Any]  # the values of one row by column, with its place: index, row, file


# Kinds of what can be wrong with a row; a row with several is counted under the first.
FAULTS = ("ragged", "empty", "unreadable", "disorder", "repeated", "overlap")


class Problem(NamedTuple):
    """What is wrong with one row, and in which column."""

    row: Row
    column: str
    text: str
    fault: str = "unreadable"  # one of FAULTS


def broken_rules(name: str, rows: Sequence[Row], known: Sequence[Problem]) -> list[Problem]:
    """Say which rows go against the order of days, against other rows or against their table's own rule.

    Parameters
    ----------
    name : str
        A key of :data:`retention_utils.canonical.CANONICAL`.
    rows : sequence of Row
        All rows of the table.
    known : sequence of Problem
        Of the cells; rows with a problem are not looked at again.
    """
    problems: list[Problem] = []
    for check in (_out_of_order, _repeated, *CHECKS.get(name, ())):
        unsound = {problem.row["index"] for problem in (*known, *problems)}
        problems += check(CANONICAL[name], [row for row in rows if row["index"] not in unsound])
    return problems


def followed(rows: Iterable[Row]) -> tuple[dict[str, str], list[list[str]]]:
    """Follow every merge to its end: the id counted in the end by id, and the circles met."""
    same = {row["customer_id"]: row["same_as"] for row in rows}
    ends: dict[str, str] = {}
    circles = []
    for here in same:
        path: dict[str, None] = {}
        while here in same and here not in ends and here not in path:
            path[here] = None
            here = same[here]
        if here in path:
            circles.append(list(path)[list(path).index(here) :])
        ends |= dict.fromkeys(path, ends.get(here, here))
    return ends, circles


def less_deductions(
    table: CanonicalTable, rows: Sequence[Row], known: Sequence[Problem]
) -> tuple[list[Row], list[Problem]]:
    """Take what an amount holds besides, such as tax, off it; say where that is more than the amount.

    Parameters
    ----------
    known : sequence of Problem
        Of the cells; rows with a problem stay as they are.
    """
    unsound = {problem.row["index"] for problem in known}
    kept, problems = list(rows), []
    for column in (column for column in table.columns if column.taken_off):
        for number, row in enumerate(kept):
            part, whole = row.get(column.name), row.get(column.taken_off)
            if not part or row["index"] in unsound:
                continue
            kept[number] = {**row, column.taken_off: whole - part}
            if part > whole:
                told = (
                    f"{part.normalize():f} is more than what is left of {column.taken_off}, "
                    f"{whole.normalize():f}"
                )
                problems.append(Problem(row, column.name, told))
                unsound.add(row["index"])
    return kept, problems


def out_of_range(value: Decimal | float, column: CanonicalColumn) -> str:
    """Say what the limits of a column are where a value lies outside; else an empty text."""
    is_too_low = (column.low is not None and value < column.low) or (
        column.above is not None and value <= column.above
    )
    is_too_high = column.high is not None and value > column.high
    return f"is out of range; it must be {column.limits}" if is_too_low or is_too_high else ""


def place_of(row: Row) -> str:
    """Name the file and the row."""
    return f"{row['file']}, row {row['row']}"


def _out_of_order(table: CanonicalTable, rows: Sequence[Row]) -> list[Problem]:
    return [
        Problem(
            row,
            later.name,
            f"{row[later.name]} is before {later.not_before} {row[later.not_before]}",
            "disorder",
        )
        for later in table.columns
        if later.not_before
        for row in rows
        if row.get(later.name) and row[later.not_before] and row[later.name] < row[later.not_before]
    ]


def _repeated(table: CanonicalTable, rows: Sequence[Row]) -> list[Problem]:
    if not table.key:
        return []
    names = [name for name in table.key if rows and name in rows[0]]
    ids = [name for name in table.key if table.column(name).kind == "id"]
    first: dict[tuple[Any, ...], Row] = {}
    problems = []
    for row in rows:
        # Rows that name nobody, such as answers without a customer, may well agree.
        if ids and all(row.get(name) is None for name in ids):
            continue
        if table.key_needs and row.get(table.key_needs) is None:
            continue
        before = first.setdefault(tuple(row[name] for name in names), row)
        if before is not row:
            agreed = f"agrees with {place_of(before)} in {', '.join(names)}"
            problems.append(Problem(row, "", agreed, "repeated"))
    return problems


def _circles(table: CanonicalTable, rows: Sequence[Row]) -> list[Problem]:
    given_up = {row["customer_id"]: row for row in rows}
    _, circles = followed(rows)
    return [
        Problem(given_up[circle[0]], "same_as", f"leads back to itself: {' → '.join([*circle, circle[0]])}")
        for circle in circles
    ]


def _overlapping_costs(table: CanonicalTable, rows: Sequence[Row]) -> list[Problem]:
    periods = [(parse_period(row["period"]), row) for row in rows]
    return _overlaps([("", period.start, period.end, row) for period, row in periods], "period")


def _overlapping_contracts(table: CanonicalTable, rows: Sequence[Row]) -> list[Problem]:
    spans = [
        (row["subscription_id"], row.get("start") or date.min, row.get("end") or date.max, row)
        for row in rows
        if row.get("subscription_id")
    ]
    return _overlaps(spans, "subscription_id")


def _overlaps(spans: Iterable[tuple[str, date, date, Row]], column: str) -> list[Problem]:
    """Find spans (name, first day, day after the last, row) that begin before one of that name is over."""
    longest: dict[str, tuple[date, Row]] = {}
    problems = []
    for name, start, end, row in sorted(spans, key=lambda span: (*span[:3], span[3]["index"])):
        until, before = longest.get(name, (date.min, row))
        if before is not row and start < until:
            problems.append(Problem(row, column, f"{row[column]!r} overlaps {place_of(before)}", "overlap"))
        if before is row or end > until:
            longest[name] = (end, row)
    return problems


def _unplannable(table: CanonicalTable, rows: Sequence[Row]) -> list[Problem]:
    problems = []
    for row in rows:
        low, high = PLAN_RANGES[row["metric"]]
        limits = out_of_range(row["value"], replace(table.column("value"), low=low, high=high))
        if limits:
            problems.append(Problem(row, "value", f"{row['value']:g} for {row['metric']} {limits}"))
    return problems


CHECKS: dict[str, tuple[Callable[[CanonicalTable, Sequence[Row]], list[Problem]], ...]] = {
    "merges": (_circles,),
    "costs": (_overlapping_costs,),
    "subscriptions": (_overlapping_contracts,),
    "plan": (_unplannable,),
}
