"""One report of a batch, made and kept: what is the same on this computer and on a cluster."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from retention_utils.chapter_runs.limits import Limits
from retention_utils.chapter_runs.outcomes import BAD, ChapterOutcome
from retention_utils.chapter_runs.single import Workshop
from retention_utils.errors import InputError
from retention_utils.plan import ReportPlan
from retention_utils.report_outcomes import ReportOutcome
from retention_utils.run import run_report

__all__ = ["Options", "Tellers", "fetch_finished", "make_one"]


@dataclass(frozen=True)
class Options:
    """How all reports of a batch are made."""

    jobs: int
    limits: Limits
    force: bool = False
    pdf: bool = False
    fail_fast: bool = False
    store: str = ""  # URL of where finished reports are put, beside their place here


@dataclass(frozen=True)
class Tellers:
    """Whom to tell what happens."""

    chapter: Callable[[str, str, ChapterOutcome], None] = lambda client, period, outcome: None
    report: Callable[[ReportOutcome], None] = lambda outcome: None
    words: Callable[[str, str, str], None] = lambda client, period, words: None


def make_one(report: ReportPlan, options: Options, workshop: Workshop, **asked: Any) -> ReportOutcome:
    """Make one report and put it on the store, if there is one.

    ``asked`` is what :func:`run_report` takes beside.
    """
    try:
        made = run_report(report, workshop=workshop, force=options.force, pdf=options.pdf, **asked)
    except Exception as error:  # noqa: BLE001  a fault of this program, too, is this report's alone
        reason = f"{type(error).__name__}: {error}"
        return ReportOutcome(
            report.client, report.period.key, "failed", 0.0, None, reason=reason, cause="error"
        )
    if options.store and made.outcome not in BAD:
        from retention_utils.batch.store import Store

        try:
            Store(options.store).publish(report.folder, report.client)
        except Exception as error:  # noqa: BLE001  whatever a store may raise, the report itself is made
            reason = f"The report is made, but could not be put on {options.store}: {error}"
            return replace(made, outcome="failed", reason=reason, cause="error")
    return made


def fetch_finished(reports: Sequence[ReportPlan], options: Options) -> None:
    """Bring the clients' reports here that are on the store and not here: they may be as good as new.

    Raises
    ------
    InputError
        If the store cannot be read.
    """
    if options.store:
        from retention_utils.batch.store import Store

        try:
            store = Store(options.store)
            for project, client in sorted({(report.project, report.client) for report in reports}):
                store.fetch_all(project, client)
        except Exception as error:  # whatever a store may raise
            msg = (
                f"{options.store} cannot be read: {error}. Correct --store, or what it takes to log in there."
            )
            raise InputError(msg) from error
