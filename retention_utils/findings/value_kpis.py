"""What a customer is worth and what winning one costs, as key figures."""

from typing import Any

import pandas as pd

from retention_utils.display import Kpi, Words
from retention_utils.findings.value_words import MOST_BIAS, Made, about, nth_period, tested_note
from retention_utils.findings.words import interval, money_of, three_digits
from retention_utils.formats import BLANK, Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.translations import message
from retention_utils.unit_economics.acquisition import UnitEconomics
from retention_utils.unit_economics.three_values import HISTORIC, MODEL

__all__ = ["customer_value_kpi", "ltv_to_cac_kpi", "payback_kpi"]

RULE_OF_THUMB = message(
    "the 3 often asked for is a rule of thumb without a known source, and for a customer's whole life, not "
    "for a year"
)


def customer_value_kpi(
    table: pd.DataFrame,
    *,
    margin: float,
    formats: Formats,
    made: Made = "purchases",
) -> Kpi:
    """Give the value of a new customer in a year: the model's, or else the counted one."""
    rows = table.set_index("method")
    model, historic = rows.loc[MODEL], rows.loc[HISTORIC]
    if pd.notna(model["year_value"]):
        return _model_kpi(model, margin=margin, made=made, formats=formats)
    label = formats.say(
        "{money, select, revenue {Revenue} other {Margin}} of a new customer in a year",
        money=money_of(margin),
    )
    if pd.isna(historic["year_value"]):
        why = formats.say("nobody followed that long, and no forecast can be made")
        return Kpi(
            "value_per_customer", label, formats.name(BLANK), None, basis=why, verdict="not enough data"
        )
    counted = formats.say("counted, in the first 12 months")
    customers = formats.say(
        "{customers, plural, one {# customer} other {# customers}}",
        customers=formats.count(historic["customers"]),
    )
    basis = formats.joined([counted, customers])
    return _value_kpi(
        historic, label=label, interval=_interval(historic, formats), basis=basis, formats=formats
    )


def _model_kpi(row: pd.Series, *, margin: float, made: Made, formats: Formats) -> Kpi:
    is_near = abs(row["bias_share"]) <= MOST_BIAS
    label = formats.say(
        "Expected {money, select, revenue {revenue} other {margin}} of a new customer in the first {made, "
        "select, purchases {52 weeks} other {12 months}}",
        money=money_of(margin),
        made=made,
    )
    tested = tested_note(row["bias_share"], made=made, formats=formats)
    return _value_kpi(
        row,
        label=label,
        # Beside a large miss on the past a narrow interval would read as precision.
        interval=_interval(row, formats) if is_near else "",
        basis=formats.joined([formats.say("on average"), tested]),
        verdict="" if is_near else "with reservations",
        formats=formats,
    )


def _value_kpi(row: pd.Series, *, formats: Formats, **words: Any) -> Kpi:
    value = row["year_value"]
    return Kpi(
        key="value_per_customer", value=about(value, formats=formats), number=three_digits(value), **words
    )


def _interval(row: pd.Series, formats: Formats) -> Words:
    if pd.isna(row["low"]) or row["low"] == row["high"]:
        return ""
    return interval(three_digits(row["low"]), three_digits(row["high"]), "money", formats)


def ltv_to_cac_kpi(
    economics: UnitEconomics | None, *, has_costs: bool, margin: float, formats: Formats
) -> Kpi:
    """Give how many times its cost a customer brings in a year."""
    label = formats.say("A year's margin of a customer ÷ cost of winning one (LTV:CAC)")
    why = _why_not(economics, has_costs=has_costs, margin=margin, formats=formats)
    if not why and pd.isna(economics.ratio):
        why = formats.say("nobody followed for a year yet")
    if why:
        return Kpi("ltv_to_cac", label, formats.name(BLANK), None, basis=why)
    basis = formats.say(
        "margin {value} in the first 12 months ÷ {cost}, what winning one of these customers had cost",
        value=about(economics.value, formats=formats),
        cost=formats.money(economics.cost_of_these),
    )
    sure = "" if pd.isna(economics.low) else interval(economics.low, economics.high, "number", formats)
    return Kpi(
        key="ltv_to_cac",
        label=label,
        value=formats.number(economics.ratio),
        number=round(economics.ratio, 2),
        interval=sure,
        basis=formats.joined([basis, formats.say(RULE_OF_THUMB)]),
    )


def payback_kpi(
    economics: UnitEconomics | None, *, has_costs: bool, margin: float, grain: Grain, formats: Formats
) -> Kpi:
    """Give the age by which a customer has earned back what winning one cost."""
    label = formats.say("Cost of winning a customer is earned back by")
    if why := _why_not(economics, has_costs=has_costs, margin=margin, formats=formats):
        return Kpi("payback", label, formats.name(BLANK), None, basis=why)
    seen = _seen(economics.seen_age, grain, formats)
    if economics.payback_age is None:
        back = formats.say(
            "{recovered} of the cost earned back so far", recovered=formats.share(economics.recovered)
        )
        return Kpi("payback", label, formats.say("not yet"), None, basis=formats.joined([seen, back]))
    parts = [seen] if economics.payback_age == 0 else [_zero(grain, formats), seen]
    return Kpi(
        "payback",
        label,
        nth_period(economics.payback_age, grain, formats=formats),
        economics.payback_age,
        basis=formats.joined(parts),
    )


def _seen(periods: int, grain: Grain, formats: Formats) -> Text:
    return formats.say(
        "followed for {grain, select, week {{periods, plural, one {# week} other {# weeks}}} month "
        "{{periods, plural, one {# month} other {# months}}} quarter {{periods, plural, one {# quarter} "
        "other {# quarters}}} year {{periods, plural, one {# year} other {# years}}} other {{periods, "
        "plural, one {# period} other {# periods}}}}",
        grain=grain,
        periods=periods,
    )


def _zero(grain: Grain, formats: Formats) -> Text:
    """Say from where the periods are counted."""
    return formats.say(
        "{grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} 0 is the "
        "{grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} of joining",
        grain=grain,
    )


def _why_not(economics: UnitEconomics | None, *, has_costs: bool, margin: float, formats: Formats) -> Words:
    if not has_costs:
        return formats.say("no costs supplied")
    if margin == 1:
        return formats.say("no margin given: revenue is not profit")
    return "" if economics else formats.say("no costs for whole periods with new customers")
