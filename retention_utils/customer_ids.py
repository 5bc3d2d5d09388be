"""How customers are named in what leaves the house: as they are, or hashed."""

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

from retention_utils.anonymity import HIDDEN, SHOWN

__all__ = ["SHOWN", "hashed_id", "shown_ids", "shown_rows"]


def shown_ids(ids: "pd.Series", *, is_hashed: bool) -> "pd.Series":
    """Return customer ids as they may be shown.

    Parameters
    ----------
    ids : Series
        Customer ids, as in the order log. They are client text: only ever data.
    is_hashed : bool
        Whether to show the first twelve hexadecimal digits of the SHA-256 of each id instead.

    Returns
    -------
    Series
        Text, with the index of ``ids``; missing ids stay missing. The same id has the same hash in every
        chapter and period, so the client can find it again.

    Notes
    -----
    A hash keeps ids out of the reader's sight. It is no anonymisation: whoever holds a list of ids can hash
    them and compare.
    """
    if not is_hashed:
        return ids.map(str, na_action="ignore")
    return ids.map(lambda text: hashed_id(str(text)), na_action="ignore")


def shown_rows(table: "pd.DataFrame", *, is_hashed: bool) -> "pd.DataFrame":
    """Return rows as they may be listed: ids as :func:`shown_ids`, and no cell that may hold one.

    Parameters
    ----------
    table : DataFrame
        Ids stand in ``customer_id``; ``found`` holds cells of the order log that could not be read, which may
        hold anything.
    is_hashed : bool
        Whether ids are to be hashed.
    """
    if "customer_id" in table:
        table = table.assign(customer_id=shown_ids(table["customer_id"], is_hashed=is_hashed))
    return table.assign(found=HIDDEN) if is_hashed and "found" in table else table


def hashed_id(text: str) -> str:
    """Return the first twelve hexadecimal digits of the SHA-256 of one id."""
    return hashlib.sha256(text.encode()).hexdigest()[:SHOWN]
