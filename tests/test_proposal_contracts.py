"""A contract list, and a snapshot of customers, are told from an order log; what they do not say is asked."""

import pytest

from retention_utils.config import read_config
from retention_utils.errors import ConfigError, InputError
from retention_utils.intake import side_tables
from retention_utils.proposal.propose import propose

SNAPSHOT = """\
customerID,gender,tenure,InternetService,Contract,PaymentMethod,MonthlyCharges,TotalCharges,Churn
7590-A,Female,1,DSL,Month-to-month,Electronic check,29.85,29.85,No
5575-B,Male,34,DSL,One year,Mailed check,56.95,1889.50,No
3668-C,Male,2,DSL,Month-to-month,Mailed check,53.85,108.15,Yes
"""
DATED = """\
Договор;Клиент;Тариф;Период оплаты;Цена;Дата начала;Дата окончания
D1;К1;Годовой;год;9 600,00;16.01.2021;16.01.2023
D2;К2;Месячный;месяц;900,50;03.04.2022;
D3;К1;Месячный;месяц;900,50;20.05.2022;03.06.2023
"""
ORDERS = (
    "Order ID,Start,End,Customer,Amount\n1,2024-01-05,2024-01-06,ann,10\n2,2024-02-05,2024-02-06,bob,20\n"
)
KNOWN = {"currency": "EUR", "data_horizon": "2024-06-30"}


@pytest.fixture
def proposal_of(tmp_path):
    def read(text, **answers):
        file = tmp_path / "list.csv"
        file.write_text(text, encoding="utf-8")
        return propose([file], name="Club", answers=answers)

    return read


def config_of(proposal, tmp_path):
    file = tmp_path / "client.toml"
    file.write_text(proposal.client_toml(), encoding="utf-8")
    return read_config(file)


def test_a_snapshot_is_known_by_tenure_and_who_left_and_asks_what_it_does_not_say(proposal_of, tmp_path):
    questions = {question.key: question for question in proposal_of(SNAPSHOT).questions}
    assert list(questions) == ["currency", "data_horizon", "ended_within_months"]
    assert questions["data_horizon"].text == "On which day was the list drawn up? Write it as 2024-11-30."
    assert [option.text for option in questions["ended_within_months"].options][:2] == [
        "everyone who ever left", "those who left in the month before it was drawn up",
    ]  # fmt: skip
    config = config_of(proposal_of(SNAPSHOT, ended_within_months="1", **KNOWN), tmp_path)
    assert (config.business_type, config.orders, config.contracts.ended_within_months) == (
        "subscriptions", None, 1,
    )  # fmt: skip
    assert config.data_horizon.isoformat() == "2024-06-30"
    assert dict(config.tables["subscriptions"].columns) == {
        "customer_id": "customerID", "amount": "MonthlyCharges", "plan": "Contract", "group": "PaymentMethod",
        "tenure_months": "tenure", "has_ended": "Churn",
    }  # fmt: skip


def test_a_list_with_dates_asks_since_when_it_holds_the_leavers(proposal_of, tmp_path):
    questions = {question.key: question for question in proposal_of(DATED).questions}
    assert [option.value for option in questions["data_horizon"].options] == ["2022-05-20"]
    assert [option.value for option in questions["history_start"].options] == ["2023-01-16", "2021-01-16"]
    answered = proposal_of(DATED, history_start="2023-01-01", **KNOWN)
    config = config_of(answered, tmp_path)
    source = config.tables["subscriptions"]
    assert config.history_start.isoformat() == "2023-01-01"
    assert (source.date_format, source.decimal_mark) == (("%d.%m.%Y",), ",")
    assert dict(source.columns) == {
        "subscription_id": "Договор", "customer_id": "Клиент", "plan": "Тариф",
        "billed_every": "Период оплаты", "amount": "Цена", "start": "Дата начала", "end": "Дата окончания",
    }  # fmt: skip


def test_an_amount_a_month_is_not_divided_by_the_billing_period(proposal_of):
    text = DATED.replace("Цена", "Абонплата в месяц")
    proposal = proposal_of(text, history_start="2023-01-01", **KNOWN)
    assert "billed_every" not in proposal.client_toml().split("[tables.subscriptions.columns]")[1]
    assert "'Абонплата в месяц' is an amount a month, so 'Период оплаты' is left out" in proposal.notes[1]


