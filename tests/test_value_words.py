"""What the value of a customer and the cost of winning one say, word for word, and what the chart draws."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from retention_utils.charts.value import expected_against_actual, tracking_curves, value_curves
from retention_utils.columns.value import COHORT_PAYBACK, MINIMUMS, THREE_VALUES
from retention_utils.display import Callout
from retention_utils.display_tables import show_table
from retention_utils.findings.value_economics import unit_economics
from retention_utils.findings.value_kpis import customer_value_kpi, ltv_to_cac_kpi, payback_kpi
from retention_utils.findings.value_tables import (
    curves_alt,
    formula_note,
    minimums_words,
    payback_words,
    rounded_values,
    three_values_words,
)
from retention_utils.findings.value_three import three_values
from retention_utils.findings.value_words import named, nth_period
from retention_utils.formats import EVERY_LANGUAGE, Formats
from retention_utils.palette import ROLES
from retention_utils.texts import Text
from retention_utils.unit_economics.acquisition import UnitEconomics
from retention_utils.unit_economics.formula import FormulaValue
from retention_utils.unit_economics.formula_trial import FormulaTrial
from retention_utils.unit_economics.three_values import FORMULA, HISTORIC, MODEL, SEED
from retention_utils.value_models.holdout import ACTUAL
from retention_utils.value_models.minimums import data_minimums

FORMATS = Formats("en", "USD")
READING = {"margin": 0.4, "grain": "month", "formats": FORMATS}
FIGURES = {"margin": 0.4, "formats": FORMATS}
FORMULA_VALUE = FormulaValue(6, "2025-01", 1149, 0.09364, 13.66, 145.85, 86.2, 1.262, 464.7)
TEST = FormulaTrial("2024-07", 6, 2619, 60360.0, 61116.0, 210991.0, date(2024, 7, 31))
COLUMNS = ["method", "year_value", "low", "high", "life_value", "customers", "bias_share"]
ROWS = [
    (HISTORIC, 115.9, 106.3, 125.6, np.nan, 2244, np.nan),
    (FORMULA, 101.0, np.nan, np.nan, 145.85, 1149, 0.0125),
    (SEED, 321.9, np.nan, np.nan, 464.7, 1149, 2.4955),
    (MODEL, 110.4, 105.9, 115.1, np.nan, 3098, 0.102),
]
TABLE = pd.DataFrame(ROWS, columns=COLUMNS).assign(
    tested=[None, date(2024, 7, 31), date(2024, 7, 31), date(2024, 8, 2)]
)
REFUSED = EVERY_LANGUAGE.name("Churn is known in none of the last 6 periods; the formula needs at least 3.")
COUNTED = (
    "Counted, a new customer has brought $116 of margin in the first 12 months (95% interval $106–126; 2,244 "
    "customers)."
)
NOTHING = TABLE.assign(**dict.fromkeys(COLUMNS[1:], np.nan))
ECONOMICS = UnitEconomics(
    first_period="2021-01", last_period="2025-01", periods=49, left_out=0, spend=105469.0, customers=3098, cost=34.04,
    recent_cost=40.79, age=12, value=115.9, ratio=3.683, low=3.287, high=4.081, cost_of_these=31.47,
    cohorts=37, payback_age=2,
    seen_age=48, recovered=6.478,
)  # fmt: skip


def said(text: str) -> str:
    return str(text).replace("\u2060", "").replace("\xa0", " ").replace("\u202f", " ")


# --- three values ---------------------------------------------------------------------------------------


def test_three_values_word_for_word():
    got = three_values(TABLE, FORMULA_VALUE, **READING)
    assert (got.key, got.verdict, got.is_headline) == ("three_values", "with reservations", False)
    assert said(got.text) == (
        "Counted, a new customer has brought $116 of margin in the first 12 months (95% interval $106–126; 2,244 "
        "customers). The model says $110 for a new customer's first 52 weeks (95% interval $106–115, if it is right)."
    )


def test_three_values_without_data_word_for_word():
    got = three_values(NOTHING, REFUSED, **READING)
    assert got.verdict == "not enough data"
    assert got.text == (
        "What a customer is worth cannot be said yet: no new customers have been followed for 12 months, "
        "and the model gives no forecast. Churn is known in none of the last 6 periods; the formula needs at least 3."
    )


@pytest.mark.parametrize(
    ("blank", "formula", "text"),
    [
        (
            [0],
            FORMULA_VALUE,
            "What a new customer brings in a year cannot be counted yet: none has been followed for 12 "
            "months. The model says $110 for a new customer's first 52 weeks (95% interval $106–115, if it is right).",
        ),
        ([3], FORMULA_VALUE, f"{COUNTED} The model gives no forecast."),
        (
            [1, 2],
            REFUSED,
            f"{COUNTED} The model says $110 for a new customer's first 52 weeks (95% interval $106–115, if it is right). "
            f"{REFUSED}",
        ),
        (
            [1, 2, 3],
            REFUSED,
            f"{COUNTED} The model gives no forecast. {REFUSED}",
        ),
    ],
)
def test_what_is_not_known_is_said(blank, formula, text):
    table = TABLE.copy()
    table.loc[blank, COLUMNS[1:]] = np.nan
    got = three_values(table, formula, **READING)
    assert (said(got.text), got.verdict) == (text, "with reservations")


def test_what_is_unsure_or_untested_is_said():
    table = TABLE.assign(low=[np.nan] * 3 + [1.0], high=[np.nan] * 3 + [2.0])
    got = three_values(table, FORMULA_VALUE, **{**READING, "margin": 1.0})
    assert said(got.text) == (
        "Counted, a new customer has brought $116 of revenue in the first 12 months (too few months of joining "
        "for an interval; 2,244 customers). The model says $110 for a new customer's first 52 weeks (95% interval $1–2, "
        "if it is right)."
    )


def test_what_the_formulas_take_for_granted_stands_under_the_table():
    meaning = FORMATS.name("What it means.")
    assert formula_note(meaning, FORMULA_VALUE, grain="month", formats=FORMATS) == (
        "What it means. The formulas take churn to stay at 9.4% a month for ever and to be the same for everybody; the second also "
        "forgets active customers who did not buy. So this report does not reckon with them: the one figure for a year of "
        "an active customer stands in the chapter on what better retention is worth."
    )
    assert formula_note(meaning, REFUSED, grain="month", formats=FORMATS) == "What it means."


def test_the_table_of_three_values_says_what_was_tested():
    got = three_values_words(TABLE, formats=FORMATS)
    assert got["bias_words"].tolist() == [
        "looks back only",
        "1.2% too high (as of 31 July 2024)",
        "249.6% too high (as of 31 July 2024)",
        "10.2% too high (as of 2 August 2024)",
    ]
    assert got["whose_words"].tolist() == [
        "a new customer",
        "an active customer",
        "a buyer",
        "a new customer",
    ]
    assert got["method_words"].tolist() == [
        "Counted: first 12 months",
        "Formula: spend ÷ churn",
        "Formula: order value × orders per buyer ÷ churn",
        "Model: first 52 weeks",
    ]
    blank = three_values_words(TABLE.assign(bias_share=np.nan), formats=FORMATS)
    assert blank["bias_words"].tolist() == ["looks back only", "not tested", "not tested", "not tested"]
    shown = show_table(got, THREE_VALUES, key="three_values", caption="Values", formats=FORMATS)
    assert shown.cells[1][2:6] == ("$101", "—", "—", "$146")
    thousands = three_values_words(
        TABLE.assign(year_value=11593.4, low=10629.1, high=12557.7), formats=FORMATS
    )
    shown = show_table(thousands, THREE_VALUES, key="three_values", caption="Values", formats=FORMATS)
    assert shown.cells[0][2:5] == ("$11,600", "$10,600", "$12,600")
    nothing = three_values_words(NOTHING, formats=FORMATS)
    assert isinstance(show_table(nothing, THREE_VALUES, key="k", caption="c", formats=FORMATS), Callout)


def test_the_value_of_a_customer_as_a_key_figure():
    far = customer_value_kpi(TABLE, **FIGURES)
    assert (far.key, far.label) == (
        "value_per_customer",
        "Expected margin of a new customer in the first 52 weeks",
    )
    assert (far.value, far.number, far.interval, far.verdict) == ("$110", 110, "", "with reservations")
    assert (
        far.basis == "on average; tested on the past, the model expected 10.2% more purchases than were made"
    )
    near = customer_value_kpi(TABLE.assign(bias_share=0.05), **FIGURES)
    assert (said(near.interval), near.verdict) == ("95% interval $106–115", "")
    counted = TABLE.copy()
    counted.loc[3, COLUMNS[1:]] = np.nan
    got = customer_value_kpi(counted, **FIGURES)
    assert (got.label, got.value, got.number) == ("Margin of a new customer in a year", "$116", 116)
    counted.loc[0, ["year_value", "low", "high"]] = 11593.4, 10629.1, 12557.7
    much = customer_value_kpi(counted, **FIGURES)
    assert (much.value, much.number, said(much.interval)) == ("$11,600", 11600, "95% interval $10,600–12,600")
    assert (said(got.interval), got.basis) == (
        "95% interval $106–126",
        "counted, in the first 12 months; 2,244 customers",
    )
    nothing = customer_value_kpi(NOTHING, **FIGURES)
    assert (nothing.value, nothing.number, nothing.verdict) == ("—", None, "not enough data")


def test_modelled_money_keeps_three_digits():
    table = pd.DataFrame(
        {"customers": [1234], "value": [1234.5], "value_each_low": [0.12345], "value_share": [0.98765]}
    )
    got = rounded_values(table.assign(purchases=12345.6)).iloc[0]
    assert got.tolist() == [1234, 1230, 0.123, 0.98765, 12345.6]
    assert np.isnan(rounded_values(table.assign(value=np.nan))["value"].iloc[0])
    assert rounded_values(pd.DataFrame()).empty


def test_minimums_say_yes_or_no():
    cells = pd.DataFrame({"frequency": [0, 2], "recency_days": [0, 170], "age_days": [200, 180]})
    table = minimums_words(data_minimums(cells.assign(customers=[499, 1])), formats=FORMATS)
    assert table["met_words"].tolist() == ["yes", "yes", "yes", "yes", "no"]
    shown = show_table(table, MINIMUMS, key="minimums", caption="Needs", formats=FORMATS)
    assert shown.cells[2] == ("Days since the last purchase", "at most 30", "10", "yes", "Klaviyo")


# --- unit economics -------------------------------------------------------------------------------------

COSTS = pd.DataFrame({"period": ["2024-01", "2024-Q2"], "acquisition": [1.0, 2.0]})


def test_costs_and_return_word_for_word():
    got = unit_economics(ECONOMICS, COSTS, **READING)
    assert (got.key, got.verdict) == ("unit_economics", "yes")
    assert said(got.text) == (
        "Winning customers has paid: in the first 12 months, a customer had brought $116 of margin, 3.68 times "
        "the $31 that winning one of these customers had cost (95% interval 3.29–4.08). Taking all customers with "
        "known costs together, the cost is earned back by month 2 after joining (that of joining is 0). Of all 3,098 new "
        "customers, those who joined lately among them, winning one has cost $34 on average, and $41 in the last 12 months with costs."
    )


@pytest.mark.parametrize(
    ("changes", "verdict", "said_so"),
    [
        ({"payback_age": 0}, "yes", "together, the cost is earned back within the month of joining."),
        (
            {"payback_age": None, "ratio": 0.5, "low": 0.4, "high": 0.6, "seen_age": 14, "recovered": 0.55},
            "no",
            "Winning customers has not paid within a year: in the first 12 months, a customer had brought $116 of "
            "margin, 0.50 times the $31 that winning one of these customers had cost (95% interval 0.40–0.60). The cost is not yet "
            "earned back: in 14 months after joining, 55.0% of it came back. Of all 3,098",
        ),
        (
            {"payback_age": None, "seen_age": 1, "recovered": 0.55},
            "yes",
            "The cost is not yet earned back: in 1 month after joining, 55.0% of it came back.",
        ),
        (
            {"low": 0.9},
            "with reservations",
            "Whether winning customers pays within a year is not certain: in the first 12 months, a customer had "
            "brought $116 of margin, 3.68 times the $31 that winning one of these customers had cost (95% interval 0.90–4.08).",
        ),
        (
            {"low": np.nan, "high": np.nan},
            "with reservations",
            "(too few months of joining for an interval)",
        ),
        (
            {"ratio": np.nan, "payback_age": None, "seen_age": 3, "recovered": 0.4},
            "not enough data",
            "Winning a customer has cost $34 on average ($105k spent on 3,098 new customers, January 2021 to January "
            "2025). Nobody with known costs has been followed for 12 months yet. The cost is not yet "
            "earned back: in 3 months after joining, 40.0% of it came back.",
        ),
        ({"periods": 12}, "yes", "winning one has cost $34 on average."),
        ({"age": 1}, "yes", "$41 in the last month with costs."),
    ],
)
def test_every_other_return_is_a_sentence_of_its_own(changes, verdict, said_so):
    got = unit_economics(replace(ECONOMICS, **changes), COSTS, **READING)
    assert got.verdict == verdict
    assert said_so in said(got.text)


def test_newest_groups_that_take_longer_are_named():
    # Paid back by month 2 all together. Of the last twelve groups that are two months old, seven took longer or have
    # not paid yet; the youngest of all cannot be judged.
    paid = [2.0] * 30 + [1.0] * 5 + [3.0] * 6 + [np.nan, np.nan]
    groups = pd.DataFrame({"age": [9] * 42 + [1], "payback_age": paid})
    languages = {**READING, "formats": Formats("en,ru,uk", "EUR")}
    slower = (
        " Lately it takes longer: of the last 12 groups of joining, 7 had not earned it back by then. Of all"
    )
    text = unit_economics(ECONOMICS, COSTS, by_cohort=groups, **languages).text
    assert slower in said(text)
    assert "из 12 последних групп прихода к этому сроку не окупилось 7" in text.in_language("ru").replace(
        "\xa0", " "
    )
    assert "із 12 останніх груп приходу до цього строку не окупилося 7" in text.in_language("uk").replace(
        "\xa0", " "
    )
    groups.loc[40, "payback_age"] = 2.0  # six of twelve are not most of them
    for few in (groups, groups.iloc[-9:], pd.DataFrame()):
        assert "Lately" not in str(unit_economics(ECONOMICS, COSTS, by_cohort=few, **READING).text)


def test_without_a_margin_nobody_speaks_of_profit():
    got = unit_economics(ECONOMICS, COSTS, **{**READING, "margin": 1.0})
    assert got.verdict == "not enough data"
    assert said(got.text) == (
        "Winning a customer has cost $34 on average ($105k spent on 3,098 new customers, January 2021 to January 2025). "
        "Whether that pays cannot be said without the margin; supply it."
    )


def test_missing_costs_say_what_to_supply():
    got = unit_economics(None, None, **READING)
    assert isinstance(got, Callout)
    assert (got.key, got.tone) == ("missing_costs", "supply")
    assert got.title == "What winning a customer costs, and when it is earned back"
    assert got.text == (
        "With what was spent on winning customers, this section says what a new customer costs, how many times that "
        "comes back (LTV:CAC) and after how long (payback). Whoever makes this report finds the columns of such a "
        "table in data/README.md (costs)."
    )


def test_costs_that_match_nothing_say_so():
    got = unit_economics(None, COSTS, **READING)
    assert got.verdict == "not enough data"
    assert got.text == (
        "What winning a customer costs cannot be said: no row of the table of costs (rows: 2) belongs to a whole month "
        "whose new customers are surely new. State costs for every month of the report."
    )


def test_return_and_payback_as_key_figures():
    got = ltv_to_cac_kpi(ECONOMICS, has_costs=True, **FIGURES)
    assert (got.key, got.value, got.number) == ("ltv_to_cac", "3.68", 3.68)
    assert said(got.interval) == "95% interval 3.29–4.08"
    assert got.basis == (
        "margin $116 in the first 12 months ÷ $31, what winning one of these customers had cost; the 3 often asked for is a rule of thumb "
        "without a known source, and for a customer's whole life, not for a year"
    )
    got = payback_kpi(ECONOMICS, has_costs=True, **READING)
    assert (got.key, got.value, got.number) == ("payback", "month 2", 2)
    assert got.basis == "month 0 is the month of joining; followed for 48 months"
    at_once = payback_kpi(replace(ECONOMICS, payback_age=0), has_costs=True, **READING)
    assert (at_once.value, at_once.basis) == ("the month of joining", "followed for 48 months")
    never = payback_kpi(replace(ECONOMICS, payback_age=None, recovered=0.4), has_costs=True, **READING)
    assert (never.value, never.number) == ("not yet", None)
    assert never.basis == "followed for 48 months; 40.0% of the cost earned back so far"


@pytest.mark.parametrize(
    ("economics", "options", "why"),
    [
        (None, {"has_costs": False}, "no costs supplied"),
        (ECONOMICS, {"has_costs": True, "margin": 1.0}, "no margin given: revenue is not profit"),
        (None, {"has_costs": True}, "no costs for whole periods with new customers"),
    ],
)
def test_key_figures_that_cannot_be_given_say_why(economics, options, why):
    for got in (
        ltv_to_cac_kpi(economics, **{**FIGURES, **options}),
        payback_kpi(economics, **{**READING, **options}),
    ):
        assert (got.value, got.number, got.basis) == ("—", None, why)
    young = ltv_to_cac_kpi(replace(ECONOMICS, ratio=np.nan), has_costs=True, **FIGURES)
    assert (young.value, young.basis) == ("—", "nobody followed for a year yet")


def test_the_table_of_payback_in_words():
    table = pd.DataFrame(
        {
            "period": ["2024-01", "2024-02"], "customers": [10, 5], "cost": [6.0, 9.0], "age": [2, 1],
            "value": [7.5, 8.0], "recovered": [1.25, 8 / 9], "payback_age": [1.0, np.nan],
        }
    )  # fmt: skip
    got = payback_words(table, grain="month", formats=FORMATS)
    shown = show_table(got, COHORT_PAYBACK, key="payback", caption="Payback", formats=FORMATS)
    assert shown.cells[0] == ("January 2024", "10", "$6.00", "2", "$7.50", "125.0%", "month 1")
    assert shown.cells[1][-1] == "not yet"
    assert payback_words(table.iloc[:0], grain="month", formats=FORMATS).empty


# --- the charts -----------------------------------------------------------------------------------------

CURVE = pd.DataFrame(
    {"age": [0, 1, 2], "value": [5.0, 7.0, 8.0], "low": [4.0, 6.0, np.nan], "high": [6.0, 8.0, np.nan]}
)
COHORTS = pd.DataFrame(
    {"cohort": [0, 0, 0, 1, 1], "age": [0, 1, 2, 0, 1], "value": [5.5, 7.5, 8.0, 4.5, 6.5]}
)


def test_the_curves_are_the_table_and_the_cost_is_level():
    ax = value_curves(CURVE, cohorts=COHORTS, axis_unit="Margin per new customer", cost=6.0, formats=FORMATS)
    first, second, pooled, cost = ax.lines
    assert first.get_ydata().tolist() == [5.5, 7.5, 8.0]
    assert second.get_ydata().tolist() == [4.5, 6.5]
    assert pooled.get_ydata().tolist() == [5.0, 7.0, 8.0]
    assert pooled.get_color() == ROLES["main"]
    assert list(cost.get_ydata()) == [6.0, 6.0]
    words = [text.get_text() for text in ax.figure.texts]
    assert "Margin per new customer" in words
    assert any("cost of winning a customer" in word for word in words)
    assert ax.get_xlabel() == "Periods since the first purchase"


def test_without_a_cost_there_is_no_line_for_it():
    ax = value_curves(CURVE, cohorts=COHORTS, axis_unit="Revenue", formats=FORMATS)
    assert len(ax.lines) == 3
    assert not any("cost" in text.get_text() for text in ax.figure.texts)


def test_four_series_have_four_colours():
    names = ["actual", "BG/NBD", "MBG/NBD", "Pareto/NBD"]
    table = pd.DataFrame(
        [(name, week, 10.0 * week, week > 2) for name in names for week in (1, 2, 3)],
        columns=["series", "week", "cumulative", "is_holdout"],
    )
    lines = tracking_curves(table, formats=FORMATS).lines[:4]
    assert len({line.get_color() for line in lines}) == 4
    bars = pd.DataFrame(
        [(str(place), name, 1.0) for name in names for place in (0, 1)],
        columns=["label", "series", "purchases"],
    )
    ax = expected_against_actual(bars, formats=FORMATS)
    assert len({patch.get_facecolor() for patch in ax.patches}) == 3


def test_the_chart_in_words():
    assert curves_alt(CURVE, cost=6.0, margin=0.4, formats=FORMATS) == (
        "A new customer has brought $5 of margin in the period of joining and $8 up to age 2. Winning one cost $6."
    )
    assert curves_alt(CURVE, cost=None, margin=1.0, formats=FORMATS) == (
        "A new customer has brought $5 of revenue in the period of joining and $8 up to age 2."
    )
    nothing = curves_alt(CURVE.iloc[:0], cost=None, margin=1.0, formats=FORMATS)
    assert nothing == "There are not enough data for the curves."


# --- in Russian and Ukrainian -----------------------------------------------------------------------------

ALL = {"margin": 0.4, "grain": "month", "formats": Formats("en,ru,uk", "USD")}


def told(text: Text, language: str) -> str:
    return said(text.in_language(language))


def test_three_values_in_russian_and_ukrainian():
    got = three_values(TABLE, FORMULA_VALUE, **ALL).text
    assert told(got, "ru") == (
        "По факту новый клиент в среднем принёс 116 $ маржи за первые 12 месяцев (95%-й интервал "
        "106–126 $; 2 244 клиента). По модели новый клиент за первые 52 недели принесёт 110 $ (95%-й интервал "
        "106–115 $, если модель верна)."
    )
    assert told(got, "uk") == (
        "За фактом новий клієнт у середньому приніс 116 $ маржі за перші 12 місяців (95%-й "
        "інтервал 106–126 $; 2 244 клієнти). За моделлю новий клієнт за перші 52 тижні принесе 110 $ (95%-й інтервал "
        "106–115 $, якщо модель правильна)."
    )
    nothing = three_values(NOTHING, REFUSED, **{**ALL, "grain": "quarter"}).text
    assert told(nothing, "ru").startswith(
        "Какова ценность клиента, пока сказать нельзя: новых клиентов ещё не удалось проследить 12 месяцев, "
        "а модель прогноза не даёт. "
    )


@pytest.mark.parametrize(
    ("customers", "russian", "ukrainian"),
    [
        (1, "1 клиент", "1 клієнт"),
        (2, "2 клиента", "2 клієнти"),
        (5, "5 клиентов", "5 клієнтів"),
        (11, "11 клиентов", "11 клієнтів"),
        (21, "21 клиент", "21 клієнт"),
    ],
)
def test_customers_are_counted_in_russian_and_ukrainian(customers, russian, ukrainian):
    text = three_values(TABLE.assign(customers=customers), FORMULA_VALUE, **ALL).text
    assert f"$; {russian}). " in told(text, "ru")
    assert f"$; {ukrainian}). " in told(text, "uk")


def test_costs_in_russian_and_ukrainian():
    got = unit_economics(ECONOMICS, COSTS, **ALL).text
    assert told(got, "ru") == (
        "Привлечение клиентов окупилось: за первые 12 месяцев клиент в среднем принёс 116 $ маржи, а "
        "привлечь одного из этих клиентов стоило 31 $; отношение первого ко второму — 3,68 (95%-й интервал "
        "3,29–4,08). По всем клиентам с известными расходами вместе стоимость привлечения окупается к концу 2-го "
        "месяца после прихода (месяц прихода — нулевой). В среднем по всем новым клиентам, включая пришедших недавно (3 098 клиентов), "
        "привлечь одного стоило 34 $, а за последние 12 месяцев с известными расходами — 41 $."
    )
    assert told(got, "uk") == (
        "Залучення клієнтів окупилося: за перші 12 місяців клієнт у середньому приніс 116 $ маржі, а "
        "залучити одного з цих клієнтів коштувало 31 $; відношення першого до другого — 3,68 (95%-й інтервал "
        "3,29–4,08). За всіма клієнтами з відомими витратами разом вартість залучення окупається до кінця 2-го "
        "місяця після приходу (місяць приходу — нульовий). У середньому за всіма новими клієнтами, разом із тими, хто прийшов "
        "нещодавно (3 098 клієнтів), залучити одного коштувало 34 $, а за останні 12 місяців з відомими витратами — 41 $."
    )


@pytest.mark.parametrize(
    ("periods", "russian", "ukrainian"),
    [
        (1, "за 1 неделю после", "за 1 тиждень після"),
        (2, "за 2 недели после", "за 2 тижні після"),
        (5, "за 5 недель после", "за 5 тижнів після"),
        (11, "за 11 недель после", "за 11 тижнів після"),
        (21, "за 21 неделю после", "за 21 тиждень після"),
    ],
)
def test_weeks_without_payback_in_russian_and_ukrainian(periods, russian, ukrainian):
    unpaid = replace(ECONOMICS, payback_age=None, seen_age=periods, recovered=0.4)
    text = unit_economics(unpaid, COSTS, **{**ALL, "grain": "week"}).text
    assert f"{russian} прихода вернулось 40,0 % этой суммы." in told(text, "ru")
    assert f"{ukrainian} приходу повернулося 40,0% цієї суми." in told(text, "uk")


@pytest.mark.parametrize(
    ("age", "grain", "english", "russian", "ukrainian"),
    [
        (0, "month", "the month of joining", "месяц прихода", "місяць приходу"),
        (1, "month", "month 1", "1-й месяц", "1-й місяць"),
        (2, "week", "week 2", "2-я неделя", "2-й тиждень"),
        (4, "days", "period 4", "4-й период", "4-й період"),
    ],
)
def test_an_age_that_stands_alone(age, grain, english, russian, ukrainian):
    got = nth_period(age, grain, formats=ALL["formats"])
    assert (str(got), got.in_language("ru"), got.in_language("uk")) == (english, russian, ukrainian)


def test_key_figures_in_russian_and_ukrainian():
    value = customer_value_kpi(TABLE, margin=0.4, formats=ALL["formats"])
    assert told(value.label, "ru") == "Ожидаемая маржа от нового клиента за первые 52 недели"
    assert told(value.basis, "ru") == (
        "в среднем; при проверке на прошлых данных модель ожидала на 10,2 % больше покупок, чем было"
    )
    assert told(value.basis, "uk") == (
        "у середньому; під час перевірки на минулих даних модель очікувала на 10,2% більше покупок, ніж було"
    )
    paid = payback_kpi(ECONOMICS, has_costs=True, **ALL)
    assert (told(paid.label, "ru"), told(paid.value, "ru")) == (
        "Когда окупается привлечение клиента",
        "2-й месяц",
    )
    assert told(paid.basis, "uk") == "0-й місяць — місяць приходу; строк спостереження — 48 місяців"


def test_the_tables_in_russian_and_ukrainian():
    got = three_values_words(TABLE, formats=ALL["formats"])
    assert [told(text, "ru") for text in got["bias_words"]] == [
        "смотрит только назад",
        "завышено на 1,2 % (на 31 июля 2024 г.)",
        "завышено на 249,6 % (на 31 июля 2024 г.)",
        "завышено на 10,2 % (на 2 августа 2024 г.)",
    ]
    assert told(got["method_words"][0], "uk") == "За фактом: перші 12 місяців"
    cells = pd.DataFrame({"frequency": [0, 2], "recency_days": [0, 170], "age_days": [200, 180]})
    table = minimums_words(data_minimums(cells.assign(customers=[499, 1])), formats=ALL["formats"])
    last = table.iloc[-1][["requirement", "needed", "met_words", "source"]]
    assert [told(text, "ru") for text in last] == [
        "Клиенты со второй покупкой",
        "не меньше 100",
        "нет",
        "этот отчёт",
    ]
    named_series = named(pd.DataFrame({"series": [ACTUAL, "BG/NBD"]}), formats=ALL["formats"])["series"]
    assert [told(text, "uk") for text in named_series] == ["фактично", "BG/NBD"]
