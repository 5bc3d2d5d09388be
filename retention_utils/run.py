"""One report from start to end: mart, chapters, page, tables; moved into place only when it is whole."""

import errno
import json
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from retention_utils.chapter_runs.halt import HaltedError
from retention_utils.chapter_runs.outcomes import (
    BAD,
    FULL_DISK,
    Cause,
    ChapterOutcome,
    worst,
)
from retention_utils.chapter_runs.single import WORK, Workshop
from retention_utils.errors import PrintError, RetentionError
from retention_utils.freshness import (
    is_current,
    parts_from_mart,
    parts_from_record,
)
from retention_utils.page_files import write_pages
from retention_utils.pdf import Paper, print_page
from retention_utils.plan import ReportPlan
from retention_utils.provenance import read_record
from retention_utils.record import run_record
from retention_utils.report_outcomes import ReportOutcome, Telling
from retention_utils.report_pieces import Asked, OutOfTimeError, mart_of, run_missing
from retention_utils.shelf import DONE, move_into_place, report_lock, tidy_up

__all__ = ["run_report"]


def run_report(
    plan: ReportPlan,
    *,
    workshop: Workshop,
    rank: int = 0,
    force: bool = False,
    pdf: bool = False,
    tell: Telling | None = None,
    await_predecessor: Callable[[], None] = lambda: None,
) -> ReportOutcome:
    """Make one report. A failed run never replaces a finished report: it is kept beside it.

    Two runs of the same report take turns. What an earlier run finished and what has not changed since is not
    run again. Whatever is wrong with the client's data or with the disk is the outcome of this report; it is
    not raised, so that other reports of a batch are still made.

    Parameters
    ----------
    plan : ReportPlan
        From :func:`plan_report`.
    workshop : Workshop
        What it shares with all that runs at the same time.
    rank : int
        Its place in the order of reports.
    force : bool
        Make all of it even if nothing has changed since it was made.
    pdf : bool
        Print the finished report, too, changed or not, on the paper that the client file names.
    tell : Telling
        Whom to tell what happens.
    await_predecessor : callable
        Returns when the report before this one, if it is being made, has ended.
    """
    asked = Asked(plan, workshop, rank, force, tell or Telling(), await_predecessor)
    try:
        with report_lock(plan.project, plan.client, plan.period.key, tell=asked.tell.words):
            tidy_up(plan.project, plan.client, plan.period.key)
            made = _make(asked)
            return _printed(made, plan.config.report.paper) if pdf and made.outcome not in BAD else made
    except OSError as error:
        return asked.ended("failed", reason=str(error), cause=_cause_of(error))


def _make(asked: Asked) -> ReportOutcome:
    """Make the report with the lock held, and clear away what no later run needs."""
    plan = asked.plan
    try:
        made = _unchanged(asked) or _made(asked)
    except HaltedError:
        return asked.ended("cancelled", reason=asked.workshop.halt.reason, cause="cancelled")
    except OutOfTimeError as error:
        made = asked.ended("timed out", reason=str(error), cause="report time")
        _keep_reason(plan, made)
    except (RetentionError, OSError, duckdb.Error) as error:
        made = asked.ended("failed", reason=str(error), cause=_cause_of(error))
        _keep_reason(plan, made)
    if made.outcome not in BAD or not any(plan.staging.glob(f"{DONE}/*.json")):
        shutil.rmtree(plan.staging, ignore_errors=True)  # else a later run goes on from there
    if made.outcome not in BAD:
        shutil.rmtree(plan.failed_folder, ignore_errors=True)
    return made


def _cause_of(error: Exception) -> Cause:
    if isinstance(error, RetentionError):
        return "refused"
    is_full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    return "disk full" if is_full or FULL_DISK in str(error) else "error"


def _unchanged(asked: Asked) -> ReportOutcome | None:
    """Skip the report if its record says, without a look at the data, that it is as it would be made now."""
    plan = asked.plan
    record = read_record(plan.folder)
    if asked.force or not record:
        return None
    asked.await_predecessor()
    parts = parts_from_record(plan, record)
    return _skipped(asked) if parts and is_current(plan.folder, parts, plan.languages) else None


def _skipped(asked: Asked) -> ReportOutcome:
    return asked.ended("skipped", asked.plan.folder, reason="unchanged")


def _made(asked: Asked) -> ReportOutcome:
    plan, workshop = asked.plan, asked.workshop
    workshop.kernels.begin()  # it imports while the mart is made
    with workshop.slots.held(asked.rank):
        asked = replace(asked, began=time.monotonic())
        mart = replace(mart_of(asked), key=plan.key)
    if not asked.force and is_current(plan.folder, parts_from_mart(plan, mart), plan.languages):
        return _skipped(asked)
    chapters, parts = run_missing(asked, mart)
    outcome = worst([chapter.outcome for chapter in chapters])
    if outcome == "cancelled":
        return _cut_short(asked, chapters)
    place = plan.failed_folder if outcome in BAD else plan.folder
    with workshop.slots.held(asked.rank, to_the_end=True):
        run = run_record(plan, mart, parts, chapters, seconds=round(time.monotonic() - asked.started, 1))
        _write_record(plan.staging, run)
        hides_ids = mart.config.risk_list.hash_ids
        write_pages(plan.staging, run, chapters, look=plan.look, hides_ids=hides_ids)
        for finished_with in (DONE, WORK):
            shutil.rmtree(plan.staging / finished_with, ignore_errors=True)
        move_into_place(plan.staging, place)
    bad = [chapter for chapter in chapters if chapter.outcome in BAD]
    reason = f"{len(bad)} of {len(chapters)} chapters {outcome}" if bad else ""
    causes = {chapter.cause for chapter in bad if chapter.outcome == outcome}
    cause = causes.pop() if len(causes) == 1 else "error" if causes else ""
    return replace(asked.ended(outcome, place, reason=reason, cause=cause), chapters=tuple(chapters))


def _cut_short(asked: Asked, chapters: Sequence[ChapterOutcome]) -> ReportOutcome:
    """Tell of a report that was halted while its chapters ran; what is whole of it stays for a later run."""
    others = [chapter for chapter in chapters if chapter.outcome != "cancelled"]
    before = worst([chapter.outcome for chapter in others])
    outcome, cause = (before, "error") if before in BAD else ("cancelled", "cancelled")
    return replace(
        asked.ended(outcome, reason=asked.workshop.halt.reason, cause=cause), chapters=tuple(chapters)
    )


def _keep_reason(plan: ReportPlan, made: ReportOutcome) -> None:
    """Leave a record of a run that ended without a page, where the failed page would be."""
    record = {
        "client": plan.client,
        "period": plan.period.key,
        "outcome": made.outcome,
        "seconds": made.seconds,
        "reason": made.reason,
        "outcomes": [],
    }
    # The reason may be the disk itself; it is told either way.
    with suppress(OSError):
        beside = plan.failed_folder.with_name(f".{plan.failed_folder.name}.new")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        _write_record(beside, record)
        move_into_place(beside, plan.failed_folder)


def _write_record(folder: Path, record: dict[str, Any]) -> None:
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    (folder / "run.json").write_text(text, encoding="utf-8")


def _printed(made: ReportOutcome, paper: Paper) -> ReportOutcome:
    """Print the pages of a finished report; without a PDF it is finished all the same."""
    pages = sorted(made.report.parent.glob("report*.html"))
    try:
        pdfs = [print_page(page, paper=paper) for page in pages]
    except (PrintError, OSError) as error:
        return replace(made, unprinted=str(error))
    return replace(made, pdfs=tuple(pdfs))
