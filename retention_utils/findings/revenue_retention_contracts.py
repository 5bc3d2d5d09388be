"""What contracts alone can say: why they ended, and who renews."""

import pandas as pd

from retention_utils.display import Finding
from retention_utils.findings.words import interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.subscriptions.leavers import LeaverSplit
from retention_utils.subscriptions.renewals import RenewalChange

__all__ = ["leavers", "renewals"]


def leavers(split: LeaverSplit | None, *, grain: Grain, formats: Formats) -> Finding:
    """Say how many left by their own choice, and how many because a payment failed."""
    if split is None:
        text = formats.say(
            "Who left by choice, and who because a payment failed, is not known: the contract list says it "
            "of nobody who left."
        )
        return Finding("involuntary_churn", "not enough data", text)
    told = formats.say(
        "{stretch, select, one {In {last}} other {From {first} to {last}}}, {total, plural, one {# "
        "customer} other {# customers}} left: {voluntary} by choice, {involuntary} because a payment "
        "failed ({share} of those known, {interval}){unknown, plural, =0 {} other {; of # the list does not "
        "say which}}.",
        stretch="one" if split.first_period == split.last_period else "several",
        first=formats.period(split.first_period),
        last=formats.period(split.last_period),
        total=split.voluntary + split.involuntary + split.unknown,
        voluntary=split.voluntary,
        involuntary=split.involuntary,
        unknown=split.unknown,
        share=formats.share(split.share),
        interval=interval(split.low, split.high, "share", formats),
    )
    if pd.isna(split.previous_rate):
        return Finding("involuntary_churn", "no clear change", told)
    rate = formats.say(
        "Failed payments cost {rate} of the customers a {grain, select, week {week} month {month} quarter "
        "{quarter} year {year} other {period}}, after {previous} before that: a change of {difference} "
        "({interval}).",
        grain=grain,
        rate=formats.share(split.rate, digits=2),
        previous=formats.share(split.previous_rate, digits=2),
        difference=formats.points(split.difference),
        interval=interval(split.difference_low, split.difference_high, "points", formats),
    )
    verdict = verdict_of(split.difference_low, split.difference_high, more_is_better=False)
    return Finding("involuntary_churn", verdict, formats.joined([told, rate], by=" "))


def renewals(change: RenewalChange | None, *, formats: Formats) -> Finding | None:
    """Say how many of the yearly contracts due were renewed; None where none came up."""
    if change is None:
        return None
    told = formats.say(
        "Of the {due, plural, one {# yearly contract} other {# yearly contracts}} due {stretch, select, "
        "one {in {last}} other {from {first} to {last}}}, the last whose days of grace are over, {renewed, "
        "plural, =0 {none was} one {# was} other {# were}} renewed ({rate}, {interval}).",
        stretch="one" if change.first_period == change.last_period else "several",
        due=change.due,
        first=formats.period(change.first_period),
        last=formats.period(change.last_period),
        renewed=change.renewed,
        rate=formats.share(change.rate),
        interval=interval(change.low, change.high, "share", formats),
    )
    if pd.isna(change.previous_rate):
        return Finding("renewal", "no clear change", told)
    before = formats.say(
        "Before that it was {previous}: a change of {difference} ({interval}).",
        previous=formats.share(change.previous_rate),
        difference=formats.points(change.difference),
        interval=interval(change.difference_low, change.difference_high, "points", formats),
    )
    verdict = verdict_of(change.difference_low, change.difference_high, more_is_better=True)
    return Finding("renewal", verdict, formats.joined([told, before], by=" "))
