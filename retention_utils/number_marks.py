"""What stands around the digits of a written number: signs, units, spaces; and how many digits there are."""

import re
from decimal import Decimal
from typing import Any

from retention_utils.language_dates import NO_BREAK
from retention_utils.missing import is_missing

__all__ = ["MINUS", "code_apart", "fixed", "rounded", "shared_unit", "signed", "tied", "unit_of"]

MINUS = "\u2212"


def code_apart(sign: str) -> str:
    """Return what stands for a currency before a number: a code of letters with a space after it."""
    return sign + NO_BREAK if sign[-1].isalpha() else sign


def tied(text: str, language: str) -> str:
    """Keep a number and the word that it counts on one line, where that is the custom."""
    return text if language == "en" else re.sub(r"(?<=\d) ", NO_BREAK, text)


def rounded(value: Any, places: int) -> Decimal | None:
    """Round a number to the digits that are printed; None if there is none, or one without meaning."""
    if is_missing(value) or not abs(float(value)) < 1e20:
        return None
    amount = Decimal(str(float(value))).quantize(Decimal(1).scaleb(-places))
    return amount if amount else abs(amount)


def fixed(pattern: str, digits: int) -> str:
    """Return a pattern of CLDR with so many digits after the decimal sign."""
    return re.sub(r"0(\.[0#]+)?", "0." + "0" * digits if digits else "0", pattern, count=1)


def signed(text: str) -> str:
    """Return a written change with a plus sign where it is above zero."""
    is_positive = re.search("[1-9]", text) and MINUS not in text and not text.startswith("+")
    return f"+{text}" if is_positive else text


def unit_of(text: str) -> str:
    """Return what stands after the last digit."""
    return re.search(r"\D*$", text)[0]


def shared_unit(first: str, last: str) -> str:
    """Return what of the units is the same: all of it, or the sign after "thousand" and "million"."""
    one, other = unit_of(first), unit_of(last)
    if one == other:
        return one
    sign = NO_BREAK + one.rpartition(NO_BREAK)[2]
    has_scales = one.count(NO_BREAK) == other.count(NO_BREAK) == 2
    return sign if has_scales and other.endswith(sign) else ""
