"""Customers hidden behind a key: in every table, in the notebooks, on the page, in the exports."""

import hmac
import json
import shutil
import stat
from pathlib import Path

import pandas as pd
import pytest
from command_line import call
from small_project import notebook, small_project

from retention_utils.anonymity import (
    HIDDEN,
    KEY_FILE,
    KEY_VARIABLE,
    ensure_key,
    hidden_id,
    read_key,
    without_ids,
)
from retention_utils.customer_ids import hashed_id, shown_rows
from retention_utils.errors import ConfigError
from retention_utils.mart import open_mart
from retention_utils.plan import plan_report

ROOT = Path(__file__).parents[1]
KEY = b"0123456789abcdef"


def test_an_id_is_hidden_by_hmac():
    assert hidden_id("0012", KEY) == hmac.new(KEY, b"0012", "sha256").hexdigest()[:12]
    assert hidden_id("0012", KEY) != hidden_id("0012", KEY + b"x")
    # RFC 4231, test case 2, SHA-256
    assert hidden_id("what do ya want for nothing?", b"Jefe") == "5bdcc146bf60"


def test_ids_and_raw_cells_go_and_everything_else_stays():
    table = pd.DataFrame({"customer_id": ["0012", None], "found": ["bob", "x"], "comment": ["ask Ann", ""]})
    table = table.assign(orders=[3, 4])
    got = without_ids(table, KEY)
    assert got["customer_id"].iloc[0] == hidden_id("0012", KEY)
    assert pd.isna(got["customer_id"].iloc[1])
    assert got["found"].tolist() == got["comment"].tolist() == [HIDDEN] * 2
    assert got["orders"].tolist() == [3, 4]
    assert table["customer_id"].iloc[0] == "0012"


def test_a_hash_is_asked_for_in_the_client_file_and_hides_every_list_of_the_passport():
    table = pd.DataFrame({"customer_id": ["0012", None], "found": ["bob", "x"]})
    got = shown_rows(table, is_hashed=True)
    assert got["customer_id"].iloc[0] == hashed_id("0012")
    assert pd.isna(got["customer_id"].iloc[1])
    assert got["found"].tolist() == [HIDDEN] * 2
    assert shown_rows(table, is_hashed=False).equals(table)
    chapter = json.loads((ROOT / "notebooks" / "00_passport.ipynb").read_text(encoding="utf-8"))
    source = "".join(line for cell in chapter["cells"] for line in cell["source"])
    lists = ("passport.suspects", 'mart.table("unreadable_cells")', 'mart.table("orphan_refunds")')
    assert [name for name in lists if f"shown_rows({name}, is_hashed=is_hashed)" not in source] == []
    assert "mart.config.as_shown.policies" in source


def test_a_key_is_made_once_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(ConfigError, match=f"takes a key of 16 characters or more; found none.*{KEY_FILE}"):
        read_key(tmp_path)
    key = ensure_key(tmp_path)
    assert (len(key), ensure_key(tmp_path), read_key(tmp_path)) == (64, key, key)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    monkeypatch.setenv(KEY_VARIABLE, "short")
    with pytest.raises(ConfigError, match="found one of 5 characters"):
        read_key(tmp_path)


def test_a_chapter_that_could_not_hide_them_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    folder = small_project(tmp_path)
    with pytest.raises(ConfigError, match="03_pulse: takes no parameter 'anonymise'"):
        plan_report(folder, "shop", "2024-03", anonymise=True)
    assert not (folder / "data" / "shop" / KEY_FILE).exists()


SHOW = """
from retention_utils.display_tables import Column, show_table
from retention_utils.formats import Formats
from retention_utils.mart import open_mart
mart = open_mart(client, period, anonymise=anonymise)
show_table(mart.table("customers"), [Column("customer_id", "Customer", "name")], key="list", caption="List", formats=Formats())
"""


def test_a_report_made_with_it_holds_no_id_anywhere(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    folder = small_project(
        tmp_path,
        n03_pulse=notebook("anonymise = False", SHOW),
        more='[policies]\nexclude_customers = ["staff-7"]',
    )
    chapter = folder / "notebooks" / "03_pulse.ipynb"
    content = json.loads(chapter.read_text(encoding="utf-8"))
    content["cells"][1]["source"] += "\nanonymise = False  # hide customers"
    del content["cells"][2]
    chapter.write_text(json.dumps(content), encoding="utf-8")
    assert call(folder, monkeypatch, capsys, "run", "shop", "--anonymise")[0] == 0
    assert call(folder, monkeypatch, capsys, "export", "shop", "--hash-ids")[0] == 0
    key = read_key(folder / "data" / "shop")
    files = [file for file in (folder / "reports").rglob("*") if file.is_file()]
    texts = {file: file.read_text(encoding="utf-8", errors="replace") for file in files}
    assert [
        file.name
        for file, text in texts.items()
        if "0012" in text or "staff-7" in text or "<script>alert" in text
    ] == []
    hidden = hidden_id("0012", key)
    assert sum(hidden in text for text in texts.values()) >= 4  # notebook, page, table, exported table
    # Without it the same report names them again.
    assert call(folder, monkeypatch, capsys, "run", "shop")[0] == 0
    assert "0012" in (folder / "reports" / "shop" / "2024-03" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("chapter", ["00_passport", "07_early_warning", "11_risk_list"])
def test_the_demo_chapters_open_their_mart_with_it(chapter):
    source = (ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8")
    assert "open_mart(client, period, anonymise=anonymise)" in source


def test_the_same_customer_is_hidden_alike_in_every_table(tmp_path, monkeypatch):
    for name in ("data/lavka", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(KEY_VARIABLE, KEY.decode())
    plain, hidden = open_mart("lavka", "2025-01"), open_mart("lavka", "2025-01", anonymise=True)
    for name in ("customers", "states", "states_before", "surveys", "orphan_refunds"):
        ids = plain.table(name)["customer_id"].dropna()
        assert set(hidden.table(name)["customer_id"].dropna()) == {hidden_id(text, KEY) for text in ids}
