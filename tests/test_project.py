"""Where things are, and what may not name a folder."""

import re

import pandas as pd
import pytest

from retention_utils.errors import ConfigError, TableError, did_you_mean
from retention_utils.project import (
    client_file,
    client_files,
    client_folder,
    client_names,
    find_project,
    mart_file,
    notebook_files,
    report_folder,
)
from retention_utils.schema import require


def test_the_project_is_the_nearest_folder_upward_that_holds_data_and_notebooks(project, monkeypatch):
    monkeypatch.delenv("RETENTION_PROJECT")
    deep = project.folder / "reports" / "shop" / "2024-03"
    deep.mkdir(parents=True)
    for here in (project.folder, project.folder / "notebooks", deep):
        monkeypatch.chdir(here)
        assert find_project() == project.folder
    (deep / "data").mkdir()  # one of the two is not enough
    monkeypatch.chdir(deep)
    assert find_project() == project.folder


def test_the_project_named_in_the_environment_wins(project, monkeypatch, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(project.folder)
    for name in ("data", "notebooks"):
        (elsewhere / name).mkdir()
    monkeypatch.setenv("RETENTION_PROJECT", str(elsewhere))
    assert find_project() == elsewhere


def test_outside_a_project_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("RETENTION_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        ConfigError,
        match=r"No project here: neither .* nor a folder above it holds 'data' and 'notebooks'\. Go to .*RETENTION_PROJECT\.$",
    ):
        find_project()


def test_clients_are_the_folders_with_a_client_file(project):
    assert client_names(project.folder) == []
    project.write_client("shop")
    project.write_client("bakery-2")
    (project.folder / "data" / "unfinished").mkdir()
    (project.folder / "data" / "client.toml").touch()
    assert client_names(project.folder) == ["bakery-2", "shop"]
    assert client_file(project.folder, "shop") == project.folder / "data" / "shop" / "client.toml"
    assert [file.parent.name for file in client_files(project.folder)] == ["bakery-2", "shop"]


def test_the_folder_of_a_client_to_come_is_known_before_it_is_there(project):
    assert client_folder(project.folder, "new-shop") == project.folder / "data" / "new-shop"
    with pytest.raises(ConfigError, match=r"^The client name '\.\./shop' cannot be used"):
        client_folder(project.folder, "../shop")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../shop",
        "shop/../shop",
        "/etc",
        "shop/",
        "a\\b",
        "Shop",
        "shop\n",
        "shop ",
        "-shop",
        "café",
        "a.b",
        "x" * 64,
        "~",
    ],
)
def test_a_name_that_could_be_a_path_is_refused_before_any_look_at_the_disk(project, name):
    project.write_client("shop")
    with pytest.raises(ConfigError) as refusal:
        client_file(project.folder, name)
    assert str(refusal.value) == (
        f"The client name {name!r} cannot be used: it names a folder, "
        "so use lower-case letters, digits, '-' and '_' only."
    )


@pytest.mark.parametrize("name", ["shop", "shop_2", "2nd-shop", "x" * 63])
def test_plain_names_are_taken(project, name):
    project.write_client(name)
    assert client_file(project.folder, name).parent.name == name


def test_an_unknown_client_is_refused_with_the_known_ones(project):
    with pytest.raises(
        ConfigError,
        match=r"^There is no client 'shop'; known are none\. A client is a folder data/shop/ with a client\.toml\.$",
    ):
        client_file(project.folder, "shop")
    project.write_client("shop")
    project.write_client("bakery")
    expected = "There is no client 'shp'; known are ['bakery', 'shop']. Did you mean 'shop'? A client is a folder data/shp/"
    with pytest.raises(ConfigError, match=re.escape(expected)):
        client_file(project.folder, "shp")


def test_notebooks_come_in_the_order_of_their_numbers_appendices_last(project):
    for name in (
        "10_value.ipynb",
        "A1_glossary.ipynb",
        "00_passport.ipynb",
        "03_pulse.ipynb",
        "draft.ipynb",
        "04_old.txt",
    ):
        (project.folder / "notebooks" / name).touch()
    assert [file.name for file in notebook_files(project.folder)] == [
        "00_passport.ipynb",
        "03_pulse.ipynb",
        "10_value.ipynb",
        "A1_glossary.ipynb",
    ]


def test_marts_and_reports_of_clients_and_periods_lie_apart(tmp_path):
    assert (
        mart_file(tmp_path, "shop", "2024-Q1")
        == tmp_path / ".retention" / "marts" / "shop" / "2024-Q1.duckdb"
    )
    assert report_folder(tmp_path, "shop", "2024-Q1") == tmp_path / "reports" / "shop" / "2024-Q1"


def test_the_nearest_word_is_offered_and_nothing_where_none_is_near():
    assert did_you_mean("gap_day", ["gap_days", "family"]) == " Did you mean 'gap_days'?"
    assert did_you_mean("colour", ["gap_days", "family"]) == ""
    assert did_you_mean("x", []) == ""


def test_a_table_that_lacks_a_column_is_refused_with_what_it_has():
    table = pd.DataFrame(columns=["customer", "day"])
    require(table, ["day"], name="orders")
    with pytest.raises(
        TableError,
        match=r"^The table 'orders' lacks \['customers', 'amount'\]; it has \['customer', 'day'\]\. Did you mean 'customer'\?$",
    ):
        require(table, ["customers", "day", "amount"], name="orders")


@pytest.mark.parametrize(
    ("there", "lacking"),
    [
        ((), "'data' folder and no 'notebooks' folder"),
        (("data",), "'notebooks' folder"),
        (("notebooks",), "'data' folder"),
    ],
)
def test_a_named_project_that_lacks_a_folder_is_refused(tmp_path, monkeypatch, there, lacking):
    named = tmp_path / "named"
    for name in there:
        (named / name).mkdir(parents=True)
    monkeypatch.setenv("RETENTION_PROJECT", str(named))
    with pytest.raises(ConfigError) as refusal:
        find_project()
    assert str(refusal.value) == (
        f"RETENTION_PROJECT names {str(named)!r}, which has no {lacking}. Correct or unset it."
    )
