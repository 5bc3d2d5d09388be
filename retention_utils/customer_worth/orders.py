"""What customers without contracts are worth, who may buy at any time."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pandas as pd

from retention_utils.customer_worth.movement import averaged, order_movement
from retention_utils.customer_worth.shared import Counted, Worth, counted, put_together
from retention_utils.mart import Mart
from retention_utils.passport.checks import Check
from retention_utils.passport.whole import data_passport
from retention_utils.segments.rfm import rfm_classes
from retention_utils.texts import Text
from retention_utils.unit_economics import formula
from retention_utils.unit_economics.formula_trial import FormulaTrial, formula_trial
from retention_utils.value_models.appraisal import Appraisal, Rehearsal, appraise, rehearse
from retention_utils.value_models.by_segment import segment_cells
from retention_utils.value_models.customer_value import with_cohorts
from retention_utils.value_models.newcomers import first_spend

__all__ = ["Objections", "checks_of", "formulas", "order_count", "order_worth", "rehearsed"]

Objections = Callable[[list[Check]], tuple[Text, ...]]


def order_worth(mart: Mart, *, objections: Objections) -> Worth:
    """Appraise customers by BG/NBD, MBG/NBD or Pareto/NBD and gamma-gamma.

    Parameters
    ----------
    objections : callable
        Says of the passport's checks why nothing may be built on the data.
    """
    calendar = mart.table("calendar")
    found = order_count(mart, calendar)
    appraisal = _appraisal(mart, calendar, objections(checks_of(mart)))
    by_formula, tested = formulas(mart, calendar, found)
    return put_together(
        mart, "orders", found, by_formula=by_formula, tested=tested, joined=mart.table("movements"),
        newcomer=appraisal.year_value, model_bias=appraisal.bias_share,
        model_tested=mart.as_of - timedelta(weeks=mart.config.value.holdout_weeks), orders=appraisal,
    )  # fmt: skip


def order_count(mart: Mart, calendar: pd.DataFrame) -> Counted:
    """Count what customers have spent by each age."""
    return counted(
        mart.table("cohort_cells"),
        calendar,
        margin=mart.config.value.margin,
        min_customers=mart.config.min_cohort,
    )


def checks_of(mart: Mart) -> list[Check]:
    """Check the data as the passport does."""
    tables = (mart.table(name) for name in ("row_account", "daily", "customers"))
    days = {"history_start": mart.history_start, "as_of": mart.as_of}
    return data_passport(*tables, **days, stated_revenue=mart.config.stated_revenue).checks


def rehearsed(mart: Mart, doubts: Sequence[Text]) -> Rehearsal:
    """Hold the models against the last weeks."""
    return rehearse(
        mart.table("holdout_cells"),
        mart.table("weekly_repeats"),
        holdout_weeks=mart.config.value.holdout_weeks,
        objections=doubts,
    )


def _appraisal(mart: Mart, calendar: pd.DataFrame, doubts: tuple[Text, ...]) -> Appraisal:
    settings, states = mart.config.value, mart.table("states")
    groups = rfm_classes(states, gap_days=mart.config.churn.gap_days)["group"]
    return appraise(
        with_cohorts(mart.table("cells"), calendar, as_of=mart.as_of),
        mart.table("spend_cells"),
        rehearsed(mart, doubts),
        horizon_weeks=settings.horizon_weeks,
        annual_discount_rate=settings.annual_discount_rate,
        margin=settings.margin,
        first=first_spend(states, calendar),
        segments=segment_cells(states, groups),
        objections=doubts,
    )


def formulas(
    mart: Mart, calendar: pd.DataFrame, found: Counted
) -> tuple[formula.FormulaValue | Text, FormulaTrial | None]:
    """Apply the formulas of value to the active base, and try them on the past."""
    movement, half_year, churn = order_movement(mart), averaged(mart, found.age), mart.config.churn
    tested = formula_trial(
        movement,
        mart.table("states_before"),
        calendar,
        day=mart.as_of - timedelta(days=churn.follow_up_days),
        follow_up_days=churn.follow_up_days,
        gap_days=churn.gap_days,
        **half_year,
    )
    return formula.formula_value(movement, **half_year), tested
