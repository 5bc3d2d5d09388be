"""Runs the chapter notebooks of one client and period, each in its own kernel, and reports every outcome.

Notebooks are files here: no analysis is imported, so a broken analysis cannot break the runner.
"""

import ast
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import retention_utils.light_jsonschema  # noqa: F401  before what imports jsonschema

# isort: split

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from retention_utils.errors import ConfigError, did_you_mean
from retention_utils.notebooks import READERS, question_of, settled
from retention_utils.warm_kernels.supervisor import WarmKernels, warm_kernels

__all__ = ["CELL_TIMEOUT", "ChapterOutcome", "check_parameters", "run_chapters"]

CELL_TIMEOUT = 600  # seconds

SET_BY_THE_RUN = ("client", "period", "language", "anonymise")

TYPES = {"int": int, "float": (int, float), "str": str, "bool": bool}


@dataclass(frozen=True)
class ChapterOutcome:
    """How the run of one chapter ended."""

    chapter: str
    title: str  # its question
    outcome: Literal["done", "failed"]
    seconds: float
    cell: int | None = None  # number of the failing cell, from 1
    error: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as plain values."""
        return asdict(self)


def check_parameters(
    notebooks: Sequence[Path],
    given: Mapping[str, Mapping[str, Any]],
    *,
    client: str,
    needed: Sequence[str] = (),
) -> dict[str, dict[str, Any]]:
    """Match the reading choices of a client file with what the chapters take, before anything runs.

    Parameters
    ----------
    notebooks : sequence of Path
        The chapters.
    given : mapping
        Values by chapter and parameter name.
    client : str
        For the message.
    needed : sequence of str
        Parameters that every chapter must take, since it would not do what it is asked without.

    Returns
    -------
    dict
        The values in force by chapter and name, for every chapter: those given, and where none is given
        the chapter's own. What the run sets is left out.

    Raises
    ------
    ConfigError
        Naming every unknown chapter, unknown parameter and value of the wrong type.
    """
    names = [notebook.stem for notebook in notebooks]
    problems = [
        f"parameters.{chapter}: there is no such chapter.{did_you_mean(chapter, names)}"
        for chapter in given
        if chapter not in names
    ]
    taken = {notebook.stem: papermill.inspect_notebook(str(notebook)) for notebook in notebooks}
    for name in names:
        problems += _problems(name, taken[name], given.get(name, {}))
        problems += [
            f"{name}: takes no parameter {word!r}; write it like the other chapters do."
            for word in needed
            if word not in taken[name]
        ]
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        msg = f"{client}/client.toml has {len(problems)} problem(s) in [parameters]:\n{listed}"
        raise ConfigError(msg)
    return {name: {**_defaults(taken[name]), **given.get(name, {})} for name in names}


def run_chapters(
    notebooks: Sequence[Path],
    folder: Path,
    *,
    parameters: Mapping[str, Mapping[str, Any]],
    jobs: int,
    tell: Callable[[ChapterOutcome], None] = lambda outcome: None,
) -> list[ChapterOutcome]:
    """Execute every chapter into ``folder``, those that read others after them.

    On Linux the kernels are forked from a process that has imported what the chapters import
    (:mod:`retention_utils.warm_kernels`); a chapter's result does not depend on it.

    Parameters
    ----------
    notebooks : sequence of Path
        The chapters.
    folder : Path
        Where the executed notebooks go; it is the working folder of their kernels too.
    parameters : mapping
        By chapter: what to inject.
    jobs : int
        Kernels at a time.
    tell : callable
        Called with every outcome as it comes.

    Returns
    -------
    list of ChapterOutcome
        One per chapter, in the order of their numbers.
    """
    lock = threading.Lock()
    outcomes: list[ChapterOutcome] = []
    with warm_kernels(notebooks) as kernels, ThreadPoolExecutor(max_workers=jobs) as workers:

        def run(notebook: Path) -> ChapterOutcome:
            outcome = _run(notebook, folder / notebook.name, parameters[notebook.stem], kernels)
            with lock:
                tell(outcome)
            return outcome

        for stage in _stages(notebooks):
            outcomes += workers.map(run, stage)
    return sorted(outcomes, key=lambda outcome: outcome.chapter)


def _stages(notebooks: Sequence[Path]) -> list[list[Path]]:
    """Group the chapters into those that stand alone and those that read the ones before them."""
    readers = {name for names in READERS for name in names}
    # Later chapters tend to be the longer ones; begun first, they do not keep the others waiting.
    alone = sorted((notebook for notebook in notebooks if notebook.stem not in readers), reverse=True)
    return [alone, *([notebook for notebook in notebooks if notebook.stem in names] for names in READERS)]


def _run(notebook: Path, target: Path, parameters: Mapping[str, Any], kernels: WarmKernels) -> ChapterOutcome:
    started = time.monotonic()
    title = question_of(json.loads(notebook.read_text(encoding="utf-8")))
    cell, error = None, ""
    try:
        _execute(notebook, target, parameters, kernels)
    except PapermillExecutionError as failure:
        cell, error = failure.cell_index + 1, f"{failure.ename}: {failure.evalue}"
    except DeadKernelError:
        error = "The kernel died, perhaps for lack of memory."
    except CellTimeoutError:
        error = f"A cell took longer than {CELL_TIMEOUT} seconds."
    except Exception as failure:  # noqa: BLE001  whatever went wrong is this chapter's outcome
        error = f"{type(failure).__name__}: {failure}"
    if target.is_file():
        kept = settled(json.loads(target.read_text(encoding="utf-8")))
        target.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    seconds = round(time.monotonic() - started, 1)
    return ChapterOutcome(notebook.stem, title, "failed" if error else "done", seconds, cell, error)


def _execute(notebook: Path, target: Path, parameters: Mapping[str, Any], kernels: WarmKernels) -> None:
    """Have papermill run a chapter; once more if its kernel was lost with the server that forked it."""
    warm = kernels.options
    try:
        papermill.execute_notebook(
            str(notebook),
            str(target),
            parameters=dict(parameters),
            progress_bar=False,
            request_save_on_cell_execute=False,
            # Errors reach us through the outcome; the kernel's own log would only mix with other clients'.
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
            execution_timeout=CELL_TIMEOUT,
            # papermill's own cwd= changes the folder of the whole process: never from threads.
            resources={"metadata": {"path": str(target.parent)}},
            **warm,
        )
    except (DeadKernelError, RuntimeError):
        if not warm or kernels.is_serving:
            raise
        _execute(notebook, target, parameters, kernels)


def _defaults(taken: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a chapter uses unless told otherwise; what is no plain value stays as it is written."""
    found = {}
    for name, parameter in taken.items():
        if name not in SET_BY_THE_RUN:
            try:
                found[name] = ast.literal_eval(parameter["default"])
            except (ValueError, SyntaxError):
                found[name] = parameter["default"]
    return found


def _problems(chapter: str, taken: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    found = []
    for name, value in given.items():
        if name in SET_BY_THE_RUN:
            found.append(f"parameters.{chapter}.{name}: set by the run, not here.")
        elif name not in taken:
            choices = sorted(set(taken) - set(SET_BY_THE_RUN))
            found.append(
                f"parameters.{chapter}.{name}: unknown.{did_you_mean(name, choices)} Known: {choices}."
            )
        elif not _has_type(value, taken[name]["inferred_type_name"]):
            wanted = taken[name]["inferred_type_name"]
            found.append(f"parameters.{chapter}.{name}: wants {wanted}, found {value!r}.")
    return found


def _has_type(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "bool"
    return name in TYPES and isinstance(value, TYPES[name])
