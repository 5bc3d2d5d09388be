"""What early warning says, word for word, and what its charts draw."""

import json
import re
from itertools import combinations, pairwise

import matplotlib.style
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Drawing

from retention_utils.charts.canvas import PIXEL
from retention_utils.charts.early_warning import activity_lines, cadence_grid, symptom_lines
from retention_utils.charts.figure import STYLE, show_figure
from retention_utils.columns import early_warning as columns
from retention_utils.display_tables import show_table
from retention_utils.early_warning.backtest import rule_account
from retention_utils.early_warning.mix import MixSplit
from retention_utils.early_warning.symptoms import symptom_series
from retention_utils.early_warning.trends import SYMPTOMS, symptom_trends, trend_lines
from retention_utils.errors import TableError
from retention_utils.findings import early_warning as says
from retention_utils.findings import early_warning_figures as figures
from retention_utils.findings import early_warning_kpis as kpis
from retention_utils.findings import early_warning_rules as told
from retention_utils.findings import early_warning_symptoms as symptoms
from retention_utils.findings import early_warning_tables as tables
from retention_utils.formats import Formats
from retention_utils.palette import HEAT, ROLES

FORMATS = Formats()
WORDS = {"min_customers": 20, "formats": FORMATS}
TESTED = WORDS | {"follow_up_days": 180}


def said(text: str) -> str:
    """The text without the joiners that keep a span on one line."""
    return str(text).replace("\u2060", "")


def trends(**rows: dict) -> pd.DataFrame:
    """A table of trends in which only the named symptoms are known."""
    names = "n slope slope_low slope_high middle p p_adjusted last previous previous_periods change low high"
    blank = dict.fromkeys([*names.split(), "year_before", "year_change"], np.nan)
    blank |= {"measured": 0, "until": None, "first_period": None, "last_period": None, "trend": 0, "shift": 0}
    known = {
        "measured": 15, "until": "2025-01", "n": 1110.4, "slope": -0.004, "middle": 0.4, "p": 0.001,
        "p_adjusted": 0.004, "last": 0.36, "previous": 0.4, "previous_periods": 12.0, "change": -0.1,
        "low": -0.15, "high": -0.05, "year_change": -0.08, "trend": -1, "shift": -1, "flag": "red",
    }  # fmt: skip
    table = [
        {"symptom": symptom}
        | blank
        | {"flag": "not enough data"}
        | (known | rows[symptom] if symptom in rows else {})
        for symptom in SYMPTOMS
    ]
    return pd.DataFrame(table)


def finding(symptom: str, row: dict | None = None, *, grain: str = "month", **options):
    table = trends(**({} if row is None else {symptom: row}))
    found = symptoms.symptom_finding(symptom, table, grain=grain, formats=FORMATS, **options)
    assert found.key == f"symptom_{symptom}"
    assert not found.is_headline
    return found.verdict, said(found.text)


# --- symptoms -----------------------------------------------------------------------------------------


def test_a_frequency_that_falls_steadily_and_lately():
    assert finding("frequency", {}) == (
        "worse",
        "Active customers order less often: −10.0% (95% interval −15.0% to −5.0%). In the 3 months to January 2025 it "
        "was 0.360 orders a month each, in the 12 months before 0.400 (n = 1,110). Over the last 12 months it fell "
        "steadily, by about 1.0% a month: more than by chance.",
    )


def test_a_fall_that_the_season_may_explain():
    row = {"trend": 0, "year_change": 0.02, "flag": "amber", "n": 5905, "last": 36.104, "previous": 40.0}
    assert finding("order_value", row) == (
        "worse",
        "An order brings less: −10.0% (95% interval −15.0% to −5.0%). In the 3 months to January 2025 it was $36.10 on "
        "average, in the 12 months before $40.00 (n = 5,905 orders). Over the last 12 months it shows no steady "
        "fall or rise. It may be the season: against the same 3 months a year before it is +2.0%.",
    )


def test_no_clear_change_says_nothing_of_season_and_mix():
    split = MixSplit(20.0, 15.0, 20.0, 0.0, -5.0, 0.5, 0.75)
    row = {"trend": 0, "shift": 0, "low": -0.15, "high": 0.02, "flag": "green", "n": 5905, "last": 36.0}
    verdict, text = finding("order_value", row, split=split)
    assert verdict == "no clear change"
    assert str(text).startswith("What an order brings shows no clear change: −10.0% (95% interval ")
    assert str(text).endswith(" Over the last 12 months it shows no steady fall or rise.")


def test_a_trend_and_a_recent_move_that_contradict_each_other_are_no_clear_change():
    row = {"trend": -1, "shift": 1, "low": 0.01, "high": 0.1, "change": 0.05, "flag": "amber"}
    assert finding("frequency", row)[0] == "no clear change"


def test_a_rise_is_better():
    row = {"trend": 1, "slope": 0.006, "shift": 0, "low": -0.01, "high": 0.1, "change": 0.05, "flag": "green"}
    verdict, text = finding("value", row | {"middle": 3.0, "last": 12.6, "previous": 12.0})
    assert verdict == "better"
    assert text == (
        "An active customer spends more: +5.0% (95% interval −1.0% to +10.0%). In the 3 months to January 2025 it was "
        "$12.60 a month on average, in the 12 months before $12.00 (n = 1,110). Over the last 12 months it rose "
        "steadily, by about 0.2% a month: more than by chance. It is judged by this trend; the difference of the last 3 "
        "months alone may be chance. It may be the season: against the same 3 months a year before it is −8.0%."
    )


def test_money_of_a_hundred_and_more_has_no_cents():
    text = finding("order_value", {"last": 8712.78, "previous": 99.9})[1]
    assert "it was $8,713 on average, in the 12 months before $99.90 " in str(text)


