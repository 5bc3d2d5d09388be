"""The first sheet of the workbook: what it is, how to read it, and where each table is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retention_utils.exports.hidden_ids import Ids
from retention_utils.exports.number_formats import unit_words
from retention_utils.exports.sheets import Styles, make_room, plain, set_up_print
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = ["Listed", "fill_readme"]

WIDTHS = (30, 70, 20, 9, 70)  # characters: sheet, what it shows, chapter, rows, note


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
    *,
    formats: Formats,
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
    formats : Formats
        Of the language and the currency.
    styles : Styles
        Of the workbook.
    ids : Ids
        Whether those of customers are replaced.
    """
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.hide_gridlines(2)
    set_up_print(sheet)
    page = _Page(sheet, styles)
    page.line(f"{run['name']}, {run['period_label']}", style=styles.title)
    say = formats.say
    page.pairs(_facts(run, ids, formats))
    page.heads(say("Sheet"), say("What it shows"), say("Chapter"), say("Rows"), say("Note"))
    for entry in listed:
        page.line(entry.sheet, entry.table["caption"], entry.chapter, entry.rows, entry.table["note"])
        # The sheets' names are this program's own; a link is safe.
        sheet.write_url(page.row - 1, 0, f"internal:'{entry.sheet}'!A1", styles.link, entry.sheet)
    used = {column["unit"] for entry in listed for column in entry.table["columns"]}
    page.heads(say("Unit"), say("What it means"))
    page.pairs([(unit, words) for unit, words in unit_words(formats).items() if unit in used])
    page.heads(say("Term"), say("Definition in force"))
    page.pairs(run["definitions"])
    page.heads(say("What this report was made from"), "")
    page.pairs(run["provenance"])


def _facts(run: Mapping[str, Any], ids: Ids, formats: Formats) -> list[tuple[Text, str | Text]]:
    say = formats.say
    return [
        (say("Client"), ", ".join(filter(None, (run["name"], run["description"])))),
        (say("Period"), f"{run['period_label']} ({run['period']})"),
        (say("Nothing looked at after"), run["data_until"]),
        (
            say("What this is"),
            say("The tables of the retention report of this period, whole, a sheet for each."),
        ),
        (say("An empty cell"), say("Not observed, or not known; never zero.")),
        (
            say("Columns"),
            say("The last sheet lists every column with its unit and its name in the CSV files."),
        ),
        (
            say("Customers' ids"),
            say("Replaced by hashes.") if ids.are_hashed else say("As the report shows them."),
        ),
    ]


class _Page:
    """A sheet that is written downwards."""

    def __init__(self, sheet: Any, styles: Styles) -> None:
        self._sheet, self._styles, self.row = sheet, styles, 0

    def line(self, *words: str | Text | int, style: Any = None) -> None:
        """Write one row, numbers as numbers."""
        for place, word in enumerate(words):
            if isinstance(word, int):
                self._sheet.write_number(self.row, place, word, self._styles.cell("count"))
            else:
                self._sheet.write_string(self.row, place, plain(word), style or self._styles.cell("text"))
        if style is not self._styles.title:
            make_room(self._sheet, self.row, map(plain, words), WIDTHS)
        self.row += 1

    def heads(self, *words: str | Text) -> None:
        """Begin a section, a row lower."""
        self.row += 1
        self.line(*words, style=self._styles.head)

    def pairs(self, pairs: Sequence[Sequence[str | Text]]) -> None:
        """Write terms with what they mean."""
        for term, meaning in pairs:
            self.line(term, meaning)
