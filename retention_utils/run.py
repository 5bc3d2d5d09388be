"""One report from start to end: mart, chapters, page, tables; moved into place only when it is whole."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import duckdb

from retention_utils import __version__
from retention_utils.batch import ChapterOutcome, check_parameters, run_chapters
from retention_utils.build import ensure_mart, resolve_period
from retention_utils.chapters import read_chapter
from retention_utils.config import ClientConfig, read_config
from retention_utils.definitions import definitions_in_force, settings_in_force
from retention_utils.errors import ConfigError, RetentionError
from retention_utils.formats import Formats
from retention_utils.mart import Mart
from retention_utils.periods import Period
from retention_utils.project import client_file, notebook_files, report_folder
from retention_utils.report import render_report, write_tables
from retention_utils.shelf import move_into_place, report_lock, tidy_up

__all__ = ["ReportOutcome", "ReportPlan", "plan_report", "run_report"]

ENGINES = (
    "pandas",
    "duckdb",
    "ibis-framework",
    "lifetimes",
    "scipy",
    "statsmodels",
    "matplotlib",
    "papermill",
)


@dataclass(frozen=True)
class ReportPlan:
    """One report to be made: everything that could be wrong with the request has been checked."""

    project: Path
    client: str
    config: ClientConfig
    period: Period
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


@dataclass(frozen=True)
class ReportOutcome:
    """How the run of one report ended, and where the result is."""

    client: str
    period: str
    outcome: Literal["done", "skipped", "failed"]
    seconds: float
    report: Path | None
    chapters: tuple[ChapterOutcome, ...] = ()
    reason: str = ""

    def as_dict(self, project: Path) -> dict[str, Any]:
        """Return the outcome as plain values, with the path as seen from the project."""
        return {
            "client": self.client,
            "period": self.period,
            "outcome": self.outcome,
            "seconds": self.seconds,
            "report": str(self.report.relative_to(project)) if self.report else None,
            "chapters": [chapter.as_dict() for chapter in self.chapters],
            "reason": self.reason,
        }


def plan_report(project: Path, client: str, period_text: str | None) -> ReportPlan:
    """Check everything a run needs, before anything runs.

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
    config.order_file(project / "data" / client)
    period = resolve_period(project, client, config, period_text)
    common = {"client": client, "period": period.key}
    parameters = {chapter: {**common, **config.parameters.get(chapter, {})} for chapter in in_force}
    return ReportPlan(project, client, config, period, tuple(notebooks), parameters, in_force)


def run_report(
    plan: ReportPlan,
    *,
    jobs: int,
    force: bool = False,
    tell: Callable[[ChapterOutcome], None] = lambda outcome: None,
) -> ReportOutcome:
    """Make one report. A failed run never replaces a finished report: it is kept beside it.

    Two runs of the same report take turns. Whatever is wrong with the client's data or with the disk is the
    outcome of this report; it is not raised, so that other reports of a batch are still made.

    Parameters
    ----------
    plan : ReportPlan
        From :func:`plan_report`.
    jobs : int
        Kernels at a time.
    force : bool
        Make it even if nothing has changed since the finished report was made.
    tell : callable
        Called with every chapter's outcome as it comes.
    """
    started = time.monotonic()
    try:
        with report_lock(plan.project, plan.client, plan.period.key):
            tidy_up(plan.project, plan.client, plan.period.key)
            return _make(plan, started, jobs=jobs, force=force, tell=tell)
    except OSError as error:
        return _outcome(plan, "failed", started, None, reason=str(error))


def _make(
    plan: ReportPlan, started: float, *, jobs: int, force: bool, tell: Callable[[ChapterOutcome], None]
) -> ReportOutcome:
    """Make the report with the lock held."""
    try:
        mart = ensure_mart(plan.project, plan.client, plan.period.key)
        made_from = _made_from(plan, mart)
        if not force and _is_current(plan.folder, made_from):
            shutil.rmtree(plan.failed_folder, ignore_errors=True)
            return _outcome(plan, "skipped", started, plan.folder, reason="unchanged")
        chapters = _run_into(plan.staging, plan, mart, made_from, jobs=jobs, tell=tell, started=started)
        failed = [chapter for chapter in chapters if chapter.outcome == "failed"]
        place = plan.failed_folder if failed else plan.folder
        move_into_place(plan.staging, place)
    except (RetentionError, OSError, duckdb.Error) as error:
        _keep_reason(plan, str(error), seconds=_since(started))
        return _outcome(plan, "failed", started, None, reason=str(error))
    finally:
        shutil.rmtree(plan.staging, ignore_errors=True)
    if not failed:
        shutil.rmtree(plan.failed_folder, ignore_errors=True)
    reason = f"{len(failed)} of {len(chapters)} chapters failed" if failed else ""
    return _outcome(plan, "failed" if failed else "done", started, place, chapters, reason=reason)


