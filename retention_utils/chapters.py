"""An executed chapter notebook, read as data and as a section of the report.

Only outputs that carry one of the vendor MIME types count; streams, tracebacks and every other
representation stay in the notebook.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import retention_utils.light_jsonschema  # noqa: F401  before what imports jsonschema

# isort: split

import nbformat
from markupsafe import Markup
from nbformat import NotebookNode

from retention_utils.errors import InputError, RetentionError
from retention_utils.exporter import section
from retention_utils.notebooks import MIME, SUMMARY, chapter_title
from retention_utils.pictures import checked
from retention_utils.prose import Run, prose_in, prose_runs, tongue_of
from retention_utils.texts import LANGUAGES, in_language
from retention_utils.translations import translated

__all__ = ["SUMMARY", "Chapter", "chapter_title", "read_chapter"]

Item = dict[str, Any]

LANGUAGE = re.compile(r"""^language\s*(?::\s*str\s*)?=\s*["']([a-z]{2})\b""", re.MULTILINE)
FAILURE_TAG = "papermill-error-cell-tag"  # on the cell papermill puts above a failed notebook

KEYS = {
    "finding": {"key", "verdict", "text", "is_headline"},
    "kpi": {
        "key",
        "label",
        "value",
        "interval",
        "basis",
        "change",
        "verdict",
        "direction",
        "trend",
        "trend_since",
    },
    "table": {"key", "caption", "note", "columns", "rows", "cells", "emphasis", "is_folded"},
    "figure": {"key", "title", "caption", "source", "alt"},
    "callout": {"key", "tone", "title", "text"},
    "action": {
        "key",
        "title",
        "when",
        "evidence",
        "tactics",
        "source",
        "owner",
        "cost",
        "effect",
        "number",
        "check_on",
    },
    "grade": {"key", "grade", "label", "steps", "next"},
}


@dataclass(frozen=True)
class Chapter:
    """One executed notebook as the report shows it.

    ``blocks`` holds what the notebook displayed, in order: each is the JSON of one output with its ``block``
    (the kind), ``number`` (``3.1``) and ``id``; a block ``text`` holds Markdown. ``lead`` and ``method`` are
    Markdown, ``code`` the source of the code cells; ``body`` is all of it as safe HTML. What has no
    translation stays in the language it was written in: ``tongues`` names that of title and question, and
    ``runs`` tells the paragraphs of lead and method apart.
    """

    name: str
    number: str
    title: str
    question: str
    lead: str
    headline: Item | None
    blocks: tuple[Item, ...]
    method: str
    code: tuple[str, ...]
    tongues: dict[str, str]
    runs: dict[str, list[Run]]
    body: Markup = field(default=Markup(""), repr=False)

    def shown(self, kind: str) -> tuple[Item, ...]:
        """Everything of one kind, in the order displayed: ``finding``, ``kpi``, ``table``, ``grade``."""
        return tuple(block for block in self.blocks if block["block"] == kind)

    @property
    def has_results(self) -> bool:
        """Whether it shows more than notes on what it lacks."""
        return any(block["block"] not in ("text", "callout") for block in self.blocks)


def read_chapter(path: Path, *, language: str = "en", source: str = "") -> Chapter:
    """Read an executed chapter notebook.

    Parameters
    ----------
    path : Path
        ``chapters/NN_name.ipynb``; the name of the file is the name of the chapter.
    language : str
        One of those it was run in. What it did not say in that language is read as it was said first.
    source : str
        What stands beneath figures that name no source of their own.

    Returns
    -------
    Chapter
        Its data in one language, and its section as HTML.

    Raises
    ------
    InputError
        If the file is no notebook, is not named like a chapter, or displays something incomplete.
    """
    name = path.stem
    if not re.fullmatch(r"\d\d_[a-z0-9_]+", name):
        msg = f"{path.name} is not named like a chapter. Name it like 03_pulse.ipynb."
        raise InputError(msg)
    try:
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError, AttributeError, KeyError) as error:
        msg = f"{path.name} cannot be read as a notebook: {error}. Run the chapter again."
        raise InputError(msg) from error
    tongues = _translate(notebook, language, title=chapter_title(name))
    question, lead = _opening(notebook)
    methods = [cell for cell in notebook.cells if _is_tagged(cell, "method")]
    found = _gathered(_blocks(notebook, name=name, language=language))
    blocks = tuple(_numbered(found, name=name, source=source))
    headline = next((block for block in blocks if block["block"] == "finding" and block["is_headline"]), None)
    chapter = Chapter(
        name=name,
        number=name[:2],
        title=translated(chapter_title(name), language),
        question=question or translated(chapter_title(name), language),
        lead=lead,
        headline=headline,
        blocks=blocks,
        method="\n\n".join(cell.source for cell in methods),
        code=tuple(c.source for c in notebook.cells if c.cell_type == "code" and c.source.strip()),
        tongues=tongues,
        runs={
            "lead": _lead_runs(_opening_cell(notebook)),
            "method": [run for cell in methods for run in cell.metadata["runs"]],
        },
    )
    body = section(notebook, language=language, chapter=chapter, is_summary=name == SUMMARY)
    return replace(chapter, body=body)


