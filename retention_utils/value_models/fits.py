"""A fitted customer-value model: estimates, their uncertainty, and the reasons it may not be used."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.texts import Text
from retention_utils.value_models.expectation import PARETO_NBD, WEEKS_PER_YEAR
from retention_utils.value_models.optimum import Optimum

__all__ = [
    "ModelFit",
    "PurchaseFit",
    "SpendFit",
    "doubts",
    "draw_interval",
    "log_covariance",
    "parameter_table",
]

_LEAST_DROPOUT = 1e-3


@dataclass(frozen=True, eq=False)
class ModelFit:
    """One fitted model: what was estimated, how well, and whether it may be used."""

    model: str
    parameters: pd.Series  # estimates by name; NaN when nothing could be fitted
    log_covariance: pd.DataFrame  # covariance of the natural logarithms of the parameters
    log_likelihood: float  # natural logarithm, on the time and money scale of the data
    customers: int
    reasons: tuple[Text, ...] = ()  # why the fit is refused; empty if it is not

    @property
    def is_usable(self) -> bool:
        """Whether the fit may be used for a forecast."""
        return not self.reasons

    @property
    def covariance(self) -> pd.DataFrame:
        """Covariance of the parameters, by the delta method."""
        return self.log_covariance * np.outer(self.parameters, self.parameters)

    @property
    def standard_errors(self) -> pd.Series:
        """Standard error of each parameter; NaN where the likelihood is flat."""
        variances = self.log_covariance.to_numpy().diagonal()
        return self.parameters * np.sqrt(np.where(variances >= 0, variances, np.nan))

    def draws(self, count: int, *, seed: int) -> pd.DataFrame:
        """Draw parameter sets from the normal approximation to their logarithms.

        Returns
        -------
        DataFrame
            One row per draw, one column per parameter.
        """
        return self.away(np.random.default_rng(seed).standard_normal((count, len(self.parameters))))

    def away(self, noise: NDArray[np.float64]) -> pd.DataFrame:
        """Return the parameters so many standard errors away from the estimates, along their own axes.

        Parameters
        ----------
        noise : array
            One row per parameter set, one column per axis; standard normal noise gives draws from the normal
            approximation to the logarithms of the parameters, zeros give the estimates.

        Returns
        -------
        DataFrame
            One row per row of ``noise``, one column per parameter.
        """
        root = np.linalg.cholesky(self.log_covariance.to_numpy())
        logs = np.log(self.parameters.to_numpy()) + noise @ root.T
        return pd.DataFrame(np.exp(logs), columns=self.parameters.index)


@dataclass(frozen=True, eq=False)
class PurchaseFit(ModelFit):
    """A fitted purchase model, its times in ``time_unit``.

    BG/NBD and MBG/NBD have ``r``, ``alpha`` (time), ``a`` and ``b``; Pareto/NBD has ``r``, ``alpha`` (time),
    ``s`` and ``beta`` (time).
    """

    time_unit: str = "week"

    @property
    def mean_dropout(self) -> float:
        """Mean chance of leaving, a fraction: at a purchase; with Pareto/NBD, within a year."""
        if self.model == PARETO_NBD:
            return float(
                -np.expm1(-self.parameters["s"] * np.log1p(WEEKS_PER_YEAR / self.parameters["beta"]))
            )
        return float(self.parameters["a"] / (self.parameters["a"] + self.parameters["b"]))


@dataclass(frozen=True, eq=False)
class SpendFit(ModelFit):
    """A fitted gamma-gamma model: ``p``, ``q`` and ``v`` (in the currency of the data)."""

    @property
    def population_mean(self) -> float:
        """Mean amount per purchase over all customers, in the currency; NaN unless ``q`` exceeds 1."""
        p, q, v = self.parameters
        return float(p * v / (q - 1)) if q > 1 else float("nan")

    def away(self, noise: NDArray[np.float64]) -> pd.DataFrame:
        """Return parameters away from the estimates; the mean spend is finite and positive in all of them.

        The normal approximation is taken for the logarithms of ``p``, ``q - 1`` and the population mean, so
        that no draw crosses ``q`` = 1, where the mean spend would turn infinite and then negative.
        """
        p, q, _ = self.parameters
        # Rows: log p, log(q - 1), log mean; columns: log p, log q, log v.
        jacobian = np.array([[1, 0, 0], [0, q / (q - 1), 0], [1, -q / (q - 1), 1]])
        root = np.linalg.cholesky(jacobian @ self.log_covariance.to_numpy() @ jacobian.T)
        shape, excess, mean = np.exp(np.log([p, q - 1, self.population_mean]) + noise @ root.T).T
        return pd.DataFrame({"p": shape, "q": 1 + excess, "v": mean * excess / shape})


def draw_interval(
    sample: NDArray[np.float64], *, level: float, weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the lower and the upper end of the interval that holds ``level`` of the draws (first axis)."""
    ends = [(1 - level) / 2, (1 + level) / 2]
    if weights is None:
        return np.quantile(sample, ends, axis=0)
    return np.quantile(sample, ends, axis=0, weights=weights, method="inverted_cdf")


