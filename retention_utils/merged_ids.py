"""One id per customer in every table beside the order log, as the purchases have it."""

from collections.abc import Mapping

import pyarrow as pa

from retention_utils.canonical import CANONICAL

__all__ = ["under_one_id"]


def under_one_id(further: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Name customers in every table that names them by the id they are counted under.

    Parameters
    ----------
    further : mapping
        The side tables by name; in ``merges`` chains are followed to their end.

    Returns
    -------
    dict
        The same tables, ``merges`` as it was. A contract without an id of its own, which is known by its
        customer's, keeps the one given up: else two contracts of one customer would look like one.
    """
    if "merges" not in further:
        return dict(further)
    merges = further["merges"]
    ends = dict(zip(merges["customer_id"].to_pylist(), merges["same_as"].to_pylist(), strict=True))
    named = [name for name in further if name != "merges" and "customer_id" in CANONICAL[name].names]
    return {**further, **{name: _renamed(further[name], ends) for name in named}}


def _renamed(table: pa.Table, ends: Mapping[str, str]) -> pa.Table:
    old = table["customer_id"].to_pylist()
    if "subscription_id" in table.column_names:
        pairs = zip(table["subscription_id"].to_pylist(), old, strict=True)
        kept = [own or (name if name in ends else None) for own, name in pairs]
        table = _with(table, "subscription_id", kept)
    return _with(table, "customer_id", [ends.get(name, name) for name in old])


def _with(table: pa.Table, name: str, values: list[str | None]) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values, pa.string()))
