"""The rules of recurring money where programs differ, each by a case on paper."""

import numpy as np
import pytest
from test_revenue_retention_findings import SAY, plain
from test_subscriptions import bridge, calendar, contracts, told

from retention_utils.canonical import check_columns
from retention_utils.config import ContractSettings
from retention_utils.findings.revenue_retention_kpis import quick_ratio_kpi
from retention_utils.findings.revenue_retention_tables import rates_table
from retention_utils.revenue_retention import revenue_rates
from retention_utils.subscriptions.account import contract_account

ANN = {"customer_id": "ann", "subscription_id": "a"}


def rates_of(*rows: dict, last: str = "2024-02"):
    return revenue_rates(bridge(*rows, last=last), calendar(last), min_customers=1).iloc[-1]


@pytest.mark.parametrize(
    ("more", "less", "known"),
    [(130.0, 70.0, []), (130.0, 90.0, [(1, "expansion", 20.0)]), (105.0, 60.0, [(1, "contraction", -35.0)])],
)
def test_movements_are_those_of_a_customer_net_of_all_contracts(more, less, known):
    rows = [
        {**ANN, "end": "2024-02-05"},
        {**ANN, "start": "2024-02-05", "amount": more},
        {**ANN, "subscription_id": "b", "end": "2024-02-07"},
        {**ANN, "subscription_id": "b", "start": "2024-02-07", "amount": less},
    ]
    found = told(*rows, last="2024-02")
    assert [row for row in found if row[0] == 1] == known


def test_who_came_back_is_no_part_of_what_is_kept_and_both_are_printed():
    rows = [
        {"customer_id": "ann"},
        {"customer_id": "bob", "amount": 80.0, "end": "2024-02-10"},
        {"customer_id": "bob", "amount": 80.0, "start": "2024-03-10"},
    ]
    found = rates_of(*rows, last="2024-03")
    assert found[["opening", "reactivation", "closing"]].tolist() == [100, 80, 180]
    assert (found["net"], found["gross"]) == (1.0, 1.0)  # of those there before, ann alone
    assert found["net_loss"] == -0.8  # with those who came back
    assert np.isnan(found["quick_ratio"])
    days = calendar("2024-03")
    account = contract_account(
        contracts(*rows), days, settings=ContractSettings(), grain="month", min_customers=1,
        as_of=days["last_day"].iloc[-1],
    )  # fmt: skip
    heads = [str(column.label) for column in rates_table(account.revenue, formats=SAY).columns]
    assert {"Kept (net)", "Net loss, with those back"} <= set(heads)


def test_gross_counts_nobody_above_what_they_brought_before():
    rows = [
        {"customer_id": "ann", "end": "2024-02-05"},
        {"customer_id": "ann", "start": "2024-02-05", "amount": 250.0},
        {"customer_id": "bob", "end": "2024-02-05"},
        {"customer_id": "bob", "start": "2024-02-05", "amount": 50.0},
    ]
    found = rates_of(*rows)
    assert (found["net"], found["gross"]) == (1.5, 0.75)
    # Gross churn is what is missing to the whole, net churn takes off what was gained from the same.
    assert (found["churn"] + found["contraction"]) / found["opening"] == 1 - found["gross"]
    assert found["net_loss"] == 1 - found["net"]


def test_the_quick_ratio_counts_those_who_came_back_and_says_where_nothing_was_lost():
    lost = [
        {"customer_id": "ann"},
        {"customer_id": "bob", "amount": 80.0, "end": "2024-02-10"},
        {"customer_id": "bob", "amount": 80.0, "start": "2024-03-10"},
        {"customer_id": "cem", "amount": 40.0, "end": "2024-03-05"},
        {"customer_id": "dee", "amount": 20.0, "start": "2024-03-05"},
    ]
    assert rates_of(*lost, last="2024-03")["quick_ratio"] == (80 + 20) / 40
    days = calendar("2024-02")
    quiet = contract_account(
        contracts({}, {"customer_id": "bob", "start": "2024-02-03"}), days, settings=ContractSettings(),
        grain="month", min_customers=1, as_of=days["last_day"].iloc[-1],
    )  # fmt: skip
    kpi = quick_ratio_kpi(quiet.revenue, formats=SAY)
    assert kpi.number is None
    assert [plain(kpi.value, word) for word in SAY.languages] == ["no losses", "потерь нет", "втрат немає"]


def test_there_is_one_currency_so_that_no_rate_moves_money():
    needed = ["customer_id", "start", "amount"]
    assert check_columns("subscriptions", needed) == []
    assert "unknown column 'currency'" in check_columns("subscriptions", [*needed, "currency"])[0]
