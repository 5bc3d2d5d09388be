"""What chapter 10 says of contracts, word for word in three languages, and what its charts draw."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing

from retention_utils.charts.contract_value import residual_lines
from retention_utils.charts.value import expected_against_actual
from retention_utils.contract_survival.groups import REST, ContractGroup
from retention_utils.contract_survival.payment_trial import PaymentTrial
from retention_utils.contract_survival.shifted_beta import ShiftedBeta
from retention_utils.contract_value.appraisal import ContractAppraisal
from retention_utils.contract_value.plans import MONEY, PlanValue
from retention_utils.findings.contract_families import left_out_words
from retention_utils.findings.value_contract_tables import (
    contract_tables,
    paid_alt,
    paid_bars,
    residual_alt,
    residual_table,
)
from retention_utils.findings.value_contracts import (
    contracts_worth,
    expected_kpi,
    notes,
    residual_kpi,
    undated,
)
from retention_utils.formats import Formats

EN, ALL = Formats("en", "EUR"), Formats("en,ru,uk", "EUR")
NOTHING = pd.DataFrame()
PLANS = pd.DataFrame({"plan": ["Club"]})


def told(text, language: str = "en") -> str:
    """A text in one language, its unusual spaces made plain."""
    words = text.in_language(language).replace("\N{WORD JOINER}", "")
    return words.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def trial(expected: float = 98.0, contracts: int = 21) -> PaymentTrial:
    return PaymentTrial(contracts, 130.0, expected, 90.0, 106.0, 93.0, 100.0, NOTHING)


def plan(name: str = "Club", every: str = "year", *, contracts: int = 21, **changed) -> PlanValue:
    running = pd.DataFrame(
        {"renewals": [0], "contracts": [contracts], "money": [contracts * 100.0], "squares": [1.0]}
    )
    valued = PlanValue(
        group=ContractGroup(name, every, PLANS, NOTHING), running=running, lost=80,
        model=ShiftedBeta(1.2, 3.4, -9.0, 300), fits=(), trial=trial(), refused="", horizon=1, within=1500.0,
        endless=6000.0, new_within=100.0, new_endless=333.0,
        draws=pd.DataFrame([[1400.0, 5000.0, 100.0, 300.0], [1600.0, 7000.0, 100.0, 400.0]], columns=MONEY),
    )  # fmt: skip
    return replace(valued, **changed)


def refused(name: str, why: str, **more) -> PlanValue:
    blank = dict.fromkeys(MONEY, float("nan"))
    return plan(name, "month", refused=why, trial=None, draws=NOTHING, **blank, **more)


BY_MONTHS = pd.DataFrame(
    {
        "months": [0, 12], "label": ["0–2", "12–23"], "contracts": [10, 11],
        "actual": [0.7, 0.8], "model": [0.68, 0.79], "constant": [0.74, 0.74],
    }
)  # fmt: skip
RESIDUAL = pd.DataFrame(
    {
        "renewals": [0, 1], "months": [0, 12], "money": [280.4, 320.6], "low": [250.0, 290.0],
        "high": [310.0, 350.0], "plan": "Club", "billed_every": "year",
    }
)  # fmt: skip


def appraisal(*plans: PlanValue, **changed) -> ContractAppraisal:
    whole = ContractAppraisal(
        plans=plans or (plan(),), horizon_months=12, annual_discount_rate=0.1, margin_share=0.5,
        within=(750.0, 700.0, 800.0), endless=(3000.0, 2500.0, 3500.0), by_months=BY_MONTHS, residual=RESIDUAL,
        newcomer=(50.0, 48.0, 52.0, 40), newcomer_endless=(166.0, 150.0, 180.0),
    )  # fmt: skip
    return replace(whole, **changed)


# --- the answer ----------------------------------------------------------------------------------------


def test_the_answer_says_what_is_to_come_and_how_the_models_did():
    found = contracts_worth(appraisal(), formats=EN)
    assert (found.key, found.verdict, found.is_headline) == ("worth", "yes", True)
    assert told(found.text) == (
        "In the next 12 months, 21 running contracts are expected to bring margin that is worth €750 today "
        "(95% interval €700–800, if the models are right). Without a horizon it is €3,000 (95% interval €2,500–3,500). "
        "Tested on the last year, the models expected 2.0% fewer payments than were made by the 21 contracts that "
        "ran then; a churn that is the same for all, 7.0% fewer."
    )
    revenue = appraisal(margin_share=1.0, annual_discount_rate=0.0, endless=None, horizon_months=1)
    assert told(contracts_worth(revenue, formats=EN).text).startswith(
        "In the next month, 21 running contracts are expected to bring €750 of revenue (95% interval €700–800, if "
        "the models are right). Tested on"
    )


def test_a_miss_beyond_chance_or_a_plan_left_out_is_a_reservation():
    missed = appraisal(plan(trial=trial(expected=115.0)))
    assert contracts_worth(replace(missed), formats=EN).verdict == "yes"  # within the interval all the same
    beyond = replace(trial(expected=108.0), high=99.0)
    assert contracts_worth(appraisal(plan(trial=beyond)), formats=EN).verdict == "with reservations"
    partly = appraisal(plan(), refused("Trial", "too few", contracts=1))
    assert contracts_worth(partly, formats=EN).verdict == "with reservations"
    titles = {note.key: note.text for note in notes(partly, formats=EN)}
    assert (
        titles["refused"] == "“Trial”, paid by the month (1 running contract): too few contracts have ended."
    )
    warned = {note.key: note.text for note in notes(missed, formats=EN)}
    assert told(warned["bias"]).startswith(
        "In the test on this client's own past, the models expected 15.0% more payments than were made."
    )


@pytest.mark.parametrize(
    ("why", "verdict", "words"),
    [
        ("too few", "not enough data", "too few contracts have ended"),
        ("untested", "not enough data", "too few contracts had ended a year ago for a test"),
        ("flat", "no", "no differences between customers can be told"),
        ("missed", "no", "the model failed the test on the last year"),
    ],
)
def test_without_a_model_there_is_no_forecast_and_a_reason(why, verdict, words):
    bare = appraisal(
        refused(REST, why), within=None, endless=None, residual=NOTHING, by_months=NOTHING, newcomer=None
    )
    found = contracts_worth(bare, formats=EN)
    assert (found.verdict, found.text) == (
        verdict,
        f"No forecast is given. All other contracts paid by the month (21 running contracts): {words}.",
    )
    assert expected_kpi(bare, formats=EN).number is None
    assert residual_kpi(bare, formats=EN).verdict == ("not enough data" if verdict != "no" else "")
    assert notes(bare, formats=EN) == []


@pytest.mark.parametrize(
    ("contracts", "russian", "ukrainian"),
    [
        (1, "1 действующий договор принесёт", "1 чинний договір принесе"),
        (2, "2 действующих договора принесут", "2 чинні договори принесуть"),
        (5, "5 действующих договоров принесут", "5 чинних договорів принесуть"),
        (11, "11 действующих договоров принесут", "11 чинних договорів принесуть"),
        (21, "21 действующий договор принесёт", "21 чинний договір принесе"),
    ],
)
def test_the_answer_in_russian_and_ukrainian(contracts, russian, ukrainian):
    text = contracts_worth(appraisal(plan(contracts=contracts)), formats=ALL).text
    assert told(text, "ru").startswith(
        f"Ожидается, что за ближайшие 12 месяцев {russian} маржу, которая сегодня стоит 750 € (95%-й интервал "
    )
    assert told(text, "uk").startswith(
        f"Очікується, що за найближчі 12 місяців {ukrainian} маржу, яка сьогодні варта 750 € (95%-й інтервал "
    )


def test_the_test_and_what_is_left_out_in_russian_and_ukrainian():
    partly = appraisal(plan(trial=trial(contracts=2)), refused("Проба", "untested", contracts=5))
    text = contracts_worth(partly, formats=ALL).text
    assert told(text, "ru").endswith(
        "При проверке за последний год модели ожидали от 2 тогдашних договоров платежей на 2,0 % меньше, чем было "
        "на деле; отток, одинаковый для всех, — на 7,0 % меньше."
    )
    assert told(text, "uk").endswith(
        "Під час перевірки за останній рік моделі очікували від 2 тодішніх договорів платежів на 2,0% менше, ніж "
        "було насправді; відтік, однаковий для всіх, — на 7,0% менше."
    )
    note = next(note for note in notes(partly, formats=ALL) if note.key == "refused")
    assert told(note.text, "ru") == (
        "«Проба», оплата за месяц (5 действующих договоров): год назад закончилось слишком мало договоров, чтобы "
        "модель проверить. Какие из этих договоров продлят в ближайшие недели, всё же может быть сказано в главе о "
        "продлениях: она смотрит не так далеко вперёд и проверена на столь же коротком времени."
    )


def test_small_plans_that_share_a_model_are_named():
    group = ContractGroup(REST, "month", pd.DataFrame({"plan": ["Spa", "Gym", "Spa"]}), NOTHING)
    text = left_out_words([refused(REST, "too few", group=group)], formats=ALL)
    assert told(text) == (
        "“Gym” and “Spa”, paid by the month, taken together (21 running contracts): too few contracts have ended."
    )
    assert told(text, "ru").startswith("«Gym» и «Spa», оплата за месяц, вместе (21 действующий договор): ")
    assert told(text, "uk").startswith("«Gym» і «Spa», оплата за місяць, разом (21 чинний договір): ")


def test_where_nothing_runs_there_is_nothing_to_forecast():
    nothing = {"within": None, "endless": None, "residual": NOTHING, "by_months": NOTHING, "newcomer": None}
    gone = replace(appraisal(plan(), **nothing), plans=())
    assert contracts_worth(gone, formats=EN).text == ("No forecast is given. No contract is running.")
    assert {shown.kind for shown in contract_tables(gone, formats=EN)} == {"callout"}


def test_without_discounting_nothing_is_said_of_the_end():
    endless = appraisal(annual_discount_rate=0.0, endless=None, residual=NOTHING)
    found = residual_kpi(endless, formats=EN)
    assert (found.number, found.basis) == (None, "without discounting there is no end to it")
    assert residual_alt(endless, formats=EN) == "There are not enough data for the models."


def test_key_figures():
    expected, residual = expected_kpi(appraisal(), formats=EN), residual_kpi(appraisal(), formats=EN)
    assert (expected.key, expected.value, expected.number) == ("expected_value", "€750", 750.0)
    assert expected.label == "Expected margin of running contracts, next 12 months"
    assert expected.basis == (
        "21 contracts; tested on the past, the model expected 2.0% fewer payments than were made"
    )
    assert (residual.value, told(residual.interval)) == ("€143", "95% interval €119–167")
    assert residual.basis == "without end, discounted at 10% a year"


def test_a_list_without_dates_is_told_what_to_supply():
    assert undated(formats=EN).tone == "supply"
    assert "columns start and end in [tables.subscriptions]" in str(undated(formats=EN).text)


# --- tables and charts ---------------------------------------------------------------------------------


def test_tables_list_every_plan_and_leave_blank_what_is_not_known():
    partly = appraisal(plan(), refused("Trial", "too few"))
    running, new, test, parameters = contract_tables(partly, formats=EN)
    assert [str(row[0]) for row in running.cells] == [
        "“Club”, paid by the year",
        "“Trial”, paid by the month",
    ]
    assert running.rows[0][1:] == (21, 100.0, 750, 702, 798, 3000, 2520, 3480)
    assert running.rows[1][3:] == (None,) * 6
    assert new.rows[0][1:] == (100.0, 50, 166, 151, 199)
    assert len(new.rows) == len(test.rows) == 1
    assert test.rows[0][-2:] == (-0.02, -0.07)
    assert parameters.rows[0][1:3] == ("alpha", 1.2)


def test_the_lines_are_the_plans():
    table = residual_table(appraisal(), formats=EN)
    assert residual_alt(appraisal(), formats=EN) == (
        "“Club”, paid by the year: €280 of a new one, €321 after 12 months"
    )
    ax = residual_lines(table, axis_unit="Margin still to come, per contract", formats=EN)
    assert ax.lines[0].get_ydata() == pytest.approx([280, 321])
    assert ax.get_xlabel() == "Months under contract"
    narrow = Drawing(figsize=(332 / 72, 300 / 72)).add_axes((0.1, 0.1, 0.8, 0.8))
    assert residual_lines(table, axis_unit="Margin", formats=EN, ax=narrow) is narrow


def test_bars_are_what_was_expected_and_dots_what_was_paid():
    bars = paid_bars(appraisal(), formats=EN)
    words = {"classes": "Months under contract a year ago", "amounts": "Share", "is_share": True}
    ax = expected_against_actual(bars, formats=EN, **words)
    assert [bar.get_height() for bar in ax.containers[0]] == [0.68, 0.79]
    assert np.asarray(ax.lines[0].get_ydata()) == pytest.approx([0.7, 0.8])
    assert ax.get_xlabel() == "Months under contract a year ago"
    assert told(paid_alt(appraisal(), formats=EN)).startswith(
        "Of contracts 0–2 months old a year ago, 70.0% of the payments due were made, 68.0% expected by the model, "
        "74.0% at a constant churn. Of contracts 12–23"
    )
