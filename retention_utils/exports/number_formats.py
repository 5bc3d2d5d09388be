"""How a spreadsheet shows each unit, and what the unit says in words."""

import re

from babel import Locale
from babel.numbers import get_currency_symbol

from retention_utils.formats import Formats
from retention_utils.number_marks import code_apart

__all__ = ["number_formats", "unit_words"]

DIGITS = {"money": "#,##0", "estimate": "#,##0", "money2": "#,##0.00"}
PLAIN = {
    "count": "#,##0", "days": "#,##0", "number": "#,##0.00", "decimal3": "0.000", "share": "0.0%",
    "points": "+0.0;-0.0;0.0", "date": "d mmm yyyy",
}  # fmt: skip


def unit_words(formats: Formats) -> dict[str, str]:
    """Return what every unit says, in the first language of the report."""
    currency, say = formats.name(formats.currency), formats.say
    words = {
        "text": say("text"),
        "figure": say("number in a unit of its own; as text where that is no unit of a column"),
        "name": say("text, the same in every language"),
        "date": say("day"),
        "count": say("whole number"),
        "days": say("days"),
        "number": say("number"),
        "decimal3": say("number, to three digits"),
        "share": say("share of one, shown per hundred: 0.25 is 25%"),
        "points": say("points, of shares or of an NPS; in the CSV files 0.01 is one point"),
        "money": say("{currency}, shown without decimals", currency=currency),
        "money2": currency,
        "estimate": say("{currency}, out of a model, so in whole numbers", currency=currency),
    }
    return {unit: str(text) for unit, text in words.items()}


def number_formats(formats: Formats) -> dict[str, str]:
    """Return the number format of every unit that has one, as spreadsheet programs write it.

    Grouping and decimal sign follow the reader's program; where the currency stands follows the report's
    first language.
    """
    locale = Locale.parse(formats.languages[0])
    pattern = locale.currency_formats["standard"].pattern.partition(";")[0]
    before, after = re.split(r"[#0][#0,.]*", pattern, maxsplit=1)
    sign = get_currency_symbol(formats.currency, locale).replace('"', "")
    before = before.replace("¤", code_apart(sign))
    money = {unit: _quoted(before, sign) + code + _quoted(after, sign) for unit, code in DIGITS.items()}
    return PLAIN | money


def _quoted(text: str, sign: str) -> str:
    return f'"{text.replace("¤", sign)}"' if text else ""
