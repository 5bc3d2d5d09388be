"""Which share of contracts is seen to live through so many renewals."""

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import normal_quantile

__all__ = ["survival_curve"]


def survival_curve(cells: pd.DataFrame, *, min_at_risk: int = 1, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of contracts that live through each renewal, by Kaplan and Meier.

    Parameters
    ----------
    cells : DataFrame
        From :func:`retention_utils.contract_survival.tenures.tenure_cells`.
    min_at_risk : int
        The curve ends where fewer contracts come up for a renewal.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per renewal from 0: ``renewal``, ``at_risk`` (contracts seen to come up for it), ``lost``
        (counts), ``survival``, ``low``, ``high`` (fractions; limits on the log-log scale of Greenwood's
        variance, NaN where nobody or everybody was lost).

    Notes
    -----
    A contract older than the list counts only for the renewals that it was seen at: those that ended before
    are not known, so counting it from its start would take the survivors for all (delayed entry).
    """
    require(cells, ["entered", "renewals", "has_ended", "contracts"], name="cells")
    last = int((cells["renewals"] + cells["has_ended"]).max()) if len(cells) else 0
    numbers = np.arange(1, last + 1)
    reached = cells["renewals"] + cells["has_ended"]
    at_risk = np.array([_sum(cells, (cells["entered"] < k) & (reached >= k)) for k in numbers], dtype=float)
    lost = np.array([_sum(cells, cells["has_ended"] & (reached == k)) for k in numbers], dtype=float)
    is_short = at_risk < max(min_at_risk, 1)
    stop = int(np.argmax(is_short)) if is_short.any() else last
    at_risk, lost = at_risk[:stop], lost[:stop]
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(1 - lost / at_risk)
        greenwood = np.cumsum(lost / (at_risk * (at_risk - lost)))
        margin = np.exp(normal_quantile(level) * np.sqrt(greenwood) / np.abs(np.log(survival)))
        low, high = survival**margin, survival ** (1 / margin)
    has_limits = (survival > 0) & (survival < 1)
    table = pd.DataFrame(
        {
            "renewal": numbers[:stop],
            "at_risk": at_risk.astype(int),
            "lost": lost.astype(int),
            "survival": survival,
            "low": np.where(has_limits, low, np.nan),
            "high": np.where(has_limits, high, np.nan),
        }
    )
    start = pd.DataFrame([{"renewal": 0, "at_risk": 0, "lost": 0, "survival": 1.0, "low": 1.0, "high": 1.0}])
    return pd.concat([start, table], ignore_index=True) if len(table) else start


def _sum(cells: pd.DataFrame, chosen: pd.Series) -> int:
    return int(cells.loc[chosen, "contracts"].sum())
