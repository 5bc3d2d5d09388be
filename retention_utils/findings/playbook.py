"""What the playbook says: what to do, on what evidence, what it may bring, when to look again."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from retention_utils.display import Action, Callout, Finding
from retention_utils.findings.playbook_effect import effect_brief, effect_range, effect_told
from retention_utils.formats import Formats
from retention_utils.playbook.engine import FiredRule, Judgement, SilentRule
from retention_utils.playbook.rules import Playbook
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = ["action_of", "actions", "effects", "lists_apart", "rules_held_back", "rules_unjudged"]

EFFORTS = {
    "low": message("low: within the team's usual work"),
    "medium": message("medium: days of work or a small budget"),
    "high": message("high: a project of its own"),
}


NEEDED_DAYS = 365  # of orders, before anything is advised


def actions(
    judgement: Judgement, *, most: int, period: Text, formats: Formats, log_days: int = NEEDED_DAYS
) -> Finding:
    """Say how many rules could be judged, how many fired, and which comes first.

    ``log_days`` is how long the order log is; contracts have none.
    """
    fired, known = len(judgement.fired), judgement.known
    values = {"known": known, "total": known + len(judgement.unjudged), "period": period}
    if not known and log_days < NEEDED_DAYS:
        text = formats.say(
            "Supply an order log of at least {needed} (now {days}). Until then no measures can be advised: "
            "none of the {total, plural, one {# rule} other {# rules}} of the playbook can be judged.",
            needed=formats.days(NEEDED_DAYS),
            days=formats.days(log_days),
            total=values["total"],
        )
        return Finding("actions", "not enough data", text, is_headline=True)
    if not known:
        text = formats.say(
            "None of the {total, plural, one {# rule} other {# rules}} of the playbook could be judged: the "
            "figures they need are missing from this report or rest on too few data.",
            total=values["total"],
        )
        return Finding("actions", "not enough data", text, is_headline=True)
    if not fired:
        text = formats.say(
            "Of {known, plural, one {# rule} other {# rules}} that could be judged for {period} ({total} in "
            "the playbook), none calls for action.",
            **values,
        )
        return Finding("actions", "no", text, is_headline=True)
    first = judgement.fired[0]
    values |= {"first": formats.say(first.rule.title), "fired": fired, "most": most}
    values["why"] = _why_first(judgement)
    return Finding("actions", "yes", _called_for(values, formats), is_headline=True)


def _why_first(judgement: Judgement) -> str:
    """Say by what the first measure is the first: one that answers the worst news may stand before money."""
    first = judgement.fired[0]
    stakes = [part.margin_at_stake or 0.0 for part in judgement.fired]
    if first.rule.measured:
        return "measured"
    if stakes[0] and stakes[0] == max(stakes):
        return "money"
    if first.is_worse:
        return "worse"
    return "little" if any(stakes) else "effort"


def _called_for(values: dict[str, Any], formats: Formats) -> Text:
    if values["fired"] == 1:
        return formats.say(
            "One measure is called for: “{first}”. Of {known, plural, one {# rule} other {# rules}} that "
            "could be judged for {period} ({total} in the playbook), no other calls for action.",
            **values,
        )
    first = formats.say(
        "Begin with “{first}”: {why, select, measured {its effect has been measured here} effort {it takes "
        "the least effort} little {what other measures may bring in money is hardly worth more than the "
        "usual work} worse {it answers what has got worse} other {it has the largest effect in money}}.",
        **values,
    )
    if values["fired"] <= values["most"]:
        counted = formats.say(
            "Of {known, plural, one {# rule} other {# rules}} that could be judged for {period} ({total} in "
            "the playbook), {fired} call for action.",
            **values,
        )
    else:
        counted = formats.say(
            "Of {known, plural, one {# rule} other {# rules}} that could be judged for {period} ({total} in "
            "the playbook), {fired} call for action; {most, plural, one {only the first is} other {the first "
            "# are}} described, all stand in the table.",
            **values,
        )
    return formats.joined([first, counted], by=" ")


def action_of(
    fired: FiredRule,
    *,
    playbook: Playbook,
    kept: tuple[float, float],
    margin: float,
    period_end: date,
    owners: Mapping[str, str],
    formats: Formats,
) -> Action:
    """Turn a fired rule into something to do.

    Parameters
    ----------
    fired : FiredRule
        From :func:`retention_utils.playbook.engine.judge`.
    kept : tuple of float
        The lowest and highest share of what is at stake that the measure may keep: an assumption.
    margin : float
        Margin as a share of revenue; 1 means that revenue is spoken of.
    period_end : date
        Last day of the report's period; the date to check is reckoned from it.
    owners : mapping
        Who acts, by rule, where the client file says so.
    """
    rule, say = fired.rule, formats.say
    low, _ = effect_range(fired, kept)
    check_day = period_end + timedelta(days=rule.check)
    return Action(
        key=rule.id,
        title=say(rule.title),
        when=say(rule.when),
        evidence=fired.evidence,
        tactics=tuple(map(say, rule.tactics)),
        source=formats.joined([say(source) for source in playbook.cited(rule)]),
        owner=formats.name(owners[rule.id]) if rule.id in owners else say(rule.owner),
        cost=say(EFFORTS[rule.effort]),
        effect=effect_told(fired, kept, margin=margin, formats=formats),
        brief=effect_brief(fired, kept, margin=margin, formats=formats),
        number=low,
        check_on=formats.date(check_day),
        chapter=fired.chapter,
        check_day=check_day.isoformat(),
    )


def lists_apart(actions: Collection[str], *, formats: Formats) -> Callout | None:
    """Say how the lists of customers stand to each other; None unless measures (by id) speak of two."""
    if not {"P08", "P31"} <= set(actions):
        return None
    text = formats.say(
        "Customers who went quiet have bought nothing for longer than the churn gap and count as lapsed; "
        "those who are fading are still active: nobody is on both lists. The risk list is no third group: it "
        "ranks customers of both by what their absence is expected to cost, for calling one by one."
    )
    return Callout("lists_apart", "info", formats.say("How the lists of customers differ"), text)


def rules_held_back(judgement: Judgement, *, formats: Formats) -> Callout | None:
    """Say which measures are not proposed though their rule fired, and why; None without any."""
    if not judgement.held_back:
        return None
    told = [
        formats.say("{measure}: {evidence}", measure=formats.say(part.rule.title), evidence=part.evidence)
        for part in judgement.held_back
    ]
    title = formats.say("Not proposed, and why")
    return Callout("held_back", "info", title, formats.joined(told, by=" "))


def effects(judgement: Judgement, *, kept: tuple[float, float], most: int, formats: Formats) -> pd.DataFrame:
    """List what the measures may bring, for the chart.

    Returns
    -------
    DataFrame
        One row per action in the order of the list: ``title``, ``effort``, ``low``, ``high`` (money a year;
        NaN where that is not known), ``is_measured`` (it has paid for itself in a trial).
    """
    rows = [
        {
            "title": formats.say(fired.rule.title),
            "effort": formats.say(
                "{effort, select, low {low} medium {medium} other {high}}", effort=fired.rule.effort
            ),
            **dict(zip(("low", "high"), effect_range(fired, kept), strict=True)),
            "is_measured": fired.rule.measured,
        }
        for fired in judgement.fired[:most]
    ]
    table = pd.DataFrame(rows, columns=["title", "effort", "low", "high", "is_measured"])
    return table.astype({"low": "float64", "high": "float64", "is_measured": "bool"})


def rules_unjudged(unjudged: tuple[SilentRule, ...], *, formats: Formats) -> pd.DataFrame:
    """List the rules that could not be judged: ``id``, ``title`` and what each ``needs``."""
    rows = [(part.rule.id, formats.say(part.rule.title), formats.say(part.needs)) for part in unjudged]
    return pd.DataFrame(rows, columns=["id", "title", "needs"])
