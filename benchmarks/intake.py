"""Measure what it costs to turn an order log into a mart, beside plain DuckDB, pandas and lifetimes.

Makes a seeded order log of 36 months, in the order of time, ids as text, a few rows twice, and gives the same
file to each contender in a process of its own:

- ours: ``python -m retention_utils.upkeep`` for a client with this file;
- duckdb: the same tables by SQL written for this very file, the limit;
- pandas: the same tables by pandas, customers by whole numbers, no loops;
- lifetimes: its summary of the customers, no more.

The tables of the first three are then held against each other. Prints one row per contender: seconds on the
clock and of the processors, peak memory of the process, and how many times as long as plain DuckDB it took.

    python benchmarks/intake.py --rows 10000000 --format csv parquet
    python benchmarks/intake.py --rows 100000000 --format parquet --contenders ours
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pandas as pd

CLIENT, PERIOD = "shop", "2025-12"
CONTENDERS = ("ours", "duckdb", "pandas", "lifetimes")
# The tables that are compared, and what tells their rows apart.
TABLES = {
    "customers": "customer_id",
    "daily": "day",
    "movements": "period_number",
    "cohort_movements": "cohort, period_number",
    "period_sums": "period_number",
    "cohort_cells": "cohort, age",
    "waits": "order_rank, days, is_observed",
    "repeat_by_cohort": "cohort",
    "cells": "frequency, recency_days, age_days",
    "spend_cells": "frequency, monetary_value",
    "holdout_cells": "frequency, recency_days, age_days, holdout_purchases",
    "weekly_repeats": "week",
    "base_events": "day",
    "silences": "days, has_ended",
    "tenure_periods": "period_number, tenure",
    "order_bridge": "span, period_number",
    "last_cells": "cohort, age",
    "first_repeat_cells": "cohort, age",
    "bracket_cells": "cohort, first_age",
    "rolling_cells": "cohort, age",
    "rolling_observed": "cohort, observed",
    "segment_waits": "attribute, segment, days, is_observed",
    "states": "customer_id",
    "states_previous": "customer_id",
    "states_before": "customer_id",
    "states_earlier": "customer_id",
}
CLIENT_FILE = """
name = "Shop"
currency = "EUR"
[orders]
path = "{file}"
date_format = "%Y-%m-%d %H:%M:%S"
[orders.columns]
order_id = "order_id"
customer_id = "customer_id"
ordered_at = "ordered_at"
amount = "amount"
"""
# 0.47 customers per order, 18.8 % of them come again, six times in the mean. Everything follows from hashes
# of the customer's number: any number of threads makes the same file.
ORDERS = """
CREATE MACRO share(c, what) AS (hash(c, what, {seed}) % 1000000007) / 1000000007.0;
COPY (
    WITH acquired AS (
        SELECT c, floor(1096 * share(c, 'first'))::INT AS first,
            IF(share(c, 'again') < 0.188, 1 + floor(ln(1 - share(c, 'often')) / ln(1 - 1 / 6.0)), 0) AS more
        FROM range({customers}) AS numbers(c)
    ), drawn AS (
        SELECT c, first, unnest(range(1 + least(more, 67)::INT)) AS j FROM acquired
    ), timed AS (
        SELECT format('C{{:012d}}', hash(c, 'id', {seed}) % 1000000000000) AS customer_id,
            TIMESTAMP '2023-01-01' + to_seconds(hash(c, j, 'time', {seed}) % 86400)
                + to_days(IF(j = 0, first, first + floor((1096 - first) * share(c, j))::INT)) AS ordered_at,
            round(exp(3 + share(c, 'worth') + share(c, j || 'paid')), 2)::DECIMAL(12, 2) AS amount
        FROM drawn
    ), numbered AS (
        SELECT format('A{{:010d}}', row_number() OVER ()) AS order_id, customer_id, ordered_at, amount
        FROM (FROM timed ORDER BY ordered_at, customer_id, amount)
    )
    SELECT order_id, customer_id, ordered_at, amount
    FROM (SELECT *, unnest(range(IF(hash(order_id) % 2000 = 0, 2, 1))) FROM numbered)
) TO '{file}' ({form})
"""
FORMS = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}


def write_orders(file: Path, *, rows: int, seed: int) -> None:
    """Write an order log of about so many rows, unless it is there already."""
    if file.exists():
        return
    settings = {"memory_limit": "4GB", "temp_directory": str(file.parent / "spill")}
    customers, form = round(0.47 * rows), FORMS[file.suffix[1:]]
    beside = file.with_suffix(".part")
    with duckdb.connect(config=settings) as connection:
        connection.execute(ORDERS.format(customers=customers, seed=seed, file=beside, form=form))
    beside.rename(file)


def measured(contender: str, folder: Path, file: Path) -> dict[str, float | str]:
    """Run one contender in a process of its own."""
    result = result_of(contender, folder, file)
    result.unlink(missing_ok=True)
    script = Path(__file__).with_name(f"{contender}_tables.py")
    command = [str(script), str(file), str(result)]
    if contender == "ours":
        _write_client(project_of(folder, file), file)
        command = ["-m", "retention_utils.upkeep", CLIENT, PERIOD]
    environment = os.environ | {"RETENTION_PROJECT": str(project_of(folder, file))}
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], env=environment)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{contender} failed on {file.name}.")
    return {
        "file": file.name,
        "contender": contender,
        "wall_s": wall,
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
    }


def project_of(folder: Path, file: Path) -> Path:
    """Return the project whose one client sent this file."""
    return folder / f"project-{file.name}"


def result_of(contender: str, folder: Path, file: Path) -> Path:
    """Return the database that a contender leaves its tables in."""
    if contender == "ours":
        return project_of(folder, file) / ".retention" / "marts" / CLIENT / f"{PERIOD}.duckdb"
    return folder / f"{contender}-{file.name}.duckdb"


def check_equal(first: Path, second: Path, tables: Mapping[str, str] = TABLES) -> None:
    """Stop unless both databases hold the same tables."""
    for table, keys in tables.items():
        expected, found = (_contents(database, table, keys) for database in (first, second))
        pd.testing.assert_frame_equal(
            expected, found[expected.columns], check_dtype=False, rtol=1e-9, obj=f"{table} of {second.name}"
        )


def _contents(database: Path, table: str, keys: str) -> pd.DataFrame:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.table(table).order(keys).df()


def _write_client(project: Path, file: Path) -> None:
    client = project / "data" / CLIENT
    client.mkdir(parents=True, exist_ok=True)
    (project / "notebooks").mkdir(exist_ok=True)
    (client / "client.toml").write_text(CLIENT_FILE.format(file=file.name), encoding="utf-8")
    (client / file.name).unlink(missing_ok=True)
    os.link(file, client / file.name)


def costs(file: Path, folder: Path, contenders: list[str]) -> pd.DataFrame:
    """Return one row per contender: what it cost, and how many times what plain DuckDB did."""
    found = pd.DataFrame([measured(contender, folder, file) for contender in contenders])
    limit = found[found["contender"] == "duckdb"]
    for cost in ("wall", "cpu"):
        found[f"{cost}_ratio"] = found[f"{cost}_s"] / limit[f"{cost}_s"].sum() if len(limit) else float("nan")
    return found


def check_all(file: Path, folder: Path, contenders: list[str]) -> None:
    """Stop unless all contenders that make the tables made the same ones."""
    first, *others = [contender for contender in contenders if contender != "lifetimes"] or [""]
    for other in others:
        check_equal(result_of(first, folder, file), result_of(other, folder, file))


def main() -> None:
    """Make the files, run every contender on each, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000, help="orders, about")
    parser.add_argument("--format", nargs="+", choices=FORMS, default=["csv", "parquet"])
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep the files here; left out: a temporary folder")
    options = parser.parse_args()
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        files = [
            (options.folder or folder) / f"orders-{options.rows}-{options.seed}.{form}"
            for form in options.format
        ]
        # Made elsewhere, and compared after all are run: a process starts with the peak of its parent.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
            for file in files:
                elsewhere.submit(write_orders, file, rows=options.rows, seed=options.seed).result()
        tables = [costs(file, folder, options.contenders) for file in files]
        for file in files:
            check_all(file, folder, options.contenders)
    print(pd.concat(tables).to_string(index=False, float_format=lambda number: f"{number:.1f}"))


if __name__ == "__main__":
    main()
