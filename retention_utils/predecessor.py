"""The report a report is compared with: the latest finished one before it, of a period of the same kind."""

from pathlib import Path

from retention_utils.errors import PeriodError
from retention_utils.periods import Period, parse_period
from retention_utils.project import client_folder, report_folder

__all__ = ["predecessor_of"]


def predecessor_of(project: Path, client: str, period: str) -> Path | None:
    """Return the folder of the finished report before this one, or None if this is the first.

    It is the report of the period directly before, or else the latest earlier one. Only periods of the same
    kind count: months before a month, spans of as many days before a span of days; none that overlaps.

    Parameters
    ----------
    project : Path
        The folder of the project.
    client : str
        The name of its folder.
    period : str
        The key of the period of the report that asks.

    Raises
    ------
    RetentionError
        If the client's name could be a path, or the period cannot be read.
    """
    own = parse_period(period)
    reports = report_folder(project, client_folder(project, client).name, own.key).parent
    named = ((folder, _period_named(folder.name)) for folder in reports.glob("[0-9]*"))
    before = [(other.end, folder) for folder, other in named if other and _is_before(other, own)]
    finished = [(end, folder) for end, folder in before if any(folder.glob("chapters/*.ipynb"))]
    return max(finished)[1] if finished else None


def _period_named(name: str) -> Period | None:
    try:
        period = parse_period(name)
    except PeriodError:
        return None
    return period if period.key == name else None


def _is_before(other: Period, own: Period) -> bool:
    is_alike = other.grain == own.grain and (own.grain != "days" or other.days == own.days)
    return is_alike and other.end <= own.start
