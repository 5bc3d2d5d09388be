"""How many more stayed: shares of two arms, what could have been seen, how many it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri
from scipy.stats import chi2
from statsmodels.stats.proportion import confint_proportions_2indep

from retention_utils.stats import difference_interval, normal_quantile, wilson_interval

__all__ = ["POWER", "Uplift", "customers_needed", "group_uplifts", "kept_of_leavers", "seen_with", "uplift"]

POWER, LEVEL = 0.8, 0.95


@dataclass(frozen=True)
class Uplift:
    """Shares that stayed, treatment against control."""

    treated: int
    treated_retained: int
    controls: int
    controls_retained: int
    share: float  # of the treated; fractions from here on
    share_low: float
    share_high: float
    control_share: float
    control_low: float
    control_high: float
    difference: float
    low: float
    high: float
    p_value: float
    relative: float  # difference as a part of the control's share; NaN where that is 0
    relative_low: float
    relative_high: float
    seen_with: float  # the least difference that so many customers show in four of five cases


def uplift(retained: Sequence[bool], is_treated: Sequence[bool]) -> Uplift:
    """Compare the share that stayed in two arms, everybody counted in the arm they were drawn into.

    The interval of the difference is Newcombe's, that of the ratio the logarithm's with half a customer
    added, the p-value that of the pooled two-sided test. An arm without anybody leaves blanks.
    """
    stayed, treated = np.asarray(retained, bool), np.asarray(is_treated, bool)
    n1, n0 = int(treated.sum()), int((~treated).sum())
    k1, k0 = int((stayed & treated).sum()), int((stayed & ~treated).sum())
    difference, low, high = difference_interval([k1, k0], [n1, n0])
    shares = [k1 / n1 if n1 else np.nan, k0 / n0 if n0 else np.nan]
    ratio, ratio_low, ratio_high = _ratio(k1, n1, k0, n0)
    return Uplift(
        n1, k1, n0, k0,
        shares[0], *map(float, wilson_interval(k1, n1)),
        shares[1], *map(float, wilson_interval(k0, n0)),
        float(difference), float(low), float(high),
        p_value=_p_value(k1, n1, k0, n0),
        relative=ratio - 1, relative_low=ratio_low - 1, relative_high=ratio_high - 1,
        seen_with=seen_with(shares[1], n1, n0),
    )  # fmt: skip


def kept_of_leavers(found: Uplift) -> tuple[float, float, float]:
    """Return what part of those who would have left the treatment kept, and the ends of its interval.

    It is one less the ratio of the shares that left; NaN where nobody of the control group did.
    """
    left = found.treated - found.treated_retained, found.controls - found.controls_retained
    ratio, low, high = _ratio(left[0], found.treated, left[1], found.controls)
    return 1 - ratio, 1 - high, 1 - low


def seen_with(share: float, treated: int, controls: int) -> float:
    """Return the least difference that arms of this size show in four of five cases; NaN without an arm."""
    if not (treated and controls):
        return np.nan
    spread = np.sqrt(share * (1 - share) * (1 / treated + 1 / controls))
    return float((normal_quantile(LEVEL) + ndtri(POWER)) * spread)


def customers_needed(share: float, more: Sequence[float]) -> pd.DataFrame:
    """Say how many customers each arm needs to show that more of them stay.

    Parameters
    ----------
    share : float
        Share that stays without a campaign.
    more : sequence of float
        Differences to be seen, fractions.

    Returns
    -------
    DataFrame
        ``more``, ``share`` (with the campaign) and ``customers`` (per arm, for a two-sided test at five per
        cent that finds it in four of five cases; NaN where the share would exceed one).

    References
    ----------
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd edition, formula 4.14.
    """
    table = pd.DataFrame({"more": more, "share": [share + step for step in more]})
    both = (table["share"] + share) / 2
    wide = normal_quantile(LEVEL) * np.sqrt(2 * both * (1 - both))
    apart = table["share"] * (1 - table["share"]) + share * (1 - share)
    found = ((wide + ndtri(POWER) * np.sqrt(apart.clip(lower=0))) / table["more"]) ** 2
    return table.assign(customers=np.ceil(found).where(table["share"] <= 1))


def group_uplifts(members: pd.DataFrame, *, group: str, min_customers: int) -> tuple[pd.DataFrame, float]:
    """Compare the arms within groups that were formed before the draw.

    Parameters
    ----------
    members : DataFrame
        ``is_retained``, ``is_treated`` and the group.
    min_customers : int
        A group with fewer in either arm is left out.

    Returns
    -------
    table : DataFrame
        One row per group, in order: the group, ``customers``, ``control_share``, ``treated_share``,
        ``difference`` with ``low``, ``high``, which hold for all groups at once (Bonferroni).
    p_value : float
        Whether the groups differ more than by chance (Cochran's Q); NaN with fewer than two.
    """
    parts = [
        (name, part)
        for name, part in members.groupby(group, sort=True)
        if min(part["is_treated"].sum(), (~part["is_treated"]).sum()) >= min_customers
    ]
    level = 1 - (1 - LEVEL) / max(len(parts), 1)
    rows = [{group: name, **_of_group(part, level)} for name, part in parts]
    columns = [group, "customers", "control_share", "treated_share", "difference", "low", "high", "variance"]
    table = pd.DataFrame(rows, columns=columns)
    return table.drop(columns="variance"), _heterogeneity(table)


def _of_group(part: pd.DataFrame, level: float) -> dict[str, float]:
    arms = [part.loc[part["is_treated"] == arm, "is_retained"] for arm in (True, False)]
    kept, sizes = [int(arm.sum()) for arm in arms], [len(arm) for arm in arms]
    difference, low, high = difference_interval(kept, sizes, level=level)
    # Half a customer added, so that an arm that stayed whole still has a spread.
    shares = [(some + 0.5) / (every + 1) for some, every in zip(kept, sizes, strict=True)]
    variance = sum(share * (1 - share) / every for share, every in zip(shares, sizes, strict=True))
    return {
        "customers": len(part), "control_share": kept[1] / sizes[1], "treated_share": kept[0] / sizes[0],
        "difference": float(difference), "low": float(low), "high": float(high), "variance": variance,
    }  # fmt: skip


def _heterogeneity(table: pd.DataFrame) -> float:
    if len(table) < 2:
        return np.nan
    weight = 1 / table["variance"]
    mean = (weight * table["difference"]).sum() / weight.sum()
    return float(chi2.sf((weight * (table["difference"] - mean) ** 2).sum(), len(table) - 1))


def _p_value(k1: int, n1: int, k0: int, n0: int) -> float:
    if not (n1 and n0):
        return np.nan
    pooled = (k1 + k0) / (n1 + n0)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0))
    return float(2 * ndtr(-abs(k1 / n1 - k0 / n0) / spread)) if spread else 1.0


def _ratio(k1: int, n1: int, k0: int, n0: int) -> tuple[float, float, float]:
    if not (n1 and n0 and k0):
        return np.nan, np.nan, np.nan
    low, high = confint_proportions_2indep(
        k1, n1, k0, n0, compare="ratio", method="log-adjusted", alpha=1 - LEVEL
    )
    return k1 / n1 / (k0 / n0), float(low), float(high)
