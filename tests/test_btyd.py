"""The purchase and spend models against papers, other programs, integration, and what they refuse."""

import subprocess
import sys
import warnings
from dataclasses import replace
from itertools import pairwise

import cdnow_sample
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln, gammaln

from retention_utils.errors import TableError
from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.simulate import (
    Truth,
    customer_histories,
    distinct_histories,
    distinct_spend,
    simulate_purchases,
    whole_days,
)
from retention_utils.value_models.bgbb import BG_BB
from retention_utils.value_models.btyd import fit_purchases, fit_spend
from retention_utils.value_models.expectation import (
    BG_NBD,
    MBG_NBD,
    expected_purchases,
    expected_purchases_of_new_customers,
    expected_spend,
    log_likelihood,
    probability_alive,
    purchase_count_probabilities,
    weekly_discount_rate,
)
from retention_utils.value_models.fits import parameter_table
from retention_utils.value_models.likelihood import GAMMA_GAMMA, lifetimes_fitters, maximum_likelihood
from retention_utils.value_models.minimums import DataMinimums, data_minimums, missing_minimums
from retention_utils.value_models.optimum import find_optimum

MODELS = [BG_NBD, MBG_NBD]


def cells_of(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["frequency", "recency_days", "age_days", "customers"])


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return distinct_histories(cdnow_sample.histories())


@pytest.fixture(scope="module")
def fits(cells) -> dict:
    return {model: fit_purchases(cells, model=model) for model in MODELS}


@pytest.fixture(scope="module")
def spend_fit():
    return fit_spend(distinct_spend(cdnow_sample.histories()))


