"""The risk list and its tests, in words a manager can read."""

from typing import Any

import pandas as pd

from retention_utils.customer_ids import shown_ids
from retention_utils.formats import Formats

__all__ = ["MODEL_NAMES", "RULE_NAMES", "TACTICS", "calls_in_words", "models_in_words", "rules_in_words"]

MODEL_NAMES = {"model": "The model (MBG/NBD)", "corrected": "The model, corrected"}
RULE_NAMES = {
    "model": "Expected loss",
    "corrected": "Expected loss, corrected",
    "silence": "Longest silent",
    "overdue": "Most overdue by the own habit",
    "revenue": "Most revenue in the last year",
    "rfm": "Can't lose, then At risk",
    "all": "All candidates",
}
TACTICS = {
    "P08": "Personal contact: ask what is missing, offer help or a coupon (P08)",
    "P11": "Personal e-mail with similar items; free delivery or a reward for the second order (P11)",
    "P12": "Personal contact with something for regulars: early access, a gift, a bonus (P12)",
    "P13": "A call by a named person of contact; first choice and priority in service (P13)",
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
        tactic=listed["tactic"].map(TACTICS),
    )


def rules_in_words(rules: pd.DataFrame, *, best_simple: str = "") -> pd.DataFrame:
    """Return the rules with their names, the chosen one and the best simple one marked."""
    if rules.empty:
        return rules
    names = rules["rule"].map(RULE_NAMES)
    labels = names.where(~rules["is_chosen"], names + " (used)")
    return rules.assign(label=labels.where(rules["rule"] != best_simple, names + " (best simple rule)"))


def models_in_words(models: pd.DataFrame) -> pd.DataFrame:
    """Return the models with their names."""
    return models if models.empty else models.assign(label=models["model"].map(MODEL_NAMES))


def _why(row: Any, formats: Formats) -> str:
    silent = f"silent for {formats.days(row.silence_days)}"
    if row.frequency == 0:
        return f"bought once, {silent}"
    if pd.isna(row.usual_gap_days):
        return f"bought twice, {formats.days(row.recency_days)} apart, {silent}"
    return f"usually buys every {formats.days(row.usual_gap_days)}, {silent}"
