"""The committed reports of the demo clients are the reference: run again, they give the same numbers."""

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from retention_utils.chapter_choice import chosen_chapters
from retention_utils.config import read_config
from retention_utils.mart import open_mart
from retention_utils.regression.outputs import Difference
from retention_utils.regression.runner import ChapterCheck, verify_chapters, verify_report

DEMO_REPORTS = {
    "cdnow": "1998-06",
    "lavka": "2025-01",
    "kiosk": "2024-11",
    "sport": "2025-12",
    "club": "2025",
}
REPORTS = Path(__file__).parents[1] / "reports"
REFERENCES = {client: REPORTS / client / key / "chapters" for client, key in DEMO_REPORTS.items()}
REFERENCE = REFERENCES["cdnow"]
FINDING = "application/vnd.retention.finding+json"
CHAPTERS = sorted(REFERENCE.glob("*.ipynb"))


@pytest.fixture(scope="module", autouse=True)
def marts():
    """Build the marts once, before kernels ask for them."""
    return [open_mart(client, key) for client, key in DEMO_REPORTS.items()]


@pytest.mark.parametrize("client", REFERENCES)
def test_every_chapter_has_a_reference(client):
    chapters = sorted(REFERENCES[client].glob("*.ipynb"))
    templates = sorted((REPORTS.parent / "notebooks").glob("*.ipynb"))
    home = REPORTS.parent / "data" / client
    templates = chosen_chapters(templates, read_config(home / "client.toml"), home)
    assert [file.name for file in chapters] == [file.name for file in templates]
    for chapter, template in zip(chapters, templates, strict=True):
        made, source = (json.loads(file.read_text(encoding="utf-8"))["cells"] for file in (chapter, template))
        tagged = {"parameters", "injected-parameters"}
        made, source = ([cell for cell in cells if not tagged & set(cell["metadata"].get("tags", []))]
                        for cells in (made, source))  # fmt: skip
        assert [cell["source"] for cell in made] == [cell["source"] for cell in source], chapter.name
        # nbval does not compare cells that were never run.
        ran = [cell["execution_count"] for cell in made if cell["cell_type"] == "code"]
        assert None not in ran


@pytest.mark.parametrize("client", REFERENCES)
def test_the_reference_still_holds(client):
    chapters = sorted(REFERENCES[client].glob("*.ipynb"))
    checks = verify_chapters(chapters, jobs=2)
    assert checks == [ChapterCheck(file.stem, "same") for file in chapters]


def plant(source: Path, target: Path, old: str, new: str) -> Path:
    text = source.read_text(encoding="utf-8")
    assert old in text
    target.mkdir(parents=True)
    shutil.copy(source, target)
    planted = target / source.name
    planted.write_text(text.replace(old, new, 1), encoding="utf-8")
    return planted


def said_in(chapter: Path) -> str:
    """The first finding of a chapter, as a person reads it."""
    cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
    outputs = [output["data"] for cell in cells for output in cell.get("outputs", []) if "data" in output]
    (text, *_) = [data["text/plain"] for data in outputs if FINDING in data]
    return "".join(text)


