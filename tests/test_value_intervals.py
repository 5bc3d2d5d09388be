"""What may come: the surface against exact evaluation, luck against closed forms, cohorts and newcomers."""

from dataclasses import replace
from datetime import date

import cdnow_sample
import numpy as np
import pandas as pd
import pytest

from retention_utils.errors import TableError
from retention_utils.simulate import (
    Truth,
    customer_histories,
    distinct_histories,
    distinct_spend,
    simulate_purchases,
)
from retention_utils.value_models.active import active_customers
from retention_utils.value_models.btyd import fit_purchases, fit_spend
from retention_utils.value_models.by_segment import segment_cells, value_by_segment
from retention_utils.value_models.customer_value import customer_value, point_value, with_cohorts
from retention_utils.value_models.expectation import (
    BG_NBD,
    MBG_NBD,
    PARETO_NBD,
    expected_purchases,
    expected_purchases_of_new_customers,
    log_likelihood,
    probability_alive,
)
from retention_utils.value_models.luck import luck_variance
from retention_utils.value_models.newcomers import FirstSpend, first_spend, newcomer_value
from retention_utils.value_models.surface import evaluated, likelihood_weights, points, surface
from retention_utils.value_models.valuation import Valuation

MODELS = [BG_NBD, MBG_NBD, PARETO_NBD]


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return distinct_histories(cdnow_sample.histories())


@pytest.fixture(scope="module")
def fits(cells) -> dict:
    return {model: fit_purchases(cells, model=model) for model in MODELS}


@pytest.fixture(scope="module")
def spend_fit():
    return fit_spend(distinct_spend(cdnow_sample.histories()))


# --- the surface ----------------------------------------------------------------------------------------


def test_a_cubic_is_given_back_exactly():
    places, draws = points(4, 50), np.random.default_rng(1).standard_normal((20, 4))

    def value(z):
        return np.exp(0.3 + z[:, 0] - 0.2 * z[:, 1] * z[:, 2] + 0.05 * z[:, 3] ** 3)[:, None]

    assert surface(places, value(places), draws) == pytest.approx(value(draws), rel=1e-8)
    nothing = np.zeros((len(places), 1))
    assert (surface(places, nothing, draws) == 0).all()


@pytest.mark.parametrize("model", MODELS)
def test_the_surface_is_as_good_as_exact_evaluation(cells, fits, model):
    # 2,357 customers leave wide margins; even so the error is small beside the spread of the draws.
    fit, history = fits[model], (cells["frequency"], cells["recency_days"] / 7, cells["age_days"] / 7)
    base = Valuation(cells, most=0)

    def exact(timing):
        bought = base.timing_sums(timing, model=model, horizon=52.0, rate=0.002)[:, 0].sum()
        likelihood = log_likelihood(timing, *history, model=model) @ cells["customers"]
        return np.array([bought, likelihood])

    places, draws = points(4, 50), np.random.default_rng(2).standard_normal((60, 4))
    known, truth = evaluated(fit, places, exact), evaluated(fit, draws, exact)
    got = surface(places, known[:, :1], draws)[:, 0]
    spread = np.log(truth[:, 0]).std()
    assert np.sqrt((np.log(got / truth[:, 0]) ** 2).mean()) < 0.02 * spread
    excess = truth[:, 1] - known[0, 1] + 0.5 * (draws**2).sum(axis=1)
    weights = likelihood_weights(places, known[:, 1], draws)
    away = np.log(weights) - np.clip(excess, -2, 2)
    assert np.median(np.abs(away)) < 0.25
    assert (np.abs(np.log(weights)) <= 2).all()


# --- luck -----------------------------------------------------------------------------------------------


def history(frequency: int, *, customers: int, recency: int = 20, mean: float = 10.0) -> pd.DataFrame:
    rows = {"frequency": frequency, "recency_days": 7 * recency, "age_days": 7 * recency}
    return pd.DataFrame([{**rows, "customers": customers, "monetary_sum": mean * customers}])


