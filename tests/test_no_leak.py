"""The same report from data that end with its period and from data that go on: nothing later leaks in."""

import json
import shutil
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from small_project import make_report

from retention_utils.notebooks import INSTEAD_OF_ORDERS, WITHOUT_DATES
from retention_utils.plan import plan_report

ROOT = Path(__file__).parents[1]
PERIOD, AS_OF = "1998-03", date(1998, 3, 31)
CLIENT_FILE = """
name = "CDNOW"
currency = "USD"
history_start = 1997-01-01
warmup_days = 0
[orders]
path = "orders.txt"
format = "whitespace"
date_format = "%Y%m%d"
[orders.columns]
customer_id = "customer_id"
ordered_at = "date"
amount = "dollar_value"
[churn]
gap_days = "auto"
follow_up_days = 120
[value]
margin = 0.3
holdout_weeks = 26
"""
# What every row of a further table says of its day, so that a table can be cut as the log is.
TABLES = {
    "costs": ("period,acquisition,retention", "{month},{spent}0000,{spent}000"),
    "surveys": ("customer_id,day,score,comment", "0000{spent},{month}-15,{spent},well"),
    "events": ("day,name", "{month}-10,event {month}"),
    "campaigns": ("customer_id,campaign,arm,day", "0000{spent},call {month},treatment,{month}-15"),
    "factors": ("day,name,value", "{month}-20,rain,{spent}.5"),
}
MONTHS = [f"{year}-{month:02d}" for year in (1997, 1998) for month in range(1, 13)][:18]


def write_project(folder: Path, *, is_cut: bool) -> Path:
    client = folder / "data" / "cdnow"
    client.mkdir(parents=True)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    log = Path(find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_master.txt"
    first, *rows = log.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if not is_cut or row.split()[1] <= AS_OF.strftime("%Y%m%d")]
    assert (len(kept) < len(rows)) is is_cut
    (client / "orders.txt").write_text("\n".join([first, *kept, ""]), encoding="utf-8")
    parts = [CLIENT_FILE]
    for name, (header, pattern) in TABLES.items():
        months = [month for month in MONTHS if not is_cut or month <= PERIOD]
        lines = [pattern.format(month=month, spent=1 + number % 9) for number, month in enumerate(months)]
        (client / f"{name}.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        columns = "\n".join(f'{column} = "{column}"' for column in header.split(","))
        parts.append(f'[tables.{name}]\npath = "{name}.csv"\n[tables.{name}.columns]\n{columns}\n')
    (client / "client.toml").write_text("\n".join(parts), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def chapters(tmp_path_factory):
    """Return what each chapter shows: from data cut at the end of the period, and from data that go on."""
    shown = {}
    for is_cut in (True, False):
        folder = write_project(tmp_path_factory.mktemp("cut" if is_cut else "whole"), is_cut=is_cut)
        outcome = make_report(plan_report(folder, "cdnow", PERIOD), jobs=2)
        assert [(chapter.chapter, chapter.error) for chapter in outcome.chapters if chapter.error] == []
        report = outcome.report.parent
        shown[is_cut] = {
            file.stem: [cell.get("outputs", []) for cell in json.loads(file.read_text())["cells"]]
            for file in sorted((report / "chapters").glob("*.ipynb"))
        }
        shown[is_cut]["tables"] = {
            file.name: file.read_bytes() for file in sorted((report / "tables").glob("*.csv"))
        }
    return shown


NAMES = sorted(file.stem for file in (ROOT / "notebooks").glob("*.ipynb"))
NAMES = [name for name in NAMES if name not in (*WITHOUT_DATES, *INSTEAD_OF_ORDERS)]


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_says_the_same_whether_or_not_the_data_go_on(chapters, name):
    assert chapters[True][name] == chapters[False][name]


def test_the_tables_are_the_same_whether_or_not_the_data_go_on(chapters):
    assert chapters[True]["tables"] == chapters[False]["tables"]
    assert len(chapters[True]["tables"]) > 30
