"""The likelihoods of the models, maximised by our own search; those of ``lifetimes`` kept to themselves.

Importing ``lifetimes`` sets a pandas option, silences FutureWarning for the whole process and takes half a
second; fitting with it prints. None of that gets out of this module, and nobody who does not fit pays for it.
Its Pareto/NBD stops early, knows no standard errors and gives NaN for frequent buyers: that one is our own.
"""

import warnings
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from retention_utils.value_models import pareto
from retention_utils.value_models.bgbb import BG_BB
from retention_utils.value_models.expectation import BG_NBD, MBG_NBD, PARAMETERS, PARETO_NBD
from retention_utils.value_models.optimum import Optimum, climb, find_optimum

__all__ = ["GAMMA_GAMMA", "lifetimes_fitters", "maximum_likelihood"]

GAMMA_GAMMA = "gamma-gamma"

# Starts in log-parameters, with the longest age scaled to 1 (money to a mean of 1): first the one of
# lifetimes, then a shop with many one-time buyers, then one with steady buyers who seldom leave.
_PURCHASE_STARTS = ((0.1, 0.1, 0.1, 0.1), (-1.4, -2.2, -0.2, 0.9), (0.5, 0.0, -1.5, 1.0))
_STARTS = {
    BG_NBD: _PURCHASE_STARTS,
    MBG_NBD: _PURCHASE_STARTS,
    PARETO_NBD: ((-0.6, -1.3, -0.5, -1.2), (0.1, 0.1, 0.1, 0.1), (0.5, 0.0, -1.5, 1.0)),
    BG_BB: ((0.1, 0.1, 0.1, 0.1), (0.1, -0.3, -0.4, 1.0), (-0.7, 0.5, 0.0, 2.0)),
    GAMMA_GAMMA: ((0.1, 0.1, 0.1), (1.8, 1.3, -0.8), (0.0, 1.5, 1.5)),
}


class _OwnSearch:
    """Replace the search and the variance matrix of a ``lifetimes`` fitter through its own two hooks."""

    optimum: Optimum
    starts: tuple[tuple[float, ...], ...]

    def _fit(self, arguments: tuple[Any, ...], *_: Any, **__: Any) -> tuple[Any, float, Any]:
        self.optimum = find_optimum(self._negative_log_likelihood, arguments, starts=self.starts)
        return self.optimum.log_parameters, self.optimum.value, self.optimum.hessian

    def _compute_variance_matrix(self) -> pd.DataFrame:
        # Covariances are derived from the optimum: the original scales columns instead of pairs.
        names = self.params_.index
        return pd.DataFrame(np.nan, index=names, columns=names)


@cache
def lifetimes_fitters() -> dict[str, type]:
    """Import the fitter classes of ``lifetimes`` without its side effects, by model name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = pd.get_option("mode.chained_assignment")
        from lifetimes.fitters.beta_geo_beta_binom_fitter import BetaGeoBetaBinomFitter
        from lifetimes.fitters.beta_geo_fitter import BetaGeoFitter
        from lifetimes.fitters.gamma_gamma_fitter import GammaGammaFitter
        from lifetimes.fitters.modified_beta_geo_fitter import ModifiedBetaGeoFitter

        pd.set_option("mode.chained_assignment", before)
    return {
        BG_NBD: BetaGeoFitter,
        MBG_NBD: ModifiedBetaGeoFitter,
        BG_BB: BetaGeoBetaBinomFitter,
        GAMMA_GAMMA: GammaGammaFitter,
    }


def maximum_likelihood(model: str, *data: Any, weights: Any) -> tuple[pd.Series, Optimum]:
    """Maximise the likelihood of one model.

    Parameters
    ----------
    model : str
        ``"BG/NBD"``, ``"MBG/NBD"``, ``"Pareto/NBD"``, ``"BG/BB"`` or ``"gamma-gamma"``.
    *data : array_like
        Frequency, recency and age (one time unit, or numbers of occasions), or frequency and mean amount.
    weights : array_like
        Customers per row.

    Returns
    -------
    Series, Optimum
        The parameters in the units of the data; the point found, which for the purchase models belongs to
        times divided by the longest age.
    """
    if model == PARETO_NBD:
        return _pareto_maximum(*data, weights=weights)
    fitter = type("OwnSearch", (_OwnSearch, lifetimes_fitters()[model]), {})()
    fitter.starts = _STARTS[model]
    with warnings.catch_warnings():  # lifetimes sets its warning filter anew with every evaluation
        warnings.simplefilter("ignore")
        fitter.fit(*data, weights=weights)
    return fitter.params_, fitter.optimum


def _pareto_maximum(frequency: Any, recency: Any, age: Any, *, weights: Any) -> tuple[pd.Series, Optimum]:
    longest = np.max(age)
    scaled = np.asarray(recency, dtype=float) / longest, np.asarray(age, dtype=float) / longest
    arguments = (np.asarray(frequency, dtype=float), *scaled, np.asarray(weights, dtype=float))
    optimum = climb(
        pareto.objective,
        pareto.slopes,
        pareto.curvature,
        arguments,
        starts=_STARTS[PARETO_NBD],
        method="trust-exact",
    )
    in_weeks = np.exp(optimum.log_parameters) * [1, longest, 1, longest]
    return pd.Series(in_weeks, index=PARAMETERS[PARETO_NBD]), optimum
