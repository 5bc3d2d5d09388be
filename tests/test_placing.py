"""Days are placed in the periods of a calendar as a search one by one would place them."""

from datetime import date, timedelta

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention_utils.periods import calendar_to, parse_period
from retention_utils.placing import boundaries_up_to, period_number

QUARTER = calendar_to(parse_period("2024-03"), date(2024, 1, 15))
DAYS = st.dates(date(2023, 6, 1), date(2025, 6, 1))


ENGINE = ibis.duckdb.connect()


def worked_out(value):
    return ENGINE.to_pyarrow(value).as_py()


@pytest.mark.parametrize(
    ("day", "number", "boundary"),
    [
        ("2023-12-31", 0, 0),  # before the calendar
        ("2024-01-01", 0, 0),
        ("2024-01-31", 0, 0),
        ("2024-02-01", 1, 1),
        ("2024-03-31", 2, 2),
        ("2024-04-01", None, 3),  # after it: its end is a boundary too
    ],
)
def test_a_quarter_by_hand(day, number, boundary):
    placed = ibis.date(day)
    assert worked_out(period_number(placed, QUARTER)) == number
    assert worked_out(boundaries_up_to(placed, QUARTER)) == boundary


@given(
    DAYS, st.integers(0, 400), st.sampled_from(["2024-W45", "2024-11", "2024-Q4", "2024-12-30..2024-12-31"])
)
@settings(deadline=None, max_examples=20)
def test_halving_finds_what_counting_finds(day, length, key):
    period = parse_period(key)
    calendar = calendar_to(period, period.start - timedelta(days=length))
    number = sum(known.end <= day for known in calendar)
    assert worked_out(boundaries_up_to(ibis.date(day), calendar)) == number
    expected = number if number < len(calendar) else None
    assert worked_out(period_number(ibis.date(day), calendar)) == expected
