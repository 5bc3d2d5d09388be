"""Text files made safe for the engine: in UTF-8, lines ending in LF, quotation marks in order."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from retention_utils.errors import InputError
from retention_utils.sources.unpacking import DataFile, place_for

__all__ = ["Header", "Text", "check_encoding", "numbered_records", "ordered_text", "read_header", "utf8_text"]

BLOCK = 1 << 20
STRETCH = 1 << 24  # bytes searched for quotation marks at a time
QUOTE = ord('"')
BLANKS = " \t\xa0\ufeff"
# How files begin that are something else, whatever their name says.
FOREIGN = {
    b"PK\x03\x04": "a zip file or a spreadsheet (.xlsx)",
    b"\x1f\x8b": "packed with gzip (.gz)",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (.xls)",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite file",
    b"%PDF": "a PDF file",
}


@dataclass(frozen=True)
class Text:
    """A text file that the engine and Python's csv reader read alike."""

    path: Path
    delimiter: str
    quote: str  # empty: there are no quotation marks in it


@dataclass(frozen=True)
class Header:
    """The column names of a text file, and the number of the record that holds them (0: none does)."""

    names: tuple[str, ...]
    row: int


def utf8_text(file: DataFile, encoding: str, workspace: Path) -> Path:
    """Return a text file as UTF-8 with lines ending in LF: itself, or a copy in the workspace.

    Parameters
    ----------
    file : DataFile
        Unpacked.
    encoding : str
        As stated for the source.
    workspace : Path
        Where a copy is put.

    Raises
    ------
    InputError
        If it is no text, or a copy is needed and it is not in this encoding (with the line).
    """
    if encoding == "utf-8" and _is_plain(file):
        return file.path
    target = place_for(file.path, encoding, workspace)
    with target.open("w", encoding="utf-8", newline="") as copy:
        copy.writelines(_blocks(file, encoding))
    return target


def ordered_text(path: Path, name: str, delimiter: str, workspace: Path) -> Text:
    """Return a text in which every quotation mark opens, closes or is doubled within a quoted field.

    Engines differ on anything else, some lose rows: such a file is written anew as Python's csv reader, in
    its strict mode, understands it.

    Parameters
    ----------
    path : Path
        From :func:`utf8_text`.
    name : str
        Of the file, for messages.
    delimiter : str
        Between the fields.
    workspace : Path
        Where a file written anew is put.

    Raises
    ------
    InputError
        If a quotation mark is never closed, or text follows a closing one.
    """
    state = _quotes(path, delimiter)
    if state != "disordered":
        return Text(path, delimiter, '"' if state == "ordered" else "")
    target = place_for(path, "ordered", workspace)
    with target.open("w", encoding="utf-8", newline="") as copy:
        writer = csv.writer(copy, quoting=csv.QUOTE_ALL, lineterminator="\n")
        # Blank records stay: they count where the header is stated by its number.
        writer.writerows(record for _, record in _records(path, name, delimiter))
    return Text(target, ",", '"')


def read_header(text: Text, name: str, header_row: int) -> Header:
    """Return the column names: the first record that is not blank, from the stated one on.

    Parameters
    ----------
    text : Text
        From :func:`ordered_text`.
    name : str
        Of the file, for messages.
    header_row : int
        From 1; 0: there is no header, columns are called by their position in the first record.

    Raises
    ------
    InputError
        If no record is left for the header.
    """
    with closing(_records(text.path, name, text.delimiter, quoted=bool(text.quote))) as records:
        for number, (_, record) in enumerate(records, 1):
            if number < header_row or not record:
                continue
            if header_row == 0:
                return Header(tuple(str(position) for position in range(1, len(record) + 1)), 0)
            return Header(tuple(cell.strip(BLANKS) for cell in record), number)
    msg = f"{name} has no line {max(header_row, 1)} with column names. Check header_row."
    raise InputError(msg)


def numbered_records(text: Text, name: str, header: Header) -> Iterator[tuple[int, int, list[str]]]:
    """Give every record after the header: its number, the line it begins in, and its fields.

    Numbers and lines count from 1; blank lines after the header have a line but no number.
    """
    number = header.row
    records = _records(text.path, name, text.delimiter, quoted=bool(text.quote))
    for position, (line, record) in enumerate(records, 1):
        if position > header.row and record:
            number += 1
            yield number, line, record


