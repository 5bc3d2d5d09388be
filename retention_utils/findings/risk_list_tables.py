"""The risk list and its tests, in words a manager can read."""

from typing import Any

import pandas as pd

from retention_utils.customer_ids import shown_ids
from retention_utils.formats import Formats
from retention_utils.texts import Text
from retention_utils.translations import message

__all__ = [
    "MODEL_NAMES",
    "RULE_NAMES",
    "TACTICS",
    "calls_in_words",
    "models_in_words",
    "named_rules",
    "rules_in_words",
]

MODEL_NAMES = {"model": message("The model (MBG/NBD)"), "corrected": message("The model, corrected")}
RULE_NAMES = {
    "model": message("Expected loss"),
    "corrected": message("Expected loss, corrected"),
    "silence": message("Longest silent"),
    "overdue": message("Most overdue by the own habit"),
    "revenue": message("Most revenue in the last year"),
    "rfm": message("Can't lose, then At risk"),
    "all": message("All candidates"),
}
TACTICS = {
    "P08": message("Personal contact: ask what is missing, offer help or a coupon (P08)"),
    "P11": message(
        "Personal e-mail with similar items; free delivery or a reward for the second order (P11)"
    ),
    "P12": message("Personal contact with something for regulars: early access, a gift, a bonus (P12)"),
    "P13": message("A call by a named person of contact; first choice and priority in service (P13)"),
}


def calls_in_words(listed: pd.DataFrame, *, is_hashed: bool, formats: Formats) -> pd.DataFrame:
    """Return the list with ids as they may be shown, why each customer is on it, and what to try.

    Parameters
    ----------
    listed : DataFrame
        ``listed`` of a :class:`retention_utils.risk_list.call_list.CallList`.
    is_hashed : bool
        Whether ids are hashed.

    Returns
    -------
    DataFrame
        The same rows with ``why`` (such as "usually buys every 30 days, silent for 95 days"),
        ``last_purchase`` (day) and ``tactic`` in words; ``customer_id`` as shown.
    """
    if listed.empty:
        return listed
    return listed.assign(
        customer_id=shown_ids(listed["customer_id"], is_hashed=is_hashed),
        why=[_why(row, formats) for row in listed.itertuples(index=False)],
        last_purchase=listed["last_day"],
        tactic=[formats.say(TACTICS[rule]) for rule in listed["tactic"]],
    )


def named_rules(table: pd.DataFrame, *, formats: Formats) -> list[Text]:
    """Name the ways of choosing whom to call, in the order in which they first stand in the table."""
    return [formats.say(RULE_NAMES[rule]) for rule in dict.fromkeys(table["rule"])] if len(table) else []


def rules_in_words(rules: pd.DataFrame, *, best_simple: str = "", formats: Formats) -> pd.DataFrame:
    """Return the rules with their names, the chosen one and the best simple one marked."""
    if rules.empty:
        return rules
    return rules.assign(
        label=[_rule(row, best_simple, formats) for row in rules[["rule", "is_chosen"]].itertuples()]
    )


def models_in_words(models: pd.DataFrame, *, formats: Formats) -> pd.DataFrame:
    """Return the models with their names."""
    if models.empty:
        return models
    return models.assign(label=[formats.say(MODEL_NAMES[model]) for model in models["model"]])


def _rule(row: Any, best_simple: str, formats: Formats) -> Text:
    name = formats.say(RULE_NAMES[row.rule])
    if row.rule == best_simple:
        return formats.say("{rule} (best simple rule)", rule=name)
    return formats.say("{rule} (used)", rule=name) if row.is_chosen else name


def _why(row: Any, formats: Formats) -> Text:
    silence = formats.days(row.silence_days)
    if row.frequency == 0:
        return formats.say("bought once, silent for {silence}", silence=silence)
    if pd.isna(row.usual_gap_days):
        apart = formats.days(row.recency_days)
        return formats.say("bought twice, {apart} apart, silent for {silence}", apart=apart, silence=silence)
    usual = formats.days(row.usual_gap_days)
    return formats.say("usually buys every {usual}, silent for {silence}", usual=usual, silence=silence)
