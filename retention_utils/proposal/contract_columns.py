"""The columns of a contract list, or of a customer table that is a mere snapshot of one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from retention_utils.canonical import CANONICAL
from retention_utils.canonical_kinds import NO, YES
from retention_utils.proposal.column_map import described, stated_column
from retention_utils.proposal.contract_words import contract_weight
from retention_utils.proposal.dates import share_of_dates
from retention_utils.proposal.numbers import share_of_numbers
from retention_utils.proposal.questions import Certainty, Choice, shown
from retention_utils.proposal.samples import Column, Sample
from retention_utils.proposal.vocabulary import header_weight, normalised

__all__ = ["ContractList", "contract_list"]

NUMBERS = ("amount", "tenure_months", "coupon")
DATES = ("start", "end", "trial_end", "past_due_since")
FLAGS = ("has_ended", "is_pause", "is_involuntary")
DATED = ("start", "end", "trial_end", "past_due_since", "is_pause", "is_involuntary", "cancel_reason")
SNAPSHOT = ("tenure_months", "has_ended")
COMMON = ("customer_id", "subscription_id", "amount", "billed_every", "plan", "group", "coupon")
KNOWN, CLEAR = 0.5, 0.85  # weight from which a name is taken; from which it says so clearly
READABLE = 0.7  # share of the filled cells that must read as what the role asks for
MOST_GROUPS = 30
MONTHLY = ("month", "mrr", "месяц", "ежемесяч", "місяц", "щомісяч")
ANSWERABLE = ("customer_id", "amount")
HELD = ("tax", "one_off")  # whether the amount holds them, the names do not say
SPELLINGS = {
    spelling
    for word, others in CANONICAL["subscriptions"].column("billed_every").words.items()
    for spelling in (word, *others)
}


@dataclass(frozen=True)
class ContractList:
    """What the columns of a contract list are.

    Attributes
    ----------
    columns : tuple of Column
        All of the file's.
    roles : mapping of str to Choice
        By the keys of ``[tables.subscriptions.columns]``.
    """

    columns: tuple[Column, ...]
    roles: Mapping[str, Choice]

    @property
    def is_dated(self) -> bool:
        """Whether it says when contracts began."""
        return "start" in self.roles

    def column(self, role: str) -> Column | None:
        """Return the column that has a role."""
        found = self.roles.get(role)
        return next((c for c in self.columns if found and c.reference == found.value), None)

    @property
    def notes(self) -> list[str]:
        """What else the user should know, one sentence each."""
        amount = self.column("amount")
        held = [
            f"If {shown(amount.name)} holds what {shown(column.name)} says, map that to {role}: it is no "
            "recurring revenue."
            for column in self.columns
            for role in HELD
            if contract_weight(column.name, role) >= CLEAR and column is not amount
        ]
        return [*held, *self._monthly(amount)]

    def _monthly(self, amount: Column | None) -> list[str]:
        return [
            f"{shown(amount.name)} is an amount a month, so {shown(column.name)} is left out; map it to "
            "billed_every only if the amount is what one billing period costs."
            for column in self.columns
            if _is_monthly(amount) and contract_weight(column.name, "billed_every") >= CLEAR
        ]


def contract_list(sample: Sample, answers: Mapping[str, str]) -> ContractList | None:
    """Tell a contract list, or a snapshot of customers, from an order log, and read its columns.

    Returns
    -------
    ContractList or None
        None where it is not one: neither begin and end of contracts are there by name and by content, nor
        tenure in months with who has left; or an order number says that the rows are orders.

    Raises
    ------
    ConfigError
        If the user names a column that is not there.
    """
    kind = answers.get("kind")
    if kind == "orders" or (kind is None and _names_orders(sample.columns)):
        return None
    dated, snapshot = (_roles(sample.columns, names, answers) for names in (DATED, SNAPSHOT))
    if {"start", "amount", "customer_id"} <= set(dated) and ("end" in dated or kind == "contracts"):
        return ContractList(sample.columns, dated)
    if {*SNAPSHOT, "amount", "customer_id"} <= set(snapshot):
        return ContractList(sample.columns, snapshot)
    return None


def _names_orders(columns: Sequence[Column]) -> bool:
    """Tell whether orders are numbered, which contracts never are, or their day is named as such."""
    return any(header_weight(column.name, "order_id") >= CLEAR for column in columns) or any(
        header_weight(column.name, "ordered_at") == 1 and contract_weight(column.name, "start") < CLEAR
        for column in columns
    )


def _roles(columns: Sequence[Column], wanted: Sequence[str], answers: Mapping[str, str]) -> dict[str, Choice]:
    roles = {role: stated_column(role, columns, answers) for role in ANSWERABLE if role in answers}
    weighed = sorted(
        (
            (contract_weight(column.name, role), -column.position, role, column)
            for role in (*wanted, *COMMON)
            for column in columns
            if role not in roles and _fits(role, column)
        ),
        key=lambda item: item[:2],
        reverse=True,
    )
    taken: Collection[object] = {choice.value for choice in roles.values()}
    for weight, _, role, column in weighed:
        if weight >= KNOWN and role not in roles and column.reference not in taken:
            roles[role] = Choice(column.reference, *_why(weight, column))
            taken = {*taken, column.reference}
    amounts = [
        column for column in columns if "amount" in roles and column.reference == roles["amount"].value
    ]
    if any(map(_is_monthly, amounts)):
        roles.pop("billed_every", None)
    order = CANONICAL["subscriptions"].names
    return {role: roles[role] for role in order if role in roles}


def _is_monthly(amount: Column) -> bool:
    """Tell whether a column of amounts is named as what is paid a month, whatever the billing period."""
    return any(stem in normalised(amount.name) for stem in MONTHLY)


def _why(weight: float, column: Column) -> tuple[Certainty, str]:
    certainty: Certainty = "sure" if weight >= CLEAR else "likely"
    return certainty, f"the name {'says so' if weight >= CLEAR else 'is like it'}; {described(column)}"


def _fits(role: str, column: Column) -> bool:
    """Tell whether the cells of a column can be what a role asks for."""
    values = column.values
    if not values:
        return role in ("end", "past_due_since", "trial_end", "coupon", "cancel_reason")
    words = {value.strip().casefold() for value in values}
    if role in DATES:
        is_typed = column.type in ("date", "time", "time with offset")
        return is_typed or (column.type != "number" and share_of_dates(values) >= READABLE)
    if role in NUMBERS:
        return column.type == "number" or share_of_numbers(values) >= READABLE
    if role in FLAGS:
        return words <= YES | NO
    if role == "billed_every":
        return words <= SPELLINGS
    if role in ("plan", "group"):
        return len(words) <= MOST_GROUPS and share_of_dates(values) < READABLE
    return True
