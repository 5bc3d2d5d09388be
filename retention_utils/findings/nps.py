"""Words on the Net Promoter Score (NPS) that two chapters share, so that both say the same."""

from retention_utils.formats import Formats
from retention_utils.nps import MIN_ANSWERS, RECENT, WINDOW
from retention_utils.periods import Grain
from retention_utils.texts import Text

__all__ = ["too_few_answers"]


def too_few_answers(grain: Grain, formats: Formats) -> Text:
    """Say what it takes to tell whether NPS has changed."""
    return formats.say(
        "Whether NPS has changed cannot be said yet: that needs {window} {grain, select, week {weeks} month "
        "{months} quarter {quarters} year {years} other {periods}} of history, and at least {needed} answers "
        "both in the last {recent} and in those before.",
        window=WINDOW,
        grain=grain,
        needed=MIN_ANSWERS,
        recent=RECENT,
    )
