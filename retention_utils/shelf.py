"""What stands on the shelf: every report that was made, with its outcome."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from retention_utils.project import client_names

__all__ = ["ShelfEntry", "reports_on_shelf"]


@dataclass(frozen=True)
class ShelfEntry:
    """One client and period, and what came of it."""

    client: str
    period: str
    outcome: str  # done, failed, unknown, none
    done: int  # chapters
    chapters: int
    report: str  # as seen from the project

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as plain values."""
        return asdict(self)


def reports_on_shelf(project: Path) -> list[ShelfEntry]:
    """List every client with its reports, failed ones included; a client without any has one entry."""
    entries = []
    for client in client_names(project):
        folders = sorted((project / "reports" / client).glob("[0-9]*"))
        entries += [_entry(project, client, folder) for folder in folders]
        if not folders:
            entries.append(ShelfEntry(client, "", "none", 0, 0, ""))
    return entries


def _entry(project: Path, client: str, folder: Path) -> ShelfEntry:
    period = folder.name.removesuffix(".failed")
    page = folder / "report.html"
    report = str(page.relative_to(project)) if page.is_file() else ""
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        outcomes = [outcome["outcome"] for outcome in record["outcomes"]]
        outcome = record["outcome"]
    except (OSError, ValueError, KeyError, TypeError):
        chapters = len(list((folder / "chapters").glob("*.ipynb")))
        return ShelfEntry(client, period, "unknown", 0, chapters, report)
    return ShelfEntry(client, period, outcome, outcomes.count("done"), len(outcomes), report)
