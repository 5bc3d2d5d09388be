"""What early warning says: who fades, how right such a list was before, churn that no count shows yet."""

from collections.abc import Sequence

import pandas as pd

from retention_utils.display import Finding, Kpi, Verdict
from retention_utils.findings.early_warning_symptoms import SYMPTOM_WORDS
from retention_utils.findings.words import count_or_none, customers, interval
from retention_utils.formats import Formats

__all__ = [
    "activity_alt",
    "cadence_alt",
    "early_warning",
    "fading",
    "fading_kpi",
    "hidden_churn",
    "lost_share_kpi",
    "stake_kpi",
    "symptoms_alt",
]


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
        text = (
            "None of the early symptoms can be tested yet: that needs 12 periods. Nor can fading be told "
            "from a usual pause: too few active customers have bought on three days or more."
        )
        return Finding("early_warning", "not enough data", text, is_headline=True)
    red, amber = (
        [_in_a_sentence(name) for name in flags.index[flags == colour]] for colour in ("red", "amber")
    )
    verdict: Verdict = "worse" if red else "with reservations" if amber else "no clear change"
    if not measured:
        verdict = "not enough data"
    listed = _who_is_fading(account, min_customers, formats)
    text = f"{_symptoms(red, amber, measured, len(flags))} {listed}"
    return Finding("early_warning", verdict, text, is_headline=True)


def fading(account: pd.Series, *, follow_up_days: int, min_customers: int, formats: Formats) -> Finding:
    """Answer how many active customers have been silent too long for them, and whether that means much."""
    if account["judged"] < min_customers:
        return Finding("fading", "not enough data", _too_few_judged(account, min_customers, formats))
    flagged = account["flagged"]
    if not flagged:
        return Finding("fading", "no", _nobody_fades(account, formats))
    text = (
        f"{formats.count(flagged)} active {'customer is' if flagged == 1 else 'customers are'} fading: "
        f"silent for more than {_times(account, formats)} times their usual gap between purchases. "
        f"{_right(account, follow_up_days, min_customers, formats)}"
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
    flagged = account["flagged"]
    sure = interval(account["share_low"], account["share_high"], "share", formats)
    text = (
        f"{str(count_or_none(flagged, formats)).capitalize()} of {formats.count(account['judged'])} active "
        f"customers with a known habit ({formats.share(account['share'])}, {sure}) "
        f"{'is' if flagged <= 1 else 'are'} fading, or twice in a row bought or spent at least "
        f"{formats.share(decline_share, digits=0)} less than usual (hidden churn). "
        f"{_right(account, follow_up_days, min_customers, formats)}"
    )
    return Finding("hidden_churn", account["verdict"] if flagged else "no", text)


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
        else _few(account, formats),
    )  # fmt: skip


def stake_kpi(account: pd.Series, *, min_customers: int, formats: Formats) -> Kpi:
    """Give what the fading customers spent in the last year as a key figure."""
    if account["judged"] < min_customers:
        return Kpi("revenue_at_stake", "Revenue at stake", "—", None, basis=_few(account, formats))
    basis = "what the fading customers spent in the last 365 days"
    if pd.notna(account["amount_lost"]):
        basis += f"; of such money {formats.share(account['amount_lost'])} was lost before"
    return Kpi(
        key="revenue_at_stake",
        label="Revenue at stake",
        value=formats.short_money(account["amount"]),
        number=round(float(account["amount"]), 2),
        basis=basis,
    )


