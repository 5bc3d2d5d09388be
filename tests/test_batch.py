"""A batch: planned, run, resumed and told honestly; one failure hides nothing and stops nothing."""

import json
import os
from datetime import datetime, timedelta

import nbformat
import pytest
from batch_samples import begun, clients, counted, manifest_of, outcomes_of
from command_line import call
from small_project import ORDERS, SHOW, notebook, small_project

from retention_utils.batch import journal, one
from retention_utils.batch.plan import periods_asked
from retention_utils.chapter_runs.halt import Halt, HaltedError
from retention_utils.chapter_runs.slots import Slots
from retention_utils.errors import PeriodError


@pytest.fixture
def cli(tmp_path, monkeypatch, capsys):
    """Call a command on the project in ``tmp_path``."""
    return lambda *words: call(tmp_path, monkeypatch, capsys, *words)


# The plan


@pytest.mark.parametrize(
    ("periods", "since", "until", "keys"),
    [
        ([], None, None, []),
        (["2024-02", "2024-01", "2024-02"], None, None, ["2024-01", "2024-02"]),
        ([], "2023-11", "2024-02", ["2023-11", "2023-12", "2024-01", "2024-02"]),
        ([], "2024-Q4", "2025-Q1", ["2024-Q4", "2025-Q1"]),
        ([], "2024-W52", "2025-W02", ["2024-W52", "2025-W01", "2025-W02"]),
        (["2024-02"], "2024-02", "2024-03", ["2024-02", "2024-03"]),
    ],
)
def test_periods_come_in_the_order_of_time_each_once(periods, since, until, keys):
    assert periods_asked(periods, since, until) == keys


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2024-01", None, "belong together"),
        ("2024-03", "2024-01", "No periods lead from 2024-03 to 2024-01"),
        ("2024-01", "2024-Q4", "No periods lead"),
        ("2024-01-01..2024-01-10", "2024-01-11..2024-01-20", "No periods lead"),
    ],
)
def test_ranges_that_lead_nowhere_are_refused(since, until, said):
    with pytest.raises(PeriodError, match=said):
        periods_asked([], since, until)


def test_a_plan_says_what_is_fresh_and_why_the_rest_is_not(cli, tmp_path):
    chapters = {"n03_pulse": notebook(SHOW), "n04_cohorts": notebook("1"), "n01_summary": notebook("2")}
    project = small_project(tmp_path, **chapters)

    def planned():
        code, out, _ = cli("plan", "--all", "--json")
        assert code == 0
        (report,) = json.loads(out)
        return report["state"], report["reasons"], report["stages"], report["kept"]

    everything = [["04_cohorts", "03_pulse"], ["01_summary"]]
    assert planned() == ("new", ["new"], everything, [])
    assert not (project / "reports").exists()
    cli("run", "--all")
    assert planned() == ("fresh", [], [], ["01_summary", "03_pulse", "04_cohorts"])
    nbformat.write(notebook("3"), project / "notebooks" / "04_cohorts.ipynb")
    assert planned() == ("stale", ["chapter 04_cohorts"], [["04_cohorts"], ["01_summary"]], ["03_pulse"])
    (project / "data" / "shop" / "orders.csv").write_text(ORDERS + "cem,2024-03-30,1.00\n", encoding="utf-8")
    assert planned()[1:3] == (["data: orders.csv", "chapter 04_cohorts"], everything)
    code, out, _ = cli("run", "--all", "--dry-run")
    assert (code, out.splitlines()) == (
        0,
        [
            "stale      shop 2024-03  (data: orders.csv; chapter 04_cohorts)",
            "           1. 04_cohorts, 03_pulse",
            "           2. 01_summary",
        ],
    )
    assert cli("run", "--all", "--dry-run", "--force")[1].startswith("stale      shop 2024-03  (--force)")


