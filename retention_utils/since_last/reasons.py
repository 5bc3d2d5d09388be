"""Why numbers of the past are different now, as far as it is known."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from retention_utils.texts import text_of

__all__ = ["changed_settings", "restated_reasons"]

ORDERED = ("orders", "amount", "buyers", "customers")  # columns that no late row leaves as they were
LISTED_IDS = "policies.exclude_customers"
# Settings that no number of the past depends on.
OUTWARD = (
    "name", "description", "language", "data_horizon", "report.", "parameters.", "playbook.", "risk_list.",
)  # fmt: skip


def restated_reasons(
    cells: pd.DataFrame, *, changed: frozenset[str] | None, settings: int
) -> tuple[str, ...]:
    """Name what may have restated cells, as far as it is known.

    Parameters
    ----------
    cells : DataFrame
        From :func:`retention_utils.since_last.restated.restated_cells`.
    changed : frozenset of str or None
        From :func:`retention_utils.earlier_report.changed_since`.
    settings : int
        How many settings in force are others than then.

    Returns
    -------
    tuple of str
        Of ``"definitions"``, ``"data"`` (rows that came late or were corrected), ``"code"``, ``"versions"``;
        the only one is the reason, of several each may be. ``"unknown"`` alone where nothing is recorded.
    """
    if cells.empty:
        return ()
    definitions = ["definitions"] if settings else []
    if changed is None:
        return tuple(definitions) or ("unknown",)
    others = [*definitions, *(part for part in ("code", "versions") if part in changed)]
    # A log that has grown is another file, so its hash alone says little beside another cause.
    has_other_orders = bool(cells["column"].isin(ORDERED).any())
    data = ["data"] if "data" in changed and (has_other_orders or not others) else []
    return (*data, *others) or ("unknown",)


def changed_settings(before: Sequence[Sequence[Any]], now: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """List the settings that numbers depend on and that are others than then.

    Parameters
    ----------
    before, now : sequence of pairs
        Keys and values, from the record of the earlier run and from
        :func:`retention_utils.definitions.settings_in_force`; without a record nothing is listed.

    Returns
    -------
    DataFrame
        ``setting``, ``before``, ``now`` (text; None where it was not set). Of a list of customers only the
        length is given.
    """
    if not before:
        return pd.DataFrame(columns=["setting", "before", "now"])
    old, new = ({key: _setting(key, value) for key, value in pairs} for pairs in (before, now))
    keys = [key for key in dict.fromkeys([*new, *old]) if not key.startswith(OUTWARD)]
    rows = [(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]
    return pd.DataFrame(rows, columns=["setting", "before", "now"], dtype=object)


def _setting(key: str, value: Any) -> str:
    words = str(text_of(value))
    return str(len(words.split(", "))) if key == LISTED_IDS else words