def lost_share_kpi(account: pd.Series, *, follow_up_days: int, min_customers: int, formats: Formats) -> Kpi:
    """Give the share of such money that was lost before, one follow-up ago, as a key figure."""
    label, days = "Of such money, lost before", formats.days(follow_up_days)
    if pd.isna(account["amount_lost"]):
        is_untested = account["verdict"] == "not enough data"
        why = (
            _untested(account, days, formats) if is_untested else f"those fading {days} before spent nothing"
        )
        return Kpi("lost_share", label, "—", None, basis=why, verdict="not enough data")
    return Kpi(
        key="lost_share",
        label=label,
        value=formats.share(account["amount_lost"]),
        number=round(float(account["amount_lost"]), 4),
        interval=interval(account["amount_low"], account["amount_high"], "share", formats),
        basis=f"of what {customers(account['tested_flagged'], formats)} fading {days} before had spent; "
        "lost: they bought nothing since",
    )


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
        return f"None of the {known} early symptoms can be tested yet: that needs 12 periods."
    tested = f"the early symptoms that can be tested ({measured} of {known})"
    if not red and not amber:
        return f"None of {tested} falls for certain."
    sure = f"{len(red)} {'falls' if len(red) == 1 else 'fall'} both steadily and lately: {', '.join(red)}"
    less = (
        f"{len(amber)} {'falls' if len(amber) == 1 else 'fall'} either steadily or lately: {', '.join(amber)}"
    )
    if red and amber:
        return f"Of {tested}, {sure}; {less}."
    return f"Of {tested}, {sure if red else less}."


def _who_is_fading(account: pd.Series, min_customers: int, formats: Formats) -> str:
    if account["judged"] < min_customers:
        return _too_few_judged(account, min_customers, formats)
    flagged = account["flagged"]
    if not flagged:
        return _nobody_fades(account, formats)
    sure = interval(account["share_low"], account["share_high"], "share", formats)
    fading = (
        f"{formats.count(flagged)} of {formats.count(account['judged'])} active customers whose usual gap "
        f"between purchases is known ({formats.share(account['share'])}, {sure}) "
        f"{'is' if flagged == 1 else 'are'} fading, silent for more than {_times(account, formats)} times "
        "that gap"
    )
    if account["verdict"] == "no":
        return f"{fading}; but those fading before did not clearly leave more often than the others."
    spent = f"{fading}; they spent {formats.short_money(account['amount'])} in the last 365 days"
    if account["verdict"] == "not enough data":
        return f"{spent}. Whether fading customers leave more often could not be tested."
    return f"{spent}."


def _nobody_fades(account: pd.Series, formats: Formats) -> str:
    return (
        f"None of the {formats.count(account['judged'])} active customers whose usual gap between purchases "
        f"is known is fading: none has been silent for more than {_times(account, formats)} times that gap."
    )


def _in_a_sentence(symptom: str) -> str:
    words = SYMPTOM_WORDS[symptom]
    return words if symptom == "signals" else words[0].lower() + words[1:]


def _few(account: pd.Series, formats: Formats) -> str:
    judged = account["judged"]
    return (
        f"only {formats.count(judged)} active {'customer' if judged == 1 else 'customers'} with three "
        "purchase days"
    )


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
            f"How right such a list is cannot be said: {_untested(account, days, formats)}; at least "
            f"{formats.count(min_customers)} on it, and as many others, are needed."
        )
    return (
        f"{JUDGED[account['verdict']]}: of the {customers(account['tested_flagged'], formats)} on it {days} "
        f"before, {formats.share(account['precision'])} bought nothing since, of the others "
        f"{formats.share(account['others'])} ({formats.points(account['difference'])}, "
        f"{interval(account['difference_low'], account['difference_high'], 'points', formats)})."
    )


def _untested(account: pd.Series, days: str, formats: Formats) -> str:
    if not account["tested"]:
        return f"nobody's own habit was known {days} before"
    return (
        f"{days} before, {count_or_none(account['tested_flagged'], formats)} of "
        f"{customers(account['tested'], formats)} {'was' if account['tested_flagged'] <= 1 else 'were'} on it"
    )


JUDGED = {
    "yes": "Such a list was better than chance",
    "with reservations": "Such a list was better than chance, but only a little",
    "no": "Such a list could not be told from chance and should not be worked through",
}
