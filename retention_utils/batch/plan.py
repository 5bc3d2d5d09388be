"""Which reports a batch makes, in which order, and what cannot be made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from retention_utils.errors import PeriodError, RetentionError
from retention_utils.periods import parse_period, periods_between
from retention_utils.plan import ReportPlan, plan_report
from retention_utils.report_outcomes import ReportOutcome

__all__ = ["BatchPlan", "periods_asked", "plan_batch"]


@dataclass(frozen=True)
class BatchPlan:
    """The reports of a batch, and the outcomes of those that will not be made."""

    project: Path
    reports: tuple[ReportPlan, ...]
    others: tuple[ReportOutcome, ...] = field(default=())

    def predecessors(self) -> dict[int, int]:
        """Return, by place in the plan, the place of the report before of the same client."""
        latest: dict[str, int] = {}
        found = {}
        for place, report in enumerate(self.reports):
            if report.client in latest:
                found[place] = latest[report.client]
            latest[report.client] = place
        return found


def periods_asked(periods: Sequence[str], since: str | None, until: str | None) -> list[str]:
    """Return the keys of the periods asked for, the earliest first; none: the last complete one.

    Raises
    ------
    PeriodError
        If a period cannot be read, or the two ends of a range do not fit each other.
    """
    if (since is None) != (until is None):
        msg = "--from and --to belong together: name the first and the last period."
        raise PeriodError(msg)
    asked = {parse_period(text) for text in periods}
    if since and until:
        asked |= set(periods_between(parse_period(since), parse_period(until)))
    return [period.key for period in sorted(asked, key=lambda period: (period.end, period.start))]


def plan_batch(
    project: Path, clients: Sequence[str], periods: Sequence[str], *, is_range: bool = False, **asked: Any
) -> BatchPlan:
    """Plan every report of every client, period by period.

    A client whose file cannot be used, or whose data do not cover a period, does not keep the others waiting:
    it is among the outcomes.

    Parameters
    ----------
    project : Path
        The folder of the project.
    clients : sequence of str
        Their names.
    periods : sequence of str
        From :func:`periods_asked`; none: the last complete one of every client.
    is_range : bool
        The periods were asked for as a range: those that a client's data do not cover are skipped.
    **asked
        What :func:`plan_report` takes beside.
    """
    reports: list[ReportPlan] = []
    others: list[ReportOutcome] = []
    for period in periods or [None]:
        for client in clients:
            try:
                reports.append(plan_report(project, client, period, **asked))
            except (RetentionError, OSError, duckdb.Error) as error:
                is_skipped = is_range and isinstance(error, PeriodError)
                others.append(_not_made(client, period, error, is_skipped=is_skipped))
    return BatchPlan(project, tuple(reports), tuple(others))


def _not_made(client: str, period: str | None, error: Exception, *, is_skipped: bool) -> ReportOutcome:
    outcome, cause = ("skipped", "") if is_skipped else ("failed", "refused")
    return ReportOutcome(client, period or "", outcome, 0.0, None, reason=str(error), cause=cause)
