"""Re-runs the executed notebooks of a report under nbval and says which numbers differ.

Loaded by pytest as a plugin too: nbval judges every cell, and what differs is written down in short.
"""

import difflib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from retention_utils.warm_kernels.supervisor import WarmKernels, warm_kernels

__all__ = ["ChapterCheck", "verify_chapters", "verify_report"]

DIFFERENCES = "RETENTION_DIFFERENCES"  # environment variable: where the plugin writes
MOST_LINES = 6  # per cell

_found: list[dict[str, Any]] = []


@dataclass(frozen=True)
class ChapterCheck:
    """What came of re-running one executed notebook."""

    chapter: str
    outcome: Literal["same", "differs", "failed"]
    differences: tuple[str, ...] = ()


def verify_report(chapters: Path, *, expected: Sequence[str], jobs: int) -> list[ChapterCheck]:
    """Run the chapters of one report again; one that should be there and is not is failed.

    Parameters
    ----------
    chapters : Path
        The folder of the executed chapters.
    expected : sequence of str
        The names of the chapters the report should have.
    jobs : int
        Kernels at a time.

    Returns
    -------
    list of ChapterCheck
        In the order of their numbers; never empty.
    """
    notebooks = sorted(chapters.glob("*.ipynb"))
    missing = set(expected) - {notebook.stem for notebook in notebooks}
    checks = verify_chapters(notebooks, jobs=jobs)
    checks += [
        ChapterCheck(name, "failed", ("the chapter is missing, so nothing would be compared",))
        for name in missing
    ]
    nothing = ChapterCheck("(none)", "failed", ("there is no chapter, so nothing would be compared",))
    return sorted(checks, key=lambda check: check.chapter) or [nothing]


def verify_chapters(notebooks: Sequence[Path], *, jobs: int) -> list[ChapterCheck]:
    """Run executed notebooks again and compare every output with what they hold.

    Parameters
    ----------
    notebooks : sequence of Path
        Executed chapters. They are read, never written. One with a cell that was never run is failed:
        nbval would pass over it.
    jobs : int
        Kernels at a time.

    Returns
    -------
    list of ChapterCheck
        In the order given.
    """
    with warm_kernels(notebooks) as kernels, ThreadPoolExecutor(max_workers=jobs) as workers:
        return list(workers.map(lambda notebook: _verify(notebook, kernels), notebooks))


def _verify(notebook: Path, kernels: WarmKernels) -> ChapterCheck:
    if problems := _not_comparable(notebook):
        return ChapterCheck(notebook.stem, "failed", problems)
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch) / "differences.json"
        plugins = ["retention_utils.light_jsonschema", "nbval.plugin", "retention_utils.regression"]
        command = [
            sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(notebook.parent),
            *(f"-p{plugin}" for plugin in [*plugins, "no:cacheprovider"]),
            "--nbval", "--nbval-current-env", "--nbval-cell-timeout", "600", str(notebook),
        ]  # fmt: skip
        environment = {
            **os.environ,
            **kernels.environment,
            DIFFERENCES: str(told),
            "PYTEST_ADDOPTS": "",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # whatever else is installed takes time, and may interfere
        }
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        found = json.loads(told.read_text(encoding="utf-8")) if told.is_file() else []
    if done.returncode == 0:
        return ChapterCheck(notebook.stem, "same")
    if not found:
        return ChapterCheck(notebook.stem, "failed", tuple(done.stdout.strip().splitlines()[-MOST_LINES:]))
    lines = tuple(f"cell {item['cell']}: {line}" for item in found for line in item["lines"])
    is_error = any(item["is_error"] for item in found)
    return ChapterCheck(notebook.stem, "failed" if is_error else "differs", lines)


def _not_comparable(notebook: Path) -> tuple[str, ...]:
    """Say why nbval would compare nothing, or less than the whole notebook."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        # A cell without code has no run to record.
        never = [
            number
            for number, cell in enumerate(code, start=1)
            if "".join(cell["source"]).strip() and cell.get("execution_count") is None
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return (f"it cannot be read as a notebook ({type(error).__name__}: {error})",)
    if not code:
        return ("it has no code cell, so nothing would be compared",)
    return tuple(f"cell {number} was never run, so nothing would be compared" for number in never)


def pytest_collection_modifyitems(items: Sequence[Any]) -> None:
    """Leave what libraries log to themselves out of the comparison (pytest hook).

    A fresh machine builds matplotlib's font cache and says so; that is no number.
    """
    for item in items:
        skipped = getattr(item.parent, "skip_compare", None)
        if skipped is not None and "stderr" not in skipped:
            item.parent.skip_compare = (*skipped, "stderr")


def pytest_runtest_makereport(item: Any, call: Any) -> None:
    """Write down what nbval found wrong with a cell (pytest hook)."""
    if call.when != "call" or call.excinfo is None or not hasattr(item, "cell"):
        return
    fresh = [output for output in item.test_outputs or []]
    errors = [output for output in fresh if output.get("output_type") == "error"]
    if errors:
        lines = [f"{errors[0].get('ename')}: {errors[0].get('evalue')}"]
    else:
        lines = _differing(_readable(item.cell.outputs), _readable(fresh))
    shown = lines[:MOST_LINES] or [str(call.excinfo.value).strip().splitlines()[0]]
    left_out = [f"… and {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else []
    _found.append({"cell": item.cell_num + 1, "lines": shown + left_out, "is_error": bool(errors)})


def pytest_sessionfinish() -> None:
    """Write the differences where the caller asked for them (pytest hook)."""
    if place := os.environ.get(DIFFERENCES):
        Path(place).write_text(json.dumps(_found), encoding="utf-8")


def _readable(outputs: Sequence[Any]) -> list[str]:
    """Return the lines of every output that a person would read."""
    lines: list[str] = []
    for output in outputs:
        text = output.get("text") or output.get("data", {}).get("text/plain") or ""
        lines += "".join(text).splitlines()
    return lines


def _differing(reference: list[str], fresh: list[str]) -> list[str]:
    changed = [line for line in difflib.ndiff(reference, fresh) if line[0] in "-+"]
    return [f"{'was' if line[0] == '-' else 'now'} {line[2:].strip()}" for line in changed]
