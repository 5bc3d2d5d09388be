"""How customers are named in the tables that leave the house: by their ids, or by hashes in their place."""

import re
from dataclasses import dataclass
from typing import Any

from retention_utils.anonymity import HIDDEN, SHOWN
from retention_utils.customer_ids import hashed_id

__all__ = ["HIDDEN", "Ids"]

IS_HASHED = re.compile(rf"[0-9a-f]{{{SHOWN}}}")

Item = dict[str, Any]


@dataclass(frozen=True)
class Ids:
    """Whether ids of customers are replaced, by :func:`retention_utils.customer_ids.hashed_id`.

    Texts that may hold an id are left out with them: cells of the order log that could not be read, and the
    customers named in a policy.
    """

    are_hashed: bool = False
    are_hashed_in_report: bool = False  # what looks like a hash is then left as it is

    def rows(self, table: Item) -> list[list[Any]]:
        """Return the rows of a table a chapter displayed, as they may be seen."""
        if not self.are_hashed:
            return table["rows"]
        names = [column["name"] for column in table["columns"]]
        rows = [dict(zip(names, row, strict=True)) for row in table["rows"]]
        return [[self._shown(row, name, table["key"]) for name in names] for row in rows]

    def _shown(self, row: Item, name: str, key: str) -> Any:
        value = row[name]
        if name == "customer_id" and isinstance(value, str):
            is_done = self.are_hashed_in_report and IS_HASHED.fullmatch(value)
            return value if is_done else hashed_id(value)
        is_raw = (key, name) == ("unreadable_cells", "found")
        setting = row.get("setting") if (key, name) == ("policies", "setting") else ""
        if str(setting).startswith("exclude_customers = ") and setting != "exclude_customers = none":
            return f"exclude_customers = {HIDDEN}"
        return HIDDEN if is_raw else value
