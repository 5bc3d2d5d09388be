"""A change split into mix and rate: by hand, by its laws, and against Newcombe's interval."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_utils.mix_rate import COUNTS, mix_and_rate, rate_interval
from retention_utils.stats import difference_interval

SIDE = st.integers(0, 500).flatmap(lambda under: st.tuples(st.integers(0, under), st.just(under)))
GROUPS = st.lists(st.tuples(SIDE, SIDE).map(lambda sides: (*sides[0], *sides[1])), min_size=1, max_size=5)


def split(*rows):
    return mix_and_rate(pd.DataFrame(rows, columns=list(COUNTS)))


def test_mix_and_rate_by_hand():
    # Newcomers lapse at 20% then and 22% now, old customers at 5% and 6%; newcomers grow from 20% to 40%.
    found = split((20, 100, 44, 200), (20, 400, 18, 300))
    assert (found.before, found.now) == pytest.approx((0.08, 0.124))
    # rate: 0.3 * 0.02 + 0.7 * 0.01; mix: 0.2 * 0.21 - 0.2 * 0.055
    assert (found.rate_effect, found.mix_effect) == pytest.approx((0.013, 0.031))
    # of the groups, reckoned from the mean rate of 0.102: 0.2 * (0.21 - 0.102) and -0.2 * (0.055 - 0.102)
    assert found.groups["mix_effect"].tolist() == pytest.approx([0.0216, 0.0094])


def test_a_group_that_is_empty_on_one_side_is_mix():
    found = split((5, 50, 10, 100), (0, 0, 50, 100))
    assert (found.rate_effect, found.mix_effect) == pytest.approx((0.0, 0.2))


@given(GROUPS)
def test_mix_and_rate_add_up_and_turn_round(rows):
    found = split(*rows)
    if min(sum(row[1] for row in rows), sum(row[3] for row in rows)) == 0:
        assert found is None
        return
    assert found.mix_effect + found.rate_effect == pytest.approx(found.now - found.before, abs=1e-12)
    for effect in ("mix_effect", "rate_effect"):
        assert found.groups[effect].sum() == pytest.approx(getattr(found, effect), abs=1e-12)
    turned = split(*((*row[2:], *row[:2]) for row in rows))
    assert turned.rate_effect == pytest.approx(-found.rate_effect, abs=1e-12)
    low, high = rate_interval(found)
    assert low <= found.rate_effect <= high


@given(GROUPS)
def test_where_no_group_grows_there_is_no_mix(rows):
    found = split(*((over, under, min(over + 1, under), under) for over, under, _, _ in rows))
    assert found is None or found.mix_effect == pytest.approx(0, abs=1e-12)


def test_the_interval_of_a_single_group_is_newcombes():
    # Newcombe (1998), example a: 56 of 70 against 48 of 80
    found = split((48, 80, 56, 70))
    assert rate_interval(found) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert rate_interval(found) == pytest.approx(difference_interval([56, 48], [70, 80])[1:])


def test_the_interval_of_groups_without_change_of_mix_is_that_of_the_weighted_sum():
    # Two groups of the same size and counts: the interval shrinks by the root of two.
    one, two = split((48, 80, 56, 70)), split((48, 80, 56, 70), (48, 80, 56, 70))
    below = [found.rate_effect - rate_interval(found)[0] for found in (one, two)]
    assert below[0] / below[1] == pytest.approx(2**0.5)
