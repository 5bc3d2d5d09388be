"""Rules of fading and hidden churn: who is judged, who is flagged, how right that was; lists that are earned."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from retention_utils.customer_ids import shown_ids
from retention_utils.early_warning.activity import activity_before
from retention_utils.early_warning.backtest import hidden_churn_rules, overdue_rules, rule_account
from retention_utils.early_warning.ledger import ledger, list_account, proven_declines
from retention_utils.early_warning.rules import (
    RULES,
    cadence_cells,
    hidden_churn_flags,
    overdue_flags,
)
from retention_utils.errors import TableError
from retention_utils.stats import wilson_interval

USUAL = {
    "silence_days": 10, "usual_gap_days": 30.0, "year_amount": 100.0, "later_purchases": 1,
    "last_purchases": 1, "last_amount": 10.0, "previous_purchases": 1, "previous_amount": 10.0,
    "norm_purchases": 12, "norm_amount": 120.0, "norm_days": 365, "last_day": pd.Timestamp("2024-06-20"),
}  # fmt: skip
LIMITS = {"gap_days": 180, "multiple": 2.0, "decline_share": 0.5, "stretch_days": 30}


def states(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([{"customer_id": f"c{number}", **USUAL, **row} for number, row in enumerate(rows)])


def flagged(row: dict, rule: str, **limits) -> tuple[bool, bool]:
    got = hidden_churn_flags(states(row), **(LIMITS | limits)).iloc[0]
    return bool(got[f"{rule}_judged"]), bool(got[f"{rule}_flagged"])


# --- overdue ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"silence_days": 61}, (True, True)),
        ({"silence_days": 60}, (True, False)),  # exactly twice the usual gap is not more than it
        ({"silence_days": 2, "usual_gap_days": 1.0}, (True, False)),
        ({"silence_days": 3, "usual_gap_days": 1.0}, (True, True)),
        ({"silence_days": 170, "usual_gap_days": np.nan}, (False, False)),  # fewer than three purchase days
        ({"silence_days": 180, "usual_gap_days": 80.0}, (True, True)),
    ],
)
def test_overdue_is_a_silence_of_more_than_a_multiple_of_the_own_gap(row, expected):
    got = overdue_flags(states(row), gap_days=180, multiple=2.0).iloc[0]
    assert (got["is_judged"], got["is_flagged"]) == expected


def test_whoever_has_lapsed_is_no_longer_fading():
    got = overdue_flags(states({"silence_days": 181}, {"silence_days": 180}), gap_days=180, multiple=2.0)
    assert got["customer_id"].tolist() == ["c1"]


# --- decline ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # The norm of 12.17 purchases in 365 days is 1 in 30; at most half of it in both stretches: none.
        ({"norm_purchases": 24, "last_purchases": 0, "previous_purchases": 0}, (True, True)),
        ({"norm_purchases": 25, "last_purchases": 1, "previous_purchases": 1}, (True, True)),  # 1 <= 1.03
        ({"norm_purchases": 24, "last_purchases": 1, "previous_purchases": 1}, (True, False)),  # 1 > 0.99
        ({"norm_purchases": 25, "last_purchases": 1, "previous_purchases": 2}, (True, False)),  # only lately
        ({"norm_purchases": 25, "last_purchases": 2, "previous_purchases": 1}, (True, False)),
        # 2 x 30 x 13 / 365 = 2.14 are expected of both stretches; of 12 a year 1.97 are, which is too few.
        ({"norm_purchases": 13, "last_purchases": 0, "previous_purchases": 0}, (True, True)),
        ({"norm_purchases": 12, "last_purchases": 0, "previous_purchases": 0}, (False, False)),
        (
            {"norm_purchases": 24, "norm_days": 179, "last_purchases": 0, "previous_purchases": 0},
            (False, False),
        ),
        (
            {"norm_purchases": 24, "norm_days": 0, "last_purchases": 0, "previous_purchases": 0},
            (False, False),
        ),
        (
            {"norm_purchases": 24, "norm_days": 180, "last_purchases": 2, "previous_purchases": 2},
            (True, True),
        ),
    ],
)
def test_buying_more_seldom_by_hand(row, expected):
    assert flagged(row, "fewer_purchases") == expected


@pytest.mark.parametrize(
    ("last", "previous", "expected"),
    [(10.0, 10.0, True), (10.01, 10.0, False), (10.0, 10.01, False), (0.0, 0.0, True)],
)
def test_spending_less_by_hand(last, previous, expected):
    # 365 days, 24 purchases, 243.333: 20 in 30 days, so 10 is half.
    row = {
        "norm_purchases": 24,
        "norm_amount": 20 * 365 / 30,
        "last_amount": last,
        "previous_amount": previous,
    }
    assert flagged(row, "lower_spend") == (True, expected)


def test_a_restaurant_s_guest_who_comes_once_instead_of_three_times():
    # The source's own case: from three visits a month to one.
    row = {"norm_purchases": 36, "last_purchases": 1, "previous_purchases": 1, "silence_days": 12}
    assert flagged(row, "fewer_purchases") == (True, True)
    assert flagged(row, "overdue") == (True, False)


def test_any_counts_each_customer_once():
    both = {"silence_days": 100, "norm_purchases": 24, "last_purchases": 0, "previous_purchases": 0}
    got = hidden_churn_flags(states(both, {}, {"usual_gap_days": np.nan}), **LIMITS)
    assert got["any_flagged"].tolist() == [True, False, False]
    assert got["any_judged"].tolist() == [True, True, False]


def test_states_without_a_column_are_refused():
    with pytest.raises(TableError, match="norm_days"):
        hidden_churn_flags(states({}).drop(columns="norm_days"), **LIMITS)
    with pytest.raises(TableError, match="usual_gap_days"):
        overdue_flags(pd.DataFrame({"silence_days": [1]}), gap_days=180, multiple=2)


# --- back-test ----------------------------------------------------------------------------------------


def judged(flagged_left: int, flagged_stayed: int, other_left: int, other_stayed: int) -> pd.DataFrame:
    rows = [(True, 0)] * flagged_left + [(True, 2)] * flagged_stayed
    rows += [(False, 0)] * other_left + [(False, 1)] * other_stayed
    table = pd.DataFrame(rows, columns=["is_flagged", "later_purchases"])
    return table.assign(is_judged=True, year_amount=100.0)


def account(before: pd.DataFrame, now: pd.DataFrame | None = None, *, min_customers: int = 20) -> dict:
    now = before if now is None else now
    return rule_account(now, before, judged="is_judged", flagged="is_flagged", min_customers=min_customers)


def test_a_back_test_by_hand():
    """40 flagged, 30 of them left; 60 others, 15 of them left."""
    got = account(judged(30, 10, 15, 45))
    assert (got["tested"], got["tested_flagged"], got["left"], got["hits"]) == (100, 40, 45, 30)
    assert (got["precision"], got["others"], got["base_rate"]) == (0.75, 0.25, 0.45)
    assert (got["recall"], got["lift"]) == (pytest.approx(30 / 45), pytest.approx(0.75 / 0.45))
    assert (got["low"], got["high"]) == wilson_interval(30, 40)
    assert (got["recall_low"], got["recall_high"]) == wilson_interval(30, 45)
    assert (got["base_low"], got["base_high"]) == wilson_interval(45, 100)
    # Newcombe by hand: 0.5 - sqrt((0.75 - 0.5981)^2 + (0.3723 - 0.25)^2), 0.5 + sqrt((0.8581 - 0.75)^2 + ...)
    low1, high1 = wilson_interval(30, 40)
    low2, high2 = wilson_interval(15, 60)
    assert got["difference_low"] == pytest.approx(0.5 - np.hypot(0.75 - low1, high2 - 0.25))
    assert got["difference_high"] == pytest.approx(0.5 + np.hypot(high1 - 0.75, 0.25 - low2))
    assert got["verdict"] == "yes"


def test_the_money_of_those_who_left_by_hand():
    # Flagged: 20 of 300 left, 20 of 100 stayed: 6,000 of 8,000.
    table = judged(20, 20, 20, 40)
    table.loc[table["is_flagged"] & (table["later_purchases"] == 0), "year_amount"] = 300.0
    got = account(table)
    assert got["amount_lost"] == pytest.approx(0.75)
    # By hand: sum of (amount (left - 0.75))^2 = 20 x 75^2 + 20 x 75^2 = 225,000, x 40/39, root / 8,000
    reach = 1.959964 * (225_000 * 40 / 39) ** 0.5 / 8000
    assert (got["amount_low"], got["amount_high"]) == (
        pytest.approx(0.75 - reach),
        pytest.approx(0.75 + reach),
    )


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((30, 10, 15, 45), "yes"),
        ((10, 30, 15, 45), "no"),  # the same share on either side
        ((5, 35, 30, 30), "no"),  # flagged stay more often than others
        ((420, 580, 350, 650), "with reservations"),  # certain, but a lift of 1.09
        ((19, 0, 15, 45), "not enough data"),
        ((30, 10, 9, 10), "not enough data"),
        ((0, 0, 0, 0), "not enough data"),
        ((0, 40, 0, 60), "no"),  # nobody left
    ],
)
def test_a_rule_is_only_sold_if_it_was_better_than_chance(counts, verdict):
    assert account(judged(*counts))["verdict"] == verdict


def test_an_untested_rule_has_counts_and_no_rates():
    got = account(judged(19, 0, 15, 45))
    assert (got["tested_flagged"], got["hits"]) == (19, 19)
    assert np.isnan([got["precision"], got["lift"], got["difference"], got["amount_lost"]]).all()


def test_today_s_count_is_of_today_and_the_test_of_before():
    now = judged(3, 1, 0, 6).drop(columns="later_purchases")
    got = account(judged(30, 10, 15, 45), now)
    assert (got["active"], got["judged"], got["flagged"], got["share"]) == (10, 10, 4, 0.4)
    assert got["amount"] == 400.0
    assert (got["share_low"], got["share_high"]) == wilson_interval(4, 10)


def test_whoever_a_rule_cannot_judge_is_neither_flagged_nor_spared():
    known = judged(30, 10, 15, 45)
    strangers = judged(0, 0, 500, 0).assign(is_judged=False)  # they all left, and nobody could know
    got = account(pd.concat([known, strangers], ignore_index=True))
    assert (got["tested"], got["left"], got["others"]) == (100, 45, 0.25)
    assert (got["active"], got["judged"]) == (600, 100)


def test_nobody_judged_is_blank_and_not_zero():
    got = account(judged(0, 0, 0, 0))
    assert (got["judged"], got["flagged"], got["amount"]) == (0, 0, 0.0)
    assert np.isnan([got["share"], got["share_low"], got["precision"]]).all()


def test_the_interval_of_the_difference_covers_the_truth():
    random = np.random.default_rng(4)
    hits = 0
    for _ in range(300):
        here, there = random.binomial(60, 0.5), random.binomial(140, 0.3)
        got = account(judged(here, 60 - here, there, 140 - there))
        hits += got["difference_low"] <= 0.2 <= got["difference_high"]
    assert hits / 300 == pytest.approx(0.95, abs=0.035)


def test_a_worthless_rule_is_almost_never_sold():
    random = np.random.default_rng(9)
    sold = 0
    for _ in range(300):
        here, there = random.binomial(60, 0.35), random.binomial(140, 0.35)
        sold += account(judged(here, 60 - here, there, 140 - there))["verdict"] in (
            "yes",
            "with reservations",
        )
    assert sold <= 16  # 2.5 % of 300 is 7.5, standard error 2.7


def cadenced(seed: int, *, days: int = 720, follow_up: int = 180) -> tuple[pd.DataFrame, pd.Series]:
    """Customers with a rhythm of their own, of whom a known third stop; their states before the follow-up."""
    random = np.random.default_rng(seed)
    size = 400
    rhythm = random.uniform(10, 60, size)
    stops = np.where(random.random(size) < 1 / 3, random.uniform(days - 200, days, size), np.inf)
    rows = []
    for gap, stop in zip(rhythm, stops, strict=True):
        all_days = np.cumsum(gap * random.uniform(0.7, 1.3, 120))
        bought = all_days[all_days < stop]
        known = bought[bought <= days]
        later = ((bought > days) & (bought <= days + follow_up)).sum()
        rows.append((days - known[-1], np.median(np.diff(known)), later))
    table = pd.DataFrame(rows, columns=["silence_days", "usual_gap_days", "later_purchases"])
    return table.assign(year_amount=100.0), pd.Series(np.isfinite(stops))


def test_who_keeps_a_rhythm_and_stops_is_found():
    table, has_stopped = cadenced(1)
    got = overdue_rules(table, table, gap_days=250, multiples=[2.0], min_customers=20).iloc[0]
    assert got["precision"] == 1.0  # nobody who goes on is ever silent for twice the own gap
    # Missed are only those who stopped less than two gaps before the day.
    assert got["recall"] == pytest.approx(
        has_stopped[table["silence_days"] > 2 * table["usual_gap_days"]].sum() / has_stopped.sum()
    )
    assert 0.5 < got["recall"] < 0.95
    assert got["verdict"] == "yes"


def test_a_larger_multiple_flags_fewer():
    table, _ = cadenced(2)
    got = overdue_rules(table, table, gap_days=250, multiples=[3, 1.5, 2, 2.0], min_customers=20)
    assert got["multiple"].tolist() == [1.5, 2.0, 3.0]
    assert got["flagged"].is_monotonic_decreasing
    assert got["recall"].is_monotonic_decreasing


def test_the_test_knows_nothing_of_after_the_day():
    # Whatever came later, the same customers are flagged.
    table, _ = cadenced(3)
    one = overdue_flags(table, gap_days=250, multiple=2.0)["is_flagged"]
    other = overdue_flags(table.assign(later_purchases=7, later_amount=9.0), gap_days=250, multiple=2.0)
    assert one.tolist() == other["is_flagged"].tolist()


def test_nothing_depends_on_the_order_of_customers():
    table = states(*({"silence_days": number * 7, "norm_purchases": 10 + number} for number in range(25)))
    mixed = table.sample(frac=1, random_state=1)
    rules = [
        hidden_churn_rules(flags, flags, rules=[*RULES, "any"], min_customers=2)
        for flags in (hidden_churn_flags(rows, **LIMITS) for rows in (table, mixed))
    ]
    pd.testing.assert_frame_equal(*rules)


# --- ledger -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["yes", "with reservations", "no", "not enough data"])
def test_only_rules_that_were_plainly_right_together_make_a_list(verdict):
    verdicts = ["yes", "yes", "yes", verdict, "yes"]
    rules = pd.DataFrame({"rule": [*RULES, "declining", "any"], "verdict": verdicts})
    assert proven_declines(rules) == (("fewer_purchases", "lower_spend") if verdict == "yes" else ())


@pytest.mark.parametrize(
    ("verdicts", "taken"),
    [
        (("yes", "yes", "yes", "yes"), 2.0),  # what is in force needs no better one
        (("yes", "with reservations", "yes", "yes"), 3.0),  # the smallest of the larger ones
        (("yes", "with reservations", "no", "yes"), 4.0),
        (("yes", "with reservations", "with reservations", "no"), 2.0),  # none is better
        (("yes", "no", "yes", "yes"), 2.0),  # no list at all rather than one picked by chance
    ],
)
def test_where_the_multiple_in_force_helps_little_a_plainly_better_one_makes_the_list(verdicts, taken):
    table = pd.DataFrame({"multiple": [1.5, 2.0, 3.0, 4.0], "verdict": verdicts})
    assert list_account(table, 2.0)["multiple"] == taken


def test_the_ledger_lists_each_customer_once_the_dearest_first():
    late = {"silence_days": 100}
    declining = {
        "norm_purchases": 24,
        "last_purchases": 0,
        "previous_purchases": 0,
        "last_amount": 0.0,
        "previous_amount": 0.0,
    }
    flags = hidden_churn_flags(
        states(
            late | {"year_amount": 50.0},
            {},
            late | declining | {"year_amount": 70.0},
            late | {"year_amount": 70.0},
        ),
        **LIMITS,
    )
    got = ledger(flags, rules=["overdue", "fewer_purchases"])
    assert got["customer_id"].tolist() == ["c2", "c3", "c0"]
    assert got["fired"].tolist() == [("overdue", "fewer_purchases"), ("overdue",), ("overdue",)]
    assert ledger(flags, rules=["overdue"], most=1)["customer_id"].tolist() == ["c2"]
    again = ledger(flags.iloc[::-1], rules=["overdue", "fewer_purchases"])
    pd.testing.assert_frame_equal(got, again)


def test_without_a_rule_nobody_is_listed():
    flags = hidden_churn_flags(states({"silence_days": 100}), **LIMITS)
    assert ledger(flags, rules=[]).empty


def test_hashed_ids_can_be_found_again_and_not_read():
    ids = pd.Series(["007", "<b>ann@example.com</b>", None], index=[3, 1, 2])
    got = shown_ids(ids, is_hashed=True)
    assert got.index.tolist() == [3, 1, 2]
    assert got[3] == hashlib.sha256(b"007").hexdigest()[:12]
    assert len(got[1]) == 12
    assert pd.isna(got[2])
    assert shown_ids(ids, is_hashed=False).tolist()[:2] == ["007", "<b>ann@example.com</b>"]
    assert shown_ids(pd.Series([7, 8]), is_hashed=False).tolist() == ["7", "8"]


# --- cadence and activity -----------------------------------------------------------------------------


def test_cells_count_every_judged_customer_once():
    table = states(
        {"usual_gap_days": 7.0, "silence_days": 0}, {"usual_gap_days": 9.5, "silence_days": 1},
        {"usual_gap_days": 10.0, "silence_days": 1}, {"usual_gap_days": 10.0, "silence_days": 100},
        {"usual_gap_days": np.nan, "silence_days": 1},
    )  # fmt: skip
    got = cadence_cells(overdue_flags(table, gap_days=180, multiple=2.0))
    assert got.to_dict("list") == {
        "gap_from": [7.0, 10.0, 10.0], "gap_to": [10.0, 14.0, 14.0],
        "silence_from": [0.0, 0.0, 90.0], "silence_to": [2.0, 2.0, 120.0],
        "customers": [2, 1, 1], "flagged": [0, 0, 1],
    }  # fmt: skip
    nobody = cadence_cells(overdue_flags(table.iloc[-1:], gap_days=180, multiple=2.0))
    assert nobody.empty


def test_activity_of_leavers_and_stayers_by_hand():
    # Leavers: 0 and 2 purchases in the last stretch, mean 1, deviation sqrt(2), reach 1.96 sqrt(2) / sqrt(2).
    table = states(
        {"later_purchases": 0, "last_purchases": 0, "norm_purchases": 73},
        {"later_purchases": 0, "last_purchases": 2, "norm_purchases": 73},
        {"later_purchases": 3, "last_purchases": 4}, {"later_purchases": 3, "last_purchases": 4},
        {"later_purchases": 0, "norm_days": 179}, {"later_purchases": 0, "silence_days": 181},
    )  # fmt: skip
    got = activity_before(table, gap_days=180, stretch_days=30).set_index(["group", "stretch"])
    assert got.loc[("left", "last"), ["customers", "purchases", "low"]].tolist() == [2, 1.0, 0.0]
    assert got.loc[("left", "last"), "high"] == pytest.approx(1 + 1.959964)
    assert got.loc[("left", "norm"), "purchases"] == pytest.approx(6.0)  # 73 in 365 days
    assert got.loc[("stayed", "last"), ["purchases", "low", "high"]].tolist() == [4.0, 4.0, 4.0]
    assert activity_before(table.iloc[:0], gap_days=180, stretch_days=30).empty
