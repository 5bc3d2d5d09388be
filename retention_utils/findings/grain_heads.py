"""Heads of columns that count periods, by what the periods of a report are."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from retention_utils.display_tables import Column
from retention_utils.formats import Formats
from retention_utils.periods import Grain, parse_period
from retention_utils.translations import message

__all__ = ["HEADS", "by_grain", "grain_of"]

HEADS = {
    "Periods later": message(
        "{grain, select, week {Weeks later} month {Months later} quarter {Quarters later} year {Years later} "
        "other {Periods later}}"
    ),
    "Periods followed": message(
        "{grain, select, week {Weeks followed} month {Months followed} quarter {Quarters followed} year "
        "{Years followed} other {Periods followed}}"
    ),
    "Periods after joining": message(
        "{grain, select, week {Weeks after joining} month {Months after joining} quarter {Quarters after "
        "joining} year {Years after joining} other {Periods after joining}}"
    ),
    "Lapsed per period": message(
        "{grain, select, week {Lapsed per week} month {Lapsed per month} quarter {Lapsed per quarter} year "
        "{Lapsed per year} other {Lapsed per period}}"
    ),
    "Came in per period": message(
        "{grain, select, week {Came in per week} month {Came in per month} quarter {Came in per quarter} "
        "year {Came in per year} other {Came in per period}}"
    ),
}


def by_grain(columns: Sequence[Column], grain: Grain, *, formats: Formats) -> tuple[Column, ...]:
    """Name in the heads of columns what they count: years, months, not periods."""
    return tuple(
        replace(column, label=formats.say(HEADS[column.label], grain=grain))
        if isinstance(column.label, str) and column.label in HEADS
        else column
        for column in columns
    )


def grain_of(periods: pd.Series) -> str:
    """Return what the periods named by these keys are, "period" where there are none."""
    return parse_period(periods.iloc[-1]).grain if len(periods) else "period"
