"""Words that the findings on customer value share."""

from typing import Literal

import pandas as pd

from retention_utils.findings.words import three_digits
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.translations import message
from retention_utils.value_models.holdout import ACTUAL, NAIVE

__all__ = [
    "MOST_BIAS",
    "Made",
    "about",
    "direction",
    "named",
    "nth_period",
    "tested_note",
    "too_few_periods",
]

# What the model counts: without contracts at any time, without contracts at occasions, with contracts.
Made = Literal["purchases", "occasions", "payments"]

MOST_BIAS = 0.10  # share of what came: beyond it a forecast carries a reservation
SERIES_WORDS = {ACTUAL: message("actual"), NAIVE: message("own past rate")}


def named(table: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Name the series, or the models, of a table for a reader; models keep their own names."""
    columns = [column for column in ("series", "model") if column in table.columns]
    return table.assign(**{column: [_name(key, formats) for key in table[column]] for column in columns})


def _name(key: str, formats: Formats) -> Text:
    return formats.say(SERIES_WORDS[key]) if key in SERIES_WORDS else formats.name(key)


def tested_note(bias: float, *, made: Made = "purchases", formats: Formats) -> Text:
    """Say beside a key figure how far its model was off on the past."""
    return formats.say(
        "tested on the past, the model expected {off} {direction, select, low {fewer} other {more}} "
        "{made, select, payments {payments} other {purchases}} than were made",
        off=formats.share(abs(bias)),
        direction=direction(bias),
        made=made,
    )


def direction(bias: float) -> str:
    """Return ``low`` or ``high``, the cases in which messages speak of a forecast."""
    return "low" if bias < 0 else "high"


def about(value: float, *, formats: Formats) -> Text:
    """Write modelled money: three digits of it are known."""
    return formats.money(three_digits(value))


def nth_period(age: int, grain: Grain, *, formats: Formats) -> Text:
    """``month 2``: an age that stands alone, as a key figure or in a table."""
    if age == 0:
        return formats.say(
            "the {grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} of "
            "joining",
            grain=grain,
        )
    return formats.say(
        "{grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} {age}",
        grain=grain,
        age=age,
    )


def too_few_periods(grain: Grain, *, formats: Formats) -> Text:
    """Say in brackets why a mean over cohorts has no interval."""
    return formats.say(
        "too few {grain, select, week {weeks} month {months} quarter {quarters} year {years} other "
        "{periods}} of joining for an interval",
        grain=grain,
    )
