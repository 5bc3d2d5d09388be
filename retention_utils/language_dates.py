"""Days and periods as one language writes them.

Month names come from Babel (Unicode CLDR). The patterns are the house's: CLDR writes American dates for plain
"en", "г." and "р." after the year on every tick of an axis, and Ukrainian quarters without it. Weeks have
their number in English, and their days in Russian and Ukrainian, where hardly anybody numbers them.
"""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from retention_utils.missing import is_missing
from retention_utils.periods import Period, parse_period

__all__ = ["DASH", "NARROW", "NO_BREAK", "written_day", "written_period"]

NO_BREAK, NARROW = "\u00a0", "\u202f"
DASH = "\u2060–\u2060"  # en dash between word joiners

_RUSSIAN = {
    "date": f"d{NO_BREAK}MMMM y{NARROW}'г'.",
    "day": f"d{NO_BREAK}MMMM",
    "short date": "dd.MM.y",
    "month": f"LLLL y{NARROW}'г'.",
    "short month": "LLL y",
    "quarter": f"Q'-й'{NO_BREAK}'кв'. y{NARROW}'г'.",
    "short quarter": f"Q'-й'{NO_BREAK}'кв'. y",
    "year": f"y{NARROW}'г'.",
}
_DATES = {
    "en": {
        "date": "d MMMM y",
        "day": "d MMMM",
        "short date": "d MMMM y",
        "month": "MMMM y",
        "short month": "MMM y",
        "quarter": "QQQ y",
        "short quarter": "QQQ y",
        "year": "y",
    },
    "ru": _RUSSIAN,
    "uk": {name: pattern.replace("'г'", "'р'") for name, pattern in _RUSSIAN.items()},
}


def written_day(value: Any, language: str, how: str) -> str:
    """Write a day, or what it lies in, by the name of a pattern; nothing where there is none.

    Parameters
    ----------
    value : date, Timestamp, Period or text
        Of a period, the first day is meant.
    language : str
        ``"en"``, ``"ru"`` or ``"uk"``.
    how : str
        ``"date"``, ``"month"``, ``"quarter"``, ``"year"``; but for the last also ``"short date"`` and so on.
    """
    day = _day(value)
    return "" if day is None else format_date(day, _DATES[language][how], language)


def written_period(key: str, language: str, *, short: bool = False) -> str:
    """Write a period's key; short, for an axis, weeks and stretches of days are their key or first day."""
    period = parse_period(key)
    if period.grain in ("month", "quarter"):
        return written_day(period.start, language, f"short {period.grain}" if short else period.grain)
    if period.grain == "year":
        return key if short else written_day(period.start, language, "year")
    if period.grain == "week" and language == "en":
        year, week, _ = period.start.isocalendar()
        return key if short else f"week {week} of {year}"
    return written_day(period.start, language, "short date") if short else _span(period, language)


def _span(period: Period, language: str) -> str:
    """Write the first and the last day, with what is the same in both once."""
    start, end = period.start, written_day(period.last_day, language, "date")
    if start.year != period.last_day.year:
        return f"{written_day(start, language, 'date')} – {end}"
    if start.month != period.last_day.month:
        return f"{written_day(start, language, 'day')} – {end}"
    return end if start == period.last_day else f"{start.day}{DASH}{end}"


def _day(value: Any) -> date | None:
    if is_missing(value):
        return None
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    import pandas as pd

    return (value.start_time if isinstance(value, pd.Period) else pd.Timestamp(value)).date()
