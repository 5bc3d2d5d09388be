"""What the test of churn gaps says, word for word, and that its charts draw what its tables hold."""

from dataclasses import replace
from datetime import date

import matplotlib.style
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Drawing

from retention_utils.charts.canvas import PIXEL
from retention_utils.charts.churn_gap import gap_curve_line, trade_off_lines
from retention_utils.charts.figure import STYLE, show_figure
from retention_utils.churn_gap.backtest import gap_backtest
from retention_utils.churn_gap.recommendation import GapComparison, GapCost, GapRecommendation, decided
from retention_utils.columns.churn_gap import BACKTEST, FAMILIES, RULES
from retention_utils.display import Callout
from retention_utils.display_tables import show_table
from retention_utils.findings import churn_gap as says
from retention_utils.findings import churn_gap_cost as costs
from retention_utils.findings import churn_gap_kpis as kpis
from retention_utils.findings import churn_gap_tables as tells
from retention_utils.formats import Formats
from retention_utils.palette import ROLES

FORMATS = Formats()
WIDTHS = {"wide": 740, "narrow": 332}

FOUND = GapRecommendation(
    gap_days=150, low=120, high=180, customers=2000, leavers=1200, returners=800, caught=900, returned=200,
    log_days=900, is_at_edge=False,
)  # fmt: skip
NOTHING = replace(FOUND, gap_days=None, low=None, high=None, caught=0, returned=0)
TOO_LITTLE = replace(NOTHING, customers=0, leavers=0, returners=0, log_days=-89, shortage="data")
NO_DIFFERENCE = replace(NOTHING, shortage="no difference")

LOST = "A customer counts as lost after 180 days without a purchase. "
STAYS = LOST + "Keep this gap: in the test 150 days did better, but that can be chance. "
FOR_NOW = (
    LOST
    + "Keep this gap for now: in the test 150 days did better, but the same test 180 days earlier finds 240 days best. "
)
TESTED = (
    "At 150 days (95% interval 120–180 days), the test on 2,000 customers flagged as lost 75.0% of those who then "
    "bought nothing for 180 days; of all whom it flagged, 18.2% bought again."
)
ANSWER = STAYS + TESTED
WIDE = " The interval is wide: another gap within it may do as well."
UNSETTLED = " The same test 180 days earlier finds 240 days best, so the gap is not settled."
UNTESTED = " Whether the gap lasts is not known: the same test 180 days earlier finds none."
YOUNG = (
    " The order log covers less than 730 days up to the day of the test; as such a log grows, the best gap in the "
    "test tends to grow, too."
)
EDGE = " It is the shortest or the longest gap tried, so a better one may lie beyond."


def said(text: str) -> str:
    """The text without the joiners that keep a span on one line."""
    return str(text).replace("\u2060", "")


def answer(found: GapRecommendation, earlier: GapRecommendation, decision: str = "chance"):
    asked = {"in_force": 180, "follow_up_days": 180, "formats": FORMATS}
    return says.churn_gap(found, earlier, decision=decision, **asked)


def limits(found: GapRecommendation, earlier: GapRecommendation):
    return says.churn_gap_limits(found, earlier, follow_up_days=180, formats=FORMATS)


def stability(found: GapRecommendation, earlier: GapRecommendation):
    return says.churn_gap_stability(
        found, earlier, earlier_on=date(2024, 2, 6), follow_up_days=180, formats=FORMATS
    )


# --- the headline ------------------------------------------------------------------------------------------------


def test_a_settled_gap_is_a_plain_yes():
    got = answer(FOUND, FOUND)
    assert (got.key, got.verdict, got.is_headline) == ("churn_gap", "yes", True)
    assert said(got.text) == ANSWER
    assert limits(FOUND, FOUND) is None


