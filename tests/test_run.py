"""One report from start to end: whole or not at all, and a failure never replaces a good one."""

import json
import os
import platform
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import duckdb
import nbformat
import pytest
from small_project import SHOW, make_report, notebook, small_project

from retention_utils import record, report_pieces, run
from retention_utils.errors import ConfigError, PeriodError
from retention_utils.plan import plan_report
from retention_utils.shelf import report_lock, reports_on_shelf

BAD_ORDERS = "who,day,paid\nann,yesterday,1\n"
DRAW = """
import pandas as pd
from retention_utils.charts.figure import show_figure
from retention_utils.formats import Formats

def draw(table, *, formats, ax):
    return ax.plot(table["age"], table["retention"], color="#0F4E69", marker="o")

table = pd.DataFrame({"age": [1, 2, 3], "retention": [0.4, 0.3, 0.35]})
show_figure(draw, table, key="curve", title="Curve", caption="", alt=Formats().say("It falls."), formats=Formats())
"""
PROVENANCE = re.compile(r'<footer id="provenance".*?</footer>', re.DOTALL)
HOSTILE = "Ma & Pa </title><script>alert(1)</script>"


def make(folder, *, force=False):
    return make_report(plan_report(folder, "shop", None), jobs=2, force=force)


def names_on_shelf(folder):
    return sorted(path.name for path in (folder / "reports" / "shop").iterdir())


def parameters_printed(made):
    record = json.loads((made.report.parent / "run.json").read_text(encoding="utf-8"))
    return dict(record["provenance"])["Parameters"]


def test_a_report_is_made_skipped_when_unchanged_and_made_again_when_the_data_change(tmp_path):
    folder = small_project(tmp_path, name=HOSTILE.replace('"', ""))
    made = make(folder)
    assert (made.outcome, made.period) == ("done", "2024-03")
    page = made.report.read_text(encoding="utf-8")
    assert "3 customers of" in page
    assert "<script" not in page
    assert "Ma &amp; Pa &lt;/title&gt;" in page
    record = json.loads((made.report.parent / "run.json").read_text(encoding="utf-8"))
    assert record["parameters"] == {
        "03_pulse": {"client": "shop", "period": "2024-03", "language": "en", "anonymise": False}
    }
    assert [outcome["outcome"] for outcome in record["outcomes"]] == ["done"]
    # The page tells what the chapter used, given or not.
    assert parameters_printed(made) == "client = shop, period = 2024-03, language = en, 03_pulse.choice = 1"
    assert {"SHA-256 of the data", "Hash of the definitions", "Software"} <= {
        label for label, _ in record["provenance"]
    }

    assert make(folder).outcome == "skipped"
    orders = folder / "data" / "shop" / "orders.csv"
    orders.write_text(orders.read_text(encoding="utf-8") + "cem,2024-03-30,1.00\n", encoding="utf-8")
    again = make(folder)
    assert again.outcome == "done"
    assert "4 customers of" in again.report.read_text(encoding="utf-8")


def test_the_same_run_gives_the_same_bytes_but_for_the_part_that_says_how_it_was_made(tmp_path, monkeypatch):
    chapter, pages, others = notebook(SHOW, DRAW), [], []
    for day in (1, 2):
        clock = SimpleNamespace(now=lambda zone, day=day: datetime(2024, 5, day, tzinfo=zone))
        monkeypatch.setattr(record, "datetime", clock)
        shelf = make(small_project(tmp_path / str(day), n03_pulse=chapter)).report.parent
        pages.append((shelf / "report.html").read_text(encoding="utf-8"))
        files = (path for path in shelf.rglob("*.*") if path.name not in ("report.html", "run.json"))
        others.append({str(path.relative_to(shelf)): path.read_bytes() for path in files})
    assert list(others[0]) == ["chapters/03_pulse.ipynb"]
    assert others[0] == others[1]
    assert '<svg class="chart wide"' in pages[0]
    assert PROVENANCE.sub("", pages[0]) == PROVENANCE.sub("", pages[1])
    made = [re.search("<dt>Made</dt><dd>([^<]*)</dd>", page)[1] for page in pages]
    assert [text[:16] for text in made] == ["2024-05-01 00:00", "2024-05-02 00:00"]
    assert pages[0].replace(made[0], made[1]) == pages[1]


