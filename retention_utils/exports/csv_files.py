"""The tables of a report as CSV: typed, complete, and without anything a spreadsheet takes for a formula."""

import csv
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from retention_utils.chapters import Chapter
from retention_utils.exports.hidden_ids import Ids
from retention_utils.exports.safe_names import file_stem

__all__ = ["write_tables"]

AS_THEY_ARE = Ids()
FORMULA = re.compile(r"[\s\x00-\x1f\u200b\u2060\ufeff]*[=+\-@]|[\t\r\n]")


def write_tables(
    chapters: Iterable[Chapter], folder: Path, *, ids: Ids = AS_THEY_ARE, has_bom: bool = False
) -> list[Path]:
    """Write every table a chapter displayed as ``<chapter>-<key>.csv``.

    Numbers are written as they are, unobserved values as nothing. Text that a spreadsheet could take for a
    formula, in cells and in headers, gets a leading apostrophe.

    Parameters
    ----------
    chapters : iterable of Chapter
        Whose tables to write.
    folder : Path
        Created if it does not exist.
    ids : Ids
        Whether those of customers are replaced.
    has_bom : bool
        Begin every file with a byte order mark, without which Excel does not take it for UTF-8.

    Returns
    -------
    list of Path
        The files written (RFC 4180 in UTF-8), in the order of the tables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    encoding = "utf-8-sig" if has_bom else "utf-8"
    written, taken = [], set()
    for chapter in chapters:
        for table in chapter.shown("table"):
            path = folder / f"{file_stem(chapter, table['key'], taken=taken)}.csv"
            with path.open("w", encoding=encoding, errors="replace", newline="") as file:
                # with another end of line, the csv module would leave a carriage return in a cell unquoted
                lines = csv.writer(file, lineterminator="\r\n")
                lines.writerow([_safe(column["name"]) for column in table["columns"]])
                lines.writerows([_safe(value) for value in row] for row in ids.rows(table))
            written.append(path)
    return written


def _safe(value: Any) -> Any:
    """Make a value safe for a spreadsheet: text that could start a formula is quoted, missing is empty.

    Of a number with a unit of its own, the number.
    """
    if isinstance(value, dict):
        value = value["number"]
    if value is None or value != value:
        return ""
    if isinstance(value, str) and FORMULA.match(unicodedata.normalize("NFKC", value)):
        return f"'{value}"
    return value
