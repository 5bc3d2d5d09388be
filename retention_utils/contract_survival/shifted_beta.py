"""The shifted beta-geometric model: everyone may leave at every renewal, each with a chance of their own."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, digamma, hyp2f1, polygamma

from retention_utils.schema import require
from retention_utils.value_models.optimum import Optimum, climb, polished

__all__ = ["ShiftedBeta", "bootstrapped", "fit_shifted_beta"]

Floats = NDArray[np.float64]
STARTS = ((0.0, 1.0), (-1.0, 0.0), (1.5, 3.0))  # logarithms of alpha and beta
LARGEST = 1e4  # beyond it, the chances of leaving do not differ and cannot be told apart


@dataclass(frozen=True)
class ShiftedBeta:
    """A fitted model; chances of leaving follow a beta distribution with these parameters."""

    alpha: float
    beta: float
    log_likelihood: float
    contracts: int

    def survival(self, renewals: ArrayLike, *, after: ArrayLike = 0) -> Floats:
        """Return the share that lives through so many more renewals, of those who have lived through some."""
        lived, further = np.asarray(after, dtype=float), np.asarray(renewals, dtype=float)
        start = betaln(self.alpha, self.beta + lived)
        return np.exp(betaln(self.alpha, self.beta + lived + further) - start)

    def residual_payments(self, renewals: ArrayLike, *, discount: float) -> Floats:
        """Return the discounted expected residual lifetime (DERL): payments to come, the next one in full.

        Parameters
        ----------
        renewals : array_like
            Lived through so far.
        discount : float
            Per period, a fraction.

        References
        ----------
        .. [1] Fader and Hardie (2010), Marketing Science 29(1), 85-93, equation 6.
        """
        lived, a, b = np.asarray(renewals, dtype=float), self.alpha, self.beta
        return (b + lived) / (a + b + lived) * hyp2f1(1, b + lived + 1, a + b + lived + 1, 1 / (1 + discount))


def fit_shifted_beta(cells: pd.DataFrame) -> ShiftedBeta | None:
    """Fit the model to contracts of any number of cohorts by maximum likelihood.

    Parameters
    ----------
    cells : DataFrame
        From :func:`retention_utils.contract_survival.tenures.tenure_cells`.

    Returns
    -------
    ShiftedBeta or None
        None where the likelihood has no proper maximum: nobody left, or everyone is as likely to.

    References
    ----------
    .. [1] Fader and Hardie (2007), Journal of Interactive Marketing 21(1), 76-90.
    .. [2] Fader and Hardie (2010), Marketing Science 29(1), 85-93: several cohorts.
    """
    require(cells, ["entered", "renewals", "has_ended", "contracts"], name="cells")
    data = tuple(cells[name].to_numpy(float) for name in ("entered", "renewals", "has_ended", "contracts"))
    found = _fitted(data, starts=STARTS) if len(cells) and cells["has_ended"].any() else None
    if found is None:
        return None
    alpha, beta = np.exp(found)
    value = -_objective(found, *data) * data[3].sum()
    return ShiftedBeta(float(alpha), float(beta), float(value), int(data[3].sum()))


def bootstrapped(
    cells: pd.DataFrame, model: ShiftedBeta, *, draws: int = 200, seed: int = 1
) -> list[ShiftedBeta]:
    """Fit the model again to contracts drawn anew with replacement; draws without a maximum are left out."""
    random = np.random.default_rng(seed)
    data = [cells[name].to_numpy(float) for name in ("entered", "renewals", "has_ended", "contracts")]
    start = np.log([model.alpha, model.beta])
    total = int(data[3].sum())
    found = []
    for counts in random.multinomial(total, data[3] / total, size=draws):
        drawn = (*data[:3], counts.astype(float))
        point = _near(drawn, start)
        if point is not None:
            alpha, beta = np.exp(point)
            found.append(ShiftedBeta(float(alpha), float(beta), float("nan"), total))
    return found


def _near(data: tuple[Floats, ...], start: Floats) -> Floats | None:
    """Fit from a point that is near already; where a few steps do not do, search as ever."""
    near = polished(_slopes, _curvature, data, start)
    return _accepted(near) if near.is_maximum else _fitted(data, starts=[start])


def _fitted(data: tuple[Floats, ...], *, starts: tuple | list) -> Floats | None:
    return _accepted(climb(_objective, _slopes, _curvature, data, starts=starts, method="trust-exact"))


def _accepted(best: Optimum) -> Floats | None:
    is_bounded = bool(np.all(np.exp(best.log_parameters) < LARGEST))
    return best.log_parameters if best.is_maximum and is_bounded else None


def _objective(logs: Floats, entered: Floats, renewals: Floats, lost: Floats, counts: Floats) -> float:
    a, b = np.exp(logs)
    told = betaln(a + lost, b + renewals) - betaln(a, b + entered)
    return float(-(counts * told).sum() / counts.sum())


def _slopes(
    logs: Floats, entered: Floats, renewals: Floats, lost: Floats, counts: Floats
) -> tuple[float, Floats]:
    a, b = np.exp(logs)
    both, start = digamma(a + lost + b + renewals), digamma(a + b + entered)
    by_a = digamma(a + lost) - both - digamma(a) + start
    by_b = digamma(b + renewals) - both - digamma(b + entered) + start
    share = counts / counts.sum()
    gradient = -np.array([(share * by_a).sum() * a, (share * by_b).sum() * b])
    return _objective(logs, entered, renewals, lost, counts), gradient


def _curvature(logs: Floats, entered: Floats, renewals: Floats, lost: Floats, counts: Floats) -> Floats:
    a, b = np.exp(logs)
    share = counts / counts.sum()

    def trigamma(value: Floats) -> Floats:
        return polygamma(1, value)

    both, start = trigamma(a + lost + b + renewals), trigamma(a + b + entered)
    cross = (share * (start - both)).sum()
    of_a = (share * (trigamma(a + lost) - trigamma(a))).sum() + cross
    of_b = (share * (trigamma(b + renewals) - trigamma(b + entered))).sum() + cross
    gradient = _slopes(logs, entered, renewals, lost, counts)[1]
    return -np.array([[of_a * a * a, cross * a * b], [cross * a * b, of_b * b * b]]) + np.diag(gradient)
