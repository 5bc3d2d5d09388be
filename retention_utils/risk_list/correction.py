"""A logistic regression that corrects the model's chances by what really came in an earlier stretch.

The model knows when a customer bought, and nothing else. Where those with a given chance stayed away more
often, or where spend or silence tell more, the regression learns it; it is used only if it proves better on
customers and days it has not seen.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from statsmodels.discrete.discrete_model import Logit
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from retention_utils.schema import require

__all__ = ["LEAST_OF_EACH", "Correction", "fit_correction"]

LEAST_OF_EACH = 50  # customers who stayed away and who came back: ten for each estimate
FEATURES = ("constant", "log odds of the model", "log silence", "log purchases", "log value")
_LEAST_CHANCE = 1e-4

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Correction:
    """The fitted regression."""

    parameters: pd.Series  # by feature, on the log odds of staying away
    customers: int

    def chances(self, table: pd.DataFrame, model_chance: ArrayLike) -> Floats:
        """Return the corrected chance of staying away for every candidate.

        Parameters
        ----------
        table : DataFrame
            From :func:`retention_utils.risk_list.candidates.candidates`.
        model_chance : array_like
            From :func:`retention_utils.risk_list.chances.stay_away_chance`, row by row.
        """
        return expit(_features(table, model_chance) @ self.parameters.to_numpy())


def fit_correction(table: pd.DataFrame, model_chance: ArrayLike) -> Correction | None:
    """Learn from candidates whose follow-up is known.

    Parameters
    ----------
    table : DataFrame
        From :func:`retention_utils.risk_list.candidates.candidates`, with ``later_purchases``.
    model_chance : array_like
        The model's chance of staying away, row by row, of a model fitted on what was known on that day.

    Returns
    -------
    Correction or None
        None with fewer than 50 who stayed away or 50 who came back, or where the data do not pin the
        regression down.
    """
    require(table, ["later_purchases"], name="candidates")
    stayed_away = (table["later_purchases"] == 0).to_numpy(dtype=float)
    if min(stayed_away.sum(), (1 - stayed_away).sum()) < LEAST_OF_EACH:
        return None
    features = _features(table, model_chance)
    if np.linalg.matrix_rank(features) < features.shape[1]:
        return None
    with warnings.catch_warnings(), np.errstate(over="ignore"):  # where outcomes are known for sure
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        try:
            fit = Logit(stayed_away, features).fit(disp=0, warn_convergence=False)
        except np.linalg.LinAlgError:
            return None
    if not (fit.mle_retvals["converged"] and np.isfinite(fit.bse).all()):
        return None
    return Correction(pd.Series(fit.params, index=FEATURES), len(table))


def _features(table: pd.DataFrame, model_chance: ArrayLike) -> Floats:
    require(table, ["silence_days", "frequency", "value_at_risk"], name="candidates")
    chance = np.clip(np.asarray(model_chance, dtype=float), _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    return np.column_stack(
        [
            np.ones(len(table)),
            logit(chance),
            np.log1p(table["silence_days"]),
            np.log1p(table["frequency"]),
            np.log(table["value_at_risk"].clip(lower=0.01)),
        ]
    )
