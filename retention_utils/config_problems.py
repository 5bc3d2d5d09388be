"""What is wrong with a client file, in words: Pydantic's errors as whoever wrote the file reads them."""

from collections.abc import Mapping
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel

from retention_utils.errors import did_you_mean

__all__ = ["problem_of"]


def problem_of(item: Mapping[str, Any], settings: type[BaseModel]) -> str:
    """Say what is wrong with a setting, what was found, and what is known in its place.

    Parameters
    ----------
    item : mapping
        One of ``ValidationError.errors()``.
    settings : type
        The model of the whole file.
    """
    where = ".".join(str(part) for part in item["loc"] if part not in ("str", "constrained-int")) or "file"
    if item["type"] == "extra_forbidden":
        known = _known_keys(settings, item["loc"][:-1])
        hint = did_you_mean(str(item["loc"][-1]), known)
        return f"{where}: unknown key.{hint} Known here: {', '.join(known)}."
    if item["type"] == "missing":
        return f"{where}: missing; it has no default."
    # A check of several settings has no single value to show, and an address may hold a password.
    is_shown = not isinstance(item["input"], Mapping) and not where.endswith("url")
    found = f"; found {item['input']!r}" if is_shown else ""
    return f"{where}: {item['msg'].removeprefix('Value error, ')}{found}."


def _known_keys(settings: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    section: Any = settings
    for part in path:
        if isinstance(section, type) and issubclass(section, BaseModel):
            section = section.model_fields[part].annotation
            section = _section_in(section) if NoneType in get_args(section) else section
        else:  # a mapping or tuple of sections: the section is the last of its types that is one
            section = _section_in(section)
    return sorted(section.model_fields)


def _section_in(kind: Any) -> Any:
    return next(part for part in get_args(kind) if isinstance(part, type) and part is not str)
