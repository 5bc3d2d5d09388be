"""Where customers stood on a day: counted on paper, and against plain Python on random logs."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from order_samples import CALENDARS, FIRST_DAY, ORDERS, PAPER, purchases_of, records

from retention_utils import period_tables
from retention_utils.states import customer_states

STRETCH = 10


def states_of(orders, day, *, stretch_days=STRETCH, follow_up_days=None):
    table = customer_states(
        purchases_of(orders), day=day, stretch_days=stretch_days, follow_up_days=follow_up_days
    )
    return {row.pop("customer_id"): row for row in table.to_pyarrow().to_pylist()}


def test_ann_on_paper():
    # 10 January (15.00 in two orders), 25 January (20.00); what she buys on 20 March is not known yet.
    ann = states_of(PAPER, date(2024, 2, 5), stretch_days=15)["ann"]
    assert (ann["first_day"], ann["last_day"]) == (date(2024, 1, 10), date(2024, 1, 25))
    assert (ann["frequency"], ann["recency_days"], ann["age_days"], ann["silence_days"]) == (1, 15, 26, 12)
    assert (ann["orders"], ann["amount"], ann["repeat_amount"]) == (3, Decimal("35.00"), Decimal("20.00"))
    # The last fifteen days are 22 January to 5 February, the fifteen before 7 to 21 January.
    assert (ann["last_purchases"], ann["last_amount"]) == (1, Decimal("20.00"))
    assert (ann["previous_purchases"], ann["previous_amount"]) == (1, Decimal("15.00"))
    assert (ann["norm_purchases"], ann["norm_amount"], ann["norm_days"]) == (0, Decimal("0.00"), 0)
    assert ann["usual_gap_days"] is None  # a single gap is no habit
    assert "later_purchases" not in ann


def test_what_came_later_is_kept_apart():
    before = states_of(PAPER, date(2024, 2, 5), follow_up_days=60)
    assert (before["ann"]["later_purchases"], before["ann"]["later_amount"]) == (1, Decimal("8.00"))
    assert (before["cem"]["later_purchases"], before["cem"]["later_amount"]) == (0, Decimal("0.00"))
    assert "dea" not in before  # she comes on 29 February
    without = states_of(PAPER, date(2024, 2, 5))
    kept = {name: {key: row[key] for key in without[name]} for name, row in before.items()}
    assert kept == without


def test_the_last_day_of_the_follow_up_counts_and_the_next_does_not():
    ends_on_20_march = states_of(PAPER, date(2024, 2, 5), follow_up_days=44)["ann"]
    assert ends_on_20_march["later_purchases"] == 1
    assert states_of(PAPER, date(2024, 2, 5), follow_up_days=43)["ann"]["later_purchases"] == 0


def test_a_day_before_the_log_has_no_customers():
    assert states_of(PAPER, date(2023, 12, 31), follow_up_days=30) == {}


@pytest.mark.parametrize(
    ("gaps", "usual"), [([4], None), ([3, 9], 6.0), ([3, 9, 4], 4.0), ([1, 2, 8, 9], 5.0)]
)
def test_the_usual_gap_is_the_median(gaps, usual):
    days = [date(2024, 1, 1)]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))
    found = states_of([("ann", when, "1.00") for when in days], date(2024, 3, 1))["ann"]
    assert found["usual_gap_days"] == usual


@given(ORDERS, st.integers(0, 120), st.sampled_from([None, 7, 30]), st.sampled_from([5, 7, 30]))
@settings(deadline=None, max_examples=20)
def test_states_are_sums_over_the_days_of_every_customer(orders, days, follow_up_days, stretch_days):
    day = FIRST_DAY + timedelta(days=days)
    found = states_of(orders, day, stretch_days=stretch_days, follow_up_days=follow_up_days)
    expected = {}
    for name in {who for who, when, _ in orders if when <= day}:
        own = sorted((when, amount) for who, when, amount in orders if who == name)
        known = [(when, amount) for when, amount in own if when <= day]
        first, last = known[0][0], known[-1][0]

        def within(after, to, own=own):
            kept = [(when, amount) for when, amount in own if after < when <= to]
            return len({when for when, _ in kept}), sum((amount for _, amount in kept), Decimal(0))

        norm_end = day - timedelta(days=2 * stretch_days)
        bought = sorted({when for when, _ in known})
        gaps = [(later - earlier).days for earlier, later in pairwise(bought)]
        row = {
            "first_day": first,
            "last_day": last,
            "orders": len(known),
            "amount": sum(amount for _, amount in known),
            "repeat_amount": sum((amount for when, amount in known if when > first), Decimal(0)),
            "frequency": len(bought) - 1,
            "recency_days": (last - first).days,
            "age_days": (day - first).days,
            "silence_days": (day - last).days + 1,
            "norm_days": min(365, max(0, (norm_end - first).days + 1)),
            "usual_gap_days": median(gaps) if len(gaps) > 1 else None,
        }
        stretches = {
            "year": (day - timedelta(days=365), day),
            "window": (day - timedelta(days=730), day),
            "last": (day - timedelta(days=stretch_days), day),
            "previous": (norm_end, day - timedelta(days=stretch_days)),
            "norm": (norm_end - timedelta(days=365), norm_end),
        }
        if follow_up_days is not None:
            stretches["later"] = (day, day + timedelta(days=follow_up_days))
        for word, (after, to) in stretches.items():
            row[f"{word}_purchases"], row[f"{word}_amount"] = within(after, to)
        expected[name] = row
    assert found == expected


@given(ORDERS, CALENDARS, st.sampled_from([7, 30, 60]), st.integers(0, 10**6))
@settings(deadline=None, max_examples=40)
def test_who_is_active_is_the_same_as_in_the_movements(orders, calendar, gap_days, place):
    bought = period_tables.customer_periods(purchases_of(orders), calendar=calendar, gap_days=gap_days)
    moved = records(period_tables.movements(bought, periods=len(calendar)), "period_number", "active_end")
    # One period of every log: more logs say more than every period of a few, and each takes a query of its own.
    number, active_end = moved[place % len(moved)]
    states = states_of(orders, calendar[number].last_day)
    assert sum(row["silence_days"] <= gap_days for row in states.values()) == active_end
