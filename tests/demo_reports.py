"""The reports of the demo clients as pages, from the executed notebooks kept in git: no kernel, no mart."""

from pathlib import Path

from retention_utils.chapters import read_chapter
from retention_utils.config import read_config
from retention_utils.definitions import definitions_in_force, settings_in_force
from retention_utils.formats import Formats
from retention_utils.periods import parse_period
from retention_utils.report import render_report
from retention_utils.texts import as_json

__all__ = ["DEMO_REPORTS", "LANGUAGES", "demo_page", "demo_record"]

ROOT = Path(__file__).parents[1]
DEMO_REPORTS = {
    folder.parent.parent.name: folder.parent for folder in (ROOT / "reports").glob("*/[0-9]*[0-9]/chapters")
}
LANGUAGES = ["en", "ru", "uk"]
HASH = "0123456789abcdef" * 4


def demo_page(client: str, language: str) -> str:
    """Render the report of a demo client as a run does; only what needs the mart is made up."""
    folder = DEMO_REPORTS[client]
    files = sorted((folder / "chapters").glob("*.ipynb"))
    chapters = [read_chapter(file, language=language) for file in files]
    return render_report(demo_record(client), chapters, language=language)


def demo_record(client: str) -> dict:
    """Return the record of the run of a demo client's report."""
    key = DEMO_REPORTS[client].name
    config = read_config(ROOT / "data" / client / "client.toml")
    formats, period = Formats(",".join(LANGUAGES), config.currency), parse_period(key)
    record = {
        "client": client,
        "name": config.name,
        "description": config.description,
        "period": key,
        "period_label": formats.period(key),
        "previous_label": formats.period(period.previous().key),
        "data_until": formats.date(period.last_day),
        "languages": LANGUAGES,
        "prepared_by": config.report.prepared_by,
        "outcomes": [],
        "provenance": [["Parameters", f"client = {client}, period = {key}"], ["SHA-256 of the data", HASH]],
        "settings": [list(pair) for pair in settings_in_force(config)],
        "definitions": [
            list(pair) for pair in definitions_in_force(config, formats=formats, grain=period.grain)
        ],
    }
    return as_json(record)
