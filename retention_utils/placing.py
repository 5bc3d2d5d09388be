"""In which period of a calendar a day lies, as Ibis expressions that halve the calendar at every step.

Boundary ``k`` is the start of period ``k``; boundary ``len(calendar)`` is the end of the last one.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from retention_utils.periods import Period

__all__ = ["boundaries_up_to", "period_number"]


def period_number(day: ir.DateValue, calendar: Sequence[Period]) -> ir.IntegerValue:
    """Return the number of the period that a day lies in, which is that of its first boundary too.

    Days before the calendar count to its first period, those after it to none (NULL).
    """
    return _place(day, calendar, 0, len(calendar), beyond=ibis.null("int32"))


def boundaries_up_to(day: ir.DateValue, calendar: Sequence[Period]) -> ir.IntegerValue:
    """Return the number of the last boundary that is not after a day."""
    return _place(day, calendar, 0, len(calendar), beyond=ibis.literal(len(calendar), "int32"))


def _place(
    day: ir.DateValue, calendar: Sequence[Period], first: int, last: int, *, beyond: ir.IntegerValue
) -> ir.IntegerValue:
    """Find the first period, of those from ``first`` up to ``last``, that ends after a day."""
    if first == last:
        return ibis.literal(first, "int32") if first < len(calendar) else beyond
    middle = (first + last) // 2
    return ibis.ifelse(
        day < ibis.date(calendar[middle].end),
        _place(day, calendar, first, middle, beyond=beyond),
        _place(day, calendar, middle + 1, last, beyond=beyond),
    )
