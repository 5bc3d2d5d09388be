"""Words as they are compared: without capitals, marks and look-alikes, and with one slip of the pen."""

import re
import unicodedata

__all__ = ["folded", "is_slip_of", "words_of"]

APOSTROPHES = dict.fromkeys(map(ord, "'’ʼ‘`´′ʹ"))
LETTERS = str.maketrans({"ё": "е", "ґ": "г"})
# Latin letters that look like Cyrillic ones; they come from the wrong keyboard.
LOOK_ALIKES = str.maketrans("aceiopxykmt", "асеіорхукмт")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
SHORTEST_SLIP = 6  # letters; in shorter stems one letter more or less is another word


def folded(text: str) -> str:
    """Return a text as it is compared: the same word is always the same letters."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(APOSTROPHES).translate(LETTERS)
    return re.sub(r"\w+", lambda word: _in_one_script(word[0]), plain).strip()


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded."""
    return tuple(re.findall(r"\w+", folded(text)))


def is_slip_of(word: str, stem: str) -> bool:
    """Say whether a word would begin with a stem but for one letter wrong, missing, too many or swapped.

    The first letter must be right, and the stem long enough.
    """
    if len(stem) < SHORTEST_SLIP or word[:1] != stem[:1]:
        return False
    lengths = range(len(stem) - 1, min(len(stem) + 1, len(word)) + 1)
    return any(_one_apart(word[:length], stem) for length in lengths if length <= len(word))


def _in_one_script(word: str) -> str:
    return word.translate(LOOK_ALIKES) if CYRILLIC.search(word) else word


def _one_apart(found: str, wanted: str) -> bool:
    """Say whether one edit, or a swap of neighbours, turns one word into the other."""
    short, long = sorted((found, wanted), key=len)
    start = next((place for place in range(len(short)) if short[place] != long[place]), len(short))
    rest, other = short[start:], long[start:]
    if len(short) < len(long):
        return rest == other[1:]
    return rest[1:] == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
