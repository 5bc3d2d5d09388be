"""Warm kernels: the same results as ordinary ones, each on its own, and nothing left of them afterwards."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_client.manager import KernelManager
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

from retention_utils.chapter_runs.limits import Limits
from retention_utils.chapter_runs.stages import open_workshop, run_chapters
from retention_utils.mart import open_mart
from retention_utils.regression.runner import verify_chapters
from retention_utils.warm_kernels import preload, supervisor
from retention_utils.warm_kernels.manager import WarmSpecs
from retention_utils.warm_kernels.preload import imported_modules
from retention_utils.warm_kernels.process import ForkedProcess
from retention_utils.warm_kernels.supervisor import SWITCH, warm_kernels

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all kernels are ordinary ones")

PROJECT = Path(__file__).parents[1]
WHO = "import os\nprint(os.getpid(), os.getppid())"


def write(folder: Path, **chapters: list[str]) -> list[Path]:
    """Write chapters of the given code cells; n03_pulse=[...] is 03_pulse.ipynb."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, code in chapters.items():
        content = new_notebook(cells=[new_markdown_cell("# Question?"), *map(new_code_cell, code)])
        content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        (folder / f"{name.removeprefix('n')}.ipynb").write_text(writes(content), encoding="utf-8")
    return sorted(folder.glob("*.ipynb"))


def run(
    notebooks: list[Path], target: Path, *, jobs: int = 1, limits: Limits | None = None, **parameters: str
):
    """Run chapters; return the outcomes by name."""
    target.mkdir(parents=True)
    given = {notebook.stem: parameters for notebook in notebooks}
    with open_workshop(notebooks, jobs=jobs, limits=limits) as workshop:
        outcomes = run_chapters(notebooks, target, parameters=given, workshop=workshop)
    return {done.chapter: done for done in outcomes}


def printed(file: Path) -> str:
    """Return everything a chapter printed."""
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "".join("".join(output.get("text", "")) for output in outputs)


def pids(file: Path) -> tuple[int, int]:
    """Return the process of a chapter's kernel and its parent, as WHO printed them."""
    own, parent = printed(file).split()[:2]
    return int(own), int(parent)


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def gone(*processes: int, seconds: float = 5) -> bool:
    """Wait until no process is left, zombies aside."""
    deadline = time.monotonic() + seconds
    while any(map(is_running, processes)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(is_running, processes))


