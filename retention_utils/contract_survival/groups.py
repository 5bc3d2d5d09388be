"""Contracts in groups that one model each is fitted to: by plan and billing period, small plans together."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from retention_utils.contract_survival.billing import BILLING
from retention_utils.contract_survival.tenures import contract_tenures
from retention_utils.contract_survival.trials import FEWEST_LOST
from retention_utils.schema import require
from retention_utils.subscriptions.spans import MONTHS_COVERED

__all__ = ["REST", "ContractGroup", "contract_groups", "running_cells"]

REST = ""  # the plan of those


@dataclass(frozen=True, eq=False)
class ContractGroup:
    """Contracts of one plan, or of several small ones, paid as often."""

    plan: str  # REST for several, or where plans have no names
    billed_every: str
    tenures: pd.DataFrame  # now; with ``payment`` (money)
    earlier: pd.DataFrame  # the same as it was known some time before

    @property
    def step(self) -> float:
        """Months from one payment to the next."""
        return MONTHS_COVERED[self.billed_every]

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans in it."""
        return tuple(sorted(self.tenures["plan"].astype(str).unique()))


def contract_groups(
    spans: pd.DataFrame,
    *,
    history_start: pd.Timestamp,
    as_of: pd.Timestamp,
    months: int = 12,
    fewest: int = FEWEST_LOST,
) -> list[ContractGroup]:
    """Split contracts by billing period and by the plan they were first seen with.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    history_start, as_of : Timestamp
        The days between which they were seen.
    months : int
        How long ago the earlier state was.
    fewest : int
        Plans of which fewer contracts have ended share a group; if there is one alone, it keeps its name.

    Returns
    -------
    list of ContractGroup
        By billing period, the one with the most revenue first.
    """
    require(spans, ["customer_id", "contract", "plan", "billed_every"], name="spans")
    found = []
    for every in BILLING:
        how = {"billed_every": every, "history_start": history_start}
        now = contract_tenures(spans, as_of=as_of, **how)
        then = contract_tenures(spans, as_of=as_of - pd.DateOffset(months=months), **how)
        ended = now.groupby("plan", observed=True)["has_ended"].sum()
        small = set(ended.index[ended < fewest])
        shared, step = small if len(small) > 1 else (), MONTHS_COVERED[every]
        parts = [_named(table, shared, step) for table in (now, then)]
        for plan in sorted(parts[0]["group"].unique()):
            group = [part[part["group"] == plan].reset_index(drop=True) for part in parts]
            found.append(ContractGroup(plan, every, *group))
    return sorted(found, key=lambda group: -_revenue(group))


def running_cells(group: ContractGroup) -> pd.DataFrame:
    """Sum up the contracts that run, by ``renewals``: ``contracts``, ``money``, ``squares`` of a payment."""
    running = group.tenures[group.tenures["is_running"]]
    table = running.assign(squares=running["payment"] ** 2)
    return table.groupby("renewals", as_index=False).agg(
        contracts=("payment", "size"), money=("payment", "sum"), squares=("squares", "sum")
    )


def _named(tenures: pd.DataFrame, small: Collection[str], step: float) -> pd.DataFrame:
    plan = tenures["plan"].astype("str")
    return tenures.assign(group=plan.where(~plan.isin(small), REST), payment=tenures["mrr"] * step)


def _revenue(group: ContractGroup) -> float:
    return float(group.tenures.loc[group.tenures["is_running"], "mrr"].sum())
