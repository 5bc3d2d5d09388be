"""The tables of a report as files: one CSV each, and one workbook with all of them.

What a spreadsheet could take for a formula stays text. Customers' ids can be replaced on the way.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from retention_utils.chapters import Chapter, read_chapter
from retention_utils.customer_ids import hashed_id

__all__ = ["export_tables", "write_tables", "write_workbook"]

FORMULA = re.compile(r"[\s\x00-\x1f\u200b\u2060\ufeff]*[=+\-@]|[\t\r\n]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")
LONGEST_SHEET_NAME = 31  # of a spreadsheet program
WIDEST, NARROWEST = 60, 9  # characters of a column
NUMBER_FORMATS = {
    "count": "#,##0", "days": "#,##0", "money": "#,##0", "estimate": "#,##0", "money2": "#,##0.00",
    "number": "#,##0.00", "decimal3": "0.000", "share": "0.0%", "points": "0.0%",
}  # fmt: skip


def write_tables(chapters: Iterable[Chapter], folder: Path, *, hash_ids: bool = False) -> list[Path]:
    """Write every table a chapter displayed as ``<chapter>-<key>.csv``.

    Numbers are written as they are, unobserved values as nothing. Text that a spreadsheet could take for a
    formula, in cells and in headers, gets a leading apostrophe.

    Parameters
    ----------
    chapters : iterable of Chapter
        Whose tables to write.
    folder : Path
        Created if it does not exist.
    hash_ids : bool
        Replace the ids of customers, as :func:`retention_utils.customer_ids.hashed_id` does.

    Returns
    -------
    list of Path
        The files written (RFC 4180 in UTF-8), in the order of the tables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for chapter in chapters:
        for table in chapter.shown("table"):
            path = folder / _file_name(chapter.name, table, taken=written)
            with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
                # with another end of line, the csv module would leave a carriage return in a cell unquoted
                rows = csv.writer(file, lineterminator="\r\n")
                rows.writerow([_safe(column["name"]) for column in table["columns"]])
                rows.writerows([_safe(value) for value in row] for row in _rows(table, hash_ids=hash_ids))
            written.append(path)
    return written


def write_workbook(chapters: Sequence[Chapter], file: Path, *, title: str, hash_ids: bool = False) -> Path:
    """Write every table a chapter displayed into one workbook, a sheet each, after a sheet that lists them.

    Numbers are numbers with the format of their unit, unobserved values are empty cells, text stays text
    whatever it looks like. The head of every sheet stays in sight and can be filtered.

    Parameters
    ----------
    chapters : sequence of Chapter
        Whose tables to write.
    file : Path
        An ``.xlsx`` file; replaced if it exists.
    title : str
        The first line of the first sheet.
    hash_ids : bool
        Replace the ids of customers.
    """
    import xlsxwriter

    shown = [(chapter, table) for chapter in chapters for table in chapter.shown("table")]
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": title})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1})
        number_formats = {
            unit: book.add_format({"num_format": code}) for unit, code in NUMBER_FORMATS.items()
        }
        contents = book.add_worksheet("Contents")
        listed = []
        for chapter, table in shown:
            name = _sheet_name(f"{chapter.number} {table['key']}", taken=[row[0] for row in listed])
            rows = _rows(table, hash_ids=hash_ids)
            _fill_sheet(book.add_worksheet(name), table, rows, head=head, number_formats=number_formats)
            listed.append((name, chapter.title, table["caption"], len(rows), table["note"]))
        contents.write_string(0, 0, _plain(title), book.add_format({"bold": True, "font_size": 14}))
        contents.write_row(2, 0, ["Sheet", "Chapter", "What it shows", "Rows", "Note"], head)
        for place, (name, *words) in enumerate(listed, start=3):
            # The sheets' names are this program's own; a link is safe.
            contents.write_url(place, 0, f"internal:'{name}'!A1", string=name)
            for column, word in enumerate(words, start=1):
                contents.write(place, column, _plain(word))
        contents.freeze_panes(3, 0)
        for column, width in enumerate((24, 22, WIDEST, NARROWEST, WIDEST)):
            contents.set_column(column, column, width)
    return file


