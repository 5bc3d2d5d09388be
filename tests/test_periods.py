"""Periods: read, named, stepped back; the calendar by hand, against pandas' periods, by property, by refusal."""

from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_utils.errors import PeriodError
from retention_utils.periods import Period, calendar_to, last_complete_period, parse_period

PANDAS = {"week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
GRAINS = st.sampled_from(sorted(PANDAS))
DAYS = st.dates(date(1970, 1, 1), date(2100, 12, 31))


def pandas_period(day: date, grain: str) -> tuple[date, date]:
    period = pd.Timestamp(day).to_period(PANDAS[grain])
    return period.start_time.date(), period.end_time.date()


@pytest.mark.parametrize(
    ("text", "first", "last", "days", "grain"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), 29, "month"),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31), 31, "month"),
        ("2024-Q4", date(2024, 10, 1), date(2024, 12, 31), 92, "quarter"),
        ("2023", date(2023, 1, 1), date(2023, 12, 31), 365, "year"),
        ("2024-W01", date(2024, 1, 1), date(2024, 1, 7), 7, "week"),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3), 7, "week"),  # 2020 has 53 ISO weeks
        ("2024-01-15..2024-03-31", date(2024, 1, 15), date(2024, 3, 31), 77, "days"),
        ("2024-02-29..2024-02-29", date(2024, 2, 29), date(2024, 2, 29), 1, "days"),
    ],
)
def test_every_form_is_read_and_written_back(text, first, last, days, grain):
    period = parse_period(text)
    assert (period.start, period.last_day, period.days, period.grain) == (first, last, days, grain)
    assert period.end == last + timedelta(days=1)
    assert period.key == text


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2024-01", "2023-12"),
        ("2024-Q1", "2023-Q4"),
        ("2024", "2023"),
        ("2021-W01", "2020-W53"),
        ("2024-03-01..2024-03-10", "2024-02-20..2024-02-29"),
    ],
)
def test_the_period_before_is_of_the_same_kind_and_ends_where_this_one_starts(text, before):
    assert parse_period(text).previous().key == before
    assert parse_period(text).previous().end == parse_period(text).start


@given(DAYS, GRAINS)
def test_periods_agree_with_those_of_pandas(day, grain):
    running = last_complete_period(pandas_period(day, grain)[1], grain)
    assert (running.start, running.last_day) == pandas_period(day, grain)
    before = running.previous()
    assert (before.start, before.last_day) == pandas_period(running.start - timedelta(days=1), grain)


@given(st.dates(max_value=date(9998, 12, 31)), GRAINS)
def test_the_name_of_a_period_reads_back_as_that_period(day, grain):
    running = last_complete_period(min(day + timedelta(days=366), date(9998, 12, 31)), grain)
    assert parse_period(running.key) == running


@given(DAYS, GRAINS)
def test_the_last_complete_period_is_the_last_whose_every_day_is_covered(horizon, grain):
    period = last_complete_period(horizon, grain)
    assert period.last_day <= horizon
    assert pandas_period(period.end, grain)[1] > horizon


def test_a_horizon_on_the_last_day_of_a_period_completes_it():
    assert last_complete_period(date(1998, 6, 30), "month").key == "1998-06"
    assert last_complete_period(date(1998, 6, 29), "month").key == "1998-05"
    assert last_complete_period(date(2024, 12, 31), "year").key == "2024"
    assert last_complete_period(date(2024, 12, 30), "quarter").key == "2024-Q3"
    assert last_complete_period(date(2024, 1, 7), "week").key == "2024-W01"  # a Sunday
    assert last_complete_period(date(2024, 1, 6), "week").key == "2023-W52"


@pytest.mark.parametrize(
    ("text", "start", "keys"),
    [
        ("2024-03", date(2024, 1, 1), ["2024-01", "2024-02", "2024-03"]),
        ("2024-03", date(2024, 1, 31), ["2024-01", "2024-02", "2024-03"]),  # January is not whole
        ("2024-03", date(2024, 3, 31), ["2024-03"]),
        ("2024-Q1", date(2023, 9, 30), ["2023-Q3", "2023-Q4", "2024-Q1"]),
        ("2024", date(2024, 12, 31), ["2024"]),
        ("2024-W02", date(2023, 12, 31), ["2023-W52", "2024-W01", "2024-W02"]),
        ("2024-01-11..2024-01-20", date(2024, 1, 1), ["2024-01-01..2024-01-10", "2024-01-11..2024-01-20"]),
    ],
)
def test_the_calendar_begins_with_the_period_that_holds_the_start(text, start, keys):
    assert [period.key for period in calendar_to(parse_period(text), start)] == keys


@given(DAYS, GRAINS, st.integers(0, 900))
def test_the_calendar_has_no_gap_and_holds_every_day_from_the_start(last_day, grain, days_before):
    period = last_complete_period(last_day, grain)
    start = period.last_day - timedelta(days=days_before)
    calendar = calendar_to(period, start)
    assert all(one.end == following.start for one, following in pairwise(calendar))
    assert calendar[0].start <= start < calendar[0].end
    assert calendar[-1] == period


def test_a_period_before_the_data_is_refused():
    with pytest.raises(
        PeriodError,
        match=r"^The period 1996-12 ends before the data start \(1997-01-01\)\. Choose a later period\.$",
    ):
        calendar_to(parse_period("1996-12"), date(1997, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "June 1998",
        "1998-6",
        "1998-06-30",
        "98-06",
        " 1998-06",
        "1998-06\n",
        "1998-Q5",
        "1998-q1",
        "1998-W6",
        "١٩٩٨-٠٦",
        "1998-06..1998-07",
        "1998-01-01...1998-02-01",
        "../1998-06",
    ],
)
def test_what_is_no_period_is_refused_with_the_forms_that_are(text):
    with pytest.raises(PeriodError) as refusal:
        parse_period(text)
    assert str(refusal.value) == (
        f"The period {text!r} cannot be read. "
        "Write it as 2024-11, 2024-Q4, 2024, 2024-W45 or 2024-01-15..2024-03-31."
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1998-13", "month must be in 1..12"),
        ("1998-00", "month must be in 1..12"),
        ("2021-W53", "Invalid week: 53"),
        ("2021-W00", "Invalid week: 0"),
        ("2023-02-29..2023-03-01", "day"),
        ("2024-03-31..2024-03-30", "its last day is before its first"),
        ("9999", "year"),
        ("9999-12-31..9999-12-31", "date value out of range"),
        ("0000-01", "year"),
    ],
)
def test_days_that_do_not_exist_are_refused_with_the_reason(text, reason):
    with pytest.raises(
        PeriodError, match=rf"^The period '{text}' cannot be read \(.*{reason}.*\)\. Write it as 2024-11"
    ):
        parse_period(text)


def test_a_period_is_a_value():
    assert parse_period("2024-02") == Period(date(2024, 2, 1), date(2024, 3, 1), "month")
    assert (
        len({parse_period("2024-Q1"), parse_period("2024-Q1"), parse_period("2024-01-01..2024-03-31")}) == 2
    )
