"""What is said of events: the business's own words stay data, and no cause is claimed."""

import pandas as pd

from retention_utils.display import Callout, supply
from retention_utils.findings.words import verdict_of
from retention_utils.formats import Formats

__all__ = ["missing_events", "told_events"]

READINGS = {
    "better": "higher than usual",
    "worse": "lower than usual",
    "no clear change": "no clear difference",
}


def missing_events() -> Callout:
    """Say what a list of events would show and how to supply it."""
    text = (
        "With the days of price changes, outages or holidays, the heat map marks the periods they fell in, "
        "and a table compares retention in them with the usual. Supply a table [tables.events] in "
        "client.toml; its columns are in data/README.md."
    )
    return supply("missing_events", "Events beside the cohorts", text)


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
    days = [_span(formats.date(row.day), formats.date(row.last_day)) for row in contrasts.itertuples()]
    names = [f"{row.number}. {row.name}" for row in contrasts.itertuples()]
    readings = [
        "too little to compare with"
        if pd.isna(row.low)
        else READINGS[verdict_of(row.low, row.high, more_is_better=True)]
        for row in contrasts.itertuples()
    ]
    return contrasts.assign(event=names, days=days, reading=readings)


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} – {last}"
