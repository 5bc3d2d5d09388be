"""What the four ways to count who came back say."""

from typing import Any

import pandas as pd

from retention_utils.cohorts.ways import BRACKETS
from retention_utils.display import Callout
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["four_answers", "named_ways", "ways_alt"]


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
    title = formats.say("One question, four answers")
    if ways.empty:
        text = formats.say(
            "Who came back can be counted in four ways once cohorts of at least {customers, plural, one {# "
            "new customer} other {# new customers}} have been followed for {grain, select, week {{periods, "
            "plural, one {# week} other {# weeks}}} month {{periods, plural, one {# month} other {# "
            "months}}} quarter {{periods, plural, one {# quarter} other {# quarters}}} year {{periods, "
            "plural, one {# year} other {# years}}} other {{periods, plural, one {# period} other {# "
            "periods}}}}.",
            customers=min_customers,
            grain=grain,
            periods=BRACKETS[0][1],
        )
        return Callout("four_answers", "info", title, text)
    told = [_three_answers(ways, grain, formats), *_on_or_after(ways, ways_before, grain, formats)]
    return Callout("four_answers", "info", title, formats.joined(told, by=" "))


def _three_answers(ways: pd.DataFrame, grain: Grain, formats: Formats) -> Text:
    age, found = compared_age(ways), _shares(ways)
    bracket = ways[(ways["way"] == "bracket") & (ways["age"] == age)].iloc[0]
    return formats.say(
        "Of the same {customers, plural, one {# customer} other {# customers}}, {on} bought in {grain, "
        "select, week {week} month {month} quarter {quarter} year {year} other {period}} {age} itself (“on”, "
        "what this report calls retention), {bracket} at least once in {grain, select, week {weeks} month "
        "{months} quarter {quarters} year {years} other {periods}} {first_age} to {age} (“bracket”), and "
        "{cumulative} at least once in {grain, select, week {weeks} month {months} quarter {quarters} year "
        "{years} other {periods}} 1 to {age} (“cumulative”). The longer the stretch, the more customers are "
        "found in it: compare a figure only with one counted the same way.",
        customers=formats.count(ways["customers"].iloc[0]),
        on=formats.share(found["on", age]),
        grain=grain,
        age=age,
        bracket=formats.share(found["bracket", age]),
        first_age=formats.count(bracket["first_age"]),
        cumulative=formats.share(found["cumulative", age]),
    )


def _on_or_after(ways: pd.DataFrame, ways_before: pd.DataFrame, grain: Grain, formats: Formats) -> list[Text]:
    age, found = compared_age(ways), _shares(ways)
    if ("on or after", age) not in found:
        return []
    text = formats.say(
        "{share} bought in {grain, select, week {week} month {month} quarter {quarter} year {year} other "
        "{period}} {age} or later (“on or after”): they are not known to be lost. This figure rises whenever "
        "a customer comes back; one {grain, select, week {week} month {month} quarter {quarter} year {year} "
        "other {period}} ago it was {before} for the same customers.",
        share=formats.share(found["on or after", age]),
        grain=grain,
        age=age,
        before=formats.share(_shares(ways_before)["on or after", age]),
    )
    return [text]


def compared_age(ways: pd.DataFrame) -> int:
    """Choose the age at which the answers are told: the last at which all four can be given."""
    ends = ways.loc[ways["way"] == "bracket", "age"]
    full = ends[ends.isin(ways.loc[ways["way"] == "on or after", "age"])]
    return int(full.max() if len(full) else ends.max())


def named_ways(answers: pd.DataFrame, *, grain: Grain, formats: Formats) -> pd.DataFrame:
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
    return answers.assign(meaning=[_meaning(row, grain, formats) for row in answers.itertuples()])


def _meaning(row: Any, grain: Grain, formats: Formats) -> Text:
    return formats.say(
        "{way, select, on {in {grain, select, week {week} month {month} quarter {quarter} year {year} other "
        "{period}} {age} itself (on)} bracket {at least once in {grain, select, week {weeks} month {months} "
        "quarter {quarters} year {years} other {periods}} {first_age} to {age} (bracket)} cumulative {at "
        "least once up to {grain, select, week {week} month {month} quarter {quarter} year {year} other "
        "{period}} {age} (cumulative)} other {in {grain, select, week {week} month {month} quarter {quarter} "
        "year {year} other {period}} {age} or later: not known lost (on or after)}}",
        way=row.way,
        grain=grain,
        age=formats.count(row.age),
        first_age=formats.count(row.first_age),
    )


def ways_alt(ways: pd.DataFrame, *, grain: Grain, formats: Formats) -> Text:
    """Describe the chart of the four ways: what each says at the last age they share."""
    if ways.empty:
        return formats.say("No cohort has been followed long enough.")
    age, found = compared_age(ways), _shares(ways)
    after = found.get(("on or after", age))
    return formats.say(
        "Who came back by {grain, select, week {week} month {month} quarter {quarter} year {year} other "
        "{period}} {age} after joining: {on} on, {bracket} bracket, {cumulative} cumulative{is_full, select, "
        "yes {, {after} on or after} other {}}.",
        grain=grain,
        age=age,
        on=formats.share(found["on", age]),
        bracket=formats.share(found["bracket", age]),
        cumulative=formats.share(found["cumulative", age]),
        is_full="no" if after is None else "yes",
        after=formats.share(after),
    )


def _shares(ways: pd.DataFrame) -> dict[tuple[str, int], float]:
    return {(row.way, row.age): row.retention for row in ways.itertuples()}
