"""What the risk list says: whom to call first, what is at stake, and what the list cannot tell."""

from typing import Any

from retention_utils.display import Callout, Finding, Kpi, Words
from retention_utils.findings.risk_list_tested import trust, trust_verdict
from retention_utils.findings.words import interval, money_of
from retention_utils.formats import BLANK, Formats
from retention_utils.risk_list.call_list import CallList
from retention_utils.risk_list.rehearsal import Rehearsal
from retention_utils.stats import normal_quantile
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["list_note", "persuadable", "risk_list", "value_at_risk_kpi"]

LEVEL = 0.95
TRUST = {
    "better": message("In a test on past data such a list was better than the best simple rule."),
    "unsure": message("In a test on past data such a list was not clearly better than the best simple rule."),
    "worse": message(
        "Do not rely on it: in a test on past data such a list was worse than the best simple rule."
    ),
    "untested": message("Whether such a list is right could not be tested."),
}


def risk_list(
    calls: CallList, rehearsal: Rehearsal, *, follow_up_days: int, margin: float, formats: Formats
) -> Finding:
    """Answer whom to call first, how many of them would stay away, and whether to rely on the list."""
    if calls.missing:
        verdict = "no" if calls.is_refused else "not enough data"
        text = formats.joined([_no_list(calls, formats), *calls.missing], by=" ")
        return Finding("risk_list", verdict, text, is_headline=True)
    days = formats.days(follow_up_days)
    if calls.listed.empty:
        return Finding("risk_list", "no", _nobody(calls, days, formats), is_headline=True)
    values = {"days": days, "value": formats.short_money(calls.value), "money": money_of(margin)}
    verdict, trusted = trust_verdict(rehearsal), formats.say(TRUST[trust(rehearsal)])
    if len(calls.listed) == 1:
        listed = formats.say(
            "The list has 1 customer, who will buy nothing in the next {days} with a chance of {chance}, and "
            "brought {value} of {money, select, revenue {revenue} other {margin}} in the last year.",
            chance=formats.share(calls.listed["chance"].iloc[0]),
            **values,
        )
    else:
        listed = _listed(calls, {**values, "is_trusted": "no" if verdict == "no" else "yes"}, formats)
    return Finding("risk_list", verdict, formats.joined([listed, trusted], by=" "), is_headline=True)


def persuadable(calls: CallList, *, formats: Formats) -> Callout | None:
    """Warn that likely to leave is not likely to be won back; None without a list."""
    if calls.listed.empty:
        return None
    text = formats.say(
        "The risk list says who will probably stay away, not whom a call brings back: those are often "
        "different people. Leave a part of the list, drawn by lot, without a call and compare the two parts "
        "afterwards: only the difference between them is what the calls have done."
    )
    title = formats.say("Likely to leave is not the same as likely to be won back")
    return Callout("persuadable", "warn", title, text)


def list_note(calls: CallList, *, follow_up_days: int, margin: float, formats: Formats) -> Words:
    """Say under the list what its columns mean and how many customers are not on it."""
    if calls.listed.empty:
        return ""
    meaning = formats.say(
        "Value at risk is the {money, select, revenue {revenue} other {margin}} of the last 365 days, chance "
        "of staying away that of buying nothing in the next {days}, expected loss the one times the other.",
        money=money_of(margin),
        days=formats.days(follow_up_days),
    )
    notes = [
        meaning,
        formats.say(
            "The codes in brackets name the rules of the playbook from which the advice is taken. The list "
            "of fading customers, in the chapter on early warning, is another: all on it are active."
        ),
    ]
    if calls.flagged > len(calls.listed):
        beyond = formats.say(
            "The list holds the highest expected losses; in all {flagged, plural, one {# customer is} other "
            "{# customers are}} more likely to stay away than to come back, and brought {value} of {money, "
            "select, revenue {revenue} other {margin}} in the last year.",
            flagged=calls.flagged,
            value=formats.short_money(calls.flagged_value),
            money=money_of(margin),
        )
        notes.insert(1, beyond)
    return formats.joined(notes, by=" ")


def value_at_risk_kpi(calls: CallList, *, margin: float, formats: Formats) -> Kpi:
    """Give what the customers on the list brought in the last year as a key figure."""
    label = formats.say(
        "Last year's {money, select, revenue {revenue} other {margin}} of the customers on the list",
        money=money_of(margin),
    )
    if calls.missing:
        verdict = "" if calls.is_refused else "not enough data"
        blank = formats.name(BLANK)
        return Kpi("value_at_risk", label, blank, None, basis=_why_blank(calls, formats), verdict=verdict)
    return Kpi(
        key="value_at_risk",
        label=label,
        value=formats.short_money(calls.value),
        number=round(calls.value, 2),
        basis=formats.say(
            "{listed, plural, one {# customer} other {# customers}}; expected loss {loss}",
            listed=len(calls.listed),
            loss=formats.short_money(calls.expected_loss),
        ),
    )


def _listed(calls: CallList, values: dict[str, Any], formats: Formats) -> Text:
    chance = calls.listed["chance"]
    expected, reach = chance.sum(), normal_quantile(LEVEL) * (chance * (1 - chance)).sum() ** 0.5
    low, high = max(expected - reach, 0), min(expected + reach, len(chance))
    return formats.say(
        "{is_trusted, select, no {The list names {listed, plural, one {# customer} other {# customers}}} "
        "other {Call the {listed, plural, one {# customer} other {# customers}} on the list first}}: about "
        "{expected} of them ({interval}) {expected, plural, one {is} other {are}} expected to buy nothing in "
        "the next {days}. Together all {listed} brought {value} of {money, select, revenue {revenue} other "
        "{margin}} in the last year.",
        listed=len(chance),
        expected=formats.count(expected),
        interval=interval(low, high, "count", formats),
        **values,
    )


def _no_list(calls: CallList, formats: Formats) -> Text:
    return formats.say("No list is made.") if calls.is_refused else formats.say("No list can be made yet.")


def _nobody(calls: CallList, days: Text, formats: Formats) -> Text:
    if not calls.candidates:
        return formats.say(
            "Nobody needs a call now: no customer has been silent for longer than usual, but for at most "
            "twice the churn gap."
        )
    return formats.say(
        "Nobody needs a call now: of the {candidates, plural, one {# customer} other {# customers}} silent "
        "for longer than usual, none is more likely to stay away for {days} than to come back.",
        candidates=calls.candidates,
        days=days,
    )


def _why_blank(calls: CallList, formats: Formats) -> Text:
    if calls.is_refused:
        return formats.say("no model can be relied on")
    return formats.say("too few customers or too short a history")