def _translate(notebook: NotebookNode, language: str, *, title: str) -> dict[str, str]:
    """Translate the prose, and return the language of title and question where that is not the page's."""
    asked = [LANGUAGE.search(cell.source) for cell in notebook.cells if _is_tagged(cell, "parameters")]
    written_in = next((found[1] for found in asked if found and found[1] in LANGUAGES), LANGUAGES[0])
    question, _ = _opening(notebook)
    for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
        cell.metadata["runs"] = prose_runs(cell.source, language, written_in=written_in)
        cell.source = prose_in(cell.source, language)
    words = {"title": title, "question": question}
    return {name: tongue_of(said, language, written_in) for name, said in words.items()}


def _lead_runs(opening: NotebookNode | None) -> list[Run]:
    """Leave the question out of the first cell's paragraphs."""
    runs = opening.metadata["runs"] if opening else []
    return [(tongue, text) for tongue, text in runs if not re.fullmatch(r"# .*", text)]


def _is_tagged(cell: NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def _opening_cell(notebook: NotebookNode) -> NotebookNode | None:
    """First Markdown cell of the author; papermill puts one of its own above a failed notebook."""
    texts = (cell for cell in notebook.cells if cell.cell_type == "markdown")
    return next((cell for cell in texts if not _is_tagged(cell, FAILURE_TAG)), None)


def _opening(notebook: NotebookNode) -> tuple[str, str]:
    """Question and lead: the first cell's heading and what follows it."""
    cell = _opening_cell(notebook)
    text = cell.source.strip() if cell else ""
    heading, _, lead = text.partition("\n")
    return (heading[2:].strip(), lead.strip()) if heading.startswith("# ") else ("", text)


def _blocks(notebook: NotebookNode, *, name: str, language: str) -> Iterator[Item]:
    opening = _opening_cell(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell is not opening and _is_flowing(cell):
            yield {"block": "text", "text": cell.source, "runs": cell.metadata["runs"]}
        for output in cell.get("outputs", []):
            for mime, content in output.get("data", {}).items():
                if (kind := MIME.fullmatch(mime)) and kind[1] in KEYS:
                    yield _block(kind[1], content, output=output, name=name, language=language)


def _is_flowing(cell: NotebookNode) -> bool:
    """Tell text for the report from headings for the notebook's reader and from what has its own place."""
    has_text = any(line.strip() and not line.startswith("#") for line in cell.source.splitlines())
    return has_text and not _is_tagged(cell, "method") and not _is_tagged(cell, FAILURE_TAG)


def _block(kind: str, content: Item, *, output: NotebookNode, name: str, language: str) -> Item:
    missing = KEYS[kind] - set(content if isinstance(content, dict) else ())
    if missing:
        msg = f"Chapter {name} displays a {kind} without {sorted(missing)}. Run the chapter again."
        raise InputError(msg)
    pictures = output.get("metadata", {}).get("retention", {}) if kind == "figure" else {}
    return {
        **in_language(content, language),
        "block": kind,
        "pictures": dict(in_language(pictures, language)),
    }


def _gathered(blocks: Iterator[Item]) -> Iterator[Item]:
    """Make one note of all that a chapter cannot show, each named once, where the first of it would stand."""
    items = [block for block in blocks if block.get("tone") != "point"]  # its number is in a table
    missing = [block for block in items if block.get("tone") == "nothing"]
    for block in items:
        if block.get("tone") != "nothing":
            yield block
        elif block is missing[0]:
            yield {**block, "titles": list(dict.fromkeys(one["title"] for one in missing))}


def _numbered(blocks: Iterator[Item], *, name: str, source: str) -> Iterator[Item]:
    """Give tables and figures a number within the chapter and, from it, an id: keys may repeat."""
    counts = {"table": 0, "figure": 0}
    for block in blocks:
        kind = block["block"]
        if kind in counts:
            counts[kind] += 1
            block |= {"number": f"{int(name[:2])}.{counts[kind]}", "id": f"{name}-{kind}-{counts[kind]}"}
        if kind == "figure":
            block["source"] = block["source"] or source
            block["pictures"] = {size: _picture(block, size) for size in ("wide", "narrow")}
        yield block


def _picture(block: Item, size: str) -> Markup:
    """One size of a picture, or nothing if it was stripped or is not what this package writes."""
    try:
        return Markup(checked(block["pictures"].get(size) or "", prefix=f"{block['id']}-{size}"))  # noqa: S704
    except RetentionError:
        return Markup("")
