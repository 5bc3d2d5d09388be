"""Pareto/NBD against the papers, other programs, its own definition, and simulated customers."""

import warnings
from dataclasses import replace

import cdnow_sample
import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import bdtr, gammaln, hyp2f1

from retention_utils.simulate import (
    Truth,
    customer_histories,
    distinct_histories,
    simulate_purchases,
)
from retention_utils.value_models import pareto
from retention_utils.value_models.active import active_customers
from retention_utils.value_models.btyd import fit_purchases
from retention_utils.value_models.expectation import (
    BG_NBD,
    MBG_NBD,
    PARETO_NBD,
    alive_and_likelihood,
    expected_purchases,
    expected_purchases_of_new_customers,
    log_likelihood,
    probability_alive,
    purchase_count_probabilities,
)
from retention_utils.value_models.holdout import NAIVE, choose_model, holdout_by_frequency, holdout_errors
from retention_utils.value_models.optimum import climb
from retention_utils.value_models.tracking import calibration_counts, tracking

# Printed parameters of Fader, Hardie & Lee 2005 for the CDNOW sample, weeks.
PRINTED = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return distinct_histories(cdnow_sample.histories())


@pytest.fixture(scope="module")
def holdout_cells() -> pd.DataFrame:
    return distinct_histories(cdnow_sample.histories(), with_holdout=True)


@pytest.fixture(scope="module")
def fit(cells):
    return fit_purchases(cells, model=PARETO_NBD)


def scaled(cells: pd.DataFrame) -> tuple[np.ndarray, ...]:
    times = (cells[column].to_numpy() / 272 for column in ("recency_days", "age_days"))
    return (cells["frequency"].to_numpy(float), *times, cells["customers"].to_numpy(float))


# --- published ------------------------------------------------------------------------------------------


def test_it_is_the_published_fit(fit):
    # Fader, Hardie & Lee 2005 print .553 10.578 .606 11.669, LL -9595.0; the R tests of CLVTools 0.12.1 hold
    # standard errors .0476 .8427 .1873 6.2105 and -9594.9762.
    assert fit.parameters.to_dict() == pytest.approx(PRINTED, abs=5e-4)
    assert fit.log_likelihood == pytest.approx(-9594.9762, abs=5e-5)
    printed = {"r": 0.0476, "alpha": 0.8427, "s": 0.1873}
    assert fit.standard_errors[list(printed)].to_dict() == pytest.approx(printed, abs=5e-5)
    assert fit.standard_errors["beta"] == pytest.approx(6.2105, abs=1e-3)
    assert (fit.customers, fit.is_usable, fit.reasons) == (2357, True, ())


def test_the_holdout_of_the_cdnow_sample_is_the_published_one(holdout_cells, cells, fit):
    # The last table of section 4 of clv-reference: forecast, bias, mean absolute error, root mean square error.
    fits = [fit_purchases(cells, model=model) for model in (BG_NBD, MBG_NBD)]
    errors = holdout_errors(holdout_cells, *fits, fit, holdout_days=cdnow_sample.HOLDOUT_DAYS)
    table = errors.set_index("model").loc[[NAIVE, BG_NBD, MBG_NBD, PARETO_NBD]]
    assert table["forecast"].round().tolist() == [2930, 1653, 1577, 1666]
    assert table["bias_share"].round(3).tolist() == [0.557, -0.121, -0.162, -0.115]
    assert table["mae"].to_numpy() == pytest.approx([1.0237, 0.7855, 0.7648, 0.7545], abs=5e-5)
    assert table["rmse"].to_numpy() == pytest.approx([2.2119, 1.6080, 1.6072, 1.6028], abs=5e-5)
    assert choose_model(errors).model == PARETO_NBD


def test_the_holdout_by_calibration_frequency_is_the_published_row(holdout_cells, fit):
    # BTYD vignette.
    got = holdout_by_frequency(holdout_cells, fit, holdout_days=cdnow_sample.HOLDOUT_DAYS)
    printed = [0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403]
    assert got.loc[got["series"] == PARETO_NBD, "purchases"].to_numpy() == pytest.approx(printed, abs=1.1e-3)


def test_forecasts_for_known_customers(fit):
    # BTYD vignette: customer 1516 (x 26, t_x 30.857, T 31); an independent run: customer 1 (2, 30.43, 38.86).
    alive = probability_alive(fit.parameters, 26, 30 + 6 / 7, 31, model=PARETO_NBD)
    assert alive == pytest.approx(0.997874, abs=1e-6)
    mean = expected_purchases(fit.parameters, 26, 31, model=PARETO_NBD, weeks=52)
    assert alive * mean == pytest.approx(25.45647, abs=2e-3)
    alive = probability_alive(fit.parameters, 2, 213 / 7, 272 / 7, model=PARETO_NBD)
    mean = expected_purchases(fit.parameters, 2, 272 / 7, model=PARETO_NBD, weeks=39)
    assert alive * mean == pytest.approx(1.4553, abs=2e-4)
    new = expected_purchases_of_new_customers(fit.parameters, 52, model=PARETO_NBD)
    assert new == pytest.approx(1.473434, abs=1e-6)


