"""Rows of a side table that break its definition: set aside with their reason, or named in a refusal."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from retention_utils.source_config import TableSource
from retention_utils.sources.side_rules import FAULTS, Problem, Row, place_of

__all__ = ["COLUMNS", "begun_by", "first_problems", "left_out_rows", "refusal"]

COLUMNS = pa.schema(
    {
        "fault": pa.string(), "file": pa.string(), "row": pa.int64(), "column": pa.string(),
        "problem": pa.string(), "start": pa.date32(), "amount": pa.decimal128(18, 4),
        "billed_every": pa.string(),
    }
)  # fmt: skip
SHOWN = 10  # problems that are told; the rest are counted
OF_THE_ROW = ("start", "amount", "billed_every")


def first_problems(problems: Sequence[Problem]) -> dict[int, Problem]:
    """Give every row that has any problem the one that comes first among the faults, by the row's index."""
    found: dict[int, Problem] = {}
    for problem in sorted(problems, key=lambda problem: FAULTS.index(problem.fault)):
        found.setdefault(problem.row["index"], problem)
    return dict(sorted(found.items()))


def left_out_rows(rows: Sequence[Row], problems: dict[int, Problem]) -> pa.Table:
    """List the rows left out, with what could be read of them.

    Parameters
    ----------
    rows : sequence of Row
        All rows of the table, in order of their index.
    problems : dict
        From :func:`first_problems`.

    Returns
    -------
    pa.Table
        One row per row left out: ``fault``, ``file``, ``row``, ``column`` (empty where it is the whole row),
        ``problem``, and ``start``, ``amount``, ``billed_every`` as far as they can be read.
    """
    listed = [
        {
            "fault": problem.fault, "file": problem.row["file"], "row": problem.row["row"],
            "column": problem.column, "problem": problem.text,
            **{name: rows[index].get(name) for name in OF_THE_ROW},
        }
        for index, problem in problems.items()
    ]  # fmt: skip
    return pa.Table.from_pylist(listed, schema=COLUMNS)


def begun_by(left_out: pa.Table, as_of: date) -> pa.Table:
    """Leave out what begins after a day; rows of which no first day can be read stay."""
    known = [start is None or start <= as_of for start in left_out["start"].to_pylist()]
    return left_out.filter(pa.array(known, pa.bool_()))


def refusal(
    name: str, source: TableSource, problems: Sequence[Problem], *, rows: int, most_left_out: float
) -> str:
    """Say why a table is refused: its first problems, how many more, and what share may pass.

    Parameters
    ----------
    name : str
        Which table.
    rows : int
        All of the table.
    most_left_out : float
        The share of rows that may be set aside; 0 where none may.
    """
    ordered = sorted(problems, key=lambda problem: problem.row["index"])
    lines = [_line(problem) for problem in ordered[:SHOWN]]
    if len(ordered) > SHOWN:
        lines.append(f"  - and {len(ordered) - SHOWN} more.")
    if most_left_out:
        bad = first_problems(problems)
        lines.append(
            f"{len(bad):,} of {rows:,} rows cannot be used ({_counted(bad)}), more than "
            f"contracts.unusable_share = {most_left_out:g} allows."
        )
    return (
        f"The table {name} ({source.described}) has {len(ordered)} problem(s):\n" + "\n".join(lines) + "\n"
        f"Correct the table, or tables.{name} in client.toml."
    )


def _line(problem: Problem) -> str:
    where = f"{place_of(problem.row)}{', ' * bool(problem.column)}{problem.column}"
    return f"  - {where}: {problem.text}{'' if problem.text.endswith('?') else '.'}"


def _counted(problems: dict[int, Problem]) -> str:
    """Count rows by their faults: ``2 unreadable, 1 repeated``."""
    counts = Counter(problem.fault for problem in problems.values())
    return ", ".join(f"{counts[fault]:,} {fault}" for fault in FAULTS if counts[fault])
