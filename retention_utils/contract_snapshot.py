"""A table of customers without dates: what runs, what ended, what that cost, and who lasts longer.

Such a table is the state of one day. When anybody came or went it does not say, so nothing here is a trend,
and a share that has ended is a rate only where the list holds the leavers of a stated time.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from retention_utils.contract_survival.observed import survival_curve
from retention_utils.contract_survival.tenures import GROUPINGS, snapshot_tenures, tenure_cells
from retention_utils.next_order_segments import log_rank
from retention_utils.schema import require
from retention_utils.stats import normal_quantile, wilson_interval
from retention_utils.subscriptions.spans import has_dates, monthly_revenue

__all__ = [
    "SnapshotState",
    "as_snapshot",
    "group_curves",
    "group_table",
    "group_tests",
    "groupings",
    "snapshot_state",
]

MOST_GROUPS = 5
YEAR = 12  # months


@dataclass(frozen=True)
class SnapshotState:
    """What the table holds; money a month."""

    rows: int
    running: int
    ended: int
    mrr: float  # of what runs
    lost_mrr: float  # of what ended, when it did
    share: float  # ended, of all rows; fractions from here on
    low: float
    high: float
    lost_share: float  # money ended, of all money
    lost_low: float
    lost_high: float


def as_snapshot(subscriptions: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Return a list without dates as it is; of one with dates, what a snapshot of that day would hold.

    Returns
    -------
    DataFrame
        One row per contract: ``tenure_months`` and ``has_ended``, with the rest of its last row.
    """
    require(subscriptions, ["customer_id", "start", "end", "tenure_months"], name="subscriptions")
    if not has_dates(subscriptions):
        return subscriptions
    day = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    rows = subscriptions.assign(
        contract=subscriptions["subscription_id"].fillna(subscriptions["customer_id"]),
        until=pd.to_datetime(subscriptions["end"]).fillna(day).clip(upper=day),
    ).sort_values("start", kind="stable")
    began = rows.groupby(["customer_id", "contract"])["start"].transform("first")
    tenure = (rows["until"] - pd.to_datetime(began)).dt.days * 12 / 365.25
    rows = rows.assign(tenure_months=tenure.clip(lower=0).round(2), has_ended=rows["until"] < day)
    return rows.drop_duplicates(["customer_id", "contract"], keep="last").reset_index(drop=True)


def snapshot_state(
    subscriptions: pd.DataFrame, *, min_customers: int = 1, level: float = 0.95
) -> SnapshotState:
    """Count what runs and what has ended, in rows and in money.

    Parameters
    ----------
    subscriptions : DataFrame
        The client's table of this name, without dates; not empty.
    min_customers : int
        With fewer rows, no shares.
    level : float
        Interval coverage, a fraction.

    Returns
    -------
    SnapshotState
        The interval of the share of money is that of a ratio of two sums over the same customers: the
        linearised bootstrap.
    """
    require(subscriptions, ["has_ended", "amount", "billed_every"], name="subscriptions")
    has_ended = subscriptions["has_ended"].fillna(False).astype(bool)
    mrr = monthly_revenue(subscriptions)
    total, lost = float(mrr.sum()), float(mrr[has_ended].sum())
    ended, rows = int(has_ended.sum()), len(subscriptions)
    is_enough = rows >= min_customers
    trials = rows if is_enough else float("nan")
    low, high = wilson_interval(ended, trials, level=level)
    share = lost / total if total and is_enough else float("nan")
    spread = normal_quantile(level) * np.sqrt(((mrr * (has_ended - share)) ** 2).sum()) / (total or np.nan)
    return SnapshotState(
        rows=rows,
        running=rows - ended,
        ended=ended,
        mrr=total - lost,
        lost_mrr=lost,
        share=ended / trials,
        low=float(low),
        high=float(high),
        lost_share=share,
        lost_low=float(np.clip(share - spread, 0, 1)),
        lost_high=float(np.clip(share + spread, 0, 1)),
    )


def groupings(subscriptions: pd.DataFrame) -> list[str]:
    """Return the columns that tell groups apart: those in which at least two are named."""
    return [
        name for name in GROUPINGS if name in subscriptions and len(subscriptions[name].dropna().unique()) > 1
    ]


