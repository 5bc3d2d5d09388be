"""Tables reach the mart's file from the engine that computed them, whichever it is."""

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
import pytest

from retention_utils.mart_writer import open_writer

pytest_plugins = ["engines"]
ORDERS = pa.table({"customer_id": ["0012", "bob"], "orders": pa.array([1, 2], pa.int64())})


def written(file):
    with duckdb.connect(file, read_only=True) as connection:
        names = [name for (name,) in connection.execute("SHOW TABLES").fetchall()]
        return {name: connection.table(name).to_arrow_table().to_pylist() for name in names}


def test_embedded_duckdb_writes_in_place(tmp_path):
    file = tmp_path / "mart.duckdb"
    engine = ibis.duckdb.connect(file)
    orders = engine.create_table("found", ibis.memtable(ORDERS), temp=True)
    with open_writer(engine, file) as writer:
        kept = writer.write_and_keep("orders", orders)
        writer.write("double", kept.mutate(orders=kept["orders"] * 2).order_by("orders"))
        writer.write("local", ORDERS)
        writer.write("frame", pd.DataFrame({"found": [1.5]}))
    engine.disconnect()
    assert written(file) == {
        "orders": ORDERS.to_pylist(),
        "double": [{"customer_id": "0012", "orders": 2}, {"customer_id": "bob", "orders": 4}],
        "local": ORDERS.to_pylist(),
        "frame": [{"found": 1.5}],
    }


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning", "ignore:The copy keyword is deprecated")
@pytest.mark.parametrize("engine", ["postgres", "spark"])
def test_another_engine_computes_and_the_result_is_brought_here(tmp_path, engine, request, load):
    file = tmp_path / "mart.duckdb"
    backend = request.getfixturevalue(engine)
    orders = load(backend, "found", ORDERS)
    with open_writer(backend, file) as writer:
        kept = writer.write_and_keep("orders", orders.order_by("orders"))
        assert kept.get_backend() is backend
        writer.write("total", kept.aggregate(orders=kept["orders"].sum().cast("int64")))
        writer.write("local", ORDERS)
    assert written(file) == {
        "orders": ORDERS.to_pylist(),
        "total": [{"orders": 3}],
        "local": ORDERS.to_pylist(),
    }
