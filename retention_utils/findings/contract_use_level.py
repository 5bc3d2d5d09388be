"""What is said of the use of all customers together: whether it fell, and whether that may be the season."""

from retention_utils.contract_use.account import ContractUse
from retention_utils.contract_use.level import UseLevel, UseLevels
from retention_utils.display import Finding
from retention_utils.findings.words import based_on, change_interval, interval, verdict_of
from retention_utils.formats import Formats
from retention_utils.texts import Text

__all__ = ["use_of_all"]


def use_of_all(use: ContractUse, *, formats: Formats) -> Finding | None:
    """Say how the use of all has moved, beside the same months a year earlier; None where it is not known."""
    levels = use.levels
    if levels.now is None or not use.is_current:
        return None
    told = _moved(levels.now, formats)
    if levels.difference is not None:
        _, low, high = levels.difference
        verdict = verdict_of(low, high, more_is_better=True)
        text = formats.joined([told, _beside_last_year(levels, verdict, formats)], by=" ")
        return Finding("use_level", verdict, text)
    is_clear = levels.now.high < 0 or levels.now.low > 0
    unknown = formats.say(
        "Whether that is the season cannot be said: use is recorded from {day} on, so the same months of a "
        "year earlier are not known.",
        day=formats.date(levels.recorded_from),
    )
    text = formats.joined([told, unknown], by=" ")
    return Finding("use_level", "not enough data" if is_clear else "no clear change", text)


def _moved(now: UseLevel, formats: Formats) -> Text:
    return formats.say(
        "All customers together used {way, select, less {{moved} less} other {{moved} more}} in the last "
        "month than in the three before it (change: {interval}; {basis}). What is expected of each of them "
        "moves with it, so nobody is listed for what all do.",
        way="less" if now.moved < 0 else "more",
        moved=formats.share(abs(now.moved)),
        interval=change_interval(now.low, now.high, "share", formats),
        basis=based_on(now.customers, formats),
    )


def _beside_last_year(levels: UseLevels, verdict: str, formats: Formats) -> Text:
    difference, low, high = levels.difference
    return formats.say(
        "Against the {months, plural, one {month} other {# months}} before it that {months, plural, one {is} "
        "other {are}} recorded in both years, the change was {now} now and {then} a year earlier: a "
        "difference of {difference} ({interval}). {verdict, select, worse {So use fell by more than it did "
        "then} better {So use held better than it did then} other {So it may be the season}}; one earlier "
        "year is little to know a season by.",
        months=levels.months,
        now=formats.change(levels.this_year.moved, "share"),
        then=formats.change(levels.year_before.moved, "share"),
        difference=formats.points(difference),
        interval=interval(low, high, "points", formats),
        verdict=verdict,
    )
