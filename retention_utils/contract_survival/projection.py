"""Contracts of one kind looked at whole: observed life, model, its trial on the past, what is to come."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from retention_utils.contract_survival.observed import survival_curve
from retention_utils.contract_survival.residual import AGES, StillToCome, still_to_come, worth_by_age
from retention_utils.contract_survival.shifted_beta import ShiftedBeta, bootstrapped, fit_shifted_beta
from retention_utils.contract_survival.tenures import contract_tenures, snapshot_tenures, tenure_cells
from retention_utils.contract_survival.trials import (
    FEWEST_LOST,
    AgeTrial,
    Trial,
    tried_on_ages,
    tried_on_the_year,
)

__all__ = ["ContractLife", "contract_life", "contract_lives", "snapshot_lives"]

NOTHING = pd.DataFrame()
ENOUGH_LEFT = 0.05  # share of contracts; where fewer are left, a model cannot miss by much


@dataclass(frozen=True)
class ContractLife:
    """Contracts paid by the month, or by the year."""

    billed_every: Literal["month", "year"]
    contracts: int
    lost: int
    observed: pd.DataFrame  # from survival_curve
    model: ShiftedBeta | None
    trial: Trial | AgeTrial | None
    projected: pd.DataFrame  # renewal, survival, low, high; empty where the model is not used
    worth: pd.DataFrame  # by renewals lived through; empty where the model is not used
    annual_discount_rate: float
    is_dated: bool = True  # the list says when contracts began and ended
    to_come: StillToCome | None = None  # where the model is used and contracts run

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
    observed = survival_curve(tenure_cells(tenures), min_at_risk=min_customers, level=level)
    model = _model(tenures)
    trial = tried_on_the_year(spans, tenures, as_of=as_of, level=level, **how) if model else None
    return _life(tenures, observed, model, trial, billed_every, annual_discount_rate, level)


def contract_lives(spans: pd.DataFrame | None, **how: Any) -> list[ContractLife]:
    """Look at contracts paid by the month and at those paid by the year, as far as there are any.

    ``how`` is what :func:`contract_life` takes.
    """
    if spans is None:
        return []
    found = (contract_life(spans, billed_every=every, **how) for every in AGES)
    return [life for life in found if life is not None]


def snapshot_lives(
    subscriptions: pd.DataFrame,
    *,
    annual_discount_rate: float,
    min_customers: int,
    ended_within_months: int | None = None,
    level: float = 0.95,
) -> list[ContractLife]:
    """Look at the contracts of a list without dates; the model is tried on ages, as it has no past.

    Parameters
    ----------
    subscriptions : DataFrame
        The client's table of this name, without dates.
    annual_discount_rate, min_customers, level
        As of :func:`contract_life`.
    ended_within_months : int, optional
        As of :func:`retention_utils.contract_survival.tenures.snapshot_tenures`.
    """
    found = []
    for every in AGES:
        tenures = snapshot_tenures(subscriptions, billed_every=every, ended_within_months=ended_within_months)
        if tenures.empty:
            continue
        cells = tenure_cells(tenures)
        observed = survival_curve(cells, min_at_risk=min_customers, level=level)
        model = _model(tenures)
        reached = int(observed.loc[observed["survival"] >= ENOUGH_LEFT, "renewal"].max())
        trial = tried_on_ages(cells, reached=reached, level=level) if model else None
        life = _life(tenures, observed, model, trial, every, annual_discount_rate, level, is_dated=False)
        found.append(life)
    return found


def _model(tenures: pd.DataFrame) -> ShiftedBeta | None:
    return fit_shifted_beta(tenure_cells(tenures)) if tenures["has_ended"].sum() >= FEWEST_LOST else None


def _life(
    tenures: pd.DataFrame,
    observed: pd.DataFrame,
    model: ShiftedBeta | None,
    trial: Trial | AgeTrial | None,
    every: Literal["month", "year"],
    annual_discount_rate: float,
    level: float,
    *,
    is_dated: bool = True,
) -> ContractLife:
    """Look ahead where the model has passed its trial."""
    projected, worth, to_come = NOTHING, NOTHING, None
    if model is not None and trial is not None and trial.is_passed:
        step = 12 if every == "year" else 1
        discount = (1 + annual_discount_rate) ** (step / 12) - 1
        drawn = bootstrapped(tenure_cells(tenures), model)
        projected = _projected(model, drawn, 2 * int(observed["renewal"].max()), level)
        if not tenures["has_ended"].all():
            worth = worth_by_age(tenures, model, discount=discount, ages=AGES[every], step=step)
            to_come = still_to_come(tenures, model, drawn, discount=discount, step=step, level=level)
    return ContractLife(
        every, len(tenures), int(tenures["has_ended"].sum()), observed, model, trial, projected, worth,
        annual_discount_rate, is_dated, to_come,
    )  # fmt: skip


def _projected(model: ShiftedBeta, drawn: list[ShiftedBeta], horizon: int, level: float) -> pd.DataFrame:
    renewals = np.arange(horizon + 1)
    curves = np.array([each.survival(renewals) for each in drawn])
    low, high = np.quantile(curves, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame({"renewal": renewals, "survival": model.survival(renewals), "low": low, "high": high})
