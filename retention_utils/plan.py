"""One report to be made: everything that could be wrong with the request is checked before anything runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retention_utils.batch import check_parameters
from retention_utils.client_files import config_files
from retention_utils.config import ClientConfig, language_list, read_config
from retention_utils.errors import ConfigError
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
    def staging(self) -> Path:
        """Where a run writes until it is whole."""
        return self.folder.with_name(f".{self.period.key}.new")


def plan_report(
    project: Path, client: str, period_text: str | None, *, language: str | None = None
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

    Raises
    ------
    RetentionError
        If the client file, a chapter parameter, the period or the order log cannot be used, or if the
        project has no chapter.
    """
    config = read_config(client_file(project, client))
    notebooks = notebook_files(project)
    if not notebooks:
        msg = (
            f"There is no chapter in {project / 'notebooks'}. A chapter is a notebook whose name begins with "
            "its number, such as 03_pulse.ipynb."
        )
        raise ConfigError(msg)
    in_force = check_parameters(notebooks, config.parameters, client=client)
    config_files(config, project / "data" / client)
    period = resolve_period(project, client, config, period_text)
    language = language_list(language) if language else config.language
    common = {"client": client, "period": period.key, "language": language}
    parameters = {chapter: {**common, **config.parameters.get(chapter, {})} for chapter in in_force}
    return ReportPlan(project, client, config, period, language, tuple(notebooks), parameters, in_force)
