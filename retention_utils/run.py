"""One report from start to end: mart, chapters, page, tables; moved into place only when it is whole."""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import duckdb

from retention_utils.batch import ChapterOutcome, run_chapters
from retention_utils.chapters import read_chapter
from retention_utils.errors import PrintError, RetentionError
from retention_utils.exports.csv_files import write_tables
from retention_utils.exports.hidden_ids import Ids
from retention_utils.mart import Mart
from retention_utils.pdf import Paper, print_page
from retention_utils.plan import ReportPlan
from retention_utils.record import is_current, made_from, run_record
from retention_utils.report import render_report
from retention_utils.shelf import move_into_place, page_names, report_lock, tidy_up
from retention_utils.texts import in_language
from retention_utils.upkeep import ensure_mart

__all__ = ["ReportOutcome", "run_report"]


@dataclass(frozen=True)
class ReportOutcome:
    """How the run of one report ended, and where the result is."""

    client: str
    period: str
    outcome: Literal["done", "skipped", "failed"]
    seconds: float
    report: Path | None
    chapters: tuple[ChapterOutcome, ...] = ()
    reason: str = ""
    pdfs: tuple[Path, ...] = ()
    unprinted: str = ""  # why there is no PDF although one was asked for
    is_refused: bool = False  # the client's data or settings cannot be used, so that nothing ran

    def as_dict(self, project: Path) -> dict[str, Any]:
        """Return the outcome as plain values, with the path as seen from the project."""
        return {
            "client": self.client,
            "period": self.period,
            "outcome": self.outcome,
            "seconds": self.seconds,
            "report": str(self.report.relative_to(project)) if self.report else None,
            "chapters": [chapter.as_dict() for chapter in self.chapters],
            "reason": self.reason,
            "pdfs": [str(pdf.relative_to(project)) for pdf in self.pdfs],
            "unprinted": self.unprinted,
        }


def run_report(
    plan: ReportPlan,
    *,
    jobs: int,
    force: bool = False,
    pdf: bool = False,
    tell: Callable[[ChapterOutcome], None] = lambda outcome: None,
) -> ReportOutcome:
    """Make one report. A failed run never replaces a finished report: it is kept beside it.

    Two runs of the same report take turns. Whatever is wrong with the client's data or with the disk is the
    outcome of this report; it is not raised, so that other reports of a batch are still made.

    Parameters
    ----------
    plan : ReportPlan
        From :func:`plan_report`.
    jobs : int
        Kernels at a time.
    force : bool
        Make it even if nothing has changed since the finished report was made.
    pdf : bool
        Print the finished report, too, changed or not, on the paper that the client file names.
    tell : callable
        Called with every chapter's outcome as it comes.
    """
    started = time.monotonic()
    try:
        with report_lock(plan.project, plan.client, plan.period.key):
            tidy_up(plan.project, plan.client, plan.period.key)
            made = _make(plan, started, jobs=jobs, force=force, tell=tell)
            return _printed(made, plan.config.report.paper) if pdf and made.outcome != "failed" else made
    except OSError as error:
        return _outcome(plan, "failed", started, None, reason=str(error))


def _make(
    plan: ReportPlan, started: float, *, jobs: int, force: bool, tell: Callable[[ChapterOutcome], None]
) -> ReportOutcome:
    """Make the report with the lock held."""
    try:
        mart = replace(ensure_mart(plan.project, plan.client, plan.period.key), key=plan.key)
        parts = made_from(plan, mart)
        if not force and is_current(plan.folder, parts, plan.language.split(",")):
            shutil.rmtree(plan.failed_folder, ignore_errors=True)
            return _outcome(plan, "skipped", started, plan.folder, reason="unchanged")
        chapters = _run_into(plan.staging, plan, mart, parts, jobs=jobs, tell=tell, started=started)
        failed = [chapter for chapter in chapters if chapter.outcome == "failed"]
        place = plan.failed_folder if failed else plan.folder
        move_into_place(plan.staging, place)
    except (RetentionError, OSError, duckdb.Error) as error:
        _keep_reason(plan, str(error), seconds=_since(started))
        outcome = _outcome(plan, "failed", started, None, reason=str(error))
        return replace(outcome, is_refused=isinstance(error, RetentionError))
    finally:
        shutil.rmtree(plan.staging, ignore_errors=True)
    if not failed:
        shutil.rmtree(plan.failed_folder, ignore_errors=True)
    reason = f"{len(failed)} of {len(chapters)} chapters failed" if failed else ""
    return _outcome(plan, "failed" if failed else "done", started, place, chapters, reason=reason)


def _printed(made: ReportOutcome, paper: Paper) -> ReportOutcome:
    """Print the pages of a finished report; without a PDF it is finished all the same."""
    pages = sorted(made.report.parent.glob("report*.html"))
    try:
        pdfs = [print_page(page, paper=paper) for page in pages]
    except (PrintError, OSError) as error:
        return replace(made, unprinted=str(error))
    return replace(made, pdfs=tuple(pdfs))


def _keep_reason(plan: ReportPlan, reason: str, *, seconds: float) -> None:
    """Leave a record of a run that ended without a page, where the failed page would be."""
    record = {
        "client": plan.client,
        "period": plan.period.key,
        "outcome": "failed",
        "seconds": seconds,
        "reason": reason,
        "outcomes": [],
    }
    # The reason may be the disk itself; it is told either way.
    with suppress(OSError):
        shutil.rmtree(plan.staging, ignore_errors=True)
        plan.staging.mkdir(parents=True)
        _write_record(plan.staging, record)
        move_into_place(plan.staging, plan.failed_folder)


def _write_record(folder: Path, record: dict[str, Any]) -> None:
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    (folder / "run.json").write_text(text, encoding="utf-8")


def _outcome(
    plan: ReportPlan,
    outcome: Literal["done", "skipped", "failed"],
    started: float,
    folder: Path | None,
    chapters: Sequence[ChapterOutcome] = (),
    *,
    reason: str,
) -> ReportOutcome:
    report = folder / "report.html" if folder else None
    return ReportOutcome(
        plan.client, plan.period.key, outcome, _since(started), report, tuple(chapters), reason
    )


def _run_into(
    staging: Path,
    plan: ReportPlan,
    mart: Mart,
    parts: dict[str, Any],
    *,
    jobs: int,
    tell: Callable[[ChapterOutcome], None],
    started: float,
) -> list[ChapterOutcome]:
    folder = staging / "chapters"
    folder.mkdir(parents=True)
    outcomes = run_chapters(plan.notebooks, folder, parameters=plan.parameters, jobs=jobs, tell=tell)
    run = run_record(plan, mart, parts, outcomes, seconds=_since(started))
    _write_record(staging, run)
    done = [folder / f"{chapter.chapter}.ipynb" for chapter in outcomes if chapter.outcome == "done"]
    for number, (language, page) in enumerate(page_names(run["languages"]).items()):
        source = in_language(run["source"], language)
        chapters = [read_chapter(file, language=language, source=source) for file in done]
        if not number:
            hides = mart.config.risk_list.hash_ids
            write_tables(chapters, staging / "tables", ids=Ids(hides, hides))
        (staging / page).write_text(
            render_report(run, chapters, language=language, look=plan.look), encoding="utf-8"
        )
    return outcomes


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)
