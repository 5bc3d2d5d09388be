"""What the customer-value models say, and how far they can be believed."""

from typing import Any

from retention_utils.display import Callout, Finding, Kpi
from retention_utils.findings.value_words import MOST_BIAS, direction, tested_note
from retention_utils.findings.words import interval, money_of, three_digits
from retention_utils.formats import BLANK, Formats
from retention_utils.texts import Text, text_of
from retention_utils.value_models.appraisal import Appraisal

__all__ = ["alive_kpi", "notes", "value_kpi", "value_note", "worth"]


def worth(appraisal: Appraisal, *, holdout_weeks: int, formats: Formats) -> Finding:
    """Answer what today's customers are expected to bring, and how the same model did on the past."""
    if appraisal.reasons:
        verdict = "not enough data" if _is_short(appraisal) else "no"
        reasons = map(text_of, appraisal.reasons)
        text = formats.joined([formats.say("No forecast is given."), *reasons], by=" ")
        return Finding("worth", verdict, text, is_headline=True)
    value, bias = appraisal.value, _bias(appraisal)
    text = formats.say(
        "In the next {weeks, plural, one {week} other {# weeks}}, all {customers} customers so far are "
        "expected to bring {is_discounted, select, yes {{money, select, revenue {revenue} other {margin}} "
        "that is worth {amount} today} other {{amount} of {money, select, revenue {revenue} other "
        "{margin}}}} ({interval}, if the model is right). Tested on the last {tested, plural, one {week} "
        "other {# weeks}}, the model expected {off} {direction, select, low {fewer} other {more}} purchases "
        "than were made.",
        customers=formats.count(value.customers),
        amount=formats.short_money(value.value),
        interval=interval(value.value_low, value.value_high, "short_money", formats),
        tested=holdout_weeks,
        off=formats.share(abs(bias)),
        direction=direction(bias),
        **_terms(appraisal, formats),
    )
    return Finding("worth", "with reservations", text, is_headline=True)


def notes(appraisal: Appraisal, *, is_counted: bool = False, formats: Formats) -> list[Callout]:
    """List what a reader would otherwise get wrong about the forecast, which may be counted."""
    found = []
    if not appraisal.reasons:
        if not is_counted and abs(bias := _bias(appraisal)) > MOST_BIAS:
            found.append(_bias_note(bias, formats))
        found.append(_choice_note(appraisal, formats))
    if appraisal.independence and appraisal.independence.is_warning:
        text = formats.say(
            "The model takes it that how often customers buy says nothing about how much they spend each "
            "time. Here the two are connected (rank correlation {correlation}, where 0 is no connection), so "
            "the expected values of the most frequent customers are doubtful.",
            correlation=formats.number(appraisal.independence.spearman),
        )
        title = formats.say("How often and how much go together")
        found.append(Callout("independence", "warn", title, text))
    return found


def _bias_note(bias: float, formats: Formats) -> Callout:
    text = formats.say(
        "In the test on this client's own past, the model expected {off} {direction, select, low {fewer} "
        "other {more}} purchases than were made. The interval does not allow for that: the truth may well "
        "lie {direction, select, low {above} other {below}} the forecast, even outside the interval.",
        off=formats.share(abs(bias)),
        direction=direction(bias),
    )
    title = formats.say(
        "The forecast has been too {direction, select, low {low} other {high}}", direction=direction(bias)
    )
    return Callout("bias", "warn", title, text)


def _choice_note(appraisal: Appraisal, formats: Formats) -> Callout:
    choice, rate = appraisal.rehearsal.choice, appraisal.value.annual_discount_rate
    sentences = [
        formats.say(
            "Customers here have no contract and may buy at any time, so nobody sees who has left: the "
            "models judge it by each customer's silence."
        ),
        formats.say(
            "The model is {model}. In the test its typical error was {error} purchases per customer; a "
            "forecast that simply carries on each customer's own past rate was off by {naive}.",
            model=formats.name(choice.model),
            error=formats.number(choice.rmse),
            naive=formats.number(choice.naive_rmse),
        ),
    ]
    if rate:
        discounted = formats.say(
            "Money that comes later counts for less: {rate} a year (discounting).",
            rate=formats.stated_share(rate),
        )
        sentences.append(discounted)
    sentences.append(formats.say("Customers who have not bought yet are not in the forecast."))
    title = formats.say("How the forecast is made")
    return Callout("choice", "info", title, formats.joined(sentences, by=" "))


