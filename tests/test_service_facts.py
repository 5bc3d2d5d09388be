"""What became of every service, by hand and of the demo client, and its plan against it in words."""

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from test_demo_contracts import known_on
from test_subscriptions import calendar, contracts

from retention_utils.config import ContractSettings, read_config
from retention_utils.demo_contracts import MONTHLY, UNLIMITED
from retention_utils.demo_plans import PLANNED_CHURN, sport_costs, sport_plan
from retention_utils.findings.pulse_plan import plan_by_service
from retention_utils.findings.pulse_plan_table import service_plan_table
from retention_utils.formats import Formats
from retention_utils.intake import side_tables
from retention_utils.stats import wilson_interval
from retention_utils.subscriptions.service_facts import contracts_against_plan

SAY = Formats("en,ru,uk", "EUR")
SPORT = Path(__file__).parents[1] / "data" / "sport"
# In February bob leaves pool for gym, cem leaves for good, dee comes; ann has both, and gives up the pool.
ROWS = [
    {"customer_id": "ann", "plan": "gym", "amount": 100.0, "subscription_id": "1"},
    {"customer_id": "ann", "plan": "pool", "amount": 40.0, "end": "2024-02-10", "subscription_id": "2"},
    {"customer_id": "bob", "plan": "pool", "amount": 40.0, "end": "2024-02-05"},
    {"customer_id": "bob", "plan": "gym", "amount": 100.0, "start": "2024-02-05"},
    {"customer_id": "cem", "plan": "pool", "amount": 50.0, "end": "2024-02-05"},
    {"customer_id": "dee", "plan": "pool", "amount": 20.0, "start": "2024-02-05"},
]


def plain(text, language: str = "en") -> str:
    """A text without what keeps words together."""
    return re.sub("[\u00a0\u202f]", " ", text.in_language(language)).replace("\u2060", "")


def plan(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["period", "metric", "value", "service"])


def against(*rows, has_orders: bool = False, min_customers: int = 1) -> pd.DataFrame:
    how = {"settings": ContractSettings(), "min_customers": min_customers, "has_orders": has_orders}
    return contracts_against_plan(plan(*rows), contracts(*ROWS), calendar("2024-02"), **how)


def facts(*rows, **how) -> dict[tuple[str, str], float]:
    table = against(*(("2024-02", metric, 1, service) for metric, service in rows), **how)
    return {(row.metric, row.service): row.fact for row in table.itertuples()}


def test_who_changes_the_service_is_lost_to_neither():
    metrics = ("active_customers", "new_customers", "lapsed_customers", "mrr", "churn_rate")
    found = facts(*((metric, service) for metric in metrics for service in ("gym", "pool", "")))
    assert found == pytest.approx({
        ("active_customers", "gym"): 2, ("active_customers", "pool"): 1, ("active_customers", ""): 3,
        ("new_customers", "gym"): 0, ("new_customers", "pool"): 1, ("new_customers", ""): 1,
        ("left_customers", "gym"): 0, ("left_customers", "pool"): 1, ("left_customers", ""): 1,
        ("mrr", "gym"): 200, ("mrr", "pool"): 20, ("mrr", ""): 220,
        ("churn_rate", "gym"): 0, ("churn_rate", "pool"): 1 / 3, ("churn_rate", ""): 1 / 3,
    })  # fmt: skip


def test_what_cannot_be_compared_says_why():
    rows = [
        ("2024-02", "orders", 1, ""),
        ("2024-02", "mrr", 1, "sauna"),
        ("2024-03", "mrr", 1, ""),
        ("2024-Q1", "mrr", 1, ""),
        ("2023-12", "mrr", 1, ""),
    ]
    assert against(*rows)["use"].tolist() == [
        "later", "other metric", "one service", "other grain", "not in the log",
    ]  # fmt: skip
    few = against(("2024-02", "churn_rate", 0.1, ""), ("2024-02", "mrr", 1, ""), min_customers=4)
    assert dict(zip(few["metric"], few["use"], strict=True)) == {
        "churn_rate": "not measured",
        "mrr": "compared",
    }


