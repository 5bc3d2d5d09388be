"""Plans side by side: who is on which, what it brings, and how many of its customers leave."""

import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import wilson_interval

__all__ = ["plan_table"]


def plan_table(
    moves: pd.DataFrame, renewals: pd.DataFrame, *, periods: int, min_customers: int, level: float = 0.95
) -> pd.DataFrame:
    """Compare plans over the last periods, each pooled.

    Parameters
    ----------
    moves : DataFrame
        From :func:`retention_utils.subscriptions.movements.customer_movements`, across one period.
    renewals : DataFrame
        From :func:`retention_utils.subscriptions.renewals.renewals_due`.
    periods : int
        How many of the last ones.
    min_customers : int
        A rate of fewer is blank.

    Returns
    -------
    DataFrame
        One row per ``plan`` and ``billed_every``, the one with the most revenue first: ``customers``,
        ``mrr`` (at the end), ``at_risk`` (customers at the starts of the periods, added up), ``churned``,
        ``involuntary`` (lost because a payment failed; NaN where some left and of none is it said),
        ``untold`` (left, and it is not said why), ``rate`` with ``low``, ``high``: of yearly contracts the
        share of those due in the last periods that can be judged that were not renewed, of all others churn
        per period.
    """
    require(moves, ["period_number", "before", "after", "movement", "plan", "billed_every"], name="moves")
    last = moves["period_number"].max()
    recent = moves[moves["period_number"] > last - periods]
    keys = ["plan", "billed_every"]
    there = recent[(recent["period_number"] == last) & recent["after"].notna()]
    there = there.assign(plan=there["plan_after"], billed_every=there["billed_every_after"])
    now = there.groupby(keys)["after"].agg(customers="count", mrr="sum")
    were = recent[recent["before"].notna()]
    left = were["movement"] == "churn"
    judged = were.assign(
        churned=left,
        involuntary=left & (were["ending"] == "involuntary"),
        untold=left & ~were["ending"].isin(["voluntary", "involuntary"]),
    )
    table = judged.groupby(keys)[["churned", "involuntary", "untold"]].sum()
    table["at_risk"] = judged.groupby(keys).size()
    table = now.join(table, how="outer").fillna(0).reset_index()
    is_told = (table["churned"] == 0) | (table["untold"] < table["churned"])
    table["involuntary"] = table["involuntary"].where(is_told)
    judged_until = renewals["period_number"].max()  # the same contracts as in renewal_change
    due = renewals[renewals["period_number"] > judged_until - periods].groupby("plan")["is_renewed"]
    yearly = table["billed_every"] == "year"
    at_risk = table["at_risk"].where(~yearly, table["plan"].map(due.size()).fillna(0))
    missed = table["plan"].map(due.size() - due.sum()).fillna(0)
    churned = table["churned"].where(~yearly, missed)
    trials = at_risk.where(at_risk >= max(min_customers, 1))
    low, high = wilson_interval(churned.where(trials.notna()), trials, level=level)
    table = table.assign(at_risk=at_risk, churned=churned, rate=churned / trials, low=low, high=high)
    return table.sort_values(["mrr", "plan"], ascending=[False, True], ignore_index=True)
