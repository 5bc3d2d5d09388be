"""Brings the translations in step with what is said: ``python -m retention_utils.extraction``.

New messages are added to ``locale/<language>/<subject>.po`` without a translation, those that nothing says
any more are taken out. What is said stands in the code (``say``, ``message``, ``translated``, ``Column``, and
the words of ``show_figure`` and ``show_table``), in the notebooks' Markdown, in the templates, and in the
data of playbook and norms.
"""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from retention_utils.notebooks import chapter_title
from retention_utils.project import find_project
from retention_utils.prose import paragraphs
from retention_utils.texts import LANGUAGES
from retention_utils.translations import CATALOGUES

__all__ = ["composed_in_code", "said_in_code", "said_in_project", "update"]

PACKAGE = Path(__file__).parent
TRANSLATED = LANGUAGES[1:]
MESSAGES_IN = {"say": 0, "message": 0, "translated": 0, "_": 0, "Column": 1}  # which argument it is
WORDS_OF = {"show_table": {"caption", "note", "intervals"}, "show_figure": {"title", "caption", "source"}}
IN_TEMPLATE = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"')
CLIENTS_TABLES = "canonical"  # whose columns have a kind where those that are shown have a heading
PROSE_IN_DATA = {"title", "when", "needs", "tactics", "owner", "origin", "why", "caution"}

# A file of translations for each subject; what belongs to none stands in "report".
SUBJECTS = (
    "campaign", "churn_gap", "cohorts", "contract_use", "contracts", "early_warning", "exports", "glossary",
    "next_order", "passport", "playbook", "pulse", "reasons", "revenue_retention", "risk_list", "segments",
    "self_diagnosis", "since_last", "summary", "value", "voice", "what_if",
)  # fmt: skip
KIN = {
    "churn_definition": "churn_gap",
    "contract_life": "revenue_retention",
    "contract_checks": "contracts",
    "contract_cohorts": "contracts",
    "contract_families": "value",
    "contract_passport": "contracts",
    "contract_pulse": "contracts",
    "contract_renewals": "contracts",
    "contract_snapshot": "contracts",
    "contract_snapshot_kpis": "contracts",
    "customer_table": "contracts",
    "contract_early_warning": "contract_use",
    "contract_use_kpis": "contract_use",
    "contract_use_level": "contract_use",
    "contract_use_tables": "contract_use",
    "contract_use_words": "contract_use",
    "contract_value": "value",
    "external_factors": "risk_list",
    "norms": "glossary",
    "nps": "voice",
}


def said_in_project(project: Path) -> dict[str, str]:
    """Return every message with its subject, in the order of the files; of several subjects the first."""
    found: dict[str, str] = {}
    for file in _files(project):
        for message in _said(file):
            found.setdefault(message, _subject(file))
    return found


def said_in_code(source: str) -> Iterator[str]:
    """Return the messages in Python code."""
    for value in _message_arguments(source):
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield value.value


def composed_in_code(source: str) -> Iterator[int]:
    """Return the lines where a message is put together, so that nobody can translate it."""
    for value in _message_arguments(source):
        if isinstance(value, ast.JoinedStr | ast.BinOp):
            yield value.lineno


def update(project: Path) -> list[str]:
    """Bring the catalogues in step and return what is left to translate, a line per language."""
    said = said_in_project(project)
    left = []
    for language in TRANSLATED:
        known = _catalogues(language)
        for catalogue in known.values():
            for message in [entry.id for entry in catalogue if entry.id and entry.id not in said]:
                catalogue.delete(message)
        there = {entry.id for catalogue in known.values() for entry in catalogue}
        for message, subject in said.items():
            if message not in there:
                known.setdefault(subject, Catalog(locale=language)).add(message)
        _write(language, known)
        empty = sum(not entry.string for catalogue in known.values() for entry in catalogue if entry.id)
        left.append(f"{language}: {empty} of {len(said)} messages to translate")
    return left


def _files(project: Path) -> list[Path]:
    kinds = ("*.py", "templates/*.j2", "playbook/*.toml", "glossary/norms.toml")
    return [
        *sorted((project / "notebooks").glob("*.ipynb")),
        *(file for kind in kinds for file in sorted(PACKAGE.rglob(kind)) if file.stem != CLIENTS_TABLES),
    ]


def _said(file: Path) -> Iterable[str]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".ipynb":
        return _said_in_notebook(json.loads(text), name=file.stem)
    if file.suffix == ".j2":
        return (match.replace('\\"', '"') for match in IN_TEMPLATE.findall(text))
    if file.suffix == ".toml":
        return _said_in_data(tomllib.loads(text))
    return said_in_code(text)


def _said_in_notebook(notebook: dict[str, Any], *, name: str) -> Iterator[str]:
    yield chapter_title(name)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from (words for words in paragraphs(source) if not _is_for_the_notebook(words, source))
        else:
            yield from said_in_code(source)


def _is_for_the_notebook(words: str, source: str) -> bool:
    """Tell the headings that only structure the notebook; the report shows none of them."""
    return f"## {words}" in source.splitlines()


def _said_in_data(content: Any) -> Iterator[str]:
    """Return the prose among data; the words of a source by their short name are prose as well."""
    for key, value in content.items():
        if key == "sources" and isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, list) and value and isinstance(value[0], dict) and key != "fires":
            for entry in value:
                yield from _said_in_data(entry)
        elif key in PROSE_IN_DATA and value:
            yield from [value] if isinstance(value, str) else value


def _message_arguments(source: str) -> Iterator[ast.expr]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _messages_of(node)


def _messages_of(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in MESSAGES_IN:
        place = MESSAGES_IN[name]
        yield from call.args[place : place + 1]
        yield from (word.value for word in call.keywords if word.arg == "label" and name == "Column")
    yield from (word.value for word in call.keywords if word.arg in WORDS_OF.get(name, ()))


def _subject(file: Path) -> str:
    stem = re.sub(r"^\d+_", "", file.stem.removesuffix(".html"))
    names = (KIN.get(stem, stem), file.parent.name)
    return next((subject for name in names for subject in SUBJECTS if name.startswith(subject)), "report")


def _catalogues(language: str) -> dict[str, Catalog]:
    found = {}
    for file in sorted((CATALOGUES / language).glob("*.po")):
        with file.open("rb") as stream:
            found[file.stem] = read_po(stream, locale=language)
    return found


def _write(language: str, catalogues: dict[str, Catalog]) -> None:
    folder = CATALOGUES / language
    folder.mkdir(parents=True, exist_ok=True)
    for subject, catalogue in catalogues.items():
        file = folder / f"{subject}.po"
        if not any(entry.id for entry in catalogue):
            file.unlink(missing_ok=True)
            continue
        with file.open("wb") as stream:
            write_po(stream, catalogue, width=110, omit_header=True, ignore_obsolete=True)


if __name__ == "__main__":
    sys.stdout.write("\n".join(update(find_project())) + "\n")
