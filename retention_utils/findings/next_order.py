"""What the time to the next order says."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict, Words
from retention_utils.findings.words import (
    based_on,
    direction_of,
    ends_of,
    fewer_followed,
    interval,
    verdict_of,
)
from retention_utils.formats import BLANK, Formats
from retention_utils.repeat_rate import RepeatRateChange
from retention_utils.texts import Text

__all__ = ["repeat_kpi", "return_time", "second_step"]
SOON = 30  # days: said where the whole window is not known yet


def return_time(
    ordered: pd.DataFrame,
    change: RepeatRateChange | None,
    *,
    window_days: int,
    min_customers: int,
    formats: Formats,
) -> Finding:
    """Answer how many first-time customers buy again in time, and whether the newest do as the others did."""
    row = _wait(ordered, window_days, min_customers)
    if row is None:
        text = formats.say(
            "How many buy again within {days} cannot be said yet. That needs {customers, plural, one {# "
            "customer} other {# customers}} who have been followed for {days} after their first purchase.",
            customers=min_customers,
            days=formats.days(window_days),
        )
        soon = _wait(ordered, SOON, min_customers)
        parts = [text] if soon is None else [_known(soon, SOON, formats), text]
        text = formats.joined(parts, by=" ")
        return Finding("return_time", "not enough data", text, is_headline=True)
    verdict = verdict_of(change.low, change.high, more_is_better=True) if change else "not enough data"
    newest = _newest(change, verdict, formats) if change else _nothing_to_compare(min_customers, formats)
    text = formats.joined([_known(row, window_days, formats), newest], by=" ")
    return Finding("return_time", verdict, text, is_headline=True)


def _known(row: pd.Series, window_days: int, formats: Formats) -> Text:
    return formats.say(
        "{share} of first-time customers buy again within {days} ({interval}, n = {customers}).",
        share=formats.share(row["ordered"]),
        days=formats.days(window_days),
        interval=interval(row["low"], row["high"], "share", formats),
        customers=formats.count(row["customers"]),
    )


def _nothing_to_compare(min_customers: int, formats: Formats) -> Text:
    return formats.say(
        "Whether this changes cannot be said yet. That needs two periods with at least {customers, plural, "
        "one {# customer} other {# customers}} each who joined in them and were followed that long.",
        customers=min_customers,
    )


def second_step(
    ordered: pd.DataFrame, *, window_days: int, min_customers: int, formats: Formats
) -> Callout | None:
    """Say how the second purchase compares with the first; None when it cannot be read off."""
    first = _wait(ordered, window_days, min_customers)
    second = _wait(ordered, window_days, min_customers, rank=2)
    if first is None or second is None:
        return None
    text = formats.say(
        "Of customers who have bought once, {first} buy again within {days}; of those who have bought twice, "
        "{second} do ({interval}, n = {customers}). Those who buy twice may have been keener from the start, "
        "so this does not show that a second purchase makes a regular customer.",
        first=formats.share(first["ordered"]),
        days=formats.days(window_days),
        second=formats.share(second["ordered"]),
        interval=interval(second["low"], second["high"], "share", formats),
        customers=formats.count(second["customers"]),
    )
    return Callout("second_step", "info", formats.say("After the second purchase"), text)


def repeat_kpi(
    ordered: pd.DataFrame,
    repeat_by_cohort: pd.DataFrame,
    change: RepeatRateChange | None,
    *,
    window_days: int,
    min_customers: int,
    formats: Formats,
) -> Kpi:
    """Give the share of first-time customers who buy again in time as a key figure."""
    label = formats.say("First-time customers who buy again within {days}", days=formats.days(window_days))
    row = _wait(ordered, window_days, min_customers)
    if row is None:
        basis = fewer_followed(min_customers, formats)
        return Kpi("repeat_rate", label, formats.name(BLANK), None, basis=basis, verdict="not enough data")
    large = repeat_by_cohort[repeat_by_cohort["customers"] >= min_customers]
    shares = large.assign(share=large["repeated"] / large["customers"])
    return Kpi(
        key="repeat_rate",
        label=label,
        value=formats.share(row["ordered"]),
        number=round(float(row["ordered"]), 4),
        interval=interval(row["low"], row["high"], "share", formats),
        basis=based_on(row["customers"], formats),
        change=_changed(change, formats) if change else "",
        verdict=verdict_of(change.low, change.high, more_is_better=True) if change else "not enough data",
        direction=direction_of(change and change.difference),
        trend=tuple(round(float(share), 4) for share in shares["share"]),
        trend_since=_joined_since(shares, formats),
        ends=ends_of(row["low"], row["high"]),
    )


def _changed(change: RepeatRateChange, formats: Formats) -> Text:
    """Say the difference and whose it is: not of this period against the one before, as on other cards."""
    return formats.say(
        "{difference}: {newest} of the {customers} who joined in {period} alone, against all before them",
        customers=formats.count(change.newest_customers),
        newest=formats.share(change.newest_share),
        difference=formats.points(change.difference),
        period=formats.period(change.newest, short=True),
    )


def _joined_since(shares: pd.DataFrame, formats: Formats) -> Words:
    if shares.empty:
        return ""
    first = formats.period(shares["cohort"].iloc[0], short=True)
    return formats.say("joined since {period}", period=first)


def _newest(change: RepeatRateChange, verdict: Verdict, formats: Formats) -> Text:
    """Hold the newest customers against all before them."""
    told = {
        "period": formats.period(change.newest),
        "newest": formats.share(change.newest_share),
        "newest_customers": formats.count(change.newest_customers),
        "earlier": formats.share(change.earlier_share),
        "earlier_customers": formats.count(change.earlier_customers),
        "difference": formats.points(change.difference),
        "interval": interval(change.low, change.high, "points", formats),
    }
    if verdict == "no clear change":
        return formats.say(
            "Those who joined in {period}, the newest followed that long, show no clear change: {newest} of "
            "{newest_customers}, against {earlier} of the {earlier_customers} who joined before them "
            "({difference}, {interval}).",
            **told,
        )
    return formats.say(
        "Of those who joined in {period}, the newest followed that long, {verdict, select, better {more} "
        "other {fewer}} did so: {newest} of {newest_customers}, against {earlier} of the {earlier_customers} "
        "who joined before them ({difference}, {interval}).",
        verdict=verdict,
        **told,
    )


def _wait(ordered: pd.DataFrame, days: int, min_customers: int, *, rank: int = 1) -> pd.Series | None:
    """Return the row of one wait, if enough customers began it and anyone was followed that long."""
    is_asked = (ordered["order_rank"] == rank) & (ordered["days"] == days)
    is_known = ordered["ordered"].notna() & (ordered["customers"] >= min_customers)
    row = ordered[is_asked & is_known]
    return None if row.empty else row.iloc[0]