def test_increasing_frequency_paradox(fit):
    # BTYD: t_x 20, T 39, 52 weeks ahead.
    frequency = np.array([10, 15, 20, 25])
    alive = probability_alive(fit.parameters, frequency, 20, 39, model=PARETO_NBD)
    got = alive * expected_purchases(fit.parameters, frequency, 39, model=PARETO_NBD, weeks=52)
    assert got == pytest.approx([0.7062, 0.1442, 0.0225, 0.0031], abs=4e-4)


def test_calibration_counts_are_the_published_ones(cells, fit):
    # BTYD vignette; its parameters differ in the third digit, and its last class stops at the largest count.
    got = calibration_counts(cells, fit)
    printed = [1434.13, 396.88, 193.48, 111.80, 69.98, 45.85, 30.92]
    counts = got.loc[got["series"] == PARETO_NBD, "customers"].to_numpy()
    assert counts[:7] == pytest.approx(printed, abs=0.1)
    assert counts.sum() == pytest.approx(2357, rel=1e-7)


def test_tracking_is_the_published_one(cells, fit):
    # BTYD vignette: 1308.856 after week 20, 1674.253 after week 25, with a beta that is off in the fourth digit.
    weeks = pd.DataFrame({"week": range(1, 26), "repeat_purchases": 0})
    got = tracking(cells, weeks, fit)
    curve = got[got["series"] == PARETO_NBD].set_index("week")["cumulative"]
    assert curve[[20, 25]].tolist() == pytest.approx([1308.856, 1674.253], abs=0.1)


def test_mean_chance_to_be_alive_in_the_sample(cells, fit):
    # An independent run: .446.
    got = active_customers(cells, fit).iloc[0]
    assert got["active_share"] == pytest.approx(0.446, abs=5e-4)
    assert got["is_headline"]


# --- by its definition ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "history"),
    [
        (PRINTED, (0, 0.0, 38.9)),
        (PRINTED, (3, 10.0, 38.9)),
        (PRINTED, (26, 30.857, 31.0)),
        ({"r": 0.5, "alpha": 3.0, "s": 1.0, "beta": 3.0}, (2, 5.0, 30.0)),  # alpha = beta, s = 1
        ({"r": 2.0, "alpha": 30.0, "s": 0.3, "beta": 0.4}, (1, 2.0, 100.0)),
        ({"r": 2.0, "alpha": 0.4, "s": 3.0, "beta": 30.0}, (150, 40.0, 60.0)),
    ],
)
def test_the_likelihood_equals_the_integral_that_defines_it(parameters, history):
    r, alpha, s, beta = parameters.values()
    x, t_x, age = history

    def leaving(u):
        return np.exp(np.log(s) - (r + x) * np.log((alpha + u) / (alpha + t_x)) - (s + 1) * np.log(beta + u))

    left = quad(leaving, t_x, age, epsabs=0, epsrel=1e-12, limit=400)[0]
    stayed, got = pareto.log_parts(parameters, *(np.array([value], float) for value in history))
    assert got[0] == pytest.approx(np.log(left) - (r + x) * np.log(alpha + t_x), abs=1e-9)
    assert stayed[0] == pytest.approx(-(r + x) * np.log(alpha + age) - s * np.log(beta + age), abs=1e-12)


def test_the_likelihood_equals_the_hypergeometric_form_of_the_paper(cells):
    # Fader & Hardie 2005, equation 18, alpha < beta; fine for occasional buyers.
    r, alpha, s, beta = PRINTED.values()
    rows = cells[cells["frequency"] <= 5]
    x, t_x, age = rows["frequency"], rows["recency_days"] / 7, rows["age_days"] / 7

    def term(time):
        z = (beta - alpha) / (beta + time)
        return hyp2f1(r + s + x, r + x, r + s + x + 1, z) / (beta + time) ** (r + s + x)

    whole = 1 / ((alpha + age) ** (r + x) * (beta + age) ** s)
    whole += s / (r + s + x) * (term(t_x) - term(age))
    paper = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(whole)
    got = log_likelihood(PRINTED, x, t_x, age, model=PARETO_NBD)
    assert got == pytest.approx(paper.to_numpy(), abs=1e-9)


