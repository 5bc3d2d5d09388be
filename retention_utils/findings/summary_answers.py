"""Which measures of the playbook answer what has got worse, and where the measures not shown stand."""

from collections.abc import Sequence

from retention_utils.display import Callout, Finding
from retention_utils.findings.summary_lead import named
from retention_utils.formats import Formats
from retention_utils.playbook.engine import Judgement
from retention_utils.playbook.rules import Rule
from retention_utils.texts import Text

__all__ = ["measures_answer"]


def measures_answer(
    judgement: Judgement, worse: Sequence[Finding], *, shown: int, formats: Formats
) -> Callout | None:
    """Say for everything that is worse which measures rest on it, and how many of them stand on this page.

    Parameters
    ----------
    judgement : Judgement
        From :func:`retention_utils.playbook.engine.judge`.
    worse : sequence of Finding
        From :func:`retention_utils.findings.summary_lead.clear_findings`.
    shown : int
        Measures on this page.
    """
    fired = [part.rule for part in judgement.fired]
    told = [_answered(finding, fired, formats) for finding in worse if named(finding, formats)]
    sentences = []
    if told:
        unique = list({str(words): words for words in told}.values())
        sentences.append(
            formats.say(
                "What has got worse, and the measures that answer it: {answers}.",
                answers=formats.joined(unique),
            )
        )
    if len(fired) > shown:
        sentences.append(
            formats.say(
                "On this page {shown, plural, one {stands the first measure} other {stand the first # "
                "measures}} of {all}; all of them stand in the chapter “Playbook”, the first described, the "
                "rest in its table.",
                shown=shown,
                all=len(fired),
            )
        )
    if not sentences:
        return None
    title = formats.say("Which measure answers what")
    return Callout("measures_answer", "info", title, formats.joined(sentences, by=" "))


def _answered(finding: Finding, fired: Sequence[Rule], formats: Formats) -> Text:
    titles = [
        formats.say("“{name}”", name=formats.say(rule.title)) for rule in fired if _rests_on(rule, finding)
    ]
    what = named(finding, formats)
    if not titles:
        return formats.say("{what} – no measure of its own", what=what)
    return formats.say("{what} – {measures}", what=what, measures=formats.listed(titles))


def _rests_on(rule: Rule, finding: Finding) -> bool:
    return finding.key in rule.answers or any(
        condition.finding == finding.key and finding.verdict in condition.verdicts for condition in rule.fires
    )
