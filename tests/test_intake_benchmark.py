"""The benchmark of the intake: a whole mart is what hand-written SQL and pandas make of the same order log."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "intake.py"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_mart_equals_plain_duckdb_and_pandas(form):
    command = [sys.executable, str(SCRIPT), "--rows", "20000", "--format", form]
    run = subprocess.run(
        [*command, "--contenders", "ours", "duckdb", "pandas"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    header, *rows = [line.split() for line in run.stdout.splitlines()]
    assert header[1:5] == ["contender", "wall_s", "cpu_s", "peak_mb"]
    assert [row[1] for row in rows] == ["ours", "duckdb", "pandas"]
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
