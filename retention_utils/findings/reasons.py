"""What is said of why customers leave, of what of it is not known, and of competitors."""

import pandas as pd

from retention_utils.display import Callout, Finding, Verdict, supply
from retention_utils.findings.reasons_words import named, span_of
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import NOT_TOLD
from retention_utils.reasons.account import ReasonAccount
from retention_utils.reasons.competitor import CompetitorShare
from retention_utils.reasons.counts import SILENT, UNMATCHED, Unknown, control_split, response
from retention_utils.texts import Text

__all__ = [
    "MUCH_UNKNOWN",
    "competitors",
    "reasons",
    "responses",
    "trends_told",
    "unknown_reasons",
    "what_to_supply",
]

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
    asked = unknown.of_asked.asked
    if told.empty:
        text = formats.say(
            "Of the {asked, plural, one {# leaver} other {# leavers}} asked, none gave a reason that is "
            "recognised.",
            asked=asked,
        )
        return Finding("reasons", "not enough data", text, is_headline=True)
    most = told.head(NAMED)
    first = formats.say(
        "{stretch, select, all {Of {asked, plural, one {# leaver} other {# leavers}} asked why,} one {Of "
        "{asked, plural, one {# leaver} other {# leavers}} asked why in {last},} other {Of {asked, plural, "
        "one {# leaver} other {# leavers}} asked why from {first} to {last},}} {known} gave a reason that is "
        "recognised. Named most often: {most}.",
        asked=asked,
        known=asked - unknown.of_asked.count,
        most=formats.listed(_with_shares(most, account, formats)),
        **span_of(account, formats),
    )
    verdict: Verdict = "with reservations" if unknown.of_asked.share >= MUCH_UNKNOWN else "yes"
    texts = [first, _steered(account, formats)]
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
        "{stretch, select, all {{left, plural, one {# customer} other {# customers}} left.} one {{left, "
        "plural, one {# customer} other {# customers}} left in {last}.} other {{left, plural, one {# "
        "customer} other {# customers}} left from {first} to {last}.}} {involuntary, plural, =0 {No payment "
        "is known to have failed.} one {One of them was lost because a payment failed.} other {# of them "
        "were lost because a payment failed.}} {asked} were asked why, and {answered} answered: {share} of "
        "the {willing} who left by their own choice or for a reason not known ({interval}).",
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


def competitors(found: CompetitorShare | None, *, min_customers: int, formats: Formats) -> Finding | None:
    """Say how many went to competitors, stated and suspected, and since when more of them do."""
    if found is None or found.stated.asked < min_customers:
        return None
    stated = formats.say(
        "{count, plural, =0 {None} other {#}} of the {asked, plural, one {# leaver} other {# leavers}} asked "
        "named a competitor as the reason ({share}, {interval}). {more, plural, =0 {No other gave a reason "
        "behind which one may stand.} one {One more gave a reason behind which one may stand, such as "
        "having moved: with that one it would be {most} at most.} other {# more gave a reason behind which "
        "one may stand, such as having moved: with all of them it would be {most} at most.}}",
        count=found.stated.count,
        asked=found.stated.asked,
        share=formats.share(found.stated.share),
        interval=interval(found.stated.low, found.stated.high, "share", formats),
        more=found.with_suspected.count - found.stated.count,
        most=formats.share(found.with_suspected.share),
    )
    parts = [stated, *_since(found, formats)]
    verdict: Verdict = {1: "worse", -1: "better"}.get(found.direction, "no clear change")
    if not found.is_tested:
        verdict = "yes" if found.stated.count else "no"
    return Finding("competitor_reasons", verdict, formats.joined(parts, by=" "))


