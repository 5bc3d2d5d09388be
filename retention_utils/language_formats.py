"""Numbers, money, days and dates as one language writes them.

Grouping, decimal sign, currency sign, plurals and month names come from Babel (Unicode CLDR). Rounding is
Babel's default, half to even, on the shortest decimal that stands for the number: 0.5 gives "0", 1.5 gives
"2". The house adds four things: a real minus sign (U+2212), no minus before a rounded zero, spans that do
not break at the dash, and "—" for whatever is missing, infinite or beyond 10^20. In Russian and Ukrainian it
adds a narrow space between thousands, no break between a number and its unit, and the currency's sign where
CLDR has its code; in English a space that does not break between a currency's code and its number.
"""

import re
from dataclasses import dataclass
from decimal import Context
from functools import cache, cached_property
from typing import Any, Literal

from babel import Locale
from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
    get_minus_sign_symbol,
    list_currencies,
)
from babel.units import format_unit

from retention_utils.currency_signs import currency_sign
from retention_utils.errors import ConfigError, TableError, did_you_mean
from retention_utils.language_dates import DASH, NARROW, NO_BREAK, written_day, written_period
from retention_utils.missing import is_missing
from retention_utils.number_marks import MINUS, code_apart, fixed, rounded, shared_unit, signed, tied, unit_of

__all__ = [
    "BLANK",
    "POINT_ENDINGS",
    "Kind",
    "LanguageFormats",
    "of_language",
]

BLANK = "—"

Kind = Literal[
    "count", "share", "stated_share", "money", "money2", "estimate", "short_money", "number", "decimal3",
    "days", "points", "nps",
]  # fmt: skip

_KINDS: dict[str, tuple[str, dict[str, int]]] = {
    "count": ("count", {}),
    "share": ("share", {}),
    "stated_share": ("stated_share", {}),
    "money": ("money", {}),
    "money2": ("money", {"digits": 2}),
    "estimate": ("money", {}),
    "short_money": ("short_money", {}),
    "number": ("number", {}),
    "decimal3": ("number", {"digits": 3}),
    "days": ("days", {}),
    "points": ("points", {}),
    "nps": ("nps", {}),
}

# CLDR knows no percentage points and joins no signed numbers.
_WORDS = {
    "en": {"points": " points", "nps": " points", "to": "{low} to {high}"},
    "ru": {
        "points": f"{NO_BREAK}п.{NO_BREAK}п.",
        "nps": f"{NO_BREAK}пункта",
        "to": f"от{NO_BREAK}{{low}} до{NO_BREAK}{{high}}",
    },
    "uk": {
        "points": f"{NO_BREAK}в.{NO_BREAK}п.",
        "nps": f"{NO_BREAK}пункту",
        "to": f"від{NO_BREAK}{{low}} до{NO_BREAK}{{high}}",
    },
}
# How a number of points ends.
POINT_ENDINGS = tuple(words[kind] for words in _WORDS.values() for kind in ("points", "nps"))


