"""In which order to call: by the expected loss, or by one of the simple rules it is held against."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.schema import require
from retention_utils.segments.groups import GROUPS
from retention_utils.segments.rfm import rfm_classes

__all__ = [
    "CORRECTED",
    "LEAST_CHANCE",
    "MODEL",
    "SIMPLE_RULES",
    "by_expected_loss",
    "flagged_rows",
    "rule_orders",
]

MODEL = "model"
CORRECTED = "corrected"
SIMPLE_RULES = ("silence", "overdue", "revenue", "rfm")
LEAST_CHANCE = 0.5  # from here on a customer is more likely to stay away than to come back
_DIGITS = 3  # chances are ranked as they are printed

# Whom a list made from RFM groups would name first: good customers who fell silent.
_RFM_ORDER = ("cant_lose", "at_risk", "need_attention", "about_to_sleep", "loyal")

Order = NDArray[np.intp]


def by_expected_loss(table: pd.DataFrame, chance: NDArray[np.float64], *, least_chance: float) -> Order:
    """Rank the candidates by chance of staying away times value at risk.

    Those more likely to come back by themselves are ranked behind all others.

    Parameters
    ----------
    table : DataFrame
        From :func:`retention_utils.risk_list.candidates.candidates`.
    chance : array
        Chance of staying away, row by row.
    least_chance : float
        From this chance on a customer is called at all.

    Returns
    -------
    array
        Row numbers, the first to call first. Ties go by value, then by ``customer_id``.
    """
    loss = np.round(np.round(chance, _DIGITS) * table["value_at_risk"].to_numpy(), 2)
    return _sorted(table, loss, is_behind=~flagged_rows(chance, least_chance=least_chance))


def flagged_rows(chance: NDArray[np.float64], *, least_chance: float) -> NDArray[np.bool_]:
    """Say who is called at all: whose chance of staying away, as it is printed, is high enough."""
    return np.round(chance, _DIGITS) >= least_chance


def rule_orders(
    table: pd.DataFrame,
    chances: Mapping[str, NDArray[np.float64]],
    *,
    gap_days: int,
    least_chance: float = LEAST_CHANCE,
) -> dict[str, Order]:
    """Rank the candidates by every rule.

    Parameters
    ----------
    table : DataFrame
        From :func:`retention_utils.risk_list.candidates.candidates`.
    chances : mapping
        Chances of staying away by model: ``"model"`` and, if there is one, ``"corrected"``.
    gap_days : int
        The churn gap of the client.
    least_chance : float
        As for :func:`by_expected_loss`.

    Returns
    -------
    dict
        Row numbers, the first to call first, by rule: those of ``chances``, then the simple ones:
        ``silence`` (longest silent first), ``overdue`` (longest silent in own usual gaps first), ``revenue``
        (most revenue in the last year first), ``rfm`` (groups Can't lose, At risk, Need attention, About to
        sleep, Loyal, then the others). Ties go by revenue, then by ``customer_id``.
    """
    require(table, ["silence_days", "overdue", "year_amount"], name="candidates")
    groups = rfm_classes(table, gap_days=gap_days)["group"].cat.codes.to_numpy()
    others = [group for group in GROUPS if group not in _RFM_ORDER]
    places = {group: place for place, group in enumerate((*_RFM_ORDER, *others))}
    by_code = np.array([places[group] for group in GROUPS])
    scores = {
        "silence": table["silence_days"].to_numpy(dtype=float),
        "overdue": table["overdue"].to_numpy(dtype=float),
        "revenue": table["year_amount"].to_numpy(dtype=float),
        "rfm": -by_code[groups].astype(float),
    }
    orders = {
        name: by_expected_loss(table, chance, least_chance=least_chance) for name, chance in chances.items()
    }
    return orders | {name: _sorted(table, scores[name]) for name in SIMPLE_RULES}


def _sorted(
    table: pd.DataFrame, score: NDArray[np.float64], *, is_behind: NDArray[np.bool_] | None = None
) -> Order:
    behind = np.zeros(len(table), dtype=bool) if is_behind is None else is_behind
    names = table["customer_id"].rank(method="first").to_numpy()
    return np.lexsort((names, -table["year_amount"].to_numpy(dtype=float), -score, behind))
