"""A try of the model on the ages that it has not seen, where a list has no dates to try it on a past."""

from dataclasses import dataclass

import pandas as pd

from retention_utils.contract_survival.observed import survival_curve
from retention_utils.contract_survival.shifted_beta import fit_shifted_beta

__all__ = ["FEWEST_LOST", "AgeTrial", "tried_on_ages"]

FEWEST_LOST = 50  # contracts that ended; with fewer no model is fitted
MISS = 0.05  # a share missed by more than this, and by more than chance: the model is not used
FEWEST_AGES = 4  # renewals that must have been seen to hold back the later half of them


@dataclass(frozen=True)
class AgeTrial:
    """Fitted on the first renewals only: of the contracts that lived through those, the share after more."""

    contracts: int
    expected: float  # shares, as all from here on
    actual: float
    low: float
    high: float
    fitted_to: int = 0
    reached: int = 0

    @property
    def is_within_chance(self) -> bool:
        """Whether the model missed by no more than chance."""
        return self.low <= self.expected <= self.high

    @property
    def is_passed(self) -> bool:
        """Whether the model missed by no more than chance, or by little."""
        return self.is_within_chance or abs(self.expected - self.actual) <= MISS


def tried_on_ages(cells: pd.DataFrame, *, reached: int, level: float) -> AgeTrial | None:
    """Fit the model on the first half of the renewals seen and hold it against the second half.

    It is what Fader and Hardie (2007) do with their cohorts, and the only trial that a list without dates
    allows: it tells whether the curve goes on as the model says, not whether times have changed.

    Parameters
    ----------
    cells : DataFrame
        From :func:`retention_utils.contract_survival.tenures.tenure_cells`.
    reached : int
        Renewals up to which enough contracts were seen.

    Returns
    -------
    AgeTrial or None
        None where too few were lost in the first half, or too few renewals were seen.
    """
    half = reached // 2
    early = cells[cells["entered"] < half]
    has_ended = early["has_ended"] & (early["renewals"] < half)
    early = early.assign(has_ended=has_ended, renewals=early["renewals"].clip(upper=half))
    lost = int(early.loc[has_ended, "contracts"].sum())
    model = fit_shifted_beta(early) if reached >= FEWEST_AGES and lost >= FEWEST_LOST else None
    if model is None:
        return None
    later = cells[cells["renewals"] + cells["has_ended"] > half]
    later = later.assign(entered=later["entered"].clip(lower=half) - half, renewals=later["renewals"] - half)
    seen = survival_curve(later, level=level).set_index("renewal")
    last = seen.loc[min(reached - half, seen.index.max())]
    expected = float(model.survival(last.name, after=half))
    seen_at_all = int(later["contracts"].sum())
    low, high = (
        float(last[end]) if pd.notna(last[end]) else float(last["survival"]) for end in ("low", "high")
    )
    return AgeTrial(seen_at_all, expected, float(last["survival"]), low, high, half, half + int(last.name))