def test_the_headline_recommends_what_the_comparison_allows():
    def decision(low: float, *, is_settled: bool = True, recommended: GapCost = OTHER) -> str:
        compared = GapComparison(recommended, IN_FORCE, 0.031, low, 0.047, 23)
        return decided(compared, is_settled=is_settled)

    assert [decision(-0.01), decision(0.01), decision(0.01, is_settled=False)] == [
        "chance",
        "better",
        "unsettled",
    ]
    assert (decision(0.0, recommended=IN_FORCE), decided(None, is_settled=True)) == ("same", "untested")
    other = replace(FOUND, gap_days=240, low=210, high=300)
    for_now = answer(FOUND, other, "unsettled")  # the doubt is said once
    assert (for_now.verdict, said(for_now.text)) == ("with reservations", FOR_NOW + TESTED)
    better = answer(FOUND, FOUND, "better")
    assert (better.verdict, said(better.text)) == (
        "no", LOST + "Set it to 150 days instead: in the test that did better by more than chance. " + TESTED
    )  # fmt: skip
    assert said(answer(FOUND, FOUND, "same").text).startswith(
        LOST + "Keep this gap: in the test none did better."
    )
    assert said(answer(FOUND, FOUND, "untested").text).startswith(LOST + "In the test 150 days did best.")


@pytest.mark.parametrize(
    ("changes", "earlier", "added", "others"),
    [
        ({"low": 90}, {}, WIDE, ""),
        ({}, {"gap_days": 240, "low": 210, "high": 300}, UNSETTLED, ""),
        ({}, {"gap_days": None}, UNTESTED, ""),
        ({"log_days": 729}, {}, YOUNG, ""),
        ({"is_at_edge": True}, {}, EDGE, ""),
        (
            {"low": 60, "log_days": 366, "is_at_edge": True},
            {"gap_days": 240, "low": 210, "high": 300},
            UNSETTLED,
            WIDE + YOUNG + EDGE,
        ),
        ({"low": 60}, {"gap_days": None}, UNTESTED, WIDE),
    ],
)
def test_every_reservation_is_said_word_for_word_the_gravest_in_the_answer(changes, earlier, added, others):
    got = answer(replace(FOUND, **changes), replace(FOUND, **earlier))
    assert got.verdict == "with reservations"
    plain = ANSWER.replace("120–180", f"{changes.get('low', 120)}–180")
    assert said(got.text) == plain + added
    more = limits(replace(FOUND, **changes), replace(FOUND, **earlier))
    assert (more is None) == (not others)
    if others:
        assert (more.key, more.tone, more.title) == (
            "churn_gap_limits", "info", "What else to know about this gap"
        )  # fmt: skip
        assert more.text == others.strip()


def test_too_little_data_is_said_with_what_is_needed_and_what_is_there():
    got = answer(TOO_LITTLE, TOO_LITTLE)
    assert (got.verdict, got.is_headline) == ("not enough data", True)
    assert said(got.text) == (
        "No churn gap can be tested yet. That needs an order log of 270 days (here 91), and 100 customers who bought "
        "before its last 180 days (here none): at least 30 who bought again in those days (here none) and 30 who did "
        "not (here none)."
    )
    some = replace(TOO_LITTLE, customers=90, leavers=70, returners=20, log_days=200)
    assert said(answer(some, TOO_LITTLE).text) == (
        "No churn gap can be tested yet. That needs an order log of 270 days (here 380), and 100 customers who bought "
        "before its last 180 days (here 90): at least 30 who bought again in those days (here 20) and 30 who did not "
        "(here 70)."
    )
    assert limits(TOO_LITTLE, TOO_LITTLE) is None


def test_silence_that_tells_nothing_is_a_no():
    got = answer(NO_DIFFERENCE, FOUND)
    assert (got.verdict, got.is_headline) == ("no", True)
    assert said(got.text) == (
        "No churn gap can be recommended: how long customers have been silent does not show here who leaves. Of 2,000 "
        "customers tested, no gap flagged as lost the 1,200 who then bought nothing for 180 days clearly more often "
        "than the 800 who bought again."
    )
    assert limits(NO_DIFFERENCE, FOUND) is None


# --- whether it lasts ----------------------------------------------------------------------------------------------


def test_two_tests_that_fit():
    got = stability(FOUND, replace(FOUND, gap_days=165, low=135, customers=1942))
    assert (got.key, got.verdict, got.is_headline) == ("churn_gap_stability", "yes", False)
    assert said(got.text) == (
        "The best gap in the test has lasted: it is 150 days now, and 165 days in the same test 180 days earlier "
        "(95% interval 135–180 days). That test was of 6 February 2024, n = 1,942."
    )


