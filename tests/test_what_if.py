"""What retention is worth: against sums written out, and against the truth of simulated bases."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from retention_utils.charts.what_if import break_even_lines, worth_lines
from retention_utils.errors import TableError
from retention_utils.findings import what_if as says
from retention_utils.findings import what_if_budget as tells
from retention_utils.formats import Formats
from retention_utils.what_if.base_curve import MONTH_DAYS, BaseRetention, base_retention, shares_active
from retention_utils.what_if.budget import (
    BreakEven,
    BudgetSplit,
    break_even,
    break_even_curve,
    budget_split,
    of_many_cohorts,
)
from retention_utils.what_if.worth import retention_worth, saved_customer

EUR = Formats("en", "EUR")
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
HALF_YEAR = 6 * MONTH_DAYS


def states(silences, later=None):
    table = pd.DataFrame({"customer_id": list(silences), "silence_days": list(silences.values())})
    return table if later is None else table.assign(later_amount=[later.get(name, 0.0) for name in silences])


def base(**more):
    given = {
        "stretch_days": 180, "active_now": 1000, "active_before": 1000, "stayed": 600, "survivors": 500,
        "survivors_stayed": 400, "amount_per_customer": 60.0, "amount_error": 2.0, **more,
    }  # fmt: skip
    return BaseRetention(**given)


# --- who stays active ------------------------------------------------------------------------------------------


def test_the_base_on_paper():
    # 130 were active half a year ago; 100 of them had been so a year ago. 90 of the 130 are active today, of
    # the 100 it is 75. Five more are active today who were not then. The gap is 30 days, and 30 is active.
    before = {f"c{number}": 30 if number < 130 else 31 for number in range(140)}
    now = {
        name: 10 if number < 75 or 100 <= number < 115 or number >= 135 else 31
        for number, name in enumerate(before)
    }
    earlier = {f"c{number}": 5 for number in range(100)}
    later = {f"c{number}": 13.0 for number in range(10)}
    first = {"c0": 80.0, "c99": 40.0}
    found = base_retention(
        states(now), states(before, later), states(earlier, first), gap_days=30, stretch_days=180
    )
    # Counted half a year ago, 120 of money among 100; 1.00 each came since.
    assert (found.amount_before, found.missed) == pytest.approx((1.2, 0.2))
    assert np.isnan(base().missed)
    assert (found.active_now, found.active_before, found.stayed) == (95, 130, 90)
    assert (found.survivors, found.survivors_stayed) == (100, 75)
    assert found.amount_per_customer == pytest.approx(1.0)  # 130 of money among 130
    assert (found.first_share, found.second_share, found.is_constant) == (90 / 130, 0.75, False)


@pytest.mark.parametrize(("active", "lost", "is_known"), [(100, 20, True), (99, 20, False), (100, 19, False)])
def test_too_few_customers_are_not_projected(active, lost, is_known):
    before = {f"c{number}": 1 for number in range(active)}
    now = {name: 99 if number < lost else 1 for number, name in enumerate(before)}
    found = base_retention(states(now), states(before, {}), states({}, {}), gap_days=30, stretch_days=180)
    assert (found is not None) is is_known


def test_with_one_stretch_only_its_rate_is_carried_on():
    short = base(survivors=99, survivors_stayed=50)
    assert (short.is_constant, short.second_share) == (True, 0.6)
    nobody_lost = base(survivors=400, survivors_stayed=381)
    assert nobody_lost.is_constant


def test_the_course_of_the_base_passes_through_what_was_seen():
    shares = shares_active(0.6, 0.8, stretch_days=HALF_YEAR, months=18)
    assert shares[[0, 6, 12, 18]] == pytest.approx([1.0, 0.6, 0.6 * 0.8, 0.6 * 0.8 * 0.8])
    assert shares[3] == pytest.approx(0.6**0.5)
    assert (np.diff(shares) < 0).all()


def test_a_table_without_what_came_later_is_refused():
    with pytest.raises(TableError, match="later_amount"):
        base_retention(states({}), states({}), states({}), gap_days=30, stretch_days=180)


# --- what points are worth -------------------------------------------------------------------------------------


def by_hand(*, monthly_share, per_month, points, months, rate, customers=1000):
    """The worth written out month by month, for a base that always loses the same share."""
    usual = better = 1.0
    extra = brought = 0.0
    for month in range(months):
        discount = (1 + rate) ** -((month + 0.5) / 12)
        next_usual, next_better = usual * monthly_share, better * min(1, monthly_share + points / 100)
        brought += customers * per_month * (usual + next_usual) / 2 * discount
        extra += customers * per_month * ((better + next_better) - (usual + next_usual)) / 2 * discount
        usual, better = next_usual, next_better
    return customers * (better - usual), brought, extra


@pytest.mark.parametrize(("points", "months"), [(1, 12), (5, 12), (1, 24), (3, 24)])
def test_worth_against_a_sum_written_out(points, months):
    share = 0.9**6  # 90 % stay every month
    known = base(
        stretch_days=HALF_YEAR,
        stayed=round(share * 10**6),
        active_before=10**6,
        survivors=0,
        survivors_stayed=0,
    )
    # 60 a customer over the half year; of the six months 6 * (share - 1) / ln(share) are active ones.
    per_month = 60 * 0.5 / (6 * (share - 1) / np.log(share))
    kept, brought, extra = by_hand(
        monthly_share=0.9, per_month=per_month, points=points, months=months, rate=0.1
    )
    table = retention_worth(known, margin=0.5, annual_discount_rate=0.1, points=[points], months=[months])
    row = table.iloc[0]
    assert (row["kept"], row["usual"], row["extra"]) == pytest.approx((kept, brought, extra), rel=1e-5)
    assert row["relative"] == pytest.approx(extra / brought, rel=1e-5)
    assert row["low"] < row["extra"] < row["high"]


def test_nobody_can_stay_more_than_always():
    loyal = base(stayed=990, survivors_stayed=495)
    table = retention_worth(loyal, margin=1.0, annual_discount_rate=0.0, points=[5, 50], months=[12])
    assert table["extra"].iloc[0] == pytest.approx(table["extra"].iloc[1])


def test_a_saved_customer_brings_what_every_customer_brings():
    known = base()
    saved = saved_customer(known, margin=0.4, annual_discount_rate=0.1)
    usual = retention_worth(known, margin=0.4, annual_discount_rate=0.1, points=[1], months=[12])[
        "usual"
    ].iloc[0]
    assert saved.value == pytest.approx(usual / 1000)
    assert saved.low < saved.value < saved.high
    assert saved_customer(known, margin=0.8, annual_discount_rate=0.1).value == pytest.approx(2 * saved.value)
    assert saved_customer(known, margin=0.4, annual_discount_rate=0.3).value < saved.value


def test_the_interval_holds_the_truth_as_often_as_it_says():
    # Bases drawn from a known truth: 60 % stay over the first stretch, 80 % over the second, 60 of money each.
    rng = np.random.default_rng(7)
    truth = base(
        active_before=10**9, stayed=6 * 10**8, survivors=10**9, survivors_stayed=8 * 10**8, amount_error=1e-9
    )
    wanted = retention_worth(truth, margin=1.0, annual_discount_rate=0.1, points=[1], months=[12])[
        "extra"
    ].iloc[0]
    saved = saved_customer(truth, margin=1.0, annual_discount_rate=0.1).value
    hits = np.zeros(2)
    for _ in range(400):
        amounts = rng.gamma(0.5, 120.0, 800)
        drawn = base(
            active_before=800, stayed=int(rng.binomial(800, 0.6)), survivors=500,
            survivors_stayed=int(rng.binomial(500, 0.8)), amount_per_customer=float(amounts.mean()),
            amount_error=float(amounts.std(ddof=1) / np.sqrt(800)),
        )  # fmt: skip
        row = retention_worth(drawn, margin=1.0, annual_discount_rate=0.1, points=[1], months=[12]).iloc[0]
        one = saved_customer(drawn, margin=1.0, annual_discount_rate=0.1)
        hits += [row["low"] <= wanted <= row["high"], one.low <= saved <= one.high]
    # Of 400, 95 % are 380; four standard errors of that are 17.
    assert (abs(hits - 380) <= 17).all()


# --- where the money goes --------------------------------------------------------------------------------------

CALENDAR = pd.DataFrame({"period_number": range(4), "period": ["2024-01", "2024-02", "2024-03", "2024-04"]})
TENURES = pd.DataFrame(
    {
        "period_number": [0, 1, 1, 2, 2, 3, 3],
        "tenure": [0, 0, 1, 0, 1, 0, 3],
        "amount": [99.0, 10.0, 30.0, 10.0, 20.0, 20.0, 10.0],
    }
)


def costs(*rows):
    return pd.DataFrame(rows, columns=["period", "acquisition", "retention"])


def test_the_budgets_on_paper():
    given = costs(("2024-01", 500.0, 500.0), ("2024-02", 60.0, 20.0), ("2024-03", 90.0, None), ("2024-04", 90.0, 30.0), ("2024-Q1", 9.0, 9.0))  # fmt: skip
    found = budget_split(given, CALENDAR, TENURES, most_periods=3)
    # January is older than three periods, March has no retention cost, a quarter is no month.
    assert found == BudgetSplit(2, "2024-02", "2024-04", 150.0, 50.0, 40 / 70)
    assert found.retention_share == 0.25


@pytest.mark.parametrize(
    "given",
    [costs(), costs(("2023-01", 1.0, 1.0)), costs(("2024-02", 0.0, 0.0)), pd.DataFrame({"period": ["2024-02"], "acquisition": [1.0]})],
)  # fmt: skip
def test_budgets_that_are_not_known_give_no_share(given):
    assert budget_split(given, CALENDAR, TENURES, most_periods=12) is None


def test_break_even_on_paper():
    # Two cohorts of ten. The first earns 20, 40, 70 in all and cost 60; the second 30, 50 and cost 20.
    values = pd.DataFrame(
        {
            "cohort": [0, 0, 0, 1, 1],
            "age": [0, 1, 2, 0, 1],
            "customers": [10] * 5,
            "brought": [20.0, 40.0, 70.0, 30.0, 50.0],
        }
    )
    known = pd.DataFrame(
        {"cohort": [0, 1, 2], "acquisition": [60.0, 20.0, 7.0], "is_used": [True, True, False]}
    )
    curve = break_even_curve(values, known, upsell_share=0.5)
    # Age 0: (50 - 80) / 20; age 1: (90 - 80) / 20, later 40, half of it 20; age 2, one cohort: (70 - 60) / 10.
    assert curve[["age", "cohorts", "customers"]].to_numpy().tolist() == [[0, 2, 20], [1, 2, 20], [2, 1, 10]]
    assert curve["plain"].tolist() == [-1.5, 0.5, 1.0]
    assert curve["upsell"].tolist() == [-1.5, 1.5, 3.5]
    assert break_even(curve) == BreakEven(1, 1, 2)
    assert of_many_cohorts(curve.assign(cohorts=[11, 3, 2]))["age"].tolist() == [0, 1]
    assert break_even(curve.assign(plain=-1.0, upsell=[-1.0, -1.0, 0.0])) == BreakEven(None, 2, 2)
    assert break_even(curve.iloc[:0]) is None


# --- what it says ----------------------------------------------------------------------------------------------


def plain(text):
    return str(text).replace("\u2060", "")


WORTH = pd.DataFrame(
    {
        "months": [12, 12, 24, 24], "points": [1, 5, 1, 5], "kept": [8.0, 50.0, 6.0, 40.0],
        "usual": [1000.0] * 4, "extra": [2500.0, 14000.0, 5000.0, 32000.0],
        "low": [2000.0, 12000.0, 4000.0, 30000.0], "high": [3000.0, 16000.0, 6000.0, 34000.0],
        "relative": [0.054, 0.3, 0.08, 0.5],
    }
)  # fmt: skip
TOO_FEW = "It needs at least 100 customers who were active 180 days before the end of the period, at least 20 of whom have lapsed since. The history is too short or the active base too small."


def test_the_worth_word_for_word():
    found = says.retention_worth(WORTH, base(), money="margin", follow_up_days=180, formats=EUR)
    text = (
        "One point of retention is worth €2,500 of margin within 12 months (95% interval €2,000–3,000), 5.4% on top of "
        "what is expected. That is if every month one more of a hundred of today's 1,000 active customers stayed; five "
        "more would bring €14k. Whether any measure achieves that is not known."
    )
    assert (found.key, found.verdict, found.is_headline) == ("retention_worth", "with reservations", True)
    assert plain(found.text) == text
    short = base(survivors=0, survivors_stayed=0)
    constant = says.retention_worth(WORTH, short, money="margin", follow_up_days=180, formats=EUR)
    assert constant.verdict == "with reservations"
    assert plain(constant.text) == (
        f"{text} How fast those who stay go on leaving is not known yet: the same rate is assumed."
    )


def test_without_a_base_nothing_is_said_to_be_worth_anything():
    found = says.retention_worth(WORTH.iloc[:0], None, money="margin", follow_up_days=180, formats=EUR)
    assert (found.verdict, found.text) == (
        "not enough data",
        f"What one more point of retention would be worth cannot be said yet. {TOO_FEW}",
    )
    assert says.margin_per_point(WORTH.iloc[:0], money="margin", formats=EUR).number is None


def test_what_a_measure_keeps_is_assumed_once():
    # The price of a contact and the effects of the playbook stand on one page: they rest on one assumption.
    assumed = []
    for name in ("12_what_if", "14_playbook"):
        cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        source = "".join(
            next(cell for cell in cells if "parameters" in cell["metadata"].get("tags", []))["source"]
        )
        assumed.append(re.findall(r"^kept_(?:low|high): float = ([\d.]+)", source, re.MULTILINE))
    assert assumed[0] == assumed[1] == ["0.05", "0.2"]


@pytest.mark.parametrize(("target", "verdict", "less"), [(0.25, "yes", "no less"), (0.26, "no", "less")])
def test_the_budget_word_for_word(target, verdict, less):
    split = BudgetSplit(2, "2024-02", "2024-04", 150.0, 50.0, 0.571)
    found = tells.budget_share(split, target=target, formats=EUR)
    assert (found.key, found.verdict) == ("budget_share", verdict)
    assert found.text == (
        f"25.0% of what was spent on customers went into keeping them, {less} than the {target:.0%} aimed at (a target "
        "set in this report). In all, €200 was spent from February 2024 to April 2024. Customers who joined in earlier months "
        "brought 57.1% of the revenue."
    )
    once = tells.budget_share(replace(split, first_period="2024-04"), target=0.125, formats=EUR)
    assert (
        "no less than the 12.5% aimed at (a target set in this report). In all, €200 was spent in April 2024."
        in str(once.text)
    )
    share = tells.budget_kpi(split, formats=EUR)
    assert (share.number, share.basis) == (0.25, "costs of 2 months")
    assert tells.budget_share(None, target=target, formats=EUR) is None
    assert tells.budget_kpi(None, formats=EUR) is None


@pytest.mark.parametrize(
    ("even", "verdict", "text"),
    [
        (BreakEven(0, 0, 9), "yes", "All together, customers earn back what winning them cost within the month in which they join; what they buy later is gain. Whether the newest take longer, the chapter on the value of customers says."),
        (BreakEven(4, 3, 9), "yes", "Customers have earned back what winning them cost by month 4 after joining; if customers spent 10% more on every purchase after the first month, it would be by month 3."),
        (BreakEven(None, 8, 9), "no", "In the 9 months that can be followed, customers have not earned back what winning them cost; if customers spent 10% more on every purchase after the first month, they would by month 8."),
        (BreakEven(None, None, 9), "no", "In the 9 months that can be followed, customers have not earned back what winning them cost, nor would they, if customers spent 10% more on every purchase after the first month."),
    ],
)  # fmt: skip
def test_break_even_word_for_word(even, verdict, text):
    found = tells.earned_back(even, upsell_share=0.1, grain="month", formats=EUR)
    assert (found.verdict, found.text) == (verdict, text)
    assert tells.earned_back(None, upsell_share=0.1, grain="month", formats=EUR) is None


@pytest.mark.parametrize(
    ("has_costs", "has_margin", "key", "text"),
    [
        (False, False, "missing_costs", "To show this, supply what winning and keeping customers cost. Whoever makes this report finds the columns of such a table in data/README.md (costs)."),
        (True, False, "missing_margin", "To show this, supply the margin: the share of the revenue that remains after the goods are paid."),
        (True, True, "missing_costs", "To show all of this, the table [tables.costs] must hold both costs, acquisition and retention, for periods of this report; its columns are in data/README.md."),
    ],
)  # fmt: skip
def test_what_to_supply_word_for_word(has_costs, has_margin, key, text):
    given = {"has_costs": has_costs, "has_margin": has_margin, "formats": EUR}
    got = tells.missing_for_budget(None, BreakEven(1, 1, 2), **given)
    assert (got.key, got.tone, got.text) == (key, "supply", text)
    split = BudgetSplit(2, "2024-02", "2024-04", 150.0, 50.0, 0.571)
    assert tells.missing_for_budget(split, BreakEven(1, 1, 2), **given) is None
    assert tells.missing_for_budget(split, None, **given) == got


def test_key_figures_carry_three_digits():
    figure = says.margin_per_point(WORTH.assign(extra=2496.4), money="margin", formats=EUR)
    assert (figure.number, figure.basis) == (2500.0, "5.4% on top of what is expected")


def test_the_worth_is_drawn_as_it_is_listed():
    ax = worth_lines(WORTH, formats=EUR, ax=Figure().add_axes((0.1, 0.1, 0.8, 0.8)))
    assert [line.get_ydata().tolist() for line in ax.lines] == [[2500.0, 14000.0], [5000.0, 32000.0]]
    assert [text.get_text() for text in ax.texts] == ["12 months", "24 months"]
    assert says.worth_alt(WORTH, formats=EUR) == (
        "The worth rises with every point; 5 points are worth €14k over 12 months and €32k over 24 months."
    )


def test_break_even_is_drawn_as_it_is_listed():
    curve = pd.DataFrame({"age": [0, 1], "plain": [-1.5, 0.5], "upsell": [-1.5, 1.5]})
    ax = break_even_lines(curve, formats=EUR, ax=Figure().add_axes((0.1, 0.1, 0.8, 0.8)))
    drawn = [line.get_ydata() for line in ax.lines]
    assert [list(line) for line in drawn[1:]] == [[-1.5, 1.5], [-1.5, 0.5]]
    assert tells.break_even_alt(curve, formats=EUR) == (
        "From −€2 a customer in the first period to €0 by period 1; selling more, to €2."
    )
    assert tells.break_even_alt(curve.iloc[:0], formats=EUR) == "No cohort has known costs."


def test_break_even_counts_whole_periods():
    curve = pd.DataFrame({"age": range(16), "plain": range(16), "upsell": range(16)})
    ax = break_even_lines(curve, formats=EUR, ax=Figure().add_axes((0.1, 0.1, 0.8, 0.8)))
    assert [tick for tick in ax.get_xticks() if tick % 1] == []


def test_without_a_base_there_is_nothing_to_draw_or_list():
    table = retention_worth(None, margin=1.0, annual_discount_rate=0.1)
    assert table.empty
    assert {"months", "points", "kept", "usual", "extra", "low", "high", "relative"} == set(table.columns)
    assert says.worth_alt(table, formats=EUR) == "What points are worth is not known."
