"""What early warning says: who fades, how right such a list was before, churn that no count shows yet."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.display import Finding, Verdict
from retention_utils.findings.early_warning_list import listed_told
from retention_utils.findings.early_warning_tested import how_right
from retention_utils.findings.early_warning_words import times
from retention_utils.findings.words import interval
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["declining", "early_warning", "fading", "hidden_churn"]

# As in early_warning_words, but within a sentence.
SYMPTOM_NAMES = {
    "frequency": message("orders per active customer"),
    "signals": message("NPS"),
    "order_value": message("order value"),
    "value": message("value of a customer"),
    "repeat_rate": message("how many first-time customers buy again"),
    "investment": message("share of costs spent on keeping customers"),
}


def early_warning(
    trends: pd.DataFrame, account: pd.Series, *, min_customers: int, formats: Formats
) -> Finding:
    """Answer whether the early symptoms are there and who is fading.

    Parameters
    ----------
    trends : DataFrame
        From :func:`retention_utils.early_warning.trends.symptom_trends`.
    account : Series
        The row of :func:`retention_utils.early_warning.backtest.overdue_rules` of the multiple in force.
    """
    flags = trends.set_index("symptom")["flag"]
    measured = int((flags != "not enough data").sum())
    if not measured and account["judged"] < min_customers:
        text = formats.say(
            "None of the early symptoms can be tested yet. That needs 12 periods. Nor can fading be told "
            "from a usual pause: too few active customers have bought on three days or more."
        )
        return Finding("early_warning", "not enough data", text, is_headline=True)
    red, amber = (list(flags.index[flags == colour]) for colour in ("red", "amber"))
    rising = _rising(trends)
    said = [_symptoms(red, amber, measured, len(flags), formats)]
    if rising:
        said.append(formats.say("Clearly getting better: {rising}.", rising=_names(rising, formats)))
    said.append(_who_is_fading(account, min_customers, formats))
    verdict = _verdict(red, amber, rising) if measured else "not enough data"
    return Finding("early_warning", verdict, formats.joined(said, by=" "), is_headline=True)


def _rising(trends: pd.DataFrame) -> list[str]:
    """Name the symptoms that are called better each by itself."""
    is_rising = (trends["flag"] == "green") & (trends["trend"] + trends["shift"] > 0)
    return list(trends.loc[is_rising, "symptom"])


def _verdict(red: Sequence[str], amber: Sequence[str], rising: Sequence[str]) -> Verdict:
    """Name the worst news."""
    if red:
        return "worse"
    if amber:
        return "with reservations"
    return "better" if rising else "no clear change"


def fading(
    account: pd.Series,
    named: pd.DataFrame | None = None,
    listing: pd.Series | None = None,
    *,
    follow_up_days: int,
    min_customers: int,
    formats: Formats,
) -> Finding:
    """Answer how many active customers have been silent too long for them, and whether that means much.

    ``named`` is the list of them, from :func:`retention_utils.early_warning.ledger.fading_list`, and
    ``listing`` the account of the rule it is made by, if that is another than that of the account.
    """
    if account["judged"] < min_customers:
        return Finding("fading", "not enough data", _too_few_judged(account, min_customers, formats))
    if not account["flagged"]:
        return Finding("fading", "no", _nobody_fades(account, formats))
    rule = account if listing is None else listing
    flagged = formats.say(
        "{flagged, plural, one {# active customer is} other {# active customers are}} fading: silent for "
        "more than {times} times their usual gap between purchases.",
        flagged=formats.count(account["flagged"]),
        times=times(account, formats),
    )
    told = [flagged, how_right(rule, follow_up_days, min_customers, formats)]
    if named is not None and len(named):
        told.insert(1, listed_told(named, account, rule, formats=formats))
    return Finding("fading", rule["verdict"], formats.joined(told, by=" "))


def declining(
    rules: pd.DataFrame, *, decline_share: float, follow_up_days: int, min_customers: int, formats: Formats
) -> Finding | None:
    """Answer how many active customers buy or spend much less than is usual for them; None if not testable.

    ``rules`` is from :func:`retention_utils.early_warning.backtest.hidden_churn_rules`, with the row
    ``declining``.
    """
    account = rules.set_index("rule").loc["declining"]
    if account["verdict"] == "not enough data" or not account["flagged"]:
        return None
    flagged = formats.say(
        "{flagged, plural, one {# active customer buys} other {# active customers buy}} much less than "
        "usual: {share} of the {judged} who bought often enough in the year before ({interval}). Twice in a "
        "row they bought or spent at least {decline} less than usual; they spent {money} in the last 365 "
        "days.",
        decline=formats.share(decline_share, digits=0),
        money=formats.short_money(account["amount"]),
        **_share_flagged(account, formats),
    )
    told = [flagged, how_right(account, follow_up_days, min_customers, formats)]
    return Finding("declining", account["verdict"], formats.joined(told, by=" "))


def hidden_churn(
    rules: pd.DataFrame, *, decline_share: float, follow_up_days: int, min_customers: int, formats: Formats
) -> Finding:
    """Answer how many customers still count as active though a rule says that they have begun to leave.

    Parameters
    ----------
    rules : DataFrame
        From :func:`retention_utils.early_warning.backtest.hidden_churn_rules`, with the row ``any``.
    """
    account = rules.set_index("rule").loc["any"]
    if account["judged"] < min_customers:
        return Finding("hidden_churn", "not enough data", _too_few_habits(account, min_customers, formats))
    flagged = formats.say(
        "{flagged, plural, =0 {None} other {#}} of {judged, plural, one {# active customer} other {# active "
        "customers}} with a known habit {flagged, plural, =0 {shows} one {shows} other {show}} signs of "
        "hidden churn ({share}, {interval}). Signs are fading, or buying or spending at least {decline} less "
        "than usual twice in a row.",
        decline=formats.share(decline_share, digits=0),
        **_share_flagged(account, formats),
    )
    fading = rules[rules["rule"] == "overdue"]
    added = int(account["flagged"] - fading["flagged"].sum())
    if len(fading) and account["flagged"] and added < min_customers:
        text = formats.joined([flagged, _hardly_more(added, formats)], by=" ")
        return Finding("hidden_churn", fading["verdict"].iloc[0], text)
    text = formats.joined([flagged, how_right(account, follow_up_days, min_customers, formats)], by=" ")
    return Finding("hidden_churn", account["verdict"] if account["flagged"] else "no", text)


def _hardly_more(added: int, formats: Formats) -> Text:
    """Say that both lists are nearly the same: two verdicts on them would contradict each other by chance."""
    return formats.say(
        "{added, plural, =0 {All of them} other {All but # of them}} are fading, so what is said of the list "
        "of fading customers holds here, too: there is no second list to work through.",
        added=added,
    )


def _symptoms(red: Sequence[str], amber: Sequence[str], measured: int, known: int, formats: Formats) -> Text:
    """Say how many symptoms fall, and which; the counts in brackets are of those that could be tested."""
    if not measured:
        return formats.say(
            "None of the {known} early symptoms can be tested yet. That needs 12 periods.", known=known
        )
    tested = {"measured": measured, "known": known}
    sure = {"red_count": len(red), "red": _names(red, formats)}
    less = {"amber_count": len(amber), "amber": _names(amber, formats)}
    if red and amber:
        return formats.say(
            "Of the early symptoms that can be tested ({measured} of {known}), {red_count, plural, one {# "
            "falls} other {# fall}} both steadily and lately: {red}; {amber_count, plural, one {# falls} "
            "other {# fall}} either steadily or lately: {amber}.",
            **tested | sure | less,
        )
    if red:
        return formats.say(
            "Of the early symptoms that can be tested ({measured} of {known}), {red_count, plural, one {# "
            "falls} other {# fall}} both steadily and lately: {red}.",
            **tested | sure,
        )
    if amber:
        return formats.say(
            "Of the early symptoms that can be tested ({measured} of {known}), {amber_count, plural, one {# "
            "falls} other {# fall}} either steadily or lately: {amber}.",
            **tested | less,
        )
    return formats.say(
        "None of the early symptoms that can be tested ({measured} of {known}) is clearly getting worse.",
        **tested,
    )


def _names(symptoms: Sequence[str], formats: Formats) -> Text:
    return formats.joined([formats.say(SYMPTOM_NAMES[symptom]) for symptom in symptoms], by=", ")


def _who_is_fading(account: pd.Series, min_customers: int, formats: Formats) -> Text:
    if account["judged"] < min_customers:
        return _too_few_judged(account, min_customers, formats)
    if not account["flagged"]:
        return _nobody_fades(account, formats)
    counted = _share_flagged(account, formats) | {"times": times(account, formats)}
    if account["verdict"] == "no":
        return formats.say(
            "Of {judged, plural, one {# active customer} other {# active customers}} whose usual gap between "
            "purchases is known, {flagged} ({share}, {interval}) {flagged, plural, one {is} other {are}} "
            "fading: silent for more than {times} times that gap. But those fading before did not clearly "
            "leave more often than the others.",
            **counted,
        )
    spent = formats.say(
        "Of {judged, plural, one {# active customer} other {# active customers}} whose usual gap between "
        "purchases is known, {flagged} ({share}, {interval}) {flagged, plural, one {is} other {are}} fading: "
        "silent for more than {times} times that gap. They spent {money} in the last 365 days.",
        money=formats.short_money(account["amount"]),
        **counted,
    )
    if account["verdict"] != "not enough data":
        return spent
    doubt = formats.say("Whether fading customers leave more often could not be tested.")
    return formats.joined([spent, doubt], by=" ")


def _share_flagged(account: pd.Series, formats: Formats) -> dict[str, Text]:
    return {
        "flagged": formats.count(account["flagged"]),
        "judged": formats.count(account["judged"]),
        "share": formats.share(account["share"]),
        "interval": interval(account["share_low"], account["share_high"], "share", formats),
    }


def _nobody_fades(account: pd.Series, formats: Formats) -> Text:
    return formats.say(
        "None of the {judged, plural, one {# active customer} other {# active customers}} whose usual gap "
        "between purchases is known is fading: none has been silent for more than {times} times that gap.",
        judged=formats.count(account["judged"]),
        times=times(account, formats),
    )


def _too_few_judged(account: pd.Series, min_customers: int, formats: Formats) -> Text:
    return formats.say(
        "Only {judged} of {active, plural, one {# customer} other {# customers}} who count as active have "
        "bought often enough for their own habit to be known; at least {needed} are needed.",
        judged=formats.count(account["judged"]),
        active=formats.count(account["active"]),
        needed=min_customers,
    )


def _too_few_habits(account: pd.Series, min_customers: int, formats: Formats) -> Text:
    return formats.say(
        "Hidden churn (still active, but buying or spending much less than usual) cannot be judged yet. That "
        "needs at least {needed, plural, one {# active customer} other {# active customers}} with a known "
        "habit (here {judged}).",
        judged=formats.count(account["judged"]),
        needed=min_customers,
    )
