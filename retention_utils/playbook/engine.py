"""Which rules of the playbook fire, on what evidence, and in which order to act on them."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from retention_utils.notebooks import ShownItems
from retention_utils.playbook.rules import Business, Condition, Playbook, Rule, ShareOf, Stake
from retention_utils.texts import Text, text_of
from retention_utils.translations import message

__all__ = ["AtStake", "FiredRule", "Judgement", "SilentRule", "judge"]

TOO_UNCERTAIN = message("more data: its measure is missing or too uncertain")
OTHER_BUSINESS: dict[Business, str] = {
    "orders": message("purchases, by customer (an order log)"),
    "contracts": message("contracts, by customer (subscriptions)"),
}
EFFORTS = ("low", "medium", "high")
ROUNDED = 0.01  # a key figure of three digits and the sum of its rounded parts are at most so far apart


@dataclass(frozen=True)
class AtStake:
    """A year's margin at stake, and the key figure that it rests on."""

    margin: float
    label: Text  # of the key figure
    value: Text  # as its card prints it
    share: Text | None  # of it that was lost before, as its card prints it; None where all of it is at stake
    share_of: ShareOf = "money"  # what that is a share of
    list_name: Text | None = None  # caption of the table that lists those it speaks of
    listed: int = 0  # how many they are
    month: float | None = None  # recurring revenue of a month, to hold the effect against


@dataclass(frozen=True)
class FiredRule:
    """A rule whose measure spoke."""

    rule: Rule
    evidence: Text  # the sentence with the number that fired it
    chapter: str  # where that stands
    at_stake: AtStake | None  # None where the rule knows no money
    is_worse: bool = False  # it answers what has got worse
    about: Text | None = None  # what the evidence is of, in a few words

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
    held_back: tuple[FiredRule, ...] = ()  # they fired, and something speaks against them: the evidence

    @property
    def known(self) -> int:
        """How many rules could be judged."""
        return len(self.fired) + len(self.quiet) + len(self.held_back)


def judge(
    playbook: Playbook,
    chapters: Sequence[ShownItems],
    *,
    margin: float,
    businesses: Collection[str] = tuple(OTHER_BUSINESS),
) -> Judgement:
    """Hold every rule against what the chapters found.

    Parameters
    ----------
    playbook : Playbook
        The rules.
    chapters : sequence of ShownItems
        What the executed chapters displayed.
    margin : float
        Margin as a share of revenue: what is at stake in revenue is multiplied by it.
    businesses : collection of str
        What the client has of orders and contracts: a rule for the other is not judged.

    Returns
    -------
    Judgement
        The fired rules: what was measured here with a control group first, then the most money at stake;
        those without money after them: what answers something that has got worse first, then little effort,
        then in the order of the rules. A rule whose
        measure is missing from the report, or had not enough data, counts as unjudged. A rule is held back
        if one of its conditions for that is met.
    """
    measures = _Measures(chapters)
    groups: dict[str, list[Any]] = {"fired": [], "quiet": [], "unjudged": [], "held_back": []}
    for rule in playbook.rule:
        if rule.business and rule.business not in businesses:
            groups["unjudged"].append(SilentRule(rule, OTHER_BUSINESS[rule.business]))
        else:
            group, judged = _judged(rule, measures, margin)
            groups[group].append(judged)
    groups["fired"].sort(key=_urgency)
    return Judgement(**{name: tuple(rules) for name, rules in groups.items()})


def _judged(rule: Rule, measures: "_Measures", margin: float) -> tuple[str, FiredRule | SilentRule]:
    known = [condition for condition in rule.fires if measures.knows(condition)]
    if not known:
        return "unjudged", SilentRule(rule, rule.needs or TOO_UNCERTAIN)
    spoke = next((condition for condition in known if measures.meets(condition)), None)
    if not spoke:
        return "quiet", SilentRule(rule, "")
    against = next((each for each in rule.held if measures.knows(each) and measures.meets(each)), None)
    evidence = measures.told(against or spoke)
    if against:
        return "held_back", FiredRule(rule, *evidence, at_stake=None)
    at_stake, is_worse = measures.at_stake(rule, margin), measures.is_worse(spoke)
    return "fired", FiredRule(rule, *evidence, at_stake, is_worse, measures.about(spoke))


