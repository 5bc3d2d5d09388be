"""Opens everything a client supplied: the order log where it lies, and the small tables brought here."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from retention_utils.client_files import config_files
from retention_utils.config import ClientConfig
from retention_utils.engine_settings import NO_PROGRESS_BAR
from retention_utils.errors import InputError
from retention_utils.source_config import OrderSource, Source
from retention_utils.sources.connections import connect, explain_database
from retention_utils.sources.orders import read_order_log
from retention_utils.sources.raw import explain_unreadable
from retention_utils.sources.side_tables import read_side_table

__all__ = ["LEFT_OUT", "Intake", "bring", "fingerprint", "keep", "let_go", "open_intake", "side_tables"]

LEFT_OUT = "contracts_left_out"  # rows of the contract list that cannot be used

MEMORY_LIMIT = "2500MB"  # of the engine; the process needs half as much again


@dataclass(frozen=True)
class Intake:
    """A client's order log as an expression of the engine that holds it, and where its files are."""

    backend: ibis.BaseBackend
    source: OrderSource
    order_log: ir.Table  # see read_order_log; read anew at every use
    files: dict[str, list[Path]]  # by table; none for a database
    workspace: Path  # unpacked files

    def kept(self) -> ir.Table:
        """Read the order log once, into a table of the engine.

        Raises
        ------
        InputError
            If it cannot be read as stated.
        """
        with self._explained():
            return keep(self.backend, "retention_order_log", self.order_log)

    def dates(self) -> ir.Table:
        """Return what :func:`retention_utils.observation.observe` looks at, read once.

        Raises
        ------
        InputError
            If the order log cannot be read as stated.
        """
        log = self.order_log
        with self._explained():
            by_day = log.group_by(ordered_at=log["ordered_at"].date().cast("timestamp"))
            first = {name: log[name].argmin(log["row"]) for name in ("file", "found")}
            return keep(self.backend, "retention_dates", by_day.aggregate(row=log["row"].min(), **first))

    def _explained(self) -> AbstractContextManager[None]:
        return _explained(self.source, self.files["orders"], self.workspace)


