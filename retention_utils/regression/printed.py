"""Numbers as a text prints them, in the three languages, and how far two numbers are apart.

What only looks like a number stays text: dates and times, years, numbers with leading zeros, whatever is
joined to letters or holds two points. Decimal points as Python prints them are understood in every language.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel.core import get_global

__all__ = ["PrintedNumber", "is_near", "relative_difference", "split_numbers"]

SPACES = "\u00a0\u202f"
YEARS = range(1900, 2101)
DIGITS = {"en": (r",", r"\."), "ru": (rf"[{SPACES}]", r"[.,]"), "uk": (rf"[{SPACES}]", r"[.,]")}
TAG = re.compile(r"<[^<>]*>|&#?\w+;")


@dataclass(frozen=True)
class PrintedNumber:
    """One number of a text: as printed, what it is worth, and how it is written."""

    text: str
    value: Decimal
    point: str  # its decimal sign, if it has one
    unit: str  # %, k, M, … right behind it

    def is_written_like(self, other: "PrintedNumber") -> bool:
        """Say whether both are in the same unit, and their decimals are set off by the same sign."""
        return self.unit == other.unit and (self.point == other.point or not self.point or not other.point)


def split_numbers(
    text: str, *, language: str = "en", is_markup: bool = False
) -> tuple[list[str], list[PrintedNumber]]:
    """Take a text apart into its numbers and what stands between them.

    Parameters
    ----------
    text : str
        A line, a sentence or a cell.
    language : str
        In which it is written: ``en``, ``ru`` or ``uk``.
    is_markup : bool
        Whether tags and entities stand in it, whose digits are no numbers.

    Returns
    -------
    tuple
        The texts before, between and behind the numbers (one more than numbers), and the numbers.
    """
    barred = [match.span() for match in TAG.finditer(text)] if is_markup else []
    found = [match for match in _pattern(language).finditer(text) if _is_number(match, barred)]
    ends = [0, *(match.end() for match in found)]
    begins = [*(match.start() for match in found), len(text)]
    between = [text[end:begin] for end, begin in zip(ends, begins, strict=True)]
    return between, [_number(match, language) for match in found]


def is_near(before: Decimal, now: Decimal, tolerance: Decimal) -> bool:
    """Say whether a number differs by no more than a fraction of what it was; from zero, by nothing."""
    return abs(now - before) <= tolerance * abs(before)


def relative_difference(before: Decimal, now: Decimal) -> float | None:
    """Return the change as a fraction of what the number was; None if that was zero."""
    return float((now - before) / abs(before)) if before else None


@cache
def _pattern(language: str) -> re.Pattern[str]:
    group, point = DIGITS[language]
    return re.compile(
        # Not within a word or a date, but behind the code of a currency.
        rf"(?:(?<![\w.,:/#-])(?P<sign>[+\u2212-]?)|(?<=\b(?P<code>[A-Z]{{3}})))"
        rf"(?P<whole>\d{{1,3}}(?:{group}\d{{3}})+(?!\d)|\d+)"
        rf"(?:(?P<point>{point})(?P<part>\d+))?(?P<power>[eE][+-]?\d+)?"
        rf"(?P<unit>[{SPACES}]?%|[kKMBT](?!\w))?"
        r"(?!\w|[-:/.,]\d)"
    )


def _is_number(match: re.Match[str], barred: list[tuple[int, int]]) -> bool:
    if any(begin <= match.start() < end for begin, end in barred):
        return False
    if match["code"] and match["code"] not in get_global("all_currencies"):
        return False
    whole, rest = match["whole"], match["point"] or match["power"] or match["unit"] or match["sign"]
    if len(whole) > 1 and whole.startswith("0"):
        return False
    return bool(rest) or not (whole.isdigit() and int(whole) in YEARS)


def _number(match: re.Match[str], language: str) -> PrintedNumber:
    whole = re.sub(DIGITS[language][0], "", match["whole"])
    sign = "-" if match["sign"] in ("-", "\u2212") else ""
    value = Decimal(f"{sign}{whole}.{match['part'] or 0}{match['power'] or ''}")
    return PrintedNumber(match[0], value, match["point"] or "", match["unit"] or "")
