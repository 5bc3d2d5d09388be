"""The prose of a notebook, paragraph by paragraph, in the reader's language; and where a first sentence ends.

The English Markdown stays in the notebook, where it is written and read; a paragraph, a heading or a list is
one message.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from retention_utils.translations import catalogue, translated

__all__ = ["Run", "opening", "paragraphs", "prose_in", "prose_runs", "tongue_of"]

Run = tuple[str, str]  # the language, empty where it is the reader's, and the Markdown
# No number begins one: what stands before it may be a shortened word, as in "Dec. 2024".
SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[«“]?[A-ZА-ЯЁІЇЄҐ])")
HEADING = re.compile(r"(#+ +)(.+)", re.DOTALL)


def paragraphs(markdown: str) -> list[str]:
    """Return the messages of a Markdown cell: its paragraphs and headings, without what marks a heading."""
    return [_split(block)[1] for block in _blocks(markdown)]


def prose_in(markdown: str, language: str) -> str:
    """Return a Markdown cell in a language; a paragraph without a translation stays as it is."""
    return "\n\n".join(_in_language(block, language) for block in _blocks(markdown))


def prose_runs(markdown: str, language: str, *, written_in: str) -> list[Run]:
    """Return a Markdown cell in a language, told apart where it stays in the one it was written in."""
    blocks = groupby(_blocks(markdown), key=lambda block: tongue_of(_split(block)[1], language, written_in))
    return [(tongue, "\n\n".join(_in_language(block, language) for block in run)) for tongue, run in blocks]


def tongue_of(message: str, language: str, written_in: str) -> str:
    """Return the language a reader of ``language`` gets a message in; empty if it is that."""
    return "" if written_in == language or message in catalogue(language) else written_in


def opening(text: str) -> tuple[str, str]:
    """Tell the first sentence, which says it, from those that show it; for looks alone."""
    first, *rest = SENTENCE_END.split(text, maxsplit=1)
    return first, "".join(rest)


def _in_language(block: str, language: str) -> str:
    mark, message = _split(block)
    return mark + translated(message, language)


def _blocks(markdown: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", markdown.strip()):
        heading, _, rest = block.partition("\n") if block.startswith("#") else ("", "", block)
        yield from (part.strip() for part in (heading, rest) if part.strip())


def _split(block: str) -> tuple[str, str]:
    match = HEADING.fullmatch(block)
    return (match[1], match[2]) if match else ("", block)
