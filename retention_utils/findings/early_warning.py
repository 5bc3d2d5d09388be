"""What early warning says: who fades, how right such a list was before, churn that no count shows yet."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict
from retention_utils.findings.early_warning_symptoms import SYMPTOM_WORDS
from retention_utils.findings.words import customers, interval
from retention_utils.formats import Formats

__all__ = [
    "RULE_WORDS",
    "activity_alt",
    "cadence_alt",
    "early_warning",
    "fading",
    "fading_kpi",
    "hidden_churn",
    "ledger_rows",
    "rule_rows",
    "stake_kpi",
    "symptoms_alt",
    "unproven_rules",
]

RULE_WORDS = {
    "overdue": "silent too long for them",
    "fewer_purchases": "buys much more seldom",
    "lower_spend": "spends much less",
    "any": "any of these, each customer once",
}
TESTED_WORDS = {
    "yes": "better than chance",
    "with reservations": "a little better than chance",
    "no": "not told from chance",
    "not enough data": "not tested",
}


def early_warning(
    trends: pd.DataFrame, account: pd.Series, *, follow_up_days: int, min_customers: int, formats: Formats
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
        text = (
            "None of the early symptoms can be tested yet, which needs 12 periods, and too few active "
            "customers have bought on three days or more to tell fading from a usual pause."
        )
        return Finding("early_warning", "not enough data", text, is_headline=True)
    red, amber = (
        [SYMPTOM_WORDS[name] for name in flags.index[flags == colour]] for colour in ("red", "amber")
    )
    verdict: Verdict = "worse" if red else "with reservations" if amber else "no clear change"
    if not measured:
        verdict = "not enough data"
    listed = _list(account, follow_up_days, min_customers, formats)
    text = f"{_symptoms(red, amber, measured, len(flags))} {listed}"
    return Finding("early_warning", verdict, text, is_headline=True)


def fading(
    account: pd.Series, *, gap_days: int, follow_up_days: int, min_customers: int, formats: Formats
) -> Finding:
    """Answer how many active customers have been silent too long for them, and whether that means much."""
    if account["judged"] < min_customers:
        return Finding("fading", "not enough data", _too_few_judged(account, min_customers, formats))
    sure = interval(account["share_low"], account["share_high"], "share", formats)
    text = (
        f"Of {customers(account['active'], formats)} who bought within the last {formats.days(gap_days)}, "
        f"{formats.count(account['judged'])} have bought on three days or more, so that their usual gap "
        f"between purchases is known; {formats.count(account['flagged'])} of these "
        f"({formats.share(account['share'])}, {sure}) have been silent for more than "
        f"{_times(account, formats)} times that gap, and spent {formats.money(account['amount'])} in the "
        f"last 365 days. {_right(account, follow_up_days, min_customers, formats)}"
    )
    return Finding("fading", account["verdict"], text)


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
        return Finding("hidden_churn", "not enough data", _too_few_judged(account, min_customers, formats))
    sure = interval(account["share_low"], account["share_high"], "share", formats)
    text = (
        f"Of {customers(account['judged'], formats)} who still count as active and whose own habit is known, "
        f"{formats.count(account['flagged'])} ({formats.share(account['share'])}, {sure}) are silent too "
        "long for them or have twice in a row bought or spent at least "
        f"{formats.share(decline_share, digits=0)} less than is usual for them; they spent "
        f"{formats.money(account['amount'])} in the last 365 days. "
        f"{_right(account, follow_up_days, min_customers, formats)}"
    )
    return Finding("hidden_churn", account["verdict"], text)


def unproven_rules(rules: pd.DataFrame) -> Callout | None:
    """Say which rules were no better than chance or could not be tested; None if all were better."""
    alone = rules[rules["rule"] != "any"]
    poor, untested = (
        [RULE_WORDS[rule] for rule in alone.loc[alone["verdict"] == verdict, "rule"]]
        for verdict in ("no", "not enough data")
    )
    sentences = []
    if poor:
        sentences.append(
            "Whom these rules flagged before did not clearly leave more often, so that their customers are "
            f"not listed: {'; '.join(poor)}."
        )
    if untested:
        sentences.append(
            "Too few customers were flagged before to hold these rules against what came, so that their "
            f"customers are not listed: {'; '.join(untested)}."
        )
    if not sentences:
        return None
    return Callout("unproven_rules", "warn", "Rules that are not to be relied on", " ".join(sentences))


def rule_rows(rules: pd.DataFrame) -> pd.DataFrame:
    """Name the rules and their verdicts for the table."""
    names = rules["rule"].map(RULE_WORDS) if "rule" in rules else None
    table = rules.assign(tested_as=rules["verdict"].map(TESTED_WORDS))
    return table if names is None else table.assign(rule=names)


def ledger_rows(ledger: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Write days and reasons of the ledger for the table."""
    return ledger.assign(
        last_day=[formats.date(day) for day in ledger["last_day"]],
        fired=["; ".join(RULE_WORDS[rule] for rule in fired) for fired in ledger["fired"]],
    )


def fading_kpi(account: pd.Series, *, min_customers: int, formats: Formats) -> Kpi:
    """Give the customers who are silent too long for them as a key figure."""
    is_known = account["judged"] >= min_customers
    return Kpi(
        key="fading_customers",
        label="Active customers who are fading",
        value=formats.count(account["flagged"]) if is_known else "—",
        number=int(account["flagged"]) if is_known else None,
        interval=f"{formats.share(account['share'])}, "
        f"{interval(account['share_low'], account['share_high'], 'share', formats)}" if is_known else "",
        basis=f"of {formats.count(account['judged'])} whose usual gap is known"
        if is_known
        else f"only {formats.count(account['judged'])} active customers with three purchase days",
    )  # fmt: skip


