"""Contracts of one kind looked at whole: observed life, model, its trial on the past, what is to come."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from retention_utils.contract_survival.observed import survival_curve
from retention_utils.contract_survival.shifted_beta import ShiftedBeta, bootstrapped, fit_shifted_beta
from retention_utils.contract_survival.tenures import contract_tenures, snapshot_tenures, tenure_cells
from retention_utils.stats import wilson_interval

__all__ = ["ContractLife", "Trial", "contract_life", "contract_lives", "snapshot_lives"]

FEWEST_LOST = 50  # contracts that ended; with fewer no model is fitted
MISS = 0.05  # a share missed by more than this, and by more than chance: the model is not used
AGES = {"month": (0, 3, 6, 12, 24), "year": (0, 1, 2, 3)}


@dataclass(frozen=True)
class Trial:
    """What the model, fitted on what was known a while ago, said of the time since, and what came."""

    months: int
    contracts: int  # that ran then
    expected: float  # share of them still running, fractions from here on
    actual: float
    low: float
    high: float

    @property
    def is_passed(self) -> bool:
        """Whether the model missed by no more than chance, or by little."""
        return self.low <= self.expected <= self.high or abs(self.expected - self.actual) <= MISS


@dataclass(frozen=True)
class ContractLife:
    """Contracts paid by the month, or by the year."""

    billed_every: Literal["month", "year"]
    contracts: int
    lost: int
    observed: pd.DataFrame  # from survival_curve
    model: ShiftedBeta | None
    trial: Trial | None
    projected: pd.DataFrame  # renewal, survival, low, high; empty where the model is not used
    worth: pd.DataFrame  # by renewals lived through; empty where the model is not used
    annual_discount_rate: float
    is_dated: bool = True  # the list says when contracts began and ended

    @property
    def is_projected(self) -> bool:
        """Whether the model has proved itself and looks ahead."""
        return len(self.projected) > 0


def contract_life(
    spans: pd.DataFrame,
    *,
    billed_every: Literal["month", "year"],
    history_start: date,
    as_of: date,
    annual_discount_rate: float,
    min_customers: int,
    level: float = 0.95,
) -> ContractLife | None:
    """Look at all contracts paid by the month, or by the year.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    billed_every : {"month", "year"}
        Which.
    history_start, as_of : date
        The days between which they were seen.
    annual_discount_rate : float
        Effective, a fraction.
    min_customers : int
        The observed curve ends where fewer contracts come up for renewal.

    Returns
    -------
    ContractLife or None
        None without such contracts. The model looks no further ahead than the observed curve reaches back.
    """
    how = {"billed_every": billed_every, "history_start": pd.Timestamp(history_start)}
    as_of = pd.Timestamp(as_of)
    tenures = contract_tenures(spans, as_of=as_of, **how)
    if tenures.empty:
        return None
    cells = tenure_cells(tenures)
    observed = survival_curve(cells, min_at_risk=min_customers, level=level)
    lost = int(tenures["has_ended"].sum())
    model = fit_shifted_beta(cells) if lost >= FEWEST_LOST else None
    trial = _trial(spans, tenures, as_of=as_of, level=level, **how) if model else None
    is_used = model is not None and trial is not None and trial.is_passed
    step = 12 if billed_every == "year" else 1
    discount = (1 + annual_discount_rate) ** (step / 12) - 1
    return ContractLife(
        billed_every=billed_every,
        contracts=len(tenures),
        lost=lost,
        observed=observed,
        model=model,
        trial=trial,
        projected=_projected(cells, model, 2 * int(observed["renewal"].max()), level) if is_used else NOTHING,
        annual_discount_rate=annual_discount_rate,
        worth=_worth(tenures, model, discount, AGES[billed_every], step) if is_used else NOTHING,
    )


def contract_lives(spans: pd.DataFrame | None, **how: Any) -> list[ContractLife]:
    """Look at contracts paid by the month and at those paid by the year, as far as there are any.

    ``how`` is what :func:`contract_life` takes.
    """
    if spans is None:
        return []
    found = (contract_life(spans, billed_every=every, **how) for every in AGES)
    return [life for life in found if life is not None]


def snapshot_lives(
    subscriptions: pd.DataFrame, *, min_customers: int, level: float = 0.95
) -> list[ContractLife]:
    """Look at the contracts of a list without dates; with no past to try a model on, there is none."""
    found = []
    for every in AGES:
        tenures = snapshot_tenures(subscriptions, billed_every=every)
        if len(tenures):
            observed = survival_curve(tenure_cells(tenures), min_at_risk=min_customers, level=level)
            lost = int(tenures["has_ended"].sum())
            found.append(
                ContractLife(every, len(tenures), lost, observed, None, None, NOTHING, NOTHING, 0.0, False)
            )
    return found


NOTHING = pd.DataFrame()


def _trial(
    spans: pd.DataFrame, tenures: pd.DataFrame, *, as_of: pd.Timestamp, level: float, **how: object
) -> Trial | None:
    """Fit the model on what was known a year ago and hold it against the year since."""
    months = 12
    known = contract_tenures(spans, as_of=as_of - pd.DateOffset(months=months), **how)
    model = fit_shifted_beta(tenure_cells(known)) if known["has_ended"].sum() >= FEWEST_LOST else None
    if model is None:
        return None
    keys = ["customer_id", "contract", "entered"]
    running = known[~known["has_ended"]].merge(tenures, on=keys, suffixes=("_then", ""))
    further = (running["due"] - running["renewals_then"]).clip(lower=0)
    expected = model.survival(further, after=running["renewals_then"]).mean()
    stayed = int((~running["has_ended"]).sum())
    low, high = wilson_interval(stayed, len(running), level=level)
    return Trial(months, len(running), float(expected), stayed / len(running), float(low), float(high))


def _projected(cells: pd.DataFrame, model: ShiftedBeta, horizon: int, level: float) -> pd.DataFrame:
    renewals = np.arange(horizon + 1)
    drawn = np.array([each.survival(renewals) for each in bootstrapped(cells, model)])
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame({"renewal": renewals, "survival": model.survival(renewals), "low": low, "high": high})


def _worth(
    tenures: pd.DataFrame, model: ShiftedBeta, discount: float, ages: tuple[int, ...], step: int
) -> pd.DataFrame:
    """Say what is still to come from running contracts, by the renewals lived through.

    Returns
    -------
    DataFrame
        One row per age from one of ``ages`` up to the next: ``age``, ``contracts`` (that run), ``stay``
        (share expected to live through another year), ``payments`` (expected, discounted), ``money`` (the
        same in money, of a contract).
    """
    running = tenures[~tenures["has_ended"]]
    band = pd.cut(running["renewals"], [*ages, np.inf], right=False, labels=list(ages))
    lived = running["renewals"].to_numpy()
    table = running.assign(
        age=band.astype(int),
        stay=model.survival(12 // step, after=lived),
        payments=model.residual_payments(lived, discount=discount),
    )
    table["money"] = table["payments"] * table["mrr"] * step
    return table.groupby("age", as_index=False).agg(
        contracts=("stay", "size"),
        stay=("stay", "mean"),
        payments=("payments", "mean"),
        money=("money", "mean"),
    )
