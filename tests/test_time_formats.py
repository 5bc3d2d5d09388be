"""Date formats of the client file: which are refused and why, and which read a time of day."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_utils.time_formats import FOLDED, MONTHS, check_format, format_patterns, has_time


@pytest.mark.parametrize(
    "form",
    ["%Y-%m-%d", "%d.%m.%y", "%d %B %Y г. в %H:%M", "%b %d, %Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y%m%d", "excel", "%d/%m/%Y 100%%"],
)  # fmt: skip
def test_formats_that_can_be_read(form):
    assert check_format(form) is None


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("%Y-%m", "there is no day (%d)"),
        (
            "DD.MM.YYYY",
            "there is no year (%Y or %y); there is no month (%m or %b or %B); there is no day (%d)",
        ),
        (
            "%Y-%m-%e",
            "%e is not known; known are %Y %y %m %b %B %d %H %I %M %S %f %p %z; there is no day (%d)",
        ),
        ("%Y-%m-%d %", "% is not known; known are %Y %y %m %b %B %d %H %I %M %S %f %p %z"),
        ("%y-%Y-%m-%d", "%y and %Y say the same"),
        ("%d-%d-%m-%Y", "%d and %d say the same"),
        ("%Y-%m-%d %I:%M", "%I needs %p"),
        ("%Y-%m-%d %H:%M %p", "%p needs %I"),
        ("%Y-%m-%d %M:%S", "%M needs %H or %I"),
        ("%Y-%m-%d%z", "%z needs %H or %I"),
    ],
)
def test_formats_that_cannot_be_read(form, reason):
    assert check_format(form) == reason


def test_times_of_day():
    assert not has_time(["%Y-%m-%d", "%d.%m.%Y"])
    assert not has_time(["%%H %Y-%m-%d"])
    assert has_time(["%Y-%m-%d", "%Y-%m-%d %H:%M"])
    assert has_time(["%d.%m.%Y %I %p"])
    assert has_time(["excel"])


def test_no_month_shares_a_name_with_another():
    names = [name for month in MONTHS for name in month]
    assert len(names) == len(set(names))
    assert names == [name.translate(str.maketrans(*FOLDED)) for name in names]


@given(
    st.datetimes(datetime(1000, 1, 1)),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S", "%d %B %Y, %I:%M %p", "(%H^%M) [%d] %b\\%Y"]),
)
def test_the_pattern_of_a_format_fits_what_is_written_in_it(moment, form):
    patterns, apart = format_patterns(form)
    found = {part: re.search(pattern, moment.strftime(form)).groups() for part, pattern in patterns.items()}
    assert found == {part: (moment.strftime(part)[: 1 if part == "%p" else None],) for part in patterns}
    assert apart == (form != "%Y%m%d%H%M%S")


def test_numbers_that_touch_have_all_their_digits():
    patterns, apart = format_patterns("%Y%m%d")
    assert not apart
    pattern = patterns["%d"]
    assert re.search(pattern, "20240105")
    assert not re.search(pattern, "2024105")
