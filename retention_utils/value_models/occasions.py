"""Customers who buy, or not, at each of a row of occasions: donations, fairs, memberships without a contract.

``cells``: one row per distinct history.

================  =====================================================================================
frequency         occasions bought at since the first purchase, a whole number
recency           which of them was the last, counted from the first purchase; 0 where there was none
occasions         how many there have been since the first purchase
customers         how many customers share the history
================  =====================================================================================

What is expected comes with an interval: parameters are drawn from their joint normal distribution on the log
scale, and the luck of single purchases is added. It takes for granted that the model is right.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from retention_utils.errors import TableError
from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.schema import require
from retention_utils.texts import Text
from retention_utils.value_models import bgbb
from retention_utils.value_models.bgbb import BG_BB
from retention_utils.value_models.fits import ModelFit, doubts, draw_interval, log_covariance
from retention_utils.value_models.likelihood import maximum_likelihood

__all__ = [
    "OccasionForecast",
    "expected_counts",
    "fit_occasions",
    "occasion_forecast",
    "purchase_luck",
]

HISTORY = ["frequency", "recency", "occasions"]
LARGEST_ERROR = 1e-4  # of the log-likelihood of a customer
# lifetimes multiplies beta functions out and holds none below 1e-15: with more it no longer sees who left.
MOST_OCCASIONS = 30


@dataclass(frozen=True, eq=False)
class OccasionForecast:
    """What the present customers are expected to do at the next occasions."""

    ahead: int
    customers: int
    purchases: float  # of all customers, over the occasions ahead
    low: float
    high: float
    active: float  # customers expected to be there at the next occasion
    active_low: float
    active_high: float
    by_frequency: pd.DataFrame  # frequency, customers, alive, purchases and dert of a customer
    by_occasion: pd.DataFrame  # occasion (1, 2, …), purchases, low, high: of all customers


def fit_occasions(cells: pd.DataFrame) -> ModelFit:
    """Fit BG/BB by maximum likelihood, without a penalty.

    Parameters
    ----------
    cells : DataFrame
        See the head of this module; finer rows are added up.

    Returns
    -------
    ModelFit
        Refused, with reasons and perhaps without estimates, when the data do not carry the model.

    Raises
    ------
    TableError
        If a column is missing or a history is impossible.
    """
    histories = _distinct(cells)
    data = [histories[name].to_numpy() for name in HISTORY]
    counts = histories["customers"].to_numpy()
    total = int(counts.sum())
    if refused := _refused(histories):
        blank = pd.Series(np.nan, index=bgbb.PARAMETERS)
        flat = pd.DataFrame(np.nan, index=bgbb.PARAMETERS, columns=bgbb.PARAMETERS)
        return ModelFit(BG_BB, blank, flat, float("nan"), total, (refused,))
    parameters, optimum = maximum_likelihood(BG_BB, *data, weights=counts)
    covariance = log_covariance(optimum, names=bgbb.PARAMETERS, customers=total)
    log_likelihood = float(bgbb.log_likelihood(parameters, *data) @ counts)
    fit = ModelFit(BG_BB, parameters, covariance, log_likelihood, total)
    is_exact = abs(log_likelihood / total + optimum.value) <= LARGEST_ERROR
    return replace(fit, reasons=(*(() if is_exact else (_too_many(),)), *doubts(fit, optimum)))


def occasion_forecast(
    cells: pd.DataFrame,
    fit: ModelFit,
    *,
    ahead: int,
    discount: float,
    draws: int = 500,
    level: float = 0.95,
    seed: int = 1,
) -> OccasionForecast:
    """Look ahead over the next occasions, with intervals.

    Parameters
    ----------
    cells : DataFrame
        See the head of this module.
    fit : ModelFit
        Usable, from :func:`fit_occasions`.
    ahead : int
        Occasions.
    discount : float
        Per occasion, a fraction; above 0, or no ``dert`` is given.
    """
    histories = _distinct(cells)
    data = [histories[name].to_numpy(float) for name in HISTORY]
    counts = histories["customers"].to_numpy(float)
    sets = [fit.parameters, *(row for _, row in fit.draws(draws, seed=seed).iterrows())]
    chances = [bgbb.purchase_chances(each, *data, ahead=ahead) for each in sets]
    drawn = np.array([counts @ each for each in chances[1:]])
    alive = np.array([bgbb.alive_at_next(each, *data) for each in sets])
    luck = purchase_luck(
        fit, chances[0], frequency=data[0], occasions=data[2], weights=np.ones(chances[0].shape[1])
    )
    shared = {"level": level, "random": np.random.default_rng(seed)}
    single = (chances[0] * (1 - chances[0])).T @ counts
    ends = _ends(drawn, single, **shared)
    low, high = _ends(drawn.sum(axis=1), counts @ luck, **shared)
    least, most = _ends(alive[1:] @ counts, counts @ (alive[0] * (1 - alive[0])), **shared)
    expected = counts @ chances[0]
    by_occasion = pd.DataFrame({"occasion": range(1, ahead + 1), "purchases": expected})
    return OccasionForecast(
        ahead=ahead,
        customers=int(counts.sum()),
        purchases=float(expected.sum()),
        low=float(low),
        high=float(high),
        active=float(alive[0] @ counts),
        active_low=float(least),
        active_high=float(most),
        by_frequency=_by_frequency(histories, fit, alive[0], chances[0].sum(axis=1), discount),
        by_occasion=by_occasion.assign(low=ends[0], high=ends[1]),
    )


def expected_counts(cells: pd.DataFrame, fit: ModelFit) -> pd.DataFrame:
    """Count customers with 0, 1, … repeat purchases, as they are and as the model would have them.

    Returns
    -------
    DataFrame
        One row per ``frequency``: ``actual``, ``expected`` (counts, each adding up to all customers).
    """
    histories = _distinct(cells)
    most = int(histories["occasions"].max())
    actual = np.bincount(histories["frequency"], histories["customers"], most + 1)
    expected = np.zeros(most + 1)
    for occasions, customers in histories.groupby("occasions")["customers"].sum().items():
        chances = bgbb.purchase_count_chances(fit.parameters, int(occasions))
        expected[: len(chances)] += customers * chances
    return pd.DataFrame({"frequency": np.arange(most + 1), "actual": actual, "expected": expected})


def _by_frequency(
    histories: pd.DataFrame, fit: ModelFit, alive: np.ndarray, purchases: np.ndarray, discount: float
) -> pd.DataFrame:
    dert = np.full(len(histories), np.nan)
    if discount > 0:
        data = [histories[name].to_numpy(float) for name in HISTORY]
        dert = bgbb.discounted_purchases(fit.parameters, *data, discount=discount)
    sums = pd.DataFrame({"alive": alive, "purchases": purchases, "dert": dert})
    sums = sums.mul(histories["customers"], axis=0).assign(customers=histories["customers"])
    table = sums.groupby(histories["frequency"]).sum(min_count=1)
    means = table[["alive", "purchases", "dert"]].div(table["customers"], axis=0)
    return means.assign(customers=table["customers"].astype(int)).reset_index()


def purchase_luck(
    fit: ModelFit, chances: np.ndarray, *, frequency: np.ndarray, occasions: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return the variance of one customer's purchases, each so much worth, all parameters known.

    Who buys at two occasions is there at the later one, so of pairs its chance alone is needed.

    Parameters
    ----------
    chances : array
        Of a purchase, one row per history and one column per occasion ahead.
    weights : array
        What a purchase at each of these occasions counts.
    """
    a, b = fit.parameters["alpha"], fit.parameters["beta"]
    again = (a + frequency + 1) / (a + b + occasions + 1)
    before = np.cumsum(weights) - weights
    pairs = chances @ (weights * before) * again
    return chances @ weights**2 + 2 * pairs - (chances @ weights) ** 2