def stake_kpi(account: pd.Series, *, min_customers: int, formats: Formats) -> Kpi:
    """Give what the fading customers spent in the last year as a key figure."""
    is_known = account["judged"] >= min_customers
    return Kpi(
        key="revenue_at_stake",
        label="Revenue at stake",
        value=formats.short_money(account["amount"]) if is_known else "—",
        number=round(float(account["amount"]), 2) if is_known else None,
        interval=_lost_before(account, formats) if is_known else "",
        basis="what the fading customers spent in the last 365 days"
        if is_known
        else f"only {formats.count(account['judged'])} active customers with three purchase days",
    )


def _lost_before(account: pd.Series, formats: Formats) -> str:
    if pd.isna(account["amount_lost"]):
        return ""
    sure = interval(account["amount_low"], account["amount_high"], "share", formats)
    return f"of such money {formats.share(account['amount_lost'])} was lost before ({sure})"


def symptoms_alt(trends: pd.DataFrame) -> str:
    """Describe the lines of the symptoms: which flag each has."""
    listed = [f"{SYMPTOM_WORDS[row.symptom]}: {row.flag}" for row in trends.itertuples()]
    return f"{'; '.join(listed)}."


def cadence_alt(account: pd.Series, *, formats: Formats) -> str:
    """Describe the picture of usual gap against silence."""
    return (
        f"{formats.count(account['flagged'])} of {customers(account['judged'], formats)} lie above the line: "
        f"silent for more than {_times(account, formats)} times their usual gap."
    )


def activity_alt(activity: pd.DataFrame, *, formats: Formats) -> str:
    """Describe how leavers and stayers had bought until the day they were looked at."""
    if activity.empty:
        return "Nobody's norm is known for long enough."
    means = activity.set_index(["group", "stretch"])["purchases"]
    return " ".join(
        f"Those who then {group}: from {formats.number(means[group, 'norm'])} purchases a stretch to "
        f"{formats.number(means[group, 'last'])} in the last."
        for group in activity["group"].unique()
    )


def _symptoms(red: Sequence[str], amber: Sequence[str], measured: int, known: int) -> str:
    if not measured:
        return f"None of the {known} early symptoms can be tested yet, which needs 12 periods."
    start = f"Of the {known} early symptoms, {measured} can be tested"
    if red and amber:
        return (
            f"{start}: red, falling steadily and lately too, is {', '.join(red)}; amber, with one of these "
            f"two signs, is {', '.join(amber)}."
        )
    if red:
        return f"{start}: red, falling steadily and lately too, is {', '.join(red)}."
    if amber:
        return f"{start}: none is red; amber, falling either steadily or lately, is {', '.join(amber)}."
    return f"{start}, and none of them falls for certain."


def _list(account: pd.Series, follow_up_days: int, min_customers: int, formats: Formats) -> str:
    if account["judged"] < min_customers:
        return _too_few_judged(account, min_customers, formats)
    days = formats.days(follow_up_days)
    fading = (
        f"Of {formats.count(account['judged'])} active customers whose usual gap between purchases is known, "
        f"{formats.count(account['flagged'])} are fading, silent for more than {_times(account, formats)} "
        f"times that gap; they spent {formats.money(account['amount'])} in the last 365 days"
    )
    if account["verdict"] == "not enough data":
        return f"{fading}; how right such a list was {days} before cannot be said."
    found = (
        f"{fading}; of those fading {days} before, {formats.share(account['precision'])} bought nothing "
        f"since ({interval(account['low'], account['high'], 'share', formats)}, "
        f"n = {formats.count(account['tested_flagged'])}), against {formats.share(account['others'])} of the "
        "others"
    )
    return f"{found}, {JUDGED[account['verdict']]}."


def _times(account: pd.Series, formats: Formats) -> str:
    multiple = account["multiple"]
    return formats.number(multiple, digits=0 if float(multiple).is_integer() else 1)


def _too_few_judged(account: pd.Series, min_customers: int, formats: Formats) -> str:
    return (
        f"Only {formats.count(account['judged'])} of {customers(account['active'], formats)} who count as "
        "active have bought often enough for their own habit to be known; at least "
        f"{formats.count(min_customers)} are needed."
    )


def _right(account: pd.Series, follow_up_days: int, min_customers: int, formats: Formats) -> str:
    """Say how right the same list was one follow-up ago."""
    days = formats.days(follow_up_days)
    if account["verdict"] == "not enough data":
        return (
            f"How right such a list was cannot be said: {days} before, the same rule flagged "
            f"{formats.count(account['tested_flagged'])} of {customers(account['tested'], formats)}, and at "
            f"least {formats.count(min_customers)} flagged and as many others are needed."
        )
    sure = interval(account["low"], account["high"], "share", formats)
    apart = interval(account["difference_low"], account["difference_high"], "points", formats)
    found = (
        f"Of those flagged in the same way {days} before, {formats.share(account['precision'])} bought "
        f"nothing since ({sure}, n = {formats.count(account['tested_flagged'])}), of the others "
        f"{formats.share(account['others'])}: a difference of {formats.points(account['difference'])} "
        f"({apart}), {JUDGED[account['verdict']]}."
    )
    if account["verdict"] == "no" or pd.isna(account["amount_lost"]):
        return found
    lost = interval(account["amount_low"], account["amount_high"], "share", formats)
    return (
        f"{found} Those who left had spent {formats.share(account['amount_lost'])} of the money of all "
        f"flagged then ({lost}): about that part of it is at stake, not all."
    )


JUDGED = {
    "yes": "so the list is better than chance",
    "with reservations": "so the list is better than chance, but only a little",
    "no": "so the list cannot be told from chance and should not be worked through",
}
