"""Further ways to count who came back: on paper, and against sets in plain Python on random logs."""

from collections import Counter
from datetime import date

import pyarrow as pa
from hypothesis import given, settings
from order_samples import CALENDARS, ORDERS, PAPER, PAPER_AS_OF, PAPER_CALENDAR, purchases_of, records

from retention_utils import cohort_tables, period_tables, tables

RANDOM = settings(deadline=None, max_examples=15)


def periods_of(orders, calendar):
    return period_tables.customer_periods(purchases_of(orders), calendar=calendar, gap_days=30)


def ages(orders, calendar):
    """Return the cohort and the sorted ages with a purchase of every customer."""
    found = {}
    for who, when, _ in orders:
        when = date.fromisoformat(str(when))
        number = next(n for n, period in enumerate(calendar) if period.start <= when < period.end)
        found.setdefault(who, set()).add(number)
    return [(min(numbers), sorted(number - min(numbers) for number in numbers)) for numbers in found.values()]


def test_last_and_first_repeat_ages_on_paper():
    # January: Ann (ages 0, 2), Bob (0), Cem (0, 3); February: Dea (0, 1), Fay (0); March: Eli (0, 1).
    bought = periods_of(PAPER, PAPER_CALENDAR)
    assert records(cohort_tables.last_cells(bought), "cohort", "age", "customers") == [
        (0, 0, 1), (0, 2, 1), (0, 3, 1), (1, 0, 1), (1, 1, 1), (2, 1, 1)
    ]  # fmt: skip
    assert records(cohort_tables.first_repeat_cells(bought), "cohort", "age", "customers") == [
        (0, 2, 1), (0, 3, 1), (1, 1, 1), (2, 1, 1)
    ]  # fmt: skip
    assert records(cohort_tables.bracket_cells(bought), "cohort", "first_age", "last_age", "active") == [
        (0, 1, 3, 2), (1, 1, 3, 1), (2, 1, 3, 1)
    ]  # fmt: skip


def test_rolling_stretches_on_paper():
    purchases = purchases_of(PAPER)
    cells = cohort_tables.rolling_cells(purchases, as_of=PAPER_AS_OF, calendar=PAPER_CALENDAR)
    # Ann's day 70 is in stretch 2 and Cem's day 105 in stretch 3. Dea's day 31 and Eli's day 59, the last of
    # the log and of his second stretch, are in stretch 1.
    assert records(cells, "cohort", "age", "active") == [
        (0, 0, 3), (0, 2, 1), (0, 3, 1), (1, 0, 2), (1, 1, 1), (2, 0, 1), (2, 1, 1)
    ]  # fmt: skip
    customers = tables.customers(
        purchases, as_of=PAPER_AS_OF, calendar=PAPER_CALENDAR, warmup_until=date(2024, 1, 1)
    )
    # Seen to 30 April inclusive: Ann 112 days, Bob 120, Cem 121, Dea 62, Fay 90, Eli 60.
    assert records(cohort_tables.rolling_observed(customers), "cohort", "observed", "customers") == [
        (0, 3, 1), (0, 4, 2), (1, 2, 1), (1, 3, 1), (2, 2, 1)
    ]  # fmt: skip


def test_a_stretch_not_lived_through_is_left_out():
    eli = [("eli", "2024-03-02", "2.00"), ("eli", "2024-04-30", "1.00")]
    day_earlier = date(2024, 4, 29)  # his second stretch lacks its last day
    known = [order for order in eli if order[1] <= "2024-04-29"]
    cells = cohort_tables.rolling_cells(purchases_of(known), as_of=day_earlier, calendar=PAPER_CALENDAR)
    assert records(cells, "cohort", "age", "active") == [(2, 0, 1)]


@given(ORDERS, CALENDARS)
@RANDOM
def test_cells_are_sets_of_customers(orders, calendar):
    bought = periods_of(orders, calendar)
    found = ages(orders, calendar)
    last = Counter((cohort, own[-1]) for cohort, own in found)
    again = Counter((cohort, own[1]) for cohort, own in found if len(own) > 1)
    brackets = Counter(
        (cohort, first, final)
        for cohort, own in found
        for first, final in cohort_tables.BRACKETS
        if any(first <= age <= final for age in own)
    )
    counted = {
        "last": {
            row[:-1]: row[-1]
            for row in records(cohort_tables.last_cells(bought), "cohort", "age", "customers")
        },
        "again": {
            row[:-1]: row[-1]
            for row in records(cohort_tables.first_repeat_cells(bought), "cohort", "age", "customers")
        },
        "brackets": {
            row[:-1]: row[-1]
            for row in records(
                cohort_tables.bracket_cells(bought), "cohort", "first_age", "last_age", "active"
            )
        },
    }
    assert counted == {"last": last, "again": again, "brackets": brackets}
    assert sum(last.values()) == len({who for who, _, _ in orders})


def test_the_columns_of_ages_are_whole_numbers():
    table = cohort_tables.bracket_cells(periods_of(PAPER, PAPER_CALENDAR)).to_pyarrow()
    assert all(pa.types.is_integer(kind) for kind in table.schema.types)
