"""The other engines a table may lie in: PostgreSQL and Spark, found by URL; errors without secrets."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from urllib.parse import SplitResult, urlsplit

import ibis
from ibis.common.exceptions import IbisError, TableNotFound

from retention_utils.errors import ConfigError, InputError, did_you_mean
from retention_utils.source_config import Source

__all__ = ["connect", "explain_database"]

WAIT_SECONDS = 15
# By scheme: what must be installed, and the extra that brings it.
SCHEMES = {
    "postgresql": ("psycopg", "postgres"),
    "postgres": ("psycopg", "postgres"),
    "spark": ("pyspark", "spark"),
    "spark+local": ("pyspark", "spark"),
    "sc": ("grpc", "spark"),  # beside pyspark
}
FORMS = "postgresql://user@host:port/database, spark://host:port, sc://host or spark+local://2"

# SQLSTATE of PostgreSQL: what its first characters say, the longest that fits.
REASONS = {
    "08": "the connection broke",
    "28": "it does not accept this user or password",
    "3D": "it has no such database",
    "22": "a value in the table or query cannot be worked with",
    "42": "the query is wrong",
    "42501": "this user may not read it",
    "42703": "the query names a column that is not there",
    "42P01": "it has no such table",
    "3F": "it has no such schema",
    "53": "it has no room for another connection, or no memory",
    "57": "it stopped the work",
    "57014": "it took longer than the database allows",
}
# psycopg has no SQLSTATE for a connection that never came about, only libpq's words.
WORDS = {
    "password authentication failed": "it does not accept this user or password",
    "no password supplied": "it asks for a password and none was found",
    "no pg_hba.conf entry": "it does not accept this user or password from this machine",
    "does not exist": "it has no such database or user",
    "could not translate host name": "there is no such host",
    "failed to resolve host": "there is no such host",
    "connection refused": "nothing answers at this host and port",
    "timeout expired": "nothing answers at this host and port",
    "too many clients": "it has no room for another connection",
}
# Error conditions of Spark, by the start of their names.
CONDITIONS = {
    "TABLE_OR_VIEW_NOT_FOUND": "it has no such table",
    "SCHEMA_NOT_FOUND": "it has no such schema",
    "UNRESOLVED_COLUMN": "the query names a column that is not there",
    "PARSE_SYNTAX_ERROR": "the query is wrong",
    "INSUFFICIENT_PERMISSIONS": "this user may not read it",
    "JAVA_GATEWAY_EXITED": "Java, which it needs, is not installed or too old",
    "CAST_INVALID_INPUT": "a value in the table or query cannot be worked with",
}
ADVICE = {
    "postgres": "Check url, table, query, the password (PGPASSWORD or ~/.pgpass) and that the database runs.",
    "spark": "Check url, table and query, and that Spark runs.",
}


def connect(source: Source) -> ibis.BaseBackend:
    """Open the database that a source names, with times in UTC.

    The password is libpq's affair: PGPASSWORD, the password file or a service file. Nothing is written but
    temporary views of our own.

    Raises
    ------
    ConfigError
        If the URL is of no known kind, or the extra for it is not installed.
    InputError
        If the database cannot be reached or does not let us in.
    """
    url = urlsplit(source.url or "")
    _check(url)
    with explain_database(source):
        return _postgres(url) if SCHEMES[url.scheme][1] == "postgres" else _spark(url)


@contextmanager
def explain_database(source: Source) -> Iterator[None]:
    """Say in a plain sentence what went wrong in a database, without user, password or URL.

    Raises
    ------
    InputError
        Instead of any error of the database, its driver or Ibis.
    """
    try:
        yield
    except Exception as error:
        reason = _reason(error)
        if reason is None:
            raise
        scheme = urlsplit(source.url or "").scheme
        what = f"the table {source.table!r}" if source.table else "the query"
        msg = f"The database ({scheme}) with {what} cannot be used: {reason}. {ADVICE[SCHEMES[scheme][1]]}"
        # The driver's own error may hold what must not be shown.
        raise InputError(msg) from None


def _check(url: SplitResult) -> None:
    """Refuse a URL of no known kind, and one whose driver is not installed."""
    if url.scheme not in SCHEMES:
        hint = did_you_mean(url.scheme, SCHEMES)
        msg = f"A database cannot be found by {url.scheme!r}.{hint} Write url as {FORMS}."
        raise ConfigError(msg)
    if url.scheme == "spark+local" and not url.netloc.isdecimal():
        msg = "The url of local Spark names the number of threads, such as spark+local://2."
        raise ConfigError(msg)
    module, extra = SCHEMES[url.scheme]
    if find_spec(module) is None:
        msg = (
            f"A database of the kind {url.scheme} needs {module}, which is not installed. "
            f"Run: pip install 'retention-workbook[{extra}]'"
        )
        raise ConfigError(msg)


def _postgres(url: SplitResult) -> ibis.BaseBackend:
    import psycopg

    # libpq reads the URL itself, so that all it knows may stand in it. Ibis sets the time zone to UTC.
    connection = psycopg.connect(
        url._replace(scheme="postgresql").geturl(), autocommit=True, connect_timeout=WAIT_SECONDS
    )
    return ibis.postgres.from_connection(connection)


def _spark(url: SplitResult) -> ibis.BaseBackend:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.config("spark.sql.session.timeZone", "UTC")
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.log.level", "ERROR")
    # Spark names what it keeps by the whole text of its plan, which fills the memory where texts are parsed.
    builder = builder.config("spark.sql.maxPlanStringLength", "10000")
    if url.scheme == "sc":
        return ibis.pyspark.connect(builder.remote(url.geturl()).getOrCreate())
    if url.scheme == "spark":
        return ibis.pyspark.connect(builder.master(url.geturl()).getOrCreate())
    builder = builder.config("spark.ui.enabled", "false").config("spark.driver.bindAddress", "127.0.0.1")
    builder = builder.config("spark.driver.host", "127.0.0.1")
    return ibis.pyspark.connect(builder.master(f"local[{url.netloc}]").getOrCreate())


def _reason(error: Exception) -> str | None:
    """Say what an error of a database means; None if it is none."""
    source = type(error).__module__.partition(".")[0]
    if isinstance(error, TableNotFound):
        return "it has no such table"
    if source == "psycopg":
        return _of_postgres(error)
    if source in ("pyspark", "py4j", "grpc"):
        name = getattr(error, "getCondition", lambda: None)() or ""
        return next((text for start, text in CONDITIONS.items() if name.startswith(start)), "Spark gave up")
    if source == "sqlglot":
        return "the query is wrong"
    return "the query gives what cannot be worked with" if isinstance(error, IbisError) else None


def _of_postgres(error: Exception) -> str:
    state = getattr(error, "sqlstate", None)
    if state:
        fitting = [start for start in REASONS if state.startswith(start)]
        return REASONS[max(fitting, key=len)] if fitting else f"it reports the error {state}"
    said = str(error).lower()
    return next((text for words, text in WORDS.items() if words in said), "the connection failed")
