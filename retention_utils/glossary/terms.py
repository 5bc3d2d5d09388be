"""The words of the reports in three languages, and how people count them wrongly: data in ``terms.toml``."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field, model_validator

from retention_utils.glossary.norms import ThreeLanguages
from retention_utils.source_config import Section

__all__ = ["Glossary", "Term", "WrongFormula", "read_terms"]


class WrongFormula(Section):
    """A way of counting in use, why it misleads, and where it was seen."""

    formula: ThreeLanguages
    why: ThreeLanguages
    sources: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]


class Term(Section):
    """One word of the reports: its name, what it means to a manager, how it is counted, how wrongly."""

    key: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    chapters: Annotated[tuple[str, ...], Field(strict=False)]  # file names; none: not in the chapters yet
    name: ThreeLanguages
    meaning: ThreeLanguages
    formula: ThreeLanguages | None = None
    wrong: Annotated[tuple[WrongFormula, ...], Field(strict=False)] = ()


class Glossary(Section):
    """All words, in the order they are printed, and what the sources of wrong formulas are called."""

    sources: dict[str, ThreeLanguages]
    term: Annotated[tuple[Term, ...], Field(strict=False)]

    @model_validator(mode="after")
    def _is_consistent(self) -> "Glossary":
        keys = [term.key for term in self.term]
        cited = {source for term in self.term for wrong in term.wrong for source in wrong.sources}
        if len(set(keys)) < len(keys) or cited - set(self.sources):
            msg = f"keys repeat, or sources are unknown: {sorted(cited - set(self.sources))}"
            raise ValueError(msg)
        return self


@cache
def read_terms() -> Glossary:
    """Read the words that come with the package."""
    text = files("retention_utils.glossary").joinpath("terms.toml").read_text(encoding="utf-8")
    return Glossary.model_validate(tomllib.loads(text))
