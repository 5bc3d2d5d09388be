"""What the value of customers who buy or not at each occasion says, and what its tables hold."""

from typing import Any

import pandas as pd

from retention_utils.columns.value import HOLDOUT, OCCASION_COUNTS, OCCASION_VALUE, PARAMETERS
from retention_utils.display import Callout, Finding, Kpi
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.value_words import MOST_BIAS, direction, named, tested_note
from retention_utils.findings.words import interval, money_of, three_digits
from retention_utils.formats import BLANK, Formats
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.value_models.occasion_appraisal import OccasionAppraisal

__all__ = ["alive_kpi", "choice", "expected_kpi", "occasion_tables", "occasions_worth"]


def occasions_worth(appraisal: OccasionAppraisal, *, grain: Grain, formats: Formats) -> Finding:
    """Answer what customers are expected to bring at the next occasions, and how the model did before."""
    if appraisal.reasons:
        verdict = "not enough data" if appraisal.is_short else "no"
        parts = [formats.say("No forecast is given."), *appraisal.reasons]
        return Finding("worth", verdict, formats.joined(parts, by=" "), is_headline=True)
    forecast, (value, low, high) = appraisal.forecast, appraisal.value
    told = formats.say(
        "In the next {grain, select, week {{ahead, plural, one {week} other {# weeks}}} month {{ahead, "
        "plural, one {month} other {# months}}} quarter {{ahead, plural, one {quarter} other {# quarters}}} "
        "year {{ahead, plural, one {year} other {# years}}} other {{ahead, plural, one {period} other {# "
        "periods}}}}, all {customers} customers so far are expected to buy at {purchases} occasions "
        "({sure}) and to bring {is_discounted, select, yes {{money, select, revenue {revenue} other "
        "{margin}} that is worth {amount} today} other {{amount} of {money, select, revenue {revenue} other "
        "{margin}}}} ({interval}, if the model is right).",
        customers=formats.count(forecast.customers),
        purchases=formats.count(forecast.purchases),
        sure=interval(forecast.low, forecast.high, "count", formats),
        amount=formats.short_money(value),
        interval=interval(low, high, "short_money", formats),
        **_terms(appraisal, grain),
    )
    tested = formats.say(
        "Tested on the last {grain, select, week {{tested, plural, one {week} other {# weeks}}} month "
        "{{tested, plural, one {month} other {# months}}} quarter {{tested, plural, one {quarter} other {# "
        "quarters}}} year {{tested, plural, one {year} other {# years}}} other {{tested, plural, one "
        "{period} other {# periods}}}}, the model expected {off} {direction, select, low {fewer} other "
        "{more}} purchases than were made.",
        tested=appraisal.held_out,
        grain=grain,
        off=formats.share(abs(appraisal.bias_share)),
        direction=direction(appraisal.bias_share),
    )
    return Finding("worth", "with reservations", formats.joined([told, tested], by=" "), is_headline=True)


def choice(appraisal: OccasionAppraisal, *, formats: Formats) -> list[Callout]:
    """Say why this model; nothing where there is no forecast."""
    if appraisal.reasons:
        return []
    text = formats.say(
        "Customers here have no contract and buy, or do not, once in every period, so the model is BG/BB: "
        "at every occasion whoever is still there buys with a chance of their own, and may leave before it "
        "without a word. Customers who have not bought yet are not in the forecast."
    )
    return [Callout("choice", "info", formats.say("How the forecast is made"), text)]


