"""What is said of how reasons change, and of competitors above all."""

import pandas as pd

from retention_utils.display import Finding, Verdict
from retention_utils.findings.reasons_words import named
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import ReasonBook
from retention_utils.reasons.account import ReasonAccount
from retention_utils.reasons.competitor import CompetitorShare
from retention_utils.reasons.step import Step
from retention_utils.texts import Text

__all__ = ["competitors", "trends_told"]


def competitors(
    found: CompetitorShare | None,
    account: ReasonAccount | None,
    *,
    min_customers: int,
    formats: Formats,
) -> Finding | None:
    """Say how many went to competitors, stated and suspected, and since when more of them do."""
    if account is None or found is None or found.stated.asked < min_customers:
        return None
    parts = [_stated(found, account.book, formats), *_since(found, formats)]
    if found.is_tested and found.step:  # that more of them do is the news, how many do the state of things
        parts.reverse()
    verdict: Verdict = {1: "worse", -1: "better"}.get(found.direction, "no clear change")
    if not found.is_tested:
        verdict = "yes"  # a state of things, and none named is no bad news
    return Finding("competitor_reasons", verdict, formats.joined(parts, by=" "), brief=_brief(found, formats))


def trends_told(trends: pd.DataFrame, account: ReasonAccount | None, *, formats: Formats) -> Finding | None:
    """Say which reasons are given more or less often than before; None where none can be tested."""
    if account is None or trends.empty:
        return None
    rose, fell = (list(trends.loc[trends["direction"] == way, "code"]) for way in (1, -1))
    tested = len(trends)
    if not rose and not fell:
        text = formats.say(
            "Of {tested, plural, one {# reason} other {# reasons}} given often enough over all periods "
            "to be tested, none is given more or less often than before for certain.",
            tested=tested,
        )
        return Finding("reason_trends", "no clear change", text)
    text = formats.say(
        "Of {tested, plural, one {# reason} other {# reasons}} given often enough over all periods to be "
        "tested, {course, select, rose {these make up a growing share for certain: {rose}} fell {these make "
        "up a falling share for certain: {fell}} other {these make up a growing share for certain: {rose}; "
        "these a falling one: {fell}}}. Where one share grows, others must fall.",
        tested=tested,
        course="both" if rose and fell else "rose" if rose else "fell",
        rose=named(rose, account.book, formats) if rose else formats.name(""),
        fell=named(fell, account.book, formats) if fell else formats.name(""),
    )
    return Finding("reason_trends", "yes", text)


def _stated(found: CompetitorShare, book: ReasonBook, formats: Formats) -> Text:
    return formats.say(
        "{count, plural, =0 {None} other {#}} of the {asked, plural, one {# leaver} other {# leavers}} asked "
        "named a competitor as the reason ({share}, {interval}). {more, plural, =0 {No other gave a reason "
        "behind which one may stand.} one {One more gave a reason behind which one may stand ({reasons}): "
        "with that one it would be {most} at most.} other {Another # gave a reason behind which one may "
        "stand ({reasons}): with all of them it would be {most} at most.}}",
        count=found.stated.count,
        asked=found.stated.asked,
        share=formats.share(found.stated.share),
        interval=interval(found.stated.low, found.stated.high, "share", formats),
        more=found.with_suspected.count - found.stated.count,
        reasons=named(found.suspected, book, formats) if found.suspected else formats.name(""),
        most=formats.share(found.with_suspected.share),
    )


def _brief(found: CompetitorShare, formats: Formats) -> Text:
    if not found.step:
        return formats.say("the share of leavers who name a competitor")
    return formats.say(
        "the share of leavers who name a competitor ({difference} since {period})",
        difference=formats.points(found.step.difference),
        period=formats.period(found.step.period),
    )


def _since(found: CompetitorShare, formats: Formats) -> list[Text]:
    if not found.is_tested:
        return []
    if found.step:
        return [_stepped(found.step, formats)]
    return [
        formats.say(
            "{course, select, rises {The share of those who named one grows over time} falls {The share of "
            "those who named one falls over time} other {Over time the share of those who named one neither "
            "grows nor falls for certain}} (Cochran–Armitage test, p = {p}).",
            course={1: "rises", -1: "falls"}.get(found.direction, "neither"),
            p=formats.number(found.p, digits=3),
        )
    ]


def _stepped(step: Step, formats: Formats) -> Text:
    return formats.say(
        "Leavers name a competitor {course, select, fell {less} other {more}} often: {before} of those "
        "asked before {period}, {after} from then on, a change of {difference} ({interval}). {span, "
        "select, one {The change began in that period with a probability of 95%.} other {The change "
        "began between {earliest} and {latest} with a probability of 95%.}} Chance alone seldom makes "
        "so great a one; what made it, the data do not say.",
        course="fell" if step.difference < 0 else "rose",
        before=formats.share(step.before),
        after=formats.share(step.after),
        period=formats.period(step.period),
        difference=formats.points(step.difference),
        interval=interval(step.low, step.high, "points", formats),
        span="one" if step.earliest == step.latest else "several",
        earliest=formats.period(step.earliest),
        latest=formats.period(step.latest),
    )