def test_the_repeat_rate_is_in_points():
    row = {"last": 0.39, "previous": 0.41, "change": -0.02, "low": -0.05, "high": 0.01, "n": 213, "shift": 0}
    row |= {"slope": -0.013, "year_change": np.nan}
    assert finding("repeat_rate", row, window_days=90) == (
        "worse",
        "Fewer first-time customers buy again within 90 days: −2.0 points (95% interval −5.0 to +1.0 points). Of those who "
        "joined in the 3 months to January 2025 it was 39.0%, of those who joined in the 12 months before 41.0% (n = 213). "
        "Over the last 12 months it fell steadily, by about 1.3 points a month: more than by chance. It is judged by this trend; the "
        "difference of the last 3 months alone may be chance.",
    )


def test_signals_without_a_trend():
    row = {"p": np.nan, "trend": 0, "last": 0.209, "previous": 0.188, "change": 0.021, "low": -0.14}
    row |= {"high": 0.175, "shift": 0, "n": 129, "flag": "green"}
    assert finding("signals", row) == (
        "no clear change",
        "NPS shows no clear change: +2.1 points (95% interval −14.0 to +17.5 points). In the 3 months to January 2025 it "
        "was +20.9 points, in the 12 months before +18.8 points (n = 129 answers). NPS is the share who would recommend "
        "(9 or 10 of 10) less the share who would not (0 to 6).",
    )


def test_investment_names_the_money():
    row = {"last": 0.12, "previous": 0.14, "change": -0.02, "low": -0.03, "high": -0.01, "n": 1257300.0}
    row |= {"slope": -0.001, "year_change": np.nan}
    assert finding("investment", row)[1] == (
        "Keeping customers gets a smaller share of the costs: −2.0 points (95% interval −3.0 to −1.0 points). In the 3 months to "
        "January 2025 it was 12.0%, in the 12 months before 14.0% ($1.26M spent on winning and keeping). "
        "Over the last 12 months it fell steadily, by about 0.1 points a month: more than by chance."
    )


@pytest.mark.parametrize(
    ("symptom", "name", "why"),
    [
        (
            "frequency",
            "The number of orders per active customer",
            "A week counts once the order log reaches back a whole churn gap before it.",
        ),
        (
            "value",
            "Value of a customer",
            "A week counts once the order log reaches back a whole churn gap before it.",
        ),
        ("order_value", "Order value", "A week counts if anything was ordered in it."),
        (
            "repeat_rate",
            "How many first-time customers buy again",
            "A week counts if enough customers bought for the first time in it and 90 days have passed since.",
        ),
        (
            "investment",
            "Share of costs spent on keeping customers",
            "A week counts if the costs of winning and of keeping are stated for it.",
        ),
    ],
)
def test_too_little_data_says_what_is_needed(symptom, name, why):
    assert finding(symptom, grain="week", window_days=90) == (
        "not enough data",
        f"{name} cannot be judged yet: of the 12 weeks in a row that a trend needs, none is measured. {why}",
    )
    some = {"p": np.nan, "change": np.nan, "measured": 1, "flag": "not enough data"}
    assert "that a trend needs, 1 is measured. " in finding(symptom, some)[1]
    assert "that a trend needs, 11 are measured. " in finding(symptom, some | {"measured": 11})[1]


def test_too_few_answers_say_what_nps_needs():
    assert finding("signals", grain="week") == (
        "not enough data",
        "Whether NPS has changed cannot be said yet. That needs 12 weeks of history, and at least 30 answers both in "
        "the last 3 and in those before.",
    )


def test_a_symptom_that_was_zero_has_no_change_in_per_cent():
    row = {"change": np.nan, "trend": 0, "shift": 0, "flag": "green"}
    assert finding("frequency", row) == (
        "no clear change",
        "The number of orders per active customer was zero in some months, so no change in per cent can be given. Over the last 12 months it "
        "shows no steady fall or rise.",
    )


OTHERS = (
    " Most of the change in revenue per order (−$4.50) comes from another mix of newer and older customers: new ones are "
    "75.0% of the orders, before 50.0%."
)


@pytest.mark.parametrize(
    ("split", "row", "is_said"),
    [
        (MixSplit(20.0, 15.0, 20.0, -0.5, -4.5, 0.5, 0.75), {}, True),
        (MixSplit(20.0, 15.0, 20.0, -0.5, -4.5, 0.5, 0.75), {"trend": 1, "shift": 1}, False),  # it rose
        (MixSplit(20.0, 11.0, 14.0, -5.0, -4.5, 0.5, 0.75), {}, False),  # mostly habit
        (MixSplit(20.0, 25.0, 14.0, 0.5, 4.5, 0.5, 0.75), {}, False),  # the mix pulled the other way
        (None, {}, False),
    ],
)
def test_a_fall_that_is_another_mix_of_customers_is_owned_up_to(split, row, is_said):
    text = finding("order_value", {"n": 9, "last": 36.0, **row}, split=split)[1]
    assert str(text).endswith(OTHERS) is is_said
    assert ("another mix" in text) is is_said


def test_the_value_of_a_year_in_words():
    options = {"grain": "month", "formats": FORMATS}
    note = str(tables.symptom_note(np.nan, np.nan, **options))
    assert note.startswith("Chance of such a trend: ")
    assert note.endswith(
        "(active customers, orders, new customers, answers; of a share of costs, the money)."
    )
    assert tables.symptom_note(128.4, 141.0, **options) == (
        f"{note} In the last 12 months together an active customer spent $128 on average, in the 12 months before $141."
    )
    assert tables.symptom_note(128.4, np.nan, **options) == (
        f"{note} In the last 12 months together an active customer spent $128 on average."
    )


def test_missing_tables_say_what_to_supply_and_where():
    for note, table in (
        (tables.without_surveys(formats=FORMATS), "surveys"),
        (tables.without_costs(formats=FORMATS), "costs"),
    ):
        assert (note.key, note.tone) == (f"missing_{table}", "supply")
        assert re.search(rf"data/README\.md \({table}\b", str(note.text))


