"""The tables of the early symptoms, and what stands where one cannot be looked at."""

import pandas as pd

from retention_utils.display import Callout, supply
from retention_utils.early_warning.mix import MixSplit
from retention_utils.early_warning.trends import RELATIVE, WINDOW
from retention_utils.findings.early_warning_words import FLAG_WORDS, SYMPTOM_WORDS, VALUE_KINDS, change_kind
from retention_utils.findings.words import unit_price
from retention_utils.formats import Formats, Kind
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["mix_rows", "symptom_note", "symptom_rows", "without_costs", "without_surveys"]

# Of a mean that is split: name and kind.
MIX_WORDS: dict[str, tuple[str, Kind]] = {
    "order_value": (message("Revenue per order"), "money2"),
    "orders_per_buyer": (message("Orders per buyer and period"), "decimal3"),
}


def symptom_rows(trends: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Write every symptom's test as a row of the table; no row where nothing was measured for long enough.

    Returns
    -------
    DataFrame
        One row per symptom: ``symptom``, ``last``, ``previous``, ``change``, ``interval``, ``year_change``,
        ``slope``, ``flag``, ``n`` (text), ``p_adjusted`` (number).
    """
    known = trends if trends["last"].notna().any() else trends.head(0)
    return pd.DataFrame([_row(row, formats) for _, row in known.iterrows()])


def symptom_note(year_value: float, year_value_before: float, *, grain: Grain, formats: Formats) -> Text:
    """Say how to read the table, and what a customer is worth a year and was a year before, if known."""
    note = formats.say(
        "Chance of such a trend: how often chance alone would show one as clear, allowing for all symptoms "
        "looked at; below 0.05 the trend counts. A trend needs 12 periods in a row with a value each; that "
        "of NPS is drawn through the answers of 12 periods, however few each has. Rests on: what the last "
        "three periods are counted from (active customers, orders, new customers, answers; of a share of "
        "costs, the money)."
    )
    if pd.isna(year_value):
        return note
    spent = _year_value(year_value, year_value_before, grain, formats)
    return formats.joined([note, spent], by=" ")


def mix_rows(splits: dict[str, MixSplit | None], *, formats: Formats) -> pd.DataFrame:
    """Write the split of every mean that could be split as a row of the table."""
    rows = []
    for mean, split in splits.items():
        if split is None:
            continue
        label, kind = MIX_WORDS[mean]
        numbers = ("previous", "last", "standardised")
        row = {"mean": formats.say(label)}
        row |= {name: formats.value(getattr(split, name), kind) for name in numbers}
        row |= {name: formats.change(getattr(split, name), kind) for name in ("rate_effect", "mix_effect")}
        row |= {"newcomers_previous": split.newcomers_previous, "newcomers_last": split.newcomers_last}
        rows.append(row)
    return pd.DataFrame(rows)


def without_surveys(*, formats: Formats) -> Callout:
    """Say what surveys would show."""
    text = formats.say(
        "With answers to the question how likely customers are to recommend you, this chapter follows "
        "the Net Promoter Score (NPS) and warns when it falls. Whoever makes this report finds the "
        "columns of such a table in data/README.md (surveys)."
    )
    return supply("missing_surveys", formats.say("Do customers still recommend you?"), text)


def without_costs(*, formats: Formats) -> Callout:
    """Say what costs would show."""
    text = formats.say(
        "With the costs of winning and of keeping customers, this chapter follows the share that goes "
        "into keeping them and warns when it falls. Supply them by period; whoever makes this report "
        "finds the columns in data/README.md (costs, retention)."
    )
    return supply("missing_costs", formats.say("Is enough spent on keeping customers?"), text)


def _year_value(now: float, before: float, grain: Grain, formats: Formats) -> Text:
    said = {"window": WINDOW, "grain": grain, "now": formats.money(now)}
    if pd.isna(before):
        return formats.say(
            "In the last {window} {grain, select, week {weeks} month {months} quarter {quarters} year "
            "{years} other {periods}} together an active customer spent {now} on average.",
            **said,
        )
    return formats.say(
        "In the last {window} {grain, select, week {weeks} month {months} quarter {quarters} year {years} "
        "other {periods}} together an active customer spent {now} on average, in the {window} {grain, "
        "select, week {weeks} month {months} quarter {quarters} year {years} other {periods}} before {was}.",
        was=formats.money(before),
        **said,
    )


def _row(row: pd.Series, formats: Formats) -> dict[str, object]:
    symptom = row["symptom"]
    kind, moved = VALUE_KINDS[symptom], change_kind(symptom)
    slope = row["slope"] / row["middle"] if symptom in RELATIVE else row["slope"]
    cells = {
        "last": (row["last"], _value(row["last"], kind, formats)),
        "previous": (row["previous"], _value(row["previous"], kind, formats)),
        "change": (row["change"], formats.change(row["change"], moved)),
        "interval": (row["change"], _ends(symptom, row, formats)),
        "year_change": (row["year_change"], formats.change(row["year_change"], moved)),
        "slope": (slope, formats.change(slope, moved)),
    }
    written = {name: None if pd.isna(value) else text for name, (value, text) in cells.items()}
    named = {"symptom": formats.say(SYMPTOM_WORDS[symptom]), "flag": formats.say(FLAG_WORDS[row["flag"]])}
    rests_on = formats.money(row["n"]) if symptom == "investment" else formats.count(row["n"])
    return named | written | {"p_adjusted": row["p_adjusted"], "n": None if pd.isna(row["n"]) else rests_on}


def _value(value: float, kind: Kind, formats: Formats) -> Text:
    return unit_price(value, formats) if kind == "money2" else formats.value(value, kind)


def _ends(symptom: str, row: pd.Series, formats: Formats) -> Text:
    """Both ends of the change with their sign and unit."""
    kind = change_kind(symptom)
    if kind in ("points", "nps"):
        return formats.interval(row["low"], row["high"], kind)
    low, high = formats.change_ends(row["low"], row["high"], kind)
    return formats.say("{low} to {high}", low=low, high=high)
