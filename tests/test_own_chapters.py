"""A client's own chapters: refused with every reason before anything runs, else treated like the others."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from command_line import call
from small_project import SHOW, notebook, small_project

from retention_utils.chapter_contract import LARGEST, check_own_chapters
from retention_utils.errors import ConfigError
from retention_utils.notebooks import INSTEAD_OF_ORDERS, WITHOUT_DATES
from retention_utils.plan import plan_report
from retention_utils.project import notebook_files
from retention_utils.prose import prose_runs
from retention_utils.shelf import expected_chapters

TEMPLATE = Path(__file__).parents[1] / "docs" / "chapter_template.ipynb"


@pytest.fixture
def folder(tmp_path):
    project = small_project(tmp_path, n03_pulse=notebook(SHOW), n04_cohorts=notebook("1"))
    (project / "data" / "shop" / "chapters").mkdir()
    shutil.copytree(project / "data" / "shop", project / "data" / "other")
    return project


def own(folder, name, change=lambda content: None):
    """Write the template as an own chapter, changed."""
    content = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"])
    change(content)
    file = folder / "data" / "shop" / "chapters" / name
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def problems(folder):
    with pytest.raises(ConfigError) as refused:
        check_own_chapters(folder, "shop")
    head, *found, last = str(refused.value).splitlines()
    assert head == f"shop/chapters has {len(found)} problem(s):"
    assert "CONTRIBUTING.md" in last
    return [line.removeprefix("  - ") for line in found]


def code(content, number):
    return [cell for cell in content["cells"] if cell["cell_type"] == "code"][number - 1]


def without_question(content):
    content["cells"][0]["source"] = "Who?"


def with_two_questions(content):
    content["cells"][0]["source"] = "# Who?\n\n# Why?"


def other_kernel(content):
    content["metadata"]["kernelspec"]["name"] = "ir"


def untagged(content):
    code(content, 1)["metadata"]["tags"] = []


def computed(content):
    code(content, 1)["source"] += "\nlimit = len(client)\nimport os"


def unknown_language(content):
    code(content, 1)["source"] = code(content, 1)["source"].replace('language = "en"', 'language = "de"')


def lacking(content):
    code(content, 1)["source"] = 'client = 1\nperiod = "2024"\nlanguage = "en"'


def with_outputs(content):
    code(content, 3)["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]


def injected(content):
    code(content, 2)["metadata"]["tags"] = ["injected-parameters"]


def magic(content):
    code(content, 2)["source"] = "x = 1\n%matplotlib inline"


def old_format(content):
    content["nbformat"] = 3


def invalid(content):
    del content["cells"][2]["metadata"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without_question, "its first cell must be Markdown with one heading of the first level"),
        (with_two_questions, "its first cell must be Markdown with one heading of the first level"),
        (other_kernel, "its kernel is 'ir'; it must be 'python3'"),
        (untagged, "its first code cell, and no other, must be tagged parameters; found: no cell"),
        (computed, "its parameters must be plain values, one a line; these are not: line 6, line 7"),
        (unknown_language, "must be the one it is written in, of en, ru, uk; found 'de'"),
        (with_outputs, "holds outputs (code cells 3); clear them"),
        (injected, "holds parameters that a run has injected"),
        (magic, "code cell 2, line 2 is no Python: invalid syntax. Magics (%) and shell commands (!)"),
        (old_format, "is no notebook of format 4"),
        (invalid, "is no valid notebook: 'metadata' is a required property"),
    ],
)
def test_what_breaks_the_contract_is_refused_with_the_reason(folder, change, said):
    own(folder, "05_once.ipynb", change)
    (problem,) = problems(folder)
    assert problem.startswith("05_once.ipynb: ")
    assert said in problem


def test_every_problem_of_every_chapter_is_told_at_once(folder):
    chapters = folder / "data" / "shop" / "chapters"
    own(folder, "05_once.ipynb", lacking)
    own(folder, "05_twice.ipynb")
    own(folder, "Once more.ipynb")
    own(folder, "14_our_actions.ipynb")
    own(folder, "01_summary.ipynb")  # of the same name: allowed
    (chapters / "06_torn.ipynb").write_text('{"cells": [', encoding="utf-8")
    (chapters / "07_other.ipynb").write_bytes('{"a": "é"}'.encode("latin-1"))
    (chapters / "08_long.ipynb").write_bytes(b" " * (LARGEST + 1))
    (chapters / "09_folder.ipynb").mkdir()
    (chapters / "10_away.ipynb").symlink_to(folder / "notebooks" / "03_pulse.ipynb")
    (chapters / "notes.txt").write_text("no chapter", encoding="utf-8")
    assert [problem[:76] for problem in problems(folder)] == [
        "05_once.ipynb: its parameter client must be a str; found 1",
        "05_once.ipynb: lacks the parameter anonymise",
        "06_torn.ipynb: cannot be read as a notebook: it is no JSON (Expecting value:"[:76],
        "07_other.ipynb: is not written in UTF-8",
        "08_long.ipynb: has 1,000,001 bytes; at most 1,000,000 are taken. Clear its outputs"[:76],
        "09_folder.ipynb: is no regular file",
        "10_away.ipynb: leads out of the client's folder; copy the notebook there",
        "14_our_actions.ipynb: 14_playbook has its number and reads the other chapters; only"[:76],
        "Once more.ipynb: its name is not like 03_our_pulse.ipynb: two digits, then sm"[:76],
        "05_once.ipynb and 05_twice.ipynb have the same number; give each its own",
    ]


def test_the_chapters_of_the_project_keep_the_contract_too(folder):
    chapters, for_contracts = folder / "data" / "shop" / "chapters", (*WITHOUT_DATES, *INSTEAD_OF_ORDERS)
    for is_for_contracts in (False, True):  # these have the numbers of others
        for notebook_file in (TEMPLATE.parents[1] / "notebooks").glob("*.ipynb"):
            if (notebook_file.stem in for_contracts) is is_for_contracts:
                shutil.copy(notebook_file, chapters)
        check_own_chapters(folder, "shop")
        for copied in chapters.glob("*.ipynb"):
            copied.unlink()


def test_a_refused_chapter_ends_with_two_before_anything_runs(folder, monkeypatch, capsys):
    own(folder, "05_once.ipynb", magic)
    code, out, err = call(folder, monkeypatch, capsys, "run", "shop")
    assert (code, out) == (2, "")
    assert "05_once.ipynb: code cell 2, line 2 is no Python" in err
    assert not (folder / "reports").exists()
    plan_report(folder, "other", None)  # is none of its business


def test_own_chapters_replace_those_of_their_number_for_their_client_alone(folder):
    own(folder, "05_once.ipynb")
    own(folder, "03_our_pulse.ipynb")
    names = [[file.stem for file in notebook_files(folder, client)] for client in ("shop", "other", None)]
    assert names == [["03_our_pulse", "04_cohorts", "05_once"], *[["03_pulse", "04_cohorts"]] * 2]
    plan = plan_report(folder, "shop", None, chapters=["05", "03_our_pulse"])
    assert [file.stem for file in plan.notebooks] == ["03_our_pulse", "05_once"]
    assert plan.in_force["05_once"] == {"most_years": 5}
    with pytest.raises(
        ConfigError, match=r"03_pulse: there is no such chapter\. Did you mean '03_our_pulse'"
    ):
        plan_report(folder, "shop", None, chapters=["03_pulse"])


def test_a_report_without_a_record_is_held_against_the_chapters_of_its_client(folder):
    own(folder, "03_our_pulse.ipynb")
    places = [folder / "reports" / client / "2024-03" for client in ("shop", "other")]
    expected = [["03_our_pulse", "04_cohorts"], ["03_pulse", "04_cohorts"]]
    assert [expected_chapters(folder, place) for place in places] == expected
    client_file = folder / "data" / "shop" / "client.toml"
    client_file.write_text(
        client_file.read_text(encoding="utf-8") + '\n[report]\nchapters = ["04"]\n', encoding="utf-8"
    )
    assert expected_chapters(folder, places[0]) == ["04_cohorts"]


def test_an_own_chapter_is_run_shown_listed_exported_and_verified_like_the_others(
    folder, monkeypatch, capsys
):
    file = own(folder, "03_our_pulse.ipynb")
    client_file = folder / "data" / "shop" / "client.toml"
    choice = "\n[parameters.03_our_pulse]\nmost_years = 1\n"
    client_file.write_text(client_file.read_text(encoding="utf-8") + choice, encoding="utf-8")
    code, out, _ = call(folder, monkeypatch, capsys, "run", "shop", "--language", "ru,en")
    assert code == 0, out
    report = folder / "reports" / "shop" / "2024-03"
    record = json.loads((report / "run.json").read_text(encoding="utf-8"))
    assert set(record["made_from_parts"]["notebooks"]) == {"03_our_pulse", "04_cohorts"}
    assert record["parameters"]["03_our_pulse"]["most_years"] == 1
    russian, english = (
        (report / name).read_text(encoding="utf-8") for name in ("report.html", "report.en.html")
    )
    asked = "How many customers have bought only once?</h2>"
    assert f'<h2 id="h-03_our_pulse" lang="en">{asked}' in russian
    assert f'<h2 id="h-03_our_pulse">{asked}' in english
    assert '<span class="no">03</span><span lang="en">Our pulse</span></a>' in russian
    assert (report / "tables" / "03_our_pulse-once_by_year.csv").is_file()

    _, out, _ = call(folder, monkeypatch, capsys, "list")
    assert "03_our_pulse" in out
    assert call(folder, monkeypatch, capsys, "export", "shop")[0] == 0
    assert (report / "export" / "charts" / "03_our_pulse-once_by_year.svg").is_file()
    assert call(folder, monkeypatch, capsys, "run", "shop", "--language", "ru,en")[1].startswith("skipped")

    file.write_text(file.read_text(encoding="utf-8").replace("only once?", "just once?"), encoding="utf-8")
    code, out, _ = call(folder, monkeypatch, capsys, "verify", "shop")
    assert (code, out.splitlines()) == (
        0,
        [
            "shop 2024-03: changed since it was made: chapter 03_our_pulse.",
            "same    shop 2024-03 03_our_pulse",
            "same    shop 2024-03 04_cohorts",
        ],
    )
    assert call(folder, monkeypatch, capsys, "run", "shop", "--language", "ru,en")[1].startswith("done")


def test_the_template_is_committed_like_a_chapter_and_has_a_method():
    content = nbformat.read(TEMPLATE, as_version=4)
    assert all(cell.execution_count is None for cell in content.cells if cell.cell_type == "code")
    assert content.cells[-1].metadata["tags"] == ["method"]
    assert re.fullmatch(r"## Method\n\n.+", content.cells[-1].source, re.DOTALL)


@pytest.mark.parametrize(
    ("language", "written_in", "runs"),
    [
        ("en", "en", [("", "## Method\n\nOurs alone.\n\n## Tables")]),
        ("ru", "en", [("", "## Метод"), ("en", "Ours alone."), ("", "## Таблицы")]),
        ("ru", "ru", [("", "## Метод\n\nOurs alone.\n\n## Таблицы")]),
        ("en", "uk", [("uk", "## Method\n\nOurs alone.\n\n## Tables")]),
    ],
)
def test_paragraphs_without_a_translation_stay_and_are_told_apart(language, written_in, runs, monkeypatch):
    said = {"ru": {"Method": "Метод", "Tables": "Таблицы"}, "en": {}}
    for module in ("prose", "translations"):
        monkeypatch.setattr(f"retention_utils.{module}.catalogue", said.__getitem__)
    assert prose_runs("## Method\n\nOurs alone.\n\n## Tables", language, written_in=written_in) == runs