def log_covariance(optimum: Optimum, *, names: list[str], customers: int) -> pd.DataFrame:
    """Return the covariance of the log-parameters; NaN where the likelihood is not curved."""
    size = len(names)
    flat = np.full((size, size), np.nan)
    values = np.linalg.inv(optimum.hessian) / customers if optimum.is_curved else flat
    return pd.DataFrame(values, index=names, columns=names)


def doubts(fit: ModelFit, optimum: Optimum) -> tuple[Text, ...]:
    """Say in plain sentences why a fit must not be used; empty if it may."""
    say = EVERY_LANGUAGE.say
    if not optimum.is_finite:
        return (say("The estimates cannot be computed: the likelihood is not finite."),)
    found = []
    if not optimum.is_curved:
        found.append(
            say("The data do not pin the parameters down: the likelihood is flat at its highest point.")
        )
    elif not optimum.is_level:
        slope = EVERY_LANGUAGE.name(f"{optimum.slope:.1e}")
        found.append(
            say("The search did not reach the highest likelihood (slope {slope} is left).", slope=slope)
        )
    if isinstance(fit, PurchaseFit):
        found.extend(_dropout_doubts(fit))
    if isinstance(fit, SpendFit):
        found.extend(_mean_doubts(fit))
    wide = fit.parameters.index[fit.standard_errors >= fit.parameters]
    if len(wide) > 0:
        names = EVERY_LANGUAGE.listed([EVERY_LANGUAGE.name(name) for name in wide])
        found.append(
            say(
                "The data do not pin down {names}: the standard error is as large as the estimate.",
                names=names,
            )
        )
    return tuple(found)


def _dropout_doubts(fit: PurchaseFit) -> list[Text]:
    values = {
        "model": "pareto" if fit.model == PARETO_NBD else "geometric",
        "chance": EVERY_LANGUAGE.share(fit.mean_dropout, digits=4),
    }
    if fit.mean_dropout < _LEAST_DROPOUT:
        text = EVERY_LANGUAGE.say(
            "No dropout can be identified in this window: the estimated chance of leaving {model, select, "
            "pareto {within a year} other {at a purchase}} is {chance}.",
            **values,
        )
        return [text]
    if fit.mean_dropout > 1 - _LEAST_DROPOUT:
        text = EVERY_LANGUAGE.say(
            "No loyalty can be identified in this window: the estimated chance of leaving {model, select, "
            "pareto {within a year} other {at a purchase}} is {chance}.",
            **values,
        )
        return [text]
    return []


def _mean_doubts(fit: SpendFit) -> list[Text]:
    q, error = fit.parameters["q"], fit.standard_errors["q"]
    values = {"q": EVERY_LANGUAGE.number(q, digits=3), "error": EVERY_LANGUAGE.number(error, digits=3)}
    if q <= 1:
        text = EVERY_LANGUAGE.say("The mean spend does not exist: q is {q} and must exceed 1.", q=values["q"])
        return [text]
    if q - 1 <= error < q:
        text = EVERY_LANGUAGE.say(
            "The mean spend is not pinned down: q is {q}, too near 1 for its error of {error}.", **values
        )
        return [text]
    return []


def parameter_table(*fits: ModelFit, level: float = 0.95) -> pd.DataFrame:
    """List the parameters of the fits, with intervals.

    Returns
    -------
    DataFrame
        One row per model and parameter, in the order given: ``model``, ``parameter``, ``estimate``,
        ``standard_error``, ``low``, ``high`` (interval taken on the logarithms, hence never negative),
        ``customers`` (count), ``is_usable``, ``status`` (``usable``, or why the fit is
        refused; the numbers are NaN then). ``alpha`` and ``beta`` are in weeks, ``v`` in the currency of the
        data.
    """
    half = float(ndtri((1 + level) / 2))
    tables = []
    for fit in fits:
        spread = np.exp(half * fit.standard_errors / fit.parameters)
        table = pd.DataFrame({"estimate": fit.parameters, "standard_error": fit.standard_errors})
        table = table.assign(low=fit.parameters / spread, high=fit.parameters * spread)
        if not fit.is_usable:
            table[:] = np.nan
        table = table.assign(model=fit.model, customers=fit.customers, is_usable=fit.is_usable)
        table["status"] = _status(fit)
        tables.append(table.rename_axis("parameter").reset_index())
    columns = [
        "model",
        "parameter",
        "estimate",
        "standard_error",
        "low",
        "high",
        "customers",
        "is_usable",
        "status",
    ]
    return pd.concat(tables, ignore_index=True)[columns]


def _status(fit: ModelFit) -> Text:
    if fit.is_usable:
        return EVERY_LANGUAGE.say("usable")
    return EVERY_LANGUAGE.say("refused: {reason}", reason=fit.reasons[0])
