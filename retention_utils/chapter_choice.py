"""Which of the chapters there are belong to a report."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from retention_utils.config import ClientConfig
from retention_utils.errors import ConfigError, did_you_mean
from retention_utils.notebooks import INSTEAD_OF_ORDERS, SUMMARY, WITH_DATES, WITHOUT_DATES, WITHOUT_ORDERS

__all__ = ["chosen_chapters"]

ORDERS, CONTRACTS = "order log", "contract list alone"
DATES, SNAPSHOT = "contract list with dates", "contract list without dates"
REMEDIES = {
    ORDERS: "Supply [orders].",
    CONTRACTS: "With orders, the chapters of the same numbers tell of them.",
    DATES: "Supply start and end in [tables.subscriptions].",
    SNAPSHOT: "They are for a table with tenure_months and has_ended.",
}


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
        If chapters are named that are not there, or that need what the client has not.
    """
    named = wanted or config.report.chapters
    lacking = {notebook: why for notebook in notebooks if (why := _lacking(notebook, config, home))}
    # Of two chapters of one number, for different data, the number means the one that there are data for.
    ordered = [*lacking, *(notebook for notebook in notebooks if notebook not in lacking)]
    chosen = _chosen(notebooks, ordered, named)
    refused = [notebook for notebook in chosen if notebook in lacking]
    if refused and named:
        raise ConfigError("\n".join(_refusals(refused, lacking, home)))
    return [notebook for notebook in chosen if notebook not in lacking]


def _chosen(notebooks: Sequence[Path], ordered: Sequence[Path], wanted: Sequence[str]) -> list[Path]:
    """Return the notebooks of the chapters named, and the summary, which every report begins with."""
    if not wanted:
        return list(notebooks)
    by_name = {notebook.stem: notebook for notebook in notebooks}
    by_name |= {notebook.stem[:2]: notebook for notebook in ordered}
    if unknown := [name for name in wanted if name not in by_name]:
        listed = "\n".join(
            f"  - {name}: there is no such chapter.{did_you_mean(name, by_name)}" for name in unknown
        )
        known = ", ".join(notebook.stem for notebook in notebooks)
        msg = f"Chapters were asked for that are not there:\n{listed}\nThere are: {known}."
        raise ConfigError(msg)
    chosen = {by_name[name] for name in wanted}
    return [notebook for notebook in notebooks if notebook in chosen or notebook.stem == SUMMARY]


def _lacking(notebook: Path, config: ClientConfig, home: Path) -> str:
    """Say what a chapter needs that the client has not; empty if nothing. Own chapters see to themselves."""
    if notebook.is_relative_to(home):
        return ""
    contracts = config.tables.get("subscriptions")
    is_dated = contracts is not None and "start" in contracts.columns
    if notebook.stem in WITHOUT_DATES:
        return SNAPSHOT if contracts is None or is_dated else ""
    if config.orders is not None:
        return CONTRACTS if notebook.stem in INSTEAD_OF_ORDERS else ""
    if notebook.stem not in (*WITHOUT_ORDERS, *INSTEAD_OF_ORDERS):
        return ORDERS
    return DATES if notebook.stem in WITH_DATES and not is_dated else ""


def _refusals(refused: Sequence[Path], lacking: Mapping[Path, str], home: Path) -> Iterator[str]:
    for why, remedy in REMEDIES.items():
        named = ", ".join(notebook.stem for notebook in refused if lacking[notebook] == why)
        if named:
            yield f"{home.name} has no {why}, which these chapters need: {named}. {remedy}"
