"""What the risk list says, and how far it may be trusted."""

from datetime import date

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict
from retention_utils.findings.risk_list_tables import RULE_NAMES
from retention_utils.findings.words import change_interval, count_or_none, customers, interval
from retention_utils.formats import Formats
from retention_utils.risk_list.call_list import CallList
from retention_utils.risk_list.ranking import CORRECTED
from retention_utils.risk_list.rehearsal import Rehearsal
from retention_utils.stats import normal_quantile

__all__ = [
    "NO_BUYERS_YET",
    "calibration_alt",
    "chances_off",
    "chosen_model",
    "gains_alt",
    "list_note",
    "persuadable",
    "precision_at_capacity_kpi",
    "risk_list",
    "risk_list_tested",
    "value_at_risk_kpi",
]

LEVEL = 0.95
MOST_MISS = 0.05  # points between expected and observed that are worth a word
TRUST = {
    "better": "In a test on past data such a list was better than the best simple rule.",
    "unsure": "In a test on past data such a list was not clearly better than the best simple rule.",
    "worse": "Do not rely on it: in a test on past data such a list was worse than the best simple rule.",
    "untested": "Whether such a list is right could not be tested.",
}
COMPARED = {"better": "more than", "unsure": "not clearly more than", "worse": "less than"}
NO_BUYERS_YET = {"There are no buyers.": "Nobody had bought by then."}
CORRECTION = {True: "makes them better and is used", False: "brings no clear gain and is not used"}


def risk_list(
    calls: CallList, rehearsal: Rehearsal, *, follow_up_days: int, margin: float, formats: Formats
) -> Finding:
    """Answer whom to call first, how many of them would stay away, and whether to rely on the list."""
    if calls.missing:
        verdict = "no" if calls.is_refused else "not enough data"
        start = "No list is made." if calls.is_refused else "No list can be made yet."
        return Finding("risk_list", verdict, f"{start} {' '.join(calls.missing)}", is_headline=True)
    window, chance = formats.days(follow_up_days), calls.listed["chance"]
    if calls.listed.empty:
        return Finding("risk_list", "no", _nobody(calls, window, formats), is_headline=True)
    verdict, brought = _verdict(rehearsal), f"{formats.short_money(calls.value)} of {_money(margin)}"
    if len(chance) == 1:
        listed = (
            f"The list has 1 customer, who will buy nothing in the next {window} with a chance of "
            f"{formats.share(chance.iloc[0])}, and brought {brought} in the last year."
        )
        return Finding("risk_list", verdict, f"{listed} {TRUST[_trust(rehearsal)]}", is_headline=True)
    expected, reach = chance.sum(), normal_quantile(LEVEL) * (chance * (1 - chance)).sum() ** 0.5
    low, high = max(expected - reach, 0), min(expected + reach, len(chance))
    listed = customers(len(chance), formats)
    start = f"The list names {listed}" if verdict == "no" else f"Call the {listed} on the list first"
    text = (
        f"{start}: about {formats.count(expected)} of them ({interval(low, high, 'count', formats)}) are "
        f"expected to buy nothing in the next {window}. Together all {formats.count(len(chance))} "
        f"brought {brought} in the last year. {TRUST[_trust(rehearsal)]}"
    )
    return Finding("risk_list", verdict, text, is_headline=True)


def risk_list_tested(
    rehearsal: Rehearsal, *, tested_on: date, follow_up_days: int, margin: float, formats: Formats
) -> Finding:
    """Say how such a list did on a day in the past, beside the best simple rule and all candidates."""
    window, day = formats.days(follow_up_days), formats.date(tested_on)
    if rehearsal.missing:
        reasons = (NO_BUYERS_YET.get(reason, reason) for reason in rehearsal.missing)
        text = (
            f"Whether such a list is right could not be tested on what was known on {day}, {window} before "
            f"the end of the period. {' '.join(reasons)}"
        )
        return Finding("risk_list_tested", "not enough data", text)
    rules = rehearsal.rules.set_index("rule")
    chosen, every, gain = rules.loc[rehearsal.chosen], rules.loc["all"], rehearsal.found_gain
    text = (
        f"Of the {customers(chosen['listed'], formats)} on such a list made on {day}, "
        f"{count_or_none(chosen['stayed_away'], formats)} stayed away for the next {window} "
        f"({formats.share(chosen['precision'])}, "
        f"{interval(chosen['low'], chosen['high'], 'share', formats)}), against "
        f"{formats.share(every['precision'])} of all candidates. Those on the list who stayed away "
        f"had brought {formats.short_money(chosen['found'])} of {_money(margin)} in the year before, "
        f"{COMPARED[_trust(rehearsal)]} the best simple rule would have found "
        f"({formats.change(gain.value, 'short_money')}, "
        f"{change_interval(gain.low, gain.high, 'short_money', formats)})."
    )
    return Finding("risk_list_tested", _verdict(rehearsal), text)


