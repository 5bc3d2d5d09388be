"""What reasons cost: who can steer how much, what lies above the usual, what calls for a measure."""

from collections.abc import Iterable

import pandas as pd

from retention_utils.display import Finding, Kpi, Verdict
from retention_utils.findings.reasons_words import named
from retention_utils.findings.words import based_on, interval, three_digits
from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import NOT_TOLD
from retention_utils.reasons.account import ReasonAccount
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
    account: ReasonAccount | None, effect: pd.DataFrame, *, min_customers: int, formats: Formats
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
        return Finding("reason_losses", "yes", formats.joined([told, *_none_above(effect, formats)], by=" "))
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


def subject_findings(account: ReasonAccount | None, *, min_customers: int, formats: Formats) -> list[Finding]:
    """Say how many named what a rule of the playbook answers, one finding a subject."""
    return [
        Finding(f"reasons_{subject}", verdict, _subject_told(subject, found, formats))
        for subject, found, verdict in _subjects(account, min_customers)
        if verdict != "not enough data"
    ]


def subject_kpis(account: ReasonAccount | None, *, min_customers: int, formats: Formats) -> list[Kpi]:
    """Give what the leavers of every subject that calls for a measure brought, as key figures."""
    shown = []
    for subject, found, verdict in _subjects(account, min_customers):
        if verdict != "yes" or not found.known_money:
            continue
        money = three_digits(found.year_money)
        shown.append(
            Kpi(
                key=f"reasons_{subject}_loss",
                label=formats.say(LOST, subject=subject),
                value=formats.short_money(money),
                number=money,
                basis=based_on(found.known_money, formats),
            )
        )
    return shown


def _subjects(account: ReasonAccount | None, min_customers: int) -> Iterable[tuple[str, Share, Verdict]]:
    if account is None:
        return
    for rule, subject in SUBJECTS.items():
        found = told_share(account.recent, [code for code in account.book.code if code.rule == rule])
        if found.asked < min_customers:
            yield subject, found, "not enough data"
        else:
            yield subject, found, "yes" if found.low > SPEAKS else "no"


def _subject_told(subject: str, found: Share, formats: Formats) -> Text:
    told = formats.say(
        TOLD,
        subject=subject,
        count=found.count,
        asked=found.asked,
        share=formats.share(found.share),
        interval=interval(found.low, found.high, "share", formats),
    )
    if not found.known_money:
        return told
    brought = formats.say("They brought {money} a year.", money=formats.money(found.year_money))
    return formats.joined([told, brought], by=" ")


def _none_above(effect: pd.DataFrame, formats: Formats) -> list[Text]:
    if effect["effect"].isna().all():
        return []
    return [formats.say("For no reason that can be steered do the losses lie above the usual for certain.")]


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