def test_two_tests_that_do_not_fit():
    got = stability(FOUND, replace(FOUND, gap_days=240, low=240, high=240))
    assert got.verdict == "no"
    assert said(got.text) == (
        "The best gap in the test has not lasted: it is 150 days now, but 240 days in the same test 180 days "
        "earlier (95% interval 240 days). That test was of 6 February 2024, n = 2,000. Rely on neither alone, and test "
        "again when the order log is longer."
    )


@pytest.mark.parametrize(
    ("found", "earlier"), [(FOUND, TOO_LITTLE), (TOO_LITTLE, TOO_LITTLE), (NO_DIFFERENCE, FOUND)]
)
def test_a_single_test_says_nothing_of_lasting(found, earlier):
    got = stability(found, earlier)
    assert got.verdict == "not enough data"
    assert said(got.text) == (
        "Whether the best gap in the test lasts cannot be said yet. That needs two days, 180 days apart, on each of "
        "which the test finds one."
    )


# --- what the gap in force costs -------------------------------------------------------------------------------------

IN_FORCE = GapCost(180, 1000, 150, 0.15, 0.129, 0.174, 1200, 350, 350 / 1200, 1234.5, 9876.4)
OTHER = GapCost(150, 1100, 200, 2 / 11, 0.16, 0.206, 1200, 300, 0.25, 2000.0, 8000.0)
ERRED = "150 of 1,000 customers flagged as lost came back, and 350 of 1,200 leavers were not flagged yet"
BOTH = f" At 180 days, {ERRED}; at 150 days, 200 of 1,100 and 300."


def cost(low: float, *, is_settled: bool = True, recommended: GapCost = OTHER):
    compared = GapComparison(recommended, IN_FORCE, 0.031, low, 0.047, 23)
    decision = decided(compared, is_settled=is_settled)
    return costs.churn_gap_cost(compared, in_force=180, decision=decision, formats=FORMATS)


def test_a_difference_within_chance_lets_the_gap_in_force_stand():
    got = cost(-0.017)
    assert (got.key, got.verdict, got.is_headline) == ("churn_gap_cost", "yes", False)
    assert said(got.text) == (
        "The gap in force, 180 days, can stay: 150 days did better, but that can be chance (leavers flagged minus "
        f"returners flagged: +3.1 points, 95% interval −1.7 to +4.7 points).{BOTH}"
    )


def test_a_better_gap_is_said_to_be_better():
    got = cost(0.017)
    assert got.verdict == "no"
    assert said(got.text) == (
        "The gap in force, 180 days, did less well than 150 days, by more than chance (leavers flagged minus returners "
        f"flagged: +3.1 points, 95% interval +1.7 to +4.7 points).{BOTH}"
    )


def test_a_better_gap_that_does_not_last_is_no_reason_to_change():
    got = cost(0.017, is_settled=False)
    assert got.verdict == "with reservations"
    assert said(got.text) == (
        "The gap in force, 180 days, can stay for now: 150 days did better, but the earlier test was for another gap. "
        f"Leavers flagged minus returners flagged: +3.1 points (95% interval +1.7 to +4.7 points).{BOTH}"
    )


def test_the_gap_in_force_may_be_the_recommended_one():
    got = cost(0.0, recommended=IN_FORCE)
    assert got.verdict == "yes"
    assert said(got.text) == (
        f"The gap in force, 180 days, is the one that did best in the test: {ERRED}. The share who came back, the "
        "false churn, was 15.0% (95% interval 12.9–17.4%)."
    )


def test_nothing_to_compare_with():
    got = costs.churn_gap_cost(None, in_force=30, decision="untested", formats=FORMATS)
    assert got.verdict == "not enough data"
    assert said(got.text) == (
        "Whether the gap in force, 30 days, does well cannot be said yet. That needs a gap that did best in the test "
        "to compare it with, and customers who had been silent for more than 30 days on the day of the test."
    )


def money(recommended: GapCost = OTHER):
    compared = GapComparison(recommended, replace(IN_FORCE, late_amount=98_764.0), 0.031, 0.017, 0.047, 23)
    return costs.churn_gap_money(compared, formats=FORMATS)


