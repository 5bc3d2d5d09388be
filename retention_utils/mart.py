"""The mart of one client and period: opened read-only, many at a time, with plain DuckDB."""

import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from retention_utils.config import ClientConfig, read_config
from retention_utils.errors import InputError, TableError, did_you_mean
from retention_utils.periods import Period, parse_period
from retention_utils.project import client_file, find_project, mart_file

__all__ = ["Mart", "SourceStamp", "code_hash", "fresh_mart", "open_mart"]

# What a mart's content depends on, beside the client file and the data.
BUILDERS = ("build", "config", "model_tables", "periods", "quality", "sources", "tables")


@dataclass(frozen=True)
class SourceStamp:
    """Which file a mart was made from."""

    name: str
    size: int  # bytes
    modified: int  # nanoseconds
    sha256: str

    @classmethod
    def of(cls, file: Path) -> "SourceStamp":
        """Stamp a file, reading all of it."""
        state = file.stat()
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return cls(file.name, state.st_size, state.st_mtime_ns, digest)

    def fits(self, file: Path) -> bool:
        """Say whether the file is still the same; it is read again only if size or time changed."""
        state = file.stat()
        if (state.st_size, state.st_mtime_ns) == (self.size, self.modified):
            return True
        return state.st_size == self.size and SourceStamp.of(file).sha256 == self.sha256

    def as_dict(self) -> dict[str, Any]:
        """Return the stamp as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Mart:
    """The tables of one client as of the end of one period."""

    file: Path
    config: ClientConfig

    def table(self, name: str) -> pd.DataFrame:
        """Read a table whole; decimals become floats, dates become time stamps.

        Raises
        ------
        TableError
            If the mart has no such table.
        """
        with duckdb.connect(self.file, read_only=True) as connection:
            known = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
            if name not in known:
                msg = f"The mart has no table {name!r}; it has {known}.{did_you_mean(name, known)}"
                raise TableError(msg)
            return connection.table(f'"{name}"').df()

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the mart was built from: client, period, observed stretch, hashes, source."""
        return json.loads(self.table("facts")["json"].iloc[0])

    @property
    def period(self) -> Period:
        """The period of the report."""
        return parse_period(self.facts["period"])

    @property
    def history_start(self) -> date:
        """The first day of the order log."""
        return date.fromisoformat(self.facts["history_start"])

    @property
    def as_of(self) -> date:
        """The last day that is looked at."""
        return self.period.last_day


def code_hash() -> str:
    """Return a short hash of the code and engines that decide what a mart holds."""
    digest = hashlib.sha256()
    for name in BUILDERS:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    for package in ("duckdb", "ibis-framework"):
        digest.update(version(package).encode())
    return digest.hexdigest()[:12]


def fresh_mart(project: Path, client: str, config: ClientConfig, period_key: str) -> Mart | None:
    """Return the mart of a client and period if it is there and nothing it depends on has changed."""
    place = mart_file(project, client, period_key)
    if not place.is_file():
        return None
    mart = Mart(place, config)
    try:
        facts = mart.facts
    except (duckdb.Error, TableError):
        return None
    stamp = SourceStamp(**facts["source"])
    current = (config.definition_hash, code_hash())
    if (facts["definition_hash"], facts["code_hash"]) != current:
        return None
    return mart if stamp.fits(config.order_file(project / "data" / client)) else None


def open_mart(client: str, period: str) -> Mart:
    """Open the mart a notebook asks for, building it in a process of its own if there is no fresh one.

    Raises
    ------
    InputError
        If it cannot be built; the message is the builder's.
    """
    project, period_key = find_project(), parse_period(period).key
    config = read_config(client_file(project, client))
    if mart := fresh_mart(project, client, config, period_key):
        return mart
    # The builder imports Ibis, which costs a second; a kernel should not pay it.
    command = [sys.executable, "-m", "retention_utils.build", client, period_key]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode:
        raise InputError(built.stderr.strip())
    return Mart(mart_file(project, client, period_key), config)
