"""The plan for people and machines: what is fresh, what is not and why, which chapters would run."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from retention_utils.batch.plan import BatchPlan
from retention_utils.chapter_runs.stages import stages_of
from retention_utils.freshness import chapters_to_run, reasons_to_make
from retention_utils.plan import ReportPlan

__all__ = ["Planned", "preview"]


@dataclass(frozen=True)
class Planned:
    """One report of a plan."""

    client: str
    period: str
    state: Literal["fresh", "stale", "new", "unfinished", "refused", "skipped"]
    reasons: tuple[str, ...]
    stages: tuple[tuple[str, ...], ...]  # chapters to be run; those of one stage run beside each other
    kept: tuple[str, ...]  # chapters that are good as they are

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def preview(plan: BatchPlan, *, force: bool = False) -> list[Planned]:
    """Say of every report what a run would do. Nothing is built, run or written.

    A report after one that would be made is stale, too, if nothing else is: it is compared with it.
    """
    before = plan.predecessors()
    planned: list[Planned] = []
    for place, report in enumerate(plan.reports):
        follows = place in before and planned[before[place]].state != "fresh"
        planned.append(_planned(report, force=force, follows=follows))
    others = [
        Planned(
            made.client,
            made.period,
            "skipped" if made.outcome == "skipped" else "refused",
            (made.reason,),
            (),
            (),
        )
        for made in plan.others
    ]
    return [*planned, *others]


def _planned(report: ReportPlan, *, force: bool, follows: bool) -> Planned:
    reasons = reasons_to_make(report)
    state = "fresh" if not reasons else "new" if reasons == ["new"] else "stale"
    if not reasons and follows:
        state, reasons = "stale", ["the report before"]
    if force:
        state, reasons = "stale", ["--force"]
    runs = set() if state == "fresh" else chapters_to_run(report, force=force, follows=follows)
    if state == "new" and len(runs) < len(report.notebooks):
        state, reasons = "unfinished", ["an earlier run did not finish it"]
    stages = tuple(
        tuple(file.stem for file in stage if file.stem in runs) for stage in stages_of(report.notebooks)
    )
    kept = tuple(file.stem for file in report.notebooks if file.stem not in runs)
    return Planned(
        report.client,
        report.period.key,
        state,
        tuple(reasons),
        tuple(stage for stage in stages if stage),
        kept,
    )