def _urgency(fired: FiredRule) -> tuple[bool, float, bool, int]:
    rule = fired.rule
    return not rule.measured, -(fired.margin_at_stake or 0.0), not fired.is_worse, EFFORTS.index(rule.effort)


class _Measures:
    """Findings and key figures of all chapters, by key."""

    def __init__(self, chapters: Sequence[ShownItems]) -> None:
        # A warning speaks as a finding with reservations does.
        warned = _by_key(chapters, "callout", tone="warn")
        self.findings = {key: {**item, "verdict": "with reservations"} for key, item in warned.items()}
        self.findings |= _by_key(chapters, "finding")
        self.kpis = _by_key(chapters, "kpi")
        self.tables = {
            f"{chapter.name}/{table['key']}": table
            for chapter in chapters
            for table in chapter.shown("table")
        }

    def knows(self, condition: Condition) -> bool:
        if condition.finding:
            found = self.findings.get(condition.finding)
            return found is not None and found["verdict"] != "not enough data"
        is_told = condition.evidence in self.findings
        return is_told and self._number(condition.kpi) is not None

    def meets(self, condition: Condition) -> bool:
        if condition.unless in self.findings:
            return False
        if condition.finding:
            return self.findings[condition.finding]["verdict"] in condition.verdicts
        number = self._number(condition.kpi)
        if condition.at_least is not None:
            return number >= condition.at_least
        return number <= condition.at_most

    def is_worse(self, condition: Condition) -> bool:
        return bool(condition.finding) and self.findings[condition.finding]["verdict"] == "worse"

    def told(self, condition: Condition) -> tuple[Text, str]:
        finding = self.findings[condition.finding or condition.evidence]
        return text_of(finding["text"]), finding["chapter"]

    def about(self, condition: Condition) -> Text | None:
        brief = self.findings[condition.finding or condition.evidence].get("brief")
        return text_of(brief) if brief else None

    def at_stake(self, rule: Rule, margin: float) -> AtStake | None:
        if rule.stake is None:
            return None
        number = self._number(rule.stake.kpi)
        share = self._number(rule.stake.times) if rule.stake.times else 1.0
        if number is None or share is None:
            return None
        figure, table = self.kpis[rule.stake.kpi], self._list_of(rule.stake, number)
        return AtStake(
            margin=number * share * (margin if rule.stake.unit == "revenue" else 1.0),
            label=text_of(figure["label"]),
            value=text_of(figure["value"]),
            share=text_of(self.kpis[rule.stake.times]["value"]) if rule.stake.times else None,
            share_of=rule.stake.share_of,
            list_name=table and text_of(table["caption"]),
            listed=len(table["rows"]) if table else 0,
            month=self._number("mrr"),
        )

    def _list_of(self, stake: Stake, number: float) -> dict[str, Any] | None:
        """Return the table of those whom the money is of; None if it holds other customers or not all."""
        table = self.tables.get(stake.listed_in)
        if table is None:
            return None
        place = [column["name"] for column in table["columns"]].index(stake.sums)
        total = sum(row[place] or 0.0 for row in table["rows"])
        return table if math.isclose(total, number, rel_tol=ROUNDED) else None

    def _number(self, key: str) -> float | None:
        return self.kpis[key]["number"] if key in self.kpis else None


def _by_key(chapters: Sequence[ShownItems], kind: str, **where: str) -> dict[str, dict[str, Any]]:
    shown = ((chapter.name, item) for chapter in chapters for item in chapter.shown(kind))
    return {item["key"]: {**item, "chapter": name} for name, item in shown if where.items() <= item.items()}
