"""Refuses a table that lacks what a function needs, naming the nearest column it has."""

from collections.abc import Iterable

import pandas as pd

from retention_utils.errors import TableError, did_you_mean

__all__ = ["require"]


def require(table: pd.DataFrame, columns: Iterable[str], *, name: str) -> None:
    """Refuse a table that lacks a column, naming what was found and the nearest match.

    Raises
    ------
    TableError
        If any of ``columns`` is missing.
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        hint = did_you_mean(missing[0], map(str, table.columns))
        msg = f"The table {name!r} lacks {missing}; it has {[str(c) for c in table.columns]}.{hint}"
        raise TableError(msg)
