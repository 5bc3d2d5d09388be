"""Contracts of one kind looked at whole: observed life, model, its trial on the past, what is to come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from retention_utils.contract_survival.billing import BILLING, discount_per_period
from retention_utils.contract_survival.families import ContractFamily, contract_families
from retention_utils.contract_survival.observed import survival_curve
from retention_utils.contract_survival.payment_trial import PaymentTrial, put_together
from retention_utils.contract_survival.residual import (
    DRAWS,
    Modelled,
    StillToCome,
    still_to_come,
    worth_by_age,
)
from retention_utils.contract_survival.shifted_beta import ShiftedBeta, bootstrapped, fit_shifted_beta
from retention_utils.contract_survival.tenures import contract_tenures, snapshot_tenures, tenure_cells
from retention_utils.contract_survival.trials import FEWEST_LOST, AgeTrial, tried_on_ages

__all__ = ["ContractLife", "contract_life", "contract_lives", "snapshot_lives"]

NOTHING = pd.DataFrame()
ENOUGH_LEFT = 0.05  # share of contracts; where fewer are left, a model cannot miss by much


@dataclass(frozen=True)
class ContractLife:
    """Contracts paid as often."""

    billed_every: str  # one of BILLING
    contracts: int
    lost: int
    observed: pd.DataFrame  # from survival_curve
    trial: PaymentTrial | AgeTrial | None  # of the models used; of those refused where none is
    projected: pd.DataFrame  # renewal, survival, low, high; empty where no model is used
    worth: pd.DataFrame  # by renewals lived through; empty where no model is used
    annual_discount_rate: float
    is_dated: bool = True  # the list says when contracts began and ended
    to_come: StillToCome | None = None  # where a model is used and contracts run
    families: tuple[ContractFamily, ...] = ()  # that it is made of; none where there are no dates

    @property
    def is_projected(self) -> bool:
        """Whether a model has proved itself and looks ahead."""
        return len(self.projected) > 0

    @property
    def left_out(self) -> tuple[ContractFamily, ...]:
        """Those with running contracts of which nothing is projected."""
        return tuple(family for family in self.families if family.refused and family.contracts)


def contract_life(
    spans: pd.DataFrame,
    families: Sequence[ContractFamily],
    *,
    billed_every: str,
    history_start: date,
    as_of: date,
    annual_discount_rate: float,
    min_customers: int,
    level: float = 0.95,
) -> ContractLife | None:
    """Look at all contracts paid as often.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    families : sequence of ContractFamily
        From :func:`retention_utils.contract_survival.families.contract_families`: only those that are not
        refused look ahead.
    billed_every : str
        One of :data:`retention_utils.contract_survival.billing.BILLING`.
    history_start, as_of : date
        The days between which they were seen.
    annual_discount_rate : float
        Effective, a fraction.
    min_customers : int
        The observed curve ends where fewer contracts come up for renewal.

    Returns
    -------
    ContractLife or None
        None without such contracts. Models look no further ahead than the observed curve reaches back.
    """
    days = {"history_start": pd.Timestamp(history_start), "as_of": pd.Timestamp(as_of)}
    tenures = contract_tenures(spans, billed_every=billed_every, **days)
    if tenures.empty:
        return None
    observed = survival_curve(tenure_cells(tenures), min_at_risk=min_customers, level=level)
    alike = [family for family in families if family.group.billed_every == billed_every]
    used = [family for family in alike if not family.refused]
    trial = put_together([family.trial for family in used or alike if family.trial])
    parts = [_modelled(family.group.tenures, family.model) for family in used]
    life = _life(tenures, observed, parts, trial, billed_every, annual_discount_rate, level)
    return replace(life, families=tuple(alike))


def contract_lives(spans: pd.DataFrame | None, **how: Any) -> list[ContractLife]:
    """Look at the contracts of every billing period, the shortest first, as far as there are any.

    ``how`` is what :func:`contract_life` takes.
    """
    if spans is None:
        return []
    days = {name: how[name] for name in ("history_start", "as_of")}
    families = contract_families(spans, **days)
    found = (contract_life(spans, families, billed_every=every, **how) for every in BILLING)
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
    for every in BILLING:
        tenures = snapshot_tenures(subscriptions, billed_every=every, ended_within_months=ended_within_months)
        if tenures.empty:
            continue
        cells = tenure_cells(tenures)
        observed = survival_curve(cells, min_at_risk=min_customers, level=level)
        model = fit_shifted_beta(cells) if tenures["has_ended"].sum() >= FEWEST_LOST else None
        reached = int(observed.loc[observed["survival"] >= ENOUGH_LEFT, "renewal"].max())
        trial = tried_on_ages(cells, reached=reached, level=level) if model else None
        parts = [_modelled(tenures, model)] if trial is not None and trial.is_passed else []
        life = _life(tenures, observed, parts, trial, every, annual_discount_rate, level, is_dated=False)
        found.append(life)
    return found


def _modelled(tenures: pd.DataFrame, model: ShiftedBeta) -> Modelled:
    return Modelled(tenures, model, bootstrapped(tenure_cells(tenures), model, draws=DRAWS))


def _life(
    tenures: pd.DataFrame,
    observed: pd.DataFrame,
    parts: Sequence[Modelled],
    trial: PaymentTrial | AgeTrial | None,
    every: str,
    annual_discount_rate: float,
    level: float,
    *,
    is_dated: bool = True,
) -> ContractLife:
    """Look ahead with the models that may be used."""
    projected, worth, to_come = NOTHING, NOTHING, None
    if parts:
        discount = discount_per_period(annual_discount_rate, billed_every=every)
        projected = _projected(parts, 2 * int(observed["renewal"].max()), level)
        if any(len(part.running) for part in parts):
            worth = worth_by_age(parts, billed_every=every, discount=discount)
            to_come = still_to_come(parts, billed_every=every, discount=discount, level=level)
    return ContractLife(
        every, len(tenures), int(tenures["has_ended"].sum()), observed, trial, projected, worth,
        annual_discount_rate, is_dated, to_come,
    )  # fmt: skip


def _projected(parts: Sequence[Modelled], horizon: int, level: float) -> pd.DataFrame:
    """Mix the models by the contracts that were seen to begin."""
    renewals = np.arange(horizon + 1)
    begun = np.array([(part.tenures["entered"] == 0).sum() for part in parts], dtype=float)
    survival, curves = 0.0, 0.0
    for part, share in zip(parts, begun / begun.sum(), strict=True):
        survival = survival + share * part.model.survival(renewals)
        drawn = np.array([each.survival(renewals) for each in part.drawn])
        curves = curves + share * drawn[np.arange(DRAWS) % len(drawn)]
    low, high = np.quantile(curves, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return pd.DataFrame({"renewal": renewals, "survival": survival, "low": low, "high": high})
