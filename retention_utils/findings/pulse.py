"""What base movement says."""

import pandas as pd

from retention_utils.display import Callout, Finding
from retention_utils.findings.base_account import base_verdict, churn_values
from retention_utils.findings.pulse_earlier import against_earlier, held_verdict
from retention_utils.findings.words import (
    change_interval,
    verdict_of,
)
from retention_utils.formats import Formats
from retention_utils.periods import Grain, parse_period
from retention_utils.pulse import BaseChange, ChurnChange
from retention_utils.pulse_replacement import YEAR_PERIODS
from retention_utils.texts import Text

__all__ = ["base_balance", "churn_alt", "leak", "newcomers"]


def leak(
    change: ChurnChange | None,
    movement: pd.DataFrame | None = None,
    *,
    gap_days: int,
    min_customers: int,
    formats: Formats,
) -> Finding:
    """Answer how many of the active customers lapsed, and whether that is more than before.

    ``movement``, from :func:`retention_utils.pulse.base_movement`, tells where only one period was odd.
    """
    if change is None:
        text = formats.say(
            "Whether more customers lapse than before cannot be said yet. That needs two periods with at "
            "least {customers, plural, one {# customer} other {# customers}} active at the start, and an "
            "order log that reaches back {days} before each of them.",
            customers=min_customers,
            days=formats.days(gap_days),
        )
        return Finding("leak", "not enough data", text, is_headline=True)
    verdict = verdict_of(change.difference_low, change.difference_high, more_is_better=False)
    text = formats.say(
        "{churn} of the active customers lapsed in {period} ({lapsed} of {active}, {interval}), after "
        "{previous_churn} in {previous_period}. That is a change of {difference} ({difference_interval}).",
        **churn_values(change, formats=formats),
    )
    held = None
    if movement is not None:
        grain = parse_period(change.period).grain
        held = against_earlier(movement["churn"], verdict, grain=grain, formats=formats)
        verdict = held_verdict(movement["churn"], verdict)
    lapsed = formats.say(
        "Lapsed means: bought on none of the {days} up to the end of the period.", days=formats.days(gap_days)
    )
    text = formats.joined([part for part in (text, held, lapsed) if part], by=" ")
    return Finding("leak", verdict, text, is_headline=True)


def base_balance(
    change: BaseChange, *, formats: Formats, source: str = "orders", is_closed: bool = False
) -> Finding:
    """Say what filled and what emptied the active base, of orders or of contracts, in the last period.

    Of a closed group, which hardly anybody joins, a fall is no worse news than was to be expected.
    """
    if not change.is_measured:
        text = formats.say(
            "{customers, plural, one {# customer was} other {# customers were}} active at the end of "
            "{period}. Whether that is a gain or a loss cannot be said before the order log is longer than "
            "the churn gap.",
            customers=formats.count(change.active_end),
            period=formats.period(change.period),
        )
        return Finding("base_balance", "not enough data", text)
    verdict = base_verdict(change, is_closed=is_closed)
    text = formats.say(
        "The number of active customers went from {start} to {end} in {period} ({difference}, {interval}). "
        "In that time {lapsed, plural, =0 {none} other {#}} {source, select, contracts {left} other "
        "{lapsed}}, {back, plural, =0 {none} other {#}} came back and {new, plural, =0 {none were} one {# "
        "was} other {# were}} new.",
        source=source,
        start=formats.count(change.active_start),
        end=formats.count(change.active_end),
        period=formats.period(change.period),
        difference=formats.change(change.difference, "count"),
        interval=change_interval(change.low, change.high, "count", formats)
        if change.is_judged
        else formats.say("too few customers before to judge the change"),
        lapsed=formats.count(change.lapsed),
        back=formats.count(change.reactivated),
        new=formats.count(change.new),
    )
    brief = formats.say(
        "the number of active customers ({end}, {difference})",
        end=formats.count(change.active_end),
        difference=formats.change(change.difference, "count"),
    )
    return Finding("base_balance", verdict, text, brief=brief)


def newcomers(
    movement: pd.DataFrame, *, grain: Grain, min_customers: int, formats: Formats
) -> Callout | None:
    """Warn when the data of the last year hold hardly any new customers; None when they do, or are shorter.

    While it warns, nothing that is said of new customers calls for a measure: the playbook reads its key.
    """
    periods = YEAR_PERIODS.get(grain, 1)
    joined, last = int(movement["joined"].tail(periods).sum()), movement[movement["joined"] > 0]
    if joined >= min_customers or len(movement) <= periods or last.empty:
        return None
    text = formats.say(
        "In the last {periods} {grain, select, week {weeks} quarter {quarters} year {years} other {months}} "
        "of the data {joined, plural, =0 {nobody} one {only # customer} other {only # customers}} bought for "
        "the first time; the last one did in {period}. Without new customers the active base shrinks in the "
        "end however well customers are kept, so its fall says little about that; and what is said of "
        "first-time customers is of earlier ones, so no measure rests on it. If the business did win "
        "customers since, their orders are missing here.",
        periods=periods,
        grain=grain,
        joined=joined,
        period=formats.period(last["period"].iloc[-1]),
    )
    title = formats.say(
        "{joined, plural, =0 {The data hold no new customers} other {The data hold hardly any new "
        "customers}}",
        joined=joined,
    )
    return Callout("newcomers", "warn", title, text)


def churn_alt(movement: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the line of churn: from where to where, and its highest point."""
    known = movement[movement["churn"].notna()]
    if known.empty:
        return formats.say("Churn is not known in any period.")
    top = known.loc[known["churn"].idxmax()]
    first, last = known.iloc[0], known.iloc[-1]
    return formats.say(
        "Churn from {first} in {first_period} to {last} in {last_period}, at most {top} in {top_period}.",
        first=formats.share(first["churn"]),
        first_period=formats.period(first["period"]),
        last=formats.share(last["churn"]),
        last_period=formats.period(last["period"]),
        top=formats.share(top["churn"]),
        top_period=formats.period(top["period"]),
    )