def test_the_table_of_symptoms_prints_what_the_sentences_say():
    table = trends(
        frequency={},
        signals={"p": np.nan, "slope": np.nan, "p_adjusted": np.nan, "last": 0.2, "previous": 0.3},
    )
    rows = tables.symptom_rows(table, formats=FORMATS)
    got = show_table(rows, columns.SYMPTOMS, key="symptoms", caption="", formats=FORMATS)
    assert got.cells[0] == (
        "Orders per active customer", "red", "0.360", "0.400", "−10.0%", "−15.0% to −5.0%", "−8.0%", "−1.0%", "0.004", "1,110",
    )  # fmt: skip
    assert got.cells[1][2:9] == (
        "+20.0 points", "+30.0 points", "−10.0 points", "−15.0 to −5.0 points", "−8.0 points", "—", "—",
    )  # fmt: skip
    assert got.cells[2][1:] == ("not enough data", *["—"] * 8)
    assert str(got.note) == "—: not measured, or not for long enough."
    nothing = tables.symptom_rows(trends(), formats=FORMATS)
    assert nothing.empty  # one line says so instead of a table of dashes


def test_costs_are_money_in_the_table_of_symptoms_too():
    rows = tables.symptom_rows(trends(investment={"n": 1_257_300.0}), formats=FORMATS)
    assert str(rows["n"].iloc[-1]) == "$1,257,300"


# --- fading and hidden churn --------------------------------------------------------------------------


def account(
    flagged_left=60, flagged_stayed=40, other_left=80, other_stayed=220, *, now=(500, 400, 90), **more
):
    rows = [(True, 0)] * flagged_left + [(True, 2)] * flagged_stayed
    rows += [(False, 0)] * other_left + [(False, 1)] * other_stayed
    before = pd.DataFrame(rows, columns=["flagged", "later_purchases"]).assign(judged=True, year_amount=100.0)
    active, judged, flagged = now
    today = pd.DataFrame({"judged": np.arange(active) < judged, "flagged": np.arange(active) < flagged})
    found = rule_account(
        today.assign(year_amount=50.0), before, judged="judged", flagged="flagged", min_customers=20
    )
    return pd.Series({"multiple": 2.0} | found | more)


FADING = "90 active customers are fading: silent for more than 2 times their usual gap between purchases. "
HELD = "of the 100 customers on it 180 days before, "


def test_fading_word_for_word():
    got = says.fading(account(), **TESTED)
    assert (got.key, got.verdict) == ("fading", "yes")
    assert said(got.text) == FADING + (
        f"This list was better than chance when tried on the past: {HELD}60.0% bought nothing since, of the others 26.7% (+33.3 points, 95% "
        "interval +22.2 to +43.5 points)."
    )


def test_a_list_that_cannot_be_told_from_chance_is_not_sold():
    got = says.fading(account(25, 75, 80, 220, multiple=1.5), **TESTED)
    assert got.verdict == "no"
    assert said(got.text) == FADING.replace("2 times", "1.5 times") + (
        f"Such a list could not be told from chance and should not be worked through: {HELD}25.0% bought nothing since, of "
        "the others 26.7% (−1.7 points, 95% interval −10.8 to +8.8 points)."
    )


def test_a_list_a_little_better_than_chance_says_so():
    got = says.fading(account(420, 580, 350, 650), **TESTED)
    assert got.verdict == "with reservations"
    assert (
        "This list was better than chance when tried on the past, but only a little: of the 1,000 customers on it 180"
        in got.text
    )


@pytest.mark.parametrize(
    ("counts", "held"),
    [
        ((3, 2, 80, 220), "180 days before, 5 of 305 customers were on it"),
        ((1, 0, 80, 220), "180 days before, 1 of 301 customers was on it"),
        ((0, 0, 80, 220), "180 days before, none of 300 customers was on it"),
        ((0, 0, 0, 0), "nobody's own habit was known 180 days before"),
    ],
)
def test_a_list_that_could_not_be_tested_says_why(counts, held):
    got = says.fading(account(*counts), **TESTED)
    assert got.verdict == "not enough data"
    assert got.text == FADING + (
        f"How right such a list is cannot be said: {held}; at least 20 on it, and as many others, are needed."
    )
    lost = kpis.lost_share_kpi(account(*counts), **TESTED)
    assert (lost.value, lost.number, lost.interval, lost.basis) == ("—", None, "", held)
    assert lost.verdict == "not enough data"


def test_nobody_fades():
    text = (
        "None of the 400 active customers whose usual gap between purchases is known is fading: none has been silent for "
        "more than 2 times that gap."
    )
    nobody = account(now=(500, 400, 0))
    got = says.fading(nobody, **TESTED)
    assert (got.verdict, got.text) == ("no", text)  # and so no rule of the playbook fires
    assert str(says.early_warning(trends(), nobody, **WORDS).text).endswith(text)
    rules = pd.DataFrame([nobody.to_dict() | {"rule": "any"}])
    hidden = says.hidden_churn(rules, decline_share=0.5, **TESTED)
    assert hidden.verdict == "no"
    assert said(hidden.text).startswith(
        "None of 400 active customers with a known habit shows signs of hidden churn (0.0%, 95% interval 0.0–1.0%). "
    )


def test_those_who_buy_much_less_word_for_word():
    rules = pd.DataFrame([account().to_dict() | {"rule": "declining"}])
    got = says.declining(rules, decline_share=0.5, **TESTED)
    assert (got.key, got.verdict) == ("declining", "yes")
    assert said(got.text) == (
        "90 active customers buy much less than usual: 22.5% of the 400 who bought often enough in the year before (95% "
        "interval 18.7–26.8%). Twice in a row they bought or spent at least 50% less than usual; they spent $4,500 in the last 365 days. This list was "
        f"better than chance when tried on the past: {HELD}60.0% bought nothing since, of the others 26.7% (+33.3 points, 95% interval +22.2 to "
        "+43.5 points)."
    )
    spent, lost = kpis.declining_kpis(rules, follow_up_days=180, formats=FORMATS)
    assert (spent.key, spent.number, spent.basis) == ("declining_revenue", 4500.0, "90 active customers")
    assert (lost.key, lost.number) == ("declining_lost", 0.6)
    for verdict, is_told in (("with reservations", True), ("no", True), ("not enough data", False)):
        weak = rules.assign(verdict=verdict)
        assert (says.declining(weak, decline_share=0.5, **TESTED) is not None) is is_told
        assert kpis.declining_kpis(weak, follow_up_days=180, formats=FORMATS) == []
    three = says.declining(rules, decline_share=0.5, **IN_THREE).text
    assert "купили или потратили хотя бы на" in three.in_language("ru")
    assert "купили або витратили щонайменше на" in three.in_language("uk")


