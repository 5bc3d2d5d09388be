"""Every message has its translation into every language, in step with the English one."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from retention_utils.extraction import TRANSLATED, composed_in_code, said_in_code, said_in_project
from retention_utils.prose import paragraphs, prose_in
from retention_utils.translations import CATALOGUES, parsed

ROOT = Path(__file__).parents[1]
SAID = said_in_project(ROOT)
PLURALS = {"ru": {"one", "few", "many", "other"}, "uk": {"one", "few", "many", "other"}}
CODE = [*(ROOT / "retention_utils").rglob("*.py")]


def entries(language: str) -> dict[str, str]:
    found = {}
    for file in sorted((CATALOGUES / language).glob("*.po")):
        with file.open("rb") as stream:
            for entry in read_po(stream, locale=language):
                if entry.id:
                    assert entry.id not in found, f"{file.name}: {entry.id!r} stands in two files"
                    assert not entry.fuzzy, f"{file.name}: {entry.id!r} is not certain"
                    found[entry.id] = entry.string
    return found


def shape(message: str) -> dict[tuple[str, str], set[str]]:
    """What a message is filled in with: by name and kind, the cases that it tells apart."""
    found: dict[tuple[str, str], set[str]] = {}

    def walk(parts):
        for part in parts:
            if isinstance(part, dict) and not part.get("hash"):
                options = part.get("options", {})
                found.setdefault((part["name"], part.get("type", "")), set()).update(options)
                for inner in options.values():
                    walk(inner)

    walk(parsed(message))
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_no_translation_is_left_over(language):
    known = entries(language)
    assert sorted(message for message in SAID if not known.get(message)) == []
    assert sorted(set(known) - set(SAID)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_left_in_english_within_a_translation(language):
    words = re.compile(r"\b[a-z]{2,}(?: [a-z]{2,}){4}")  # a merge may leave another message behind
    assert [found for found in entries(language).values() if words.search(found)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_are_filled_in_with_the_same(language):
    wrong = []
    for message, translation in entries(language).items():
        if not translation or "{" not in message + translation:
            continue
        asked, given = shape(message), shape(translation)
        if {name for name, _ in asked} != {name for name, _ in given}:
            wrong.append((message, "names"))
        if any(asked[key] != given.get(key) for key in asked if key[1] == "select"):
            wrong.append((message, "cases"))
        plurals = [options for (_, kind), options in given.items() if kind == "plural"]
        if any(PLURALS[language] - options for options in plurals):
            wrong.append((message, "plural forms"))
    assert wrong == []


@pytest.mark.parametrize("file", CODE, ids=lambda file: file.stem)
def test_no_message_is_put_together_in_code(file):
    assert list(composed_in_code(file.read_text(encoding="utf-8"))) == []


def test_messages_are_found_wherever_they_are_said():
    source = """
text = formats.say("{n} of " "{m}", n=n, m=m)
LABELS = {"a": message("A label")}
COLUMN = Column("name", "Heading", "count")
show_figure(draw, table, key="no words", title="Title", caption="Caption", alt=say("Alt"))
show_table(table, COLUMNS, note=f"{x} is put together")
"""
    found = {"{n} of {m}", "A label", "Heading", "Title", "Caption", "Alt"}
    assert set(said_in_code(source)) == found
    assert list(composed_in_code(source)) == [6]


def test_prose_is_translated_paragraph_by_paragraph(monkeypatch):
    markdown = "# Is it?\n\nFirst.\n\n## Method\nSecond, *with* {braces}.\n\n- a\n- b"
    assert paragraphs(markdown) == ["Is it?", "First.", "Method", "Second, *with* {braces}.", "- a\n- b"]
    catalogue = {"Is it?": "Так?", "First.": "Перше.", "- a\n- b": "- а\n- б"}
    monkeypatch.setattr(
        "retention_utils.prose.translated", lambda words, language: catalogue.get(words, words)
    )
    wanted = "# Так?\n\nПерше.\n\n## Method\n\nSecond, *with* {braces}.\n\n- а\n- б"
    assert prose_in(markdown, "uk") == wanted
