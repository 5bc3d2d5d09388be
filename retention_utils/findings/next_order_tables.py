"""How the tables and the lines of the next order name what they hold."""

from typing import Any

import pandas as pd

from retention_utils.errors import ConfigError, did_you_mean
from retention_utils.formats import Formats
from retention_utils.next_order import begun_by_enough
from retention_utils.next_order_segments import ATTRIBUTES, NOT_STATED, OTHERS
from retention_utils.texts import Text
from retention_utils.translations import message
from retention_utils.untrusted import shown

__all__ = [
    "begun_note",
    "listed_quantiles",
    "listed_segments",
    "listed_tests",
    "named_curves",
    "of_enough",
    "segment_name",
    "segments_note",
]

UNNAMED = {NOT_STATED: message("not stated"), OTHERS: message("all others")}
MOST_LINES = 5
NAME_LENGTH = 24  # characters of a segment's name
WHOLE_FROM = 100  # limits of thirds from here on are written without cents


def segment_name(row: Any, formats: Formats) -> Text:
    """Name a segment; a third by its limits."""
    if row.attribute == "first_order_value":
        return formats.say(
            "{third, select, lower {lower third, up to {high}} upper {upper third, from {low}} other {middle "
            "third, {low} to {high}}}",
            third=row.segment,
            low=_price(row.low_value, formats),
            high=_price(row.high_value, formats),
        )
    if row.segment in UNNAMED:
        return formats.say(UNNAMED[row.segment])
    return formats.name(shown(row.segment, NAME_LENGTH))


def named_curves(
    curves: pd.DataFrame, shares: pd.DataFrame, *, attribute: str, formats: Formats
) -> pd.DataFrame:
    """Return the curves of an attribute's largest segments, each with the ``label`` that charts write.

    Small segments have none, nor have customers of whom nothing is stated; of the others those with most
    customers are kept, so that lines can be told apart.

    Raises
    ------
    ConfigError
        If there is no such attribute.
    """
    if attribute not in ATTRIBUTES:
        msg = f"compare_by is {attribute!r}; use one of {list(ATTRIBUTES)}."
        raise ConfigError(msg + did_you_mean(attribute, ATTRIBUTES))
    is_drawn = (shares["attribute"] == attribute) & (shares["segment"] != NOT_STATED) & ~shares["is_small"]
    part = shares[is_drawn]
    kept = part.sort_values(["customers", "position"], ascending=[False, True]).head(MOST_LINES)
    names = [segment_name(row, formats) for row in kept.itertuples()]
    labels = pd.Series(names, kept["position"], dtype=object)
    drawn = curves[(curves["attribute"] == attribute) & curves["position"].isin(kept["position"])]
    return drawn.assign(label=drawn["position"].map(labels)).drop(columns=["low_value", "high_value"])


def of_enough(table: pd.DataFrame, curve: pd.DataFrame, *, min_customers: int) -> pd.DataFrame:
    """Keep the rows of purchase numbers that so many customers have reached."""
    enough = begun_by_enough(curve, min_customers=min_customers)
    return table[table["order_rank"].isin(enough["order_rank"])]


def begun_note(note: str, curve: pd.DataFrame, *, min_customers: int, formats: Formats) -> Text:
    """Add to a note, a message, how many purchase numbers too few customers have reached to be listed."""
    enough = begun_by_enough(curve, min_customers=min_customers)
    left_out = curve["order_rank"].nunique() - enough["order_rank"].nunique()
    if not left_out:
        return formats.say(note)
    told = formats.say(
        "Left out: {numbers, plural, one {# purchase number} other {# purchase numbers}} that fewer than "
        "{least} customers have reached.",
        numbers=left_out,
        least=min_customers,
    )
    return formats.joined([formats.say(note), told], by=" ")


def listed_segments(shares: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Word the segments for their table: ``attribute``, ``segment``, ``median`` ("> 545" if not reached)."""
    return shares.assign(
        attribute=[_attribute(name, formats) for name in shares["attribute"]],
        segment=[segment_name(row, formats) for row in shares.itertuples()],
        median=_reached(shares["median_days"], shares["observed_days"], formats),
    )


def segments_note(shares: pd.DataFrame, *, formats: Formats) -> Text:
    """Explain the table of segments; its intervals only where there is one."""
    return formats.say(
        "Still waiting: followed that long and not bought again. {intervals, select, shown {From and to are"
        " the 95% interval. } other {}}A day after “>” is the last on which anybody was followed; by then "
        "fewer than half had bought again. Customers of two groups may differ in other ways, too, so a "
        "difference does not say what makes them buy again.",
        intervals="shown" if shares["low"].notna().any() else "none",
    )


def listed_tests(tests: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Word the tests for their table: ``attribute``, ``p_value`` and ``adjusted`` as "< 0.001"."""
    yes, no = formats.say("yes"), formats.say("no")
    return tests.assign(
        attribute=[_attribute(name, formats) for name in tests["attribute"]],
        p_value=[_probability(value, formats) for value in tests["p_value"]],
        adjusted=[_probability(value, formats) for value in tests["adjusted"]],
        verdict=[yes if is_apart else no for is_apart in tests["is_apart"]],
    )


def listed_quantiles(quantiles: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Word the days of quantiles for their table: ``reached`` is "> 545" where it is not reached."""
    return quantiles.assign(reached=_reached(quantiles["days"], quantiles["observed_days"], formats))


def _attribute(name: str, formats: Formats) -> Text:
    return formats.say(
        "{attribute, select, first_order_value {Value} channel {Channel} category {Category} other {Year}}",
        attribute=name,
    )


def _price(value: float, formats: Formats) -> Text:
    return formats.money(value, digits=0 if value >= WHOLE_FROM else 2)


def _reached(days: pd.Series, observed_days: pd.Series, formats: Formats) -> list[Text | str]:
    return [
        "" if pd.isna(last) else _beyond(last, formats) if pd.isna(day) else formats.count(day)
        for day, last in zip(days, observed_days, strict=True)
    ]


def _beyond(day: float, formats: Formats) -> Text:
    return formats.joined([formats.name(">"), formats.count(day)], by=" ")


def _probability(value: float, formats: Formats) -> Text:
    if value < 0.001:
        return formats.joined([formats.name("<"), formats.number(0.001, digits=3)], by=" ")
    return formats.number(value, digits=3)
