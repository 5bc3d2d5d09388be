"""The settings of the client file that follow from a contract list, and what it cannot say itself."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from glob import escape

from retention_utils.proposal.contract_columns import ContractList
from retention_utils.proposal.dates import date_formats
from retention_utils.proposal.locality import find_currency
from retention_utils.proposal.numbers import decimal_marks
from retention_utils.proposal.order_settings import (
    date_format_setting,
    decimal_mark_setting,
    file_settings,
)
from retention_utils.proposal.questions import Option, Question, settle
from retention_utils.proposal.samples import Sample
from retention_utils.proposal.settings import Setting, setting

__all__ = ["contract_client_settings", "contract_column_settings", "contract_settings", "contract_source"]

DAYS = ("start", "end", "trial_end", "past_due_since")
LONG_BEFORE = 400  # days from the first start to the first end, from which earlier leavers seem left out
EVER = "ever"
LEFT = {
    EVER: "everyone who ever left",
    "1": "those who left in the month before it was drawn up",
    "3": "those who left in the three months before",
    "12": "those who left in the year before",
}


def contract_client_settings(found: ContractList, answers: Mapping[str, str]) -> tuple[Setting, ...]:
    """Return the kind of business, the currency, and the days that a contract list reaches from and to."""
    amount = found.column("amount")
    currency = settle("currency", find_currency([amount] if amount else [], None), answers)
    why = "rows are contracts with a first day" if found.is_dated else "rows are customers with their tenure"
    return (
        Setting({"business_type": "subscriptions"}, f"sure: {why}"),
        setting("currency", currency),
        *_days(found, answers),
    )


def contract_source(
    sample: Sample, names: Sequence[str], found: ContractList, answers: Mapping[str, str]
) -> tuple[Setting, ...]:
    """Return where the contract list is and how it is written."""
    settings = [Setting({"path": tuple(map(escape, names))}), *file_settings(sample)]
    dates = [cell for role in DAYS if (c := found.column(role)) and c.type == "text" for cell in c.values]
    if dates:
        settings.append(date_format_setting(dates, answers))
    numbers = [
        cell
        for role in ("amount", "coupon", "tenure_months")
        if (column := found.column(role)) and column.type == "text"
        for cell in column.values
    ]
    marks = decimal_marks(numbers, answers.get("decimal_mark"))
    if marks:
        settings.append(decimal_mark_setting(marks, numbers))
    return tuple(settings)


def contract_column_settings(found: ContractList) -> tuple[Setting, ...]:
    """Return ours = theirs for every column."""
    return tuple(setting(role, choice) for role, choice in found.roles.items())


def contract_settings(found: ContractList, answers: Mapping[str, str]) -> tuple[Setting, ...]:
    """Return what goes into ``[contracts]``: of a snapshot, whom it holds of those who left."""
    if found.is_dated:
        return ()
    options = tuple(Option(value, text) for value, text in LEFT.items())
    asked = Question("ended_within_months", "Whom does the list hold of those who left?", options, EVER)
    values = {value: value if value == EVER else int(value) for value in (*LEFT, *map(str, range(1, 61)))}
    return (setting("ended_within_months", settle(asked.key, asked, answers), values),)


def _days(found: ContractList, answers: Mapping[str, str]) -> list[Setting]:
    """Ask for the day the list was drawn up, and for its beginning where it seems to lack earlier leavers."""
    starts, ends = _read(found, "start", answers), _read(found, "end", answers)
    seen = {day.isoformat(): day for day in (*starts, *ends)}
    last = max(starts, default=None)
    latest = (Option(last.isoformat(), "the last day on which a contract begins"),) if last else ()
    text = "On which day was the list drawn up? Write it as 2024-11-30."
    drawn_up = Question("data_horizon", text, latest, last and last.isoformat())
    settings = [_day_setting(drawn_up, answers, seen)]
    if starts and ends and (min(ends) - min(starts)).days > LONG_BEFORE:
        began = Question(
            "history_start",
            "From which day on does the list hold everyone who left?",
            (
                Option(min(ends).isoformat(), "the first day on which a contract ends"),
                Option(min(starts).isoformat(), "the first day of all: nobody is left out"),
            ),
            min(ends).isoformat(),
        )
        settings.append(_day_setting(began, answers, seen))
    return settings


def _day_setting(question: Question, answers: Mapping[str, str], seen: Mapping[str, date]) -> Setting:
    found = settle(question.key, question, answers)
    said = (
        {answers[question.key]: date.fromisoformat(answers[question.key])} if question.key in answers else {}
    )
    return setting(question.key, found, {**seen, **said})


def _read(found: ContractList, role: str, answers: Mapping[str, str]) -> list[date]:
    """Read the days of a column, as far as they can be; for the questions only."""
    column = found.column(role)
    if column is None:
        return []
    if column.type != "text":
        return [datetime.fromisoformat(value[:10]).date() for value in column.values]
    forms = date_formats(column.values, answers.get("date_order"))
    if isinstance(forms, Question):
        return []
    days = []
    for value in column.values:
        for form in forms.value:
            try:
                days.append(datetime.strptime(value.strip(), form).date())
                break
            except ValueError:
                continue
    return days
