"""Three reports of one small shop, one after the other: what each says of the one before it."""

import shutil
from pathlib import Path

import pytest
from small_project import make_report, notebook, small_project

from retention_utils.notebooks import SINCE_LAST, read_items
from retention_utils.plan import plan_report
from retention_utils.regression.runner import verify_chapters

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
ORDERS = [
    f"{name},2024-0{month}-1{day},20" for month in (1, 2, 3) for day, name in enumerate(("ann", "bob", "cem"))
]
PROMISE = """
from retention_utils.display import Action
from retention_utils.formats import Formats
word = Formats().name("Do it")
Action("P02", word, word, word, (word,), word, word, word, word, None, word, "", "2024-03-15")
"""


def write(folder, *orders, gap_days):
    client = folder / "data" / "shop"
    (client / "orders.csv").write_text("\n".join(["who,day,paid", *ORDERS, *orders, ""]), encoding="utf-8")
    file = client / "client.toml"
    text = file.read_text(encoding="utf-8").partition("\n[churn]")[0]
    file.write_text(f"{text}\n[churn]\ngap_days = {gap_days}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = small_project(tmp_path_factory.mktemp("three"), n14_playbook=notebook(PROMISE))
    for name in ("03_pulse", SINCE_LAST):
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", folder / "notebooks")
    chapters = {}
    late = "dea,2024-01-25,30"
    for period, orders, gap_days in (("2024-01", (), 30), ("2024-02", (late,), 30), ("2024-03", (late,), 14)):
        write(folder, *orders, gap_days=gap_days)
        made = make_report(plan_report(folder, "shop", period), jobs=2)
        assert made.outcome == "done", [chapter.error for chapter in made.chapters]
        chapters[period] = made.report.parent / "chapters" / f"{SINCE_LAST}.ipynb"
    return chapters


def said(reports, period, kind, key):
    return next(item for item in read_items(reports[period]).shown(kind) if item["key"] == key)


def test_the_first_report_says_that_it_is_the_first(reports):
    shown = read_items(reports["2024-01"])
    assert [kind for kind, _ in shown.items] == ["finding"]
    (headline,) = shown.shown("finding")
    assert headline["verdict"] == "not enough data"
    assert str(headline["text"]).startswith("This is the first monthly report, so there is nothing")


def test_a_late_order_is_found_and_named_as_the_reason(reports):
    finding = said(reports, "2024-02", "finding", "restated")
    assert finding["text"] == (
        "7 numbers about the past that the report for January 2024 printed are different now, such as “Revenue” of "
        "January 2024: €60 then, €90 now. In all periods up to then, the number of orders changed by +1 and revenue "
        "by +€30. The reason lies in the data: rows came late or were corrected, or orders of that time were paid "
        "back since."
    )
    rows = said(reports, "2024-02", "table", "restated")["rows"]
    assert ["Jan 2024", "Orders", "3", "4"] in [row[:4] for row in rows]


def test_what_was_promised_is_handed_on_until_its_day_has_come(reports):
    handed_on = said(reports, "2024-02", "table", "open_promises")
    assert handed_on["rows"] == [
        ["P02", "Do it", "January 2024", "2024-03-15", "Revenue per order (average order value)", 20.0]
    ]
    assert handed_on["cells"][0][-1] == "€20.00"
    due = said(reports, "2024-03", "table", "due")
    assert [row[2:] for row in due["rows"]] == [
        ["2024-03-15", "Revenue per order (average order value)", "€20.00", "€20.00", "no"]
    ] * 2
    assert "2 promised actions are due" in str(said(reports, "2024-03", "callout", "since_last")["text"])


def test_a_changed_definition_is_named_as_the_reason(reports):
    assert said(reports, "2024-03", "table", "settings")["rows"] == [["churn.gap_days", "30", "14"]]
    text = str(said(reports, "2024-03", "finding", "restated")["text"])
    assert text.endswith("The reason: settings of the client were changed; they are listed below.")


def test_run_again_it_says_the_same(reports):
    (check,) = verify_chapters([reports["2024-03"]], jobs=1)
    assert check.outcome == "same", check