def export_tables(report: Path, place: Path, *, client: str, hash_ids: bool = False) -> list[Path]:
    """Write the tables of a finished report as CSV files and as one workbook.

    Parameters
    ----------
    report : Path
        The folder of the finished report.
    place : Path
        Where the files go; made if it does not exist.
    client : str
        Part of the workbook's name.
    hash_ids : bool
        Replace the ids of customers. Where the client file hides them in the report, they are hidden anyway.

    Returns
    -------
    list of Path
        The files written, the workbook last.
    """
    chapters = [read_chapter(file) for file in sorted((report / "chapters").glob("*.ipynb"))]
    hash_ids = hash_ids and not _are_hashed(report)
    written = write_tables(chapters, place, hash_ids=hash_ids)
    title = f"{client} {report.name}"
    return [
        *written,
        write_workbook(chapters, place / f"{client}-{report.name}.xlsx", title=title, hash_ids=hash_ids),
    ]


def _are_hashed(report: Path) -> bool:
    settings = json.loads((report / "run.json").read_text(encoding="utf-8"))["settings"]
    return ["risk_list.hash_ids", "True"] in settings


def _fill_sheet(
    sheet: Any, table: dict[str, Any], rows: list[list[Any]], *, head: Any, number_formats: dict
) -> None:
    for place, column in enumerate(table["columns"]):
        sheet.write_string(0, place, _plain(column["label"]), head)
        number_format = number_formats.get(column["unit"])
        longest = max((len(str(cells[place])) for cells in table["cells"]), default=0)
        sheet.set_column(place, place, min(max(longest + 2, NARROWEST), WIDEST), number_format)
        for line, row in enumerate(rows, start=1):
            if (value := row[place]) is None or value != value:
                continue
            if isinstance(value, str):
                sheet.write_string(line, place, _plain(value))
            else:
                sheet.write_number(line, place, value, number_format)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(table["columns"]) - 1)


def _rows(table: dict[str, Any], *, hash_ids: bool) -> list[list[Any]]:
    names = [column["name"] for column in table["columns"]]
    is_id = [hash_ids and name == "customer_id" for name in names]
    return [
        [
            hashed_id(value) if hides and value is not None else value
            for value, hides in zip(row, is_id, strict=True)
        ]
        for row in table["rows"]
    ]


def _plain(value: Any) -> Any:
    """Leave out of a text what a spreadsheet file cannot hold."""
    return CONTROL.sub("", value)[:32_767] if isinstance(value, str) else value


def _sheet_name(wanted: str, *, taken: list[str]) -> str:
    name = NOT_IN_SHEET_NAMES.sub(" ", _plain(wanted))[:LONGEST_SHEET_NAME].strip() or "table"
    number, used = 2, {word.lower() for word in taken} | {"contents"}
    unique = name
    while unique.lower() in used:
        ending = f" {number}"
        unique, number = name[: LONGEST_SHEET_NAME - len(ending)] + ending, number + 1
    return unique


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "untitled"


def _file_name(chapter: str, table: dict[str, Any], *, taken: list[Path]) -> str:
    stem = f"{chapter}-{_slug(table['key'])[:80]}"
    repeats = sum(path.stem == stem or path.stem.startswith(f"{stem}-again") for path in taken)
    return f"{stem}-again{repeats}.csv" if repeats else f"{stem}.csv"


def _safe(value: Any) -> Any:
    """Make a value safe for a spreadsheet: text that could start a formula is quoted, missing is empty."""
    if value is None or value != value:
        return ""
    if isinstance(value, str) and FORMULA.match(unicodedata.normalize("NFKC", value)):
        return f"'{value}"
    return value
