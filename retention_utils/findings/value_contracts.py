"""What the value of contracts says: of those that run, how the models did, and what is left out."""

from typing import Any

from retention_utils.contract_value.appraisal import ContractAppraisal
from retention_utils.contract_value.plans import PlanValue
from retention_utils.display import Callout, Finding, Kpi, supply
from retention_utils.findings.contract_families import is_short, left_out_words, projection_verdict
from retention_utils.findings.value_words import MOST_BIAS, about, direction, tested_note
from retention_utils.findings.words import interval, money_of, three_digits
from retention_utils.formats import BLANK, Formats
from retention_utils.texts import Text

__all__ = ["contracts_worth", "expected_kpi", "notes", "residual_kpi", "undated"]


def contracts_worth(appraisal: ContractAppraisal, *, formats: Formats) -> Finding:
    """Answer what the running contracts are still to bring, and how the same models did last year."""
    if appraisal.within is None:
        parts = [formats.say("No forecast is given."), _why_refused(appraisal.refused, formats)]
        text = formats.joined(parts, by=" ")
        return Finding("worth", projection_verdict(appraisal.plans), text, is_headline=True)
    value, low, high = appraisal.within
    told = formats.say(
        "In the next {months, plural, one {month} other {# months}}, {contracts, plural, one {# running "
        "contract is} other {# running contracts are}} expected to bring {is_discounted, select, yes "
        "{{money, select, revenue {revenue} other {margin}} that is worth {amount} today} other {{amount} "
        "of {money, select, revenue {revenue} other {margin}}}} ({interval}, if the models are right).",
        contracts=formats.count(appraisal.contracts),
        amount=formats.short_money(value),
        interval=interval(low, high, "short_money", formats),
        **_terms(appraisal, formats),
    )
    parts = [told, *_without_end(appraisal, formats), _tested(appraisal, formats)]
    return Finding(
        "worth", projection_verdict(appraisal.plans), formats.joined(parts, by=" "), is_headline=True
    )


def notes(appraisal: ContractAppraisal, *, formats: Formats) -> list[Callout]:
    """Say why these models, and what a reader would otherwise get wrong about the forecast."""
    found = []
    if appraisal.within is not None:
        found.append(_choice_note(appraisal, formats))
        if abs(appraisal.bias_share) > MOST_BIAS:
            found.append(_bias_note(appraisal.bias_share, formats))
        if appraisal.refused:
            title = formats.say("Contracts that are not in the forecast")
            parts = [_why_refused(appraisal.refused, formats), *_told_nearer(appraisal.refused, formats)]
            found.append(Callout("refused", "warn", title, formats.joined(parts, by=" ")))
    return found


def undated(*, formats: Formats) -> Callout:
    """Say what dates would tell, where the contract list has none."""
    text = formats.say(
        "The contract list has no dates. With the columns start and end in [tables.subscriptions], this "
        "chapter says what customers have brought by age, what running contracts are still to bring, tested "
        "on the last year, and, with a table [tables.costs], when winning a customer is earned back."
    )
    return supply("undated_contracts", formats.say("What a customer under contract is worth"), text)


def expected_kpi(appraisal: ContractAppraisal, *, formats: Formats) -> Kpi:
    """Give the expected money of the running contracts as a key figure."""
    label = formats.say(
        "Expected {money, select, revenue {revenue} other {margin}} of running contracts, next {months, "
        "plural, one {month} other {# months}}",
        **_terms(appraisal, formats),
    )
    if appraisal.within is None:
        return _blank("expected_value", label, appraisal, formats)
    value, low, high = appraisal.within
    is_near = abs(appraisal.bias_share) <= MOST_BIAS
    contracts = formats.say(
        "{contracts, plural, one {# contract} other {# contracts}}",
        contracts=formats.count(appraisal.contracts),
    )
    return Kpi(
        key="expected_value",
        label=label,
        value=formats.short_money(value),
        number=three_digits(value),
        interval=interval(low, high, "short_money", formats) if is_near else "",
        basis=formats.joined(
            [contracts, tested_note(appraisal.bias_share, made="payments", formats=formats)]
        ),
        verdict="" if is_near else "with reservations",
    )


