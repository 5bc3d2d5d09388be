"""What the risk list says, and how far it may be trusted."""

from datetime import date

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict
from retention_utils.findings.risk_list_tables import RULE_NAMES
from retention_utils.findings.words import change_interval, customers, interval
from retention_utils.formats import Formats
from retention_utils.risk_list.call_list import CallList
from retention_utils.risk_list.ranking import CORRECTED
from retention_utils.risk_list.rehearsal import Rehearsal
from retention_utils.stats import normal_quantile

__all__ = [
    "calibration_alt",
    "chances_off",
    "chosen_model",
    "gains_alt",
    "persuadable",
    "precision_at_capacity_kpi",
    "risk_list",
    "risk_list_tested",
    "value_at_risk_kpi",
]

LEVEL = 0.95
MOST_MISS = 0.05  # points between expected and observed that are worth a word


def risk_list(
    calls: CallList, rehearsal: Rehearsal, *, follow_up_days: int, margin: float, formats: Formats
) -> Finding:
    """Answer whom to call first, what they bring, and how many of them would stay away."""
    if calls.missing:
        verdict = "no" if calls.is_refused else "not enough data"
        return Finding("risk_list", verdict, f"No list is made. {' '.join(calls.missing)}", is_headline=True)
    window = formats.days(follow_up_days)
    if calls.listed.empty:
        text = (
            f"Nobody needs a call now: of the {customers(calls.candidates, formats)} who have been silent "
            f"for longer than usual, none is more likely to stay away for {window} than to come back."
        )
        return Finding("risk_list", "no", text, is_headline=True)
    chance = calls.listed["chance"]
    expected, reach = chance.sum(), normal_quantile(LEVEL) * (chance * (1 - chance)).sum() ** 0.5
    listed = len(calls.listed)
    low, high = max(expected - reach, 0), min(expected + reach, listed)
    text = (
        f"Call the {customers(listed, formats)} on the list first: they brought "
        f"{formats.short_money(calls.value)} of {_money(margin)} in the last year, have been silent for "
        f"longer than is usual for them, and about {formats.count(expected)} of them "
        f"({interval(low, high, 'count', formats)}) are expected not to buy in the next {window}. In all "
        f"{customers(calls.flagged, formats)}, worth {formats.short_money(calls.flagged_value)} a year, are "
        "overdue and more likely to stay away than to come back."
    )
    return Finding("risk_list", _verdict(rehearsal), text, is_headline=True)


def risk_list_tested(
    rehearsal: Rehearsal, *, tested_on: date, follow_up_days: int, margin: float, formats: Formats
) -> Finding:
    """Say how the list would have done on a day in the past, beside chance and the best simple rule."""
    window, day = formats.days(follow_up_days), formats.date(tested_on)
    if rehearsal.missing:
        text = (
            f"The list could not be tested on {day}, {window} before the end of the data. "
            f"{' '.join(rehearsal.missing)}"
        )
        return Finding("risk_list_tested", "not enough data", text)
    rules = rehearsal.rules.set_index("rule")
    chosen, every, gain = rules.loc[rehearsal.chosen], rules.loc["all"], rehearsal.found_gain
    text = (
        f"Made on {day} from what was known then, the list would have named "
        f"{customers(chosen['listed'], formats)}, of whom {formats.count(chosen['stayed_away'])} did not buy "
        f"in the following {window}: {formats.share(chosen['precision'])} "
        f"({interval(chosen['low'], chosen['high'], 'share', formats)}; of all "
        f"{formats.count(every['listed'])} who could have been called, {formats.share(every['precision'])}). "
        "The list looks for value rather than for the surest leavers: those it named rightly had brought "
        f"{formats.short_money(chosen['found'])} of {_money(margin)} in the year before, "
        f"{formats.number(chosen['found_lift'], digits=1)} times what a list drawn by lot would have found, "
        f"and compared with the best simple rule, “{RULE_NAMES[rehearsal.best_simple]} first”, "
        f"{formats.change(gain.value, 'short_money')} "
        f"({change_interval(gain.low, gain.high, 'short_money', formats)})."
    )
    return Finding("risk_list_tested", _verdict(rehearsal), text)


