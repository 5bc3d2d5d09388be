"""Runs a batch on this computer: several reports at a time, so that no core waits for the end of one."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType

from retention_utils.batch.one import Options, Tellers, fetch_finished, make_one
from retention_utils.batch.plan import BatchPlan
from retention_utils.chapter_runs.halt import Halt
from retention_utils.chapter_runs.outcomes import BAD, ChapterOutcome
from retention_utils.chapter_runs.single import Workshop
from retention_utils.chapter_runs.stages import open_workshop
from retention_utils.plan import ReportPlan
from retention_utils.report_outcomes import ReportOutcome, Telling

__all__ = ["halted_by_signals", "run_batch"]


def run_batch(plan: BatchPlan, options: Options, *, halt: Halt, tell: Tellers) -> list[ReportOutcome]:
    """Make all reports of a plan.

    Parameters
    ----------
    plan : BatchPlan
        Which reports.
    options : Options
        How.
    halt : Halt
        Call it to end everything: what runs is cancelled, what is whole stays.
    tell : Tellers
        Told one thing at a time.

    Returns
    -------
    list of ReportOutcome
        One for every report, in the order of the plan; those that cannot be made come last.
    """
    for other in plan.others:
        tell.report(other)
    fetch_finished(plan.reports, options)
    notebooks = sorted({notebook for report in plan.reports for notebook in report.notebooks})
    shared = {"jobs": options.jobs, "limits": options.limits, "fail_fast": options.fail_fast}
    with open_workshop(notebooks, halt=halt, **shared) as workshop:
        made = _Run(plan, options, workshop, tell).all()
    return [*made, *plan.others]


class _Run:
    """One run of a batch: who waits for whom, and who is told."""

    def __init__(self, plan: BatchPlan, options: Options, workshop: Workshop, tell: Tellers) -> None:
        self._plan, self._options, self._workshop, self._tell = plan, options, workshop, tell
        self._ended = [threading.Event() for _ in plan.reports]
        self._before = plan.predecessors()
        self._telling = threading.Lock()

    def all(self) -> list[ReportOutcome]:
        # Two reports more than places: those at their end run one thing at a time, while others begin.
        with ThreadPoolExecutor(max_workers=self._options.jobs + 2) as workers:
            return list(workers.map(self._one, range(len(self._plan.reports))))

    def _one(self, place: int) -> ReportOutcome:
        report = self._plan.reports[place]
        await_predecessor = self._ended[self._before[place]].wait if place in self._before else _at_once
        try:
            outcome = make_one(
                report,
                self._options,
                self._workshop,
                rank=place,
                tell=self._telling_of(report),
                await_predecessor=await_predecessor,
            )
        finally:
            self._ended[place].set()
        if self._options.fail_fast and outcome.outcome in BAD:
            self._workshop.halt.call(f"{outcome.client} {outcome.period} {outcome.outcome} (--fail-fast)")
        with self._telling:
            self._tell.report(outcome)
        return outcome

    def _telling_of(self, report: ReportPlan) -> Telling:
        def chapter(outcome: ChapterOutcome) -> None:
            with self._telling:
                self._tell.chapter(report.client, report.period.key, outcome)

        def words(said: str) -> None:
            with self._telling:
                self._tell.words(report.client, report.period.key, said)

        return Telling(chapter, words)


def _at_once() -> None:
    """Wait for nobody."""


@contextmanager
def halted_by_signals(halt: Halt) -> Iterator[None]:
    """End everything in order on Ctrl-C and SIGTERM; a second one ends this process on the spot.

    Nothing is lost either way: reports appear whole or not at all, and kernels end with this process.
    """

    def called(number: int, frame: FrameType | None) -> None:
        before = halt.is_called
        halt.call(signal.Signals(number).name)
        if before:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    asked = (signal.SIGINT, signal.SIGTERM)
    earlier = {number: signal.signal(number, called) for number in asked}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