def test_a_second_list_that_is_nearly_the_first_gets_no_verdict_of_its_own():
    rows = account().to_dict() | {"verdict": "with reservations"}, account().to_dict() | {"verdict": "no"}
    rules = pd.DataFrame([rows[0] | {"rule": "overdue"}, rows[1] | {"rule": "any", "flagged": 91}])
    got = says.hidden_churn(rules, decline_share=0.5, **IN_THREE)
    assert got.verdict == "with reservations"
    assert str(got.text).endswith(
        "All but 1 of them are fading, so what is said of the list of fading customers holds here, too: there is no "
        "second list to work through."
    )
    assert spoken(got.text, "uk").endswith(
        "Усі, крім 1, не купують довше, ніж зазвичай, тому сказане про їхній список справджується й тут: другого списку "
        "для роботи немає."
    )
    other = pd.DataFrame([rows[0] | {"rule": "overdue"}, rows[1] | {"rule": "any", "flagged": 130}])
    assert says.hidden_churn(other, decline_share=0.5, **IN_THREE).verdict == "no"


def test_one_customer_fades_in_the_singular():
    one = account(now=(500, 400, 1))
    assert str(says.fading(one, **TESTED).text).startswith("1 active customer is fading: ")
    assert "is fading: silent for more" in says.early_warning(trends(), one, **WORDS).text


def test_too_few_customers_with_a_rhythm():
    few = account(now=(30, 19, 4))
    text = (
        "Only 19 of 30 customers who count as active have bought often enough for their own habit to be known; "
        "at least 20 are needed."
    )
    assert says.fading(few, **TESTED).text == text
    rules = pd.DataFrame([few.to_dict() | {"rule": "any"}])
    got = says.hidden_churn(rules, decline_share=0.5, **TESTED)
    assert (got.key, got.verdict) == ("hidden_churn", "not enough data")
    assert got.text == (
        "Hidden churn (still active, but buying or spending much less than usual) cannot be judged yet. That needs at "
        "least 20 active customers with a known habit (here 19)."
    )
    for kpi in (kpis.fading_kpi, kpis.stake_kpi):
        shown = kpi(few, **WORDS)
        assert (shown.value, shown.number) == ("—", None)
        assert shown.basis == "only 19 active customers with three purchase days"
        one = kpi(account(now=(30, 1, 0)), **WORDS)
        assert one.basis == "only 1 active customer with three purchase days"


def test_hidden_churn_word_for_word():
    rules = pd.DataFrame([account().to_dict() | {"rule": "any"}])
    got = says.hidden_churn(rules, decline_share=0.5, **TESTED)
    assert got.verdict == "yes"
    assert said(got.text) == (
        "90 of 400 active customers with a known habit show signs of hidden churn (22.5%, 95% interval 18.7–26.8%). Signs "
        f"are fading, or buying or spending at least 50% less than usual twice in a row. This list was better than chance when tried on the past: {HELD}60.0% bought nothing "
        "since, of the others 26.7% (+33.3 points, 95% interval +22.2 to +43.5 points)."
    )


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        (("yes", "with reservations", "yes"), None),
        (
            ("no", "yes", "not enough data"),
            "Customers flagged by these rules before did not clearly leave more often than the others, so no customers are "
            "listed for them: fading (silent too long for them). Too few customers were flagged by these rules before to "
            "see how many left, so no customers are listed for them: spends much less.",
        ),
    ],
)
def test_rules_that_are_not_relied_on_are_named(verdicts, text):
    rules = pd.DataFrame(
        {"rule": ["overdue", "fewer_purchases", "lower_spend", "any"], "verdict": [*verdicts, "no"]}
    )
    got = told.unproven_rules(rules, formats=FORMATS)
    assert (got and got.text) == text


def test_key_figures():
    count = kpis.fading_kpi(account(), min_customers=20, formats=FORMATS)
    assert (count.key, count.value, count.number) == ("fading_customers", "90", 90)
    assert said(count.interval) == "22.5%, 95% interval 18.7–26.8%"
    assert count.basis == "of 400 whose usual gap is known"
    stake = kpis.stake_kpi(account(), **WORDS)
    assert (stake.key, stake.value, stake.number, stake.interval) == (
        "revenue_at_stake",
        "$4,500",
        4500.0,
        "",
    )
    assert (
        stake.basis
        == "what the customers silent for more than 2 times their usual gap spent in the last 365 days; tested on the "
        "past: those who left had brought 60.0% of such revenue"
    )
    for verdict, why in (("with reservations", "helped only a little"), ("no", "was no better than chance")):
        doubtful = kpis.stake_kpi(account().replace("yes", verdict), **WORDS)
        assert str(doubtful.basis).endswith(f"; no measure is proposed for it: before, such a list {why}")
    untested = kpis.stake_kpi(account(3, 2, 80, 220), **WORDS)
    assert untested.basis == (
        "what the customers silent for more than 2 times their usual gap spent in the last 365 days"
    )
    lost = kpis.lost_share_kpi(account(), **TESTED)
    assert (lost.key, lost.label) == ("lost_share", "Share of such revenue that left in the past")
    assert (lost.value, lost.number, said(lost.interval)) == ("60.0%", 0.6, "95% interval 50.3–69.7%")
    assert lost.basis == (
        "of what 100 customers silent for so long 180 days before had spent; lost: they bought nothing since"
    )


def test_the_lost_share_of_no_money_is_not_known():
    lost = kpis.lost_share_kpi(account(amount_lost=np.nan), **TESTED)
    assert (lost.value, lost.number, lost.basis) == ("—", None, "those fading 180 days before spent nothing")


