"""When do customers order again? Waits between purchase days, with those still waiting counted in.

A histogram of finished waits is biased short, because long waits are not finished yet. The Kaplan-Meier
estimate keeps a customer who is still waiting in the count up to the day last seen, and no longer.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retention_utils.errors import TableError
from retention_utils.schema import require
from retention_utils.stats import normal_quantile

__all__ = ["begun_by_enough", "next_order_curve", "ordered_by", "waiting_quantiles"]


def next_order_curve(waits: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Share of customers who have ordered again by each day, for every step from one order to the next.

    Parameters
    ----------
    waits : DataFrame
        One row per ``(order_rank, days, is_observed)``: ``order_rank`` (1 for the wait from the first
        purchase day to the second), ``days`` (whole days waited), ``is_observed`` (true when the next
        purchase came; false when still waiting on the as-of date), ``customers`` (count).
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per ``(order_rank, days)`` on which somebody ordered or was last seen, and day 0; sorted.
        ``at_risk`` (customers whose wait lasted at least ``days``), ``events`` (of these, ordered on that
        day), ``waiting`` and ``ordered`` (shares, summing to 1), ``low`` and ``high`` (interval of
        ``ordered``, fractions). Each value holds until the next row's day; nothing is known beyond the
        last row. ``low`` and ``high`` are 0 on day 0 and NaN where the formula has no value: before the
        first event and once everyone has ordered.

    Raises
    ------
    TableError
        If a column is missing, or a wait or a count cannot be: a purchase after less than a day, a
        negative or missing number.
    ConfigError
        If ``level`` is not a fraction.

    Notes
    -----
    Product-limit estimate [1]_ with Greenwood's variance on the log(-log) scale [2]_, which keeps the
    limits between 0 and 1. A purchase and a last sighting on one day: the purchase counts first.

    References
    ----------
    .. [1] Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481.
    .. [2] Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, section 1.4.
    """
    z = normal_quantile(level)
    counts = _per_day(waits)
    rank = counts["order_rank"]
    at_risk = counts["left"][::-1].groupby(rank).cumsum()[::-1]
    events = counts["events"]
    # Written out because statsmodels' SurvfuncRight, given weights, leaves Greenwood's variance for another
    # one, and SciPy's ecdf takes no weights.
    with np.errstate(divide="ignore", invalid="ignore"):
        waiting = (1 - events / at_risk).groupby(rank).cumprod()
        greenwood = (events / (at_risk * (at_risk - events))).groupby(rank).cumsum()
        margin = np.exp(z * np.sqrt(greenwood) / np.abs(np.log(waiting)))
        low, high = 1 - waiting ** (1 / margin), 1 - waiting**margin
    is_start, has_limits = counts["days"] == 0, waiting.between(0, 1, inclusive="neither")
    return pd.DataFrame(
        {
            "order_rank": rank,
            "days": counts["days"],
            "at_risk": at_risk,
            "events": events,
            "waiting": waiting,
            "ordered": 1 - waiting,
            "low": low.where(has_limits).mask(is_start, 0.0),
            "high": high.where(has_limits).mask(is_start, 0.0),
        }
    )


def begun_by_enough(curve: pd.DataFrame, *, min_customers: int) -> pd.DataFrame:
    """Keep the steps of a curve from :func:`next_order_curve` that so many customers began."""
    return curve[curve.groupby("order_rank")["at_risk"].transform("max") >= min_customers]


