"""A table of use beside a contract list: visits, logins or hours of customers under contract."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import PurePath

from retention_utils.canonical import CANONICAL
from retention_utils.errors import PeriodError
from retention_utils.periods import parse_period
from retention_utils.proposal.column_map import Candidate
from retention_utils.proposal.contract_words import contract_weight
from retention_utils.proposal.dates import date_formats, share_of_dates
from retention_utils.proposal.merging import order_log_of
from retention_utils.proposal.numbers import decimal_marks, share_of_numbers
from retention_utils.proposal.order_settings import date_format_setting, decimal_mark_setting, file_settings
from retention_utils.proposal.questions import Question, shown
from retention_utils.proposal.samples import Column, Sample
from retention_utils.proposal.settings import Setting, setting
from retention_utils.proposal.vocabulary import weight_among

__all__ = ["UseTable", "is_use_table", "use_table"]

KNOWN, CLEAR = 0.5, 0.85  # weight from which a name is taken; from which it says so clearly
READABLE = 0.7  # share of the filled cells that must read as what the role asks for
# As retention_utils.proposal.vocabulary writes them.
WORDS: dict[str, str] = {
    "period": "period|month|week|период|месяц|неделя|період|місяць|тиждень",
    "day": "day|date|visited at|visit date|login date|logged in at|timestamp|time|used at|used on|день|дата|"
        "дата посещения|дата визита|дата входа|время|дата відвідування|дата візиту|дата входу|час",
    "units": "visits|visit count|number of visits|logins|login count|number of logins|sessions|hours|"
        "minutes|usage|use|uses|activity|units|check ins|checkins|classes|trainings|requests|api calls|views|"
        "active days|downloads|посещений|посещения|число посещений|визитов|визиты|входов|входы|сессий|сессии|"
        "часов|часы|минут|занятий|занятия|тренировок|тренировки|использование|обращений|активность|"
        "відвідувань|відвідування|кількість відвідувань|візитів|візити|входів|входи|сесій|сесії|годин|"
        "години|хвилин|занять|заняття|тренувань|тренування|використання|користування|звернень|активність",
    "kind": "kind|type|event|event type|kind of use|service|вид|тип|событие|услуга|подія|послуга",
}  # fmt: skip
PHRASES = {role: dict.fromkeys(words.split("|"), 1.0) for role, words in WORDS.items()}
NAMED = {phrase for phrases in PHRASES.values() for phrase in phrases}


@dataclass(frozen=True)
class UseTable:
    """What goes into ``[tables.activity]``."""

    files: tuple[str, ...]
    source: tuple[Setting, ...]
    columns: tuple[Setting, ...]
    notes: tuple[str, ...]


def is_use_table(sample: Sample) -> bool:
    """Tell a table of use: customers, days or periods, no price, and units of use or a name that says so."""
    roles = _roles(sample.columns)
    is_priced = any(
        contract_weight(column.name, "amount") >= KNOWN and _are_numbers(column) for column in sample.columns
    )
    is_named = _weight(PurePath(sample.file).stem, "units") >= CLEAR
    is_used = is_named or ("units" in roles and roles["units"].weight >= CLEAR)
    return is_used and not is_priced and "customer_id" in roles and bool({"day", "period"} & set(roles))


def use_table(samples: Sequence[Sample], answers: Mapping[str, str]) -> UseTable:
    """Propose how tables of use are read; files with other columns than the first ones are left out.

    Parameters
    ----------
    samples : sequence of Sample
        Of files that :func:`is_use_table` tells.
    answers : mapping of str to str
        What the user said; how dates are written there counts only where the dates here do not tell.
    """
    sample, names, notes = order_log_of(samples)
    roles = _roles(sample.columns)
    source = [Setting({"path": tuple(map(escape, names))}), *file_settings(sample)]
    day, units = roles.get("day"), roles.get("units")
    if day and day.column.type == "text":
        dates = day.column.values
        is_open = isinstance(date_formats(dates, None), Question)
        source.append(date_format_setting(dates, answers if is_open else {}))
    if units and units.column.type == "text":
        cells = units.column.values
        marks = decimal_marks(cells, None)
        marks = decimal_marks(cells, answers.get("decimal_mark")) if isinstance(marks, Question) else marks
        source += [decimal_mark_setting(marks, cells)] if marks else []
    columns = tuple(setting(role, found.choice) for role, found in roles.items())
    return UseTable(names, tuple(source), columns, (*_said(roles), *notes))


def _roles(columns: Sequence[Column]) -> dict[str, Candidate]:
    """Choose a column for every role, none twice; a period goes before a day."""
    found: dict[str, Candidate] = {}
    for role, fits in FITS.items():
        free = [column for column in columns if column not in [taken.column for taken in found.values()]]
        fitting = [Candidate(column, _weight(column.name, role)) for column in free if fits(column)]
        best = max(fitting, key=lambda candidate: candidate.weight, default=None)
        if best and best.weight >= KNOWN and not (role == "day" and "period" in found):
            found[role] = best
    return {role: found[role] for role in CANONICAL["activity"].names if role in found}


def _weight(name: str, role: str) -> float:
    return contract_weight(name, role) if role == "customer_id" else weight_among(name, PHRASES[role], NAMED)


def _said(roles: Mapping[str, Candidate]) -> list[str]:
    """Warn of months that are written as days: they would be counted on the first."""
    column = roles["day"].column if "day" in roles else None
    if column is None or _weight(column.name, "period") < KNOWN:
        return []
    return [
        f"{shown(column.name)} is read as days; if it means whole weeks or months, write it as 2024-11 or "
        "2024-W45 and map it to period."
    ]


def _are_numbers(column: Column) -> bool:
    return column.type == "number" or share_of_numbers(column.values) >= READABLE


def _are_days(column: Column) -> bool:
    is_typed = column.type in ("date", "time", "time with offset")
    return is_typed or (column.type == "text" and share_of_dates(column.values) >= READABLE)


def _are_periods(column: Column) -> bool:
    return bool(column.values) and sum(map(_is_period, column.values)) >= READABLE * len(column.values)


def _is_period(value: str) -> bool:
    try:
        return parse_period(value.strip()).grain in ("week", "month")
    except PeriodError:
        return False


FITS: dict[str, Callable[[Column], bool]] = {
    "customer_id": lambda column: bool(column.values),
    "period": _are_periods,
    "day": _are_days,
    "units": _are_numbers,
    "kind": lambda column: not _are_numbers(column),
}
