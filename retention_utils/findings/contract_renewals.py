"""What is said of renewals to come, of payments overdue, and of whom to call first."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from retention_utils.columns.contract_renewals import BY_PLAN, CALLS, OVERDUE, USE
from retention_utils.contract_renewals import Rehearsal, RenewalOutlook
from retention_utils.contract_survival.families import ContractFamily
from retention_utils.display import Callout, Finding, Kpi
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.contract_families import left_out_words
from retention_utils.findings.contract_use_words import SHORT_WORDS
from retention_utils.findings.words import based_on, billing_words, interval, three_digits
from retention_utils.formats import BLANK, Formats
from retention_utils.texts import Text

__all__ = [
    "by_plan_table",
    "calls_table",
    "left_out",
    "overdue_finding",
    "overdue_kpi",
    "overdue_table",
    "renewal_loss_kpi",
    "renewals_ahead",
    "renewals_kept_kpi",
    "renewals_tried",
    "weeks_alt",
    "with_use",
]

MOST_ROWS = 20
MOST_LISTED = 2000  # rows that the page and its export can carry


def renewals_ahead(
    outlook: RenewalOutlook | None,
    rehearsal: Rehearsal | None,
    due: pd.DataFrame | None = None,
    *,
    as_of: date,
    ahead_days: int,
    formats: Formats,
) -> Finding:
    """Answer what comes up for renewal, and how much of it is expected to be lost.

    ``due`` is the table of :func:`retention_utils.contract_renewals.due_soon`, if there is one.
    """
    if outlook is None:
        text = formats.say(
            "Which contracts will not be renewed cannot be said yet: too few contracts have ended to tell a "
            "chance, or none comes up in the next {days}.",
            days=formats.days(ahead_days),
        )
        return Finding("renewals_ahead", "not enough data", text, is_headline=True)
    told = formats.say(
        "At renewals from {first} to {last}, {lost} of revenue a year is expected to be lost "
        "({lost_interval}). Up for renewal {contracts, plural, one {is # contract} other {are # contracts}}, "
        "{money} of revenue a year; {kept} of them are expected to be kept ({kept_interval}). Who has given "
        "notice already is not known to the list, and counts as undecided.",
        first=formats.date(as_of + timedelta(days=1)),
        last=formats.date(as_of + timedelta(days=ahead_days)),
        contracts=outlook.contracts,
        money=formats.money(three_digits(outlook.money)),
        kept=formats.count(outlook.kept),
        kept_interval=interval(outlook.kept_low, outlook.kept_high, "count", formats),
        lost=formats.money(three_digits(outlook.lost)),
        lost_interval=interval(
            three_digits(outlook.lost_low), three_digits(outlook.lost_high), "money", formats
        ),
    )
    told = formats.joined([told, *_every_month(due, formats)], by=" ")
    is_trusted = rehearsal is not None and rehearsal.is_passed
    return Finding("renewals_ahead", "with reservations" if is_trusted else "no", told, is_headline=True)


def _every_month(due: pd.DataFrame | None, formats: Formats) -> list[Text]:
    """Say how many of those contracts come up every month, or oftener; nothing where all do, or none."""
    known = None if due is None else due[due["chance"].notna()]
    if known is None:
        return []
    often = known["billed_every"].isin(["week", "month"])
    if often.all() or not often.any():
        return []
    return [
        formats.say(
            "{often, plural, one {# of them comes} other {# of them come}} up every month or oftener, {rest} "
            "after a longer term, {money} of revenue a year.",
            often=int(often.sum()),
            rest=formats.count((~often).sum()),
            money=formats.money(three_digits(float(known.loc[~often, "money"].sum()))),
        )
    ]


def renewals_tried(rehearsal: Rehearsal | None, *, formats: Formats) -> Finding:
    """Say whether the same, said of the time just before, came true."""
    if rehearsal is None:
        text = formats.say("The chances could not be tried on the past: the list is too short for that.")
        return Finding("renewals_tried", "not enough data", text)
    then = rehearsal.outlook
    text = formats.say(
        "Said of {first} to {last} from what was known the day before, {expected} of {contracts, plural, "
        "one {# contract} other {# contracts}} were expected to be kept ({interval}); {kept} were. {inside, "
        "select, yes {That is within chance.} other {That is more than chance: something has changed, such "
        "as prices, so that the chances here are not to be relied on.}}",
        first=formats.date(rehearsal.first_day),
        last=formats.date(rehearsal.last_day),
        expected=formats.count(then.kept),
        contracts=then.contracts,
        interval=interval(then.kept_low, then.kept_high, "count", formats),
        kept=rehearsal.kept,
        inside="yes" if rehearsal.is_passed else "no",
    )
    return Finding("renewals_tried", "yes" if rehearsal.is_passed else "no", text)


def left_out(families: Sequence[ContractFamily], *, formats: Formats) -> Callout | None:
    """Name the contracts of which no chance is known, as the chapter on value does."""
    if not families:
        return None
    title = formats.say("Contracts that are not in the forecast")
    return Callout("left_out", "warn", title, left_out_words(families, formats=formats))


def overdue_finding(overdue: pd.DataFrame, *, is_told: bool, grace_days: int, formats: Formats) -> Finding:
    """Say which payments are overdue now and can still be made good, as far as the list tells of any."""
    if not is_told:
        text = formats.say(
            "Whether a payment is overdue now is not known: the contract list does not tell. Supply the day "
            "since which a payment is overdue, if it is recorded."
        )
        return Finding("overdue_now", "not enough data", text)
    if overdue.empty:
        text = formats.say("No running contract has a payment overdue, as far as the list says.")
        return Finding("overdue_now", "yes", text)
    text = formats.say(
        "{contracts, plural, one {# running contract has a payment} other {# running contracts have "
        "payments}} overdue, {money} in all; unpaid, {contracts, plural, one {it ends} other {each ends}} "
        "{days} after the day it was due, {contracts, plural, one {that is in} other {the first in}} {left, "
        "plural, one {# day} other {# days}}. How many such payments are made good the list does not say, "
        "because it forgets those that were.",
        contracts=len(overdue),
        money=formats.money(float(overdue["amount"].sum())),
        days=formats.days(grace_days),
        left=int(overdue["days_left"].min()),
    )
    return Finding("overdue_now", "with reservations", text)


def renewal_loss_kpi(outlook: RenewalOutlook | None, *, formats: Formats) -> Kpi | None:
    """Give the yearly revenue expected to be lost as a key figure; None where no chance is known."""
    if outlook is None:
        return None
    lost, low, high = (three_digits(value) for value in (outlook.lost, outlook.lost_low, outlook.lost_high))
    return Kpi(
        key="renewal_loss",
        label=formats.say("Revenue a year expected to be lost at renewals"),
        value=formats.short_money(lost),
        number=lost,
        interval=interval(low, high, "money", formats),
        basis=based_on(outlook.contracts, formats),
    )


def renewals_kept_kpi(outlook: RenewalOutlook | None, *, formats: Formats) -> Kpi | None:
    """Give the share of contracts expected to be kept as a key figure; None where no chance is known."""
    if outlook is None:
        return None
    kept, low, high = (
        value / outlook.contracts for value in (outlook.kept, outlook.kept_low, outlook.kept_high)
    )
    return Kpi(
        key="renewals_kept",
        label=formats.say("Contracts due, expected to be kept"),
        value=formats.share(kept),
        number=round(kept, 4),
        interval=interval(low, high, "share", formats),
        basis=based_on(outlook.contracts, formats),
    )


def overdue_kpi(overdue: pd.DataFrame, *, is_told: bool, formats: Formats) -> Kpi:
    """Give the money overdue now as a key figure."""
    label, money = formats.say("Payments overdue now"), float(overdue["amount"].sum())
    if not is_told:
        basis = formats.say("the contract list names no payment overdue")
        return Kpi("overdue_money", label, formats.name(BLANK), None, basis=basis)
    return Kpi(
        key="overdue_money",
        label=label,
        value=formats.short_money(money),
        number=round(money, 2),
        basis=based_on(len(overdue), formats),
    )


def with_use(calls: pd.DataFrame, use: pd.Series | None, *, formats: Formats) -> pd.DataFrame:
    """Say in a further column how the customers use what they have contracts for, where that is known.

    Parameters
    ----------
    use : Series or None
        From :func:`retention_utils.contract_use.account.use_today`.
    """
    if use is None:
        return calls
    statuses = calls["customer_id"].astype(str).map(use).fillna("unrecorded")
    return calls.assign(use=[formats.say(SHORT_WORDS[status]) for status in statuses])


def calls_table(calls: pd.DataFrame, *, capacity: int, formats: Formats) -> Table | Callout:
    """List all contracts that the outlook counts, those with the greatest expected loss first."""
    listed = calls.head(MOST_LISTED)
    notes = [
        formats.say(
            "The list holds {listed, plural, one {# contract} other {# contracts}} of {all}, by expected "
            "loss: revenue a year × the chance of not staying. From and to are the 95% interval of the "
            "chance. It says who may go, not whom a call would keep: only a trial with a control group tells "
            "that.",
            listed=len(listed),
            all=len(calls),
        )
    ]
    if capacity < len(listed):
        first = formats.say(
            "The first {capacity}, as many calls as this report reckons with, hold {part} of the expected "
            "loss of {loss}.",
            capacity=formats.count(capacity),
            part=formats.money(three_digits(float(calls["expected_loss"].head(capacity).sum()))),
            loss=formats.money(three_digits(float(calls["expected_loss"].sum()))),
        )
        notes.append(first)
    return show_table(
        listed,
        (*CALLS, USE) if "use" in listed else CALLS,
        key="call_list",
        caption="Whom to call first: contracts up for renewal",
        note=formats.joined(notes, by=" "),
        formats=formats,
        is_folded=len(listed) > MOST_ROWS,
    )


def by_plan_table(plans: pd.DataFrame, *, formats: Formats) -> Table | Callout:
    """List what comes up by plan."""
    billing = [billing_words(every, formats) for every in plans["billed_every"]]
    return show_table(
        plans.assign(billing=billing),
        BY_PLAN,
        key="renewals_by_plan",
        caption="What comes up for renewal, by plan",
        formats=formats,
    )


def overdue_table(overdue: pd.DataFrame, *, formats: Formats) -> Table | Callout | None:
    """List the payments overdue, the largest first; None without any."""
    if overdue.empty:
        return None
    return show_table(
        overdue,
        OVERDUE,
        key="overdue",
        caption="Payments overdue now, the largest first",
        formats=formats,
        is_folded=len(overdue) > MOST_ROWS,
    )


def weeks_alt(weeks: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the bars: how many weeks, and the most that is expected to be lost in one."""
    if weeks.empty:
        return formats.say("No contract with a known chance comes up.")
    worst = weeks.loc[weeks["lost"].idxmax()]
    return formats.say(
        "Bars for {weeks, plural, one {# week} other {# weeks}}; the most is expected to be lost in the week "
        "from {week}: {lost} of revenue a year.",
        weeks=len(weeks),
        week=formats.date(worst["week"]),
        lost=formats.money(three_digits(float(worst["lost"]))),
    )
