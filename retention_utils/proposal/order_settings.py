"""The settings of the client file that follow from what was found."""

from collections.abc import Mapping, Sequence
from glob import escape

from retention_utils.proposal.dates import date_formats, offsets_in
from retention_utils.proposal.locality import find_currency, find_time_zone
from retention_utils.proposal.numbers import DECIMAL_ANSWERS, decimal_marks
from retention_utils.proposal.order_columns import OrderLog
from retention_utils.proposal.questions import Choice, Question, settle
from retention_utils.proposal.samples import Sample
from retention_utils.proposal.settings import Setting, setting

__all__ = [
    "client_settings",
    "column_settings",
    "date_format_setting",
    "decimal_mark_setting",
    "file_settings",
    "source_settings",
]

COLUMN_ORDER = (
    "customer_id", "ordered_at", "amount", "quantity", "unit_price", "less", "order_id", "refund_of",
    "status", "currency", "email", "phone", "channel", "category",
)  # fmt: skip
FILE_ORDER = ("encoding", "delimiter", "header_row", "sheet", "table")


def client_settings(log: OrderLog, answers: Mapping[str, str]) -> tuple[Setting, ...]:
    """Return the currency and, where the files hint at it, the time zone."""
    currency = settle("currency", find_currency(log.money, log.column("currency")), answers)
    code = currency.value if isinstance(currency, Choice) else currency.default
    dates = log.column("ordered_at")
    offsets = offsets_in(dates.values) if dates and dates.type == "text" else offsets_in(())
    has_offset = bool(offsets) or bool(dates and dates.type == "time with offset")
    zone = settle("time_zone", find_time_zone(offsets, code, has_offset=has_offset), answers)
    return (setting("currency", currency), *([setting("time_zone", zone)] if zone else []))


def source_settings(
    sample: Sample, names: Sequence[str], log: OrderLog, answers: Mapping[str, str]
) -> tuple[Setting, ...]:
    """Return where the order log is and how it is written."""
    settings = [Setting({"path": tuple(map(escape, names))}), *file_settings(sample)]
    dates = log.column("ordered_at")
    if dates and dates.type == "text":
        settings.append(date_format_setting(dates.values, answers))
    if log.marks:
        cells = [cell for column in log.money for cell in column.values]
        settings.append(decimal_mark_setting(log.marks, cells))
    return (*settings, setting("grain", log.grain))


def file_settings(sample: Sample) -> list[Setting]:
    """Return how a file is written, as far as its kind leaves that open."""
    settings = []
    if sample.format == "whitespace":
        settings.append(Setting({"format": "whitespace"}, _note(sample.found["delimiter"])))
    for key in FILE_ORDER:
        if key in sample.found and not (key == "delimiter" and sample.format == "whitespace"):
            rows = {str(number): number for number in range(1001)} if key == "header_row" else None
            settings.append(setting(key, sample.found[key], rows))
    return settings


def column_settings(log: OrderLog) -> tuple[Setting, ...]:
    """Return ours = theirs for every column."""
    theirs = {str(column.reference): column.reference for column in log.columns}
    found = [(role, log.roles[role]) for role in COLUMN_ORDER if role in log.roles]
    return tuple(setting(role, choice, theirs) for role, choice in found)


def date_format_setting(values: Sequence[str], answers: Mapping[str, str]) -> Setting:
    """Return how dates are written, or the question about it."""
    found = date_formats(values, answers.get("date_order"))
    if isinstance(found, Choice):
        return setting("date_format", found)
    readings = {
        option.value: {"date_format": date_formats(values, option.value).value} for option in found.options
    }
    return Setting(question=found, readings=readings)


def decimal_mark_setting(found: Choice | Question, cells: Sequence[str]) -> Setting:
    """Return how numbers are written, or the question about it."""
    if isinstance(found, Question):
        choices = {mark: decimal_marks(cells, mark) for mark in DECIMAL_ANSWERS}
        return Setting(question=found, readings={mark: _both(way.value) for mark, way in choices.items()})
    return Setting(_both(found.value), _note(found))


def _both(marks: tuple[str, str]) -> dict[str, str]:
    decimal, thousands = marks
    return {"decimal_mark": decimal} | ({"thousands_mark": thousands} if thousands else {})


def _note(found: Choice | Question) -> str:
    return f"{found.certainty}: {found.reason}" if isinstance(found, Choice) else ""