def test_the_money_behind_both_errors():
    judge = (
        " The best gap in the test takes both errors as equally bad. If one of them costs the business much more, "
        "choose another gap from the table."
    )
    now = (
        "At 180 days, customers flagged as lost who came back had spent $1,234 in the year before the test, and "
        "leavers not flagged yet $98.8k."
    )
    got = money()
    assert (got.key, got.tone, got.title) == ("churn_gap_money", "info", "The money behind each error")
    assert got.text == f"{now} At 150 days it would be $2,000 and $8,000.{judge}"
    assert money(IN_FORCE).text == now + judge
    assert costs.churn_gap_money(None, formats=FORMATS) is None


# --- what to write -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "in_force", "is_auto", "decision", "tone", "text"),
    [
        (FOUND, 180, False, "chance", "info", "The client file sets 180 days, and this can stay. Whoever would rather have the gap that did best in the test sets 150 days there; churn of earlier periods is then counted anew, too."),
        (FOUND, 180, False, "better", "info", "The client file sets 180 days. To use the gap that did best in the test in all chapters, set 150 days there; churn of earlier periods is then counted anew, too."),
        (FOUND, 180, False, "unsettled", "info", "The client file sets 180 days. Keep this until the tests on two days agree, or until somebody who knows the business chooses another gap. All churn figures change with it."),
        (FOUND, 150, True, "same", "warn", "The client file asks for the gap to be recommended anew for every period, so churn can change only because the gap did. To keep one gap, set it to 150 days there."),
        (TOO_LITTLE, 180, True, "untested", "info", "The client file asks for the gap to be recommended from the data, but they recommend none, so 180 days are used. To choose another gap, set the number of days there."),
    ],
)  # fmt: skip
def test_what_to_write_into_the_client_file(found, in_force, is_auto, decision, tone, text):
    got = says.churn_gap_line(found, in_force=in_force, is_auto=is_auto, decision=decision, formats=FORMATS)
    assert (got.key, got.tone, got.title) == ("churn_gap_line", tone, "Which churn gap to set")
    assert said(got.text) == text


@pytest.mark.parametrize(("found", "in_force"), [(FOUND, 150), (TOO_LITTLE, 180), (NO_DIFFERENCE, 90)])
def test_nothing_is_to_be_written_where_nothing_would_change(found, in_force):
    assert (
        says.churn_gap_line(found, in_force=in_force, is_auto=False, decision="same", formats=FORMATS) is None
    )


# --- key figures -------------------------------------------------------------------------------------------------


def test_the_recommended_gap_as_a_key_figure():
    got = kpis.recommended_gap_kpi(FOUND, formats=FORMATS)
    assert (got.key, got.value, got.number) == ("recommended_gap", "150 days", 150)
    assert (said(got.interval), got.basis) == ("95% interval 120–180 days", "n = 2,000")
    exact = kpis.recommended_gap_kpi(replace(FOUND, low=150, high=150), formats=FORMATS)
    assert exact.interval == "95% interval 150 days"
    blank = kpis.recommended_gap_kpi(TOO_LITTLE, formats=FORMATS)
    assert (blank.value, blank.number, blank.basis, blank.verdict) == (
        "—",
        None,
        "too little data",
        "not enough data",
    )
    blank = kpis.recommended_gap_kpi(NO_DIFFERENCE, formats=FORMATS)
    assert blank.basis == "silence does not show who leaves"


def at_180(states: pd.DataFrame, **options) -> pd.DataFrame:
    return gap_backtest(states, log_days=400, gaps=[180], **options)


def test_the_shares_of_the_gap_in_force_as_key_figures():
    # 400 flagged, 100 of them came back; 300 of 500 leavers flagged.
    rows = [(200, 0)] * 300 + [(200, 1)] * 100 + [(20, 0)] * 200
    states = pd.DataFrame(rows, columns=["silence_days", "later_purchases"]).assign(year_amount=1.0)
    got = kpis.false_churn_kpi(at_180(states), formats=FORMATS)
    assert (got.key, got.value, got.number) == ("false_churn", "25.0%", 0.25)
    assert (said(got.interval), got.basis) == (
        "95% interval 21.0–29.5%",
        "100 of 400 at 180 days, the gap in force",
    )
    got = kpis.leavers_caught_kpi(at_180(states), formats=FORMATS)
    assert (got.key, got.value, got.number) == ("leavers_caught", "60.0%", 0.6)
    assert got.label == "Leavers already flagged as lost"
    assert got.basis == "300 of 500 at 180 days, the gap in force"
    for kpi in (kpis.false_churn_kpi, kpis.leavers_caught_kpi):
        blank = kpi(at_180(states.iloc[:0]), formats=FORMATS)
        assert (blank.value, blank.number, blank.interval, blank.verdict) == (
            "—",
            None,
            "",
            "not enough data",
        )
        assert blank.basis == "too few customers to test 180 days on"


