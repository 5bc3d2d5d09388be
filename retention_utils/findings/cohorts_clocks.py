"""What the two clocks say by which customers can be followed: the calendar, and each customer's own."""

import pandas as pd

from retention_utils.cohorts.rolling import stretch_days
from retention_utils.display import Callout
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["named_stretches", "rolling_alt", "two_clocks"]


def named_stretches(pooled: pd.DataFrame) -> pd.DataFrame:
    """Name every stretch of a customer's own clock by its days, ``30–59``, in ``days``."""
    spans = [stretch_days(int(age)) for age in pooled["age"]]
    return pooled.assign(days=[f"{first}–{last}" for first, last in spans])


def rolling_alt(rolling: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the curve by customers' own clocks: where it begins and where it ends."""
    if rolling.empty:
        return formats.say("No customer has been followed long enough.")
    first, last = rolling.iloc[0], rolling.iloc[-1]
    first_days, last_days = (stretch_days(int(row["age"])) for row in (first, last))
    return formats.say(
        "Line from {first} on days {first_from} to {first_to} after the first purchase to {last} on days "
        "{last_from} to {last_to}.",
        first=formats.share(first["retention"]),
        first_from=first_days[0],
        first_to=first_days[1],
        last=formats.share(last["retention"]),
        last_from=last_days[0],
        last_to=last_days[1],
    )


def two_clocks(
    pooled: pd.DataFrame, rolling: pd.DataFrame, *, min_customers: int, grain: Grain, formats: Formats
) -> Callout | None:
    """Say how the calendar and the customers' own clocks differ; None where one of them says nothing yet.

    Parameters
    ----------
    pooled, rolling : DataFrame
        From :func:`retention_utils.cohorts.retention.pooled_retention`, by the calendar and by stretches.
    """
    rows = [table[(table["age"] == 1) & (table["customers"] >= min_customers)] for table in (pooled, rolling)]
    if any(row.empty or row["retention"].isna().all() for row in rows):
        return None
    by_calendar, by_own = (row.iloc[0] for row in rows)
    first, last = stretch_days(1)
    text = formats.say(
        "By the calendar, {by_calendar} of {customers, plural, one {# customer} other {# customers}} "
        "bought in {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} "
        "1 after joining; by their own clocks, {by_own} of {followed} bought on days {first} to {last} "
        "after their first purchase. By the calendar, {grain, select, week {week} month {month} quarter "
        "{quarter} year {year} other {period}} 1 begins the next day for whoever joins on the last day of "
        "a {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}}, but a "
        "whole {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} "
        "later for whoever joins on the first. So a cohort with many late joiners can look better or worse "
        "without being so. The calendar fits the books, the own clock is fair to late joiners: never "
        "compare a figure of one with one of the other.",
        by_calendar=formats.share(by_calendar["retention"]),
        customers=formats.count(by_calendar["customers"]),
        grain=grain,
        by_own=formats.share(by_own["retention"]),
        followed=formats.count(by_own["customers"]),
        first=first,
        last=last,
    )
    title = formats.say("The calendar, or each customer's own clock")
    return Callout("two_clocks", "info", title, text)
