"""Where things are: clients, notebooks, marts and reports of one project folder."""

import os
import re
from pathlib import Path

from retention_utils.errors import ConfigError, did_you_mean

__all__ = [
    "client_file",
    "client_files",
    "client_folder",
    "client_names",
    "find_project",
    "mart_file",
    "notebook_files",
    "own_chapters_folder",
    "report_folder",
]

CLIENT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)


def find_project() -> Path:
    """Return the project folder: ``RETENTION_PROJECT``, or the nearest parent with data and notebooks.

    Raises
    ------
    ConfigError
        If no folder from here upward holds both ``data`` and ``notebooks``, or the one named lacks either.
    """
    if named := os.environ.get("RETENTION_PROJECT"):
        lacking = [name for name in ("data", "notebooks") if not (Path(named) / name).is_dir()]
        if lacking:
            folders = " and no ".join(f"{name!r} folder" for name in lacking)
            msg = f"RETENTION_PROJECT names {named!r}, which has no {folders}. Correct or unset it."
            raise ConfigError(msg)
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data").is_dir() and (folder / "notebooks").is_dir():
            return folder
    msg = (
        f"No project here: neither {here} nor a folder above it holds 'data' and 'notebooks'. "
        "Go to the project's folder, or name it in the environment variable RETENTION_PROJECT."
    )
    raise ConfigError(msg)


def client_files(project: Path) -> list[Path]:
    """Return the client files there are, sorted by the client's name."""
    return sorted((project / "data").glob("[!.]*/client.toml"))


def client_names(project: Path) -> list[str]:
    """Return the clients that have a ``client.toml``, sorted by name."""
    return [file.parent.name for file in client_files(project)]


def client_folder(project: Path, client: str) -> Path:
    """Return the folder of a client, there or not, refusing names that are paths.

    Raises
    ------
    ConfigError
        If the name could leave the data folder.
    """
    if not CLIENT_NAME.fullmatch(client):
        msg = (
            f"The client name {client!r} cannot be used: it names a folder, "
            "so use lower-case letters, digits, '-' and '_' only."
        )
        raise ConfigError(msg)
    return project / "data" / client


def client_file(project: Path, client: str) -> Path:
    """Return the client file of a client, refusing names that are paths or unknown.

    Raises
    ------
    ConfigError
        If the name could leave the data folder, or no such client exists.
    """
    file = client_folder(project, client) / "client.toml"
    if not file.is_file():
        known = client_names(project)
        msg = (
            f"There is no client {client!r}; known are {known or 'none'}.{did_you_mean(client, known)} "
            f"A client is a folder data/{client}/ with a client.toml."
        )
        raise ConfigError(msg)
    return file


def notebook_files(project: Path, client: str | None = None) -> list[Path]:
    """Return the chapter notebooks in the order of their numbers.

    Parameters
    ----------
    project : Path
        The folder of the project.
    client : str, optional
        Whose own chapters belong to them; one of the same number goes before that of the project.
    """
    shared = (project / "notebooks").glob("[0-9A-Z][0-9]_*.ipynb")
    found = [*own_chapters_folder(project, client).glob("[0-9][0-9]_*.ipynb")] if client else []
    taken = {notebook.name[:2] for notebook in found}
    found += [notebook for notebook in shared if notebook.name[:2] not in taken]
    return sorted(found, key=lambda notebook: notebook.name)


def own_chapters_folder(project: Path, client: str) -> Path:
    """Return where a client's own notebooks lie, if there are any."""
    return client_folder(project, client) / "chapters"


def mart_file(project: Path, client: str, period_key: str) -> Path:
    """Return where the mart of a client and period is kept."""
    return project / ".retention" / "marts" / client / f"{period_key}.duckdb"


def report_folder(project: Path, client: str, period_key: str) -> Path:
    """Return where the finished report of a client and period is kept."""
    return project / "reports" / client / period_key