def chosen_model(rehearsal: Rehearsal, *, formats: Formats) -> Callout | None:
    """Say where the chances come from and why; None if nothing could be tested."""
    if rehearsal.missing:
        return None
    title = "Where the chances of staying away come from"
    if rehearsal.precision_gain is None:
        text = (
            "They come from a model of when customers buy and leave (MBG/NBD). Whether a correction by what "
            "was seen before would make them better could not be tested: the data are too few."
        )
        return Callout("chosen_model", "info", title, text)
    models = rehearsal.models.set_index("model")["average_precision"]
    gain = rehearsal.precision_gain
    text = (
        "They come from a model of when customers buy and leave (MBG/NBD). A correction by silence, number "
        f"of purchases and value {CORRECTION[rehearsal.chosen == CORRECTED]}: in the test, customers were "
        f"ranked with an average precision (1 is perfect) of "
        f"{formats.number(models[CORRECTED], digits=3)} with it and "
        f"{formats.number(models['model'], digits=3)} without it "
        f"({formats.change(gain.value, 'decimal3')}, "
        f"{change_interval(gain.low, gain.high, 'decimal3', formats)})."
    )
    return Callout("chosen_model", "info", title, text)


def chances_off(rehearsal: Rehearsal, *, formats: Formats) -> Callout | None:
    """Warn that the chances were too high or too low on the day of the test; None if they were not."""
    if rehearsal.missing:
        return None
    model = rehearsal.models.set_index("model").loc[rehearsal.chosen]
    every = rehearsal.rules.set_index("rule").loc["all"]
    miss = model["observed"] - model["predicted"]
    if abs(miss) < MOST_MISS or every["low"] <= model["predicted"] <= every["high"]:
        return None
    side = "low" if miss > 0 else "high"
    text = (
        f"When the list was tested on past data, {formats.share(model['predicted'])} of "
        f"{customers(every['listed'], formats)} were expected to stay away, and "
        f"{formats.share(model['observed'])} did "
        f"({interval(every['low'], every['high'], 'share', formats)}). Today's chances may be too {side} as "
        "well; who comes before whom on the list may still be right."
    )
    return Callout("chances_off", "warn", f"The chances behind the risk list were too {side} before", text)


def persuadable(calls: CallList) -> Callout | None:
    """Warn that likely to leave is not likely to be won back; None without a list."""
    if calls.listed.empty:
        return None
    text = (
        "The risk list says who will probably stay away, not whom a call brings back: those are often "
        "different people. Leave a part of the list, drawn by lot, without a call and compare the two parts "
        "afterwards: only the difference between them is what the calls have done."
    )
    title = "Likely to leave is not the same as likely to be won back"
    return Callout("persuadable", "warn", title, text)


def list_note(calls: CallList, *, follow_up_days: int, margin: float, formats: Formats) -> str:
    """Say under the list what its columns mean and how many customers are not on it."""
    if calls.listed.empty:
        return ""
    meaning = (
        f"Value at risk is the {_money(margin)} of the last 365 days, chance of staying away that of buying "
        f"nothing in the next {formats.days(follow_up_days)}, expected loss the one times the other."
    )
    codes = "The codes in brackets are rules of the playbook."
    if calls.flagged == len(calls.listed):
        return f"{meaning} {codes}"
    return (
        f"{meaning} The list holds the highest expected losses; in all "
        f"{customers(calls.flagged, formats)} are more likely to stay away than to come back, and brought "
        f"{formats.short_money(calls.flagged_value)} of {_money(margin)} in the last year. {codes}"
    )


