"""What stands between the cells of a text file."""

import csv
import io
import math
from collections import Counter

from retention_utils.errors import InputError
from retention_utils.proposal.dates import share_of_dates
from retention_utils.proposal.header import SEARCHED, known_names
from retention_utils.proposal.numbers import share_of_numbers
from retention_utils.proposal.questions import Choice, Option, Question

__all__ = ["DELIMITERS", "WHITESPACE", "detect_delimiter", "split"]

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
WHITESPACE = "whitespace"
JUDGED = 200  # records
JUDGED_CHARACTERS = 20_000
CLEAR_LEAD = 1.1  # by which the best delimiter must beat the next


def detect_delimiter(text: str) -> Choice | Question:
    """Find the delimiter under which the beginning of a file falls into the most regular records.

    Raises
    ------
    InputError
        If nothing cuts the text into columns.
    """
    if _is_blank_separated(text):
        return Choice(WHITESPACE, "likely", "blanks cut every line into as many columns")
    scores = {delimiter: _regularity(split(text, delimiter)[:JUDGED], delimiter) for delimiter in DELIMITERS}
    best, second, *_ = sorted(scores, key=scores.__getitem__, reverse=True)
    if scores[best] == 0:
        msg = (
            "no delimiter (comma, semicolon, tab, vertical bar or blanks) cuts it into columns. "
            "Send it as CSV, XLSX, JSON Lines or Parquet."
        )
        raise InputError(msg)
    if scores[best] >= CLEAR_LEAD * scores[second]:
        return Choice(best, "sure", f"the {DELIMITERS[best]} cuts the lines into columns most regularly")
    options = tuple(Option(mark, DELIMITERS[mark]) for mark in (best, second))
    text = f"What stands between the columns: {DELIMITERS[best]} or {DELIMITERS[second]}?"
    return Question("delimiter", text, options, best)


def split(text: str, delimiter: str) -> list[list[str]]:
    """Cut a text into records, blank ones included.

    Raises
    ------
    InputError
        If a field is longer than any real one: a quote that is never closed, or no such text.
    """
    lines = io.StringIO(text, newline="")
    if delimiter == WHITESPACE:
        return [line.split() for line in lines]
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error as error:
        msg = f"it cannot be cut into cells ({error}); most likely a quote is not closed."
        raise InputError(msg) from error


def _regularity(records: list[list[str]], delimiter: str) -> float:
    """Score records: many of one width, names of columns, cells that do not hold other delimiters."""
    widths = Counter(len(record) for record in records if any(cell.strip() for cell in record))
    widths.pop(1, None)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * math.log(item[0]), item[0]))
    filled = sum(any(cell.strip() for cell in record) for record in records)
    cells = [cell for record in records if len(record) == width for cell in record if cell.strip()]
    clean = sum(_is_clean(cell, delimiter) for cell in cells)
    has_names = any(known_names(record) >= 2 for record in records[:SEARCHED])
    return (1 + has_names) * count / filled * clean / max(1, len(cells)) * (1 - 1 / width)


def _is_clean(cell: str, delimiter: str = "") -> bool:
    """Tell a cell without any other delimiter, but for those within a number or a date."""
    has_other = any(mark in cell for mark in DELIMITERS if mark != delimiter)
    return not has_other or share_of_numbers([cell]) + share_of_dates([cell]) > 0


def _is_blank_separated(text: str) -> bool:
    """Tell a text cut by blanks; where other marks cut it, too, only if blanks bring a date to light.

    In ``7,02 January 2019,5.50`` the blanks are within the date.
    """
    lines = [line.split() for line in io.StringIO(text[:JUDGED_CHARACTERS]) if line.strip()]
    (width, count), *_ = Counter(map(len, lines)).most_common(1)
    are_clean = all(_is_clean(cell) for cells in lines for cell in cells)
    if "\t" in text or width == 1 or count < 0.9 * len(lines) or not are_clean:
        return False
    columns = zip(*(cells for cells in lines if len(cells) == width), strict=True)
    has_others = any(mark in text for mark in DELIMITERS)
    return not has_others or any(share_of_dates(list(column)) > 0 for column in columns)
