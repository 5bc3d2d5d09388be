"""The tables and charts of customer value in words."""

from typing import Any

import pandas as pd

from retention_utils.findings.value_words import Made, direction, named, nth_period
from retention_utils.findings.words import money_of, three_digits
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.translations import message
from retention_utils.unit_economics.formula import FormulaValue
from retention_utils.unit_economics.three_values import FORMULA, HISTORIC, MODEL, SEED

__all__ = [
    "axis_unit",
    "cohort_words",
    "curves_alt",
    "formula_note",
    "holdout_alt",
    "minimums_words",
    "payback_words",
    "rounded_values",
    "three_values_words",
    "tracking_alt",
]

METHOD_WORDS = {
    HISTORIC: message("Counted: first 12 months"),
    FORMULA: message("Formula: spend ÷ churn"),
    SEED: message("Formula: order value × orders per buyer ÷ churn"),
    MODEL: message("Model: first {made, select, purchases {52 weeks} other {12 months}}"),
}


WHOSE = {
    HISTORIC: message("a new customer"),
    FORMULA: message("an active customer"),
    SEED: message("a buyer"),
    MODEL: message("a new customer"),
}


def three_values_words(table: pd.DataFrame, *, formats: Formats, made: Made = "purchases") -> pd.DataFrame:
    """Put the table of values in words: ``method_words``, ``whose_words``, ``bias_words`` (off in the test).

    Empty if no value is known. Money keeps three digits.
    """
    if table["year_value"].isna().all():
        return table.iloc[:0]
    methods = [formats.say(METHOD_WORDS[method], made=made) for method in table["method"]]
    tests = [_tested(row, formats) for row in table.itertuples()]
    whose = [formats.say(WHOSE[method]) for method in table["method"]]
    money = {name: table[name].map(three_digits) for name in ("year_value", "low", "high", "life_value")}
    # Where a year is paid at once, its value is certain.
    is_sure = money["low"] == money["high"]
    money |= {name: money[name].mask(is_sure) for name in ("low", "high")}
    return table.assign(method_words=methods, whose_words=whose, bias_words=tests, **money)


def _tested(row: Any, formats: Formats) -> Text:
    if pd.notna(row.bias_share):
        return formats.say(
            "{off} too {direction, select, low {low} other {high}} (as of {day})",
            off=formats.share(abs(row.bias_share)),
            direction=direction(row.bias_share),
            day=formats.date(row.tested),
        )
    return formats.say("looks back only") if row.method == HISTORIC else formats.say("not tested")


def formula_note(
    meaning: Text,
    formula: FormulaValue | Text,
    *,
    grain: Grain,
    formats: Formats,
    made: Made = "purchases",
) -> Text:
    """Add to what the columns of the table mean what the formulas take for granted, where there are any."""
    if isinstance(formula, Text):
        return meaning
    text = formats.say(
        "{made, select, payments {The formula takes} other {The formulas take}} churn to stay at {churn} a "
        "{grain, select, week {week} month {month} quarter {quarter} year {year} other {period}} for ever "
        "and to be the same for everybody{made, select, payments {} other {; the second also forgets active "
        "customers who did not buy}}. So this report does not reckon with {made, select, payments {it} other "
        "{them}}: the one figure for a year of an active customer stands in the chapter on what better "
        "retention is worth.",
        churn=formats.share(formula.churn),
        grain=grain,
        made=made,
    )
    return formats.joined([meaning, text], by=" ")


def rounded_values(table: pd.DataFrame) -> pd.DataFrame:
    """Keep three significant digits of modelled money: no more is known, or alike on two machines."""
    money = [name for name in table.columns if name.startswith("value") and name != "value_share"]
    return table.assign(**{name: table[name].map(three_digits) for name in money})


def cohort_words(table: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Put the table of values by cohort in words: ``period_words``. Money keeps three digits."""
    if table.empty:
        return table
    periods = [formats.period(period) for period in table["cohort"]]
    return rounded_values(table).assign(period_words=periods)


def payback_words(table: pd.DataFrame, *, grain: Grain, formats: Formats) -> pd.DataFrame:
    """Put the table of cohorts and their costs in words: ``period_words``, ``payback_words``."""
    if table.empty:
        return table
    ages = [
        formats.say("not yet") if pd.isna(age) else nth_period(int(age), grain, formats=formats)
        for age in table["payback_age"]
    ]
    return table.assign(
        period_words=[formats.period(period) for period in table["period"]], payback_words=ages
    )


def minimums_words(table: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Put the table of requirements in words: ``met_words``."""
    return table.assign(
        met_words=[formats.say("yes") if met else formats.say("no") for met in table["is_met"]]
    )


def axis_unit(margin: float, *, formats: Formats) -> Text:
    """Say what the axis of the curves counts."""
    return formats.say(
        "{money, select, revenue {Revenue} other {Margin}} per new customer", money=money_of(margin)
    )


def curves_alt(historic: pd.DataFrame, *, cost: float | None, margin: float, formats: Formats) -> Text:
    """Describe the curves of historic value: where they begin, where they end, and the cost."""
    if historic.empty:
        return formats.say("There are not enough data for the curves.")
    first, last = historic.iloc[0], historic.iloc[-1]
    text = formats.say(
        "A new customer has brought {first} of {money, select, revenue {revenue} other {margin}} in the "
        "period of joining and {last} up to age {age}.",
        first=formats.money(first["value"]),
        money=money_of(margin),
        last=formats.money(last["value"]),
        age=formats.count(last["age"]),
    )
    if cost is None:
        return text
    price = formats.say("Winning one cost {cost}.", cost=formats.money(cost))
    return formats.joined([text, price], by=" ")


def tracking_alt(tracking: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the tracking chart: where every line ends."""
    if tracking.empty:
        return formats.say("There are not enough data for the models.")
    ends = named(tracking.groupby("series", sort=False).last().reset_index(), formats=formats)
    return formats.say(
        "Lines of repeat purchases by week; at the end of the last week: {lines}.",
        lines=_each(ends["series"], [formats.count(value) for value in ends["cumulative"]], formats),
    )


def holdout_alt(by_frequency: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the chart of the test: the most frequent class, made and expected."""
    if by_frequency.empty:
        return formats.say("There are not enough data for the models.")
    top = by_frequency[by_frequency["frequency"] == by_frequency["frequency"].max()]
    top = named(top, formats=formats)
    return formats.say(
        "Purchases per customer in the test weeks; of those with {label} repeat purchases before: {bars}.",
        label=formats.name(top["label"].iloc[0]),
        bars=_each(top["series"], [formats.number(value) for value in top["purchases"]], formats),
    )


def _each(series: pd.Series, purchases: list[Text], formats: Formats) -> Text:
    each = [
        formats.say("{series} {purchases}", series=name, purchases=made)
        for name, made in zip(series, purchases, strict=True)
    ]
    return formats.joined(each, by=", ")