def test_slopes_and_curvature_are_those_of_the_objective(cells):
    data, at, step = scaled(cells), np.log([0.7, 0.4, 0.4, 0.2]), 1e-5
    moves = step * np.eye(4)
    value, slope = pareto.slopes(at, *data)
    assert value == pareto.objective(at, *data)
    by_steps = [
        (pareto.objective(at + move, *data) - pareto.objective(at - move, *data)) / 2 / step for move in moves
    ]
    assert slope == pytest.approx(by_steps, abs=1e-8)
    by_steps = [
        (pareto.slopes(at + move, *data)[1] - pareto.slopes(at - move, *data)[1]) / 2 / step for move in moves
    ]
    assert pareto.curvature(at, *data) == pytest.approx(np.array(by_steps), abs=1e-7)


def test_every_start_leads_to_the_same_fit(cells, fit):
    parts = pareto.objective, pareto.slopes, pareto.curvature
    for method in ("BFGS", "trust-exact"):
        for start in ([0.1] * 4, [-2.0, 1, 2, -1], [2.0, 2, -3, 3]):
            found = climb(*parts, scaled(cells), starts=[start], method=method)
            assert found.is_maximum
            parameters = np.exp(found.log_parameters) * [1, 272 / 7, 1, 272 / 7]
            assert parameters == pytest.approx(fit.parameters.to_numpy(), rel=1e-5)


def test_rows_may_be_grouped_or_not_and_in_any_order(cells, fit):
    single = cells.loc[cells.index.repeat(cells["customers"])].assign(customers=1)
    got = fit_purchases(single.sample(frac=1, random_state=1), model=PARETO_NBD)
    assert got.parameters.to_numpy() == pytest.approx(fit.parameters.to_numpy(), rel=1e-9)
    assert got.covariance.to_numpy() == pytest.approx(fit.covariance.to_numpy(), rel=1e-7)


def test_the_likelihood_is_the_one_that_was_maximised(cells, fit):
    weeks = (cells["frequency"], cells["recency_days"] / 7, cells["age_days"] / 7)
    alive, likelihood = alive_and_likelihood(fit.parameters, *weeks, model=PARETO_NBD)
    assert (likelihood * cells["customers"]).sum() == pytest.approx(fit.log_likelihood, abs=1e-6)
    assert likelihood == pytest.approx(log_likelihood(fit.parameters, *weeks, model=PARETO_NBD), abs=1e-12)
    assert alive == pytest.approx(probability_alive(fit.parameters, *weeks, model=PARETO_NBD), abs=1e-12)


def test_there_is_no_hole_at_s_equal_to_one():
    near = [
        float(expected_purchases({**PRINTED, "s": s}, 2, 30, model=PARETO_NBD, weeks=52))
        for s in (1 - 1e-7, 1, 1 + 1e-7)
    ]
    # (r + x)(beta + T) / (alpha + T) * ln((beta + T + t) / (beta + T)) in the limit, by hand.
    by_hand = 2.553 * 41.669 / 40.578 * np.log(93.669 / 41.669)
    assert near == pytest.approx([by_hand] * 3, rel=1e-6)


# --- where lifetimes is wrong -----------------------------------------------------------------------------


def test_frequent_buyers_have_a_likelihood_where_lifetimes_has_none():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = pd.get_option("mode.chained_assignment")
        from lifetimes.fitters.pareto_nbd_fitter import ParetoNBDFitter

        pd.set_option("mode.chained_assignment", before)
        theirs = ParetoNBDFitter._conditional_log_likelihood(
            [0.7, 4.0, 1.2, 220.0], np.array([294.0]), np.array([14.8]), np.array([48.2])
        )
    assert np.isnan(theirs).all()
    parameters = {"r": 0.7, "alpha": 4.0, "s": 1.2, "beta": 220.0}

    def leaving(u):
        return np.exp(-294.7 * np.log((4 + u) / 18.8) - 2.2 * np.log(220 + u) + np.log(1.2))

    left = np.log(quad(leaving, 14.8, 48.2, epsabs=0, epsrel=1e-12, points=[14.9, 15.5])[0])
    common = gammaln(294.7) - gammaln(0.7) + 0.7 * np.log(4) + 1.2 * np.log(220)
    # To have stayed is so unlikely that it adds nothing to the digits.
    by_hand = common + left - 294.7 * np.log(18.8)
    assert log_likelihood(parameters, 294, 14.8, 48.2, model=PARETO_NBD) == pytest.approx(by_hand, abs=1e-9)
    assert probability_alive(parameters, 294, 14.8, 48.2, model=PARETO_NBD) < 1e-6


# --- simulated customers ----------------------------------------------------------------------------------


