"""From score to later behaviour among customers alike: detractors against others of the same stratum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import normal_quantile

__all__ = ["AdjustedLink", "adjusted_link"]

COUNTS = ["detractors", "detractors_left", "others", "others_left"]


@dataclass(frozen=True, eq=False)
class AdjustedLink:
    """Detractors against the others of their strata, put together by Mantel and Haenszel's weights."""

    strata: pd.DataFrame  # see adjusted_link
    detractors: int  # in strata that hold both
    others: int
    difference: float  # fractions from here on; NaN where too few have others of their kind beside them
    low: float
    high: float
    ratio: float  # NaN, too, where nobody left on one of the sides
    ratio_low: float
    ratio_high: float

    @property
    def is_known(self) -> bool:
        """Whether there are enough on both sides."""
        return not np.isnan(self.difference)


def adjusted_link(
    followed: pd.DataFrame, by: Sequence[str], *, min_customers: int, level: float = 0.95
) -> AdjustedLink | None:
    """Compare how many detractors and others left, stratum by stratum, and put it together.

    Parameters
    ----------
    followed : DataFrame
        From :func:`retention_utils.voice.link.followed_answers`, with the columns ``by``.
    by : sequence of str
        What customers of a stratum have in common.
    min_customers : int
        With fewer on either side, in strata that hold both, nothing is compared.

    Returns
    -------
    AdjustedLink or None
        ``strata`` has one row per stratum, in order: the columns ``by``, ``detractors``,
        ``detractors_left``, ``others``, ``others_left`` (counts). None where all are of one stratum, so that
        there is nothing to adjust for.

    Notes
    -----
    The difference of risks has Sato's interval, which holds for many small strata as for few large ones
    [1]_, the ratio Greenland and Robins' [2]_. A stratum without detractors, or without others, tells
    nothing.

    References
    ----------
    .. [1] Sato (1989), Biometrics 45, 1323-1324.
    .. [2] Greenland and Robins (1985), Biometrics 41, 55-68.
    """
    require(followed, ["value", "has_left", *by], name="followed")
    strata = _strata(followed, by)
    if len(strata) < 2:
        return None
    paired = strata[(strata["detractors"] > 0) & (strata["others"] > 0)]
    bad, rest = int(paired["detractors"].sum()), int(paired["others"].sum())
    if min(bad, rest) < max(min_customers, 1):
        return AdjustedLink(strata, bad, rest, *[np.nan] * 6)
    reach = normal_quantile(level)
    difference, error = _difference(paired)
    ratio, spread = _ratio(paired)
    ends = (ratio * np.exp(-reach * spread), ratio * np.exp(reach * spread))
    numbers = (difference, difference - reach * error, difference + reach * error, ratio, *ends)
    return AdjustedLink(strata, bad, rest, *map(float, numbers))


def _strata(followed: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    is_bad, has_left = followed["value"] < 0, followed["has_left"] > 0
    flags = (is_bad, is_bad & has_left, ~is_bad, ~is_bad & has_left)
    counted = pd.DataFrame(dict(zip(COUNTS, flags, strict=True))).astype(int)
    return counted.groupby([followed[name].fillna("") for name in by]).sum().reset_index()


def _difference(strata: pd.DataFrame) -> tuple[float, float]:
    bad, gone, rest, left = (strata[name].to_numpy(float) for name in COUNTS)
    size = bad + rest
    weight = (bad * rest / size).sum()
    difference = ((gone * rest - left * bad) / size).sum() / weight
    skew = (bad**2 * left - rest**2 * gone + bad * rest * (rest - bad) / 2) / size**2
    spread = (gone * (rest - left) + left * (bad - gone)) / (2 * size)
    return difference, np.sqrt(difference * skew.sum() + spread.sum()) / weight


def _ratio(strata: pd.DataFrame) -> tuple[float, float]:
    bad, gone, rest, left = (strata[name].to_numpy(float) for name in COUNTS)
    size = bad + rest
    above, below = (gone * rest / size).sum(), (left * bad / size).sum()
    if not (above and below):
        return np.nan, np.nan
    spread = ((bad * rest * (gone + left) - gone * left * size) / size**2).sum()
    return above / below, np.sqrt(spread / (above * below))
