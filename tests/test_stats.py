"""Intervals for shares, checked against Newcombe's printed tables, statsmodels, and by property."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from retention_utils.errors import ConfigError, TableError
from retention_utils.stats import difference_interval, holm, normal_quantile, wilson_interval

counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


# Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3; four printed digits.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_printed(successes, trials, low, high):
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10; four printed digits.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        ([56, 48], [70, 80], 0.0524, 0.3339),
        ([9, 3], [10, 10], 0.1705, 0.8090),
        ([6, 2], [7, 7], 0.0582, 0.8062),
        ([5, 0], [56, 29], -0.0381, 0.1926),
        ([0, 0], [10, 20], -0.1611, 0.2775),
        ([0, 0], [10, 10], -0.2775, 0.2775),
        ([10, 0], [10, 20], 0.6791, 1.0),
        ([10, 0], [10, 10], 0.6075, 1.0),
    ],
)
def test_difference_as_printed(successes, trials, low, high):
    difference, *bounds = difference_interval(successes, trials)
    assert difference == pytest.approx(successes[0] / trials[0] - successes[1] / trials[1])
    assert bounds == pytest.approx([low, high], abs=5e-5)


def test_normal_quantile_as_in_every_table():
    assert normal_quantile(0.95) == pytest.approx(1.959964, abs=5e-7)
    assert normal_quantile(0.99) == pytest.approx(2.575829, abs=5e-7)


@given(counts, counts, levels)
def test_level_means_what_statsmodels_means(first, second, level):
    assert wilson_interval(*first, level=level) == pytest.approx(
        proportion_confint(*first, alpha=1 - level, method="wilson"), abs=1e-12
    )
    _, *bounds = difference_interval([first[0], second[0]], [first[1], second[1]], level=level)
    expected = confint_proportions_2indep(*first, *second, method="newcomb", alpha=1 - level)
    assert bounds == pytest.approx(expected, abs=1e-12)


@given(counts, levels)
def test_laws_of_one_share(count, level):
    successes, trials = count
    low, high = wilson_interval(successes, trials, level=level)
    assert 0 <= low <= successes / trials <= high <= 1
    assert wilson_interval(trials - successes, trials, level=level) == pytest.approx(
        (1 - high, 1 - low), abs=1e-12
    )
    narrower = wilson_interval(2 * successes, 2 * trials, level=level)
    assert narrower[1] - narrower[0] < high - low


@given(counts, counts, levels)
def test_laws_of_a_difference(first, second, level):
    some, every = [first[0], second[0]], [first[1], second[1]]
    difference, low, high = difference_interval(some, every, level=level)
    assert -1 <= low <= difference <= high <= 1
    assert low < high
    turned = difference_interval(some[::-1], every[::-1], level=level)
    assert turned == pytest.approx((-difference, -high, -low), abs=1e-12)


def test_nobody_and_everybody_stay_inside_the_scale():
    # The formulas alone leave it by a rounding error in about half of these.
    trials = np.arange(1, 120)
    low, high = wilson_interval([0 * trials, trials], trials)
    assert (low[0] == 0).all() and (high[1] == 1).all()
    _, low, high = difference_interval([trials, 0 * trials], [trials, trials[::-1]])
    assert (high <= 1).all() and (low > 0).any()
    _, low, _ = difference_interval([0 * trials, trials], [trials[::-1], trials])
    assert (low >= -1).all()


def test_columns_keep_their_order_and_blanks_stay_blank():
    table = pd.DataFrame({"active": [81, 0, 0], "customers": [263, 0, 20]}, index=[7, 3, 5])
    table["low"], table["high"] = wilson_interval(table["active"], table["customers"])
    assert table["low"].to_numpy() == pytest.approx([0.2553, np.nan, 0.0], abs=5e-5, nan_ok=True)
    assert table["high"].to_numpy() == pytest.approx([0.3662, np.nan, 0.1611], abs=5e-5, nan_ok=True)


def test_missing_counts_give_missing_bounds():
    low, high = wilson_interval(pd.Series([1, None], dtype="Int64"), pd.Series([29, 29], dtype="Int64"))
    assert list(np.isnan(low)) == list(np.isnan(high)) == [False, True]
    assert np.isnan(difference_interval([5, 0], [56, 0])).all()


def test_an_empty_table_has_empty_bounds():
    low, high = wilson_interval(pd.Series(dtype="int64"), pd.Series(dtype="int64"))
    assert len(low) == len(high) == 0


def test_differences_of_many_pairs():
    difference, low, high = difference_interval([[56, 9], [48, 3]], [[70, 10], [80, 10]])
    assert difference == pytest.approx([0.2, 0.6])
    assert low == pytest.approx([0.0524, 0.1705], abs=5e-5)
    assert high == pytest.approx([0.3339, 0.8090], abs=5e-5)


@pytest.mark.parametrize(
    ("successes", "trials"), [(21, 20), (-1, 20), (0.4, 20), (1, 2.5), (1, 0), (1, np.inf)]
)
def test_what_cannot_be_a_count_is_refused(successes, trials):
    with pytest.raises(TableError, match=f"found {successes:g} of {trials:g}. Pass counts, not shares"):
        wilson_interval(successes, trials)
    with pytest.raises(TableError, match="Pass counts, not shares"):
        difference_interval([successes, 1], [trials, 2])


@pytest.mark.parametrize("successes", [5, [5], [5, 6, 7]])
def test_a_difference_needs_two_groups(successes):
    with pytest.raises(TableError, match=r"needs two groups.*\[k1, k2\]"):
        difference_interval(successes, 10)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, float("nan")])
def test_level_is_a_fraction(level):
    for call in (normal_quantile, lambda x: wilson_interval(1, 2, level=x)):
        with pytest.raises(ConfigError, match=f"level is {level!r}.*fraction such as 0.95"):
            call(level)
    with pytest.raises(ConfigError, match="level is"):
        difference_interval([1, 1], [2, 2], level=level)


def test_wilson_covers_the_truth():
    # Exact binomial coverage over every outcome of 40 trials, for 99 true shares.
    outcomes, shares = np.arange(41), np.arange(1, 100) / 100
    low, high = wilson_interval(outcomes, 40)
    is_covered = (low <= shares[:, None]) & (shares[:, None] <= high)
    coverage = (binom.pmf(outcomes, 40, shares[:, None]) * is_covered).sum(axis=1)
    assert coverage.mean() == pytest.approx(0.95, abs=0.01)
    assert coverage.min() > 0.8


def test_holm_is_that_of_statsmodels_and_leaves_blanks_out():
    chances = [0.04, 0.001, np.nan, 0.5, 0.001, 0.03]
    known = multipletests([chance for chance in chances if chance == chance], method="holm")[1]
    assert holm(chances) == pytest.approx(np.insert(known, 2, np.nan), nan_ok=True)
    assert holm([]).size == 0
