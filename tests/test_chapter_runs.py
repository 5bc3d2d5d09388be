"""The runner: refuses wrong parameters before anything runs, and reports every outcome."""

import json
from pathlib import Path

import pytest
from small_project import notebook, small_project

from retention_utils.chapter_runs.parameters import check_parameters
from retention_utils.chapter_runs.stages import open_workshop, run_chapters
from retention_utils.errors import ConfigError
from retention_utils.notebooks import other_chapters, read_items, settled


def run(folder: Path, *, choice: int = 1, jobs: int = 2):
    notebooks = sorted((folder / "notebooks").glob("*.ipynb"))
    target = folder / "reports" / "shop" / "run" / "chapters"
    target.mkdir(parents=True)
    given = {file.stem: {"client": "shop", "period": "2024-03", "choice": choice} for file in notebooks}
    with open_workshop(notebooks, jobs=jobs) as workshop:
        return run_chapters(notebooks, target, parameters=given, workshop=workshop), target


def test_every_problem_with_parameters_is_named_at_once(tmp_path):
    folder = small_project(tmp_path)
    given = {
        "03_puls": {"choice": 1},
        "03_pulse": {"chioce": 2, "choice": "three", "client": "other"},
    }
    with pytest.raises(ConfigError) as caught:
        check_parameters(sorted((folder / "notebooks").glob("*.ipynb")), given, client="shop")
    message = str(caught.value)
    assert "4 problem(s)" in message
    assert "parameters.03_puls: there is no such chapter. Did you mean '03_pulse'?" in message
    assert "parameters.03_pulse.chioce: unknown. Did you mean 'choice'? Known: ['choice']." in message
    assert "parameters.03_pulse.choice: wants int, found 'three'." in message
    assert "parameters.03_pulse.client: set by the run, not here." in message


@pytest.mark.parametrize("value", [True, 1.5, "1", None, [1]])
def test_values_of_another_type_are_refused(tmp_path, value):
    notebooks = sorted((small_project(tmp_path) / "notebooks").glob("*.ipynb"))
    with pytest.raises(ConfigError, match="wants int"):
        check_parameters(notebooks, {"03_pulse": {"choice": value}}, client="shop")


def test_right_parameters_pass(tmp_path):
    notebooks = sorted((small_project(tmp_path) / "notebooks").glob("*.ipynb"))
    assert check_parameters(notebooks, {"03_pulse": {"choice": 7}}, client="shop") == {
        "03_pulse": {"choice": 7}
    }


def test_where_nothing_is_given_the_chapter_s_own_value_is_in_force(tmp_path):
    chapter = notebook("1")
    chapter.cells[1].source += '\nunit: str = "days"  # unit\nshare = 1 / 3  # written out, no plain value'
    notebooks = sorted((small_project(tmp_path, n03_pulse=chapter) / "notebooks").glob("*.ipynb"))
    assert check_parameters(notebooks, {}, client="shop") == {
        "03_pulse": {"choice": 1, "unit": "days", "share": "1 / 3"}
    }


def test_a_failing_chapter_names_its_cell_and_stops_nothing(tmp_path):
    chapters = {
        "n01_summary": notebook(
            "import os", "print(sorted(name for name in os.listdir('.') if name.endswith('.ipynb')))"
        ),
        "n03_pulse": notebook("1", "value = 1 / 0", question="Is it leaking?"),
        "n04_cohorts": notebook("print(choice)"),
        "n06_next_order": notebook("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)"),
    }
    outcomes, target = run(small_project(tmp_path, **chapters), choice=5)
    told = {outcome.chapter: (outcome.outcome, outcome.cell) for outcome in outcomes}
    # Cells: question, parameters, injected parameters, "1", then the division.
    assert told == {
        "01_summary": ("done", None),
        "03_pulse": ("failed", 5),
        "04_cohorts": ("done", None),
        "06_next_order": ("failed", 5),
    }
    by_name = {outcome.chapter: outcome for outcome in outcomes}
    assert by_name["03_pulse"].error == "ZeroDivisionError: division by zero"
    assert by_name["03_pulse"].title == "Is it leaking?"
    assert by_name["06_next_order"].error == "The kernel died, perhaps for lack of memory."
    printed = json.loads((target / "04_cohorts.ipynb").read_text(encoding="utf-8"))["cells"][-1]["outputs"]
    assert printed[0]["text"] == ["5\n"]
    # The summary ran last, in the folder of the others.
    seen = json.loads((target / "01_summary.ipynb").read_text(encoding="utf-8"))["cells"][-1]["outputs"][0][
        "text"
    ]
    assert {"03_pulse.ipynb", "04_cohorts.ipynb"} <= set(eval(seen[0]))


def test_two_runs_give_the_same_bytes(tmp_path):
    code = "from IPython.display import display\ndisplay({'a': 1})\nchoice + 1"
    first, one = run(small_project(tmp_path / "a", n03_pulse=notebook(code)), jobs=1)
    second, two = run(small_project(tmp_path / "b", n03_pulse=notebook(code)), jobs=1)
    assert [outcome.outcome for outcome in first + second] == ["done", "done"]
    kept = (one / "03_pulse.ipynb").read_bytes()
    assert kept == (two / "03_pulse.ipynb").read_bytes()
    assert str(tmp_path).encode() not in kept
    assert b"papermill" not in kept


def test_settling_does_not_touch_its_argument():
    given = {"metadata": {"papermill": {"duration": 1}}, "cells": [{"id": "x", "metadata": {"execution": 1}}]}
    before = json.dumps(given)
    assert settled(given) == {"metadata": {}, "cells": [{"id": "cell-0", "metadata": {}}]}
    assert json.dumps(given) == before


def test_the_summary_reads_its_own_folder_and_elsewhere_the_finished_report(tmp_path, monkeypatch):
    finding = "from retention_utils.display import Finding\nfrom retention_utils.texts import text_of\n"
    finding += "Finding('f', 'yes', text_of(f'period {period}'), True)"
    _, target = run(small_project(tmp_path, n03_pulse=notebook(finding), n04_cohorts=notebook("1")), jobs=1)
    finished = target.parent.with_name("2024-03") / "chapters"
    finished.parent.mkdir()
    target.rename(finished)
    assert read_items(finished / "03_pulse.ipynb").shown("finding")[0]["text"] == "period 2024-03"
    monkeypatch.setenv("RETENTION_PROJECT", str(tmp_path))
    own = tmp_path / "data" / "shop" / "chapters"
    own.mkdir()
    for here in (finished, tmp_path / "notebooks", own):
        monkeypatch.chdir(here)
        assert [chapter.name for chapter in other_chapters("shop", "2024-03")] == ["03_pulse", "04_cohorts"]
