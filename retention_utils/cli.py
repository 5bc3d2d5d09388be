"""The command line: parse, call, print one line per thing done, set the exit code.

Exit codes: 0 all done, 1 something failed (the rest was still done), 2 the input was wrong and nothing ran.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from retention_utils.errors import InputError, RetentionError
from retention_utils.project import client_file, client_names, find_project

if TYPE_CHECKING:
    from retention_utils.batch import ChapterOutcome
    from retention_utils.proposal.questions import Question
    from retention_utils.regression import ChapterCheck
    from retention_utils.run import ReportOutcome

__all__ = ["app", "main"]

DEMO_CLIENTS = ["cdnow", "lavka", "kiosk"]

app = typer.Typer(help="Retention reports from order logs.", no_args_is_help=True, add_completion=False)
progress = Console(stderr=True)

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Clients: folders under data.")]
Period = Annotated[
    list[str] | None,
    typer.Option("--period", help="2024-11, 2024-Q4, 2024, 2024-W45 or 2024-01-15..2024-03-31; repeatable."),
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Show what another setting would change; repeatable."),
]
Jobs = Annotated[int, typer.Option(min=1, help="Notebooks at a time.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]
CORES = os.cpu_count() or 1


def main() -> None:
    """Run the command line; errors that a user can act on are printed without a traceback."""
    try:
        app()
    except (RetentionError, OSError) as error:
        _refuse(str(error))


@app.command()
def run(
    names: Names = None,
    every: Annotated[bool, typer.Option("--all", help="All clients.")] = False,
    period: Period = None,
    jobs: Jobs = CORES,
    force: Annotated[bool, typer.Option("--force", help="Also make what has not changed.")] = False,
    as_json: Json = False,
) -> None:
    """Make reports: mart, notebooks, page. Without a period: the last complete one in the data."""
    from retention_utils.plan import plan_report
    from retention_utils.run import run_report

    project = find_project()
    if not names and not every:
        _refuse("Name a client, or ask for every one with --all.")
    clients = _clients(project, None if every else names)
    plans, problems = [], []
    for client in clients:
        for wanted in period or [None]:
            try:
                plans.append(plan_report(project, client, wanted))
            except _reasons() as error:
                problems.append(_of_client(client, error))
    if problems:
        _refuse("\n".join(dict.fromkeys(problems)))
    outcomes = []
    for plan in plans:
        outcome = run_report(plan, jobs=jobs, force=force, tell=_tell)
        outcomes.append(outcome)
        if not as_json:
            _say(_lines(outcome, project))
    if as_json:
        typer.echo(json.dumps([outcome.as_dict(project) for outcome in outcomes], indent=1))
    if all(outcome.is_refused for outcome in outcomes):
        raise typer.Exit(2)
    raise typer.Exit(int(any(outcome.outcome == "failed" for outcome in outcomes)))


@app.command()
def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new client: a folder under data.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", readable=False, help="The order log.")],
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="KEY=VALUE", help="Settles a question; repeatable."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a client that exists.")] = False,
) -> None:
    """Take a new client in: look at the files, write its client.toml, show the passport."""
    from retention_utils.onboarding import (
        finding_lines,
        open_lines,
        refuse_taken,
        settle,
        take_in,
    )

    project = find_project()
    refuse_taken(project, name, files, replace=force)
    given = dict(_answer(text) for text in answer or [])
    proposal = settle(name, files, answers=given, ask=_ask if sys.stdin.isatty() else None)
    file = take_in(project, name, files, proposal, replace=force)
    _say([*finding_lines(proposal), f"Written: {file.relative_to(project)}", ""])
    if proposal.questions:
        _refuse("\n".join(open_lines(name, files, proposal)))
    check([name])


@app.command()
def check(names: Names = None, period: Period = None, change: Changes = None) -> None:
    """Show the data passport: what is used, what is left out and why, and the grade."""
    from tempfile import TemporaryDirectory

    from retention_utils.build import build_mart, ensure_mart, resolve_period
    from retention_utils.config import read_config
    from retention_utils.onboarding import refuse_shared_names
    from retention_utils.terminal import passport_change_lines, passport_lines

    project = find_project()
    clients = _clients(project, names)
    refuse_shared_names(project)

    def show(client: str, wanted: str | None) -> None:
        file = client_file(project, client)
        config = read_config(file)
        resolved = resolve_period(project, client, config, wanted)
        if not change:
            _say(passport_lines(ensure_mart(project, client, resolved.key)))
            return
        changed = read_config(file, changes=change)
        with TemporaryDirectory(prefix="retention-") as folder:
            place = Path(folder) / "changed.duckdb"
            other = build_mart(project, client, changed, resolved.key, place=place)
            try:
                mart = ensure_mart(project, client, resolved.key)
            except InputError as refusal:  # the change may be the very cure
                heading = f"As it is set now: {refusal}\n\nWith {', '.join(change)}:"
                _say([heading, *passport_lines(other)])
                return
            _say(passport_change_lines(mart, other, ", ".join(change)))

    pairs = [(client, wanted) for client in clients for wanted in period or [None]]
    problems = [_told(show, client, wanted) for client, wanted in pairs]
    raise typer.Exit(2 if all(problems) else int(any(problems)))


@app.command()
def verify(names: Names = None, period: Period = None, jobs: Jobs = CORES, as_json: Json = False) -> None:
    """Run finished reports again under nbval and say which numbers differ."""
    from retention_utils.build import ensure_mart
    from retention_utils.regression import verify_report
    from retention_utils.shelf import expected_chapters, finished_reports

    project = find_project()
    found = {client: finished_reports(project, client, period or []) for client in _clients(project, names)}
    if not any(found.values()):
        _refuse("There is no finished report to verify. Make one with: retention run NAME")
    without = [client for client in names or [] if not found[client]]
    for client in dict.fromkeys(without):
        _warn(f"{client}: there is no finished report to verify. Make one with: retention run {client}")
    results: list[tuple[str, str, ChapterCheck]] = []

    def compare(client: str, folder: Path) -> None:
        ensure_mart(project, client, folder.name)
        expected = expected_chapters(project, folder)
        for result in verify_report(folder / "chapters", expected=expected, jobs=jobs):
            results.append((client, folder.name, result))
            if not as_json:
                lines = [f"{result.outcome:8}{client} {folder.name} {result.chapter}", *result.differences]
                _say(["\n        ".join(lines)])

    problems = [_told(compare, client, folder) for client, folders in found.items() for folder in folders]
    if not results:
        raise typer.Exit(2)
    if as_json:
        listed = [
            {"client": client, "period": key, "chapter": result.chapter, "outcome": result.outcome,
             "differences": list(result.differences)}
            for client, key, result in results
        ]  # fmt: skip
        typer.echo(json.dumps(listed, indent=1))
    is_bad = any(problems) or bool(without) or any(result.outcome != "same" for *_, result in results)
    raise typer.Exit(int(is_bad))


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
        _say([f"{entry.outcome:8}{entry.client} {entry.period:12} {chapters}  {entry.report}".rstrip()])
        for chapter, outcome in entry.outcomes:
            typer.echo(f"        {outcome:8}{chapter}")


@app.command()
def demo(jobs: Jobs = CORES) -> None:
    """Make the reports of the demo clients, whether or not anything has changed."""
    run(DEMO_CLIENTS, every=False, period=None, jobs=jobs, force=True, as_json=False)


def _answer(text: str) -> tuple[str, str]:
    # A word of the status column may hold the sign itself; what it means does not.
    key, separator, value = text.rpartition("=") if text.startswith("status:") else text.partition("=")
    if not separator:
        _refuse(f"{text!r} is no answer; write it as key=value, such as currency=EUR.")
    return key.strip(), value.strip() or value  # a tab or a blank is an answer, too


def _ask(question: "Question", problem: str) -> str:
    from retention_utils.onboarding import numbered, question_lines

    _warn("\n".join([*problem.splitlines(), *question_lines(question)]))
    given = typer.prompt("Your choice", default=question.default, err=True).strip()
    return numbered(question).get(given, given)


def _clients(project: Path, names: list[str] | None) -> list[str]:
    """Return the clients asked for; all of them if none is named."""
    known = client_names(project)
    if not known:
        _refuse(f"There is no client in {project / 'data'}. Make a folder there with a client.toml.")
    for name in names or []:
        client_file(project, name)
    return list(dict.fromkeys(names)) if names else known


def _told(action: Callable[..., None], client: str, *arguments: object) -> bool:
    """Do one thing for one client; if it cannot be done, say why and return True: the next has its turn."""
    try:
        action(client, *arguments)
    except _reasons() as error:
        _warn(_of_client(client, error))
        return True
    return False


def _of_client(client: str, error: Exception) -> str:
    return str(error) if str(error).startswith(client) else f"{client}: {error}"


def _reasons() -> tuple[type[Exception], ...]:
    """Return what can be wrong with a client's files, as against an error of this program."""
    import duckdb

    return (RetentionError, OSError, duckdb.Error)