def trends_told(trends: pd.DataFrame, account: ReasonAccount | None, *, formats: Formats) -> Finding | None:
    """Say which reasons are given more or less often than before; None where none can be tested."""
    if account is None or trends.empty:
        return None
    rose, fell = (list(trends.loc[trends["direction"] == way, "code"]) for way in (1, -1))
    tested = len(trends)
    if not rose and not fell:
        text = formats.say(
            "Of {tested, plural, one {# reason} other {# reasons}} given often enough to be tested, none is "
            "given more or less often than before for certain.",
            tested=tested,
        )
        return Finding("reason_trends", "no clear change", text)
    text = formats.say(
        "Of {tested, plural, one {# reason} other {# reasons}} given often enough to be tested, {course, "
        "select, rose {these make up a growing share for certain: {rose}} fell {these make up a falling "
        "share for certain: {fell}} other {these make up a growing share for certain: {rose}; these a "
        "falling one: {fell}}}. Where one share grows, others must fall.",
        tested=tested,
        course="both" if rose and fell else "rose" if rose else "fell",
        rose=named(rose, account.book, formats) if rose else formats.name(""),
        fell=named(fell, account.book, formats) if fell else formats.name(""),
    )
    return Finding("reason_trends", "yes", text)


def what_to_supply(account: ReasonAccount | None, *, formats: Formats) -> list[Callout]:
    """Say what cannot be answered from what was supplied, and what would be needed for it."""
    if account is None:
        text = formats.say(
            "With the table of reasons, [tables.reasons] in client.toml, or the column cancel_reason of the "
            "contracts, this chapter would say why customers leave, what of it can be steered and what it "
            "costs, how many go to competitors, and whether that is changing. One column of codes or free "
            "text is enough to begin with; the customer and the day make more of it."
        )
        return [supply("no_reasons", formats.say("Why customers leave"), text)]
    answers, notes = account.answers, []
    if not answers.named:
        text = formats.say(
            "The reasons name no customers: how many leavers answered, what they brought, and the effect in "
            "money cannot be said. That needs the column customer_id in [tables.reasons]."
        )
        notes.append(supply("reasons_unnamed", formats.say("What each reason costs"), text))
    if not account.first_period:
        text = formats.say(
            "No day of leaving or of the reason is known: whether a reason is given more often than before "
            "cannot be said. That needs the column day in [tables.reasons], or contracts with dates."
        )
        notes.append(supply("reasons_undated", formats.say("How reasons change"), text))
    astray = answers.named - answers.tied
    if astray:
        text = formats.say(
            "{astray, plural, one {# reason names a customer who is} other {# reasons name customers who "
            "are}} not known to have left at about that time, of {rows} in all. They are counted as reasons, "
            "but not as leavers, and without money.",
            astray=astray,
            rows=answers.rows,
        )
        notes.append(Callout("reasons_astray", "info", formats.say("Reasons without a leaver"), text))
    return notes


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


def _since(found: CompetitorShare, formats: Formats) -> list[Text]:
    if not found.is_tested:
        return []
    if found.step:
        step = found.step
        return [
            formats.say(
                "The share of those who named one was {before} before {period} and {after} from then on: a "
                "change of {difference} ({interval}). {span, select, one {The change began in that period "
                "with a probability of 95%.} other {The change began between {earliest} and {latest} with a "
                "probability of 95%.}} Chance alone seldom makes so great a one; what made it, the data do "
                "not say.",
                before=formats.share(step.before),
                after=formats.share(step.after),
                period=formats.period(step.period),
                difference=formats.points(step.difference),
                interval=interval(step.low, step.high, "points", formats),
                span="one" if step.earliest == step.latest else "several",
                earliest=formats.period(step.earliest),
                latest=formats.period(step.latest),
            )
        ]
    return [
        formats.say(
            "{course, select, rises {The share of those who named one grows over time} falls {The share of "
            "those who named one falls over time} other {Over time the share of those who named one neither "
            "grows nor falls for certain}} (Cochran–Armitage test, p = {p}).",
            course={1: "rises", -1: "falls"}.get(found.direction, "neither"),
            p=formats.number(found.p, digits=3),
        )
    ]
