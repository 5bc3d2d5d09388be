"""Names of files and sheets, safe whatever a chapter calls its tables and charts."""

import re

from retention_utils.chapters import Chapter
from retention_utils.untrusted import NOT_IN_XML

__all__ = ["file_stem", "sheet_name", "unique"]

NOT_IN_SHEET_NAMES = re.compile(r"[\s\[\]:*?/\\']+")
LONGEST_SHEET_NAME = 31  # of a spreadsheet program
LONGEST_STEM = 120


def file_stem(chapter: Chapter, key: str, *, taken: set[str]) -> str:
    """Name a file ``<chapter>-<key>``, without its ending: no path, and none of the names taken."""
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", key).strip("-") or "untitled"
    return unique(f"{chapter.name}-{slug}", taken=taken, joiner="-", longest=LONGEST_STEM)


def sheet_name(chapter: Chapter, key: str, *, taken: set[str]) -> str:
    """Name a sheet ``<number> <key>``, as short as spreadsheet programs want it."""
    wanted = NOT_IN_SHEET_NAMES.sub(" ", NOT_IN_XML.sub("", f"{chapter.number} {key}")).strip()
    return unique(wanted, taken=taken, joiner=" ", longest=LONGEST_SHEET_NAME)


def unique(wanted: str, *, taken: set[str], joiner: str, longest: int) -> str:
    """Return the name wanted, or the same with the first free number behind it.

    Parameters
    ----------
    wanted : str
        Cut where it is too long.
    taken : set of str
        Names taken so far, in small letters, since most file systems and spreadsheet programs take large
        ones for the same; the new one is added.
    joiner : str
        Stands between name and number.
    longest : int
        Characters at most.
    """
    name, number = wanted[:longest].strip(), 1
    while name.casefold() in taken:
        number += 1
        ending = f"{joiner}{number}"
        name = wanted[: longest - len(ending)].strip() + ending
    taken.add(name.casefold())
    return name
