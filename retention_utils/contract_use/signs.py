"""Who uses less than before: every customer's use in the last month against the three months before it.

What is expected is the customer's own level before, moved as that of all customers of the same plan has
moved, so that nobody falls because it is summer. Nobody is judged on what is not recorded.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.config import ClientConfig
from retention_utils.contract_use.record import ENDLESS, UseRecord, overlap
from retention_utils.schema import require
from retention_utils.subscriptions.states import customer_states

__all__ = [
    "JUDGED",
    "MONTH_DAYS",
    "STATUSES",
    "UseRules",
    "monthly_use",
    "months_from",
    "use_rate",
    "use_rules",
    "use_signs",
]

RECENT, BEFORE = (1,), (2, 3, 4)  # months back
MONTH_DAYS = 30
LEAST_COVERED = 0.5  # of the days of either stretch
STALE_DAYS = 31  # the last record older than this tells nothing of now
STATUSES = ("falling", "unused", "steady", "little", "new", "unrecorded", "paused")
JUDGED = ("falling", "steady")


@dataclass(frozen=True)
class UseRules:
    """When use counts as falling, and what it takes to judge it."""

    fall_share: float = 0.5  # so far below what is expected, or further
    fewest_expected: float = 4.0  # units expected in the last month; with fewer a fall may be chance
    covers_everyone: bool = False  # a customer without any row has used nothing
    kind: str = ""  # only this kind of use is counted; empty: all
    min_customers: int = 20  # of a plan, for a level of its own


def use_rules(config: ClientConfig) -> UseRules:
    """Return the rules of a client."""
    return UseRules(
        fall_share=config.churn.decline_share,
        fewest_expected=config.contracts.fewest_use,
        covers_everyone=config.contracts.use_covers_everyone,
        kind=config.contracts.use_kind,
        min_customers=config.min_cohort,
    )


def months_from(day: pd.Timestamp, months: int) -> pd.Timestamp:
    """Go some months on or, with a negative number, back; from the last day of a month to the last of one."""
    there = day + pd.DateOffset(months=months)
    return there + pd.offsets.MonthEnd(0) if day.is_month_end else there


def monthly_use(record: UseRecord, paid: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Add up what every customer used in each of the last four months, as it was known on a day.

    Returns
    -------
    DataFrame
        By ``customer_id``, for every month back ``k`` from 1 (the last recorded one) to 4: ``units_k``, and
        ``days_k`` (under contract and recorded).
    """
    end = record.last_day(as_of)
    known = record.spread[record.spread["last_day"] <= as_of]
    last = paid["end_day"].fillna(ENDLESS) - pd.Timedelta(days=1)
    columns = {}
    for back in (*RECENT, *BEFORE):
        until, after = months_from(end, 1 - back), months_from(end, -back)
        seen = max(after, record.first_day - pd.Timedelta(days=1))
        units = known["per_day"] * overlap(known["lo"], known["hi"], after, until)
        columns[f"units_{back}"] = units.groupby(known["customer_id"]).sum()
        columns[f"days_{back}"] = (
            overlap(paid["first_day"], last, seen, until).groupby(paid["customer_id"]).sum()
        )
    return pd.DataFrame(columns, index=pd.Index(paid["customer_id"].unique(), name="customer_id")).fillna(0.0)


