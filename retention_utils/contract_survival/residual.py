"""What is still to come from running contracts, and what they are expected to lose within a year."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.contract_survival.shifted_beta import ShiftedBeta
from retention_utils.schema import require

__all__ = ["AGES", "StillToCome", "still_to_come", "worth_by_age"]

AGES = {"month": (0, 3, 6, 12, 24), "year": (0, 1, 2, 3)}


@dataclass(frozen=True)
class StillToCome:
    """Of all running contracts together; money as revenue."""

    contracts: int
    mrr: float  # what they bring a month
    money: float  # to come, discounted, without end
    low: float
    high: float
    stay: float  # share of mrr expected to be there a year on
    stay_low: float
    stay_high: float

    @property
    def at_risk(self) -> tuple[float, float, float]:
        """The monthly revenue expected to be gone a year on, with its interval."""
        return tuple(self.mrr * (1 - share) for share in (self.stay, self.stay_high, self.stay_low))


def still_to_come(
    tenures: pd.DataFrame,
    model: ShiftedBeta,
    drawn: Sequence[ShiftedBeta],
    *,
    discount: float,
    step: int,
    level: float = 0.95,
) -> StillToCome:
    """Add up what running contracts are expected to bring.

    Parameters
    ----------
    tenures : DataFrame
        One row per contract: ``renewals``, ``has_ended``, ``mrr``.
    model : ShiftedBeta
        The model in use.
    drawn : sequence of ShiftedBeta
        From :func:`retention_utils.contract_survival.shifted_beta.bootstrapped`, for the intervals.
    discount : float
        Per billing period, a fraction.
    step : int
        Months of a billing period.
    level : float
        Interval coverage, a fraction.
    """
    require(tenures, ["renewals", "has_ended", "mrr"], name="tenures")
    running = tenures[~tenures["has_ended"]]
    by_age = running.groupby("renewals")["mrr"].sum()
    lived, mrr = by_age.index.to_numpy(float), by_age.to_numpy(float)

    def told(each: ShiftedBeta) -> tuple[float, float]:
        payments = each.residual_payments(lived, discount=discount)
        stay = each.survival(12 // step, after=lived)
        return float((payments * mrr).sum() * step), float((stay * mrr).sum() / mrr.sum())

    money, stay = told(model)
    ends = np.quantile([told(each) for each in drawn], [(1 - level) / 2, (1 + level) / 2], axis=0)
    (low, stay_low), (high, stay_high) = ends.tolist()
    total = float(mrr.sum())
    return StillToCome(len(running), total, money, low, high, stay, stay_low, stay_high)


def worth_by_age(
    tenures: pd.DataFrame, model: ShiftedBeta, *, discount: float, ages: tuple[int, ...], step: int
) -> pd.DataFrame:
    """Say what is still to come from running contracts, by the renewals lived through.

    Parameters
    ----------
    tenures, model, discount, step
        As of :func:`still_to_come`.
    ages : tuple of int
        Where the bands of age begin.

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
