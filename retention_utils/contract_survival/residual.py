"""What is still to come from running contracts, and what they are expected to lose within a year."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.contract_survival.shifted_beta import ShiftedBeta

__all__ = ["AGES", "Modelled", "StillToCome", "still_to_come", "worth_by_age"]

DRAWS = 200
AGES = {"month": (0, 3, 6, 12, 24), "year": (0, 1, 2, 3)}


@dataclass(frozen=True, eq=False)
class Modelled:
    """Contracts, and the model that looks ahead for them."""

    tenures: pd.DataFrame  # one row per contract: renewals, has_ended, mrr
    model: ShiftedBeta
    drawn: Sequence[ShiftedBeta]  # from bootstrapped, for the intervals

    @property
    def running(self) -> pd.DataFrame:
        """The contracts that run."""
        return self.tenures[~self.tenures["has_ended"]]


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
    parts: Sequence[Modelled], *, discount: float, step: int, level: float = 0.95
) -> StillToCome:
    """Add up what running contracts are expected to bring.

    Parameters
    ----------
    parts : sequence of Modelled
        The contracts, by the model that looks ahead for them.
    discount : float
        Per billing period, a fraction.
    step : int
        Months of a billing period.
    level : float
        Interval coverage, a fraction.
    """
    told, drawn, mrr, contracts = np.zeros(2), 0.0, 0.0, 0
    for part in parts:
        running = part.running
        by_age = running.groupby("renewals")["mrr"].sum()
        told = told + _told(part.model, by_age, discount=discount, step=step)
        each = np.array([_told(fit, by_age, discount=discount, step=step) for fit in part.drawn])
        # Refits without a maximum are left out; those that are there stand in for them.
        drawn = drawn + each[np.arange(DRAWS) % len(each)]
        mrr, contracts = mrr + float(by_age.sum()), contracts + len(running)
    ends = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    (money, stay), (low, stay_low), (high, stay_high) = told.tolist(), *ends.tolist()
    return StillToCome(contracts, mrr, money, low, high, stay / mrr, stay_low / mrr, stay_high / mrr)


def _told(model: ShiftedBeta, by_age: pd.Series, *, discount: float, step: int) -> NDArray[np.float64]:
    """Return the money to come, and the monthly revenue that is there a year on."""
    lived, mrr = by_age.index.to_numpy(float), by_age.to_numpy(float)
    payments = model.residual_payments(lived, discount=discount)
    return np.array([payments @ mrr * step, model.survival(12 // step, after=lived) @ mrr])


def worth_by_age(
    parts: Sequence[Modelled], *, discount: float, ages: tuple[int, ...], step: int
) -> pd.DataFrame:
    """Say what is still to come from running contracts, by the renewals lived through.

    Parameters
    ----------
    parts, discount, step
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
    tables = []
    for part in parts:
        running = part.running
        lived = running["renewals"].to_numpy()
        tables.append(
            running.assign(
                stay=part.model.survival(12 // step, after=lived),
                payments=part.model.residual_payments(lived, discount=discount),
            )
        )
    table = pd.concat(tables, ignore_index=True)
    band = pd.cut(table["renewals"], [*ages, np.inf], right=False, labels=list(ages))
    table = table.assign(age=band.astype(int), money=table["payments"] * table["mrr"] * step)
    return table.groupby("age", as_index=False).agg(
        contracts=("stay", "size"),
        stay=("stay", "mean"),
        payments=("payments", "mean"),
        money=("money", "mean"),
    )
