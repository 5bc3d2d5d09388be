"""Runs a batch on a Dask cluster: the same plan, a report at a time on every worker.

The project's folder must be there for every worker, under the same path or the one that ``RETENTION_PROJECT``
names there. Reports meet on that folder, if it is shared, or on a store.
"""

import time
import uuid
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import Client, Future, KilledWorker, WorkerPlugin, as_completed, get_worker

from retention_utils.batch.one import Options, Tellers, fetch_finished, make_one
from retention_utils.batch.plan import BatchPlan
from retention_utils.chapter_runs.halt import Halt
from retention_utils.chapter_runs.outcomes import BAD
from retention_utils.chapter_runs.stages import open_workshop
from retention_utils.errors import InputError
from retention_utils.plan import ReportPlan, plan_report
from retention_utils.project import find_project
from retention_utils.report_outcomes import ReportOutcome

__all__ = ["run_on_cluster"]

LOOK_SECONDS = 0.5


class WorkshopPlugin(WorkerPlugin):
    """What every worker has ready for the reports of one run; with it goes all that it started.

    Parameters
    ----------
    name : str
        Of the run.
    notebooks : list of Path
        All chapters.
    options : Options
        Of the run; ``jobs`` counts kernels on each worker.
    """

    def __init__(self, name: str, notebooks: list[Path], options: Options) -> None:
        self.name = name
        self._notebooks, self._options = notebooks, options

    def setup(self, worker: Any) -> None:
        """Open the workshop."""
        self._halt, self._stack = Halt(), ExitStack()
        self.workshop = self._stack.enter_context(
            open_workshop(
                self._notebooks, jobs=self._options.jobs, limits=self._options.limits, halt=self._halt
            )
        )

    def teardown(self, worker: Any) -> None:
        """End what still runs, and close it."""
        self._halt.call("the run has ended")
        self._stack.close()


def run_on_cluster(
    plan: BatchPlan, options: Options, *, scheduler: str, asked: dict[str, Any], halt: Halt, tell: Tellers
) -> list[ReportOutcome]:
    """Make all reports of a plan on the workers of a cluster.

    A report whose worker is lost begins anew on another one: chapters that were whole are taken over if the
    project's folder is shared. The reports of one client follow each other, since each is compared with the
    one before.

    Parameters
    ----------
    plan : BatchPlan
        Which reports.
    options : Options
        How.
    scheduler : str
        Address of the cluster's scheduler, such as ``tcp://10.0.0.1:8786``.
    asked : dict
        What the reports were planned with; every worker plans its own anew.
    halt : Halt
        Call it to end everything.
    tell : Tellers
        Told one thing at a time.

    Returns
    -------
    list of ReportOutcome
        One for every report, in the order of the plan; those that cannot be made come last.
    """
    for other in plan.others:
        tell.report(other)
    name = f"retention-{uuid.uuid4().hex}"
    notebooks = sorted({notebook for report in plan.reports for notebook in report.notebooks})
    with Client(scheduler, set_as_default=False) as client:
        client.register_plugin(WorkshopPlugin(name, notebooks, options))
        try:
            made = _Run(client, plan, options, asked, halt, tell, name).all()
        finally:
            client.unregister_worker_plugin(name)
    return [*made, *plan.others]


class _Run:
    """One run on a cluster: what is to come of every client, and what has come."""

    def __init__(
        self,
        client: Client,
        plan: BatchPlan,
        options: Options,
        asked: dict[str, Any],
        halt: Halt,
        tell: Tellers,
        name: str,
    ) -> None:
        self._client, self._plan, self._options = client, plan, options
        self._asked, self._halt, self._tell, self._name = asked, halt, tell, name
        self._places: dict[Future, int] = {}
        self._after = {before: place for place, before in plan.predecessors().items()}
        self._outcomes: dict[int, ReportOutcome] = {}

    def all(self) -> list[ReportOutcome]:
        first = set(range(len(self._plan.reports))) - set(self._after.values())
        futures = [self._submitted(place) for place in sorted(first)]
        running = as_completed(futures, loop=self._client.loop)
        while running.count():
            for future in running.next_batch(block=False):
                self._note(future)
                if (after := self._after.get(self._places[future])) is not None and not self._halt.is_called:
                    running.add(self._submitted(after))
            if self._halt.is_called:
                break
            time.sleep(LOOK_SECONDS)
        self._client.cancel(list(self._places))
        return [
            self._outcomes.get(place) or self._cancelled(place) for place in range(len(self._plan.reports))
        ]

    def _submitted(self, place: int) -> Future:
        report = self._plan.reports[place]
        words = (str(report.project), report.client, report.period.key)
        future = self._client.submit(
            _make, *words, self._asked, self._options, self._name, pure=False, priority=-place
        )
        self._places[future] = place
        return future

    def _note(self, future: Future) -> None:
        place = self._places[future]
        report = self._plan.reports[place]
        error = future.exception()
        outcome = _lost(report, error) if error else future.result()
        outcome = replace(outcome, report=_here(outcome.report, report))
        if outcome.outcome not in BAD:
            outcome = self._brought(report, outcome)
        self._outcomes[place] = outcome
        for chapter in outcome.chapters:
            self._tell.chapter(report.client, report.period.key, chapter)
        self._tell.report(outcome)
        if self._options.fail_fast and outcome.outcome in BAD:
            self._halt.call(f"{outcome.client} {outcome.period} {outcome.outcome} (--fail-fast)")

    def _brought(self, report: ReportPlan, outcome: ReportOutcome) -> ReportOutcome:
        """Bring a finished report here, if it is only on the store; if that fails, say so."""
        try:
            fetch_finished([report], self._options)
        except InputError as error:
            return replace(outcome, outcome="failed", reason=str(error), cause="error")
        return outcome

    def _cancelled(self, place: int) -> ReportOutcome:
        report = self._plan.reports[place]
        outcome = ReportOutcome(
            report.client,
            report.period.key,
            "cancelled",
            0.0,
            None,
            reason=self._halt.reason,
            cause="cancelled",
        )
        self._tell.report(outcome)
        return outcome


def _lost(report: ReportPlan, error: BaseException) -> ReportOutcome:
    is_lost = isinstance(error, KilledWorker)
    reason = (
        f"Every worker that took it was lost ({error})." if is_lost else f"{type(error).__name__}: {error}"
    )
    cause = "lost worker" if is_lost else "error"
    return ReportOutcome(report.client, report.period.key, "failed", 0.0, None, reason=reason, cause=cause)


def _here(page: Path | None, report: ReportPlan) -> Path | None:
    """Return where a page that a worker made is seen from here."""
    return page and report.folder.parent / page.parent.name / page.name


def _make(
    project: str, client: str, period: str, asked: dict[str, Any], options: Options, name: str
) -> ReportOutcome:
    """Make one report on a worker."""
    here = Path(project) if Path(project).is_dir() else find_project()
    report = plan_report(here, client, period, **asked)
    fetch_finished([report], options)
    return make_one(report, options, get_worker().plugins[name].workshop)
