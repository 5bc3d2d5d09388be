"""What reasons cost: who can steer how much, what lies above the usual, what calls for a measure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from retention_utils.display import Finding, Kpi, Verdict
from retention_utils.findings.reasons_words import counted, named
from retention_utils.findings.words import based_on, interval, three_digits
from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import NOT_TOLD, ReasonCode
from retention_utils.reasons.account import ReasonAccount
from retention_utils.reasons.competitor import CompetitorShare
from retention_utils.reasons.counts import Share, control_split, told_share
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["SUBJECTS", "losses", "subject_findings", "subject_kpis", "symptoms"]

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


def losses(
    account: ReasonAccount | None,
    effect: pd.DataFrame,
    rivals: CompetitorShare | None = None,
    *,
    min_customers: int,
    formats: Formats,
) -> Finding | None:
    """Say how much money left with reasons that can be steered, and where most of it is above the usual."""
    split = control_split(account.recent, account.book) if account else {}
    if (
        not split
        or split["yes"].asked < min_customers
        or not sum(part.known_money for part in split.values())
    ):
        return None
    told = formats.say(
        "Leavers who named something that the company itself decides brought {yes} a year, those whose "
        "reason is to be verified {verify}, those whose reason nobody can steer {no}.",
        **{control: formats.money(part.year_money) for control, part in split.items()},
    )
    worst = effect[effect["is_above"] & (effect["control"] != "no")]
    if worst.empty:
        calm = [told, *_none_above(effect, rivals, formats)]
        return Finding("reason_losses", "yes", formats.joined(calm, by=" "))
    row = worst.loc[worst["effect"].idxmax()]
    texts = [told, _furthest_above(row, account, formats)]
    return Finding("reason_losses", "with reservations", formats.joined(texts, by=" "))


def symptoms(account: ReasonAccount | None, *, min_customers: int, formats: Formats) -> Finding | None:
    """Say how many answers are symptoms: that somebody left, not why."""
    if account is None:
        return None
    codes = [code for code in account.book.code if code.nature == "symptom" and code.key != NOT_TOLD]
    found = told_share(account.recent, codes)
    if found.asked < min_customers:
        return None
    given = account.recent.loc[account.recent["is_asked"], "code"].value_counts()
    keys = sorted((code.key for code in codes if code.key in given), key=lambda key: (-given[key], key))
    text = formats.say(
        "{count, plural, =0 {No answer was a symptom: all that is known names a cause.} other {# of the "
        "{asked, plural, one {# leaver} other {# leavers}} asked gave a symptom and not a cause ({share}, "
        "{interval}): {names}. Such answers say that somebody left, not why; ask what had changed before.}}",
        count=found.count,
        asked=found.asked,
        share=formats.share(found.share),
        interval=interval(found.low, found.high, "share", formats),
        names=named(keys, account.book, formats) if keys else formats.name(""),
    )
    return Finding("reason_symptoms", "with reservations" if found.count else "yes", text)


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


def _none_above(effect: pd.DataFrame, rivals: CompetitorShare | None, formats: Formats) -> list[Text]:
    if effect["effect"].isna().all():
        return []
    if rivals is None or rivals.direction != 1:
        return [
            formats.say("For no reason that can be steered do the losses lie above the usual for certain.")
        ]
    return [
        formats.say(
            "For no reason that can be steered do the losses lie above the usual for certain, not for "
            "competitors either: that more of the leavers name one is a share of answers; in money, chance "
            "may still explain it."
        )
    ]


def _furthest_above(row: pd.Series, account: ReasonAccount, formats: Formats) -> Text:
    return formats.say(
        "Furthest above the usual is {reason}: {rate} of the customers {grain, select, week {a week} month "
        "{a month} quarter {a quarter} year {a year} other {in the period}} instead of {usual}, {by, select, "
        "published {the highest share published} client {the share that the client file calls usual} other "
        "{the share of the year before}}. The leavers beyond that brought {money} a year ({interval}).",
        reason=named([row["code"]], account.book, formats),
        grain=account.exposure.grain,
        rate=formats.share(row["rate"], digits=2),
        usual=formats.share(row["norm_high"], digits=2),
        by=row["norm_of"],
        money=formats.money(three_digits(row["effect"])),
        interval=interval(
            three_digits(row["effect_low"]), three_digits(row["effect_high"]), "money", formats
        ),
    )
