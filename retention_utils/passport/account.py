"""The account of every row: what counts, what is left out for which reason, and the money behind it."""

from collections.abc import Iterable

import pandas as pd

from retention_utils.errors import TableError
from retention_utils.quality.uses import PURCHASE_USES, USES
from retention_utils.schema import require
from retention_utils.translations import message

__all__ = [
    "LOST_USES",
    "OUTSIDE_USES",
    "REVENUE_USES",
    "SUBTOTALS",
    "USE_WORDS",
    "net_revenue",
    "require_balance",
    "sum_of",
    "use_account",
]

# The money of an order refunded by its status is no revenue, although the order counts as a purchase of zero.
REVENUE_USES = ("used", "refund")
# Sales that are missing from the numbers because the data fail; "no_customer" is judged apart.
LOST_USES = ("ragged", "bad_date", "bad_amount", "other_currency", "orphan_refund")
OUTSIDE_USES = ("before_start",)  # not part of the stretch that is looked at
SUBTOTALS = {
    "counted": message("counted, in all"),
    "left_out": message("left out, in all"),
    "all": message("all rows"),
}
USE_WORDS = USES | SUBTOTALS


def use_account(row_account: pd.DataFrame) -> pd.DataFrame:
    """Account for every row: how many count, how many are left out, and for which reason.

    Parameters
    ----------
    row_account : DataFrame
        The mart's table of this name: one row per ``use`` with ``rows`` and ``amount``.

    Returns
    -------
    DataFrame
        One row per use that occurs, those that count first, with the subtotals ``counted``, ``left_out`` and
        ``all``: ``key`` (use or subtotal), ``use`` (its message), ``rows`` (count), ``row_share`` (fraction
        of all rows), ``amount`` (money; NaN where none can be read, which a subtotal takes for nothing).

    Raises
    ------
    TableError
        If a column is missing, or a use is unknown: its rows would be lost from the account.
    """
    require(row_account, ["use", "rows", "amount"], name="row_account")
    unknown = sorted(set(row_account["use"]) - set(USES))
    if unknown:
        msg = f"The table 'row_account' has rows of the use {unknown}; known are {list(USES)}."
        raise TableError(msg)
    by_use = row_account.set_index("use")[["rows", "amount"]]
    counted = by_use.reindex([use for use in USES if use in by_use.index and use in PURCHASE_USES])
    left_out = by_use.reindex([use for use in USES if use in by_use.index and use not in PURCHASE_USES])
    parts = {"counted": counted, "left_out": left_out, "all": by_use}
    sums = [part.sum().to_frame(key).T for key, part in parts.items()]
    table = pd.concat([counted, sums[0], *([left_out] if len(left_out) else []), *sums[1:]])
    table["rows"] = table["rows"].astype("int64")
    table = table.assign(
        use=[USE_WORDS[key] for key in table.index], row_share=table["rows"] / by_use["rows"].sum()
    )
    table = table.rename_axis("key").reset_index()
    return table[["key", "use", "rows", "row_share", "amount"]]


def sum_of(row_account: pd.DataFrame, uses: Iterable[str]) -> tuple[int, float]:
    """Return the rows and the money behind some uses, both 0 where none occurs.

    Parameters
    ----------
    row_account : DataFrame
        The mart's table of this name, or the account made of it by its ``key``.
    uses : iterable of str
        Which uses.
    """
    column = "key" if "key" in row_account.columns else "use"
    found = row_account[row_account[column].isin(list(uses))]
    return int(found["rows"].sum()), float(found["amount"].sum())


def net_revenue(account: pd.DataFrame) -> float:
    """Return the revenue of the account, money: what is used, less the refunds."""
    return sum_of(account, REVENUE_USES)[1]


def require_balance(account: pd.DataFrame, daily: pd.DataFrame) -> None:
    """Make sure that the account and the purchases are about the same money.

    Parameters
    ----------
    account : DataFrame
        From :func:`use_account`.
    daily : DataFrame
        The mart's table of this name. Its amounts are sums of purchases, each rounded to a hundredth.

    Raises
    ------
    TableError
        If they differ by more than the rounding: one of them is wrong.
    """
    booked, bought = net_revenue(account), float(daily["amount"].sum())
    if abs(booked - bought) > 0.005 * daily["buyers"].sum() + 1e-9 * abs(booked):
        msg = (
            f"The account of rows does not balance: its net revenue is {booked:.2f}, that of all purchases "
            f"is {bought:.2f}. Build the mart anew; if it stays so, the program is at fault."
        )
        raise TableError(msg)
