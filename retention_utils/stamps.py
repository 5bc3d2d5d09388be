"""Which files a result was made from, and whether they are still the same."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["SourceStamp", "stamp_all", "stamps_fit"]


@dataclass(frozen=True)
class SourceStamp:
    """Which file something was made from."""

    name: str
    size: int  # bytes
    modified: int  # nanoseconds
    sha256: str

    @classmethod
    def of(cls, file: Path) -> "SourceStamp":
        """Stamp a file, reading all of it."""
        state = file.stat()
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return cls(file.name, state.st_size, state.st_mtime_ns, digest)

    def fits(self, file: Path) -> bool:
        """Say whether the file is still the same; it is read again only if size or time changed."""
        state = file.stat()
        if (state.st_size, state.st_mtime_ns) == (self.size, self.modified):
            return True
        return state.st_size == self.size and SourceStamp.of(file).sha256 == self.sha256

    def as_dict(self) -> dict[str, Any]:
        """Return the stamp as plain values."""
        return asdict(self)


def stamp_all(files: Mapping[str, Sequence[Path]]) -> dict[str, list[dict[str, Any]]]:
    """Stamp the files of every table: plain values by the table's name."""
    return {name: [SourceStamp.of(file).as_dict() for file in of_table] for name, of_table in files.items()}


def stamps_fit(
    stamps: Mapping[str, Sequence[Mapping[str, Any]]], files: Mapping[str, Sequence[Path]]
) -> bool:
    """Say whether every table still has the very same files, in the same order."""
    if stamps.keys() != files.keys():
        return False
    return all(
        [stamp["name"] for stamp in stamps[name]] == [file.name for file in of_table]
        and all(SourceStamp(**stamp).fits(file) for stamp, file in zip(stamps[name], of_table, strict=True))
        for name, of_table in files.items()
    )
