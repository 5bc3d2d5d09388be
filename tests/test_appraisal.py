"""The appraisal: which model may look ahead, what it says of the CDNOW sample, and when it says nothing."""

from dataclasses import replace

import cdnow_sample
import numpy as np
import pandas as pd
import pytest

from retention_utils.simulate import customer_histories, distinct_histories, distinct_spend
from retention_utils.value_models.appraisal import MODELS, appraise, rehearse
from retention_utils.value_models.btyd import fit_purchases, fit_spend
from retention_utils.value_models.customer_value import customer_value
from retention_utils.value_models.expectation import BG_NBD, MBG_NBD, PARETO_NBD
from retention_utils.value_models.holdout import ACTUAL, ModelChoice, holdout_errors
from retention_utils.value_models.minimums import DataMinimums
from retention_utils.value_models.newcomers import FirstSpend, newcomer_value

WEEKS = cdnow_sample.HOLDOUT_DAYS // 7  # 39
LAST_DAY = cdnow_sample.CALIBRATION_END + cdnow_sample.HOLDOUT_DAYS
HORIZON = {"horizon_weeks": 52, "annual_discount_rate": 0.10, "margin": 1.0}


@pytest.fixture(scope="module")
def holdout_cells() -> pd.DataFrame:
    return distinct_histories(cdnow_sample.histories(), with_holdout=True)