def _lines(outcome: "ReportOutcome", project: Path) -> list[str]:
    """Write one line for the report, and one for every chapter that failed."""
    where = outcome.report.relative_to(project) if outcome.report else ""
    why = f"  ({outcome.reason})" if outcome.reason else ""
    head = f"{outcome.outcome:8}{outcome.client} {outcome.period}  {outcome.seconds:.0f} s  {where}{why}"
    failed = [chapter for chapter in outcome.chapters if chapter.outcome == "failed"]
    at = {chapter.chapter: f", cell {chapter.cell}" if chapter.cell else "" for chapter in failed}
    return [head, *(f"        {chapter.chapter}{at[chapter.chapter]}: {chapter.error}" for chapter in failed)]


def _tell(outcome: "ChapterOutcome") -> None:
    if progress.is_terminal:
        progress.print(f"  {outcome.outcome} {outcome.chapter} in {outcome.seconds:.0f} s", markup=False)


def _say(lines: Iterable[str]) -> None:
    typer.echo(_visible("\n".join(lines)))


def _warn(message: str) -> None:
    style = "red" if progress.is_terminal else None
    progress.print(_visible(message), style=style, markup=False, highlight=False, soft_wrap=True)


def _visible(text: str) -> str:
    """Leave nothing in a text that a terminal would obey: names and words of clients may stand in it."""
    if text.replace("\n", "").isprintable():
        return text
    from retention_utils.untrusted import shown

    return "\n".join(shown(line, most=10 * len(line)) for line in text.split("\n"))


def _refuse(message: str) -> NoReturn:
    _warn(message)
    raise SystemExit(2)
