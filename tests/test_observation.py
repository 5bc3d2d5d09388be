"""What stretch of time an order log covers: as stated, else as the rows show; future dates are refused."""

from datetime import date, datetime

import ibis
import pyarrow as pa
import pytest

from retention_utils.config import ClientConfig
from retention_utils.errors import InputError, PeriodError
from retention_utils.log_extent import observe
from retention_utils.observation import Observation, check_coverage
from retention_utils.periods import parse_period

TODAY = date(2024, 4, 1)
ORDERS = {"path": "orders.csv", "columns": {"customer_id": 1, "ordered_at": 2, "amount": 3}}


def client(**stated):
    return ClientConfig(name="Shop", currency="EUR", orders=ORDERS, **stated)


def log_of(*times):
    return ibis.memtable(
        pa.table(
            {
                "ordered_at": pa.array(
                    [time and datetime.fromisoformat(time) for time in times], pa.timestamp("us")
                ),
                "found": pa.array([None if time else "soon" for time in times], pa.string()),
            }
        )
    )


def observed(*times, **stated):
    return observe(log_of(*times), client(**stated), today=TODAY)


def test_what_nobody_stated_is_taken_from_the_rows():
    assert observed("2024-03-01T23:59", None, "2024-01-10") == Observation(
        date(2024, 1, 10), date(2024, 3, 1), is_start_assumed=True, is_horizon_assumed=True
    )


def test_what_is_stated_goes_before_the_rows():
    start, end = date(2024, 2, 1), date(2024, 2, 29)
    times = ("2024-01-10", "2024-02-10", "2024-03-01")
    assert observed(*times, history_start=start) == Observation(start, date(2024, 3, 1), False, True)
    assert observed(*times, data_horizon=end) == Observation(date(2024, 1, 10), end, True, False)
    assert observed(*times, history_start=start, data_horizon=end) == Observation(start, end, False, False)


def test_with_both_ends_stated_no_row_is_looked_at():
    found = observe(None, client(history_start=date(2024, 1, 1), data_horizon=date(2024, 3, 31)), today=TODAY)
    assert found == Observation(date(2024, 1, 1), date(2024, 3, 31), False, False)


def test_rows_outside_what_is_stated_do_not_decide():
    times = ("1970-01-01", "2024-02-10", "2024-03-01", "2199-12-31")
    found = observed(*times, history_start=date(2024, 1, 1), data_horizon=date(2024, 3, 31))
    assert found.horizon == date(2024, 3, 31)
    assert observed(*times[:3], history_start=date(2024, 1, 1)).horizon == date(2024, 3, 1)
    assert observed(*times[1:], data_horizon=date(2024, 3, 31)).history_start == date(2024, 2, 10)


def test_orders_of_today_are_taken_and_those_of_tomorrow_refused():
    assert observed("2024-03-01", "2024-04-01T23:59").horizon == TODAY
    for stated in ({}, {"history_start": date(2024, 1, 1)}):
        with pytest.raises(InputError) as refusal:
            observed("2024-03-01", "2024-04-02", **stated)
        assert str(refusal.value) == (
            "The order log holds orders dated up to 2024-04-02, which is in the future. If the dates are wrong, "
            "correct them or orders.date_format; if those rows are to be left out, state data_horizon in "
            "client.toml."
        )


def test_with_an_end_that_is_stated_later_dates_are_left_out():
    assert observed("2024-03-01", "2024-12-01", data_horizon=date(2024, 3, 31)).horizon == date(2024, 3, 31)


# --- coverage --------------------------------------------------------------------------------------------------


def covers(period, *, is_assumed=False):
    observation = Observation(date(2024, 1, 10), date(2024, 3, 31), is_assumed, is_assumed)
    check_coverage("shop", parse_period(period), observation)


@pytest.mark.parametrize("period", ["2024-03", "2024-01", "2024-Q1", "2023-12-01..2024-01-10"])
def test_a_period_within_the_data_passes_though_it_begins_before_them(period):
    assert covers(period) is None


@pytest.mark.parametrize(
    ("is_assumed", "source"), [(True, "the last order in the data"), (False, "data_horizon")]
)
@pytest.mark.parametrize(
    ("period", "last"), [("2024-04", "2024-04-30"), ("2024-03-02..2024-04-01", "2024-04-01")]
)
def test_a_period_that_is_not_over_is_refused(period, last, is_assumed, source):
    with pytest.raises(PeriodError) as refusal:
        covers(period, is_assumed=is_assumed)
    assert str(refusal.value) == (
        f"shop: the period {period} ends on {last}, but the data are complete only up to 2024-03-31 ({source}). "
        "Choose an earlier period, or set data_horizon in client.toml if later days are fully loaded."
    )


def test_a_period_before_the_data_is_refused():
    with pytest.raises(PeriodError) as refusal:
        covers("2024-01-01..2024-01-09")
    assert str(refusal.value) == (
        "The period 2024-01-01..2024-01-09 ends before the data start (2024-01-10). Choose a later period."
    )
