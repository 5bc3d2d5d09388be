"""``retention verify``: finished reports are run again, and what differs is told as a table."""

import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from retention_utils.cli_shared import (
    CORES,
    Jobs,
    Json,
    Names,
    Period,
    app,
    clients_asked,
    refuse,
    say,
    told,
    warn,
)
from retention_utils.project import find_project

if TYPE_CHECKING:
    from retention_utils.regression.listing import Row
    from retention_utils.regression.runner import ChapterCheck

__all__ = ["print_table", "verify"]

NOT_RECORDED = "what it was made from is not recorded, so what has changed since is not known."


@app.command()
def verify(
    names: Names = None,
    period: Period = None,
    tolerance: Annotated[
        str, typer.Option(help="How far a number may lie from what it was, as a fraction: 0.001 is 0.1%.")
    ] = "0",
    jobs: Jobs = CORES,
    as_json: Json = False,
) -> None:
    """Run finished reports again under nbval and say which numbers differ, and what has changed since."""
    project = find_project()
    allowed = _fraction(tolerance)
    found = _reports(project, names, period or [])
    without = [client for client in names or [] if not found[client]]
    for client in dict.fromkeys(without):
        warn(f"{client}: there is no finished report to verify. Make one with: retention run {client}")
    results: list[dict[str, Any]] = []

    def compare(client: str, folder: Path) -> None:
        changed, checks = _verified(project, client, folder, jobs=jobs, tolerance=allowed)
        report = {"client": client, "period": folder.name, "changed": changed}
        results.extend({**report, **check.as_dict()} for check in checks)
        if not as_json:
            _tell(client, folder.name, changed, checks)

    problems = [told(compare, client, folder) for client, folders in found.items() for folder in folders]
    if not results:
        raise typer.Exit(2)
    if as_json:
        typer.echo(json.dumps(results, indent=1))
    is_bad = any(problems) or bool(without) or any(result["outcome"] != "same" for result in results)
    raise typer.Exit(int(is_bad))


def _fraction(text: str) -> Decimal:
    try:
        tolerance = Decimal(text)
    except InvalidOperation:
        tolerance = Decimal("NaN")
    if not tolerance.is_finite() or not 0 <= tolerance < 1:
        refuse(f"The tolerance is {text!r}; give a fraction from 0 to less than 1, such as 0.001 for 0.1%.")
    return tolerance


def _reports(project: Path, names: list[str] | None, periods: Sequence[str]) -> dict[str, list[Path]]:
    from retention_utils.shelf import finished_reports

    found = {client: finished_reports(project, client, periods) for client in clients_asked(project, names)}
    if not any(found.values()):
        refuse("There is no finished report to verify. Make one with: retention run NAME")
    return found


def _verified(
    project: Path, client: str, folder: Path, *, jobs: int, tolerance: Decimal
) -> "tuple[list[str] | None, list[ChapterCheck]]":
    from retention_utils.regression.runner import verify_report
    from retention_utils.shelf import expected_chapters
    from retention_utils.since import changed_since
    from retention_utils.upkeep import ensure_mart

    mart = ensure_mart(project, client, folder.name)
    changed = changed_since(project, client, folder, mart)
    expected = expected_chapters(project, folder)
    return changed, verify_report(folder / "chapters", expected=expected, jobs=jobs, tolerance=tolerance)


def _tell(client: str, period: str, changed: list[str] | None, checks: "list[ChapterCheck]") -> None:
    """Print what has changed since a report was made, a line for every chapter, and the differences."""
    from retention_utils.regression.listing import rows_of

    if changed is None:
        say([f"{client} {period}: {NOT_RECORDED}"])
    elif changed:
        say([f"{client} {period}: changed since it was made: {', '.join(changed)}."])
    for check in checks:
        say(["\n        ".join([f"{check.outcome:8}{client} {period} {check.chapter}", *check.problems])])
    if rows := rows_of(checks):
        print_table(rows)


def print_table(rows: "Sequence[Row]") -> None:
    """Print rows beneath their heads: with rules on a terminal, else in plain columns."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from retention_utils.regression.listing import HEAD, aligned_lines
    from retention_utils.untrusted import shown

    rows = [tuple(shown(cell, most=200) for cell in row) for row in rows]
    console = Console()
    if not console.is_terminal:
        say(f"        {line}" for line in aligned_lines(rows))
        return
    table = Table(*HEAD)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
