"""What the campaign brought: margin per customer, with what was paid before taken off; and its cost."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student

__all__ = ["CampaignMoney", "MeanDifference", "Saved", "mean_difference", "saved_margin"]

LEVEL = 0.95


@dataclass(frozen=True)
class MeanDifference:
    """What a customer of the treatment brought more, in money."""

    treatment: float
    control: float
    difference: float
    low: float
    high: float
    explained: float  # share of the spread that what was paid before explains; 0 where not used


@dataclass(frozen=True)
class Saved:
    """Margin that the treated brought more, net of cost, week by week."""

    weeks: pd.DataFrame
    cost: float  # of the treatment, less that of the control for as many; NaN where not known
    break_even: int | None  # the first week from which the net is above zero; None if it is not
    sure_from: int | None  # the first week from which all of its interval is


@dataclass(frozen=True)
class CampaignMoney:
    """Margin of those judged, treatment against control."""

    adjusted: MeanDifference  # within the horizon, what was paid before taken off
    plain: MeanDifference  # the same without that
    saved: Saved


def mean_difference(
    amounts: np.ndarray, is_treated: np.ndarray, *, before: np.ndarray | None = None
) -> MeanDifference:
    """Compare what a customer brought on average (Welch), with what was paid before taken off (CUPED).

    Parameters
    ----------
    amounts : ndarray
        Money per customer.
    is_treated : ndarray of bool
        The arm.
    before : ndarray, optional
        Money per customer before the draw. What it foretells is taken off both arms alike, which changes
        nothing on average and makes the interval narrower.

    References
    ----------
    Deng, Xu, Kohavi and Walker (2013), WSDM, 123-132 (CUPED).
    """
    plain = [float(amounts[arm].mean()) for arm in (is_treated, ~is_treated)]
    adjusted, explained = amounts, 0.0
    if before is not None and before.var() > 0 and amounts.var() > 0:
        covariance = np.cov(amounts, before)
        slope = covariance[0, 1] / covariance[1, 1]
        adjusted = amounts - slope * (before - before.mean())
        explained = float(covariance[0, 1] ** 2 / (covariance[0, 0] * covariance[1, 1]))
    arms = [adjusted[is_treated], adjusted[~is_treated]]
    difference = float(arms[0].mean() - arms[1].mean())
    reach = _welch(arms)
    return MeanDifference(*plain, difference, difference - reach, difference + reach, explained)


def saved_margin(margins: np.ndarray, is_treated: np.ndarray, before: np.ndarray, *, cost: float) -> Saved:
    """Follow what the treated brought more than the control, for all of them together, net of cost.

    Parameters
    ----------
    margins : ndarray
        One row per customer, one column per week: margin since the draw.
    is_treated : ndarray of bool
        The arm.
    before : ndarray
        Margin before the draw, as in :func:`mean_difference`.
    cost : float
        Of all treated; NaN where it is not known, and then the margin is gross.
    """
    treated = int(is_treated.sum())
    paid = 0.0 if np.isnan(cost) else cost
    found = [mean_difference(column, is_treated, before=before) for column in margins.T]
    ends = {
        name: [-paid, *(treated * getattr(each, part) - paid for each in found)]
        for name, part in (("net", "difference"), ("low", "low"), ("high", "high"))
    }
    weeks = pd.DataFrame({"week": range(len(found) + 1), **ends})
    return Saved(weeks, cost, _lasting(weeks, "net"), _lasting(weeks, "low"))


def _lasting(weeks: pd.DataFrame, column: str) -> int | None:
    """Return the first week from which a column stays above zero."""
    is_above = (weeks[column] > 0).to_numpy()[1:]
    if not (len(is_above) and is_above[-1]):
        return None
    below = np.flatnonzero(~is_above)
    return int(below[-1]) + 2 if len(below) else 1


def _welch(arms: list[np.ndarray]) -> float:
    """Half the width of Welch's interval; NaN where an arm has fewer than two."""
    sizes = [len(arm) for arm in arms]
    if min(sizes) < 2:
        return np.nan
    parts = [arm.var(ddof=1) / size for arm, size in zip(arms, sizes, strict=True)]
    total = sum(parts)
    if not total:
        return 0.0
    freedom = total**2 / sum(part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True))
    return float(student.ppf(0.5 + LEVEL / 2, freedom) * np.sqrt(total))
