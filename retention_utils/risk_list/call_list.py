"""The list itself: today's candidates, most expected loss first, with a tactic for each."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.risk_list.candidates import candidates
from retention_utils.risk_list.chances import fit_states, history_cells, stay_away_chance
from retention_utils.risk_list.ranking import CORRECTED, LEAST_CHANCE, by_expected_loss
from retention_utils.risk_list.rehearsal import Rehearsal, learn
from retention_utils.schema import require
from retention_utils.texts import Text
from retention_utils.value_models.minimums import missing_minimums

__all__ = ["FREQUENT", "TOP_VALUE", "CallList", "call_list"]

TOP_VALUE = 0.01  # share of the last year's buyers who count as most valuable
FREQUENT = 5  # purchase days in 24 months


@dataclass(frozen=True, eq=False)
class CallList:
    """Whom to call, or why nobody can be named."""

    missing: tuple[Text, ...]  # why there is no list, in sentences; what follows is empty then
    is_refused: bool = False  # there are data enough, but no model may be used
    candidates: int = 0
    flagged: int = 0  # candidates who are more likely to stay away than not
    flagged_value: float = 0.0  # their value at risk, in the currency
    listed: pd.DataFrame = field(default_factory=pd.DataFrame)  # see call_list

    @property
    def value(self) -> float:
        """Value at risk of those listed, in the currency."""
        return float(self.listed["value_at_risk"].sum()) if len(self.listed) else 0.0

    @property
    def expected_loss(self) -> float:
        """Sum over those listed of chance of staying away times value at risk, in the currency."""
        return float(self.listed["expected_loss"].sum()) if len(self.listed) else 0.0


def call_list(
    states: pd.DataFrame,
    before: pd.DataFrame,
    rehearsal: Rehearsal,
    *,
    gap_days: int,
    follow_up_days: int,
    capacity: int,
    margin: float = 1.0,
    least_chance: float = LEAST_CHANCE,
) -> CallList:
    """Name the customers to call today.

    Parameters
    ----------
    states, before : DataFrame
        The mart's tables ``states`` and ``states_before``; the latter teaches the correction, if it is used.
    rehearsal : Rehearsal
        Says which model to use.
    gap_days, follow_up_days, capacity, margin, least_chance
        As for :func:`retention_utils.risk_list.rehearsal.rehearse_list`.

    Returns
    -------
    CallList
        ``listed`` has one row per customer, whom to call first first: ``customer_id``, ``last_day``,
        ``frequency`` (repeat purchase days), ``purchases`` (purchase days), ``recency_days``,
        ``silence_days``, ``usual_gap_days`` (NaN with fewer than three purchase days), ``chance`` (of no
        purchase in the follow-up, a fraction), ``value_at_risk`` (margin of the last 365 days, in the
        currency), ``expected_loss`` (their product), ``tactic`` (rule of the playbook: ``P11`` bought once,
        ``P13`` among the top 1 % of the last year's buyers by revenue, ``P12`` five or more purchase days
        in 24 months, else ``P08``).
    """
    if missing := missing_minimums(history_cells(states)):
        return CallList(missing)
    fit = fit_states(states)
    if not fit.is_usable:
        return CallList((EVERY_LANGUAGE.say("The model could not be fitted."), *fit.reasons), is_refused=True)
    table = candidates(states, gap_days=gap_days, margin=margin)
    chance = stay_away_chance(table, fit, days=follow_up_days)
    if rehearsal.chosen == CORRECTED:
        how = {"gap_days": gap_days, "follow_up_days": follow_up_days, "margin": margin}
        learned = learn(before, fit=rehearsal.fit, **how)
        chance = learned.chances(table, chance) if learned else chance
    table = table.assign(chance=np.round(chance, 3), purchases=table["frequency"] + 1)
    is_flagged = table["chance"] >= least_chance
    order = by_expected_loss(table, chance, least_chance=least_chance)
    listed = table.iloc[order[: min(capacity, int(is_flagged.sum()))]].reset_index(drop=True)
    listed = listed.assign(
        expected_loss=np.round(listed["chance"] * listed["value_at_risk"], 2),
        tactic=_tactics(listed, states),
    )
    return CallList(
        missing=(),
        candidates=len(table),
        flagged=int(is_flagged.sum()),
        flagged_value=float(table.loc[is_flagged, "value_at_risk"].sum()),
        listed=listed,
    )


def _tactics(listed: pd.DataFrame, states: pd.DataFrame) -> list[str]:
    require(states, ["year_purchases", "year_amount"], name="states")
    buyers = states.loc[states["year_purchases"] > 0, "year_amount"]
    rules = {
        "P11": listed["frequency"] == 0,
        "P13": listed["year_amount"] >= buyers.quantile(1 - TOP_VALUE, interpolation="higher"),
        "P12": listed["window_purchases"] >= FREQUENT,
    }
    return np.select(list(rules.values()), list(rules), "P08").tolist()