def test_a_failed_run_is_kept_beside_the_good_report_and_says_what_is_missing(tmp_path):
    folder = small_project(
        tmp_path, n03_pulse=notebook(SHOW), n04_cohorts=notebook("1", question="Do they stay?")
    )
    good = make(folder)
    before = {file: file.read_bytes() for file in good.report.parent.rglob("*") if file.is_file()}
    nbformat.write(
        notebook("raise ValueError('no such luck')", question="Do they stay?"),
        folder / "notebooks" / "04_cohorts.ipynb",
    )

    failed = make(folder)
    assert failed.outcome == "failed"
    assert failed.reason == "1 of 2 chapters failed"
    assert failed.report.parent.name == "2024-03.failed"
    page = failed.report.read_text(encoding="utf-8")
    assert "ValueError: no such luck" in page
    assert "Do they stay?" in page
    assert "3 customers of Shop" in page  # the other chapter still stands
    assert {file: file.read_bytes() for file in good.report.parent.rglob("*") if file.is_file()} == before
    told = {(entry.period, entry.outcome, entry.done, entry.chapters) for entry in reports_on_shelf(folder)}
    assert told == {("2024-03", "done", 2, 2), ("2024-03", "failed", 1, 2)}

    nbformat.write(notebook("2", question="Do they stay?"), folder / "notebooks" / "04_cohorts.ipynb")
    assert make(folder).outcome == "done"
    assert not failed.report.parent.exists()
    assert [path.name for path in (folder / "reports" / "shop").iterdir()] == ["2024-03"]


def test_reading_choices_of_the_client_file_reach_the_chapter(tmp_path):
    folder = small_project(tmp_path, more="[parameters.03_pulse]\nchoice = 42")
    # A table in the middle would swallow the keys after it, so the choice stands at the end of the file.
    file = folder / "data" / "shop" / "client.toml"
    text = file.read_text(encoding="utf-8").replace("[parameters.03_pulse]\nchoice = 42", "")
    file.write_text(text + "\n[parameters.03_pulse]\nchoice = 42\n", encoding="utf-8")
    made = make(folder)
    assert "choice 42" in made.report.read_text(encoding="utf-8")
    assert parameters_printed(made) == "client = shop, period = 2024-03, language = en, 03_pulse.choice = 42"


def test_a_choice_that_is_left_empty_is_not_told_and_nought_is():
    in_force = {"12_what_if": {"bonus": 0.0, "note": ""}, "16_self_diagnosis": {"answers": "", "asks": False}}
    assert record.told_choices(in_force) == ["12_what_if.bonus = 0.0", "16_self_diagnosis.asks = False"]


def test_nothing_runs_when_the_request_is_wrong(tmp_path):
    folder = small_project(tmp_path)
    with pytest.raises(PeriodError, match="complete only up to 2024-03-31"):
        plan_report(folder, "shop", "2024-04")
    file = folder / "data" / "shop" / "client.toml"
    file.write_text(
        file.read_text(encoding="utf-8") + "\n[parameters.03_pulse]\nchoise = 1\n", encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="Did you mean 'choice'"):
        plan_report(folder, "shop", None)
    assert not (folder / "reports").exists()


def test_data_that_cannot_be_used_fail_the_report_with_the_reason(tmp_path):
    folder = small_project(tmp_path)
    orders = folder / "data" / "shop" / "orders.csv"
    good = orders.read_text(encoding="utf-8")
    orders.write_text(BAD_ORDERS, encoding="utf-8")
    outcome = make(folder)
    assert (outcome.outcome, outcome.report) == ("failed", None)
    assert "line 2, column 'day': date cannot be read, found 'yesterday'" in outcome.reason
    (entry,) = reports_on_shelf(folder)
    assert (entry.period, entry.outcome, entry.chapters, entry.report) == ("2024-03", "failed", 0, "")
    assert entry.reason == outcome.reason
    assert names_on_shelf(folder) == ["2024-03.failed"]

    orders.write_text(good, encoding="utf-8")
    assert make(folder).outcome == "done"
    assert names_on_shelf(folder) == ["2024-03"]
    orders.write_text(BAD_ORDERS, encoding="utf-8")
    assert make(folder).outcome == "failed"
    assert names_on_shelf(folder) == ["2024-03", "2024-03.failed"]
    orders.write_text(good, encoding="utf-8")
    assert make(folder).outcome == "skipped"  # what failed is no longer so
    assert names_on_shelf(folder) == ["2024-03"]


def test_a_project_without_chapters_is_refused(tmp_path):
    folder = small_project(tmp_path)
    (folder / "notebooks" / "03_pulse.ipynb").rename(folder / "notebooks" / "pulse.ipynb")
    with pytest.raises(ConfigError, match=r"There is no chapter in .*notebooks\. .* such as 03_pulse\.ipynb"):
        plan_report(folder, "shop", None)


