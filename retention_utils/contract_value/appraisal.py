"""What all contracts are worth, told only by models that have been held against the last year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from retention_utils.contract_survival.families import contract_families
from retention_utils.contract_survival.payment_trial import by_months
from retention_utils.contract_value.payments import Estimate, estimate
from retention_utils.contract_value.plans import MONEY, YEAR, PlanValue, plan_value, residual_curve

__all__ = ["ContractAppraisal", "appraise_contracts"]

WEEKS_PER_MONTH = 365.25 / 12 / 7
DRAWS = 1000


@dataclass(frozen=True, eq=False)
class ContractAppraisal:
    """All contracts; money times the margin share, discounted to the last day."""

    plans: tuple[PlanValue, ...]  # the one with the most revenue first
    horizon_months: int
    annual_discount_rate: float
    margin_share: float
    within: Estimate | None  # from running contracts that are valued; None if no model may be used
    endless: Estimate | None  # None, too, where nothing is discounted
    by_months: pd.DataFrame  # see trial.by_months
    residual: pd.DataFrame  # see residual_curve; with ``plan`` and ``billed_every``
    newcomer: tuple[float, float, float, int] | None  # in a year: value, low, high, new customers
    newcomer_endless: Estimate | None

    @property
    def valued(self) -> tuple[PlanValue, ...]:
        """The groups whose model may be used."""
        return tuple(plan for plan in self.plans if plan.is_valued)

    @property
    def refused(self) -> tuple[PlanValue, ...]:
        """Those with running contracts whose model may not."""
        return tuple(plan for plan in self.plans if plan.refused and plan.contracts)

    @property
    def contracts(self) -> int:
        """Running contracts that are valued."""
        return sum(plan.contracts for plan in self.valued)

    @property
    def tested(self) -> int:
        """Contracts that ran a year ago and are held against the year since."""
        return sum(plan.trial.contracts for plan in self.valued)

    @property
    def bias_share(self) -> float | None:
        """How far the models were off over the last year, a fraction of what came; None without any."""
        return self._missed("expected")

    @property
    def constant_bias_share(self) -> float | None:
        """How far a constant churn was off; None without any model."""
        return self._missed("constant")

    def _missed(self, name: str) -> float | None:
        trials = [plan.trial for plan in self.valued]
        if not trials:
            return None
        return sum(getattr(trial, name) for trial in trials) / sum(trial.actual for trial in trials) - 1


def appraise_contracts(
    spans: pd.DataFrame,
    *,
    history_start: date,
    as_of: date,
    horizon_weeks: int,
    annual_discount_rate: float,
    margin: float,
    min_customers: int,
) -> ContractAppraisal:
    """Value all contracts, group by group.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    history_start, as_of : date
        The days between which they were seen.
    horizon_weeks : int
        How far to look ahead; counted in whole months.
    annual_discount_rate : float
        Effective, a fraction.
    margin : float
        Share of revenue that counts; 1 for revenue itself.
    min_customers : int
        The residual curve ends where fewer running contracts are that old.
    """
    months = max(1, round(horizon_weeks / WEEKS_PER_MONTH))
    how = {"horizon_months": months, "annual_discount_rate": annual_discount_rate}
    plans = tuple(
        plan_value(family, seed=seed, **how)
        for seed, family in enumerate(contract_families(spans, history_start=history_start, as_of=as_of))
    )
    valued = [plan for plan in plans if plan.is_valued]
    curves = [
        residual_curve(plan, annual_discount_rate=annual_discount_rate, fewest=min_customers).assign(
            plan=plan.group.plan, billed_every=plan.group.billed_every
        )
        for plan in valued
        if annual_discount_rate  # without it there is no end to what is to come
    ]
    residual = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame()
    money = ["money", "low", "high"]
    if len(residual):
        residual[money] *= margin
    all_running = dict.fromkeys(range(len(valued)), 1.0)
    joined, customers = _joined(valued, spans, since=pd.Timestamp(as_of) - pd.DateOffset(months=YEAR))
    newcomer = _total(valued, joined, "new_within", margin)
    return ContractAppraisal(
        plans=plans,
        margin_share=margin,
        within=_total(valued, all_running, "within", margin),
        endless=_total(valued, all_running, "endless", margin),
        by_months=by_months([plan.trial for plan in valued]),
        residual=residual,
        newcomer=None if newcomer is None else (*newcomer, customers),
        newcomer_endless=_total(valued, joined, "new_endless", margin),
        **how,
    )


def _joined(
    valued: list[PlanValue], spans: pd.DataFrame, *, since: pd.Timestamp
) -> tuple[Mapping[int, float], int]:
    """Count how many contracts of each valued group a new customer of the last year takes, on average."""
    first = spans[spans["mrr"] > 0].groupby("customer_id", observed=True)["first_day"].min()
    new = set(first.index[first > since])
    taken = [
        plan.group.tenures[
            plan.group.tenures["customer_id"].isin(new) & (plan.group.tenures["first_day"] > since)
        ]
        for plan in valued
    ]
    customers = len({customer for table in taken for customer in table["customer_id"]})
    if not customers:
        return {}, 0
    return {number: len(table) / customers for number, table in enumerate(taken)}, customers


def _total(valued: list[PlanValue], shares: Mapping[int, float], name: str, margin: float) -> Estimate | None:
    """Add up one amount over the groups, each so many times; their draws are independent."""
    if not valued or not shares or any(np.isnan(getattr(plan, name)) for plan in valued):
        return None
    value, drawn = 0.0, np.zeros(DRAWS)
    for number, plan in enumerate(valued):
        random = np.random.default_rng([MONEY.index(name), number])
        value += shares[number] * getattr(plan, name)
        drawn += shares[number] * random.choice(plan.draws[name].to_numpy(), DRAWS)
    return estimate(value * margin, drawn * margin)
