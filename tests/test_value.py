"""Hold-out, tracking, value, active customers and spend: published, by hand, by simulation, and refused."""

from dataclasses import replace

import cdnow_sample
import numpy as np
import pandas as pd
import pytest
from scipy.special import bdtr

from retention_utils.errors import TableError
from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.simulate import (
    Truth,
    customer_histories,
    distinct_histories,
    distinct_spend,
    simulate_purchases,
)
from retention_utils.value_models.active import active_customers
from retention_utils.value_models.btyd import fit_purchases, fit_spend
from retention_utils.value_models.customer_value import customer_value, point_value
from retention_utils.value_models.expectation import (
    BG_NBD,
    MBG_NBD,
    expected_purchases,
    expected_spend,
    probability_alive,
    weekly_discount_rate,
)
from retention_utils.value_models.holdout import (
    ACTUAL,
    NAIVE,
    choose_model,
    holdout_by_frequency,
    holdout_errors,
)
from retention_utils.value_models.spend import spend_by_frequency, spend_independence
from retention_utils.value_models.tracking import calibration_counts, tracking


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return distinct_histories(cdnow_sample.histories())


@pytest.fixture(scope="module")
def holdout_cells() -> pd.DataFrame:
    return distinct_histories(cdnow_sample.histories(), with_holdout=True)


@pytest.fixture(scope="module")
def bg(cells):
    return fit_purchases(cells, model=BG_NBD)


@pytest.fixture(scope="module")
def mbg(cells):
    return fit_purchases(cells, model=MBG_NBD)


@pytest.fixture(scope="module")
def spend_fit():
    return fit_spend(distinct_spend(cdnow_sample.histories()))


def refuse(fit):
    return replace(fit, reasons=(EVERY_LANGUAGE.name("Refused for the test."),))


# --- hold-out -----------------------------------------------------------------------------------------


def test_holdout_errors_of_the_cdnow_sample(holdout_cells, bg, mbg):
    # Expected figures from an independent run of lifetimes over the single customers.
    table = holdout_errors(holdout_cells, bg, mbg, holdout_days=cdnow_sample.HOLDOUT_DAYS).set_index("model")
    assert list(table.index) == [BG_NBD, MBG_NBD, NAIVE]
    assert (table["customers"] == 2357).all()
    assert (table["actual"] == 1882).all()
    assert table["forecast"].to_numpy() == pytest.approx([1653.4, 1576.7, 2930], abs=0.2)
    assert table["bias"].to_numpy() == pytest.approx([-228.6, -305.3, 1048.1], abs=0.05)
    assert table["bias_share"].to_numpy() == pytest.approx([-0.121, -0.162, 0.557], abs=5e-4)
    assert table["mae"].to_numpy() == pytest.approx([0.7855, 0.7648, 1.0237], abs=5e-5)
    assert table["rmse"].to_numpy() == pytest.approx([1.6080, 1.6072, 2.2119], abs=5e-5)


def test_holdout_errors_by_hand(bg):
    # Past rate 2/20 and 0/10 a day over 10 days: forecasts 1 and 0 against 3 and 1, for 1 and 3 customers.
    table = pd.DataFrame(
        [(2, 15, 20, 3, 1), (0, 0, 10, 1, 3), (0, 0, 0, 0, 1)],
        columns=["frequency", "recency_days", "age_days", "holdout_purchases", "customers"],
    )
    got = holdout_errors(table, holdout_days=10).iloc[0]
    assert (got["customers"], got["actual"], got["forecast"]) == (5, 6, 1)
    assert (got["bias"], got["bias_share"]) == (-5, pytest.approx(-5 / 6))
    assert (got["mae"], got["rmse"]) == (1.0, pytest.approx(np.sqrt(7 / 5)))
    assert got["is_baseline"]


def test_no_purchase_in_the_holdout_leaves_the_relative_bias_blank(bg):
    columns = ["frequency", "recency_days", "age_days", "holdout_purchases", "customers"]
    got = holdout_errors(pd.DataFrame([(2, 15, 20, 0, 1)], columns=columns), bg, holdout_days=10)
    assert got["bias_share"].isna().all()
    assert (got["bias"] > 0).all()


