"""What contracts alone can say of those who left: by choice, or because a payment failed."""

import pandas as pd

from retention_utils.display import Finding
from retention_utils.findings.words import interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.subscriptions.leavers import LeaverSplit

__all__ = ["leavers"]


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
