"""What is said of how the share who buy again has moved over the years."""

from retention_utils.display import Finding
from retention_utils.findings.words import change_interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.repeat_rate import RepeatCourse
from retention_utils.texts import Text

__all__ = ["repeat_over_years"]

COURSE = {"worse": "fell", "better": "rose"}


def repeat_over_years(course: RepeatCourse | None, *, window_days: int, formats: Formats) -> Finding | None:
    """Say whether fewer first-time customers buy again than years ago; None where that cannot be asked."""
    if course is None:
        return None
    verdict = verdict_of(course.low, course.high, more_is_better=True)
    text = formats.say(
        "{course, select, fell {Over the years, fewer first-time customers buy again within {days}} rose "
        "{Over the years, more first-time customers buy again within {days}} other {How many first-time "
        "customers buy again within {days} shows no clear change over the years}}: {early} of those who "
        "joined in {early_span} (n = {early_customers}), {late} of those who joined in {late_span} (n = "
        "{late_customers}). Across all {cohorts} groups by when they joined, the trend is {slope} a year "
        "({interval}). Whether that has turned lately, the chapter on early warning says.",
        course=COURSE.get(verdict, "other"),
        days=formats.days(window_days),
        cohorts=course.cohorts,
        slope=formats.points(course.slope),
        interval=change_interval(course.low, course.high, "points", formats),
        **_year("early", course.early, formats),
        **_year("late", course.late, formats),
    )
    return Finding("repeat_course", verdict, text)


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
