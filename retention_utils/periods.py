"""The period a report is about, and the calendar of like periods before it."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from retention_utils.errors import PeriodError

__all__ = [
    "Grain",
    "Period",
    "calendar_to",
    "held_out",
    "last_complete_period",
    "parse_period",
    "periods_between",
    "years_to",
]

Grain = Literal["week", "month", "quarter", "year", "days"]

MONTHS = {"month": 1, "quarter": 3, "year": 12}
FORMS = "2024-11, 2024-Q4, 2024, 2024-W45 or 2024-01-15..2024-03-31"


@dataclass(frozen=True)
class Period:
    """A stretch of whole days: ``start`` is its first day, ``end`` the day after its last."""

    start: date
    end: date
    grain: Grain

    @property
    def key(self) -> str:
        """The period as it is written on the command line and names a folder."""
        if self.grain == "month":
            return self.start.isoformat()[:7]
        if self.grain == "quarter":
            return f"{self.start.year:04d}-Q{(self.start.month + 2) // 3}"
        if self.grain == "year":
            return f"{self.start.year:04d}"
        if self.grain == "week":
            year, week, _ = self.start.isocalendar()
            return f"{year:04d}-W{week:02d}"
        return f"{self.start}..{self.last_day}"

    @property
    def last_day(self) -> date:
        """The last day of the period: the as-of day of its report."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days

    def previous(self) -> "Period":
        """Return the period of the same kind that ends where this one starts."""
        if self.grain in MONTHS:
            return Period(_add_months(self.start, -MONTHS[self.grain]), self.start, self.grain)
        return Period(self.start - timedelta(days=self.days), self.start, self.grain)


def parse_period(text: str) -> Period:
    """Read ``2024-11``, ``2024-Q4``, ``2024``, ``2024-W45`` or ``2024-01-15..2024-03-31``.

    Raises
    ------
    PeriodError
        If the text is none of these, or names days that do not exist.
    """
    try:
        period = _parse(text)
    except (ValueError, OverflowError) as error:
        msg = f"The period {text!r} cannot be read ({error}). Write it as {FORMS}."
        raise PeriodError(msg) from error
    if period is None:
        msg = f"The period {text!r} cannot be read. Write it as {FORMS}."
        raise PeriodError(msg)
    return period


def periods_between(first: Period, last: Period) -> list[Period]:
    """Return all periods of one kind from the first to the last.

    Raises
    ------
    PeriodError
        If they are not of one kind, or the last comes before the first.
    """
    listed = [last]
    while first.grain == last.grain != "days" and listed[0].start > first.start:
        listed.insert(0, listed[0].previous())
    if listed[0] != first:
        msg = (
            f"No periods lead from {first.key} to {last.key}: name two weeks, months, quarters or years, "
            "the earlier one first."
        )
        raise PeriodError(msg)
    return listed


def last_complete_period(horizon: date, grain: Grain) -> Period:
    """Return the last period of this grain whose every day is covered by data up to ``horizon``."""
    if grain == "week":
        start = horizon - timedelta(days=horizon.weekday())
        running = Period(start, start + timedelta(days=7), grain)
    else:
        width = MONTHS[grain]
        start = date(horizon.year, (horizon.month - 1) // width * width + 1, 1)
        running = Period(start, _add_months(start, width), grain)
    return running if running.last_day <= horizon else running.previous()


def calendar_to(period: Period, history_start: date) -> list[Period]:
    """Return all periods like ``period``, from the one that holds ``history_start`` up to ``period``.

    Raises
    ------
    PeriodError
        If the period ends before the history starts.
    """
    if period.last_day < history_start:
        msg = f"The period {period.key} ends before the data start ({history_start}). Choose a later period."
        raise PeriodError(msg)
    periods = [period]
    while periods[-1].start > history_start:
        periods.append(periods[-1].previous())
    return periods[::-1]


def years_to(last_day: date, history_start: date) -> list[Period]:
    """Return the whole years of the history, the last of which ends with a day."""
    years, end = [], last_day + timedelta(days=1)
    while (start := _add_months(end, -12)) >= history_start:
        years.append(Period(start, end, "days"))
        end = start
    return years[::-1]


def _parse(text: str) -> Period | None:
    if match := re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII):
        return _months(date(int(match[1]), int(match[2]), 1), "month")
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", text, re.ASCII):
        return _months(date(int(match[1]), int(match[2]) * 3 - 2, 1), "quarter")
    if match := re.fullmatch(r"(\d{4})", text, re.ASCII):
        return _months(date(int(match[1]), 1, 1), "year")
    if match := re.fullmatch(r"(\d{4})-W(\d{2})", text, re.ASCII):
        start = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return Period(start, start + timedelta(days=7), "week")
    if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", text, re.ASCII):
        start, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
        if last < start:
            msg = "its last day is before its first"
            raise ValueError(msg)
        return Period(start, last + timedelta(days=1), "days")
    return None


def held_out(periods: int) -> int:
    """Return how many of the last periods are kept back to try a model on: a quarter, at least one."""
    return max(1, periods // 4)


def _months(start: date, grain: Grain) -> Period:
    return Period(start, _add_months(start, MONTHS[grain]), grain)


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
