"""What the contracts of one group are worth: those that run, and a new one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retention_utils.contract_survival.billing import PER_YEAR, discount_per_period
from retention_utils.contract_survival.families import ContractFamily, Refusal
from retention_utils.contract_survival.groups import ContractGroup, running_cells
from retention_utils.contract_survival.payment_trial import PaymentTrial
from retention_utils.contract_survival.shifted_beta import ShiftedBeta, bootstrapped
from retention_utils.contract_survival.tenures import tenure_cells
from retention_utils.contract_value.payments import new_contract, payments_to_come, running_money
from retention_utils.value_models.fits import draw_interval

__all__ = ["MONEY", "PlanValue", "plan_value", "residual_curve"]

DRAWS = 200
YEAR = 12  # months
MONEY = ["within", "endless", "new_within", "new_endless"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PlanValue:
    """One group of contracts; money is revenue, discounted to the last day. NaN and empty where refused."""

    group: ContractGroup
    running: pd.DataFrame  # from running_cells
    lost: int
    model: ShiftedBeta | None
    fits: tuple[ShiftedBeta, ...]  # the same model, fitted to contracts drawn anew
    trial: PaymentTrial | None
    refused: Refusal
    horizon: int  # renewals looked ahead
    within: float  # from running contracts, at these renewals
    endless: float
    new_within: float  # of a new contract at the mean price now: a year's payments, the first among them
    new_endless: float
    draws: pd.DataFrame  # of these four, by their names

    @property
    def is_valued(self) -> bool:
        """Whether the model has proved itself."""
        return not self.refused

    @property
    def contracts(self) -> int:
        """How many contracts run."""
        return int(self.running["contracts"].sum())

    @property
    def price(self) -> float:
        """Mean payment of a running contract; NaN if none runs."""
        return float(self.running["money"].sum()) / self.contracts if self.contracts else float("nan")


def plan_value(
    family: ContractFamily, *, horizon_months: int, annual_discount_rate: float, seed: int = 1
) -> PlanValue:
    """Value the contracts of a family, if its model may be used.

    Parameters
    ----------
    horizon_months : int
        How far ahead ``within`` looks.
    annual_discount_rate : float
        Effective, a fraction.

    Returns
    -------
    PlanValue
        The draws refit the model to contracts drawn anew and add the luck of every contract; those of a new
        contract are of its mean, so they hold no luck.
    """
    group = family.group
    running, horizon = running_cells(group), max(1, round(horizon_months / group.step))
    found = {
        "group": group,
        "running": running,
        "lost": family.lost,
        "model": family.model,
        "fits": (),
        "trial": family.trial,
        "refused": family.refused,
        "horizon": horizon,
    }
    if found["refused"]:
        return PlanValue(**found, **dict.fromkeys(MONEY, float("nan")), draws=pd.DataFrame())
    discount = discount_per_period(annual_discount_rate, billed_every=group.billed_every)
    money, _ = _money(family.model, found, discount)
    random = np.random.default_rng(seed)
    cells = tenure_cells(group.tenures)
    found["fits"], drawn = tuple(bootstrapped(cells, family.model, draws=DRAWS, seed=seed)), []
    for each in found["fits"]:
        means, variances = _money(each, found, discount)
        drawn.append(means + np.sqrt(variances) * random.standard_normal(len(MONEY)))
    return PlanValue(
        **found, **dict(zip(MONEY, money.tolist(), strict=True)), draws=pd.DataFrame(drawn, columns=MONEY)
    )


def residual_curve(plan: PlanValue, *, annual_discount_rate: float, fewest: int) -> pd.DataFrame:
    """Say what a running contract is still to bring, by the renewals it has lived through.

    Returns
    -------
    DataFrame
        One row per number of renewals up to the last that ``fewest`` running contracts have reached:
        ``renewals``, ``months``, ``money`` (at the mean price), ``low``, ``high`` (of the mean).
    """
    reached = plan.running.sort_values("renewals", ascending=False)
    enough = reached.loc[reached["contracts"].cumsum() >= fewest, "renewals"]
    lived = np.arange(int(enough.max()) + 1 if len(enough) else 0)
    discount = discount_per_period(annual_discount_rate, billed_every=plan.group.billed_every)
    how = {"discount": discount, "horizon": None}
    curves = [payments_to_come(each, lived, **how)[0] for each in (plan.model, *plan.fits)]
    low, high = draw_interval(np.array(curves[1:]), level=0.95)
    return pd.DataFrame(
        {
            "renewals": lived,
            "months": lived * plan.group.step,
            "money": curves[0] * plan.price,
            "low": low * plan.price,
            "high": high * plan.price,
        }
    )


def _money(model: ShiftedBeta, found: dict, discount: float) -> tuple[Floats, Floats]:
    """Return the four amounts and the variances that luck gives them."""
    running, horizon = found["running"], found["horizon"]
    contracts = running["contracts"].sum()
    price = running["money"].sum() / contracts if contracts else np.nan
    within = running_money(model, running, discount=discount, horizon=horizon)
    endless = running_money(model, running, discount=discount, horizon=None)
    year = PER_YEAR[found["group"].billed_every]
    new = [price * new_contract(model, discount=discount, horizon=ahead) for ahead in (year, None)]
    return np.array([within[0], endless[0], *new]), np.array([within[1], endless[1], 0.0, 0.0])
