"""What all commands share: the application, the options, and how they speak and refuse."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from retention_utils.errors import RetentionError
from retention_utils.project import client_file, client_names

__all__ = [
    "CORES",
    "Changes",
    "Jobs",
    "Json",
    "Names",
    "Period",
    "app",
    "clients_asked",
    "of_client",
    "progress",
    "reasons",
    "refuse",
    "say",
    "told",
    "warn",
]

app = typer.Typer(help="Retention reports from order logs.", no_args_is_help=True, add_completion=False)
progress = Console(stderr=True)

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Clients: folders under data.")]
Period = Annotated[
    list[str] | None,
    typer.Option("--period", help="2024-11, 2024-Q4, 2024, 2024-W45 or 2024-01-15..2024-03-31; repeatable."),
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Show what another setting would change; repeatable."),
]
Jobs = Annotated[int, typer.Option(min=1, help="Notebooks at a time.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]
CORES = os.cpu_count() or 1


def clients_asked(project: Path, names: list[str] | None) -> list[str]:
    """Return the clients asked for; all of them if none is named."""
    known = client_names(project)
    if not known:
        refuse(f"There is no client in {project / 'data'}. Make a folder there with a client.toml.")
    for name in names or []:
        client_file(project, name)
    return list(dict.fromkeys(names)) if names else known


def told(action: Callable[..., None], client: str, *arguments: object) -> bool:
    """Do one thing for one client; if it cannot be done, say why and return True: the next has its turn."""
    try:
        action(client, *arguments)
    except reasons() as error:
        warn(of_client(client, error))
        return True
    return False


def of_client(client: str, error: Exception) -> str:
    """Return an error's message with the client in front, unless it begins with it."""
    return str(error) if str(error).startswith(client) else f"{client}: {error}"


def reasons() -> tuple[type[Exception], ...]:
    """Return what can be wrong with a client's files, as against an error of this program."""
    import duckdb

    return (RetentionError, OSError, duckdb.Error)


def say(lines: Iterable[str]) -> None:
    """Print lines to standard output."""
    typer.echo(_visible("\n".join(lines)))


def warn(message: str) -> None:
    """Print a message to standard error."""
    style = "red" if progress.is_terminal else None
    progress.print(_visible(message), style=style, markup=False, highlight=False, soft_wrap=True)


def _visible(text: str) -> str:
    """Leave nothing in a text that a terminal would obey: names and words of clients may stand in it."""
    if text.replace("\n", "").isprintable():
        return text
    from retention_utils.untrusted import shown

    return "\n".join(shown(line, most=10 * len(line)) for line in text.split("\n"))


def refuse(message: str) -> NoReturn:
    """Say what is wrong with the input, and leave with 2."""
    warn(message)
    raise SystemExit(2)
