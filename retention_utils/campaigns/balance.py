"""Whether two arms look as if they were drawn by lot: what was known before, and how many are in each."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from retention_utils.schema import require

__all__ = ["IMBALANCE_P", "MOST_PLANS", "RATIO_P", "Balance", "balance", "ratio_p"]

IMBALANCE_P = 0.01  # arms drawn by lot look as unlike as this in one campaign of a hundred
RATIO_P = 0.001  # of the sizes of the arms, the usual limit
MOST_PLANS, LEAST_SHARE = 5, 0.02
COLUMNS = ["trait", "plan", "treatment", "control", "difference"]
NUMBERS = ("tenure_months", "silence_days", "purchases_before", "revenue_before", "is_running", "drawn_on")


@dataclass(frozen=True)
class Balance:
    """What was known before the draw, held against each other."""

    table: pd.DataFrame
    p_value: float  # of all at once; NaN where there is nothing to compare
    is_balanced: bool


def balance(members: pd.DataFrame) -> Balance:
    """Compare the arms in what was known before.

    Parameters
    ----------
    members : DataFrame
        ``is_treated``, ``day`` and any of tenure_months, silence_days, purchases_before, revenue_before,
        is_running and plan.

    Returns
    -------
    Balance
        The table has one row per trait that varies: ``trait``, ``plan`` (of which, else empty),
        ``treatment``, ``control`` (means) and ``difference`` (standardised: in spreads of one customer).

    References
    ----------
    Austin (2009), Statistics in Medicine 28, 3083-3107 (the standardised difference); Hansen and Bowers
    (2008), Statistical Science 23, 219-236 (all traits at once, by the lot's own chances).
    """
    require(members, ["is_treated", "day"], name="members")
    traits = _traits(members)
    treated = members["is_treated"].to_numpy(bool)
    values = traits.to_numpy(float)
    if not (len(traits.columns) and treated.any() and (~treated).any()):
        return Balance(pd.DataFrame(columns=COLUMNS), np.nan, is_balanced=True)
    means = [values[arm].mean(axis=0) for arm in (treated, ~treated)]
    spreads = [values[arm].var(axis=0, ddof=min(1, arm.sum() - 1)) for arm in (treated, ~treated)]
    pooled = np.sqrt((spreads[0] + spreads[1]) / 2)
    # Arms that are each alike in a trait, and not with each other, differ by all the spread there is.
    difference = (means[0] - means[1]) / np.where(pooled > 0, pooled, values.std(axis=0))
    names = [name if isinstance(name, tuple) else (name, "") for name in traits.columns]
    rows = [(*name, *each) for name, each in zip(names, zip(*means, difference, strict=True), strict=True)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    p_value = _joint_p(values, treated, means[0] - means[1])
    return Balance(table, p_value, is_balanced=not p_value < IMBALANCE_P)


def ratio_p(treated: int, controls: int, *, share: float) -> float:
    """Test whether the arms have the sizes that were planned (chi-squared): the sample-ratio mismatch.

    Parameters
    ----------
    share : float
        Planned for the treatment, a fraction; NaN is returned where it is 0, not stated.
    """
    total = treated + controls
    if not (0 < share < 1 and total):
        return np.nan
    expected = np.array([share, 1 - share]) * total
    return float(chi2.sf(((np.array([treated, controls]) - expected) ** 2 / expected).sum(), 1))


def _traits(members: pd.DataFrame) -> pd.DataFrame:
    drawn_on = (members["day"] - members["day"].min()).dt.days
    known = members.assign(drawn_on=drawn_on)
    columns = {
        name: known[name].astype(float)
        for name in NUMBERS
        if name in known and known[name].min() < known[name].max()
    }
    if "plan" in members:
        shares = members.loc[members["plan"] != "", "plan"].value_counts(normalize=True)
        for plan in sorted(shares[shares >= LEAST_SHARE].index[:MOST_PLANS]) if len(shares) > 1 else []:
            columns["plan", plan] = (members["plan"] == plan).astype(float)
    # A frame of tuples and words alike would make two levels of the head.
    return pd.DataFrame(dict(enumerate(columns.values()))).set_axis(
        pd.Index(list(columns), tupleize_cols=False), axis=1
    )


def _joint_p(values: np.ndarray, treated: np.ndarray, gap: np.ndarray) -> float:
    """Weigh all differences by how they vary together when the same customers are drawn anew."""
    n1, n0 = int(treated.sum()), int((~treated).sum())
    scale = values.std(axis=0)
    spread = np.cov(values / scale, rowvar=False).reshape(len(scale), -1)
    inverse, gap = np.linalg.pinv(spread, rcond=1e-9, hermitian=True), gap / scale
    rank = np.linalg.matrix_rank(spread, tol=1e-9 * np.abs(spread).max() * len(scale), hermitian=True)
    return float(chi2.sf(n1 * n0 / (n1 + n0) * gap @ inverse @ gap, rank))
