"""Order logs written out by hand, as the sources give them, for the tests of what becomes of their rows."""

from datetime import date, datetime
from decimal import Decimal

import ibis
import pyarrow as pa

from retention_utils.config import ClientConfig
from retention_utils.quality.classify import classify_rows, log_traits, row_account

START, AS_OF = date(2024, 1, 1), date(2024, 3, 31)
TYPES = {
    "customer_id": pa.string(),
    "ordered_at": pa.timestamp("us"),
    "amount": pa.decimal128(18, 4),
    "fault": pa.string(),
    "found": pa.string(),
    "order_id": pa.string(),
    "refund_of": pa.string(),
    "status": pa.string(),
    "currency": pa.string(),
    "email": pa.string(),
    "phone": pa.string(),
    "channel": pa.string(),
    "category": pa.string(),
}


def order(customer="ann", time="2024-02-01", amount="10", **further):
    """One row of an order log; a missing time or amount is a fault, unless another is named."""
    fault = further.pop("fault", "bad_date" if time is None else "bad_amount" if amount is None else None)
    return {
        "customer_id": customer,
        "ordered_at": time and datetime.fromisoformat(time),
        "amount": None if amount is None else Decimal(amount),
        "fault": fault,
        "found": further.pop("found", "soon" if time is None else "ten" if amount is None else None),
        **further,
    }


def order_log(*rows):
    """Make an order log of rows from :func:`order`; it has the columns that some row has."""
    names = [name for name in TYPES if any(name in row for row in rows)] or list(TYPES)[:5]
    schema = pa.schema({"row": pa.int64(), "file": pa.string()} | {name: TYPES[name] for name in names})
    records = [{"row": number, "file": "orders.csv"} | row for number, row in enumerate(rows, start=2)]
    return ibis.memtable(pa.Table.from_pylist(records, schema=schema))


def client(*, grain="orders", statuses=None, **policies):
    """Make the configuration of a client whose columns are all mapped."""
    columns = {name: name for name in ("customer_id", "ordered_at", "amount", "order_id")}
    orders = {"path": "orders.csv", "grain": grain, "columns": columns, "statuses": statuses or {}}
    return ClientConfig(name="Shop", currency="EUR", orders=orders, policies=policies)


def classified(*rows, config=None, rates=None, merges=None, **policies):
    """Classify rows from :func:`order`, sorted by row."""
    log = order_log(*rows)
    config = config or client(**policies)
    tables = {"rates": rates, "merges": merges}
    tables = {name: ibis.memtable(table) for name, table in tables.items() if table is not None}
    return classify_rows(
        log, config, traits=log_traits(log), history_start=START, as_of=AS_OF, **tables
    ).order_by("row")


def records(*rows, **how):
    """Classify rows and return them as plain records."""
    return classified(*rows, **how).to_pyarrow().to_pylist()


def uses(*rows, **how):
    """Classify rows and return the use of each."""
    return [record["use"] for record in records(*rows, **how)]


def account(table):
    """Return rows and amount by use."""
    return {row["use"]: (row["rows"], row["amount"]) for row in row_account(table).to_pyarrow().to_pylist()}
