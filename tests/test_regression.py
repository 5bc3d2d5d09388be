"""The committed report of the demo client is the reference: run again, it gives the same numbers."""

import json
import shutil
from pathlib import Path

import pytest

from retention_utils.mart import open_mart
from retention_utils.regression import verify_chapters

REFERENCE = Path(__file__).parents[1] / "reports" / "cdnow" / "1998-06" / "chapters"
CHAPTERS = sorted(REFERENCE.glob("*.ipynb"))


@pytest.fixture(scope="module", autouse=True)
def mart():
    """Build the mart once, before kernels ask for it."""
    return open_mart("cdnow", "1998-06")


def test_every_chapter_has_a_reference():
    templates = sorted((REFERENCE.parents[3] / "notebooks").glob("*.ipynb"))
    assert [file.name for file in CHAPTERS] == [file.name for file in templates]
    for chapter, template in zip(CHAPTERS, templates, strict=True):
        made, source = (json.loads(file.read_text(encoding="utf-8"))["cells"] for file in (chapter, template))
        kept = [
            cell["source"] for cell in made if "injected-parameters" not in cell["metadata"].get("tags", [])
        ]
        assert kept == [cell["source"] for cell in source], f"{chapter.name} was made from another notebook"
        # nbval does not compare cells that were never run.
        ran = [cell["execution_count"] for cell in made if cell["cell_type"] == "code"]
        assert ran == list(range(1, len(ran) + 1))


def test_the_reference_still_holds():
    checks = verify_chapters(CHAPTERS, jobs=2)
    assert {check.chapter: (check.outcome, check.differences) for check in checks} == {
        file.stem: ("same", ()) for file in CHAPTERS
    }


def plant(source: Path, target: Path, old: str, new: str) -> Path:
    text = source.read_text(encoding="utf-8")
    assert old in text
    target.mkdir(parents=True)
    shutil.copy(source, target)
    planted = target / source.name
    planted.write_text(text.replace(old, new, 1), encoding="utf-8")
    return planted


def test_a_changed_number_fails(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_PROJECT", str(REFERENCE.parents[3]))
    chapter = plant(
        REFERENCE / "04_cohorts.ipynb", tmp_path / "chapters", "10.5% of the 7,231", "10.6% of the 7,231"
    )
    (check,) = verify_chapters([chapter], jobs=1)
    assert check.outcome == "differs"
    assert any("was" in line and "10.6% of the 7,231" in line for line in check.differences)
    assert any("now" in line and "10.5% of the 7,231" in line for line in check.differences)


def test_a_number_changed_in_the_machine_readable_form_alone_fails_too(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_PROJECT", str(REFERENCE.parents[3]))
    chapter = plant(
        REFERENCE / "00_passport.ipynb", tmp_path / "chapters", '"number": 0.9989', '"number": 0.9988'
    )
    (check,) = verify_chapters([chapter], jobs=1)
    assert check.outcome == "differs"


def test_a_chapter_that_no_longer_runs_is_failed_not_different(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_PROJECT", str(REFERENCE.parents[3]))
    chapter = plant(
        REFERENCE / "00_passport.ipynb",
        tmp_path / "chapters",
        "weekly = weekly_activity",
        "weekly = no_such_name",
    )
    (check,) = verify_chapters([chapter], jobs=1)
    assert check.outcome == "failed"
    assert any("NameError" in line for line in check.differences)
