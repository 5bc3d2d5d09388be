"""The two other engines, started for the tests and stopped after them: PostgreSQL on loopback, Spark in local mode.

``pytest_plugins = ["engines"]`` makes the fixtures known; a test file that says so does not import from here.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

# Spark cannot read the types of pandas 3, and leaves sockets and files to the collector when it stops.
SPARK_WARNINGS = (
    "ignore:unclosed:ResourceWarning",
    "ignore:The 'future.infer_string' option:Warning",
)
TYPES = {
    "postgres": {
        pa.string(): "text", pa.int64(): "bigint", pa.float64(): "double precision", pa.date32(): "date",
        pa.timestamp("us"): "timestamp", pa.timestamp("us", "UTC"): "timestamptz", pa.bool_(): "boolean",
        pa.decimal128(38, 10): "numeric(38, 10)",
    },
    "pyspark": {
        pa.string(): "string", pa.int64(): "bigint", pa.float64(): "double", pa.date32(): "date",
        pa.timestamp("us"): "timestamp_ntz", pa.timestamp("us", "UTC"): "timestamp", pa.bool_(): "boolean",
        pa.decimal128(38, 10): "decimal(38, 10)",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Cluster:
    """A throw-away PostgreSQL server."""

    programs: Path
    folder: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        """Where the database is, without the password."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, which refuse to be run by root."""
        user = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        command = (*user, str(self.programs / program), "-D", str(self.folder / "data"), *arguments)
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=120, cwd=self.folder)

    def start(self) -> None:
        """Make the data folder and start the server, with passwords asked for."""
        secret = self.folder / "password"
        secret.write_text(self.password, encoding="utf-8")
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            shutil.chown(secret, "postgres")
        self.run(
            "initdb", "--username=postgres", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8",
            "--locale=C", "--no-sync",
        )  # fmt: skip
        options = f"-p {self.port} -h 127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self.run("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def stop(self) -> None:
        """Stop the server."""
        self.run("pg_ctl", "stop", "-w", "-m", "fast")


@pytest.fixture(scope="session")
def postgres_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server of its own whose password stands in PGPASSWORD for the time of the tests."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if not found:
        pytest.skip("PostgreSQL's initdb is not installed (apt: postgresql)")
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed (the extra postgres)")
    # Not below pytest's own folder, which no other user may enter.
    folder = Path(subprocess.run(["mktemp", "-d"], check=True, capture_output=True, text=True).stdout.strip())
    cluster = Cluster(found[-1].parent, folder, _free_port(), secrets.token_hex(16))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", cluster.password)
        try:
            cluster.start()
            yield cluster
            cluster.stop()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(postgres_cluster: Cluster) -> Iterator[ibis.BaseBackend]:
    """PostgreSQL as an Ibis backend."""
    backend = ibis.postgres.connect(
        host="127.0.0.1", port=postgres_cluster.port, user="postgres", database="postgres"
    )
    yield backend
    backend.disconnect()


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ibis.BaseBackend]:
    """Spark in local mode as an Ibis backend."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (the extra spark)")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("Java, which Spark needs, is not installed")
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        settings = {
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.maxPlanStringLength": "10000",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
            "spark.log.level": "ERROR",
        }
        session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
        backend = ibis.pyspark.connect(session)
        yield backend
        backend.disconnect()


@pytest.fixture(scope="session")
def load() -> Callable[[ibis.BaseBackend, str, pa.Table], ibis.Table]:
    """Put a small table into an engine as it is, NULLs and all; Ibis's own in-memory tables do not on Spark."""
    return _load


def _load(backend: ibis.BaseBackend, name: str, table: pa.Table) -> ibis.Table:
    if backend.name == "duckdb":
        backend.con.register(name, table)
        return backend.table(name)
    types = [TYPES[backend.name][field.type] for field in table.schema]
    rows = [tuple(row.values()) for row in table.to_pylist()]
    if backend.name == "postgres":
        columns = ", ".join(
            f'"{column}" {kind}' for column, kind in zip(table.column_names, types, strict=True)
        )
        marks = ", ".join(f"CAST(%s AS {kind})" for kind in types)
        with backend.con.cursor() as cursor, backend.con.transaction():
            cursor.execute(f'DROP TABLE IF EXISTS "{name}"')
            cursor.execute(f'CREATE TEMP TABLE "{name}" ({columns})')
            cursor.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
    else:
        schema = ", ".join(
            f"`{column}` {kind}" for column, kind in zip(table.column_names, types, strict=True)
        )
        frame = backend._session.createDataFrame(rows, schema=schema)
        frame.createOrReplaceTempView(name)
    return backend.table(name)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
