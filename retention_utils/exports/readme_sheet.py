"""The first sheet of the workbook: what it is, how to read it, and where each table is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retention_utils.exports.hidden_ids import Ids
from retention_utils.exports.sheets import Styles, make_room, plain, set_up_print

__all__ = ["Listed", "fill_readme"]

HEADS = {"Sheet": 30, "What it shows": 70, "Chapter": 20, "Rows": 9, "Note": 70}  # characters wide


@dataclass(frozen=True)
class Listed:
    """A sheet and the table on it."""

    sheet: str
    chapter: str
    table: Mapping[str, Any]
    rows: int


def fill_readme(
    sheet: Any,
    run: Mapping[str, Any],
    listed: Sequence[Listed],
    units: Mapping[str, str],
    *,
    styles: Styles,
    ids: Ids,
) -> None:
    """Write the readme.

    Parameters
    ----------
    sheet : xlsxwriter worksheet
        Empty.
    run : mapping
        The record of the run.
    listed : sequence of Listed
        The other sheets, in their order.
    units : mapping of str to str
        What each unit says, in words.
    styles : Styles
        Of the workbook.
    ids : Ids
        Whether those of customers are replaced.
    """
    for place, width in enumerate(HEADS.values()):
        sheet.set_column(place, place, width)
    sheet.hide_gridlines(2)
    set_up_print(sheet)
    page = _Page(sheet, styles)
    page.line(f"{run['name']}, {run['period_label']}", style=styles.title)
    page.pairs(_facts(run, ids))
    page.heads(list(HEADS))
    for entry in listed:
        page.line(entry.sheet, entry.table["caption"], entry.chapter, entry.rows, entry.table["note"])
        # The sheets' names are this program's own; a link is safe.
        sheet.write_url(page.row - 1, 0, f"internal:'{entry.sheet}'!A1", styles.link, entry.sheet)
    used = {column["unit"] for entry in listed for column in entry.table["columns"]}
    page.heads(["Unit", "Meaning"])
    page.pairs([(unit, words) for unit, words in units.items() if unit in used])
    page.heads(["Term", "Definition in force"])
    page.pairs(run["definitions"])
    page.heads(["Made from", ""])
    page.pairs(run["provenance"])


def _facts(run: Mapping[str, Any], ids: Ids) -> list[tuple[str, str]]:
    return [
        ("Client", ", ".join(filter(None, (run["name"], run["description"])))),
        ("Period", f"{run['period_label']} ({run['period']})"),
        ("Nothing looked at after", run["data_until"]),
        ("What this is", "The tables of the retention report of this period, whole, a sheet for each."),
        ("An empty cell", "Not observed, or not known; never zero."),
        ("Columns", "The last sheet lists every column with its unit and its name in the CSV files."),
        ("Customers' ids", "Replaced by hashes." if ids.are_hashed else "As the report shows them."),
    ]


class _Page:
    """A sheet that is written downwards."""

    def __init__(self, sheet: Any, styles: Styles) -> None:
        self._sheet, self._styles, self.row = sheet, styles, 0

    def line(self, *words: str | int, style: Any = None) -> None:
        """Write one row, numbers as numbers."""
        for place, word in enumerate(words):
            if isinstance(word, int):
                self._sheet.write_number(self.row, place, word, self._styles.cell("count"))
            else:
                self._sheet.write_string(self.row, place, plain(word), style or self._styles.cell("text"))
        if style is not self._styles.title:
            make_room(self._sheet, self.row, words, HEADS.values())
        self.row += 1

    def heads(self, words: Sequence[str]) -> None:
        """Begin a section, a row lower."""
        self.row += 1
        self.line(*words, style=self._styles.head)

    def pairs(self, pairs: Sequence[Sequence[str]]) -> None:
        """Write terms with what they mean."""
        for term, meaning in pairs:
            self.line(term, meaning)
