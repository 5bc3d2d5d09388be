"""What is said of events: the business's own words stay data, and no cause is claimed."""

from datetime import date

import pandas as pd

from retention_utils.display import Callout, supply
from retention_utils.findings.words import verdict_of
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["missing_events", "told_events"]

READINGS = {
    "better": message("higher than usual"),
    "worse": message("lower than usual"),
    "no clear change": message("no clear difference"),
}


def missing_events(*, formats: Formats) -> Callout:
    """Say what a list of events would show and how to supply it."""
    text = formats.say(
        "With the days of price changes, outages or holidays, the heat map marks the periods they "
        "fell in, and a table compares retention in them with the usual. Whoever makes this report "
        "finds the columns of such a table in data/README.md (events)."
    )
    return supply("missing_events", formats.say("Events beside the cohorts"), text)


def told_events(contrasts: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Write out when every event was and how its periods read.

    Parameters
    ----------
    contrasts : DataFrame
        From :func:`retention_utils.cohorts.events.event_contrasts`.

    Returns
    -------
    DataFrame
        With ``event`` (its number, then the client's name for it), ``days`` and ``reading`` in words.
    """
    rows = list(contrasts.itertuples())
    return contrasts.assign(
        event=[f"{row.number}. {row.name}" for row in rows],
        days=[_span(row.day, row.last_day, formats) for row in rows],
        reading=[_reading(row.low, row.high, formats) for row in rows],
    )


def _span(first: date, last: date, formats: Formats) -> Text:
    return formats.date(first) if first == last else formats.period(f"{first:%Y-%m-%d}..{last:%Y-%m-%d}")


def _reading(low: float, high: float, formats: Formats) -> Text:
    if pd.isna(low):
        return formats.say("too little to compare with")
    return formats.say(READINGS[verdict_of(low, high, more_is_better=True)])
