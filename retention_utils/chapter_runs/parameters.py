"""Holds the reading choices of a client file against what the chapters take, before anything runs."""

import ast
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import retention_utils.light_jsonschema  # noqa: F401  before what imports jsonschema

# isort: split

import papermill

from retention_utils.errors import ConfigError, did_you_mean

__all__ = ["check_parameters"]

SET_BY_THE_RUN = ("client", "period", "language", "anonymise")

TYPES = {"int": int, "float": (int, float), "str": str, "bool": bool}


def check_parameters(
    notebooks: Sequence[Path],
    given: Mapping[str, Mapping[str, Any]],
    *,
    client: str,
    needed: Sequence[str] = (),
) -> dict[str, dict[str, Any]]:
    """Match the reading choices of a client file with what the chapters take, before anything runs.

    Parameters
    ----------
    notebooks : sequence of Path
        The chapters.
    given : mapping
        Values by chapter and parameter name.
    client : str
        For the message.
    needed : sequence of str
        Parameters that every chapter must take, since it would not do what it is asked without.

    Returns
    -------
    dict
        The values in force by chapter and name, for every chapter: those given, and where none is given
        the chapter's own. What the run sets is left out.

    Raises
    ------
    ConfigError
        Naming every unknown chapter, unknown parameter and value of the wrong type.
    """
    names = [notebook.stem for notebook in notebooks]
    problems = [
        f"parameters.{chapter}: there is no such chapter.{did_you_mean(chapter, names)}"
        for chapter in given
        if chapter not in names
    ]
    taken = {notebook.stem: _taken(notebook, notebook.stat().st_mtime_ns) for notebook in notebooks}
    for name in names:
        problems += _problems(name, taken[name], given.get(name, {}))
        problems += [
            f"{name}: takes no parameter {word!r}; write it like the other chapters do."
            for word in needed
            if word not in taken[name]
        ]
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        msg = f"{client}/client.toml has {len(problems)} problem(s) in [parameters]:\n{listed}"
        raise ConfigError(msg)
    return {name: {**_defaults(taken[name]), **given.get(name, {})} for name in names}


@cache
def _taken(notebook: Path, modified: int) -> Mapping[str, Any]:
    """Read what a chapter takes; the same for all reports of a run."""
    return papermill.inspect_notebook(str(notebook))


def _defaults(taken: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a chapter uses unless told otherwise; what is no plain value stays as it is written."""
    found = {}
    for name, parameter in taken.items():
        if name not in SET_BY_THE_RUN:
            try:
                found[name] = ast.literal_eval(parameter["default"])
            except (ValueError, SyntaxError):
                found[name] = parameter["default"]
    return found


def _problems(chapter: str, taken: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    found = []
    for name, value in given.items():
        if name in SET_BY_THE_RUN:
            found.append(f"parameters.{chapter}.{name}: set by the run, not here.")
        elif name not in taken:
            choices = sorted(set(taken) - set(SET_BY_THE_RUN))
            found.append(
                f"parameters.{chapter}.{name}: unknown.{did_you_mean(name, choices)} Known: {choices}."
            )
        elif not _has_type(value, taken[name]["inferred_type_name"]):
            wanted = taken[name]["inferred_type_name"]
            found.append(f"parameters.{chapter}.{name}: wants {wanted}, found {value!r}.")
    return found


def _has_type(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "bool"
    return name in TYPES and isinstance(value, TYPES[name])
