"""What a chapter may use: each way of overdoing it has its own outcome, and nothing is left running."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from batch_samples import wait_until
from small_project import notebook, small_project

from retention_utils.chapter_runs.halt import Halt
from retention_utils.chapter_runs.limits import Limits, bytes_of, size_text
from retention_utils.chapter_runs.stages import open_workshop, run_chapters
from retention_utils.chapter_runs.watch import held_memory
from retention_utils.errors import ConfigError
from retention_utils.plan import plan_report
from retention_utils.run import run_report

MEGABYTE = 2**20
HOLD = f"import os, time\nheld = []\nwhile True:\n    held.append(bytearray(os.urandom({MEGABYTE})) * 20)\n    time.sleep(0.01)"
FLOOD = "while True:\n    print('x' * 100_000)"
FLOOD_OF_DISPLAYS = "from IPython.display import HTML, display\nwhile True:\n    display(HTML('<b>' + 'x' * 100_000 + '</b>'))"
LOOP = "while True:\n    pass"
FULL = "raise OSError(28, 'No space left on device')"


def run(folder, code, *, limits=None, halt=None, deadline=None):
    """Run one chapter beside a good one; return the outcomes of both and the memory of this process."""
    project = small_project(folder, n03_pulse=notebook(code), n04_cohorts=notebook("1"))
    notebooks = sorted((project / "notebooks").glob("*.ipynb"))
    target = project / "chapters"
    target.mkdir()
    given = {file.stem: {"client": "shop", "period": "2024-03"} for file in notebooks}
    with open_workshop(notebooks, jobs=2, limits=limits, halt=halt) as workshop:
        workshop.kernels.begin()
        server = workshop.kernels.server
        outcomes = run_chapters(notebooks, target, parameters=given, workshop=workshop, deadline=deadline)
        assert server is None or kernels_of(server.pid) == []
    return outcomes


def kernels_of(server):
    """Return the processes that the server forked and that still run."""
    listed = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="utf-8").split()
    states = {pid: Path(f"/proc/{pid}/stat") for pid in listed}
    return [pid for pid, file in states.items() if file.exists() and ") Z " not in file.read_text()]


@pytest.mark.parametrize(
    ("code", "limits", "outcome", "cause", "said"),
    [
        (HOLD, Limits(memory=500 * MEGABYTE), "failed", "memory", "524.3MB are allowed (--memory-limit)."),
        ("held = bytearray(2**60)", Limits(), "failed", "memory", "MemoryError"),
        (FLOOD, Limits(output=5 * MEGABYTE), "failed", "output", "more than 5.2MB (--output-limit)."),
        (FLOOD_OF_DISPLAYS, Limits(output=5 * MEGABYTE), "failed", "output", "more than 5.2MB"),
        (LOOP, Limits(cell_seconds=1), "timed out", "cell time", "A cell took longer than 1 seconds."),
        (FULL, Limits(), "failed", "disk full", "OSError: [Errno 28] No space left on device"),
        ("import sys\nsys.exit(0)", Limits(), "failed", "error", "ended the chapter before its last cell."),
        ("import sys\nsys.exit(3)", Limits(), "failed", "error", "SystemExit: 3"),
        ("import os\nos._exit(0)", Limits(retries=0), "failed", "dead kernel", "The kernel died"),
    ],
)
def test_every_way_to_overdo_it_has_its_own_outcome(tmp_path, code, limits, outcome, cause, said):
    bad, good = run(tmp_path, code, limits=limits)
    assert (bad.outcome, bad.cause) == (outcome, cause)
    assert said in bad.error
    assert bad.cell == 4  # question, parameters, injected parameters, and this one
    assert (good.outcome, good.cause, good.error) == ("done", "", "")
    assert good.peak_mb > 10


def test_a_report_that_takes_too_long_is_ended_in_the_middle_of_a_cell(tmp_path):
    limits = Limits(report_seconds=1)
    bad, good = run(tmp_path, LOOP, limits=limits, deadline=time.monotonic() + 4)
    assert (bad.outcome, bad.cause, bad.cell) == ("timed out", "report time", 4)
    assert bad.error == "The report took longer than 1 seconds (--report-timeout)."
    assert good.outcome == "done"


def test_what_begins_after_the_end_of_its_report_is_not_run(tmp_path):
    outcomes = run(tmp_path, "1", limits=Limits(report_seconds=1), deadline=time.monotonic() - 1)
    assert [(made.outcome, made.cause, made.peak_mb) for made in outcomes] == [
        ("timed out", "report time", None)
    ] * 2


def test_when_everything_is_halted_what_runs_is_cancelled_and_nothing_more_begins(tmp_path):
    halt = Halt()
    code = f"open({str(tmp_path / 'begun')!r}, 'w').close()\n{LOOP}"

    class WhenBegun(Halt):
        @property
        def is_called(self):
            if (tmp_path / "begun").exists():
                self.call("SIGTERM")
            return super().is_called

    halt = WhenBegun()
    bad, _ = run(tmp_path, code, halt=halt)
    assert (bad.outcome, bad.cause, bad.cell) == ("cancelled", "cancelled", 4)
    with open_workshop([], jobs=1, halt=halt) as workshop:
        project = small_project(tmp_path / "next")
        chapter = project / "notebooks" / "03_pulse.ipynb"
        (never,) = run_chapters([chapter], tmp_path, parameters={"03_pulse": {}}, workshop=workshop)
    assert (never.outcome, never.error) == ("cancelled", "Cancelled before it began.")


def test_the_memory_that_a_process_held_is_its_most(tmp_path):
    program = f"held = bytearray(b'x') * {200 * MEGABYTE}; del held; input()"
    with subprocess.Popen(["python3", "-c", program], stdin=subprocess.PIPE) as process:
        deadline = time.monotonic() + 20
        while held_memory(process.pid) < 200 * MEGABYTE and time.monotonic() < deadline:
            time.sleep(0.05)
        assert 200 * MEGABYTE < held_memory(process.pid) < 240 * MEGABYTE
        process.communicate(b"\n")
    assert held_memory(process.pid) == 0


@pytest.mark.parametrize(("text", "size"), [("2GB", 2 * 10**9), ("500 MiB", 500 * MEGABYTE), ("1.5kb", 1500)])
def test_sizes_are_read(text, size):
    assert bytes_of(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1GB", "0", "nan"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ConfigError, match="such as 2GB or 500MB"):
        bytes_of(text)


def test_sizes_are_written_for_people():
    assert size_text(1_500_000_000) == "1.5GB"


ENDLESS = """SELECT 'c' || range % 7 AS who, DATE '2024-01-01' + CAST(range % 90 AS INTEGER) AS day, 1.5 AS paid
FROM range(1000000000000)"""


@pytest.mark.parametrize(
    ("limits", "outcome", "cause", "said"),
    [
        (Limits(report_seconds=1), "timed out", "report time", "longer than 1 seconds (--report-timeout)"),
        (Limits(), "cancelled", "cancelled", "SIGINT"),
    ],
)
def test_a_mart_that_takes_too_long_is_ended_while_it_is_built(tmp_path, limits, outcome, cause, said):
    project = small_project(tmp_path)
    duckdb.connect(project / "data" / "shop" / "shop.duckdb").close()
    file = project / "data" / "shop" / "client.toml"
    text = file.read_text(encoding="utf-8").replace("orders.csv", "shop.duckdb")
    file.write_text(text.replace("[orders]", f"[orders]\nquery = '''{ENDLESS}'''"), encoding="utf-8")
    plan, halt = plan_report(project, "shop", "2024-03"), Halt()
    if cause == "cancelled":
        threading.Timer(1, halt.call, ["SIGINT"]).start()
    began = time.monotonic()
    with open_workshop(plan.notebooks, jobs=1, limits=limits, halt=halt) as workshop:
        made = run_report(plan, workshop=workshop)
    assert (made.outcome, made.cause) == (outcome, cause)
    assert said in made.reason
    assert time.monotonic() - began < 60
    assert not list((project / ".retention").rglob("*.duckdb*"))


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")
def test_the_next_kernel_starts_while_another_computes_and_awaits_its_turn(tmp_path):
    begun, go = tmp_path / "begun", tmp_path / "go"
    code = (
        f"import pathlib, time\nbegun = pathlib.Path({str(begun)!r})\nbegun.open('a').write('x')\n"
        f"while not pathlib.Path({str(go)!r}).exists():\n    time.sleep(0.02)"
    )
    names = ("n03_pulse", "n04_cohorts", "n06_next_order")
    project = small_project(tmp_path / "project", **{name: notebook(code) for name in names})
    notebooks = sorted((project / "notebooks").glob("*.ipynb"))
    given = {file.stem: {"client": "shop", "period": "2024-03"} for file in notebooks}
    (tmp_path / "out" / "chapters").mkdir(parents=True)
    with open_workshop(notebooks, jobs=1) as workshop, ThreadPoolExecutor(1) as runner:
        workshop.kernels.begin()
        made = runner.submit(
            run_chapters, notebooks, tmp_path / "out" / "chapters", parameters=given, workshop=workshop
        )
        server = workshop.kernels.server.pid
        wait_until(begun.exists)
        time.sleep(2)  # room for more to begin, were they let
        seen = (begun.read_text(), len(kernels_of(server)))
        go.touch()
        assert seen == ("x", 2)
        assert [outcome.outcome for outcome in made.result()] == ["done"] * 3
    assert begun.read_text() == "xxx"
