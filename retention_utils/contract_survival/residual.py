"""What is still to come from running contracts, and what they are expected to lose within a year."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.contract_survival.billing import PER_YEAR
from retention_utils.contract_survival.shifted_beta import ShiftedBeta
from retention_utils.subscriptions.spans import MONTHS_COVERED

__all__ = ["DRAWS", "Modelled", "StillToCome", "still_to_come", "worth_by_age"]

DRAWS = 200
# Renewals lived through at which the bands of age begin.
AGES = {
    "week": (0, 4, 13, 26, 52, 104),
    "month": (0, 3, 6, 12, 24),
    "quarter": (0, 1, 2, 4, 8),
    "half_year": (0, 1, 2, 4),
    "year": (0, 1, 2, 3),
}


@dataclass(frozen=True, eq=False)
class Modelled:
    """Contracts, and the model that looks ahead for them."""

    tenures: pd.DataFrame  # one row per contract: renewals, is_running, is_paused, mrr
    model: ShiftedBeta
    drawn: Sequence[ShiftedBeta]  # from bootstrapped, for the intervals

    @property
    def running(self) -> pd.DataFrame:
        """The contracts that run."""
        return self.tenures[self.tenures["is_running"]]


@dataclass(frozen=True)
class StillToCome:
    """Of all running contracts together; money as revenue."""

    contracts: int
    paused: int  # of them
    mrr: float  # what they bring a month, those paused what they brought before
    paused_mrr: float  # of it, what those paused brought
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
    parts: Sequence[Modelled], *, billed_every: str, discount: float, level: float = 0.95
) -> StillToCome:
    """Add up what running contracts are expected to bring.

    Parameters
    ----------
    parts : sequence of Modelled
        The contracts, by the model that looks ahead for them.
    billed_every : str
        How often they are all paid.
    discount : float
        Per billing period, a fraction.
    level : float
        Interval coverage, a fraction.
    """
    how = {"billed_every": billed_every, "discount": discount}
    told, drawn, mrr = np.zeros(2), 0.0, 0.0
    for part in parts:
        running = part.running
        by_age = running.groupby("renewals")["mrr"].sum()
        told = told + _told(part.model, by_age, **how)
        each = np.array([_told(fit, by_age, **how) for fit in part.drawn])
        # Refits without a maximum are left out; those that are there stand in for them.
        drawn = drawn + each[np.arange(DRAWS) % len(each)]
        mrr += float(by_age.sum())
    ends = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    (money, stay), (low, stay_low), (high, stay_high) = told.tolist(), *ends.tolist()
    paused = pd.concat([part.running.loc[part.running["is_paused"], "mrr"] for part in parts])
    return StillToCome(
        contracts=sum(len(part.running) for part in parts),
        paused=len(paused),
        mrr=mrr,
        paused_mrr=float(paused.sum()),
        money=money,
        low=low,
        high=high,
        stay=stay / mrr,
        stay_low=stay_low / mrr,
        stay_high=stay_high / mrr,
    )


def _told(
    model: ShiftedBeta, by_age: pd.Series, *, billed_every: str, discount: float
) -> NDArray[np.float64]:
    """Return the money to come, and the monthly revenue that is there a year on."""
    lived, mrr = by_age.index.to_numpy(float), by_age.to_numpy(float)
    payments = model.residual_payments(lived, discount=discount)
    stay = model.survival(PER_YEAR[billed_every], after=lived)
    return np.array([payments @ mrr * MONTHS_COVERED[billed_every], stay @ mrr])


def worth_by_age(parts: Sequence[Modelled], *, billed_every: str, discount: float) -> pd.DataFrame:
    """Say what is still to come from running contracts, by the renewals lived through.

    Parameters
    ----------
    parts, billed_every, discount
        As of :func:`still_to_come`.

    Returns
    -------
    DataFrame
        One row per age from one of :data:`AGES` up to the next: ``age``, ``contracts`` (that run), ``stay``
        (share expected to live through another year), ``payments`` (expected, discounted), ``money`` (the
        same in money, of a contract).
    """
    tables = []
    for part in parts:
        running = part.running
        lived = running["renewals"].to_numpy()
        tables.append(
            running.assign(
                stay=part.model.survival(PER_YEAR[billed_every], after=lived),
                payments=part.model.residual_payments(lived, discount=discount),
            )
        )
    table = pd.concat(tables, ignore_index=True)
    ages = AGES[billed_every]
    band = pd.cut(table["renewals"], [*ages, np.inf], right=False, labels=list(ages))
    money = table["payments"] * table["mrr"] * MONTHS_COVERED[billed_every]
    table = table.assign(age=band.astype(int), money=money)
    return table.groupby("age", as_index=False).agg(
        contracts=("stay", "size"),
        stay=("stay", "mean"),
        payments=("payments", "mean"),
        money=("money", "mean"),
    )
