"""The tables of customers' voice."""

import pandas as pd

from retention_utils.anonymity import HIDDEN
from retention_utils.columns import voice as columns
from retention_utils.customer_ids import shown_ids
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.voice_words import SCORE_GROUPS, THIRDS, group_name, groups_by
from retention_utils.formats import Formats
from retention_utils.segments.groups import GROUPS
from retention_utils.survey_answers import written
from retention_utils.texts import Text
from retention_utils.untrusted import shown
from retention_utils.voice.account import Voice

__all__ = ["account_table", "groups_table", "left_table", "periods_table", "replies_table", "stake_table"]

LONGEST = 160  # characters of a comment that are shown
ORDERS = {"value": tuple(THIRDS), "group": GROUPS}  # plans stand by how many answered


def periods_table(voice: Voice, *, formats: Formats) -> Table | Callout | None:
    """List NPS by period, the newest first; None where no score has a day."""
    if not voice.is_dated:
        return None
    series = voice.series[voice.series["answers"] > 0].iloc[::-1]
    rows = series.assign(
        period=[_stretch(row.period, row.periods, formats) for row in series.itertuples()],
        passives=series["answers"] - series["promoters"] - series["detractors"],
        nps=series["value"],
    )
    return show_table(
        rows,
        columns.PERIODS,
        key="periods",
        caption="NPS by period, newest first",
        note=(
            "In every row a customer counts once, with the latest answer. Where any of the last 12 "
            "periods has fewer than 30 answers, three are put together and stand at their last. From and to "
            "are the 95% interval."
        ),
        formats=formats,
        is_folded=len(rows) > 12,
    )


def groups_table(voice: Voice, *, formats: Formats) -> Table | Callout | None:
    """List NPS by group of customers and by what they bring; None where nothing is known of either."""
    parts = []
    for by, table in (("third", voice.thirds), ("group", voice.groups)):
        kind = groups_by(voice, by)
        order = {group: place for place, group in enumerate(ORDERS.get(kind, table["group"]))}
        parts += [
            {**row._asdict(), "kind": _kind(kind, formats), "group": group_name(row.group, kind, formats)}
            for row in table.sort_values("group", key=lambda names: names.map(order)).itertuples(index=False)
        ]
    if not parts:
        return None
    return show_table(
        pd.DataFrame(parts),
        columns.GROUPS,
        key="groups",
        caption="NPS by group of customers",
        note=formats.say(
            "Of the last 12 periods the latest answer of every customer, by where the customer stood on its "
            "day{source, select, snapshot {, as far as the contract list of today tells} other {}}. What a "
            "customer brings: {source, select, orders {revenue of the 365 days up to the answer} other "
            "{twelve months of recurring revenue}}, in thirds of those who answered; who brings the same is "
            "in the same third, so thirds can differ in size.",
            source=voice.source,
        ),
        formats=formats,
    )


def left_table(voice: Voice, *, formats: Formats) -> Table | Callout | None:
    """List who left after an answer by score; None where nobody could be followed."""
    groups = voice.link.groups
    if not groups["customers"].sum():
        return None
    return show_table(
        groups.assign(group=[formats.say(SCORE_GROUPS[name]) for name in groups["group"]]),
        columns.LEFT,
        key="left",
        caption="Who left after the answer",
        note=formats.say(
            "Left: {source, select, orders {no purchase in the {days} after the answer} other {no contract "
            "{days} after the answer}}. Only customers on the day of their answer who could be followed for "
            "all of that time, each with the first such answer of two years. From and to are the 95% "
            "interval.",
            source="orders" if voice.source == "orders" else "contracts",
            days=formats.days(voice.limits.horizon_days),
        ),
        formats=formats,
    )


def stake_table(voice: Voice, *, is_hashed: bool, formats: Formats) -> Table | Callout | None:
    """List detractors of today, those who bring most first, with their own words; None without any."""
    stake = voice.stake
    if stake.listed.empty:
        return None
    words = written(stake.listed["comment"])
    rows = stake.listed.assign(
        customer_id=shown_ids(stake.listed["customer_id"], is_hashed=is_hashed),
        comment=[shown(text, LONGEST) or None for text in words],
    )
    is_hidden = (words == HIDDEN).any()  # then a column that says so in every row would tell nothing
    return show_table(
        rows,
        columns.STAKE[:-1] if is_hidden else columns.STAKE,
        key="detractors",
        caption="Customers of today who would not recommend, those who bring most first",
        note=_stake_note(voice, int((words.str.len() > LONGEST).sum()), formats),
        formats=formats,
        is_folded=len(rows) > 12,
    )


def replies_table(voice: Voice, *, formats: Formats) -> Table | Callout | None:
    """List how soon replies came by score; None where no reply is known."""
    if voice.replies is None:
        return None
    table = voice.replies.table
    return show_table(
        table.assign(group=[formats.say(SCORE_GROUPS[name]) for name in table["group"]]),
        columns.REPLIES,
        key="replies",
        caption="How soon customers got a reply",
        note=(
            "Answers and comments of the last 12 periods, all rows counted. Those still without a reply "
            "count as waiting. Within the promised days: of answers for which these are over. From and to "
            "are the 95% interval of the share before them."
        ),
        formats=formats,
    )


def account_table(voice: Voice, *, formats: Formats) -> Table | Callout:
    """Account for every row of the surveys: which count for NPS and which do not."""
    answers = voice.answers
    counted = len(answers.scored)
    rows = [
        (formats.say("all"), answers.rows),
        (formats.say("count for NPS"), counted),
        (formats.say("of these, without a customer’s id"), answers.without_customer),
        (
            formats.say("followed by a later answer of the same customer in the same period"),
            answers.superseded,
        ),
        (formats.say("without a score"), answers.without_score),
        (formats.say("with a score, but without a day"), answers.without_day),
        (formats.say("from before the history begins"), answers.outside),
    ]
    return show_table(
        pd.DataFrame(rows, columns=["what", "rows"]),
        columns.ACCOUNT,
        key="rows",
        caption="Which answers count",
        note=(
            "Answers that name no customer are counted each, since nobody can tell whether they are from the "
            "same person; they say nothing of groups, of what came after, or of what is at stake."
        ),
        formats=formats,
        is_folded=True,
    )


def _stretch(period: str, periods: int, formats: Formats) -> Text:
    until = formats.period(period, short=True)
    return until if periods == 1 else formats.say("three periods to {until}", until=until)


def _kind(kind: str, formats: Formats) -> Text:
    return formats.say(
        "{kind, select, value {what customers bring} plan {plan} other {group of customers}}", kind=kind
    )


def _stake_note(voice: Voice, cut: int, formats: Formats) -> Text:
    stake = voice.stake
    left_out = stake.detractors - len(stake.listed)
    return formats.say(
        "{left_out, plural, =0 {All are listed.} one {# more is not listed.} other {# more are not "
        "listed.}} {silent, plural, =0 {All left a comment.} one {# of all left no comment.} other {# of "
        "all left no comment.}} {cut, plural, =0 {No comment is cut.} one {# comment is cut after {longest} "
        "characters.} other {# comments are cut after {longest} characters.}} {source, select, orders "
        "{Brings in a year: revenue of the last 365 days.} other {Brings in a year: twelve months of "
        "today’s recurring revenue.}}",
        left_out=left_out,
        silent=formats.count(stake.without_comment),
        cut=cut,
        longest=LONGEST,
        source="orders" if voice.source == "orders" else "contracts",
    )
