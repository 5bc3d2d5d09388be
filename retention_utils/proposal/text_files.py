"""Samples of text files: the first bytes and some from the middle and the end, also of packed files."""

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from retention_utils.errors import InputError
from retention_utils.proposal.delimiters import WHITESPACE, detect_delimiter, split
from retention_utils.proposal.encodings import decode, detect_encoding
from retention_utils.proposal.header import table_of
from retention_utils.proposal.questions import Choice, settle
from retention_utils.proposal.samples import Sample

__all__ = ["read_pieces", "sample_text"]

HEAD_BYTES = 150_000
PIECE_BYTES = 20_000
PIECES_AT = (0.25, 0.5, 0.75, 1.0)  # of the file's length


@dataclass(frozen=True)
class Pieces:
    """Bytes of a file: its beginning, whether that is all of it, and pieces from further on."""

    head: bytes
    is_whole: bool
    later: tuple[bytes, ...] = ()


def sample_text(file: Path, answers: Mapping[str, str]) -> Sample:
    """Sample a text file with columns.

    Raises
    ------
    InputError
        If it is empty, no text, cannot be unpacked, or does not fall into columns.
    """
    pieces = read_pieces(file)
    encoding = settle("encoding", detect_encoding(_whole_text(pieces)), answers)
    code = encoding.value if isinstance(encoding, Choice) else encoding.default
    head = decode(pieces.head, code)
    if not pieces.is_whole:
        head = head[: head.rfind("\n") + 1]
    delimiter = settle("delimiter", detect_delimiter(head), answers)
    mark = delimiter.value if isinstance(delimiter, Choice) else delimiter.default
    records = split(head, mark)
    if not pieces.is_whole:
        records.pop()  # a quoted cell may have been cut
    if code == "utf-16":
        code = "utf-16-be" if pieces.head.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
    later = [record for piece in pieces.later for record in split(_whole_lines(piece, code), mark)]
    header, columns, notes = table_of(records, later, answers)
    found = {"encoding": encoding, "delimiter": delimiter, "header_row": header}
    return Sample(file.name, "whitespace" if mark == WHITESPACE else "csv", columns, found, notes)


def read_pieces(file: Path) -> Pieces:
    """Read a bounded number of bytes of a file; of a packed one its beginning only.

    Raises
    ------
    InputError
        If it is empty or cannot be unpacked.
    """
    try:
        pieces = _packed(file) if file.suffix.lower() in (".gz", ".zip") else _plain(file)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        msg = f"it cannot be read: {error}."
        raise InputError(msg) from error
    if not pieces.head.strip():
        msg = "it is empty."
        raise InputError(msg)
    return pieces


def _plain(file: Path) -> Pieces:
    size = file.stat().st_size
    with file.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        if size <= HEAD_BYTES:
            return Pieces(head, is_whole=True)
        later = []
        for part in PIECES_AT:
            at = max(HEAD_BYTES, int(part * size) - PIECE_BYTES)
            stream.seek(at - at % 2)  # characters of UTF-16 have two bytes
            later.append(stream.read(PIECE_BYTES + 1))
    return Pieces(head, is_whole=False, later=tuple(later))


def _packed(file: Path) -> Pieces:
    if file.suffix.lower() == ".gz":
        with gzip.open(file) as stream:
            head = stream.read(HEAD_BYTES)
    else:
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if not members:
                return Pieces(b"", is_whole=True)
            with archive.open(members[0]) as stream:
                head = stream.read(HEAD_BYTES)
    return Pieces(head, is_whole=len(head) < HEAD_BYTES)


def _whole_text(pieces: Pieces) -> bytes:
    """Join what was read of a file, without the lines that are cut at the ends of pieces."""
    if pieces.is_whole or b"\0" in pieces.head:
        return pieces.head
    later = (piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1] for piece in pieces.later)
    return b"".join((pieces.head[: pieces.head.rfind(b"\n") + 1], *later))


def _whole_lines(piece: bytes, encoding: str) -> str:
    text = decode(piece, encoding)
    return text[text.find("\n") + 1 : text.rfind("\n") + 1]
