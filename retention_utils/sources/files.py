"""Which files a source names: paths and patterns below the client's folder or an installed package."""

import os
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path, PurePath, PurePosixPath

from retention_utils.errors import ConfigError, InputError, did_you_mean
from retention_utils.source_config import Source

__all__ = ["WILDCARDS", "display_names", "source_files"]

WILDCARDS = frozenset("*?[")


def source_files(source: Source, folder: Path) -> list[Path]:
    """Return the files that a source names.

    Parameters
    ----------
    source : Source
        With ``path``; a database (``url``) has no files.
    folder : Path
        The client's folder, which ``path`` is relative to unless ``package`` is stated.

    Returns
    -------
    list of Path
        In the order of ``path``, those of one pattern by name, none twice.

    Raises
    ------
    ConfigError
        If a path leaves the folder or nothing is there; or the package is not installed.
    InputError
        If a file is empty, a folder, or may not be read.
    """
    if source.path is None:
        return []
    base = _package_folder(source.package) if source.package else folder
    found = {path: _matches(path, base) for path in source.path}
    problems = [problem for path, files in found.items() if (problem := _problem(path, files, base))]
    if problems:
        msg = f"The files of {folder.name} cannot be found:\n" + "\n".join(problems) + "\nCheck path."
        raise ConfigError(msg)
    files = list(dict.fromkeys(file for matches in found.values() for file in matches))
    _refuse_unusable(files)
    return files


def display_names(files: Sequence[Path]) -> list[str]:
    """Return a name for every file: its own, with its folders where the files lie in several."""
    if len({file.parent for file in files}) < 2:
        return [file.name for file in files]
    shared = os.path.commonpath([file.parent for file in files])
    return [file.relative_to(shared).as_posix() for file in files]


def _package_folder(package: str) -> Path:
    spec = find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        msg = f"package names {package!r}, which is not an installed package. Install it or drop the key."
        raise ConfigError(msg)
    return Path(spec.submodule_search_locations[0])


def _leaves(path: str) -> bool:
    return PurePath(path).is_absolute() or ".." in PurePosixPath(path.replace("\\", "/")).parts


def _matches(path: str, base: Path) -> list[Path]:
    if _leaves(path) or "\0" in path:
        return []
    file = base / path
    # A file may be called "orders[1].csv": a name that is there is no pattern.
    if file.exists() or not WILDCARDS & set(path):
        return [file] if file.exists() else []
    return sorted(match for match in base.glob(path) if not match.is_dir())


def _problem(path: str, files: Iterable[Path], base: Path) -> str | None:
    outside = [file for file in files if not file.resolve().is_relative_to(base.resolve())]
    if _leaves(path) or outside:
        return f"  - {path!r} leads out of the folder; files must lie within it"
    if files:
        return None
    if WILDCARDS & set(path):
        return f"  - {path!r}: no file matches"
    there = [file.relative_to(base).as_posix() for file in base.glob(f"{'*/' * path.count('/')}*")]
    return f"  - {path!r}: no such file.{did_you_mean(path, there)}"


def _refuse_unusable(files: Iterable[Path]) -> None:
    problems = [f"  - {file.name} {problem}" for file in files if (problem := _unusable(file))]
    if problems:
        msg = "These files cannot be read:\n" + "\n".join(problems) + "\nAsk for them again, or check path."
        raise InputError(msg)


def _unusable(file: Path) -> str | None:
    if file.is_dir():
        return "is a folder"
    if not file.is_file():
        return "is no regular file"
    try:
        with file.open("rb") as stream:
            return None if stream.read(1) else "is empty"
    except OSError as error:
        return f"may not be read ({error.strerror})"
