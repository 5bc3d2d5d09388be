"""The user's answers, checked before anything is made of them."""

from collections.abc import Mapping
from datetime import date
from typing import get_args
from zoneinfo import available_timezones

from babel.core import get_global

from retention_utils.errors import ConfigError, did_you_mean
from retention_utils.proposal.dates import DATE_ORDERS
from retention_utils.proposal.delimiters import WHITESPACE
from retention_utils.proposal.numbers import DECIMAL_ANSWERS
from retention_utils.proposal.statuses import SALE, STATUS_KEY
from retention_utils.source_config import Encoding, Statuses

__all__ = ["check_answers"]

# What may be said under each key; None: a name of the client's, looked for in the files.
ALLOWED = {
    "date_order": tuple(DATE_ORDERS),
    "decimal_mark": DECIMAL_ANSWERS,
    "grain": ("orders", "lines"),
    "kind": ("orders", "contracts"),
    "encoding": get_args(Encoding),
    "customer_id": None,
    "ordered_at": None,
    "amount": None,
    "sheet": None,
    "table": None,
    "currency": None,
    "time_zone": None,
    "header_row": None,
    "delimiter": None,
    "data_horizon": None,
    "history_start": None,
    "ended_within_months": None,
}
MEANINGS = (*Statuses.model_fields, SALE)
LAST_HEADER_ROW = 1000
MOST_MONTHS = 60


def check_answers(answers: Mapping[str, str]) -> None:
    """Refuse answers that no question has.

    Raises
    ------
    ConfigError
        If a key is unknown or a value is none of its answers; all of them at once.
    """
    problems = [problem for key, value in answers.items() if (problem := _problem(key, value))]
    if problems:
        raise ConfigError("\n".join(problems))


def _problem(key: str, value: str) -> str | None:
    if key.startswith(STATUS_KEY):
        return _none_of(key, value, MEANINGS)
    if key not in ALLOWED:
        return f"There is no question {key!r}.{did_you_mean(key, ALLOWED)} Known are {', '.join(ALLOWED)}."
    if (allowed := ALLOWED[key]) is not None:
        return _none_of(key, value, allowed)
    if key == "currency" and value not in get_global("all_currencies"):
        return f"currency: {value!r} is no currency code; write three capital letters such as 'EUR'."
    if key == "time_zone" and value not in available_timezones():
        return f"time_zone: there is no time zone {value!r}.{did_you_mean(value, available_timezones())}"
    if key == "header_row" and not (value.isascii() and value.isdigit() and int(value) <= LAST_HEADER_ROW):
        return f"header_row: {value!r} is no number of a line from 0 to {LAST_HEADER_ROW}."
    if key in ("data_horizon", "history_start") and not _is_day(value):
        return f"{key}: {value!r} is no day; write it as 2024-11-30."
    if key == "ended_within_months" and value not in ("ever", *map(str, range(1, MOST_MONTHS + 1))):
        return f"ended_within_months: {value!r} is neither 'ever' nor a number of months up to {MOST_MONTHS}."
    if key == "delimiter" and len(value) != 1 and value != WHITESPACE:
        return f"delimiter: {value!r} is neither one character nor {WHITESPACE!r}."
    return None


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _none_of(key: str, value: str, allowed: tuple[str, ...]) -> str | None:
    if value in allowed:
        return None
    return f"{key}: {value!r} is none of {', '.join(map(repr, allowed))}."
