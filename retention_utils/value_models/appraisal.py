"""What the present customers are worth, told only by a model that has proved itself on their own past.

The models are fitted twice: to the calibration part of the history, to be held against the rest, and to all
of it, to look ahead. The model that looks ahead is the one with the smallest root mean square error in the
hold-out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.texts import Text
from retention_utils.value_models.active import active_customers
from retention_utils.value_models.btyd import fit_purchases, fit_spend
from retention_utils.value_models.by_segment import value_by_segment
from retention_utils.value_models.customer_value import CustomerValue, customer_value
from retention_utils.value_models.expectation import BG_NBD, MBG_NBD, PARETO_NBD
from retention_utils.value_models.fits import ModelFit, PurchaseFit, SpendFit, parameter_table
from retention_utils.value_models.holdout import (
    ModelChoice,
    choose_model,
    holdout_by_frequency,
    holdout_errors,
)
from retention_utils.value_models.minimums import (
    DEFAULT_MINIMUMS,
    DataMinimums,
    data_minimums,
    missing_minimums,
)
from retention_utils.value_models.newcomers import FirstSpend, NewcomerValue, newcomer_value
from retention_utils.value_models.spend import SpendIndependence, spend_by_frequency, spend_independence
from retention_utils.value_models.tracking import tracking

__all__ = ["Appraisal", "Rehearsal", "appraise", "rehearse"]

MODELS = (BG_NBD, MBG_NBD, PARETO_NBD)


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """How the models would have done in the last weeks, knowing only what came before."""

    missing: tuple[Text, ...]  # what the calibration part lacks; nothing is fitted then
    choice: ModelChoice
    errors: pd.DataFrame  # see holdout_errors; this and what follows is empty if data are missing
    by_frequency: pd.DataFrame  # see holdout_by_frequency
    tracking: pd.DataFrame  # see tracking


@dataclass(frozen=True, eq=False)
class Appraisal:
    """What the customers are worth, or why that cannot be said."""

    missing: tuple[Text, ...]  # what the data lack; nothing is fitted then
    rehearsal: Rehearsal
    value: CustomerValue | None  # None if data are missing or no model may be used
    active: pd.DataFrame  # see active_customers; this and what follows is empty if data are missing
    parameters: pd.DataFrame  # see parameter_table
    spend_by_frequency: pd.DataFrame  # see spend_by_frequency
    independence: SpendIndependence | None
    newcomer: NewcomerValue | None = None  # None if there is no value
    segment_values: pd.DataFrame = field(default_factory=pd.DataFrame)  # see value_by_segment
    requirements: pd.DataFrame = field(default_factory=pd.DataFrame)  # see data_minimums
    used: tuple[PurchaseFit, SpendFit] | None = None  # the models that look ahead; None without any

    @property
    def fits(self) -> tuple[PurchaseFit, SpendFit] | None:
        """The models that look ahead, unless there is no value."""
        return None if self.reasons else self.used

    @property
    def by_segment(self) -> pd.DataFrame:
        """The value by segment; empty if there is none, or no segments were given."""
        return pd.DataFrame() if self.reasons else self.segment_values

    @property
    def by_frequency(self) -> pd.DataFrame:
        """The value by number of repeat purchases so far; empty if there is none."""
        return pd.DataFrame() if self.reasons else self.value.by_frequency

    @property
    def by_cohort(self) -> pd.DataFrame:
        """The value by period of the first purchase; empty if there is none."""
        return pd.DataFrame() if self.reasons else self.value.by_cohort

    @property
    def bias_share(self) -> float | None:
        """How far the total was off in the test, a fraction of what came; None if there is no value."""
        if self.reasons:
            return None
        return float(self.rehearsal.errors.set_index("model").loc[self.value.model, "bias_share"])

    @property
    def year_value(self) -> tuple[float, float, float, int] | None:
        """Value of a new customer in 52 weeks: mean, low, high, customers; None if there is none."""
        if self.reasons or self.newcomer is None:
            return None
        return self.newcomer.value, self.newcomer.low, self.newcomer.high, self.newcomer.customers

    @property
    def reasons(self) -> tuple[Text, ...]:
        """Why there is no value, in sentences; empty if there is one."""
        if self.missing or self.rehearsal.missing:
            return self.missing or self.rehearsal.missing
        if self.rehearsal.choice.model is None:
            return (self.rehearsal.choice.reason,)
        return self.value.reasons


def rehearse(
    holdout_cells: pd.DataFrame,
    weekly_repeats: pd.DataFrame,
    *,
    holdout_weeks: int,
    objections: Sequence[Text] = (),
    minimums: DataMinimums = DEFAULT_MINIMUMS,
) -> Rehearsal:
    """Fit the models to the calibration part and hold them against the hold-out.

    Parameters
    ----------
    holdout_cells, weekly_repeats : DataFrame
        The mart's tables of these names.
    holdout_weeks : int
        Length of the hold-out.
    objections : sequence of Text
        Why nothing may be built on these data, in sentences; nothing is fitted then.
    minimums : DataMinimums
        What the calibration part must hold.
    """
    cells = holdout_cells.drop(columns="holdout_purchases")
    made = int((holdout_cells["holdout_purchases"] * holdout_cells["customers"]).sum())
    missing = missing_minimums(cells, holdout_purchases=made, minimums=minimums)
    if objections or missing:
        late = tuple(
            EVERY_LANGUAGE.say(
                "Before the last {weeks, plural, one {# week} other {# weeks}}: {reason}",
                weeks=holdout_weeks,
                reason=reason,
            )
            for reason in missing
        )
        reasons = tuple(objections) or late
        none = ModelChoice(
            None, float("nan"), float("nan"), EVERY_LANGUAGE.say("Too few data before the hold-out.")
        )
        return Rehearsal(reasons, none, pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    fits = tuple(fit_purchases(cells, model=model) for model in MODELS)
    errors = holdout_errors(holdout_cells, *fits, holdout_days=7 * holdout_weeks)
    return Rehearsal(
        missing=(),
        choice=choose_model(errors),
        errors=errors,
        by_frequency=holdout_by_frequency(holdout_cells, *fits, holdout_days=7 * holdout_weeks),
        tracking=tracking(cells, _every_week(weekly_repeats, cells, holdout_weeks), *fits),
    )


def appraise(
    cells: pd.DataFrame,
    spend_cells: pd.DataFrame,
    rehearsal: Rehearsal,
    *,
    horizon_weeks: int,
    annual_discount_rate: float,
    margin: float,
    first: FirstSpend | None = None,
    segments: pd.DataFrame | None = None,
    objections: Sequence[Text] = (),
    minimums: DataMinimums = DEFAULT_MINIMUMS,
) -> Appraisal:
    """Value the present customers with the model that did best in the rehearsal.

    Parameters
    ----------
    cells, spend_cells : DataFrame
        The mart's tables of these names; ``cells`` may have a ``cohort``.
    rehearsal : Rehearsal
        From :func:`rehearse`.
    horizon_weeks : int
        How far to look ahead.
    annual_discount_rate : float
        Effective, per year, a fraction.
    margin : float
        Share of revenue that counts; 1 for revenue itself.
    first : FirstSpend, optional
        What a first purchase brings; without it a new customer is not valued.
    segments : DataFrame, optional
        From :func:`retention_utils.value_models.by_segment.segment_cells`; without it no segment is valued.
    objections : sequence of Text
        Why nothing may be built on these data, in sentences; nothing is fitted then.
    """
    missing = (*objections, *missing_minimums(cells, minimums=minimums))
    requirements = data_minimums(cells, minimums=minimums)
    if missing:
        nothing = (pd.DataFrame() for _ in range(3))
        return Appraisal(missing, rehearsal, None, *nothing, independence=None, requirements=requirements)
    fits = tuple(fit_purchases(cells, model=model) for model in MODELS)
    spend = fit_spend(spend_cells)
    chosen = next((fit for fit in fits if fit.model == rehearsal.choice.model), None)
    terms = {
        "horizon_weeks": horizon_weeks,
        "annual_discount_rate": annual_discount_rate,
        "margin_share": margin,
    }
    value = chosen and customer_value(cells, chosen, spend, **terms)
    newcomer, by_segment = None, pd.DataFrame()
    if value and segments is not None:
        by_segment = value_by_segment(segments, chosen, spend, **terms)
    if value:
        refused = [fit for fit in (chosen, spend) if not fit.is_usable]
        value = replace(value, reasons=tuple(map(_why_refused, refused)))
        newcomer = first and newcomer_value(
            first, chosen, spend, annual_discount_rate=annual_discount_rate, margin_share=margin
        )
    return Appraisal(
        missing=(),
        rehearsal=rehearsal,
        value=value,
        active=active_customers(cells, *fits, preferred=rehearsal.choice.model),
        parameters=parameter_table(*fits, spend),
        spend_by_frequency=spend_by_frequency(spend_cells),
        independence=spend_independence(spend_cells),
        newcomer=newcomer,
        segment_values=by_segment,
        requirements=requirements,
        used=chosen and (chosen, spend),
    )


def _why_refused(fit: ModelFit) -> Text:
    return EVERY_LANGUAGE.joined(
        [EVERY_LANGUAGE.name(fit.model), EVERY_LANGUAGE.joined(fit.reasons, by=" ")], by=": "
    )


def _every_week(weekly_repeats: pd.DataFrame, cells: pd.DataFrame, holdout_weeks: int) -> pd.DataFrame:
    """Fill the weeks without a purchase with zeros, up to the last whole week observed."""
    days = int(cells["age_days"].max()) + 1 + 7 * holdout_weeks if len(cells) else 0
    weeks = pd.DataFrame({"week": range(1, days // 7 + 1)})
    table = weeks.merge(weekly_repeats, on="week", how="left")
    return table.fillna({"repeat_purchases": 0}).astype("int64")