LIST = (
    " Of 400 active customers whose usual gap between purchases is known, 90 (22.5%, 95% interval 18.7–26.8%) are fading: "
    "silent for more than 2 times that gap"
)


@pytest.mark.parametrize(
    ("rows", "verdict", "text"),
    [
        (
            {"frequency": {}, "value": {}, "order_value": {"flag": "amber"}},
            "worse",
            "Of the early symptoms that can be tested (3 of 6), 2 fall both steadily and lately: orders per active customer, value "
            "of a customer; 1 falls either steadily or lately: order value.",
        ),
        (
            {"frequency": {}},
            "worse",
            "Of the early symptoms that can be tested (1 of 6), 1 falls both steadily and lately: orders per active customer.",
        ),
        (
            {"frequency": {"flag": "green"}, "signals": {"flag": "amber"}, "value": {"flag": "amber"}},
            "with reservations",
            "Of the early symptoms that can be tested (3 of 6), 2 fall either steadily or lately: NPS, value "
            "of a customer.",
        ),
        (
            {"frequency": {"flag": "green"}},
            "no clear change",
            "None of the early symptoms that can be tested (1 of 6) is clearly getting worse.",
        ),
        (
            {name: {"flag": "green", "trend": 1, "shift": 0} for name in ("frequency", "repeat_rate")},
            "better",
            "None of the early symptoms that can be tested (2 of 6) is clearly getting worse. Clearly getting better: orders per "
            "active customer, how many first-time customers buy again.",
        ),
        (
            {"frequency": {"flag": "green", "trend": 0, "shift": 1}, "value": {"flag": "amber"}},
            "with reservations",
            "Of the early symptoms that can be tested (2 of 6), 1 falls either steadily or lately: value of a customer. "
            "Clearly getting better: orders per active customer.",
        ),
        ({}, "not enough data", "None of the 6 early symptoms can be tested yet. That needs 12 periods."),
    ],
)
def test_the_headline_word_for_word(rows, verdict, text):
    got = says.early_warning(trends(**rows), account(), **WORDS)
    assert (got.key, got.verdict, got.is_headline) == ("early_warning", verdict, True)
    assert said(got.text) == f"{text}{LIST}. They spent $4,500 in the last 365 days."


@pytest.mark.parametrize(
    ("counts", "end"),
    [
        ((25, 75, 80, 220), ". But those fading before did not clearly leave more often than the others."),
        (
            (3, 2, 80, 220),
            ". They spent $4,500 in the last 365 days. Whether fading customers leave more often could not be tested.",
        ),
    ],
)
def test_the_headline_keeps_its_reservation(counts, end):
    got = says.early_warning(trends(frequency={"flag": "green"}), account(*counts), **WORDS)
    assert said(got.text).endswith(LIST + end)


def test_the_headline_without_enough_of_anything():
    got = says.early_warning(trends(), account(now=(30, 19, 4)), **WORDS)
    assert got.verdict == "not enough data"
    assert got.text == (
        "None of the early symptoms can be tested yet. That needs 12 periods. Nor can fading be told from a usual pause: too "
        "few active customers have bought on three days or more."
    )
    some = says.early_warning(trends(frequency={"flag": "green"}), account(now=(30, 19, 4)), **WORDS)
    assert str(some.text).endswith("at least 20 are needed.")


def test_ids_of_customers_stay_text():
    listed = pd.DataFrame(
        {
            "customer_id": ["<script>", "007"], "year_amount": [9.0, 8.0], "silence_days": [70, 3],
            "last_day": pd.to_datetime(["2024-11-21", "2025-01-01"]), "usual_gap_days": [12.5, np.nan],
            "norm_purchases": [17, 1], "previous_purchases": [0, 0], "last_purchases": [0, 0],
            "fired": [("overdue", "lower_spend"), ("overdue",)],
        }
    )  # fmt: skip
    rows = told.ledger_rows(listed, formats=FORMATS)
    got = show_table(rows, columns.LEDGER, key="ledger", caption="", formats=FORMATS)
    assert got.cells[0] == (
        "<script>", "$9", "21 November 2024", "70", "12", "17", "0", "0",
        "fading (silent too long for them); spends much less",
    )  # fmt: skip
    assert got.cells[1][:5] == ("007", "$8", "1 January 2025", "3", "—")
    assert "<script>" not in got._repr_mimebundle_()["text/html"]


def test_the_table_of_rules_says_how_each_did():
    rules = pd.DataFrame(
        [account().to_dict() | {"rule": "overdue"}, account(3, 2, 80, 220).to_dict() | {"rule": "any"}]
    )
    got = show_table(
        told.rule_rows(rules, min_customers=20, formats=FORMATS),
        columns.RULES,
        key="rules",
        caption="",
        formats=FORMATS,
    )
    assert told.rule_rows(rules, min_customers=401, formats=FORMATS).empty
    assert [said(cell) for cell in got.cells[0]] == [
        "fading (silent too long for them)", "400", "90", "$4,500", "100", "60.0%", "50.2%", "69.1%", "35.0%", "1.71",
        "60.0%", "42.9%", "yes",
    ]  # fmt: skip
    assert got.cells[1][4:] == ("5", *["—"] * 7, "not tested")


# --- charts -------------------------------------------------------------------------------------------


def drawn(draw, table, *, width: int = 740, formats: Formats = FORMATS, **options):
    with matplotlib.style.context(STYLE):
        drawing = Drawing(figsize=(width * PIXEL, 300 * PIXEL))
        FigureCanvasAgg(drawing)
        ax = draw(table, formats=formats, ax=drawing.add_axes((0.1, 0.1, 0.8, 0.8)), **options)
        drawing.draw_without_rendering()
    return ax


