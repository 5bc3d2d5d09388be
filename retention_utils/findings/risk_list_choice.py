"""Which of two risk lists is used and why, and whether its chances were right on past data."""

import pandas as pd

from retention_utils.display import Callout
from retention_utils.findings.words import change_interval, interval
from retention_utils.formats import Formats
from retention_utils.risk_list.ranking import CORRECTED, MODEL
from retention_utils.risk_list.rehearsal import Rehearsal
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["chances_off", "chosen_model"]

MOST_MISS = 0.05  # points between expected and observed that are worth a word
RULE_OF_USE = message(
    "The chances of staying away come from a model of when customers buy and leave (MBG/NBD), which can be "
    "corrected by silence, number of purchases and value. Of the plain and the corrected list the one is "
    "used that found more lost value in the test; where neither did for certain, the corrected one only if "
    "its chances rank all candidates better, for certain."
)


def chosen_model(rehearsal: Rehearsal, *, formats: Formats) -> Callout | None:
    """Say which of the two lists by expected loss is used and why; None if nothing could be tested."""
    if rehearsal.missing:
        return None
    title = formats.say("Which list is used, and why")
    if rehearsal.correction_gain is None:
        text = formats.say(
            "The chances of staying away come from a model of when customers buy and leave (MBG/NBD). "
            "Whether a correction by what was seen before would find more could not be tested: the data are "
            "too few."
        )
        return Callout("chosen_model", "info", title, text)
    text = formats.joined([formats.say(RULE_OF_USE), *_two_lists(rehearsal, formats)], by=" ")
    return Callout("chosen_model", "info", title, text)


def _two_lists(rehearsal: Rehearsal, formats: Formats) -> list[Text]:
    """Hold the corrected list against the plain one: money, chances, and how many stayed away."""
    money, precision = rehearsal.correction_gain, rehearsal.precision_gain
    why = "more" if money.low > 0 else "less" if money.high < 0 else rehearsal.chosen
    rules = rehearsal.rules.set_index("rule").loc[[MODEL, CORRECTED]]
    ranked = rehearsal.models.set_index("model")["average_precision"]
    found = formats.say(
        "{why, select, more {The corrected list found more} less {The corrected list found less} other "
        "{Neither found more for certain}}: {corrected} with the correction, {plain} without it ({gain}, "
        "{interval}).",
        why=why,
        corrected=formats.short_money(rules.loc[CORRECTED, "found"]),
        plain=formats.short_money(rules.loc[MODEL, "found"]),
        gain=formats.change(money.value, "short_money", beside=max(money.low, money.high, key=abs)),
        interval=change_interval(money.low, money.high, "short_money", formats),
    )
    used = formats.say(
        "{why, select, more {So the corrected list is used.} less {So the plain list is used.} corrected "
        "{The corrected chances rank better (average precision {with}, where 1 is perfect, against "
        "{without}; {gain}, {interval}), so the corrected list is used.} other {The corrected chances do not "
        "clearly rank better (average precision {with}, where 1 is perfect, against {without}; {gain}, "
        "{interval}), so the plain list is used.}}",
        why=why,
        **{
            "with": formats.number(ranked[CORRECTED], digits=3),
            "without": formats.number(ranked[MODEL], digits=3),
        },
        gain=formats.change(precision.value, "decimal3"),
        interval=change_interval(precision.low, precision.high, "decimal3", formats),
    )
    expected = formats.say(
        "Of the {listed} on the corrected list {expected} were expected to stay away and {stayed} did, of "
        "those on the plain one {plain_expected} and {plain_stayed}.",
        listed=formats.count(rules.loc[CORRECTED, "listed"]),
        expected=formats.count(rules.loc[CORRECTED, "expected"]),
        stayed=formats.count(rules.loc[CORRECTED, "stayed_away"]),
        plain_expected=formats.count(rules.loc[MODEL, "expected"]),
        plain_stayed=formats.count(rules.loc[MODEL, "stayed_away"]),
    )
    return [found, used, expected]


def chances_off(rehearsal: Rehearsal, *, formats: Formats) -> Callout | None:
    """Warn that the chances were too high or too low on the day of the test; None if they were not."""
    if rehearsal.missing:
        return None
    model = rehearsal.models.set_index("model").loc[rehearsal.chosen]
    rules = rehearsal.rules.set_index("rule")
    listed, every = rules.loc[rehearsal.chosen], rules.loc["all"]
    of_list = (listed["expected"] / listed["listed"], listed["precision"], listed)
    for (predicted, observed, row), told in (
        ((model["predicted"], model["observed"], every), _all_off),
        (of_list, _list_off),
    ):
        if abs(observed - predicted) >= MOST_MISS and not row["low"] <= predicted <= row["high"]:
            side = "low" if observed > predicted else "high"
            title = formats.say(
                "The chances behind the risk list were too {side, select, low {low} other {high}} before",
                side=side,
            )
            return Callout("chances_off", "warn", title, told(predicted, observed, row, side, formats))
    return None


def _all_off(predicted: float, observed: float, every: pd.Series, side: str, formats: Formats) -> Text:
    return formats.say(
        "When the list was tested on past data, {predicted} of {customers, plural, one {# customer} other {# "
        "customers}} were expected to stay away, and {observed} did ({interval}). Today's chances may be too "
        "{side, select, low {low} other {high}} as well; who comes before whom on the list may still be "
        "right.",
        predicted=formats.share(predicted),
        customers=formats.count(every["listed"]),
        observed=formats.share(observed),
        interval=interval(every["low"], every["high"], "share", formats),
        side=side,
    )


def _list_off(predicted: float, observed: float, listed: pd.Series, side: str, formats: Formats) -> Text:
    return formats.say(
        "When the list was tested on past data, {predicted} of the {customers, plural, one {# customer} "
        "other {# customers}} on it were expected to stay away, and {observed} did ({interval}). What is "
        "expected of today's list may be too {side, select, low {low} other {high}} as well.",
        predicted=formats.share(predicted),
        customers=formats.count(listed["listed"]),
        observed=formats.share(observed),
        interval=interval(listed["low"], listed["high"], "share", formats),
        side=side,
    )
