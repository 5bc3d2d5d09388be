"""How large the groups are, what they bring, and whether the best one has grown."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.segments.groups import AT_RISK, CHAMPIONS, OUTSIDE, group_of_cell
from retention_utils.stats import normal_quantile, wilson_interval

__all__ = [
    "AtRiskValue",
    "ShareChange",
    "at_risk_value",
    "cell_sizes",
    "champions_change",
    "group_sizes",
]

_COLUMNS = ["customer_id", "group", "silence_days", "year_amount"]


@dataclass(frozen=True)
class ShareChange:
    """The share of champions among the customers within the window, now and a period ago."""

    customers: int  # champions now
    base: int  # customers within the window now
    share: float  # fractions from here on; NaN if the base is too small
    low: float
    high: float
    previous_share: float  # NaN if there is nothing to compare with, and so is what follows
    difference: float
    difference_low: float
    difference_high: float


@dataclass(frozen=True)
class AtRiskValue:
    """What the customers who bought often and fell silent brought in the last year."""

    customers: int
    amount: float  # net revenue of the last 365 days, in the currency
    share: float  # of the revenue of all customers, a fraction; NaN without revenue
    low: float
    high: float


def group_sizes(classes: pd.DataFrame, *, min_customers: int = 1, level: float = 0.95) -> pd.DataFrame:
    """Count the customers of each group and add up what they brought in the last year.

    Parameters
    ----------
    classes : DataFrame
        From :func:`retention_utils.segments.rfm.rfm_classes`.
    min_customers : int
        With fewer customers within the window, groups get counts but no shares.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    DataFrame
        One row per group, best first, then ``outside`` if anybody is there: ``group``, ``customers``
        (count), ``share`` with ``low`` and ``high`` (fraction of the customers within the window, Wilson
        interval; NaN for ``outside``), ``amount`` (net revenue of the last 365 days, in the currency),
        ``amount_share`` with ``amount_low`` and ``amount_high`` (fraction of the revenue of all customers),
        ``mean_silence_days`` (NaN for an empty group).

    Notes
    -----
    The interval of a share of revenue is the bootstrap over customers in linear form: the variance of
    ``sum(in group * y) / sum(y)`` is ``sum(((in group - share) * y) ** 2) / sum(y) ** 2``.
    """
    require(classes, _COLUMNS, name="classes")
    groups = classes.groupby("group", observed=False)
    table = groups.agg(
        customers=("customer_id", "size"),
        amount=("year_amount", "sum"),
        mean_silence_days=("silence_days", "mean"),
    )
    squares = (classes["year_amount"] ** 2).groupby(classes["group"], observed=False).sum()
    within = int(table["customers"].drop(OUTSIDE).sum())
    is_shared = within >= max(min_customers, 1)
    trials = pd.Series(float(within) if is_shared else np.nan, index=table.index).mask(table.index == OUTSIDE)
    low, high = wilson_interval(table["customers"].where(trials.notna()), trials, level=level)
    total = float(table["amount"].sum())
    earned = table["amount"] / (total if total > 0 and is_shared else np.nan)
    variance = (squares * (1 - 2 * earned) + earned**2 * squares.sum()) / total**2 if total > 0 else np.nan
    reach = normal_quantile(level) * np.sqrt(variance)
    table = table.assign(
        share=table["customers"] / trials,
        low=low,
        high=high,
        amount_share=earned,
        amount_low=(earned - reach).clip(lower=0),
        amount_high=(earned + reach).clip(upper=1),
    )
    table = table.rename_axis("group").reset_index().astype({"group": "str"})
    return table[(table["group"] != OUTSIDE) | (table["customers"] > 0)].reset_index(drop=True)


def cell_sizes(classes: pd.DataFrame) -> pd.DataFrame:
    """Count the customers of each of the 25 cells.

    Parameters
    ----------
    classes : DataFrame
        From :func:`retention_utils.segments.rfm.rfm_classes`.

    Returns
    -------
    DataFrame
        25 rows: ``recency_class``, ``frequency_class`` (1 to 5), ``group``, ``customers`` (count, 0 for an
        empty cell), ``amount`` (net revenue of the last 365 days, in the currency).
    """
    require(classes, ["recency_class", "frequency_class", "year_amount"], name="classes")
    within = classes[classes["frequency_class"] > 0]
    sums = within.groupby(["recency_class", "frequency_class"]).agg(
        customers=("year_amount", "size"), amount=("year_amount", "sum")
    )
    cells = group_of_cell().to_frame().join(sums)
    return cells.fillna({"customers": 0, "amount": 0.0}).astype({"customers": "int64"}).reset_index()


def at_risk_value(classes: pd.DataFrame, *, min_customers: int = 1, level: float = 0.95) -> AtRiskValue:
    """Add up the two groups that bought often and have been silent for longer than the churn gap.

    Parameters
    ----------
    classes : DataFrame
        From :func:`retention_utils.segments.rfm.rfm_classes`.
    min_customers : int
        With fewer customers within the window, there is no share.
    level : float
        Interval coverage, a fraction; the interval is that of :func:`group_sizes`.
    """
    require(classes, _COLUMNS, name="classes")
    amounts = classes["year_amount"]
    is_risky = classes["group"].isin(AT_RISK)
    total, amount = float(amounts.sum()), float(amounts[is_risky].sum())
    customers = int(is_risky.sum())
    if total <= 0 or int((classes["group"] != OUTSIDE).sum()) < max(min_customers, 1):
        return AtRiskValue(customers, amount, *[float("nan")] * 3)
    share = amount / total
    reach = normal_quantile(level) * float(np.sqrt((((is_risky - share) * amounts) ** 2).sum())) / total
    return AtRiskValue(customers, amount, share, max(share - reach, 0.0), min(share + reach, 1.0))


def champions_change(
    classes: pd.DataFrame, previous: pd.DataFrame | None, *, min_customers: int = 1, level: float = 0.95
) -> ShareChange:
    """Compare the share of champions with that of a period ago.

    Parameters
    ----------
    classes, previous : DataFrame
        From :func:`retention_utils.segments.rfm.rfm_classes`, for the end of the period and for the end of
        the one before; None where the two cannot be compared, because the log did not fill the window then.
    min_customers : int
        With fewer customers within the window, there is no share.
    level : float
        Interval coverage, a fraction.

    Notes
    -----
    The customers are mostly the same people, so the interval is the bootstrap over customers in linear form,
    each customer with what it adds to both shares: the variance is the sum over customers of
    ``((c1 - s1 * b1) / n1 - (c0 - s0 * b0) / n0) ** 2``, where ``b`` says whether the customer was within
    the window, ``c`` whether it was a champion, ``n`` how many were within, ``s`` the share.
    """
    now = _membership(classes)
    base, customers = int(now["within"].sum()), int(now["champion"].sum())
    if base < max(min_customers, 1):
        return ShareChange(customers, base, *[float("nan")] * 7)
    share = customers / base
    low, high = map(float, wilson_interval(customers, base, level=level))
    before = _membership(classes.iloc[:0] if previous is None else previous)
    base_before = int(before["within"].sum())
    if base_before < max(min_customers, 1):
        return ShareChange(customers, base, share, low, high, *[float("nan")] * 4)
    share_before = before["champion"].sum() / base_before
    influence = (now["champion"] - share * now["within"]) / base
    influence_before = (before["champion"] - share_before * before["within"]) / base_before
    places = pd.Index(previous["customer_id"]).get_indexer(classes["customer_id"])
    is_known = places >= 0
    moved = influence.to_numpy() - np.where(is_known, influence_before.to_numpy()[places], 0.0)
    gone = np.delete(influence_before.to_numpy(), places[is_known])
    difference = float(share - share_before)
    reach = normal_quantile(level) * float(np.sqrt((moved**2).sum() + (gone**2).sum()))
    return ShareChange(
        customers, base, share, low, high, float(share_before),
        difference, difference - reach, difference + reach,
    )  # fmt: skip


def _membership(classes: pd.DataFrame) -> pd.DataFrame:
    require(classes, _COLUMNS, name="classes")
    group = classes["group"]
    return pd.DataFrame({"within": group != OUTSIDE, "champion": group == CHAMPIONS}).astype(float)
