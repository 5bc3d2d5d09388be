"""Taking a new client in: questions until none is left, the folder whole or not at all, names told apart."""

import shutil
from pathlib import Path

import pytest

from retention_utils import onboarding
from retention_utils.config import read_config
from retention_utils.errors import ConfigError
from retention_utils.onboarding import (
    finding_lines,
    numbered,
    question_lines,
    refuse_shared_names,
    refuse_taken,
    settle,
    take_in,
)
from retention_utils.proposal.questions import Option, Question

ANSWERS = {"date_order": "day_first", "currency": "EUR"}


@pytest.fixture
def export(tmp_path_factory):
    """An order log whose dates may be read in two ways and whose currency stands nowhere."""
    file = tmp_path_factory.mktemp("inbox") / "orders.csv"
    lines = [f"{n},c{n % 7},0{1 + n % 9}/0{1 + n % 5}/2024,{n}.50" for n in range(1, 60)]
    file.write_text("\n".join(["order,customer,date,amount", *lines, ""]), encoding="utf-8")
    return file


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


# --- questions -------------------------------------------------------------------------------------------------


def test_questions_are_asked_one_by_one_until_none_is_left(export):
    asked = []

    def ask(question, problem):
        asked.append((question.key, problem))
        return ANSWERS[question.key]

    proposal = settle("Shop", [export], answers={}, ask=ask)
    assert asked == [("date_order", ""), ("currency", "")]
    assert proposal.questions == ()
    text = proposal.client_toml()
    assert 'date_format = "%d/%m/%Y"' in text
    assert 'currency = "EUR"' in text


def test_an_answer_that_is_none_is_asked_for_again_with_the_reason(export):
    given = iter(["sideways", "month_first", "EUR"])
    asked = []

    def ask(question, problem):
        asked.append((question.key, problem))
        return next(given)

    proposal = settle("Shop", [export], answers={}, ask=ask)
    assert asked == [
        ("date_order", ""),
        (
            "date_order",
            "date_order: 'sideways' is none of 'day_first', 'month_first', 'year_first'.",
        ),
        ("currency", ""),
    ]
    assert 'date_format = "%m/%d/%Y"' in proposal.client_toml()


def test_what_is_known_beforehand_is_not_asked(export):
    def ask(question, problem):
        raise AssertionError(question)

    assert settle("Shop", [export], answers=ANSWERS, ask=ask).questions == ()
    with pytest.raises(ConfigError, match=r"^date_order: 'sideways' is none of"):
        settle("Shop", [export], answers={"date_order": "sideways"}, ask=ask)


def test_without_anybody_to_ask_questions_stay_open(export):
    proposal = settle("Shop", [export], answers={"currency": "EUR"}, ask=None)
    assert [question.key for question in proposal.questions] == ["date_order"]
    assert "# OPEN: " in proposal.client_toml()


def test_findings_and_questions_as_they_are_shown(export):
    lines = finding_lines(settle("Shop", [export], answers=ANSWERS, ask=None))
    assert lines[0] == "Order log: 'orders.csv'"
    assert any(line.startswith("  ordered_at = 'date'  (sure") for line in lines)
    question = Question("grain", "One row: what?", (Option("orders", "an order"), Option("lines", "a line")))
    assert question_lines(question) == [
        "grain: One row: what?",
        "  1. orders (an order)",
        "  2. lines (a line)",
    ]


def test_answers_that_are_numbers_themselves_are_not_numbered():
    question = Question("header_row", "Which line?", (Option("3", "the third"), Option("1", "the first")))
    assert numbered(question) == {}
    assert [line.strip()[0] for line in question_lines(question)[1:]] == ["3", "1"]
    assert numbered(Question("grain", "What?", (Option("orders", ""), Option("lines", "")))) == {
        "1": "orders",
        "2": "lines",
    }


# --- the folder ------------------------------------------------------------------------------------------------


