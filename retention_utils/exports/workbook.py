"""All tables of a report as one workbook: a readme, a sheet for each, and a list of their columns."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retention_utils.chapters import Chapter
from retention_utils.exports.hidden_ids import Ids
from retention_utils.exports.number_formats import number_formats, unit_words
from retention_utils.exports.readme_sheet import Listed, fill_readme
from retention_utils.exports.safe_names import sheet_name
from retention_utils.exports.sheets import Styles, fill_rows, fill_sheet, plain
from retention_utils.formats import Formats

__all__ = ["write_workbook"]


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
        The record of the run, ``run.json``, in the language that is its entry ``language``.
    ids : Ids
        Whether those of customers are replaced.
    """
    import xlsxwriter

    formats = Formats(run["language"], dict(run["settings"])["currency"])
    readme_name, columns_name = str(formats.say("Readme")), str(formats.say("Columns"))
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": plain(f"{run['name']}, {run['period_label']}")})
        styles = Styles(book, number_formats(formats))
        readme = book.add_worksheet(readme_name)
        listed, taken = [], {readme_name.casefold(), columns_name.casefold()}
        for chapter in chapters:
            for table in chapter.shown("table"):
                name = sheet_name(chapter, table["key"], taken=taken)
                rows = ids.rows(table)
                fill_sheet(book.add_worksheet(name), table, rows, styles=styles)
                listed.append(Listed(name, chapter.title, table, len(rows)))
        fill_readme(readme, run, listed, formats=formats, styles=styles, ids=ids)
        _fill_columns(book.add_worksheet(columns_name), listed, formats=formats, styles=styles)
    return file


def _fill_columns(sheet: Any, listed: list[Listed], *, formats: Formats, styles: Styles) -> None:
    """List every column of every sheet with its name in the CSV files and its unit."""
    units, say = unit_words(formats), formats.say
    rows = [
        [entry.sheet, column["label"], column["name"], units.get(column["unit"], "")]
        for entry in listed
        for column in entry.table["columns"]
    ]
    heads = [say("Sheet"), say("Column"), say("Name in the CSV file"), say("Unit")]
    fill_rows(sheet, list(map(str, heads)), rows, styles=styles)
