"""Which measures of the playbook answer what has got worse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from retention_utils.display import Callout, Finding, Words
from retention_utils.findings.summary import APART
from retention_utils.findings.summary_news import named
from retention_utils.formats import Formats
from retention_utils.playbook.engine import FiredRule, Judgement
from retention_utils.playbook.rules import Rule
from retention_utils.texts import Text

__all__ = ["AnsweredFinding", "answer_first", "answered", "other_answers"]


@dataclass(frozen=True)
class AnsweredFinding(Finding):
    """A finding of the first page with the measures that answer it."""

    answers: tuple[tuple[str, Words], ...] | None = None  # rule and title; None where nothing calls for one


def answered(
    findings: Iterable[Finding], judgement: Judgement, worse: Sequence[Finding], *, formats: Formats
) -> list[AnsweredFinding]:
    """Set beside every finding that is worse the measures that rest on it, the first to act on first.

    Parameters
    ----------
    findings : iterable of Finding
        Those of the first page.
    judgement : Judgement
        From :func:`retention_utils.playbook.engine.judge`.
    worse : sequence of Finding
        From :func:`retention_utils.findings.summary_lead.clear_findings`: the early symptoms as a whole are
        answered by what answers one of them.
    """
    told = []
    for finding in findings:
        meant = [finding, *(other for other in worse if _is_part(other, finding))]
        rules = [part.rule for part in judgement.fired if any(_rests_on(part.rule, each) for each in meant)]
        titles = tuple((rule.id, formats.say(rule.title)) for rule in rules)
        told.append(AnsweredFinding(**vars(finding), answers=titles if _is_bad(finding) else None))
    return told


def answer_first(judgement: Judgement, worse: Sequence[Finding], *, most: int) -> Judgement:
    """Put a measure that answers the worst news before money, unless it is among the first ``most`` anyway.

    Parameters
    ----------
    judgement : Judgement
        From :func:`retention_utils.playbook.engine.judge`: what was measured here stays before it.
    worse : sequence of Finding
        From :func:`retention_utils.findings.summary_lead.clear_findings`.
    most : int
        Measures on the first page.
    """
    fired = judgement.fired
    places = [place for place, part in enumerate(fired) if worse and _rests_on(part.rule, worse[0])]
    if not places or places[0] < most:
        return judgement
    answer, others = fired[places[0]], [part for part in fired if part is not fired[places[0]]]
    first = min(sum(part.rule.measured for part in others), most - 1)
    others.insert(first, replace(answer, is_worse=True))
    return replace(judgement, fired=tuple(others))


def other_answers(
    judgement: Judgement, worse: Sequence[Finding], shown: Iterable[Finding], *, formats: Formats
) -> Callout | None:
    """Name the measures for what is worse and has no sentence of its own on the first page; None without."""
    told = [*shown]
    others = [
        finding
        for finding in worse
        if named(finding, formats) and not any(_is_told(finding, each) for each in told)
    ]
    if not others:
        return None
    lines = [_line(finding, judgement.fired, formats) for finding in others]
    unique = list({str(words): words for words in lines}.values())
    text = formats.say("{what}.", what=formats.joined(unique))
    return Callout("other_answers", "info", formats.say("What else got worse, and what answers it"), text)


def _line(finding: Finding, fired: Sequence[FiredRule], formats: Formats) -> Text:
    titles = [
        formats.say("“{name}”", name=formats.say(part.rule.title))
        for part in fired
        if _rests_on(part.rule, finding)
    ]
    what = named(finding, formats)
    if not titles:
        return formats.say("{what} – no measure of its own", what=what)
    return formats.say("{what} – {measures}", what=what, measures=formats.listed(titles))


def _is_told(finding: Finding, by: Finding) -> bool:
    return finding.key == by.key or _is_part(finding, by) or _is_part(by, finding)


def _is_part(finding: Finding, whole: Finding) -> bool:
    """Tell one early symptom from all of them together."""
    return whole.key == "early_warning" and finding.chapter == whole.chapter and finding.key != whole.key


def _is_bad(finding: Finding) -> bool:
    return finding.verdict == "worse" or (finding.key.startswith(APART) and finding.verdict == "yes")


def _rests_on(rule: Rule, finding: Finding) -> bool:
    return finding.key in rule.answers or any(
        condition.finding == finding.key and finding.verdict in condition.verdicts for condition in rule.fires
    )