def _keep_reason(plan: ReportPlan, reason: str, *, seconds: float) -> None:
    """Leave a record of a run that ended without a page, where the failed page would be."""
    record = {
        "client": plan.client,
        "period": plan.period.key,
        "outcome": "failed",
        "seconds": seconds,
        "reason": reason,
        "outcomes": [],
    }
    # The reason may be the disk itself; it is told either way.
    with suppress(OSError):
        shutil.rmtree(plan.staging, ignore_errors=True)
        plan.staging.mkdir(parents=True)
        _write_record(plan.staging, record)
        move_into_place(plan.staging, plan.failed_folder)


def _write_record(folder: Path, record: dict[str, Any]) -> None:
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    (folder / "run.json").write_text(text, encoding="utf-8")


def _outcome(
    plan: ReportPlan,
    outcome: Literal["done", "skipped", "failed"],
    started: float,
    folder: Path | None,
    chapters: Sequence[ChapterOutcome] = (),
    *,
    reason: str,
) -> ReportOutcome:
    report = folder / "report.html" if folder else None
    return ReportOutcome(
        plan.client, plan.period.key, outcome, _since(started), report, tuple(chapters), reason
    )


def _run_into(
    staging: Path,
    plan: ReportPlan,
    mart: Mart,
    made_from: str,
    *,
    jobs: int,
    tell: Callable[[ChapterOutcome], None],
    started: float,
) -> list[ChapterOutcome]:
    folder = staging / "chapters"
    folder.mkdir(parents=True)
    outcomes = run_chapters(plan.notebooks, folder, parameters=plan.parameters, jobs=jobs, tell=tell)
    chapters = [read_chapter(folder / f"{done.chapter}.ipynb") for done in outcomes if done.outcome == "done"]
    run = _record(plan, mart, made_from, outcomes, seconds=_since(started))
    _write_record(staging, run)
    write_tables(chapters, staging / "tables")
    (staging / "report.html").write_text(render_report(run, chapters), encoding="utf-8")
    return outcomes


def _record(
    plan: ReportPlan, mart: Mart, made_from: str, outcomes: list[ChapterOutcome], *, seconds: float
) -> dict[str, Any]:
    """Everything that is known of the run: what run.json holds and what the page prints of it."""
    config, facts = plan.config, mart.facts
    formats = Formats(config.language, config.currency)
    source = facts["source"]
    assumed = ", taken from the last order" if facts["is_horizon_assumed"] else ""
    choices = [(chapter, *pair) for chapter, values in plan.in_force.items() for pair in values.items()]
    chosen = [f"{chapter}.{name} = {value}" for chapter, name, value in choices]
    engines = ", ".join(f"{name} {version(name)}" for name in ENGINES)
    provenance = [
        ("Prepared", config.prepared_by),
        ("Parameters", ", ".join([f"client = {plan.client}", f"period = {plan.period.key}", *chosen])),
        ("Made", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, in {seconds:.0f} seconds"),
        ("Data file", f"{source['name']}, {formats.count(source['size'])} bytes"),
        ("SHA-256 of the data", source["sha256"]),
        ("Data complete up to", f"{facts['horizon']}{assumed}"),
        ("Hash of the definitions", config.definition_hash),
        ("Hash of data, definitions, chapters and code", made_from),
        ("Software", f"retention-workbook {__version__}; {engines}"),
    ]
    return {
        "client": plan.client,
        "name": config.name,
        "description": config.description,
        "period": plan.period.key,
        "period_label": formats.period(plan.period.key),
        "previous_label": formats.period(plan.period.previous().key),
        "data_until": formats.date(plan.period.last_day),
        "language": config.language,
        "outcome": "failed" if any(done.outcome == "failed" for done in outcomes) else "done",
        "seconds": seconds,
        "made_from": made_from,
        "parameters": plan.parameters,
        "outcomes": [done.as_dict() for done in outcomes],
        "provenance": [[label, text] for label, text in provenance if text],
        "settings": [list(pair) for pair in settings_in_force(config)],
        "definitions": [list(pair) for pair in definitions_in_force(config, grain=plan.period.grain)],
    }


def _made_from(plan: ReportPlan, mart: Mart) -> str:
    """Hash everything a report depends on: data, definitions, chapters, code, versions."""
    digest = hashlib.sha256(mart.facts["source"]["sha256"].encode())
    digest.update(plan.config.definition_hash.encode())
    package = Path(__file__).parent
    own = sorted(file for file in package.rglob("*") if file.suffix in {".py", ".j2", ".css", ".mplstyle"})
    for file in (*plan.notebooks, *own):
        digest.update(file.name.encode() + file.read_bytes())
    for name in ENGINES:
        digest.update(version(name).encode())
    return digest.hexdigest()[:16]


def _is_current(folder: Path, made_from: str) -> bool:
    record = folder / "run.json"
    if not (record.is_file() and (folder / "report.html").is_file()):
        return False
    try:
        return json.loads(record.read_text(encoding="utf-8")).get("made_from") == made_from
    except (ValueError, AttributeError):
        return False


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)
