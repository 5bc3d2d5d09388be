"""The summary of the customers by lifetimes, for the order log of intake.py: the one table it makes.

python benchmarks/lifetimes_tables.py FILE DATABASE
"""

import sys
from pathlib import Path

import duckdb
from lifetimes.utils import summary_data_from_transaction_data
from pandas_tables import AS_OF, read_orders


def build(file: Path, database: Path) -> None:
    """Read the file and make the table."""
    summary = summary_data_from_transaction_data(
        read_orders(file),
        "customer_id",
        "ordered_at",
        monetary_value_col="amount",
        observation_period_end=AS_OF,
    )
    made = summary.reset_index()
    with duckdb.connect(str(database)) as connection:
        connection.register("made", made)
        connection.execute("CREATE TABLE summary AS FROM made")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