def test_mbg_is_chosen_for_the_cdnow_sample(holdout_cells, bg, mbg):
    choice = choose_model(holdout_errors(holdout_cells, bg, mbg, holdout_days=cdnow_sample.HOLDOUT_DAYS))
    assert choice.model == MBG_NBD
    assert choice.reason == (
        "the typical error of MBG/NBD was 1.607 purchases per customer, that of each customer's own past rate "
        "2.212."
    )


def test_the_squared_error_decides_and_not_the_absolute_one():
    # All customers of CDNOW, three decimals: MBG/NBD is nearer the median and further from the mean.
    errors = pd.DataFrame(
        {
            "model": [BG_NBD, MBG_NBD, NAIVE],
            "mae": [0.821, 0.796, 1.041],
            "rmse": [1.735, 1.742, 2.161],
            "is_baseline": [False, False, True],
            "is_usable": True,
            "refused": "",
        }
    )
    choice = choose_model(errors)
    assert (choice.model, choice.rmse, choice.naive_rmse) == (BG_NBD, 1.735, 2.161)


def test_every_refused_model_says_why(holdout_cells, bg, mbg):
    doubtful = replace(mbg, reasons=tuple(map(EVERY_LANGUAGE.name, ("No dropout.", "No curvature."))))
    choice = choose_model(holdout_errors(holdout_cells, refuse(bg), doubtful, holdout_days=273))
    assert choice.reason == (
        "No model could be fitted. BG/NBD: Refused for the test. MBG/NBD: No dropout. No curvature."
    )
    assert np.isnan(choice.rmse)


def test_a_refused_model_is_shown_blank_and_never_chosen(holdout_cells, bg, mbg):
    errors = holdout_errors(holdout_cells, bg, refuse(mbg), holdout_days=cdnow_sample.HOLDOUT_DAYS)
    assert errors["is_usable"].tolist() == [True, False, True]
    assert errors.loc[1, ["forecast", "bias", "bias_share", "mae", "rmse"]].isna().all()
    assert choose_model(errors).model == BG_NBD
    nothing = choose_model(holdout_errors(holdout_cells, refuse(bg), holdout_days=273))
    assert nothing.model is None
    assert nothing.reason == f"No model could be fitted. BG/NBD: {' '.join(map(str, refuse(bg).reasons))}"


def test_a_model_that_does_not_beat_the_past_rate_is_not_chosen():
    errors = pd.DataFrame(
        {
            "model": [BG_NBD, NAIVE],
            "rmse": 1.0,
            "is_baseline": [False, True],
            "is_usable": True,
            "refused": "",
        }
    )
    choice = choose_model(errors)
    assert choice.model is None
    assert str(choice.reason).startswith(
        "No model beats the simplest forecast: the typical error of BG/NBD was 1.000"
    )


def test_holdout_by_frequency_is_the_published_table(holdout_cells, bg, mbg):
    # BTYD vignette (bins 1411 439 214 100 62 38 29 64); MBG/NBD from an independent run.
    got = holdout_by_frequency(holdout_cells, bg, mbg, holdout_days=cdnow_sample.HOLDOUT_DAYS)
    wide = got.pivot_table("purchases", "frequency", "series", dropna=False)
    actual = [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]
    assert wide[ACTUAL].to_numpy() == pytest.approx(actual, abs=6e-4)
    printed_bg = [0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157]
    assert wide[BG_NBD].to_numpy() == pytest.approx(printed_bg, abs=6e-4)
    printed_mbg = [0.185, 0.551, 1.049, 1.493, 2.104, 2.564, 3.361, 5.848]
    assert wide[MBG_NBD].to_numpy() == pytest.approx(printed_mbg, abs=1.1e-3)
    first = got[got["series"] == ACTUAL]
    assert first["customers"].tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert first["label"].tolist() == ["0", "1", "2", "3", "4", "5", "6", "7+"]


def test_calibration_counts_are_the_published_ones(cells, bg, mbg):
    # BTYD vignette. Its last class stops at the largest observed frequency (71.23); ours is the whole rest.
    got = calibration_counts(cells, bg, refuse(mbg)).pivot_table(
        "customers", "frequency", "series", dropna=False
    )
    assert got[ACTUAL].tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    printed = [1407.68, 460.32, 192.46, 101.17, 59.85, 38.12, 25.55]
    assert got[BG_NBD].to_numpy()[:7] == pytest.approx(printed, abs=0.01)
    assert got[BG_NBD].sum() == pytest.approx(2357, rel=1e-12)
    assert got[MBG_NBD].isna().all()


