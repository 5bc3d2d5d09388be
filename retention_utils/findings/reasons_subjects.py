"""What leavers named that a measure of the playbook answers: how many, and what they brought."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from retention_utils.display import Finding, Kpi, Verdict
from retention_utils.findings.reasons_words import counted, named
from retention_utils.findings.words import based_on, interval, three_digits
from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import ReasonCode
from retention_utils.reasons.account import ReasonAccount
from retention_utils.reasons.counts import Share, told_share
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["SUBJECTS", "subject_findings", "subject_kpis"]

SPEAKS = 0.05  # a subject calls for a measure if more than so many of those asked name it for certain
# What reasons are about, by the rule of the playbook that answers them.
SUBJECTS = {"P18": "price", "P19": "product", "P20": "moved", "P21": "vanished", "X01": "pause"}
TOLD = message(
    "{count, plural, =0 {None} other {#}} of the {asked, plural, one {# leaver} other {# leavers}} asked "
    "{subject, select, price {named the price, their own money or a competitor} product {named the product "
    "or the service} moved {said that they moved or live too far away, behind which a competitor may stand} "
    "vanished {stopped paying and vanished, as is noted of them} other {said that they do not need it or "
    "have no time for it now}} ({share}, {interval})."
)
LOST = message(
    "A year's revenue of leavers who named {subject, select, price {price or competitor} product {product or "
    "service} moved {a move} vanished {nothing, and stopped paying} other {no need or no time}}"
)


def subject_findings(
    account: ReasonAccount | None, effect: pd.DataFrame, *, min_customers: int, formats: Formats
) -> list[Finding]:
    """Say how many named what a rule of the playbook answers, one finding a subject.

    ``effect`` is from :func:`retention_utils.reasons.effect.economic_effect`: a reason that costs less than
    is usual, for certain, is no ground for a measure and left out of what calls for one.
    """
    return [
        Finding(f"reasons_{found.subject}", found.verdict, _subject_told(found, account, formats))
        for found in _subjects(account, effect, min_customers)
        if found.verdict != "not enough data"
    ]


def subject_kpis(
    account: ReasonAccount | None, effect: pd.DataFrame, *, min_customers: int, formats: Formats
) -> list[Kpi]:
    """Give what the leavers of every subject that calls for a measure brought, as key figures."""
    return [
        _lost(found, account, formats)
        for found in _subjects(account, effect, min_customers)
        if found.verdict == "yes" and found.counted.known_money
    ]


@dataclass(frozen=True)
class _Subject:
    """What a rule of the playbook answers, and how many named it."""

    subject: str
    named: Share  # all of its reasons
    counted: Share  # those that do not cost less than usual for certain
    below: tuple[str, ...]  # the others
    reasons: Mapping[str, int]  # how many named each, the most frequent first
    verdict: Verdict


def _subjects(account: ReasonAccount | None, effect: pd.DataFrame, min_customers: int) -> Iterable[_Subject]:
    if account is None:
        return
    rare = set(effect.loc[effect["effect_high"] < 0, "code"])
    for rule, subject in SUBJECTS.items():
        codes = [code for code in account.book.code if code.rule == rule]
        # Where all of them cost less, the measure as a whole is held back, by below_usual.
        counted = [code for code in codes if code.key not in rare] or codes
        shares = [told_share(account.recent, each) for each in (codes, counted)]
        below = tuple(code.key for code in codes if code not in counted)
        verdict: Verdict = "yes" if shares[1].low > SPEAKS else "no"
        if shares[0].asked < min_customers:
            verdict = "not enough data"
        yield _Subject(subject, *shares, below, _given(account, codes), verdict)


def _given(account: ReasonAccount, codes: Sequence[ReasonCode]) -> dict[str, int]:
    given = account.recent.loc[account.recent["is_asked"], "code"].value_counts()
    counts = {code.key: int(given[code.key]) for code in codes if code.key in given}
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _lost(found: _Subject, account: ReasonAccount, formats: Formats) -> Kpi:
    money = three_digits(found.counted.year_money)
    basis = based_on(found.counted.known_money, formats)
    if found.below:
        reasons = named(found.below, account.book, formats)
        basis = formats.joined(
            [basis, formats.say("without {reasons}: fewer left for it than is usual", reasons=reasons)]
        )
    return Kpi(
        key=f"reasons_{found.subject}_loss",
        label=formats.say(LOST, subject=found.subject),
        value=formats.short_money(money),
        number=money,
        basis=basis,
    )


def _subject_told(found: _Subject, account: ReasonAccount, formats: Formats) -> Text:
    told = [_how_many(found, formats)]
    if len(found.reasons) > 1:
        reasons = counted(found.reasons, account.book, formats)
        told.append(formats.say("The reasons: {reasons}.", reasons=reasons))
    if found.below:
        told.append(_without_rare(found, account, formats))
    elif found.named.known_money:
        told.append(formats.say("They brought {money} a year.", money=formats.money(found.named.year_money)))
    failed = int(account.recent["is_involuntary"].sum()) if found.subject == "vanished" else 0
    if failed:
        told.append(
            formats.say(
                "The {failed, plural, one {# customer} other {# customers}} lost because a payment failed "
                "were not asked; they are counted apart, with failed payments.",
                failed=failed,
            )
        )
    return formats.joined(told, by=" ")


def _how_many(found: _Subject, formats: Formats) -> Text:
    return formats.say(
        TOLD,
        subject=found.subject,
        count=found.named.count,
        asked=found.named.asked,
        share=formats.share(found.named.share),
        interval=interval(found.named.low, found.named.high, "share", formats),
    )


def _without_rare(found: _Subject, account: ReasonAccount, formats: Formats) -> Text:
    return formats.say(
        "For {reasons} fewer left than is usual, for certain, so no measure rests on that. Without it, "
        "{count, plural, =0 {none is} one {# is} other {# are}} left ({share}, {interval}), who brought "
        "{money} a year.",
        reasons=named(found.below, account.book, formats),
        count=found.counted.count,
        share=formats.share(found.counted.share),
        interval=interval(found.counted.low, found.counted.high, "share", formats),
        money=formats.money(found.counted.year_money),
    )
