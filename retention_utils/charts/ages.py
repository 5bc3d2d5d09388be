"""What an axis of ages since joining is called, by what the periods of a report are."""

from retention_utils.formats import Formats
from retention_utils.svg import plain
from retention_utils.translations import message

__all__ = ["after_joining"]

AFTER_JOINING = message(
    "{grain, select, week {Weeks after joining} month {Months after joining} quarter {Quarters after "
    "joining} year {Years after joining} other {Periods after joining}}"
)


def after_joining(grain: str, formats: Formats) -> str:
    """Name the axis: years after joining, not periods."""
    return plain(formats.say(AFTER_JOINING, grain=grain))
