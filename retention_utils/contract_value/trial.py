"""What the model would have said a year ago of the year since, beside a constant churn, and what came."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retention_utils.contract_survival.shifted_beta import ShiftedBeta, bootstrapped, fit_shifted_beta
from retention_utils.contract_survival.tenures import tenure_cells
from retention_utils.contract_value.groups import FEWEST_LOST, ContractGroup
from retention_utils.value_models.fits import draw_interval

__all__ = ["MOST_MISSED", "PaymentTrial", "by_months", "payment_trial"]

MOST_MISSED = 0.10  # a share of what came: missed by more, and by more than chance, the model is not used
BANDS = (0, 3, 6, 12, 24)  # months under contract; the last one is open
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
    model = fit_shifted_beta(cells) if known["has_ended"].sum() >= FEWEST_LOST else None
    running = _since(group)
    if model is None or not (running["made"] * running["payment"]).sum():
        return None
    further = int(running["further"].max())
    mean, variance = _payments(model, running, further)
    churn = known["has_ended"].sum() / _at_risk(known)
    constant = _geometric(churn, running["further"].to_numpy(), further)
    money = running["payment"].to_numpy()
    random = np.random.default_rng(seed)
    drawn = [
        money @ _payments(each, running, further)[0] + np.sqrt(money**2 @ variance) * random.standard_normal()
        for each in bootstrapped(cells, model, draws=DRAWS)
    ]
    low, high = draw_interval(np.array(drawn), level=level)
    rows = pd.DataFrame(
        {
            "months": running["renewals_then"] * group.step,
            "due": running["further"] * money,
            "made": running["made"] * money,
            "expected": mean * money,
            "constant": constant * money,
        }
    )
    sums = rows[["due", "expected", "constant", "made"]].sum()
    due, expected, even, made = (float(sums[name]) for name in sums.index)
    return PaymentTrial(len(running), due, expected, float(low), float(high), even, made, rows)


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
    """Set every contract that ran then beside itself now: ``further`` payments due since, ``made``."""
    keys = ["customer_id", "contract", "first_day"]
    then = group.earlier[~group.earlier["has_ended"]]
    both = then.merge(group.tenures[[*keys, "renewals", "due"]], on=keys, suffixes=("_then", ""))
    further = (both["due"] - both["renewals_then"]).clip(lower=0)
    made = (both["renewals"] - both["renewals_then"]).clip(lower=0)
    return both.assign(further=further, made=np.minimum(made, further))


def _payments(model: ShiftedBeta, running: pd.DataFrame, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of the payments of each contract up to those due; nothing is discounted."""
    steps = np.arange(1, most + 1)
    lived, further = running["renewals_then"].to_numpy(float), running["further"].to_numpy()
    distinct, place = np.unique(np.column_stack([lived, further]), axis=0, return_inverse=True)
    chances = model.survival(steps, after=distinct[:, :1]) * (steps <= distinct[:, 1:])
    mean = chances.sum(axis=1)
    variance = chances @ (2 * steps - 1) - mean**2
    return mean[place.ravel()], variance[place.ravel()]


def _geometric(churn: float, further: np.ndarray, most: int) -> np.ndarray:
    kept = np.cumsum((1 - churn) ** np.arange(1, most + 1))
    return np.concatenate([[0.0], kept])[further]


def _at_risk(tenures: pd.DataFrame) -> int:
    return int((tenures["renewals"] + tenures["has_ended"] - tenures["entered"]).sum())
