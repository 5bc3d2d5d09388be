"""What customers say: how likely they are to recommend, and whether groups of them differ."""

import pandas as pd

from retention_utils.display import Callout, Finding, Verdict, Words, supply
from retention_utils.findings.nps import of_late, steady_points, too_few_answers, unsteady
from retention_utils.findings.voice_words import group_name, groups_by
from retention_utils.findings.words import by_chance, interval
from retention_utils.formats import Formats
from retention_utils.nps import MIN_ANSWERS, RECENT, WINDOW, Nps, net_promoter_interval, nps_counts
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.voice.account import Voice
from retention_utils.voice.split import nps_difference

__all__ = ["answer_groups", "group_difference", "nps_finding", "unknown_customers", "without_surveys"]


def without_surveys(*, formats: Formats) -> Callout:
    """Say what surveys would show, and what to supply."""
    text = formats.say(
        "With answers to the question how likely customers are to recommend you, this chapter says "
        "how many would (the Net Promoter Score, NPS), whether that changes, in which groups, what "
        "those who would not complain about and bring, whether they left more often afterwards, and "
        "how soon they got a reply. Whoever makes this report finds the columns of such a table in "
        "data/README.md (surveys). Comments alone are enough for their themes."
    )
    return supply("missing_surveys", formats.say("What customers say"), text)


def nps_finding(voice: Voice, *, period: str, grain: Grain, formats: Formats) -> Finding:
    """Answer how many customers would recommend, and whether that has changed."""
    if not voice.is_scored and voice.answers.outside:
        text = formats.say(
            "NPS cannot be given: every answer with a score is from before the time that the report looks at."
        )
        return Finding("nps", "not enough data", text, is_headline=True)
    if not voice.is_scored:
        text = formats.say(
            "NPS cannot be given: none of the rows has a score from 0 to 10. What was written is sorted by "
            "themes below."
        )
        return Finding("nps", "not enough data", text, is_headline=True)
    if not voice.is_dated:
        return _undated(voice, formats)
    nps = voice.nps
    if nps is None or nps.answers < MIN_ANSWERS:
        text = formats.say(
            "In the {recent} {grain, select, week {weeks} month {months} quarter {quarters} year {years} "
            "other {periods}} to {until}, {answers, plural, =0 {nobody} one {# customer} other {# "
            "customers}} answered how likely they are to recommend: too few for a score, which says next to "
            "nothing below {needed} answers.",
            recent=RECENT,
            grain=grain,
            until=formats.period(period),
            answers=formats.count(nps.answers if nps else 0),
            needed=MIN_ANSWERS,
        )
        return Finding("nps", "not enough data", text, is_headline=True)
    text = formats.joined([*_level(nps, period, grain, formats), *_course(nps, grain, formats)], by=" ")
    return Finding("nps", _verdict(nps), text, is_headline=True, brief=_brief(nps, grain, formats))


def answer_groups(voice: Voice, *, formats: Formats) -> Finding | None:
    """Say how many of those who answered would recommend, and how many would not; None with too few."""
    nps = voice.nps
    if nps is None or nps.answers < MIN_ANSWERS:
        return None
    text = formats.say(
        "Of {answers, plural, one {# customer} other {# customers}} who answered in the last three periods, "
        "{promoters} would recommend (9 or 10 of 10), {passives} are passive (7 or 8) and {detractors} "
        "would not recommend (0 to 6).",
        answers=formats.count(nps.answers),
        promoters=formats.share(nps.promoters / nps.answers),
        passives=formats.share(nps.passives / nps.answers),
        detractors=formats.share(nps.detractors / nps.answers),
    )
    verdict: Verdict = "yes" if nps.low > 0 else "no" if nps.high < 0 else "with reservations"
    return Finding("answer_groups", verdict, text)


def group_difference(voice: Voice, *, by: str, formats: Formats) -> Finding | None:
    """Answer whether groups of customers differ in NPS.

    Parameters
    ----------
    by : {"group", "third"}
        The customers' group, or what they bring.
    """
    key = {"group": "nps_groups", "third": "nps_value"}[by]
    table = {"group": voice.groups, "third": voice.thirds}[by]
    if table.empty:  # nothing is known of those who answered, which is said elsewhere
        return None
    kind = groups_by(voice, by)
    found = nps_difference(table)
    if found is None:
        text = formats.say(
            "Whether NPS differs by {kind, select, value {what customers bring} plan {plan} other {group of "
            "customers}} cannot be said: fewer than two groups have {needed} answers in the last {window} "
            "periods.",
            kind=kind,
            needed=MIN_ANSWERS,
            window=WINDOW,
        )
        return Finding(key, "not enough data", text)
    told = {"kind": kind}
    for end, row in (("most", found.highest), ("least", found.lowest)):
        told |= {
            end: formats.nps(row["nps"]),
            f"{end}_group": group_name(row["group"], kind, formats),
            f"{end}_interval": interval(row["low"], row["high"], "nps", formats),
            f"{end}_answers": formats.count(row["answers"]),
        }
    apart = formats.say(
        "NPS {is_apart, select, yes {differs} other {shows no clear difference}} by {kind, select, value "
        "{what customers bring} plan {plan} other {group of customers}}: {most} in the group “{most_group}”, "
        "{least} in the group “{least_group}”. In the first: {most_interval}, n = {most_answers}; in the "
        "second: {least_interval}, n = {least_answers}.",
        is_apart="yes" if found.is_apart else "no",
        **told,
    )
    parts = [apart, by_chance(found.p, formats, is_apart=found.is_apart)]
    verdict: Verdict = "yes" if found.is_apart else "no clear change"
    return Finding(key, verdict, formats.joined(parts, by=" "))


