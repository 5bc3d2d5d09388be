"""All tables of a report as one workbook: a readme, a sheet for each, and a list of their columns."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retention_utils.chapters import Chapter
from retention_utils.exports.hidden_ids import Ids
from retention_utils.exports.number_formats import UNIT_WORDS, number_formats
from retention_utils.exports.readme_sheet import Listed, fill_readme
from retention_utils.exports.safe_names import sheet_name
from retention_utils.exports.sheets import Styles, fill_rows, fill_sheet, plain

__all__ = ["write_workbook"]

README, COLUMNS = "Readme", "Columns"


def write_workbook(chapters: Sequence[Chapter], file: Path, *, run: dict[str, Any], ids: Ids) -> Path:
    """Write every table a chapter displayed into one workbook.

    Numbers are numbers with the format of their unit, unobserved values are empty cells, text stays text
    whatever it looks like. The head of every sheet stays in sight and can be filtered.

    Parameters
    ----------
    chapters : sequence of Chapter
        Whose tables to write.
    file : Path
        An ``.xlsx`` file; replaced if it exists.
    run : dict
        The record of the run, ``run.json``.
    ids : Ids
        Whether those of customers are replaced.
    """
    import xlsxwriter

    currency = dict(run["settings"])["currency"]
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": plain(f"{run['name']}, {run['period_label']}")})
        styles = Styles(book, number_formats(language=run["language"], currency=currency))
        readme = book.add_worksheet(README)
        listed, taken = [], {README.casefold(), COLUMNS.casefold()}
        for chapter in chapters:
            for table in chapter.shown("table"):
                name = sheet_name(chapter, table["key"], taken=taken)
                rows = ids.rows(table)
                fill_sheet(book.add_worksheet(name), table, rows, styles=styles)
                listed.append(Listed(name, chapter.title, table, len(rows)))
        units = {unit: words.format(currency=currency) for unit, words in UNIT_WORDS.items()}
        fill_readme(readme, run, listed, units, styles=styles, ids=ids)
        _fill_columns(book.add_worksheet(COLUMNS), listed, units, styles=styles)
    return file


def _fill_columns(sheet: Any, listed: list[Listed], units: dict[str, str], *, styles: Styles) -> None:
    """List every column of every sheet with its name in the CSV files and its unit."""
    rows = [
        [entry.sheet, column["label"], column["name"], units.get(column["unit"], "")]
        for entry in listed
        for column in entry.table["columns"]
    ]
    fill_rows(sheet, ["Sheet", "Column", "Name in the CSV file", "Unit"], rows, styles=styles)
