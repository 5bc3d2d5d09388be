"""What the playbook says: what to do, on what evidence, what it may bring, when to look again."""

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from retention_utils.display import Action, Finding
from retention_utils.findings.words import three_digits
from retention_utils.formats import Formats
from retention_utils.playbook.engine import FiredRule, Judgement, SilentRule
from retention_utils.playbook.rules import Playbook

__all__ = ["action_of", "actions", "effects", "rules_unjudged"]

SHORT = 10_000  # money from here on is written in thousands
EFFORTS = {
    "low": "little: within the team's usual work",
    "medium": "some: days of work or a small budget",
    "high": "much: a project of its own",
}


def actions(judgement: Judgement, *, most: int, period: str) -> Finding:
    """Say how many rules could be judged, how many fired, and which comes first."""
    fired, quiet = len(judgement.fired), len(judgement.quiet)
    known, total = fired + quiet, fired + quiet + len(judgement.unjudged)
    if not known:
        text = (
            f"None of the {total} rules of the playbook could be judged: the figures they need are missing "
            "from this report or rest on too few data."
        )
        return Finding("actions", "not enough data", text, is_headline=True)
    judged = (
        f"Of {known} {'rule' if known == 1 else 'rules'} that could be judged for {period} ({total} in the "
        "playbook)"
    )
    if not fired:
        return Finding("actions", "no", f"{judged}, none calls for action.", is_headline=True)
    first = judgement.fired[0]
    if fired == 1:
        text = f"{judged}, 1 calls for action: {first.rule.title}."
        return Finding("actions", "yes", text, is_headline=True)
    listed = f"; the first {most} are listed" if fired > most else ""
    why = "least effort" if first.margin_at_stake is None else "most money at stake"
    text = f"{judged}, {fired} call for action{listed}. First, with {why}: {first.rule.title}."
    return Finding("actions", "yes", text, is_headline=True)


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
    rule = fired.rule
    low, high = _range(fired, kept)
    return Action(
        key=rule.id,
        title=rule.title,
        when=rule.when,
        evidence=fired.evidence,
        tactics=rule.tactics,
        source=playbook.cited(rule),
        owner=owners.get(rule.id, rule.owner),
        cost=EFFORTS[rule.effort],
        effect=_effect(low, high, kept, "revenue" if margin == 1 else "margin", formats),
        number=low,
        check_on=formats.date(period_end + timedelta(days=rule.check)),
        chapter=fired.chapter,
    )


def effects(judgement: Judgement, *, kept: tuple[float, float], most: int) -> pd.DataFrame:
    """List what the measures may bring, for the chart.

    Returns
    -------
    DataFrame
        One row per action in the order of the list: ``title``, ``effort``, ``low``, ``high`` (money a year;
        NaN where it is not known in money).
    """
    rows = [
        {
            "title": fired.rule.title,
            "effort": fired.rule.effort,
            **dict(zip(("low", "high"), _range(fired, kept), strict=True)),
        }
        for fired in judgement.fired[:most]
    ]
    table = pd.DataFrame(rows, columns=["title", "effort", "low", "high"])
    return table.astype({"low": "float64", "high": "float64"})


def rules_unjudged(unjudged: tuple[SilentRule, ...]) -> pd.DataFrame:
    """List the rules that could not be judged: ``id``, ``title`` and what each ``needs``."""
    rows = [(silent.rule.id, silent.rule.title, silent.needs) for silent in unjudged]
    return pd.DataFrame(rows, columns=["id", "title", "needs"])


def _range(fired: FiredRule, kept: tuple[float, float]) -> tuple[float | None, float | None]:
    if fired.margin_at_stake is None:
        return None, None
    return three_digits(fired.margin_at_stake * kept[0]), three_digits(fired.margin_at_stake * kept[1])


def _effect(
    low: float | None, high: float | None, kept: tuple[float, float], what: str, formats: Formats
) -> str:
    if low is None:
        return "not known in money; look whether the figure above has improved"
    kind = "short_money" if low >= SHORT else "money"
    low, high = (float(f"{end:.3g}") for end in (low, high))
    return (
        f"{formats.interval(low, high, kind)} of {what} a year if "
        f"{formats.interval(*kept, 'share')} of what is at stake is kept: an assumption, not a forecast"
    )
