"""The mart of one client and period: opened read-only, many at a time, with plain DuckDB."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from retention_utils.anonymity import read_key, without_ids
from retention_utils.client_files import config_files
from retention_utils.config import ClientConfig, read_config
from retention_utils.errors import InputError, TableError, did_you_mean
from retention_utils.periods import Period, parse_period
from retention_utils.project import client_file, find_project, mart_file
from retention_utils.stamps import stamps_fit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Mart", "code_hash", "fresh_mart", "hash_of_files", "open_mart"]

# What a mart's content depends on, beside the client file and the data.
BUILDERS = (
    "answer_tables.py", "bridge_tables.py", "build.py", "campaign_tables.py", "canonical.py",
    "canonical_kinds.py", "churn_gap/backtest.py", "churn_gap/recommendation.py", "client_files.py",
    "client_settings.py", "cohort_tables.py", "config.py", "currency_signs.py", "gap_in_force.py",
    "intake.py", "log_extent.py", "mart_writer.py", "merged_ids.py", "model_tables.py", "observation.py",
    "occasion_tables.py", "order_tables.py", "period_tables.py", "periods.py", "placing.py",
    "quality/*.py", "segment_tables.py", "source_config.py", "sources/*.py", "states.py", "stats.py",
    "tables.py", "time_formats.py",
)  # fmt: skip


@dataclass(frozen=True)
class Mart:
    """The tables of one client as of the end of one period."""

    file: Path
    stated: ClientConfig  # as the client file has it
    key: bytes | None = field(default=None, repr=False)  # customers are hidden behind it

    @cached_property
    def config(self) -> ClientConfig:
        """The client with the churn gap that is in force: always a number of days."""
        config = self.stated.with_hidden_customers(self.key) if self.key else self.stated
        return config if config.churn.gap_days != "auto" else config.with_gap(self.facts["gap"]["days"])

    def table(self, name: str, *, keeps_words: bool = False) -> "pd.DataFrame":
        """Read a table whole; decimals become floats, dates become time stamps, ids are hidden if asked.

        Parameters
        ----------
        name : str
            Which table.
        keeps_words : bool
            As for :meth:`supplied`.

        Raises
        ------
        TableError
            If the mart has no such table.
        """
        with self._opened() as engine:
            try:
                table = engine.table(f'mart."{name}"').df()
            except duckdb.CatalogException as error:  # to list the tables first would double the time
                known = [row[0] for row in engine.execute("SHOW TABLES FROM mart").fetchall()]
                msg = f"The mart has no table {name!r}; it has {known}.{did_you_mean(name, known)}"
                raise TableError(msg) from error
        return without_ids(table, self.key, keeps_words=keeps_words) if self.key else table

    def supplied(self, name: str, *, keeps_words: bool = False) -> "pd.DataFrame | None":
        """Read a table that the client may or may not have supplied, such as ``costs``; None if not.

        Parameters
        ----------
        name : str
            Which table.
        keeps_words : bool
            Leave what customers wrote as it is where they are hidden: to be counted, never to be shown.
        """
        return self.table(name, keeps_words=keeps_words) if name in self.stated.tables else None

    @property
    def has_orders(self) -> bool:
        """Whether the client has an order log; else there are contracts alone."""
        return self.stated.orders is not None

    @property
    def businesses(self) -> tuple[str, ...]:
        """What the client has of ``orders`` and ``contracts``."""
        has = {"orders": self.has_orders, "contracts": "subscriptions" in self.stated.tables}
        return tuple(business for business, is_there in has.items() if is_there)

    @property
    def is_snapshot(self) -> bool:
        """Whether the contract list has no dates: it is the state of one day."""
        contracts = self.stated.tables.get("subscriptions")
        return contracts is not None and "start" not in contracts.columns

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the mart was built from: client, period, observed stretch, churn gap, hashes, source."""
        with self._opened() as engine:
            return json.loads(engine.execute("SELECT json FROM mart.facts").fetchone()[0])

    @contextmanager
    def _opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Hold the file for one read only: a mart that is built anew takes its place under the same name."""
        engine = _engine()
        engine.execute("ATTACH ? AS mart (READ_ONLY)", [str(self.file)])
        try:
            yield engine
        finally:
            engine.execute("DETACH mart")

    @property
    def data_hash(self) -> str:
        """The SHA-256 of the client's only file, or one over those of all files and the database."""
        return hash_of_files(self.facts["files"], self.facts["fingerprint"])

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


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One DuckDB for all that a process reads: to start it takes longer than to read most tables."""
    return duckdb.connect()


def hash_of_files(stamps: Mapping[str, Sequence[Mapping[str, Any]]], fingerprint: str = "") -> str:
    """Return the SHA-256 of the only file, or one over those of all files and the database."""
    hashes = [stamp["sha256"] for of_table in stamps.values() for stamp in of_table]
    hashes += [fingerprint] if fingerprint else []
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


@cache
def code_hash() -> str:
    """Return a short hash of the code and engines that decide what a mart holds."""
    digest = hashlib.sha256()
    for pattern in BUILDERS:
        for file in sorted(Path(__file__).parent.glob(pattern)):
            digest.update(file.read_bytes())
    for package in ("duckdb", "ibis-framework"):
        digest.update(version(package).encode())
    return digest.hexdigest()[:12]


def fresh_mart(project: Path, client: str, config: ClientConfig, period_key: str) -> Mart | None:
    """Return the mart of a client and period if it is there and no file it depends on has changed.

    Whether a database has changed is not asked here, since a notebook would have to connect to it:
    ``retention run`` and ``retention check`` ask.
    """
    place = mart_file(project, client, period_key)
    if not place.is_file():
        return None
    mart = Mart(place, config)
    try:
        facts = mart.facts
    except duckdb.Error:
        return None
    if (facts["definition_hash"], facts["code_hash"]) != (config.definition_hash, code_hash()):
        return None
    files = config_files(config, project / "data" / client)
    return mart if stamps_fit(facts["files"], files) else None


def open_mart(client: str, period: str, *, anonymise: bool = False) -> Mart:
    """Open the mart a notebook asks for, building it in a process of its own if there is no fresh one.

    Parameters
    ----------
    client, period : str
        Whose, and what the report is about.
    anonymise : bool
        Hide the ids of customers behind the client's key, in every table.

    Raises
    ------
    InputError
        If it cannot be built; the message is the builder's.
    ConfigError
        If customers are to be hidden and there is no key.
    """
    project, period_key = find_project(), parse_period(period).key
    file = client_file(project, client)
    config = read_config(file)
    key = read_key(file.parent) if anonymise else None
    if mart := fresh_mart(project, client, config, period_key):
        return replace(mart, key=key)
    # The builder imports Ibis, which costs a second; a kernel should not pay it.
    command = [sys.executable, "-m", "retention_utils.upkeep", client, period_key]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode:
        raise InputError(built.stderr.strip())
    return Mart(mart_file(project, client, period_key), config, key)