def test_a_report_before_another_makes_that_one_stale(cli, tmp_path):
    small_project(tmp_path, n03_pulse=notebook("1"), n01_summary=notebook("2"))
    cli("run", "--all", "--period", "2024-03")
    out = cli("plan", "--all", "--from", "2024-02", "--to", "2024-03")[1]
    assert out.splitlines()[0] == "new        shop 2024-02  (new)"
    assert out.splitlines()[3:] == [
        "stale      shop 2024-03  (the report before)",
        "           1. 01_summary",
        "           kept: 03_pulse",
    ]
    assert cli("run", "--all", "--from", "2024-02", "--to", "2024-03")[0] == 0
    last = manifest_of(tmp_path)["reports"][1]
    assert [(made["chapter"], made["outcome"]) for made in last["chapters"]] == [
        ("01_summary", "done"),
        ("03_pulse", "skipped"),
    ]
    assert cli("plan", "--all", "--from", "2024-02", "--to", "2024-03")[1].count("fresh") == 2


# The run


def test_a_client_that_cannot_be_used_stops_no_other_and_periods_without_data_are_skipped(cli, tmp_path):
    project = clients(tmp_path, "bad", "good", n03_pulse=counted("03"))
    (project / "data" / "bad" / "client.toml").write_text("curency = 1", encoding="utf-8")
    code, out, _ = cli("run", "--all", "--from", "2023-12", "--to", "2024-02", "--json")
    told = json.loads(out)
    assert code == 1
    assert outcomes_of(told) == {
        ("good", "2024-01"): "done",
        ("good", "2024-02"): "done",
        ("bad", "2023-12"): "failed",
        ("good", "2023-12"): "skipped",
        ("bad", "2024-01"): "failed",
        ("bad", "2024-02"): "failed",
    }
    assert told["counts"] == {"done": 2, "skipped": 1, "cancelled": 0, "failed": 3, "timed out": 0}
    refused = next(report for report in told["reports"] if report["client"] == "bad")
    assert (refused["cause"], "curency: unknown key" in refused["reason"]) == ("refused", True)
    assert sorted(begun(project)) == ["good 2024-01 03", "good 2024-02 03"]
    assert manifest_of(project) == told


def test_a_failed_chapter_is_run_again_alone_with_what_reads_it(cli, tmp_path):
    fail = "import os\nfrom retention_utils.project import find_project\nassert (find_project() / 'well').exists()"
    project = clients(
        tmp_path,
        "a",
        n03_pulse=counted("03"),
        n04_cohorts=counted("04", fail),
        n01_summary=counted("01"),
    )
    assert cli("run", "--all")[0] == 1
    assert sorted(begun(project)) == ["a 2024-03 01", "a 2024-03 03", "a 2024-03 04"]
    (project / "well").touch()
    (project / "begun.txt").unlink()
    code, out, _ = cli("run", "--all")
    assert (code, out.split()[0]) == (0, "done")
    assert begun(project) == ["a 2024-03 04", "a 2024-03 01"]
    record = json.loads((project / "reports/a/2024-03/run.json").read_text(encoding="utf-8"))
    assert [made["outcome"] for made in record["outcomes"]] == ["done"] * 3
    assert not (project / "reports/a/2024-03.failed").exists()


def test_fail_fast_cancels_what_has_not_begun(cli, tmp_path):
    project = clients(tmp_path, "a", "b", "c", n03_pulse=counted("03", "assert client != 'a'"))
    assert cli("run", "--all", "--fail-fast", "--jobs", "1")[0] == 1
    outcomes = manifest_of(project)["reports"]
    assert [made["outcome"] for made in outcomes[::2]] == ["failed", "cancelled"]
    assert outcomes[1]["outcome"] != "failed"  # it may have had its turn before
    assert outcomes[2]["reason"] == "a 2024-03 03_pulse failed (--fail-fast)"
    assert outcomes[0]["chapters"][0]["cell"] == 5