# --- tracking -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def weeks() -> pd.DataFrame:
    log = cdnow_sample.purchases()
    repeats = log[log.groupby("customer_id").cumcount() > 0]
    week = (repeats["day"] // 7 + 1).value_counts().reindex(range(1, 79), fill_value=0)
    return week.rename_axis("week").rename("repeat_purchases").reset_index()


def test_tracking_is_the_published_one(cells, weeks, bg, mbg):
    # BTYD vignette, weeks 20 to 25: actual 1359 1414 1484 1517 1573 1672, BG/NBD 1312.458 ... 1669.6.
    got = tracking(cells, weeks, bg, refuse(mbg))
    wide = got.pivot_table("cumulative", "week", "series", dropna=False)
    assert wide.loc[20:25, ACTUAL].tolist() == [1359, 1414, 1484, 1517, 1573, 1672]
    assert wide.loc[20, BG_NBD] == pytest.approx(1312.458, abs=2e-3)
    assert wide.loc[25, BG_NBD] == pytest.approx(1669.6, abs=0.05)
    assert wide.loc[39, ACTUAL] == 2457
    assert wide.loc[78, ACTUAL] == 2457 + 1882
    assert wide[MBG_NBD].isna().all()


def test_tracking_adds_up_and_marks_the_holdout(cells, weeks, bg):
    got = tracking(cells, weeks.iloc[::-1], bg)
    assert got[~got["is_holdout"]]["week"].max() == 39
    assert got[got["is_holdout"]]["week"].min() == 40
    for _, series in got.groupby("series"):
        assert series["week"].tolist() == list(range(1, 79))
        assert series["purchases"].cumsum().to_numpy() == pytest.approx(series["cumulative"].to_numpy())
        assert (series["purchases"] >= 0).all()


def test_weeks_with_gaps_are_refused(cells, weeks, bg):
    with pytest.raises(TableError, match=r"needs weeks 1, 2, .* without gaps.*it has \[1, 3\]"):
        tracking(cells, weeks.iloc[[0, 2]], bg)


# --- value --------------------------------------------------------------------------------------------


def test_value_is_the_sum_over_customers_of_discounted_purchases_times_spend(cells, mbg, spend_fit):
    # The long way: every customer singly, every day of the year discounted by itself.
    got = customer_value(cells, mbg, spend_fit, annual_discount_rate=0.15, margin_share=0.4, draws=2)
    table, days = cdnow_sample.histories(), np.arange(0, 365)
    age, x = table["age_days"] / 7, table["frequency"]
    alive = probability_alive(mbg.parameters, x, table["recency_days"] / 7, age, model=MBG_NBD)
    spend = expected_spend(spend_fit.parameters, x, table["monetary_value"])
    by_day = np.diff(
        [expected_purchases(mbg.parameters, x, age, model=MBG_NBD, weeks=day / 7) for day in days], axis=0
    )
    discount = 1.15 ** (-(days[:-1] + 0.5) / 365.25)
    assert got.purchases == pytest.approx((alive * by_day.sum(axis=0)).sum(), rel=1e-9)
    assert got.value == pytest.approx(0.4 * (alive * spend * (discount @ by_day)).sum(), rel=1e-6)
    assert got.value_per_customer == pytest.approx(got.value / 2357)


def test_value_of_the_cdnow_sample_a_year_from_the_end_of_calibration(cells, mbg, spend_fit):
    got = customer_value(cells, mbg, spend_fit, seed=1)
    assert (got.model, got.customers, got.horizon_weeks) == (MBG_NBD, 2357, 52)
    assert got.weekly_discount_rate == pytest.approx(np.log(1.1) / 52.1786, rel=1e-6)
    assert got.purchases_low < got.purchases < got.purchases_high
    assert got.value_low < got.value < got.value_high
    assert (got.value_high - got.value_low) / got.value == pytest.approx(0.27, abs=0.03)
    table = got.by_frequency
    assert table["customers"].tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert table["value"].sum() == pytest.approx(got.value)
    assert table["purchases"].sum() == pytest.approx(got.purchases)
    assert table["value_share"].sum() == pytest.approx(1)
    assert table["value"].between(table["value_low"], table["value_high"]).all()
    assert got.value_per_customer_low < got.value_per_customer < got.value_per_customer_high


def test_the_seed_decides_and_more_margin_or_no_discount_is_worth_more(cells, mbg, spend_fit):
    def value(**options):
        return customer_value(cells, mbg, spend_fit, draws=20, **options)

    assert value(seed=3).value_low == value(seed=3).value_low != value(seed=4).value_low
    assert value(margin_share=0.5).value_low == pytest.approx(value().value_low / 2)
    assert value(annual_discount_rate=0).value > value().value > value(annual_discount_rate=1).value
    plain = value(annual_discount_rate=0)
    assert plain.weekly_discount_rate == 0
    options = {"model": MBG_NBD, "annual_discount_rate": 0}
    assert point_value(cells, mbg.parameters, spend_fit.parameters, **options) == pytest.approx(
        (plain.purchases, plain.value)
    )


def test_refused_fits_give_no_value(cells, mbg, spend_fit):
    got = customer_value(cells, refuse(mbg), refuse(spend_fit), draws=5)
    assert got.reasons == ("Refused for the test.", "Refused for the test.")
    assert got.customers == 2357
    assert np.isnan([got.purchases, got.value, got.value_low, got.value_high, got.value_per_customer]).all()
    assert got.by_frequency[["purchases", "value", "value_low", "value_share"]].isna().all(axis=None)
    assert got.by_frequency["customers"].sum() == 2357


def test_without_a_spend_model_there_are_purchases_and_no_value(cells, mbg, spend_fit):
    got = customer_value(cells, mbg, refuse(spend_fit), draws=5)
    assert got.purchases_low < got.purchases < got.purchases_high
    assert got.purchases == pytest.approx(customer_value(cells, mbg, spend_fit, draws=1).purchases)
    assert np.isnan([got.value, got.value_low, got.value_high]).all()


def test_the_caller_keeps_the_table_as_it_was(cells, mbg, spend_fit):
    before = cells.copy()
    customer_value(cells, mbg, spend_fit, draws=2)
    active_customers(cells, mbg, draws=2)
    calibration_counts(cells, mbg)
    pd.testing.assert_frame_equal(cells, before)


def test_intervals_cover_the_truth():
    # 30 simulated clients of 1,000 customers; the truth is what they then bought in a year. A 95% interval misses more than 6 of 30 with probability
    # 0.0006; the long measurement is benchmarks/coverage.py.
    clients, allowed = 30, 6
    assert bdtr(allowed, clients, 0.05) > 0.999
    truth, misses = Truth(), {"purchases": 0, "value": 0, "active": 0}
    rate = weekly_discount_rate(0.10)
    for seed in range(clients):
        log = simulate_purchases(truth, customers=1000, acquisition_days=91, observed_days=910, seed=seed)
        histories = customer_histories(log, until=546, holdout_days=364)
        cells = distinct_histories(histories)
        timing, spend = fit_purchases(cells, model=MBG_NBD), fit_spend(distinct_spend(histories))
        assert timing.is_usable
        assert spend.is_usable
        got = customer_value(cells, timing, spend, draws=500, seed=seed)
        later = log[log["day"] > 546]
        value = (later["amount"] * np.exp(-rate * (later["day"] - 546) / 7)).sum()
        alive = probability_alive(
            truth.timing, cells["frequency"], cells["recency_days"] / 7, cells["age_days"] / 7, model=MBG_NBD
        )
        staying = np.random.default_rng(seed).binomial(cells["customers"], alive).sum()
        active = active_customers(cells, timing, draws=500, seed=seed).iloc[0]
        misses["purchases"] += not got.purchases_low <= len(later) <= got.purchases_high
        misses["value"] += not got.value_low <= value <= got.value_high
        misses["active"] += not active["low"] <= staying <= active["high"]
    assert max(misses.values()) <= allowed, misses


# --- active customers -----------------------------------------------------------------------------------


def test_active_customers_are_quoted_from_mbg_only(cells, bg, mbg):
    # Mean chance to be alive from an independent run: .813 BG/NBD, .449 MBG/NBD (and Pareto/NBD .446).
    got = active_customers(cells, bg, mbg).set_index("model")
    assert got["active_share"].to_numpy() == pytest.approx([0.813, 0.449], abs=5e-4)
    assert got["is_headline"].tolist() == [False, True]
    assert (got["customers"] == 2357).all()
    assert got["active"].between(got["low"], got["high"]).all()
    assert got["active"].to_numpy() == pytest.approx((got["active_share"] * 2357).to_numpy())


def test_active_customers_of_a_refused_fit_are_blank(cells, mbg):
    got = active_customers(cells, refuse(mbg)).iloc[0]
    assert not got["is_headline"]
    assert got[["active", "low", "high", "active_share"]].isna().all()


# --- spend and frequency ----------------------------------------------------------------------------------


def test_spend_and_frequency_in_the_cdnow_sample():
    # An independent run over 946 single customers, amounts rounded to cents: .1139, .0570 without the largest
    # customer, .2064.
    got = spend_independence(cdnow_sample.published_spend())
    assert got.customers == 946
    assert got.pearson == pytest.approx(0.1139, abs=5e-5)
    assert got.pearson_without_largest == pytest.approx(0.0570, abs=5e-5)
    assert got.spearman == pytest.approx(0.2064, abs=5e-5)
    assert not got.is_warning


def test_spend_and_frequency_from_the_log_of_the_cdnow_sample():
    # scipy.stats.spearmanr over the same customers with unrounded amounts: .20631.
    got = spend_independence(distinct_spend(cdnow_sample.histories()))
    assert (got.customers, got.is_warning) == (946, False)
    assert got.pearson == pytest.approx(0.1139, abs=5e-5)
    assert got.pearson_without_largest == pytest.approx(0.0570, abs=5e-5)
    assert got.spearman == pytest.approx(0.20631, abs=5e-6)


def test_correlations_equal_those_over_single_customers():
    random = np.random.default_rng(2)
    single = pd.DataFrame(
        {"frequency": random.integers(1, 6, 300), "monetary_value": random.integers(1, 9, 300)}
    )
    table = single.value_counts().rename("customers").reset_index()
    got = spend_independence(table)
    assert got.pearson == pytest.approx(single.corr()["frequency"]["monetary_value"])
    ranks = single.rank()
    assert got.spearman == pytest.approx(ranks.corr()["frequency"]["monetary_value"])
    by_class = single.groupby("frequency")["monetary_value"]
    between = ((by_class.transform("mean") - single["monetary_value"].mean()) ** 2).sum()
    assert got.eta_squared == pytest.approx(between / (single["monetary_value"].var() * 299))


def spend_of(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["frequency", "monetary_value", "customers"])


def test_one_outlier_makes_pearson_and_not_spearman():
    rows = [(1, 10.0, 5), (2, 10.0, 5), (1, 12.0, 5), (2, 12.0, 5), (9, 500.0, 1)]
    got = spend_independence(spend_of(*rows))
    assert got.pearson > 0.9
    assert got.pearson_without_largest == pytest.approx(0, abs=1e-12)
    assert abs(got.spearman) < 0.30
    assert got.spearman_without_largest == pytest.approx(0, abs=1e-12)
    assert spend_independence(spend_of(*rows), limit=0.01).is_warning


def test_the_warning_starts_at_the_limit_and_knows_both_signs():
    falling = spend_independence(spend_of((1, 30.0, 2), (2, 20.0, 2), (3, 10.0, 2)))
    assert falling.spearman == pytest.approx(-1)
    assert falling.eta_squared == pytest.approx(1)
    assert falling.is_warning


def test_nothing_to_correlate_gives_none():
    assert spend_independence(spend_of((1, 10.0, 500))) is None
    assert spend_independence(spend_of((0, 0.0, 500), (1, 10.0, 1), (2, 11.0, 1))) is None


def test_spend_by_frequency_by_hand():
    # 10, 10, 16 have mean 12 and variance 12: error 2, half width 3.92. 7 and 9 repeats share a class.
    got = spend_by_frequency(spend_of((1, 10.0, 2), (1, 16.0, 1), (3, 5.0, 1), (7, 20.0, 1), (9, 40.0, 1)))
    assert got["label"].tolist() == ["1", "3", "7+"]
    assert got["customers"].tolist() == [3, 1, 2]
    assert got["mean_spend"].tolist() == [12, 5, 30]
    assert (got.loc[0, "low"], got.loc[0, "high"]) == pytest.approx((12 - 3.92, 12 + 3.92), abs=1e-3)
    assert got.loc[1, ["low", "high"]].isna().all()
