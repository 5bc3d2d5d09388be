"""How right a list of early warning was: the same rule one follow-up ago, against what came."""

import pandas as pd

from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["how_right"]

# How right the same list was one follow-up ago.
JUDGED = {
    "yes": message(
        "This list was better than chance when tried on the past: of the {flagged, plural, one {# customer} "
        "other {# customers}} on it {days} before, {precision} bought nothing since, of the others {others} "
        "({difference}, {interval})."
    ),
    "with reservations": message(
        "This list was better than chance when tried on the past, but only a little: of the {flagged, "
        "plural, one {# customer} other {# customers}} on it {days} before, {precision} bought nothing "
        "since, of the others {others} ({difference}, {interval})."
    ),
    "no": message(
        "Such a list could not be told from chance and should not be worked through: of the {flagged, "
        "plural, one {# customer} other {# customers}} on it {days} before, {precision} bought nothing "
        "since, of the others {others} ({difference}, {interval})."
    ),
}


def how_right(account: pd.Series, follow_up_days: int, min_customers: int, formats: Formats) -> Text:
    """Say how right the same list was one follow-up ago."""
    flagged, days = formats.count(account["tested_flagged"]), formats.days(follow_up_days)
    if account["verdict"] != "not enough data":
        ends = (account["difference_low"], account["difference_high"])
        return formats.say(
            JUDGED[account["verdict"]],
            flagged=flagged,
            days=days,
            precision=formats.share(account["precision"]),
            others=formats.share(account["others"]),
            difference=formats.points(account["difference"]),
            interval=interval(*ends, "points", formats),
        )
    if not account["tested"]:
        return formats.say(
            "How right such a list is cannot be said: nobody's own habit was known {days} before; at least "
            "{needed} on it, and as many others, are needed.",
            days=days,
            needed=min_customers,
        )
    return formats.say(
        "How right such a list is cannot be said: {days} before, {flagged, plural, =0 {none} other {#}} of "
        "{tested, plural, one {# customer} other {# customers}} {flagged, plural, =0 {was} one {was} other "
        "{were}} on it; at least {needed} on it, and as many others, are needed.",
        days=days,
        flagged=flagged,
        tested=formats.count(account["tested"]),
        needed=min_customers,
    )
