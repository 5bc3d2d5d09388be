"""Writes the tables of a mart: in place where DuckDB made them, brought here from any other engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from retention_utils.engine_settings import NO_PROGRESS_BAR
from retention_utils.intake import keep

__all__ = ["MartWriter", "open_writer"]


@dataclass(frozen=True)
class MartWriter:
    """The engine that computes, and the DuckDB file that the results go to; often one and the same."""

    engine: ibis.BaseBackend
    mart: ibis.BaseBackend

    def write(self, name: str, table: ir.Table | pa.Table | pd.DataFrame) -> None:
        """Put a table into the mart."""
        is_elsewhere = isinstance(table, ir.Table) and self.engine is not self.mart
        found = table.to_pyarrow() if is_elsewhere else table
        self.mart.create_table(name, found if isinstance(found, ir.Table) else ibis.memtable(found))

    def write_and_keep(self, name: str, table: ir.Table) -> ir.Table:
        """Put a table into the mart, and return it as a table of the engine, to compute on."""
        if self.engine is self.mart:
            self.write(name, table)
            return self.mart.table(name)
        kept = keep(self.engine, f"retention_{name}", table)
        self.write(name, kept)
        return kept


@contextmanager
def open_writer(engine: ibis.BaseBackend, file: Path) -> Iterator[MartWriter]:
    """Open the mart's file for writing; where the engine is embedded DuckDB, it works in that very file."""
    if engine.name == "duckdb":
        yield MartWriter(engine, engine)
        return
    mart = ibis.duckdb.connect(file)
    mart.raw_sql(NO_PROGRESS_BAR)
    try:
        yield MartWriter(engine, mart)
    finally:
        mart.disconnect()
