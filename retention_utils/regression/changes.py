"""What differs between two values: texts number by number, data item by item."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from retention_utils.regression.printed import is_near, relative_difference, split_numbers
from retention_utils.texts import LANGUAGES

__all__ = ["Change", "Judge", "aligned"]

Path = tuple[str | int, ...]  # where in the data: keys and positions
MISSING = object()


@dataclass(frozen=True)
class Change:
    """One number or text that is no longer what it was."""

    at: Path  # the line of a text, keys and positions in data
    before: str | float | None  # as printed, or as in the data; None: not there
    now: str | float | None
    relative: float | None = None  # None: it is no number, or was zero


@dataclass(frozen=True)
class Judge:
    """Finds what differs by more than is tolerated.

    Parameters
    ----------
    tolerance : Decimal
        How far a number may lie from what it was, as a fraction of that. With 0, everything must be the same,
        to the letter; above 0, how far columns of a text are set apart does not count either.
    language : str
        In which texts are written that do not say so themselves.
    """

    tolerance: Decimal = Decimal(0)
    language: str = "en"

    def texts(self, before: str, now: str, *, at: Path = (), is_markup: bool = False) -> list[Change]:
        """Compare two texts: the numbers one by one if all around them is the same, else as a whole."""
        if before == now:
            return []
        old, old_numbers = split_numbers(before, language=self.language, is_markup=is_markup)
        new, new_numbers = split_numbers(now, language=self.language, is_markup=is_markup)
        pairs = list(zip(old_numbers, new_numbers, strict=False))
        is_alike = [*map(self._squeezed, old)] == [*map(self._squeezed, new)]
        if not is_alike or not all(number.is_written_like(other) for number, other in pairs):
            return [Change(at, before, now)]
        return [
            Change(at, number.text, other.text, relative_difference(number.value, other.value))
            for number, other in pairs
            if not self._is_near(number.value, other.value, number.text == other.text)
        ]

    def lines(self, before: str, now: str, *, is_markup: bool = False) -> list[Change]:
        """Compare two texts line by line; lines are counted from 1."""
        found: list[Change] = []
        for line, old, new in aligned(before.split("\n"), now.split("\n")):
            at = (line + 1,)
            if MISSING in (old, new):
                found.append(Change(at, _plain(old), _plain(new)))
            else:
                found += self.texts(old, new, at=at, is_markup=is_markup)
        return found

    def data(self, before: Any, now: Any, *, at: Path = (), is_exact: Callable[[Path], bool]) -> list[Change]:
        """Compare two values of JSON; where ``is_exact`` says so, digits are no numbers."""
        if isinstance(before, Mapping) and isinstance(now, Mapping):
            return self._mappings(before, now, at, is_exact)
        if isinstance(before, list) and isinstance(now, list):
            pairs = aligned(before, now)
            items = [self.data(old, new, at=(*at, number), is_exact=is_exact) for number, old, new in pairs]
            return [change for changes in items for change in changes]
        if is_exact(at):
            return [] if before == now else [Change(at, _plain(before), _plain(now))]
        if isinstance(before, str) and isinstance(now, str):
            return self.texts(before, now, at=at)
        if _is_number(before) and _is_number(now):
            old, new = Decimal(repr(before)), Decimal(repr(now))
            is_near = self._is_near(old, new, before == now)
            return [] if is_near else [Change(at, before, now, relative_difference(old, new))]
        return [] if before == now else [Change(at, _plain(before), _plain(now))]

    def _mappings(
        self, before: Mapping[str, Any], now: Mapping[str, Any], at: Path, is_exact: Callable[[Path], bool]
    ) -> list[Change]:
        names = list(dict.fromkeys([*before, *now]))
        is_said = bool(names) and set(names) <= set(LANGUAGES)
        found: list[Change] = []
        for name in names:
            judge = Judge(self.tolerance, name) if is_said else self
            old, new = before.get(name, MISSING), now.get(name, MISSING)
            changes = judge.data(old, new, at=(*at, name), is_exact=is_exact)
            told = {change.relative for change in found} if is_said else set()
            found += [
                change for change in changes if change.relative not in told
            ]  # each language says it again
        return found

    def _is_near(self, before: Decimal, now: Decimal, is_same: bool) -> bool:
        return is_same or (self.tolerance > 0 and is_near(before, now, self.tolerance))

    def _squeezed(self, text: str) -> str:
        return re.sub(r" +", " ", text).strip(" ") if self.tolerance else text


def aligned(before: Sequence[Any], now: Sequence[Any]) -> Iterator[tuple[int, Any, Any]]:
    """Yield the items that differ, side by side with their position; MISSING where one has no counterpart."""
    old, new = ([json.dumps(item, sort_keys=True) for item in items] for items in (before, now))
    if len(old) == len(new):
        yield from ((n, b, a) for n, (b, a) in enumerate(zip(before, now, strict=True)) if old[n] != new[n])
        return
    for kind, begin, end, new_begin, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            pairs = zip_longest(before[begin:end], now[new_begin:new_end], fillvalue=MISSING)
            yield from ((begin + number, *pair) for number, pair in enumerate(pairs))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _plain(value: Any) -> str | float | None:
    if value is MISSING:
        return None
    is_plain = value is None or isinstance(value, str) or _is_number(value)
    return value if is_plain else json.dumps(value, ensure_ascii=False)
