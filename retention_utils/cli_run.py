"""The commands that plan and make reports: one line for every report, and one for what failed in it."""

import json
from collections.abc import Callable, Sequence
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
    progress,
    refuse,
    say,
    warn,
)
from retention_utils.project import find_project

if TYPE_CHECKING:
    from retention_utils.batch.plan import BatchPlan
    from retention_utils.batch.preview import Planned
    from retention_utils.chapter_runs.outcomes import ChapterOutcome
    from retention_utils.report_outcomes import ReportOutcome

__all__ = ["plan", "run"]

Every = Annotated[bool, typer.Option("--all", help="All clients.")]
Since = Annotated[str | None, typer.Option("--from", metavar="PERIOD", help="The first of several periods.")]
Until = Annotated[str | None, typer.Option("--to", metavar="PERIOD", help="The last of them.")]
Language = Annotated[
    str | None, typer.Option("--language", help="en, ru or uk; several: en,ru,uk. Else the client's own.")
]
Chapters = Annotated[
    str | None, typer.Option("--chapters", help="Names or numbers with commas, such as 03,10_value.")
]
Force = Annotated[bool, typer.Option("--force", help="Also make what has not changed.")]
Anonymise = Annotated[
    bool, typer.Option("--anonymise", help="Hide customers' ids behind a key, in the notebooks too.")
]


@app.command()
def plan(
    names: Names = None,
    every: Every = False,
    period: Period = None,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    chapters: Chapters = None,
    force: Force = False,
    anonymise: Anonymise = False,
    as_json: Json = False,
) -> None:
    """Show what a run would do: what is fresh, what is not and why. Nothing runs."""
    asked = {"language": language, "chapters": _listed(chapters), "anonymise": anonymise}
    planned = _planned(find_project(), names, every, period, since, until, asked)
    _show(planned, force=force, as_json=as_json)


