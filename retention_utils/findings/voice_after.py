"""What came after the answers: who left, what is at stake, and how soon replies came."""

import pandas as pd

from retention_utils.display import Finding, Verdict
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.nps import WINDOW
from retention_utils.texts import Text
from retention_utils.voice.account import Voice

__all__ = ["at_stake", "detractors_leave", "replies"]

KEPT_WELL, KEPT_BADLY = 0.9, 0.5  # of promises; limits of this report
REPLIED_WELL, REPLIED_BADLY = 0.8, 0.5  # of answers, where nothing is promised


def detractors_leave(voice: Voice, *, formats: Formats) -> Finding | None:
    """Answer whether those who would not recommend left more often than the others."""
    link, days = voice.link, formats.days(voice.limits.horizon_days)
    if not voice.is_dated:
        return None
    if not voice.has_customers or voice.source == "snapshot":
        text = formats.say(
            "Whether those who would not recommend leave more often cannot be said: {why, select, customers "
            "{the answers do not name their customers} other {the contract list has no days}}.",
            why="snapshot" if voice.has_customers else "customers",
        )
        return Finding("detractors_leave", "not enough data", text)
    if not link.is_known:
        text = formats.say(
            "Whether those who would not recommend leave more often cannot be said yet: of {detractors, "
            "plural, =0 {none of them} one {# of them} other {# of them}} and {others, plural, =0 {none of "
            "the others} one {# other} other {# others}} it is known where they were {days} after the "
            "answer; at least {needed} of both are needed.",
            detractors=formats.count(link.detractors),
            others=formats.count(link.others),
            days=days,
            needed=voice.limits.min_customers,
        )
        return Finding("detractors_leave", "not enough data", text)
    told = formats.say(
        "{course, select, more {Customers who would not recommend left more often than the others} other "
        "{Customers who would not recommend did not clearly leave more often than the others}}: {left} "
        "against {rest} (difference {difference}, {interval}).",
        course="more" if link.low > 0 else "other",
        left=formats.share(link.detractors_left / link.detractors),
        rest=formats.share(link.others_left / link.others),
        difference=formats.points(link.difference),
        interval=interval(link.low, link.high, "points", formats),
    )
    parts = [told, _ratio(voice, formats), _meaning(voice, formats), _counted(voice, days, formats)]
    verdict: Verdict = "yes" if link.low > 0 else "no"
    return Finding("detractors_leave", verdict, formats.joined([part for part in parts if part], by=" "))


def at_stake(voice: Voice, *, formats: Formats) -> Finding | None:
    """Say how many customers of today would not recommend, and what they bring."""
    stake = voice.stake
    if not voice.is_scored or not voice.has_customers:
        return None
    if pd.isna(stake.share):
        text = formats.say(
            "How much revenue hangs on customers who would not recommend cannot be said: of today’s "
            "customers, {customers, plural, =0 {none has} one {# has} other {# have}} answered; at least "
            "{needed} are needed.",
            customers=formats.count(stake.customers),
            needed=voice.limits.min_customers,
        )
        return Finding("detractors_at_stake", "not enough data", text)
    text = formats.say(
        "{detractors, plural, =0 {None} other {#}} of {customers, plural, one {# customer} other {# "
        "customers}} of today who answered{is_dated, select, yes { in the last {window} periods} other {}} "
        "would not recommend ({share}, {interval}). {source, select, orders {They spent {money} in the last "
        "365 days} other {They pay {money} a year}}, {of_all} of what all who answered {source, select, "
        "orders {spent} other {pay}}.",
        is_dated="yes" if voice.is_dated else "no",
        detractors=formats.count(stake.detractors),
        customers=formats.count(stake.customers),
        window=WINDOW,
        share=formats.share(stake.share),
        interval=interval(stake.low, stake.high, "share", formats),
        source="orders" if voice.source == "orders" else "contracts",
        money=formats.short_money(stake.detractors_value),
        of_all=formats.share(stake.detractors_value / stake.value if stake.value > 0 else float("nan")),
    )
    return Finding("detractors_at_stake", "with reservations" if stake.detractors else "no", text)


