"""The risk list: chosen on paper, against other programs, and on customers whose truth is known."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from risk_samples import COLUMNS, FOLLOW_UP, GAP, people, purchases, states_of
from scipy.special import expit, logit

from retention_utils.errors import ConfigError, TableError
from retention_utils.risk_list import choice
from retention_utils.risk_list import rehearsal as rehearsal_module
from retention_utils.risk_list.call_list import call_list
from retention_utils.risk_list.candidates import candidates, typical_gap
from retention_utils.risk_list.chances import fit_states, history_cells, stay_away_chance
from retention_utils.risk_list.correction import fit_correction
from retention_utils.risk_list.ranking import by_expected_loss, rule_orders
from retention_utils.risk_list.rehearsal import Rehearsal, rehearse_list
from retention_utils.risk_list.scoring import (
    Estimate,
    average_precision,
    brier_score,
    calibration,
    difference_in_average_precision,
    difference_in_found,
    gains,
)
from retention_utils.simulate import Truth
from retention_utils.value_models.expectation import MBG_NBD
from retention_utils.value_models.fits import PurchaseFit
from retention_utils.value_models.likelihood import lifetimes_fitters

HOW = {"gap_days": GAP, "follow_up_days": FOLLOW_UP, "capacity": 50}


def truth_fit() -> PurchaseFit:
    """Return a fit that holds the parameters the samples are drawn from."""
    return PurchaseFit(MBG_NBD, pd.Series(Truth().timing), pd.DataFrame(), 0.0, 0)


@cache
def days(seed: int = 0, customers: int = 3000) -> tuple[pd.DataFrame, ...]:
    """Return the states earlier, before and today."""
    log = purchases(customers, seed)
    return states_of(log, day=360), states_of(log, day=540), states_of(log, day=719, follow_up_days=None)


# --- candidates ---------------------------------------------------------------------------------------


def test_who_is_a_candidate_on_paper():
    table = people(
        {"customer_id": "due"},
        {"customer_id": "just at the usual gap", "silence_days": 20},
        {"customer_id": "a day beyond it", "silence_days": 21},
        {"customer_id": "slow but not yet due", "usual_gap_days": 90.0, "silence_days": 80},
        {"customer_id": "two churn gaps", "silence_days": 360},
        {"customer_id": "given up", "silence_days": 361},
        {"customer_id": "brought nothing in a year", "year_amount": 0.0},
        {"customer_id": "everything sent back", "year_amount": -5.0},
    )
    got = candidates(table, gap_days=180)
    assert got["customer_id"].tolist() == ["a day beyond it", "due", "two churn gaps"]
    assert got["overdue"].tolist() == [1.05, 3.0, 18.0]


def test_those_without_a_habit_of_their_own_are_held_against_the_typical_customer():
    one = {"frequency": 0, "recency_days": 0, "usual_gap_days": np.nan}
    table = people(
        {"customer_id": "a", "usual_gap_days": 10.0},
        {"customer_id": "b", "usual_gap_days": 30.0},
        {"customer_id": "c", "usual_gap_days": 50.0, "silence_days": 51},
        one | {"customer_id": "d", "silence_days": 30},
        one | {"customer_id": "e", "silence_days": 31},
    )
    assert typical_gap(table) == 30.0
    assert candidates(table, gap_days=180)["customer_id"].tolist() == ["a", "b", "c", "e"]


def test_nobody_is_a_candidate_while_no_habit_is_known():
    assert candidates(people({"usual_gap_days": np.nan}), gap_days=180).empty


def test_value_at_risk_is_the_last_year_s_margin():
    got = candidates(people({"year_amount": 123.45}), gap_days=180, margin=0.4)
    assert (got["value_at_risk"].item(), got["year_amount"].item()) == (49.38, 123.45)


@pytest.mark.parametrize(
    "options", [{"gap_days": 0}, {"gap_days": 30, "margin": 0.0}, {"gap_days": 30, "margin": 2}]
)
def test_impossible_settings_are_refused(options):
    with pytest.raises(ConfigError, match="gap_days is"):
        candidates(people({}), **options)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_refused(column):
    with pytest.raises(TableError, match=rf"lacks \['{column}'\]"):
        candidates(people({}).drop(columns=column), gap_days=30)


# --- chances ------------------------------------------------------------------------------------------


def test_the_chance_is_the_ratio_of_two_likelihoods_in_lifetimes():
    # The chance of the same history after t more silent weeks, over that of the history.
    parameters = [0.525, 6.183, 0.891, 1.614]
    states = pd.DataFrame(
        {
            "frequency": [0, 1, 2, 26, 5],
            "recency_days": [0, 40, 213, 216, 70],
            "age_days": [270, 41, 272, 217, 200],
        }
    )
    weeks = 180 / 7
    frequency, recency, age = (states[name].to_numpy(float) for name in states)

    def log_likelihood(more: float) -> np.ndarray:
        rows = zip(frequency, recency / 7, age / 7 + more, strict=True)
        lone = lifetimes_fitters()[MBG_NBD]._negative_log_likelihood
        return np.array(
            [-lone(np.log(parameters), *map(np.atleast_1d, row), np.ones(1), 0.0) for row in rows]
        )

    got = stay_away_chance(states, truth_fit(), days=180)
    expected = np.exp(log_likelihood(weeks) - log_likelihood(0.0))
    np.testing.assert_allclose(got, expected, rtol=1e-10)


def test_one_time_buyers_are_not_held_to_be_customers_for_ever():
    # BG/NBD gives every one-time buyer P(alive) = 1; MBG/NBD lets the chance of staying away tend to 1.
    silent = pd.DataFrame({"frequency": 0, "recency_days": 0, "age_days": [10, 100, 1000, 10_000]})
    chance = stay_away_chance(silent, truth_fit(), days=180)
    assert (np.diff(chance) > 0).all()
    assert chance[-1] > 0.98


def test_chances_grow_with_silence_and_shrink_with_the_days_ahead():
    silent = pd.DataFrame({"frequency": 5, "recency_days": 200, "age_days": [200, 230, 300, 500]})
    chance = stay_away_chance(silent, truth_fit(), days=180)
    assert (np.diff(chance) > 0).all()
    assert (stay_away_chance(silent, truth_fit(), days=360) < chance).all()
    np.testing.assert_allclose(stay_away_chance(silent, truth_fit(), days=0), 1.0)


def test_true_chances_are_calibrated_on_simulated_customers():
    inside = groups = 0
    for seed in range(8):
        states = states_of(purchases(2000, seed), day=360)
        chance = stay_away_chance(states, truth_fit(), days=FOLLOW_UP)
        table = calibration(chance, (states["later_purchases"] == 0).to_numpy(float))
        inside += ((table["low"] <= table["predicted"]) & (table["predicted"] <= table["high"])).sum()
        groups += len(table)
    assert inside / groups > 0.88  # nominally 0.95; whole days shorten the truth a little


def test_histories_are_counted():
    rows = people({}, {}, {"frequency": 0, "recency_days": 0})
    assert history_cells(rows)["customers"].tolist() == [1, 2]


# --- correction ---------------------------------------------------------------------------------------


def made_up(size: int, seed: int, *, slope: float = 0.7) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(seed)
    chance = random.uniform(0.05, 0.95, size)
    silence, frequency = random.integers(20, 300, size), random.geometric(0.4, size) - 1
    value = random.lognormal(3, 1, size)
    odds = (
        0.4
        + slope * logit(chance)
        + 0.2 * np.log1p(silence)
        - 0.6 * np.log1p(frequency)
        - 0.2 * np.log(value)
    )
    came = random.uniform(size=size) > expit(odds)
    table = pd.DataFrame({"silence_days": silence, "frequency": frequency, "value_at_risk": value})
    return table.assign(later_purchases=came.astype(int)), chance


def test_the_correction_recovers_what_the_truth_was():
    truth = np.array([0.4, 0.7, 0.2, -0.6, -0.2])
    fits = [fit_correction(*made_up(4000, seed)).parameters.to_numpy() for seed in range(12)]
    mean, error = np.mean(fits, axis=0), np.std(fits, axis=0, ddof=1) / np.sqrt(12)
    assert (np.abs(mean - truth) < 3.5 * error).all()


def test_the_correction_is_a_linear_form_of_the_log_odds():
    table, chance = made_up(400, 1)
    fit = fit_correction(table, chance)
    row = table.iloc[0]
    form = [
        1,
        logit(chance[0]),
        np.log1p(row["silence_days"]),
        np.log1p(row["frequency"]),
        np.log(row["value_at_risk"]),
    ]
    assert fit.chances(table, chance)[0] == pytest.approx(expit(np.dot(fit.parameters, form)))
    assert fit.customers == 400


@pytest.mark.parametrize("came", [49, 351])
def test_few_outcomes_teach_nothing(came):
    table, chance = made_up(400, 2)
    assert fit_correction(table.assign(later_purchases=np.arange(400) < came), chance) is None


def test_a_feature_that_does_not_vary_teaches_nothing():
    table, chance = made_up(400, 3)
    assert fit_correction(table.assign(frequency=0), chance) is None


def test_outcomes_that_are_known_for_sure_are_not_extrapolated():
    table, chance = made_up(400, 4)
    assert fit_correction(table.assign(later_purchases=(chance < 0.5).astype(int)), chance) is None


# --- ranking ------------------------------------------------------------------------------------------


def ranked(*rows: tuple[str, float, float], least_chance: float = 0.5) -> list[str]:
    """Rank customers given as (id, chance, value)."""
    table = pd.DataFrame(rows, columns=["customer_id", "chance", "value_at_risk"])
    table = table.assign(year_amount=table["value_at_risk"])
    order = by_expected_loss(table, table["chance"].to_numpy(), least_chance=least_chance)
    return table["customer_id"].to_numpy()[order].tolist()


def test_the_expected_loss_decides_on_paper():
    # 0.9 * 100 = 90; 0.6 * 200 = 120; 0.5 * 170 = 85; below one half: behind, however dear.
    assert ranked(("a", 0.9, 100), ("b", 0.6, 200), ("c", 0.5, 170), ("d", 0.499, 9999)) == [
        "b",
        "a",
        "c",
        "d",
    ]
    assert ranked(("d", 0.499, 9999), ("a", 0.9, 100), least_chance=0.0) == ["d", "a"]


def test_ties_go_by_value_and_then_by_id():
    assert ranked(("z", 0.5, 100), ("b", 1.0, 50), ("a", 1.0, 50)) == ["z", "a", "b"]
    assert ranked(("a", 1.0, 50), ("b", 1.0, 50), ("z", 0.5, 100)) == ["z", "a", "b"]


def test_digits_beyond_the_printed_ones_decide_nothing():
    assert ranked(("b", 0.80001, 100), ("a", 0.79999, 100)) == ["a", "b"]


def test_the_simple_rules_on_paper():
    table = candidates(
        people(
            {"customer_id": "long", "silence_days": 300, "usual_gap_days": 100.0, "year_amount": 10.0},
            {"customer_id": "rich", "silence_days": 40, "usual_gap_days": 30.0, "year_amount": 999.0},
            {"customer_id": "late", "silence_days": 90, "usual_gap_days": 2.0, "year_amount": 20.0},
            {"customer_id": "dear", "silence_days": 200, "usual_gap_days": 90.0, "window_purchases": 9},
        ),
        gap_days=180,
    )
    orders = rule_orders(table, {"model": np.full(4, 0.9)}, gap_days=180)
    first = {rule: table["customer_id"].iloc[order[0]] for rule, order in orders.items()}
    assert first == {"model": "rich", "silence": "long", "overdue": "late", "revenue": "rich", "rfm": "dear"}
    assert list(orders) == ["model", "silence", "overdue", "revenue", "rfm"]
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders.values())


# --- scoring ------------------------------------------------------------------------------------------


def test_average_precision_by_hand():
    # Ranked 1, 0, 1, 0: (1/1 + 2/3) / 2; the example of scikit-learn's average_precision_score, 0.8333.
    assert average_precision(np.array([0.8, 0.4, 0.35, 0.1]), np.array([1.0, 0, 1, 0])) == pytest.approx(
        5 / 6
    )
    # Equal chances are one group: both rows at precision 1/2.
    for outcome in ([1.0, 0.0], [0.0, 1.0]):
        assert average_precision(np.array([0.5, 0.5]), np.array(outcome)) == pytest.approx(0.5)


def test_weights_stand_for_customers():
    chance, outcome = np.array([0.2, 0.9, 0.5]), np.array([1.0, 1.0, 0.0])
    listed = average_precision(chance[[0, 0, 0, 1, 2, 2]], outcome[[0, 0, 0, 1, 2, 2]])
    assert average_precision(chance, outcome, np.array([3.0, 1.0, 2.0])) == pytest.approx(listed)


def test_the_same_chances_do_not_differ():
    random = np.random.default_rng(0)
    chance = random.uniform(size=300)
    outcome = (random.uniform(size=300) < chance).astype(float)
    got = difference_in_average_precision(chance, chance.copy(), outcome)
    assert (got.value, got.low, got.high) == (0, 0, 0)
    better = difference_in_average_precision(chance, random.uniform(size=300), outcome)
    assert better.low > 0


def test_two_equally_noisy_chances_are_told_apart_about_as_often_as_chance_allows():
    random, wrong = np.random.default_rng(1), 0
    for seed in range(100):
        truth = random.uniform(0.1, 0.9, 400)
        outcome = (random.uniform(size=400) < truth).astype(float)
        noisy = [truth + random.normal(0, 0.15, 400) for _ in range(2)]
        got = difference_in_average_precision(*noisy, outcome, draws=100, seed=seed)
        wrong += got.low > 0
    assert wrong <= 8  # 2.5 expected


def test_value_found_by_two_lists_by_hand():
    lost = np.array([10.0, 0.0, 30.0, 5.0])
    got = difference_in_found(np.array([2, 0, 1, 3]), np.array([1, 3, 0, 2]), lost, capacity=2)
    assert got.value == 40 - 5
    assert got.low <= 35 <= got.high


def test_the_interval_of_value_found_covers_the_truth():
    """Lists of 20 of 300 by the true chance times value, and by value alone, drawn 200 times.

    The truth is the mean difference over the draws.
    """
    random, drawn = np.random.default_rng(2), []
    for seed in range(200):
        chance, value = random.uniform(size=300), random.lognormal(3, 0.7, 300)
        lost = value * (random.uniform(size=300) < chance)
        orders = np.argsort(-chance * value), np.argsort(-value)
        drawn.append(difference_in_found(*orders, lost, capacity=20, draws=200, seed=seed))
    truth = np.mean([one.value for one in drawn])
    covered = np.mean([one.low <= truth <= one.high for one in drawn])
    assert 0.89 <= covered <= 0.99


def test_brier_by_hand():
    got = brier_score(np.array([0.8, 0.3]), np.array([1.0, 0.0]))
    assert got.value == pytest.approx((0.04 + 0.09) / 2)


def test_calibration_by_hand():
    chance = np.array([0.1, 0.1, 0.9, 0.9])
    got = calibration(chance, np.array([0.0, 1.0, 1.0, 1.0]), bins=2)
    assert got[["customers", "stayed_away"]].to_numpy().tolist() == [[2, 1], [2, 2]]
    assert got["predicted"].tolist() == pytest.approx([0.1, 0.9])
    assert got["observed"].tolist() == [0.5, 1.0]
    assert got["low"][1] == pytest.approx(0.3424, abs=5e-5)  # Wilson for 2 of 2: 1 / (1 + 3.8415 / 2)


def test_equal_chances_are_always_in_one_group():
    chance = np.repeat([0.2, 0.7, 0.9], [50, 40, 10])
    got = calibration(chance, np.ones(100))
    assert got["customers"].tolist() == [50, 40, 10]
    mixed = np.random.default_rng(0).permutation(100)
    pd.testing.assert_frame_equal(calibration(chance[mixed], np.ones(100)), got)


def test_gains_by_hand():
    lost = np.array([10.0, 0.0, 30.0])
    got = gains({"best": np.array([2, 0, 1]), "worst": np.array([1, 0, 2])}, lost, most=2)
    assert got["called"].tolist() == [0, 1, 2, 0, 1, 2]
    assert got["found_share"].tolist() == [0, 0.75, 1.0, 0, 0, 0.25]


# --- rehearsal ----------------------------------------------------------------------------------------


def test_a_rehearsal_adds_up():
    earlier, before, _ = days()
    got = rehearse_list(earlier, before, **HOW)
    assert got.missing == ()
    table = candidates(before, gap_days=GAP)
    away = (table["later_purchases"] == 0).to_numpy()
    every = got.rules.set_index("rule").loc["all"]
    assert (every["listed"], every["stayed_away"]) == (len(table), away.sum())
    assert every["found"] == pytest.approx(table.loc[away, "value_at_risk"].sum())
    model = got.rules.set_index("rule").loc["model"]
    chance = stay_away_chance(table, fit_states(before), days=FOLLOW_UP)
    named = by_expected_loss(table, chance, least_chance=0.5)[:50]
    assert model["stayed_away"] == away[named].sum()
    assert model["found"] == pytest.approx((table["value_at_risk"].to_numpy() * away)[named].sum())
    assert model["precision_lift"] == pytest.approx(model["precision"] / away.mean())
    assert model["found_lift"] == pytest.approx(model["found_share"] / (50 / len(table)))
    assert model["recall"] == pytest.approx(away[named].sum() / away.sum())


def test_the_list_beats_every_simple_rule_where_the_truth_is_the_model():
    best = [rehearse_list(*days(seed)[:2], **HOW) for seed in range(3)]
    assert all(got.found_gain.value > 0 for got in best)
    assert all(got.rules.set_index("rule")["found_lift"][got.chosen] > 1.5 for got in best)


def test_the_correction_is_rarely_used_where_the_model_is_the_truth():
    chosen = [rehearse_list(*days(seed, 1500)[:2], **HOW).chosen for seed in range(10)]
    assert chosen.count("corrected") <= 2


@pytest.mark.parametrize(
    ("money", "precision", "chosen"),
    [
        ((1.0, 9.0), (-0.01, 0.01), "corrected"),  # found more for certain: the chances do not matter
        ((-9.0, -1.0), (0.01, 0.03), "model"),  # found less for certain, with better chances
        ((-9.0, 5.0), (0.001, 0.03), "corrected"),  # about the same money, better chances
        ((-9.0, 5.0), (0.0, 0.03), "model"),  # too little difference in both keeps the standard
        ((0.0, 5.0), (-0.01, 0.03), "model"),
    ],
)
def test_the_list_is_chosen_by_the_money_it_found_and_then_by_its_chances(
    monkeypatch, money, precision, chosen
):
    gains = {"difference_in_found": Estimate(0.0, *money)}
    gains["difference_in_average_precision"] = Estimate(0.01, *precision)
    for name, gain in gains.items():
        monkeypatch.setattr(choice, name, lambda *_, gain=gain, **__: gain)
    got = rehearse_list(*days()[:2], **HOW)
    assert (got.chosen, got.correction_gain, got.precision_gain) == (chosen, *gains.values())
    assert got.rules.loc[got.rules["is_chosen"], "rule"].tolist() == [chosen]
    assert got.gains["rule"].iloc[0] == chosen


def test_how_many_were_expected_to_stay_away_is_the_sum_of_the_chances_on_the_list():
    _, before, _ = days()
    table = candidates(before, gap_days=GAP)
    chance = stay_away_chance(table, fit_states(before), days=FOLLOW_UP)
    rows = rehearse_list(empty(), before, **HOW).rules.set_index("rule")
    named = by_expected_loss(table, chance, least_chance=0.5)[: int(rows.loc["model", "listed"])]
    assert rows.loc["model", "expected"] == pytest.approx(chance[named].sum())
    assert rows["expected"].drop("model").isna().all()


def test_the_correction_is_used_where_the_model_is_wrong(monkeypatch):
    # The chances of the model are turned over: the correction learns to turn them back.
    honest = stay_away_chance
    monkeypatch.setattr(
        rehearsal_module, "stay_away_chance", lambda table, fit, *, days: 1 - honest(table, fit, days=days)
    )
    got = rehearse_list(*days()[:2], **HOW)
    assert got.chosen == "corrected"
    assert got.precision_gain.low > 0


def test_what_came_later_does_not_change_who_is_named(monkeypatch):
    # Only the outcome may move with it: every ranking must be the same whatever happened afterwards.
    earlier, before, _ = days()
    named = []

    def watched(*arguments, **options):
        named.append(rule_orders(*arguments, **options))
        return named[-1]

    monkeypatch.setattr(rehearsal_module, "rule_orders", watched)
    first = rehearse_list(earlier, before, **HOW)
    second = rehearse_list(
        earlier, before.assign(later_purchases=before["later_purchases"].to_numpy()[::-1]), **HOW
    )
    assert first.rules["stayed_away"].tolist() != second.rules["stayed_away"].tolist()
    assert set(named[0]) == set(named[1]) == {"model", "corrected", "silence", "overdue", "revenue", "rfm"}
    for rule in named[0]:
        np.testing.assert_array_equal(named[0][rule], named[1][rule])


def test_a_rehearsal_does_not_depend_on_the_order_of_rows():
    earlier, before, _ = days()
    mixed = [table.sample(frac=1, random_state=5) for table in (earlier, before)]
    first, second = rehearse_list(earlier, before, **HOW), rehearse_list(*mixed, **HOW)
    pd.testing.assert_frame_equal(first.rules, second.rules)
    pd.testing.assert_frame_equal(first.gains, second.gains)
    assert first.found_gain == second.found_gain
    assert first.precision_gain.low == pytest.approx(second.precision_gain.low, abs=1e-9)


def test_lists_are_no_longer_than_the_list_would_be():
    # The list holds only who is flagged; the rules it is held against get as many calls and no more.
    _, before, _ = days()
    table = candidates(before, gap_days=GAP)
    chance = stay_away_chance(table, fit_states(before), days=FOLLOW_UP)
    got = rehearse_list(empty(), before, **HOW | {"capacity": 100_000}, least_chance=0.8)
    flagged = int((np.round(chance, 3) >= 0.8).sum())
    assert 0 < flagged < len(table)
    assert got.rules.set_index("rule")["listed"].drop("all").unique().tolist() == [flagged]
    nobody = rehearse_list(empty(), before, **HOW, least_chance=1.1)
    assert nobody.missing == ("On that day nobody was more likely to stay away than to come back.",)


def test_the_correction_is_the_same_with_a_fit_at_hand():
    earlier, _, _ = days()
    pair = [
        rehearsal_module.learn(earlier, gap_days=GAP, follow_up_days=FOLLOW_UP, fit=fit)
        for fit in (None, fit_states(earlier))
    ]
    pd.testing.assert_series_equal(pair[0].parameters, pair[1].parameters)
    assert rehearsal_module.learn(empty(), gap_days=GAP, follow_up_days=FOLLOW_UP) is None


def test_the_best_simple_rule_is_the_one_that_found_most():
    got = rehearse_list(*days()[:2], **HOW)
    found = got.rules.set_index("rule").loc[["silence", "overdue", "revenue", "rfm"], "found"]
    assert got.best_simple == found.idxmax()
    chosen = got.rules.set_index("rule").loc[got.chosen, "found"]
    assert got.found_gain.value == pytest.approx(chosen - found.max())


def empty() -> pd.DataFrame:
    return days()[0].iloc[:0]


def test_too_few_data_are_refused_with_the_reason():
    assert rehearse_list(empty(), empty(), **HOW).missing == ("There are no buyers.",)
    few = rehearse_list(empty(), days()[1].iloc[:100], **HOW)
    assert few.missing[0] == "There are 100 buyers; at least 500 are needed."
    assert few.rules.empty
    assert few.found_gain is None


def test_a_one_sided_outcome_is_refused():
    earlier, before, _ = days()
    got = rehearse_list(earlier, before.assign(later_purchases=0), **HOW)
    assert len(got.missing) == 1
    assert str(got.missing[0]).endswith("stayed away and 0 came back; at least 50 of each are needed.")
    slow = rehearse_list(earlier, before.assign(silence_days=0), **HOW)
    assert slow.missing == ("Customers who could have been on the list: 0; at least 200 are needed.",)


def test_without_an_earlier_stretch_the_model_stands_alone():
    got = rehearse_list(empty(), days()[1], **HOW)
    assert (got.chosen, got.precision_gain) == ("model", None)
    assert got.models["model"].tolist() == ["model"]


# --- the list -----------------------------------------------------------------------------------------


def test_the_list_holds_whom_it_should():
    _, before, states = days()
    calls = call_list(states, before, Rehearsal(("untested",)), **HOW)
    listed = calls.listed
    assert len(listed) == 50
    assert (listed["chance"] >= 0.5).all()
    assert (listed["silence_days"] > listed["usual_gap_days"].fillna(typical_gap(states))).all()
    assert listed["expected_loss"].is_monotonic_decreasing
    np.testing.assert_allclose(
        listed["expected_loss"], listed["chance"] * listed["value_at_risk"], atol=0.005
    )
    assert calls.value == pytest.approx(listed["value_at_risk"].sum())
    assert calls.expected_loss == pytest.approx(listed["expected_loss"].sum())
    assert listed["customer_id"].is_unique
    # Nobody who is flagged and not listed would have cost more.
    table = candidates(states, gap_days=GAP)
    chance = np.round(stay_away_chance(table, fit_states(states), days=FOLLOW_UP), 3)
    loss = (chance * table["value_at_risk"])[
        (chance >= 0.5) & ~table["customer_id"].isin(listed["customer_id"])
    ]
    assert loss.max() <= listed["expected_loss"].min() + 0.005
    assert calls.flagged == (chance >= 0.5).sum()
    assert calls.candidates == len(table)


def test_the_list_is_no_longer_than_there_are_customers_to_call():
    _, before, states = days()
    calls = call_list(states, before, Rehearsal(("untested",)), **HOW | {"capacity": 100_000})
    assert len(calls.listed) == calls.flagged
    none = call_list(states, before, Rehearsal(("untested",)), **HOW, least_chance=1.1)
    assert (len(none.listed), none.flagged, none.value) == (0, 0, 0.0)


def test_the_list_uses_the_model_that_won():
    _, before, states = days()
    plain = call_list(states, before, Rehearsal((), chosen="model"), **HOW).listed
    corrected = call_list(states, before, Rehearsal((), chosen="corrected"), **HOW).listed
    learned = rehearsal_module.learn(before, gap_days=GAP, follow_up_days=FOLLOW_UP)
    table = candidates(states, gap_days=GAP)
    chance = learned.chances(table, stay_away_chance(table, fit_states(states), days=FOLLOW_UP))
    expected = pd.Series(np.round(chance, 3), index=table["customer_id"])
    assert corrected["chance"].tolist() == expected[corrected["customer_id"]].tolist()
    assert plain["chance"].tolist() != corrected["chance"].tolist()


def test_tactics_on_paper():
    # The earliest of the three days, when many who bought once are not given up yet.
    states, before, _ = days()
    listed = call_list(states, before, Rehearsal(("untested",)), **HOW | {"capacity": 1000}).listed
    buyers = states.loc[states["year_purchases"] > 0, "year_amount"].sort_values(ascending=False)
    top = buyers.iloc[int(np.floor(0.01 * (len(buyers) - 1)))]
    for row in listed.itertuples():
        if row.frequency == 0:
            expected = "P11"
        elif row.year_amount >= top:
            expected = "P13"
        else:
            expected = "P12" if row.window_purchases >= 5 else "P08"
        assert row.tactic == expected
    assert set(listed["tactic"]) == {"P08", "P11", "P12", "P13"}


def test_too_few_customers_make_no_list():
    got = call_list(days()[2].iloc[:100], empty(), Rehearsal(("untested",)), **HOW)
    assert got.missing[0] == "There are 100 buyers; at least 500 are needed."
    assert not got.is_refused
    assert got.listed.empty


def test_a_model_that_cannot_be_fitted_makes_no_list():
    # Every customer bought on two days a week apart, the last time today: nobody has ever left.
    rows = people(*[{"customer_id": f"c{n}", "silence_days": 0} for n in range(600)])
    rows = rows.assign(frequency=30, recency_days=210, age_days=210, usual_gap_days=7.0)
    got = call_list(rows, empty(), Rehearsal(("untested",)), **HOW)
    assert got.is_refused
    assert got.missing[0] == "The model could not be fitted."
    assert len(got.missing) > 1
