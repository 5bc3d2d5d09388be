"""Buy-till-you-die models, fitted: how often customers buy, when they leave, and what they spend.

No penalty is used: it would move the answer without a word. A fit that cannot stand is refused in plain
sentences. Tables count in days, models in weeks (days / 7, not rounded).

References
----------
.. [1] Fader, Hardie & Lee (2005), Marketing Science 24(2), 275-284: BG/NBD.
.. [2] Batislam, Denizel & Filiztekin (2007), Int. J. of Research in Marketing 24(3), 201-209: MBG/NBD.
.. [3] Schmittlein, Morrison & Colombo (1987), Management Science 33(1), 1-24: Pareto/NBD.
.. [4] Fader & Hardie (2013), brucehardie.com/notes/025: gamma-gamma.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from retention_utils.errors import TableError
from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.schema import require
from retention_utils.value_models.expectation import BG_NBD, PARAMETERS
from retention_utils.value_models.fits import PurchaseFit, SpendFit, doubts, log_covariance
from retention_utils.value_models.likelihood import GAMMA_GAMMA, maximum_likelihood

__all__ = ["fit_purchases", "fit_spend"]

_DAYS_PER_WEEK = 7
_SPEND_PARAMETERS = ["p", "q", "v"]


def fit_purchases(cells: pd.DataFrame, *, model: str = BG_NBD) -> PurchaseFit:
    """Fit when customers buy and when they leave, by maximum likelihood.

    Parameters
    ----------
    cells : DataFrame
        One row per distinct history: ``frequency`` (repeat purchase days, a whole number), ``recency_days``
        (last minus first purchase day; 0 where ``frequency`` is 0), ``age_days`` (day of observation minus
        first purchase day), ``customers`` (how many share the history). Finer rows are added up.
    model : str
        ``"BG/NBD"``, ``"MBG/NBD"`` or ``"Pareto/NBD"``.

    Returns
    -------
    PurchaseFit
        Refused, with reasons and perhaps without estimates, when the data do not carry the model.

    Raises
    ------
    TableError
        If a column is missing or a history is impossible.
    """
    if model not in PARAMETERS:
        msg = f"model is {model!r}; use one of {', '.join(map(repr, PARAMETERS))}."
        raise ValueError(msg)
    histories = _distinct_histories(cells)
    frequency, customers = histories["frequency"].to_numpy(), histories["customers"].to_numpy()
    recency = histories["recency_days"].to_numpy() / _DAYS_PER_WEEK
    age = histories["age_days"].to_numpy() / _DAYS_PER_WEEK
    total, repeats = int(customers.sum()), int(frequency @ customers)
    if repeats == 0:
        reason = EVERY_LANGUAGE.say(
            "No customer bought on a second day, so repeat purchases cannot be modelled."
        )
        return PurchaseFit(model, *_nothing(PARAMETERS[model]), total, (reason,))
    parameters, optimum = maximum_likelihood(model, frequency, recency, age, weights=customers)
    covariance = log_covariance(optimum, names=PARAMETERS[model], customers=total)
    # The search counts time in units of the longest age, which multiplies a customer's density by that
    # length once per repeat purchase.
    log_likelihood = -total * optimum.value - repeats * float(np.log(age.max()))
    fit = PurchaseFit(model, parameters, covariance, log_likelihood, total)
    return replace(fit, reasons=doubts(fit, optimum))


def fit_spend(spend_cells: pd.DataFrame) -> SpendFit:
    """Fit how the mean amount per purchase differs between customers, by maximum likelihood.

    Parameters
    ----------
    spend_cells : DataFrame
        One row per distinct ``frequency`` (repeat purchase days) and ``monetary_value`` (mean amount of the
        repeat purchase days, in the currency), with ``customers``. Rows with ``frequency`` 0 or an amount of
        0 or less take no part: the model knows positive amounts only.

    Returns
    -------
    SpendFit
        Refused unless ``q`` clearly exceeds 1: below it the mean spend would be infinite or negative.

    Raises
    ------
    TableError
        If a column is missing.
    """
    require(spend_cells, ["frequency", "monetary_value", "customers"], name="spend_cells")
    paying = spend_cells[(spend_cells["frequency"] > 0) & (spend_cells["monetary_value"] > 0)]
    customers, amounts = paying["customers"].to_numpy(), paying["monetary_value"].to_numpy(dtype=float)
    total = int(customers.sum())
    if len(np.unique(amounts)) < 2:
        reason = EVERY_LANGUAGE.say(
            "Repeat customers with different amounts are too few, so spend cannot be modelled."
        )
        return SpendFit(GAMMA_GAMMA, *_nothing(_SPEND_PARAMETERS), total, (reason,))
    mean = float(np.average(amounts, weights=customers))
    frequency = paying["frequency"].to_numpy()
    # In units of the mean amount the search does not depend on the currency.
    scaled, optimum = maximum_likelihood(GAMMA_GAMMA, frequency, amounts / mean, weights=customers)
    parameters = scaled * pd.Series({"p": 1.0, "q": 1.0, "v": mean})
    covariance = log_covariance(optimum, names=_SPEND_PARAMETERS, customers=total)
    log_likelihood = -total * (optimum.value + float(np.log(mean)))
    fit = SpendFit(GAMMA_GAMMA, parameters, covariance, log_likelihood, total)
    return replace(fit, reasons=doubts(fit, optimum))


def _distinct_histories(cells: pd.DataFrame) -> pd.DataFrame:
    """Add up rows with the same history and refuse impossible ones."""
    history = ["frequency", "recency_days", "age_days"]
    require(cells, [*history, "customers"], name="cells")
    wrong = (
        (cells["recency_days"] < 0)
        | (cells["recency_days"] > cells["age_days"])
        | ((cells["frequency"] == 0) != (cells["recency_days"] == 0))
    )
    if wrong.any():
        found = cells.loc[wrong, history].iloc[0].to_dict()
        msg = (
            f"The table 'cells' holds {int(wrong.sum())} impossible histories, the first being {found}. "
            "recency_days must lie between 0 and age_days, and be 0 exactly where frequency is 0."
        )
        raise TableError(msg)
    return cells.groupby(history, as_index=False)["customers"].sum()


def _nothing(names: list[str]) -> tuple[pd.Series, pd.DataFrame, float]:
    """Return empty estimates, covariance and likelihood."""
    blank = pd.DataFrame(np.nan, index=names, columns=names)
    return pd.Series(np.nan, index=names), blank, float("nan")
