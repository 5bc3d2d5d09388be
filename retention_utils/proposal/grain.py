"""Whether a record is an order or a line of one, and what an order is worth."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retention_utils.proposal.column_map import (
    Candidate,
    candidates,
    column_question,
    described,
    fits,
    stated_column,
)
from retention_utils.proposal.questions import Choice, Option, Question, settle, shown
from retention_utils.proposal.samples import Column

__all__ = ["Lines", "choose_amount", "choose_grain", "lines_of"]

SOME = 0.05  # share of records in orders with several, from which they are no slips
MOST = 0.95  # share of cases that a rule must hold in
NEARLY_AS_GOOD = 0.05  # weight within which two columns are a question
WHICH_AMOUNT = "Which column holds what was paid?"


@dataclass(frozen=True)
class Lines:
    """The orders that have several records which differ: the positions of the records of each."""

    groups: tuple[tuple[int, ...], ...]
    share: float  # of all records


def lines_of(order_id: Column | None, columns: Sequence[Column]) -> Lines:
    """Find the orders with several records; records that are wholly alike count once."""
    if order_id is None:
        return Lines((), 0.0)
    groups: dict[str, dict[tuple[str, ...], int]] = defaultdict(dict)
    for number, order in enumerate(order_id.cells):
        if order.strip():
            groups[order].setdefault(tuple(column.cells[number] for column in columns), number)
    several = tuple(tuple(records.values()) for records in groups.values() if len(records) > 1)
    return Lines(several, sum(map(len, several)) / max(1, len(order_id.cells)))


def choose_grain(
    order_id: Column | None, lines: Lines, *, has_lines: bool, answers: Mapping[str, str]
) -> Choice | Question:
    """Say whether a record is an order or a line of one.

    Parameters
    ----------
    order_id : Column, optional
        The column with order numbers.
    lines : Lines
        From :func:`lines_of`.
    has_lines : bool
        Whether there are columns with a quantity and a price.
    answers : mapping of str to str
        What the user said; of use here is ``grain``.
    """
    return settle("grain", _grain(order_id, lines, has_lines), answers)


def _grain(order_id: Column | None, lines: Lines, has_lines: bool) -> Choice | Question:
    if order_id is None:
        return Choice("orders", "likely", "there is no column with order numbers")
    if not lines.groups:
        return Choice("orders", "sure", f"no order number in {_name(order_id)} comes twice")
    if has_lines:
        return Choice("lines", "sure", f"order numbers in {_name(order_id)} repeat, with quantity and price")
    if lines.share < SOME:
        return Choice("orders", "likely", f"hardly any order number in {_name(order_id)} comes twice")
    order = order_id.cells[lines.groups[0][0]]
    options = (
        Option("orders", "orders: each record is an order of its own"),
        Option("lines", "lines: records with one number are lines of one order, their amounts add up"),
    )
    return Question("grain", f"Order {shown(order)} has several records: orders or lines of one?", options)


def choose_amount(
    columns: Sequence[Column],
    taken: Sequence[Column],
    lines: Lines,
    *,
    price: Mapping[str, Column],
    answers: Mapping[str, str],
) -> dict[str, Choice | Question]:
    """Choose the columns that give the amount of a record.

    Parameters
    ----------
    columns, taken : sequence of Column
        All columns, and those that have another role.
    lines : Lines
        Orders with several records; none if a record is an order.
    price : mapping of str to Column
        The columns ``quantity`` and ``unit_price``, if both are there.
    answers : mapping of str to str
        What the user said; of use here is ``amount``.

    Returns
    -------
    dict
        ``amount``, or ``quantity`` and ``unit_price``; empty if no column holds numbers.
    """
    if "amount" in answers:
        return {"amount": stated_column("amount", columns, answers)}
    found = candidates("amount", columns, [*taken, *price.values()])
    if price and (not found or (lines.groups and _is_of_the_order(found[0].column, lines))):
        why = "the total is that of the whole order" if found else "there is no column with totals"
        return {
            role: Choice(column.reference, "likely", f"{why}; {described(column)}")
            for role, column in price.items()
        }
    chosen = _by_name(found) if found else _by_cells(columns, taken)
    return {"amount": chosen} if chosen else {}


def _by_name(found: Sequence[Candidate]) -> Choice | Question:
    near = [item.column for item in found if found[0].weight - item.weight < NEARLY_AS_GOOD]
    if len(near) > 1 and len({column.cells for column in near}) > 1:
        return column_question("amount", WHICH_AMOUNT, near, str(near[0].reference))
    return _with_reason(found)


def _by_cells(columns: Sequence[Column], taken: Sequence[Column]) -> Choice | Question | None:
    numbers = [column for column in columns if column not in taken and fits("amount", column)]
    fractions = [column for column in numbers if not _are_whole(column)]
    if len(fractions) == 1:
        reason = f"the only column of fractions; {described(fractions[0])}"
        return Choice(fractions[0].reference, "guess", reason)
    return column_question("amount", WHICH_AMOUNT, fractions or numbers) if numbers else None


def _with_reason(found: Sequence[Candidate]) -> Choice:
    choice = found[0].choice
    if len(found) == 1:
        return choice
    others = ", ".join(_name(item.column) for item in found[1:4])
    return Choice(choice.value, choice.certainty, f"comes nearest to what was paid, before {others}")


def _is_of_the_order(column: Column, lines: Lines) -> bool:
    """Tell whether a column repeats the total of the order in its lines, or holds it in the first only."""
    cells = [[column.cells[number].strip() for number in group] for group in lines.groups]
    are_first_only = [bool(group[0]) and not any(group[1:]) for group in cells]
    are_repeated = [bool(group[0]) and len(set(group)) == 1 for group in cells]
    return sum(are_first_only) + sum(are_repeated) >= MOST * len(cells)


def _are_whole(column: Column) -> bool:
    return not any(set(".,") & set(value) for value in column.values)


def _name(column: Column) -> str:
    return shown(column.name) if column.name.strip() else f"column {column.position}"