def use_signs(
    record: UseRecord, paid: pd.DataFrame, spans: pd.DataFrame, *, as_of: pd.Timestamp, rules: UseRules
) -> pd.DataFrame:
    """Judge the use of everyone under contract on a day by what was known on it.

    Parameters
    ----------
    record : UseRecord
        From :func:`retention_utils.contract_use.record.use_record`.
    paid : DataFrame
        From :func:`retention_utils.contract_use.record.paid_stretches`.
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    as_of : Timestamp
        The day.

    Returns
    -------
    DataFrame
        One row per customer under contract: ``customer_id``, ``plan`` and ``billed_every`` (of the contract
        that brings the most), ``mrr``, the columns of :func:`monthly_use`, ``before``, ``expected`` and
        ``recent`` (use in 30 days), ``change`` (recent against expected; a fraction), ``normal`` (median
        ``recent`` of the plan), ``status``: ``falling``, ``steady``; ``unused`` (neither lately nor before),
        ``little`` (too little use before to tell a fall from chance), ``new`` (too short under contract, or
        recorded), ``unrecorded``, ``paused``. Numbers are blank where use cannot be told.
    """
    require(spans, ["customer_id", "first_day", "end_day", "mrr", "plan"], name="spans")
    there = customer_states(spans, pd.DatetimeIndex([as_of])).drop(columns="boundary")
    there = there.astype({"customer_id": str, "plan": str, "billed_every": str})
    end = record.last_day(as_of)
    if pd.isna(end) or (as_of - end).days > STALE_DAYS:
        blank = dict.fromkeys(["before", "expected", "recent", "change", "normal"], np.nan)
        return there.assign(**blank, status="unrecorded")
    use = monthly_use(record, paid, as_of).reindex(there["customer_id"]).fillna(0.0)
    table = there.join(use, on="customer_id")
    rows = record.rows
    seen = rows.loc[rows["last_day"] <= as_of, "customer_id"].unique()
    is_recorded = rules.covers_everyone | table["customer_id"].isin(seen)
    is_long = _is_long(table, RECENT, end) & _is_long(table, BEFORE, end)
    recent, before = use_rate(table, RECENT), use_rate(table, BEFORE)
    is_told = is_recorded & is_long & (table["mrr"] > 0)
    table = table.assign(recent=recent.where(is_told), before=before.where(is_told))
    table = table.assign(**_levels(table, rules.min_customers))
    awaited = table["expected"] * table["days_1"] / MONTH_DAYS
    cases = [
        table["mrr"] <= 0, ~is_recorded, ~is_long, (recent == 0) & (before == 0),
        ~(awaited >= rules.fewest_expected), table["change"] <= -rules.fall_share,
    ]  # fmt: skip
    status = np.select(cases, ["paused", "unrecorded", "new", "unused", "little", "falling"], "steady")
    return table.assign(status=status)


def _is_long(table: pd.DataFrame, months: tuple[int, ...], end: pd.Timestamp) -> pd.Series:
    whole = (months_from(end, 1 - months[0]) - months_from(end, -months[-1])).days
    return sum(table[f"days_{back}"] for back in months) >= LEAST_COVERED * whole


def use_rate(table: pd.DataFrame, months: tuple[int, ...]) -> pd.Series:
    """Return what every customer used in 30 days under contract of these months back."""
    units = sum(table[f"units_{back}"] for back in months)
    days = sum(table[f"days_{back}"] for back in months)
    return MONTH_DAYS * units / days.where(days > 0)


def _levels(table: pd.DataFrame, min_customers: int) -> dict[str, pd.Series]:
    """Say what is expected of everyone, and what is normal for the plan, where enough have the plan."""
    told = table[table["recent"].notna()]
    by_plan = told.groupby("plan").agg(
        customers=("recent", "size"),
        recent=("recent", "sum"),
        before=("before", "sum"),
        normal=("recent", "median"),
    )
    is_many = (by_plan["customers"] >= min_customers) & (by_plan["before"] > 0)
    all_before = told["before"].sum()
    overall = told["recent"].sum() / all_before if all_before > 0 else np.nan
    moved = (by_plan["recent"] / by_plan["before"]).where(is_many)
    expected = table["before"] * table["plan"].map(moved).astype(float).fillna(overall)
    normal = table["plan"].map(by_plan["normal"].where(by_plan["customers"] >= min_customers)).astype(float)
    change = table["recent"] / expected.where(expected > 0) - 1
    return {"expected": expected, "change": change, "normal": normal.where(table["recent"].notna())}
