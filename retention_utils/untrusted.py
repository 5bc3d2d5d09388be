"""Texts of unknown origin, made fit to be seen: nothing in them is hidden, turns lines about or runs on."""

import re
import unicodedata
from typing import Any

from retention_utils.missing import is_missing

__all__ = ["NOT_IN_XML", "css_string", "shown"]

NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that an SVG or a workbook cannot hold, or that have no picture."""

HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # control, format, unassigned, line ends
PICTURES = 0x2400  # of the control characters, in their order


def shown(text: Any, most: int = 60) -> str:
    """Return a text of a client's data as it may stand in a table or on a terminal.

    Parameters
    ----------
    text : object
        What was found; missing values give an empty text.
    most : int
        Characters at most; what is longer ends with "…".

    Returns
    -------
    str
        Control characters are replaced by their pictures (␛), invisible ones and those that change the
        direction of writing by their number ([U+202E]); everything else is left as it is.
    """
    if is_missing(text):
        return ""
    parts, length = [], 0
    for character in str(text):
        mark = _mark(character)
        if length + len(mark) > most:
            return _shortened(parts, most)
        parts.append(mark)
        length += len(mark)
    return "".join(parts)


def css_string(text: str) -> str:
    """Write a text for between two quotes of a stylesheet: what is no letter, digit or space by number."""
    kept = NOT_IN_XML.sub("", text)
    return "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in kept)


def _mark(character: str) -> str:
    if unicodedata.category(character) not in HIDDEN:
        return character
    number = ord(character)
    if number < 0x20:
        return chr(PICTURES + number)
    return "\N{SYMBOL FOR DELETE}" if number == 0x7F else f"[U+{number:04X}]"


def _shortened(parts: list[str], most: int) -> str:
    """Drop whole marks from the end until there is room for the dots."""
    while parts and sum(map(len, parts)) + 1 > most:
        parts.pop()
    return "".join(parts) + "…"
