"""What reasons cost: who can steer how much, what lies above the usual; what is only a symptom."""

import pandas as pd

from retention_utils.display import Finding
from retention_utils.findings.reasons_words import named
from retention_utils.findings.words import interval, three_digits
from retention_utils.formats import Formats
from retention_utils.reason_codes.codes import NOT_TOLD
from retention_utils.reasons.account import ReasonAccount
from retention_utils.reasons.competitor import CompetitorShare
from retention_utils.reasons.counts import control_split, told_share
from retention_utils.texts import Text

__all__ = ["losses", "symptoms"]


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
        calm = [*_none_above(effect, rivals, formats), told]
        return Finding("reason_losses", "yes", formats.joined(calm, by=" "))
    row = worst.loc[worst["effect"].idxmax()]
    texts = [_furthest_above(row, account, formats), told]
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
            "competitors either. A larger share of the leavers names one, but in money chance may still "
            "explain it."
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