def lines() -> pd.DataFrame:
    numbers = np.arange(15)
    parts = [
        pd.DataFrame({"symptom": symptom, "period_number": numbers, "value": values})
        for symptom, values in (("frequency", 0.5 - 0.01 * numbers), ("signals", 0.3 + 0 * numbers))
    ]
    table = pd.concat(parts).assign(low=np.nan, high=np.nan, n=100.0)
    table["period"] = [str(period) for period in pd.period_range("2023-11", periods=15, freq="M")] * 2
    table.loc[table["symptom"] == "signals", ["low", "high"]] = [0.2, 0.4]
    series = symptom_series(table)
    return trend_lines(series, symptom_trends(series, grain="month"))


@pytest.mark.parametrize("width", [740, 332])
def test_only_measured_symptoms_get_a_panel(width):
    table = lines()
    ax = drawn(symptom_lines, table, width=width)
    panels = ax.figure.axes
    assert len(panels) == 2
    heads = [[text.get_text() for text in panel.texts] for panel in panels]
    assert heads == [["Orders per active customer", "red"], ["NPS, points", "green"]]
    for panel, symptom in zip(panels, ("frequency", "signals"), strict=True):
        rows = table[table["symptom"] == symptom]
        value, trend = (line.get_ydata() for line in panel.lines)
        np.testing.assert_allclose(np.asarray(value, float), rows["value"])
        np.testing.assert_allclose(np.asarray(trend, float), rows["trend"].astype(float))
    boxes = [panel.get_tightbbox() for panel in panels]
    assert all(box.x0 >= -1 and box.x1 <= ax.figure.bbox.x1 + 1 for box in boxes)
    assert not boxes[0].overlaps(boxes[1])


CELLS = pd.DataFrame(
    {
        "gap_from": [7.0, 10.0, 60.0], "gap_to": [10.0, 14.0, 90.0], "silence_from": [0.0, 90.0, 120.0],
        "silence_to": [2.0, 120.0, 180.0], "customers": [1, 40, 7], "flagged": [0, 40, 3],
    }
)  # fmt: skip


@pytest.mark.parametrize("width", [740, 332])
def test_the_grid_draws_every_cell_and_the_line(width):
    ax = drawn(cadence_grid, CELLS, width=width, multiple=2.0, gap_days=180)
    assert len(ax.patches) == len(CELLS)
    corner = ax.patches[2].get_bbox()  # the cells of one colour are drawn together, the darkest last
    assert (corner.x0, corner.y0) == (pytest.approx(np.log2(11)), pytest.approx(np.log2(91)))
    assert [to_hex(patch.get_facecolor()).upper() for patch in ax.patches][2] == HEAT[6]
    gap, limit = (2 ** np.asarray(values) - 1 for values in ax.lines[0].get_data())
    np.testing.assert_allclose(limit, 2 * gap)
    assert to_hex(ax.lines[0].get_color()).upper() == ROLES["alert"]


def test_activity_is_drawn_as_in_the_table():
    table = pd.DataFrame(
        {
            "group": ["left"] * 3 + ["stayed"] * 3, "stretch": ["norm", "previous", "last"] * 2, "customers": 9,
            "purchases": [0.4, 0.3, 0.2, 0.5, 0.6, 0.5],
        }
    )  # fmt: skip
    table = table.assign(low=table["purchases"] - 0.05, high=table["purchases"] + 0.05)
    ax = drawn(activity_lines, table)
    assert [list(line.get_ydata()) for line in ax.lines] == [[0.4, 0.3, 0.2], [0.5, 0.6, 0.5]]
    assert [text.get_text() for text in ax.texts] == ["0.20", "0.50"]
    assert said(figures.activity_alt(table, formats=FORMATS)) == (
        "Those who then left: from 0.40 purchases a stretch to 0.20 in the last. Those who then stayed: from 0.50 "
        "purchases a stretch to 0.50 in the last."
    )
    one = drawn(activity_lines, table[table["group"] == "left"])  # nobody stayed
    assert one.lines[0].get_ydata().tolist() == [0.4, 0.3, 0.2]


def test_the_pictures_stay_small():
    edges = np.unique(np.geomspace(1, 1000, 19).astype(int)).astype(float)
    grid = [(low, high, under, over) for low, high in pairwise(edges) for under, over in pairwise(edges)]
    cells = pd.DataFrame(grid, columns=["gap_from", "gap_to", "silence_from", "silence_to"]).assign(
        customers=9, flagged=1
    )
    shown = show_figure(
        cadence_grid,
        cells,
        key="cadence",
        title="",
        caption="",
        alt="",
        formats=FORMATS,
        multiple=2.0,
        gap_days=1100,
    )
    assert max(len(shown.pictures["en"]["wide"]), len(shown.pictures["en"]["narrow"])) < 60_000
    assert json.dumps(shown._repr_mimebundle_()[0]["text/plain"])
    parts = [lines().assign(symptom=symptom) for symptom in SYMPTOMS]
    shown = show_figure(
        symptom_lines, pd.concat(parts), key="symptoms", title="", caption="", alt="", formats=FORMATS
    )
    assert max(len(shown.pictures["en"]["wide"]), len(shown.pictures["en"]["narrow"])) < 60_000


def test_charts_refuse_tables_without_their_columns():
    with pytest.raises(TableError, match="trend"):
        symptom_lines(pd.DataFrame({"symptom": [], "period": [], "value": []}), formats=FORMATS)
    with pytest.raises(TableError, match="gap_to"):
        cadence_grid(CELLS.drop(columns="gap_to"), multiple=2, gap_days=9, formats=FORMATS)
    with pytest.raises(TableError, match="stretch"):
        activity_lines(pd.DataFrame({"group": []}), formats=FORMATS)


def test_alternative_texts():
    assert said(figures.cadence_alt(account(), formats=FORMATS)) == (
        "90 of 400 customers lie above the line: silent for more than 2 times their usual gap."
    )
    assert str(figures.symptoms_alt(trends(frequency={}), formats=FORMATS)).startswith(
        "Orders per active customer: red; NPS: not"
    )
    assert figures.activity_alt(pd.DataFrame(), formats=FORMATS) == "Nobody's norm is known for long enough."


# --- in Russian and Ukrainian ---------------------------------------------------------------------------------

THREE = Formats("en,ru,uk")
IN_THREE = {"min_customers": 20, "formats": THREE, "follow_up_days": 21}


