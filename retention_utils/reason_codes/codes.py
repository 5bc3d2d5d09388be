"""The codes that reasons are sorted into: those of the package, changed and added to by the client file."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from retention_utils.client_settings import ReasonChange, ReasonSettings
from retention_utils.errors import did_you_mean
from retention_utils.source_config import Section
from retention_utils.texts import LANGUAGES

__all__ = ["NOT_TOLD", "ReasonBook", "ReasonCode", "reason_book"]

NOT_TOLD = "not_told"  # the code of an answer that gives no reason

Name = Mapping[Literal[LANGUAGES], Annotated[str, Field(min_length=1)]]
Norm = Annotated[tuple[float, float], Field(strict=False)]


class ReasonCode(Section):
    """One reason: its group, who can steer it, how it is told in codes and words, what to try."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    group: str
    control: Literal["yes", "no", "verify"]
    nature: Literal["cause", "symptom"] = "cause"
    competitor: Literal["", "stated", "suspected"] = ""
    recover: Literal["high", "medium", "low", ""] = ""
    rule: Annotated[str, Field(pattern=r"^([PX]\d\d)?$")] = ""
    is_involuntary: bool = False
    norm: Norm | None = None  # lowest and highest usual share of customers lost for it in a month
    norm_of: Literal["published", "client"] = "published"
    name: Name
    tactic: Name | None = None
    words: Annotated[tuple[str, ...], Field(strict=False)] = ()
    codes: Annotated[tuple[str, ...], Field(strict=False)] = ()  # what the client's own lists call it


class ReasonBook(Section):
    """All reasons, and what their groups are called."""

    groups: Mapping[str, Name]
    code: Annotated[tuple[ReasonCode, ...], Field(strict=False)]

    @model_validator(mode="after")
    def _is_consistent(self) -> "ReasonBook":
        keys = [code.key for code in self.code]
        strange = {code.group for code in self.code} - set(self.groups)
        if len(set(keys)) < len(keys) or strange or NOT_TOLD not in keys:
            msg = f"keys repeat, {NOT_TOLD} is missing, or groups are unknown: {sorted(strange)}"
            raise ValueError(msg)
        return self

    def __getitem__(self, key: str) -> ReasonCode:
        """Return the reason of this key."""
        return next(code for code in self.code if code.key == key)


def reason_book(settings: ReasonSettings | None = None) -> ReasonBook:
    """Return the reasons of the package as the client file changes and adds to them.

    Raises
    ------
    ValueError
        If a change is of a reason that does not exist and is not told whole; all problems at once.
    """
    shipped = _shipped()
    changes = settings.codes if settings else {}
    codes = {code.key: code for code in shipped.code}
    problems = []
    for key, change in changes.items():
        try:
            codes[key] = _changed(codes.get(key), key, change, shipped)
        except ValueError as error:
            problems.append(f"codes.{key}: {error}")
    problems += _told_twice(codes)
    if problems:
        raise ValueError("; ".join(problems))
    return ReasonBook(groups=shipped.groups, code=tuple(codes.values()))


@cache
def _shipped() -> ReasonBook:
    text = files("retention_utils.reason_codes").joinpath("codes.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    for code in content["code"]:
        code["words"] = [word for language in LANGUAGES for word in code["words"][language]]
    return ReasonBook.model_validate(content)


def _changed(code: ReasonCode | None, key: str, change: ReasonChange, shipped: ReasonBook) -> ReasonCode:
    stated: dict[str, Any] = {name: getattr(change, name) for name in change.model_fields_set}
    if stated.get("group", "price") not in shipped.groups:
        hint = did_you_mean(stated["group"], shipped.groups)
        msg = f"there is no group {stated['group']!r}.{hint} Known: {', '.join(shipped.groups)}"
        raise ValueError(msg)
    if "name" in stated:
        stated["name"] = _in_all_languages(stated["name"])
    if "norm" in stated:
        stated |= {"norm": (stated["norm"], stated["norm"]), "norm_of": "client"}
    if code is not None:
        words = (*code.words, *stated.pop("words", ()))
        return code.model_copy(update={**stated, "words": words})
    # A reason of the client's own is answered like the others of its group.
    rule = next((code.rule for code in shipped.code if code.group == stated.get("group")), "")
    try:
        return ReasonCode(key=key, rule="" if stated.get("control") == "no" else rule, **stated)
    except ValidationError:
        known = [code.key for code in shipped.code]
        msg = (
            f"the package has no such reason.{did_you_mean(key, known)} A reason of the client's own needs "
            f"name (in all of {', '.join(LANGUAGES)}, or one for all), group and control"
        )
        raise ValueError(msg) from None


def _in_all_languages(name: str | Mapping[str, str]) -> Mapping[str, str]:
    versions = dict.fromkeys(LANGUAGES, name) if isinstance(name, str) else name
    if set(versions) != set(LANGUAGES) or not all(versions.values()):
        msg = f"a name is one text for all languages, or one for each of {', '.join(LANGUAGES)}"
        raise ValueError(msg)
    return versions


def _told_twice(codes: Mapping[str, ReasonCode]) -> list[str]:
    first: dict[str, str] = {}
    problems = []
    for key, code in codes.items():
        for name in code.codes:
            owner = first.setdefault(name.strip().casefold(), key)
            if owner != key:
                problems.append(f"codes.{key}: the code {name!r} is that of {owner}, too")
    return problems
