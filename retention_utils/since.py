"""What has changed since a finished report was made."""

import json
from pathlib import Path
from typing import Any

from retention_utils.anonymity import read_key
from retention_utils.house_style import look_of
from retention_utils.mart import Mart
from retention_utils.project import notebook_files
from retention_utils.provenance import changed_parts, parts_of, predecessor_hash

__all__ = ["changed_since"]


def changed_since(project: Path, client: str, folder: Path, mart: Mart) -> list[str] | None:
    """Name the inputs, settings, chapters, code and versions that are not those of a report any more.

    Parameters
    ----------
    project : Path
        The folder of the project.
    client : str
        Whose report it is.
    folder : Path
        Of the finished report.
    mart : Mart
        Of the same client and period, as it is now.

    Returns
    -------
    list of str, or None
        In plain English; None if it is not recorded what the report was made from, as with one kept in git.
    """
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        return changed_parts(record, _now(project, client, record, mart))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _now(project: Path, client: str, record: dict[str, Any], mart: Mart) -> dict[str, Any]:
    """Describe what the same chapters would be made from today."""
    chapters = record["made_from_parts"]["notebooks"]
    home = project / "data" / client
    return parts_of(
        mart.stated,
        look=look_of(mart.stated.report, home),
        key=read_key(home) if record["is_anonymised"] else None,
        notebooks=[notebook for notebook in notebook_files(project, client) if notebook.stem in chapters],
        data=mart.data_hash,
        files=mart.facts["files"],
        predecessor=predecessor_hash(project, client, mart.period.key),
    )
