"""What the chapters say, word for word: every verdict, and what is said when there is too little to say."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from retention_utils.cohorts.contrast import AgeComparison
from retention_utils.config import Policies
from retention_utils.display import MIME, Action, Callout, Finding, Kpi
from retention_utils.findings import (
    cohorts,
    cohorts_figures,
    cohorts_kpis,
    next_order,
    passport,
    passport_checks,
    passport_tables,
    playbook,
    pulse,
    pulse_kpis,
    summary,
    summary_lead,
    summary_words,
    value,
    value_tables,
    words,
)
from retention_utils.findings.summary_answers import (
    AnsweredFinding,
    answer_first,
    answered,
    other_answers,
)
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.passport.account import use_account
from retention_utils.passport.checks import Check
from retention_utils.playbook.engine import FiredRule, Judgement, judge
from retention_utils.playbook.rules import read_playbook
from retention_utils.pulse import BaseChange, ChurnChange, RatioChange
from retention_utils.repeat_rate import RepeatRateChange
from retention_utils.texts import text_of
from retention_utils.value_models.appraisal import Appraisal, Rehearsal
from retention_utils.value_models.holdout import ModelChoice
from retention_utils.verdict_words import verdict_word

FORMATS = Formats()


def said(text: str) -> str:
    """The text without the joiners that keep a span on one line."""
    return str(text).replace("\u2060", "")


# --- words that chapters share ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "more_is_better", "verdict"),
    [
        (0.01, 0.05, True, "better"),
        (0.01, 0.05, False, "worse"),
        (-0.05, -0.01, True, "worse"),
        (-0.05, -0.01, False, "better"),
        (-0.01, 0.05, True, "no clear change"),
        (-0.05, 0.01, False, "no clear change"),
        (0.0, 0.05, True, "no clear change"),  # an interval that ends at zero does not leave it out
        (-0.05, 0.0, True, "no clear change"),
        (0.0, 0.0, True, "no clear change"),
    ],
)
def test_only_an_interval_that_leaves_out_zero_earns_a_verdict(low, high, more_is_better, verdict):
    assert words.verdict_of(low, high, more_is_better=more_is_better) == verdict


def test_shared_words():
    assert said(words.interval(0.098, 0.114, "share", FORMATS)) == "95% interval 9.8–11.4%"
    assert words.change_interval(-0.023, 0.176, "share", FORMATS) == "95% interval −2.3% to +17.6%"
    assert words.change_interval(-231.1, -106.9, "count", FORMATS) == "95% interval −231 to −107"
    assert [words.direction_of(change) for change in (0.1, -0.1, 0, None, False)] == [
        "up",
        "down",
        "",
        "",
        "",
    ]


# --- passport -----------------------------------------------------------------------------------------

ROWS = pd.DataFrame(
    [("used", 69578, 2_500_315.63), ("refund", 1, -15.0), ("bad_amount", 80, np.nan)],
    columns=["use", "rows", "amount"],
)
ACCOUNT = use_account(ROWS)
FOUND = {
    "rows": 0.998852, "revenue": 1.0, "by_rule": 0.0, "no_customer": 0.0312, "history": 546, "silence": 0,
    "breaks": 0, "mixed": 0.0, "suspects": 0, "stated": 0.004,
}  # fmt: skip


def checks(**verdicts: str) -> list[Check]:
    return [Check(key, verdicts.get(key, "pass"), number) for key, number in FOUND.items()]


@pytest.mark.parametrize(
    ("verdicts", "verdict", "grade", "passed"),
    [
        ({}, "yes", "A", "all 10"),
        ({"stated": "not checked"}, "yes", "A", "all 9"),
        ({"stated": "not checked", "breaks": "not checked"}, "yes", "A", "all 8"),
        ({"history": "warn"}, "with reservations", "B", "9 of 10"),
        ({"history": "warn", "rows": "warn", "revenue": "not checked"}, "with reservations", "C", "7 of 10"),
        ({"mixed": "fail"}, "no", "D", "9 of 10"),
    ],
)
def test_trust(verdicts, verdict, grade, passed):
    got = passport.trust(checks(**verdicts), ACCOUNT, formats=FORMATS)
    assert got.verdict == verdict
    assert got.is_headline
    assert got.text == (
        f"The data are graded {grade}: {passed} checks that the grade rests on passed. Of the order log, 69,579 of "
        "69,659 rows (99.89%) are used; it covers 546 days."
    )


def test_the_checks_are_listed_with_what_was_asked_for():
    got = passport_checks.check_table(checks(silence="warn", revenue="not checked"), formats=FORMATS)
    assert [tuple(row) for row in got.itertuples(index=False)] == [
        ("Rows that should count and do", "passed", "99.89%", "at least 99%, never under 95%"),
        ("Money that should count and does", "not checked", "100.00%", "at least 99%, never under 95%"),
        ("Rows left out by rule", "passed", "0.00%", "at most 25%"),
        ("Revenue without a customer", "passed", "3.12%", "at most 5%, never over 20%"),
        ("Length of the log", "passed", "546 days", "at least 365 days, never under 180 days"),
        (
            "Unusually long stretch without an order",
            "reservation",
            "0 days",
            "no more days than usually bring 14 orders",
        ),
        (
            "Levels that change lastingly",
            "passed; a change in the first 52 weeks or in the last 15 weeks cannot be seen",
            "0",
            "none, in a log of 68 weeks or more",
        ),
        ("Customers who may be older than the log", "passed", "0.00%", "at most 20%, never over 50%"),
        ("Customers who look like wholesalers or tests", "passed", "0", "none"),
        ("Largest difference from the stated revenue", "passed", "0.40%", "at most 1%, never over 5%"),
    ]


def test_a_check_that_failed_or_found_nothing_says_so():
    found = [Check("rows", "fail", 0.9), Check("stated", "not checked", np.nan), Check("breaks", "warn", 2)]
    got = passport_checks.check_table(found, formats=FORMATS)
    assert got["result"].tolist() == ["not passed", "not checked", "reservation"]
    assert got["found"].tolist() == ["90.00%", None, "2"]


def test_the_grade_gives_its_reasons_and_what_would_make_it_an_a():
    got = passport_checks.data_grade(checks(history="warn", mixed="fail", suspects="warn"), formats=FORMATS)
    assert got.grade == "D"
    assert got.next == (
        "Failed: customers who may be older than the log. "
        "Reservations: length of the log; customers who look like wholesalers or tests. "
        "For an A: supply a longer log; supply sign-up dates, or a log that begins with the first customers; "
        "look at these customers, and name those to leave out."
    )
    assert [letter for letter, _ in got.steps] == ["A", "B", "C", "D"]
    assert (
        passport_checks.data_grade(checks(), formats=FORMATS).next
        == "Nothing stands in the way of the later chapters."
    )


def test_a_check_that_could_not_be_made_is_a_reason():
    got = passport_checks.data_grade(checks(revenue="not checked"), formats=FORMATS)
    assert (got.grade, got.next) == (
        "B",
        "Could not be checked: money that should count and does. "
        "For an A: supply the orders behind the money that cannot be used.",
    )


def test_an_a_without_a_stated_revenue_says_what_was_not_compared():
    got = passport_checks.data_grade(checks(stated="not checked"), formats=FORMATS)
    assert (got.grade, got.next) == (
        "A",
        "Nothing stands in the way of the later chapters. The revenue was not compared with the client's own "
        "books; the grade does not ask for it. Supply a figure from the books to have it compared.",
    )


@pytest.mark.parametrize("key", FOUND)
def test_every_check_has_a_name_and_a_remedy(key):
    got = passport_checks.data_grade(checks(**{key: "fail"}), formats=FORMATS)
    assert got.grade == "D"
    assert re.fullmatch(r"Failed: [a-z ]+\. For an A: [a-z][^;]+\.", str(got.next))


def test_rows_used_as_a_key_figure():
    got = passport.rows_used_kpi(ACCOUNT, formats=FORMATS)
    assert (got.label, got.value, got.number, got.basis) == (
        "Rows used",
        "99.89%",
        0.9989,
        "69,579 of 69,659; the others are left out by rule or cannot be used",
    )


def test_net_revenue_as_a_key_figure():
    got = passport.net_revenue_kpi(ACCOUNT, formats=FORMATS)
    assert (got.label, got.value, got.number, got.basis) == (
        "Net revenue in the log",
        "$2.5M",
        2_500_300.63,
        "$15 of refunds taken off",
    )
    plain = use_account(ROWS[ROWS["use"] == "used"])
    assert passport.net_revenue_kpi(plain, formats=FORMATS).basis == "no refunds taken off"


WEEKS = pd.DataFrame(
    {"week": pd.to_datetime(["2025-03-03", "2025-03-10", "2025-03-17"]), "orders": [80, 1250, 300]}
).assign(amount=[2400.0, 37500.0, 9000.0], questioned_days=0, is_shift=False)


@pytest.mark.parametrize(
    ("column", "questioned", "shifts", "text"),
    [
        ("orders", [0, 0, 0], [], "Bars for 3 weeks: orders between 80 and 1,250, 300 in the last."),
        (
            "orders",
            [2, 0, 7],
            [],
            "Bars for 3 weeks: orders between 80 and 1,250, 300 in the last. 2 weeks hold a questionable silence.",
        ),
        (
            "orders",
            [0, 3, 0],
            [1],
            "Bars for 3 weeks: orders between 80 and 1,250, 300 in the last. 1 week holds a questionable silence. "
            "A level changes lastingly from 10 March 2025 on.",
        ),
        (
            "amount",
            [0, 0, 0],
            [0, 2],
            "Bars for 3 weeks: revenue between $2,400 and $37.5k, $9,000 in the last. "
            "A level changes lastingly from 3 March 2025, 17 March 2025 on.",
        ),
    ],
)
def test_the_weeks_in_words(column, questioned, shifts, text):
    weekly = WEEKS.assign(questioned_days=questioned, is_shift=WEEKS.index.isin(shifts))
    assert passport.weekly_alt(weekly, column=column, formats=FORMATS) == text
    caption = str(passport.weekly_caption(weekly, formats=FORMATS))  # of no mark that is not drawn
    assert ("question mark" in caption, "dashed line" in caption) == (any(questioned), bool(shifts))


def test_one_week_and_none_in_words():
    got = passport.weekly_alt(WEEKS[:1], column="orders", formats=FORMATS)
    assert got == "Bars for 1 week: orders between 80 and 80, 80 in the last."
    got = passport.weekly_alt(WEEKS[:0], column="orders", formats=FORMATS)
    assert got == "The log is shorter than a week."


def test_the_account_as_a_table():
    got = passport_tables.account_table(ACCOUNT, formats=FORMATS)
    assert got.cells == (
        ("used", "69,578", "99.9%", "$2,500,315.63"),
        ("refund, taken off its order", "1", "0.0%", "−$15.00"),
        ("counted, in all", "69,579", "99.9%", "$2,500,300.63"),
        ("amount cannot be read", "80", "0.1%", "—"),
        ("left out, in all", "80", "0.1%", "$0.00"),
        ("all rows", "69,659", "100.0%", "$2,500,300.63"),
    )
    assert got.emphasis == (2, 4, 5)


IDENTITY = pd.DataFrame(
    [("none", 5, 0, 50.0), ("id", 10, 4, 100.0), ("contact", 3, 2, 50.0)],
    columns=["identity", "rows", "customers", "amount"],
)


def test_identity_as_a_table():
    got = passport_tables.identity_table(IDENTITY, formats=FORMATS)
    assert got.cells == (
        ("by the id in the log", "10", "4", "$100.00", "50.0%"),
        ("guest, by e-mail or telephone only", "3", "2", "$50.00", "25.0%"),
        ("not known", "5", "0", "$50.00", "25.0%"),
    )


def test_policies_as_a_table():
    policies = Policies(exclude_customers=("C\u202e1",))
    rows = pd.DataFrame([("used", 9, 90.0), ("excluded_customer", 4, 40.0)], columns=ROWS.columns)
    got = passport_tables.policy_table(policies, rows, IDENTITY, formats=FORMATS)
    assert got.cells[3:5] == (
        (
            "Customers left out by name",
            "these customers are left out with all their orders",
            "4",
            "$40.00",
            "exclude_customers = C[U+202E]1",
        ),
        (
            "Guests",
            "guests without an id are told apart by e-mail, else by telephone",
            "3",
            "$50.00",
            "guests = contact",
        ),
    )


def test_breaks_as_a_table():
    shifts = pd.DataFrame(
        [
            ("orders", 60, pd.Timestamp("2023-02-27"), 1100.0, 550.0, -0.5),
            ("order_value", 70, pd.Timestamp("2023-05-08"), 30.0, 45.5, 0.5167),
            ("returning", 80, pd.Timestamp("2023-07-17"), 0.5, 0.2, -0.6),
        ],
        columns=["measure", "week", "first_day", "before", "after", "change"],
    )
    got = passport_tables.breaks_table(shifts, formats=FORMATS)
    assert got.cells == (
        ("orders in a week", "27 February 2023", "1,100", "550", "−50.0%"),
        ("revenue per order", "8 May 2023", "$30.00", "$45.50", "+51.7%"),
        ("share of buyers who had bought before", "17 July 2023", "50.0%", "20.0%", "−60.0%"),
    )
    assert passport_tables.breaks_table(shifts[:0], formats=FORMATS) is None


def test_suspects_are_cut_at_ten_and_their_ids_made_visible():
    found = pd.DataFrame({"customer_id": ["a\u202eb", "x" * 5000, *(f"C{n}" for n in range(12))]}).assign(
        reason=["id", *["large"] * 13], orders=3, amount=100.0, share=0.05
    )
    got = passport_tables.suspects_table(found, formats=FORMATS)
    assert len(got.cells) == 10
    assert got.cells[0] == ("a[U+202E]b", "id looks like a test or a placeholder", "3", "$100.00", "5.0%")
    assert got.cells[1][:2] == ("x" * 59 + "…", "far larger than others")
    assert got.note == (
        "10 of 14 are listed. They are used like all others, until the client file names them to be left out."
    )
    few = passport_tables.suspects_table(found[:2], formats=FORMATS)
    assert str(few.note).startswith("They are used like all others, until")
    assert passport_tables.suspects_table(found[:0], formats=FORMATS) is None


def test_stated_revenue_as_a_table():
    stated = pd.DataFrame(
        [
            ("2024-02", 1450.0, 1450.0, 0.0, 0.0, ""),
            ("2024-03", 1000.0, 1030.0, 30.0, 0.03, ""),
            ("2024-Q4", 100.0, 10.0, -90.0, -0.9, ""),
            ("2023", 7.0, np.nan, np.nan, np.nan, "before"),
            ("2025", 9.0, np.nan, np.nan, np.nan, "after"),
        ],
        columns=["period", "stated", "found", "difference", "share", "reason"],
    )
    got = passport_tables.stated_table(stated, formats=FORMATS)
    assert got.cells == (
        ("February 2024", "$1,450.00", "$1,450.00", "$0.00", "0.0%", "passed"),
        ("March 2024", "$1,000.00", "$1,030.00", "$30.00", "3.0%", "reservation"),
        ("Q4 2024", "$100.00", "$10.00", "−$90.00", "−90.0%", "not passed"),
        ("2023", "$7.00", "", "", "", "not checked: begins before the log"),
        ("2025", "$9.00", "", "", "", "not checked: ends after the last day looked at"),
    )
    assert passport_tables.stated_table(stated[:0], formats=FORMATS) is None


def test_unreadable_cells_are_listed_with_file_and_line():
    cells = pd.DataFrame(
        {"file": ["a\x1b.csv"], "row": [1201], "line": [1204], "column": ["сумма"], "use": ["bad_amount"]}
    ).assign(found="12\u200b,x")
    got = passport_tables.unreadable_table(cells, ROWS, formats=FORMATS)
    assert got.cells == (("a␛.csv", "1204", "сумма", "amount cannot be read", "12[U+200B],x"),)
    assert got.note == "1 of 80 is listed."
    assert passport_tables.unreadable_table(cells[:0], ROWS, formats=FORMATS) is None


def test_orphan_refunds_are_listed():
    orphans = pd.DataFrame(
        {"file": ["a.csv"], "row": [1201], "customer_id": ["C\t1"], "day": pd.to_datetime(["2024-02-03"])}
    ).assign(amount=-12.5)
    rows = pd.DataFrame([("orphan_refund", 1, -12.5)], columns=ROWS.columns)
    got = passport_tables.orphans_table(orphans, rows, formats=FORMATS)
    assert got.cells == (("a.csv", "1201", "C␉1", "3 February 2024", "−$12.50"),)
    assert got.note == (
        "They are not taken off the revenue, since the order they belong to, and so its period, is not known."
    )
    assert passport_tables.orphans_table(orphans[:0], rows, formats=FORMATS) is None


# --- pulse --------------------------------------------------------------------------------------------

CHURN = ChurnChange(
    period="1998-06", active_start=5529, lapsed=586, churn=0.10599, low=0.0981, high=0.1144,
    previous_period="1998-05", previous_churn=0.1183, difference=-0.0123, difference_low=-0.0241,
    difference_high=-0.0006,
)  # fmt: skip
BASE = BaseChange(
    period="1998-06", is_measured=True, active_start=5529, new=0, reactivated=417, lapsed=586, active_end=5360,
    difference=-169, low=-231.07, high=-106.93,
)  # fmt: skip


LAPSED = " Lapsed means: bought on none of the 180 days up to the end of the period."


def movement(**columns) -> pd.DataFrame:
    usual = {
        "period": ["1998-05", "1998-06"], "active_start": [5900, 5529], "active_end": [5529, 5360],
        "lapsed": [698, 586], "reactivated": [327, 417], "new": [0, 0], "orders": [1900, 2043],
        "amount": [71000.0, 76109.3], "order_value": [37.37, 37.2537], "buyers": [1488, 1506],
        "orders_per_buyer": [1.277, 1.3566], "joined": [0, 0], "is_measured": [True, True], "churn": [0.1183, 0.10599],
        "low": [0.1103, 0.0981], "high": [0.1268, 0.1144],
    }  # fmt: skip
    return pd.DataFrame({**usual, **columns})


def test_leak_word_for_word():
    got = pulse.leak(CHURN, gap_days=180, min_customers=20, formats=FORMATS)
    assert (got.verdict, got.is_headline) == ("better", True)
    assert said(got.text) == (
        "10.6% of the active customers lapsed in June 1998 (586 of 5,529, 95% interval 9.8–11.4%), after 11.8% in "
        "May 1998. That is a change of −1.2 points (95% interval −2.4 to −0.1 points). Lapsed means: bought on none "
        "of the 180 days up to the end of the period."
    )


@pytest.mark.parametrize(
    ("earlier", "told"),
    [([0.075, 0.08, 0.085], " But in each of the 3 months before the last two it was lower: 7.5% to 8.5%."),
     ([0.075, 0.08, 0.12], "")],
)  # fmt: skip
def test_one_odd_period_does_not_make_churn_look_better(earlier, told):
    table = pd.DataFrame({"churn": [*earlier, 0.1183, 0.10599]})
    got = pulse.leak(CHURN, table, gap_days=180, min_customers=20, formats=FORMATS)
    assert got.verdict == ("with reservations" if told else "better")
    assert said(got.text).endswith("−0.1 points)." + told + LAPSED)


def test_the_card_of_churn_says_so_too():
    odd = pd.DataFrame({"churn": [0.075, 0.08, 0.085, 0.1183, 0.10599], "active_start": 5529})
    odd = odd.assign(low=0.0981, high=0.1144, period=["1998-02", "1998-03", "1998-04", "1998-05", "1998-06"])
    assert said(pulse_kpis.churn_kpi(odd, CHURN, formats=FORMATS).basis) == (
        "n = 5,529; lower in each of the 3 months before the last two: 7.5% to 8.5%"
    )
    # One verdict for card and sentence: what the sentence takes back is not stamped as better.
    held = pulse.leak(CHURN, odd, gap_days=180, min_customers=20, formats=FORMATS)
    card = pulse_kpis.churn_kpi(odd, CHURN, formats=FORMATS)
    assert (card.verdict, held.verdict, card.direction) == ("with reservations", "with reservations", "down")
    assert (
        verdict_word("leak", held.verdict) == verdict_word("churn", card.verdict) == ("no steady change", "")
    )


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(-0.02, -0.01, "better"), (0.01, 0.02, "worse"), (-0.01, 0.02, "no clear change")],
)
def test_more_churn_is_worse(low, high, verdict):
    change = replace(CHURN, difference_low=low, difference_high=high)
    assert pulse.leak(change, gap_days=180, min_customers=20, formats=FORMATS).verdict == verdict
    assert pulse_kpis.churn_kpi(movement(), change, formats=FORMATS).verdict == verdict


def test_leak_without_enough_data():
    got = pulse.leak(None, gap_days=180, min_customers=20, formats=FORMATS)
    assert (got.verdict, got.is_headline) == ("not enough data", True)
    assert got.text == (
        "Whether more customers lapse than before cannot be said yet. That needs two periods with at least 20 "
        "customers active at the start, and an order log that reaches back 180 days before each of them."
    )


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(-231.0, -107.0, "worse"), (107.0, 231.0, "better"), (-20.0, 30.0, "no clear change")],
)
def test_base_balance_word_for_word(low, high, verdict):
    got = pulse.base_balance(replace(BASE, low=low, high=high), formats=FORMATS)
    assert (got.verdict, got.is_headline) == (verdict, False)
    assert str(got.text).startswith(
        "The number of active customers went from 5,529 to 5,360 in June 1998 (−169, 95% interval "
    )
    assert str(got.text).endswith("). In that time 586 lapsed, 417 came back and none were new.")
    assert (
        pulse_kpis.active_base_kpi(movement(), replace(BASE, low=low, high=high), formats=FORMATS).verdict
        == verdict
    )


def test_a_base_that_nobody_joins_does_not_get_worse_by_shrinking():
    got = pulse.base_balance(BASE, is_closed=True, formats=FORMATS)
    card = pulse_kpis.active_base_kpi(movement(), BASE, is_closed=True, formats=FORMATS)
    assert (got.verdict, card.verdict) == ("clear change", "clear change")
    assert card.basis == (
        "586 lapsed, 417 came back, none new; without new customers it falls in the end, however well they are kept"
    )
    grown = replace(BASE, low=107.0, high=231.0)
    assert pulse.base_balance(grown, is_closed=True, formats=FORMATS).verdict == "better"


def test_one_customer_lapses_in_the_singular():
    one = replace(BASE, lapsed=1, active_end=5945, difference=416, low=375.9, high=456.1)
    assert pulse.base_balance(one, formats=FORMATS).text == (
        "The number of active customers went from 5,529 to 5,945 in June 1998 (+416, 95% interval +376 to +456). "
        "In that time 1 lapsed, 417 came back and none were new."
    )


def test_both_ends_of_a_change_carry_their_sign():
    assert "(−169, 95% interval −231 to −107). " in pulse.base_balance(BASE, formats=FORMATS).text
    grown = replace(BASE, difference=40, low=-10.4, high=90.4)
    assert "(+40, 95% interval −10 to +90). " in pulse.base_balance(grown, formats=FORMATS).text


def test_base_balance_before_churn_can_be_measured():
    change = replace(BASE, is_measured=False)
    got = pulse.base_balance(change, formats=FORMATS)
    assert got.verdict == "not enough data"
    assert got.text == (
        "5,360 customers were active at the end of June 1998. Whether that is a gain or a loss cannot be said before "
        "the order log is longer than the churn gap."
    )
    one = pulse.base_balance(replace(change, active_end=1), formats=FORMATS)
    assert str(one.text).startswith("1 customer was active at the end of June 1998. ")
    kpi = pulse_kpis.active_base_kpi(movement(), change, formats=FORMATS)
    assert (kpi.value, kpi.change, kpi.interval, kpi.direction, kpi.verdict) == (
        "5,360",
        "",
        "",
        "",
        "not enough data",
    )


def joined_by_month(*joined: int) -> pd.DataFrame:
    """So many first purchases in each month up to June 1998."""
    months = pd.period_range(end="1998-06", periods=len(joined), freq="M").astype(str)
    return pd.DataFrame({"period": months, "joined": joined})


def new_ones(*joined: int, formats=FORMATS):
    return pulse.newcomers(joined_by_month(*joined), grain="month", min_customers=20, formats=formats)


def test_a_year_without_newcomers_is_a_warning():
    got = new_ones(700, 0, 0, 0, 0, 2, *[0] * 7)
    assert (got.key, got.tone, got.title) == ("newcomers", "warn", "The data hold hardly any new customers")
    assert str(got.text).startswith(
        "In the last 12 months of the data only 2 customers bought for the first time; the last one did in November "
        "1997. Without new customers the active base shrinks"
    )
    assert "is of earlier ones, so no measure rests on it." in str(got.text)
    none = new_ones(700, *[0] * 12)
    assert none.title == "The data hold no new customers"
    assert "nobody bought for the first time; the last one did in June 1997." in str(none.text)
    three = Formats("en,ru,uk", "USD")
    russian, ukrainian = (
        str(new_ones(9, joined, *[0] * 11, formats=three).text.in_language(language)).replace("\xa0", " ")
        for joined, language in ((2, "ru"), (5, "uk"))
    )
    assert "сделали только 2 клиента; последний" in russian
    assert "зробили лише 5 клієнтів; останній" in ukrainian


@pytest.mark.parametrize(
    "joined",
    [
        [700, 20, *[0] * 11],  # enough within the last year
        [5, *[0] * 11],  # the data cover no more than the year
        [0] * 13,  # there is no first purchase to name
    ],
)
def test_newcomers_are_not_missed_where_there_are_any_or_never_were(joined):
    assert new_ones(*joined) is None


def test_churn_in_words():
    table = pd.DataFrame(
        {"period": ["1998-03", "1998-04", "1998-05", "1998-06"], "churn": [np.nan, 0.2, 0.4075, 0.106]}
    )
    assert pulse.churn_alt(table, formats=FORMATS) == (
        "Churn from 20.0% in April 1998 to 10.6% in June 1998, at most 40.8% in May 1998."
    )
    # A share that is missing at the end is not an end.
    assert pulse.churn_alt(table.iloc[::-1], formats=FORMATS) == (
        "Churn from 10.6% in June 1998 to 20.0% in April 1998, at most 40.8% in May 1998."
    )
    assert pulse.churn_alt(table.iloc[:1], formats=FORMATS) == "Churn is not known in any period."


def test_churn_as_a_key_figure():
    got = pulse_kpis.churn_kpi(movement(), CHURN, formats=FORMATS)
    assert (got.key, got.label, got.value, got.number) == (
        "churn",
        "Active customers who lapsed (churn)",
        "10.6%",
        0.106,
    )
    assert (said(got.interval), got.basis) == ("95% interval 9.8–11.4%", "n = 5,529")
    assert (got.change, got.direction, got.verdict) == (
        "−1.2 points against the month before",
        "down",
        "better",
    )
    assert (got.trend, got.trend_since) == ((0.1183, 0.106), "since May 1998")


def test_churn_that_is_not_measured_is_no_number():
    last = movement(is_measured=[True, False], churn=[0.1183, np.nan])
    got = pulse_kpis.churn_kpi(last, None, formats=FORMATS)
    assert (got.value, got.number, got.interval, got.change) == ("—", None, "", "")
    assert (got.basis, got.verdict) == ("the order log is too short for the churn gap", "not enough data")
    assert got.trend == (0.1183, None)
    nobody = movement(is_measured=[True, False], churn=[0.1183, np.nan], active_start=[5900, 0])
    assert pulse_kpis.churn_kpi(nobody, None, formats=FORMATS).basis == "only 0 active at the start"


def test_churn_of_too_few_is_no_number():
    few = movement(active_start=[5900, 19], churn=[0.1183, np.nan])  # the log is long enough
    got = pulse_kpis.churn_kpi(few, None, formats=FORMATS)
    assert (got.value, got.number, got.interval, got.change) == ("—", None, "", "")
    assert (got.basis, got.verdict) == ("only 19 active at the start", "not enough data")


def test_a_trend_begins_where_it_is_first_measured():
    got = pulse_kpis.churn_kpi(
        movement(is_measured=[False, True], churn=[np.nan, 0.106]), None, formats=FORMATS
    )
    assert (got.trend, got.trend_since) == ((0.106,), "since Jun 1998")
    never = movement(is_measured=[False, False], churn=[np.nan, np.nan])
    assert set(pulse_kpis.churn_kpi(never, None, formats=FORMATS).trend) == {None}


def test_a_trend_is_thirteen_periods_long():
    months = [f"1997-{month:02d}" for month in range(1, 13)] + [f"1998-{month:02d}" for month in range(1, 7)]
    table = pd.concat([movement().iloc[[1]]] * 18, ignore_index=True).assign(
        period=months, active_end=range(18)
    )
    got = pulse_kpis.active_base_kpi(table, BASE, formats=FORMATS)
    assert (got.trend, got.trend_since) == (tuple(float(end) for end in range(5, 18)), "since Jun 1997")


def test_active_base_as_a_key_figure():
    got = pulse_kpis.active_base_kpi(movement(), BASE, formats=FORMATS)
    assert (got.label, got.value, got.number) == ("Active customers", "5,360", 5360)
    assert got.basis == "586 lapsed, 417 came back, none new"
    assert (got.change, got.direction) == ("−169 against the month before", "down")
    assert got.interval == "change: 95% interval −231 to −107"


def test_revenue_and_buyers_as_key_figures():
    change = RatioChange(current=76109.3, previous=71000.0, change=0.07196, low=-0.0231, high=0.1764)
    got = pulse_kpis.revenue_kpi(movement(), change, formats=FORMATS)
    assert (got.key, got.label, got.value, got.number) == ("revenue", "Revenue", "$76.1k", 76109.3)
    assert (got.basis, got.change) == ("2,043 orders, $37.25 each", "+7.2% against the month before")
    assert (got.interval, got.verdict) == ("change: 95% interval −2.3% to +17.6%", "no clear change")
    got = pulse_kpis.buyers_kpi(
        movement(), replace(change, change=-0.2, low=-0.3, high=-0.1), formats=FORMATS
    )
    assert (got.key, got.label, got.value, got.number) == ("buyers", "Customers who bought", "1,506", 1506)
    assert (got.basis, got.change, got.direction) == (
        "1.36 orders each",
        "−20.0% against the month before",
        "down",
    )
    assert got.verdict == "worse"


def test_a_first_period_is_compared_with_nothing():
    got = pulse_kpis.revenue_kpi(movement(is_whole=[False, True]), None, formats=FORMATS)
    assert (got.change, got.direction, got.verdict) == ("", "", "not enough data")
    assert got.interval == "change: not judged, the order log holds no whole period before"
    few = movement(is_whole=[True, True], buyers=[19, 7], amount=[1910.0, 955.0])
    assert pulse_kpis.revenue_kpi(few, None, formats=FORMATS).interval == (
        "May 1998: $1,910; too few bought to judge the change"
    )
    assert pulse_kpis.buyers_kpi(few, None, formats=FORMATS).interval == (
        "May 1998: 19; too few bought to judge the change"
    )


def test_a_small_base_is_told_and_not_judged():
    small = replace(
        BASE, active_start=17, active_end=7, difference=-10, low=-17.0, high=-3.0, is_judged=False
    )
    got = pulse.base_balance(small, source="contracts", formats=FORMATS)
    assert got.verdict == "not enough data"
    assert str(got.text) == (
        "The number of active customers went from 17 to 7 in June 1998 (−10, too few customers before to judge the "
        "change). In that time 586 left, 417 came back and none were new."
    )
    kpi = pulse_kpis.active_base_kpi(movement(), small, formats=FORMATS)
    assert (kpi.verdict, kpi.interval, kpi.change) == ("not enough data", "", "−10 against the month before")


# --- cohorts ------------------------------------------------------------------------------------------

AGES = AgeComparison(
    age=3, newest="1997-03", newest_customers=7231, newest_retention=0.1048, earlier_cohorts=2,
    earlier_customers=16269, earlier_retention=0.0978, difference=0.0070, low=-0.0015, high=0.0150,
)  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "verdict", "span", "opening"),
    [
        (
            -0.0015,
            0.0150,
            "no clear change",
            "−0.2 to +1.5 points",
            "The newest customers (March 1997) show no clear change",
        ),
        (
            0.0015,
            0.0150,
            "better",
            "+0.2 to +1.5 points",
            "More of the newest customers (March 1997) stay than of earlier ones",
        ),
        (
            -0.0150,
            -0.0015,
            "worse",
            "−1.5 to −0.2 points",
            "Fewer of the newest customers (March 1997) stay than of earlier ones",
        ),
    ],
)
def test_newest_cohort_word_for_word(low, high, verdict, span, opening):
    result = replace(AGES, low=low, high=high)
    got = cohorts.newest_cohort(result, age=3, min_customers=20, grain="month", formats=FORMATS)
    assert (got.verdict, got.is_headline) == (verdict, True)
    assert said(got.text) == (
        f"{opening}: +0.7 points in the share that bought in month 3 after joining (95% interval {span}). Of the 7,231 "
        "customers who joined then, 10.5% did, against 9.8% of the 16,269 who joined before them."
    )


def test_newest_cohort_without_enough_data():
    got = cohorts.newest_cohort(None, age=1, min_customers=20, grain="week", formats=FORMATS)
    assert (got.verdict, got.is_headline) == ("not enough data", True)
    assert got.text == (
        "Newer customers cannot be compared with earlier ones yet. That needs two cohorts of at least 20 new "
        "customers, followed through week 1 after joining."
    )


def test_retention_as_a_key_figure():
    pooled = pd.DataFrame(
        {"age": [3], "customers": [23502], "retention": [0.0999], "low": [0.0962], "high": [0.1038]}
    )
    asked = {"min_customers": 20, "grain": "month", "formats": FORMATS}
    got = cohorts_kpis.retention_kpi(pooled, age=3, **asked)
    assert (got.label, got.value, got.number) == ("Bought in month 3 after joining", "10.0%", 0.0999)
    assert (said(got.interval), got.basis, got.verdict) == ("95% interval 9.6–10.4%", "n = 23,502", "")
    for table, age in ((pooled, 4), (pooled.assign(customers=19), 3)):
        got = cohorts_kpis.retention_kpi(table, age=age, **asked)
        assert (got.label, got.interval) == (f"Bought in month {age} after joining", "")
        assert (got.value, got.number, got.verdict) == ("—", None, "not enough data")
        assert got.basis == "fewer than 20 customers followed that long"
    assert cohorts_kpis.retention_kpi(pooled.assign(customers=20), age=3, **asked).basis == "n = 20"


def test_the_heat_map_in_words():
    later = pd.DataFrame(
        {
            "period": ["1997-01", "1997-01", "1997-02", "1997-03"],
            "age": [1, 2, 1, 1],
            "retention": [0.1478, 0.0603, 0.1551, np.nan],
        }
    )
    assert cohorts_figures.heatmap_alt(later, formats=FORMATS) == (
        "Heat map of 3 cohorts; the share that bought lies between 6.0% and 15.5%."
    )
    nothing = "No cohort is large enough for a share."
    assert cohorts_figures.heatmap_alt(later.iloc[3:], formats=FORMATS) == nothing
    assert cohorts_figures.heatmap_alt(later.iloc[:0], formats=FORMATS) == nothing


@pytest.mark.parametrize(("grain", "unit"), [("month", "month"), ("week", "week"), ("days", "period")])
def test_the_pooled_curve_in_words(grain, unit):
    pooled = pd.DataFrame({"age": [1, 2, 17], "retention": [0.1488, 0.1947, 0.0637]})
    assert cohorts_figures.pooled_alt(pooled, grain=grain, formats=FORMATS) == (
        f"Line from 14.9% in {unit} 1 after joining to 6.4% in {unit} 17 after joining."
    )
    got = cohorts_figures.pooled_alt(pooled.iloc[:0], grain=grain, formats=FORMATS)
    assert got == "No cohort has been followed yet."


# --- next order ---------------------------------------------------------------------------------------

REPEAT = RepeatRateChange(
    newest="1997-03", newest_customers=7231, newest_share=0.2921, earlier_customers=16271, earlier_share=0.2931,
    difference=-0.0010, low=-0.0130, high=0.0120,
)  # fmt: skip
ORDERED = pd.DataFrame(
    {
        "order_rank": [1, 1, 2], "days": [90, 180, 90], "customers": [23502, 23502, 11513],
        "ordered": [0.2930, 0.38, 0.4240], "low": [0.2872, 0.37, 0.4150], "high": [0.2989, 0.39, 0.4331],
    }
)  # fmt: skip
ASKED = {"window_days": 90, "min_customers": 20, "formats": FORMATS}
BY_COHORT = pd.DataFrame(
    {"cohort": ["1997-01", "1997-02", "1997-03"], "customers": [7814, 19, 7231], "repeated": [2300, 5, 2112]}
)


@pytest.mark.parametrize(
    ("low", "high", "verdict", "span"),
    [
        (-0.0130, 0.0120, "no clear change", "−1.3 to +1.2 points"),
        (0.0020, 0.0120, "better", "+0.2 to +1.2 points"),
        (-0.0130, -0.0020, "worse", "−1.3 to −0.2 points"),
    ],
)
def test_return_time_word_for_word(low, high, verdict, span):
    got = next_order.return_time(ORDERED, replace(REPEAT, low=low, high=high), **ASKED)
    assert (got.verdict, got.is_headline) == (verdict, True)
    newest = {
        "no clear change": "Those who joined in March 1997, the newest followed that long, show no clear change",
        "better": "Of those who joined in March 1997, the newest followed that long, more did so",
        "worse": "Of those who joined in March 1997, the newest followed that long, fewer did so",
    }[verdict]
    assert said(got.text) == (
        "29.3% of first-time customers buy again within 90 days (95% interval 28.7–29.9%, n = 23,502). "
        f"{newest}: 29.2% of 7,231, against 29.3% of the 16,271 who joined before them (−0.1 points, 95% interval "
        f"{span})."
    )


def test_return_time_without_a_group_to_compare():
    got = next_order.return_time(ORDERED, None, **ASKED)
    assert got.verdict == "not enough data"
    assert said(got.text) == (
        "29.3% of first-time customers buy again within 90 days (95% interval 28.7–29.9%, n = 23,502). Whether this "
        "changes cannot be said yet. That needs two periods with at least 20 customers each who joined in them and "
        "were followed that long."
    )


@pytest.mark.parametrize(
    "ordered",
    [
        ORDERED[ORDERED["order_rank"] == 2],
        ORDERED[ORDERED["days"] == 180],
        ORDERED.assign(ordered=np.nan),
        ORDERED.assign(customers=19),
    ],
)
def test_return_time_before_enough_were_followed_that_long(ordered):
    got = next_order.return_time(ordered, REPEAT, **ASKED)
    assert (got.verdict, got.is_headline, got.text) == (
        "not enough data",
        True,
        "How many buy again within 90 days cannot be said yet. That needs 20 customers who have been followed for 90 "
        "days after "
        "their first purchase.",
    )
    kpi = next_order.repeat_kpi(ordered, BY_COHORT, REPEAT, **ASKED)
    assert (kpi.value, kpi.number, kpi.verdict) == ("—", None, "not enough data")
    assert (kpi.interval, kpi.change, kpi.trend) == ("", "", ())
    assert kpi.basis == "fewer than 20 customers followed that long"
    assert next_order.second_step(ordered, **ASKED) is None


def test_what_is_known_of_thirty_days_is_said_before_ninety_can_be():
    soon = ORDERED.head(1).assign(days=30, customers=30, ordered=0.5)
    text = said(next_order.return_time(soon, None, **ASKED).text)
    assert text.startswith("50.0% of first-time customers buy again within 30 days (")
    assert "How many buy again within 90 days cannot be said yet" in text


def test_twenty_customers_are_enough_for_a_share():
    ordered = ORDERED.assign(customers=20)
    assert "n = 20)" in next_order.return_time(ordered, None, **ASKED).text
    assert "n = 20)" in next_order.second_step(ordered, **ASKED).text
    assert next_order.repeat_kpi(ordered, BY_COHORT, None, **ASKED).basis == "n = 20"


def test_the_second_step_claims_no_cause():
    got = next_order.second_step(ORDERED, **ASKED)
    assert (got.tone, got.title) == ("info", "After the second purchase")
    assert said(got.text) == (
        "Of customers who have bought once, 29.3% buy again within 90 days; of those who have bought twice, 42.4% "
        "do (95% interval 41.5–43.3%, n = 11,513). Those who buy twice may have been keener from the start, so this "
        "does not show that a second purchase makes a regular customer."
    )
    assert next_order.second_step(ORDERED[ORDERED["order_rank"] == 1], **ASKED) is None
    few_twice = ORDERED.assign(customers=[23502, 23502, 19])
    assert next_order.second_step(few_twice, **ASKED) is None


def test_repeat_rate_as_a_key_figure():
    got = next_order.repeat_kpi(ORDERED, BY_COHORT, REPEAT, **ASKED)
    assert (got.label, got.value) == ("First-time customers who buy again within 90 days", "29.3%")
    assert (said(got.interval), got.basis) == ("95% interval 28.7–29.9%", "n = 23,502")
    assert (got.change, got.verdict, got.direction) == (
        "−0.1 points: 29.2% of the 7,231 who joined in Mar 1997 alone, against all before them",
        "no clear change",
        "down",
    )
    assert got.trend == (0.2943, 0.2921)  # 2300 of 7814, 2112 of 7231; the cohort of 19 gives no share
    assert got.trend_since == "joined since Jan 1997"


def test_repeat_rate_without_a_group_to_compare():
    got = next_order.repeat_kpi(ORDERED, BY_COHORT.iloc[:0], None, **ASKED)
    assert (got.value, got.change, got.verdict, got.direction) == ("29.3%", "", "not enough data", "")
    assert (got.trend, got.trend_since) == ((), "")


# --- value --------------------------------------------------------------------------------------------

CHOICE = "the typical error of MBG/NBD was 1.742 purchases per customer, that of each customer's own past rate 2.161."


def appraisal(*, bias: float = -0.19, margin: float = 1.0, discount: float = 0.1, **changes) -> Appraisal:
    errors = pd.DataFrame({"model": ["BG/NBD", "MBG/NBD"], "bias_share": [0.5, bias]})
    none = pd.DataFrame()
    rehearsal = Rehearsal((), ModelChoice("MBG/NBD", 1.742, 2.161, CHOICE), errors, none, none)
    worth = SimpleNamespace(
        model="MBG/NBD", customers=23502, horizon_weeks=52.0, annual_discount_rate=discount, margin_share=margin,
        value=767581.25, value_low=756740.0, value_high=777025.0, reasons=(), by_frequency=none,
    )  # fmt: skip
    active = pd.DataFrame(
        {
            "model": ["BG/NBD", "MBG/NBD"], "customers": 23502, "active": [20000.0, 9746.7], "low": [19000.0, 9300.0],
            "high": [21000.0, 10257.0], "is_headline": [False, True],
        }
    )  # fmt: skip
    usual = {"missing": (), "rehearsal": rehearsal, "value": worth, "active": active, "parameters": none}
    usual |= {"spend_by_frequency": none, "independence": SimpleNamespace(is_warning=False, spearman=0.1)}
    return Appraisal(**{**usual, **changes})


@pytest.mark.parametrize(
    ("bias", "off"),
    [(-0.19, "19.0% fewer"), (0.19, "19.0% more"), (-0.10, "10.0% fewer"), (0.04, "4.0% more")],
)
def test_worth_word_for_word(bias, off):
    got = value.worth(appraisal(bias=bias), holdout_weeks=39, formats=FORMATS)
    assert (got.verdict, got.is_headline) == ("with reservations", True)
    assert said(got.text) == (
        "In the next 52 weeks, all 23,502 customers so far are expected to bring revenue that is worth $768k today "
        "(95% interval $757k–777k, if the model is right). Tested on the last 39 weeks, the model expected "
        f"{off} purchases than were made."
    )


def test_worth_of_margin_without_discount():
    got = value.worth(appraisal(margin=0.3, discount=0.0), holdout_weeks=39, formats=FORMATS)
    assert "customers so far are expected to bring $768k of margin (95% interval" in got.text


def test_worth_without_enough_data():
    few = appraisal(
        missing=("There are 20 buyers; at least 500 are needed.",), value=None, active=pd.DataFrame()
    )
    got = value.worth(few, holdout_weeks=39, formats=FORMATS)
    assert (got.verdict, got.is_headline) == ("not enough data", True)
    assert got.text == "No forecast is given. There are 20 buyers; at least 500 are needed."
    kpi = value.value_kpi(few, formats=FORMATS)
    assert (kpi.value, kpi.number, kpi.verdict) == ("—", None, "not enough data")
    assert kpi.basis == "too few customers or too short a history"
    kpi = value.alive_kpi(few, formats=FORMATS)
    assert (kpi.value, kpi.number, kpi.verdict) == ("—", None, "not enough data")


def test_a_model_that_failed_is_not_called_a_lack_of_data():
    usual = appraisal()
    choice = ModelChoice(None, np.nan, 1.0, "No model beats the simplest forecast.")
    failed = appraisal(rehearsal=replace(usual.rehearsal, choice=choice), value=None)
    got = value.worth(failed, holdout_weeks=39, formats=FORMATS)
    assert (got.verdict, got.text) == ("no", "No forecast is given. No model beats the simplest forecast.")
    kpi = value.value_kpi(failed, formats=FORMATS)
    assert (kpi.value, kpi.number, kpi.verdict, kpi.basis) == ("—", None, "", "no model can be relied on")
    assert value.notes(failed, formats=FORMATS) == []


@pytest.mark.parametrize(
    ("bias", "side", "off", "where"), [(-0.19, "low", "fewer", "above"), (0.19, "high", "more", "below")]
)
def test_a_bias_on_the_past_is_a_warning(bias, side, off, where):
    first, second = value.notes(appraisal(bias=bias), formats=FORMATS)
    assert (first.tone, first.title) == ("warn", f"The forecast has been too {side}")
    assert first.text == (
        f"In the test on this client's own past, the model expected 19.0% {off} purchases than were made. The "
        f"interval does not allow for that: the truth may well lie {where} the forecast, even outside the interval."
    )
    assert (second.tone, second.title) == ("info", "How the forecast is made")
    assert second.text == (
        "Customers here have no contract and may buy at any time, so nobody sees who has left: the models judge it by "
        "each customer's silence. The model is MBG/NBD. In the test its typical error was 1.74 purchases per customer; a forecast that simply "
        "carries on each customer's own past rate was off by 2.16. Money that comes later counts for less: 10% a year "
        "(discounting). Customers who have not bought yet are not in the forecast."
    )
    (undiscounted,) = value.notes(appraisal(bias=0.1, discount=0.0), formats=FORMATS)
    assert str(undiscounted.text).endswith(
        "was off by 2.16. Customers who have not bought yet are not in the forecast."
    )


def test_what_the_value_in_the_tables_is():
    meaning = FORMATS.name("What it means.")
    now = value.value_note(meaning, appraisal(), formats=FORMATS)
    assert now == "What it means. Value: revenue of the next 52 weeks, at what it is worth today."
    plain = value.value_note(meaning, appraisal(margin=0.3, discount=0.0), formats=FORMATS)
    assert plain == "What it means. Value: margin of the next 52 weeks."
    assert value.value_note(meaning, appraisal(missing=("Too few.",), value=None), formats=FORMATS) == meaning


def test_spend_that_goes_with_frequency_is_a_warning():
    linked = appraisal(bias=0.01, independence=SimpleNamespace(is_warning=True, spearman=0.345))
    choice, warning = value.notes(linked, formats=FORMATS)
    assert choice.title == "How the forecast is made"
    assert (warning.tone, warning.title) == ("warn", "How often and how much go together")
    assert warning.text == (
        "The model takes it that how often customers buy says nothing about how much they spend each time. Here the two "
        "are connected (rank correlation 0.34, where 0 is no connection), so the expected values of the most frequent "
        "customers are doubtful."
    )


def test_value_as_key_figures():
    got = value.value_kpi(appraisal(), formats=FORMATS)
    assert got.label == "Expected revenue of all customers so far, next 52 weeks"
    assert (got.value, got.number) == ("$768k", 768000)
    # A narrow interval beside a miss of 19% would read as precision.
    assert (got.interval, got.verdict) == ("", "with reservations")
    assert got.basis == (
        "23,502 customers; tested on the past, the model expected 19.0% fewer purchases than were made"
    )
    near = value.value_kpi(appraisal(bias=0.04), formats=FORMATS)
    assert (said(near.interval), near.verdict) == ("95% interval $757k–777k", "")
    got = value.alive_kpi(appraisal(), formats=FORMATS)
    assert (got.label, got.value, got.number) == (
        "Probably still customers, by the model",
        "9,747",
        9747,
    )
    assert (said(got.interval), got.basis) == (
        "95% interval 9,300–10,257",
        "of all 23,502 customers so far; judged by their purchases, not by the churn gap",
    )


def test_a_refused_model_is_not_called_a_lack_of_data_either():
    refused = appraisal().active.assign(is_headline=False)
    kpi = value.alive_kpi(appraisal(active=refused), formats=FORMATS)
    assert (kpi.value, kpi.number, kpi.verdict, kpi.basis) == ("—", None, "", "no model can be relied on")


@pytest.mark.parametrize(
    ("weeks", "russian", "ukrainian"),
    [
        (1, "за последнюю неделю", "за останній тиждень"),
        (2, "за последние 2 недели", "за останні 2 тижні"),
        (5, "за последние 5 недель", "за останні 5 тижнів"),
        (11, "за последние 11 недель", "за останні 11 тижнів"),
        (21, "за последнюю 21 неделю", "за останній 21 тиждень"),
    ],
)
def test_worth_in_russian_and_ukrainian(weeks, russian, ukrainian):
    got = value.worth(appraisal(), holdout_weeks=weeks, formats=Formats("en,ru,uk", "USD")).text
    spaces = str.maketrans({"\u2060": None, "\xa0": " ", "\u202f": " "})
    assert got.in_language("ru").translate(spaces) == (
        "За следующие 52 недели все, кто уже покупал (клиентов: 23 502), по прогнозу принесут выручку, которая сегодня "
        "стоит 768 тыс. $ (95%-й интервал 757–777 тыс. $, если модель верна). При проверке на прошлых данных модель ожидала "
        f"{russian} на 19,0 % меньше покупок, чем было на самом деле."
    )
    assert got.in_language("uk").translate(spaces) == (
        "За наступні 52 тижні усі, хто вже купував (клієнтів: 23 502), за прогнозом принесуть виручку, яка сьогодні "
        "варта 768 тис. $ (95%-й інтервал 757–777 тис. $, якщо модель правильна). Під час перевірки на минулих даних модель "
        f"очікувала {ukrainian} на 19,0% менше покупок, ніж було насправді."
    )


TRACKING = pd.DataFrame(
    {
        "series": ["actual", "actual", "MBG/NBD", "MBG/NBD", "BG/NBD", "BG/NBD"], "week": [1, 2] * 3,
        "cumulative": [180.0, 1234.0, 170.0, 1100.4, np.nan, np.nan],
    }
)  # fmt: skip


def test_the_tracking_chart_in_words():
    # A model that was refused has no line.
    assert value_tables.tracking_alt(TRACKING, formats=FORMATS) == (
        "Lines of repeat purchases by week; at the end of the last week: actual 1,234, MBG/NBD 1,100, BG/NBD —."
    )
    got = value_tables.tracking_alt(TRACKING.iloc[:0], formats=FORMATS)
    assert got == "There are not enough data for the models."


def test_the_chart_of_the_test_in_words():
    table = pd.DataFrame(
        {
            "frequency": [6, 7, 6, 7, 6, 7], "label": ["6", "7+"] * 3,
            "series": ["actual", "actual", "MBG/NBD", "MBG/NBD", "BG/NBD", "BG/NBD"],
            "purchases": [3.0, 6.253, 2.5, 5.1, np.nan, np.nan],
        }
    )  # fmt: skip
    assert value_tables.holdout_alt(table, formats=FORMATS) == (
        "Purchases per customer in the test weeks; of those with 7+ repeat purchases before: actual 6.25, "
        "MBG/NBD 5.10, BG/NBD —."
    )
    got = value_tables.holdout_alt(table.iloc[:0], formats=FORMATS)
    assert got == "There are not enough data for the models."


# --- summary ------------------------------------------------------------------------------------------


def kpi(key: str, text: str, change: str = "", verdict: str = "") -> Kpi:
    way = "down" if change.startswith("−") else "up" if change else ""
    change = text_of(change) if change else ""
    return Kpi(key, text_of(key), text_of(text), 1.0, change=change, verdict=verdict, direction=way)


THREE = [
    kpi("revenue", "$76.1k", "+7.2%", "no clear change"),
    kpi("active_base", "5,360", "−169", "worse"),
    kpi("churn", "10.6%", "−1.2 points", "better"),
]


def led(figures, worse=(), better=(), **more) -> list[Finding]:
    return summary_lead.lead(figures, worse, better, period="1998-06", formats=FORMATS, **more)


def told_by(figures, worse=(), better=(), **more) -> list[str]:
    """The headline, and the lines beneath it with their verdicts."""
    first, *lines = led(figures, worse, better, **more)
    return [str(first.text), *(f"{line.verdict}: {line.text}" for line in lines)]


STILL = [replace(figure, verdict="no clear change") for figure in THREE]
AT_ONCE = (
    "no clear change: revenue ($76.1k); active customers (5,360); churn, the share of those active at the start who "
    "lapsed (10.6%)"
)


def test_the_lead_says_the_worst_large_and_the_rest_by_verdict():
    first = led(THREE)[0]
    assert (first.key, first.verdict, first.is_headline) == ("what_happened", "worse", True)
    assert told_by(THREE) == [
        "The number of active customers fell to 5,360 (−169).",
        "better: churn, the share of those active at the start who lapsed (10.6%, −1.2 points)",
        "no clear change: in June 1998 against the month before: revenue ($76.1k)",
    ]


def test_the_lead_names_what_the_months_before_take_back():
    held = replace(THREE[-1], verdict="with reservations", trend=(0.075, 0.08, 0.085, 0.1183, 0.106))
    assert told_by([*THREE[:-1], held])[1] == (
        "with reservations: churn, the share of those active at the start who lapsed (10.6%, −1.2 points). But in "
        "each of the 3 months before the last two it was lower: 7.5% to 8.5%."
    )


def test_the_lead_begins_with_new_customers_where_there_are_hardly_any():
    title = FORMATS.name("The data hold hardly any new customers")
    notes = [Callout("newcomers", "warn", title, title), Callout("gap", "warn", title, title)]
    closed = [THREE[0], replace(THREE[1], verdict="clear change"), STILL[2]]
    year = Finding(
        "year_on_year", "worse", text_of("Less."), brief=text_of("revenue against June 1997 (−29.8%)")
    )
    told = told_by(closed, [year], warnings=notes)
    assert told[0] == (
        "The data hold hardly any new customers, so fewer active ones and less revenue are to be expected: 5,360 active (−169). Worse "
        "by more than chance: revenue against June 1997 (−29.8%)."
    )
    assert len(told) == 2, "the base is told once"
    expected = [replace(year, verdict="clear change")]
    told = told_by(closed, expected=expected, warnings=notes)
    assert told[0].endswith("to be expected: 5,360 active (−169).")
    assert told[1] == "clear change: revenue against June 1997 (−29.8%)"
    assert told_by(STILL, warnings=notes)[0] == "The data hold hardly any new customers."


def test_the_lead_names_what_is_no_turn_for_the_worse():
    apart = replace(told("plan_loses_year", "yes", is_headline=False), brief=text_of("of “A” 40%"))
    like = replace(apart, key="plan_loses_month", verdict="no clear change")
    chapters = [
        chapter("05_revenue_retention", apart, like),
        chapter("03_pulse", told("year_on_year", "worse")),
    ]
    found = summary_lead.expected_findings(chapters)
    assert [finding.key for finding in found] == ["plan_loses_year"]
    lines = led(STILL, expected=found)
    assert [(line.key, line.verdict, str(line.text)) for line in lines[1:2]] == [
        ("lead_plan_loses_year", "yes", "of “A” 40%")
    ]
    assert verdict_word(lines[1].key, "yes") == verdict_word("plan_loses_year", "yes")


def test_the_lead_says_at_once_that_nothing_clear_did():
    assert told_by(STILL) == ["No clear change in June 1998 against the month before.", AT_ONCE]


def test_the_lead_is_never_calmer_than_the_findings_beneath_it():
    year = Finding(
        "year_on_year", "worse", text_of("Less."), brief=text_of("revenue against June 1997 (−29.8%)")
    )
    chapters = [
        chapter("03_pulse", told("leak", "worse"), year, told("base_balance", "worse")),
        chapter("07_early_warning", told("early_warning", "worse"), told("symptom_order_value", "worse")),
        chapter(
            "09_segments", told("migration", "better"), told("at_risk", "worse")
        ),  # a state, and good news
    ]
    worse, better = (summary_lead.clear_findings(chapters, verdict) for verdict in ("worse", "better"))
    assert [(found.key, found.chapter) for found in worse] == [
        ("leak", "03_pulse"), ("early_warning", "07_early_warning"), ("year_on_year", "03_pulse"),
        ("base_balance", "03_pulse"), ("symptom_order_value", "07_early_warning"),
    ]  # fmt: skip
    assert told_by(STILL, worse, better) == [
        "Worse by more than chance: churn.",
        "worse: revenue against June 1997 (−29.8%)",
        "worse: the number of active customers",
        "worse: revenue per order",
        "better: moves between the groups of customers",
        AT_ONCE.replace("change: ", "change: in June 1998 against the month before: ", 1),
    ]
    lines = led(STILL, worse, better)[1:]
    assert [line.chapter for line in lines[:4]] == ["03_pulse", "03_pulse", "07_early_warning", "09_segments"]
    assert all(line.key.startswith(summary_lead.LINE) and not line.is_headline for line in lines)
    # What a headline figure tells is told by it alone, and the early symptoms are named where no other is.
    assert told_by(THREE, worse[2:4])[:3] == [
        "Worse by more than chance: revenue against June 1997 (−29.8%).",
        "worse: active customers (5,360, −169)",
        "better: churn, the share of those active at the start who lapsed (10.6%, −1.2 points)",
    ]
    assert told_by(STILL, worse[1:2])[0] == "Worse by more than chance: early symptoms."
    assert told_by([], worse[2:3]) == ["Worse by more than chance: revenue against June 1997 (−29.8%)."]
    clear = {key for key in summary.HAPPENED if key in summary_words.NAMED}
    briefed = {"nps", "year_on_year", "revenue_kept_year", "competitor_reasons"}
    never_worse = {"plan_fact", "plan_by_service", "revenue_lost"}
    assert clear | briefed | never_worse == set(summary.HAPPENED)


@pytest.mark.parametrize(("years", "lately"), [("worse", "better"), ("better", "worse")])
def test_the_lead_names_a_subject_once_that_turned_lately(years, lately):
    both = text_of("how many buy again, over the years (turning lately)")
    course, symptom = Finding("repeat_course", years, both, brief=both), told("symptom_repeat_rate", lately)
    parts = {years: [course], lately: [symptom]}
    assert told_by([], parts["worse"], parts["better"]) == [f"Worse by more than chance: {both}."]
    plain = replace(course, brief="")
    parts = {years: [plain], lately: [symptom]}
    assert len(told_by([], parts["worse"], parts["better"])) == 2


@pytest.mark.parametrize(
    ("key", "up", "down"),
    [
        ("revenue", "Revenue rose to 5 in June 1998 (+1).", "Revenue fell to 5 in June 1998 (−1)."),
        (
            "active_base",
            "The number of active customers rose to 5 (+1).",
            "The number of active customers fell to 5 (−1).",
        ),
        (
            "churn",
            "Churn rose: 5 of those active at the start lapsed (+1).",
            "Churn fell: 5 of those active at the start lapsed (−1).",
        ),
    ],
)
def test_only_a_clear_change_rose_or_fell(key, up, down):
    assert [told_by([kpi(key, "5", change, "better")])[0] for change in ("+1", "−1")] == [up, down]
    assert told_by([kpi(key, "5", "+1", "no clear change")])[0].startswith("No clear change in June 1998")


def test_the_lead_says_what_is_known():
    got = led([kpi("revenue", "$76.1k", verdict="not enough data")])
    assert [(part.verdict, part.text) for part in got] == [
        ("not enough data", "Revenue in June 1998 was $76.1k.")
    ]
    missing = replace(THREE[2], number=None, change="")
    assert told_by([THREE[0], missing])[1] == "no clear change: revenue ($76.1k)"


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        (["better", "better", "better"], "better"),
        (["better", "no clear change", "better"], "better"),
        (["no clear change"] * 3, "no clear change"),
        (["not enough data", "no clear change", "better"], "better"),
        (["better", "better", "worse"], "worse"),
    ],
)
def test_the_summary_is_called_after_its_worst_news(verdicts, worst):
    figures = [replace(figure, verdict=verdict) for figure, verdict in zip(THREE, verdicts, strict=True)]
    assert led(figures)[0].verdict == worst


def test_the_lead_says_first_that_there_is_too_little():
    few = kpi("active_base", "7", "−10", "not enough data")
    figures = [few, kpi("repeat_rate", "—", verdict="not enough data"), THREE[0]]
    assert led(figures, history_days=91)[0].verdict == "not enough data"
    assert told_by(figures, history_days=91) == [
        "There is too little data: 2 of 3 key figures cannot be judged, because the data cover 91 days.",
        "no clear change: in June 1998 against the month before: revenue ($76.1k)",
        "not enough data: active customers (7, −10)",
    ]


def test_the_lead_where_nothing_can_be_judged():
    few = [kpi(key, "—", verdict="not enough data") for key in ("active_base", "repeat_rate")]
    three = Formats("en,ru,uk", "UAH")
    got = summary_lead.lead(few, period="1998-06", formats=three, history_days=91, worse=[], better=[])[
        0
    ].text
    assert (
        got
        == "There is too little data: none of the 2 key figures can be judged yet, because the data cover 91 days."
    )
    assert got.in_language("ru").startswith("Данных слишком мало: ни один из 2 ключевых показателей оценить")
    assert got.in_language("uk").startswith(
        "Даних замало: жодного з 2 ключових показників поки не можна оцінити,"
    )


def test_net_and_gross_that_are_the_same_are_shown_once():
    chapters = [chapter("05_revenue_retention", kpi("nrr", "88.5%"), kpi("grr", "88.5%"))]
    assert [figure.key for figure in summary.key_figures(chapters, keys=["nrr", "grr"])] == ["nrr"]


def test_the_lead_without_chapters():
    (got,) = led([])
    assert (got.verdict, got.is_headline) == ("not enough data", True)
    assert got.text == "The chapters that say what happened are missing or had not enough data."


def chapter(name: str, *items) -> ShownItems:
    found = []
    for item in items:
        shown = item._repr_mimebundle_()
        kind = "kpi" if isinstance(item, Kpi) else "finding"
        found.append((kind, shown[f"application/vnd.retention.{kind}+json"]))
    return ShownItems(name, tuple(found))


def test_key_figures_come_in_the_order_asked_for_and_know_their_chapter():
    chapters = [chapter("03_pulse", *THREE), chapter("04_cohorts", kpi("retention", "10.0%"))]
    got = summary.key_figures(chapters, keys=["retention", "churn", "nowhere"])
    assert summary.key_figures(chapters, keys=["retention", "churn"], most=1) == got[:1]
    assert [(figure.key, figure.chapter) for figure in got] == [
        ("retention", "04_cohorts"),
        ("churn", "03_pulse"),
    ]
    assert got[1] == replace(THREE[2], chapter="03_pulse")


def test_the_first_page_is_silent_on_new_customers_where_there_are_none():
    note = new_ones(700, *[0] * 12)._repr_mimebundle_()["application/vnd.retention.callout+json"]
    told_of = told("return_time", "better"), told("newest_cohort", "worse"), told("migration", "worse")
    chapters = [chapter("06_next_order", kpi("repeat_rate", "29.3%"), *told_of[:1])]
    chapters += [chapter("04_cohorts", told_of[1]), chapter("09_segments", told_of[2])]
    warned = [ShownItems("03_pulse", (("callout", note),)), *chapters]
    assert [figure.key for figure in summary.key_figures(chapters, keys=["repeat_rate"])] == ["repeat_rate"]
    assert summary.key_figures(warned, keys=["repeat_rate"]) == []
    assert [part.key for part in summary.main_findings(warned)] == ["migration"]
    assert [part.key for part in summary_lead.clear_findings(warned, "worse")] == ["migration"]
    assert len(summary.main_findings(chapters)) == 3


def test_what_has_got_worse_is_set_beside_the_measures_that_answer_it():
    three = Formats("en,ru,uk", "EUR")
    brief = three.name("NPS against the 12 months before (−23.2 points)")
    items = [
        Finding("nps", "worse", text_of("NPS fell."), brief=brief), told("migration", "worse"),
        told("symptom_frequency", "better"), told("detractors_leave", "yes"),
    ]  # fmt: skip
    chapters = [chapter("13_voice", *items)]
    judged = judge(read_playbook(), chapters, margin=1.0)
    worse = summary_lead.clear_findings(chapters, "worse")
    apart = Finding("plan_loses_year", "yes", text_of("One plan loses most."))
    found = answered([*worse, items[2], apart], judged, worse, formats=three)
    assert [(part.key, part.answers) for part in found] == [
        ("migration", ()), ("nps", (("P03", "Answer dissatisfied customers, and fast"),)),
        ("symptom_frequency", None), ("plan_loses_year", ()),
    ]  # fmt: skip
    assert found[1] == AnsweredFinding(**vars(worse[1]), answers=found[1].answers)
    # To win back who has lapsed answers lost revenue, though the rule fires on the lapsed themselves.
    winning = next(rule for rule in read_playbook().rule if rule.id == "P31")
    judged = replace(judged, fired=(*judged.fired, replace(judged.fired[0], rule=winning)))
    lost = Finding("revenue_kept_year", "worse", text_of("Less."), brief=three.name("the revenue kept"))
    base = Finding("base_balance", "worse", text_of("Fewer."))
    for finding in (lost, base):
        assert answered([finding], judged, [], formats=three)[0].answers == (("P31", winning.title),)
    # What has no sentence on the page is named with its measures in a note, and nothing else.
    rest = other_answers(judged, [*worse, lost], worse[:1], formats=three)
    assert rest.text == (
        "NPS against the 12 months before (−23.2 points) – “Answer dissatisfied customers, and fast”; the revenue kept "
        "– “Win back good customers who went quiet”."
    )
    assert "no measure of its own" in str(other_answers(judged, worse, worse[1:], formats=three).text)
    assert other_answers(judged, worse, worse, formats=three) is None


def test_the_early_symptoms_together_are_answered_by_what_answers_one_of_them():
    both = [
        Finding(key, "worse", text_of("Worse."), chapter="07_early_warning")
        for key in ("early_warning", "symptom_frequency")
    ]
    judged = judge(read_playbook(), [chapter("07_early_warning", *both)], margin=1.0)
    found = answered(both[:1], judged, both, formats=FORMATS)
    assert found[0].answers == (("P01", "Find out why customers order less often"),)
    assert other_answers(judged, both, both[:1], formats=FORMATS) is None


def test_a_measure_for_the_worst_news_is_among_the_first():
    nps = Finding("nps", "worse", text_of("NPS fell."))
    rules = {rule.id: rule for rule in read_playbook().rule}
    fired = tuple(FiredRule(rules[key], text_of("12."), "c", None) for key in ("P31", "P08", "P12", "P03"))
    judged = Judgement(fired, (), ())
    first = answer_first(judged, [nps], most=3)
    assert [part.rule.id for part in first.fired] == ["P03", "P31", "P08", "P12"]
    assert first.fired[0].is_worse
    assert "Begin with “Answer dissatisfied customers, and fast”: it answers what has got worse. " in str(
        playbook.actions(first, most=3, period=text_of("p"), formats=FORMATS).text
    )
    assert answer_first(judged, [nps], most=4) == judged  # it is among them anyway
    tried = (replace(fired[0], rule=rules["X14"]), *fired)  # measured here: that stays the first
    order = [part.rule.id for part in answer_first(Judgement(tried, (), ()), [nps], most=3).fired]
    assert order == ["X14", "P03", "P31", "P08", "P12"]
    for worse in ([], [Finding("migration", "worse", text_of("Moved.")), nps]):  # nothing answers the worst
        assert answer_first(judged, worse, most=3) == judged


def told(key: str, verdict: str, *, is_headline: bool = True) -> Finding:
    return Finding(key, verdict, text_of(f"{key} is {verdict}."), is_headline)


def test_what_happened_is_worst_first_and_one_a_chapter():
    chapters = [
        chapter("00_passport", told("trust", "no")),  # a state of the data: nothing happened
        chapter(
            "03_pulse", told("leak", "no clear change"), told("base_balance", "worse", is_headline=False)
        ),
        chapter("04_cohorts", told("newest_cohort", "better")),
        chapter("06_next_order", told("return_time", "not enough data")),
        chapter("07_early_warning", told("early_warning", "worse"), told("symptom_value", "worse")),
        chapter("09_segments", told("migration", "no clear change")),
    ]
    got = summary.main_findings(chapters)
    assert [(finding.key, finding.chapter, finding.is_headline) for finding in got] == [
        ("early_warning", "07_early_warning", False),
        ("base_balance", "03_pulse", False),
        ("newest_cohort", "04_cohorts", False),
    ]
    assert [finding.key for finding in summary.main_findings(chapters, most=9)][3:] == ["migration"]
    assert summary.main_findings([]) == []
    held, year = told("leak", "with reservations"), told("year_on_year", "clear change", is_headline=False)
    got = summary.main_findings([chapter("03_pulse", held, year)])
    assert [finding.key for finding in got] == ["year_on_year"], (
        "what may have changed stands behind what has"
    )


def test_a_plan_that_clearly_loses_more_is_told_before_what_is_unclear():
    moved, apart = told("money_moved", "better"), told("plan_loses_year", "yes", is_headline=False)
    like = told("plan_loses_month", "no clear change", is_headline=False)
    chapters = [
        chapter("04_contract_cohorts", told("newest_cohort", "no clear change")),
        chapter("05_revenue_retention", moved, apart, like),
    ]
    got = [finding.key for finding in summary.main_findings(chapters)]
    assert got == ["money_moved", "plan_loses_year", "newest_cohort"]


def test_the_first_actions_are_repeated_with_the_chapter_of_their_evidence():
    names = ("P08", "P31", "P11", "P01")
    actions = [
        Action.restored(
            {
                "key": name,
                "title": "Do",
                "when": "w",
                "evidence": "12 are fading.",
                "tactics": ["Ask."],
                "source": "s",
                "owner": "Sales",
                "cost": "c",
                "effect": "e",
                "number": None,
                "check_on": "d",
                "chapter": "07_early_warning",
            }
        )
        for name in names
    ]
    items = tuple(("action", action._repr_mimebundle_()[MIME.format(kind="action")]) for action in actions)
    got = summary.chapter_actions([ShownItems("14_playbook", items)])
    assert got == actions[:3]


def test_what_could_not_be_answered_is_listed_with_what_to_supply():
    missing = {"key": "missing_costs", "tone": "supply", "title": "Payback", "text": "Supply [tables.costs]."}
    note = {"key": "bias", "tone": "warn", "title": "Too low", "text": "It was too low."}
    chapters = [
        chapter(
            "03_pulse",
            told("leak", "not enough data"),
            told("plan_fact", "not enough data", is_headline=False),
        ),
        ShownItems("10_value", (("callout", note), ("callout", missing))),
    ]
    assert summary.unanswered(chapters, formats=FORMATS).to_numpy().tolist() == [
        ["Pulse", "The answer to the chapter's question", "leak is not enough data."],
        ["Value", "Payback", "Supply [tables.costs]."],
    ]
    assert summary.unanswered([], formats=FORMATS).empty


def test_unknown_fields_of_a_later_version_are_passed_over():
    content = {**THREE[0]._repr_mimebundle_()["application/vnd.retention.kpi+json"], "colour": "red"}
    got = summary.key_figures([ShownItems("03_pulse", (("kpi", content),))], keys=["revenue"])
    assert got == [replace(THREE[0], chapter="03_pulse")]


def test_warnings_and_what_is_measured_are_repeated_on_the_first_page():
    warn = {"key": "bias", "tone": "warn", "title": "Too low", "text": "It was too low."}
    told = {"key": "choice", "tone": "info", "title": "Made with", "text": "A model."}
    kept = told | {"key": "measured_kept"}
    chapters = [
        ShownItems("03_pulse", (("callout", told), ("finding", {"key": "f"}))),
        ShownItems("10_value", (("callout", warn),)),
        ShownItems("14_playbook", (("callout", kept),)),
        ShownItems("15_campaign", (("callout", kept),)),
    ]
    assert summary.chapter_notes(chapters) == [Callout.restored(warn), Callout.restored(kept)]
    assert summary.chapter_notes([]) == []


def test_customers_who_may_be_old_are_warned_of_and_nobody_else():
    customers = pd.DataFrame({"is_mixed": [True, False, False, False]})
    got = passport.old_customers(customers, formats=FORMATS)
    assert (got.key, got.tone, got.title) == (
        "old_customers",
        "warn",
        "Some customers may be older than the log",
    )
    assert got.text == (
        "25.0% of the customers were first seen so soon after the log begins that they may have bought before "
        "it. The models take everyone's first order in the log for the first ever, so they know less about "
        "these customers than they believe."
    )
    assert passport.old_customers(customers[1:], formats=FORMATS) is None