@dataclass(frozen=True)
class LanguageFormats:
    """How one language writes the numbers of a report.

    Parameters
    ----------
    language : str
        ``"en"``, ``"ru"`` or ``"uk"``.
    currency : str
        ISO 4217 code, such as ``"USD"``.

    Raises
    ------
    ConfigError
        If the language or the currency is not known.
    """

    language: str = "en"
    currency: str = "USD"

    def __post_init__(self) -> None:
        if self.language not in _WORDS:
            raise ConfigError(f"language is {self.language!r}; use one of {sorted(_WORDS)}.")
        if self.currency not in list_currencies():
            hint = did_you_mean(str(self.currency).upper(), list_currencies())
            raise ConfigError(f"currency is {self.currency!r}; use an ISO 4217 code such as 'USD'.{hint}")

    @cached_property
    def locale(self) -> Locale:
        """Babel's locale of the language."""
        return Locale.parse(self.language)

    @cached_property
    def _is_spaced(self) -> bool:
        """Whether thousands are set off by a space, and units stand apart from their number."""
        return self.language != "en"

    def number(self, value: Any, *, digits: int = 2) -> str:
        """``-1234.5`` gives ``−1,234.50``."""
        amount = rounded(value, digits)
        pattern = fixed(self.locale.decimal_formats[None].pattern, digits)
        return BLANK if amount is None else self._set(format_decimal(amount, pattern, self.locale))

    def count(self, value: Any) -> str:
        """``1234`` gives ``1,234``."""
        return self.number(value, digits=0)

    def share(self, value: Any, *, digits: int = 1) -> str:
        """Write a fraction per hundred: ``0.4611`` gives ``46.1%``."""
        amount = rounded(value, digits + 2)
        pattern = fixed(self.locale.percent_formats[None].pattern, digits)
        return BLANK if amount is None else self._set(format_percent(amount, pattern, self.locale))

    def stated_share(self, value: Any) -> str:
        """Write a share that somebody set, to no more digits than it has: ``0.2`` gives ``20%``."""
        amount = rounded(value, 3)
        return self.share(value, digits=0 if amount is not None and amount == round(amount, 2) else 1)

    def points(self, value: Any, *, digits: int = 1, has_unit: bool = True) -> str:
        """Write a difference of fractions with its sign: ``-0.002`` gives ``−0.2 points``.

        Without the unit it is for a column that is headed by it.
        """
        amount = rounded(value, digits + 2)
        if amount is None:
            return BLANK
        text = signed(self.number(amount.scaleb(2), digits=digits))
        return text + _WORDS[self.language]["points"] if has_unit else text

    def nps(self, value: Any) -> str:
        """Write a Net Promoter Score, or a difference of two: its points are no percentage points."""
        text = self.points(value, has_unit=False)
        return text if text == BLANK else text + _WORDS[self.language]["nps"]

    def money(self, value: Any, *, digits: int = 0) -> str:
        """``213400`` gives ``$213,400``; ``digits=2`` is for unit prices."""
        amount = rounded(value, digits)
        if amount is None:
            return BLANK
        pattern = fixed(self.locale.currency_formats["standard"].pattern, digits)
        return self._with_sign(
            format_currency(amount, self.currency, pattern, self.locale, currency_digits=False)
        )

    def short_money(self, value: Any, *, beside: Any = 0) -> str:
        """Write three significant digits: ``213400`` gives ``$213k``; in full below ten thousand.

        ``beside`` is the largest number written with it, on an axis or in an interval: if that is written
        in short, so is this one, from a thousand on.
        """
        amount, largest = rounded(value, 0), rounded(beside, 0) or 0
        if amount is None or abs(amount) < (1_000 if abs(largest) >= 10_000 else 10_000):
            return self.money(value)
        amount = Context(prec=3).plus(amount)
        digits = 2 - amount.adjusted() % 3
        text = format_compact_currency(amount, self.currency, locale=self.locale, fraction_digits=digits)
        return self._with_sign(re.sub(r"(?<=\d)K$", "k", text))

    def days(self, value: Any, *, digits: int = 0) -> str:
        """``1`` gives ``1 day``, ``60`` gives ``60 days``."""
        amount = rounded(value, digits)
        pattern = fixed(self.locale.decimal_formats[None].pattern, digits)
        if amount is None:
            return BLANK
        return tied(
            self._set(format_unit(amount, "duration-day", "long", pattern, self.locale)), self.language
        )

    def date(self, value: Any) -> str:
        """Write a day, or the first day of a period: ``30 June 1998``."""
        return written_day(value, self.language, "date") or BLANK

    def month(self, value: Any, *, short: bool = False) -> str:
        """Write the month of a day or of a period: ``June 1998``; short: ``Jun 1998``."""
        return written_day(value, self.language, "short month" if short else "month") or BLANK

    def period(self, key: str, *, short: bool = False) -> str:
        """Write a period's key: ``June 1998``, ``Q2 1998``, ``1998``, ``week 45 of 2024``, days in full.

        Short, for an axis: ``Jun 1998``, ``Q2 1998``, ``1998``, ``2024-W45``, the first day.
        """
        return written_period(key, self.language, short=short)

    def value(self, value: Any, kind: Kind) -> str:
        """Write ``value`` as its ``kind`` says: ``"money2"`` is money with two digits, and so on.

        Raises
        ------
        TableError
            If ``kind`` is unknown.
        """
        if kind not in _KINDS:
            msg = f"kind is {kind!r}; use one of {list(_KINDS)}.{did_you_mean(str(kind), _KINDS)}"
            raise TableError(msg)
        method, options = _KINDS[kind]
        return getattr(self, method)(value, **options)

    def change(self, value: Any, kind: Kind, *, beside: Any = 0) -> str:
        """Write ``value`` like :meth:`value`, with a plus sign; short money as :meth:`short_money` does."""
        is_short = kind == "short_money"
        return signed(self.short_money(value, beside=beside) if is_short else self.value(value, kind))

    def ends(self, low: Any, high: Any, kind: Kind, *, is_change: bool = False) -> tuple[str, str]:
        """Write both ends of a span in one notation, as changes with their sign: ``+$6.08k``, ``+$15.7k``."""
        if kind == "short_money" and not (is_missing(low) or is_missing(high)):
            first, last = self.short_money(low, beside=high), self.short_money(high, beside=low)
        else:
            first, last = self.value(low, kind), self.value(high, kind)
        return (signed(first), signed(last)) if is_change else (first, last)

    def interval(self, low: Any, high: Any, kind: Kind) -> str:
        """Write a span with its unit once: ``44.5–47.7%``, ``$34–38``, ``−0.6 to +0.2 points``."""
        first, last = self.ends(low, high, kind)
        if BLANK in (first, last):
            return BLANK
        # In English "$6.91–27.6k" would begin at seven dollars: the letter of thousands stands at both ends.
        is_whole = kind == "days" or (self.language == "en" and kind == "short_money")
        first = first.removesuffix("" if is_whole else shared_unit(first, last))
        if kind == "days":  # "1 day" and "60 days" are one unit in two forms
            first = first.removesuffix(unit_of(first))
        if kind in ("points", "nps") or MINUS in first + last:
            return self._from_to(first, last)
        if self._is_spaced and unit_of(first):
            return f"{first}{NO_BREAK}– {last}"
        return first + DASH + last.removeprefix(re.match(r"\D*", first)[0])

    def bare_interval(self, low: str, high: str) -> str:
        """Join the written ends of a span that have no unit: ``44.5–47.7``, ``−0.6 to +0.2``."""
        is_signed = any(sign in low + high for sign in (MINUS, "+"))
        return self._from_to(low, high) if is_signed else low + DASH + high

    def _from_to(self, low: str, high: str) -> str:
        return _WORDS[self.language]["to"].format(low=low, high=high)

    def _with_sign(self, text: str) -> str:
        """Write the currency's sign for what Babel has: in Russian and Ukrainian often the code.

        A code before the number is set apart from it, as CLDR asks and Babel does not do.
        """
        known = get_currency_symbol(self.currency, self.locale)
        if not self._is_spaced:
            return self._set(text.replace(known, code_apart(known), 1))
        sign = currency_sign(self.currency)
        return self._set(text.replace(known, sign) if sign else text)

    def _set(self, text: str) -> str:
        """Set the minus sign, and a narrow space between thousands."""
        text = text.replace(get_minus_sign_symbol(self.locale), MINUS)
        return re.sub(rf"(?<=\d){NO_BREAK}(?=\d)", NARROW, text)


@cache
def of_language(language: str) -> LanguageFormats:
    """Return the formats of a language for what needs no currency."""
    return LanguageFormats(language)
