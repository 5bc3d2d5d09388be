"""Words that are read as one and stand in one line, such as a number and its unit."""

import re

from retention_utils.language_dates import DASH

__all__ = ["held_together"]

# Each begins with the very sign that is sought, and looks back only then: a page is long.
ORDINAL = re.compile("-(?=[а-яіїєґ])(?<=[0-9%]-)")
COUNT = re.compile(r" = (?=\d)(?<=\bn = )")
UNIT = re.compile(r" (?:(?=points\b)(?<=\d )|(?=interval\b)(?<=\b95% )|(?=(?:и|і)нтервал)(?<=\b95%-[йиі] ))")
END = re.compile(r" (?=[−+]?\d)(?:(?<=\bto )|(?<=\bот )|(?<=\bвід )|(?<=\bдо ))")
LEAD = re.compile(r" (?=[—÷] |(?:бы?|би|же?|ли)[ ,.;])(?<=\S )")  # none of them begins a line
SPAN = re.compile(r"–(?=\d)(?<=\d–)")


def held_together(text: str) -> str:
    """Return a text, or a whole page, with no break within what is read as one.

    Such are an ordinal as «95%-й», a span as ``5–20`` or ``to +31``, a count as ``n = 12``, a number and its
    points, and a dash, ``÷`` or a particle with the word before it.
    """
    text = END.sub("\u00a0", UNIT.sub("\u00a0", COUNT.sub("\u00a0=\u00a0", text)))
    return ORDINAL.sub("-\u2060", LEAD.sub("\u00a0", SPAN.sub(DASH, text)))
