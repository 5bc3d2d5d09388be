"""A client with contracts and no orders: its mart, its plan, what is asked of it."""

import pytest
from command_line import call

from retention_utils.config import read_config
from retention_utils.errors import ConfigError, PeriodError
from retention_utils.mart import open_mart
from retention_utils.plan import plan_report
from retention_utils.project import client_file
from retention_utils.upkeep import ensure_mart, resolve_period

CLIENT = """
name = "Club"
currency = "EUR"
business_type = "subscriptions"
data_horizon = 2024-04-30
[tables.subscriptions]
path = "contracts.csv"
[tables.subscriptions.columns]
customer_id = "who"
amount = "price"
{columns}
"""
DATED = 'start = "since"\nend = "until"'
NOTEBOOK = '{"cells": [{"cell_type": "code", "id": "a", "metadata": {"tags": ["parameters"]}, "source": [], "outputs": [], "execution_count": null}], "metadata": {"kernelspec": {"name": "python3", "language": "python"}}, "nbformat": 4, "nbformat_minor": 5}'
ROWS = "who,since,until,price\nann,2024-01-10,,20\nbob,2024-02-01,2024-04-20,30\ncem,2024-04-05,,10\n"


@pytest.fixture
def club(project):
    def write(columns: str = DATED, rows: str = ROWS) -> None:
        folder = project.folder / "data" / "club"
        folder.mkdir(exist_ok=True)
        (folder / "client.toml").write_text(CLIENT.format(columns=columns), encoding="utf-8")
        (folder / "contracts.csv").write_text(rows, encoding="utf-8")

    write()
    return write


def test_the_mart_holds_the_calendar_and_what_was_known(project, club):
    mart = ensure_mart(project.folder, "club", "2024-03")
    assert not mart.has_orders
    assert mart.table("calendar")["period"].tolist() == ["2024-01", "2024-02", "2024-03"]
    contracts = mart.supplied("subscriptions")
    assert contracts["customer_id"].tolist() == ["ann", "bob"]  # cem came later
    assert contracts["end"].isna().all()  # nor was it known when bob would leave
    assert (mart.history_start.isoformat(), mart.config.churn.gap_days) == ("2024-01-10", 180)
    assert open_mart("club", "2024-03").facts == mart.facts


def test_the_period_is_the_last_complete_one_and_no_later(project, club):
    config = read_config(client_file(project.folder, "club"))
    assert resolve_period(project.folder, "club", config, None).key == "2024-04"
    with pytest.raises(PeriodError, match="complete only up to 2024-04-30"):
        resolve_period(project.folder, "club", config, "2024-05")


def test_a_list_without_dates_is_known_on_its_day(project, club):
    club(
        'tenure_months = "since"\nhas_ended = "until"',
        "who,since,until,price\nann,3,no,20\nbob,14.5,yes,30\n",
    )
    mart = ensure_mart(project.folder, "club", "2024-04")
    assert mart.table("calendar")["period"].tolist() == ["2024-04"]
    assert mart.supplied("subscriptions")["has_ended"].tolist() == [False, True]


def add_chapters(project, *names: str) -> None:
    for name in names:
        (project.folder / "notebooks" / f"{name}.ipynb").write_text(NOTEBOOK, encoding="utf-8")


def test_chapters_that_need_orders_are_left_out_and_refused_by_name(project, club):
    add_chapters(project, "01_summary", "03_pulse", "05_revenue_retention")
    planned = plan_report(project.folder, "club", None)
    assert [notebook.stem for notebook in planned.notebooks] == ["01_summary", "05_revenue_retention"]
    with pytest.raises(ConfigError, match=r"club has no order log, which these chapters need: 03_pulse"):
        plan_report(project.folder, "club", None, chapters=["03", "05"])


def test_a_snapshot_gets_its_own_chapter_instead(project, club):
    add_chapters(project, "01_summary", "05_customer_table", "05_revenue_retention")
    club('tenure_months = "since"\nhas_ended = "until"', "who,since,until,price\nann,3,no,20\n")
    for wanted in ([], ["05"]):
        planned = plan_report(project.folder, "club", None, chapters=wanted)
        assert [notebook.stem for notebook in planned.notebooks] == ["01_summary", "05_customer_table"]
    with pytest.raises(
        ConfigError, match=r"no contract list with dates, which .*: 05_revenue_retention\. Supply start"
    ):
        plan_report(project.folder, "club", None, chapters=["05_revenue_retention"])


def test_check_shows_what_another_setting_would_change(project, club, monkeypatch, capsys):
    club(
        f'{DATED}\npast_due_since = "overdue"',
        "who,since,until,price,overdue\nann,2024-01-10,,20,2024-03-20\n",
    )
    change = ("--set", "contracts.grace_days=60")
    code, out, _ = call(project.folder, monkeypatch, capsys, "check", "club", *change)
    now, then = out.split("With contracts.grace_days=60:")
    assert code == 0
    assert "not passed       100.00%  Running contracts overdue" in now
    assert "passed             0.00%  Running contracts overdue" in then


