"""Measure a batch: many clients in one run, beside what papermill does on its own.

Makes seeded clients with some 2,000 orders each, builds their marts, and makes the same chapters of the same
reports in four ways:

- ours: ``retention run --all``, with pages, tables and records, which the others do not make;
- again: the same command once more, when nothing has changed;
- loop: the command ``papermill``, notebook after notebook;
- threads: plain ``papermill.execute_notebook`` in as many threads as there are cores.

The last two are measured on a few reports. Prints reports a minute, the share of the processors that was in
use, and how many times as fast ours is. ``--one`` measures a single chapter and the floor: an empty notebook
in a process that has imported papermill. ``--memory`` makes 200 reports and prints what this costs in memory.

    python benchmarks/batch.py
    python benchmarks/batch.py --chapters 03 --one --memory
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import nbformat
import papermill
import psutil

from retention_utils.project import notebook_files
from retention_utils.simulate import Truth, simulate_purchases
from retention_utils.upkeep import ensure_mart

ROOT = Path(__file__).parents[1]
CORES = os.cpu_count() or 1
PERIOD = "2024-11"
RETENTION = [sys.executable, "-c", "from retention_utils.cli import main; main()"]
CLIENT_FILE = """
name = "Shop {number}"
currency = "EUR"
[orders]
path = "orders.csv"
[orders.columns]
customer_id = "customer_id"
ordered_at = "day"
amount = "amount"
"""


def write_project(folder: Path, clients: int) -> Path:
    """Write a project with so many clients, two years of orders each."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    for number in range(clients):
        client = folder / "data" / f"shop{number:02d}"
        client.mkdir(parents=True)
        (client / "client.toml").write_text(CLIENT_FILE.format(number=number), encoding="utf-8")
        orders = simulate_purchases(
            Truth(), customers=800, acquisition_days=650, observed_days=731, seed=number
        )
        days = [(date(2023, 1, 1) + timedelta(days=int(day))).isoformat() for day in orders["day"]]
        orders.assign(day=days).round(2).to_csv(client / "orders.csv", index=False)
    return folder


