"""What has moved or not: each thing as a sentence that stands alone, and as a line among others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from retention_utils.display import Finding, Kpi, Verdict
from retention_utils.findings.pulse_earlier import against_earlier
from retention_utils.findings.summary_words import (
    CALM,
    CLEAR,
    CLOSED,
    FIGURES_AGAINST,
    MOVED,
    NAMED,
    NOTHING_CLEAR,
)
from retention_utils.formats import Formats
from retention_utils.periods import parse_period
from retention_utils.texts import Text

__all__ = ["LINE", "News", "Newsroom", "named", "told_once"]

LINE = "lead_"  # begins the key of every line beneath the first sentences
# What a finding says of the same comparison as a key figure of the lead: told once, by the figure.
SAME = {
    "leak": ("churn", "contract_churn"),
    "base_balance": ("active_base",),
    "money_moved": ("mrr", "revenue"),
}
# Of one subject, over the years and lately: where the two part, the first has brief words for both.
COURSE = ("repeat_course", "symptom_repeat_rate")


@dataclass(frozen=True)
class News:
    """One thing that has moved or not."""

    key: str  # of the key figure or finding
    sentence: Text
    line: Finding


def named(finding: Finding, formats: Formats) -> Text | None:
    """Name what a finding is about, within a sentence; None where nothing names it."""
    if finding.brief:
        return finding.brief
    return formats.say(NAMED[finding.key]) if finding.key in NAMED else None


def told_once(worse: Sequence[Finding], better: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Tell what went one way over the years and another way lately once: where it is worse, with both."""
    by_key = {finding.key: finding for finding in (*worse, *better)}
    if not (set(COURSE) <= set(by_key) and (both := by_key[COURSE[0]].brief)):
        return [*worse], [*better]
    bad = [replace(finding, brief=both) if finding.key in COURSE else finding for finding in worse]
    return bad, [finding for finding in better if finding.key not in COURSE]


@dataclass(frozen=True)
class Newsroom:
    """Tells the news of one period from the headline figures and the findings."""

    figures: Mapping[str, Kpi]  # those that say how the business moved, by key, in their order
    period: str
    formats: Formats

    def clear(self, findings: Sequence[Finding], verdict: Verdict) -> list[News]:
        """Tell what is worse, or better, each thing once: by a figure where that says the same."""
        moved = {key: kpi for key, kpi in self.figures.items() if kpi.verdict == verdict}
        news = []
        for finding in findings:
            same = next((key for key in SAME.get(finding.key, ()) if key in moved), "")
            if same:
                news.append(self.of_figure(moved.pop(same)))
            elif (words := named(finding, self.formats)) and not _follows(finding, findings):
                news.append(self._of_finding(finding, words))
        news += [self.of_figure(kpi) for kpi in moved.values()]
        return [*{str(each.line.text): each for each in news}.values()]

    def briefly(self, findings: Sequence[Finding]) -> list[Finding]:
        """Tell of findings, each in a line of its own brief words."""
        return [_line(finding, finding.brief) for finding in findings if finding.brief]

    def of_verdict(self, verdict: Verdict) -> list[News]:
        """Tell of the figures with a verdict."""
        return [self.of_figure(kpi) for kpi in self.figures.values() if kpi.verdict == verdict]

    def of_figure(self, kpi: Kpi) -> News:
        """Tell how a figure moved; of churn, also where the periods before speak against it."""
        values = {"moved": _moved(kpi), "value": kpi.value, "change": kpi.change}
        sentence = self.formats.say(MOVED[kpi.key], period=self.formats.period(self.period), **values)
        if kpi.key not in CALM:
            line = sentence
        else:
            notes = [note for note in (kpi.value, kpi.change) if note]
            line = self.formats.say(CALM[kpi.key], value=self.formats.joined(notes, by=", "))
        if held := self._held_against(kpi):
            sentence = self.formats.joined([sentence, held], by=" ")
            line = self.formats.joined([line, held], by=". ")
        return News(kpi.key, sentence, Finding(LINE + kpi.key, kpi.verdict, line, chapter=kpi.chapter))

    def of_closed_base(self) -> Text | None:
        """Say that fewer active customers are no news where hardly anybody is new; None if they are not."""
        base = self.figures.get("active_base")
        if base is None or base.verdict != "clear change":
            return None
        return self.formats.say(CLOSED, value=base.value, change=base.change)

    def calm(self, *, is_alone: bool) -> tuple[Text, Finding] | None:
        """Say at once which figures show no clear change: large, and as a line; None without any."""
        still = {key: kpi for key, kpi in self.figures.items() if kpi.verdict == "no clear change"}
        if not still:
            return None
        say, grain = self.formats.say, parse_period(self.period).grain
        when = {"period": self.formats.period(self.period), "grain": grain}
        what = self.formats.joined([say(CALM[key], value=kpi.value) for key, kpi in still.items()])
        line = what if is_alone else say(FIGURES_AGAINST, what=what, **when)
        return say(NOTHING_CLEAR, **when), Finding(f"{LINE}calm", "no clear change", line)

    def _of_finding(self, finding: Finding, words: Text) -> News:
        large = self.formats.say(CLEAR[finding.verdict], what=words)
        return News(finding.key, large, _line(finding, words))

    def _held_against(self, kpi: Kpi) -> Text | None:
        """Say of churn that the periods before the two compared speak against its move; None if not."""
        if kpi.key != "churn" or kpi.verdict != "with reservations":
            return None
        churn, grain = pd.Series(kpi.trend, dtype=float), parse_period(self.period).grain
        moved = "better" if kpi.direction == "down" else "worse"
        return against_earlier(churn, moved, grain=grain, formats=self.formats)


def _line(finding: Finding, words: Text) -> Finding:
    return Finding(LINE + finding.key, finding.verdict, words, chapter=finding.chapter)


def _follows(finding: Finding, findings: Sequence[Finding]) -> bool:
    """Tell the early symptoms as a whole, which are worse because of one that is told itself."""
    others = (other for other in findings if other is not finding)
    return finding.key == "early_warning" and any(other.chapter == finding.chapter for other in others)


def _moved(kpi: Kpi) -> str:
    """Say whether a figure rose or fell for certain, did neither, or was compared with nothing."""
    if not kpi.change:
        return "unknown"
    if kpi.verdict == "not enough data":
        return "still"
    clear = {"up": "rose", "down": "fell"} if kpi.verdict not in ("", "no clear change") else {}
    return clear.get(kpi.direction, "unclear")