def test_a_snapshot_is_taken_in_and_its_limits_are_said(project, tmp_path_factory, monkeypatch, capsys):
    file = tmp_path_factory.mktemp("received") / "customers.csv"
    rows = [f"c{n},{1 + n % 40},Plan {n % 2},{20 + n % 7},{'Yes' if n % 4 == 0 else 'No'}" for n in range(60)]
    file.write_text(
        "\n".join(["customerID,tenure,Contract,MonthlyCharges,Churn", *rows, ""]), encoding="utf-8"
    )
    known = [
        word
        for answer in ("currency=USD", "data_horizon=2024-06-30", "ended_within_months=ever")
        for word in ("--answer", answer)
    ]
    code, out, err = call(project.folder, monkeypatch, capsys, "init", "phone", str(file), *known)
    assert (code, err) == (0, "")
    assert "Contract list: 'customers.csv'" in out
    assert (
        "phone, up to 30 June 2024: no order log. The data are graded A: 60 of 60 rows of the contract list"
        in out
    )
    assert "so it cannot say whether more leave than before" in out
    code, out, err = call(project.folder, monkeypatch, capsys, "init", "open", str(file))
    assert code == 2
    assert "data_horizon: On which day was the list drawn up?" in err


def test_check_says_what_the_list_holds(project, club, monkeypatch, capsys):
    code, out, _ = call(project.folder, monkeypatch, capsys, "check", "club")
    assert code == 0
    assert (
        "Club, up to 30 April 2024: no order log. The data are graded D: 3 of 3 rows of the contract" in out
    )
    assert "3 rows of contracts of 3 customers, from 10 January 2024 on" in out
    assert (
        "not passed      112 days  Length of the contract list (at least 365 days, never under 180 days)"
        in out
    )


def listed(good: int, *bad: str) -> str:
    """A list of contracts that can be used, and some rows that cannot."""
    rows = [f"c{number},2024-01-{1 + number % 28:02d},,20" for number in range(good)]
    return "\n".join(["who,since,until,price", *rows, *bad, ""])


BAD = {
    "unreadable": "eve,30.02.2024,,10", "empty": "fay,2024-02-01,,", "disorder": "gus,2024-02-05,2024-02-04,10",
    "repeated": "c0,2024-01-01,2024-03-01,20", "ragged": "hal,2024-02-01,,10,x",
}  # fmt: skip


def test_rows_that_cannot_be_used_are_set_aside_with_their_reason(project, club, monkeypatch, capsys):
    club(rows=listed(120, *BAD.values(), "ivy,2024-04-02,2024-04-01,10"))
    mart = ensure_mart(project.folder, "club", "2024-03")
    assert len(mart.table("subscriptions")) == 120
    left_out = mart.table("contracts_left_out")
    assert left_out["fault"].tolist() == list(BAD)  # ivy's would begin later
    assert left_out["row"].tolist() == [122, 123, 124, 125, 126]
    assert left_out["column"].tolist() == ["start", "amount", "end", "", ""]
    assert left_out["amount"].fillna(-1).tolist() == [10, -1, 10, 20, 10]
    code, told, _ = call(project.folder, monkeypatch, capsys, "check", "club", "--period", "2024-03")
    assert (code, "120 of 125 rows of the contract list (96.00%) are used" in told) == (0, True)
    assert "contracts.csv, row 124, end: 2024-02-04 is before start 2024-02-05" in told
    assert "left out: repeats another row" in told


def test_beside_an_order_log_the_same_rows_are_set_aside_and_told(project, monkeypatch, capsys):
    source = CLIENT[CLIENT.index("[tables") :].format(columns=DATED)
    project.write_client(sections=source)
    project.write_orders([("c0", "2024-01-10", "9"), ("c1", "2024-02-10", "9"), ("c0", "2024-03-31", "9")])
    contracts = client_file(project.folder, "shop").with_name("contracts.csv")
    contracts.write_text(listed(120, *BAD.values()), encoding="utf-8")
    mart = ensure_mart(project.folder, "shop", "2024-03")
    assert (mart.has_orders, len(mart.table("subscriptions"))) == (True, 120)
    assert mart.table("contracts_left_out")["fault"].tolist() == list(BAD)
    code, told, _ = call(project.folder, monkeypatch, capsys, "check", "shop", "--period", "2024-03")
    assert code == 0
    assert "5 of 125 rows of the contract list (4.00%) cannot be used and are left out" in told
    assert "contracts.csv, row 124, end: 2024-02-04 is before start 2024-02-05" in told
    contracts.write_text(listed(20, *BAD.values()), encoding="utf-8")
    code, _, said = call(project.folder, monkeypatch, capsys, "check", "shop", "--period", "2024-03")
    assert (code, "more than contracts.unusable_share = 0.05 allows" in " ".join(said.split())) == (2, True)


def test_a_list_with_too_many_of_them_is_refused_with_all_that_is_wrong(project, club, monkeypatch, capsys):
    club(rows=listed(20, *BAD.values()))
    code, _, said = call(project.folder, monkeypatch, capsys, "check", "club")
    assert code == 2
    for told in (
        "contracts.csv, row 22, start: '30.02.2024' cannot be read as a day",
        "contracts.csv, row 23, amount: is empty.",
        "contracts.csv, row 24, end: 2024-02-04 is before start 2024-02-05.",
        "contracts.csv, row 25: agrees with contracts.csv, row 2 in customer_id, start, amount.",
        "contracts.csv, row 26: 'x' stands beyond the last column.",
        "5 of 25 rows cannot be used (1 ragged, 1 empty, 1 unreadable, 1 disorder, 1 repeated), more than "
        "contracts.unusable_share = 0.05 allows.",
    ):
        assert told in " ".join(said.split())
