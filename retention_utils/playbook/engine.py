"""Which rules of the playbook fire, on what evidence, and in which order to act on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from retention_utils.notebooks import ShownItems
from retention_utils.playbook.rules import Condition, Playbook, Rule
from retention_utils.texts import Text, text_of
from retention_utils.translations import message

__all__ = ["AtStake", "FiredRule", "Judgement", "SilentRule", "judge"]

TOO_UNCERTAIN = message("more data: its measure is missing or too uncertain")
EFFORTS = ("low", "medium", "high")


@dataclass(frozen=True)
class AtStake:
    """A year's margin at stake, and the key figure that it rests on."""

    margin: float
    label: Text  # of the key figure
    value: Text  # as its card prints it
    share: float | None  # of such money that was lost before; None where all of it is at stake


@dataclass(frozen=True)
class FiredRule:
    """A rule whose measure spoke."""

    rule: Rule
    evidence: Text  # the sentence with the number that fired it
    chapter: str  # where that stands
    at_stake: AtStake | None  # None where the rule knows no money

    @property
    def margin_at_stake(self) -> float | None:
        """A year's margin at stake."""
        return self.at_stake and self.at_stake.margin


@dataclass(frozen=True)
class SilentRule:
    """A rule that did not fire: judged and quiet, or not to be judged, with what it would need."""

    rule: Rule
    needs: str  # a message; empty if it was judged


@dataclass(frozen=True)
class Judgement:
    """What became of every rule."""

    fired: tuple[FiredRule, ...]  # in the order to act on them
    quiet: tuple[SilentRule, ...]
    unjudged: tuple[SilentRule, ...]


def judge(playbook: Playbook, chapters: Sequence[ShownItems], *, margin: float) -> Judgement:
    """Hold every rule against what the chapters found.

    Parameters
    ----------
    playbook : Playbook
        The rules.
    chapters : sequence of ShownItems
        What the executed chapters displayed.
    margin : float
        Margin as a share of revenue: what is at stake in revenue is multiplied by it.

    Returns
    -------
    Judgement
        The fired rules with the most money at stake first; those without money after them, little effort
        first, then in the order of the rules. A rule whose measure is missing from the report, or had not
        enough data, counts as unjudged.
    """
    measures = _Measures(chapters)
    fired, quiet, unjudged = [], [], []
    for rule in playbook.rule:
        known = [condition for condition in rule.fires if measures.knows(condition)]
        spoke = next((condition for condition in known if measures.meets(condition)), None)
        if spoke:
            evidence, chapter = measures.evidence(spoke)
            fired.append(FiredRule(rule, evidence, chapter, measures.at_stake(rule, margin)))
        elif known:
            quiet.append(SilentRule(rule, ""))
        else:
            unjudged.append(SilentRule(rule, rule.needs or TOO_UNCERTAIN))
    return Judgement(tuple(sorted(fired, key=_urgency)), tuple(quiet), tuple(unjudged))


def _urgency(fired: FiredRule) -> tuple[float, int]:
    return -(fired.margin_at_stake or 0.0), EFFORTS.index(fired.rule.effort)


class _Measures:
    """Findings and key figures of all chapters, by key."""

    def __init__(self, chapters: Sequence[ShownItems]) -> None:
        self.findings = _by_key(chapters, "finding")
        self.kpis = _by_key(chapters, "kpi")

    def knows(self, condition: Condition) -> bool:
        if condition.finding:
            found = self.findings.get(condition.finding)
            return found is not None and found["verdict"] != "not enough data"
        is_told = condition.evidence in self.findings
        return is_told and self._number(condition.kpi) is not None

    def meets(self, condition: Condition) -> bool:
        if condition.finding:
            return self.findings[condition.finding]["verdict"] in condition.verdicts
        number = self._number(condition.kpi)
        if condition.at_least is not None:
            return number >= condition.at_least
        return number <= condition.at_most

    def evidence(self, condition: Condition) -> tuple[Text, str]:
        finding = self.findings[condition.finding or condition.evidence]
        return text_of(finding["text"]), finding["chapter"]

    def at_stake(self, rule: Rule, margin: float) -> AtStake | None:
        if rule.stake is None:
            return None
        number = self._number(rule.stake.kpi)
        share = self._number(rule.stake.times) if rule.stake.times else 1.0
        if number is None or share is None:
            return None
        figure = self.kpis[rule.stake.kpi]
        return AtStake(
            margin=number * share * (margin if rule.stake.unit == "revenue" else 1.0),
            label=text_of(figure["label"]),
            value=text_of(figure["value"]),
            share=share if rule.stake.times else None,
        )

    def _number(self, key: str) -> float | None:
        return self.kpis[key]["number"] if key in self.kpis else None


def _by_key(chapters: Sequence[ShownItems], kind: str) -> dict[str, dict[str, Any]]:
    shown = ((chapter.name, item) for chapter in chapters for item in chapter.shown(kind))
    return {item["key"]: {**item, "chapter": name} for name, item in shown}
