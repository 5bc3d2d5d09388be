"""The report before as data: what it showed, and what has changed since of what a report is made from."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retention_utils.errors import InputError
from retention_utils.house_style import Look
from retention_utils.mart import Mart
from retention_utils.notebooks import SUMMARY, ShownItems, read_items
from retention_utils.predecessor import predecessor_of
from retention_utils.project import find_project
from retention_utils.provenance import parts_of, read_record

__all__ = ["EarlierReport", "changed_since", "earlier_report"]

# What numbers depend on. Of the client file the settings are compared: its hash follows the horizon.
DECISIVE = ("data", "code", "versions")


@dataclass(frozen=True)
class EarlierReport:
    """The latest finished report before this one; empty if this is the first."""

    period: str = ""
    chapters: tuple[ShownItems, ...] = field(default=(), repr=False)  # without the summary: it only repeats
    record: dict[str, Any] = field(default_factory=dict, repr=False)  # of its run; empty if it came without

    @property
    def is_missing(self) -> bool:
        """There is none."""
        return not self.period


def earlier_report(client: str, period: str) -> EarlierReport:
    """Read the report that a client's report of a period is compared with.

    Raises
    ------
    InputError
        If one of its chapters cannot be read.
    """
    folder = predecessor_of(find_project(), client, period)
    if folder is None:
        return EarlierReport()
    files = sorted(folder.glob("chapters/[0-9][0-9]_*.ipynb"))
    chapters = tuple(_read(file) for file in files if file.stem != SUMMARY)
    return EarlierReport(folder.name, chapters, read_record(folder))


def changed_since(earlier: EarlierReport, mart: Mart) -> frozenset[str] | None:
    """Say which of data, code and versions differ from those of the earlier report.

    Returns
    -------
    frozenset of str or None
        Some of :data:`DECISIVE`; None where the earlier report came without the record of its run.
    """
    before, now = earlier.record.get("made_from_parts"), _own_parts(mart)
    if not isinstance(before, dict):
        return None
    return frozenset(part for part in DECISIVE if before.get(part) != now.get(part))


def _own_parts(mart: Mart) -> dict[str, Any]:
    """Say what this report is made from: what was recorded, if it is finished and only run again."""
    here = Path.cwd()
    recorded = read_record(here.parent).get("made_from_parts") if here.name == "chapters" else None
    if isinstance(recorded, dict):
        return recorded
    files = mart.facts["files"]
    parts = parts_of(mart.stated, look=Look(), key=None, notebooks=(), data=mart.data_hash, files=files)
    return parts["made_from_parts"]


def _read(file: Path) -> ShownItems:
    try:
        return read_items(file)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        place = "/".join(file.parts[-4:])
        msg = f"{place} cannot be read ({type(error).__name__}: {error}). Make that report again."
        raise InputError(msg) from error
