"""Who moved from one group to another since the period before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.segments.groups import CHAMPIONS, GROUPS, OUTSIDE
from retention_utils.stats import normal_quantile, wilson_interval

__all__ = ["Migration", "group_moves", "migration", "migration_matrix"]


@dataclass(frozen=True)
class Migration:
    """How many moved to a better group and to a worse one, and the balance of the champions."""

    customers: int  # within the window at the end of the period before
    up: int
    down: int
    stayed: int
    new: int  # within the window now, no customer before the period
    returned: int  # within the window now, customer before but outside the window then
    champions_before: int
    champions_won: int  # from any other group, from outside or new
    champions_lost: int
    champions_after: int
    difference: int  # champions won minus lost
    low: float
    high: float


def migration_matrix(classes: pd.DataFrame, previous: pd.DataFrame) -> pd.DataFrame:
    """Count the customers by the group they were in and the group they are in now.

    Parameters
    ----------
    classes, previous : DataFrame
        From :func:`retention_utils.segments.rfm.rfm_classes`, for the end of the period and for the end of
        the one before.

    Returns
    -------
    DataFrame
        One row per pair of groups, best first: ``previous_group``, ``group``, ``customers`` (count, 0 where
        nobody moved so). Customers who are not in both tables, as those who joined in the period, are left
        out; ``outside`` is a group like the others.
    """
    for name, table in (("classes", classes), ("previous", previous)):
        require(table, ["customer_id", "group"], name=name)
    both = previous[["customer_id", "group"]].merge(
        classes[["customer_id", "group"]], on="customer_id", suffixes=("_before", "")
    )
    size = len(GROUPS)
    places = [
        pd.Categorical(both[name], list(GROUPS)).codes.astype(int) for name in ("group_before", "group")
    ]
    counts = np.bincount(places[0] * size + places[1], minlength=size * size)
    pairs = pd.MultiIndex.from_product([GROUPS, GROUPS], names=["previous_group", "group"])
    return pd.Series(counts, index=pairs, name="customers").reset_index()


def group_moves(matrix: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Sum up for every group what became of those who were in it.

    Parameters
    ----------
    matrix : DataFrame
        From :func:`migration_matrix`.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per group that had customers, best first, without ``outside``: ``group``, ``customers``
        (count, those who were in it), ``up``, ``stayed``, ``down`` (counts; down includes leaving the
        window), ``up_share``, ``up_low``, ``up_high``, ``down_share``, ``down_low``, ``down_high``
        (fractions with their Wilson intervals).
    """
    require(matrix, ["previous_group", "group", "customers"], name="matrix")
    step = matrix["group"].map(GROUPS.index) - matrix["previous_group"].map(GROUPS.index)
    directions = {"up": step < 0, "stayed": step == 0, "down": step > 0}
    counts = {name: matrix["customers"].where(is_so, 0) for name, is_so in directions.items()}
    table = pd.DataFrame(counts).groupby(matrix["previous_group"]).sum()
    table = table.reindex([group for group in GROUPS if group != OUTSIDE])
    table.insert(0, "customers", table.sum(axis=1))
    table = table[table["customers"] > 0]
    for name in ("up", "down"):
        low, high = wilson_interval(table[name], table["customers"], level=level)
        shares = {f"{name}_share": table[name] / table["customers"], f"{name}_low": low, f"{name}_high": high}
        table = table.assign(**shares)
    return table.rename_axis("group").reset_index()


def migration(
    classes: pd.DataFrame, previous: pd.DataFrame, *, min_customers: int = 1, level: float = 0.95
) -> Migration | None:
    """Count the moves between groups and balance the champions.

    Those who stay silent slide down while new customers enter above them: even in a base that never changes
    more move down than up. What tells whether the base gets better is whether the best group gains more than
    it loses. Gains and losses are counts of independent moves, so their difference has a variance of about
    their sum (two Poisson counts).

    Parameters
    ----------
    classes, previous : DataFrame
        As for :func:`migration_matrix`.
    min_customers : int
        With fewer customers within the window at the end of the period before, nothing is said.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    Migration or None
        None with too few customers.
    """
    matrix = migration_matrix(classes, previous)
    moves = group_moves(matrix)
    customers = int(moves["customers"].sum())
    if customers < max(min_customers, 1):
        return None
    # As objects they are looked up at once; through Arrow texts pandas goes one by one.
    is_new = ~classes["customer_id"].astype(object).isin(previous["customer_id"].astype(object))
    is_within = classes["group"] != OUTSIDE
    was, is_now = matrix["previous_group"] == CHAMPIONS, matrix["group"] == CHAMPIONS
    arrived = int((is_new & (classes["group"] == CHAMPIONS)).sum())
    won = int(matrix.loc[is_now & ~was, "customers"].sum()) + arrived
    lost = int(matrix.loc[was & ~is_now, "customers"].sum())
    from_outside = (matrix["previous_group"] == OUTSIDE) & (matrix["group"] != OUTSIDE)
    reach = normal_quantile(level) * float(np.sqrt(won + lost))
    return Migration(
        customers=customers,
        up=int(moves["up"].sum()),
        down=int(moves["down"].sum()),
        stayed=int(moves["stayed"].sum()),
        new=int((is_new & is_within).sum()),
        returned=int(matrix.loc[from_outside, "customers"].sum()),
        champions_before=int((previous["group"] == CHAMPIONS).sum()),
        champions_won=won,
        champions_lost=lost,
        champions_after=int((classes["group"] == CHAMPIONS).sum()),
        difference=won - lost,
        low=won - lost - reach,
        high=won - lost + reach,
    )
