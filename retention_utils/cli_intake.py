"""The commands that take a client in: look at the files, write the client file, show the passport."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from retention_utils.cli_shared import Changes, Names, Period, app, clients_asked, refuse, say, told, warn
from retention_utils.errors import InputError
from retention_utils.project import client_file, find_project

if TYPE_CHECKING:
    from retention_utils.proposal.questions import Question

__all__ = ["check", "init"]


@app.command()
def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new client: a folder under data.")],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            readable=False,
            help="The order log, or the contract list and the use of customers.",
        ),
    ],
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="KEY=VALUE", help="Settles a question; repeatable."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a client that exists.")] = False,
) -> None:
    """Take a new client in: look at the files, write its client.toml, show the passport."""
    from retention_utils.onboarding import (
        finding_lines,
        open_lines,
        refuse_taken,
        settle,
        take_in,
    )

    project = find_project()
    refuse_taken(project, name, files, replace=force)
    given = dict(_answer(text) for text in answer or [])
    proposal = settle(name, files, answers=given, ask=_ask if sys.stdin.isatty() else None)
    file = take_in(project, name, files, proposal, replace=force)
    say([*finding_lines(proposal), f"Written: {file.relative_to(project)}", ""])
    if proposal.questions:
        refuse("\n".join(open_lines(name, files, proposal)))
    check([name])


@app.command()
def check(names: Names = None, period: Period = None, change: Changes = None) -> None:
    """Show the data passport: what is used, what is left out and why, and the grade."""
    from tempfile import TemporaryDirectory

    from retention_utils.build import build_mart
    from retention_utils.config import read_config
    from retention_utils.onboarding import refuse_shared_names
    from retention_utils.terminal import contract_lines, passport_change_lines, passport_lines
    from retention_utils.upkeep import ensure_mart, resolve_period

    project = find_project()
    clients = clients_asked(project, names)
    refuse_shared_names(project)

    def show(client: str, wanted: str | None) -> None:
        file = client_file(project, client)
        config = read_config(file)
        resolved = resolve_period(project, client, config, wanted)
        lines = contract_lines if config.orders is None else passport_lines
        if not change:
            say(lines(ensure_mart(project, client, resolved.key)))
            return
        changed = read_config(file, changes=change)
        with TemporaryDirectory(prefix="retention-") as folder:
            place = Path(folder) / "changed.duckdb"
            other = build_mart(project, client, changed, resolved.key, place=place)
            try:
                mart = ensure_mart(project, client, resolved.key)
            except InputError as refusal:  # the change may be the very cure
                heading = f"As it is set now: {refusal}\n\nWith {', '.join(change)}:"
                say([heading, *lines(other)])
                return
            if config.orders is None:
                say([*lines(mart), f"With {', '.join(change)}:", *lines(other)])
                return
            say(passport_change_lines(mart, other, ", ".join(change)))

    pairs = [(client, wanted) for client in clients for wanted in period or [None]]
    problems = [told(show, client, wanted) for client, wanted in pairs]
    raise typer.Exit(2 if all(problems) else int(any(problems)))


def _answer(text: str) -> tuple[str, str]:
    # A word of the status column may hold the sign itself; what it means does not.
    key, separator, value = text.rpartition("=") if text.startswith("status:") else text.partition("=")
    if not separator:
        refuse(f"{text!r} is no answer; write it as key=value, such as currency=EUR.")
    return key.strip(), value.strip() or value  # a tab or a blank is an answer, too


def _ask(question: "Question", problem: str) -> str:
    from retention_utils.onboarding import numbered, question_lines

    warn("\n".join([*problem.splitlines(), *question_lines(question)]))
    given = typer.prompt("Your choice", default=question.default, err=True).strip()
    return numbered(question).get(given, given)
