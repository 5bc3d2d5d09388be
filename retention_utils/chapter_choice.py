"""Which of the chapters there are belong to a report."""

from collections.abc import Sequence
from pathlib import Path

from retention_utils.config import ClientConfig
from retention_utils.errors import ConfigError, did_you_mean
from retention_utils.notebooks import SUMMARY, WITHOUT_ORDERS

__all__ = ["chosen_chapters"]


def chosen_chapters(
    notebooks: Sequence[Path], config: ClientConfig, home: Path, *, wanted: Sequence[str] = ()
) -> list[Path]:
    """Return the chapters of a client's report, in the order of their numbers.

    Parameters
    ----------
    notebooks : sequence of Path
        All that there are for the client.
    config : ClientConfig
        The client file.
    home : Path
        The client's folder.
    wanted : sequence of str
        Names or numbers. Left out: those of the client file, or else all that the client has data for.

    Raises
    ------
    ConfigError
        If chapters are named that are not there, or that need an order log where there is none.
    """
    named = wanted or config.report.chapters
    chosen = _chosen(notebooks, named)
    return _without_orders(chosen, home, is_asked=bool(named)) if config.orders is None else chosen


def _chosen(notebooks: Sequence[Path], wanted: Sequence[str]) -> list[Path]:
    """Return the notebooks of the chapters named, and the summary, which every report begins with."""
    if not wanted:
        return list(notebooks)
    by_name = {notebook.stem: notebook for notebook in notebooks}
    by_name |= {notebook.stem[:2]: notebook for notebook in notebooks}
    if unknown := [name for name in wanted if name not in by_name]:
        listed = "\n".join(
            f"  - {name}: there is no such chapter.{did_you_mean(name, by_name)}" for name in unknown
        )
        known = ", ".join(notebook.stem for notebook in notebooks)
        msg = f"Chapters were asked for that are not there:\n{listed}\nThere are: {known}."
        raise ConfigError(msg)
    chosen = {by_name[name] for name in wanted}
    return [notebook for notebook in notebooks if notebook in chosen or notebook.stem == SUMMARY]


def _without_orders(notebooks: Sequence[Path], home: Path, *, is_asked: bool) -> list[Path]:
    """Leave out the chapters that need an order log; refuse them where they were asked for by name.

    A client's own chapters see to themselves.
    """
    needing = [
        notebook
        for notebook in notebooks
        if notebook.stem not in WITHOUT_ORDERS and not notebook.is_relative_to(home)
    ]
    if needing and is_asked:
        named = ", ".join(notebook.stem for notebook in needing)
        msg = f"{home.name} has no order log, which these chapters need: {named}. Supply [orders]."
        raise ConfigError(msg)
    return [notebook for notebook in notebooks if notebook not in needing]