def _ends(drawn: np.ndarray, luck: Any, *, level: float, random: np.random.Generator) -> np.ndarray:
    """Return the interval of totals whose expectations were drawn, with the luck of single customers."""
    return draw_interval(drawn + np.sqrt(luck) * random.standard_normal(drawn.shape), level=level).clip(0)


def _refused(histories: pd.DataFrame) -> Text | None:
    if not (histories["frequency"] > 0).any():
        return EVERY_LANGUAGE.say("No customer bought at a second occasion, so nothing can be modelled.")
    return _too_many() if histories["occasions"].max() > MOST_OCCASIONS else None


def _too_many() -> Text:
    return EVERY_LANGUAGE.say(
        "There are too many occasions for this model to be fitted reliably; take longer periods (grain)."
    )


def _distinct(cells: pd.DataFrame) -> pd.DataFrame:
    """Add up rows with the same history and refuse impossible ones."""
    require(cells, [*HISTORY, "customers"], name="cells")
    last = cells["recency"]
    wrong = (
        (last > cells["occasions"]) | (cells["frequency"] > last) | ((cells["frequency"] == 0) != (last == 0))
    )
    if wrong.any():
        found = cells.loc[wrong, HISTORY].iloc[0].to_dict()
        msg = (
            f"The table 'cells' holds {int(wrong.sum())} impossible histories, the first being {found}. "
            "recency must lie between frequency and occasions, and be 0 exactly where frequency is 0."
        )
        raise TableError(msg)
    return cells.groupby(HISTORY, as_index=False)["customers"].sum()
