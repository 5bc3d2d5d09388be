"""Takes a new client in: files are looked at, a client file is proposed, both go into the data folder."""

import os
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from retention_utils.config import read_config
from retention_utils.errors import ConfigError, RetentionError
from retention_utils.project import client_files, client_folder
from retention_utils.proposal.propose import Proposal, propose
from retention_utils.proposal.questions import Option, Question, shown
from retention_utils.proposal.settings import Setting

__all__ = [
    "finding_lines",
    "numbered",
    "open_lines",
    "question_lines",
    "refuse_shared_names",
    "refuse_taken",
    "settle",
    "take_in",
]


def settle(
    name: str,
    files: Sequence[Path],
    *,
    answers: Mapping[str, str],
    ask: Callable[[Question, str], str] | None,
) -> Proposal:
    """Propose a client file, asking what the files do not settle.

    Parameters
    ----------
    name : str
        The new client.
    files : sequence of Path
        What the client sent.
    answers : mapping
        What is known beforehand, by the key of the question.
    ask : callable, optional
        Puts one question to the user and returns the answer; it is told what was wrong with the last one.
        Left out, questions stay open.

    Raises
    ------
    RetentionError
        If the files cannot be read as an order log at all.
    """
    given = dict(answers)
    proposal = propose(files, name=name, answers=given)
    # An answer may raise the next question: which column holds the date decides how dates are written.
    problem = ""
    while ask and proposal.questions:
        question = proposal.questions[0]
        tried = given | {question.key: ask(question, problem)}
        try:
            proposal, given, problem = propose(files, name=name, answers=tried), tried, ""
        except RetentionError as error:
            problem = str(error)
    return proposal


def finding_lines(proposal: Proposal) -> list[str]:
    """Say what was found out about the files: every setting, how sure it is, and why."""
    what = "Order log" if proposal.table == "orders" else "Contract list"
    lines = [f"{what}: {', '.join(map(shown, proposal.files))}"]
    lines += _settings((*proposal.client, *proposal.source, *proposal.columns, *proposal.contracts))
    if use := proposal.use:
        lines += [f"Use: {', '.join(map(shown, use.files))}", *_settings((*use.source, *use.columns))]
    return [*lines, *(f"  {note}" for note in proposal.notes)]


def _settings(settings: Sequence[Setting]) -> Iterator[str]:
    for setting in settings:
        values = ", ".join(f"{key} = {_plain(value)}" for key, value in setting.values.items())
        if values:
            yield f"  {values}{f'  ({setting.note})' if setting.note else ''}"


def open_lines(name: str, files: Sequence[Path], proposal: Proposal) -> list[str]:
    """Write the questions that are left, and the two ways to answer them."""
    key = shlex.quote(f"{proposal.questions[0].key}=...")
    return [
        "Open questions:",
        *(line for question in proposal.questions for line in question_lines(question)),
        f"Answer them in data/{name}/client.toml, then: retention check {name}",
        f"Or here: retention init {name} {shlex.join(map(str, files))} --force --answer {key}",
    ]


def question_lines(question: Question) -> list[str]:
    """Write a question with its answers, as it is put on a terminal."""
    numbers = {value: f"{number}. " for number, value in numbered(question).items()}
    options = [f"  {numbers.get(option.value, '')}{_offered(option)}" for option in question.options]
    return [f"{question.key}: {question.text}", *options]


def numbered(question: Question) -> dict[str, str]:
    """Return the answers by their number in the list; none where answers themselves are numbers."""
    values = [option.value for option in question.options]
    if any(value.isdecimal() for value in values):
        return {}
    return {str(number): value for number, value in enumerate(values, 1)}


def take_in(project: Path, name: str, files: Sequence[Path], proposal: Proposal, *, replace: bool) -> Path:
    """Write the client's folder: copies of the files, then the client file.

    Parameters
    ----------
    project : Path
        The project's folder.
    name : str
        The client's name, which becomes the name of the folder.
    files : sequence of Path
        What the client sent; those that the client file reads are copied, unless they lie there already.
    proposal : Proposal
        What goes into the client file.
    replace : bool
        Replace what is there.

    Returns
    -------
    Path
        The client file.

    Raises
    ------
    ConfigError
        If the client exists and may not be replaced, or two files have the same name.
    """
    folder = refuse_taken(project, name, files, replace=replace)
    beside = folder.with_name(f".{name}.{os.getpid()}")
    try:
        beside.mkdir(parents=True)
        for file in files:
            if file.name in proposal.taken and file.resolve().parent != folder.resolve():
                shutil.copyfile(file, beside / file.name)
        (beside / "client.toml").write_text(proposal.client_toml(), encoding="utf-8")
        folder.mkdir(exist_ok=True)
        # The client file comes last: a folder without one is no client yet.
        for made in sorted(beside.iterdir(), key=lambda made: made.name == "client.toml"):
            made.replace(folder / made.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder / "client.toml"


def refuse_taken(project: Path, name: str, files: Sequence[Path], *, replace: bool) -> Path:
    """Return the folder of a new client.

    Raises
    ------
    ConfigError
        If the name is none or another client's, the client exists and may not be replaced, a file is missing,
        or two files would take the same place.
    """
    folder = client_folder(project, name)
    problems = []
    if (folder / "client.toml").exists() and not replace:
        problems.append(
            f"There is a client {name!r} already. Choose another name, or replace it with --force."
        )
    namesakes = [client for client in _by_name(project).get(name.casefold(), []) if client != name]
    if namesakes:
        problems.append(f"The client {namesakes[0]!r} calls itself {name!r} already. Choose another name.")
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        problems.append(f"There is no file {', '.join(missing)}.")
    names = ["client.toml", *(file.name for file in files)]
    twice = sorted({file_name for file_name in names if names.count(file_name) > 1})
    if twice:
        problems.append(f"Several files are called {', '.join(twice)}; give them names of their own.")
    if problems:
        raise ConfigError("\n".join(problems))
    return folder


def refuse_shared_names(project: Path) -> None:
    """Refuse clients whose reports could not be told apart.

    Raises
    ------
    ConfigError
        If two client files give the same name. Files that cannot be read are left to whoever needs them.
    """
    shared = [clients for clients in _by_name(project).values() if len(clients) > 1]
    if shared:
        listed = "; ".join(" and ".join(clients) for clients in shared)
        msg = f"Clients call themselves the same: {listed}. Give each client.toml a name of its own."
        raise ConfigError(msg)


def _by_name(project: Path) -> dict[str, list[str]]:
    """Return the clients by what they call themselves, in small letters."""
    by_name: dict[str, list[str]] = {}
    for file in client_files(project):
        try:
            config = read_config(file)
        except ConfigError:
            continue
        by_name.setdefault(config.name.strip().casefold(), []).append(file.parent.name)
    return by_name


def _offered(option: Option) -> str:
    """Write an answer as it has to be given, and what it means."""
    if option.text.startswith((option.value, shown(option.value))):
        return option.text
    return f"{option.value} ({option.text})"


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return ", ".join(map(repr, value)) if isinstance(value, tuple) else repr(value)
