"""How the list would have done on a day in the past, knowing only what was known then.

The model is fitted to the purchases up to that day. The correction learns from a day one follow-up earlier,
whose outcome was known by then. The list that found more lost value on the later day is used; where neither
found more by more than chance, the corrected one only if its chances were better by more than chance. All
rankings are then held against who really stayed away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.risk_list.candidates import candidates
from retention_utils.risk_list.chances import fit_states, history_cells, stay_away_chance
from retention_utils.risk_list.choice import correction_gains, is_better
from retention_utils.risk_list.correction import Correction, fit_correction
from retention_utils.risk_list.ranking import (
    CORRECTED,
    LEAST_CHANCE,
    MODEL,
    SIMPLE_RULES,
    flagged_rows,
    rule_orders,
)
from retention_utils.risk_list.scoring import (
    Estimate,
    average_precision,
    brier_score,
    calibration,
    difference_in_found,
    gains,
)
from retention_utils.schema import require
from retention_utils.stats import wilson_interval
from retention_utils.texts import Text
from retention_utils.value_models.fits import PurchaseFit
from retention_utils.value_models.minimums import missing_minimums

__all__ = ["LEAST_CANDIDATES", "LEAST_OUTCOMES", "Rehearsal", "learn", "rehearse_list"]

LEAST_CANDIDATES = 200
LEAST_OUTCOMES = 50  # who stayed away, and who came back
GAINS_REACH = 10  # so many capacities far the gains are followed

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """What the rankings would have found."""

    missing: tuple[Text, ...]  # why nothing could be tested; all that follows is empty then
    chosen: str = MODEL  # "model" or "corrected"
    best_simple: str = ""  # the simple rule whose list found the most lost value
    rules: pd.DataFrame = field(default_factory=pd.DataFrame)  # see rehearse_list
    models: pd.DataFrame = field(default_factory=pd.DataFrame)  # see rehearse_list
    calibration: pd.DataFrame = field(default_factory=pd.DataFrame)  # of the chosen model
    gains: pd.DataFrame = field(default_factory=pd.DataFrame)
    precision_gain: Estimate | None = None  # average precision, corrected minus plain; None if not fitted
    correction_gain: Estimate | None = (
        None  # lost value found, corrected list minus plain; None if not fitted
    )
    found_gain: Estimate | None = None  # lost value found, chosen list minus the best simple rule
    fit: PurchaseFit | None = None  # of the model to what was known on that day


def rehearse_list(
    earlier: pd.DataFrame,
    before: pd.DataFrame,
    *,
    gap_days: int,
    follow_up_days: int,
    capacity: int,
    margin: float = 1.0,
    least_chance: float = LEAST_CHANCE,
) -> Rehearsal:
    """Make the list as of one follow-up ago by every rule, and count what came.

    Parameters
    ----------
    earlier, before : DataFrame
        The mart's tables ``states_earlier`` and ``states_before``.
    gap_days, follow_up_days : int
        Of the client's churn definition.
    capacity : int
        Customers on a list.
    margin : float
        Share of revenue that counts.
    least_chance : float
        From this chance of staying away on a customer is called at all. If fewer than ``capacity`` reach it,
        the list is shorter, and so are those it is held against.

    Returns
    -------
    Rehearsal
        ``rules`` has one row per ranking, the models first: ``rule``, ``listed`` (count), ``stayed_away``
        (count of those listed who did not buy in the follow-up), ``precision`` (their share) with ``low``
        and ``high`` (Wilson), ``precision_lift`` (precision over the share among all candidates),
        ``recall`` (share of all who stayed away that is on the list), ``found`` (value at risk of those
        listed who stayed away, in the currency), ``found_share`` (of that of all who stayed away),
        ``found_lift`` (over a list drawn by lot), ``is_chosen``, ``expected`` (how many of those listed were
        to stay away by the chances; NaN for simple rules); the last row, ``all``, is what holds for
        all candidates. ``models`` has one row per model: ``model``, ``average_precision``, ``brier`` with
        ``low`` and ``high``, ``predicted`` and ``observed`` (mean chance and share that stayed away).

    Raises
    ------
    TableError
        If a column is missing.
    """
    require(before, ["later_purchases"], name="states_before")
    require(earlier, ["later_purchases"], name="states_earlier")
    table = candidates(before, gap_days=gap_days, margin=margin)
    stayed_away = (table["later_purchases"] == 0).to_numpy(dtype=float)
    if missing := _missing(before, stayed_away):
        return Rehearsal(missing)
    fit = fit_states(before)
    if not fit.is_usable:
        return Rehearsal((EVERY_LANGUAGE.say("The model could not be fitted to that day."), *fit.reasons))
    chances = {MODEL: stay_away_chance(table, fit, days=follow_up_days)}
    learned = learn(earlier, gap_days=gap_days, follow_up_days=follow_up_days, margin=margin)
    if learned:
        chances[CORRECTED] = learned.chances(table, chances[MODEL])
    orders = rule_orders(table, chances, gap_days=gap_days, least_chance=least_chance)
    lost = table["value_at_risk"].to_numpy() * stayed_away
    lengths = {
        model: min(capacity, int(flagged_rows(chance, least_chance=least_chance).sum()))
        for model, chance in chances.items()
    }
    money, precision = correction_gains(orders, chances, lost, stayed_away, lengths)
    chosen = CORRECTED if money and is_better(money, precision) else MODEL
    if not (length := lengths[chosen]):
        nobody = EVERY_LANGUAGE.say("On that day nobody was more likely to stay away than to come back.")
        return Rehearsal((nobody,))
    rules = _rules(orders, chances, lost, stayed_away, length=length, chosen=chosen)
    simple = rules[rules["rule"].isin(SIMPLE_RULES)]
    best = str(simple.loc[simple["found"].idxmax(), "rule"])
    return Rehearsal(
        missing=(),
        chosen=chosen,
        best_simple=best,
        rules=rules,
        models=_models(chances, stayed_away),
        calibration=calibration(chances[chosen], stayed_away),
        gains=gains(
            {chosen: orders[chosen]} | {name: orders[name] for name in SIMPLE_RULES},
            lost,
            most=GAINS_REACH * length,
        ),
        correction_gain=money,
        precision_gain=precision,
        fit=fit,
        found_gain=difference_in_found(orders[chosen], orders[best], lost, capacity=length),
    )


def learn(
    states: pd.DataFrame,
    *,
    gap_days: int,
    follow_up_days: int,
    margin: float = 1.0,
    fit: PurchaseFit | None = None,
) -> Correction | None:
    """Fit the model and its correction on a day whose follow-up is known.

    Parameters
    ----------
    states : DataFrame
        The mart's table ``states_earlier`` or ``states_before``.
    gap_days, follow_up_days, margin
        As for :func:`rehearse_list`.
    fit : PurchaseFit, optional
        A usable fit of the model to these customers; left out, it is fitted here.

    Returns
    -------
    Correction or None
        None where the data do not carry the model or the regression.
    """
    if fit is None:
        fit = None if missing_minimums(history_cells(states)) else fit_states(states)
    if fit is None or not fit.is_usable:
        return None
    table = candidates(states, gap_days=gap_days, margin=margin)
    return fit_correction(table, stay_away_chance(table, fit, days=follow_up_days))


def _missing(states: pd.DataFrame, stayed_away: Floats) -> tuple[Text, ...]:
    """Say what lacks for a test, in sentences."""
    reasons = list(missing_minimums(history_cells(states)))
    away = int(stayed_away.sum())
    back = len(stayed_away) - away
    if not reasons and len(stayed_away) < LEAST_CANDIDATES:
        reasons.append(
            EVERY_LANGUAGE.say(
                "Customers who could have been on the list: {found}; at least {least} are needed.",
                found=len(stayed_away),
                least=LEAST_CANDIDATES,
            )
        )
    if not reasons and min(away, back) < LEAST_OUTCOMES:
        reasons.append(
            EVERY_LANGUAGE.say(
                "Of those who could have been on the list {away} stayed away and {back} came back; at least "
                "{least} of each are needed.",
                away=away,
                back=back,
                least=LEAST_OUTCOMES,
            )
        )
    return tuple(reasons)


def _rules(
    orders: Mapping[str, NDArray[np.intp]],
    chances: Mapping[str, Floats],
    lost: Floats,
    stayed_away: Floats,
    *,
    length: int,
    chosen: str,
) -> pd.DataFrame:
    every, away, all_lost = len(lost), float(stayed_away.sum()), float(lost.sum())
    lists = {name: order[:length] for name, order in orders.items()} | {"all": np.arange(every)}
    rows = [
        (name, len(rows), int(stayed_away[rows].sum()), float(lost[rows].sum()))
        for name, rows in lists.items()
    ]
    table = pd.DataFrame(rows, columns=["rule", "listed", "stayed_away", "found"])
    low, high = wilson_interval(table["stayed_away"], table["listed"])
    precision, share = table["stayed_away"] / table["listed"], table["found"] / all_lost
    return table.assign(
        precision=precision,
        low=low,
        high=high,
        precision_lift=precision / (away / every),
        recall=table["stayed_away"] / away,
        found_share=share,
        found_lift=share / (table["listed"] / every),
        is_chosen=table["rule"] == chosen,
        expected=[
            float(chances[name][rows].sum()) if name in chances else np.nan for name, rows in lists.items()
        ],
    )


def _models(chances: Mapping[str, Floats], stayed_away: Floats) -> pd.DataFrame:
    rows = []
    for model, chance in chances.items():
        brier = brier_score(chance, stayed_away)
        precision = average_precision(chance, stayed_away)
        means = (float(chance.mean()), float(stayed_away.mean()))
        rows.append((model, precision, brier.value, brier.low, brier.high, *means))
    columns = ["model", "average_precision", "brier", "low", "high", "predicted", "observed"]
    return pd.DataFrame(rows, columns=columns)
