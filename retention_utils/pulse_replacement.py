"""What it takes to hold the active base: whom to replace, who comes, and where the base is heading.

If in every period the same share of the base lapses and the same number of customers come in, the base
moves towards the number at which both are equal: inflow / churn, the equilibrium base.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.periods import parse_period
from retention_utils.schema import require
from retention_utils.stats import normal_quantile

__all__ = ["MEAN_PERIODS", "YEAR_PERIODS", "ReplacementNeed", "current_need", "replacements"]

MEAN_PERIODS = 3
YEAR_PERIODS = {"week": 52, "month": 12, "quarter": 4}  # what holds every season once


@dataclass(frozen=True)
class ReplacementNeed:
    """The last period's active base against the one it is heading for."""

    first_period: str  # of those that the means are taken over
    period: str
    periods: int
    to_replace: float  # customers who lapse per period
    inflow: float  # customers who are won or come back per period
    churn: float  # fraction, pooled
    active_end: int
    equilibrium_base: float
    low: float
    high: float
    half_way_periods: float  # until half of the distance is covered
    year_periods: int  # as many as hold every season once; 0 where these are not all known
    year_equilibrium_base: float  # from the means over them; NaN where they are not known
    year_low: float
    year_high: float


def replacements(movement: pd.DataFrame, *, periods: int = MEAN_PERIODS, level: float = 0.95) -> pd.DataFrame:
    """Follow whom to replace, who comes in, and the equilibrium base.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.
    periods : int
        How many periods, the row's own the last, the means are taken over.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per period, in time order: ``period``, ``active_end`` (customers), ``to_replace`` (mean
        number of lapsed), ``inflow`` (mean number of new and reactivated), ``pooled_churn`` (lapsed of all
        the periods over active at their starts, a fraction), ``equilibrium_base``, ``low``, ``high``
        (customers). NaN where churn is not known in each of the periods; the equilibrium also where nobody
        came in or nobody lapsed.

    Notes
    -----
    The interval is that of a ratio on the log scale (delta method): arrivals as a Poisson count, lapses as a
    binomial one. It holds chance only; a season within the periods, or a change of pace, is not in it.
    """
    columns = ["period", "is_whole", "new", "reactivated", "lapsed", "active_start", "active_end", "churn"]
    require(movement, columns, name="movement")
    is_known = movement["churn"].notna() & movement["is_whole"]
    known = is_known.rolling(periods).sum() == periods
    came = (movement["new"] + movement["reactivated"]).rolling(periods).sum().where(known)
    lapsed = movement["lapsed"].rolling(periods).sum().where(known)
    churn = lapsed / movement["active_start"].rolling(periods).sum()
    came_in, left = came.where(came > 0), lapsed.where(lapsed > 0)
    equilibrium = came_in / periods / churn.where(churn > 0)
    reach = normal_quantile(level) * np.sqrt(1 / came_in + (1 - churn) / left)
    return pd.DataFrame(
        {
            "period": movement["period"],
            "active_end": movement["active_end"],
            "to_replace": lapsed / periods,
            "inflow": came / periods,
            "pooled_churn": churn,
            "equilibrium_base": equilibrium,
            "low": equilibrium * np.exp(-reach),
            "high": equilibrium * np.exp(reach),
        }
    )


def current_need(
    movement: pd.DataFrame, *, periods: int = MEAN_PERIODS, level: float = 0.95
) -> ReplacementNeed | None:
    """Say where the base is heading as of the last period, by the last few periods and by a whole year.

    A few periods show the pace of now but hold one season only; a year holds them all.

    Parameters
    ----------
    movement, periods, level
        As in :func:`replacements`.

    Returns
    -------
    ReplacementNeed or None
        None where the equilibrium is not known.
    """
    table = replacements(movement, periods=periods, level=level)
    if table.empty or pd.isna(table["equilibrium_base"].iloc[-1]):
        return None
    last = table.iloc[-1]
    year_periods = YEAR_PERIODS.get(parse_period(last["period"]).grain, 0)
    year = replacements(movement, periods=max(year_periods, 1), level=level).iloc[-1]
    has_year = year_periods > 0 and pd.notna(year["equilibrium_base"])
    churn = float(last["pooled_churn"])
    return ReplacementNeed(
        first_period=table["period"].iloc[-periods],
        period=last["period"],
        periods=periods,
        to_replace=float(last["to_replace"]),
        inflow=float(last["inflow"]),
        churn=churn,
        active_end=int(last["active_end"]),
        equilibrium_base=float(last["equilibrium_base"]),
        low=float(last["low"]),
        high=float(last["high"]),
        half_way_periods=float(np.log(0.5) / np.log1p(-churn)) if churn < 1 else 0.0,
        year_periods=year_periods if has_year else 0,
        year_equilibrium_base=float(year["equilibrium_base"]) if has_year else np.nan,
        year_low=float(year["low"]) if has_year else np.nan,
        year_high=float(year["high"]) if has_year else np.nan,
    )
