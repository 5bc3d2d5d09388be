"""What a customer is worth: counted, by formula and by model, side by side."""

import pandas as pd

from retention_utils.display import Finding
from retention_utils.findings.value_words import Made, about, too_few_periods
from retention_utils.findings.words import interval, money_of, three_digits
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.unit_economics.formula import FormulaValue
from retention_utils.unit_economics.three_values import HISTORIC, MODEL

__all__ = ["three_values"]


def three_values(
    table: pd.DataFrame,
    formula: FormulaValue | Text,
    *,
    margin: float,
    grain: Grain,
    formats: Formats,
    made: Made = "purchases",
) -> Finding:
    """Say what a customer is worth in a year by counting and by model."""
    rows = table.set_index("method")
    why = [formula] if isinstance(formula, Text) else []
    if table["year_value"].isna().all():
        text = formats.say(
            "What a customer is worth cannot be said yet: no new customers have been followed for 12 "
            "months, and the model gives no forecast."
        )
        return Finding("three_values", "not enough data", formats.joined([text, *why], by=" "))
    counted = _counted(rows.loc[HISTORIC], margin=margin, grain=grain, formats=formats)
    modelled = _modelled(rows.loc[MODEL], made=made, formats=formats)
    text = formats.joined([counted, modelled, *why], by=" ")
    return Finding("three_values", "with reservations", text)


def _counted(row: pd.Series, *, margin: float, grain: Grain, formats: Formats) -> Text:
    if pd.isna(row["year_value"]):
        return formats.say(
            "What a new customer brings in a year cannot be counted yet: none has been followed for 12 "
            "months."
        )
    sure = too_few_periods(grain, formats=formats) if pd.isna(row["low"]) else _interval(row, formats)
    return formats.say(
        "Counted, a new customer has brought {value} of {money, select, revenue {revenue} other {margin}} in "
        "the first 12 months ({sure}; {customers, plural, one {# customer} other {# customers}}).",
        value=about(row["year_value"], formats=formats),
        money=money_of(margin),
        sure=sure,
        customers=formats.count(row["customers"]),
    )


def _modelled(model: pd.Series, *, made: Made, formats: Formats) -> Text:
    """Say what the model says of a new customer; what formulas say is left to the table."""
    if pd.isna(model["year_value"]):
        return formats.say("The model gives no forecast.")
    expected = about(model["year_value"], formats=formats)
    if pd.isna(model.get("life_low")):
        return formats.say(
            "The model says {expected} for a new customer's first {made, select, purchases {52 weeks} other "
            "{12 months}} ({sure}, if it is right).",
            expected=expected,
            made=made,
            sure=_interval(model, formats),
        )
    # Where fees are yearly, the year is one fee; so what comes without end stands beside it.
    return formats.say(
        "The model says {expected} for a new customer's first 12 months and {life} without end ({sure}, if "
        "it is right).",
        expected=expected,
        life=about(model["life_value"], formats=formats),
        sure=interval(*(three_digits(model[name]) for name in ("life_low", "life_high")), "money", formats),
    )


def _interval(row: pd.Series, formats: Formats) -> Text:
    return interval(three_digits(row["low"]), three_digits(row["high"]), "money", formats)
