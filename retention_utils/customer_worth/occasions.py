"""What customers without contracts are worth who buy, or not, once at each of a row of occasions."""

from datetime import date

import pandas as pd

from retention_utils.customer_worth.orders import Objections, checks_of, formulas, order_count
from retention_utils.customer_worth.shared import Worth, put_together
from retention_utils.mart import Mart
from retention_utils.periods import held_out
from retention_utils.value_models.expectation import WEEKS_PER_YEAR
from retention_utils.value_models.occasion_appraisal import OccasionAppraisal, appraise_occasions

__all__ = ["occasion_worth"]


def occasion_worth(mart: Mart, *, objections: Objections) -> Worth:
    """Appraise customers by BG/BB and gamma-gamma; an occasion is a period of the report."""
    calendar = mart.table("calendar")
    found = order_count(mart, calendar)
    appraisal = _appraisal(mart, periods=len(calendar), year=found.age, objections=objections)
    by_formula, tested = formulas(mart, calendar, found)
    return put_together(
        mart, "occasions", found, by_formula=by_formula, tested=tested, joined=mart.table("movements"),
        newcomer=appraisal.newcomer, model_bias=appraisal.bias_share,
        model_tested=_last_known(calendar), occasions=appraisal,
    )  # fmt: skip


def _last_known(calendar: pd.DataFrame) -> date | None:
    """Return the last day before the periods that are held out; None where nothing is left."""
    days = calendar["last_day"].iloc[: -held_out(len(calendar))]
    return pd.Timestamp(days.iloc[-1]).date() if len(days) else None


def _appraisal(mart: Mart, *, periods: int, year: int, objections: Objections) -> OccasionAppraisal:
    settings = mart.config.value
    return appraise_occasions(
        mart.table("occasion_cells"),
        mart.table("occasion_holdout"),
        held_out=held_out(periods),
        ahead=max(1, round(settings.horizon_weeks / WEEKS_PER_YEAR * year)),
        year=year,
        discount=(1 + settings.annual_discount_rate) ** (1 / year) - 1,
        annual_discount_rate=settings.annual_discount_rate,
        margin=settings.margin,
        objections=objections(checks_of(mart)),
    )