@pytest.fixture(scope="module")
def weekly_repeats() -> pd.DataFrame:
    """Repeat purchase days per week since 1997-01-01, counted from the purchases themselves."""
    table = cdnow_sample.purchases()
    repeats = table[table.groupby("customer_id").cumcount() > 0]
    weeks = (repeats["day"] // 7 + 1).value_counts().sort_index()
    return pd.DataFrame({"week": weeks.index, "repeat_purchases": weeks.to_numpy()}).query("week <= 78")


@pytest.fixture(scope="module")
def rehearsal(holdout_cells, weekly_repeats):
    return rehearse(holdout_cells, weekly_repeats, holdout_weeks=WEEKS)


@pytest.fixture(scope="module")
def histories() -> pd.DataFrame:
    return customer_histories(cdnow_sample.purchases(), until=LAST_DAY)


@pytest.fixture(scope="module")
def tables(histories) -> tuple[pd.DataFrame, pd.DataFrame]:
    return distinct_histories(histories), distinct_spend(histories)


@pytest.fixture(scope="module")
def appraisal(tables, rehearsal):
    return appraise(*tables, rehearsal, **HORIZON)


def test_the_rehearsal_knows_only_what_came_before(rehearsal, holdout_cells):
    known = distinct_histories(cdnow_sample.histories())
    fits = [fit_purchases(known, model=model) for model in (BG_NBD, MBG_NBD, PARETO_NBD)]
    errors = holdout_errors(holdout_cells, *fits, holdout_days=7 * WEEKS)
    pd.testing.assert_frame_equal(rehearsal.errors, errors, rtol=1e-6)
    assert rehearsal.missing == ()


def test_the_rehearsal_of_the_cdnow_sample_chooses_pareto(rehearsal):
    # 2,357 customers of the 1/10 sample; 1,882 purchase days from October 1997 to June 1998, counted in the file.
    assert rehearsal.errors["customers"].unique().tolist() == [2357]
    table = cdnow_sample.purchases()
    assert (table["day"] > cdnow_sample.CALIBRATION_END).sum() == 1882
    assert rehearsal.errors["actual"].unique().tolist() == [1882]
    assert rehearsal.choice.model == PARETO_NBD
    best = rehearsal.errors.set_index("model")["rmse"].drop("own past rate").idxmin()
    assert best == PARETO_NBD


def test_weeks_without_a_purchase_are_zeros_and_not_gaps(holdout_cells, weekly_repeats, rehearsal):
    thinned = weekly_repeats[~weekly_repeats["week"].isin([30, 78])]
    got = rehearse(holdout_cells, thinned, holdout_weeks=WEEKS).tracking
    actual = got[got["series"] == ACTUAL].set_index("week")["purchases"]
    full = rehearsal.tracking[rehearsal.tracking["series"] == ACTUAL].set_index("week")["purchases"]
    assert actual.index.tolist() == list(range(1, 79))  # 546 days are 78 whole weeks
    assert actual[[30, 78]].tolist() == [0, 0]
    pd.testing.assert_series_equal(actual.drop([30, 78]), full.drop([30, 78]))


def test_a_week_that_has_only_begun_is_left_out(holdout_cells, weekly_repeats):
    begun = pd.concat([weekly_repeats, pd.DataFrame({"week": [79], "repeat_purchases": [3]})])
    got = rehearse(holdout_cells, begun, holdout_weeks=WEEKS).tracking
    assert got["week"].max() == 78
    assert got[got["is_holdout"]]["week"].min() == 40  # the 39 weeks up to 30 September are calibration


def test_the_chosen_model_fitted_to_everything_gives_the_value(appraisal, tables):
    cells, spend_cells = tables
    expected = customer_value(
        cells,
        fit_purchases(cells, model=PARETO_NBD),
        fit_spend(spend_cells),
        horizon_weeks=52,
        annual_discount_rate=0.10,
    )
    assert appraisal.reasons == ()
    assert appraisal.value.model == PARETO_NBD
    assert appraisal.value.value == pytest.approx(expected.value, rel=1e-6)
    assert (appraisal.value.value_low, appraisal.value.value_high) == (
        pytest.approx(expected.value_low, rel=1e-6),
        pytest.approx(expected.value_high, rel=1e-6),
    )
    assert appraisal.by_frequency["customers"].sum() == 2357
    assert appraisal.by_frequency["value"].sum() == pytest.approx(appraisal.value.value)
    assert appraisal.active["model"].tolist() == [BG_NBD, MBG_NBD, PARETO_NBD]
    assert appraisal.active.set_index("model")["is_headline"].tolist() == [False, False, True]
    assert set(appraisal.parameters["model"]) == {BG_NBD, MBG_NBD, PARETO_NBD, "gamma-gamma"}
    assert appraisal.bias_share == pytest.approx(-0.115, abs=5e-4)
    assert appraisal.year_value is None  # no first purchases were given
    assert appraisal.independence.customers == spend_cells["customers"].sum()


def test_margin_scales_the_value(tables, rehearsal, appraisal):
    half = appraise(*tables, rehearsal, **{**HORIZON, "margin": 0.5})
    assert half.value.value == pytest.approx(0.5 * appraisal.value.value)
    assert half.value.margin_share == 0.5


def test_a_new_customer_is_valued_by_the_chosen_model(tables, rehearsal):
    first = FirstSpend(2357, 32.98, 0.7)
    got = appraise(*tables, rehearsal, **HORIZON, first=first)
    cells, spend_cells = tables
    fits = fit_purchases(cells, model=PARETO_NBD), fit_spend(spend_cells)
    assert got.newcomer == newcomer_value(first, *fits)
    value, low, high, customers = got.year_value
    assert (value, customers) == (got.newcomer.value, 2357)
    assert low < value < high


def test_too_few_purchases_in_the_holdout_prove_nothing(holdout_cells, weekly_repeats):
    hardly = holdout_cells.assign(holdout_purchases=0)
    got = rehearse(hardly, weekly_repeats, holdout_weeks=WEEKS)
    assert got.missing == (
        "Before the last 39 weeks: Purchases in the weeks kept back for the test: 0; at least 50 needed.",
    )


def test_too_few_data_before_the_holdout(holdout_cells, weekly_repeats, tables):
    most = DataMinimums(buyers=3000)
    got = rehearse(holdout_cells, weekly_repeats, holdout_weeks=WEEKS, minimums=most)
    sentence = "Before the last 39 weeks: There are 2,357 buyers; at least 3,000 are needed."
    assert got.missing == (sentence,)
    assert got.choice.model is None
    assert got.errors.empty
    assert got.by_frequency.empty
    assert got.tracking.empty
    ahead = appraise(*tables, got, **HORIZON)
    assert ahead.value is None
    assert ahead.reasons == (sentence,)
    assert ahead.by_frequency.empty
    assert not ahead.active.empty  # how many are still there can be said without a rehearsal


def test_too_few_data_altogether(tables, rehearsal):
    got = appraise(*tables, rehearsal, **HORIZON, minimums=DataMinimums(buyers=3000, history_days=600))
    assert got.reasons == (
        "There are 2,357 buyers; at least 3,000 are needed.",
        "The first purchase is 545 days old; at least 600 are needed.",
    )
    assert got.value is None
    assert got.independence is None
    assert [got.active.empty, got.parameters.empty, got.spend_by_frequency.empty, got.by_frequency.empty] == [
        True
    ] * 4


def test_no_customers_at_all(holdout_cells, weekly_repeats):
    got = rehearse(holdout_cells.iloc[:0], weekly_repeats.iloc[:0], holdout_weeks=WEEKS)
    assert got.missing == ("Before the last 39 weeks: There are no buyers.",)


def test_a_model_that_did_not_prove_itself_gives_no_value(tables, rehearsal):
    reason = "No model beats the simplest forecast: by hand."
    failed = replace(rehearsal, choice=ModelChoice(None, np.nan, 1.0, reason))
    got = appraise(*tables, failed, **HORIZON)
    assert got.value is None
    assert got.reasons == (reason,)
    assert got.by_frequency.empty


def test_a_model_that_cannot_be_fitted_to_everything_gives_its_reasons(tables, rehearsal):
    cells, spend_cells = tables
    got = appraise(cells, spend_cells.assign(monetary_value=20.0), rehearsal, **HORIZON)
    assert got.reasons == (
        "gamma-gamma: Repeat customers with different amounts are too few, so spend cannot be modelled.",
    )
    assert got.by_frequency.empty


def never_twice(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the same customers, none of whom came back before the end of ``cells``."""
    table = cells.assign(frequency=0, recency_days=0)
    keys = [column for column in table.columns if column != "customers"]
    return table.groupby(keys, as_index=False)["customers"].sum()


ANY_HISTORY = DataMinimums(recent_days=10_000, frequent_purchases=1, repeat_buyers=0)
NO_REPEAT = "No customer bought on a second day, so repeat purchases cannot be modelled."


def test_the_chosen_model_is_named_if_it_cannot_be_fitted_to_everything(tables, rehearsal):
    cells, spend_cells = tables
    got = appraise(never_twice(cells), spend_cells, rehearsal, **HORIZON, minimums=ANY_HISTORY)
    assert got.reasons == (f"Pareto/NBD: {NO_REPEAT}",)


def test_models_refused_in_the_rehearsal_say_why(holdout_cells, weekly_repeats, tables):
    got = rehearse(never_twice(holdout_cells), weekly_repeats, holdout_weeks=WEEKS, minimums=ANY_HISTORY)
    reason = " ".join(["No model could be fitted.", *(f"{model}: {NO_REPEAT}" for model in MODELS)])
    assert (got.choice.model, got.choice.reason) == (None, reason)
    assert appraise(*tables, got, **HORIZON).reasons == (reason,)


def test_the_tables_are_left_alone(tables, rehearsal, holdout_cells, weekly_repeats):
    before = [table.copy() for table in (*tables, holdout_cells, weekly_repeats)]
    rehearse(holdout_cells, weekly_repeats, holdout_weeks=WEEKS)
    appraise(*tables, rehearsal, **HORIZON)
    for table, copy in zip((*tables, holdout_cells, weekly_repeats), before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
