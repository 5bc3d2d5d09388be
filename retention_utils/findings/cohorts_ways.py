"""What the four ways to count who came back say, and the two clocks they can be counted by."""

import pandas as pd

from retention_utils.cohorts.rolling import stretch_days
from retention_utils.cohorts.ways import BRACKETS
from retention_utils.display import Callout
from retention_utils.findings.words import at_age
from retention_utils.formats import Formats
from retention_utils.periods import Grain

__all__ = ["four_answers", "named_stretches", "named_ways", "rolling_alt", "two_clocks", "ways_alt"]


def four_answers(
    ways: pd.DataFrame,
    ways_before: pd.DataFrame,
    *,
    min_customers: int,
    grain: Grain,
    formats: Formats,
) -> Callout:
    """Say in one breath what four programs would call retention, and why the figures differ.

    Parameters
    ----------
    ways : DataFrame
        From :func:`retention_utils.cohorts.ways.return_ways`.
    ways_before : DataFrame
        The same with the last purchases as they were known one period ago.
    """
    unit, title = _unit(grain), "One question, four answers"
    if ways.empty:
        text = (
            "Who came back can be counted in four ways once cohorts of at least "
            f"{formats.count(min_customers)} new customers have been followed for "
            f"{BRACKETS[0][1]} {unit}s."
        )
        return Callout("four_answers", "info", title, text)
    age, found = compared_age(ways), _shares(ways)
    bracket = ways[(ways["way"] == "bracket") & (ways["age"] == age)].iloc[0]
    text = (
        f"Of the same {formats.count(ways['customers'].iloc[0])} customers, "
        f"{formats.share(found['on', age])} bought in {unit} {age} itself (“on”, what this report calls "
        f"retention), {formats.share(found['bracket', age])} at least once in {unit}s {bracket['first_age']} "
        f"to {age} (“bracket”), and {formats.share(found['cumulative', age])} at least once in {unit}s 1 to "
        f"{age} (“cumulative”). The longer the stretch, the more customers are found in it: compare a figure "
        "only with one counted the same way."
    )
    if ("on or after", age) in found:
        text += (
            f" {formats.share(found['on or after', age])} bought in {unit} {age} or later (“on or after”): "
            f"they are not known to be lost. This figure rises whenever a customer comes back; one {unit} "
            f"ago it was {formats.share(_shares(ways_before)['on or after', age])} for the same customers."
        )
    return Callout("four_answers", "info", title, text)


def compared_age(ways: pd.DataFrame) -> int:
    """Choose the age at which the answers are told: the last at which all four can be given."""
    ends = ways.loc[ways["way"] == "bracket", "age"]
    full = ends[ends.isin(ways.loc[ways["way"] == "on or after", "age"])]
    return int(full.max() if len(full) else ends.max())


def named_ways(answers: pd.DataFrame, *, grain: Grain) -> pd.DataFrame:
    """Name every answer in words.

    Parameters
    ----------
    answers : DataFrame
        From :func:`retention_utils.cohorts.ways.answers_at_brackets`.

    Returns
    -------
    DataFrame
        With ``meaning``.
    """
    unit = _unit(grain)
    said = [
        {
            "on": f"in {unit} {row.age} itself (on)",
            "bracket": f"at least once in {unit}s {row.first_age:.0f} to {row.age} (bracket)",
            "cumulative": f"at least once up to {unit} {row.age} (cumulative)",
            "on or after": f"in {unit} {row.age} or later: not known lost (on or after)",
        }[row.way]
        for row in answers.itertuples()
    ]
    return answers.assign(meaning=said)


def ways_alt(ways: pd.DataFrame, *, grain: Grain, formats: Formats) -> str:
    """Describe the chart of the four ways: what each says at the last age they share."""
    if ways.empty:
        return "No cohort has been followed long enough."
    age, found = compared_age(ways), _shares(ways)
    told = [
        f"{formats.share(found[way, age])} {way}"
        for way in ("on", "bracket", "cumulative", "on or after")
        if (way, age) in found
    ]
    return f"Who came back by {at_age(age, grain)}: {', '.join(told)}."


def named_stretches(pooled: pd.DataFrame) -> pd.DataFrame:
    """Name every stretch of a customer's own clock by its days, ``30–59``, in ``days``."""
    spans = [stretch_days(int(age)) for age in pooled["age"]]
    return pooled.assign(days=[f"{first}–{last}" for first, last in spans])


def rolling_alt(rolling: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the curve by customers' own clocks: where it begins and where it ends."""
    if rolling.empty:
        return "No customer has been followed long enough."
    first, last = rolling.iloc[0], rolling.iloc[-1]
    days = ["{} to {}".format(*stretch_days(int(row["age"]))) for row in (first, last)]
    return (
        f"Line from {formats.share(first['retention'])} on days {days[0]} after the first purchase to "
        f"{formats.share(last['retention'])} on days {days[1]}."
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
    unit, (first, last) = _unit(grain), stretch_days(1)
    text = (
        f"By the calendar, {formats.share(by_calendar['retention'])} of "
        f"{formats.count(by_calendar['customers'])} customers bought in {at_age(1, grain)}; by their own "
        f"clocks, {formats.share(by_own['retention'])} of {formats.count(by_own['customers'])} bought on "
        f"days {first} to {last} after their first purchase. By the calendar, {unit} 1 begins the next day "
        f"for whoever joins on the last day of a {unit}, but a whole {unit} later for whoever joins on the "
        "first. So a cohort with many late joiners can look better or worse without being so. The calendar "
        "fits the books, the own clock is fair to late joiners: never compare a figure of one with one of "
        "the other."
    )
    return Callout("two_clocks", "info", "The calendar, or each customer's own clock", text)


def _unit(grain: Grain) -> str:
    return "period" if grain == "days" else grain


def _shares(ways: pd.DataFrame) -> dict[tuple[str, int], float]:
    return {(row.way, row.age): row.retention for row in ways.itertuples()}
