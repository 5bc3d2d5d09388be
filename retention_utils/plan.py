"""One report to be made: everything that could be wrong with the request is checked before anything runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retention_utils.anonymity import ensure_key
from retention_utils.chapter_choice import chosen_chapters
from retention_utils.chapter_contract import check_own_chapters
from retention_utils.chapter_runs.parameters import check_parameters
from retention_utils.client_files import config_files
from retention_utils.config import ClientConfig, language_list, read_config
from retention_utils.errors import ConfigError
from retention_utils.house_style import Look, look_of
from retention_utils.periods import Period
from retention_utils.project import client_file, notebook_files, report_folder
from retention_utils.upkeep import resolve_period

__all__ = ["ReportPlan", "plan_report"]


@dataclass(frozen=True)
class ReportPlan:
    """One report to be made: everything that could be wrong with the request has been checked."""

    project: Path
    client: str
    config: ClientConfig
    period: Period
    language: str  # of the report; several with commas between them
    look: Look
    key: bytes | None  # customers are hidden behind it
    notebooks: tuple[Path, ...]
    parameters: dict[str, dict[str, Any]]  # what is injected, by chapter
    in_force: dict[str, dict[str, Any]]  # reading choices by chapter, those of the chapters included

    @property
    def folder(self) -> Path:
        """Where the finished report goes."""
        return report_folder(self.project, self.client, self.period.key)

    @property
    def failed_folder(self) -> Path:
        """Where a failed run is kept."""
        return self.folder.with_name(f"{self.period.key}.failed")

    @property
    def languages(self) -> list[str]:
        """Those of the report."""
        return self.language.split(",")

    @property
    def staging(self) -> Path:
        """Where a run writes until it is whole."""
        return self.folder.with_name(f".{self.period.key}.new")


def plan_report(
    project: Path,
    client: str,
    period_text: str | None,
    *,
    language: str | None = None,
    chapters: Sequence[str] = (),
    anonymise: bool = False,
) -> ReportPlan:
    """Check everything a run needs, before anything runs.

    Parameters
    ----------
    project : Path
        The folder of the project.
    client : str
        The name of its folder.
    period_text : str, optional
        Left out: the last complete period in the data.
    language : str, optional
        Of the report; several with commas between them. Left out: the client's own.
    chapters : sequence of str
        Names or numbers of those to make. Left out: those of the client file, or else all.
    anonymise : bool
        Hide customers behind the client's key, even if the client file does not ask for it.

    Raises
    ------
    RetentionError
        If the client file, a chapter parameter, the period or the order log cannot be used, or if the
        project has no chapter.
    """
    config = read_config(client_file(project, client))
    check_own_chapters(project, client)
    notebooks = notebook_files(project, client)
    if not notebooks:
        msg = (
            f"There is no chapter in {project / 'notebooks'}. A chapter is a notebook whose name begins with "
            "its number, such as 03_pulse.ipynb."
        )
        raise ConfigError(msg)
    hides = anonymise or config.report.anonymise
    needed = ["anonymise"] if hides else []
    in_force = check_parameters(notebooks, config.parameters, client=client, needed=needed)
    notebooks = chosen_chapters(notebooks, config, project / "data" / client, wanted=chapters)
    in_force = {notebook.stem: in_force[notebook.stem] for notebook in notebooks}
    config_files(config, project / "data" / client)
    look = look_of(config.report, project / "data" / client)
    period = resolve_period(project, client, config, period_text)
    language = language_list(language) if language else config.language
    key = ensure_key(project / "data" / client) if hides else None
    common = {"client": client, "period": period.key, "language": language, "anonymise": hides}
    parameters = {chapter: {**common, **config.parameters.get(chapter, {})} for chapter in in_force}
    return ReportPlan(
        project, client, config, period, language, look, key, tuple(notebooks), parameters, in_force
    )