def spoken(text, language: str) -> str:
    return " ".join(said(text.in_language(language)).split())


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian"),
    [
        (
            1,
            "1 активный клиент не покупает дольше обычного",
            "1 активний клієнт не купує довше, ніж зазвичай",
        ),
        (
            2,
            "2 активных клиента не покупают дольше обычного",
            "2 активні клієнти не купують довше, ніж зазвичай",
        ),
        (
            5,
            "5 активных клиентов не покупают дольше обычного",
            "5 активних клієнтів не купують довше, ніж зазвичай",
        ),
        (
            11,
            "11 активных клиентов не покупают дольше обычного",
            "11 активних клієнтів не купують довше, ніж зазвичай",
        ),
        (
            21,
            "21 активный клиент не покупает дольше обычного",
            "21 активний клієнт не купує довше, ніж зазвичай",
        ),
    ],
)
def test_fading_in_russian_and_ukrainian(number, russian, ukrainian):
    got = says.fading(account(now=(500, 400, number), multiple=1.5), **IN_THREE).text
    assert spoken(got, "ru") == (
        f"{russian}: срок без покупок более чем в 1,5 раза превысил обычный для клиента промежуток. При проверке на прошлых "
        "данных этот список был лучше случайного: из 100 клиентов, которые были бы в нём 21 день назад, с тех пор ничего не купили 60,0 %, из "
        "остальных — 26,7 % (+33,3 п. п., 95%-й интервал от +22,2 до +43,5 п. п.)."
    )
    assert spoken(got, "uk") == (
        f"{ukrainian}: строк без покупок більш ніж у 1,5 раза перевищив звичну для них перерву. Під час перевірки на "
        "минулих даних цей список був кращим за випадковий: із 100 клієнтів, які були б у ньому 21 день тому, відтоді нічого не купили 60,0%, з "
        "решти — 26,7% (+33,3 в. п., 95%-й інтервал від +22,2 до +43,5 в. п.)."
    )


@pytest.mark.parametrize(
    ("counts", "russian", "ukrainian"),
    [
        ((0, 0, 80, 220), "не было никого из 300 клиентов", "не було нікого з 300 клієнтів"),
        ((1, 0, 80, 220), "был 1 из 301 клиента", "був 1 з 301 клієнта"),
        ((3, 2, 80, 220), "было 5 из 305 клиентов", "було 5 з 305 клієнтів"),
    ],
)
def test_a_list_that_could_not_be_tested_in_russian_and_ukrainian(counts, russian, ukrainian):
    got = kpis.lost_share_kpi(account(*counts), **IN_THREE).basis
    assert spoken(got, "ru") == f"за 21 день до этого в списке {russian}"
    assert spoken(got, "uk") == f"на 21 день раніше в списку {ukrainian}"


def test_the_headline_in_russian_and_ukrainian():
    table = trends(frequency={}, value={}, order_value={"flag": "amber"})
    got = says.early_warning(table, account(), min_customers=20, formats=THREE).text
    assert spoken(got, "ru") == (
        "Из ранних симптомов, которые можно проверить (3 из 6), и устойчиво, и в последнее время снижаются 2: заказы "
        "на активного клиента, ценность клиента; либо устойчиво, либо в последнее время снижается 1: средний чек. Из 400 активных "
        "клиентов с известным обычным промежутком между покупками дольше обычного не покупают 90 (22,5 %, 95%-й интервал 18,7–26,8 %): срок "
        "без покупок более чем в 2 раза превысил обычный. За последние 365 дней они потратили 4 500 $."
    )
    assert spoken(got, "uk") == (
        "З показників, за якими видно ранні симптоми (перевірити можна 3 з 6), і стійко, і останнім часом знижуються "
        "2: замовлення активного клієнта, цінність клієнта; або стійко, або останнім часом знижується 1: середній чек. Із 400 "
        "активних клієнтів із відомою звичною перервою між покупками довше, ніж зазвичай, не купують 90 (22,5%, 95%-й інтервал 18,7–26,8%): строк без покупок "
        "більш ніж у 2 рази перевищив звичний. За останні 365 днів вони витратили 4 500 $."
    )


def test_hidden_churn_in_russian_and_ukrainian():
    rules = pd.DataFrame([account(25, 75, 80, 220, now=(500, 21, 0)).to_dict() | {"rule": "any"}])
    got = says.hidden_churn(rules, decline_share=0.5, **IN_THREE).text
    assert spoken(got, "ru").startswith(
        "Ни у кого из 21 активного клиента с известными привычками не видно признаков скрытого оттока (0,0 %, 95%-й "
        "интервал 0,0–15,5 %). Таких признаков два: клиент не покупает дольше обычного либо дважды подряд купил или потратил хотя бы на 50 % меньше обычного. "
        "Такой список не отличить от случайного, работать по нему не стоит: "
    )
    assert spoken(got, "uk").startswith(
        "Ні в кого з 21 активного клієнта із відомими звичками не видно ознак прихованого відтоку (0,0%, 95%-й "
        "інтервал 0,0–15,5%). Таких ознак дві: клієнт не купує довше, ніж зазвичай, або двічі поспіль купив чи витратив щонайменше на 50% менше, ніж зазвичай. "
        "Такий список не відрізнити від випадкового, працювати за ним не варто: "
    )


@pytest.mark.parametrize(
    ("number", "russian", "ukrainian"),
    [
        (1, "1 активный клиент покупает", "1 активний клієнт купує"),
        (2, "2 активных клиента покупают", "2 активні клієнти купують"),
        (11, "11 активных клиентов покупают", "11 активних клієнтів купують"),
        (21, "21 активный клиент покупает", "21 активний клієнт купує"),
    ],
)
def test_those_who_buy_much_less_in_russian_and_ukrainian(number, russian, ukrainian):
    rules = pd.DataFrame([account(now=(500, 400, number)).to_dict() | {"rule": "declining"}])
    got = says.declining(rules, decline_share=0.5, **IN_THREE).text
    assert spoken(got, "ru").startswith(f"{russian} намного меньше обычного: это ")
    assert " из 400, которые в предыдущем году покупали достаточно часто (95%-й интервал " in spoken(
        got, "ru"
    )
    assert spoken(got, "uk").startswith(f"{ukrainian} набагато менше, ніж зазвичай: це ")
    assert " із 400, які в попередньому році купували досить часто (95%-й інтервал " in spoken(got, "uk")


