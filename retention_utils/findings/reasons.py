"""What is said of why customers leave, and of what of it is not known."""

import pandas as pd

from retention_utils.display import Finding, Verdict
from retention_utils.findings.reasons_words import named, span_of
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import NOT_TOLD
from retention_utils.reasons.account import ReasonAccount
from retention_utils.reasons.counts import SILENT, UNMATCHED, Unknown, control_split, response
from retention_utils.texts import Text

__all__ = ["MUCH_UNKNOWN", "reasons", "responses", "unknown_reasons"]

MUCH_UNKNOWN = 0.3  # of those asked: from here on the picture may be another one
NAMED = 3  # reasons that the headline names


def reasons(
    account: ReasonAccount | None,
    given: pd.DataFrame,
    unknown: Unknown | None,
    *,
    min_customers: int,
    formats: Formats,
) -> Finding:
    """Answer why customers leave and what of it can be steered.

    Parameters
    ----------
    account : ReasonAccount, optional
        None without any reason.
    given : DataFrame
        From :func:`retention_utils.reasons.counts.pareto`, of the leavers looked at.
    unknown : Unknown, optional
        The same leavers.
    """
    if account is None or unknown is None or unknown.of_asked.asked < min_customers:
        return Finding(
            "reasons", "not enough data", _too_few(unknown, min_customers, formats), is_headline=True
        )
    told = given[~given["code"].isin([NOT_TOLD, UNMATCHED, SILENT])]
    if told.empty:
        text = formats.say(
            "Of the {asked, plural, one {# leaver} other {# leavers}} asked, none gave a reason that is "
            "recognised.",
            asked=unknown.of_asked.asked,
        )
        return Finding("reasons", "not enough data", text, is_headline=True)
    verdict: Verdict = "with reservations" if unknown.of_asked.share >= MUCH_UNKNOWN else "yes"
    texts = [_told(told.head(NAMED), account, unknown, formats), _steered(account, formats)]
    return Finding("reasons", verdict, formats.joined(texts, by=" "), is_headline=True)


def unknown_reasons(unknown: Unknown | None, *, min_customers: int, formats: Formats) -> Finding | None:
    """Say of how many leavers the reason is not known, and why it is not."""
    if unknown is None or unknown.of_asked.asked < min_customers:
        return None
    text = formats.say(
        "The reason of {count} of the {asked, plural, one {# leaver} other {# leavers}} asked is not known "
        "({share}, {interval}): {silent} said nothing, {not_told} would not say, {unmatched} said something "
        "that no code or word of the list stands for.",
        count=unknown.of_asked.count,
        asked=unknown.of_asked.asked,
        share=formats.share(unknown.of_asked.share),
        interval=interval(unknown.of_asked.low, unknown.of_asked.high, "share", formats),
        silent=unknown.silent,
        not_told=unknown.not_told,
        unmatched=unknown.unmatched,
    )
    verdict: Verdict = "with reservations" if unknown.of_asked.share >= MUCH_UNKNOWN else "yes"
    return Finding("unknown_reasons", verdict, text)


def responses(account: ReasonAccount | None, *, formats: Formats) -> Finding | None:
    """Say how many of the known leavers said why; None where no reason is tied to a leaver."""
    if account is None:
        return None
    found = response(account.recent)
    if found.left == 0 or found.answered == 0:
        return None
    willing = found.left - found.involuntary
    text = formats.say(
        "Of those who left by their own choice or for a reason not known, {share} answered why ({answered} "
        "of {willing}, {interval}); {asked} were asked. {stretch, select, all {In all {left, plural, one {# "
        "customer} other {# customers}} left;} one {In all {left, plural, one {# customer} other {# "
        "customers}} left in {last};} other {In all {left, plural, one {# customer} other {# customers}} "
        "left from {first} to {last};}} {involuntary, plural, =0 {no payment is known to have failed.} one "
        "{one of them was lost because a payment failed.} other {# of them were lost because a payment "
        "failed.}}",
        left=found.left,
        involuntary=found.involuntary,
        willing=willing,
        asked=found.asked,
        answered=found.answered,
        share=formats.share(found.share),
        interval=interval(found.low, found.high, "share", formats),
        **span_of(account, formats),
    )
    return Finding("reason_response", "yes", text)


def _too_few(unknown: Unknown | None, min_customers: int, formats: Formats) -> Text:
    if unknown is None:
        return formats.say("Why customers leave cannot be said: no reasons were supplied.")
    return formats.say(
        "Why customers leave cannot be said yet: {asked, plural, =0 {none was asked} one {only # leaver was "
        "asked} other {only # leavers were asked}}, and that needs at least {least}.",
        asked=unknown.of_asked.asked,
        least=min_customers,
    )


def _with_shares(given: pd.DataFrame, account: ReasonAccount, formats: Formats) -> list[Text]:
    return [
        formats.say(
            "{reason} ({share})",
            reason=named([row.code], account.book, formats),
            share=formats.share(row.share),
        )
        for row in given.itertuples()
    ]


def _steered(account: ReasonAccount, formats: Formats) -> Text:
    split = control_split(account.recent, account.book)
    return formats.say(
        "Of those asked, {yes} ({interval}) named something that the company itself decides, {verify} "
        "something behind which such a reason may stand and which is to be verified, {no} something that "
        "nobody can steer.",
        yes=formats.share(split["yes"].share),
        interval=interval(split["yes"].low, split["yes"].high, "share", formats),
        verify=formats.share(split["verify"].share),
        no=formats.share(split["no"].share),
    )


def _told(most: pd.DataFrame, account: ReasonAccount, unknown: Unknown, formats: Formats) -> Text:
    asked = unknown.of_asked.asked
    named_most = formats.say(
        "The reasons named most often: {most}.", most=formats.listed(_with_shares(most, account, formats))
    )
    answered = formats.say(
        "{stretch, select, all {Of {asked, plural, one {# leaver} other {# leavers}} asked why,} one {Of "
        "{asked, plural, one {# leaver} other {# leavers}} asked why in {last},} other {Of {asked, plural, "
        "one {# leaver} other {# leavers}} asked why from {first} to {last},}} {known} gave a reason that is "
        "recognised.",
        asked=asked,
        known=asked - unknown.of_asked.count,
        **span_of(account, formats),
    )
    return formats.joined([named_most, answered], by=" ")
