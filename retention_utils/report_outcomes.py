"""How the run of one report ended, and whom to tell while it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retention_utils.chapter_runs.outcomes import Cause, ChapterOutcome, Outcome

__all__ = ["ReportOutcome", "Telling"]


@dataclass(frozen=True)
class ReportOutcome:
    """How the run of one report ended, and where the result is."""

    client: str
    period: str
    outcome: Outcome
    seconds: float
    report: Path | None
    chapters: tuple[ChapterOutcome, ...] = ()
    reason: str = ""
    cause: Cause = ""
    pdfs: tuple[Path, ...] = ()
    unprinted: str = ""  # why there is no PDF although one was asked for

    @property
    def is_refused(self) -> bool:
        """Whether the client's data or settings cannot be used, so that nothing ran."""
        return self.cause == "refused"

    def as_dict(self, project: Path) -> dict[str, Any]:
        """Return the outcome as plain values, with the path as seen from the project."""
        peaks = [chapter.peak_mb for chapter in self.chapters if chapter.peak_mb]
        return {
            "client": self.client,
            "period": self.period,
            "outcome": self.outcome,
            "reason": self.reason,
            "cause": self.cause,
            "seconds": self.seconds,
            "peak_mb": max(peaks, default=None),
            "retries": sum(chapter.retries for chapter in self.chapters),
            "report": str(self.report.relative_to(project)) if self.report else None,
            "chapters": [chapter.as_dict() for chapter in self.chapters],
            "pdfs": [str(pdf.relative_to(project)) for pdf in self.pdfs],
            "unprinted": self.unprinted,
        }


@dataclass(frozen=True)
class Telling:
    """Whom to tell what happens while a report is made."""

    chapter: Callable[[ChapterOutcome], None] = lambda outcome: None
    words: Callable[[str], None] = lambda words: None
