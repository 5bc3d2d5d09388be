"""Every error raised on purpose: what is wrong, what was found, what to do."""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "ConfigError",
    "InputError",
    "PeriodError",
    "PrintError",
    "RetentionError",
    "TableError",
    "did_you_mean",
]


class RetentionError(Exception):
    """Base of all errors a user can act on."""


class ConfigError(RetentionError):
    """A client file, a chapter parameter or a command-line value is wrong."""


class PeriodError(RetentionError):
    """A period cannot be read, or the data do not cover it."""


class InputError(RetentionError):
    """The client's data cannot be used as they are."""


class PrintError(RetentionError):
    """A page cannot be printed on this computer."""


class TableError(RetentionError):
    """A function received a table that lacks what it needs."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the nearest known word, or an empty string."""
    by_small = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_small, n=1)
    return f" Did you mean {by_small[near[0]]!r}?" if near else ""
