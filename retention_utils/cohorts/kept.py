"""What is kept: customers, orders and revenue of later periods against those of the first."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from retention_utils.schema import require
from retention_utils.stats import normal_quantile

__all__ = ["kept_by_cohort", "pooled_kept"]

FEWEST_COHORTS = 10  # for an interval: how far cohorts differ cannot be seen from a few

NEEDED = ["cohort", "age", "customers", "active", "orders", "amount"]


def kept_by_cohort(retention: pd.DataFrame, *, min_customers: int) -> pd.DataFrame:
    """Hold orders and revenue of every cohort and age against those of its first period.

    Parameters
    ----------
    retention : DataFrame
        From :func:`retention_utils.cohorts.retention.cohort_retention`.
    min_customers : int
        Smaller cohorts get no ratio.

    Returns
    -------
    DataFrame
        ``retention`` with ``orders_kept``, ``amount_kept`` (fractions of the orders and of the revenue of
        age 0; above 1 is growth), ``orders_per_customer``, ``amount_per_customer`` (÷ all customers of the
        cohort, whether they still buy or not).
    """
    require(retention, NEEDED, name="retention")
    sizes = retention["customers"].where(retention["customers"] >= max(min_customers, 1))
    first = _first_period(retention)
    base = first.where(first > 0).where(sizes.notna())
    return retention.assign(
        orders_kept=retention["orders"] / base["orders"],
        amount_kept=retention["amount"] / base["amount"],
        orders_per_customer=retention["orders"] / sizes,
        amount_per_customer=retention["amount"] / sizes,
    )


def pooled_kept(retention: pd.DataFrame, *, min_customers: int, level: float = 0.95) -> pd.DataFrame:
    """Pool the customers, orders and revenue kept at each age over the comparable cohorts that reached it.

    Parameters
    ----------
    retention : DataFrame
        From :func:`retention_utils.cohorts.retention.cohort_retention`.
    min_customers : int
        Ages that fewer customers have reached get no ratio.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per age: ``age``, ``cohorts``, ``customers``, ``active``, ``orders`` (counts), ``amount``
        (money), ``customers_kept``, ``orders_kept``, ``amount_kept`` (fractions of age 0; the last two can
        exceed 1), ``amount_low``, ``amount_high`` (interval of ``amount_kept``; NaN with fewer than ten
        cohorts), ``orders_per_customer``, ``amount_per_customer`` (÷ customers of the cohorts, whether they
        still buy or not).

    Notes
    -----
    The interval is that of a ratio of two sums with cohorts as the sampling units [1]_: it lets cohorts
    differ, and a few large orders weigh as they should.

    References
    ----------
    .. [1] Cochran (1977), Sampling Techniques, 3rd ed., section 6.3.
    """
    require(retention, [*NEEDED, "is_comparable"], name="retention")
    fair = retention[retention["is_comparable"]].sort_values(["cohort", "age"])
    fair = fair.join(_first_period(fair).add_prefix("first_"))
    sums = ["customers", "active", "orders", "amount", "first_orders", "first_amount"]
    table = fair.groupby("age", as_index=False)[sums].sum()
    table.insert(1, "cohorts", fair.groupby("age").size().to_numpy())
    sizes = table["customers"].where(table["customers"] >= max(min_customers, 1))
    orders, amount = (
        table[name].where((table[name] > 0) & sizes.notna()) for name in ("first_orders", "first_amount")
    )
    half = [_half_width(cells, level) for _, cells in fair.groupby("age")]
    half = pd.Series(half, index=table.index, dtype=float).where(table["age"] > 0)
    kept = table["amount"] / amount
    return table.assign(
        customers_kept=table["active"] / sizes,
        orders_kept=table["orders"] / orders,
        amount_kept=kept,
        amount_low=kept - half,
        amount_high=kept + half,
        orders_per_customer=table["orders"] / sizes,
        amount_per_customer=table["amount"] / sizes,
    ).drop(columns=["first_orders", "first_amount"])


def _first_period(retention: pd.DataFrame) -> pd.DataFrame:
    """Orders and revenue of age 0 of the cohort, in every row of it."""
    first = retention[retention["age"] == 0].set_index("cohort")[["orders", "amount"]]
    return first.reindex(retention["cohort"]).set_axis(retention.index)


def _half_width(cells: pd.DataFrame, level: float) -> float:
    normal_quantile(level)  # refuses a level that is none
    cohorts, base = len(cells), cells["first_amount"].sum()
    if cohorts < FEWEST_COHORTS or base <= 0:
        return np.nan
    ratio = cells["amount"].sum() / base
    off = cells["amount"] - ratio * cells["first_amount"]
    error = np.sqrt(cohorts / (cohorts - 1) * (off**2).sum()) / base
    return float(stdtrit(cohorts - 1, 0.5 + level / 2) * error)
