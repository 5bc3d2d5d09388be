"""Which files a client supplied, table by table."""

from pathlib import Path

from retention_utils.config import ClientConfig
from retention_utils.errors import ConfigError, InputError, RetentionError
from retention_utils.sources.files import source_files

__all__ = ["config_files"]


def config_files(config: ClientConfig, folder: Path) -> dict[str, list[Path]]:
    """Return the files of every table of a client, those of the order log first; none for databases.

    Parameters
    ----------
    config : ClientConfig
        The client file.
    folder : Path
        The client's folder.

    Raises
    ------
    RetentionError
        If files are missing or may not be used; the problems of all tables at once.
    """
    files: dict[str, list[Path]] = {}
    problems: list[RetentionError] = []
    orders = {"orders": config.orders} if config.orders else {}
    for name, source in {**orders, **config.tables}.items():
        try:
            files[name] = source_files(source, folder)
        except (ConfigError, InputError) as problem:
            problems.append(problem)
    if problems:
        raise type(problems[0])("\n".join(map(str, problems)))
    return files
