"""What the model would have said a year ago of the year since, beside a constant churn, and what came."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.contract_survival.billing import PER_YEAR
from retention_utils.contract_survival.groups import ContractGroup
from retention_utils.contract_survival.shifted_beta import ShiftedBeta, bootstrapped, fit_shifted_beta
from retention_utils.contract_survival.tenures import tenure_cells
from retention_utils.value_models.fits import draw_interval

__all__ = ["MOST_MISSED", "PaymentTrial", "by_months", "payment_trial", "put_together"]

MOST_MISSED = 0.10  # a share of what came: missed by more, and by more than chance, the model is not used
BANDS = (0, 3, 6, 12, 24)  # months under contract; the last one is open
FEWEST_THEN = 30  # contracts that had ended a year ago; the interval says how little they tell
YEAR = 12  # months that the models are tried on
DRAWS = 100


@dataclass(frozen=True, eq=False)
class PaymentTrial:
    """Payments of contracts that ran a year ago, in money of then."""

    contracts: int
    due: float  # had all of them stayed
    expected: float
    low: float  # of what was to be expected, luck included
    high: float
    constant: float  # expected at a constant churn, the same for all
    actual: float
    rows: pd.DataFrame  # one per contract: months, due, made, expected, constant (money)

    @property
    def bias_share(self) -> float:
        """How far the model was off, a fraction of what came."""
        return self.expected / self.actual - 1

    @property
    def constant_bias_share(self) -> float:
        """How far a constant churn was off."""
        return self.constant / self.actual - 1

    @property
    def is_within_chance(self) -> bool:
        """Whether what came lies within the interval of what was expected."""
        return self.low <= self.actual <= self.high

    @property
    def is_passed(self) -> bool:
        """Whether the model missed by no more than chance, or by little."""
        return self.is_within_chance or abs(self.bias_share) <= MOST_MISSED


def payment_trial(group: ContractGroup, *, level: float = 0.95, seed: int = 1) -> PaymentTrial | None:
    """Fit the model on what was known a year ago and hold it against the payments since.

    Returns
    -------
    PaymentTrial or None
        None where too few contracts had ended by then, or none that ran has made a payment since.
    """
    known = group.earlier
    cells = tenure_cells(known)
    model = fit_shifted_beta(cells) if known["has_ended"].sum() >= FEWEST_THEN else None
    running = _since(group)
    if model is None or not (running["made"] * running["payment"]).sum():
        return None
    mean, variance = _payments(model, running)
    churn = known["has_ended"].sum() / _at_risk(known)
    even = np.concatenate([[0.0], np.cumsum((1 - churn) ** np.arange(1, running["due"].max() + 1))])
    money = running["payment"].to_numpy()
    random = np.random.default_rng(seed)
    drawn = [
        money @ _payments(each, running)[0] + np.sqrt(money**2 @ variance) * random.standard_normal()
        for each in bootstrapped(cells, model, draws=DRAWS)
    ]
    low, high = draw_interval(np.array(drawn), level=level)
    rows = pd.DataFrame(
        {
            "months": running["renewals_then"] * group.step,
            "due": running["due"] * money,
            "made": running["made"] * money,
            "expected": mean * money,
            "constant": even[running["due"]] * money,
        }
    )
    sums = rows[["due", "expected", "constant", "made"]].sum()
    due, expected, constant, made = (float(sums[name]) for name in sums.index)
    return PaymentTrial(len(running), due, expected, float(low), float(high), constant, made, rows)


def put_together(trials: Sequence[PaymentTrial]) -> PaymentTrial | None:
    """Add up trials of several groups, which are independent; None without any."""
    if not trials:
        return None
    sums = {
        name: sum(getattr(trial, name) for trial in trials)
        for name in ("contracts", "due", "expected", "constant", "actual")
    }
    below, above = (
        float(np.sqrt(sum((getattr(trial, end) - trial.expected) ** 2 for trial in trials)))
        for end in ("low", "high")
    )
    rows = pd.concat([trial.rows for trial in trials], ignore_index=True)
    return PaymentTrial(**sums, low=sums["expected"] - below, high=sums["expected"] + above, rows=rows)


def by_months(trials: list[PaymentTrial]) -> pd.DataFrame:
    """Add up due and made payments by months under contract.

    Returns
    -------
    DataFrame
        One row per band that occurs: ``months`` (its first), ``label``, ``contracts``, and of the money due
        the shares ``actual``, ``model`` and ``constant``.
    """
    if not trials:
        return pd.DataFrame()
    rows = pd.concat([trial.rows for trial in trials], ignore_index=True)
    band = pd.cut(rows["months"], [*BANDS, np.inf], right=False, labels=list(BANDS)).astype(int)
    sums = rows.assign(contracts=1).groupby(band.rename("band")).sum()
    sums = sums[sums["due"] > 0].reset_index()
    ends = dict(zip(BANDS, [*(f"–{stop - 1}" for stop in BANDS[1:]), "+"], strict=True))
    return pd.DataFrame(
        {
            "months": sums["band"],
            "label": [f"{band}{ends[band]}" for band in sums["band"]],
            "contracts": sums["contracts"],
            "actual": sums["made"] / sums["due"],
            "model": sums["expected"] / sums["due"],
            "constant": sums["constant"] / sums["due"],
        }
    )


def _since(group: ContractGroup) -> pd.DataFrame:
    """Set every contract that ran then beside itself now: ``made``, of the payments ``due`` since.

    As many are due as fit into a year. A pause before it has put off the days they fall on, not added any.
    Of a contract that has been paid more or less often since, those up to that day are due.
    """
    keys = ["customer_id", "contract", "first_day"]
    then = group.earlier[group.earlier["is_running"]].drop(columns=["has_ended", "is_running"])
    now = group.tenures[[*keys, "renewals", "has_ended", "is_running"]]
    both = then.merge(now, on=keys, suffixes=("_then", ""))
    year = PER_YEAR[group.billed_every]
    made = (both["renewals"] - both["renewals_then"]).clip(0, year)
    is_whole = both["has_ended"] | both["is_running"]
    return both.assign(made=made, due=made.where(~is_whole, year).astype(int))


def _payments(model: ShiftedBeta, running: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of the payments of each contract, of those due; nothing is discounted."""
    steps = np.arange(1, running["due"].max() + 1)
    alike, place = np.unique(running[["renewals_then", "due"]].to_numpy(float), axis=0, return_inverse=True)
    chances = model.survival(steps, after=alike[:, :1]) * (steps <= alike[:, 1:])
    mean = chances.sum(axis=1)
    variance = chances @ (2 * steps - 1) - mean**2
    return mean[place.ravel()], variance[place.ravel()]


def _at_risk(tenures: pd.DataFrame) -> int:
    return int((tenures["renewals"] + tenures["has_ended"] - tenures["entered"]).sum())
