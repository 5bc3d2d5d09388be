"""Databases by URL: opened without a password in the client file, and refused in words without secrets."""

import ibis
import pytest

from retention_utils.errors import ConfigError, InputError
from retention_utils.source_config import Source
from retention_utils.sources import connections
from retention_utils.sources.connections import connect, explain_database

pytest_plugins = ["engines"]

ADVICE = "Check url, table, query, the password (PGPASSWORD or ~/.pgpass) and that the database runs."


def source(url, table="orders", **settings):
    return Source(url=url, table=None if "query" in settings else table, **settings)


def refusal(wanted, url, **settings):
    """Open the database and use the table or the query; return the refusal."""
    asked = source(url, **settings)
    with pytest.raises(wanted) as caught:
        backend = connect(asked)
        try:
            with explain_database(asked):
                table = backend.table(asked.table) if asked.table else backend.sql(asked.query)
                table.to_pyarrow()
        finally:
            backend.disconnect()
    return caught.value


@pytest.fixture
def orders(postgres):
    """A table of one order, and a user who may not read it."""
    postgres.raw_sql("DROP TABLE IF EXISTS orders CASCADE").close()
    postgres.raw_sql(
        "CREATE TABLE orders AS SELECT 'ann' AS customer, TIMESTAMPTZ '2024-07-05 12:00+03' AS placed"
    ).close()
    yield
    postgres.raw_sql("DROP TABLE orders CASCADE").close()


@pytest.fixture
def stranger(postgres, orders, postgres_cluster):
    """A user who may not read the orders, with the same password."""
    postgres.raw_sql(f"CREATE ROLE stranger LOGIN PASSWORD '{postgres_cluster.password}'").close()
    yield "stranger"
    postgres.raw_sql("DROP ROLE stranger").close()


def test_a_table_of_postgres_is_read_in_utc(postgres_cluster, orders):
    backend = connect(source(postgres_cluster.url))
    table = backend.table("orders")
    assert (
        table.mutate(clock=table["placed"].cast("string")).to_pyarrow().to_pylist()[0]["clock"]
        == "2024-07-05 09:00:00+00"
    )
    assert backend.sql("SELECT count(*) AS n FROM orders").to_pyarrow().to_pylist() == [{"n": 1}]
    backend.disconnect()


def test_the_password_file_is_used(postgres_cluster, orders, tmp_path, monkeypatch):
    file = tmp_path / "passwords"
    file.write_text(f"127.0.0.1:{postgres_cluster.port}:*:postgres:{postgres_cluster.password}\n")
    file.chmod(0o600)
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", str(file))
    backend = connect(source(postgres_cluster.url))
    assert backend.table("orders").count().execute() == 1
    backend.disconnect()


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"table": "order"}, "it has no such table"),
        ({"query": "SELECT nothing FROM orders"}, "the query names a column that is not there"),
        ({"query": "SELECT * FROM elsewhere.orders"}, "it has no such table"),
        ({"query": "SELEC customer FROM orders"}, "the query is wrong"),
        ({"query": "DELETE FROM orders"}, "the query is wrong"),
        ({"query": "SELECT 1 / (count(*) - 1) AS n FROM orders"}, "a value in the table or query cannot be worked with"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_or_query(postgres_cluster, orders, settings, reason):
    what = "the query" if "query" in settings else "the table 'order'"
    refused = refusal(InputError, postgres_cluster.url, **settings)
    assert str(refused) == f"The database (postgresql) with {what} cannot be used: {reason}. {ADVICE}"


def test_a_table_that_may_not_be_read(postgres_cluster, stranger):
    refused = refusal(InputError, postgres_cluster.url.replace("postgres@", f"{stranger}@"))
    assert "cannot be used: this user may not read it." in str(refused)
    assert stranger not in str(refused)


def test_who_is_not_let_in(postgres_cluster, monkeypatch):
    url = postgres_cluster.url
    nowhere = url.replace(f":{postgres_cluster.port}", ":1")
    assert "nothing answers at this host and port." in str(refusal(InputError, nowhere))
    assert "it has no such database or user." in str(
        refusal(InputError, url.removesuffix("postgres") + "else")
    )
    monkeypatch.setenv("PGPASSWORD", "guessed-wrong")
    refused = refusal(InputError, url)
    assert "cannot be used: it does not accept this user or password." in str(refused)
    for secret in ("guessed-wrong", "postgres@", "127.0.0.1", str(postgres_cluster.port)):
        assert secret not in str(refused)
    assert refused.__cause__ is None
    assert refused.__suppress_context__
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    assert "it asks for a password and none was found." in str(refusal(InputError, url))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresq://u@h/d", "A database cannot be found by 'postgresq'. Did you mean 'postgresql'? Write url as "
         "postgresql://user@host:port/database, spark://host:port, sc://host or spark+local://2."),
        ("spark+local://all", "The url of local Spark names the number of threads, such as spark+local://2."),
    ],
)  # fmt: skip
def test_urls_of_no_known_kind(url, message):
    assert str(refusal(ConfigError, url)) == message


@pytest.mark.parametrize(
    ("url", "module", "extra"),
    [
        ("postgresql://u@h/d", "psycopg", "postgres"),
        ("spark://h:7077", "pyspark", "spark"),
        ("sc://h", "grpc", "spark"),
    ],
)
def test_a_missing_driver_names_its_extra(monkeypatch, url, module, extra):
    monkeypatch.setattr(connections, "find_spec", lambda name: None)
    kind = url.partition(":")[0]
    assert str(refusal(ConfigError, url)) == (
        f"A database of the kind {kind} needs {module}, which is not installed. "
        f"Run: pip install 'retention-workbook[{extra}]'"
    )


def test_errors_of_others_pass_through():
    with pytest.raises(ZeroDivisionError), explain_database(source("postgresql://u@h/d")):
        raise ZeroDivisionError


@pytest.mark.filterwarnings("ignore:unclosed", "ignore:The copy keyword is deprecated")
def test_spark_in_local_mode(spark):
    asked = source("spark+local://2", query="SELECT DATE '2024-01-05' AS day")
    backend = connect(asked)
    assert isinstance(backend, ibis.backends.pyspark.Backend)
    assert backend.sql("SELECT current_timezone() AS zone").to_pyarrow().to_pylist() == [{"zone": "UTC"}]
    with pytest.raises(InputError) as caught, explain_database(source("spark+local://2", table="nothing")):
        backend.table("nothing")
    assert str(caught.value) == (
        "The database (spark+local) with the table 'nothing' cannot be used: it has no such table. "
        "Check url, table and query, and that Spark runs."
    )
    with pytest.raises(InputError, match=r"the query is wrong\."), explain_database(asked):
        backend.sql("SELEC 1").to_pyarrow()
    with (
        pytest.raises(InputError, match=r"the query names a column that is not there\."),
        explain_database(asked),
    ):
        backend.sql("SELECT nothing FROM (SELECT 1 AS one)").to_pyarrow()
