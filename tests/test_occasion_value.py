"""Customers who buy or not in every period: their table on paper, their value for simulated donors, its words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from order_samples import PAPER, PAPER_CALENDAR, purchases_of, records
from test_occasions import TRUTH
from test_value_contracts import told

from retention_utils.findings.value_kpis import customer_value_kpi
from retention_utils.findings.value_occasions import (
    alive_kpi,
    choice,
    expected_kpi,
    occasion_tables,
    occasions_worth,
)
from retention_utils.findings.value_three import three_values as told_three
from retention_utils.formats import Formats
from retention_utils.occasion_tables import occasion_cells, occasion_holdout
from retention_utils.period_tables import customer_periods
from retention_utils.periods import held_out
from retention_utils.unit_economics.formula import FormulaValue
from retention_utils.unit_economics.three_values import FORMULA, HISTORIC, MODEL
from retention_utils.value_models import bgbb
from retention_utils.value_models.occasion_appraisal import appraise_occasions

EN, ALL = Formats("en", "EUR"), Formats("en,ru,uk", "EUR")
SPEND = {"p": 5.0, "q": 4.0, "v": 60.0}  # mean 100
HOW = {"held_out": 3, "ahead": 5, "year": 1, "discount": 0.1, "annual_discount_rate": 0.1, "margin": 0.8}


def test_occasions_on_paper():
    # January: Ann (January, March), Bob (January), Cem (January, April); February: Dea (twice), Fay; March: Eli.
    bought = customer_periods(purchases_of(PAPER), calendar=PAPER_CALENDAR, gap_days=30)
    cells = records(occasion_cells(bought, periods=4), "frequency", "recency", "occasions", "customers")
    assert sorted(cells) == [
        (0, 0, 2, 1),
        (0, 0, 3, 1),
        (1, 1, 1, 1),
        (1, 1, 2, 1),
        (1, 2, 3, 1),
        (1, 3, 3, 1),
    ]
    later = records(
        occasion_holdout(bought, known=3),
        "frequency",
        "recency",
        "occasions",
        "holdout_purchases",
        "customers",
    )
    assert sum(row[-1] for row in later) == 6
    assert (0, 0, 2, 1, 1) in later  # Cem came back in April
    assert (1, 2, 2, 0, 1) in later  # Ann in March, and no more
    amounts = occasion_cells(bought, periods=4).to_pandas()
    repeat = amounts["monetary_value"] * amounts["frequency"] * amounts["customers"]
    assert repeat.sum() + amounts["first_amount"].sum() == pytest.approx(sum(float(row[2]) for row in PAPER))
    assert [held_out(periods) for periods in (2, 4, 11, 16)] == [1, 1, 2, 4]


def donors(*, seed: int, joined: int = 400, years: int = 12, kept_back: int = 3):
    """Donors of known chances and gifts, as the mart's two tables, and what they gave in the years after."""
    random, rows = np.random.default_rng(seed), []
    for start in range(years):
        chance, leaving = (
            random.beta(TRUTH[a], TRUTH[b], joined) for a, b in (("alpha", "beta"), ("gamma", "delta"))
        )
        rate = random.gamma(SPEND["q"], 1 / SPEND["v"], joined)
        stays = random.geometric(leaving)
        for one in range(joined):
            gave = random.uniform(size=years + 5 - start - 1) < chance[one]
            gave &= np.arange(1, len(gave) + 1) < stays[one]
            amounts = np.where(gave, random.gamma(SPEND["p"], 1 / rate[one], len(gave)), 0)
            rows.append((years - 1 - start, gave, amounts))
    return rows, *(
        _histories(rows, back) for back in (0, kept_back)
    )  # fmt: skip


def _histories(rows, back: int) -> pd.DataFrame:
    found = []
    for occasions, gave, amounts in rows:
        known = occasions - back
        if known < 0:
            continue
        before, after = gave[:known], gave[known:occasions]
        last = int(np.flatnonzero(before).max()) + 1 if before.any() else 0
        mean = amounts[:known].sum() / before.sum() if before.any() else 0.0
        found.append((int(before.sum()), last, known, mean, 1, 40.0, int(after.sum())))
    columns = [
        "frequency",
        "recency",
        "occasions",
        "monetary_value",
        "customers",
        "first_amount",
        "holdout_purchases",
    ]
    return pd.DataFrame(found, columns=columns)


@pytest.fixture(scope="module")
def made():
    return donors(seed=4)


@pytest.fixture(scope="module")
def appraisal(made):
    _, cells, holdout = made
    return appraise_occasions(cells, holdout, **HOW)