def test_a_report_time_limit_leaves_the_good_report_and_names_the_cell(cli, tmp_path):
    wait = "import time\nfrom retention_utils.project import find_project\ntime.sleep(60 * (find_project() / 'slow').exists())"
    project = small_project(tmp_path, n03_pulse=notebook(wait))
    assert cli("run", "--all")[0] == 0
    before = (project / "reports/shop/2024-03/report.html").read_bytes()
    (project / "slow").touch()
    code, out, _ = cli("run", "--all", "--force", "--report-timeout", "3")
    assert (code, out.splitlines()[0].split()[:2]) == (1, ["timed", "out"])
    assert "03_pulse, cell 4: The report took longer than 3 seconds" in out
    assert (project / "reports/shop/2024-03/report.html").read_bytes() == before
    assert "timed out shop 2024-03" in cli("list")[1]
    assert b"took too long" in (project / "reports/index.html").read_bytes()


# What is left of a run


def test_every_line_of_the_log_has_client_and_period(cli, tmp_path):
    project = clients(tmp_path, "a", "b", n03_pulse=notebook("raise ValueError('two\\nlines')"))
    cli("run", "--all")
    log = (project / manifest_of(project)["log"]).read_text(encoding="utf-8").splitlines()
    assert [line.split()[1:4] for line in log] == [
        ["ERROR", "a", "2024-03"],
        ["ERROR", "a", "2024-03"],
        ["ERROR", "b", "2024-03"],
        ["ERROR", "b", "2024-03"],
    ] or sorted(line.split()[2] for line in log) == ["a", "a", "b", "b"]
    assert "03_pulse failed" in log[0]
    assert "ValueError: two lines" in log[0]


def test_the_clock_and_times_of_files_decide_nothing(cli, tmp_path, monkeypatch):
    project = small_project(tmp_path, n03_pulse=notebook("1"))
    begun_at = datetime(2030, 1, 1)
    clock = iter(begun_at - timedelta(hours=number) for number in range(10))

    class Backwards(datetime):
        @classmethod
        def now(cls, zone=None):
            return next(clock).replace(tzinfo=zone)

    monkeypatch.setattr(journal, "datetime", Backwards)
    assert cli("run", "--all")[1].split()[0] == "done"
    assert 0 <= manifest_of(project)["seconds"] < 60
    for file in (project / "data" / "shop").iterdir():
        os.utime(file, (2_000_000_000, 2_000_000_000))
    assert cli("run", "--all")[1].split()[0] == "skipped"


def test_old_journals_go(tmp_path, monkeypatch):
    monkeypatch.setattr(journal, "MOST_JOURNALS", 2)
    for number in range(3):
        (tmp_path / ".retention" / "runs" / f"2024010{number}T000000-1").mkdir(parents=True)
    with journal.open_journal(tmp_path) as made:
        made.words("", "", "x")
    assert sorted(path.name for path in (tmp_path / ".retention" / "runs").iterdir()) == [
        "20240102T000000-1",
        made.folder.name,
    ]


# Whose turn it is


def test_the_earliest_report_has_the_next_free_place():
    import threading

    slots, order, ready = Slots(1, Halt()), [], threading.Barrier(4)

    def run(rank):
        ready.wait()
        with slots.held(rank):
            order.append(rank)

    with slots.held(0):
        threads = [threading.Thread(target=run, args=(rank,)) for rank in (3, 1, 2)]
        for thread in threads:
            thread.start()
        ready.wait()
        while len(slots._waiting) < 3:
            pass
    for thread in threads:
        thread.join()
    assert order == [1, 2, 3]


def test_nobody_gets_a_place_once_everything_is_halted():
    halt = Halt()
    halt.call("SIGINT")
    halt.call("later")
    with pytest.raises(HaltedError, match="SIGINT"), Slots(1, halt).held(0):
        pass


def test_a_fault_of_this_program_is_the_outcome_of_one_report_alone(cli, tmp_path, monkeypatch):
    clients(tmp_path, "a", "b", n03_pulse=notebook("1"))
    make = one.run_report

    def break_one(report, **options):
        if report.client == "a":
            raise KeyError("nobody thought of this")
        return make(report, **options)

    monkeypatch.setattr(one, "run_report", break_one)
    assert cli("run", "--all")[0] == 1
    told = manifest_of(tmp_path)
    assert outcomes_of(told) == {("a", "2024-03"): "failed", ("b", "2024-03"): "done"}
    assert told["reports"][0]["reason"] == "KeyError: 'nobody thought of this'"
