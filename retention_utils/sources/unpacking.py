"""Packed files, .gz and .zip, unpacked into the workspace; damaged and absurdly large ones are refused."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import IO

from retention_utils.errors import InputError
from retention_utils.sources.files import WILDCARDS, display_names

__all__ = ["DataFile", "place_for", "refuse_absurd_size", "unpacked"]

BLOCK = 1 << 20
LARGEST = 1 << 30  # bytes; a file may be larger only if it is not packed beyond belief
LARGEST_RATIO = 200
ENCRYPTED = 1  # bit of a zip member's flags


@dataclass(frozen=True)
class DataFile:
    """One file to read: where it lies, what users call it, and the name whose ending says its format."""

    path: Path
    name: str
    inner: str


def unpacked(files: Sequence[Path], workspace: Path) -> list[DataFile]:
    """Return the files to read; what .gz and .zip files hold is unpacked into the workspace.

    Parameters
    ----------
    files : sequence of Path
        As the source names them.
    workspace : Path
        A folder that lasts as long as the tables are used.

    Returns
    -------
    list of DataFile
        A .zip with several members gives several, called ``orders.zip/january.csv``.

    Raises
    ------
    InputError
        If packed files are damaged, encrypted, hold nothing or are of an absurd size; all at once.
    """
    found, problems = [], []
    for file, name in zip(files, display_names(files), strict=True):
        try:
            found += _contents(file, name, workspace)
        except InputError as problem:
            problems.append(str(problem))
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError) as error:
            reason = " ".join(str(error).split()).rstrip(".")
            problems.append(f"{name} cannot be unpacked: {reason}. Ask for it again.")
    if problems:
        raise InputError("\n".join(problems))
    return found


def place_for(file: Path, purpose: str, workspace: Path) -> Path:
    """Return where in the workspace something made out of a file lies; names of clients are no part of it."""
    return workspace / sha256(f"{file.resolve()}\n{purpose}".encode()).hexdigest()[:24]


def refuse_absurd_size(file: Path, name: str) -> None:
    """Refuse a zip, or a spreadsheet that is one, which would swell beyond belief.

    Raises
    ------
    InputError
        If a member is larger than 1 GB and packed more than 200 to 1.
    """
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            _check_size(member.file_size, member.compress_size, name)


def _contents(file: Path, name: str, workspace: Path) -> Iterator[DataFile]:
    suffix = file.suffix.lower()
    if suffix == ".gz":
        target = place_for(file, "gz", workspace)
        with gzip.open(file) as stream:
            _copy(stream, target, file.stat().st_size, name)
        yield DataFile(target, name, file.stem)
    elif suffix == ".zip":
        yield from _members(file, name, workspace)
    elif WILDCARDS & set(str(file)):  # the engine would read every file that fits
        target = place_for(file, "copy", workspace)
        copyfile(file, target)
        yield DataFile(target, name, file.name)
    else:
        yield DataFile(file, name, file.name)


def _members(file: Path, name: str, workspace: Path) -> Iterator[DataFile]:
    refuse_absurd_size(file, name)
    with zipfile.ZipFile(file) as archive:
        members = [
            member for member in archive.infolist()
            if member.file_size and not member.filename.startswith("__MACOSX/")
        ]  # fmt: skip
        if not members:
            msg = f"{name} holds no file. Ask for it again."
            raise InputError(msg)
        for member in members:
            if member.flag_bits & ENCRYPTED:
                msg = f"{name} is protected by a password. Unpack it and give the files themselves."
                raise InputError(msg)
            target = place_for(file, member.filename, workspace)
            with archive.open(member) as stream:
                _copy(stream, target, member.compress_size, name)
            shown = name if len(members) == 1 else f"{name}/{member.filename}"
            yield DataFile(target, shown, member.filename)


def _copy(stream: IO[bytes], target: Path, packed: int, name: str) -> None:
    with target.open("wb") as copy:
        while block := stream.read(BLOCK):
            copy.write(block)
            _check_size(copy.tell(), packed, name)


def _check_size(size: int, packed: int, name: str) -> None:
    if size > LARGEST and size > LARGEST_RATIO * packed:
        msg = (
            f"{name} swells to more than {LARGEST_RATIO} times its size, beyond {LARGEST >> 30} GB. "
            "Unpack it yourself if you trust it."
        )
        raise InputError(msg)
