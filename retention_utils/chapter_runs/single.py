"""One chapter: papermill runs it in a kernel of its own, the watch looks on, and it ends with one outcome."""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import papermill

from retention_utils.chapter_runs.engine import ENGINE
from retention_utils.chapter_runs.halt import Halt, HaltedError
from retention_utils.chapter_runs.limits import Limits
from retention_utils.chapter_runs.outcomes import BAD, ChapterOutcome, Failure, named, time_is_over
from retention_utils.chapter_runs.slots import Slots
from retention_utils.chapter_runs.watch import Watch, Watchman
from retention_utils.notebooks import READERS, question_of, settled
from retention_utils.warm_kernels.supervisor import WarmKernels

__all__ = ["WORK", "Workshop", "run_chapter"]

MEGABYTE = 10**6
WORK = "work"  # beside the executed chapters: working folders of those that run


@dataclass(frozen=True)
class Workshop:
    """What all chapters that run at the same time share."""

    slots: Slots  # of those that compute
    kernels_open: Slots  # of kernels: one more, which starts or ends while the others compute
    halt: Halt
    watchman: Watchman
    kernels: WarmKernels
    limits: Limits = field(default_factory=Limits)
    fail_fast: bool = False  # the first failure ends everything


def run_chapter(
    notebook: Path,
    target: Path,
    parameters: Mapping[str, Any],
    *,
    workshop: Workshop,
    rank: int = 0,
    deadline: float | None = None,
) -> ChapterOutcome:
    """Execute a chapter when its turn has come; whatever goes wrong is its outcome.

    Parameters
    ----------
    notebook : Path
        The template.
    target : Path
        The executed notebook.
    parameters : mapping
        What to inject.
    workshop : Workshop
        What is shared with all others.
    rank : int
        Of its report; lower ones have a place first.
    deadline : float, optional
        Of its report, on the monotonic clock.
    """
    title = question_of(json.loads(notebook.read_text(encoding="utf-8")))
    try:
        with workshop.kernels_open.held(rank):
            if deadline is not None and time.monotonic() > deadline:
                late = Failure(*time_is_over(workshop.limits))
                return ChapterOutcome(
                    notebook.stem, title, late.outcome, 0.0, error=late.error, cause=late.cause
                )
            made = _run(notebook, target, parameters, workshop, rank=rank, deadline=deadline, title=title)
            if workshop.fail_fast and made.outcome in BAD:
                words = [str(parameters.get(name, "")) for name in ("client", "period")]
                workshop.halt.call(" ".join([*words, made.chapter, made.outcome, "(--fail-fast)"]))
            return made
    except HaltedError:
        return ChapterOutcome(
            notebook.stem, title, "cancelled", 0.0, error="Cancelled before it began.", cause="cancelled"
        )


def _run(
    notebook: Path,
    target: Path,
    parameters: Mapping[str, Any],
    workshop: Workshop,
    *,
    rank: int,
    deadline: float | None,
    title: str,
) -> ChapterOutcome:
    tried = partial(_tried, notebook, target, parameters, workshop, rank=rank, deadline=deadline)
    started, retries = time.monotonic(), 0
    failure, watch = tried()
    while failure and failure.cause == "dead kernel" and retries < workshop.limits.retries:
        retries += 1
        failure, watch = tried()
    return ChapterOutcome(
        notebook.stem,
        title,
        failure.outcome if failure else "done",
        round(time.monotonic() - started, 1),
        failure.cell if failure else None,
        failure.error if failure else "",
        failure.cause if failure else "",
        round(watch.peak / MEGABYTE) or None,
        retries,
    )


def _tried(
    notebook: Path,
    target: Path,
    parameters: Mapping[str, Any],
    workshop: Workshop,
    *,
    rank: int,
    deadline: float | None,
) -> tuple[Failure | None, Watch]:
    """Execute once; afterwards what is left in the target is a function of data, parameters and code."""
    watch = Watch(workshop.limits, workshop.halt, deadline)
    failure = None
    try:
        target.unlink(missing_ok=True)
        with workshop.watchman.watching(watch), _working_folder(target) as folder:
            turn = partial(workshop.slots.held, rank)
            _execute(notebook, target, parameters, workshop=workshop, watch=watch, turn=turn, folder=folder)
        failure = _cut_short(target)
    except Exception as error:  # noqa: BLE001  whatever went wrong is this chapter's outcome
        failure = named(error, watch, workshop.limits)
    try:
        _settle(target)
    except (OSError, ValueError) as error:
        failure = failure or named(error, watch, workshop.limits)
    return failure, watch


@contextmanager
def _working_folder(target: Path) -> Iterator[Path]:
    """Give a chapter a folder of its own; one that reads others works where they lie."""
    if any(target.stem in names for names in READERS):
        yield target.parent
        return
    folder = target.parent.with_name(WORK) / target.stem
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _execute(
    notebook: Path,
    target: Path,
    parameters: Mapping[str, Any],
    *,
    workshop: Workshop,
    watch: Watch,
    turn: Callable[[], AbstractContextManager[None]],
    folder: Path,
) -> None:
    """Have papermill run a chapter; once more if its kernel was lost with the server that forked it."""
    warm = workshop.kernels.options
    try:
        papermill.execute_notebook(
            str(notebook),
            str(target),
            parameters=dict(parameters),
            engine_name=ENGINE,
            watch=watch,
            turn=turn,
            progress_bar=False,
            request_save_on_cell_execute=False,
            # Errors reach us through the outcome; the kernel's own log would only mix with other clients'.
            extra_arguments=["--IPKernelApp.log_level=CRITICAL", "--HistoryManager.enabled=False"],
            execution_timeout=workshop.limits.cell_seconds,
            # papermill's own cwd= changes the folder of the whole process: never from threads.
            resources={"metadata": {"path": str(folder)}},
            **warm,
        )
    except RuntimeError:  # DeadKernelError is one
        if not warm or watch.stopped or workshop.kernels.is_serving:
            raise
        workshop.kernels.renew()
        _execute(notebook, target, parameters, workshop=workshop, watch=watch, turn=turn, folder=folder)


def _cut_short(target: Path) -> Failure | None:
    """Say whether cells were left out although none failed: papermill takes ``sys.exit(0)`` for an end."""
    cells = json.loads(target.read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate(cells, start=1):
        is_code = cell["cell_type"] == "code" and "".join(cell["source"]).strip()
        if is_code and (cell.get("execution_count") is None or _has_exited(cell)):
            return Failure("failed", "error", "A cell ended the chapter before its last cell.", number)
    return None


def _has_exited(cell: Mapping[str, Any]) -> bool:
    return any(output.get("ename") == "SystemExit" for output in cell["outputs"])


def _settle(target: Path) -> None:
    if target.is_file():
        kept = settled(json.loads(target.read_text(encoding="utf-8")))
        target.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
