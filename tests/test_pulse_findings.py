"""What the pulse says beyond churn itself: other formulas, replacement, season, plan; its tables and cards."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_charts import drawn, words
from test_churn_answers import COUNTS
from test_plan_fact import MOVEMENT, plan
from test_pulse import CELLS, sums_of, year_of_months

from retention_utils.charts.pulse import base_line, churn_answers_dots
from retention_utils.churn_answers import churn_by_formula
from retention_utils.columns.pulse import LAST_THREE, YEAR_ON_YEAR
from retention_utils.columns.pulse import MOVEMENT as MOVEMENT_COLUMNS
from retention_utils.display import Callout
from retention_utils.display_tables import show_table
from retention_utils.findings import (
    pulse,
    pulse_answers,
    pulse_kpis,
    pulse_order_kpis,
    pulse_plan,
    pulse_plan_table,
    pulse_replacement,
    pulse_tables,
)
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.palette import ROLES
from retention_utils.plan_fact import PLANNED, plan_against_fact
from retention_utils.pulse_events import BalanceCheck
from retention_utils.pulse_orders import MEASURES, comparisons, order_habits
from retention_utils.pulse_replacement import ReplacementNeed, replacements

FORMATS = Formats()


def said(text: str) -> str:
    return str(text).replace("\u2060", "")


# --- churn by every formula ---------------------------------------------------------------------------


def told(counts=COUNTS, *, ends=(0.0552, 0.1744)):
    return pulse_answers.churn_answers(
        churn_by_formula(counts), counts, ends=ends, gap_days=180, min_customers=20, formats=FORMATS
    )


def test_churn_answers_word_for_word():
    got = told()
    assert (got.key, got.verdict, got.is_headline) == ("churn_answers", "yes", False)
    assert said(got.text) == (
        "Other formulas give much the same churn for June 2024: 9.2% (“As Stripe”) to 12.0% (“As Baremetrics”). This "
        "report says 10.0% (10 of 100, 95% interval 5.5–17.4%); all lie within its interval, so the choice of formula "
        "matters no more than chance."
    )


@pytest.mark.parametrize("ends", [(0.093, 0.1744), (0.0552, 0.119)])
def test_an_answer_outside_the_interval_is_a_reservation(ends):
    got = told(ends=ends)
    assert got.verdict == "with reservations"
    assert said(got.text) == (
        "Other formulas give another churn for June 2024: 9.2% (“As Stripe”) to 12.0% (“As Baremetrics”). This report says "
        f"10.0% (10 of 100, {said(interval(*ends, 'share', FORMATS))}). Compare figures of two programs only if both use one "
        "formula."
    )


def test_churn_answers_without_enough_data():
    got = told(replace(COUNTS, is_rated=False), ends=(np.nan, np.nan))
    assert (got.verdict, got.text) == (
        "not enough data",
        "The formulas for churn cannot be compared yet. That needs an order log that reaches back 180 days before the "
        "period, and at least 20 customers active at its start.",
    )


def test_the_answers_as_a_table():
    table = pulse_tables.answers_table(churn_by_formula(COUNTS), COUNTS, formats=FORMATS)
    assert table.caption == "Same period, 9 answers: churn of June 2024"
    assert table.rows[-1][0] == "1 − (end − new) ÷ start"  # misprints stand in the glossary alone
    assert table.cells[0][:5] == ("This report", "10", "100", "10.0%", "0.0")
    assert table.cells[3][:5] == ("As Stripe", "12", "130", "9.2%", "−0.8")
    assert table.cells[7][:4] == ("Sum of days", "12", "—", "11.0%")
    assert "here 1 undone by a return within the period, 1 of customers who joined in it." in table.note
    assert "the day the churn gap runs out" in table.note
    of = pulse_tables.answers_table(churn_by_formula(COUNTS), COUNTS, of="contracts", formats=FORMATS)
    assert "made for subscriptions: a customer lapses on the day the last contract ends" in of.note
    assert "gap" not in of.note
    none = replace(COUNTS, early_lapsed=0)
    none = pulse_tables.answers_table(churn_by_formula(none), none, formats=FORMATS)
    assert "within the period, none of customers who joined in it." in none.note
    assert "last 30 days" in table.cells[2][-1]
    assert all(row[-1] for row in table.cells)
    counts = replace(COUNTS, is_rated=False)
    nothing = pulse_tables.answers_table(churn_by_formula(counts), counts, formats=FORMATS)
    assert isinstance(nothing, Callout)


def test_the_dots_in_words():
    text = pulse_answers.churn_answers_alt(churn_by_formula(COUNTS), formats=FORMATS)
    assert str(text).startswith(
        "Churn by formula, from low to high: As Stripe 9.2%, Start plus new 9.2%, This report 10.0%"
    )
    assert str(text).endswith("As Baremetrics 12.0%.")
    unknown = churn_by_formula(replace(COUNTS, is_rated=False))
    assert pulse_answers.churn_answers_alt(unknown, formats=FORMATS) == "Churn is not known."


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_dots_are_the_answers_and_the_band_is_the_interval(size):
    table = pulse_answers.labelled(churn_by_formula(COUNTS), formats=FORMATS)
    ax = drawn(churn_answers_dots, table, size=size, low=0.0552, high=0.1744)
    dots = ax.collections[0]
    assert dots.get_offsets()[:, 0].tolist() == pytest.approx(table["churn"].tolist())
    shares, above = ax.texts[: len(table)], ax.texts[len(table) :]
    assert words(shares) == [FORMATS.share(churn) for churn in table["churn"]]
    assert words(above if size == "narrow" else ax.get_yticklabels()) == table["label"].tolist()
    assert len(ax.patches) == {"wide": 1, "narrow": len(table)}[size]
    for band in ax.patches:
        assert (band.get_x(), band.get_x() + band.get_width()) == (0.0552, pytest.approx(0.1744))
    assert [text.get_color() == ROLES["main"] for text in shares] == table["is_adopted"].tolist()


def test_churn_below_zero_is_drawn_too():
    counts = replace(COUNTS, active_end=160)
    table = pulse_answers.labelled(churn_by_formula(counts), formats=FORMATS)
    assert table["churn"].min() == pytest.approx(-0.3)
    low, high = drawn(churn_answers_dots, table, low=0.05, high=0.17).get_xlim()
    assert low < -0.3 < 0.17 < high


# --- the account of the base --------------------------------------------------------------------------


def test_the_account_of_the_base_as_a_table():
    check = BalanceCheck("2024-06", 100, 29, 1, 10, 120, 120, 18, 18)
    table = pulse_tables.balance_table(check, formats=FORMATS)
    assert table.caption == "Does the account of the active base add up in June 2024?"
    assert table.cells == (
        ("Active at the start", "100"), ("+ new", "29"), ("+ came back", "1"), ("− lapsed", "10"),
        ("= active at the end", "120"), ("Active at the end, counted day by day: holds", "120"),
    )  # fmt: skip
    assert str(table.note).endswith("Both agree in 18 of 18 periods of the log.")


def test_an_account_that_does_not_add_up_says_so():
    check = BalanceCheck("2024-06", 100, 29, 1, 10, 120, 119, 18, 17)
    table = pulse_tables.balance_table(check, formats=FORMATS)
    assert table.cells[-1] == ("Active at the end, counted day by day: does not hold", "119")
    assert str(table.note).endswith("Both agree in 17 of 18 periods of the log.")


def test_one_new_customer_was_new():
    from test_findings import BASE

    got = pulse.base_balance(replace(BASE, new=1, lapsed=0, reactivated=1), formats=FORMATS)
    assert str(got.text).endswith(" In that time none lapsed, 1 came back and 1 was new.")


# --- replacement --------------------------------------------------------------------------------------

NEED = ReplacementNeed(
    first_period="2024-11", period="2025-01", periods=3, to_replace=101.3, inflow=132.0, churn=0.0926,
    active_end=1149, equilibrium_base=1425.4, low=1232.1, high=1649.9, half_way_periods=7.1, year_periods=12,
    year_equilibrium_base=1138.6, year_low=1055.2, year_high=1229.0,
)  # fmt: skip


def needed(**changes):
    return pulse_replacement.replacement_need(
        replace(NEED, **changes), pd.DataFrame(), periods=3, formats=FORMATS
    )


def test_replacement_need_word_for_word():
    got = needed()
    assert (got.key, got.is_headline) == ("replacement_need", False)
    assert said(got.text) == (
        "From November 2024 to January 2025, 101 customers lapsed per month on average, and 132 were new or came back. "
        "At this pace the active base would settle at about 1,430 customers (95% interval 1,230–1,650), but that may be the "
        "season: at the pace of the last 12 months it is about 1,140 (95% interval 1,060–1,230). Now it is 1,149."
    )
    note = (
        "Each row is a mean of three: its own and the two before it. Equilibrium base: came in ÷ churn, the number at "
        "which as many come in as lapse. From and to are its 95% interval, of chance alone: season is not in it."
    )
    assert pulse_replacement.replacement_note(NEED, formats=FORMATS) == (
        f"{note} At today's pace half of the way there takes about 7 months."
    )
    assert pulse_replacement.replacement_note(None, formats=FORMATS) == note


def test_a_season_makes_no_base_better():
    assert needed().verdict == "no clear change"  # the year's interval holds the base of now
    assert needed(year_low=1200.0).verdict == "better"
    assert needed(year_low=900.0, year_high=1000.0).verdict == "no clear change"  # the two contradict
    assert needed(low=900.0, high=1000.0, year_low=900.0, year_high=1000.0).verdict == "worse"
    assert needed(low=1000.0).verdict == "no clear change"


def test_without_a_year_the_season_is_owned_up_to():
    got = needed(year_periods=0, year_equilibrium_base=np.nan, year_low=np.nan, year_high=np.nan)
    assert got.verdict == "better"
    assert said(got.text).endswith(
        "settles at about 1,430 customers (95% interval 1,230–1,650); now it is 1,149. The season may play a part: a year of "
        "its own is not known yet."
    )


def test_half_way_in_the_singular_and_in_other_grains():
    def half_way(**changes):
        return str(pulse_replacement.replacement_note(replace(NEED, **changes), formats=FORMATS))

    assert half_way(half_way_periods=0.2).endswith("takes about 1 month.")
    quarters = {"first_period": "2024-Q3", "period": "2025-Q1", "year_periods": 4}
    assert str(needed(**quarters).text).startswith(
        "From Q3 2024 to Q1 2025, 101 customers lapsed per quarter on average"
    )
    assert "at the pace of the last 4 quarters it is about 1,140 (" in needed(**quarters).text
    assert half_way(**quarters).endswith("about 7 quarters.")
    years = {"first_period": "2022", "period": "2024", "year_periods": 0, "half_way_periods": 0.8}
    assert half_way(**years).endswith("about 1 year.")
    assert said(needed(**years).text).endswith(
        "about 1,430 customers (95% interval 1,230–1,650); now it is 1,149."
    )
    days = {"first_period": "2024-01-01..2024-02-09", "period": "2024-03-21..2024-04-29", "year_periods": 0}
    assert "lapsed per period" in needed(**days).text
    assert half_way(**days).endswith("about 7 periods.")


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (
            {"pooled_churn": np.nan, "inflow": np.nan},
            "Where the active base is heading cannot be said yet. That needs 3 periods in a row with a known churn.",
        ),
        (
            {"pooled_churn": 0.1, "inflow": 0.0},
            "In the last 3 periods nobody joined or came back, so the base can only shrink; there is no number at which "
            "it would settle.",
        ),
        (
            {"pooled_churn": 0.0, "inflow": 5.0},
            "In the last 3 periods nobody lapsed, so there is no number at which the base would settle; 1,149 are "
            "active now.",
        ),
    ],
)
def test_why_there_is_no_equilibrium(columns, text):
    table = pd.DataFrame([{"period": "2025-01", "active_end": 1149, "equilibrium_base": np.nan, **columns}])
    got = pulse_replacement.replacement_need(None, table, periods=3, formats=FORMATS)
    assert (got.verdict, got.text) == ("not enough data", text)


def heading() -> pd.DataFrame:
    return replacements(year_of_months().assign(new=12, reactivated=10, lapsed=20, active_end=105))


def test_the_base_in_words():
    assert pulse_replacement.base_alt(heading(), formats=FORMATS) == (
        "105 customers were active at the end of March 2024; at the pace of that time the base settles at about 110."
    )
    unknown = pulse_replacement.base_alt(heading().iloc[:1], formats=FORMATS)
    assert unknown == "105 customers were active at the end of March 2023; the equilibrium is not known."


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_the_base_is_drawn_against_its_equilibrium(size):
    table = heading()
    ax = drawn(base_line, table, size=size)
    dashed, solid = ax.lines
    np.testing.assert_array_equal(solid.get_ydata(), table["active_end"])
    np.testing.assert_array_equal(dashed.get_ydata(), table["equilibrium_base"])
    assert np.isnan(dashed.get_ydata()[:2]).all()
    assert words(ax.texts) == ["105", "110"]
    assert ax.get_ylim()[0] == 0
    unknown = drawn(base_line, table.assign(equilibrium_base=np.nan, low=np.nan, high=np.nan), size=size)
    assert words(unknown.texts) == ["105"]


# --- season -------------------------------------------------------------------------------------------


def compared(movement=None) -> pd.DataFrame:
    movement = year_of_months() if movement is None else movement
    return comparisons(order_habits(movement), sums_of(movement), CELLS)


def revenue(**columns) -> pd.DataFrame:
    usual = {
        "measure": "amount", "period": "2025-01", "value": 3_741_975.64, "previous_period": "2024-12",
        "previous_change": -0.116, "previous_low": -0.248, "previous_high": 0.039, "year_period": "2024-01",
        "year_change": 0.115, "year_low": -0.086, "year_high": 0.360,
    }  # fmt: skip
    return pd.DataFrame([{**usual, **columns}])


NO_YEAR = {"year_period": None, "year_change": np.nan, "year_low": np.nan, "year_high": np.nan}
NO_PREVIOUS = {
    "previous_period": None,
    "previous_change": np.nan,
    "previous_low": np.nan,
    "previous_high": np.nan,
}


def test_year_on_year_word_for_word():
    got = pulse_plan.year_on_year(revenue(), formats=FORMATS)
    assert (got.key, got.verdict) == ("year_on_year", "no clear change")
    assert got.text == (
        "Revenue of January 2025 was $3.74M: +11.5% against January 2024, the same season (95% interval −8.6% to +36.0%); "
        "this is what is judged here. Against December 2024 it was −11.6% (95% interval −24.8% to +3.9%), which may be "
        "season or trend."
    )


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.01, 0.3, "better"), (-0.3, -0.01, "worse"), (-0.1, 0.1, "no clear change")],
)
def test_the_verdict_is_that_of_like_with_like(low, high, verdict):
    table = revenue(year_low=low, year_high=high, previous_low=-0.9, previous_high=-0.8)
    assert pulse_plan.year_on_year(table, formats=FORMATS).verdict == verdict
    closed = pulse_plan.year_on_year(table, is_closed=True, formats=FORMATS).verdict
    assert closed == ("clear change" if verdict == "worse" else verdict)


def test_without_a_year_the_season_cannot_be_told():
    got = pulse_plan.year_on_year(revenue(**NO_YEAR), formats=FORMATS)
    assert (got.verdict, got.text) == (
        "not enough data",
        "The order log does not hold January 2024 whole and with revenue, so revenue of January 2025 cannot be held "
        "against the same season a year before.",
    )
    few = pulse_plan.year_on_year(revenue(year_low=np.nan, year_high=np.nan), formats=FORMATS)
    assert (few.verdict, str(few.text).split(",")[0]) == (
        "not enough data",
        "Too few customers bought in January 2024",
    )
    free = {"period": "2024-03-01..2024-04-09", "previous_period": "2024-01-21..2024-02-29"}
    got = pulse_plan.year_on_year(revenue(**NO_YEAR, **free), formats=FORMATS)
    assert got.verdict == "not enough data"
    assert said(got.text).startswith("1 March – 9 April 2024 has no like period a year earlier, so revenue")


def test_without_any_period_before_there_is_nothing_to_compare():
    got = pulse_plan.year_on_year(revenue(**NO_YEAR, **NO_PREVIOUS), formats=FORMATS)
    assert got.verdict == "not enough data"
    got = pulse_plan.year_on_year(revenue(**NO_PREVIOUS), formats=FORMATS)
    assert got.text == (
        "Revenue of January 2025 was $3.74M: +11.5% against January 2024 (95% interval −8.6% to +36.0%)."
    )


def test_a_year_is_held_against_the_year_before():
    table = revenue(period="2024", previous_period="2023", previous_low=-0.2, previous_high=-0.05, **NO_YEAR)
    got = pulse_plan.year_on_year(table, formats=FORMATS)
    assert (got.verdict, got.text) == (
        "worse",
        "Revenue of 2024 was $3.74M: −11.6% against 2023 (95% interval −20.0% to −5.0%). Both years hold every "
        "season, so season does not explain it.",
    )


def test_the_last_three_periods_as_a_table():
    table = pulse_tables.last_three_table(compared(), formats=FORMATS)
    rows = {row[0]: row[1:] for row in table.cells}
    assert len(rows) == len(MEASURES) == len(pulse_tables.MEASURES)
    assert table.caption == "March 2024 and the two periods before"
    assert [column.name for column in table.columns] == [column.name for column in LAST_THREE]
    assert rows["Revenue"] == ("$900", "$1,000", "$1,800", "+80.0%", "+24.0% to +161.2%", "rising")
    assert rows["Churn"][:4] == ("0.0%", "10.0%", "20.0%", "+10.0 points")
    assert rows["Orders per buyer"] == ("1.50", "1.50", "1.80", "+20.0%", "—", "neither")
    assert str(rows["Buyers who had bought before"][4]).endswith("points")
    assert str(table.note).endswith(
        "—: an interval where the spread over customers is not known, or too few customers bought."
    )


def test_a_year_earlier_as_a_table():
    table = pulse_tables.year_on_year_table(compared(), formats=FORMATS)
    assert table.caption == "March 2024 against March 2023"
    assert [column.name for column in table.columns] == [column.name for column in YEAR_ON_YEAR]
    rows = {row[0]: row[1:] for row in table.cells}
    assert rows["Revenue"][:3] == ("$1,200", "$1,800", "+50.0%")
    assert rows["Orders per buyer"] == ("1.50", "1.80", "+20.0%", "—")
    short = pulse_tables.year_on_year_table(compared(year_of_months().iloc[1:]), formats=FORMATS)
    assert isinstance(short, Callout)


# --- cards --------------------------------------------------------------------------------------------


def card(make, movement=None, **options):
    movement = year_of_months() if movement is None else movement
    return make(order_habits(movement, **options), compared(movement), formats=FORMATS)


def test_order_frequency_as_a_key_figure():
    got = card(pulse_order_kpis.order_frequency_kpi)
    assert (got.key, got.label, got.value) == (
        "order_frequency",
        "Orders per buyer (purchase frequency)",
        "1.80",
    )
    assert (got.number, got.change, got.direction, got.verdict, got.interval) == (
        1.8,
        "+20.0% against the month before",
        "up",
        "",
        "change: not judged, as its interval is not known",
    )
    assert got.basis == "90 orders of 50 customers; 0.75 per active customer; +20.0% against Mar 2023"
    assert (got.trend[-3:], len(got.trend)) == ((1.5, 1.5, 1.8), 13)


def test_order_value_as_a_key_figure():
    got = card(pulse_order_kpis.order_value_kpi)
    assert (got.key, got.value, got.number, got.change) == (
        "order_value",
        "$20.00",
        20.0,
        "+20.0% against the month before",
    )
    assert got.basis == (
        "90 orders; $24.00 per purchase (all orders of a customer on one day); 0.0% against Mar 2023"
    )


def test_returning_share_as_a_key_figure():
    got = card(pulse_order_kpis.returning_share_kpi)
    assert (got.key, got.label, got.value, got.number) == (
        "returning_share",
        "Buyers who had bought before",
        "90.0%",
        0.9,
    )
    assert (said(got.interval), got.basis) == (
        "95% interval 78.6–95.7%",
        "n = 50; +15.0 points against Mar 2023",
    )
    assert (got.change, got.direction) == ("+15.0 points against the month before", "up")
    assert got.verdict == "no clear change"


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.048, 0.166, "clear change"), (-0.166, -0.048, "clear change"), (-0.01, 0.166, "no clear change")],
)
def test_the_share_of_returning_buyers_is_judged_by_the_interval_of_its_change(low, high, verdict):
    # A clear change is neither better nor worse: the share falls, too, when more new customers are won.
    movement = year_of_months()
    is_it = compared(movement)["measure"] == "returning_share"
    table = compared(movement).mask(is_it, compared(movement).assign(previous_low=low, previous_high=high))
    assert (
        pulse_order_kpis.returning_share_kpi(order_habits(movement), table, formats=FORMATS).verdict
        == verdict
    )


def test_cards_of_a_period_without_buyers_or_with_old_customers_are_dashes():
    one = (
        year_of_months()
        .iloc[[0]]
        .assign(buyers=0, joined=0, orders=0, amount=0.0, orders_per_buyer=np.nan, order_value=np.nan)
    )
    for make in (pulse_order_kpis.order_frequency_kpi, pulse_order_kpis.order_value_kpi):
        got = card(make, one)
        assert (got.value, got.number, got.basis, got.change) == ("—", None, "nobody bought", "")
    got = card(pulse_order_kpis.returning_share_kpi, one)
    assert (got.value, got.number, got.interval, got.basis) == ("—", None, "", "too few customers bought")
    mixed = card(pulse_order_kpis.returning_share_kpi, year_of_months().assign(is_mixed=True))
    assert (mixed.value, mixed.basis) == ("—", "first purchases may be those of old customers")


def test_one_order_in_the_singular():
    one = year_of_months().iloc[[-1]].assign(orders=1, buyers=1, joined=0, orders_per_buyer=1.0)
    assert str(card(pulse_order_kpis.order_frequency_kpi, one).basis).startswith("1 order of 1 customer; ")
    assert str(pulse_kpis.revenue_kpi(one, None, formats=FORMATS).basis).startswith("1 order, ")


# --- plan ---------------------------------------------------------------------------------------------


def planned(*rows):
    table = plan_against_fact(plan(*rows), MOVEMENT)
    return pulse_plan.plan_fact(table, period="2024-01", formats=FORMATS)


def test_plan_fact_word_for_word():
    got = planned(("2024-01", "orders", 120), ("2024-01", "revenue", 1700), ("2024-01", "churn_rate", 0.099))
    assert (got.key, got.verdict) == ("plan_fact", "with reservations")
    assert got.text == (
        "Of the 3 figures planned for January 2024, 1 was reached. Missed: orders 90, planned 120 (−25.0%); "
        "churn 10.0%, planned 9.9% (+0.1 points, no more than chance)."
    )
    got = planned(("2024-01", "orders", 80), ("2024-01", "revenue", 1700), ("2024-01", "churn_rate", 0.08))
    assert got.text == (
        "Of the 3 figures planned for January 2024, 2 were reached. Missed: churn 10.0%, planned 8.0% "
        "(+2.0 points, no more than chance)."
    )


@pytest.mark.parametrize(
    ("rows", "verdict", "text"),
    [
        (
            [("2024-01", "orders", 80)],
            "yes",
            "The one figure planned for January 2024 was reached: orders 90, planned 80 (+12.5%).",
        ),
        (
            [("2024-01", "lapsed_customers", 0)],
            "no",
            "The one figure planned for January 2024 was not reached: lapsed customers 20, planned 0 (+20).",
        ),
        (
            [("2024-01", "orders", 80), ("2024-01", "buyers", 60)],
            "yes",
            "All 2 figures planned for January 2024 were reached.",
        ),
        (
            [("2024-01", "orders", 100), ("2024-01", "order_value", 25)],
            "no",
            "None of the 2 figures planned for January 2024 was reached: revenue per order $20.00, planned $25.00 "
            "(−20.0%); orders 90, planned 100 (−10.0%).",
        ),
        (
            [("2024-02", "orders", 100), ("2024-01", "nps", 10)],
            "not enough data",
            "The plan holds no figure for January 2024 that this chapter counts: customers, orders, revenue or churn, of "
            "all services together.",
        ),
    ],
)
def test_every_case_of_a_plan(rows, verdict, text):
    got = planned(*rows)
    assert (got.verdict, got.text) == (verdict, text)


def test_the_plan_as_a_table_says_what_was_left_out():
    rows = [
        ("2024-01", "orders", 120), ("2024-01", "churn_rate", 0.08), ("2024-01", "churn_rate", 0.01),
        ("2024-01", "revenue", 1700), ("2024-03", "orders", 1), ("2024-Q1", "orders", 1), ("2024-01", "nps", 1),
        ("2024-02", "nps", 1),
    ]  # fmt: skip
    table = pulse_plan_table.plan_table(plan_against_fact(plan(*rows), MOVEMENT), formats=FORMATS)
    assert table.cells[:2] == (
        ("Jan 2024", "Orders", "120", "90", "−30", "−25.0%", "—", "no"),
        ("Jan 2024", "Revenue", "$1,700", "$1,800", "+$100", "+5.9%", "—", "yes"),
    )
    assert table.rows[1][2:5] == tuple(
        {"number": value, "unit": "money"} for value in (1700.0, 1800.0, 100.0)
    )
    assert [row[4]["unit"] for row in table.rows] == ["count", "money", "points", "points"]
    rates = [(row[2], row[4], said(row[6]), row[7]) for row in table.cells[2:]]
    assert sorted(rates) == [
        ("1.0%", "+9.0 points", "6.6–14.9%", "no"),
        ("8.0%", "+2.0 points", "6.6–14.9%", "no, within chance"),
    ]
    assert str(table.note).startswith(
        "Left out: figures that base movement does not count: 2; figures for periods of another kind: 1; figures for "
        "periods that are not over: 1. Not counted in this chapter: nps."
    )
    nothing = pulse_plan_table.plan_table(
        plan_against_fact(plan(("2024-03", "orders", 1)), MOVEMENT), formats=FORMATS
    )
    assert isinstance(nothing, Callout)


def test_without_a_plan_the_reader_is_told_what_to_supply():
    got = pulse_plan.missing_plan(formats=FORMATS)
    assert (got.key, got.tone, got.title) == ("missing_plan", "supply", "Plan against fact")
    assert got.text == (
        "Supply what was planned, and this chapter shows for every planned figure what came of it. Whoever makes this "
        "report finds the columns of such a table in data/README.md (plan)."
    )


def test_every_planned_metric_has_its_words():
    planned = {*PLANNED, "mrr", "left_customers"}  # the last two of contracts
    assert set(pulse_plan.METRICS) == set(pulse_plan_table.HEADED) == planned


def test_movement_is_listed_as_before():
    listed = MOVEMENT.assign(period=[FORMATS.name(period) for period in MOVEMENT["period"]])
    table = show_table(listed, MOVEMENT_COLUMNS, key="movement", caption="Movement", formats=FORMATS)
    assert table.cells[0][:6] == ("2024-01", "200", "28", "5", "20", "213")