def test_a_changed_number_is_told_with_its_place_and_size(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_PROJECT", str(REFERENCE.parents[3]))
    said = said_in(REFERENCE / "04_cohorts.ipynb")
    # The first share of the sentence, one tenth of a per cent away from what was found.
    changed = re.sub(r"\d(?=%)", lambda digit: str((int(digit[0]) + 1) % 10), said, count=1)
    assert changed != said
    old, new = (f'"{text}"' for text in (said, changed))
    chapter = plant(REFERENCE / "04_cohorts.ipynb", tmp_path / "chapters", old, new)
    (check,) = verify_chapters([chapter], jobs=1)
    ((cell,), before, now) = check.cells, *(re.search(r"[\d.]+%", text)[0] for text in (changed, said))
    relative = pytest.approx(float(now[:-1]) / float(before[:-1]) - 1)
    assert check.outcome == "differs"
    assert [(found.before, found.now, found.relative) for found in cell.differences] == [
        (before, now, relative)
    ]


def test_a_number_of_the_data_alone_is_compared_and_only_the_tolerance_lets_it_pass(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_PROJECT", str(REFERENCE.parents[3]))
    number = '"number": 0.9989'
    chapter = plant(REFERENCE / "00_passport.ipynb", tmp_path / "chapters", number, '"number": 0.9980')
    for allowed, outcome in (("0.0009", "differs"), ("0.001", "same")):
        (check,) = verify_chapters([chapter], jobs=1, tolerance=Decimal(allowed))
        assert check.outcome == outcome
        found = [difference for cell in check.cells for difference in cell.differences]
        assert [(each.before, each.now) for each in found] == ([(0.998, 0.9989)] if found else [])
        assert bool(found) == (outcome == "differs")


def test_a_chapter_that_no_longer_runs_is_failed_not_different(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_PROJECT", str(REFERENCE.parents[3]))
    chapter = plant(
        REFERENCE / "00_passport.ipynb",
        tmp_path / "chapters",
        "passport = data_passport(",
        "passport = no_such_name(",
    )
    (check,) = verify_chapters([chapter], jobs=1)
    assert check.outcome == "failed"
    error = "NameError: name 'no_such_name' is not defined"
    assert check.cells[0].differences == (Difference("error", None, error),)
    assert check.cells[0].is_error


def test_what_a_library_logs_is_no_difference(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_PROJECT", str(REFERENCE.parents[3]))
    content = json.loads((REFERENCE / "00_passport.ipynb").read_text(encoding="utf-8"))
    told = {"name": "stderr", "output_type": "stream", "text": ["building the font cache\n"]}
    ran = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    ran[-1]["outputs"].append(told)
    noisy = tmp_path / "chapters" / "00_passport.ipynb"
    noisy.parent.mkdir()
    noisy.write_text(json.dumps(content), encoding="utf-8")
    (check,) = verify_chapters([noisy], jobs=1)
    assert check.outcome == "same"


def forgotten(chapter: Path, folder: Path) -> Path:
    """The chapter as if its last code cell had never been run."""
    content = json.loads(chapter.read_text(encoding="utf-8"))
    last = [cell for cell in content["cells"] if cell["cell_type"] == "code"][-1]
    last |= {"execution_count": None, "outputs": []}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / chapter.name).write_text(json.dumps(content), encoding="utf-8")
    return folder / chapter.name


def test_a_chapter_that_was_never_run_cannot_pass(tmp_path):
    chapter = REFERENCE / "00_passport.ipynb"
    cells = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
    last = max(place for place, cell in enumerate(cells, start=1) if cell["cell_type"] == "code")
    problem = f"cell {last} was never run, so nothing would be compared"
    assert verify_chapters([forgotten(chapter, tmp_path)], jobs=1) == [
        ChapterCheck("00_passport", "failed", problems=(problem,))
    ]


def test_a_file_that_is_no_notebook_or_holds_no_code_cannot_pass(tmp_path):
    torn, words = tmp_path / "03_pulse.ipynb", tmp_path / "04_cohorts.ipynb"
    torn.write_text('{"cells": [', encoding="utf-8")
    words.write_text('{"cells": [{"cell_type": "markdown", "source": "# Why?"}]}', encoding="utf-8")
    unreadable, empty = verify_chapters([torn, words], jobs=1)
    assert unreadable.outcome == empty.outcome == "failed"
    assert "it cannot be read as a notebook (JSONDecodeError" in unreadable.problems[0]
    assert empty.problems == ("it has no code cell, so nothing would be compared",)


def test_a_report_without_its_chapters_cannot_pass(tmp_path):
    checks = verify_report(tmp_path, expected=["03_pulse", "01_summary"], jobs=1)
    missing = ("the chapter is missing, so nothing would be compared",)
    assert checks == [
        ChapterCheck("01_summary", "failed", problems=missing),
        ChapterCheck("03_pulse", "failed", problems=missing),
    ]
    (nothing,) = verify_report(tmp_path, expected=[], jobs=1)
    assert nothing.outcome == "failed"