def expected_kpi(appraisal: OccasionAppraisal, *, grain: Grain, formats: Formats) -> Kpi:
    """Give the expected value of all customers as a key figure."""
    if appraisal.reasons:
        return _blank(
            "expected_value", formats.say("Expected revenue of all customers so far"), appraisal, formats
        )
    value, low, high = appraisal.value
    is_near = abs(appraisal.bias_share) <= MOST_BIAS
    return Kpi(
        key="expected_value",
        label=formats.say(
            "Expected {money, select, revenue {revenue} other {margin}} of all customers so far, next "
            "{grain, select, week {{ahead, plural, one {week} other {# weeks}}} month {{ahead, plural, one "
            "{month} other {# months}}} quarter {{ahead, plural, one {quarter} other {# quarters}}} year "
            "{{ahead, plural, one {year} other {# years}}} other {{ahead, plural, one {period} other {# "
            "periods}}}}",
            **_terms(appraisal, grain),
        ),
        value=formats.short_money(value),
        number=three_digits(value),
        interval=interval(low, high, "short_money", formats) if is_near else "",
        basis=tested_note(appraisal.bias_share, formats=formats),
        verdict="" if is_near else "with reservations",
    )


def alive_kpi(appraisal: OccasionAppraisal, *, formats: Formats) -> Kpi:
    """Give the number of customers who are expected to be there at the next occasion as a key figure."""
    label = formats.say("Probably still customers, by the model")
    if appraisal.reasons:
        return _blank("alive", label, appraisal, formats)
    found = appraisal.forecast
    return Kpi(
        key="alive",
        label=label,
        value=formats.count(found.active),
        number=round(found.active),
        interval=interval(found.active_low, found.active_high, "count", formats),
        basis=formats.say("of all {customers} customers so far", customers=formats.count(found.customers)),
    )


def occasion_tables(appraisal: OccasionAppraisal, *, formats: Formats) -> list[Table | Callout]:
    """List the test, what customers bring by purchases so far, the fit, and the parameters."""
    return [
        show_table(
            named(appraisal.errors, formats=formats),
            HOLDOUT,
            key="holdout",
            caption="The test: what the model expected of the periods kept back, and what came",
            note=(
                "Own past rate simply carries on what each customer did before. Errors per customer are in "
                "purchases; the typical error (root mean square) gives large misses more weight."
            ),
            formats=formats,
        ),
        show_table(
            _values(appraisal, formats),
            OCCASION_VALUE,
            key="value",
            caption="What customers are expected to buy and to bring, by purchases so far",
            note=(
                "Per customer: the chance to be still there, purchases ahead, and purchases to come without "
                "end, discounted. Value: of all of them, ahead."
            ),
            formats=formats,
        ),
        show_table(
            _counts(appraisal, formats),
            OCCASION_COUNTS,
            key="counts",
            caption="How many customers bought how often: counted, and as the model has it",
            formats=formats,
            is_folded=True,
        ),
        show_table(
            appraisal.parameters,
            PARAMETERS,
            key="parameters",
            caption="What the models estimated from all data, time in periods",
            formats=formats,
            is_folded=True,
        ),
    ]


def _values(appraisal: OccasionAppraisal, formats: Formats) -> pd.DataFrame:
    if appraisal.reasons:
        return pd.DataFrame()
    table = appraisal.forecast.by_frequency.merge(appraisal.values_by_frequency, on="frequency")
    return table.assign(
        label=[formats.name(number) for number in table["frequency"]], value=table["value"].map(three_digits)
    )


def _counts(appraisal: OccasionAppraisal, formats: Formats) -> pd.DataFrame:
    labels = [formats.name(number) for number in appraisal.counts.get("frequency", [])]
    return appraisal.counts.assign(label=labels)


def _blank(key: str, label: Text, appraisal: OccasionAppraisal, formats: Formats) -> Kpi:
    if appraisal.is_short:
        why = formats.say("too few customers or too short a history")
        return Kpi(key, label, formats.name(BLANK), None, basis=why, verdict="not enough data")
    return Kpi(key, label, formats.name(BLANK), None, basis=formats.say("no model can be relied on"))


def _terms(appraisal: OccasionAppraisal, grain: Grain) -> dict[str, Any]:
    return {
        "money": money_of(appraisal.margin_share),
        "ahead": appraisal.forecast.ahead,
        "grain": grain,
        "is_discounted": "yes" if appraisal.annual_discount_rate else "no",
    }
