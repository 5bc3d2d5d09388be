"""A project with several clients, run in a process of its own and broken from outside, for the tests of batches."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from small_project import notebook, small_project

PROGRAM = "from retention_utils.cli import main; main()"

# Every run of a chapter leaves a line, so that tests can count what was run.
COUNT = (
    "from retention_utils.project import find_project\n"
    "with open(find_project() / 'begun.txt', 'a') as file:\n    file.write(f'{client} {period} NAME\\n')"
)
# Waits until the test allows it to go on.
HOLD = (
    "import time\nfrom retention_utils.project import find_project\n"
    "while not (find_project() / 'go').exists():\n    time.sleep(0.02)"
)


def counted(name: str, *code: str) -> Any:
    """Make a chapter that leaves a line when it is run, and then does more."""
    return notebook(COUNT.replace("NAME", name), *code)


def clients(folder: Path, *names: str, **chapters: Any) -> Path:
    """Write a project whose clients are copies of the small shop, which goes away."""
    project = small_project(folder, **chapters)
    shop = project / "data" / "shop"
    for name in names:
        shutil.copytree(shop, project / "data" / name)
    shutil.rmtree(shop)
    return project


def begun(project: Path) -> list[str]:
    """Return which chapters were begun, each as client, period and name, in order of time."""
    file = project / "begun.txt"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@contextmanager
def running(project: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """Have a command running in a process of its own; it ends with the context at the latest."""
    with start(project, *words) as process:
        try:
            yield process
        finally:
            process.kill()


def start(project: Path, *words: str) -> "subprocess.Popen[str]":
    """Start a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=project,
        env={**os.environ, "RETENTION_PROJECT": str(project)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Wait for a command; return its exit code and what it printed."""
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err, err
    return process.returncode, out


def wait_until(is_so: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait until something is so; fail if it takes too long."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def processes_of(project: Path) -> list[int]:
    """Return the processes that were started for this project and still run."""
    mark = f"RETENTION_PROJECT={project}".encode()
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            is_own = mark in file.read_bytes().split(b"\0")
            is_alive = ") Z " not in file.with_name("stat").read_text(encoding="utf-8")
        except OSError:
            continue
        if is_own and is_alive and int(file.parent.name) != os.getpid():
            found.append(int(file.parent.name))
    return found


def manifest_of(project: Path) -> dict[str, Any]:
    """Return the manifest of the last run."""
    *_, last = sorted((project / ".retention" / "runs").glob("*/manifest.json"))
    return json.loads(last.read_text(encoding="utf-8"))


def outcomes_of(manifest: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Return how every report ended, by client and period."""
    return {(report["client"], report["period"]): report["outcome"] for report in manifest["reports"]}
