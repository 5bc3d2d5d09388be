"""Which column holds what: by its name and by what its cells look like."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retention_utils.currency_signs import currency_in
from retention_utils.errors import ConfigError, did_you_mean
from retention_utils.proposal.dates import share_of_dates
from retention_utils.proposal.numbers import share_of_numbers
from retention_utils.proposal.questions import Certainty, Choice, Option, Question, shown
from retention_utils.proposal.samples import Column
from retention_utils.proposal.vocabulary import header_weight

__all__ = [
    "Candidate",
    "candidates",
    "choose_customer",
    "choose_date",
    "choose_further",
    "choose_named",
    "column_question",
    "described",
    "fits",
    "stated_column",
]

NUMBERS = {"amount", "quantity", "unit_price", "discount", "shipping", "tax"}
READABLE = 0.7  # share of the filled cells that must read as what the role asks for
NEARLY_AS_GOOD = 0.05  # weight within which two candidates are a question
CONTACT_FILLED = 0.9  # share of records from which a contact can stand for a customer number
MOST_STATUSES = 30
MOST_OPTIONS = 8
PERSONAL = ("customer_id", "email", "phone")  # roles whose cells do not belong into a client file


@dataclass(frozen=True)
class Candidate:
    """A column that may have a role; the weight is 1 if its name says so exactly."""

    column: Column
    weight: float

    @property
    def choice(self) -> Choice:
        """The column taken for the role, with how sure that is."""
        certainty: Certainty = "sure" if self.weight >= 0.85 else "likely" if self.weight >= 0.6 else "guess"
        what = {"sure": "the name says so", "likely": "the name is like it", "guess": "the name may mean it"}
        return Choice(self.column.reference, certainty, f"{what[certainty]}; {described(self.column)}")


def candidates(role: str, columns: Iterable[Column], taken: Iterable[Column] = ()) -> list[Candidate]:
    """Return the columns that may have a role, the best first: the name fits and so do the cells."""
    found = [
        Candidate(column, weight)
        for column in columns
        if column not in taken and (weight := header_weight(column.name, role)) > 0.3 and fits(role, column)
    ]
    return sorted(found, key=lambda candidate: (-candidate.weight, candidate.column.position))


def fits(role: str, column: Column) -> bool:
    """Tell whether the cells of a column can be what a role asks for."""
    values = column.values
    if not values:
        return role == "refund_of"  # refunds may be too rare for the records looked at
    if role == "ordered_at":
        return column.type in ("date", "time", "time with offset") or share_of_dates(values) >= READABLE
    if role in NUMBERS:
        return column.type == "number" or share_of_numbers(values) >= READABLE
    if role == "currency":
        return sum(currency_in(value) is not None for value in values) >= READABLE * len(values)
    if role == "email":
        return sum("@" in value for value in values) >= READABLE * len(values)
    if role == "phone":
        return sum(len(re.sub(r"\D", "", value)) >= 7 for value in values) >= READABLE * len(values)
    if role in ("status", "channel"):
        return len(set(values)) <= MOST_STATUSES
    if role == "category":
        return 2 * len(set(values)) <= len(values) and share_of_numbers(values) < READABLE
    if role == "order_id" and sum(any(map(str.isdigit, value)) for value in values) < READABLE * len(values):
        return False
    return not _is_written_date(column)


def choose_date(columns: Sequence[Column], answers: Mapping[str, str]) -> Choice | Question | None:
    """Choose the column with the time of the order; None if no column holds dates."""
    if "ordered_at" in answers:
        return stated_column("ordered_at", columns, answers)
    found = [candidate for candidate in candidates("ordered_at", columns) if candidate.weight >= 0.5]
    if found:
        return _best_or_question("ordered_at", "Which column says when the order was placed?", found)
    dated = [column for column in columns if _is_written_date(column)]
    if len(dated) == 1:
        return Choice(dated[0].reference, "likely", f"the only column with dates; {described(dated[0])}")
    if dated:
        return column_question("ordered_at", "Which column says when the order was placed?", dated)
    return None


def choose_customer(
    columns: Sequence[Column], taken: Sequence[Column], answers: Mapping[str, str]
) -> Choice | Question:
    """Choose the column that tells customers apart: a number of theirs, else a contact, else a name."""
    if "customer_id" in answers:
        return stated_column("customer_id", columns, answers)
    found = candidates("customer_id", columns, taken)
    contacts = [
        candidate.column
        for role in ("email", "phone")
        for candidate in candidates(role, columns, taken)
        if candidate.column.filled >= CONTACT_FILLED
    ]
    text = "Which column tells customers apart?"
    if found and (found[0].weight >= 0.85 or not _are_names(found[0].column)):
        return _best_or_question("customer_id", text, found)
    if contacts:
        why = "names are not unique" if found else "there is no column with customer numbers"
        return Choice(contacts[0].reference, "likely", f"{why}; {described(contacts[0])}")
    if found:
        return Choice(
            found[0].column.reference,
            "guess",
            f"only names tell customers apart; {described(found[0].column)}",
        )
    others = [column for column in columns if column not in taken and column.values and _may_be_id(column)]
    return column_question("customer_id", text, others)


def choose_named(role: str, columns: Sequence[Column], taken: Sequence[Column]) -> Choice | None:
    """Choose the column for a role that not every order log has; None if no name says so clearly."""
    found = [candidate for candidate in candidates(role, columns, taken) if candidate.weight >= 0.5]
    return found[0].choice if found else None


def choose_further(
    roles: Sequence[str], columns: Sequence[Column], taken: Sequence[Column]
) -> dict[str, Choice]:
    """Choose columns for several roles, none twice."""
    used, chosen = list(taken), {}
    for role in roles:
        if (choice := choose_named(role, columns, used)) is not None:
            chosen[role] = choice
            used += [column for column in columns if column.reference == choice.value]
    return chosen


def stated_column(role: str, columns: Sequence[Column], answers: Mapping[str, str]) -> Choice:
    """Take the column that the user states, by its name or its position from 1.

    Raises
    ------
    ConfigError
        If there is no such column.
    """
    said = answers[role]
    named = [column for column in columns if said == column.reference]
    named += [column for column in columns if said == str(column.position)]
    if not named:
        names = [column.name for column in columns if column.name.strip()]
        listed = ", ".join(map(shown, names)) or f"1 to {len(columns)}"
        msg = f"{role} = {said!r}: no such column.{did_you_mean(said, names)} There are: {listed}."
        raise ConfigError(msg)
    return Choice(named[0].reference, "sure", "as you said")


def column_question(role: str, text: str, columns: Sequence[Column], default: str | None = None) -> Question:
    """Ask which of some columns has a role, showing what each holds."""
    options = tuple(
        Option(str(column.reference), f"{_called(column)}: {described(column)}")
        for column in columns[:MOST_OPTIONS]
    )
    return Question(role, text, options, default)


def described(column: Column) -> str:
    """Show two of the cells of a column; of one that may name people, only how many there are."""
    if not column.values:
        return "it is empty"
    if any(header_weight(column.name, role) >= 0.5 for role in PERSONAL) or fits("email", column):
        return f"{len(set(column.values))} different in {len(column.cells)} records looked at"
    values = list(dict.fromkeys(column.values))[:2]
    return f"such as {' and '.join(shown(value.strip()) for value in values)}"


def _best_or_question(role: str, text: str, found: Sequence[Candidate]) -> Choice | Question:
    near = [item.column for item in found if found[0].weight - item.weight <= NEARLY_AS_GOOD]
    if len(near) > 1 and len({column.cells for column in near}) > 1:
        return column_question(role, text, near, str(near[0].reference))
    return found[0].choice


def _called(column: Column) -> str:
    return shown(column.name) if column.name.strip() else f"column {column.position}"


def _is_written_date(column: Column) -> bool:
    """Tell dates that can be nothing else from plain numbers which may be serial dates."""
    if column.type != "text":
        return column.type in ("date", "time", "time with offset")
    are_serials = all(re.fullmatch(r"\d{5}(\.\d+)?", value.strip()) for value in column.values)
    return not are_serials and share_of_dates(column.values) >= READABLE


def _are_names(column: Column) -> bool:
    """Tell people's names from codes: hardly a cell holds a digit, and most hold a blank."""
    digits = sum(any(letter.isdigit() or letter == "@" for letter in value) for value in column.values)
    return digits < 0.1 * len(column.values)


def _may_be_id(column: Column) -> bool:
    has_fractions = any(re.search(r"\d[.,]\d", value) for value in column.values)
    return column.type in ("text", "number") and not _is_written_date(column) and not has_fractions