def test_what_donors_gave_later_lies_within_the_forecast(made, appraisal):
    rows, _, _ = made
    gifts = sum(int(gave[occasions : occasions + 5].sum()) for occasions, gave, _ in rows)
    years = 1.1 ** np.arange(1, 6)
    money = 0.8 * sum(
        float((amounts[occasions : occasions + 5] / years).sum()) for occasions, _, amounts in rows
    )
    assert appraisal.forecast.low < gifts < appraisal.forecast.high
    assert appraisal.value[1] < money < appraisal.value[2]
    assert (appraisal.value[2] - appraisal.value[1]) / appraisal.value[0] < 0.15
    assert abs(appraisal.bias_share) < 0.06
    new = 0.8 * (40 + bgbb.expected_new(TRUTH, 1) / 1.1 * 100 / 2)  # half of the occasion a year on
    assert appraisal.newcomer[1] < new < appraisal.newcomer[2]
    assert appraisal.values_by_frequency["value"].sum() == pytest.approx(appraisal.value[0])


def test_too_few_are_refused_with_what_would_be_enough(made):
    _, cells, holdout = made
    got = appraise_occasions(cells.head(30), holdout.head(30), **HOW)
    assert got.is_short
    assert got.reasons[0] == "Customers: 30; at least 200 needed."
    found = occasions_worth(got, grain="year", formats=EN)
    assert found.verdict == "not enough data"
    assert told(found.text).startswith("No forecast is given. Customers: 30; at least 200 needed.")
    assert (alive_kpi(got, formats=EN).number, choice(got, formats=EN)) == (None, [])
    assert expected_kpi(got, grain="year", formats=EN).verdict == "not enough data"


def known(appraisal, **changed):
    """The same appraisal with round numbers, for words."""
    forecast = replace(
        appraisal.forecast, ahead=changed.pop("ahead", 5), customers=4800, purchases=6000.0, low=5800.0, high=6200.0,
        active=2500.0, active_low=2400.0, active_high=2600.0,
    )  # fmt: skip
    errors = appraisal.errors.assign(bias_share=[-0.02, 0.3])
    money = {"value": (480000.0, 460000.0, 500000.0), "margin_share": 0.8}
    return replace(appraisal, forecast=forecast, errors=errors, **{**money, **changed})


def test_the_answer_word_for_word(appraisal):
    found = occasions_worth(known(appraisal), grain="year", formats=EN)
    assert told(found.text) == (
        "In the next 5 years, all 4,800 customers so far are expected to buy at 6,000 occasions (95% interval "
        "5,800–6,200) and to bring margin that is worth €480k today (95% interval €460k–500k, if the model is "
        "right). Tested on the last 3 years, the model expected 2.0% fewer purchases than were made."
    )
    assert told(alive_kpi(known(appraisal), formats=EN).interval) == "95% interval 2,400–2,600"
    assert told(expected_kpi(known(appraisal), grain="year", formats=EN).label) == (
        "Expected margin of all customers so far, next 5 years"
    )


@pytest.mark.parametrize(
    ("ahead", "russian", "ukrainian"),
    [
        (1, "за ближайший 1 год", "за найближчий 1 рік"),
        (2, "за ближайшие 2 года", "за найближчі 2 роки"),
        (5, "за ближайшие 5 лет", "за найближчі 5 років"),
        (11, "за ближайшие 11 лет", "за найближчі 11 років"),
        (21, "за ближайший 21 год", "за найближчий 21 рік"),
    ],
)
def test_the_answer_in_russian_and_ukrainian(appraisal, ahead, russian, ukrainian):
    text = occasions_worth(known(appraisal, ahead=ahead), grain="year", formats=ALL).text
    assert told(text, "ru").startswith(
        f"Ожидается, что {russian} все, кто уже покупал (клиентов: 4 800), сделают покупок: 6 000 (95%-й "
    )
    assert told(text, "uk").startswith(
        f"Очікується, що {ukrainian} усі, хто вже купував (клієнтів: 4 800), зроблять покупок: 6 000 (95%-й "
    )
    assert told(text, "uk").endswith("за останні 3 роки модель очікувала на 2,0% менше покупок, ніж було.")


def test_tables_name_every_class(appraisal):
    test, values, counts, parameters = occasion_tables(appraisal, formats=EN)
    assert [row[0] for row in parameters.rows][:4] == ["BG/BB"] * 4
    assert len(test.rows) == 2
    assert len(values.rows) == appraisal.forecast.by_frequency["frequency"].nunique()
    assert sum(row[1] for row in counts.rows) == 4800


def test_three_values_are_all_of_one_year():
    rows = [
        (HISTORIC, 100.0, 90.0, 110.0, np.nan, 900, np.nan),
        (FORMULA, 120.0, *[np.nan] * 2, 300.0, 500, 0.1),
    ]
    rows.append((MODEL, 96.0, 92.0, 99.0, np.nan, 900, -0.02))
    columns = ["method", "year_value", "low", "high", "life_value", "customers", "bias_share"]
    table = pd.DataFrame(rows, columns=columns)
    formula = FormulaValue(1, "2024", 500, 0.2, 60.0, 300.0, 50.0, 1.2, 400.0)
    reading = {"margin": 0.8, "formats": EN, "made": "occasions"}
    assert told(told_three(table, formula, grain="year", **reading).text).endswith(
        "The model says €96 for a new customer's first 12 months (95% interval €92–99, if it is right)."
    )
    assert told(customer_value_kpi(table, **reading).label) == (
        "Expected margin of a new customer in the first 12 months"
    )