def test_whether_a_price_holds_tax_is_left_to_the_user(proposal_of):
    text = DATED.replace("Тариф;", "Тариф;НДС;").replace("ой;", "ой;100,00;").replace("ый;", "ый;9,00;")
    assert "If 'Цена' holds what 'НДС' says, map that to tax: it is no recurring revenue." in (
        proposal_of(text, history_start="2023-01-01", **KNOWN).notes
    )


def test_orders_stay_orders_and_the_user_has_the_last_word(proposal_of):
    assert proposal_of(ORDERS).table == "orders"
    assert proposal_of(SNAPSHOT).table == "tables.subscriptions"
    assert proposal_of(ORDERS, kind="contracts").table == "tables.subscriptions"
    assert proposal_of(DATED, kind="orders").table == "orders"


def test_answers_that_are_no_days_or_months_are_refused_together(proposal_of):
    with pytest.raises(ConfigError) as refusal:
        proposal_of(SNAPSHOT, data_horizon="30.06.2024", ended_within_months="always")
    assert str(refusal.value) == (
        "data_horizon: '30.06.2024' is no day; write it as 2024-11-30.\n"
        "ended_within_months: 'always' is neither 'ever' nor a number of months up to 60."
    )


USE = {
    "by_month.csv": (
        "Клиент;Месяц;Посещений\nК1;2024-01;12,5\nК2;2024-02;3\n",
        {"customer_id": "Клиент", "period": "Месяц", "units": "Посещений"},
    ),
    "visits.csv": (
        "member_id,visited_at,kind\nК1,2024-01-05 18:30,gym\nК2,2024-02-17 07:10,pool\n",
        {"customer_id": "member_id", "day": "visited_at", "kind": "kind"},
    ),
    "by_day.csv": (
        "customer_id,date,logins\nК1,13.01.2024,2\nК2,17.02.2024,1\n",
        {"customer_id": "customer_id", "day": "date", "units": "logins"},
    ),
}


def init_with(tmp_path, *files, first=DATED, **answers):
    (tmp_path / "list.csv").write_text(first, encoding="utf-8")
    for name in files:
        (tmp_path / name).write_text(USE[name][0], encoding="utf-8")
    return propose([tmp_path / name for name in ("list.csv", *files)], name="Club", answers=KNOWN | answers)


@pytest.mark.parametrize("name", USE)
def test_a_table_of_use_is_known_beside_contracts(name, tmp_path):
    proposal = init_with(tmp_path, name, history_start="2023-01-01")
    assert (proposal.files, proposal.taken) == (("list.csv",), ("list.csv", name))
    assert not proposal.questions
    source = config_of(proposal, tmp_path).tables["activity"]
    assert dict(source.columns) == USE[name][1]
    assert source.path == (name,)
    found = side_tables(tmp_path, config_of(proposal, tmp_path))["activity"].to_pydict()
    assert found["customer_id"] == ["К1", "К2"]
    assert [float(number) for number in found["units"]] == {
        "by_month.csv": [12.5, 3],
        "by_day.csv": [2, 1],
    }.get(name, [1, 1])


def test_a_table_of_use_needs_contracts_and_what_has_a_price_is_none(tmp_path):
    orders = init_with(tmp_path, "visits.csv", first=ORDERS, kind="orders", time_zone="Europe/Paris")
    assert (orders.use, orders.taken) == (None, ("list.csv",))
    assert (
        "'visits.csv' is a table of use, which is read beside contracts only; it is left out." in orders.notes
    )
    with pytest.raises(InputError, match=r"^'visits.csv': a table of use .* Name the contract list, too"):
        propose([tmp_path / "visits.csv"], name="Club")
    (tmp_path / "visits.csv").write_text(
        "customer_id,date,visits,price\nann,2024-01-05,1,9.50\n", encoding="utf-8"
    )
    assert propose([tmp_path / "visits.csv"], name="Club").table == "orders"