def test_luck_of_customers_who_never_leave_is_the_negative_binomial():
    # Rate ~ gamma(r + x, alpha + T): purchases in t weeks have mean m = (r + x) t / (alpha + T) and variance
    # m + m^2 / (r + x). Here (2 + 4) * 13 / (19 + 20) = 2, and 2 + 4 / 6.
    timing = {"r": 2.0, "alpha": 19.0, "s": 1e-9, "beta": 1.0}
    base = Valuation(history(4, customers=500), most=7)
    got = luck_variance(base, timing, None, model=PARETO_NBD, horizon=13.0, rate=0.0, seed=1)
    assert got[4, 0] / 500 == pytest.approx(2 + 4 / 6, rel=0.03)
    assert np.isnan(got[:, 1]).all()
    assert got[[0, 1, 7], 0].tolist() == [0, 0, 0]


def test_luck_of_the_spending_is_that_of_the_gamma_gamma():
    # Given Y purchases of a customer with mean amount M, the sum has mean Y M and variance Y M^2 / p. M = p / nu
    # with nu ~ gamma(q + p x, v + p x z): E M = 10, E M^2 = 10^2 (k - 1) / (k - 2) with k = q + p x = 34.
    timing = {"r": 2.0, "alpha": 19.0, "s": 1e-9, "beta": 1.0}
    amount = {"p": 6.0, "q": 10.0, "v": 15.0}  # the population mean is 6 * 15 / 9 = 10, too
    base = Valuation(history(4, customers=500), most=7)
    got = luck_variance(base, timing, amount, model=PARETO_NBD, horizon=13.0, rate=0.0, seed=1)
    bought, squared = 2, 2 + 4 / 6 + 4
    second = 100 * 33 / 32
    assert got[4, 1] / 500 == pytest.approx(second * (bought / 6 + squared) - 400, rel=0.04)


@pytest.mark.parametrize("model", [BG_NBD, MBG_NBD])
def test_luck_equals_that_of_simulated_customers(model):
    # What 60,000 customers with the very same history class did, against what luck says of them.
    truth = Truth(model=model, timing={"r": 0.6, "alpha": 6.0, "a": 0.6, "b": 1.5})
    log = simulate_purchases(truth, customers=60_000, acquisition_days=1e-9, observed_days=7 * 60, seed=4)
    table = customer_histories(log, until=7 * 30, holdout_days=7 * 30)
    cells = distinct_histories(table.assign(recency_days=table["recency_days"].round(1)))
    base = Valuation(cells, most=3)
    got = luck_variance(base, truth.timing, None, model=model, horizon=30.0, rate=0.0, seed=1)[:, 0]
    alive = probability_alive(truth.timing, table["frequency"], table["recency_days"] / 7, 30, model=model)
    mean = alive * expected_purchases(truth.timing, table["frequency"], 30, model=model, weeks=30)
    away = (table["holdout_purchases"] - mean) ** 2
    counted = np.bincount(table["frequency"].clip(upper=3), away, 4)
    assert got == pytest.approx(counted, rel=0.1)


def test_luck_is_the_same_every_time_and_grows_with_the_customers():
    timing = {"r": 0.5, "alpha": 6.0, "a": 0.9, "b": 1.6}
    how = {"model": MBG_NBD, "horizon": 52.0, "rate": 0.002, "seed": 3}
    few = luck_variance(Valuation(history(2, customers=100), most=3), timing, None, **how)
    again = luck_variance(Valuation(history(2, customers=100), most=3), timing, None, **how)
    many = luck_variance(Valuation(history(2, customers=1000), most=3), timing, None, **how)
    assert few[2, 0] == again[2, 0] > 0
    assert many[2, 0] / few[2, 0] == pytest.approx(10, rel=0.05)


def test_the_interval_is_wider_than_luck_alone(cells, fits, spend_fit):
    got = customer_value(cells, fits[MBG_NBD], spend_fit)
    base = Valuation(cells, most=7)
    timing, amount = fits[MBG_NBD].parameters, spend_fit.parameters
    variance = luck_variance(
        base, timing, amount, model=MBG_NBD, horizon=52.0, rate=got.weekly_discount_rate, seed=0
    )
    alone = 2 * 1.96 * np.sqrt(variance.sum(axis=0))
    assert got.purchases_high - got.purchases_low > alone[0]
    assert got.value_high - got.value_low > alone[1]


