"""The prose of a notebook, paragraph by paragraph, in the reader's language.

The English Markdown stays in the notebook, where it is written and read; a paragraph, a heading or a list is
one message.
"""

import re
from collections.abc import Iterator

from retention_utils.translations import translated

__all__ = ["paragraphs", "prose_in"]

HEADING = re.compile(r"(#+ +)(.+)", re.DOTALL)


def paragraphs(markdown: str) -> list[str]:
    """Return the messages of a Markdown cell: its paragraphs and headings, without what marks a heading."""
    return [_split(block)[1] for block in _blocks(markdown)]


def prose_in(markdown: str, language: str) -> str:
    """Return a Markdown cell in a language; a paragraph without a translation stays as it is."""
    pairs = (_split(block) for block in _blocks(markdown))
    return "\n\n".join(mark + translated(message, language) for mark, message in pairs)


def _blocks(markdown: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", markdown.strip()):
        heading, _, rest = block.partition("\n") if block.startswith("#") else ("", "", block)
        yield from (part.strip() for part in (heading, rest) if part.strip())


def _split(block: str) -> tuple[str, str]:
    match = HEADING.fullmatch(block)
    return (match[1], match[2]) if match else ("", block)
