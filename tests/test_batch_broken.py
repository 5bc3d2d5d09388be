"""A batch that is broken from outside: killed, interrupted, starved, doubled. Nothing is lost, nothing left running."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch_samples import (
    HOLD,
    begun,
    clients,
    counted,
    finish,
    manifest_of,
    outcomes_of,
    processes_of,
    running,
    start,
    wait_until,
)
from small_project import notebook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")

CHAPTERS = {"n04_cohorts": ("04",), "n03_pulse": ("03", HOLD), "n01_summary": ("01",)}


def project_with(folder, *names):
    return clients(folder, *names, **{name: counted(*code) for name, code in CHAPTERS.items()})


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_cut_short_leaves_nothing_running_and_the_next_one_finishes_it(tmp_path, blow):
    project = project_with(tmp_path, "a", "b")
    held = {"a 2024-03 03", "a 2024-03 04"}
    with running(project, "run", "--all", "--jobs", "4") as process:
        # Whole is what is noted as whole; that it was begun does not say so.
        whole = project / "reports" / "a" / ".2024-03.new" / "done" / "04_cohorts.json"
        wait_until(lambda: held <= set(begun(project)) and whole.exists())
        process.send_signal(blow)
        code, _ = finish(process)
    wait_until(lambda: not processes_of(project), seconds=5)
    if blow == signal.SIGKILL:
        assert code == -blow
    else:
        told = manifest_of(project)
        assert code == 1
        assert outcomes_of(told) == {("a", "2024-03"): "cancelled", ("b", "2024-03"): "cancelled"}
        first = {made["chapter"]: made["outcome"] for made in told["reports"][0]["chapters"]}
        assert first == {"01_summary": "cancelled", "03_pulse": "cancelled", "04_cohorts": "done"}
    assert not list((project / "reports").glob("*/2024*"))

    (project / "go").touch()
    (project / "begun.txt").unlink()
    code, out = finish(start(project, "run", "--all", "--jobs", "2"))
    assert (code, out.count("done ")) == (0, 2)
    assert "a 2024-03 04" not in begun(project)
    assert {"a 2024-03 03", "a 2024-03 01", "b 2024-03 03"} <= set(begun(project))
    assert sorted(path.name for path in (project / "reports" / "a").iterdir()) == ["2024-03"]


def test_a_second_signal_ends_it_on_the_spot(tmp_path):
    project = project_with(tmp_path, "a")
    with running(project, "run", "--all") as process:
        wait_until(lambda: "a 2024-03 03" in begun(project))
        deadline = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < deadline:
            process.send_signal(signal.SIGINT)
            time.sleep(0.02)  # two at once may count as one
        assert process.returncode == -signal.SIGINT  # in order it would end with 1
    wait_until(lambda: not processes_of(project), seconds=5)
    assert not list((project / "reports").glob("*/2024*"))


def test_two_runs_at_once_make_every_report_once(tmp_path):
    project = project_with(tmp_path, "a", "b")
    (project / "go").touch()
    both = [start(project, "run", "--all", "--jobs", "2") for _ in range(2)]
    ends = [finish(process) for process in both]
    assert [code for code, _ in ends] == [0, 0]
    assert sorted(begun(project)) == sorted(
        f"{client} 2024-03 0{number}" for client in "ab" for number in (1, 3, 4)
    )
    words = [line.split()[:2] for _, out in ends for line in out.splitlines()]
    assert sorted(words) == [["done", "a"], ["done", "b"], ["skipped", "a"], ["skipped", "b"]]


def test_no_data_of_one_client_are_in_anything_of_another(tmp_path):
    names = [f"client{number}" for number in range(4)]
    # Everything a chapter could get at by mistake: its folder, its parameters, its variables, its mart.
    show = (
        "import os\nfrom retention_utils.mart import open_mart\nmart = open_mart(client, period)\n"
        "print(mart.config.name, list(mart.table('customers')['customer_id']), os.getcwd(), os.listdir())\n"
        "assert 'seen' not in globals()\nseen = client\nos.environ['SEEN'] = client\n"
        "open('own.txt', 'w').write(client)"
    )
    project = clients(
        tmp_path, *names, n03_pulse=notebook(show), n04_cohorts=notebook(show), n06_next=notebook(show)
    )
    for name in names:
        file = project / "data" / name / "orders.csv"
        file.write_text(file.read_text(encoding="utf-8").replace("bob", f"mark-{name}"), encoding="utf-8")
        toml = project / "data" / name / "client.toml"
        toml.write_text(
            toml.read_text(encoding="utf-8").replace('"Shop"', f'"Mark {name}"'), encoding="utf-8"
        )
    scratch = project / "scratch"
    scratch.mkdir()
    environment = {**os.environ, "RETENTION_PROJECT": str(project), "TMPDIR": str(scratch)}
    program = "from retention_utils.cli import main; main()"
    command = [sys.executable, "-c", program, "run", "--all", "--jobs", "6"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    for name in names:
        others = [f"mark-{other}" for other in names if other != name] + [
            f"Mark {o}" for o in names if o != name
        ]
        own = [file for file in (project / "reports" / name).rglob("*") if file.is_file()]
        assert f"mark-{name}" in (project / "reports" / name / "2024-03/chapters/03_pulse.ipynb").read_text(
            "utf-8"
        )
        assert [(file, mark) for file in own for mark in others if mark.encode() in file.read_bytes()] == []
    log = (project / manifest_of(project)["log"]).read_text(encoding="utf-8")
    assert ("mark-" in log, len({line.split()[2] for line in log.splitlines()})) == (False, 4)
    assert list(scratch.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path):
    """Mount a disk of one megabyte, where that is allowed."""
    place = tmp_path / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_named_and_the_good_report_stays(tmp_path, small_disk):
    big = "print('x' * 3_000_000 * (find_project() / 'big').exists())"
    project = clients(tmp_path / "project", "a", n03_pulse=counted("03", big))
    (project / "reports").symlink_to(small_disk)
    assert finish(start(project, "run", "--all"))[0] == 0
    before = (project / "reports/a/2024-03/report.html").read_bytes()
    (project / "big").touch()
    code, out = finish(start(project, "run", "--all", "--force", "--json"))
    (report,) = json.loads(out)["reports"]
    assert (code, report["outcome"], report["cause"]) == (1, "failed", "disk full")
    assert (project / "reports/a/2024-03/report.html").read_bytes() == before
    (project / "big").unlink()
    assert finish(start(project, "run", "--all", "--force"))[0] == 0


def test_a_reports_folder_that_cannot_be_written_is_told(tmp_path, small_disk):
    project = clients(tmp_path / "project", "a", n03_pulse=counted("03"))
    (project / "reports").symlink_to(small_disk)
    assert finish(start(project, "run", "--all"))[0] == 0
    before = (project / "reports/a/2024-03/report.html").read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    code, out = finish(start(project, "run", "--all", "--force", "--json"))
    (report,) = json.loads(out)["reports"]
    assert (code, report["outcome"]) == (1, "failed")
    assert "Read-only file system" in report["reason"]
    assert (Path(project) / "reports/a/2024-03/report.html").read_bytes() == before
