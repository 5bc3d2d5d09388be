"""The first sentences of the report: how the headline figures moved, and what else has got worse."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict
from retention_utils.findings.pulse_earlier import against_earlier
from retention_utils.findings.summary import HAPPENED, ORDER, untold_keys
from retention_utils.findings.summary_words import CALM, MOVED, NAMED, NOTHING_CLEAR
from retention_utils.formats import Formats
from retention_utils.notebooks import ShownItems
from retention_utils.periods import parse_period
from retention_utils.texts import Text

__all__ = ["clear_findings", "named", "what_happened"]

# Free of season, so it speaks before what is held against the period before.
JUDGED_BY = "year_on_year"
# What a finding says of the same comparison as a key figure of the lead: told once.
SAME = {
    "leak": ("churn", "contract_churn"),
    "base_balance": ("active_base",),
    "money_moved": ("mrr", "revenue"),
}


def clear_findings(chapters: Sequence[ShownItems], verdict: Verdict) -> list[Finding]:
    """Pick all that happened and is worse, or better, whatever it is held against; the weightiest first."""
    untold = untold_keys(chapters)
    told = [
        (HAPPENED.index(finding["key"]), chapter.name, finding)
        for chapter in chapters
        for finding in chapter.shown("finding")
        if finding["key"] in HAPPENED and finding["key"] not in untold and finding["verdict"] == verdict
    ]
    told.sort(key=lambda item: item[0])
    return [Finding.restored(finding, chapter=name, is_headline=False) for _, name, finding in told]


def named(finding: Finding, formats: Formats) -> Text | None:
    """Name what a finding is about, within a sentence; None where nothing names it."""
    if finding.brief:
        return finding.brief
    return formats.say(NAMED[finding.key]) if finding.key in NAMED else None


def what_happened(
    key_figures: Sequence[Kpi],
    worse: Sequence[Finding] = (),
    better: Sequence[Finding] = (),
    *,
    period: str,
    formats: Formats,
    history_days: int = 0,
    warnings: Sequence[Callout] = (),
) -> Finding:
    """Say how the headline figures moved against the period before, and what is worse against another time.

    Parameters
    ----------
    key_figures : sequence of Kpi
        Those of the first page.
    worse, better : sequence of Finding
        From :func:`clear_findings`: the lead is never calmer than what stands beneath it.
    period : str
        Key of the period.
    history_days : int
        Days that the data cover: named where most of the key figures lack data.
    warnings : sequence of Callout
        Those of the chapters: that there are hardly any new customers belongs to what happened.
    """
    known = {kpi.key: kpi for kpi in key_figures if kpi.key in MOVED and kpi.number is not None}
    others = _told_apart(worse, "worse", known, formats)
    if not known and not others:
        text = formats.say("The chapters that say what happened are missing or had not enough data.")
        return Finding("what_happened", "not enough data", text, is_headline=True)
    sentences, clear = _moves(known, period, formats), _clear(others, better, known, formats)
    is_calm = {_moved(kpi) for kpi in known.values()} == {"unclear"}
    is_first = is_calm or any(finding.key == JUDGED_BY for finding in (*worse, *better))
    sentences = [*clear, *sentences] if is_first else [*sentences, *clear]
    sentences += [formats.say("{what}.", what=note.title) for note in warnings if note.key == "newcomers"]
    verdict = "worse" if others else _verdict(key_figures, known)
    lacking = sum(kpi.verdict == "not enough data" or kpi.number is None for kpi in key_figures)
    if history_days and 2 * lacking > len(key_figures):
        sentences.insert(0, _too_little(lacking, len(key_figures), history_days, formats))
        verdict = "not enough data"
    return Finding("what_happened", verdict, formats.joined(sentences, by=" "), is_headline=True)


def _too_little(lacking: int, figures: int, days: int, formats: Formats) -> Text:
    return formats.say(
        "There is too little data: {lacking} of {figures} key figures cannot be judged, because the data "
        "cover {days}.",
        lacking=lacking,
        figures=figures,
        days=formats.days(days),
    )


def _clear(
    worse: Sequence[Text], better: Sequence[Finding], known: dict[str, Kpi], formats: Formats
) -> list[Text]:
    """Name what is worse, then what is better, where the headline figures do not tell it."""
    sentences = []
    if worse:
        what = formats.joined(worse, by="; ")
        sentences.append(formats.say("Worse by more than chance: {what}.", what=what))
    gains = _told_apart(better, "better", known, formats)
    if gains:
        what = formats.joined(gains, by="; ")
        sentences.append(formats.say("Better by more than chance: {what}.", what=what))
    return sentences


def _moves(known: dict[str, Kpi], period: str, formats: Formats) -> list[Text]:
    """Say of every headline figure how it moved; where none did for certain, say so of all at once."""
    moved = {key: _moved(known[key]) for key in MOVED if key in known}
    name, sentences = formats.period(period), []
    if len(moved) > 1 and set(moved.values()) == {"unclear"}:
        what = formats.joined([formats.say(CALM[key], value=known[key].value) for key in moved], by="; ")
        grain = parse_period(period).grain
        return [formats.say(NOTHING_CLEAR, period=name, grain=grain, what=what)]
    for key in MOVED:
        if key in known:
            values = {"moved": moved[key], "value": known[key].value, "change": known[key].change}
            sentences.append(formats.say(MOVED[key], period=name, **values))
            if held := _held_against(known[key], period, formats):
                sentences.append(held)
    return sentences


def _held_against(kpi: Kpi, period: str, formats: Formats) -> Text | None:
    """Say of churn that the periods before the two compared speak against its move; None if they do not."""
    if kpi.key != "churn":
        return None
    churn, grain = pd.Series(kpi.trend, dtype=float), parse_period(period).grain
    return against_earlier(churn, kpi.verdict, grain=grain, formats=formats)


def _told_apart(
    findings: Sequence[Finding], verdict: Verdict, known: dict[str, Kpi], formats: Formats
) -> list[Text]:
    """Name what is worse, or better, and not yet told by a headline figure, each once."""
    moved = {key for key, kpi in known.items() if kpi.verdict == verdict}
    told = [
        words
        for finding in findings
        if (words := named(finding, formats)) and not moved.intersection(SAME.get(finding.key, ()))
    ]
    if len(told) > 1 and any(finding.key == "early_warning" for finding in findings):
        told.remove(formats.say(NAMED["early_warning"]))  # it is worse because of one of the others
    return list({str(words): words for words in told}.values())


def _verdict(key_figures: Sequence[Kpi], known: dict[str, Kpi]) -> str:
    """Name the worst news of the headline figures."""
    verdicts = {kpi.verdict for kpi in key_figures if kpi.key in MOVED}
    otherwise = "with reservations" if "ended_share" in known else "not enough data"
    return next((word for word in ORDER if word in verdicts), otherwise)


def _moved(kpi: Kpi) -> str:
    """Say whether a figure rose or fell for certain, did neither, or was compared with nothing."""
    if not kpi.change:
        return "unknown"
    if kpi.verdict == "not enough data":
        return "still"
    clear = {"up": "rose", "down": "fell"} if kpi.verdict in ("better", "worse") else {}
    return clear.get(kpi.direction, "unclear")
