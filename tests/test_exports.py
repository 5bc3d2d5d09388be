"""A finished report as files: what is written where, and that no customer can be told in it if asked."""

import csv
import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from command_line import call
from notebook_samples import RUN, figure, table, write_chapter
from small_project import notebook, small_project

from retention_utils.errors import InputError
from retention_utils.exports import chart_files
from retention_utils.exports.hidden_ids import HIDDEN
from retention_utils.exports.whole import export_report

LAVKA = Path(__file__).parents[1] / "reports" / "lavka" / "2025-01" / "chapters"
CALLS = table(
    columns=(("customer_id", "Customer", "text"), ("orders", "Orders", "count")),
    rows=(("0012", 3), (None, 1)),
    key="call_list",
)


def hashed(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def report(folder, *, settings=(), languages=("en",), chapters=None):
    """Make the folder of a finished report; without chapters it has one with a table and a chart."""
    place = folder / "shop" / "1998-06"
    place.mkdir(parents=True)
    record = RUN | {"languages": list(languages), "settings": [["currency", "KZT"], *settings]}
    (place / "run.json").write_text(json.dumps(record), encoding="utf-8")
    if chapters:
        shutil.copytree(chapters, place / "chapters")
    else:
        write_chapter(place / "chapters", "11_risk_list", [CALLS, figure(key="gains")])
    return place


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_tables_charts_and_workbook_lie_beside_each_other(tmp_path):
    place = tmp_path / "out"
    written = export_report(report(tmp_path), place)
    assert sorted(str(path.relative_to(place)) for path in place.rglob("*.*")) == [
        "charts/11_risk_list-gains.png",
        "charts/11_risk_list-gains.svg",
        "shop-1998-06.xlsx",
        "tables/11_risk_list-call_list.csv",
    ]
    assert (len(written.tables), len(written.charts), written.missing) == (1, 2, [])
    assert rows_of(written.tables[0]) == [["customer_id", "orders"], ["0012", "3"], ["", "1"]]
    assert not written.tables[0].read_bytes().startswith(b"\xef\xbb\xbf")


def test_another_language_is_exported_from_the_same_report(tmp_path):
    folder = report(tmp_path, languages=["en", "uk"])
    items = [CALLS, figure(key="gains", title={"en": "Gains", "uk": "Здобутки"})]
    items[0][1]["caption"] = {"en": "Whom to call", "uk": "Кому дзвонити"}
    write_chapter(folder / "chapters", "11_risk_list", items)
    for language, title, caption in (("en", "Gains", "Whom to call"), ("uk", "Здобутки", "Кому дзвонити")):
        written = export_report(folder, tmp_path / language, language=language)
        assert (
            f"<title>{title}</title>"
            in (tmp_path / language / "charts" / "11_risk_list-gains.svg").read_text()
        )
        with zipfile.ZipFile(written.workbook) as packed:
            assert caption in packed.read("xl/sharedStrings.xml").decode()
    with pytest.raises(
        InputError, match=r"was made in en, uk, not in ru\. .* run shop --period 1998-06 --language en,uk,ru"
    ):
        export_report(folder, tmp_path / "ru", language="ru")
    assert not (tmp_path / "ru").exists()


def test_what_an_earlier_export_left_is_removed_and_nothing_else(tmp_path):
    folder, place = report(tmp_path), tmp_path / "out"
    for name in (
        "tables/11_risk_list-gone.csv",
        "charts/03_pulse-gone.svg",
        "tables/mine.csv",
        "charts/slides.pptx",
    ):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("0012")
    export_report(folder, place)
    left = {path.name for path in place.rglob("*.*")}
    assert not [name for name in left if "gone" in name]
    assert {"mine.csv", "slides.pptx"} <= left


def everything_told(place):
    """Return the text of every file exported: tables, charts, and all that a workbook is made of."""
    for path in sorted(place.rglob("*.*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as packed:
                yield from ((f"{path.name}/{name}", packed.read(name).decode()) for name in packed.namelist())
        else:
            yield path.name, path.read_text(encoding="utf-8")


def test_no_customer_can_be_told_when_ids_are_hashed(tmp_path, monkeypatch):
    # A PNG shows the same labels as its SVG.
    monkeypatch.setattr(chart_files, "as_png", lambda svg: b"")
    folder = report(tmp_path, chapters=LAVKA)
    plain = export_report(folder, tmp_path / "plain")
    ids = {"000007"}  # who is left out by policy
    for path in plain.tables:
        head, *rows = rows_of(path)
        ids |= {row[head.index("customer_id")] for row in rows if "customer_id" in head}
    assert len(ids) > 60
    export_report(folder, tmp_path / "hidden", hash_ids=True)
    is_id = re.compile(rf"(?<![\w:])(?:{'|'.join(map(re.escape, sorted(ids)))})(?!\w)")
    assert len([name for name, text in everything_told(tmp_path / "plain") if is_id.search(text)]) >= 5
    assert [name for name, text in everything_told(tmp_path / "hidden") if is_id.search(text)] == []


def test_hashes_are_the_same_everywhere_and_only_ids_are_hashed(tmp_path):
    written = export_report(report(tmp_path), tmp_path / "out", hash_ids=True)
    assert rows_of(written.tables[0])[1:] == [[hashed("0012"), "3"], ["", "1"]]
    with zipfile.ZipFile(written.workbook) as packed:
        words = packed.read("xl/sharedStrings.xml").decode()
    assert hashed("0012") in words
    assert "0012<" not in words
    assert "Replaced by hashes." in words


@pytest.mark.parametrize("asked", [False, True])
def test_what_the_report_hides_is_hidden_and_not_hashed_twice(tmp_path, asked):
    folder = report(tmp_path, settings=[["risk_list.hash_ids", "True"]])
    rows = ((hashed("0012"), 3), ("0099", 1))  # the second was forgotten
    columns = (("customer_id", "Customer", "text"), ("orders", "Orders", "count"))
    write_chapter(folder / "chapters", "11_risk_list", [table(columns, rows, key="call_list")])
    written = export_report(folder, tmp_path / "out", hash_ids=asked)
    assert [row[0] for row in rows_of(written.tables[0])[1:]] == [hashed("0012"), hashed("0099")]


def test_texts_that_may_hold_an_id_are_left_out(tmp_path):
    cells = table(
        (("line", "Line", "text"), ("found", "Found", "text")), (("4", "0012"),), key="unreadable_cells"
    )
    columns = (("policy", "Policy", "text"), ("setting", "Setting", "text"))
    rows = (("Left out", "exclude_customers = 0012, bob"), ("Refunds", "refunds = net"))
    policies = table(columns, rows, key="policies")
    folder = report(tmp_path)
    write_chapter(folder / "chapters", "00_passport", [cells, policies])
    written = export_report(folder, tmp_path / "out", hash_ids=True)
    assert rows_of(written.tables[0])[1:] == [["4", HIDDEN]]
    assert rows_of(written.tables[1])[1:] == [
        ["Left out", f"exclude_customers = {HIDDEN}"],
        ["Refunds", "refunds = net"],
    ]


@pytest.mark.parametrize(
    ("record", "lacks"), [(None, "No such file"), ("[", "Expecting value"), ('{"name": "x"}', "definitions")]
)
def test_a_report_without_its_record_is_refused(tmp_path, record, lacks):
    folder = report(tmp_path)
    (folder / "run.json").unlink() if record is None else (folder / "run.json").write_text(record)
    with pytest.raises(
        InputError, match=rf"The record of the run, 1998-06/run.json, lacks .*{lacks}.*Make the report again."
    ):
        export_report(folder, tmp_path / "out")


SHOW = """
from retention_utils.display_tables import Column, show_table
from retention_utils.formats import Formats
import pandas as pd
show_table(pd.DataFrame({"customer_id": ["0012"], "orders": [3]}), [Column("customer_id", "Customer", "name"), Column("orders", "Orders", "count")], key="call_list", caption="Calls", formats=Formats("en", "EUR"))
"""


def test_export_from_the_command_line(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path, n11_risk_list=notebook(SHOW))
    code, _, err = call(folder, monkeypatch, capsys, "export", "shop")
    assert code == 2
    assert "there is no finished report to export. Make one with: retention run shop" in " ".join(err.split())
    assert call(folder, monkeypatch, capsys, "run", "shop")[0] == 0
    code, out, _ = call(folder, monkeypatch, capsys, "export", "shop", "--bom")
    place = folder / "reports" / "shop" / "2024-03" / "export"
    assert (code, out.strip()) == (0, f"1 table, 0 charts and 1 workbook in {place}")
    assert (place / "shop-2024-03.xlsx").is_file()
    assert (place / "tables" / "11_risk_list-call_list.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    code, _, err = call(folder, monkeypatch, capsys, "export", "shop", "--language", "../x")
    assert (code, "language is '../x'; use one of en, ru, uk" in " ".join(err.split())) == (2, True)
    assert call(folder, monkeypatch, capsys, "export", "shop", "--language", "en")[0] == 0
    assert (place.with_name("export.en") / "shop-2024-03.xlsx").is_file()
    words = ("export", "shop", "--period", "2024-03", "--hash-ids", "--to", str(tmp_path / "out"))
    assert call(folder, monkeypatch, capsys, *words)[0] == 0
    (file,) = (tmp_path / "out" / "shop-2024-03" / "tables").iterdir()
    assert rows_of(file)[1] == [hashed("0012"), "3"]


def test_a_picture_that_is_missing_is_told(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path)
    place = report(folder / "reports")
    write_chapter(place / "chapters", "03_pulse", [figure(key="churn", pictures=False)])
    code, out, err = call(folder, monkeypatch, capsys, "export", "shop")
    assert (code, out.strip()) == (1, f"1 table, 1 chart and 1 workbook in {place / 'export'}")
    assert "shop 1998-06: no picture of 03_pulse-churn in its notebook." in " ".join(err.split())
    assert "retention run shop --period 1998-06 --force" in " ".join(err.split())


def test_the_tables_of_a_run_hide_what_the_report_hides(tmp_path, monkeypatch, capsys):
    folder = small_project(tmp_path, more="risk_list.hash_ids = true", n11_risk_list=notebook(SHOW))
    assert call(folder, monkeypatch, capsys, "run", "shop")[0] == 0
    (file,) = (folder / "reports" / "shop" / "2024-03" / "tables").iterdir()
    assert rows_of(file)[1] == [hashed("0012"), "3"]