def group_table(
    subscriptions: pd.DataFrame,
    by: str,
    *,
    min_customers: int,
    ended_within_months: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare groups: what they bring, what has ended, how many live through a year.

    Parameters
    ----------
    subscriptions : DataFrame
        The client's table of this name, without dates.
    by : {"plan", "group"}
        What tells the groups apart; rows that do not say are left out.
    min_customers : int
        Groups of fewer get counts only.
    ended_within_months : int, optional
        As of :func:`retention_utils.contract_survival.tenures.snapshot_tenures`.

    Returns
    -------
    DataFrame
        One row per group, the one with the most customers first: ``name``, ``customers``, ``running``,
        ``ended``, ``mrr`` (of what runs), ``lost_mrr``, ``share`` (ended) with ``low``, ``high``; ``months``
        (a year, or as far as enough were seen) and ``survival`` to them with ``survival_low``,
        ``survival_high``.
    """
    require(subscriptions, [by, "has_ended", "amount", "billed_every"], name="subscriptions")
    rows = [
        _group_row(str(name), part, min_customers, ended_within_months, level)
        for name, part in subscriptions.groupby(by, sort=True, observed=True)
    ]
    return pd.DataFrame(rows).sort_values("customers", ascending=False, kind="stable", ignore_index=True)


def group_curves(
    subscriptions: pd.DataFrame, by: str, *, min_customers: int, ended_within_months: int | None = None
) -> pd.DataFrame:
    """Follow the largest groups by months of tenure.

    Returns
    -------
    DataFrame
        As :func:`retention_utils.contract_survival.observed.survival_curve`, with ``position`` and ``name``
        of up to five groups with enough customers, the largest first.
    """
    sizes = subscriptions.groupby(by, observed=True).size().sort_values(ascending=False, kind="stable")
    names = sizes.index[sizes >= max(min_customers, 1)][:MOST_GROUPS]
    parts = [
        _curve(subscriptions[subscriptions[by] == name], min_customers, ended_within_months).assign(
            position=position, name=str(name)
        )
        for position, name in enumerate(names)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def group_tests(subscriptions: pd.DataFrame, *, min_customers: int, level: float = 0.95) -> pd.DataFrame:
    """Test of every grouping whether its groups last alike: log-rank with Holm's correction.

    For lists that hold everyone there ever was: with leavers of a stated time only, those seen late would
    have to be told apart.

    Returns
    -------
    DataFrame
        One row per grouping with two groups large enough and anyone lost: ``by``, ``p_value`` (corrected),
        ``is_apart``.
    """
    rows = []
    for by in groupings(subscriptions):
        sizes = subscriptions[by].value_counts()
        large = subscriptions[subscriptions[by].isin(sizes.index[sizes >= max(min_customers, 1)])]
        tenures = snapshot_tenures(_by_the_month(large), billed_every="month")
        reached = tenures["renewals"] + tenures["has_ended"]
        waits = tenures.assign(days=reached, is_observed=tenures["has_ended"], customers=1)
        if len(large[by].unique()) > 1 and waits["is_observed"].any():
            rows.append((by, log_rank(waits, group=by).p_value))
    table = pd.DataFrame(rows, columns=["by", "p_value"])
    corrected = multipletests(table["p_value"], method="holm")[1] if rows else []
    return table.assign(p_value=corrected, is_apart=[p < 1 - level for p in corrected])


def _group_row(
    name: str, part: pd.DataFrame, min_customers: int, within: int | None, level: float
) -> dict[str, object]:
    state = snapshot_state(part, level=level)
    row = {
        "name": name,
        "customers": state.rows,
        "running": state.running,
        "ended": state.ended,
        "mrr": state.mrr,
        "lost_mrr": state.lost_mrr,
    }
    if state.rows < min_customers:
        return row | dict.fromkeys(ESTIMATES, float("nan"))
    at = _curve(part, min_customers, within).iloc[: YEAR + 1].iloc[-1]
    values = (state.share, state.low, state.high, at["renewal"], at["survival"], at["low"], at["high"])
    return row | dict(zip(ESTIMATES, map(float, values), strict=True))


ESTIMATES = ("share", "low", "high", "months", "survival", "survival_low", "survival_high")


def _curve(part: pd.DataFrame, min_customers: int, within: int | None) -> pd.DataFrame:
    """Follow contracts by the month, whatever they are paid by, so that groups can be compared."""
    tenures = snapshot_tenures(_by_the_month(part), billed_every="month", ended_within_months=within)
    return survival_curve(tenure_cells(tenures), min_at_risk=min_customers)


def _by_the_month(subscriptions: pd.DataFrame) -> pd.DataFrame:
    return subscriptions.assign(billed_every="month")
