"""What the charts of early warning show, for who cannot see them."""

import pandas as pd

from retention_utils.findings.early_warning_words import FLAG_WORDS, SYMPTOM_WORDS, times
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = ["activity_alt", "cadence_alt", "symptoms_alt"]


def symptoms_alt(trends: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the lines of the symptoms: which flag each has."""
    each = [
        formats.joined([formats.say(SYMPTOM_WORDS[row.symptom]), formats.say(FLAG_WORDS[row.flag])], by=": ")
        for row in trends.itertuples()
    ]
    return formats.joined(each)


def cadence_alt(account: pd.Series, *, formats: Formats) -> Text:
    """Describe the picture of usual gap against silence."""
    return formats.say(
        "{flagged} of {judged, plural, one {# customer lies} other {# customers lie}} above the line: silent "
        "for more than {times} times their usual gap.",
        flagged=formats.count(account["flagged"]),
        judged=formats.count(account["judged"]),
        times=times(account, formats),
    )


def activity_alt(activity: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe how leavers and stayers had bought until the day they were looked at."""
    if activity.empty:
        return formats.say("Nobody's norm is known for long enough.")
    means = activity.set_index(["group", "stretch"])["purchases"]
    each = [
        formats.say(
            "Those who then {group, select, left {left} other {stayed}}: from {norm} purchases a stretch to "
            "{last} in the last.",
            group=group,
            norm=formats.number(means[group, "norm"]),
            last=formats.number(means[group, "last"]),
        )
        for group in activity["group"].unique()
    ]
    return formats.joined(each, by=" ")
