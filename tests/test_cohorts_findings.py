"""What is said of cohorts: word for word, also where there is too little to say it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_cohorts import retention

from retention_utils.cohorts.contrast import CohortSpread
from retention_utils.cohorts.heat import heat_cells
from retention_utils.cohorts.ways import answers_at_brackets, return_ways
from retention_utils.columns.cohorts import CELLS, EVENTS, KEPT, POOLED, ROLLING, STAYING, WAYS
from retention_utils.display_tables import show_table
from retention_utils.findings import (
    cohorts,
    cohorts_clocks,
    cohorts_events,
    cohorts_figures,
    cohorts_kpis,
    cohorts_ways,
)
from retention_utils.findings.grain_heads import by_grain
from retention_utils.formats import Formats

FORMATS = Formats("en", "USD")
ASKED = {"min_customers": 20, "grain": "month", "formats": FORMATS}


def said(text: str) -> str:
    return str(text).replace("\u2060", "")


SPREAD = CohortSpread(
    age=3, cohorts=46, customers=2832, worst="2024-05", worst_customers=61, worst_retention=0.0656,
    best="2021-09", best_customers=57, best_retention=0.3158, p_value=0.2096,
)  # fmt: skip
WORST = "That of May 2024 did worst (6.6% of 61 bought) and that of September 2021 best (31.6% of 57)"


def test_cohorts_that_chance_can_explain():
    got = cohorts.cohort_spread(SPREAD, age=3, **ASKED)
    assert (got.key, got.verdict, got.is_headline) == ("cohort_spread", "yes", False)
    assert got.text == (
        "In month 3 after joining, the 46 cohorts with enough customers do not clearly differ, so one average figure will "
        f"do there. {WORST}, but some always do. That can be chance: even cohorts that are all alike would differ as much in 21.0% of cases."
    )


@pytest.mark.parametrize(
    ("p_value", "rate"),
    [(0.0187, "1.9%"), (0.001, "0.1%"), (0.0009, "fewer than 0.1%"), (1e-30, "fewer than 0.1%")],
)
def test_cohorts_that_differ_by_more_than_chance(p_value, rate):
    got = cohorts.cohort_spread(replace(SPREAD, p_value=p_value), age=3, **ASKED)
    assert got.verdict == "with reservations"
    assert got.text == (
        "The 46 cohorts with enough customers differ: the share that bought in month 3 after joining ran from 6.6% (May "
        "2024) to 31.6% (September 2021). These two had 61 and 57 customers. Cohorts that are all alike would differ as much in "
        f"{rate} of cases."
    )


def test_the_limit_of_chance_is_one_in_twenty():
    assert cohorts.cohort_spread(replace(SPREAD, p_value=0.05), age=3, **ASKED).verdict == "yes"
    assert (
        cohorts.cohort_spread(replace(SPREAD, p_value=0.0499), age=3, **ASKED).verdict == "with reservations"
    )


def test_too_few_cohorts_to_tell_apart():
    got = cohorts.cohort_spread(None, age=1, min_customers=20, grain="week", formats=FORMATS)
    assert (got.verdict, got.text) == (
        "not enough data",
        "Whether one figure can stand for all cohorts cannot be said yet. That needs three of at least 20 new "
        "customers, followed through week 1 after joining.",
    )


def test_a_second_purchase_in_the_first_period_as_a_key_figure():
    repeat = pd.Series(
        {"customers": 23502, "repeaters": 2423, "share": 0.1031, "low": 0.0993, "high": 0.1070}
    )
    got = cohorts_kpis.repeat_in_period_0_kpi(repeat, **ASKED)
    assert (got.key, got.label) == ("repeat_in_period_0", "Bought again within the month of joining")
    assert (got.value, got.number, got.basis) == ("10.3%", 0.1031, "n = 23,502")
    assert said(got.interval) == "95% interval 9.9–10.7%"
    got = cohorts_kpis.repeat_in_period_0_kpi(None, min_customers=20, grain="days", formats=FORMATS)
    assert (got.label, got.value, got.number) == ("Bought again within the period of joining", "—", None)
    assert (got.basis, got.verdict) == ("fewer than 20 new customers", "not enough data")


def test_revenue_kept_as_a_key_figure():
    row = {
        "age": 3,
        "cohorts": 46,
        "customers": 2832,
        "amount_kept": 0.1888,
        "amount_low": 0.1659,
        "amount_high": 0.2116,
    }
    kept = pd.DataFrame([row])
    got = cohorts_kpis.revenue_kept_kpi(kept, age=3, **ASKED)
    assert (got.key, got.label) == (
        "revenue_kept",
        "Revenue in month 3 after joining, as a share of the first month's",
    )
    assert (got.value, got.number, got.basis) == ("18.9%", 0.1888, "n = 2,832, cohorts = 46")
    assert said(got.interval) == "95% interval 16.6–21.2%"
    few = cohorts_kpis.revenue_kept_kpi(kept.assign(amount_low=np.nan, amount_high=np.nan), age=3, **ASKED)
    assert (few.value, few.interval) == ("18.9%", "")  # its basis says of how many cohorts
    for table, age in ((kept, 4), (kept.assign(amount_kept=np.nan), 3)):
        got = cohorts_kpis.revenue_kept_kpi(table, age=age, **ASKED)
        assert (got.value, got.verdict) == ("—", "not enough data")
        assert got.basis == "fewer than 20 customers followed that long"


def test_a_plain_mean_of_cohorts_has_no_interval_to_print():
    pooled = pd.DataFrame(
        {"age": [3], "customers": [2832], "retention": [0.17], "low": [np.nan], "high": [np.nan]}
    )
    got = cohorts_kpis.retention_kpi(pooled, age=3, key="early_retention", **ASKED)
    assert (got.key, got.value, got.interval, got.basis) == ("early_retention", "17.0%", "", "n = 2,832")


READ = (
    "Each row is a cohort with its number of customers; the further right, the later. The more a "
    "cell stands out from the page, the larger the share."
)
MARKS = pd.DataFrame({"number": [1], "period": ["2024-01"], "age": [1]})


@pytest.mark.parametrize(
    ("most", "mixed", "marks", "further"),
    [
        (24, 0, MARKS.iloc[:0], ""),
        (2, 0, MARKS.iloc[:0], " Drawn are the newest 2 of 3 cohorts, up to 2 periods after joining; the table of every "
         "cohort has the others."),
        (24, 1, MARKS.iloc[:0], " Cohorts that may hold old customers, or lack days, are not drawn."),
        (24, 0, MARKS, " Framed cells lie in a period with an event, every period on a diagonal of its own; the numbers "
         "are those of the events in their table."),
    ],
)  # fmt: skip
def test_the_heat_map_says_what_it_leaves_out(most, mixed, marks, further):
    table = retention((0, 0, 50), (1, 0, 50), (2, 0, 50), (3, 0, 50), mixed=mixed)
    got = cohorts_figures.heatmap_caption(table, heat_cells(table, most=most), marks, formats=FORMATS)
    assert got == READ + further


def test_the_heat_map_explains_a_frame_only_where_one_is_drawn():
    table = retention((0, 0, 50), (1, 0, 50), (2, 0, 50), (3, 0, 50))
    cells = heat_cells(table, most=24)
    small = cells.assign(retention=cells["retention"].where(cells["cohort"] != cells["cohort"].max()))
    got = cohorts_figures.heatmap_caption(table, small, MARKS.iloc[:0], formats=FORMATS)
    assert got == READ + " A dashed frame marks a cohort too small for shares."


# --- ways and clocks ----------------------------------------------------------------------------------------


def ways(periods: int = 8, *, follow_up: int = 1, later: int = 60) -> pd.DataFrame:
    """One cohort of a hundred: 20 buy at every age, 45 have by age 3 and 55 by age 6; ``later`` buy last at 7."""
    table = retention(*[(0, age, 100 if age == 0 else 20) for age in range(periods)], periods=periods)
    first = pd.DataFrame({"cohort": 0, "age": [1, 2, 3, 5], "customers": [20, 15, 10, 10]})
    last = pd.DataFrame({"cohort": 0, "age": [0, 7], "customers": [100 - later, later]})
    bracket = pd.DataFrame({"cohort": 0, "first_age": [1, 4], "last_age": [3, 6], "active": [45, 38]})
    return return_ways(table, last, first, bracket, follow_up=follow_up, min_customers=20)


def test_four_answers_word_for_word():
    got = cohorts_ways.four_answers(ways(), ways(later=57), **ASKED)
    assert (got.key, got.tone, got.title) == ("four_answers", "info", "One question, four answers")
    assert got.text == (
        "Of the same 100 customers, 20.0% bought in month 6 itself (“on”, what this report calls retention), 38.0% at "
        "least once in months 4 to 6 (“bracket”), and 55.0% at least once in months 1 to 6 (“cumulative”). The longer the "
        "stretch, the more customers are found in it: compare a figure only with one counted the same way. 60.0% bought "
        "in month 6 or later (“on or after”): they are not known to be lost. This figure rises whenever a customer comes "
        "back; one month ago it was 57.0% for the same customers."
    )


def test_without_enough_follow_up_nothing_is_said_of_on_or_after():
    short = ways(follow_up=99)
    got = cohorts_ways.four_answers(short, short, **ASKED)
    assert str(got.text).endswith(": compare a figure only with one counted the same way.")
    assert "in months 4 to 6" in got.text


def test_the_answers_are_told_at_the_last_age_that_has_all_four():
    got = cohorts_ways.four_answers(ways(follow_up=2), ways(follow_up=2), **ASKED)
    assert "in month 3 itself" in got.text
    assert "45.0% at least once in months 1 to 3" in got.text


def test_four_answers_without_enough_data():
    nothing = ways(periods=3)
    got = cohorts_ways.four_answers(nothing, nothing, min_customers=20, grain="week", formats=FORMATS)
    assert got.text == (
        "Who came back can be counted in four ways once cohorts of at least 20 new customers have been followed for 3 "
        "weeks."
    )
    assert (
        cohorts_ways.ways_alt(nothing, grain="week", formats=FORMATS)
        == "No cohort has been followed long enough."
    )


def test_the_chart_of_four_ways_in_words():
    assert cohorts_ways.ways_alt(ways(), grain="month", formats=FORMATS) == (
        "Who came back by month 6 after joining: 20.0% on, 38.0% bracket, 55.0% cumulative, 60.0% on or after."
    )


def test_every_answer_is_named_with_what_it_counts():
    got = cohorts_ways.named_ways(answers_at_brackets(ways(follow_up=2)), grain="month", formats=FORMATS)
    assert got["meaning"].tolist()[3:7] == [
        "in month 3 or later: not known lost (on or after)",
        "in month 6 itself (on)",
        "at least once in months 4 to 6 (bracket)",
        "at least once up to month 6 (cumulative)",
    ]
    printed = show_table(got, WAYS, key="ways", caption="Ways", formats=FORMATS)
    assert printed.cells[-1][:6] == (
        "in month 6 or later: not known lost (on or after)",
        "—",
        "—",
        "—",
        "—",
        "100",
    )


CLOCK = pd.DataFrame({"age": [0, 1, 2], "customers": [3098, 3036, 19], "retention": [1.0, 0.1914, np.nan]})


def test_two_clocks_word_for_word():
    own = CLOCK.assign(customers=[3038, 2938, 19], retention=[1.0, 0.1855, np.nan])
    got = cohorts_clocks.two_clocks(CLOCK, own, **ASKED)
    assert (got.key, got.tone) == ("two_clocks", "info")
    assert got.text == (
        "By the calendar, 19.1% of 3,036 customers bought in month 1 after joining; by their own clocks, 18.6% of 2,938 "
        "bought on days 30 to 59 after their first purchase. By the calendar, month 1 begins the next day for whoever "
        "joins on the last day of a month, but a whole month later for whoever joins on the first. So a cohort with many "
        "late joiners can look better or worse without being so. The calendar fits the books, the own clock is fair to "
        "late joiners: never compare a figure of one with one of the other."
    )
    for nothing in (own.iloc[:1], own.assign(customers=19), own.assign(retention=np.nan)):
        assert cohorts_clocks.two_clocks(CLOCK, nothing, **ASKED) is None


def test_the_line_by_own_clocks_in_words():
    got = cohorts_clocks.rolling_alt(CLOCK.iloc[1:2], formats=FORMATS)
    assert got == "Line from 19.1% on days 30 to 59 after the first purchase to 19.1% on days 30 to 59."
    assert (
        cohorts_clocks.rolling_alt(CLOCK.iloc[:0], formats=FORMATS)
        == "No customer has been followed long enough."
    )
    assert cohorts_clocks.named_stretches(CLOCK)["days"].tolist() == ["0–29", "30–59", "60–89"]


# --- events -------------------------------------------------------------------------------------------------


def contrasts() -> pd.DataFrame:
    day = pd.Timestamp("2024-11-29")
    row = {"number": 1, "name": "Sale", "day": day, "last_day": day, "customers": 500, "active": 50, "retention": 0.1,
           "usual": 0.12, "difference": -0.02, "low": -0.03, "high": -0.01}  # fmt: skip
    rows = [
        row,
        row
        | {"number": 2, "name": "<b>=1+1", "last_day": pd.Timestamp("2024-12-01"), "low": 0.01, "high": 0.03},
        row | {"number": 3, "low": -0.01, "high": 0.01},
        row | {"number": 4, "usual": np.nan, "difference": np.nan, "low": np.nan, "high": np.nan},
    ]
    return pd.DataFrame(rows)


def test_events_are_told_without_a_cause():
    got = cohorts_events.told_events(contrasts(), formats=FORMATS)
    assert got["event"].tolist() == ["1. Sale", "2. <b>=1+1", "3. Sale", "4. Sale"]
    assert got["days"].tolist()[:2] == ["29 November 2024", "29 November – 1 December 2024"]
    assert got["reading"].tolist() == [
        "lower than usual", "higher than usual", "no clear difference", "too little to compare with"
    ]  # fmt: skip
    page = show_table(got, EVENTS, key="events", caption="Events", formats=FORMATS)._repr_mimebundle_()[
        "text/html"
    ]
    assert "<b>" not in page
    assert "2. &lt;b&gt;=1+1" in page
    assert cohorts_events.told_events(contrasts().iloc[:0], formats=FORMATS).empty


def test_what_to_supply_for_events():
    got = cohorts_events.missing_events(formats=FORMATS)
    assert (got.key, got.tone, got.title) == ("missing_events", "supply", "Events beside the cohorts")
    assert got.text == (
        "With the days of price changes, outages or holidays, the heat map marks the periods they fell in, and a table "
        "compares retention in them with the usual. Whoever makes this report finds the columns of such a table "
        "in data/README.md (events)."
    )


def test_tables_print_an_interval_beside_every_share_of_customers():
    for columns in (POOLED, ROLLING, WAYS, CELLS):
        names = [column.name for column in columns]
        at = names.index("retention")
        assert names[at + 1 : at + 3] == ["low", "high"]
        assert "customers" in names
    names = [column.name for column in KEPT]
    assert names[names.index("amount_kept") + 1 :][:2] == ["amount_low", "amount_high"]


def test_heads_count_what_the_periods_of_the_report_are():
    three = Formats("en,ru,uk", "EUR")
    heads = {grain: by_grain(STAYING, grain, formats=three)[0].label for grain in ("year", "month", "days")}
    assert [str(head) for head in heads.values()] == ["Years later", "Months later", "Periods later"]
    assert (heads["year"].in_language("ru"), heads["year"].in_language("uk")) == (
        "Через сколько лет",
        "Через скільки років",
    )
    # The other heads, and everything else of a column, stay as they are.
    assert by_grain(STAYING, "year", formats=three)[1:] == STAYING[1:]
    assert by_grain(STAYING, "year", formats=three)[0].name == "age"
