"""What has to be taken off an amount: discounts it is before, delivery and tax that it holds."""

from collections.abc import Mapping, Sequence

from retention_utils.proposal.column_map import candidates
from retention_utils.proposal.numbers import as_number
from retention_utils.proposal.questions import Choice, shown
from retention_utils.proposal.samples import Column
from retention_utils.proposal.vocabulary import header_weight

__all__ = ["deductions"]

HOLDS = 0.95  # share of records in which a sum must hold
LEAST_CASES = 3  # records that put a sum to the test
CENT = 0.011
GROSS = 0.7  # weight of the names of amounts before discounts


def deductions(
    columns: Sequence[Column], amount: Column | None, price: Mapping[str, Column], decimal_mark: str
) -> Choice | None:
    """Find the columns to take off the amount, where the figures themselves show that it needs it.

    Parameters
    ----------
    columns : sequence of Column
        All columns.
    amount : Column, optional
        The column of the amount; None if that is quantity times price.
    price : mapping of str to Column
        The columns ``quantity`` and ``unit_price`` then.
    decimal_mark : str
        How the numbers are written.

    Returns
    -------
    Choice or None
        A tuple of columns' names or positions; None if nothing is to be taken off.
    """
    used = [*price.values(), *([amount] if amount else [])]
    parts = {
        role: found[0].column
        for role in ("discount", "shipping", "tax")
        if (found := [item for item in candidates(role, columns, used) if item.weight >= 0.85])
    }
    if discount := parts.pop("discount", None):
        is_gross = amount is None or header_weight(amount.name, "amount") == GROSS
        if is_gross and min(_numbers(discount, decimal_mark)) >= 0:
            what = "quantity times price" if amount is None else shown(amount.name)
            return Choice((discount.reference,), "likely", f"{what} is before discounts")
    if amount is None or not parts:
        return None
    bases = [item.column for item in candidates("amount", columns, [amount, *parts.values()])]
    base = next((base for base in bases if _adds_up(base, parts, amount, decimal_mark)), None)
    if base is None:
        return None
    names = " and ".join(shown(column.name) for column in parts.values())
    reason = f"{shown(amount.name)} is {shown(base.name)} with {names}, in the records looked at"
    return Choice(tuple(column.reference for column in parts.values()), "likely", reason)


def _adds_up(base: Column, parts: Mapping[str, Column], amount: Column, decimal_mark: str) -> bool:
    """Tell whether one amount with delivery and tax makes the other."""
    figures = [_numbers(column, decimal_mark) for column in parts.values()]
    added = [sum(values) for values in zip(*figures, strict=True)]
    sums = zip(_numbers(base, decimal_mark), added, _numbers(amount, decimal_mark), strict=True)
    cases = [abs(before + extra - total) < CENT for before, extra, total in sums if extra]
    return len(cases) >= LEAST_CASES and sum(cases) >= HOLDS * len(cases)


def _numbers(column: Column, decimal_mark: str) -> list[float]:
    return [as_number(cell, decimal_mark) or 0.0 for cell in column.cells]