def test_a_client_is_taken_in_with_copies_of_its_files(project, export):
    proposal = settle("Shop", [export], answers=ANSWERS, ask=None)
    file = take_in(project.folder, "shop", [export], proposal, replace=False)
    assert file == project.folder / "data" / "shop" / "client.toml"
    assert contents(project.folder / "data") == {
        "shop/client.toml": proposal.client_toml().encode(),
        "shop/orders.csv": export.read_bytes(),
    }
    assert export.is_file()
    config = read_config(file)
    assert (config.name, config.orders.path) == ("Shop", ("orders.csv",))


def test_files_that_lie_in_the_folder_already_stay_as_they_are(project, export):
    there = project.folder / "data" / "shop" / "orders.csv"
    there.parent.mkdir()
    shutil.copy2(export, there)
    state = there.stat()
    proposal = settle("Shop", [there], answers=ANSWERS, ask=None)
    take_in(project.folder, "shop", [there], proposal, replace=False)
    assert (there.stat().st_ino, there.stat().st_mtime_ns) == (state.st_ino, state.st_mtime_ns)
    assert sorted(contents(there.parent)) == ["client.toml", "orders.csv"]


def test_a_client_is_replaced_only_on_request(project, export):
    first = settle("Shop", [export], answers=ANSWERS, ask=None)
    take_in(project.folder, "shop", [export], first, replace=False)
    second = settle("Other", [export], answers=ANSWERS, ask=None)
    before = contents(project.folder)
    with pytest.raises(ConfigError) as refusal:
        take_in(project.folder, "shop", [export], second, replace=False)
    assert str(refusal.value) == (
        "There is a client 'shop' already. Choose another name, or replace it with --force."
    )
    assert contents(project.folder) == before
    file = take_in(project.folder, "shop", [export], second, replace=True)
    assert read_config(file).name == "Other"


def test_a_failure_leaves_neither_a_client_nor_anything_beside_it(project, export, monkeypatch):
    proposal = settle("Shop", [export], answers=ANSWERS, ask=None)

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(onboarding.shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        take_in(project.folder, "shop", [export], proposal, replace=False)
    assert list((project.folder / "data").iterdir()) == []


def test_everything_that_stands_in_the_way_is_said_at_once(project, export, tmp_path):
    project.write_client("shop")
    twin = tmp_path / "orders.csv"
    twin.touch()
    with pytest.raises(ConfigError) as refusal:
        refuse_taken(project.folder, "shop", [export, twin, tmp_path / "gone.csv"], replace=False)
    assert str(refusal.value).splitlines() == [
        "There is a client 'shop' already. Choose another name, or replace it with --force.",
        f"There is no file {tmp_path / 'gone.csv'}.",
        "Several files are called orders.csv; give them names of their own.",
    ]
    assert refuse_taken(project.folder, "shop", [export], replace=True).name == "shop"


def test_no_file_takes_the_place_of_the_client_file(project, tmp_path):
    export = tmp_path / "client.toml"
    export.touch()
    with pytest.raises(ConfigError, match=r"^Several files are called client\.toml; give them names"):
        refuse_taken(project.folder, "shop", [export], replace=False)


def test_a_name_that_could_be_a_path_is_refused(project, export):
    with pytest.raises(ConfigError, match=r"^The client name '\.\./shop' cannot be used"):
        refuse_taken(project.folder, "../shop", [export], replace=True)


# --- names of reports ------------------------------------------------------------------------------------------


def test_clients_that_call_themselves_the_same_are_refused(project):
    for client, name in (("shop", "Tea"), ("shop-2", " TEA "), ("bakery", "Bread"), ("cafe", "bread")):
        file = project.write_client(client)
        file.write_text(file.read_text().replace('name = "Shop"', f'name = "{name}"'))
    project.write_client("broken", settings="what = 1")
    with pytest.raises(ConfigError) as refusal:
        refuse_shared_names(project.folder)
    assert str(refusal.value) == (
        "Clients call themselves the same: bakery and cafe; shop and shop-2. "
        "Give each client.toml a name of its own."
    )


def test_names_of_their_own_pass(project):
    project.write_client("shop")
    project.write_client("broken", settings="what = 1")
    assert refuse_shared_names(project.folder) is None
