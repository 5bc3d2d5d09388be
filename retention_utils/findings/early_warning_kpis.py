"""Early warning as key figures: who fades, what they spent, how much of such money was lost before."""

import pandas as pd

from retention_utils.display import Kpi
from retention_utils.findings.early_warning_words import times, untested
from retention_utils.findings.words import interval
from retention_utils.formats import BLANK, Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["declining_kpis", "fading_kpi", "lost_share_kpi", "stake_kpi"]

# Why the playbook proposes to work through no such list.
WITHOUT_MEASURE = {
    "with reservations": message("no measure is proposed for it: before, such a list helped only a little"),
    "no": message("no measure is proposed for it: before, such a list was no better than chance"),
}


def fading_kpi(account: pd.Series, *, min_customers: int, formats: Formats) -> Kpi:
    """Give the customers who are silent too long for them as a key figure."""
    label = formats.say("Active customers who are fading")
    if account["judged"] < min_customers:
        return Kpi("fading_customers", label, formats.name(BLANK), None, basis=_few(account, formats))
    sure = interval(account["share_low"], account["share_high"], "share", formats)
    return Kpi(
        key="fading_customers",
        label=label,
        value=formats.count(account["flagged"]),
        number=int(account["flagged"]),
        interval=formats.joined([formats.share(account["share"]), sure], by=", "),
        basis=formats.say(
            "of {judged} whose usual gap is known",
            judged=formats.count(account["judged"]),
        ),
    )


def stake_kpi(
    account: pd.Series, named: pd.DataFrame | None = None, *, min_customers: int, formats: Formats
) -> Kpi:
    """Give what the fading customers, or those on their list, spent in the last year as a key figure.

    ``named`` is the list of them, from :func:`retention_utils.early_warning.ledger.fading_list`, if there is
    one, and ``account`` that of the rule it is made by.
    """
    label = formats.say("Revenue at stake")
    if account["judged"] < min_customers:
        return Kpi("revenue_at_stake", label, formats.name(BLANK), None, basis=_few(account, formats))
    has_list = named is not None and len(named) > 0
    money = float(named["year_amount"].sum() if has_list else account["amount"])
    basis = [_spenders(account, len(named) if has_list else account["flagged"], formats)]
    if pd.notna(account["amount_lost"]):
        lost = formats.share(account["amount_lost"])
        basis.append(
            formats.say("tested on the past: those who left had brought {share} of such revenue", share=lost)
        )
    if account["verdict"] in WITHOUT_MEASURE:
        basis.append(formats.say(WITHOUT_MEASURE[account["verdict"]]))
    return Kpi(
        key="revenue_at_stake",
        label=label,
        value=formats.short_money(money),
        number=round(money, 2),
        basis=formats.joined(basis),
    )


def _spenders(account: pd.Series, counted: int, formats: Formats) -> Text:
    """Say whose money it is: that of all who are fading, or of those alone who stand on the list."""
    if counted == account["flagged"]:
        return formats.say(
            "what the customers silent for more than {times} times their usual gap spent in the last 365 "
            "days",
            times=times(account, formats),
        )
    return formats.say(
        "what the {listed} fading customers who spent most spent in the last 365 days; all together {money}",
        listed=formats.count(counted),
        money=formats.short_money(account["amount"]),
    )


def lost_share_kpi(account: pd.Series, *, follow_up_days: int, min_customers: int, formats: Formats) -> Kpi:
    """Give the share of such money that was lost before, one follow-up ago, as a key figure."""
    label, days = formats.say("Share of such revenue that left in the past"), formats.days(follow_up_days)
    if pd.isna(account["amount_lost"]):
        why = (
            untested(account, follow_up_days, formats)
            if account["verdict"] == "not enough data"
            else formats.say("those fading {days} before spent nothing", days=days)
        )
        return Kpi("lost_share", label, formats.name(BLANK), None, basis=why, verdict="not enough data")
    return Kpi(
        key="lost_share",
        label=label,
        value=formats.share(account["amount_lost"]),
        number=round(float(account["amount_lost"]), 4),
        interval=interval(account["amount_low"], account["amount_high"], "share", formats),
        basis=formats.say(
            "of what {flagged, plural, one {# customer} other {# customers}} silent for so long {days} "
            "before had spent; lost: they bought nothing since",
            flagged=formats.count(account["tested_flagged"]),
            days=days,
        ),
    )


def declining_kpis(rules: pd.DataFrame, *, follow_up_days: int, formats: Formats) -> list[Kpi]:
    """Give what those who buy or spend much less spent, and what was lost of such money before.

    None where no list is made of them: ``rules`` is from
    :func:`retention_utils.early_warning.backtest.hidden_churn_rules`.
    """
    account = rules.set_index("rule").loc["declining"]
    if account["verdict"] != "yes" or not account["flagged"] or pd.isna(account["amount_lost"]):
        return []
    spent = Kpi(
        key="declining_revenue",
        label=formats.say("Last year's revenue of customers who buy much less"),
        value=formats.short_money(account["amount"]),
        number=round(account["amount"], 2),
        basis=formats.say(
            "{flagged, plural, one {# active customer} other {# active customers}}",
            flagged=formats.count(account["flagged"]),
        ),
    )
    lost = Kpi(
        key="declining_lost",
        label=formats.say("Share of such customers' revenue that left in the past"),
        value=formats.share(account["amount_lost"]),
        number=round(float(account["amount_lost"]), 4),
        interval=interval(account["amount_low"], account["amount_high"], "share", formats),
        basis=formats.say(
            "of what {flagged, plural, one {# customer} other {# customers}} who bought much less {days} "
            "before had spent; lost: they bought nothing since",
            flagged=formats.count(account["tested_flagged"]),
            days=formats.days(follow_up_days),
        ),
    )
    return [spent, lost]


def _few(account: pd.Series, formats: Formats) -> Text:
    return formats.say(
        "only {judged, plural, one {# active customer} other {# active customers}} with three purchase days",
        judged=formats.count(account["judged"]),
    )
