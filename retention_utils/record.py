"""The record of a run: what a report was made from, with which definitions, software and outcomes."""

import hashlib
import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retention_utils import __version__
from retention_utils.batch import ChapterOutcome
from retention_utils.config import ClientConfig
from retention_utils.definitions import definitions_in_force, settings_in_force
from retention_utils.formats import Formats
from retention_utils.mart import Mart
from retention_utils.plan import ReportPlan

__all__ = ["is_current", "made_from_hash", "run_record"]

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


def run_record(
    plan: ReportPlan, mart: Mart, made_from: str, outcomes: list[ChapterOutcome], *, seconds: float
) -> dict[str, Any]:
    """Write down everything known of the run: what run.json holds and what the page prints of it."""
    config, facts = plan.config, mart.facts
    formats = Formats(config.language, config.currency)
    assumed = ", taken from the last order" if facts["is_horizon_assumed"] else ""
    choices = [(chapter, *pair) for chapter, values in plan.in_force.items() for pair in values.items()]
    chosen = [f"{chapter}.{name} = {value}" for chapter, name, value in choices]
    engines = ", ".join(f"{name} {version(name)}" for name in ENGINES)
    provenance = [
        ("Prepared", config.prepared_by),
        ("Parameters", ", ".join([f"client = {plan.client}", f"period = {plan.period.key}", *chosen])),
        ("Made", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, in {seconds:.0f} seconds"),
        ("Data", _data_described(facts, config, formats)),
        ("SHA-256 of the data", mart.data_hash),
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
        "definitions": [list(pair) for pair in _definitions(plan, mart)],
    }


def _definitions(plan: ReportPlan, mart: Mart) -> list[tuple[str, str]]:
    return definitions_in_force(mart.config, grain=plan.period.grain, gap=mart.facts["gap"])


def _data_described(facts: dict[str, Any], config: ClientConfig, formats: Formats) -> str:
    files = [stamp for stamps in facts["files"].values() for stamp in stamps]
    listed = [f"{stamp['name']}, {formats.count(stamp['size'])} bytes" for stamp in files]
    if config.orders.url:
        listed.insert(0, config.orders.described)
    return "; ".join(listed)


def made_from_hash(plan: ReportPlan, mart: Mart) -> str:
    """Hash everything a report depends on: data, definitions, chapters, code, versions."""
    digest = hashlib.sha256(mart.data_hash.encode())
    digest.update(plan.config.definition_hash.encode())
    package = Path(__file__).parent
    kinds = {".py", ".j2", ".css", ".mplstyle", ".toml"}
    own = sorted(file for file in package.rglob("*") if file.suffix in kinds)
    for file in (*plan.notebooks, *own):
        digest.update(file.name.encode() + file.read_bytes())
    for name in ENGINES:
        digest.update(version(name).encode())
    return digest.hexdigest()[:16]


def is_current(folder: Path, made_from: str) -> bool:
    """Say whether the finished report in a folder was made from the same."""
    record = folder / "run.json"
    if not (record.is_file() and (folder / "report.html").is_file()):
        return False
    try:
        return json.loads(record.read_text(encoding="utf-8")).get("made_from") == made_from
    except (ValueError, AttributeError):
        return False