def test_with_orders_only_what_they_do_not_tell_is_taken():
    rows = [("2024-02", "active_customers", 1, ""), ("2024-02", "mrr", 1, ""), ("2024-02", "mrr", 1, "gym")]
    assert against(*rows, has_orders=True)["metric"].tolist() == ["mrr", "mrr"]
    no_plan = {"settings": ContractSettings(), "min_customers": 1, "has_orders": False}
    assert contracts_against_plan(None, contracts(*ROWS), calendar("2024-02"), **no_plan) is None
    assert contracts_against_plan(plan(), None, calendar("2024-02"), **no_plan) is None


@pytest.fixture(scope="module")
def of_sport():
    config = read_config(SPORT / "client.toml")
    tables = side_tables(SPORT, config)
    listed, months, _ = known_on(tables["subscriptions"], "2025-12")
    how = {"settings": config.contracts, "min_customers": 20, "has_orders": False}
    return contracts_against_plan(tables["plan"].to_pandas(), listed, months, **how), listed


def test_the_demo_client_s_services_are_counted_as_they_are_in_its_list(of_sport):
    table, listed = of_sport
    days = ["start", "end", "trial_end", "past_due_since"]
    listed = listed.assign(**{name: pd.to_datetime(listed[name]) for name in days})
    day = pd.Timestamp("2025-12-31")
    is_cut = listed["past_due_since"] + pd.Timedelta(days=30) <= day
    begun = listed["trial_end"].fillna(listed["start"]) <= day
    running = listed[begun & ~(listed["end"] <= day) & ~is_cut]
    now = table[table["period"] == "2025-12"].set_index(["metric", "service"])
    for name in (MONTHLY, UNLIMITED):
        paid = running.loc[running["plan"] == name, "amount"].astype(float).sum()
        assert now.loc[("mrr", name), "fact"] == pytest.approx(paid)
        assert now.loc[("churn_rate", name), "plan"] == PLANNED_CHURN[name]
    churn = now.loc[("churn_rate", "")]
    assert wilson_interval(54, 1444) == pytest.approx((churn["low"], churn["high"]))  # as in chapter 05


def test_the_plan_is_said_with_the_service_that_is_furthest_behind():
    table = against(("2024-02", "churn_rate", 0.1, "pool"), ("2024-02", "mrr", 200, "gym"))
    said = plan_by_service(table, period="2024-02", formats=SAY)
    assert said.verdict == "with reservations"
    assert plain(said.text) == (
        "Of the 2 figures planned for February 2024, 1 was reached. Missed: churn, “pool” 33.3%, "
        "planned 10.0% (+23.3 points, no more than chance)."
    )
    assert "отток, «pool» — 33,3 % при плане 10,0 %" in plain(said.text, "ru")
    assert "відтік, «pool» — 33,3% за плану 10,0%" in plain(said.text, "uk")
    rows = [("churn_rate", 0.1, "pool"), ("mrr", 900, "gym"), ("mrr", 700, ""), ("mrr", 800, "pool")]
    mixed = plan_by_service(against(*(("2024-02", *row) for row in rows)), period="2024-02", formats=SAY).text
    assert "then furthest from plan: monthly recurring revenue €" in plain(mixed)
    assert plain(mixed).index("planned €700") < plain(mixed).index("planned €900")
    assert "спершу за всіма тарифами разом" in plain(mixed, "uk")
    shown = service_plan_table(table, period="2024-02", formats=SAY)
    assert [str(cell) for cell in shown.cells[0]][:4] == ["Churn", "pool", "10.0%", "33.3%"]
    whole = service_plan_table(table, formats=SAY)
    assert (shown.is_folded, whole.is_folded) == (False, True)
    assert str(whole.note).startswith("Nothing was left out.")
    assert plan_by_service(None, period="2024-02", formats=SAY) is None
    nothing = plan_by_service(against(("2024-02", "orders", 1, "")), period="2024-02", formats=SAY)
    assert nothing.verdict == "not enough data"


def test_the_demo_plan_and_costs_are_whole():
    assert sport_plan()["Місяць"].nunique() == 13
    assert sport_costs()["Місяць"].iloc[-1] == f"{date(2025, 12, 1):%Y-%m}"
