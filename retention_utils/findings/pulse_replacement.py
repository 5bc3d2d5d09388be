"""How many customers have to be replaced, and where the active base is heading."""

import pandas as pd

from retention_utils.display import Finding
from retention_utils.findings.words import interval, three_digits, verdict_of
from retention_utils.formats import Formats
from retention_utils.periods import parse_period
from retention_utils.pulse_replacement import ReplacementNeed
from retention_utils.texts import Text

__all__ = ["base_alt", "replacement_need", "replacement_note"]


def replacement_need(
    need: ReplacementNeed | None,
    replacements: pd.DataFrame,
    *,
    periods: int,
    formats: Formats,
    source: str = "orders",
) -> Finding:
    """Say how many have to be replaced, and at how many customers the base settles at this pace.

    ``need`` and ``replacements`` are from :mod:`retention_utils.pulse_replacement`, over so many ``periods``.
    """
    if need is None:
        return Finding("replacement_need", "not enough data", _no_equilibrium(replacements, periods, formats))
    pace = formats.say(
        "From {first_period} to {period}, {lapsed, plural, one {# customer} other {# customers}} {source, "
        "select, contracts {left} other {lapsed}} per {grain, select, week {week} month {month} quarter "
        "{quarter} year {year} other {period}} on average, and {inflow, plural, one {# was} other {# were}} "
        "new or came back.",
        source=source,
        first_period=formats.period(need.first_period),
        period=formats.period(need.period),
        lapsed=formats.count(need.to_replace),
        grain=parse_period(need.period).grain,
        inflow=formats.count(need.inflow),
    )
    verdict = verdict_of(need.low - need.active_end, need.high - need.active_end, more_is_better=True)
    of_year = verdict_of(
        need.year_low - need.active_end, need.year_high - need.active_end, more_is_better=True
    )
    is_seasonal = need.year_periods > 0 and of_year != verdict
    text = formats.joined([pace, _settles(need, formats)], by=" ")
    return Finding("replacement_need", "no clear change" if is_seasonal else verdict, text)


def replacement_note(need: ReplacementNeed | None, *, formats: Formats) -> Text:
    """Explain the table of replacements, and how long half of the way to the equilibrium takes, if known."""
    note = formats.say(
        "Each row is a mean of three: its own and the two before it. Equilibrium base: came in ÷ churn, the "
        "number at which as many come in as lapse. From and to are its 95% interval, of chance alone: season "
        "is not in it."
    )
    if need is None:
        return note
    half_way = formats.say(
        "At today's pace half of the way there takes about {grain, select, week {{periods, plural, one {# "
        "week} other {# weeks}}} month {{periods, plural, one {# month} other {# months}}} quarter "
        "{{periods, plural, one {# quarter} other {# quarters}}} year {{periods, plural, one {# year} other "
        "{# years}}} other {{periods, plural, one {# period} other {# periods}}}}.",
        grain=parse_period(need.period).grain,
        periods=max(round(need.half_way_periods), 1),
    )
    return formats.joined([note, half_way], by=" ")


def base_alt(replacements: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the line of the active base and where it is heading."""
    last = replacements.iloc[-1]
    now = {"customers": formats.count(last["active_end"]), "period": formats.period(last["period"])}
    if pd.isna(last["equilibrium_base"]):
        return formats.say(
            "{customers, plural, one {# customer was} other {# customers were}} active at the end of "
            "{period}; the equilibrium is not known.",
            **now,
        )
    return formats.say(
        "{customers, plural, one {# customer was} other {# customers were}} active at the end of {period}; "
        "at the pace of that time the base settles at about {base}.",
        **now,
        base=_about(last["equilibrium_base"], formats),
    )


def _settles(need: ReplacementNeed, formats: Formats) -> Text:
    """Say where this pace leads, and where a whole year's does, or that the pace may be that of a season."""
    values = {
        "base": _about(need.equilibrium_base, formats),
        "interval": _about_interval(need.low, need.high, formats),
        "now": formats.count(need.active_end),
    }
    grain = parse_period(need.period).grain
    if need.year_periods:
        return formats.say(
            "At this pace the active base would settle at about {base, plural, one {# customer} other {# "
            "customers}} ({interval}), but that may be the season: at the pace of the last {periods} {grain, "
            "select, week {weeks} quarter {quarters} other {months}} it is about {year_base} "
            "({year_interval}). Now it is {now}.",
            **values,
            periods=need.year_periods,
            grain=grain,
            year_base=_about(need.year_equilibrium_base, formats),
            year_interval=_about_interval(need.year_low, need.year_high, formats),
        )
    settles = formats.say(
        "At this pace the active base settles at about {base, plural, one {# customer} other {# customers}} "
        "({interval}); now it is {now}.",
        **values,
    )
    if grain == "year":
        return settles
    season = formats.say("The season may play a part: a year of its own is not known yet.")
    return formats.joined([settles, season], by=" ")


def _no_equilibrium(replacements: pd.DataFrame, periods: int, formats: Formats) -> Text:
    last = replacements.iloc[-1]
    if pd.isna(last["pooled_churn"]):
        return formats.say(
            "Where the active base is heading cannot be said yet. That needs {periods, plural, one {# "
            "period} other {# periods}} in a row with a known churn.",
            periods=periods,
        )
    if last["inflow"] == 0:
        return formats.say(
            "In the last {periods, plural, one {# period} other {# periods}} nobody joined or came back, so "
            "the base can only shrink; there is no number at which it would settle.",
            periods=periods,
        )
    return formats.say(
        "In the last {periods, plural, one {# period} other {# periods}} nobody lapsed, so there is no "
        "number at which the base would settle; {active, plural, one {# is} other {# are}} active now.",
        periods=periods,
        active=formats.count(last["active_end"]),
    )


def _about(value: float, formats: Formats) -> Text:
    return formats.count(three_digits(value))


def _about_interval(low: float, high: float, formats: Formats) -> Text:
    return interval(three_digits(low), three_digits(high), "count", formats)
