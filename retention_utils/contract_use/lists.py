"""Use of today's customers in lists: whom to ask, what comes up when, plan by plan."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from retention_utils.contract_use.account import ContractUse
from retention_utils.contract_use.signs import JUDGED, months_from

__all__ = ["RENEWAL_BANDS", "listed_customers", "use_at_renewal", "use_by_plan"]

RENEWAL_BANDS = ("week", "month", "quarter", "later")


def listed_customers(use: ContractUse) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List whom to ask first, and whom then; nobody of a sign that was no better than chance before.

    Returns
    -------
    first : DataFrame
        Those whose use falls and whose contract comes up within the month, who pays the most first.
    then : DataFrame
        The others whose use falls, and those who used nothing, by the day on which they come up.
    """
    verdicts = {"falling": use.falling["verdict"], "unused": use.unused["verdict"]}
    shown = use.of(*(status for status, verdict in verdicts.items() if verdict != "no"))
    is_first = (shown["status"] == "falling") & shown["is_due"].astype(bool)
    first, then = shown[is_first], shown[~is_first]
    order = ["mrr", "change", "customer_id"]
    return (
        first.assign(year=12 * first["mrr"]).sort_values(
            order, ascending=[False, True, True], ignore_index=True
        ),
        then.assign(year=12 * then["mrr"]).sort_values(["due_day", *order], ignore_index=True),
    )


def use_at_renewal(use: ContractUse) -> pd.DataFrame:
    """Cross the time to the next renewal or payment with use.

    Returns
    -------
    DataFrame
        One row per band of :data:`RENEWAL_BANDS` that anybody is in: ``band`` (within a week, a month, a
        quarter of a year; later, or on no day that is known), ``customers``, ``falling``, ``unused``,
        ``steady``, ``others`` (not judged), and ``falling_mrr``.
    """
    signs = use.signs
    ends = [use.as_of + pd.Timedelta(days=7), use.until, months_from(use.as_of, 3)]
    cases = [signs["due_day"] <= end for end in ends]
    band = pd.Series(np.select(cases, RENEWAL_BANDS[:3], "later"), index=signs.index)
    counts = pd.crosstab(band, signs["status"]).reindex(columns=[*JUDGED, "unused"], fill_value=0)
    table = counts.assign(customers=band.value_counts(), falling_mrr=_money_of(use.of("falling"), band))
    table["others"] = table["customers"] - table[["falling", "steady", "unused"]].sum(axis=1)
    table = table.reindex([name for name in RENEWAL_BANDS if name in table.index])
    return table.fillna({"falling_mrr": 0.0}).rename_axis("band").reset_index()


def use_by_plan(use: ContractUse) -> pd.DataFrame:
    """Add up by plan, the most customers judged first.

    Returns
    -------
    DataFrame
        ``plan``, ``judged`` (falling or steady), ``normal`` (median use in 30 days; blank for few),
        ``moved`` (use of all told against the three months before; a fraction), ``falling``, ``falling_mrr``.
    """
    told = use.signs[use.signs["recent"].notna()]
    sums = told.groupby("plan").agg(
        normal=("normal", "first"),
        recent=("recent", "sum"),
        before=("before", "sum"),
        told=("recent", "size"),
    )
    judged = use.of(*JUDGED).groupby("plan").size().reindex(sums.index, fill_value=0)
    is_many = (sums["told"] >= use.rules.min_customers) & (sums["before"] > 0) & (judged > 0)
    falling = use.of("falling").groupby("plan")["mrr"]
    table = pd.DataFrame(
        {
            "judged": judged,
            "normal": sums["normal"],
            "moved": (sums["recent"] / sums["before"] - 1).where(is_many),
            "falling": falling.size().reindex(sums.index, fill_value=0),
            "falling_mrr": falling.sum().reindex(sums.index, fill_value=0.0),
        }
    ).reset_index()
    return table.sort_values(["judged", "plan"], ascending=[False, True], ignore_index=True)


def _money_of(table: pd.DataFrame, band: pd.Series) -> Mapping[str, float]:
    return table["mrr"].groupby(band.reindex(table.index)).sum()