# --- families and tables -----------------------------------------------------------------------------------------


def families(**decline) -> pd.DataFrame:
    blank = {"low": np.nan, "high": np.nan, "caught_share": np.nan, "difference": np.nan}
    row = {
        "customers": 500,
        "leavers": 90,
        "flagged": 20,
        "left": 11,
        "precision": np.nan,
        "also_silent": 20,
    } | blank
    both = [
        {"group": "who ever had a contract", "family": "termination"},
        {"group": "everyone tested", "family": "inactivity"},
    ]
    both += [
        {"group": "whose norm is known", "family": "inactivity"},
        {"group": "whose norm is known", "family": "decline", **decline},
    ]
    return pd.DataFrame([row | one for one in both])


def family_finding(table: pd.DataFrame):
    return tells.churn_families(
        table, decline_share=0.5, follow_up_days=180, min_customers=20, formats=FORMATS
    )


@pytest.mark.parametrize(("low", "verdict"), [(0.116, "yes"), (-0.01, "no clear change")])
def test_a_decline_is_said_to_announce_leaving_only_beyond_chance(low, verdict):
    got = family_finding(
        families(
            flagged=229,
            left=62,
            precision=0.271,
            low=0.217,
            high=0.332,
            difference=0.182,
            difference_low=low,
            difference_high=0.249,
        )
    )
    assert (got.key, got.verdict, got.is_headline) == ("churn_families", verdict, False)
    span = "+11.6 to +24.9" if low > 0 else "−1.0 to +24.9"
    does = "leave more often" if low > 0 else "do not clearly leave more often"
    assert said(got.text) == (
        f"Customers who buy less than usual for them {does}: +18.2 points against the 271 others (95% interval {span} "
        "points). Of 229 who twice in a row bought or spent at least 50% less, 27.1% then bought nothing for 180 days "
        "(95% interval 21.7–33.2%)."
    )


@pytest.mark.parametrize(("customers", "flagged", "here"), [(40, 15, ("15", "25")), (0, 0, ("none", "none"))])
def test_too_few_declining_are_said_to_be_too_few(customers, flagged, here):
    got = family_finding(families(customers=customers, flagged=flagged))
    assert got.verdict == "not enough data"
    assert said(got.text) == (
        "Whether customers who buy less than usual leave more often cannot be said yet. Among those who buy often "
        f"enough for it to show, that needs 20 who bought less (here {here[0]}) and 20 who did not (here {here[1]})."
    )


def test_the_tables_have_every_column_they_print():
    rules = tells.rule_rows(FOUND, in_force=180, percentile=112, false_churn=None, formats=FORMATS)
    assert rules["gap_days"].tolist()[:3] == [180, 150, 112]
    printed = show_table(rules, RULES, key="rules", caption="", formats=FORMATS)
    assert printed.cells[1] == (
        "Best in the test: tells leavers and returners apart best", "150", "120", "180"
    )  # fmt: skip
    assert printed.cells[3][1:] == ("—", "—", "—")
    assert str(printed.note).endswith("; only the gap that did best in the test has an interval.")
    named = tells.family_rows(families(), formats=FORMATS)
    assert named["group"].tolist() == ["With a contract", "Everyone", "With a norm", "With a norm"]
    assert named["family"].tolist() == ["Termination", "Inactivity", "Inactivity", "Decline"]
    assert tells.family_rows(families().assign(customers=0), formats=FORMATS).empty
    wanted = {column.name for column in FAMILIES} - {"caught_low", "caught_high"}
    assert wanted <= set(named)
    assert {column.name for column in BACKTEST} <= set(BACKTESTED)


# --- charts ------------------------------------------------------------------------------------------------------

STATES = pd.DataFrame(
    {
        "silence_days": range(1, 401),
        "later_purchases": [day % 3 == 0 if day > 90 else day % 3 for day in range(1, 401)],
    }
).assign(year_amount=1.0)
BACKTESTED = gap_backtest(STATES, log_days=450)
CURVE = pd.DataFrame(
    {"days": [0, 10, 60, 200, 500], "at_risk": [90, 80, 50, 20, 3], "ended": [0.0, 0.2, 0.5, 0.7, 0.8]}
)


