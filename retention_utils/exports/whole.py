"""A finished report as files: tables, charts, workbook."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retention_utils.chapters import read_chapter
from retention_utils.errors import InputError
from retention_utils.exports.chart_files import write_charts
from retention_utils.exports.csv_files import write_tables
from retention_utils.exports.hidden_ids import Ids
from retention_utils.exports.workbook import write_workbook
from retention_utils.texts import in_language

__all__ = ["Exported", "export_report"]

OWN = "[0-9][0-9]_*-*"  # what the files of tables and charts are called


@dataclass(frozen=True)
class Exported:
    """What was written, and which charts could not be."""

    tables: list[Path]
    charts: list[Path]
    workbook: Path
    missing: list[str]

    @property
    def described(self) -> str:
        """How much of what was written, in words."""
        tables, charts = len(self.tables), len({path.stem for path in self.charts})
        return f"{_counted(tables, 'table')}, {_counted(charts, 'chart')} and 1 workbook"


def export_report(
    report: Path, place: Path, *, language: str | None = None, hash_ids: bool = False, has_bom: bool = False
) -> Exported:
    """Write tables, charts and workbook of a finished report.

    Parameters
    ----------
    report : Path
        The folder of the finished report.
    place : Path
        Where the files go; made if it does not exist. Tables and charts of an earlier export are removed.
    language : str, optional
        One of those the report was made in; left out: the first of them.
    hash_ids : bool
        Replace the ids of customers. Where the client file hides them in the report, they are hidden anyway.
    has_bom : bool
        Begin the CSV files with a byte order mark.

    Raises
    ------
    InputError
        If the record of the run is missing or incomplete, or the report was not made in that language.
    """
    run = _record_in(language, report)
    files = sorted((report / "chapters").glob("*.ipynb"))
    chapters = [read_chapter(file, language=run["language"]) for file in files]
    are_hashed = run["is_anonymised"] or dict(run["settings"]).get("risk_list.hash_ids") == "True"
    for earlier in (*(place / "tables").glob(f"{OWN}.csv"), *(place / "charts").glob(f"{OWN}.[sp][vn]g")):
        earlier.unlink()
    ids = Ids(hash_ids or are_hashed, are_hashed)
    tables = write_tables(chapters, place / "tables", ids=ids, has_bom=has_bom)
    charts, missing = write_charts(chapters, place / "charts")
    workbook = place / f"{report.parent.name}-{report.name}.xlsx"
    return Exported(tables, charts, write_workbook(chapters, workbook, run=run, ids=ids), missing)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _record_in(language: str | None, report: Path) -> dict[str, Any]:
    record = _record(report)
    known = record["languages"]
    if language and language not in known:
        msg = (
            f"{report.name} was made in {', '.join(known)}, not in {language}. Make it again with: retention "
            f"run {report.parent.name} --period {report.name} --language {','.join([*known, language])}"
        )
        raise InputError(msg)
    chosen = language or known[0]
    return {**in_language(record, chosen), "language": chosen}


def _record(report: Path) -> dict[str, Any]:
    needed = {"name", "description", "period", "period_label", "data_until", "languages", "is_anonymised"}
    needed |= {"settings", "definitions", "provenance"}
    try:
        run = json.loads((report / "run.json").read_text(encoding="utf-8"))
        lacking = sorted(needed - set(run))
    except (OSError, ValueError, TypeError) as error:
        lacking, run = [str(error)], {}
    if lacking:
        msg = f"The record of the run, {report.name}/run.json, lacks {lacking}. Make the report again."
        raise InputError(msg)
    return run