def value_at_risk_kpi(calls: CallList, *, margin: float, formats: Formats) -> Kpi:
    """Give what the customers on the list brought in the last year as a key figure."""
    label = f"Last year's {_money(margin)} of the customers on the list"
    if calls.missing:
        verdict = "" if calls.is_refused else "not enough data"
        return Kpi("value_at_risk", label, "—", None, basis=_none(calls), verdict=verdict)
    return Kpi(
        key="value_at_risk",
        label=label,
        value=formats.short_money(calls.value),
        number=round(calls.value, 2),
        basis=f"{customers(len(calls.listed), formats)}; expected loss "
        f"{formats.short_money(calls.expected_loss)}",
    )


def precision_at_capacity_kpi(rehearsal: Rehearsal, *, tested_on: date, formats: Formats) -> Kpi:
    """Give the share of a past list that stayed away as a key figure."""
    label = "Share of a past list that stayed away"
    if rehearsal.missing:
        basis = f"could not be tested on {formats.date(tested_on)}"
        return Kpi("precision_at_capacity", label, "—", None, basis=basis, verdict="not enough data")
    rules = rehearsal.rules.set_index("rule")
    chosen = rules.loc[rehearsal.chosen]
    return Kpi(
        key="precision_at_capacity",
        label=label,
        value=formats.share(chosen["precision"]),
        number=round(float(chosen["precision"]), 4),
        interval=interval(chosen["low"], chosen["high"], "share", formats),
        basis=f"{formats.count(chosen['stayed_away'])} of {formats.count(chosen['listed'])} on "
        f"{formats.date(tested_on)}; of all candidates {formats.share(rules.loc['all', 'precision'])}",
    )


def calibration_alt(table: pd.DataFrame, *, formats: Formats) -> str:
    """Describe the chart of the chances against what came, by its lowest and highest group."""
    if table.empty:
        return "The chances could not be tested."
    ends = " and ".join(
        f"{formats.share(row['observed'])} where {formats.share(row['predicted'])} was expected"
        for _, row in table.iloc[[0, -1]].iterrows()
    )
    within = int(((table["low"] <= table["predicted"]) & (table["predicted"] <= table["high"])).sum())
    return (
        f"Share that stayed away in {formats.count(len(table))} groups by chance: from {ends}; in "
        f"{count_or_none(within, formats)} of them the expectation lies within the 95% interval."
    )


def gains_alt(rehearsal: Rehearsal, *, formats: Formats) -> str:
    """Describe the gains chart: what every ranking found at the end of the curves."""
    if rehearsal.gains.empty:
        return "The rankings could not be tested."
    table = rehearsal.gains
    row = table[table["called"] == table["called"].max()]
    listed = "; ".join(
        f"{RULE_NAMES[item.rule]}: {formats.share(item.found_share)}" for item in row.itertuples(index=False)
    )
    called = customers(int(table["called"].max()), formats)
    return f"Share of the lost value found by calling {called}, by whom to call first. {listed}."


def _trust(rehearsal: Rehearsal) -> str:
    """Trust the list if it found more lost value than the best simple rule, by more than chance."""
    gain = rehearsal.found_gain
    if gain is None:
        return "untested"
    if gain.low > 0:
        return "better"
    return "worse" if gain.high < 0 else "unsure"


def _verdict(rehearsal: Rehearsal) -> Verdict:
    verdicts: dict[str, Verdict] = {"better": "yes", "worse": "no"}
    return verdicts.get(_trust(rehearsal), "with reservations")


def _nobody(calls: CallList, window: str, formats: Formats) -> str:
    if not calls.candidates:
        return (
            "Nobody needs a call now: no customer has been silent for longer than usual, but for at most "
            "twice the churn gap."
        )
    return (
        f"Nobody needs a call now: of the {customers(calls.candidates, formats)} silent for longer than "
        f"usual, none is more likely to stay away for {window} than to come back."
    )


def _none(calls: CallList) -> str:
    return "no model can be relied on" if calls.is_refused else "too few customers or too short a history"


def _money(margin: float) -> str:
    return "revenue" if margin == 1 else "margin"