@pytest.mark.parametrize("model", MODELS)
def test_with_known_parameters_the_interval_of_the_active_is_luck_alone(cells, fits, model):
    # Each customer is active or not: the variance of the count is the sum of p (1 - p).
    known = replace(fits[model], log_covariance=fits[model].log_covariance * 1e-12)
    history = (cells["frequency"], cells["recency_days"] / 7, cells["age_days"] / 7)
    alive = probability_alive(known.parameters, *history, model=model)
    reach = 1.96 * np.sqrt((alive * (1 - alive) * cells["customers"]).sum())
    got = active_customers(cells, known).iloc[0]
    assert got["active"] == pytest.approx((alive * cells["customers"]).sum())
    assert (got["high"] - got["low"]) / 2 == pytest.approx(reach, rel=0.05)


# --- cohorts --------------------------------------------------------------------------------------------

CALENDAR = pd.DataFrame(
    {
        "period": ["2024-01", "2024-02", "2024-03"],
        "first_day": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]),
        "is_whole": [False, True, True],
        "is_mixed": [False, True, False],
    }
)


def test_the_age_of_a_history_gives_its_cohort_away():
    # As of 31 March: 0 days is 31 March, 30 is 1 March, 31 is 29 February, 59 is 1 February, 60 is 31 January.
    cells = pd.DataFrame({"age_days": [0, 30, 31, 59, 60, 90]})
    got = with_cohorts(cells, CALENDAR.iloc[::-1], as_of=date(2024, 3, 31))
    assert got["cohort"].tolist() == ["2024-03", "2024-03", "2024-02", "2024-02", "2024-01", "2024-01"]
    assert with_cohorts(cells.iloc[:0], CALENDAR, as_of=date(2024, 3, 31)).empty


def test_cohorts_and_classes_add_up_to_the_same_total(cells, fits, spend_fit):
    split = cells.assign(cohort=np.where(cells["age_days"] > 230, "1997-01", "1997-02"))
    got = customer_value(split, fits[PARETO_NBD], spend_fit)
    plain = point_value(cells, fits[PARETO_NBD].parameters, spend_fit.parameters, model=PARETO_NBD)
    assert (got.purchases, got.value) == pytest.approx(plain)
    assert got.by_cohort["cohort"].tolist() == ["1997-01", "1997-02"]
    for table in (got.by_cohort, got.by_frequency):
        assert table["customers"].sum() == 2357
        assert table["value"].sum() == pytest.approx(got.value)
        assert table["purchases"].sum() == pytest.approx(got.purchases)
        assert table["value"].between(table["value_low"], table["value_high"]).all()
        assert (table["value_each"] * table["customers"]).sum() == pytest.approx(got.value)
    # Each cohort valued by itself gives the same estimate.
    for name, part in split.groupby("cohort"):
        alone = point_value(part, fits[PARETO_NBD].parameters, spend_fit.parameters, model=PARETO_NBD)
        assert got.by_cohort.set_index("cohort").loc[name, "value"] == pytest.approx(alone[1])
    assert customer_value(cells, fits[PARETO_NBD], spend_fit, draws=5).by_cohort.empty


# --- segments -------------------------------------------------------------------------------------------


def test_histories_are_counted_segment_by_segment():
    # Three repeats of 30 in all are 10 each; two customers of one history and segment are one row.
    states = pd.DataFrame(
        {
            "frequency": [3, 3, 3, 0],
            "recency_days": [40, 40, 40, 0],
            "age_days": [90, 90, 90, 50],
            "repeat_amount": [30.0, 60.0, 9.0, 0.0],
        }
    )
    segments = pd.Categorical(["z", "z", "a", "z"], categories=["z", "a"], ordered=True)
    got = segment_cells(states, segments)
    columns = ["segment", "frequency", "recency_days", "age_days", "customers", "monetary_sum"]
    assert got[columns].to_numpy().tolist() == [
        ["z", 0, 0, 50, 1, 0.0],
        ["z", 3, 40, 90, 2, 30.0],
        ["a", 3, 40, 90, 1, 3.0],
    ]


