"""What a customer is worth: counted, by formula and by model, side by side."""

from typing import Any

import pandas as pd

from retention_utils.display import Finding
from retention_utils.findings.value_words import Made, about, direction, too_few_periods
from retention_utils.findings.words import interval, money_of, three_digits
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.unit_economics.formula import FormulaTest, FormulaValue
from retention_utils.unit_economics.three_values import FORMULA, HISTORIC, MODEL

__all__ = ["three_values"]


def three_values(
    table: pd.DataFrame,
    formula: FormulaValue | Text,
    test: FormulaTest | None,
    *,
    margin: float,
    grain: Grain,
    formats: Formats,
    made: Made = "purchases",
) -> Finding:
    """Say what a customer is worth in a year by counting, by formula and by model."""
    rows = table.set_index("method")
    why = [formula] if isinstance(formula, Text) else []
    if table["year_value"].isna().all():
        text = formats.say(
            "What a customer is worth cannot be said yet: no new customers have been followed for 12 "
            "months, and the model gives no forecast."
        )
        return Finding("three_values", "not enough data", formats.joined([text, *why], by=" "))
    counted = _counted(rows.loc[HISTORIC], margin=margin, grain=grain, formats=formats)
    modelled = _modelled(
        rows.loc[FORMULA], rows.loc[MODEL], is_tested=test is not None, made=made, formats=formats
    )
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


def _modelled(formula: pd.Series, model: pd.Series, *, is_tested: bool, made: Made, formats: Formats) -> Text:
    """Say what the formula and the model say, as far as they say anything."""
    values: dict[str, Any] = {"made": made}
    if pd.notna(formula["year_value"]):
        values["year"] = about(formula["year_value"], formats=formats)
        values["tested"] = direction(formula["bias_share"]) if is_tested else "no"
        values["off"] = formats.share(abs(formula["bias_share"]))
    if pd.notna(model["year_value"]):
        values["expected"] = about(model["year_value"], formats=formats)
        values["sure"] = _interval(model, formats)
    if "expected" not in values:
        return _formula_alone(values, formats)
    if "year" in values and pd.notna(model.get("life_low")):
        return _whole_life(values, model, formats)
    if "year" not in values:
        return formats.say(
            "The model says {expected} for a new customer's first {made, select, purchases {52 weeks} other "
            "{12 months}} ({sure}, if it is right); the formula spend ÷ churn says nothing.",
            **values,
        )
    return formats.say(
        "The formula spend ÷ churn says {year} a year for an active customer ({tested, select, low {{off} "
        "too low in the test} high {{off} too high in the test} other {not tested}}), the model {expected} "
        "for a new one's first {made, select, purchases {52 weeks} other {12 months}} ({sure}, if it is "
        "right).",
        **values,
    )


def _whole_life(values: dict[str, Any], model: pd.Series, formats: Formats) -> Text:
    """Say beside the year what comes without end: where fees are yearly, the year is one fee."""
    low, high = (three_digits(model[name]) for name in ("life_low", "life_high"))
    return formats.say(
        "The formula spend ÷ churn says {year} a year for an active customer ({tested, select, low {{off} "
        "too low in the test} high {{off} too high in the test} other {not tested}}), the model {expected} "
        "for a new one's first 12 months and {life} without end ({sure}, if it is right).",
        **{**values, "sure": interval(low, high, "money", formats)},
        life=about(model["life_value"], formats=formats),
    )


def _formula_alone(values: dict[str, Any], formats: Formats) -> Text:
    if "year" not in values:
        return formats.say("Neither the formula spend ÷ churn nor the model says anything.")
    return formats.say(
        "The formula spend ÷ churn says {year} a year for an active customer ({tested, select, low {{off} "
        "too low when tested on the past} high {{off} too high when tested on the past} other {not tested}}"
        "); the model gives no forecast.",
        **values,
    )


def _interval(row: pd.Series, formats: Formats) -> Text:
    return interval(three_digits(row["low"]), three_digits(row["high"]), "money", formats)
