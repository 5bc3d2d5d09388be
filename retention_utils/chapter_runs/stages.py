"""All chapters of one report: those that stand alone beside each other, then those that read them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from retention_utils.chapter_runs.halt import Halt
from retention_utils.chapter_runs.limits import Limits
from retention_utils.chapter_runs.outcomes import ChapterOutcome
from retention_utils.chapter_runs.single import Workshop, run_chapter
from retention_utils.chapter_runs.slots import Slots
from retention_utils.chapter_runs.watch import Watchman
from retention_utils.notebooks import READERS
from retention_utils.warm_kernels.supervisor import warm_kernels

__all__ = ["open_workshop", "run_chapters", "stages_of"]


@contextmanager
def open_workshop(
    notebooks: Sequence[Path],
    *,
    jobs: int,
    limits: Limits | None = None,
    halt: Halt | None = None,
    fail_fast: bool = False,
) -> Iterator[Workshop]:
    """Have ready what chapters need to run; afterwards no kernel is left.

    On Linux the kernels are forked from a process that has imported what the chapters import
    (:mod:`retention_utils.warm_kernels`); a chapter's result does not depend on it.

    Parameters
    ----------
    notebooks : sequence of Path
        All chapters that may be run.
    jobs : int
        Chapters that compute at a time. One kernel more may be there, which starts or ends meanwhile.
    limits : Limits, optional
        What a chapter may use.
    halt : Halt, optional
        Call it to end everything.
    fail_fast : bool
        The first failure does.
    """
    halt = halt or Halt()
    with warm_kernels(notebooks) as kernels, Watchman().on_duty() as watchman:
        slots, kernels_open = Slots(jobs, halt), Slots(jobs + 1, halt)
        yield Workshop(slots, kernels_open, halt, watchman, kernels, limits or Limits(), fail_fast)


def stages_of(notebooks: Sequence[Path]) -> list[list[Path]]:
    """Group the chapters into those that stand alone and those that read the ones before them."""
    readers = {name for names in READERS for name in names}
    # Later chapters tend to be the longer ones; begun first, they do not keep the others waiting.
    alone = sorted((notebook for notebook in notebooks if notebook.stem not in readers), reverse=True)
    return [alone, *([notebook for notebook in notebooks if notebook.stem in names] for names in READERS)]


def run_chapters(
    notebooks: Sequence[Path],
    folder: Path,
    *,
    parameters: Mapping[str, Mapping[str, Any]],
    workshop: Workshop,
    rank: int = 0,
    deadline: float | None = None,
    reuse: Callable[[Path], ChapterOutcome | None] = lambda notebook: None,
    tell: Callable[[ChapterOutcome], None] = lambda outcome: None,
) -> list[ChapterOutcome]:
    """Execute every chapter into ``folder``, those that read others after them.

    Parameters
    ----------
    notebooks : sequence of Path
        The chapters.
    folder : Path
        Where the executed notebooks go. Chapters that read others work there, every other one in a folder of
        its own beside it.
    parameters : mapping
        By chapter: what to inject.
    workshop : Workshop
        From :func:`open_workshop`.
    rank : int
        Of the report; lower ones have a place first.
    deadline : float, optional
        Of the report, on the monotonic clock.
    reuse : callable
        Asked for every chapter when its stage begins: the outcome, if the chapter need not be run.
    tell : callable
        Called with every outcome as it comes.

    Returns
    -------
    list of ChapterOutcome
        One per chapter, in the order of their numbers.
    """

    def run(notebook: Path) -> ChapterOutcome:
        outcome = reuse(notebook) or run_chapter(
            notebook,
            folder / notebook.name,
            parameters[notebook.stem],
            workshop=workshop,
            rank=rank,
            deadline=deadline,
        )
        tell(outcome)
        return outcome

    outcomes: list[ChapterOutcome] = []
    with ThreadPoolExecutor(max_workers=workshop.kernels_open.number) as workers:
        for stage in stages_of(notebooks):
            outcomes += workers.map(run, stage)
    return sorted(outcomes, key=lambda outcome: outcome.chapter)
