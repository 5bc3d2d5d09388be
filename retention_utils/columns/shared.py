"""Columns that several chapters print, so that one thing is always headed the same."""

from dataclasses import replace

from retention_utils.display_tables import Column, Unit

__all__ = ["CUSTOMERS", "ORDERS", "REVENUE", "blank_where", "interval_columns"]

CUSTOMERS = Column("customers", "Customers", "count")
ORDERS = Column("orders", "Orders", "count")
REVENUE = Column("amount", "Revenue", "money")


def interval_columns(unit: Unit) -> tuple[Column, Column]:
    """Where a table has an interval, these two columns follow the estimate; the page prints all in one."""
    return Column("low", "from", unit), Column("high", "to", unit)


def blank_where(reason: str, *columns: Column) -> tuple[Column, ...]:
    """Say why cells of these columns may be blank: a message."""
    return tuple(replace(column, blank=reason) for column in columns)
