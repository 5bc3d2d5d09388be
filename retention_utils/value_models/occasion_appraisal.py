"""What customers who buy or not at each occasion are worth: BG/BB, once tried on the past."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.texts import Text
from retention_utils.value_models import bgbb
from retention_utils.value_models.btyd import fit_spend
from retention_utils.value_models.expectation import expected_spend
from retention_utils.value_models.fits import ModelFit, SpendFit, draw_interval, parameter_table
from retention_utils.value_models.holdout import choose_model
from retention_utils.value_models.occasion_holdout import occasion_errors, occasions_by_frequency
from retention_utils.value_models.occasions import (
    OccasionForecast,
    expected_counts,
    fit_occasions,
    occasion_forecast,
    purchase_luck,
)

__all__ = ["OccasionAppraisal", "appraise_occasions"]

HISTORY = ["frequency", "recency", "occasions"]
LEAST_BUYERS, LEAST_REPEATERS, LEAST_OCCASIONS = 200, 50, 4
DRAWS = 300

Estimate = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class OccasionAppraisal:
    """Money is times the margin share, discounted to the last day; None and empty where it is refused."""

    reasons: tuple[Text, ...]  # why there is no forecast; empty if there is one
    is_short: bool  # the data are too few for any
    held_out: int  # occasions
    errors: pd.DataFrame = field(default_factory=pd.DataFrame)  # see occasion_errors
    by_frequency: pd.DataFrame = field(default_factory=pd.DataFrame)  # see occasions_by_frequency
    counts: pd.DataFrame = field(default_factory=pd.DataFrame)  # see expected_counts
    parameters: pd.DataFrame = field(default_factory=pd.DataFrame)  # see parameter_table
    forecast: OccasionForecast | None = None
    value: Estimate | None = None  # of all customers, over the occasions ahead
    values_by_frequency: pd.DataFrame = field(default_factory=pd.DataFrame)  # frequency, value (of all)
    newcomer: tuple[float, float, float, int] | None = None  # in a year: value, low, high, customers
    margin_share: float = 1.0
    annual_discount_rate: float = 0.0

    @property
    def bias_share(self) -> float | None:
        """How far the model was off in the test, a fraction of what came; None if there is no value."""
        return None if self.reasons else float(self.errors["bias_share"].iloc[0])


def appraise_occasions(
    cells: pd.DataFrame,
    holdout_cells: pd.DataFrame,
    *,
    held_out: int,
    ahead: int,
    year: int,
    discount: float,
    annual_discount_rate: float,
    margin: float,
    objections: Sequence[Text] = (),
) -> OccasionAppraisal:
    """Value customers over the next occasions, if the model did well at the last ones.

    Parameters
    ----------
    cells, holdout_cells : DataFrame
        The mart's ``occasion_cells`` and ``occasion_holdout``.
    held_out, ahead, year : int
        Occasions kept back for the test, looked ahead, and in a year.
    discount : float
        Per occasion, a fraction.
    objections : sequence of Text
        Why nothing may be built on these data.
    """
    if short := (*objections, *_too_few(cells)):
        return OccasionAppraisal(short, True, held_out)
    tried, fit, spend = fit_occasions(holdout_cells), fit_occasions(cells), fit_spend(cells)
    errors = occasion_errors(holdout_cells, tried, ahead=held_out)
    choice = choose_model(errors)
    refused = [each for each in (tried, fit, spend) if not each.is_usable]
    reasons = tuple(reason for each in refused for reason in each.reasons)
    if not reasons and choice.model is None:
        reasons = (choice.reason,)
    found = {
        "errors": errors,
        "by_frequency": occasions_by_frequency(holdout_cells, tried, ahead=held_out),
        "parameters": parameter_table(fit, spend),
        "margin_share": margin,
        "annual_discount_rate": annual_discount_rate,
    }
    if reasons:
        return OccasionAppraisal(tuple(dict.fromkeys(reasons)), False, held_out, **found)
    forecast = occasion_forecast(cells, fit, ahead=ahead, discount=discount)
    money = _money(cells, fit, spend, ahead=ahead, discount=discount, margin=margin)
    return OccasionAppraisal(
        (), False, held_out, counts=expected_counts(cells, fit), forecast=forecast, value=money[0],
        values_by_frequency=money[1], newcomer=_newcomer(cells, fit, spend, year, discount, margin), **found,
    )  # fmt: skip


def _money(
    cells: pd.DataFrame, fit: ModelFit, spend: SpendFit, *, ahead: int, discount: float, margin: float
) -> tuple[Estimate, pd.DataFrame]:
    """Work out what customers bring ahead, with the luck of their purchases; in all and by frequency.

    Spend expected of a customer is linear in the mean so far, so customers of one history are summed up.
    """
    counts = cells["customers"].astype(float)
    summed = cells.assign(amounts=counts * cells["monetary_value"]).groupby(HISTORY, as_index=False)
    alike = summed[["customers", "amounts"]].sum()
    history = [alike[name].to_numpy(float) for name in HISTORY]
    weights = (1 + discount) ** -np.arange(1.0, ahead + 1) * margin

    def brought(timing: pd.Series, amount: pd.Series) -> np.ndarray:
        mean = alike["amounts"].to_numpy() / alike["customers"].to_numpy()
        each = bgbb.purchase_chances(timing, *history, ahead=ahead) @ weights
        return each * expected_spend(amount, history[0], mean) * alike["customers"].to_numpy()

    draws = zip(fit.draws(DRAWS, seed=1).iterrows(), spend.draws(DRAWS, seed=2).iterrows(), strict=True)
    drawn = np.array([brought(one, other).sum() for (_, one), (_, other) in draws])
    luck = np.sqrt(_luck(cells, fit, spend, weights))
    low, high = draw_interval(drawn + luck * np.random.default_rng(3).standard_normal(DRAWS), level=0.95)
    value = brought(fit.parameters, spend.parameters)
    table = alike.assign(value=value).groupby("frequency", as_index=False)["value"].sum()
    return (float(value.sum()), float(low), float(high)), table


def _luck(cells: pd.DataFrame, fit: ModelFit, spend: SpendFit, weights: np.ndarray) -> float:
    """Return the variance that the luck of single purchases gives all money ahead."""
    history = [cells[name].to_numpy(float) for name in HISTORY]
    chances = bgbb.purchase_chances(fit.parameters, *history, ahead=len(weights))
    each = purchase_luck(fit, chances, frequency=history[0], occasions=history[2], weights=weights)
    single = expected_spend(spend.parameters, history[0], cells["monetary_value"].to_numpy(float))
    return float(cells["customers"].to_numpy(float) @ (each * single**2))


def _newcomer(
    cells: pd.DataFrame, fit: ModelFit, spend: SpendFit, year: int, discount: float, margin: float
) -> tuple[float, float, float, int]:
    """Work out what a new customer brings in a year: the mean first purchase, and the later ones.

    The occasion a year on falls on its end, so half of it counts, as in what is counted (``first_year``).
    """
    customers = int(cells["customers"].sum())
    first = float(cells["first_amount"].sum()) / customers
    weights = (1 + discount) ** -np.arange(1.0, year + 1)
    weights[-1] /= 2

    def later(timing: pd.Series, amount: pd.Series) -> float:
        chances = bgbb.purchase_chances(timing, 0.0, 0.0, 0.0, ahead=year)
        return float(chances @ weights * expected_spend(amount, 0.0, 0.0))

    draws = zip(fit.draws(DRAWS, seed=4).iterrows(), spend.draws(DRAWS, seed=5).iterrows(), strict=True)
    sample = np.array([first + later(one, other) for (_, one), (_, other) in draws])
    low, high = draw_interval(sample, level=0.95)
    value = first + later(fit.parameters, spend.parameters)
    return value * margin, float(low) * margin, float(high) * margin, customers


def _too_few(cells: pd.DataFrame) -> tuple[Text, ...]:
    customers = cells["customers"]
    found = {
        "buyers": (int(customers.sum()), LEAST_BUYERS),
        "repeaters": (int(customers[cells["frequency"] > 0].sum()), LEAST_REPEATERS),
        "occasions": (int(cells["occasions"].max()) if len(cells) else 0, LEAST_OCCASIONS),
    }
    return tuple(
        EVERY_LANGUAGE.say(
            "{what, select, buyers {Customers} repeaters {Customers who bought at a second occasion} other "
            "{Occasions since the first customers came}}: {found}; at least {least} needed.",
            what=what,
            found=number,
            least=least,
        )
        for what, (number, least) in found.items()
        if number < least
    )
