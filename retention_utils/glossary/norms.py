"""What is often said about retention, and how far to trust it: data in ``norms.toml``, read and checked."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from retention_utils.source_config import Section

__all__ = ["Norm", "ThreeLanguages", "read_norms"]

Trust = Literal["primary", "second-hand", "distorted", "not found"]


class ThreeLanguages(Section):
    """One text in the languages of the reports."""

    en: Annotated[str, Field(min_length=1)]
    ru: Annotated[str, Field(min_length=1)]
    uk: Annotated[str, Field(min_length=1)]


class Norm(Section):
    """One claim, its origin, and the key figure that answers the same question for a client."""

    id: Annotated[str, Field(pattern=r"^N\d\d$")]
    claim: ThreeLanguages
    origin: Annotated[str, Field(min_length=1)]
    trust: Trust
    why: Annotated[str, Field(min_length=1)]
    own: str  # key of a key figure; empty: nothing comparable
    contracts: str = ""  # the same where customers have contracts: what the claim was made for
    is_monthly: bool = False  # the claim is about a month
    caution: str  # what to keep in mind when the two are held side by side


class _Norms(Section):
    norm: Annotated[tuple[Norm, ...], Field(strict=False)]


@cache
def read_norms() -> tuple[Norm, ...]:
    """Read the claims that come with the package, in the order of their numbers."""
    text = files("retention_utils.glossary").joinpath("norms.toml").read_text(encoding="utf-8")
    return _Norms.model_validate(tomllib.loads(text)).norm
