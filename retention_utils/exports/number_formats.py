"""How a spreadsheet shows each unit, and what the unit says in words."""

import re

from babel import Locale
from babel.numbers import get_currency_symbol

__all__ = ["UNIT_WORDS", "number_formats"]

DIGITS = {"money": "#,##0", "estimate": "#,##0", "money2": "#,##0.00"}
PLAIN = {
    "count": "#,##0", "days": "#,##0", "number": "#,##0.00", "decimal3": "0.000", "share": "0.0%",
    "points": "+0.0%;-0.0%;0.0%", "date": "d mmm yyyy",
}  # fmt: skip

UNIT_WORDS = {
    "text": "text",
    "name": "text, the same in every language",
    "date": "day",
    "count": "whole number",
    "days": "days",
    "number": "number",
    "decimal3": "number, to three digits",
    "share": "share of one, shown per hundred: 0.25 is 25%",
    "points": "difference of shares, in percentage points: 0.01 is one point, shown as +1.0%",
    "money": "{currency}, shown without decimals",
    "money2": "{currency}",
    "estimate": "{currency}, out of a model, so in whole numbers",
}


def number_formats(*, language: str, currency: str) -> dict[str, str]:
    """Return the number format of every unit that has one, as spreadsheet programs write it.

    Grouping and decimal sign follow the reader's program; where the currency stands follows the report's
    language.
    """
    locale = Locale.parse(language)
    pattern = locale.currency_formats["standard"].pattern.partition(";")[0]
    before, after = re.split(r"[#0][#0,.]*", pattern, maxsplit=1)
    sign = get_currency_symbol(currency, locale).replace('"', "")
    money = {unit: _quoted(before, sign) + code + _quoted(after, sign) for unit, code in DIGITS.items()}
    return PLAIN | money


def _quoted(text: str, sign: str) -> str:
    return f'"{text.replace("¤", sign)}"' if text else ""
