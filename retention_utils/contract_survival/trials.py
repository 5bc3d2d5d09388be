"""Tries of the model on what is known already: on the year since, or on the ages that it has not seen."""

from dataclasses import dataclass

import pandas as pd

from retention_utils.contract_survival.observed import survival_curve
from retention_utils.contract_survival.shifted_beta import fit_shifted_beta
from retention_utils.contract_survival.tenures import contract_tenures, tenure_cells
from retention_utils.stats import wilson_interval

__all__ = ["FEWEST_LOST", "AgeTrial", "Trial", "tried_on_ages", "tried_on_the_year"]

FEWEST_LOST = 50  # contracts that ended; with fewer no model is fitted
MISS = 0.05  # a share missed by more than this, and by more than chance: the model is not used
FEWEST_AGES = 4  # renewals that must have been seen to hold back the later half of them


@dataclass(frozen=True)
class _Tried:
    """What a model said of something that it had not seen, and what came."""

    contracts: int
    expected: float  # shares, as all from here on
    actual: float
    low: float
    high: float

    @property
    def is_within_chance(self) -> bool:
        """Whether the model missed by no more than chance."""
        return self.low <= self.expected <= self.high

    @property
    def is_passed(self) -> bool:
        """Whether the model missed by no more than chance, or by little."""
        return self.is_within_chance or abs(self.expected - self.actual) <= MISS


@dataclass(frozen=True)
class Trial(_Tried):
    """Fitted on what was known so many months ago: of the contracts that ran then, those that still do."""

    months: int = 12


@dataclass(frozen=True)
class AgeTrial(_Tried):
    """Fitted on the first renewals only: of the contracts that lived through those, the share after more."""

    fitted_to: int = 0
    reached: int = 0


def tried_on_the_year(
    spans: pd.DataFrame, tenures: pd.DataFrame, *, as_of: pd.Timestamp, level: float, **how: object
) -> Trial | None:
    """Fit the model on what was known a year ago and hold it against the year since.

    Parameters
    ----------
    spans : DataFrame
        From :func:`retention_utils.subscriptions.spans.contract_spans`.
    tenures : DataFrame
        From :func:`retention_utils.contract_survival.tenures.contract_tenures`, as of today.
    as_of : Timestamp
        Today.
    level : float
        Interval coverage, a fraction.
    **how
        The rest of what ``contract_tenures`` takes.

    Returns
    -------
    Trial or None
        None where too few had ended by then.
    """
    known = contract_tenures(spans, as_of=as_of - pd.DateOffset(months=12), **how)
    model = fit_shifted_beta(tenure_cells(known)) if known["has_ended"].sum() >= FEWEST_LOST else None
    if model is None:
        return None
    keys = ["customer_id", "contract", "first_day"]
    running = known[~known["has_ended"]].merge(tenures, on=keys, suffixes=("_then", ""))
    further = (running["due"] - running["renewals_then"]).clip(lower=0)
    expected = model.survival(further, after=running["renewals_then"]).mean()
    stayed = int((~running["has_ended"]).sum())
    low, high = wilson_interval(stayed, len(running), level=level)
    return Trial(len(running), float(expected), stayed / len(running), float(low), float(high))


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