@app.command()
def run(
    names: Names = None,
    every: Every = False,
    period: Period = None,
    since: Since = None,
    until: Until = None,
    language: Language = None,
    chapters: Chapters = None,
    jobs: Jobs = CORES,
    force: Force = False,
    anonymise: Anonymise = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print every report to a PDF, too, with Chromium.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan.")] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first failure.")] = False,
    cell_timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that one cell may take.")] = 600,
    report_timeout: Annotated[
        float | None,
        typer.Option(min=0.1, help="Seconds that one report may take; else as long as it takes."),
    ] = None,
    memory_limit: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Memory of one kernel, such as 2GB; else 80% of all.")
    ] = None,
    output_limit: Annotated[
        str, typer.Option(metavar="SIZE", help="What one chapter may put out.")
    ] = "64MiB",
    retries: Annotated[int, typer.Option(min=0, help="How often to try again if a kernel died.")] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run on a Dask cluster, such as tcp://10.0.0.1:8786."),
    ] = None,
    store: Annotated[
        str, typer.Option(metavar="URL", help="Also put finished reports there, such as s3://bucket/reports.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make reports: mart, notebooks, page. Without a period: the last complete one in the data."""
    from retention_utils.batch.journal import manifest, open_journal
    from retention_utils.batch.local import halted_by_signals, run_batch
    from retention_utils.batch.one import Options, Tellers
    from retention_utils.chapter_runs.halt import Halt
    from retention_utils.chapter_runs.limits import Limits, bytes_of

    project = find_project()
    asked = {"language": language, "chapters": _listed(chapters), "anonymise": anonymise}
    limits = {"cell_seconds": cell_timeout, "report_seconds": report_timeout, "retries": retries}
    limits |= {"output": bytes_of(output_limit)} | (
        {"memory": bytes_of(memory_limit)} if memory_limit else {}
    )
    options = Options(jobs, Limits(**limits), force=force, pdf=pdf, fail_fast=fail_fast, store=store)
    batch = _planned(project, names, every, period, since, until, asked)
    if dry_run:
        _show(batch, force=force, as_json=as_json)
        return
    _refuse_hopeless(batch)
    halt = Halt()
    with open_journal(project) as journal, halted_by_signals(halt):

        def report(outcome: "ReportOutcome") -> None:
            journal.report(outcome)
            if not as_json:
                say(_lines(outcome, project))

        def chapter(client: str, key: str, outcome: "ChapterOutcome") -> None:
            journal.chapter(client, key, outcome)
            _show_progress(client, key, outcome)

        tell = Tellers(chapter, report, journal.words)
        if scheduler:
            run_on_cluster = _cluster()
            outcomes = run_on_cluster(batch, options, scheduler=scheduler, asked=asked, halt=halt, tell=tell)
        else:
            outcomes = run_batch(batch, options, halt=halt, tell=tell)
        told = manifest(journal, outcomes, project, options={**asked, "jobs": jobs, "force": force, **limits})
        journal.close(told)
        _write_portfolio(project, outcomes, store)
    if as_json:
        typer.echo(json.dumps(told, indent=1))
    _leave(outcomes)


def _planned(
    project: Path,
    names: list[str] | None,
    every: bool,
    periods: list[str] | None,
    since: str | None,
    until: str | None,
    asked: dict[str, Any],
) -> "BatchPlan":
    from retention_utils.batch.plan import periods_asked, plan_batch

    if not names and not every:
        refuse("Name a client, or ask for every one with --all.")
    keys = periods_asked(periods or [], since, until)
    clients = clients_asked(project, None if every else names)
    return plan_batch(project, clients, keys, is_range=bool(since), **asked)


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _cluster() -> Callable[..., "list[ReportOutcome]"]:
    try:
        from retention_utils.batch.cluster import run_on_cluster
    except ModuleNotFoundError as error:
        refuse(f"--scheduler needs Dask, and {error.name} is not installed: pip install 'dask[distributed]'.")
    return run_on_cluster


def _refuse_hopeless(batch: "BatchPlan") -> None:
    """Leave with 2, saying all that is wrong, if there is nothing to run."""
    if not batch.reports and any(other.is_refused for other in batch.others):
        refuse("\n".join(dict.fromkeys(_of_client(other) for other in batch.others)))


def _of_client(other: "ReportOutcome") -> str:
    return other.reason if other.reason.startswith(other.client) else f"{other.client}: {other.reason}"


def _write_portfolio(project: Path, outcomes: Sequence["ReportOutcome"], store: str) -> None:
    """Write the portfolio anew if anything in it can have changed."""
    index = project / "reports/index.html"
    is_unchanged = all(outcome.outcome == "skipped" for outcome in outcomes) and index.is_file()
    # A report that is good again is skipped, and its failed run cleared away.
    if is_unchanged and ".failed/" not in index.read_text(encoding="utf-8"):
        return
    from retention_utils.portfolio.page import write_portfolio

    try:
        pages = write_portfolio(project)
        if store:
            from retention_utils.batch.store import Store

            Store(store).publish_pages(pages)
    except Exception as error:  # noqa: BLE001  the disk, the store, one record: the reports are made
        warn(f"The portfolio page could not be written: {error}")


def _leave(outcomes: Sequence["ReportOutcome"]) -> None:
    from retention_utils.chapter_runs.outcomes import BAD

    if outcomes and all(outcome.is_refused for outcome in outcomes):
        raise typer.Exit(2)
    raise typer.Exit(int(any(outcome.outcome in BAD or outcome.unprinted for outcome in outcomes)))


def _show(batch: "BatchPlan", *, force: bool, as_json: bool) -> None:
    from retention_utils.batch.preview import preview

    planned = preview(batch, force=force)
    if as_json:
        typer.echo(json.dumps([report.as_dict() for report in planned], indent=1))
    else:
        say(line for report in planned for line in _plan_lines(report))
    raise typer.Exit(2 * int(bool(planned) and all(report.state == "refused" for report in planned)))


def _plan_lines(report: "Planned") -> list[str]:
    head = f"{report.state:11}{report.client} {report.period}".rstrip()
    why = f"  ({'; '.join(report.reasons)})" if report.reasons else ""
    stages = [
        f"           {number}. {', '.join(stage)}" for number, stage in enumerate(report.stages, start=1)
    ]
    kept = [f"           kept: {', '.join(report.kept)}"] if report.stages and report.kept else []
    return [head + why, *stages, *kept]


def _lines(outcome: "ReportOutcome", project: Path) -> list[str]:
    """Write one line for the report, and one for every chapter that failed."""
    where = outcome.report.relative_to(project) if outcome.report else ""
    why = f"  ({outcome.reason})" if outcome.reason else ""
    head = f"{outcome.outcome:10}{outcome.client} {outcome.period}  {outcome.seconds:.0f} s  {where}{why}"
    bad = [chapter for chapter in outcome.chapters if chapter.error]
    printed = [f"          {pdf.relative_to(project)}" for pdf in outcome.pdfs]
    if outcome.unprinted:
        printed = [f"          No PDF: {outcome.unprinted}"]
    return [head, *printed, *(f"          {_at(chapter)}: {chapter.error}" for chapter in bad)]


def _at(chapter: "ChapterOutcome") -> str:
    cell = f", cell {chapter.cell}" if chapter.cell else ""
    return f"{chapter.chapter}{cell}"


def _show_progress(client: str, period: str, outcome: "ChapterOutcome") -> None:
    if progress.is_terminal:
        words = f"  {client} {period}  {outcome.outcome} {outcome.chapter} in {outcome.seconds:.0f} s"
        progress.print(words, markup=False, highlight=False)
