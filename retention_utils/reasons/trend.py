"""Whether reasons were given more often as time went on."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr

from retention_utils.schema import require
from retention_utils.stats import holm

__all__ = [
    "FEWEST_GIVEN",
    "FEWEST_PERIODS",
    "can_be_tested",
    "given_by_period",
    "linear_trend",
    "reason_trends",
]

FEWEST_PERIODS = 6  # with fewer, no trend is tested
FEWEST_GIVEN = 10  # a reason given less often is not tested
DRAWS = 999
SEED = 8


def linear_trend(given: ArrayLike, asked: ArrayLike) -> float:
    """Test a share for a trend over periods in order, and return the signed standard normal statistic.

    Notes
    -----
    The test of Cochran [1]_ and Armitage [2]_: zero where the share is alike in all periods, above zero
    where it rises. NaN where it cannot vary.

    References
    ----------
    .. [1] Cochran (1954), Biometrics 10, 417-451.
    .. [2] Armitage (1955), Biometrics 11, 375-386.
    """
    given, asked = np.asarray(given, float), np.asarray(asked, float)
    total, time = asked.sum(), np.arange(len(asked))
    share = given.sum() / total if total else np.nan
    spread = (asked * time**2).sum() - (asked * time).sum() ** 2 / total if total else np.nan
    variance = share * (1 - share) * spread
    if not variance > 0:
        return float("nan")
    return float((time * (given - asked * share)).sum() / np.sqrt(variance))


def can_be_tested(table: pd.DataFrame) -> bool:
    """Say whether enough periods with answers are known, and the reason was given often enough."""
    return int((table["asked"] > 0).sum()) >= FEWEST_PERIODS and int(table["given"].sum()) >= FEWEST_GIVEN


def given_by_period(leavers: pd.DataFrame, is_meant: pd.Series, calendar: pd.DataFrame) -> pd.DataFrame:
    """Count the leavers asked in every period, and those of whom something holds.

    Returns
    -------
    DataFrame
        One row per period from the first in which anyone was asked, in time order: ``period_number``,
        ``period`` (key), ``asked``, ``given`` (counts).
    """
    require(leavers, ["period_number", "is_asked"], name="leavers")
    asked = leavers[leavers["is_asked"] & leavers["period_number"].notna()]
    counts = (
        asked.assign(given=is_meant.reindex(asked.index).astype(int))
        .groupby("period_number")["given"]
        .agg(asked="size", given="sum")
    )
    if counts.empty:
        return pd.DataFrame(columns=["period_number", "period", "asked", "given"])
    table = (
        calendar[["period_number", "period"]]
        .set_index("period_number")
        .join(counts)
        .fillna({"asked": 0, "given": 0})
    )
    table = table.loc[counts.index.min() :].astype({"asked": int, "given": int})
    return table.reset_index()


def reason_trends(
    leavers: pd.DataFrame, calendar: pd.DataFrame, codes: list[str], *, level: float = 0.95
) -> pd.DataFrame:
    """Test every reason given often enough for a trend.

    Returns
    -------
    DataFrame
        One row per reason tested: ``code``, ``given`` (count), ``z`` (of :func:`linear_trend`), ``p``,
        ``p_adjusted`` (Holm's, over all tested), ``direction`` (-1, 0 or 1: 0 where it is not certain),
        ``early``, ``late`` (share in the first and in the second half of the periods). Empty where too few
        periods are known.
    """
    columns = ["code", "given", "z", "p", "p_adjusted", "direction", "early", "late"]
    rows = []
    for code in codes:
        table = given_by_period(leavers, leavers["code"] == code, calendar)
        z = linear_trend(table["given"], table["asked"]) if can_be_tested(table) else np.nan
        if np.isnan(z):
            continue
        half = len(table) // 2
        early, late = table.iloc[:half], table.iloc[half:]
        shares = [part["given"].sum() / max(part["asked"].sum(), 1) for part in (early, late)]
        rows.append((code, int(table["given"].sum()), z, 2 * float(ndtr(-abs(z))), np.nan, 0, *shares))
    found = pd.DataFrame(rows, columns=columns)
    found["p_adjusted"] = holm(found["p"])
    is_certain = found["p_adjusted"] < 1 - level
    return found.assign(direction=np.where(is_certain, np.sign(found["z"]), 0).astype(int))
