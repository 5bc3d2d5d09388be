"""Whether detractors left more among customers alike, in words and as a table."""

import pandas as pd

from retention_utils.columns.voice import ALIKE
from retention_utils.display import Callout, Finding, Verdict
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.voice_words import group_name, groups_by
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message
from retention_utils.voice.account import Voice

__all__ = ["alike_table", "detractors_alike"]

TENURES = {"first": message("the first year"), "later": message("longer than a year")}


def detractors_alike(voice: Voice, *, formats: Formats) -> Finding | None:
    """Say whether detractors left more than others of their kind; None where there is nothing to adjust for.

    It is said beside the plain comparison, so there is nothing to say where that is not known.
    """
    found = voice.adjusted
    if found is None or not voice.link.is_known:
        return None
    if not found.is_known:
        text = formats.say(
            "Whether detractors leave more often than others alike {source, select, orders {in recency and "
            "frequency of orders} other {in plan and in time as a customer}} cannot be said: {detractors, "
            "plural, =0 {no detractor has} one {# detractor has} other {# detractors have}} such others "
            "beside them, and {others, plural, =0 {none of the others has} one {# of the others has} other "
            "{# of the others have}} detractors; at least {needed} of both are needed.",
            source=voice.source,
            detractors=formats.count(found.detractors),
            others=formats.count(found.others),
            needed=voice.limits.min_customers,
        )
        return Finding("detractors_leave_alike", "not enough data", text)
    told = formats.say(
        "Among customers alike {source, select, orders {in recency and frequency of orders} other {in plan "
        "and in time as a customer}} on the day of the answer, the share of detractors who left "
        "differs from that of the others by {difference} ({interval}). Without regard to this it differs by "
        "{plain}; {detractors, plural, one {# detractor} other {# detractors}} and {others, plural, one {# "
        "other} other {# others}} could be compared so.",
        source=voice.source,
        difference=formats.points(found.difference),
        interval=interval(found.low, found.high, "points", formats),
        plain=formats.points(voice.link.difference),
        detractors=formats.count(found.detractors),
        others=formats.count(found.others),
    )
    verdict: Verdict = "yes" if found.low > 0 else "no"
    text = formats.joined([told, _meaning(voice, formats)], by=" ")
    return Finding("detractors_leave_alike", verdict, text)


def alike_table(voice: Voice, *, formats: Formats) -> Table | Callout | None:
    """List who left, kind by kind of customers; None where there is nothing to adjust for."""
    if voice.adjusted is None:
        return None
    kind, strata = groups_by(voice, "group"), voice.adjusted.strata
    has_tenure = "tenure" in strata
    rows = strata.assign(
        group=[group_name(name, kind, formats) for name in strata["group"]],
        **({"tenure": [formats.say(TENURES[name]) for name in strata["tenure"]]} if has_tenure else {}),
        **{
            f"{side}_left": strata[f"{side}_left"].where(strata[side] > 0)
            for side in ("detractors", "others")
        },
    )
    return show_table(
        rows,
        ALIKE if has_tenure else tuple(column for column in ALIKE if column.name != "tenure"),
        key="left_alike",
        caption="Who left after the answer, among customers alike",
        note=_note(voice, formats),
        formats=formats,
        is_folded=len(rows) > 12,
    )


def _meaning(voice: Voice, formats: Formats) -> Text:
    found, plain = voice.adjusted, voice.link
    if found.high < 0:
        return formats.say(
            "So among customers alike detractors left less often than the others, for whatever reason."
        )
    if found.low > 0 and plain.low > 0:
        return formats.say("So this does not explain why more of them left.")
    if found.low > 0:
        return formats.say("So the plain comparison hides a difference that customers alike show.")
    if plain.low > 0:
        return formats.say(
            "So what remains is no more than chance would bring: that the two kinds of customers are not "
            "alike may be all that is behind the plain difference."
        )
    return formats.say("That, too, is no more than chance would bring.")


def _note(voice: Voice, formats: Formats) -> Text:
    note = formats.say(
        "Detractors are held against the others of the same row, and the differences are put together by "
        "Mantel and Haenszel’s weights; a row that lacks either tells nothing. What else the customers "
        "differ in is not taken into account."
    )
    found = voice.adjusted
    if pd.isna(found.ratio):
        return note
    ratio = formats.say(
        "The share that left among detractors is {ratio} times that of the others ({interval}).",
        ratio=formats.number(found.ratio),
        interval=interval(found.ratio_low, found.ratio_high, "number", formats),
    )
    return formats.joined([note, ratio], by=" ")
