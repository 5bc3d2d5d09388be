"""What a chapter and a report may use before they are stopped."""

import os
from dataclasses import dataclass, field

from pydantic import ByteSize, TypeAdapter, ValidationError

from retention_utils.errors import ConfigError

__all__ = ["Limits", "bytes_of", "size_text"]

SHARE_OF_MEMORY = 0.8
WITHOUT_LIMIT = 2**63 - 1


def _most_memory() -> int:
    """Return four fifths of this computer's memory: one runaway chapter must not take all the others down."""
    try:
        return int(SHARE_OF_MEMORY * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):  # not a Unix
        return WITHOUT_LIMIT


@dataclass(frozen=True)
class Limits:
    """Limits of one run."""

    cell_seconds: float = 600
    report_seconds: float | None = None  # of one report, from when its first piece begins
    memory: int = field(default_factory=_most_memory)  # bytes that one kernel may hold
    output: int = 64 * 2**20  # bytes that one chapter may put out
    retries: int = 1  # of a chapter whose kernel died


def bytes_of(text: str) -> int:
    """Read a size such as ``2GB`` or ``500 MiB``.

    Raises
    ------
    ConfigError
        If it is none, or nothing.
    """
    try:
        size = int(TypeAdapter(ByteSize).validate_python(text))
    except ValidationError:
        size = 0
    if size <= 0:
        msg = f"{text!r} is no size. Write a number with its unit, such as 2GB or 500MB."
        raise ConfigError(msg)
    return size


def size_text(size: float) -> str:
    """Write a number of bytes for people: ``1.5GB``."""
    return ByteSize(size).human_readable(decimal=True)
