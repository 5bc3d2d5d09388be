"""What is said of how the share who buy again has moved over the years, and of what it did lately."""

from dataclasses import replace

import pandas as pd

from retention_utils.display import Finding, Verdict
from retention_utils.early_warning.trends import RECENT, WINDOW
from retention_utils.findings.early_warning_symptoms import season_behind
from retention_utils.findings.early_warning_words import symptom_verdict
from retention_utils.findings.words import interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.repeat_rate import RepeatCourse
from retention_utils.texts import Text

__all__ = ["course_answers", "repeat_over_years"]

SYMPTOM = "repeat_rate"
MOVED = {"worse": "fell", "better": "rose"}
DIRECTIONS = {-1: "fell", 0: "other", 1: "rose"}


def course_answers(newest: Finding, years: Finding | None) -> list[Finding]:
    """Put what has clearly moved over the years first where the newest customers show no clear change."""
    if years is None:
        return [newest]
    if newest.verdict != "no clear change" or years.verdict not in MOVED:
        return [newest, years]
    return [replace(years, is_headline=True), replace(newest, is_headline=False)]


def repeat_over_years(
    course: RepeatCourse | None, trends: pd.DataFrame, *, window_days: int, grain: Grain, formats: Formats
) -> Finding | None:
    """Say whether fewer first-time customers buy again than years ago, and what the last periods did.

    Parameters
    ----------
    course : RepeatCourse or None
        From :func:`retention_utils.repeat_rate.repeat_course`. None where it cannot be asked, and then
        nothing is said.
    trends : DataFrame
        From :func:`retention_utils.early_warning.together.early_symptoms`: what the chapter on early warning
        says of the last periods is said here, too.
    """
    if course is None:
        return None
    verdict = verdict_of(course.low, course.high, more_is_better=True)
    years = formats.say(
        "{course, select, fell {Over the years, fewer first-time customers buy again within {days}} rose "
        "{Over the years, more first-time customers buy again within {days}} other {How many first-time "
        "customers buy again within {days} shows no clear change over the years}}: a trend of {slope} a year "
        "({interval}). It was {early} of those who joined in {early_span} (n = {early_customers}), and "
        "{late} of those who joined in {late_span} (n = {late_customers}).",
        course=MOVED.get(verdict, "other"),
        days=formats.days(window_days),
        slope=formats.points(course.slope),
        interval=interval(course.low, course.high, "points", formats),
        **_year("early", course.early, formats),
        **_year("late", course.late, formats),
    )
    row = trends.set_index("symptom").loc[SYMPTOM]
    told = [years, _lately(row, grain, formats), season_behind(SYMPTOM, row, grain, formats)]
    text = formats.joined([sentence for sentence in told if sentence], by=" ")
    return Finding("repeat_course", verdict, text, brief=_turned(verdict, row, formats))


def _lately(row: pd.Series, grain: Grain, formats: Formats) -> Text | None:
    """Say what the newest groups did; nothing where that cannot be tested."""
    if row["trend"] == 0 and row["shift"] != 0:
        return formats.say(
            "Lately it {moved, select, fell {fell} other {rose}}: {now} of those who joined in the {recent} "
            "{grain, select, week {weeks} month {months} quarter {quarters} year {years} other {periods}} to "
            "{until}, {was} in the {periods} before.",
            moved="fell" if row["shift"] < 0 else "rose",
            now=formats.share(row["last"]),
            was=formats.share(row["previous"]),
            recent=RECENT,
            grain=grain,
            until=formats.period(row["until"]),
            periods=formats.count(row["previous_periods"]),
        )
    if pd.isna(row["p"]):
        return None
    return formats.say(
        "Among those who joined in the last {window} {grain, select, week {weeks} month {months} quarter "
        "{quarters} year {years} other {periods}}, to {until}, the share {moved, select, fell {fell "
        "steadily, by about {step} points a {grain, select, week {week} month {month} quarter {quarter} "
        "year {year} other {period}}} rose {rose steadily, by about {step} points a {grain, select, week "
        "{week} month {month} quarter {quarter} year {year} other {period}}} other {shows no steady fall "
        "or rise}}.",
        window=WINDOW,
        grain=grain,
        until=formats.period(row["until"]),
        moved=DIRECTIONS[int(row["trend"])],
        step=formats.number(100 * abs(row["slope"]), digits=1),
    )


def _turned(verdict: Verdict, row: pd.Series, formats: Formats) -> Text | str:
    """Name the subject once where the last periods went the other way; as usual where they did not."""
    if (verdict, symptom_verdict(row)) not in (("worse", "better"), ("better", "worse")):
        return ""
    return formats.say(
        "how many first-time customers buy again, over the years ({lately, select, better {rising again "
        "lately} other {falling lately}})",
        lately=symptom_verdict(row),
    )


def _year(name: str, found: tuple[str, str, int, float], formats: Formats) -> dict[str, Text]:
    first, last, customers, share = found
    span = formats.period(first)
    if first != last:
        span = formats.say("{first} to {last}", first=span, last=formats.period(last))
    return {
        name: formats.share(share),
        f"{name}_span": span,
        f"{name}_customers": formats.count(customers),
    }