@pytest.mark.parametrize(
    ("module", "step", "error", "cause", "kept"),
    [
        (report_pieces, "ensure_mart", duckdb.OutOfMemoryException("out of memory"), "error", []),
        (report_pieces, "run_chapters", OSError(28, "No space left on device"), "disk full", []),
        (run, "write_pages", PermissionError(13, "Permission denied"), "error", [".2024-03.new"]),
    ],
)
def test_whatever_goes_wrong_with_data_or_disk_is_the_outcome_of_this_report(
    tmp_path, monkeypatch, module, step, error, cause, kept
):
    folder = small_project(tmp_path, n03_pulse=notebook("1"))

    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr(module, step, fail)
    outcome = make(folder)
    assert (outcome.outcome, outcome.reason, outcome.cause) == ("failed", str(error), cause)
    assert names_on_shelf(folder) == [*kept, "2024-03.failed"]  # and no half-written folder in sight


def test_a_folder_that_cannot_be_written_is_told_without_a_traceback(tmp_path):
    folder = small_project(tmp_path, n03_pulse=notebook("1"))
    (folder / "reports").write_text("in the way", encoding="utf-8")
    outcome = make(folder)
    assert outcome.outcome == "failed"
    assert "reports" in outcome.reason


def test_two_runs_of_one_report_take_turns(tmp_path):
    folder = small_project(tmp_path, n03_pulse=notebook("1"))
    with ThreadPoolExecutor(max_workers=2) as workers:
        outcomes = list(workers.map(lambda _: make(folder).outcome, range(2)))
    assert sorted(outcomes) == ["done", "skipped"]
    assert names_on_shelf(folder) == ["2024-03"]


def test_a_report_taken_away_by_a_run_that_was_cut_short_is_put_back(tmp_path):
    folder = small_project(tmp_path, n03_pulse=notebook("1"))
    shelf = make(folder).report.parent.parent
    (shelf / "2024-03").rename(shelf / ".2024-03.old")
    for leftover in (".2024-03.new", ".2024-03.failed.old", ".2024-02.new"):
        (shelf / leftover).mkdir()
    assert make(folder).outcome == "skipped"
    assert names_on_shelf(folder) == [".2024-02.new", "2024-03"]  # another period's are not its own


def test_a_report_stays_where_it_is_if_its_successor_cannot_be_put_there(tmp_path, monkeypatch):
    folder = small_project(tmp_path, n03_pulse=notebook("1"))
    good = make(folder).report
    before = (good.parent / "run.json").read_bytes()
    rename = Path.rename

    def refuse_new(path, target):
        if path.name == ".2024-03.new":
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse_new)
    assert make(folder, force=True).reason == "[Errno 5] Input/output error"
    assert (good.parent / "run.json").read_bytes() == before
    assert names_on_shelf(folder) == ["2024-03", "2024-03.failed"]
    monkeypatch.undo()
    assert make(folder).outcome == "skipped"
    assert names_on_shelf(folder) == ["2024-03"]


def test_a_client_is_described_in_the_language_of_the_page(tmp_path):
    folder = small_project(
        tmp_path, more='language = "uk,en"\ndescription.uk = "крамниця"\ndescription.en = "a shop"'
    )
    made = make(folder)
    page = made.report.read_text(encoding="utf-8")
    assert '<p class="about">крамниця</p>' in page
    assert '<p class="about">a shop</p>' in made.report.with_name("report.en.html").read_text(
        encoding="utf-8"
    )
    record = json.loads(made.report.with_name("run.json").read_text(encoding="utf-8"))
    assert record["source"]["en"] == "orders.csv, up to 31 March 2024"
    assert (record["languages"], record["description"]) == (["uk", "en"], {"uk": "крамниця", "en": "a shop"})


def test_who_waits_for_a_report_is_told_for_whom(tmp_path):
    told = []
    with report_lock(tmp_path, "shop", "2024-03"):
        file = tmp_path / ".retention" / "locks" / "shop-2024-03.lock"
        owner = file.read_text(encoding="utf-8")

        def wait():
            with report_lock(tmp_path, "shop", "2024-03", tell=told.append):
                told.append("my turn")

        workers = ThreadPoolExecutor(max_workers=1)
        waiting = workers.submit(wait)
        while not told:
            time.sleep(0.01)
        assert not waiting.done()
    waiting.result(10)
    workers.shutdown()
    # A file that a process left behind locks nothing.
    with report_lock(tmp_path, "shop", "2024-03", tell=told.append):
        pass
    assert told == [f"waiting for {owner}", "my turn"]
    assert owner.startswith(f"process {os.getpid()} on ")
    assert " since 20" in owner


def test_a_record_names_every_package_it_takes_to_make_the_report_again(tmp_path):
    made = make(small_project(tmp_path, n03_pulse=notebook("1")))
    known = json.loads((made.report.parent / "run.json").read_text(encoding="utf-8"))["environment"]
    assert known["python"] == platform.python_version()
    assert known["packages"]["pandas"] == version("pandas")
    assert known["packages"]["numpy"] == version("numpy")
