"""What a report is made from: every part that changes is named, and nothing else is."""

import json

import pytest
from small_project import make_report, small_project

from retention_utils import provenance
from retention_utils.config import read_config
from retention_utils.house_style import Look
from retention_utils.plan import plan_report
from retention_utils.project import notebook_files
from retention_utils.provenance import changed_parts, hash_of_parts, parts_of
from retention_utils.stamps import stamp_all


def described(folder, *, look=None, key=None):
    client = folder / "data" / "shop"
    stamps = stamp_all({"orders": sorted(client.glob("*.csv"))})
    data = " ".join(stamp["sha256"] for stamp in stamps["orders"])
    return parts_of(
        read_config(client / "client.toml"),
        look=look or Look(),
        key=key,
        notebooks=notebook_files(folder),
        data=data,
        files=stamps,
    )


def replace_in(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def shop(tmp_path):
    return small_project(tmp_path)


def a_changed_input(shop):
    replace_in(shop / "data/shop/orders.csv", "10.00", "10.01")


def a_new_input(shop):
    (shop / "data/shop/more.csv").write_text("who,day,paid\n", encoding="utf-8")


def a_definition(shop):
    replace_in(shop / "data/shop/client.toml", "2024-03-31", "2024-03-30")


def a_style(shop):
    (shop / "data/house.toml").write_text('[report]\nprepared_by = "us"\n', encoding="utf-8")


def a_chapter(shop):
    replace_in(shop / "notebooks/03_pulse.ipynb", "Who bought?", "Who paid?")


def another_chapter_name(shop):
    (shop / "notebooks/03_pulse.ipynb").rename(shop / "notebooks/03_beat.ipynb")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (a_changed_input, ["data: orders.csv"]),
        (a_new_input, ["data: more.csv (new)"]),
        (a_definition, ["definitions in client.toml"]),
        (a_style, ["house style"]),
        (a_chapter, ["chapter 03_pulse"]),
        (another_chapter_name, ["chapter 03_beat (new)", "chapter 03_pulse (gone)"]),
        (lambda shop: None, []),
    ],
)
def test_every_change_is_named_and_nothing_else(shop, change, named):
    before = described(shop)
    change(shop)
    now = described(shop)
    assert changed_parts(before, now) == named
    assert (hash_of_parts(before) == hash_of_parts(now)) == (not named)


def test_a_key_and_a_logo_are_told_apart(shop):
    before = described(shop)
    assert changed_parts(before, described(shop, key=b"k")) == ["the key that customers are hidden behind"]
    assert changed_parts(before, described(shop, look=Look("data:"))) == ["house style"]


def test_changed_versions_are_named_with_both(shop, monkeypatch):
    before = described(shop)
    versions = before["versions"] | {"duckdb": "99.1"}
    monkeypatch.setattr(provenance, "_versions", lambda: tuple(versions.items()))
    now = described(shop)
    assert changed_parts(before, now) == [f"duckdb {before['versions']['duckdb']} → 99.1"]
    assert hash_of_parts(before) != hash_of_parts(now)


def test_changed_code_of_the_package_is_named(shop, monkeypatch):
    before = described(shop)
    monkeypatch.setattr(provenance, "_code_hash", lambda: "other")
    assert changed_parts(before, described(shop)) == ["code of the package"]


def test_a_database_is_named_as_such():
    def made(data):
        parts = {
            "data": data,
            "definitions": "",
            "style": "",
            "key": "",
            "code": "",
            "predecessor": "",
            "notebooks": {},
        }
        return {"made_from_parts": parts, "files": {"orders": []}, "versions": {}}

    assert changed_parts(made("1"), made("2")) == ["data: the client's database"]


def test_the_record_of_a_report_holds_its_parts(shop):
    made = make_report(plan_report(shop, "shop", None), jobs=1)
    record = json.loads((made.report.parent / "run.json").read_text(encoding="utf-8"))
    assert record["made_from"] == hash_of_parts(record)
    assert set(record["made_from_parts"]["notebooks"]) == {"03_pulse"}
    assert [stamp["name"] for stamp in record["files"]["orders"]] == ["orders.csv"]
    assert set(record["versions"]) == set(provenance.ENGINES)


def test_a_record_of_before_does_not_hold_them(shop):
    with pytest.raises(KeyError):
        changed_parts({"made_from": "ab12"}, described(shop))