def fingerprint(order_log: ir.Table) -> str:
    """Return a short hash that changes when rows of an order log come, go or change.

    It is made of counts and sums, so that only one row leaves a database.
    """
    log = order_log
    summed = log.aggregate(
        rows=log.count(),
        first=log["ordered_at"].min().cast("string"),
        last=log["ordered_at"].max().cast("string"),
        customers=log["customer_id"].nunique(),
        amount=log["amount"].sum().cast("string"),
        faults=log["fault"].count(),
    )
    text = json.dumps(summed.to_pyarrow().to_pylist(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def open_intake(
    folder: Path,
    config: ClientConfig,
    *,
    database: Path | None = None,
    watching: Callable[[Callable[[], None]], AbstractContextManager[Any]] = nullcontext,
) -> Iterator[Intake]:
    """Open the order log of the client whose folder this is.

    Parameters
    ----------
    folder : Path
        The client's folder.
    config : ClientConfig
        The client file.
    database : Path, optional
        A DuckDB file to work in, where the log comes as files; left out: in memory.
    watching : callable, optional
        Given what interrupts the engine, a context for as long as it is open.

    Raises
    ------
    RetentionError
        If a file or database cannot be opened, or the database fails while the intake is in use.
    """
    source, files = config.orders, config_files(config, folder)
    # What is unpacked or does not fit into memory lies beside the mart: a temporary folder may be small.
    beside = database.parent if database else None
    with TemporaryDirectory(prefix=".retention-", dir=beside) as name:
        workspace = Path(name)
        with (
            _engine(source, workspace, database) as backend,
            watching(partial(_interrupt, backend)),
        ):
            with _explained(source, files["orders"], workspace):
                order_log = read_order_log(
                    backend,
                    source,
                    files["orders"],
                    currency=config.currency,
                    time_zone=config.time_zone,
                    workspace=workspace,
                    stage=partial(keep, backend, "retention_typed") if source.url else _as_it_is,
                )
            yield Intake(backend, source, order_log, files, workspace)


def side_tables(folder: Path, config: ClientConfig) -> dict[str, pa.Table]:
    """Read every further table of the client: typed rows by the table's name.

    Of a list of contracts, a few rows may be unusable: they are in the table :data:`LEFT_OUT`, and the
    report says so. Every other table is refused as soon as one row is.

    Raises
    ------
    InputError
        If a table cannot be read or holds what it may not hold; the problems of all tables at once.
    """
    files = config_files(config, folder)
    found, problems = {}, []
    with TemporaryDirectory(prefix="retention-") as name:
        workspace = Path(name)
        for table, source in config.tables.items():
            how = {"currency": config.currency, "to_zone": config.time_zone, "workspace": workspace}
            is_accounted = table == "subscriptions"
            most = config.contracts.unusable_share if is_accounted else 0.0
            try:
                with _engine(source, workspace) as backend, _explained(source, files[table], workspace):
                    read = read_side_table(backend, table, source, files[table], most_left_out=most, **how)
                found[table] = read.used
                if is_accounted:
                    found[LEFT_OUT] = read.left_out
            except InputError as problem:
                problems.append(str(problem))
    if problems:
        raise InputError("\n".join(problems))
    return found


def keep(backend: ibis.BaseBackend, name: str, table: ir.Table) -> ir.Table:
    """Compute a table once and keep it in its engine for as long as the connection lasts."""
    if backend.name == "pyspark":
        # A cached table keeps its whole plan, which Spark would read anew with every table made of it.
        backend.raw_sql(backend.compile(table)).localCheckpoint().createOrReplaceTempView(name)
        return backend.table(name)
    return backend.create_table(name, table, temp=True)


def let_go(backend: ibis.BaseBackend, *names: str) -> None:
    """Make room: drop what :func:`keep` made, if it did; PostgreSQL sees to its own memory."""
    for name in names:
        if backend.name == "duckdb":  # drop_table of Ibis 12 leaves out the name
            backend.con.execute(f'DROP TABLE IF EXISTS temp."{name}"')
        elif backend.name == "pyspark":
            backend.drop_view(name, force=True)


def _interrupt(backend: ibis.BaseBackend) -> None:
    """Have the engine give up what it is doing now; engines other than ours are not asked to."""
    if backend.name == "duckdb":
        backend.con.interrupt()


def _as_it_is(table: ir.Table) -> ir.Table:
    """Leave a table to be worked out where it is used: DuckDB does what is the same only once."""
    return table


def bring(backend: ibis.BaseBackend, name: str, table: pa.Table) -> ir.Table:
    """Put a small table beside the order log, into the engine that holds it; it may not hold NULLs."""
    local = ibis.memtable(table)
    if backend.name != "pyspark":
        return local
    # Spark does not find a table in memory by itself, and forgets it when the last name for it here is gone.
    return backend.create_view(f"retention_{name}", local, overwrite=True).cache()


@contextmanager
def _engine(source: Source, workspace: Path, database: Path | None = None) -> Iterator[ibis.BaseBackend]:
    """Open the engine that holds a source, or embedded DuckDB for files."""
    explained = explain_database(source) if source.url else nullcontext()
    with explained:
        if source.url:
            backend = connect(source)
        else:
            backend = ibis.duckdb.connect(
                database or ":memory:", memory_limit=MEMORY_LIMIT, temp_directory=str(workspace)
            )
            backend.raw_sql(NO_PROGRESS_BAR)
        try:
            yield backend
        finally:
            backend.disconnect()


def _explained(source: Source, files: Sequence[Path], workspace: Path) -> AbstractContextManager[None]:
    """Explain what the engine says of files while it reads them."""
    return nullcontext() if source.url else explain_unreadable(source, files, workspace=workspace)
