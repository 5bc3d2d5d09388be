"""What the groups say: how many Champions there are, and who fell silent."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from retention_utils.display import Finding, Kpi
from retention_utils.findings.words import (
    against_before,
    direction_of,
    ends_of,
    interval,
    log_covers,
    verdict_of,
)
from retention_utils.formats import BLANK, Formats
from retention_utils.segments.sizes import AtRiskValue, ShareChange
from retention_utils.texts import Text

__all__ = ["at_risk", "at_risk_value_kpi", "champions_share_kpi", "grid_alt", "segments", "with_reach"]

YEAR_DAYS = 365


def segments(
    change: ShareChange, sizes: pd.DataFrame, *, gap_days: int, min_customers: int, formats: Formats
) -> Finding:
    """Answer how many customers are Champions, what they bring, and whether their share has changed."""
    if pd.isna(change.share):
        text = formats.say(
            "{base, plural, one {# customer} other {# customers}} bought in the last 24 months, too few for "
            "ten groups: that needs {needed}.",
            base=change.base,
            needed=min_customers,
        )
        return Finding("segments", "not enough data", text, is_headline=True)
    brought = sizes.set_index("group").loc["champions", "amount_share"]
    if pd.isna(brought):
        text = formats.say(
            "{base, plural, one {# customer} other {# customers}} bought in the last 24 months, but they "
            "brought no revenue in the last 365 days: where the money is cannot be said.",
            base=change.base,
        )
        return Finding("segments", "not enough data", text, is_headline=True)
    is_compared = bool(pd.notna(change.difference))
    sentences = [_champions(change, gap_days, formats)]
    if change.customers:
        share = formats.share(brought)
        sentences.append(formats.say("They brought {share} of the last year's revenue.", share=share))
    sentences.append(_champions_before(change, formats))
    ends = (change.difference_low, change.difference_high)
    verdict = verdict_of(*ends, more_is_better=True) if is_compared else "with reservations"
    return Finding("segments", verdict, formats.joined(sentences, by=" "), is_headline=True)


def with_reach(finding: Finding, *, log_days: int, window_days: int, formats: Formats) -> Finding:
    """Add to what is said of a window of time how much of it the order log covers."""
    words = [finding.text, *log_covers(log_days, window_days, formats)]
    return replace(finding, text=formats.joined(words, by=" "))


def at_risk(risk: AtRiskValue, *, base: int, gap_days: int, min_customers: int, formats: Formats) -> Finding:
    """Say how many of those who bought often have fallen silent, and what they brought.

    Parameters
    ----------
    base : int
        Customers who bought in the last 24 months.
    """
    if base < min_customers or pd.isna(risk.share):
        text = formats.say(
            "How much of the revenue came from customers who have since fallen silent cannot be said. That "
            "needs {needed, plural, one {# customer} other {# customers}} in 24 months and revenue in the "
            "last 365 days.",
            needed=min_customers,
        )
        return Finding("at_risk", "not enough data", text)
    days = formats.days(gap_days)
    if not risk.customers:
        text = formats.say(
            "No customer who bought on three days or more has been silent for longer than {days}.", days=days
        )
        return Finding("at_risk", "no", text)
    silent = formats.say(
        "{silent, plural, one {# customer who bought on three days or more has} other {# customers who "
        "bought on three days or more have}} been silent for longer than {days}: the groups At risk and "
        "Can't lose.",
        silent=risk.customers,
        days=days,
    )
    text = formats.joined([silent, _brought_by_silent(risk, gap_days, formats)], by=" ")
    return Finding("at_risk", "with reservations", text)


def champions_share_kpi(change: ShareChange, *, period: str, formats: Formats) -> Kpi:
    """Give the share of champions as a key figure."""
    label = formats.say("Share of Champions (frequent and recent buyers)")
    if pd.isna(change.share):
        basis = formats.say(
            "only {base, plural, one {# customer} other {# customers}} in 24 months", base=change.base
        )
        return _unknown("champions_share", label, basis, formats)
    is_compared = pd.notna(change.difference)
    ends = (change.difference_low, change.difference_high)
    return Kpi(
        key="champions_share",
        label=label,
        value=formats.share(change.share),
        number=round(change.share, 4),
        interval=interval(change.low, change.high, "share", formats),
        basis=formats.say(
            "{champions} of {base, plural, one {# customer} other {# customers}} in 24 months",
            champions=change.customers,
            base=change.base,
        ),
        change=against_before(formats.points(change.difference), period, formats) if is_compared else "",
        verdict=verdict_of(*ends, more_is_better=True) if is_compared else "",
        direction=direction_of(change.difference) if is_compared else "",
        ends=ends_of(change.low, change.high),
    )


def at_risk_value_kpi(risk: AtRiskValue, *, gap_days: int, formats: Formats) -> Kpi:
    """Give last year's revenue of the groups At risk and Can't lose as a key figure."""
    label = formats.say("Last year's revenue of At risk and Can't lose")
    if gap_days >= YEAR_DAYS:
        basis = formats.say("the churn gap is a year or more: who is At risk bought nothing in the last year")
        return Kpi("at_risk_value", label, formats.name(BLANK), None, basis=basis)
    if pd.isna(risk.share):
        basis = formats.say("too few customers in 24 months, or no revenue in a year")
        return _unknown("at_risk_value", label, basis, formats)
    return Kpi(
        key="at_risk_value",
        label=label,
        value=formats.short_money(risk.amount),
        number=round(risk.amount, 2),
        interval=formats.say(
            "{share} of all revenue, {interval}",
            share=formats.share(risk.share),
            interval=interval(risk.low, risk.high, "share", formats),
        ),
        basis=formats.say(
            "{silent, plural, one {# customer} other {# customers}} silent for longer than {days}",
            silent=risk.customers,
            days=formats.days(gap_days),
        ),
    )


def grid_alt(sizes: pd.DataFrame, *, names: Mapping[str, Text], formats: Formats) -> Text:
    """Describe the grid: the groups and how many customers each holds, largest first."""
    held = sizes[sizes["customers"] > 0].sort_values("customers", ascending=False, kind="stable")
    if held.empty:
        return formats.say("There are no customers.")
    each = [
        formats.joined([names[row.group], formats.count(row.customers)], by=" ")
        for row in held.itertuples(index=False)
    ]
    return formats.say("Customers by group, largest first: {groups}.", groups=formats.joined(each, by=", "))


def _champions(change: ShareChange, gap_days: int, formats: Formats) -> Text:
    return formats.say(
        "{champions, plural, =0 {None} other {#}} of the {base, plural, one {# customer} other {# "
        "customers}} who bought in the last 24 months {champions, plural, =0 {is a Champion} one {is a "
        "Champion} other {are Champions}} ({share}, {interval}). Champions bought on five days or more, the "
        "last time within {days}.",
        champions=change.customers,
        base=change.base,
        share=formats.share(change.share),
        interval=interval(change.low, change.high, "share", formats),
        days=formats.days(gap_days // 4),
    )


def _champions_before(change: ShareChange, formats: Formats) -> Text:
    if pd.isna(change.difference):
        return formats.say("Whether the share of Champions has changed cannot be said yet.")
    return formats.say(
        "The share of Champions changed by {difference} in the period ({interval}).",
        difference=formats.points(change.difference),
        interval=interval(change.difference_low, change.difference_high, "points", formats),
    )


def _brought_by_silent(risk: AtRiskValue, gap_days: int, formats: Formats) -> Text:
    if gap_days >= YEAR_DAYS:
        return formats.say("What they brought lies more than a year back and is not counted here.")
    return formats.say(
        "They brought {money} in the last 365 days, {share} of the revenue ({interval}).",
        money=formats.short_money(risk.amount),
        share=formats.share(risk.share),
        interval=interval(risk.low, risk.high, "share", formats),
    )


def _unknown(key: str, label: Text, basis: Text, formats: Formats) -> Kpi:
    return Kpi(key, label, formats.name(BLANK), None, basis=basis, verdict="not enough data")
