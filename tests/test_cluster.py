"""The same plan on a Dask cluster, with reports on a store: workers are killed, and the results are complete."""

import os
import shutil
import signal
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
    running,
    start,
    wait_until,
)
from distributed import LocalCluster
from small_project import notebook

from retention_utils.batch.store import Store


@pytest.fixture
def cluster():
    """A scheduler and two workers, each a process of its own."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as started:
        yield started


def workers_of(cluster):
    """Return the processes of the workers."""
    return {
        info["name"]: worker.process.process.pid
        for info, worker in zip(
            cluster.scheduler_info["workers"].values(), cluster.workers.values(), strict=False
        )
    }


def test_a_killed_worker_costs_no_report(tmp_path, cluster):
    wait = HOLD + "\nfrom os import getppid"
    project = clients(
        tmp_path / "project",
        "a",
        "b",
        n03_pulse=counted("03", wait),
        n04_cohorts=counted("04"),
        n01_summary=counted("01"),
    )
    store = (tmp_path / "store").as_uri()
    words = ["run", "--all", "--from", "2024-02", "--to", "2024-03", "--jobs", "2"]
    with running(project, *words, "--scheduler", cluster.scheduler_address, "--store", store) as process:
        wait_until(lambda: {"a 2024-02 03", "b 2024-02 03"} <= set(begun(project)))
        os.kill(next(iter(workers_of(cluster).values())), signal.SIGKILL)
        wait_until(lambda: len([line for line in begun(project) if line.endswith("2024-02 03")]) > 2)
        (project / "go").touch()
        code, _ = finish(process)
    expected = {(client, f"2024-0{month}"): "done" for client in "ab" for month in (2, 3)}
    assert (code, outcomes_of(manifest_of(project))) == (0, expected)
    for client, period in expected:
        report = tmp_path / "store" / client / period
        here = project / "reports" / client / period
        files = sorted(file.relative_to(here) for file in here.rglob("*") if file.is_file())
        assert Path("report.html") in files
        assert [(report / file).read_bytes() for file in files] == [
            (here / file).read_bytes() for file in files
        ]
    assert (tmp_path / "store" / "index.html").read_bytes() == (
        project / "reports" / "index.html"
    ).read_bytes()


def test_reports_on_a_store_need_not_be_made_again_elsewhere(tmp_path):
    store = (tmp_path / "store").as_uri()
    first, second = clients(tmp_path / "one", "a", n03_pulse=notebook("1")), tmp_path / "two"
    shutil.copytree(first, second)
    assert finish(start(first, "run", "--all", "--store", store))[1].split()[0] == "done"
    code, out = finish(start(second, "run", "--all", "--store", store))
    assert (code, out.split()[0]) == (0, "skipped")
    assert (second / "reports/a/2024-03/report.html").is_file()


def test_a_report_is_whole_on_the_store_or_not_there(tmp_path):
    folder, store = tmp_path / "shop" / "2024-03", Store("memory://reports")
    for name, text in (("run.json", "{}"), ("report.html", "one"), ("tables/old.csv", "x")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    store.publish(folder, "shop")
    store.fetch(tmp_path / "other", "shop", "2024-03")
    brought = tmp_path / "other" / "reports" / "shop" / "2024-03"
    assert (brought / "tables" / "old.csv").read_text(encoding="utf-8") == "x"

    (folder / "tables" / "old.csv").unlink()
    (folder / "report.html").write_text("two", encoding="utf-8")
    put, left = store._files.put_file, 1

    def breaks(source, place):
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError("the line is down")
        put(source, place)

    store._files.put_file = breaks
    with pytest.raises(OSError, match="line is down"):
        store.publish(folder, "shop")
    store.fetch(tmp_path / "third", "shop", "2024-03")
    assert not (tmp_path / "third").exists()  # half of it is there, and not taken for a report
    store._files.put_file = put
    store.publish(folder, "shop")
    store.fetch(tmp_path / "third", "shop", "2024-03")
    found = sorted(file.name for file in (tmp_path / "third").rglob("*") if file.is_file())
    assert found == ["report.html", "run.json"]


def test_a_store_that_is_not_there_is_told_before_anything_runs(tmp_path):
    project = clients(tmp_path, "a", n03_pulse=counted("03"))
    code, _ = finish(start(project, "run", "--all", "--store", "nosuch://bucket/reports"))
    assert (code, begun(project)) == (2, [])
