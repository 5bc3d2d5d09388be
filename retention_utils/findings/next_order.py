"""What the time to the next order says."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict
from retention_utils.findings.words import customers, direction_of, interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.repeat_rate import RepeatRateChange

__all__ = ["repeat_kpi", "return_time", "second_step"]


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
        text = (
            f"How many buy again cannot be said yet: that needs {customers(min_customers, formats)} who have "
            f"been followed for {formats.days(window_days)} after their first purchase."
        )
        return Finding("return_time", "not enough data", text, is_headline=True)
    known = (
        f"{formats.share(row['ordered'])} of first-time customers buy again within "
        f"{formats.days(window_days)} ({interval(row['low'], row['high'], 'share', formats)}, "
        f"n = {formats.count(row['customers'])})."
    )
    if change is None:
        text = (
            f"{known} Whether this changes cannot be said yet: that needs two periods with at least "
            f"{customers(min_customers, formats)} each who joined in them and were followed that long."
        )
        return Finding("return_time", "not enough data", text, is_headline=True)
    verdict = verdict_of(change.low, change.high, more_is_better=True)
    text = f"{known} {_newest(change, verdict, formats)}"
    return Finding("return_time", verdict, text, is_headline=True)


def second_step(
    ordered: pd.DataFrame, *, window_days: int, min_customers: int, formats: Formats
) -> Callout | None:
    """Say how the second purchase compares with the first; None when it cannot be read off."""
    first = _wait(ordered, window_days, min_customers)
    second = _wait(ordered, window_days, min_customers, rank=2)
    if first is None or second is None:
        return None
    text = (
        f"Of customers who have bought once, {formats.share(first['ordered'])} buy again within "
        f"{formats.days(window_days)}; of those who have bought twice, {formats.share(second['ordered'])} do "
        f"({interval(second['low'], second['high'], 'share', formats)}, "
        f"n = {formats.count(second['customers'])}). "
        "Those who buy twice may have been keener from the start, so this does not show that a second "
        "purchase makes a regular customer."
    )
    return Callout("second_step", "info", "After the second purchase", text)


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
    label = f"First-time customers who buy again within {formats.days(window_days)}"
    row = _wait(ordered, window_days, min_customers)
    if row is None:
        basis = f"fewer than {formats.count(min_customers)} customers followed that long"
        return Kpi("repeat_rate", label, "—", None, basis=basis, verdict="not enough data")
    large = repeat_by_cohort[repeat_by_cohort["customers"] >= min_customers]
    shares = large.assign(share=large["repeated"] / large["customers"])
    since = f"joined since {formats.period(shares['cohort'].iloc[0], short=True)}" if len(shares) else ""
    return Kpi(
        key="repeat_rate",
        label=label,
        value=formats.share(row["ordered"]),
        number=round(float(row["ordered"]), 4),
        interval=interval(row["low"], row["high"], "share", formats),
        basis=f"n = {formats.count(row['customers'])}",
        change=formats.points(change.difference) if change else "",
        verdict=verdict_of(change.low, change.high, more_is_better=True) if change else "not enough data",
        direction=direction_of(change and change.difference),
        trend=tuple(round(float(share), 4) for share in shares["share"]),
        trend_since=since,
    )


def _newest(change: RepeatRateChange, verdict: Verdict, formats: Formats) -> str:
    """Hold the newest customers against all before them."""
    joined = formats.period(change.newest)
    both = (
        f"{formats.share(change.newest_share)} of {formats.count(change.newest_customers)}, against "
        f"{formats.share(change.earlier_share)} of the {formats.count(change.earlier_customers)} who joined "
        f"before them ({formats.points(change.difference)}, "
        f"{interval(change.low, change.high, 'points', formats)})"
    )
    if verdict == "better":
        return f"Of those who joined in {joined}, the newest followed that long, more did so: {both}."
    if verdict == "worse":
        return f"Of those who joined in {joined}, the newest followed that long, fewer did so: {both}."
    return f"Those who joined in {joined}, the newest followed that long, show no clear change: {both}."


def _wait(ordered: pd.DataFrame, days: int, min_customers: int, *, rank: int = 1) -> pd.Series | None:
    """Return the row of one wait, if enough customers began it and anyone was followed that long."""
    is_asked = (ordered["order_rank"] == rank) & (ordered["days"] == days)
    is_known = ordered["ordered"].notna() & (ordered["customers"] >= min_customers)
    row = ordered[is_asked & is_known]
    return None if row.empty else row.iloc[0]
