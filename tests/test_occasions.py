"""BG/BB against the paper's donations, by summing, by simulated customers, and what it refuses."""

import warnings

import numpy as np
import pandas as pd
import pytest

from retention_utils.errors import TableError
from retention_utils.value_models import bgbb
from retention_utils.value_models.bgbb import BG_BB
from retention_utils.value_models.holdout import NAIVE, choose_model
from retention_utils.value_models.occasion_holdout import occasion_errors, occasions_by_frequency
from retention_utils.value_models.occasions import (
    expected_counts,
    fit_occasions,
    occasion_forecast,
    purchase_luck,
)

TRUTH = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78}
HISTORY = ["frequency", "recency", "occasions"]


@pytest.fixture(scope="module")
def donations() -> pd.DataFrame:
    with warnings.catch_warnings():  # lifetimes sets options and filters at its import
        warnings.simplefilter("ignore")
        from lifetimes.datasets import load_donations
    return load_donations().rename(columns={"periods": "occasions", "weights": "customers"})


@pytest.fixture(scope="module")
def fit(donations):
    return fit_occasions(donations)


def simulated(customers: int, *, seed: int, known: int, ahead: int) -> pd.DataFrame:
    """Customers drawn from :data:`TRUTH`: their history at ``known`` occasions, what they did after."""
    random = np.random.default_rng(seed)
    chance, leaving = (
        random.beta(TRUTH[a], TRUTH[b], customers) for a, b in (("alpha", "beta"), ("gamma", "delta"))
    )
    left_before = random.geometric(leaving)
    when = np.arange(1, known + ahead + 1)
    bought = (random.uniform(size=(customers, known + ahead)) < chance[:, None]) & (
        when < left_before[:, None]
    )
    rows = pd.DataFrame(
        {
            "frequency": bought[:, :known].sum(axis=1),
            "recency": (bought * when)[:, :known].max(axis=1),
            "occasions": known,
            "holdout_purchases": bought[:, known:].sum(axis=1),
        }
    )
    return rows.groupby(list(rows.columns), as_index=False).size().rename(columns={"size": "customers"})


# --- Fader, Hardie & Shang (2010): 11,104 donors of 1995, six years of giving or not ------------------


def test_the_published_estimates_come_out(fit, donations):
    assert fit.is_usable
    assert fit.customers == 11_104
    assert fit.parameters.to_numpy() == pytest.approx([1.204, 0.750, 0.657, 2.783], abs=0.001)
    assert fit.log_likelihood == pytest.approx(-33225.6, abs=0.05)
    assert (fit.standard_errors < 0.25 * fit.parameters).all()


def test_the_published_expectations_come_out(fit, donations):
    history = [donations[name].to_numpy() for name in HISTORY]
    five = bgbb.expected_purchases(fit.parameters, *history, ahead=5)
    assert five @ donations["customers"] == pytest.approx(12_884.2, abs=0.1)  # 13,260 came
    weighted = (five * donations["customers"]).groupby(donations["frequency"]).sum()
    means = weighted / donations.groupby("frequency")["customers"].sum()
    assert means.to_numpy() == pytest.approx(
        [0.0729, 0.3249, 0.7089, 1.3337, 2.0312, 2.7845, 3.7525], abs=1e-4
    )
    alive = bgbb.alive_at_next(fit.parameters, [0, 2, 6], [0, 4, 6], 6)
    assert alive == pytest.approx([0.11, 0.59, 0.93], abs=0.005)
    ten = bgbb.expected_purchases(fit.parameters, [0, 4], [0, 5], [6, 6], ahead=10)
    assert ten == pytest.approx([0.1302169, 3.627858], rel=2e-4)
    assert bgbb.expected_new(fit.parameters, 10) == pytest.approx(3.179805, rel=1e-4)


def test_calibration_counts_come_out_and_add_up(fit, donations):
    counts = expected_counts(donations, fit)
    assert counts["expected"].iloc[[0, 6]].to_numpy() == pytest.approx([3454.9, 1253.1], abs=0.1)
    assert counts["actual"].iloc[[0, 6]].tolist() == [3464, 1203]
    assert counts[["actual", "expected"]].sum().to_numpy() == pytest.approx([11_104, 11_104])


def test_residual_transactions_are_the_discounted_chances_added_up(fit):
    chances = bgbb.purchase_chances(fit.parameters, [2, 6], [4, 6], [6, 6], ahead=2000)
    by_hand = (chances / 1.1 ** np.arange(1, 2001)).sum(axis=-1)
    got = bgbb.discounted_purchases(fit.parameters, [2, 6], [4, 6], [6, 6], discount=0.1)
    assert got == pytest.approx(by_hand, rel=1e-9)