def chosen_model(rehearsal: Rehearsal, *, formats: Formats) -> Callout | None:
    """Say which model made the list and why; None if nothing could be tested."""
    if rehearsal.missing:
        return None
    if rehearsal.precision_gain is None:
        text = (
            "The chances are those of MBG/NBD, a model of when customers buy and leave. A correction by what "
            "came in an earlier stretch could not be learned: the data before it are too few."
        )
        return Callout("chosen_model", "info", "Made with MBG/NBD", text)
    models = rehearsal.models.set_index("model")["average_precision"]
    gain = rehearsal.precision_gain
    compared = (
        f"ranked those who stayed away with an average precision of "
        f"{formats.number(models[CORRECTED], digits=3)}, where 1 is perfect, against "
        f"{formats.number(models['model'], digits=3)} of the model alone (difference "
        f"{formats.change(gain.value, 'decimal3')}, "
        f"{change_interval(gain.low, gain.high, 'decimal3', formats)})"
    )
    learned = (
        "MBG/NBD knows only when customers bought. A regression that corrects its chances by the length of "
        "silence, the number of purchases and the value of the customer, learned on an earlier stretch,"
    )
    if rehearsal.chosen == CORRECTED:
        text = f"{learned} {compared}. It is used for the list."
        return Callout("chosen_model", "info", "Made with MBG/NBD, corrected", text)
    text = f"{learned} {compared}. That is no clear gain, so the model alone is used for the list."
    return Callout("chosen_model", "info", "Made with MBG/NBD", text)


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
        f"On the day of the test {formats.share(model['predicted'])} of "
        f"{customers(every['listed'], formats)} were expected to stay away and "
        f"{formats.share(model['observed'])} did "
        f"({interval(every['low'], every['high'], 'share', formats)}). The order of the list need not suffer "
        "from that, but read the chances themselves with care."
    )
    return Callout("chances_off", "warn", f"The chances have been too {side}", text)


def persuadable(calls: CallList) -> Callout | None:
    """Warn that likely to leave is not likely to be won back; None without a list."""
    if calls.listed.empty:
        return None
    text = (
        "The list says who will probably stay away, not whom a call brings back; those are often different "
        "people. Leave a part of the list, drawn by lot, without a call, and compare the two parts "
        "afterwards: only the difference is what the calls have done."
    )
    return Callout("persuadable", "warn", "Likely to leave is not likely to be won back", text)


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
        f"{formats.short_money(calls.expected_loss)} in a year without a call",
    )


def precision_at_capacity_kpi(rehearsal: Rehearsal, *, tested_on: date, formats: Formats) -> Kpi:
    """Give the share of a past list that stayed away as a key figure."""
    label = "Of a list made in the past, stayed away"
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
        f"{formats.date(tested_on)}; {formats.share(rules.loc['all', 'precision'])} of all candidates",
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
        f"{formats.count(within)} groups the expectation lies within the 95% interval."
    )


def gains_alt(rehearsal: Rehearsal, *, formats: Formats) -> str:
    """Describe the gains chart: what every ranking found at the end of the curves."""
    if rehearsal.gains.empty:
        return "The rankings could not be tested."
    table = rehearsal.gains
    row = table[table["called"] == table["called"].max()]
    listed = ", ".join(
        f"{RULE_NAMES[item.rule]} {formats.share(item.found_share)}" for item in row.itertuples(index=False)
    )
    called = customers(int(table["called"].max()), formats)
    return f"Share of the lost value found by calling {called}: {listed}."


def _verdict(rehearsal: Rehearsal) -> Verdict:
    """Trust the list if it found more lost value than the best simple rule, by more than chance."""
    if rehearsal.found_gain is None:
        return "with reservations"
    if rehearsal.found_gain.low > 0:
        return "yes"
    return "no" if rehearsal.found_gain.high < 0 else "with reservations"


def _none(calls: CallList) -> str:
    return "no model can be relied on" if calls.is_refused else "too few customers or too short a history"


def _money(margin: float) -> str:
    return "revenue" if margin == 1 else "margin"
