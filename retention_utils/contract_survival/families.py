"""Families of contracts, and the one rule by which every chapter decides whether a model may look ahead.

A family is a group of contracts alike in plan and billing period, with one model of its own. The model may be
used if, fitted on what was known a year ago, it foresaw the payments since within chance or a tenth.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from retention_utils.contract_survival.groups import ContractGroup, contract_groups
from retention_utils.contract_survival.payment_trial import PaymentTrial, payment_trial
from retention_utils.contract_survival.shifted_beta import ShiftedBeta, fit_shifted_beta
from retention_utils.contract_survival.tenures import tenure_cells
from retention_utils.contract_survival.trials import FEWEST_LOST

__all__ = ["ContractFamily", "Refusal", "contract_families"]

Refusal = Literal["", "too few", "flat", "untested", "missed"]


@dataclass(frozen=True, eq=False)
class ContractFamily:
    """One group of contracts, its model and the verdict on it."""

    group: ContractGroup
    lost: int
    model: ShiftedBeta | None
    trial: PaymentTrial | None
    refused: Refusal  # why nothing may be projected; empty if it may

    @property
    def contracts(self) -> int:
        """How many contracts run."""
        return int(self.group.tenures["is_running"].sum())


def contract_families(
    spans: pd.DataFrame, *, history_start: date, as_of: date, is_tried: bool = True
) -> list[ContractFamily]:
    """Fit a model to every group of contracts and decide whether it may be used.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    history_start, as_of : date
        The days between which they were seen.
    is_tried : bool
        Whether the models are held against the last year; if not, only too few ended contracts refuse one.
    """
    days = {"history_start": pd.Timestamp(history_start), "as_of": pd.Timestamp(as_of)}
    groups = contract_groups(spans, **days)
    return [_family(group, seed, is_tried=is_tried) for seed, group in enumerate(groups)]


def _family(group: ContractGroup, seed: int, *, is_tried: bool) -> ContractFamily:
    lost = int(group.tenures["has_ended"].sum())
    model = fit_shifted_beta(tenure_cells(group.tenures)) if lost >= FEWEST_LOST else None
    trial = payment_trial(group, seed=seed) if model and is_tried else None
    if model is None:
        return ContractFamily(group, lost, model, trial, "too few" if lost < FEWEST_LOST else "flat")
    return ContractFamily(group, lost, model, trial, _refused(trial) if is_tried else "")


def _refused(trial: PaymentTrial | None) -> Refusal:
    if trial is None:
        return "untested"
    return "" if trial.is_passed else "missed"
