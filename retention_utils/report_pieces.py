"""The pieces of one report: its mart, and those of its chapters that are not there yet."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from retention_utils.chapter_runs.halt import HaltedError
from retention_utils.chapter_runs.outcomes import (
    BAD,
    Cause,
    ChapterOutcome,
    Outcome,
    time_is_over,
)
from retention_utils.chapter_runs.single import Workshop
from retention_utils.chapter_runs.stages import run_chapters, stages_of
from retention_utils.chapter_runs.watch import BuildWatch
from retention_utils.errors import RetentionError
from retention_utils.freshness import (
    GoodChapter,
    chapter_keys,
    good_chapters,
    keep_outcome,
    parts_from_mart,
    take_over,
)
from retention_utils.mart import Mart
from retention_utils.plan import ReportPlan
from retention_utils.report_outcomes import ReportOutcome, Telling
from retention_utils.upkeep import ensure_mart

__all__ = ["Asked", "OutOfTimeError", "mart_of", "run_missing"]


class OutOfTimeError(Exception):
    """A report took too long before its first chapter began."""


@dataclass(frozen=True)
class Asked:
    """How one report is to be made."""

    plan: ReportPlan
    workshop: Workshop
    rank: int
    force: bool
    tell: Telling
    await_predecessor: Callable[[], None]
    started: float = field(default_factory=time.monotonic)
    began: float | None = None  # its first piece; before, it waits for its turn

    @property
    def deadline(self) -> float | None:
        """When the report has to be ready, on the monotonic clock."""
        seconds = self.workshop.limits.report_seconds
        return None if seconds is None or self.began is None else self.began + seconds

    def ended(
        self, outcome: Outcome, folder: Path | None = None, *, reason: str, cause: Cause = ""
    ) -> ReportOutcome:
        """Return an outcome of this report."""
        page = folder / "report.html" if folder else None
        seconds = round(time.monotonic() - self.started, 1)
        return ReportOutcome(
            self.plan.client, self.plan.period.key, outcome, seconds, page, reason=reason, cause=cause
        )


def mart_of(asked: Asked) -> Mart:
    """Have the mart made, unless it is there; it ends with the run, and when the report is out of time."""
    plan, workshop = asked.plan, asked.workshop
    watch = BuildWatch(workshop.halt, asked.deadline)
    try:
        with workshop.watchman.watching(watch):
            return ensure_mart(plan.project, plan.client, plan.period.key, watching=watch.watching)
    except (RetentionError, duckdb.Error) as error:
        if watch.stopped == "cancelled":
            raise HaltedError(workshop.halt.reason) from error
        if watch.stopped:
            raise OutOfTimeError(time_is_over(workshop.limits)[2]) from error
        raise


def run_missing(asked: Asked, mart: Mart) -> tuple[list[ChapterOutcome], dict[str, Any]]:
    """Run the chapters that are not there yet; return all outcomes, and what the report was made from."""
    plan = asked.plan
    good = {} if asked.force else good_chapters(plan)
    _clear(plan, keep={found.notebook for found in good.values()})
    parts = parts_from_mart(plan, mart)
    outcomes: list[ChapterOutcome] = []
    for number, stage in enumerate(stages_of(plan.notebooks)):
        if number == 1:  # those that may read the report before
            asked.await_predecessor()
            parts = parts_from_mart(plan, mart)
        done = {outcome.chapter for outcome in outcomes if outcome.outcome not in BAD}
        outcomes += _run_some(asked, stage, chapter_keys(plan, parts, done), good)
    return sorted(outcomes, key=lambda outcome: outcome.chapter), parts


def _clear(plan: ReportPlan, *, keep: Collection[Path]) -> None:
    """Leave nothing in the staging folder but chapters that are whole."""
    chapters = plan.staging / "chapters"
    for file in chapters.glob("*"):
        if file not in keep:
            file.unlink()
    chapters.mkdir(parents=True, exist_ok=True)


def _run_some(
    asked: Asked, notebooks: Sequence[Path], keys: Mapping[str, str], good: Mapping[str, GoodChapter]
) -> list[ChapterOutcome]:
    plan = asked.plan
    folder = plan.staging / "chapters"

    def reuse(notebook: Path) -> ChapterOutcome | None:
        found = good.get(keys[notebook.stem])
        if found is None:
            return None
        take_over(found, folder / notebook.name)
        return replace(found.outcome, outcome="skipped")

    def note(outcome: ChapterOutcome) -> None:
        if outcome.outcome not in BAD:
            keep_outcome(plan.staging, replace(outcome, key=keys[outcome.chapter]))
        asked.tell.chapter(outcome)

    outcomes = run_chapters(
        notebooks,
        folder,
        parameters=plan.parameters,
        workshop=asked.workshop,
        rank=asked.rank,
        deadline=asked.deadline,
        reuse=reuse,
        tell=note,
    )
    return [replace(outcome, key=keys[outcome.chapter]) for outcome in outcomes]