def residual_kpi(appraisal: ContractAppraisal, *, formats: Formats) -> Kpi:
    """Give what one running contract is still to bring, without end, as a key figure."""
    label = formats.say(
        "{money, select, revenue {Revenue} other {Margin}} still to come from a running contract, on average",
        money=money_of(appraisal.margin_share),
    )
    if appraisal.within is not None and appraisal.endless is None:
        why = formats.say("without discounting there is no end to it")
        return Kpi("residual_value", label, formats.name(BLANK), None, basis=why)
    if appraisal.endless is None:
        return _blank("residual_value", label, appraisal, formats)
    value, low, high = (amount / appraisal.contracts for amount in appraisal.endless)
    discount = formats.stated_share(appraisal.annual_discount_rate)
    return Kpi(
        key="residual_value",
        label=label,
        value=about(value, formats=formats),
        number=three_digits(value),
        interval=interval(three_digits(low), three_digits(high), "money", formats),
        basis=formats.say("without end, discounted at {discount} a year", discount=discount),
    )


def _without_end(appraisal: ContractAppraisal, formats: Formats) -> list[Text]:
    if appraisal.endless is None:
        return []
    value, low, high = appraisal.endless
    text = formats.say(
        "Without a horizon it is {amount} ({interval}).",
        amount=formats.short_money(value),
        interval=interval(low, high, "short_money", formats),
    )
    return [text]


def _tested(appraisal: ContractAppraisal, formats: Formats) -> Text:
    constant = appraisal.constant_bias_share
    return formats.say(
        "Tested on the last year, the models expected {off} {direction, select, low {fewer} other {more}} "
        "payments than were made by the {contracts, plural, one {# contract} other {# contracts}} that ran "
        "then; a churn that is the same for all, {even} {constant, select, low {fewer} other {more}}.",
        off=formats.share(abs(appraisal.bias_share)),
        direction=direction(appraisal.bias_share),
        contracts=formats.count(appraisal.tested),
        even=formats.share(abs(constant)),
        constant=direction(constant),
    )


def _choice_note(appraisal: ContractAppraisal, formats: Formats) -> Callout:
    sentences = [
        formats.say(
            "Customers here are under contract, so it is known who has left and when: the model is the "
            "shifted beta-geometric, by which everyone may leave at every renewal, each with a chance of "
            "their own. Whoever has stayed long is therefore expected to stay on. It is fitted plan by plan."
        )
    ]
    if appraisal.annual_discount_rate:
        discounted = formats.say(
            "Money that comes later counts for less: {rate} a year (discounting).",
            rate=formats.stated_share(appraisal.annual_discount_rate),
        )
        sentences.append(discounted)
    left_out = formats.say(
        "What has been paid already is not in the forecast, nor are customers yet to come, those who return, "
        "changes of plan and of prices."
    )
    title = formats.say("How the forecast is made")
    return Callout("choice", "info", title, formats.joined([*sentences, left_out], by=" "))


def _bias_note(bias: float, formats: Formats) -> Callout:
    text = formats.say(
        "In the test on this client's own past, the models expected {off} {direction, select, low {fewer} "
        "other {more}} payments than were made. The interval does not allow for that: the truth may well "
        "lie {direction, select, low {above} other {below}} the forecast, even outside the interval.",
        off=formats.share(abs(bias)),
        direction=direction(bias),
    )
    title = formats.say(
        "The forecast has been too {direction, select, low {low} other {high}}", direction=direction(bias)
    )
    return Callout("bias", "warn", title, text)


def _why_refused(plans: tuple[PlanValue, ...], formats: Formats) -> Text:
    if not plans:
        return formats.say("No contract is running.")
    return left_out_words(plans, formats=formats)


def _told_nearer(plans: tuple[PlanValue, ...], formats: Formats) -> list[Text]:
    """Say why another chapter may tell something of them after all."""
    if all(plan.refused in ("too few", "flat") for plan in plans):
        return []
    text = formats.say(
        "Which of these contracts will be renewed in the next weeks may be told in the chapter on renewals "
        "all the same: it looks less far ahead and is tried on as short a time."
    )
    return [text]


def _blank(key: str, label: Text, appraisal: ContractAppraisal, formats: Formats) -> Kpi:
    if is_short(appraisal.plans):
        why = formats.say("too few contracts have ended")
        return Kpi(key, label, formats.name(BLANK), None, basis=why, verdict="not enough data")
    return Kpi(key, label, formats.name(BLANK), None, basis=formats.say("no model can be relied on"))


def _terms(appraisal: ContractAppraisal, formats: Formats) -> dict[str, Any]:
    return {
        "money": money_of(appraisal.margin_share),
        "months": formats.count(appraisal.horizon_months),
        "is_discounted": "yes" if appraisal.annual_discount_rate else "no",
    }