def children() -> set[int]:
    """Return the processes started by this one, zombies included."""
    listed = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(pid) for file in listed for pid in file.read_text(encoding="utf-8").split()}


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    """Temporary files of one test; after it no process of its own is left, and no folder."""
    before = children()
    with tempfile.TemporaryDirectory(prefix="warm-", dir="/tmp") as folder:  # short, as sockets need it
        monkeypatch.setattr("tempfile.tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)
        assert list(Path(folder).glob("retention-*")) == []
    assert children() - before == set()


# What is imported beforehand


def test_the_modules_that_chapters_import_are_read_from_their_cells(tmp_path):
    notebooks = write(
        tmp_path,
        n03_pulse=["import json, os.path as p\nfrom scipy.b import c", "x = 1\nfrom scipy.b import d"],
        n04_cohorts=[
            "def f():\n    import hidden",
            "%matplotlib inline\nimport unread",
            "from . import here",
        ],
    )
    (tmp_path / "05_broken.ipynb").write_text("{", encoding="utf-8")
    listed = [*notebooks, tmp_path / "05_broken.ipynb", tmp_path / "06_missing.ipynb"]
    assert imported_modules(listed) == ["json", "os.path", "scipy.b", "scipy.b.c", "scipy.b.d"]


def test_what_may_be_one_clients_own_is_not_imported_for_all(tmp_path):
    code = ["import json\nimport ours, ours.more\nfrom pandas_of_ours import x"]
    assert imported_modules(write(tmp_path, n03_pulse=code)) == ["json"]


def test_kernels_have_it_imported_and_all_come_from_one_process(tmp_path):
    code = [f"import sys\nbefore = 'decimal' in sys.modules\n{WHO}", "import decimal\nprint(before)"]
    chapters = {f"n0{number}_chapter": code for number in range(3, 7)}
    outcomes = run(write(tmp_path / "notebooks", **chapters), tmp_path / "out", jobs=2)
    assert {done.outcome for done in outcomes.values()} == {"done"}
    files = sorted((tmp_path / "out").glob("*.ipynb"))
    assert [printed(file).split()[2] for file in files] == ["True"] * 4
    assert len({pids(file)[0] for file in files}) == 4
    (server,) = {pids(file)[1] for file in files}
    assert server != os.getpid()
    assert gone(server, *(pids(file)[0] for file in files), seconds=0)


def test_kernels_need_not_do_what_all_would(tmp_path):
    code = [
        "from retention_utils.formats import Formats\nfrom retention_utils.mart import code_hash\n"
        "from retention_utils.translations import catalogue\n"
        "print(catalogue.cache_info().currsize, code_hash.cache_info().currsize)"
    ]
    run(write(tmp_path / "notebooks", n03_pulse=code), tmp_path / "out")
    assert printed(tmp_path / "out" / "03_pulse.ipynb") == "3 1\n"


# The same results


def test_outputs_are_the_same_either_way(tmp_path, monkeypatch):
    chapters = {
        "n03_pulse": [
            "import matplotlib.pyplot as plt\nimport sys\nprint(sys.argv[0].rpartition('/')[2], sys.path[0] == '')",
            "print('one'); print('two', file=sys.stderr)\n{'a': 1}",
            "fig = plt.figure(); plt.plot([1, 3, 2]); plt.show()\nprint(plt.get_backend(), plt.rcParams['figure.dpi'])",
            "import os; os.write(1, b'raw'); os.path.basename(os.getcwd()), __name__, sys.flags.dev_mode",
        ],
        "n04_cohorts": ["import nowhere_to_be_found"],
        "n06_next_order": ["def f():\n    return 1 / 0", "f()"],
        "n10_value": ["import sys; sys.stdin.read(), sys.exit(3)"],
    }
    notebooks = write(tmp_path / "notebooks", **chapters)
    warm = run(notebooks, tmp_path / "warm" / "chapters")
    monkeypatch.setenv(SWITCH, "0")
    ordinary = run(notebooks, tmp_path / "ordinary" / "chapters")
    assert {name: done.outcome for name, done in ordinary.items()} == {
        "03_pulse": "done",
        "04_cohorts": "failed",
        "06_next_order": "failed",
        "10_value": "failed",
    }
    for name, done in ordinary.items():
        assert (warm[name].outcome, warm[name].cell, warm[name].error) == (
            done.outcome,
            done.cell,
            done.error,
        )
        one, two = (tmp_path / kind / "chapters" / f"{name}.ipynb" for kind in ("warm", "ordinary"))
        assert one.read_text(encoding="utf-8") == two.read_text(encoding="utf-8")
    assert "image/png" in one.with_name("03_pulse.ipynb").read_text(encoding="utf-8")


def test_chapters_of_a_client_are_the_same_either_way(tmp_path, monkeypatch):
    # 10 fits BG/NBD and Gamma-Gamma models, both read DuckDB and draw.
    monkeypatch.setenv("RETENTION_PROJECT", str(PROJECT))
    open_mart("cdnow", "1998-06")
    notebooks = [PROJECT / "notebooks" / f"{name}.ipynb" for name in ("03_pulse", "10_value")]
    given = {"client": "cdnow", "period": "1998-06"}
    warm = run(notebooks, tmp_path / "warm", jobs=2, **given)
    monkeypatch.setenv(SWITCH, "0")
    ordinary = run(notebooks, tmp_path / "ordinary", jobs=2, **given)
    assert {done.error for done in [*warm.values(), *ordinary.values()]} == {""}
    for notebook in notebooks:
        one, two = (tmp_path / kind / notebook.name for kind in ("warm", "ordinary"))
        assert one.read_bytes() == two.read_bytes()


def test_threads_processes_and_libraries_work_in_a_forked_kernel(tmp_path):
    code = [
        "import subprocess, sys, threading\nimport duckdb\nimport numpy as np\nimport pandas as pd\nimport pyarrow.compute",
        "square = np.arange(250_000.0).reshape(500, 500) / 1e5\nprint(np.allclose(square @ square.T, np.einsum('ij,kj->ik', square, square)))",
        "done = []\nworkers = [threading.Thread(target=done.append, args=(n,)) for n in range(8)]\n"
        "for worker in workers: worker.start()\nfor worker in workers: worker.join()\nprint(sorted(done) == list(range(8)))",
        "frame = pd.DataFrame({'x': range(1_000_000)})\nprint(duckdb.sql('select sum(x) from frame').fetchall() == [(499999500000,)])",
        "print(pyarrow.compute.sum(pyarrow.array(range(1_000_000))).as_py() == 499999500000)",
        "print(subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True, text=True).stdout == '42\\n')",
        WHO,
    ]
    outcomes = run(write(tmp_path / "notebooks", n03_pulse=code), tmp_path / "out")
    assert outcomes["03_pulse"].error == ""
    *right, _, parent = printed(tmp_path / "out" / "03_pulse.ipynb").split()
    assert right == ["True"] * 5
    assert int(parent) != os.getpid()  # so the server had no thread, for all that it imported


# Each on its own


SPOIL = """
import colorsys, os, random, sys
import matplotlib as mpl
import numpy as np
leak = 1
os.environ["LEAK"] = "1"
os.chdir("/")
colorsys.rgb_to_hls = None
mpl.rcParams["figure.dpi"] = 7
random.seed(1); np.random.seed(1)
sys.path.append("/leak")
"""
LOOK = """
import colorsys, os, random, sys
import matplotlib as mpl
import numpy as np
print("leak" in globals(), "LEAK" in os.environ, os.path.basename(os.getcwd()), colorsys.rgb_to_hls is None,
      mpl.rcParams["figure.dpi"] == 7, "/leak" in sys.path)
"""
DRAW = "import uuid, secrets\nprint(random.random(), np.random.random(), uuid.uuid4(), secrets.token_hex(8))"


def test_kernels_do_not_see_each_other(tmp_path):
    # Chapters begin with the last.
    notebooks = write(tmp_path / "notebooks", n10_value=[SPOIL], n06_next_order=[LOOK, WHO])
    outcomes = run(notebooks, tmp_path / "out" / "chapters")
    assert {done.error for done in outcomes.values()} == {""}
    looked = printed(tmp_path / "out" / "chapters" / "06_next_order.ipynb")
    assert looked.split()[:6] == ["False", "False", "06_next_order", "False", "False", "False"]


def test_every_kernel_draws_its_own_random_numbers(tmp_path):
    chapters = {
        f"n0{number}_chapter": ["import random\nimport numpy as np\nimport numpy.random", DRAW]
        for number in range(3, 6)
    }
    run(write(tmp_path / "notebooks", **chapters), tmp_path / "out")
    drawn = [printed(file).split() for file in sorted((tmp_path / "out").glob("*.ipynb"))]
    assert [len(set(column)) for column in zip(*drawn, strict=True)] == [3, 3, 3, 3]


def test_a_kernel_has_the_environment_of_its_client(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOWN", "ä = 1")
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    code = [
        "import os, time\nprint(os.environ['SHOWN'], time.timezone, 'JE_ARROW_MALLOC_CONF' in os.environ)"
    ]
    run(write(tmp_path / "notebooks", n03_pulse=code), tmp_path / "out")
    assert printed(tmp_path / "out" / "03_pulse.ipynb") == "ä = 1 -20700 False\n"


def test_nothing_is_imported_from_the_folder_one_is_in(tmp_path, monkeypatch):
    (tmp_path / "selectors.py").write_text("import os; os._exit(3)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert parent_of_kernel(tmp_path) != os.getpid()


def test_the_socket_is_private(tmp_path):
    with warm_kernels(write(tmp_path, n03_pulse=["1"])) as kernels:
        folder = Path(kernels.address).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


# Ordinary kernels where there cannot be others


def parent_of_kernel(folder: Path) -> int:
    outcomes = run(write(folder / "notebooks", n03_pulse=[WHO]), folder / "out")
    assert outcomes["03_pulse"].error == ""
    return pids(folder / "out" / "03_pulse.ipynb")[1]


def test_warm_kernels_can_be_switched_off(tmp_path, monkeypatch):
    monkeypatch.setenv(SWITCH, "0")
    assert parent_of_kernel(tmp_path) == os.getpid()


def test_elsewhere_kernels_are_ordinary(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "sys", SimpleNamespace(platform="darwin"))
    assert parent_of_kernel(tmp_path) == os.getpid()


def test_without_the_entry_point_kernels_are_ordinary(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "entry_points", lambda **_: ())
    assert parent_of_kernel(tmp_path) == os.getpid()


def test_without_a_place_for_the_socket_kernels_are_ordinary(tmp_path, monkeypatch):
    deep = tmp_path / ("x" * 120)  # the address of a socket has at most 107 characters
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    assert parent_of_kernel(tmp_path) == os.getpid()
    assert list(deep.iterdir()) == []


@pytest.mark.parametrize(
    "fault",
    [
        "import os; os._exit(3)",
        "import threading, time; threading.Thread(target=time.sleep, args=(9,)).start()",
    ],
    ids=["ends the process", "leaves a thread"],
)
def test_a_server_that_cannot_serve_is_done_without(tmp_path, monkeypatch, fault):
    (tmp_path / "faulty_module.py").write_text(fault, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(preload, "SHARED", {"faulty_module"})
    chapters = {"n03_pulse": [WHO], "n04_cohorts": ["if False:\n    pass\nimport faulty_module"]}
    outcomes = run(write(tmp_path / "notebooks", **chapters), tmp_path / "out")
    assert outcomes["03_pulse"].error == ""
    assert pids(tmp_path / "out" / "03_pulse.ipynb")[1] == os.getpid()


def test_a_chapter_whose_server_dies_is_run_again_and_the_rest_goes_on(tmp_path):
    # Only the first server: its successor finds that the chapter was begun before.
    kill = (
        "import os, signal\nparent = os.getppid()\ncommand = open(f'/proc/{parent}/cmdline').read()\n"
        f"with open({str(tmp_path / 'runs')!r}, 'a+') as file:\n    print(os.getpid(), parent, file=file)\n"
        "    file.seek(0)\n    is_first = len(list(file)) == 1\n"
        "if 'warm_kernels.server' in command and is_first:\n    os.kill(parent, signal.SIGKILL)\n    import time; time.sleep(60)"
    )
    chapters = {"n10_value": [kill, "print('whole')"], "n06_next_order": [WHO], "n01_summary": [WHO]}
    outcomes = run(write(tmp_path / "notebooks", **chapters), tmp_path / "out")
    assert {name: done.error for name, done in outcomes.items()} == dict.fromkeys(outcomes, "")
    first, second = (map(int, line.split()) for line in (tmp_path / "runs").read_text().splitlines())
    kernel, server = first
    assert gone(kernel, server, seconds=0)
    successor = tuple(second)[1]  # again a server, so nothing is slower than before
    assert successor not in (server, os.getpid())
    assert printed(tmp_path / "out" / "10_value.ipynb") == "whole\n"
    assert pids(tmp_path / "out" / "01_summary.ipynb")[1] == successor


# Endings


@pytest.mark.parametrize("retries", [0, 2])
def test_a_kernel_that_dies_is_run_again_as_often_as_asked_and_no_other(tmp_path, retries):
    die = (
        f"import os, signal\nwith open({str(tmp_path / 'runs')!r}, 'a') as file: print(os.getpid(), file=file)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    notebooks = write(tmp_path / "notebooks", n03_pulse=[die], n04_cohorts=["1"], n06_next=["1 / 0"])
    outcomes = run(notebooks, tmp_path / "out", jobs=2, limits=Limits(retries=retries))
    dead = outcomes["03_pulse"]
    assert dead.error == "The kernel died, perhaps for lack of memory."
    assert (dead.cause, dead.cell, dead.retries) == ("dead kernel", 2, retries)
    assert [(made.cause, made.retries) for made in outcomes.values()][1:] == [("", 0), ("error", 0)]
    assert len((tmp_path / "runs").read_text().splitlines()) == 1 + retries


def test_a_cell_that_takes_too_long_is_ended_with_all_it_started(tmp_path):
    stay = (
        "import os, signal, subprocess, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(tmp_path / 'pids')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "for _ in range(60): time.sleep(1)"
    )
    started = time.monotonic()
    limits = Limits(cell_seconds=1)
    outcomes = run(write(tmp_path / "notebooks", n03_pulse=[stay]), tmp_path / "out", limits=limits)
    assert outcomes["03_pulse"].error == "A cell took longer than 1 seconds."
    assert time.monotonic() - started < 20
    assert gone(*map(int, (tmp_path / "pids").read_text().split()), seconds=1)


def test_when_the_run_is_killed_nothing_of_it_stays(tmp_path, place):
    wait = (
        "import os, pathlib, subprocess, time\nchild = subprocess.Popen(['sleep', '60'])\n"
        f"new = pathlib.Path({str(tmp_path / 'pids.new')!r})\n"
        "new.write_text(f'{os.getpid()} {os.getppid()} {child.pid}'); new.rename(new.with_suffix(''))\ntime.sleep(60)"
    )
    notebooks = write(tmp_path / "notebooks", n03_pulse=[wait])
    (tmp_path / "out").mkdir()
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from retention_utils.chapter_runs.stages import open_workshop, run_chapters\n"
        "notebooks = [Path(sys.argv[1])]\n"
        "with open_workshop(notebooks, jobs=1) as workshop:\n"
        "    run_chapters(notebooks, Path(sys.argv[2]), parameters={'03_pulse': {}}, workshop=workshop)"
    )
    command = [sys.executable, "-c", program, str(notebooks[0]), str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as runner:
        deadline = time.monotonic() + 30
        while not (tmp_path / "pids").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        kernel, server, child = map(int, (tmp_path / "pids").read_text().split())
        assert all(map(is_running, (kernel, server, child)))
        runner.send_signal(signal.SIGKILL)
    assert gone(kernel, server, child)
    # The server has taken its folder along.
    while list(place.glob("retention-*")) and time.monotonic() < deadline:
        time.sleep(0.02)


# The manner of a Popen, and of Jupyter


def test_a_forked_process_tells_how_it_ended(tmp_path):
    with warm_kernels(write(tmp_path, n03_pulse=["1"])) as kernels:
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        with Path(os.devnull).open("w") as nowhere:
            streams = {"stdout": nowhere.fileno(), "stderr": nowhere.fileno()}
            asked = ForkedProcess(kernels.address, ["--version"], cwd=str(tmp_path), env=env, **streams)
            assert (asked.wait(10), asked.poll()) == (0, 0)
            wrong = ForkedProcess(
                kernels.address, ["--no-such=1", "x", "--="], cwd="/nowhere", env=env, **streams
            )
            assert wrong.wait(10) == 1
            stays = ForkedProcess(kernels.address, [], cwd=str(tmp_path), env=env, **streams)
            assert (stays.poll(), stays.wait(0.05)) == (None, None)
            stays.terminate()
            assert stays.wait(10) == -signal.SIGTERM
            stays.kill()  # nobody: its number may be another's by now
            left = ForkedProcess(kernels.address, [], cwd=str(tmp_path), env=env, **streams)
    assert gone(left.pid, seconds=1)
    assert left.wait(1) == -signal.SIGKILL
    with pytest.raises(OSError, match="No such file"):
        ForkedProcess(kernels.address, [], cwd=str(tmp_path), env=env)


def test_a_client_that_hangs_up_takes_its_kernel_along(tmp_path):
    with warm_kernels(write(tmp_path, n03_pulse=["1"])) as kernels:
        kernel = ForkedProcess(kernels.address, [], cwd=str(tmp_path), env=dict(os.environ))
        kernel._connection.close()
        assert gone(kernel.pid, seconds=10)
        assert kernels.is_serving


def test_a_kernel_does_not_outlive_its_server(tmp_path):
    with warm_kernels(write(tmp_path, n03_pulse=["1"])) as kernels:
        kernel = ForkedProcess(kernels.address, [], cwd=str(tmp_path), env=dict(os.environ))
        time.sleep(0.3)
        kernels.server.kill()
        assert gone(kernel.pid, seconds=0.3)  # ipykernel itself looks once a second
        assert (kernel.wait(1), kernels.is_serving) == (-signal.SIGKILL, False)
        assert (kernels.options, kernels.environment) == ({}, {})


@pytest.fixture
def manager(tmp_path):
    """Jupyter's plain, blocking kernel manager, given this package's specifications."""
    with warm_kernels(write(tmp_path, n03_pulse=["1"])) as kernels:
        manager = KernelManager(kernel_spec_manager=WarmSpecs(address=kernels.address))
        with Path(os.devnull).open("w") as nowhere:
            manager.start_kernel(cwd=str(tmp_path), stdout=nowhere, stderr=nowhere)
            assert manager.provisioner.process.__class__ is ForkedProcess
            yield manager
            if manager.has_kernel:
                manager.shutdown_kernel(now=True)


def ask(manager: KernelManager, code: str) -> dict:
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        return client.execute_interactive(code, timeout=60, output_hook=lambda message: None)["content"]
    finally:
        client.stop_channels()
        client.context.destroy()


def test_a_kernel_is_interrupted_restarted_and_shut_down(manager):
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    request = client.execute("import time\nprint('begun', flush=True)\nfor _ in range(600): time.sleep(0.1)")
    while client.get_iopub_msg(timeout=60)["msg_type"] != "stream":  # until then an interrupt may be lost
        pass
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=60)
    assert (reply["parent_header"]["msg_id"], reply["content"]["ename"]) == (request, "KeyboardInterrupt")
    client.stop_channels()
    client.context.destroy()
    first = manager.provisioner.pid
    manager.restart_kernel()
    second = manager.provisioner.pid
    assert (manager.is_alive(), first != second, gone(first, seconds=0)) == (True, True, True)
    assert ask(manager, "1")["status"] == "ok"
    manager.shutdown_kernel()
    assert (manager.is_alive(), gone(second, seconds=0)) == (False, True)


def test_another_python_gets_an_ordinary_kernel(tmp_path, monkeypatch):
    with warm_kernels(write(tmp_path, n03_pulse=["1"])) as kernels:
        manager = KernelManager(kernel_spec_manager=WarmSpecs(address=kernels.address))
        other = tmp_path / "python3"
        other.symlink_to(sys.executable)
        manager.kernel_spec.argv[0] = str(other)
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        manager.start_kernel(env=dict(os.environ))
        assert isinstance(manager.provisioner.process, subprocess.Popen)
        manager.shutdown_kernel(now=True)


def test_nbval_uses_warm_kernels_too(tmp_path):
    code = f"{WHO}\nopen({str(tmp_path / 'parents')!r}, 'a').write(open(f'/proc/{{os.getppid()}}/cmdline').read() + '\\n')"
    notebooks = write(tmp_path / "notebooks", n03_pulse=[code.replace("print", "")])
    run(notebooks, tmp_path / "out")
    assert [check.outcome for check in verify_chapters([tmp_path / "out" / "03_pulse.ipynb"], jobs=1)] == [
        "same"
    ]
    parents = (tmp_path / "parents").read_text(encoding="utf-8").splitlines()
    assert [re.search(r"warm_kernels\.server", parent) is not None for parent in parents] == [True, True]


# What the runner itself imports


def test_the_runner_does_not_build_the_grammar_of_web_addresses():
    program = (
        "import sys, importlib.util\nimport retention_utils.plan, retention_utils.run\n"
        "print('jsonschema' in sys.modules, 'rfc3987_syntax' in sys.modules)\n"
        "import nbformat\n"
        "try: nbformat.validate({'cells': 1})\nexcept nbformat.ValidationError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "True False\nrefused\n"), done.stderr