def measured(action: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that something takes on the clock, and of the processors, children included."""
    before, began = os.times(), time.monotonic()
    action()
    after = os.times()
    names = ("user", "system", "children_user", "children_system")
    return time.monotonic() - began, sum(getattr(after, name) - getattr(before, name) for name in names)


def run(project: Path, *words: str) -> None:
    """Run a command on the project; stop unless everything is done."""
    environment = {**os.environ, "RETENTION_PROJECT": str(project)}
    subprocess.run(
        [*RETENTION, "run", "--all", *words], env=environment, check=True, stdout=subprocess.DEVNULL
    )


def notebooks_made(project: Path) -> list[Path]:
    """Return the chapters that the first client's report holds."""
    record = json.loads((project / "reports/shop00" / PERIOD / "run.json").read_text(encoding="utf-8"))
    made = {outcome["chapter"] for outcome in record["outcomes"]}
    return [notebook for notebook in notebook_files(project) if notebook.stem in made]


def plain_papermill(project: Path, client: str, notebook: Path, folder: Path) -> None:
    """Run one chapter by plain papermill, which works in the folder it is started in."""
    parameters = {"client": client, "period": PERIOD, "language": "en", "anonymise": False}
    (folder / client / "chapters").mkdir(parents=True, exist_ok=True)
    papermill.execute_notebook(
        str(notebook),
        str(folder / client / "chapters" / notebook.name),
        parameters=parameters,
        progress_bar=False,
        resources={"metadata": {"path": str(folder / client / "chapters")}},
    )


def papermill_command(project: Path, client: str, notebook: Path, folder: Path) -> None:
    """Run one chapter by the command ``papermill``."""
    target = folder / client / "chapters" / notebook.name
    target.parent.mkdir(parents=True, exist_ok=True)
    words = ["-p", "client", client, "-p", "period", PERIOD, "-p", "language", "en", "--no-progress-bar"]
    subprocess.run(
        [sys.executable, "-m", "papermill", *words, str(notebook), str(target)],
        cwd=target.parent,
        check=True,
        capture_output=True,
    )


def compare(project: Path, chapters: str, *, few: int) -> None:
    """Print how fast each way is."""
    clients = sorted(path.name for path in (project / "data").iterdir())
    for client in clients:
        ensure_mart(project, client, PERIOD)
    asked = ("--period", PERIOD, "--chapters", chapters)
    found = {"ours": (len(clients), *measured(lambda: run(project, *asked)))}
    found["again"] = (len(clients), *measured(lambda: run(project, *asked)))
    notebooks = notebooks_made(project)
    pairs = [(client, notebook) for client in clients[:few] for notebook in notebooks]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one_by_one = measured(lambda: [papermill_command(project, *pair, folder) for pair in pairs])
        found["loop"] = (few, *one_by_one)

        def threads() -> None:
            with ThreadPoolExecutor(max_workers=CORES) as workers:
                list(workers.map(lambda pair: plain_papermill(project, *pair, folder), pairs))

        found["threads"] = (few, *measured(threads))
    print(f"{len(notebooks)} chapters a report: {', '.join(notebook.stem for notebook in notebooks)}")
    ours = found["ours"][0] / found["ours"][1]
    for way, (reports, wall, cpu) in found.items():
        rate = reports / wall
        print(
            f"{way:8} {reports:3} reports in {wall:6.1f} s: {60 * rate:7.1f} a minute, "
            f"{cpu / reports:5.2f} CPU s each, processors {cpu / wall / CORES:4.0%} in use; "
            f"ours is {ours / rate:4.1f} times as fast"
        )


def single(project: Path) -> None:
    """Print what one chapter costs, and what an empty notebook does."""
    from retention_utils.chapter_runs.stages import open_workshop, run_chapters

    notebook = project / "notebooks" / "03_pulse.ipynb"
    given = {notebook.stem: {"client": "shop00", "period": PERIOD, "language": "en"}}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        empty = folder / "empty.ipynb"
        content = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": ""}})
        nbformat.write(content, empty)
        (folder / "out").mkdir()
        with open_workshop([notebook], jobs=1) as workshop:

            def ours() -> None:
                run_chapters([notebook], folder / "out", parameters=given, workshop=workshop)

            ours()
            found = {"ours": [measured(ours) for _ in range(5)]}
        found["papermill"] = [
            measured(lambda: papermill_command(project, "shop00", notebook, folder)) for _ in range(3)
        ]
        floor = str(folder / "floor.ipynb")
        found["empty"] = [
            measured(lambda: papermill.execute_notebook(str(empty), floor, progress_bar=False))
            for _ in range(3)
        ]
    for way, costs in found.items():
        wall, cpu = (min(cost[number] for cost in costs) for number in (0, 1))
        print(f"one chapter, {way:10} {wall:5.2f} s, {cpu:5.2f} CPU s")


def memory(project: Path, reports: int = 200) -> None:
    """Print what a run of so many reports holds in memory, early and late."""
    periods = reports // len(list((project / "data").iterdir()))
    last = date(2024, 11, 1)
    first = date(last.year, last.month - periods + 1, 1)
    words = [
        "run",
        "--all",
        "--from",
        f"{first:%Y-%m}",
        "--to",
        f"{last:%Y-%m}",
        "--chapters",
        "03",
        "--force",
    ]
    environment = {**os.environ, "RETENTION_PROJECT": str(project)}
    held: list[float] = []
    process = subprocess.Popen([*RETENTION, *words], env=environment, stdout=subprocess.PIPE)

    def look() -> None:
        while process.poll() is None:
            try:
                held.append(psutil.Process(process.pid).memory_full_info().uss / 1e6)
            except psutil.Error:
                return
            time.sleep(0.5)

    looking = threading.Thread(target=look)
    looking.start()
    done = len(process.communicate()[0].splitlines())
    looking.join()
    parts = [held[len(held) * share // 10] for share in (2, 4, 6, 8)] + [held[-2]]
    print(f"memory of the runner over {done} reports: " + ", ".join(f"{part:.0f}" for part in parts) + " MB")


def main() -> None:
    """Make the clients and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--chapters", default="00,03,04,06")
    parser.add_argument("--few", type=int, default=3, help="reports that the slow ways make")
    parser.add_argument("--one", action="store_true")
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        project = write_project(Path(name), options.clients)
        os.environ["RETENTION_PROJECT"] = str(project)
        compare(project, options.chapters, few=options.few)
        if options.one:
            single(project)
        if options.memory:
            memory(project)


if __name__ == "__main__":
    main()
