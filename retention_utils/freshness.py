"""What of a report is still good, and why the rest is not: judged by content, never by time.

A report is made from parts (:mod:`retention_utils.provenance`). A chapter is good as long as its key is the
same: a hash of what that one chapter depends on. So a report whose run was interrupted, a chapter of which
failed or was changed, is made again only where it must be.
"""

import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from retention_utils.chapter_runs.outcomes import ChapterOutcome
from retention_utils.chapter_runs.stages import stages_of
from retention_utils.client_files import config_files
from retention_utils.mart import Mart, hash_of_files
from retention_utils.plan import ReportPlan
from retention_utils.provenance import (
    changed_parts,
    hash_of,
    hash_of_parts,
    parts_of,
    predecessor_hash,
    read_json,
    read_record,
)
from retention_utils.shelf import DONE, page_names
from retention_utils.stamps import stamp_all, stamps_fit

__all__ = [
    "GoodChapter",
    "chapter_keys",
    "chapters_to_run",
    "good_chapters",
    "is_current",
    "keep_outcome",
    "parts_from_mart",
    "parts_from_record",
    "reasons_to_make",
    "take_over",
]


@dataclass(frozen=True)
class GoodChapter:
    """An executed chapter that may be needed again, and where it is."""

    notebook: Path
    outcome: ChapterOutcome


def parts_from_mart(plan: ReportPlan, mart: Mart) -> dict[str, Any]:
    """Describe what a report depends on, now that its mart is made."""
    return _parts(plan, mart.data_hash, mart.facts["files"])


def parts_from_record(plan: ReportPlan, record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Describe the same without a mart, if the client's files are still those of a report's record.

    None if they are not, or if the orders lie in a database, which has to be asked.
    """
    try:
        files = config_files(plan.config, plan.project / "data" / plan.client)
        if plan.config.has_database or not stamps_fit(record["files"], files):
            return None
        return _parts(plan, record["made_from_parts"]["data"], record["files"])
    except (KeyError, TypeError):
        return None


def _parts(plan: ReportPlan, data: str, files: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    return parts_of(
        plan.config,
        look=plan.look,
        key=plan.key,
        notebooks=plan.notebooks,
        data=data,
        files=files,
        predecessor=predecessor_hash(plan.project, plan.client, plan.period.key),
    )


def reasons_to_make(plan: ReportPlan) -> list[str]:
    """Say why a report has to be made, before anything is read but files; nothing if it need not be.

    A database is not asked: what lies there counts as changed.
    """
    record = read_record(plan.folder)
    if not record:
        return ["new"]
    parts = _parts_now(plan, record)
    if parts is None:
        return ["data: the client's database has to be asked"]
    if is_current(plan.folder, parts, plan.languages):
        return []
    try:
        changed = changed_parts(record, parts)
    except (KeyError, TypeError):
        return ["what it was made from is not recorded"]
    missing = [language for language in plan.languages if language not in record.get("languages", ())]
    changed += [f"language {language} is new" for language in missing]
    return changed or ["its page is missing"]


def _parts_now(plan: ReportPlan, record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Describe what a report would be made from, reading files that have changed; None for a database."""
    if plan.config.has_database:
        return None
    if parts := parts_from_record(plan, record):
        return parts
    stamps = stamp_all(config_files(plan.config, plan.project / "data" / plan.client))
    return _parts(plan, hash_of_files(stamps), stamps)


def chapters_to_run(plan: ReportPlan, *, force: bool = False, follows: bool = False) -> set[str]:
    """Name the chapters that a run would execute, before anything is read but files.

    Parameters
    ----------
    plan : ReportPlan
        One report.
    force : bool
        All of them.
    follows : bool
        The report before will be made anew, so whatever reads it has to be run.
    """
    names = {notebook.stem for notebook in plan.notebooks}
    parts = None if force else _parts_now(plan, read_record(plan.folder))
    if parts is None:
        return names
    good = good_chapters(plan)
    readers = {file.stem for stage in stages_of(plan.notebooks)[1:] for file in stage} if follows else set()
    return {name for name, key in chapter_keys(plan, parts).items() if key not in good or name in readers}


def is_current(folder: Path, parts: Mapping[str, Any], languages: Sequence[str]) -> bool:
    """Say whether the finished report in a folder was made from the same, in these languages at least."""
    record = read_record(folder)
    try:
        pages = page_names(record["languages"])
        return (
            record["made_from"] == hash_of_parts(parts)
            and set(languages) <= set(record["languages"])
            and all((folder / page).is_file() for page in pages.values())
        )
    except (KeyError, TypeError):
        return False


def chapter_keys(
    plan: ReportPlan, parts: Mapping[str, Any], done: Collection[str] | None = None
) -> dict[str, str]:
    """Return the key of every chapter; that of one which reads others depends on theirs, too.

    Parameters
    ----------
    plan : ReportPlan
        One report.
    parts : mapping
        What it is made from.
    done : collection of str, optional
        The chapters that there are to be read; left out: all. What a reader made without a chapter that
        failed is not what it makes with it.
    """
    made_from = parts["made_from_parts"]
    shared = [made_from[name] for name in ("data", "definitions", "key", "code", "versions")]
    keys: dict[str, str] = {}
    for stage in stages_of(plan.notebooks):
        read = [key for name, key in keys.items() if done is None or name in done]
        before = [*read, made_from["predecessor"]] if keys else []
        keys |= {
            notebook.stem: hash_of(
                *shared,
                made_from["notebooks"][notebook.stem],
                json.dumps(plan.parameters[notebook.stem], sort_keys=True),
                *before,
            )
            for notebook in stage
        }
    return keys


def good_chapters(plan: ReportPlan) -> dict[str, GoodChapter]:
    """Find by key the chapters that are whole: of a finished run, a failed one and one cut short."""
    found: dict[str, GoodChapter] = {}
    for folder in (plan.folder, plan.failed_folder):
        record = read_record(folder)
        found |= _good(folder, record.get("outcomes", []))
    kept = [read_json(file) for file in (plan.staging / DONE).glob("*.json")]
    return found | _good(plan.staging, kept)


def _good(folder: Path, outcomes: Sequence[Mapping[str, Any]]) -> dict[str, GoodChapter]:
    known = {name.name for name in fields(ChapterOutcome)}
    good = {}
    for values in outcomes:
        if values.get("outcome") in ("done", "skipped") and values.get("key"):
            outcome = ChapterOutcome(**{name: values[name] for name in known & values.keys()})
            notebook = folder / "chapters" / f"{outcome.chapter}.ipynb"
            if notebook.is_file():
                good[outcome.key] = GoodChapter(notebook, outcome)
    return good


def take_over(good: GoodChapter, target: Path) -> None:
    """Put an executed chapter where the report is being made."""
    if good.notebook != target:
        shutil.copyfile(good.notebook, target)


def keep_outcome(staging: Path, outcome: ChapterOutcome) -> None:
    """Note that a chapter is whole; without the note a later run does not trust it."""
    place = staging / DONE / f"{outcome.chapter}.json"
    place.parent.mkdir(exist_ok=True)
    beside = place.with_suffix(".part")
    beside.write_text(json.dumps(outcome.as_dict()), encoding="utf-8")
    beside.replace(place)
