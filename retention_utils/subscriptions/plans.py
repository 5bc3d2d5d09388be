"""Plans side by side: who is on which, what it brings, and how many of its customers leave."""

from dataclasses import dataclass

import pandas as pd

from retention_utils.schema import require
from retention_utils.stats import difference_interval, wilson_interval
from retention_utils.subscriptions.spans import JUDGED_AT_RENEWAL

__all__ = ["PlanDifference", "plan_differences", "plan_table"]

KEYS = ["plan", "billed_every"]


@dataclass(frozen=True)
class PlanDifference:
    """The plan that loses most, of those paid as often, against the others together."""

    billed_every: str
    plan: str
    plans: int  # compared, itself among them
    judged: int
    rate: float  # fractions from here on
    low: float
    high: float
    others: float
    difference: float
    difference_low: float  # allowing for its having been picked out of so many
    difference_high: float

    @property
    def at_renewal(self) -> bool:
        """Whether the shares are of renewals; else of customers, by the period."""
        return self.billed_every in JUDGED_AT_RENEWAL


def plan_table(
    moves: pd.DataFrame, renewals: pd.DataFrame, *, periods: int, min_customers: int, level: float = 0.95
) -> pd.DataFrame:
    """Compare plans over the last periods, each pooled.

    Parameters
    ----------
    moves : DataFrame
        From :func:`retention_utils.subscriptions.movements.customer_movements`, across one period.
    renewals : DataFrame
        Those of the last year, from :func:`retention_utils.subscriptions.renewals.last_year_of`.
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
        ``untold`` (left, and it is not said why), ``rate`` with ``low``, ``high``: of contracts judged at
        renewal the share of those due that were not renewed, of all others churn per period.
    """
    require(moves, ["period_number", "before", "after", "movement", "plan", "billed_every"], name="moves")
    last = moves["period_number"].max()
    recent = moves[moves["period_number"] > last - periods]
    there = recent[(recent["period_number"] == last) & recent["after"].notna()]
    there = there.assign(plan=there["plan_after"], billed_every=there["billed_every_after"])
    now = there.groupby(KEYS)["after"].agg(customers="count", mrr="sum")
    were = recent[recent["before"].notna()]
    left = were["movement"] == "churn"
    judged = were.assign(
        churned=left,
        involuntary=left & (were["ending"] == "involuntary"),
        untold=left & ~were["ending"].isin(["voluntary", "involuntary"]),
    )
    table = judged.groupby(KEYS)[["churned", "involuntary", "untold"]].sum()
    table["at_risk"] = judged.groupby(KEYS).size()
    table = now.join(table, how="outer").fillna(0).reset_index()
    is_told = (table["churned"] == 0) | (table["untold"] < table["churned"])
    table["involuntary"] = table["involuntary"].where(is_told)
    due = renewals.astype(dict.fromkeys(KEYS, str)).groupby(KEYS)["is_renewed"].agg(["size", "sum"])
    due = due.reindex(pd.MultiIndex.from_frame(table[KEYS].astype(str)), fill_value=0).reset_index(drop=True)
    at_renewal = table["billed_every"].isin(JUDGED_AT_RENEWAL)
    at_risk = table["at_risk"].where(~at_renewal, due["size"])
    churned = table["churned"].where(~at_renewal, due["size"] - due["sum"])
    trials = at_risk.where(at_risk >= max(min_customers, 1))
    low, high = wilson_interval(churned.where(trials.notna()), trials, level=level)
    table = table.assign(at_risk=at_risk, churned=churned, rate=churned / trials, low=low, high=high)
    return table.sort_values(["mrr", "plan"], ascending=[False, True], ignore_index=True)


def plan_differences(plans: pd.DataFrame, *, level: float = 0.95) -> tuple[PlanDifference, ...]:
    """Hold the plan that loses most against the others paid as often, for every way of paying.

    Parameters
    ----------
    plans : DataFrame
        From :func:`plan_table`; plans without a name or a rate are left out.

    Notes
    -----
    The plan is picked after the data were seen, so the interval of the difference is that of as many
    comparisons as there are plans (Bonferroni); two plans are a single comparison.
    """
    require(plans, [*KEYS, "at_risk", "churned", "rate", "low", "high"], name="plans")
    known = plans[plans["rate"].notna() & (plans["plan"].astype(str) != "")]
    alike = [group for _, group in known.groupby("billed_every", sort=False, observed=True) if len(group) > 1]
    return tuple(_against_others(group, level) for group in alike)


def _against_others(group: pd.DataFrame, level: float) -> PlanDifference:
    most = group.sort_values(["rate", "plan"], ascending=[False, True]).iloc[0]
    lost, judged = group["churned"].sum() - most["churned"], group["at_risk"].sum() - most["at_risk"]
    comparisons = len(group) if len(group) > 2 else 1
    difference, low, high = difference_interval(
        [most["churned"], lost], [most["at_risk"], judged], level=1 - (1 - level) / comparisons
    )
    return PlanDifference(
        billed_every=str(most["billed_every"]),
        plan=str(most["plan"]),
        plans=len(group),
        judged=int(most["at_risk"]),
        rate=float(most["rate"]),
        low=float(most["low"]),
        high=float(most["high"]),
        others=float(lost / judged),
        difference=float(difference),
        difference_low=float(low),
        difference_high=float(high),
    )
