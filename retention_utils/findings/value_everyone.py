"""What all customers so far are expected to bring, where a count did better on the past than a model."""

from typing import Any

from retention_utils.display import Callout, Finding, Kpi
from retention_utils.findings.value_words import MOST_BIAS
from retention_utils.findings.words import interval, money_of, three_digits
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.value_models.customer_value import CustomerValue
from retention_utils.what_if.active_year import COUNT, ActiveYear, Forecast
from retention_utils.what_if.everyone import EveryoneYear

__all__ = ["counted_kpi", "counted_worth", "model_total", "why_two_ways"]

RIGHT = 0.0005  # a miss that would be printed as 0.0%


def counted_worth(everyone: EveryoneYear, value: CustomerValue, *, formats: Formats) -> Finding:
    """Answer what all customers so far are expected to bring, by the count, and what the model says."""
    text = formats.say(
        "All {customers} customers so far are expected to bring {amount} of {money, select, revenue "
        "{revenue} other {margin}} in the next 12 months{is_discounted, select, yes {, at what it is worth "
        "today} other {}} ({interval}). Of this, {active_amount} is from the {active} who are active. This "
        "is counted on customers of before: tried {days} ago on what has come since, the count was "
        "{direction, select, low {{off} too low} high {{off} too high} other {right}}, the model "
        "{other_direction, select, low {{other_off} too low} high {{other_off} too high} other {right}}. The "
        "model expects {model_amount}.",
        customers=formats.count(value.customers),
        active=formats.count(everyone.active_customers),
        active_amount=formats.short_money(everyone.active),
        amount=formats.short_money(everyone.used.value),
        interval=interval(everyone.used.low, everyone.used.high, "short_money", formats),
        model_amount=formats.short_money(everyone.other.value),
        days=formats.days(everyone.tried_days),
        **_terms(value),
        **_miss("", everyone.used, formats),
        **_miss("other_", everyone.other, formats),
    )
    return Finding("worth", "with reservations", text, is_headline=True)


def counted_kpi(everyone: EveryoneYear, value: CustomerValue, *, formats: Formats) -> Kpi:
    """Give the count as a key figure."""
    used, is_near = everyone.used, everyone.used.off <= MOST_BIAS
    basis = formats.say(
        "{customers, plural, one {# customer} other {# customers}}; counted on those of before; tried {days} "
        "ago, it was {direction, select, low {{off} too low} high {{off} too high} other {right}}",
        customers=formats.count(value.customers),
        days=formats.days(everyone.tried_days),
        **_miss("", used, formats),
    )
    return Kpi(
        key="expected_value",
        label=formats.say(
            "Expected {money, select, revenue {revenue} other {margin}} of all customers so far, next 12 "
            "months",
            money=money_of(value.margin_share),
        ),
        value=formats.short_money(used.value),
        number=three_digits(used.value),
        interval=interval(used.low, used.high, "short_money", formats) if is_near else "",
        basis=basis,
        verdict="" if is_near else "with reservations",
    )


def why_two_ways(
    year: ActiveYear | None, everyone: EveryoneYear | None, *, formats: Formats
) -> Callout | None:
    """Say what is counted and what is by the model; None where the model tells everything."""
    if year is None or year.used.method != COUNT or year.other is None:
        return None
    title = formats.say("What is counted, and what is by the model")
    return Callout("two_ways", "info", title, _two_ways(year, everyone, formats))


def _two_ways(year: ActiveYear, everyone: EveryoneYear | None, formats: Formats) -> Text:
    if everyone and everyone.is_counted:
        return formats.say(
            "Counted is what all customers together bring: what those who were active earlier, and those who "
            "had lapsed, brought afterwards, for as many of each as there are today. A count does not tell "
            "one customer from another, so a new customer's year and the tables of customers by purchases, "
            "by when they joined and by group are the model's: take their shares, not their sums.",
        )
    value = formats.money(year.used.value)
    if everyone:
        return formats.say(
            "For all customers, those who have lapsed among them, the model was nearer when both were tried "
            "{days} ago; for the active alone the count was, so what an active customer brings in a year is "
            "counted in this report ({value}). The two do not add up.",
            days=formats.days(year.tried_days),
            value=value,
        )
    return formats.say(
        "What an active customer brings in a year is counted in this report ({value}), since that was nearer "
        "when tried on the past. Customers who have lapsed cannot be counted so here, so the forecast of all "
        "customers is the model's. The two do not add up.",
        value=value,
    )


def model_total(everyone: EveryoneYear | None, *, formats: Formats) -> Text | None:
    """Say beside the model's tables what the report reckons with; None where that is the model's."""
    if everyone is None or not everyone.is_counted:
        return None
    return formats.say(
        "By the model, {model} in all; counted, which was nearer on the past, it is {count}.",
        model=formats.short_money(everyone.other.value),
        count=formats.short_money(everyone.used.value),
    )


def _terms(value: CustomerValue) -> dict[str, str]:
    return {
        "money": money_of(value.margin_share),
        "is_discounted": "yes" if value.annual_discount_rate else "no",
    }


def _miss(name: str, forecast: Forecast, formats: Formats) -> dict[str, Any]:
    direction = "low" if forecast.missed < 0 else "high"
    return {
        f"{name}off": formats.share(forecast.off),
        f"{name}direction": "right" if forecast.off < RIGHT else direction,
    }