def symptom_in(language: str, symptom: str, row: dict | None, **options) -> str:
    table = trends(**({} if row is None else {symptom: row}))
    return spoken(symptoms.symptom_finding(symptom, table, formats=THREE, **options).text, language)


def test_a_falling_symptom_in_russian_and_ukrainian():
    split = MixSplit(20.0, 15.0, 20.0, -0.5, -4.5, 0.5, 0.75)
    row = {"n": 21, "last": 36.104, "previous": 40.0, "year_change": 0.02}
    assert symptom_in("ru", "order_value", row, grain="month", split=split) == (
        "Заказ приносит меньше: −10,0 % (95%-й интервал от −15,0 % до −5,0 %). За 3 месяца по январь 2025 г. — в среднем "
        "36,10 $, за 12 предыдущих месяцев — 40,00 $ (21 заказ). За последние 12 месяцев — устойчивое снижение, "
        "примерно на 1,0 % в месяц: больше, чем объяснила бы случайность. Возможно, дело в сезоне: по сравнению с теми "
        "же 3 месяцами годом раньше — +2,0 %. Изменение выручки с заказа (−4,50 $) по большей части связано с другим составом "
        "клиентов: на новых приходится 75,0 % заказов, раньше — 50,0 %."
    )
    assert symptom_in("uk", "order_value", row, grain="week", split=split) == (
        "Замовлення приносить менше: −10,0% (95%-й інтервал від −15,0% до −5,0%). За 3 тижні по січень 2025 р. — у "
        "середньому 36,10 $, за 12 попередніх тижнів — 40,00 $ (21 замовлення). За останні 12 тижнів — стійке зниження, "
        "приблизно на 1,0% на тиждень: більше, ніж пояснила б випадковість. Можливо, річ у сезоні: порівняно з тими "
        "самими 3 тижнями роком раніше — +2,0%. Зміна виручки із замовлення (−4,50 $) здебільшого пов’язана з "
        "іншим складом клієнтів: на нових припадає 75,0% замовлень, раніше — 50,0%."
    )


def test_the_lead_names_a_symptom_with_its_steady_course():
    table = trends(order_value={"n": 21, "last": 36.104, "previous": 40.0})
    said = symptoms.symptom_finding("order_value", table, grain="month", formats=THREE)
    assert spoken(said.brief, "en") == "revenue per order (falling by about 1.0% a month)"
    assert spoken(said.brief, "ru") == "выручка с заказа (снижается примерно на 1,0 % за месяц)"
    unsteady = symptoms.symptom_finding("order_value", table.assign(trend=0), grain="month", formats=THREE)
    assert unsteady.brief == ""


def test_a_symptom_in_points_and_one_without_data_in_russian_and_ukrainian():
    row = {"last": 0.39, "previous": 0.41, "change": -0.02, "low": -0.05, "high": 0.01, "n": 213, "shift": 0}
    row |= {"slope": -0.013, "year_change": np.nan}
    options = {"grain": "quarter", "window_days": 21}
    assert symptom_in("ru", "repeat_rate", row, **options) == (
        "Новые клиенты реже покупают снова в течение 21 дня: −2,0 п. п. (95%-й интервал от −5,0 до +1,0 п. п.). Среди пришедших за "
        "3 квартала по январь 2025 г. таких 39,0 %, среди пришедших за 12 предыдущих кварталов — 41,0 % (n = 213). За последние "
        "12 кварталов — устойчивое снижение, примерно на 1,3 п. п. в квартал: больше, чем объяснила бы случайность. Вывод "
        "сделан по этому тренду; отличие последних 3 кварталов само по себе может быть случайным."
    )
    assert symptom_in("uk", "repeat_rate", None, **options) == (
        "Частку нових клієнтів, які купують знову, поки не можна оцінити: для тренду потрібно 12 кварталів поспіль, а вимірювань "
        "поки немає. Квартал враховується, якщо за цей час уперше купило достатньо клієнтів і відтоді минув 21 день."
    )


ACTIVITY = pd.DataFrame(
    {
        "group": ["left"] * 3 + ["stayed"] * 3, "stretch": ["norm", "previous", "last"] * 2, "customers": 9,
        "purchases": [0.4, 0.3, 0.2, 0.5, 0.6, 0.5], "low": 0.1, "high": 0.7,
    }
)  # fmt: skip
CHARTS = {
    "symptoms": (symptom_lines, pd.concat([lines().assign(symptom=symptom) for symptom in SYMPTOMS]), {}),
    "cadence": (cadence_grid, CELLS, {"multiple": 1.5, "gap_days": 180}),
    "activity": (activity_lines, ACTIVITY, {}),
}


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("width", [740, 332])
@pytest.mark.parametrize("name", CHARTS)
def test_words_lie_within_the_picture_and_apart(name, width, language):
    draw, table, options = CHARTS[name]
    figure = drawn(draw, table, width=width, formats=Formats(language), **options).figure
    page = figure.bbox
    words = [*figure.texts, *(text for ax in figure.axes for text in ax.texts)]
    for ax in figure.axes:
        for axis, (low, high) in ((ax.xaxis, sorted(ax.get_xlim())), (ax.yaxis, sorted(ax.get_ylim()))):
            ticks = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
            words += [axis.label, *(label for place, label in ticks if low <= place <= high)]
    boxes = [(text.get_text(), text.get_window_extent()) for text in words if text.get_text()]
    outside = [word for word, box in boxes if box.x0 < -1 or box.x1 > page.x1 + 1 or box.y0 < -1]
    assert outside == []
    assert [(a, b) for (a, one), (b, two) in combinations(boxes, 2) if one.overlaps(two)] == []
