"""What makes an order log unusable as a whole, said with file, line, column and value."""

from collections.abc import Sequence
from pathlib import Path

import ibis.expr.types as ir
import pandas as pd

from retention_utils.config import ClientConfig
from retention_utils.errors import InputError
from retention_utils.quality.uses import BEYOND, PURCHASE_USES, UNREADABLE_USES, USES
from retention_utils.source_config import OrderSource
from retention_utils.sources.raw import line_of

__all__ = ["refuse_unusable", "unreadable_cells"]

EXAMPLES = 50


def unreadable_cells(
    rows: ir.Table, source: OrderSource, files: Sequence[Path], *, workspace: Path
) -> pd.DataFrame:
    """List the first cells that cannot be read.

    Parameters
    ----------
    rows : ir.Table
        Classified rows.
    source : OrderSource
        Says what the columns are called in the client's file.
    files : sequence of Path
        The files, to find the lines in; none for a database.
    workspace : Path
        Where the order log was unpacked.

    Returns
    -------
    DataFrame
        At most fifty rows by file and row: ``file``, ``row`` (record), ``line`` (of the file; the row where
        a file has no lines), ``column`` (the client's name of it), ``use``, ``found`` (the text).
    """
    bad = rows.filter(rows["use"].isin(UNREADABLE_USES)).order_by("file", "row").limit(EXAMPLES)
    table = bad.select("file", "row", "use", "found").to_pyarrow().to_pandas()
    lines = _lines(table, source, files, workspace) if files else table["row"]
    columns = {
        "ragged": BEYOND,
        "bad_date": str(source.columns.ordered_at),
        "bad_amount": _amount_columns(source),
    }
    return pd.DataFrame(
        {
            "file": table["file"],
            "row": table["row"],
            "line": lines,
            "column": table["use"].map(columns),
            "use": table["use"],
            "found": table["found"].fillna("").astype(str).str.slice(0, 80),
        }
    )


def _lines(cells: pd.DataFrame, source: OrderSource, files: Sequence[Path], workspace: Path) -> pd.Series:
    found = {
        file: line_of(source, files, file, rows, workspace=workspace)
        for file, rows in cells.groupby("file")["row"]
    }
    lines = [found[cell.file][cell.row] for cell in cells.itertuples()]
    return pd.Series(lines, dtype="int64", index=cells.index)


def refuse_unusable(
    account: pd.DataFrame, cells: pd.DataFrame, customers: int, config: ClientConfig, *, most: int = 5
) -> None:
    """Refuse an order log that no report should be made of, with all reasons at once.

    Parameters
    ----------
    account : DataFrame
        One row per ``use``: ``rows``, ``amount``.
    cells : DataFrame
        From :func:`unreadable_cells`.
    customers : int
        Customers whose rows are used.
    config : ClientConfig
        Its policies say how much is too much.

    Raises
    ------
    InputError
        If there is no row, nothing can be used, too much is unreadable, amounts are in other currencies
        without a rate, or all orders are of a single customer.
    """
    rows = account.set_index("use")["rows"]
    if rows.sum() == 0:
        msg = "The order log holds no row up to the as-of day. Check the period and orders.date_format."
        raise InputError(msg)
    problems = [
        *_too_unreadable(rows, cells, config, most),
        *_without_rates(rows, config),
        *_nobody(rows, customers),
    ]
    if problems:
        raise InputError("\n".join(problems))


def _too_unreadable(rows: pd.Series, cells: pd.DataFrame, config: ClientConfig, most: int) -> list[str]:
    bad, limit = int(rows.reindex(UNREADABLE_USES).sum()), config.policies.unreadable_share
    if bad <= limit * rows.sum():
        return []
    examples = "\n".join(
        f"  - {cell.file}, line {cell.line}, column {cell.column!r}: {USES[cell.use]}, found {cell.found!r}"
        for cell in cells.head(most).itertuples()
    )
    return [
        f"{bad:,} of {int(rows.sum()):,} rows of the order log cannot be read, more than "
        f"policies.unreadable_share = {limit} allows. The first:\n{examples}\n"
        "Check orders.date_format, orders.decimal_mark, orders.delimiter and orders.columns."
    ]


def _without_rates(rows: pd.Series, config: ClientConfig) -> list[str]:
    unrated = int(rows.get("other_currency", 0))
    if not unrated or config.policies.other_currency == "exclude":
        return []
    return [
        f"{unrated:,} rows of the order log are in another currency than {config.currency}, without a rate. "
        'Supply their rates as [tables.rates], or set policies.other_currency = "exclude" to leave them out.'
    ]


def _nobody(rows: pd.Series, customers: int) -> list[str]:
    if not rows.reindex(PURCHASE_USES).sum():
        listed = "; ".join(f"{count:,} with {USES[use]}" for use, count in rows.items())
        return [
            f"No row of the order log can be used up to the last day of the period: {listed}. Check "
            "client.toml."
        ]
    if customers == 1:
        return [
            "All orders that can be used are of a single customer. Check orders.columns.customer_id: "
            "it should tell customers apart."
        ]
    return []


def _amount_columns(source: OrderSource) -> str:
    columns = source.columns
    named = [columns.amount] if columns.amount is not None else [columns.quantity, columns.unit_price]
    return " | ".join(str(name) for name in (*named, *columns.less))
