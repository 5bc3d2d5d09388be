"""What the test of the risk list on past data says, and how far the list may be trusted for it."""

from datetime import date
from typing import Any, Literal

import pandas as pd

from retention_utils.display import Finding, Kpi, Verdict
from retention_utils.findings.risk_list_tables import RULE_NAMES, named_rules
from retention_utils.findings.words import change_interval, interval, money_of
from retention_utils.formats import BLANK, Formats
from retention_utils.risk_list.overtaking import overtaken_from
from retention_utils.risk_list.rehearsal import Rehearsal
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = [
    "NO_BUYERS_YET",
    "calibration_alt",
    "gains_alt",
    "precision_at_capacity_kpi",
    "risk_list_tested",
    "trust",
    "trust_verdict",
]

NO_BUYERS_YET = {"There are no buyers.": message("Nobody had bought by then.")}


def risk_list_tested(
    rehearsal: Rehearsal, *, tested_on: date, follow_up_days: int, margin: float, formats: Formats
) -> Finding:
    """Say how such a list did on a day in the past, beside the best simple rule and all candidates."""
    days, day = formats.days(follow_up_days), formats.date(tested_on)
    if rehearsal.missing:
        text = formats.say(
            "Whether such a list is right could not be tested on what was known on {day}, {days} before the "
            "end of the period.",
            day=day,
            days=days,
        )
        reasons = [_past(reason, formats) for reason in rehearsal.missing]
        return Finding("risk_list_tested", "not enough data", formats.joined([text, *reasons], by=" "))
    rules = rehearsal.rules.set_index("rule")
    chosen, gain = rules.loc[rehearsal.chosen], rehearsal.found_gain
    text = formats.say(
        "Of the {listed, plural, one {# customer} other {# customers}} on such a list made on {day}, "
        "{stayed, plural, =0 {none} other {#}} stayed away for the next {days} ({precision}, {interval}), "
        "against {every} of all candidates. Those on the list who stayed away had brought {found} of {money, "
        "select, revenue {revenue} other {margin}} in the year before, {trust, select, better {more than} "
        "worse {less than} other {not clearly more than}} the best simple rule would have found ({gain}, "
        "{gain_interval}).",
        listed=formats.count(chosen["listed"]),
        day=day,
        stayed=formats.count(chosen["stayed_away"]),
        days=days,
        precision=formats.share(chosen["precision"]),
        interval=interval(chosen["low"], chosen["high"], "share", formats),
        every=formats.share(rules.loc["all", "precision"]),
        found=formats.short_money(chosen["found"]),
        money=money_of(margin),
        trust=trust(rehearsal),
        gain=formats.change(gain.value, "short_money", beside=max(gain.low, gain.high, key=abs)),
        gain_interval=change_interval(gain.low, gain.high, "short_money", formats),
    )
    aim = formats.say("Such a list looks for the money most likely to be lost, not for the surest leavers.")
    parts = [aim, text, *_overtaken(rehearsal, formats)]
    return Finding("risk_list_tested", trust_verdict(rehearsal), formats.joined(parts, by=" "))


def _overtaken(rehearsal: Rehearsal, formats: Formats) -> list[Text]:
    """Say from how many calls on the best simple rule would have found more; nothing where it would not."""
    if rehearsal.gains.empty:
        return []
    calls = overtaken_from(rehearsal.gains, chosen=rehearsal.chosen, rule=rehearsal.best_simple)
    if calls is None:
        return []
    return [
        formats.say(
            "From about {calls, plural, one {# call} other {# calls}} on, that rule (“{rule}”) would have "
            "found more; whether by more than chance was not tested.",
            calls=calls,
            rule=formats.say(RULE_NAMES[rehearsal.best_simple]),
        )
    ]


def precision_at_capacity_kpi(rehearsal: Rehearsal, *, tested_on: date, formats: Formats) -> Kpi:
    """Give the share of a past list that stayed away as a key figure."""
    known: dict[str, Any] = {
        "key": "precision_at_capacity",
        "label": formats.say("Share of a past list that stayed away"),
    }
    day = formats.date(tested_on)
    if rehearsal.missing:
        basis = formats.say("could not be tested on {day}", day=day)
        blank = {"value": formats.name(BLANK), "number": None, "verdict": "not enough data"}
        return Kpi(**known, **blank, basis=basis)
    rules = rehearsal.rules.set_index("rule")
    chosen = rules.loc[rehearsal.chosen]
    return Kpi(
        **known,
        value=formats.share(chosen["precision"]),
        number=round(float(chosen["precision"]), 4),
        interval=interval(chosen["low"], chosen["high"], "share", formats),
        basis=formats.say(
            "{stayed} of {listed} on {day}; of all candidates {every}",
            stayed=formats.count(chosen["stayed_away"]),
            listed=formats.count(chosen["listed"]),
            day=day,
            every=formats.share(rules.loc["all", "precision"]),
        ),
    )


def calibration_alt(table: pd.DataFrame, *, formats: Formats) -> Text:
    """Describe the chart of the chances against what came, by its lowest and highest group."""
    if table.empty:
        return formats.say("The chances could not be tested.")
    first, last = table.iloc[0], table.iloc[-1]
    within = (table["low"] <= table["predicted"]) & (table["predicted"] <= table["high"])
    return formats.say(
        "Share that stayed away in {groups, plural, one {# group} other {# groups}} by chance: from {first} "
        "where {first_expected} was expected to {last} where {last_expected} was expected; in {within, "
        "plural, =0 {none} other {#}} of them the expectation lies within the 95% interval.",
        groups=len(table),
        first=formats.share(first["observed"]),
        first_expected=formats.share(first["predicted"]),
        last=formats.share(last["observed"]),
        last_expected=formats.share(last["predicted"]),
        within=int(within.sum()),
    )


def gains_alt(rehearsal: Rehearsal, *, formats: Formats) -> Text:
    """Describe the gains chart: what every ranking found at the end of the curves."""
    if rehearsal.gains.empty:
        return formats.say("The rankings could not be tested.")
    table = rehearsal.gains
    ends = table[table["called"] == table["called"].max()]
    pairs = zip(named_rules(ends, formats=formats), ends["found_share"], strict=True)
    return formats.say(
        "Share of the lost value found by calling {called, plural, one {# customer} other {# customers}}, by "
        "whom to call first. {shares}.",
        called=int(table["called"].max()),
        shares=formats.joined(
            [formats.joined([name, formats.share(share)], by=": ") for name, share in pairs]
        ),
    )


def trust(rehearsal: Rehearsal) -> Literal["better", "unsure", "worse", "untested"]:
    """Trust the list if it found more lost value than the best simple rule, by more than chance."""
    gain = rehearsal.found_gain
    if gain is None:
        return "untested"
    if gain.low > 0:
        return "better"
    return "worse" if gain.high < 0 else "unsure"


def trust_verdict(rehearsal: Rehearsal) -> Verdict:
    """Say whether to rely on the list."""
    verdicts: dict[str, Verdict] = {"better": "yes", "worse": "no"}
    return verdicts.get(trust(rehearsal), "with reservations")


def _past(reason: Text, formats: Formats) -> Text:
    """Say a reason of today as one of the past."""
    return formats.say(NO_BUYERS_YET[str(reason)]) if str(reason) in NO_BUYERS_YET else reason
