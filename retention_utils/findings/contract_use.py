"""What is said of falling use: who uses less, whether that foretold the end before, what comes up soon."""

import pandas as pd

from retention_utils.contract_use.account import ContractUse
from retention_utils.contract_use.signs import JUDGED
from retention_utils.contract_use.trial import FEWEST_DAYS
from retention_utils.display import Callout, Finding, supply
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.stats import wilson_interval
from retention_utils.texts import Text

__all__ = ["falling_tested", "unused_finding", "use_at_end", "use_warning", "without_activity"]


def without_activity(*, formats: Formats) -> Callout:
    """Say what a table of use would show."""
    text = formats.say(
        "With visits, logins or hours of use by customer, day by day or added up by month, this "
        "chapter lists customers under contract whose use falls, tells whether such customers left "
        "more often before, and which of them come up for renewal. Whoever makes this report finds "
        "the columns of such a table in data/README.md (activity)."
    )
    return supply("missing_activity", formats.say("Use that falls before a contract ends"), text)


def use_warning(use: ContractUse, *, formats: Formats) -> Finding:
    """Answer who uses less than before, and whether that means much."""
    judged, falling = use.of(*JUDGED), use.of("falling")
    if not use.is_current:
        text = formats.say(
            "Whose use falls cannot be said: use is recorded only up to {day}.",
            day=formats.date(use.recorded_until),
        )
        return Finding("use_warning", "not enough data", text, is_headline=True)
    if len(judged) < use.rules.min_customers:
        text = formats.say(
            "Whose use falls cannot be said yet: it can be judged for {judged} of {customers, plural, one "
            "{# customer} other {# customers}} under contract; at least {needed} are needed, with four "
            "months of use recorded.",
            judged=formats.count(len(judged)),
            customers=formats.count(len(use.signs)),
            needed=use.rules.min_customers,
        )
        return Finding("use_warning", "not enough data", text, is_headline=True)
    low, high = wilson_interval(len(falling), len(judged))
    told = formats.say(
        "{falling, plural, =0 {No customer} one {# customer} other {# customers}} under contract used at "
        "least {fall} less in the last month than expected ({share} of the {judged} whose use can be judged, "
        "{interval}). {falling, plural, =0 {So nothing is at stake here.} one {The customer pays {money} a "
        "month.} other {They pay {money} a month.}}",
        falling=formats.count(len(falling)),
        judged=formats.count(len(judged)),
        share=formats.share(len(falling) / len(judged)),
        interval=interval(low, high, "share", formats),
        fall=formats.share(use.rules.fall_share, digits=0),
        money=formats.money(float(falling["mrr"].sum())),
    )
    verdict = use.falling["verdict"] if len(falling) else "no"
    return Finding(
        "use_warning", verdict, formats.joined([told, _short_trial(use, formats)], by=" "), is_headline=True
    )


def falling_tested(use: ContractUse, *, formats: Formats) -> Finding:
    """Answer whether customers with falling use left more often, on days of the past."""
    row = use.falling
    if row["verdict"] == "not enough data":
        text = formats.say(
            "Whether falling use foretells the end of a contract cannot be said yet: on {days, plural, =0 "
            "{no day} one {# day} other {# days}} of the past use could be judged, and {flagged, plural, "
            "=0 {no customer} one {# customer} other {# customers}} whose contract came up had falling "
            "use; it takes {fewest} days, and {needed} such customers and as many others.",
            days=int(row["days"]),
            flagged=formats.count(row["tested_flagged"]),
            fewest=FEWEST_DAYS,
            needed=use.rules.min_customers,
        )
        return Finding("falling_use", "not enough data", text)
    told = formats.say(
        "Of customers whose use had fallen, {left} left within a month, of the others {rest}: a difference "
        "of {difference} ({interval}). Tried on {days} days of the past, each a month before the next, where "
        "a contract came up within the month: {flagged, plural, one {# case} other {# cases}} of fallen use "
        "and {others, plural, one {# other} other {# others}}.",
        days=int(row["days"]),
        flagged=formats.count(row["tested_flagged"]),
        left=formats.share(row["precision"]),
        others=formats.count(row["tested"] - row["tested_flagged"]),
        rest=formats.share(row["others"]),
        difference=formats.points(row["difference"]),
        interval=interval(row["difference_low"], row["difference_high"], "points", formats),
    )
    return Finding("falling_use", row["verdict"], formats.joined([told, _meaning(row, formats)], by=" "))


