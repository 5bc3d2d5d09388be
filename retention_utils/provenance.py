"""What a report is made from, part by part, and which parts have changed since it was made."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

from retention_utils.config import ClientConfig
from retention_utils.house_style import Look
from retention_utils.predecessor import predecessor_of

__all__ = [
    "ENGINES",
    "changed_parts",
    "engine_versions",
    "environment",
    "hash_of",
    "hash_of_parts",
    "parts_of",
    "predecessor_hash",
    "read_json",
    "read_record",
]

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
CODE = {".py", ".j2", ".css", ".mplstyle", ".toml", ".po"}
PARTS = {
    "definitions": "definitions in client.toml",
    "style": "house style",
    "key": "the key that customers are hidden behind",
    "predecessor": "the report before",
    "code": "code of the package",
}  # what they are called where nothing more can be said of them


def parts_of(
    config: ClientConfig,
    *,
    look: Look,
    key: bytes | None,
    notebooks: Sequence[Path],
    data: str,
    files: Mapping[str, Sequence[Mapping[str, Any]]],
    predecessor: str = "",
) -> dict[str, Any]:
    """Describe everything a report depends on, as it is now.

    Parameters
    ----------
    config : ClientConfig
        The client file.
    look : Look
        Logo and colours.
    key : bytes, optional
        Behind which customers are hidden.
    notebooks : sequence of Path
        The chapters of the report.
    data : str
        The hash of the client's data.
    files : mapping
        Their stamps, by table.
    predecessor : str
        What tells the report before from others; empty if there is none.

    Returns
    -------
    dict
        Plain values for ``run.json``: ``made_from_parts`` (hashes by part, those of chapters by name),
        ``files`` (the stamps) and ``versions`` (of the engines).
    """
    versions = engine_versions()
    parts = {
        "data": data,
        "definitions": config.definition_hash,
        "style": _hash(f"{config.style_hash} {look}".encode()),
        "key": _hash(b"key " + key) if key else "",
        "code": _code_hash(),
        "versions": _hash(json.dumps(versions, sort_keys=True).encode()),
        "predecessor": predecessor,
        "notebooks": {notebook.stem: _hash(notebook.read_bytes()) for notebook in notebooks},
    }
    stamps = {table: [dict(stamp) for stamp in of_table] for table, of_table in files.items()}
    return {"made_from_parts": parts, "files": stamps, "versions": versions}


def hash_of_parts(parts: Mapping[str, Any]) -> str:
    """Return one hash over the parts: reports of which it is the same are the same."""
    return _hash(json.dumps(parts["made_from_parts"], sort_keys=True).encode())


def hash_of(*contents: str | bytes) -> str:
    """Return one hash over several contents; where one ends and the next begins counts."""
    digest = hashlib.sha256()
    for content in contents:
        raw = content.encode() if isinstance(content, str) else content
        digest.update(f"{len(raw)} ".encode() + raw)
    return digest.hexdigest()[:16]


def changed_parts(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Name what has changed between two descriptions by :func:`parts_of`, in plain English.

    Parameters
    ----------
    before : mapping
        The record of a report, ``run.json``.
    now : mapping
        From :func:`parts_of`.

    Returns
    -------
    list of str
        Such as ``data: orders.csv``, ``duckdb 1.4.1 → 1.5.0`` and ``chapter 03_pulse``; empty if nothing has.

    Raises
    ------
    KeyError
        If the record does not hold what the report was made from.
    """
    old, new = before["made_from_parts"], now["made_from_parts"]
    changed = _changed_files(before, now) if old["data"] != new["data"] else []
    changed += [words for part, words in PARTS.items() if part != "code" and old[part] != new[part]]
    changed += [f"chapter {name}" for name in _named(old["notebooks"], new["notebooks"])]
    changed += [PARTS["code"]] if old["code"] != new["code"] else []
    return [*changed, *_changed_versions(before["versions"], now["versions"])]


def predecessor_hash(project: Path, client: str, period: str) -> str:
    """Return what tells the report before a period from any other in its place; empty if there is none."""
    folder = predecessor_of(project, client, period)
    if folder is None:
        return ""
    known = read_record(folder).get("made_from")
    files = sorted((folder / "chapters").glob("*.ipynb"))
    return hash_of(folder.name, *([known] if known else [file.read_bytes() for file in files]))


def read_record(folder: Path) -> dict[str, Any]:
    """Read the record of the run that made a report; empty if there is none that can be read."""
    return read_json(folder / "run.json")


def read_json(file: Path) -> dict[str, Any]:
    """Read a JSON object; empty if there is none that can be read."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


@cache
def environment() -> dict[str, Any]:
    """Return what it takes to make a report again later: Python, the system, every installed package."""
    packages = {item.name: item.version for item in distributions()}
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "packages": dict(sorted(packages.items(), key=lambda item: item[0].lower())),
    }


def engine_versions() -> dict[str, str]:
    """Return the versions of the packages that numbers depend on."""
    return dict(_versions())


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    return tuple((name, version(name)) for name in ENGINES)


@cache
def _code_hash() -> str:
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for file in sorted(file for file in package.rglob("*") if file.suffix in CODE):
        digest.update(f"{file.relative_to(package)} ".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _changed_files(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Name the files with another content; if there are none, what else it can be."""
    if names := _named(_contents(before["files"]), _contents(now["files"])):
        return [f"data: {name}" for name in names]
    return ["data: the order of its files" if now["files"].get("orders") else "data: the client's database"]


def _contents(files: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, str]:
    """Return the hash of every file by its name; where several share it, all of theirs."""
    found: dict[str, str] = {}
    for stamp in (stamp for of_table in files.values() for stamp in of_table):
        found[stamp["name"]] = f"{found.get(stamp['name'], '')} {stamp['sha256']}"
    return found


def _named(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """List what differs, sorted, and say what came or went."""
    changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    words = {name: " (gone)" if name not in new else "" if name in old else " (new)" for name in changed}
    return [f"{name}{words[name]}" for name in changed]


def _changed_versions(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    names = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
    return [f"{name} {old.get(name, '(none)')} → {new.get(name, '(none)')}" for name in names]
