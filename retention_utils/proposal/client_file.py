"""The proposal as a commented client file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from retention_utils.proposal.questions import Choice, Question, shown
from retention_utils.proposal.settings import Setting
from retention_utils.proposal.statuses import SALE
from retention_utils.questionnaire import questions
from retention_utils.source_config import Statuses

__all__ = ["client_file_text", "toml_value"]

OPEN = "?"  # stands for a value that has a default, so that the default is not taken unasked
COMPULSORY = (
    "currency",
    "customer_id",
    "ordered_at",
    "amount",
    "data_horizon",
)  # missing, they are noticed anyway
NOTE_COLUMN = 34  # where comments begin, if the setting is not longer
HEAD = """\
# Proposed by `retention init` from the first, some middle and the last records of the files.
# Behind every setting stands how sure it is (sure, likely, guess) and why.
"""
HOW_TO_ANSWER = """\
# OPEN marks what only you know: take one of the lines offered there, without its #, and delete any
# line with "?" below it.
"""


def client_file_text(
    *,
    name: str,
    client: Sequence[Setting],
    source: Sequence[Setting],
    columns: Sequence[Setting],
    statuses: Mapping[str, Choice | Question],
    notes: Sequence[str],
    contracts: Sequence[Setting] = (),
    table: str = "orders",
    further: Mapping[str, tuple[Sequence[Setting], Sequence[Setting]]] = MappingProxyType({}),
) -> str:
    """Write the client file.

    Parameters
    ----------
    name : str
        As the report calls the client.
    client, source, columns : sequence of Setting
        Of the file's top, of the table and of its columns, in the order they are to stand in.
    statuses : mapping of str to Choice or Question
        From :func:`retention_utils.proposal.statuses.status_words`.
    notes : sequence of str
        What else the reader should know.
    contracts : sequence of Setting
        Of ``[contracts]``.
    table : str
        The table's section.
    further : mapping
        Of tables beside it, by their sections: the settings of the table and of its columns.
    """
    beside = [item for settings in further.values() for part in settings for item in part]
    is_open = any(item.question for item in (*client, *source, *columns, *contracts, *beside))
    lines = [HEAD + HOW_TO_ANSWER if is_open else HEAD]
    lines += [f"# {note}" for note in notes] + [""] * bool(notes)
    lines += [f"name = {toml_value(name)}", *_section(client)]
    for section, (how, theirs) in {table: (source, columns), **further}.items():
        lines += ["", f"[{section}]", *_section(how)]
        lines += ["", f"[{section}.columns]  # ours = theirs", *_section(theirs)]
    lines += ["", "[contracts]", *_section(contracts)] if contracts else []
    if statuses:
        lines += ["", *_statuses(statuses)]
    lines += ["", *_questionnaire()]
    return "\n".join(lines) + "\n"


def _questionnaire() -> Iterator[str]:
    """Offer the questions on the company's own practice; what is left empty is not answered."""
    yield "# How retention is run, for chapter 16: put yes or no between the quotes of what you can answer."
    yield "# [questionnaire]"
    for question, meaning in questions().items():
        yield _noted(f'# {question} = ""', meaning)


def toml_value(value: Any) -> str:
    """Write a text, whole number, day or sequence of them in TOML; no text can end its quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | date):
        return str(value)
    return f"[{', '.join(map(toml_value, value))}]"


def _section(settings: Sequence[Setting]) -> Iterator[str]:
    for item in settings:
        if item.question:
            yield from _open(item.question, item.readings)
            continue
        note = item.note
        for key, value in item.values.items():
            line = f"{key} = {toml_value(_single(value))}"
            yield _noted(line, note)
            note = ""


def _open(question: Question, readings: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield f"# OPEN: {question.text}"
    for option in question.options:
        reading = [f"{key} = {toml_value(_single(value))}" for key, value in readings[option.value].items()]
        yield _noted(f"# {reading[0]}", option.text if option.text != option.value else "")
        yield from (f"# {line}" for line in reading[1:])
    key = next((key for reading in readings.values() for key in reading), question.key)
    if key not in COMPULSORY:
        yield f'{key} = "{OPEN}"'


def _noted(line: str, note: str) -> str:
    return f"{line:{NOTE_COLUMN - 1}} # {note}" if note else line


def _single(value: Any) -> Any:
    """Return the only one of several values as such: one form of dates, one column, one file."""
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _statuses(statuses: Mapping[str, Choice | Question]) -> Iterator[str]:
    yield "[orders.statuses]  # what the words in the status column mean; any other word is a sale"
    for word, found in statuses.items():
        if isinstance(found, Question):
            yield f"# OPEN: {found.text} Add it to a list below, or leave it: a sale."
        else:
            yield f"# {shown(word)}: {found.value} ({found.certainty}: {found.reason})"
    for group, known in Statuses().model_dump().items():
        meant = {word: found.value for word, found in statuses.items() if isinstance(found, Choice)}
        kept = [word for word in known if meant.get(word, group) == group]
        added = [word for word, meaning in meant.items() if meaning == group != SALE and word not in known]
        if [*kept, *added] != list(known):
            yield f"{group} = {toml_value([*kept, *added])}"