def unknown_customers(voice: Voice, *, formats: Formats) -> Callout | None:
    """Say what answers without customers cannot tell; None where they name them."""
    if voice.has_customers:
        return None
    text = formats.say(
        "None of the answers names its customer, so nothing can be said of groups of customers, of what they "
        "bring, or of who left afterwards. Supply the customer’s id with every answer."
    )
    return supply("survey_customers", formats.say("Who said it"), text)


def _verdict(nps: Nps) -> Verdict:
    if not nps.is_judged:
        return "not enough data"
    return "worse" if nps.moved < 0 else "better" if nps.moved > 0 else "no clear change"


def _level(nps: Nps, period: str, grain: Grain, formats: Formats) -> list[Text]:
    """Say the score, held against that of the periods before where there are enough answers."""
    sure, answers = interval(nps.low, nps.high, "nps", formats), formats.count(nps.answers)
    if nps.is_judged:
        resting = formats.say(
            "The score now: {sure}, n = {answers}; the one before: n = {earlier}.",
            sure=sure,
            answers=answers,
            earlier=formats.count(nps.previous_answers),
        )
        return [_changed(nps, period, grain, formats), resting]
    level = formats.say(
        "NPS is {score} in the {recent} {grain, select, week {weeks} month {months} quarter {quarters} year "
        "{years} other {periods}} to {until} ({interval}, n = {answers}).",
        score=formats.nps(nps.score),
        recent=RECENT,
        grain=grain,
        until=formats.period(period),
        interval=sure,
        answers=answers,
    )
    return [level, too_few_answers(grain, formats)]


def _changed(nps: Nps, period: str, grain: Grain, formats: Formats) -> Text:
    return formats.say(
        "NPS {course, select, worse {has fallen} better {has risen} other {has not clearly changed}}: "
        "{score} in the {recent} {grain, select, week {weeks} month {months} quarter {quarters} year {years} "
        "other {periods}} to {until}, {was} in the {before} before, a change of {change} ({interval}).",
        course=_verdict(nps),
        score=formats.nps(nps.score),
        recent=RECENT,
        grain=grain,
        until=formats.period(period),
        was=formats.nps(nps.previous),
        before=formats.count(nps.previous_periods),
        change=formats.nps(nps.change),
        interval=interval(nps.change_low, nps.change_high, "nps", formats),
    )


def _course(nps: Nps, grain: Grain, formats: Formats) -> list[Text]:
    """Say whether the score moves steadily, where that could be told."""
    trend = nps.trend
    if not nps.is_judged or pd.isna(trend.p):
        return []
    if trend.direction != 0:
        return [steady_points(trend.slope, grain, formats)]
    is_clear = nps.change_low > 0 or nps.change_high < 0
    return [of_late(grain, formats) if is_clear else unsteady(grain, formats)]


def _brief(nps: Nps, grain: Grain, formats: Formats) -> Words:
    if not nps.is_judged:
        return ""
    return formats.say(
        "how gladly customers recommend you (NPS) against the {periods} {grain, select, week {weeks} month "
        "{months} quarter {quarters} year {years} other {periods}} before ({change})",
        periods=formats.count(nps.previous_periods),
        grain=grain,
        change=formats.nps(nps.change),
    )


def _undated(voice: Voice, formats: Formats) -> Finding:
    good, bad, count = nps_counts(voice.answers.undated)
    score, low, high = net_promoter_interval(good, bad, count)
    if count < MIN_ANSWERS:
        text = formats.say(
            "{answers, plural, one {# customer has} other {# customers have}} answered how likely they are "
            "to recommend: too few for a score, which says next to nothing below {needed} answers.",
            answers=formats.count(count),
            needed=MIN_ANSWERS,
        )
        return Finding("nps", "not enough data", text, is_headline=True)
    text = formats.say(
        "NPS is {score} over all answers ({interval}, n = {answers}). They have no day, so it cannot be said "
        "whether it has changed, or who left afterwards.",
        score=formats.nps(score),
        interval=interval(low, high, "nps", formats),
        answers=formats.count(count),
    )
    return Finding("nps", "not enough data", text, is_headline=True)