def test_the_chances_of_all_histories_are_one():
    # One customer and three occasions: every way to buy or not, by its number and its last purchase.
    ways = [np.array([int(bit) for bit in f"{way:03b}"]) for way in range(8)]
    history = [(bought.sum(), (bought * np.arange(1, 4)).max(), 3) for bought in ways]
    assert np.exp(bgbb.log_likelihood(TRUTH, *zip(*history, strict=True))).sum() == pytest.approx(1)


# --- simulated customers -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made():
    return simulated(6000, seed=3, known=8, ahead=4)


@pytest.fixture(scope="module")
def made_fit(made):
    return fit_occasions(made)


def test_the_truth_is_within_the_intervals(made, made_fit):
    half = 1.96 * made_fit.standard_errors / made_fit.parameters
    off = np.log(pd.Series(TRUTH) / made_fit.parameters)
    assert (off.abs() < half[off.index]).all()
    assert (half < 0.6).all()


def test_what_came_lies_within_the_forecast(made, made_fit):
    ahead = occasion_forecast(made, made_fit, ahead=4, discount=0.1)
    came = int((made["holdout_purchases"] * made["customers"]).sum())
    assert ahead.low < came < ahead.high
    assert (ahead.high - ahead.low) / ahead.purchases < 0.12
    assert ahead.by_occasion["purchases"].sum() == pytest.approx(ahead.purchases)
    assert ahead.by_occasion["purchases"].is_monotonic_decreasing
    assert ahead.active_low < ahead.active < ahead.active_high < ahead.customers
    assert ahead.by_frequency["customers"].sum() == 6000


def test_intervals_hold_the_share_they_say():
    held = []
    for seed in range(20):
        cells = simulated(800, seed=seed, known=8, ahead=4)
        ahead = occasion_forecast(cells, fit_occasions(cells), ahead=4, discount=0.1, draws=100)
        held.append(ahead.low <= (cells["holdout_purchases"] * cells["customers"]).sum() <= ahead.high)
    assert np.mean(held) > 0.75  # 95% expected; 15 of 20 and fewer come by chance once in 400


def test_the_model_beats_the_own_past_rate_where_customers_leave(made, made_fit):
    errors = occasion_errors(made, made_fit, ahead=4)
    assert errors["model"].tolist() == [BG_BB, NAIVE]
    assert choose_model(errors).model == BG_BB
    assert abs(errors["bias_share"].iloc[0]) < 0.06 < errors["bias_share"].iloc[1]
    table = occasions_by_frequency(made, made_fit, ahead=4)
    of = {series: rows["purchases"].to_numpy() for series, rows in table.groupby("series")}
    assert np.abs(of["actual"] - of[BG_BB]).max() < 0.25


def test_luck_is_that_of_simulated_customers(made_fit):
    random, count = np.random.default_rng(2), 200_000
    a, b, g, d = made_fit.parameters
    # Somebody who bought at both of two occasions is there: drawn onwards from that very history.
    chance, leaving = random.beta(a + 2, b, count), random.beta(g, d + 2, count)
    weights = np.array([1.0, 0.5, 2.0])
    stays = random.geometric(leaving)[:, None] > np.arange(1, 4)
    money = ((random.uniform(size=(count, 3)) < chance[:, None]) & stays) @ weights
    chances = bgbb.purchase_chances(made_fit.parameters, [2.0], [2.0], [2.0], ahead=3)
    assert chances @ weights == pytest.approx(money.mean(), abs=4 * money.std() / np.sqrt(count))
    luck = purchase_luck(
        made_fit, chances, frequency=np.array([2.0]), occasions=np.array([2.0]), weights=weights
    )
    assert luck == pytest.approx(money.var(), rel=0.02)


# --- refusals ------------------------------------------------------------------------------------------


def cells(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*HISTORY, "customers"])


def test_nothing_is_fitted_where_nobody_came_back():
    got = fit_occasions(cells((0, 0, 5, 100)))
    assert not got.is_usable
    assert got.reasons == ("No customer bought at a second occasion, so nothing can be modelled.",)


def test_a_likelihood_that_lifetimes_cannot_hold_is_refused():
    rows = simulated(200, seed=1, known=31, ahead=1)
    assert (
        "There are too many occasions for this model to be fitted reliably; take longer periods (grain)."
        in (fit_occasions(rows).reasons)
    )


@pytest.mark.parametrize("row", [(1, 6, 5, 1), (3, 2, 5, 1), (0, 2, 5, 1), (2, 0, 5, 1)])
def test_impossible_histories_are_refused(row):
    with pytest.raises(TableError, match="1 impossible histories"):
        fit_occasions(cells(row))
