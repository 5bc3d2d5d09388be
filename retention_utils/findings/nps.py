"""Words on the Net Promoter Score (NPS) that two chapters share, so that both say the same."""

from retention_utils.formats import Formats
from retention_utils.nps import MIN_ANSWERS, RECENT, WINDOW
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["of_late", "steady_points", "too_few_answers", "unsteady"]


def too_few_answers(grain: Grain, formats: Formats) -> Text:
    """Say what it takes to tell whether NPS has changed."""
    return formats.say(
        "Whether NPS has changed cannot be said yet. That needs {window} {grain, select, week {weeks} month "
        "{months} quarter {quarters} year {years} other {periods}} of history, and at least {needed} answers "
        "both in the last {recent} and in those before.",
        window=WINDOW,
        grain=grain,
        needed=MIN_ANSWERS,
        recent=RECENT,
    )


def unsteady(grain: Grain, formats: Formats) -> Text:
    """Say that there is no trend."""
    return formats.say(
        "Over the last {window} {grain, select, week {weeks} month {months} quarter {quarters} year {years} "
        "other {periods}} it shows no steady fall or rise.",
        window=WINDOW,
        grain=grain,
    )


def of_late(grain: Grain, formats: Formats) -> Text:
    """Say that a clear change did not come little by little."""
    return formats.say(
        "It did not come little by little: over the last {window} {grain, select, week {weeks} month "
        "{months} quarter {quarters} year {years} other {periods}} there is no steady fall or rise.",
        window=WINDOW,
        grain=grain,
    )


def steady_points(slope: float, grain: Grain, formats: Formats) -> Text:
    """Say by how many points a period a share, or a difference of shares, falls or rises steadily."""
    return formats.say(
        "Over the last {window} {grain, select, week {weeks} month {months} quarter {quarters} year {years} "
        "other {periods}} it {direction, select, fell {fell} other {rose}} steadily, by about {step} points "
        "a {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}}: more "
        "than by chance.",
        window=WINDOW,
        grain=grain,
        direction="fell" if slope < 0 else "rose",
        step=formats.number(100 * abs(slope), digits=1),
    )
