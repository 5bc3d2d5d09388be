"""Measure what a whole report costs: mart, chapters and page, chapter by chapter.

For CDNOW, or for a seeded order log of many customers. Prints the seconds of every chapter on the clock, and
of the whole run the seconds on the clock and of the processors and the highest memory of all its processes
together (what they share counted once).

    python benchmarks/chapters.py
    python benchmarks/chapters.py --customers 1000000 --orders 10000000
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import duckdb
import psutil

ROOT = Path(__file__).parents[1]
CLIENT_FILE = """
name = "Shop"
currency = "EUR"
warmup_days = 0
[orders]
path = "orders.parquet"
date_format = "%Y-%m-%d"
[orders.columns]
order_id = "order_id"
customer_id = "customer_id"
ordered_at = "ordered_at"
amount = "amount"
[value]
margin = 0.4
[tables.costs]
path = "costs.csv"
[tables.costs.columns]
period = "period"
acquisition = "acquisition"
retention = "retention"
"""
# Customers join over three years, each with a rate and a last day of their own, and buy in between. All of it
# follows from hashes of the customer's number: any number of threads makes the same file.
ORDERS = """
CREATE MACRO share(c, what) AS (1 + hash(c, what, 1) % 1000000007) / 1000000009.0;
COPY (
    WITH acquired AS (
        SELECT c, floor(1096 * share(c, 'first'))::INT AS first, -ln(share(c, 'life')) * {life} AS life,
            -ln(share(c, 'often')) AS often
        FROM range({customers}) AS numbers(c)
    ), seen AS (
        SELECT c, first, least(1096 - first, life) AS days, often FROM acquired
    ), drawn AS (
        SELECT c, first, days, unnest(range(1 + floor(often * days * {rate})::INT)) AS j FROM seen
    ), timed AS (
        SELECT format('C{{:09d}}', hash(c, 'id', 1) % 1000000000) AS customer_id,
            DATE '2023-01-01' + (first + IF(j = 0, 0, floor(days * share(c, j))))::INT AS ordered_at,
            round(exp(2.5 + share(c, 'worth') + share(c, j || 'paid')), 2)::DECIMAL(12, 2) AS amount
        FROM drawn
    )
    SELECT format('A{{:010d}}', row_number() OVER ()) AS order_id, customer_id,
        ordered_at::VARCHAR AS ordered_at, amount
    FROM (FROM timed WHERE ordered_at < DATE '2026-01-01' ORDER BY ordered_at, customer_id, amount)
) TO '{file}' (FORMAT parquet, COMPRESSION zstd)
"""


def write_client(project: Path, *, customers: int, orders: int) -> None:
    """Write a client with about so many customers and orders."""
    folder = project / "data" / "shop"
    folder.mkdir(parents=True)
    (folder / "client.toml").write_text(CLIENT_FILE, encoding="utf-8")
    months = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)]
    lines = [
        "period,acquisition,retention",
        *(f"{month},{customers / 36 * 8:.0f},{customers / 10:.0f}" for month in months),
    ]
    (folder / "costs.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    life = 300.0
    mean_days = 1096 / 2 * 0.38  # what a life of this mean leaves of the three years
    rate = (orders / customers - 1) / mean_days
    settings = {"memory_limit": "4GB", "temp_directory": str(project / "spill")}
    with duckdb.connect(config=settings) as connection:
        connection.execute(
            ORDERS.format(customers=customers, life=life, rate=rate, file=folder / "orders.parquet")
        )
        (made,) = connection.execute(
            "SELECT (count(DISTINCT customer_id), count(*)) FROM read_parquet(?)",
            [str(folder / "orders.parquet")],
        ).fetchone()
    print(f"{made[0]:,} customers, {made[1]:,} orders")


class Watch(threading.Thread):
    """Follows the memory of a process and all its children; what they share counts once."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process, self.peak = psutil.Process(pid), 0

    def run(self) -> None:
        """Look at the memory until the process has ended."""
        while self.process.is_running():
            total = 0
            try:
                for one in [self.process, *self.process.children(recursive=True)]:
                    total += one.memory_full_info().pss
            except psutil.Error:
                pass  # one of them has just ended
            self.peak = max(self.peak, total)
            time.sleep(0.3)


def measured(project: Path, client: str, period: str) -> None:
    """Make one report and print what it cost."""
    command = [sys.executable, "-c", "from retention_utils.cli import main; main()"]
    command += ["run", client, "--period", period, "--force", "--json"]
    environment = os.environ | {"RETENTION_PROJECT": str(project)}
    began, used = time.perf_counter(), os.times()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    watch = Watch(process.pid)
    watch.start()
    out, _ = process.communicate()
    wall, now = time.perf_counter() - began, os.times()
    cpu = now.children_user + now.children_system - used.children_user - used.children_system
    (outcome,) = json.loads(out)
    for chapter in outcome["chapters"]:
        print(f"{chapter['chapter']:24}{chapter['outcome']:8}{chapter['seconds']:7.1f} s {chapter['error']}")
    page = project / (outcome["report"] or "")
    size = page.stat().st_size / 1e6 if page.is_file() else float("nan")
    print(
        f"{client} {period}: {outcome['outcome']}, {wall:.1f} s on the clock, {cpu:.1f} s of the processors, "
        f"{watch.peak / 2**20:,.0f} MB, page {size:.2f} MB"
    )


def main() -> None:
    """Make the report twice: with the mart to be built, and with the mart at hand."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, help="of a made-up client; left out: CDNOW")
    parser.add_argument("--orders", type=int, default=10_000_000, help="about")
    parser.add_argument("--folder", type=Path, help="work here; left out: the folder for temporary files")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        project = Path(name)
        shutil.copytree(ROOT / "notebooks", project / "notebooks")
        client, period = ("shop", "2025-12") if options.customers else ("cdnow", "1998-06")
        if options.customers:
            write_client(project, customers=options.customers, orders=options.orders)
        else:
            shutil.copytree(ROOT / "data" / "cdnow", project / "data" / "cdnow")
        for state in ("with the mart to be built", "with the mart at hand"):
            print(state)
            measured(project, client, period)


if __name__ == "__main__":
    main()
