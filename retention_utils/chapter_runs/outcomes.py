"""How the run of a chapter ended, and what a failure is called."""

import errno
import os
from dataclasses import asdict, dataclass
from typing import Any, Literal

import retention_utils.light_jsonschema  # noqa: F401  before what imports jsonschema

# isort: split

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from retention_utils.chapter_runs.halt import HaltedError
from retention_utils.chapter_runs.limits import Limits, size_text
from retention_utils.chapter_runs.watch import Watch

__all__ = [
    "BAD",
    "FULL_DISK",
    "Cause",
    "ChapterOutcome",
    "Failure",
    "Outcome",
    "named",
    "time_is_over",
    "worst",
]

Outcome = Literal["done", "skipped", "failed", "timed out", "cancelled"]
Cause = Literal[
    "",
    "error",
    "dead kernel",
    "cell time",
    "report time",
    "memory",
    "output",
    "disk full",
    "lost worker",
    "refused",
    "cancelled",
]

BAD: tuple[Outcome, ...] = ("cancelled", "failed", "timed out")  # the worst first
FULL_DISK = os.strerror(errno.ENOSPC)
CANCELLED = "Cancelled before it was finished."


@dataclass(frozen=True)
class ChapterOutcome:
    """How the run of one chapter ended."""

    chapter: str
    title: str  # its question
    outcome: Outcome
    seconds: float
    cell: int | None = None  # number of the failing cell, from 1
    error: str = ""
    cause: Cause = ""
    peak_mb: int | None = None  # most memory that its kernel held; None if it was never seen
    retries: int = 0  # how often it was begun anew since its kernel had died
    key: str = ""  # hash of everything it was made from

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Failure:
    """Why a chapter did not come to its end."""

    outcome: Outcome
    cause: Cause
    error: str
    cell: int | None = None  # from 1


def worst(outcomes: list[Outcome]) -> Outcome:
    """Return what is to be said of the whole: the worst of its parts, or else done."""
    return next((bad for bad in BAD if bad in outcomes), "done")


def named(failure: BaseException, watch: Watch, limits: Limits) -> Failure:
    """Give what went wrong its name: first what the watch did, then what papermill says."""
    cell = None if watch.cell is None else watch.cell + 1
    if watch.stopped:
        return Failure(*_stopped(watch, limits), cell)
    if isinstance(failure, HaltedError):
        return Failure("cancelled", "cancelled", CANCELLED)
    if isinstance(failure, PapermillExecutionError):
        return _of_cell(failure)
    if isinstance(failure, CellTimeoutError):
        error = f"A cell took longer than {limits.cell_seconds:g} seconds."
        return Failure("timed out", "cell time", error, cell)
    if isinstance(failure, DeadKernelError) or str(failure).startswith("Kernel died"):
        return Failure("failed", "dead kernel", "The kernel died, perhaps for lack of memory.", cell)
    if isinstance(failure, OSError) and failure.errno == errno.ENOSPC:
        return Failure("failed", "disk full", f"The disk is full: {failure}")
    return Failure("failed", "error", f"{type(failure).__name__}: {failure}")


def _stopped(watch: Watch, limits: Limits) -> tuple[Outcome, Cause, str]:
    if watch.stopped == "memory":
        held, most = size_text(watch.peak), size_text(limits.memory)
        return "failed", "memory", f"The kernel held {held} of memory; {most} are allowed (--memory-limit)."
    if watch.stopped == "output":
        most = size_text(limits.output)
        return "failed", "output", f"The chapter put out more than {most} (--output-limit)."
    if watch.stopped == "report time":
        return time_is_over(limits)
    return "cancelled", "cancelled", CANCELLED


def time_is_over(limits: Limits) -> tuple[Outcome, Cause, str]:
    """Say that a report took too long."""
    error = f"The report took longer than {limits.report_seconds:g} seconds (--report-timeout)."
    return "timed out", "report time", error


def _of_cell(failure: PapermillExecutionError) -> Failure:
    error = f"{failure.ename}: {failure.evalue}"
    cause: Cause = "error"
    if failure.ename == "MemoryError":
        cause = "memory"
    elif FULL_DISK in error:
        cause = "disk full"
    return Failure("failed", cause, error, failure.cell_index + 1)
