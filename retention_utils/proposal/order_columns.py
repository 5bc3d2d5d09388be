"""The columns of an order log: every role with its column, or the question about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retention_utils.proposal.column_map import choose_customer, choose_date, choose_further
from retention_utils.proposal.deductions import deductions
from retention_utils.proposal.grain import Lines, choose_amount, choose_grain, lines_of
from retention_utils.proposal.numbers import decimal_marks
from retention_utils.proposal.questions import Choice, Question
from retention_utils.proposal.samples import Column, Number, Sample
from retention_utils.source_config import ATTRIBUTES

__all__ = ["OrderLog", "read_columns"]

FURTHER = (
    "order_id", "refund_of", "status", "currency", "email", "phone", "quantity", "unit_price", *ATTRIBUTES,
)  # fmt: skip
PRICE = ("quantity", "unit_price")
WRITTEN_WITH_POINT = ("jsonl", "sqlite")  # numbers, as against texts that look like numbers


@dataclass(frozen=True)
class OrderLog:
    """What the columns of a sample are.

    Attributes
    ----------
    columns : tuple of Column
        All of the file's.
    roles : mapping of str to Choice or Question
        By the keys of ``[orders.columns]``.
    grain : Choice or Question
        ``orders`` or ``lines``.
    marks : Choice or Question, optional
        The decimal mark and that of thousands; None if no number has any.
    """

    columns: tuple[Column, ...]
    roles: Mapping[str, Choice | Question]
    grain: Choice | Question
    marks: Choice | Question | None

    def column(self, role: str) -> Column | None:
        """Return the column that has a role; where that is open, the one most likely, if any is."""
        return _column(self.columns, self.roles.get(role))

    @property
    def money(self) -> list[Column]:
        """The columns with amounts and prices."""
        return [column for role in ("amount", "unit_price") if (column := self.column(role))]


def read_columns(sample: Sample, answers: Mapping[str, str]) -> OrderLog:
    """Find out what the columns of a sample are.

    Raises
    ------
    ConfigError
        If the user names a column that is not there.
    """
    columns = sample.columns
    roles: dict[str, Choice | Question | None] = {"ordered_at": choose_date(columns, answers)}
    named = choose_further(("order_id",), columns, _columns(columns, roles))
    clear = {role: choice for role, choice in named.items() if choice.certainty == "sure"}
    roles["customer_id"] = choose_customer(columns, _columns(columns, roles | clear), answers)
    roles |= choose_further(FURTHER, columns, _columns(columns, roles))
    price = {role: _column(columns, roles.pop(role, None)) for role in PRICE}
    price = {role: column for role, column in price.items() if column} if all(price.values()) else {}
    order_id = _column(columns, roles.get("order_id"))
    lines = lines_of(order_id, columns)
    grain = choose_grain(order_id, lines, has_lines=bool(price), answers=answers)
    is_lines = isinstance(grain, Choice) and grain.value == "lines"
    roles |= choose_amount(
        columns, _columns(columns, roles), lines if is_lines else Lines((), 0.0), price=price, answers=answers
    )
    marks = _marks(sample, _columns(columns, {role: roles.get(role) for role in ("amount", *PRICE)}), answers)
    amount = _column(columns, roles.get("amount"))
    used_price = {role: column for role, column in price.items() if role in roles}
    mark = marks.value[0] if isinstance(marks, Choice) else "."
    if amount or used_price:
        roles["less"] = deductions(columns, amount, used_price, mark)
    return OrderLog(columns, {role: found for role, found in roles.items() if found}, grain, marks)


def _column(columns: Sequence[Column], found: Choice | Question | None) -> Column | None:
    reference = found.value if isinstance(found, Choice) else found.default if found else None
    return next((column for column in columns if str(column.reference) == str(reference)), None)


def _columns(columns: Sequence[Column], roles: Mapping[str, Choice | Question | None]) -> list[Column]:
    return [column for found in roles.values() if (column := _column(columns, found))]


def _marks(sample: Sample, columns: Sequence[Column], answers: Mapping[str, str]) -> Choice | Question | None:
    cells = [cell for column in columns if column.type == "text" for cell in column.values]
    spelt = [cell for cell in cells if isinstance(cell, Number) and "." in cell]
    if spelt and sample.format in WRITTEN_WITH_POINT:
        return Choice((".", ""), "sure", f"as in {spelt[0]}")
    texts = [cell for cell in cells if not isinstance(cell, Number)]
    return decimal_marks(texts, answers.get("decimal_mark"))
