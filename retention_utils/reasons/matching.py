"""Which reason a client's code or a customer's words stand for, and by which rule.

A code or the name of a reason goes first; then the words, by stems. The stem that stands first in the text
makes the reason, the longest of those that begin there; others are mentioned besides. A word with one slip
counts only where nothing else fits. What is denied ("not expensive") does not count.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from retention_utils.reason_codes.codes import NOT_TOLD, ReasonBook
from retention_utils.reasons.spelling import folded, is_slip_of, words_of

__all__ = ["NOTHING", "RULES", "Match", "Matcher"]

Rule = Literal["code", "words", "slip", "none", "silent"]
RULES: tuple[Rule, ...] = ("code", "words", "slip", "none", "silent")
DENIALS = frozenset(["not", "no", "never", "isnt", "wasnt", "не", "ні", "нет", "без"])
DEGREES = frozenset(["too", "very", "so", "that", "слишком", "очень", "так", "дуже", "надто", "занадто"])


@dataclass(frozen=True)
class Match:
    """What a text stands for: the key of a reason, the rule and the keyword that said so."""

    code: str  # empty where nothing matched
    rule: Rule
    found: str  # the code or keyword, as the list has it
    others: tuple[str, ...] = ()  # reasons mentioned besides


NOTHING = Match("", "silent", "")


@dataclass(frozen=True)
class _Keyword:
    stems: tuple[str, ...]
    code: str
    written: str

    @property
    def length(self) -> int:
        return sum(map(len, self.stems))


class Matcher:
    """Sorts reasons by the codes and words of one book."""

    def __init__(self, book: ReasonBook) -> None:
        self._given = {
            folded(told): (code.key, told)
            for code in book.code
            for told in (code.key, *code.name.values(), *code.codes)
        }
        self._keywords: dict[str, list[_Keyword]] = defaultdict(list)  # by their first stem
        self._stems: dict[str, dict[str, None]] = defaultdict(dict)  # by their first letter
        for keyword in (keyword for code in book.code for keyword in _keywords(code.key, code.words)):
            self._keywords[keyword.stems[0]].append(keyword)
            for stem in keyword.stems:
                self._stems[stem[:1]][stem] = None
        # Answers repeat, and so do words.
        self._known, self._begun, self._slipped = map(
            cache, (self._sorted, self._find_begun, self._find_slipped)
        )

    def match(self, reason: str, comment: str = "") -> Match:
        """Sort one answer.

        Parameters
        ----------
        reason : str
            The client's code, the name of a reason, or words.
        comment : str
            Further words. They count where the reason says nothing, and add what is mentioned besides.
        """
        return self._known(reason, comment)

    def _sorted(self, reason: str, comment: str) -> Match:
        told = [text for text in (reason, comment) if text.strip()]
        if not told:
            return NOTHING
        given = self._given.get(folded(reason))
        texts = [words_of(text) for text in (told[1:] if given and reason.strip() else told)]
        mentioned = [hit for words in texts for hit in self._exact(words)]
        if given:
            mentioned.insert(0, ("code", *given))
        known = [hit for hit in mentioned if hit[1] != NOT_TOLD]
        if not known:
            known = [hit for words in texts for hit in self._slips(words)][:1]
        found = known or mentioned
        if not found:
            return Match("", "none", "")
        rule, code, written = found[0]
        others = dict.fromkeys(hit[1] for hit in known if hit[1] != code)
        return Match(code, rule, written, tuple(others))

    def _exact(self, words: Sequence[str]) -> Iterable[tuple[Rule, str, str]]:
        """Go through the words from left to right; what a keyword has taken no other one takes."""
        place = 0
        while place < len(words):
            fitting = [
                keyword
                for stem in self._begun(words[place])
                for keyword in self._keywords.get(stem, ())
                if self._wrong(keyword, words, place) == [] and not _is_denied(keyword, words, place)
            ]
            if fitting:
                best = max(fitting, key=lambda keyword: keyword.length)
                yield "words", best.code, best.written
                place += len(best.stems)
            else:
                place += 1

    def _slips(self, words: Sequence[str]) -> Iterable[tuple[Rule, str, str]]:
        for place, word in enumerate(words):
            fitting = [
                keyword
                for stem in (*self._begun(word), *self._slipped(word))
                for keyword in self._keywords.get(stem, ())
                if keyword.code != NOT_TOLD
                and self._has_one_slip(keyword, words, place)
                and not _is_denied(keyword, words, place)
            ]
            if fitting:
                best = max(fitting, key=lambda keyword: keyword.length)
                yield "slip", best.code, best.written

    def _find_begun(self, word: str) -> tuple[str, ...]:
        return tuple(stem for stem in self._stems.get(word[:1], ()) if _begins(word, stem))

    def _find_slipped(self, word: str) -> tuple[str, ...]:
        stems = self._stems.get(word[:1], ())
        return tuple(stem for stem in stems if is_slip_of(word, stem.removesuffix("$")))

    def _wrong(self, keyword: _Keyword, words: Sequence[str], place: int) -> list[tuple[str, str]] | None:
        """Return the words that do not begin with their stem, each with it; None where words are lacking."""
        there = words[place : place + len(keyword.stems)]
        if len(there) < len(keyword.stems):
            return None
        pairs = zip(there, keyword.stems, strict=True)
        return [(word, stem) for word, stem in pairs if stem not in self._begun(word)]

    def _has_one_slip(self, keyword: _Keyword, words: Sequence[str], place: int) -> bool:
        wrong = self._wrong(keyword, words, place) or []
        return len(wrong) == 1 and wrong[0][1] in self._slipped(wrong[0][0])


def _keywords(code: str, written: Iterable[str]) -> Iterable[_Keyword]:
    for words in written:
        stems = tuple(folded(part) for part in words.split())
        if stems:
            yield _Keyword(stems, code, words)


def _begins(word: str, stem: str) -> bool:
    return word == stem[:-1] if stem.endswith("$") else word.startswith(stem)


def _is_denied(keyword: _Keyword, words: Sequence[str], place: int) -> bool:
    before = place - 1
    while before >= 0 and words[before] in DEGREES:
        before -= 1
    return before >= 0 and words[before] in DENIALS and keyword.stems[0] not in DENIALS
