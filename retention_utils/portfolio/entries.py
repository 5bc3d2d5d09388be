"""What is known of every client's reports, read from their records and summaries."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from retention_utils.notebooks import SUMMARY, read_items
from retention_utils.shelf import ShelfEntry, page_names, reports_on_shelf
from retention_utils.texts import as_json

__all__ = ["ClientEntry", "ReportEntry", "client_entries"]

# Those of the summary that stand side by side; a client who has none of them shows the first of its own.
FIGURES = ("churn", "active_base", "revenue", "repeat_rate")
# What customers and the company itself say, and whether a campaign worked: by the chapter that shows it.
SAID = {
    "13_voice": "nps",
    "08_reasons": "controllable_share",
    "15_campaign": "campaign_uplift",
    "16_self_diagnosis": "practices_in_place",
}
# A chapter shows its best evidence first; here stands what is newest, also where nothing can be said of it.
INSTEAD = {"campaign_uplift": "last_campaign"}


@dataclass(frozen=True)
class ReportEntry:
    """One period of one client; words are plain values, in one language or in several."""

    client: str
    period: str
    outcome: str  # done, failed, timed out, unknown
    name: Any
    description: Any
    period_label: Any
    data_until: Any
    pages: dict[str, str]  # by language, as seen from the reports' folder
    pdfs: tuple[str, ...]
    reason: str
    failures: tuple[tuple[str, str], ...]  # chapter and error
    figures: dict[str, dict[str, Any]]  # key figures by key
    said: dict[str, dict[str, Any]] = field(default_factory=dict)  # those of SAID; of the newest report alone

    @property
    def worse(self) -> int:
        """How many of its key figures got worse."""
        shown = (*self.figures.values(), *self.said.values())
        return sum(figure["verdict"] == "worse" for figure in shown)


@dataclass(frozen=True)
class ClientEntry:
    """One client with its reports, the newest first; none if no report was made."""

    client: str
    reports: tuple[ReportEntry, ...]


def client_entries(project: Path) -> list[ClientEntry]:
    """Read every client's reports, sorted by the names of the folders."""
    by_client: dict[str, list[ShelfEntry]] = {}
    for entry in reports_on_shelf(project):
        by_client.setdefault(entry.client, []).append(entry)
    return [_client(project, client, entries) for client, entries in by_client.items()]


def _client(project: Path, client: str, entries: Sequence[ShelfEntry]) -> ClientEntry:
    periods = [entry for entry in entries if entry.period]
    # A failed run that is still there came after the good report of its period.
    found = sorted(periods, key=lambda entry: (entry.period, entry.folder), reverse=True)
    made = [_report(project, entry) for entry in found]
    for newest in found[:1]:
        made[0] = replace(made[0], said=_said(project / "reports" / client / newest.folder / "chapters"))
    return ClientEntry(client, tuple(made))


def _report(project: Path, entry: ShelfEntry) -> ReportEntry:
    shelf = project / "reports"
    folder = shelf / entry.client / entry.folder
    record = _record(folder)
    pages = page_names(record.get("languages", ["en"]))
    return ReportEntry(
        client=entry.client,
        period=entry.period,
        outcome=entry.outcome,
        name=record.get("name", entry.client),
        description=record.get("description", ""),
        period_label=record.get("period_label", entry.period),
        data_until=record.get("data_until", ""),
        pages={
            language: (folder / page).relative_to(shelf).as_posix()
            for language, page in pages.items()
            if (folder / page).is_file()
        },
        pdfs=tuple(file.relative_to(shelf).as_posix() for file in sorted(folder.glob("report*.pdf"))),
        reason=entry.reason,
        failures=tuple(
            (done["chapter"], done["error"]) for done in record.get("outcomes", []) if done["error"]
        ),
        figures=_figures(folder / "chapters" / f"{SUMMARY}.ipynb"),
    )


def _record(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _figures(summary: Path) -> dict[str, dict[str, Any]]:
    shown = _shown(summary)
    kept = [key for key in FIGURES if key in shown] or list(shown)[: len(FIGURES)]
    return {key: shown[key] for key in kept}


def _said(chapters: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for chapter, key in SAID.items():
        shown = _shown(chapters / f"{chapter}.ipynb")
        newest = shown.get(INSTEAD.get(key, ""))
        if newest or shown.get(key, {}).get("number") is not None:
            found[key] = newest or shown[key]
    return found


def _shown(chapter: Path) -> dict[str, dict[str, Any]]:
    """Read the key figures of a chapter; none of one that is not there or cannot be read."""
    try:
        return {figure["key"]: as_json(figure) for figure in read_items(chapter).shown("kpi")}
    except (OSError, ValueError, KeyError):
        return {}
