"""The simulator against the moments of the distributions it draws from, and the summaries by hand."""

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
    whole_days,
)
from retention_utils.value_models.expectation import BG_NBD, MBG_NBD


def purchases(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer_id", "day", "amount"])


LOG = purchases(
    ("ann", 0.0, 10.0),
    ("ann", 7.0, 20.0),
    ("ann", 14.0, 40.0),
    ("ann", 30.0, 5.0),  # after the last known day
    ("bob", 3.0, 8.0),
    ("cem", 25.0, 9.0),  # acquired too late
)


def test_histories_by_hand():
    got = customer_histories(LOG, until=20, holdout_days=10)
    assert list(got.itertuples(index=False, name=None)) == [
        ("ann", 2, 14.0, 20.0, 30.0, 1),
        ("bob", 0, 0.0, 17.0, 0.0, 0),
    ]
    assert customer_histories(LOG, until=20, holdout_days=9)["holdout_purchases"].tolist() == [0, 0]


def test_purchases_after_the_last_known_day_change_no_history():
    known = LOG[LOG["day"] <= 20]
    pd.testing.assert_frame_equal(customer_histories(LOG, until=20), customer_histories(known, until=20))


def test_distinct_tables_by_hand():
    table = pd.DataFrame(
        {
            "frequency": [0, 0, 2, 2],
            "recency_days": [0, 0, 5, 5],
            "age_days": [9, 9, 9, 9],
            "monetary_value": [0.0, 0.0, 10.0, 14.0],
            "holdout_purchases": [0, 1, 1, 1],
        }
    )
    assert distinct_histories(table).to_numpy().tolist() == [[0, 0, 9, 2, 0], [2, 5, 9, 2, 24]]
    with_holdout = distinct_histories(table, with_holdout=True)
    assert with_holdout["holdout_purchases"].tolist() == [0, 1, 1]
    assert with_holdout["customers"].tolist() == [1, 1, 2]
    assert distinct_spend(table).to_numpy().tolist() == [[2, 10, 1], [2, 14, 1]]


def test_same_day_purchases_become_one():
    got = whole_days(purchases(("ann", 0.2, 3.0), ("ann", 0.9, 4.0), ("ann", 1.0, 5.0)))
    assert got.to_numpy().tolist() == [["ann", 0, 7.0], ["ann", 1, 5.0]]


def test_the_seed_decides():
    def run(seed):
        return simulate_purchases(Truth(), customers=50, acquisition_days=30, observed_days=90, seed=seed)

    pd.testing.assert_frame_equal(run(1), run(1))
    assert not run(1).equals(run(2))


def test_every_customer_is_there_and_in_the_window():
    got = simulate_purchases(Truth(), customers=500, acquisition_days=30, observed_days=90, seed=3)
    first = got.groupby("customer_id")["day"].min()
    assert first.index.tolist() == list(range(500))
    assert first.between(0, 30).all()
    assert got["day"].between(0, 90).all()
    assert (got["amount"] > 0).all()
    assert got.equals(got.sort_values(["customer_id", "day"], ignore_index=True))


def test_without_leaving_repeat_purchases_are_negative_binomial():
    # Mean r t / alpha and variance mean + mean^2 / r of the NBD; 100,000 customers, four standard errors.
    truth = Truth(timing={"r": 2.0, "alpha": 10.0, "a": 0, "b": 1})
    log = simulate_purchases(truth, customers=100_000, acquisition_days=1e-9, observed_days=70, seed=4)
    frequency = customer_histories(log, until=70)["frequency"]
    assert frequency.mean() == pytest.approx(2.0, abs=4 * np.sqrt(4 / 100_000))
    assert frequency.var() == pytest.approx(4.0, rel=0.05)


@pytest.mark.parametrize(("model", "expected"), [(MBG_NBD, 0.25), (BG_NBD, 0.0)])
def test_share_lost_right_after_the_first_purchase(model, expected):
    # With a huge rate, whoever can still buy does; mean dropout a / (a + b) = 0.25.
    truth = Truth(model=model, timing={"r": 50.0, "alpha": 1.0, "a": 2.0, "b": 6.0})
    log = simulate_purchases(truth, customers=20_000, acquisition_days=1e-9, observed_days=14, seed=5)
    silent = (customer_histories(log, until=14)["frequency"] == 0).mean()
    assert silent == pytest.approx(expected, abs=4 * np.sqrt(0.25 * 0.75 / 20_000))


def test_amounts_have_the_mean_of_the_gamma_gamma_model():
    # p v / (q - 1) = 6 * 15 / 4 = 22.5; personal means have variance 22.5^2 / (q - 2) = 168.75.
    truth = Truth(spend={"p": 6.0, "q": 5.0, "v": 15.0})
    log = simulate_purchases(truth, customers=100_000, acquisition_days=1, observed_days=1, seed=6)
    first = log.groupby("customer_id")["amount"].first()
    assert first.mean() == pytest.approx(22.5, abs=4 * np.sqrt(168.75 * 2 / 100_000))


def test_missing_columns_are_named():
    with pytest.raises(TableError, match=r"'purchases' lacks \['amount'\]"):
        customer_histories(LOG.drop(columns="amount"), until=20)
