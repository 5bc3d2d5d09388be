"""The rules of the playbook: data in ``rules.toml``, read and checked."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, model_validator

from retention_utils.display import Verdict
from retention_utils.source_config import Section

__all__ = ["Aim", "Business", "Condition", "Playbook", "Rule", "ShareOf", "Stake", "read_playbook"]

Effort = Literal["low", "medium", "high"]
Business = Literal["orders", "contracts"]
ShareOf = Literal["money", "customers"]


class Condition(Section):
    """When a rule fires: a finding with one of these verdicts, or a key figure that reaches a number."""

    finding: str = ""
    verdicts: Annotated[tuple[Verdict, ...], Field(strict=False)] = ()
    kpi: str = ""
    at_least: float | None = None
    at_most: float | None = None
    evidence: str = ""  # the finding whose sentence speaks for the key figure
    unless: str = ""  # the finding that says, if it is there, that what it speaks of is less than usual

    @model_validator(mode="after")
    def _is_one_of_the_two(self) -> "Condition":
        is_finding = bool(self.finding and self.verdicts)
        is_figure = bool(self.kpi and self.evidence) and (self.at_least is None) != (self.at_most is None)
        if is_finding == is_figure:
            msg = "a condition is a finding with verdicts, or a kpi with evidence and one limit"
            raise ValueError(msg)
        return self


class Stake(Section):
    """The key figure that says how much is at stake, a year's revenue or margin."""

    kpi: str
    unit: Literal["revenue", "margin"]
    times: str = ""  # a key figure that says what share of it was lost before
    share_of: ShareOf = "money"  # what that is a share of
    listed_in: Annotated[str, Field(pattern=r"^(\d\d_\w+/\w+)?$")] = ""  # the table of those it speaks of
    sums: str = ""  # the column of that table whose sum the key figure is

    @model_validator(mode="after")
    def _names_the_column_of_its_list(self) -> "Stake":
        if bool(self.listed_in) != bool(self.sums):
            msg = "listed_in names a table and sums its column: both or neither"
            raise ValueError(msg)
        return self


class Aim(Section):
    """The key figure that should move, and which way."""

    kpi: str
    moves: Literal["up", "down"]


class Rule(Section):
    """One rule: what must be measured for it to fire, and what to try then."""

    id: Annotated[str, Field(pattern=r"^[PX]\d\d$")]
    title: Annotated[str, Field(min_length=1)]
    fires: Annotated[tuple[Condition, ...], Field(strict=False)] = ()
    when: str = ""  # the conditions in words
    needs: str = ""
    business: Business | None = None  # whom it is for; everyone where nothing is said
    held: Annotated[tuple[Condition, ...], Field(strict=False)] = ()  # what holds it back though it fires
    answers: Annotated[tuple[str, ...], Field(strict=False)] = ()  # findings, beside those it fires on
    stake: Stake | None = None
    measured: bool = False  # its evidence is a trial of the measure itself, with a control group
    aim: Aim | None = None
    tactics: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    sources: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    owner: Annotated[str, Field(min_length=1)]
    effort: Effort
    check: Annotated[int, Field(ge=30, le=365)]  # days after the period

    @model_validator(mode="after")
    def _can_be_judged_or_says_why_not(self) -> "Rule":
        if not (self.fires or self.needs) or bool(self.fires) != bool(self.when):
            msg = f"{self.id} has conditions, also in words, or a need, or both"
            raise ValueError(msg)
        return self


class Playbook(Section):
    """All rules, and what their sources are called in a report."""

    sources: dict[str, str]
    rule: Annotated[tuple[Rule, ...], Field(strict=False)]

    @model_validator(mode="after")
    def _is_consistent(self) -> "Playbook":
        ids = [rule.id for rule in self.rule]
        unknown = {source for rule in self.rule for source in rule.sources} - set(self.sources)
        if len(set(ids)) < len(ids) or unknown:
            msg = f"ids repeat, or sources are unknown: {sorted(unknown)}"
            raise ValueError(msg)
        return self

    def cited(self, rule: Rule) -> tuple[str, ...]:
        """Name the sources of a rule."""
        return tuple(self.sources[source] for source in rule.sources)


@cache
def read_playbook() -> Playbook:
    """Read the rules that come with the package."""
    text = files("retention_utils.playbook").joinpath("rules.toml").read_text(encoding="utf-8")
    return Playbook.model_validate(tomllib.loads(text))
