"""What the data passport says: whether the data can be trusted, and why or why not."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi
from retention_utils.findings.passport_checks import names_of
from retention_utils.formats import EVERY_LANGUAGE, Formats, Kind
from retention_utils.passport.account import net_revenue, sum_of
from retention_utils.passport.checks import Check, grade_of, graded
from retention_utils.quality.uses import PURCHASE_USES
from retention_utils.texts import Text

__all__ = [
    "net_revenue_kpi",
    "objections",
    "old_customers",
    "rows_used_kpi",
    "trust",
    "weekly_alt",
    "weekly_caption",
]

VERDICTS = {"A": "yes", "B": "with reservations", "C": "with reservations", "D": "no"}


def objections(checks: list[Check]) -> tuple[Text, ...]:
    """Say why nothing may be built on the data; empty unless a check has failed."""
    if grade_of(checks) != "D":
        return ()
    say, failed = EVERY_LANGUAGE.say, names_of(checks, "fail", EVERY_LANGUAGE)
    return (say("The data are graded D, because a check failed: {checks}.", checks=failed),)


def trust(checks: list[Check], account: pd.DataFrame, *, formats: Formats) -> Finding:
    """Answer whether the numbers of the report can be trusted."""
    grade, made = grade_of(checks), graded(checks)
    used, whole = _used_rows(account)
    passed = sum(check.verdict == "pass" for check in made)
    text = formats.say(
        "The data are graded {grade}: {passed, select, all {all} other {{number} of}} {checks} checks that "
        "the grade rests on passed. Of the order log, {used} of {whole} rows ({share}) are used; it covers "
        "{days}.",
        grade=formats.name(grade),
        used=used,
        whole=whole,
        share=formats.share(used / whole, digits=2),
        days=formats.days(next(check.found for check in checks if check.key == "history")),
        passed="all" if passed == len(made) else "some",
        number=passed,
        checks=len(made),
    )
    return Finding("trust", VERDICTS[grade], text, is_headline=True)


def rows_used_kpi(account: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the share of rows used as a key figure."""
    used, whole = _used_rows(account)
    return Kpi(
        key="rows_used",
        label=formats.say("Rows used"),
        value=formats.share(used / whole, digits=2),
        number=round(used / whole, 4),
        basis=_of_all(used, whole, formats),
    )


def net_revenue_kpi(account: pd.DataFrame, *, formats: Formats) -> Kpi:
    """Give the revenue of all rows used, less refunds, as a key figure."""
    net, refunds = net_revenue(account), -sum_of(account, ["refund"])[1]
    if refunds:
        taken_off = formats.say("{amount} of refunds taken off", amount=formats.money(refunds))
    else:
        taken_off = formats.say("no refunds taken off")
    return Kpi(
        key="net_revenue",
        label=formats.say("Net revenue in the log"),
        value=formats.short_money(net),
        number=round(net, 2),
        basis=taken_off,
    )


def weekly_alt(weekly: pd.DataFrame, *, column: str, formats: Formats) -> Text:
    """Describe a chart of weeks: how many, between which values, and where the last one lies."""
    if weekly.empty:
        return formats.say("The log is shorter than a week.")
    kind: Kind = "count" if column == "orders" else "short_money"
    bars = formats.say(
        "Bars for {weeks, plural, one {# week} other {# weeks}}: {column, select, orders {orders} other "
        "{revenue}} between {low} and {high}, {last} in the last.",
        weeks=len(weekly),
        column=column,
        low=formats.value(weekly[column].min(), kind),
        high=formats.value(weekly[column].max(), kind),
        last=formats.value(weekly[column].iloc[-1], kind),
    )
    return formats.joined([bars, *_marks(weekly, formats)], by=" ")


def weekly_caption(weekly: pd.DataFrame, *, formats: Formats) -> Text:
    """Say how to read a chart of weeks, and those of its marks that are there."""
    sentences = [formats.say("One bar per seven days since the log begins.")]
    if (weekly["questioned_days"] > 0).any():
        questioned = formats.say(
            "A question mark stands over weeks with days on which nobody ordered although orders usually "
            "come: was the shop closed, or are orders missing?"
        )
        sentences.append(questioned)
    if weekly["is_shift"].any():
        sentences.append(formats.say("A dashed line stands where a level changes lastingly."))
    return formats.joined(sentences, by=" ")


def old_customers(customers: pd.DataFrame, *, formats: Formats) -> Callout | None:
    """Warn where the models take for new who may be old; None where nobody is.

    Parameters
    ----------
    customers : DataFrame
        The mart's table of this name.
    """
    share = float(customers["is_mixed"].mean())
    if share == 0:
        return None
    text = formats.say(
        "{share} of the customers were first seen so soon after the log begins that they may have bought "
        "before it. The models take everyone's first order in the log for the first ever, so they know less "
        "about these customers than they believe.",
        share=formats.share(share),
    )
    title = formats.say("Some customers may be older than the log")
    return Callout("old_customers", "warn", title, text)


def _of_all(used: int, whole: int, formats: Formats) -> Text:
    if used == whole:
        return formats.say("{used} of {whole}", used=used, whole=whole)
    return formats.say(
        "{used} of {whole}; the others are left out by rule or cannot be used", used=used, whole=whole
    )


def _used_rows(account: pd.DataFrame) -> tuple[int, int]:
    return sum_of(account, PURCHASE_USES)[0], sum_of(account, ["all"])[0]


def _marks(weekly: pd.DataFrame, formats: Formats) -> list[Text]:
    """Say what is marked in a chart of weeks, if anything is."""
    questioned = int((weekly["questioned_days"] > 0).sum())
    days = [formats.date(day) for day in weekly.loc[weekly["is_shift"], "week"]]
    marks = []
    if questioned:
        silence = formats.say(
            "{weeks, plural, one {# week holds} other {# weeks hold}} a questionable silence.",
            weeks=questioned,
        )
        marks.append(silence)
    if days:
        listed = formats.joined(days, by=", ")
        marks.append(formats.say("A level changes lastingly from {days} on.", days=listed))
    return marks