def test_segments_add_up_to_the_value_of_all(cells, fits, spend_fit):
    names = np.where(cells["frequency"] > 1, "often", "seldom")
    split = cells.assign(segment=pd.Categorical(names, categories=["often", "seldom"], ordered=True))
    got = value_by_segment(split, fits[MBG_NBD], spend_fit, margin_share=0.4)
    whole = customer_value(cells, fits[MBG_NBD], spend_fit, margin_share=0.4)
    assert got["segment"].tolist() == ["often", "seldom"]
    assert got["customers"].sum() == 2357
    assert got["value"].sum() == pytest.approx(whole.value)
    assert got["purchases"].sum() == pytest.approx(whole.purchases)
    assert got["value"].between(got["value_low"], got["value_high"]).all()
    often = point_value(
        cells[names == "often"],
        fits[MBG_NBD].parameters,
        spend_fit.parameters,
        model=MBG_NBD,
        margin_share=0.4,
    )
    assert got["value"].iloc[0] == pytest.approx(often[1])


def test_the_order_of_rows_changes_nothing(cells, fits, spend_fit):
    split = cells.assign(cohort=np.where(cells["age_days"] > 230, "1997-01", "1997-02"))
    first = customer_value(split, fits[MBG_NBD], spend_fit)
    second = customer_value(split.sample(frac=1, random_state=3), fits[MBG_NBD], spend_fit)
    assert second.value == pytest.approx(first.value, rel=1e-12)
    assert second.value_high == pytest.approx(first.value_high, rel=5e-3)


# --- new customers --------------------------------------------------------------------------------------


def test_first_purchases_of_truly_new_customers_are_averaged():
    # February may hold old customers and January is cut: only March counts, with 10, 20 and 30.
    states = pd.DataFrame(
        {
            "first_day": pd.to_datetime(
                ["2024-01-20", "2024-02-03", "2024-03-01", "2024-03-09", "2024-03-31"]
            ),
            "amount": [99.0, 99.0, 10.0, 50.0, 30.0],
            "repeat_amount": [0.0, 0.0, 0.0, 30.0, 0.0],
        }
    )
    got = first_spend(states, CALENDAR)
    assert (got.customers, got.mean) == (3, 20.0)
    assert got.error == pytest.approx(10 / np.sqrt(3))
    assert first_spend(states.iloc[:3], CALENDAR) is None
    with pytest.raises(TableError, match="repeat_amount"):
        first_spend(states.drop(columns="repeat_amount"), CALENDAR)


@pytest.mark.parametrize("model", MODELS)
def test_a_new_customer_without_discount_is_first_purchase_plus_repeats(fits, spend_fit, model):
    got = newcomer_value(
        FirstSpend(100, 30.0, 0.5), fits[model], spend_fit, annual_discount_rate=0.0, margin_share=0.5
    )
    repeats = float(expected_purchases_of_new_customers(fits[model].parameters, 52, model=model))
    assert got.repeat_purchases == pytest.approx(repeats)
    assert got.value == pytest.approx(0.5 * (30 + repeats * spend_fit.population_mean))
    assert (got.first_value, got.customers, got.model) == (15.0, 100, model)
    assert got.low < got.value < got.high
    dearer = newcomer_value(FirstSpend(100, 30.0, 0.5), fits[model], spend_fit, margin_share=0.5)
    assert dearer.value < got.value


def test_a_refused_fit_values_no_new_customer(fits, spend_fit):
    first, refused = FirstSpend(100, 30.0, 0.5), replace(spend_fit, reasons=("Refused for the test.",))
    assert newcomer_value(first, fits[MBG_NBD], refused) is None
    assert newcomer_value(first, replace(fits[MBG_NBD], reasons=("No.",)), spend_fit) is None