def raw_lifetimes(model, table, **options):
    """Fit with lifetimes itself, in weeks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return lifetimes_fitters()[model]().fit(
            table["frequency"],
            table["recency_days"] / 7,
            table["age_days"] / 7,
            weights=table["customers"],
            **options,
        )


# --- the published fits -------------------------------------------------------------------------------


def test_the_sample_is_the_published_one(cells):
    assert cells["customers"].sum() == 2357
    assert (cells["frequency"] * cells["customers"]).sum() == 2457
    assert cells.loc[cells["frequency"] == 0, "customers"].sum() == 1411
    assert cdnow_sample.histories()["holdout_purchases"].sum() == 1882


def test_bg_nbd_is_the_published_fit(fits):
    # Fader, Hardie & Lee 2005 print .243 4.414 .793 2.426, LL -9582.4; digits beyond from R CLVTools 0.12.1,
    # BTYD 2.4.3 and clvkit 0.2.1, which agree. Standard errors and cov(r, alpha): CLVTools.
    fit = fits[BG_NBD]
    assert fit.parameters.to_dict() == pytest.approx(
        {"r": 0.242595, "alpha": 4.413602, "a": 0.792920, "b": 2.425888}, abs=3e-5
    )
    assert fit.log_likelihood == pytest.approx(-9582.4292, abs=5e-5)
    assert fit.standard_errors.to_dict() == pytest.approx(
        {"r": 0.012557, "alpha": 0.378224, "a": 0.185733, "b": 0.705407}, abs=1e-5
    )
    assert fit.covariance.loc["r", "alpha"] == pytest.approx(0.003706, abs=5e-7)
    assert (fit.customers, fit.time_unit, fit.is_usable, fit.reasons) == (2357, "week", True, ())
    assert fit.mean_dropout == pytest.approx(0.2463, abs=5e-5)


def test_mbg_nbd_is_the_published_fit(fits):
    # Batislam et al. 2007 print .525 6.183 .891 1.614; more digits from an independent run.
    fit = fits[MBG_NBD]
    assert fit.parameters.to_dict() == pytest.approx(
        {"r": 0.52484, "alpha": 6.18309, "a": 0.89139, "b": 1.61405}, abs=5e-5
    )
    assert fit.log_likelihood == pytest.approx(-9582.1357, abs=5e-5)


def test_gamma_gamma_is_the_published_fit(spend_fit):
    # Fader & Hardie 2013, note 025, prints p 6.25 q 3.74 gamma 15.44 for these 946 customers; more digits,
    # errors and likelihood from an independent run.
    assert spend_fit.parameters.to_dict() == pytest.approx(
        {"p": 6.24935, "q": 3.74426, "v": 15.44431}, abs=1e-3
    )
    assert spend_fit.log_likelihood == pytest.approx(-4055.9177, abs=5e-5)
    assert spend_fit.standard_errors.to_dict() == pytest.approx(
        {"p": 1.18997, "q": 0.29014, "v": 4.15953}, abs=2e-4
    )
    assert spend_fit.customers == 946
    assert spend_fit.population_mean == pytest.approx(35.17, abs=5e-3)


def test_expected_spend_of_the_first_ten_customers(spend_fit):
    # Fader & Hardie 2013, note 025, first ten customers.
    first = cdnow_sample.histories().sort_values("customer_id").head(10)
    got = expected_spend(spend_fit.parameters, first["frequency"], first["monetary_value"])
    printed = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert got == pytest.approx(printed, abs=6e-3)


def test_forecasts_for_known_customers(fits):
    # BTYD vignette: customer 1516 (x 26, t_x 30.857, T 31); Hardie's sheet: customer 1 (x 2, 30.43, 38.86).
    bg = fits[BG_NBD].parameters
    alive = probability_alive(bg, 26, 30 + 6 / 7, 31, model=BG_NBD)
    assert alive == pytest.approx(0.9688523, abs=5e-6)
    assert alive * expected_purchases(bg, 26, 31, model=BG_NBD, weeks=52) == pytest.approx(25.75659, abs=1e-3)
    alive = probability_alive(bg, 2, 213 / 7, 272 / 7, model=BG_NBD)
    assert alive * expected_purchases(bg, 2, 272 / 7, model=BG_NBD, weeks=39) == pytest.approx(
        1.226, abs=5e-4
    )


def test_new_customers_first_year(fits):
    # BTYD vignette: 1.444004 repeat purchases in the first 52 weeks.
    got = expected_purchases_of_new_customers(fits[BG_NBD].parameters, 52, model=BG_NBD)
    assert got == pytest.approx(1.444004, abs=1e-5)


def test_increasing_frequency_paradox(fits):
    # BTYD: t_x 20, T 39, 52 weeks ahead; the more often a silent customer bought, the less is expected.
    bg, frequency = fits[BG_NBD].parameters, np.array([10, 15, 20, 25])
    alive = probability_alive(bg, frequency, 20, 39, model=BG_NBD)
    got = alive * expected_purchases(bg, frequency, 39, model=BG_NBD, weeks=52)
    assert got == pytest.approx([0.3475, 0.0428, 0.0042, 0.0004], abs=5e-5)


def test_rows_may_be_grouped_or_not(cells, fits):
    single = cells.loc[cells.index.repeat(cells["customers"])].assign(customers=1)
    got = fit_purchases(single, model=BG_NBD)
    assert got.parameters.to_numpy() == pytest.approx(fits[BG_NBD].parameters.to_numpy(), rel=1e-9)
    assert got.covariance.to_numpy() == pytest.approx(fits[BG_NBD].covariance.to_numpy(), rel=1e-6)


def test_every_start_leads_to_the_same_fit(cells, fits):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        objective = lifetimes_fitters()[BG_NBD]._negative_log_likelihood
        weeks = [cells[column].to_numpy() / 272 for column in ("recency_days", "age_days")]
        arguments = (cells["frequency"].to_numpy(), *weeks, cells["customers"].to_numpy(), 0.0)
        found = [
            find_optimum(objective, arguments, starts=[start])
            for start in ([0.1] * 4, [-3.0, 1, 2, -1], [2.0, 2, -3, 3])
        ]
    for optimum in found:
        assert optimum.is_maximum
        parameters = np.exp(optimum.log_parameters) * [1, 272 / 7, 1, 1]
        assert parameters == pytest.approx(fits[BG_NBD].parameters.to_numpy(), rel=1e-6)


def test_the_search_survives_a_hopeless_start():
    def bowl(point, middle):
        return ((point - middle) ** 2).sum()

    optimum = find_optimum(bowl, (np.array([3.0, -2.0]),), starts=[[np.inf, 0.0], [0.0, 0.0]])
    assert optimum.is_maximum
    assert optimum.log_parameters == pytest.approx([3, -2], abs=1e-9)
    with pytest.raises(ValueError, match="starts is empty"):
        find_optimum(bowl, (np.array([3.0, -2.0]),), starts=[])


def test_money_may_be_counted_in_cents(spend_fit):
    table = distinct_spend(cdnow_sample.histories())
    cents = fit_spend(table.assign(monetary_value=table["monetary_value"] * 100))
    assert cents.parameters["q"] == pytest.approx(spend_fit.parameters["q"], rel=1e-6)
    assert cents.population_mean == pytest.approx(100 * spend_fit.population_mean, rel=1e-6)
    assert cents.log_likelihood == pytest.approx(spend_fit.log_likelihood - 946 * np.log(100), abs=1e-6)


def test_zero_amounts_and_one_time_buyers_take_no_part_in_the_spend_fit(spend_fit):
    extra = pd.DataFrame({"frequency": [0, 3], "monetary_value": [0.0, 0.0], "customers": [1411, 5]})
    got = fit_spend(pd.concat([distinct_spend(cdnow_sample.histories()), extra]))
    assert got.customers == 946
    assert got.parameters.to_numpy() == pytest.approx(spend_fit.parameters.to_numpy(), rel=1e-9)


# --- lifetimes: where it agrees, and where it is wrong --------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_forecasts_equal_lifetimes_where_it_has_an_answer(cells, fits, model):
    theirs = raw_lifetimes(model, cells)
    theirs.params_ = fits[model].parameters
    weeks = (cells["frequency"], cells["recency_days"] / 7, cells["age_days"] / 7)
    for horizon in (1, 39, 260):
        expected = theirs.conditional_expected_number_of_purchases_up_to_time(horizon, *weeks)
        alive = probability_alive(fits[model].parameters, *weeks, model=model)
        mean = expected_purchases(fits[model].parameters, weeks[0], weeks[2], model=model, weeks=horizon)
        assert alive * mean == pytest.approx(np.asarray(expected), rel=1e-10)
    assert probability_alive(fits[model].parameters, *weeks, model=model) == pytest.approx(
        np.asarray(theirs.conditional_probability_alive(*weeks)), rel=1e-12
    )
    times = np.array([1.0, 10, 52, 300])
    assert expected_purchases_of_new_customers(fits[model].parameters, times, model=model) == pytest.approx(
        theirs.expected_number_of_purchases_up_to_time(times), rel=1e-10
    )


def test_the_covariance_of_lifetimes_is_wrong_off_the_diagonal(cells, fits):
    theirs = raw_lifetimes(BG_NBD, cells).variance_matrix_
    ours = fits[BG_NBD].covariance
    assert np.diag(theirs) == pytest.approx(np.diag(ours), rel=1e-3)
    assert (theirs.loc["r", "alpha"], theirs.loc["alpha", "r"]) == pytest.approx((0.0674, 0.0002), abs=5e-5)
    assert ours.loc["r", "alpha"] == ours.loc["alpha", "r"] == pytest.approx(0.003706, abs=5e-7)


def test_the_covariance_is_the_inverse_information(cells, fits):
    # An independent route: equation 7 of Fader, Hardie & Lee 2005 written out here, differentiated by finite
    # differences in the parameters themselves.
    x, n = cells["frequency"].to_numpy(), cells["customers"].to_numpy()
    t_x, t = cells["recency_days"].to_numpy() / 7, cells["age_days"].to_numpy() / 7

    def by_the_paper(parameters):
        r, alpha, a, b = parameters
        common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        stays = np.exp(betaln(a, b + x) - betaln(a, b)) / (alpha + t) ** (r + x)
        coin = np.exp(betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b))
        leaves = np.where(x > 0, coin / (alpha + t_x) ** (r + x), 0)
        return (n * (common + np.log(stays + leaves))).sum()

    top = fits[BG_NBD].parameters.to_numpy()
    step = np.diag(top) * 1e-3
    information = np.empty((4, 4))
    for i in range(4):
        for j in range(4):
            corners = [
                sign * by_the_paper(top + first * step[i] + second * step[j])
                for first, second, sign in [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
            ]
            information[i, j] = -sum(corners) / (4 * step[i, i] * step[j, j])
    assert by_the_paper(top) == pytest.approx(fits[BG_NBD].log_likelihood, abs=1e-6)
    assert fits[BG_NBD].covariance.to_numpy() == pytest.approx(np.linalg.inv(information), rel=1e-3)


def test_one_time_buyers_have_a_forecast_where_lifetimes_has_none(cells):
    # a + b < 1 turns the printed formula into the logarithm of a negative number.
    parameters = pd.Series({"r": 0.25, "alpha": 4.4, "a": 0.1, "b": 0.8})
    theirs = raw_lifetimes(BG_NBD, cells)
    theirs.params_ = parameters
    with np.errstate(all="ignore"):
        assert np.isnan(
            theirs.conditional_expected_number_of_purchases_up_to_time(39, np.array([0.0]), 0.0, 30.0)
        )
    got = float(expected_purchases(parameters, 0, 30, model=BG_NBD, weeks=39))
    assert got == pytest.approx(by_integration(0.1, 0.8, 0.25, 39 / 34.4), rel=1e-9)


def by_integration(a: float, survived: float, shape: float, reach: float) -> float:
    """Mean over p ~ Beta(a, survived) of the purchases expected given p: the definition, integrated."""

    def purchases(p):
        return -np.expm1(-shape * np.log1p(p * reach)) / p

    def near_zero(y):
        return np.exp(a * y) * (1 - np.exp(y)) ** (survived - 1) * purchases(np.exp(y))

    def near_one(u):
        return (1 - u ** (1 / survived)) ** (a - 1) * purchases(1 - u ** (1 / survived)) / survived

    half = np.log(0.5)
    edges = [-700, -100, -30, -15, -8, -4, half]
    parts = [quad(near_zero, low, high, epsabs=1e-14, epsrel=1e-12)[0] for low, high in pairwise(edges)]
    parts.append(quad(near_one, 0, 0.5**survived, epsabs=1e-14, epsrel=1e-12)[0])
    return sum(parts) * np.exp(-betaln(a, survived))


@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("a", [0.05, 0.3, 0.793, 0.99999, 1.0, 1.7, 3.0])
@pytest.mark.parametrize("b", [0.2, 0.7, 2.4])
def test_forecasts_equal_the_integral_that_defines_them(model, a, b):
    # Includes the poles at a = 1 and, for one-time buyers under BG/NBD, at a + b = 1.
    parameters = {"r": 0.5, "alpha": 6.0, "a": a, "b": b}
    for frequency, age, weeks in [(0, 0, 52), (0, 70, 4), (1, 10, 39), (26, 31, 52)]:
        got = float(expected_purchases(parameters, frequency, age, model=model, weeks=weeks))
        survived = b + frequency + (1 if model == MBG_NBD else 0)
        assert got == pytest.approx(by_integration(a, survived, 0.5 + frequency, weeks / (6 + age)), rel=1e-8)


@pytest.mark.parametrize("model", MODELS)
def test_closed_forms_equal_simulated_customers(model):
    # 200,000 simulated customers; each check within four standard errors of the simulated mean.
    truth = Truth(model=model, timing={"r": 0.6, "alpha": 6.0, "a": 0.3, "b": 0.5})
    table = customer_histories(
        simulate_purchases(truth, customers=200_000, acquisition_days=1e-9, observed_days=7 * 60, seed=11),
        until=7 * 30,
        holdout_days=7 * 30,
    )
    later = table["holdout_purchases"]
    alive = probability_alive(
        truth.timing, table["frequency"], table["recency_days"] / 7, table["age_days"] / 7, model=model
    )
    forecast = alive * expected_purchases(truth.timing, table["frequency"], 30.0, model=model, weeks=30)
    for group in (table["frequency"] == 0, table["frequency"] == 1, table["frequency"] > 3):
        error = later[group].std() / np.sqrt(group.sum())
        assert forecast[group].mean() == pytest.approx(later[group].mean(), abs=4 * error)
    new = expected_purchases_of_new_customers(truth.timing, 30, model=model)
    spread = table["frequency"].std() / np.sqrt(len(table))
    assert new == pytest.approx(table["frequency"].mean(), abs=4 * spread)
    chances = purchase_count_probabilities(truth.timing, [30.0], model=model)[0]
    counted = np.bincount(table["frequency"].clip(upper=7)) / len(table)
    assert chances == pytest.approx(counted, abs=4 * 0.5 / np.sqrt(len(table)))


@given(
    a=st.floats(0.1, 5),
    b=st.floats(0.1, 10),
    r=st.floats(0.05, 5),
    alpha=st.floats(0.5, 50),
    x=st.integers(0, 50),
)
@settings(max_examples=200, deadline=None)
def test_laws_of_the_forecast(a, b, r, alpha, x):
    parameters = {"r": r, "alpha": alpha, "a": a, "b": b}
    weeks = np.array([0.1, 1, 10, 100])
    for model in MODELS:
        got = expected_purchases(parameters, x, 40, model=model, weeks=weeks)
        most = (r + x) / (alpha + 40) * weeks  # what somebody buys who never leaves
        assert np.isfinite(got).all()
        assert (got > 0).all()
        assert (got <= most + 1e-9).all()
        assert (np.diff(got) > 0).all()
        alive = probability_alive(parameters, x, 40.0 if x else 0.0, 40, model=model)
        assert 0 < alive <= 1
        assert purchase_count_probabilities(parameters, [0, 40], model=model).sum(axis=1) == pytest.approx(
            [1, 1]
        )


@pytest.mark.parametrize("model", MODELS)
def test_log_likelihood_is_the_one_that_was_maximised(cells, fits, model):
    weeks = (cells["frequency"], cells["recency_days"] / 7, cells["age_days"] / 7)
    got = log_likelihood(fits[model].parameters, *weeks, model=model) @ cells["customers"]
    assert got == pytest.approx(fits[model].log_likelihood, abs=1e-6)


def test_one_time_buyers_are_immortal_under_bg_nbd_only(fits):
    assert probability_alive(fits[BG_NBD].parameters, 0, 0, 1000, model=BG_NBD) == 1
    assert probability_alive(fits[MBG_NBD].parameters, 0, 0, 1000, model=MBG_NBD) < 0.12


def test_discount_rate_is_an_annual_effective_one():
    # 52.1786 weeks a year: a unit due in a year is worth 1 / 1.1 now.
    rate = weekly_discount_rate(0.10)
    assert np.exp(-rate * 365.25 / 7) == pytest.approx(1 / 1.1, rel=1e-12)
    assert rate == pytest.approx(0.0018266, abs=5e-8)
    assert weekly_discount_rate(0) == 0


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", range(3))
def test_customers_who_never_leave_are_refused(model, seed):
    truth = Truth(model=model, timing={"r": 0.5, "alpha": 8.0, "a": 0, "b": 1})
    log = whole_days(
        simulate_purchases(truth, customers=1500, acquisition_days=91, observed_days=364, seed=seed)
    )
    fit = fit_purchases(distinct_histories(customer_histories(log, until=363)), model=model)
    assert not fit.is_usable
    assert any("No dropout can be identified" in reason or "do not pin" in reason for reason in fit.reasons)
    assert fit.parameters["r"] == pytest.approx(0.5, abs=0.1)


def test_too_few_customers_are_refused():
    fit = fit_purchases(cells_of((0, 0, 70, 30), (1, 7, 70, 5), (2, 30, 60, 2)), model=BG_NBD)
    assert not fit.is_usable
    assert "standard error is as large as the estimate" in " ".join(map(str, fit.reasons))


def test_no_second_purchase_is_refused_in_words():
    fit = fit_purchases(cells_of((0, 0, 50, 10)), model=MBG_NBD)
    assert fit.reasons == ("No customer bought on a second day, so repeat purchases cannot be modelled.",)
    assert fit.parameters.isna().all()
    assert fit.customers == 10


def spend_of(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["frequency", "monetary_value", "customers"])


def test_spend_without_a_mean_is_refused():
    # Log-normal with sigma 3 has a tail too heavy for q > 1.
    amounts = np.exp(3 * np.random.default_rng(1).standard_normal(300))
    fit = fit_spend(spend_of(*[(5, amount, 1) for amount in amounts]))
    assert fit.parameters["q"] < 1
    assert str(fit.reasons[0]).startswith("The mean spend does not exist: q is 0.58")
    assert np.isnan(fit.population_mean)


def test_spend_that_does_not_vary_is_refused():
    assert not fit_spend(spend_of((3, 9.99, 500))).is_usable
    assert not fit_spend(spend_of((5, 10.0, 100), (5, 10.01, 100))).is_usable
    assert fit_spend(spend_of()).reasons == (
        "Repeat customers with different amounts are too few, so spend cannot be modelled.",
    )


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "rows",
    [
        [(1, 10, 20, 5)],  # one history only
        [(3, 100, 100, 50), (1, 100, 100, 5)],  # everybody bought today
        [(0, 0, 0, 10), (1, 1, 1, 2)],  # everybody is new
        [(300, 364, 365, 20), (200, 200, 365, 20), (0, 0, 365, 10)],  # very frequent
    ],
)
def test_odd_data_do_not_raise_and_a_usable_fit_is_sound(rows, model):
    fit = fit_purchases(cells_of(*rows), model=model)
    assert fit.is_usable == (not fit.reasons)
    assert len(fit.reasons) == len(set(fit.reasons))
    if fit.is_usable:
        assert np.isfinite(fit.covariance.to_numpy()).all()
        assert (fit.standard_errors < fit.parameters).all()


@pytest.mark.parametrize("row", [(1, 50, 40, 1), (1, -1, 40, 1), (0, 3, 40, 1), (2, 0, 40, 1)])
def test_impossible_histories_are_named(row):
    with pytest.raises(
        TableError, match=r"1 impossible histories.*recency_days must lie between 0 and age_days"
    ):
        fit_purchases(cells_of((1, 5, 40, 9), row))


def test_wrong_calls_are_named():
    with pytest.raises(ValueError, match=r"model is 'Pareto'; use one of 'BG/NBD', 'MBG/NBD', 'Pareto/NBD'"):
        fit_purchases(cells_of((1, 5, 40, 9)), model="Pareto")
    with pytest.raises(TableError, match=r"lacks \['age_days'\]"):
        fit_purchases(cells_of((1, 5, 40, 9)).drop(columns="age_days"))


def test_minimums_of_a_healthy_shop_are_met():
    healthy = cells_of((0, 0, 200, 400), (1, 170, 180, 99), (2, 170, 180, 1))
    assert missing_minimums(healthy) == ()
    assert missing_minimums(healthy, holdout_purchases=50) == ()


def test_every_missing_minimum_is_said():
    assert missing_minimums(cells_of((0, 0, 100, 400), (1, 50, 100, 99)), holdout_purchases=49) == (
        "There are 499 buyers; at least 500 are needed.",
        "The first purchase is 100 days old; at least 180 are needed.",
        "The last purchase is 50 days old; at most 30 are allowed.",
        "Customers with 3 or more purchase days: 0; at least 1 needed.",
        "Customers with a second purchase day: 99; at least 100 needed.",
        "Purchases in the weeks kept back for the test: 49; at least 50 needed.",
    )
    assert missing_minimums(cells_of()) == ("There are no buyers.",)
    assert missing_minimums(cells_of((2, 1, 1, 1))) == (
        "There is 1 buyer; at least 500 are needed.",
        "The first purchase is 1 day old; at least 180 are needed.",
        "Customers with a second purchase day: 1; at least 100 needed.",
    )
    loose = DataMinimums(buyers=1, history_days=1, recent_days=50, frequent_purchases=2, repeat_buyers=1)
    assert missing_minimums(cells_of((1, 50, 100, 99)), minimums=loose) == ()


def test_minimums_are_listed_with_who_asks_for_them():
    # Klaviyo's published gate: 500 buyers, 180 days, orders in the last 30 days, some with 3 orders or more.
    got = data_minimums(cells_of((0, 0, 200, 499), (2, 170, 180, 1)), holdout_purchases=7)
    assert got["needed"].tolist() == [
        "at least 500", "at least 180", "at most 30", "at least 1", "at least 100", "at least 50",
    ]  # fmt: skip
    assert got["found"].tolist() == [500, 200, 10, 1, 1, 7]
    assert got["is_met"].tolist() == [True, True, True, True, False, False]
    assert got["source"].tolist() == ["Klaviyo"] * 4 + ["this workbook"] * 2
    nobody = data_minimums(cells_of())
    assert not nobody["is_met"].any()
    assert nobody["found"].isna().sum() == 2


# --- tables, draws, and what must not leak ------------------------------------------------------------------


def test_parameter_table_has_intervals_that_stay_positive(fits, spend_fit):
    table = parameter_table(*fits.values(), spend_fit)
    assert list(table["parameter"]) == ["r", "alpha", "a", "b"] * 2 + ["p", "q", "v"]
    row = table.iloc[3]  # b of BG/NBD: 2.4259 * exp(-+1.96 * .70541 / 2.4259), by hand
    assert (row["low"], row["high"]) == pytest.approx((1.372, 4.289), abs=1e-3)
    assert (table["low"] > 0).all()
    assert (table["status"] == "usable").all()


def test_estimates_of_a_refused_fit_are_not_shown(fits, spend_fit):
    refused = replace(fits[BG_NBD], reasons=tuple(map(EVERY_LANGUAGE.name, ("First.", "Second."))))
    table = parameter_table(refused, spend_fit).set_index("model")
    shown = table.loc[BG_NBD]
    assert shown["parameter"].tolist() == ["r", "alpha", "a", "b"]
    assert shown[["estimate", "standard_error", "low", "high"]].isna().all(axis=None)
    assert (shown["status"] == "refused: First.").all()
    assert not shown["is_usable"].any()
    assert (shown["customers"] == refused.customers).all()
    assert table.loc[spend_fit.model, ["estimate", "low", "high"]].notna().all(axis=None)


def test_draws_have_the_covariance_they_are_drawn_from(fits, spend_fit):
    drawn = fits[BG_NBD].draws(40_000, seed=1)
    covariance = fits[BG_NBD].log_covariance.to_numpy()
    scale = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert np.cov(np.log(drawn).T) / scale == pytest.approx(covariance / scale, abs=0.03)
    pd.testing.assert_frame_equal(drawn, fits[BG_NBD].draws(40_000, seed=1))
    spend = spend_fit.draws(40_000, seed=1)
    assert (spend["q"] > 1).all()
    mean = spend["p"] * spend["v"] / (spend["q"] - 1)
    assert mean.median() == pytest.approx(spend_fit.population_mean, rel=5e-3)


def test_lifetimes_leaves_no_trace():
    code = (
        "import warnings, sys, pandas as pd\n"
        "def state():\n"
        "    filters = list(warnings.filters)\n"
        "    with warnings.catch_warnings():\n"
        "        warnings.simplefilter('ignore')  # asking for the option warns\n"
        "        return filters, pd.get_option('mode.chained_assignment')\n"
        "from retention_utils.value_models.btyd import fit_purchases\n"
        "before = state()\n"
        "assert 'lifetimes' not in sys.modules and 'scipy.stats' not in sys.modules\n"
        "cells = pd.DataFrame({'frequency': [0, 1, 2], 'recency_days': [0, 9, 30],"
        " 'age_days': [40, 40, 50], 'customers': [60, 30, 9]})\n"
        "fit_purchases(cells)\n"
        "assert 'lifetimes' in sys.modules\n"
        "assert state() == before\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_maximum_likelihood_knows_four_models():
    assert set(lifetimes_fitters()) == {BG_NBD, MBG_NBD, BG_BB, GAMMA_GAMMA}
    parameters, optimum = maximum_likelihood(
        GAMMA_GAMMA, np.array([1, 2, 3, 4]), np.array([0.5, 1, 2, 1]), weights=np.array([9, 9, 9, 9])
    )
    assert parameters.to_numpy() == pytest.approx(np.exp(optimum.log_parameters))