def use_at_end(use: ContractUse, *, formats: Formats) -> Finding | None:
    """Say which of those with falling use come up for renewal or payment soon; None where none falls."""
    falling = use.of("falling")
    if falling.empty or not use.is_current:
        return None
    due = falling[falling["is_due"].astype(bool)]
    if due.empty:
        text = formats.say(
            "Of those whose use falls, none comes up for renewal or payment up to {until}.",
            until=formats.date(use.until),
        )
        return Finding("use_at_renewal", "no", text)
    text = formats.say(
        "Of {falling, plural, one {# customer} other {# customers}} whose use falls, {due, plural, one {# "
        "comes} other {# come}} up for renewal or payment up to {until}: {money} of revenue a year. Before "
        "that day they can still be spoken to.",
        falling=formats.count(len(falling)),
        due=formats.count(len(due)),
        until=formats.date(use.until),
        money=formats.money(12 * float(due["mrr"].sum())),
    )
    return Finding("use_at_renewal", "with reservations", text)


def unused_finding(use: ContractUse, *, formats: Formats) -> Finding | None:
    """Say who pays and used nothing in four months, and whether such customers left more often."""
    if not use.is_current:
        return None
    unused, told = use.of("unused"), use.signs["recent"].notna().sum()
    if unused.empty:
        text = formats.say(
            "Nobody whose use is recorded pays without having used anything in the last four months."
        )
        return Finding("unused_contracts", "no", text)
    said = formats.say(
        "{unused, plural, one {# customer pays and has} other {# customers pay and have}} used nothing in "
        "the last four months, of {told, plural, one {# customer} other {# customers}} whose use is "
        "recorded: {money} a month.",
        unused=formats.count(len(unused)),
        told=formats.count(told),
        money=formats.money(float(unused["mrr"].sum())),
    )
    row = use.unused
    return Finding(
        "unused_contracts", row["verdict"], formats.joined([said, _unused_trial(row, formats)], by=" ")
    )


def _short_trial(use: ContractUse, formats: Formats) -> Text:
    row = use.falling
    if row["verdict"] == "not enough data":
        return formats.say("Whether such customers leave more often could not be tested.")
    shares = {"left": formats.share(row["precision"]), "rest": formats.share(row["others"])}
    if row["verdict"] == "no":
        return formats.say(
            "But such customers did not clearly leave more often before: {left} in the month after, of the "
            "others {rest}.",
            **shares,
        )
    return formats.say(
        "Before, {left} of such customers whose contract came up left in the month after, of the others "
        "{rest}.",
        **shares,
    )


def _meaning(row: pd.Series, formats: Formats) -> Text:
    if row["verdict"] == "no":
        return formats.say(
            "That is no more than chance would bring, so the list is not worth working through."
        )
    return formats.say(
        "So falling use tells beforehand who is likelier to leave, and named {recall} of those who did; why "
        "they use less, and whom a call would keep, it does not tell.",
        recall=formats.share(row["recall"]),
    )


def _unused_trial(row: pd.Series, formats: Formats) -> Text:
    if row["verdict"] == "not enough data":
        return formats.say("Whether such customers leave more often could not be tested.")
    shares = {"left": formats.share(row["precision"]), "rest": formats.share(row["others"])}
    if row["verdict"] == "no":
        return formats.say(
            "Such customers did not clearly leave more often before: {left} in the month after, of those "
            "with steady use {rest}.",
            **shares,
        )
    return formats.say(
        "Before, {left} of such customers whose contract came up left in the month after, of those with "
        "steady use {rest}.",
        **shares,
    )
