"""A log written out on paper, random logs, and the CDNOW log, as the purchase table of the engine."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st

from retention_utils import tables
from retention_utils.periods import calendar_to, parse_period

# Six customers, January to April 2024. Two orders of Ann's are on one day. Bob's gap to 1 February is
# 30 days, Cem's to it 31. Dea and Eli are silent for longer than 30 days but come back within the period.
# Fay's first purchase is on the first day of a period.
PAPER = [
    ("ann", "2024-01-10", "10.00"),
    ("ann", "2024-01-10", "5.00"),
    ("ann", "2024-01-25", "20.00"),
    ("ann", "2024-03-20", "8.00"),
    ("bob", "2024-01-02", "7.00"),
    ("cem", "2024-01-01", "9.00"),
    ("cem", "2024-04-15", "3.00"),
    ("dea", "2024-02-29", "4.00"),
    ("dea", "2024-03-31", "6.00"),
    ("eli", "2024-03-02", "2.00"),
    ("eli", "2024-04-30", "1.00"),
    ("fay", "2024-02-01", "5.00"),
]
PAPER_AS_OF = date(2024, 4, 30)
PAPER_CALENDAR = calendar_to(parse_period("2024-04"), date(2024, 1, 1))

FIRST_DAY = date(2024, 1, 1)
ORDERS = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.integers(0, 120).map(lambda days: FIRST_DAY + timedelta(days=days)),
        st.integers(1, 9999).map(lambda cents: Decimal(cents) / 100),
    ),
    min_size=1,
    max_size=60,
)
# Periods of every kind that end with the 121st day or later; the log of ORDERS lies within each calendar.
CALENDARS = st.sampled_from(["2024-04", "2024-W18", "2024-Q2", "2024", "2024-04-21..2024-04-30"]).map(
    lambda key: calendar_to(parse_period(key), FIRST_DAY)
)

SCHEMA = pa.schema(
    {
        "use": pa.string(),
        "customer_id": pa.string(),
        "day": pa.date32(),
        "amount": pa.decimal128(18, 2),
    }
)


def order_rows(orders) -> list[dict]:
    """Make classified rows, all of them used, from (customer, day, amount)."""
    return [
        {
            "use": "used",
            "customer_id": customer,
            "day": date.fromisoformat(str(day)),
            "amount": Decimal(amount),
        }
        for customer, day, amount in orders
    ]


def purchases_of(orders) -> ibis.expr.types.Table:
    """Return the purchase table of (customer, day, amount)."""
    return tables.purchases(ibis.memtable(pa.Table.from_pylist(order_rows(orders), schema=SCHEMA)))


def records(table, *columns) -> list[tuple]:
    """Return a table as a sorted list of tuples."""
    found = table.select(*columns) if columns else table
    return sorted(tuple(row.values()) for row in found.to_pyarrow().to_pylist())


@cache
def cdnow_orders() -> pd.DataFrame:
    """One row per order of more than zero of the full CDNOW log: ``customer_id``, ``day``, ``cents``."""
    path = Path(find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_master.txt"
    names = ["customer_id", "day", "discs", "amount"]
    log = pd.read_csv(path, sep=r"\s+", skiprows=1, names=names, dtype={"customer_id": str, "day": str})
    log = log.assign(
        day=pd.to_datetime(log["day"], format="%Y%m%d"),
        cents=(log["amount"] * 100).round().astype("int64"),
    )
    return log.loc[log["cents"] > 0, ["customer_id", "day", "cents"]].reset_index(drop=True)
