"""Measure what warm kernels save: the same chapters in the same run, with them and with ordinary kernels.

Runs every chapter of a client and period both ways, in turn, and prints the CPU seconds and the wall seconds
of each way and their ratio. The mart is built beforehand; nothing is written into the project's reports.

    python benchmarks/kernels.py cdnow 1998-06 --rounds 3
"""

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

from retention_utils.chapter_runs.stages import open_workshop, run_chapters
from retention_utils.mart import open_mart
from retention_utils.project import find_project, notebook_files
from retention_utils.warm_kernels.supervisor import SWITCH


def cpu_seconds() -> float:
    """Return the CPU time of this process and of all those it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def measure(client: str, period: str, *, jobs: int, is_warm: bool) -> tuple[float, float]:
    """Run all chapters once; return CPU and wall seconds."""
    os.environ[SWITCH] = str(int(is_warm))
    notebooks = notebook_files(find_project())
    given = {notebook.stem: {"client": client, "period": period} for notebook in notebooks}
    with tempfile.TemporaryDirectory() as folder:
        cpu, wall = cpu_seconds(), time.monotonic()
        with open_workshop(notebooks, jobs=jobs) as workshop:
            outcomes = run_chapters(notebooks, Path(folder), parameters=given, workshop=workshop)
        spent = cpu_seconds() - cpu, time.monotonic() - wall
    if failed := [outcome.chapter for outcome in outcomes if outcome.error]:
        print(f"failed: {failed}")
    return spent


def main() -> None:
    """Print one row per way and quantity: the least of all rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("client")
    parser.add_argument("period")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    open_mart(given.client, given.period)
    best = {True: (float("inf"), float("inf")), False: (float("inf"), float("inf"))}
    for _ in range(given.rounds):
        for is_warm in best:
            spent = measure(given.client, given.period, jobs=given.jobs, is_warm=is_warm)
            best[is_warm] = tuple(map(min, best[is_warm], spent))
    print(f"{'seconds':10}{'warm':>8}{'ordinary':>10}{'ratio':>8}")
    for name, warm, ordinary in zip(("CPU", "wall"), best[True], best[False], strict=True):
        print(f"{name:10}{warm:8.1f}{ordinary:10.1f}{ordinary / warm:8.2f}")


if __name__ == "__main__":
    main()