def value_note(meaning: Text, appraisal: Appraisal, *, total: Text | None = None, formats: Formats) -> Text:
    """Add to what the columns of a table mean of which money and time its values are, and their total."""
    if appraisal.reasons:
        return meaning
    text = formats.say(
        "Value: {money, select, revenue {revenue} other {margin}} of the next {weeks, plural, one {week} "
        "other {# weeks}}{is_discounted, select, yes {, at what it is worth today} other {}}.",
        **_terms(appraisal, formats),
    )
    return formats.joined([meaning, text, *([total] if total else [])], by=" ")


def value_kpi(appraisal: Appraisal, *, formats: Formats) -> Kpi:
    """Give the expected value of today's customers as a key figure."""
    if appraisal.reasons:
        label = formats.say("Expected revenue of all customers so far")
        return _blank("expected_value", label, is_short=_is_short(appraisal), formats=formats)
    value, bias = appraisal.value, _bias(appraisal)
    is_near = abs(bias) <= MOST_BIAS
    customers = formats.say(
        "{customers, plural, one {# customer} other {# customers}}", customers=formats.count(value.customers)
    )
    return Kpi(
        key="expected_value",
        label=formats.say(
            "Expected {money, select, revenue {revenue} other {margin}} of all customers so far, next "
            "{weeks, plural, one {week} other {# weeks}}",
            **_terms(appraisal, formats),
        ),
        value=formats.short_money(value.value),
        number=three_digits(value.value),
        # Beside a large miss on the past a narrow interval of the parameters would read as precision.
        interval=interval(value.value_low, value.value_high, "short_money", formats) if is_near else "",
        basis=formats.joined([customers, tested_note(bias, formats=formats)]),
        verdict="" if is_near else "with reservations",
    )


def alive_kpi(appraisal: Appraisal, *, formats: Formats) -> Kpi:
    """Give the number of customers who have probably not left for good as a key figure."""
    label = formats.say("Probably still customers, by the model")
    row = next((row for _, row in appraisal.active.iterrows() if row["is_headline"]), None)
    if row is None:
        return _blank("alive", label, is_short=appraisal.active.empty, formats=formats)
    return Kpi(
        key="alive",
        label=label,
        value=formats.count(row["active"]),
        number=round(float(row["active"])),
        interval=interval(row["low"], row["high"], "count", formats),
        basis=formats.say(
            "of all {customers} customers so far; judged by their purchases, not by the churn gap",
            customers=formats.count(row["customers"]),
        ),
    )


def _blank(key: str, label: Text, *, is_short: bool, formats: Formats) -> Kpi:
    if is_short:
        why = formats.say("too few customers or too short a history")
        return Kpi(key, label, formats.name(BLANK), None, basis=why, verdict="not enough data")
    return Kpi(key, label, formats.name(BLANK), None, basis=formats.say("no model can be relied on"))


def _terms(appraisal: Appraisal, formats: Formats) -> dict[str, Any]:
    """Return what several messages say of the value: of which money, how far ahead, whether discounted."""
    value = appraisal.value
    return {
        "money": money_of(value.margin_share),
        "weeks": formats.count(value.horizon_weeks),
        "is_discounted": "yes" if value.annual_discount_rate else "no",
    }


def _is_short(appraisal: Appraisal) -> bool:
    return bool(appraisal.missing or appraisal.rehearsal.missing)


def _bias(appraisal: Appraisal) -> float:
    errors = appraisal.rehearsal.errors.set_index("model")
    return float(errors.loc[appraisal.value.model, "bias_share"])