def simulated(customers: int, *, seed: int, until: float, holdout: float) -> pd.DataFrame:
    """Customers who leave at random moments: nobody leaves in the simulation, then lifetimes cut it."""
    r, alpha, s, beta = PRINTED.values()
    truth = Truth(timing={"r": r, "alpha": alpha, "a": 0, "b": 1})
    log = simulate_purchases(
        truth, customers=customers, acquisition_days=91, observed_days=until + holdout, seed=seed
    )
    random = np.random.default_rng(seed + 1000)
    lifetime = 7 * random.exponential(size=customers) / random.gamma(s, 1 / beta, customers)
    first = log.groupby("customer_id")["day"].transform("min")
    log = log[log["day"] - first <= lifetime[log["customer_id"]]]
    table = customer_histories(log, until=until, holdout_days=holdout)
    leaves = first.groupby(log["customer_id"]).first().to_numpy() + lifetime
    return table.assign(is_alive=leaves > until)


def test_closed_forms_equal_simulated_customers():
    # 100,000 simulated customers; each check within four standard errors of the simulated mean.
    table = simulated(100_000, seed=1, until=273, holdout=273)
    weeks = (table["frequency"], table["recency_days"] / 7, table["age_days"] / 7)
    alive = probability_alive(PRINTED, *weeks, model=PARETO_NBD)
    mean = alive * expected_purchases(PRINTED, weeks[0], weeks[2], model=PARETO_NBD, weeks=39)
    for group in (table["frequency"] == 0, table["frequency"] == 1, table["frequency"] > 3):
        size = np.sqrt(group.sum())
        later = table.loc[group, "holdout_purchases"]
        assert mean[group].mean() == pytest.approx(later.mean(), abs=4 * later.std() / size)
        assert alive[group].mean() == pytest.approx(table.loc[group, "is_alive"].mean(), abs=2 / size)
    chances = purchase_count_probabilities(PRINTED, weeks[2], model=PARETO_NBD)
    counted = np.bincount(table["frequency"].clip(upper=7)) / len(table)
    assert chances.mean(axis=0) == pytest.approx(counted, abs=2 / np.sqrt(len(table)))
    assert chances.sum(axis=1) == pytest.approx(1, abs=1e-9)


def test_intervals_of_the_parameters_and_of_the_active_cover_the_truth():
    # 25 clients of 2,500 customers; a 95% interval misses more than 5 of 25 with probability 0.0012.
    clients, allowed = 25, 5
    assert bdtr(allowed, clients, 0.05) > 0.998
    misses = dict.fromkeys([*PRINTED, "active"], 0)
    for seed in range(clients):
        table = simulated(2500, seed=seed, until=546, holdout=0)
        cells = distinct_histories(table)
        fit = fit_purchases(cells, model=PARETO_NBD)
        assert fit.is_usable
        reach = 1.96 * np.sqrt(np.diag(fit.log_covariance))
        away = np.abs(np.log(fit.parameters / pd.Series(PRINTED)))
        for name, is_missed in (away > reach).items():
            misses[name] += is_missed
        active = active_customers(cells, fit, draws=500, seed=seed).iloc[0]
        misses["active"] += not active["low"] <= table["is_alive"].sum() <= active["high"]
    assert max(misses.values()) <= allowed, misses


# --- refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_customers_who_never_leave_are_refused(seed):
    truth = Truth(timing={"r": 0.5, "alpha": 8.0, "a": 0, "b": 1})
    log = simulate_purchases(truth, customers=1500, acquisition_days=91, observed_days=364, seed=seed)
    fit = fit_purchases(distinct_histories(customer_histories(log, until=364)), model=PARETO_NBD)
    assert not fit.is_usable
    found = " ".join(map(str, fit.reasons))
    assert "No dropout can be identified" in found or "do not pin" in found


def test_nothing_bought_twice_is_refused_in_words():
    rows = pd.DataFrame({"frequency": [0], "recency_days": [0], "age_days": [50], "customers": [10]})
    fit = fit_purchases(rows, model=PARETO_NBD)
    assert fit.reasons == ("No customer bought on a second day, so repeat purchases cannot be modelled.",)
    assert list(fit.parameters.index) == ["r", "alpha", "s", "beta"]


def test_the_mean_dropout_is_that_of_a_year(fit):
    # 1 - (beta / (beta + 52.179)) ** s = 1 - (11.669 / 63.848) ** .606, by hand .643.
    assert fit.mean_dropout == pytest.approx(0.643, abs=5e-4)
    gone = replace(fit, parameters=fit.parameters * [1, 1, 1e-6, 1])
    assert gone.mean_dropout < 1e-3