def ordered_by(curve: pd.DataFrame, *, days: Sequence[int] = (30, 90, 180, 365)) -> pd.DataFrame:
    """Read the share that had ordered again off the curve at fixed days.

    Parameters
    ----------
    curve : DataFrame
        From :func:`next_order_curve`.
    days : sequence of int
        Days since the previous purchase day.

    Returns
    -------
    DataFrame
        One row per ``(order_rank, days)``, sorted: ``customers`` (all who began this wait), ``at_risk``
        (of these, observed waiting up to that day), ``ordered``, ``low``, ``high`` (fractions). Beyond the
        last day anyone was observed, all of these are NaN: nothing is carried forward.

    Raises
    ------
    TableError
        If a column is missing.
    """
    require(curve, ["order_rank", "days", "at_risk", "ordered", "low", "high"], name="curve")
    known = curve.sort_values("days", kind="stable")
    began = known[known["days"] == 0].set_index("order_rank")["at_risk"]
    asked = pd.DataFrame({"days": sorted({int(day) for day in days})}, dtype="int64")
    grid = asked.merge(known[["order_rank"]].drop_duplicates(), how="cross")
    reached = pd.merge_asof(grid, known.drop(columns="at_risk"), on="days", by="order_rank")
    ahead = pd.merge_asof(
        grid, known[["order_rank", "days", "at_risk"]], on="days", by="order_rank", direction="forward"
    )
    shares = reached[["ordered", "low", "high"]].where(ahead["at_risk"].notna())
    return (
        grid[["order_rank", "days"]]
        .assign(
            customers=grid["order_rank"].map(began),
            at_risk=ahead["at_risk"].astype("float64"),
            **shares,
        )
        .sort_values(["order_rank", "days"], ignore_index=True)
    )


def waiting_quantiles(curve: pd.DataFrame, *, shares: Sequence[float] = (0.25, 0.5)) -> pd.DataFrame:
    """Day by which a given share of customers had ordered again.

    Parameters
    ----------
    curve : DataFrame
        From :func:`next_order_curve`.
    shares : sequence of float
        Fractions; 0.5 asks for the median wait.

    Returns
    -------
    DataFrame
        One row per ``(order_rank, share)``, sorted: ``customers`` (all who began this wait), ``days``,
        ``low``, ``high`` (days; NaN when not reached while anyone was observed), ``observed_days`` (the
        last day on which anyone was).

    Raises
    ------
    TableError
        If a column is missing.

    Notes
    -----
    The interval holds the days on which the curve's band contains the share (Brookmeyer and Crowley,
    Biometrics 38, 1982, 29-41, on the log(-log) scale): the upper limit gets there first.
    """
    require(curve, ["order_rank", "days", "at_risk", "ordered", "low", "high"], name="curve")
    rows = [
        {
            "order_rank": rank,
            "share": share,
            "customers": part["at_risk"].iloc[0],
            "days": _first_day(part, "ordered", share),
            "low": _first_day(part, "high", share),
            "high": _first_day(part, "low", share),
            "observed_days": part["days"].iloc[-1],
        }
        for rank, part in curve.sort_values(["order_rank", "days"]).groupby("order_rank")
        for share in sorted(shares)
    ]
    return pd.DataFrame(
        rows, columns=["order_rank", "share", "customers", "days", "low", "high", "observed_days"]
    )


def _per_day(waits: pd.DataFrame) -> pd.DataFrame:
    require(waits, ["order_rank", "days", "is_observed", "customers"], name="waits")
    _refuse_impossible(waits)
    customers, is_observed = waits["customers"].astype("int64"), waits["is_observed"].astype(bool)
    table = waits[["order_rank", "days"]].astype("int64")
    table = table.assign(left=customers, events=customers.where(is_observed, 0))
    table = table[table["left"] > 0]
    starts = table[["order_rank"]].drop_duplicates().assign(days=0, left=0, events=0)
    return pd.concat([starts, table]).groupby(["order_rank", "days"], as_index=False).sum()


def _refuse_impossible(waits: pd.DataFrame) -> None:
    numbers = waits[["order_rank", "days", "customers"]].astype(float)
    is_whole = (numbers.notna() & (numbers % 1 == 0) & (numbers >= 0)).all(axis=1)
    is_too_soon = waits["is_observed"].fillna(False).astype(bool) & (numbers["days"] < 1)
    wrong = waits[~is_whole | is_too_soon | waits["is_observed"].isna()]
    if len(wrong):
        found = wrong[["order_rank", "days", "is_observed", "customers"]].iloc[0].to_dict()
        msg = f"The table 'waits' has {len(wrong)} impossible rows, the first being {found}. "
        hint = "Days and customers are whole and not negative; a next purchase day comes a day later or more."
        raise TableError(msg + hint)


def _first_day(part: pd.DataFrame, column: str, share: float) -> float:
    # Shares are running products; a share reached exactly may sit a rounding error below.
    reached = part.loc[part[column] >= share - 1e-12, "days"]
    return float(reached.iloc[0]) if len(reached) else float("nan")
