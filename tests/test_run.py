"""One report from start to end: whole or not at all, and a failure never replaces a good one."""

import json

import nbformat
import pytest
from small_project import SHOW, notebook, small_project

from retention_utils.errors import ConfigError, PeriodError
from retention_utils.run import plan_report, run_report
from retention_utils.shelf import reports_on_shelf

HOSTILE = "Ma & Pa </title><script>alert(1)</script>"


def make(folder, *, force=False):
    return run_report(plan_report(folder, "shop", None), jobs=2, force=force)


def test_a_report_is_made_skipped_when_unchanged_and_made_again_when_the_data_change(tmp_path):
    folder = small_project(tmp_path, name=HOSTILE.replace('"', ""))
    made = make(folder)
    assert (made.outcome, made.period) == ("done", "2024-03")
    page = made.report.read_text(encoding="utf-8")
    assert "3 customers of" in page
    assert "<script" not in page
    assert "Ma &amp; Pa &lt;/title&gt;" in page
    record = json.loads((made.report.parent / "run.json").read_text(encoding="utf-8"))
    assert record["parameters"] == {"03_pulse": {"client": "shop", "period": "2024-03"}}
    assert [outcome["outcome"] for outcome in record["outcomes"]] == ["done"]
    assert {"SHA-256 of the data", "Hash of the definitions", "Software"} <= {
        label for label, _ in record["provenance"]
    }

    assert make(folder).outcome == "skipped"
    orders = folder / "data" / "shop" / "orders.csv"
    orders.write_text(orders.read_text(encoding="utf-8") + "cem,2024-03-30,1.00\n", encoding="utf-8")
    again = make(folder)
    assert again.outcome == "done"
    assert "4 customers of" in again.report.read_text(encoding="utf-8")


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
    assert "choice 42" in make(folder).report.read_text(encoding="utf-8")


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
    (folder / "data" / "shop" / "orders.csv").write_text("who,day,paid\nann,yesterday,1\n", encoding="utf-8")
    outcome = make(folder)
    assert outcome.outcome == "failed"
    assert "row 2: date cannot be read, found 'yesterday'" in outcome.reason
    assert not (folder / "reports").exists()
