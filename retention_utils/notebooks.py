"""Executed notebooks as files: what they ask, what they show, and what of them is kept.

Reads plain JSON, so that a kernel that needs another chapter's findings does not pay for nbformat.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retention_utils.project import find_project, own_chapters_folder, report_folder
from retention_utils.texts import LANGUAGES, Text

__all__ = [
    "INSTEAD_OF_ORDERS",
    "PLAYBOOK",
    "READERS",
    "SELF_DIAGNOSIS",
    "SINCE_LAST",
    "SUMMARY",
    "WHAT_IF",
    "WITHOUT_DATES",
    "WITHOUT_ORDERS",
    "WITH_DATES",
    "ShownItems",
    "chapter_title",
    "chapters_of_run",
    "other_chapters",
    "question_of",
    "read_items",
    "settled",
]

SUMMARY = "01_summary"
PLAYBOOK = "14_playbook"
WHAT_IF = "12_what_if"
SELF_DIAGNOSIS = "16_self_diagnosis"
SINCE_LAST = "17_since_last"
# What reads the executed chapters of the stages before it, stage by stage; every other chapter stands alone.
READERS = ((WHAT_IF,), (SELF_DIAGNOSIS,), (PLAYBOOK, SINCE_LAST, "90_glossary"), (SUMMARY,))
# What says something of a client without an order log; every other chapter needs one.
WITHOUT_ORDERS = (
    SUMMARY,
    "05_revenue_retention",
    "08_reasons",
    "10_value",
    WHAT_IF,
    "13_voice",
    PLAYBOOK,
    "15_campaign",
    SELF_DIAGNOSIS,
    SINCE_LAST,
    "90_glossary",
)
# Of contract lists, what needs dates, and what is for a list without them.
WITH_DATES = (
    "03_contract_pulse",
    "04_contract_cohorts",
    "05_revenue_retention",
    "07_contract_early_warning",
    "10_value",
    "11_contract_renewals",
    "12_what_if",
)
WITHOUT_DATES = ("05_customer_table",)
# What takes the place of a chapter made from orders where there are contracts alone.
INSTEAD_OF_ORDERS = (
    "00_contract_passport",
    "03_contract_pulse",
    "04_contract_cohorts",
    "07_contract_early_warning",
    "11_contract_renewals",
)
MIME = re.compile(r"application/vnd\.retention\.(\w+)\+json")


@dataclass(frozen=True)
class ShownItems:
    """What one executed chapter displayed, as data."""

    name: str
    items: tuple[tuple[str, dict[str, Any]], ...]  # kind and content

    def shown(self, kind: str) -> list[dict[str, Any]]:
        """Everything of one kind, in the order displayed."""
        return [content for of_kind, content in self.items if of_kind == kind]


def read_items(file: Path) -> ShownItems:
    """Read what an executed notebook displayed through the vendor MIME types."""
    notebook = json.loads(file.read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    data = [pair for output in outputs for pair in output.get("data", {}).items()]
    found = ((MIME.fullmatch(mime), content) for mime, content in data)
    return ShownItems(file.stem, tuple((match[1], _with_texts(content)) for match, content in found if match))


def _with_texts(content: Any) -> Any:
    """Make texts of what was written in several languages."""
    if isinstance(content, dict):
        if (
            content
            and set(content) <= set(LANGUAGES)
            and all(isinstance(words, str) for words in content.values())
        ):
            return Text(content)
        return {name: _with_texts(value) for name, value in content.items()}
    return [_with_texts(value) for value in content] if isinstance(content, list) else content


def other_chapters(client: str, period: str, *, reader: str = SUMMARY) -> list[ShownItems]:
    """Read the executed chapters of earlier stages: those of its own folder, or of the finished report.

    Parameters
    ----------
    reader : str
        The chapter that reads, one of :data:`READERS`.
    """
    finished = report_folder(find_project(), client, period) / "chapters"
    return _read_before(_folder_of_run(client) or finished, reader)


def chapters_of_run(client: str, *, reader: str) -> list[ShownItems]:
    """Read the executed chapters of earlier stages in a run; there are none in JupyterLab."""
    folder = _folder_of_run(client)
    return _read_before(folder, reader) if folder else []


def _folder_of_run(client: str) -> Path | None:
    """Return the folder of executed chapters where a kernel works in a run, and under nbval.

    In JupyterLab it works in a folder of templates, which have no outputs.
    """
    here = Path.cwd()
    is_run = here.name == "chapters" and here != own_chapters_folder(find_project(), client).resolve()
    return here if is_run else None


def _read_before(folder: Path, reader: str) -> list[ShownItems]:
    stage = next(number for number, names in enumerate(READERS) if reader in names)
    later = {name for names in READERS[stage:] for name in names}
    return [read_items(file) for file in sorted(folder.glob("[0-9][0-9]_*.ipynb")) if file.stem not in later]


def chapter_title(name: str) -> str:
    """Give the short name of a chapter from its file name: ``03_next_order`` is ``Next order``."""
    return re.sub(r"^\d+_", "", name).replace("_", " ").capitalize()


def question_of(notebook: dict[str, Any]) -> str:
    """Return the first heading: the question the chapter answers."""
    first = "".join(notebook["cells"][0]["source"]) if notebook["cells"] else ""
    match = re.match(r"#\s+(.+)", first)
    return match[1].strip() if match else ""


def settled(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return the notebook without what differs from run to run and machine to machine.

    Times, paths and random ids go. What is left is a function of the data, the parameters and the code, so
    the same run gives the same bytes and a changed number is a changed line.
    """
    metadata = _without(notebook["metadata"], "papermill")
    if "language_info" in metadata:
        metadata["language_info"] = _without(metadata["language_info"], "version")
    cells = [
        {**cell, "id": f"cell-{number}", "metadata": _without(cell["metadata"], "papermill", "execution")}
        for number, cell in enumerate(notebook["cells"])
    ]
    return {**notebook, "metadata": metadata, "cells": cells}


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
