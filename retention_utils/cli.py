"""The command line: parse, call, print one line per thing done, set the exit code.

Exit codes: 0 all done, 1 something failed (the rest was still done), 2 the input was wrong and nothing ran.
"""

import gc
import json
from pathlib import Path
from typing import Annotated

import typer

from retention_utils import cli_intake, cli_verify
from retention_utils.cli_run import run
from retention_utils.cli_shared import (
    CORES,
    Jobs,
    Json,
    Period,
    app,
    clients_asked,
    refuse,
    say,
    warn,
)
from retention_utils.errors import RetentionError
from retention_utils.project import find_project

__all__ = ["app", "cli_intake", "cli_verify", "main"]

DEMO_CLIENTS = ["cdnow", "lavka", "kiosk", "sport", "club"]
GARBAGE = 20_000  # new objects before they are looked through for garbage: those of imports stay


def main() -> None:
    """Run the command line; errors that a user can act on are printed without a traceback."""
    gc.set_threshold(GARBAGE)
    try:
        app()
    except (RetentionError, OSError) as error:
        refuse(str(error))


@app.command("list")
def list_reports(as_json: Json = False) -> None:
    """List clients, periods, chapters, outcomes, and where the reports are."""
    from retention_utils.shelf import reports_on_shelf

    project = find_project()
    shelf = reports_on_shelf(project)
    if as_json:
        typer.echo(json.dumps([entry.as_dict() for entry in shelf], indent=1))
        return
    for entry in shelf:
        why = next(iter(entry.reason.splitlines()), "no report yet")
        chapters = f"{entry.done} of {entry.chapters} chapters" if entry.chapters else why
        say([f"{entry.outcome:10}{entry.client} {entry.period:12} {chapters}  {entry.report}".rstrip()])
        for chapter, outcome in entry.outcomes:
            typer.echo(f"          {outcome:10}{chapter}")


@app.command()
def demo(jobs: Jobs = CORES) -> None:
    """Make the reports of the demo clients in every language, whether or not anything has changed."""
    run(DEMO_CLIENTS, language="en,ru,uk", jobs=jobs, force=True)


@app.command()
def export(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A client with a finished report.")],
    period: Period = None,
    to: Annotated[Path | None, typer.Option("--to", help="A folder; left out: beside the report.")] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="One of the report's; left out: its first.")
    ] = None,
    hash_ids: Annotated[bool, typer.Option("--hash-ids", help="Replace the ids of customers.")] = False,
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin CSV files with a byte order mark: Excel then reads UTF-8.")
    ] = False,
) -> None:
    """Write finished reports as files: tables (CSV, one workbook) and charts (SVG, PNG)."""
    from retention_utils.exports.whole import export_report
    from retention_utils.shelf import finished_reports
    from retention_utils.texts import language_list

    project = find_project()
    (client,) = clients_asked(project, [name])
    found = finished_reports(project, client, period or [])
    if not found:
        refuse(f"{client}: there is no finished report to export. Make one with: retention run {client}")
    ending = f".{language_list(language)}" if language else ""
    missing: list[str] = []
    for folder in found:
        place = (to or folder) / ((f"{client}-{folder.name}" if to else "export") + ending)
        written = export_report(folder, place, language=language, hash_ids=hash_ids, has_bom=bom)
        say([f"{written.described} in {place}"])
        missing += [
            f"{client} {folder.name}: no picture of {name} in its notebook." for name in written.missing
        ]
        if written.missing:
            missing.append(f"Make it again: retention run {client} --period {folder.name} --force")
    if missing:
        warn("\n".join(missing))
        raise typer.Exit(1)
