"""Which record names the columns, and which records below it are no data."""

from collections import Counter
from collections.abc import Mapping, Sequence

from retention_utils.errors import InputError
from retention_utils.proposal.dates import share_of_dates
from retention_utils.proposal.numbers import share_of_numbers
from retention_utils.proposal.questions import Choice, Option, Question, settle, shown
from retention_utils.proposal.samples import Column, Records, columns_of
from retention_utils.proposal.vocabulary import COLUMN_WORDS, TOTAL_WORDS, header_weight, normalised

__all__ = ["SEARCHED", "find_header", "known_names", "table_of"]

SEARCHED = 30  # records in which the header is looked for
KNOWN = 0.5  # weight from which a cell counts as the name of a column


def find_header(records: Records) -> Choice | Question:
    """Find the number, from 1, of the record with the column names; 0 if there is none."""
    width = _usual_width(records)
    known = {number: known_names(record) for number, record in enumerate(records[:SEARCHED], 1)}
    most = max(known.values(), default=0)
    if most >= 2:
        best = [number for number, count in known.items() if count == most]
        distinct = {tuple(_filled(records[number - 1])) for number in best}
        if len(distinct) > 1:
            return _question(records, best)
        return Choice(best[0], "sure", f"{most} of its cells are usual column names")
    first = next((n for n, record in enumerate(records, 1) if _is_data(record, width)), None)
    above = [n for n in range(1, first or 1) if len(_filled(records[n - 1])) >= max(2, 0.6 * width)]
    if above:
        return Choice(above[-1], "likely", "the last line of words above the first line with numbers")
    return Choice(0, "likely", "the first line holds data, not names")


def table_of(
    records: Records, later: Records, answers: Mapping[str, str]
) -> tuple[Choice | Question, tuple[Column, ...], tuple[str, ...]]:
    """Cut records into columns.

    Parameters
    ----------
    records : sequence of sequence of str
        From the beginning of the file on, blank ones included.
    later : sequence of sequence of str
        From the middle and the end; only those as wide as the header are taken.
    answers : mapping of str to str
        What the user said; of use here is ``header_row``.

    Returns
    -------
    tuple
        The header row (a choice or a question), the columns, and notes about records that are no data.

    Raises
    ------
    InputError
        If there is nothing below the header.
    """
    found = settle("header_row", find_header(records), answers)
    number = int(found.value if isinstance(found, Choice) else found.default)
    names = list(records[number - 1]) if number else [""] * _usual_length(records)
    body = [record for record in records[number:] if _filled(record)]
    body += [record for record in later if len(record) == len(names)]
    header = _filled(names)
    repeated = [record for record in body if number and _filled(record) == header]
    totals = [record for record in body if _is_total(record)]
    data = [record for record in body if record not in repeated and record not in totals]
    if not data:
        msg = "it has a header but no records." if number else "it holds no records."
        raise InputError(msg)
    return found, columns_of(names, data), tuple(_notes(names, data, repeated, totals))


def _notes(names: Sequence[str], data: Records, repeated: Records, totals: Records) -> list[str]:
    notes = []
    if repeated:
        notes.append("The header stands again among the records; such lines are left out.")
    if totals:
        label = next(cell for cell in totals[0] if cell.strip())
        notes.append(f"Lines with totals, such as {shown(label)}, are left out.")
    if any(_filled(record[len(names) :]) for record in data):
        notes.append("Some records have more cells than the header; they cannot be read with certainty.")
    return notes


def known_names(record: Sequence[str]) -> int:
    """Count the cells of a record that are usual names of columns; none if it holds numbers or dates."""
    cells = _filled(record)
    if share_of_dates(cells) + share_of_numbers(cells) > 0.2:
        return 0
    return sum(max(header_weight(cell, role) for role in COLUMN_WORDS) >= KNOWN for cell in cells)


def _is_data(record: Sequence[str], width: int) -> bool:
    cells = _filled(record)
    return len(cells) >= max(2, 0.5 * width) and (share_of_dates(cells) + share_of_numbers(cells)) > 0


def _is_total(record: Sequence[str]) -> bool:
    """Tell a line of totals: it begins with such a word and leaves cells empty."""
    cells = _filled(record)
    first = normalised(cells[0]).split() if cells else []
    return (
        bool(first)
        and len(cells) < len(record)
        and any(first[: len(word.split())] == word.split() for word in TOTAL_WORDS)
    )


def _filled(record: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in record if cell.strip()]


def _usual_width(records: Records) -> int:
    """Return the usual number of filled cells."""
    counts = Counter(len(cells) for record in records if (cells := _filled(record)))
    return counts.most_common(1)[0][0] if counts else 0


def _usual_length(records: Records) -> int:
    counts = Counter(len(record) for record in records if _filled(record))
    return counts.most_common(1)[0][0] if counts else 0


def _question(records: Records, numbers: Sequence[int]) -> Question:
    texts = {number: ", ".join(_filled(records[number - 1])) for number in numbers}
    options = tuple(Option(str(number), f"line {number}: {shown(text)}") for number, text in texts.items())
    text = f"Which line names the columns: {' or '.join(str(number) for number in numbers)}?"
    return Question("header_row", text, options, str(numbers[-1]))
