"""Which encoding the bytes of a text file are in."""

import codecs
import math
import re
from collections import Counter

from retention_utils.errors import InputError
from retention_utils.proposal.questions import Choice, Option, Question, shown
from retention_utils.proposal.vocabulary import NATIONAL_WORDS

__all__ = ["ASCII_ONLY", "decode", "detect_encoding"]

CYRILLIC = ("cp1251", "koi8-r", "cp866")
WESTERN = ("cp1252", "latin-1")
# How often a letter comes in Russian and Ukrainian, from the most frequent to the rarest.
BY_FREQUENCY = "оаеинтсрвлкмдупяіыьгзбчйхжшюцщїєфэъёґ"
RANK = {letter: rank for rank, letter in enumerate(BY_FREQUENCY)}
WESTERN_LETTERS = set("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØÙÚÛÜŒŠŽ")
SIGNS = set("€£¥§©®°«»“”„‘’–—…•№")
ASCII_ONLY = "only plain ASCII characters"
CLEAR_LEAD = 0.15  # by which the best reading must beat the next, however long the text
LEAD_OF_ONE = 1.5  # by which it must do so for a single letter; for n letters a share of that


def detect_encoding(data: bytes) -> Choice | Question:
    """Find the encoding of the beginning of a text file.

    Raises
    ------
    InputError
        If it is no text, or UTF-16 in the order of bytes that is not read without a mark.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Choice("utf-16", "sure", "the file begins with the mark of UTF-16")
    if b"\0" in data:
        return _by_zero_bytes(data)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return _by_letters(data)
    if data.isascii():
        return Choice("utf-8", "sure", ASCII_ONLY)
    return Choice("utf-8", "sure", "every character is valid UTF-8")


def decode(data: bytes, encoding: str) -> str:
    """Decode a piece of a file; a character cut at either end is left out."""
    return data.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="ignore")


def _by_zero_bytes(data: bytes) -> Choice:
    even, odd = (data[start::2].count(0) * 2 / len(data) for start in (0, 1))
    if odd > 0.2 > even:
        return Choice("utf-16", "likely", "every second byte is zero")
    if even > 0.2 > odd:
        msg = "it is UTF-16 without a mark, which cannot be read. Save it as UTF-8."
        raise InputError(msg)
    msg = "it holds zero bytes, so it is no text. Send it as CSV, XLSX, JSON Lines or Parquet."
    raise InputError(msg)


def _by_letters(data: bytes) -> Choice | Question:
    readings: dict[str, str] = {}
    for encoding in CYRILLIC + WESTERN:
        text = data.decode(encoding, errors="replace")
        if text not in readings.values():
            readings[encoding] = text
    scores = {encoding: _plausibility(text) for encoding, text in readings.items()}
    best, *rest = sorted(scores, key=scores.__getitem__, reverse=True)
    letters = sum(byte > 127 for byte in data)
    lead = CLEAR_LEAD + LEAD_OF_ONE / letters
    if not rest or (scores[best] > 0.5 and scores[best] - scores[rest[0]] > lead):
        return Choice(best, "likely", "no valid UTF-8; the letters make most sense so")
    options = tuple(Option(code, f"{code}: {_example(readings[code])}") for code in (best, *rest))
    return Question("encoding", "In which encoding are the letters right?", options, best)


def _plausibility(text: str) -> float:
    """Say how much the characters beyond ASCII look like language: 1 entirely, below 0 not at all."""
    foreign = Counter(character for character in text if not character.isascii())
    letters = sum(count for character, count in foreign.items() if character in WESTERN_LETTERS)
    points = letters + sum(count for character, count in foreign.items() if character in SIGNS)
    points += 2 * len(
        re.findall(r"(?<=\d)\xa0|\xa0(?=\d)", text)
    )  # a blank between thousands, or before a unit
    for character, count in foreign.items():
        if (rank := RANK.get(character.lower())) is not None:
            points += count * (1.1 - 0.2 * math.log2(1 + rank))
        elif character not in WESTERN_LETTERS and character not in SIGNS:
            points -= count
    # Two alphabets in one word, and a capital after a small letter, are signs of a wrong reading.
    mixed = re.findall(r"[A-Za-z][а-яёіїєґ]|[а-яёіїєґ][A-Za-z]|[а-яёіїєґ][А-ЯЁІЇЄҐ]", text)
    accented_runs = re.findall(r"[À-ÿ]{3,}", text)
    points -= 2 * len(mixed) + sum(2 * len(run) for run in accented_runs)
    known = [word for word in re.findall(r"[^\W\d_]+", text.casefold()) if word in NATIONAL_WORDS]
    points += 2 * sum(map(len, known))
    return points / sum(foreign.values())


def _example(text: str) -> str:
    found = re.search(r"[^\n;,\t]*[^\x00-\x7f][^\n;,\t]*", text)
    return shown(found[0].strip()) if found else "nothing"