def replies(voice: Voice, *, formats: Formats) -> Finding | None:
    """Answer how soon customers got a reply; None where no reply is known."""
    if voice.replies is None:
        return None
    row, promised = voice.replies.told, voice.limits.promised_days
    if pd.isna(row["share"]):
        text = formats.say(
            "How soon customers get a reply cannot be said yet. That needs {needed} answers in the last "
            "{window} periods.",
            needed=voice.limits.min_customers,
            window=WINDOW,
        )
        return Finding("replies", "not enough data", text)
    parts = [_replied(row, formats), _how_soon(row, formats)]
    share, limits = row["share"], (REPLIED_WELL, REPLIED_BADLY)
    if promised and not pd.isna(row["kept_share"]):
        parts.append(_promise(row, promised, formats))
        share, limits = row["kept_share"], (KEPT_WELL, KEPT_BADLY)
    verdict: Verdict = "yes" if share >= limits[0] else "with reservations" if share >= limits[1] else "no"
    return Finding("replies", verdict, formats.joined(parts, by=" "))


def _ratio(voice: Voice, formats: Formats) -> Text | None:
    link = voice.link
    if pd.isna(link.ratio) or link.low <= 0:
        return None
    return formats.say(
        "That is {ratio} times the share of the others ({interval}).",
        ratio=formats.number(link.ratio),
        interval=interval(link.ratio_low, link.ratio_high, "number", formats),
    )


def _counted(voice: Voice, days: Text, formats: Formats) -> Text:
    return formats.say(
        "Left means: {source, select, orders {bought nothing in the {days} after the answer} other {had no "
        "contract any more {days} after the answer}}; counted are {detractors, plural, one {# customer} "
        "other {# customers}} who would not recommend and {others, plural, one {# other} other {# others}}.",
        source="orders" if voice.source == "orders" else "contracts",
        days=days,
        detractors=formats.count(voice.link.detractors),
        others=formats.count(voice.link.others),
    )


def _meaning(voice: Voice, formats: Formats) -> Text:
    link = voice.link
    if link.low > 0:
        return formats.say(
            "So the answer tells beforehand who is likelier to leave; whether dissatisfaction is the cause, "
            "it does not tell."
        )
    if link.high < 0:
        return formats.say("They left less often than the others, for whatever reason.")
    return formats.say("The difference is no more than chance would bring.")


def _replied(row: pd.Series, formats: Formats) -> Text:
    return formats.say(
        "Of {answers, plural, one {# answer} other {# answers}} in the last {window} periods{who, select, "
        "detractors { by customers who would not recommend} other {}}, {share} got a reply ({interval}).",
        who=row["group"],
        share=formats.share(row["share"]),
        answers=formats.count(row["answers"]),
        window=WINDOW,
        interval=interval(row["low"], row["high"], "share", formats),
    )


def _how_soon(row: pd.Series, formats: Formats) -> Text:
    if pd.isna(row["median_days"]):
        return formats.say("Half of all had none by the last day.")
    if pd.isna(row["most_days"]):
        return formats.say(
            "Half had one within {days}; fewer than nine in ten have one so far.",
            days=formats.days(row["median_days"]),
        )
    return formats.say(
        "Half had one within {days}, nine in ten within {most}.",
        days=formats.days(row["median_days"]),
        most=formats.days(row["most_days"]),
    )


def _promise(row: pd.Series, promised: int, formats: Formats) -> Text:
    return formats.say(
        "The promise of a reply within {days} was kept for {share} of {due, plural, one {# answer} other {# "
        "answers}} ({interval}).",
        days=formats.days(promised),
        share=formats.share(row["kept_share"]),
        due=formats.count(row["due"]),
        interval=interval(row["kept_low"], row["kept_high"], "share", formats),
    )
