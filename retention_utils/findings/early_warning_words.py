"""Words of early warning that its sentences, key figures, charts and tables share."""

import pandas as pd

from retention_utils.display import Verdict
from retention_utils.early_warning.trends import RELATIVE
from retention_utils.findings.words import change_interval, interval
from retention_utils.formats import Formats, Kind
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = [
    "FLAG_WORDS",
    "SYMPTOM_WORDS",
    "VALUE_KINDS",
    "change_interval_of",
    "change_kind",
    "symptom_verdict",
    "times",
    "untested",
]

SYMPTOM_WORDS = {
    "frequency": message("Orders per active customer"),
    "signals": message("NPS"),
    "order_value": message("Order value"),
    "value": message("Value of a customer"),
    "repeat_rate": message("First-time customers who buy again"),
    "investment": message("Share of costs spent on keeping customers"),
}
FLAG_WORDS = {
    "red": message("red"),
    "amber": message("amber"),
    "green": message("green"),
    "not enough data": message("not enough data"),
}
VALUE_KINDS: dict[str, Kind] = {
    "frequency": "decimal3",
    "signals": "nps",
    "order_value": "money2",
    "value": "money2",
    "repeat_rate": "share",
    "investment": "share",
}


def change_kind(symptom: str) -> Kind:
    """Say in which unit a symptom's change is written."""
    return "share" if symptom in RELATIVE else "nps" if symptom == "signals" else "points"


def change_interval_of(symptom: str, row: pd.Series, formats: Formats) -> Text:
    """Write the interval of a symptom's change: both ends with their sign; points name their unit once."""
    kind = change_kind(symptom)
    write = interval if kind in ("points", "nps") else change_interval
    return write(row["low"], row["high"], kind, formats)


def symptom_verdict(row: pd.Series) -> Verdict:
    """Judge a symptom by its trend and by the last periods together."""
    moved = row["trend"] + row["shift"]
    return "worse" if moved < 0 else "better" if moved > 0 else "no clear change"


def times(account: pd.Series, formats: Formats) -> Text:
    """``2``, ``1.5``: from how many usual gaps on a customer is fading."""
    multiple = account["multiple"]
    return formats.number(multiple, digits=0 if float(multiple).is_integer() else 1)


def untested(account: pd.Series, follow_up_days: int, formats: Formats) -> Text:
    """Say why the same list could not be tested one follow-up ago, as a note."""
    days = formats.days(follow_up_days)
    if not account["tested"]:
        return formats.say("nobody's own habit was known {days} before", days=days)
    return formats.say(
        "{days} before, {flagged, plural, =0 {none} other {#}} of {tested, plural, one {# customer} other {# "
        "customers}} {flagged, plural, =0 {was} one {was} other {were}} on it",
        days=days,
        flagged=formats.count(account["tested_flagged"]),
        tested=formats.count(account["tested"]),
    )
