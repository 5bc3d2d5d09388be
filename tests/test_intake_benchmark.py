"""The benchmark of the intake: a whole mart is what hand-written SQL and pandas make of the same order log."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "intake.py"
# What a mart says of its rows, and its calendar: made of the settings or of faults, of which this log has none.
NOT_COMPARED = {"calendar", "facts", "row_account", "identity", "orphan_refunds", "unreadable_cells"}


@pytest.fixture(scope="module")
def intake():
    spec = importlib.util.spec_from_file_location("intake_benchmark", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def results(intake, tmp_path_factory):
    """The mart of a small log, and what plain DuckDB and pandas make of it."""
    folder = tmp_path_factory.mktemp("small")
    file = folder / "orders.csv"
    intake.write_orders(file, rows=8000, seed=7)  # enough for a purchase on the first and the last day
    contenders = ("ours", "duckdb", "pandas")
    for contender in contenders:
        intake.measured(contender, folder, file)
    return [intake.result_of(contender, folder, file) for contender in contenders]


@pytest.mark.parametrize(
    ("form", "contenders"), [("csv", ["ours", "duckdb", "pandas"]), ("parquet", ["ours", "duckdb"])]
)
def test_the_mart_equals_plain_duckdb_and_pandas(form, contenders):
    command = [sys.executable, str(SCRIPT), "--rows", "20000", "--format", form]
    run = subprocess.run([*command, "--contenders", *contenders], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    header, *rows = [line.split() for line in run.stdout.splitlines()]
    assert header[1:5] == ["contender", "wall_s", "cpu_s", "peak_mb"]
    assert [row[1] for row in rows] == contenders
    assert float(rows[1][5]) == float(rows[1][6]) == 1.0  # the ratios are to plain DuckDB


def test_tables_that_differ_stop_the_benchmark(tmp_path):
    check = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; import duckdb, intake\n"
        "for name, paid in (('one', 1.0), ('two', 1.01)):\n"
        "    with duckdb.connect(f'{sys.argv[2]}/{name}') as made:\n"
        "        made.execute(f\"CREATE TABLE customers AS SELECT 'ann' AS customer_id, {paid} AS amount\")\n"
        "intake.check_equal(Path(sys.argv[2], 'one'), Path(sys.argv[2], 'two'))"
    )
    run = subprocess.run(
        [sys.executable, "-c", check, str(SCRIPT.parent), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "customers of two" in run.stderr


def test_every_table_of_the_mart_is_compared(intake, results):
    with duckdb.connect(str(results[0]), read_only=True) as mart:
        names = {name for (name,) in mart.execute("SHOW TABLES").fetchall()}
    assert names == intake.TABLES.keys() | NOT_COMPARED
    for others in results[1:]:
        intake.check_equal(results[0], others)


def test_every_column_of_the_mart_is_compared(intake, results):
    for table in intake.TABLES:
        ours, *others = (set(contents(file, f"FROM {table} LIMIT 0").columns) for file in results)
        assert others == [ours, ours], table


def test_the_log_fills_the_tables(intake, results):
    for table in intake.TABLES:
        found = contents(results[0], f"FROM {table}")
        assert len(found) > 20, table
        numbers = found.select_dtypes("number")
        assert not (numbers.fillna(0) == 0).all().any(), table  # no column that could be anything


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("base_events", "lapsed = lapsed + 1 WHERE day = (SELECT max(day) FROM base_events)"),
        ("segment_waits", "high = high + 1 WHERE segment = 'middle'"),
        ("rolling_cells", "active = active - 1 WHERE cohort = 3 AND age = 0"),
        ("states", "usual_gap_days = NULL WHERE usual_gap_days = (SELECT max(usual_gap_days) FROM states)"),
        ("states_earlier", "later_amount = later_amount + 0.01 WHERE later_purchases > 0"),
    ],
)
@pytest.mark.parametrize("place", [1, 2])
def test_a_wrong_number_is_found(intake, results, tmp_path, place, table, change):
    changed = tmp_path / "changed.duckdb"
    shutil.copy(results[place], changed)
    with duckdb.connect(str(changed)) as database:
        database.execute(f"UPDATE {table} SET {change}")
    with pytest.raises(AssertionError, match=f"{table} of changed.duckdb"):
        intake.check_equal(results[0], changed)


def contents(file, query):
    with duckdb.connect(str(file), read_only=True) as database:
        return database.sql(query).df()