def drawn(draw, table, *, size: str = "wide", formats: Formats = FORMATS, **options):
    with matplotlib.style.context(STYLE):
        drawing = Drawing(figsize=(WIDTHS[size] * PIXEL, 300 * PIXEL))
        FigureCanvasAgg(drawing)
        ax = draw(table, formats=formats, ax=drawing.add_axes((0.1, 0.1, 0.8, 0.8)), **options)
        drawing.draw_without_rendering()
    return ax


def words(ax) -> list[str]:
    return [text.get_text() for text in [*ax.texts, *ax.figure.texts]]


def test_the_trade_off_draws_both_errors_and_both_gaps():
    ax = drawn(trade_off_lines, BACKTESTED, in_force=180, recommended=150)
    late, wrong, first, second = ax.lines
    assert late.get_ydata().tolist() == BACKTESTED["late_share"].tolist()
    assert wrong.get_ydata().tolist() == BACKTESTED["wrong_share"].tolist()
    assert (to_hex(late.get_color()).upper(), to_hex(wrong.get_color()).upper()) == (
        ROLES["alert"],
        ROLES["back"],
    )
    assert (first.get_xdata()[0], second.get_xdata()[0]) == (150, 180)
    assert {"best in the test: 150 days", "in force: 180 days"} <= set(words(ax))
    assert len(ax.collections) == 2  # a band for each


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize(
    ("in_force", "recommended"), [(180, 150), (180, 195), (30, 365), (360, 350), (180, 180), (90, None)]
)
def test_the_words_at_the_gaps_stand_clear_of_each_other_and_inside(size, in_force, recommended, language):
    for draw, table in ((trade_off_lines, BACKTESTED), (gap_curve_line, CURVE)):
        gaps = {"in_force": in_force, "recommended": recommended}
        ax = drawn(draw, table, size=size, formats=Formats(language), **gaps)
        found = [text for text in ax.texts if ": " in text.get_text()]
        assert len(found) == (1 if recommended in (None, in_force) else 2)
        boxes = [text.get_window_extent() for text in found]
        assert not (len(boxes) == 2 and boxes[0].overlaps(boxes[1]))
        width = ax.figure.get_window_extent().x1
        assert all(box.x0 >= 0 and box.x1 <= width for box in [*boxes, *map(_box, ax.figure.texts)])


def _box(text):
    return text.get_window_extent()


def test_a_gap_beyond_those_tried_is_on_the_axis():
    ax = drawn(trade_off_lines, BACKTESTED, in_force=500, recommended=150)
    assert ax.get_xlim()[1] == 500
    assert "in force: 500 days" in words(ax)


def test_the_curve_draws_the_share_and_who_is_still_waiting():
    ax = drawn(gap_curve_line, CURVE, in_force=180, recommended=150)
    assert ax.lines[0].get_ydata().tolist() == [0.0, 0.2, 0.5, 0.7]  # up to 365 days
    assert {"90", "20", "3", "70%"} <= set(words(ax))


def test_a_short_log_has_a_short_axis():
    ax = drawn(gap_curve_line, CURVE[CURVE["days"] <= 60], in_force=30)
    assert ax.get_xlim()[1] == 60


def test_nothing_tested_draws_nothing():
    got = show_figure(
        trade_off_lines,
        BACKTESTED.iloc[:0],
        key="trade_off",
        title="T",
        caption="",
        alt="",
        formats=FORMATS,
        in_force=30,
    )
    assert isinstance(got, Callout)
    assert tells.trade_off_alt(BACKTESTED.iloc[:0], formats=FORMATS) == "No gap can be tested."


def test_the_pictures_are_described():
    got = said(tells.trade_off_alt(BACKTESTED, formats=FORMATS))
    assert got.startswith(
        "From a gap of 30 days to one of 365 days, the share of leavers not flagged yet rises from"
    )
    assert (
        tells.curve_alt(CURVE, days=180, formats=FORMATS)
        == "50.0% of purchases are followed by another within 180 days."
    )
    assert tells.curve_alt(CURVE, days=501, formats=FORMATS) == (
        "The log does not show yet how many purchases are followed by another within 501 days."
    )
