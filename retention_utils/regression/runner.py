"""Re-runs the executed notebooks of a report under nbval and says which numbers differ."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from retention_utils.regression.outputs import Difference
from retention_utils.regression.plugin import DIFFERENCES, TOLERANCE
from retention_utils.warm_kernels.supervisor import WarmKernels, warm_kernels

__all__ = ["CellCheck", "ChapterCheck", "verify_chapters", "verify_report"]

EXACTLY = Decimal(0)
PLUGINS = ("retention_utils.light_jsonschema", "nbval.plugin", "retention_utils.regression.plugin")
MOST_LINES = 6  # of what pytest says where nothing could be compared


@dataclass(frozen=True)
class CellCheck:
    """What differs in one cell."""

    cell: int  # its number in the executed notebook, from 1
    differences: tuple[Difference, ...]
    left_out: int = 0  # differences that are not listed
    is_error: bool = False


@dataclass(frozen=True)
class ChapterCheck:
    """What came of re-running one executed notebook."""

    chapter: str
    outcome: Literal["same", "differs", "failed"]
    cells: tuple[CellCheck, ...] = ()
    problems: tuple[str, ...] = ()  # why it was not compared, or not whole

    def as_dict(self) -> dict[str, Any]:
        """Return the check as plain values."""
        return asdict(self)


def verify_report(
    chapters: Path, *, expected: Sequence[str], jobs: int, tolerance: Decimal = EXACTLY
) -> list[ChapterCheck]:
    """Run the chapters of one report again; one that should be there and is not is failed.

    Parameters
    ----------
    chapters : Path
        The folder of the executed chapters.
    expected : sequence of str
        The names of the chapters the report should have.
    jobs, tolerance
        As for :func:`verify_chapters`.

    Returns
    -------
    list of ChapterCheck
        In the order of their numbers; never empty.
    """
    notebooks = sorted(chapters.glob("*.ipynb"))
    missing = set(expected) - {notebook.stem for notebook in notebooks}
    checks = verify_chapters(notebooks, jobs=jobs, tolerance=tolerance)
    checks += [
        ChapterCheck(name, "failed", problems=("the chapter is missing, so nothing would be compared",))
        for name in missing
    ]
    nothing = ChapterCheck(
        "(none)", "failed", problems=("there is no chapter, so nothing would be compared",)
    )
    return sorted(checks, key=lambda check: check.chapter) or [nothing]


def verify_chapters(
    notebooks: Sequence[Path], *, jobs: int, tolerance: Decimal = EXACTLY
) -> list[ChapterCheck]:
    """Run executed notebooks again and compare every output with what they hold.

    Parameters
    ----------
    notebooks : sequence of Path
        Executed chapters. They are read, never written. One with a cell that was never run is failed:
        nbval would pass over it.
    jobs : int
        Kernels at a time.
    tolerance : Decimal
        How far a number may lie from what it was, as a fraction of that; 0: everything must be the same.

    Returns
    -------
    list of ChapterCheck
        In the order given.
    """
    with warm_kernels(notebooks) as kernels, ThreadPoolExecutor(max_workers=jobs) as workers:
        return list(workers.map(lambda notebook: _verify(notebook, kernels, tolerance), notebooks))


def _verify(notebook: Path, kernels: WarmKernels, tolerance: Decimal) -> ChapterCheck:
    if problems := _not_comparable(notebook):
        return ChapterCheck(notebook.stem, "failed", problems=problems)
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch) / "differences.json"
        done = _run_nbval(notebook, kernels, [DIFFERENCES, str(told), TOLERANCE, str(tolerance)])
        found = json.loads(told.read_text(encoding="utf-8")) if told.is_file() else []
    if done.returncode == 0:
        return ChapterCheck(notebook.stem, "same")
    if not found:
        said = tuple(done.stdout.strip().splitlines()[-MOST_LINES:])
        return ChapterCheck(notebook.stem, "failed", problems=said)
    cells = tuple(_cell(item) for item in found)
    is_error = any(cell.is_error for cell in cells)
    return ChapterCheck(notebook.stem, "failed" if is_error else "differs", cells)


def _run_nbval(
    notebook: Path, kernels: WarmKernels, options: Sequence[str]
) -> "subprocess.CompletedProcess[str]":
    command = [
        sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(notebook.parent),
        *(f"-p{plugin}" for plugin in [*PLUGINS, "no:cacheprovider"]), *options,
        "--nbval", "--nbval-current-env", "--nbval-cell-timeout", "600", str(notebook),
    ]  # fmt: skip
    environment = {
        **os.environ,
        **kernels.environment,
        "PYTEST_ADDOPTS": "",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # whatever else is installed takes time, and may interfere
    }
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def _cell(told: dict[str, Any]) -> CellCheck:
    listed = tuple(Difference(**difference) for difference in told["differences"])
    return CellCheck(told["cell"], listed, told["left_out"], told["is_error"])


def _not_comparable(notebook: Path) -> tuple[str, ...]:
    """Say why nbval would compare nothing, or less than the whole notebook."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = [(place, cell) for place, cell in enumerate(cells, start=1) if cell["cell_type"] == "code"]
        # A cell without code has no run to record.
        never = [
            place
            for place, cell in code
            if "".join(cell["source"]).strip() and cell.get("execution_count") is None
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return (f"it cannot be read as a notebook ({type(error).__name__}: {error})",)
    if not code:
        return ("it has no code cell, so nothing would be compared",)
    return tuple(f"cell {place} was never run, so nothing would be compared" for place in never)