def check_encoding(file: DataFile, encoding: str) -> None:
    """Look at a whole file for bytes that are no text in this encoding.

    Raises
    ------
    InputError
        If there are any, with the line of the first.
    """
    for _ in _blocks(file, encoding):
        pass


def _is_plain(file: DataFile) -> bool:
    """Tell whether the engine can be given the file itself: it finds by itself what is not in UTF-8."""
    with file.path.open("rb") as stream:
        _refuse_foreign(stream.read(16), file, "utf-8")
        stream.seek(0)
        while block := stream.read(BLOCK):
            if b"\r" in block or b"\0" in block:
                return False
    return True


def _blocks(file: DataFile, encoding: str) -> Iterator[str]:
    """Decode a file block by block; line ends become LF, a byte order mark is left out."""
    codec = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    decoder = io.IncrementalNewlineDecoder(codec, translate=True)
    line = 1
    with file.path.open("rb") as stream:
        _refuse_foreign(stream.read(16), file, encoding)
        stream.seek(0)
        while True:
            block = stream.read(BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].decode(encoding, "ignore").count("\n")
                raise InputError(_not_encoded(file.name, encoding, line, error)) from error
            if "\0" in text:
                msg = f"{file.name} is no text file: it holds binary data. State its format, or send CSV."
                raise InputError(msg)
            yield text
            if not block:
                return
            line += text.count("\n")


def _refuse_foreign(start: bytes, file: DataFile, encoding: str) -> None:
    for mark, what in FOREIGN.items():
        if start.startswith(mark):
            msg = f"{file.name} is no text file but {what}. State its format, or give it its proper ending."
            raise InputError(msg)
    if encoding != "utf-16" and start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        msg = f"{file.name} is not in {encoding} but in UTF-16. State encoding = 'utf-16'."
        raise InputError(msg)


def _not_encoded(name: str, encoding: str, line: int, error: UnicodeDecodeError) -> str:
    found = error.object[error.start : error.start + 1].hex()
    return (
        f"{name} is not in {encoding}: line {line} holds the byte {found}, which is no such text. "
        "Check encoding: cp1251 and cp1252 are the usual ones of Windows."
    )


def _quotes(path: Path, delimiter: str) -> Literal["none", "ordered", "disordered"]:
    """Tell whether every quotation mark stands beside a delimiter, a line end or another quotation mark.

    They open and close in turn, a doubled one does both: so the even ones are looked at from the left, the
    odd ones from the right.
    """
    if len(delimiter.encode()) > 1:
        return "disordered"  # too rare to look at more closely
    neighbours = np.isin(np.arange(256), list(f'"\n{delimiter}'.encode()))
    with path.open("rb") as stream:
        first = 3 if stream.read(3) == codecs.BOM_UTF8 else 0
    seen = 0
    for start in range(0, path.stat().st_size, STRETCH):
        # Mapped anew each time: what was looked at would stay in memory.
        content = np.memmap(path, dtype=np.uint8, mode="r")
        marks = np.flatnonzero(content[start : start + STRETCH] == QUOTE) + start
        opening, closed = marks[seen % 2 :: 2], marks[1 - seen % 2 :: 2]
        before = content[opening[opening > first] - 1]
        after = content[closed[closed < len(content) - 1] + 1]
        if not (neighbours[before].all() and neighbours[after].all()):
            return "disordered"
        seen += len(marks)
    return "none" if not seen else "disordered" if seen % 2 else "ordered"


def _records(
    path: Path, name: str, delimiter: str, *, quoted: bool = True
) -> Iterator[tuple[int, list[str]]]:
    """Give every record with the line it begins in, as Python's csv reader finds them; blank ones too."""
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    with path.open(encoding="utf-8-sig", newline="") as stream:
        records = csv.reader(stream, delimiter=delimiter, quoting=quoting, strict=True)
        line = 1
        while True:
            try:
                record = next(records, None)
            except csv.Error as error:
                raise InputError(_disorder(name, line, records.line_num, error)) from error
            if record is None:
                return
            yield line, record
            line = records.line_num + 1


def _disorder(name: str, begins: int, line: int, error: csv.Error) -> str:
    reason = str(error)
    if "unexpected end" in reason or "field limit" in reason:
        fault = f"a quotation mark in the record that begins in line {begins} is never closed"
    elif "expected after" in reason:
        fault = (
            f"line {line}: text follows a closing quotation mark, in the record that begins in line {begins}"
        )
    else:
        fault = f"line {line}: {reason}"
    return f"{name} cannot be read as csv: {fault}. A quotation mark within a field must be doubled."
