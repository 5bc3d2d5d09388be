"""What an active customer, and all so far, bring in a year, by what did better on the client's own past."""

from collections.abc import Sequence

from retention_utils.contract_value.appraisal import ContractAppraisal, appraise_contracts
from retention_utils.customer_worth.orders import Objections, checks_of, rehearsed
from retention_utils.customer_worth.shared import Worth
from retention_utils.mart import Mart
from retention_utils.subscriptions.base import contract_base
from retention_utils.subscriptions.spans import contract_spans
from retention_utils.texts import Text
from retention_utils.value_models.active_value import active_value, missed
from retention_utils.value_models.appraisal import Appraisal
from retention_utils.value_models.btyd import fit_purchases, fit_spend
from retention_utils.value_models.fits import PurchaseFit, SpendFit
from retention_utils.value_models.minimums import missing_minimums
from retention_utils.what_if.active_year import BETA_GEOMETRIC, ActiveYear, Forecast, active_year
from retention_utils.what_if.base_curve import BaseRetention, base_retention
from retention_utils.what_if.everyone import EveryoneYear, everyone_year
from retention_utils.what_if.lapsed import LapsedCount, lapsed_count

__all__ = ["active_base", "year_of_active", "years_ahead"]

YEAR_WEEKS = 52
MONTHS = 12
STATES = ("states", "states_before", "states_earlier")

Fits = tuple[PurchaseFit, SpendFit]


def active_base(mart: Mart) -> BaseRetention | None:
    """Count who of the active customers stayed: of those who buy, or of those under contract."""
    if not mart.has_orders:
        spans = contract_spans(mart.supplied("subscriptions"), mart.config.contracts)
        return contract_base(spans, as_of=mart.as_of, history_start=mart.history_start)
    churn = mart.config.churn
    states = [mart.table(name) for name in STATES]
    return base_retention(*states, gap_days=churn.gap_days, stretch_days=churn.follow_up_days)


def year_of_active(mart: Mart, base: BaseRetention | None, *, objections: Objections) -> ActiveYear | None:
    """Say what an active customer brings in the next twelve months; None without a base.

    Parameters
    ----------
    base, objections
        As for :func:`years_ahead`.
    """
    return years_ahead(mart, base, None, objections=objections)[0]


def years_ahead(
    mart: Mart, base: BaseRetention | None, worth: Worth | None, *, objections: Objections
) -> tuple[ActiveYear | None, EveryoneYear | None]:
    """Say what an active customer brings in the next twelve months, and what all customers so far do.

    Parameters
    ----------
    base : BaseRetention or None
        From :func:`active_base`.
    worth : Worth or None
        From :func:`retention_utils.customer_worth.whole.customer_worth`: its models need not be fitted again.
        Without it nothing is said of all customers.
    objections : callable
        Says of the passport's checks why nothing may be built on the orders.

    Returns
    -------
    tuple
        Either is None where it cannot be told; of all customers for a business of orders alone.
    """
    if not mart.has_orders:
        return _year_of_contracts(mart, base, worth and worth.contracts), None
    return _years_of_orders(mart, base, worth and worth.orders, objections)


def _years_of_orders(
    mart: Mart, base: BaseRetention | None, appraisal: Appraisal | None, objections: Objections
) -> tuple[ActiveYear | None, EveryoneYear | None]:
    terms = _terms(mart)
    # Where customers buy at occasions or pay under contract, the chapter on value counts those.
    is_of_orders = base is not None and mart.config.business_type == "orders"
    fits = is_of_orders and (appraisal.fits if appraisal else _fits(mart, objections(checks_of(mart))))
    if not fits:
        return active_year(base, None, **terms), None
    gap_days = mart.config.churn.gap_days
    off = missed(mart.table("states_before"), model=fits[0].model, gap_days=gap_days, days=base.stretch_days)
    values = active_value(mart.table("states"), *fits, gap_days=gap_days, **terms)
    year = active_year(base, Forecast(fits[0].model, *values, off.active), **terms)
    if not appraisal or mart.config.value.horizon_weeks != YEAR_WEEKS:
        return year, None
    found = appraisal.value
    model = Forecast(found.model, found.value, found.value_low, found.value_high, off.everyone)
    return year, everyone_year(base, _lapsed(mart), year, model, **terms)


def _terms(mart: Mart) -> dict[str, float]:
    settings = mart.config.value
    return {"margin": settings.margin, "annual_discount_rate": settings.annual_discount_rate}


def _lapsed(mart: Mart) -> LapsedCount | None:
    churn = mart.config.churn
    states = [mart.table(name) for name in STATES]
    return lapsed_count(*states, gap_days=churn.gap_days, stretch_days=churn.follow_up_days)


def _fits(mart: Mart, doubts: Sequence[Text]) -> Fits | None:
    """Fit the model that does best in the rehearsal; None where none may be used."""
    model, cells = rehearsed(mart, doubts).choice.model, mart.table("cells")
    if model is None or missing_minimums(cells):
        return None
    fits = fit_purchases(cells, model=model), fit_spend(mart.table("spend_cells"))
    return fits if all(fit.is_usable for fit in fits) else None


def _year_of_contracts(
    mart: Mart, base: BaseRetention | None, appraisal: ContractAppraisal | None
) -> ActiveYear | None:
    """Spread the payments of the next year over those under contract, where all have a model."""
    if base is None:
        return None
    found = appraisal if appraisal and appraisal.horizon_months == MONTHS else _appraised(mart)
    if found.within is None or found.refused:
        return active_year(base, None, **_terms(mart))
    each = (money / base.active_now for money in found.within)
    return active_year(base, Forecast(BETA_GEOMETRIC, *each, found.bias_share), **_terms(mart))


def _appraised(mart: Mart) -> ContractAppraisal:
    return appraise_contracts(
        contract_spans(mart.supplied("subscriptions"), mart.config.contracts),
        history_start=mart.history_start,
        as_of=mart.as_of,
        horizon_weeks=YEAR_WEEKS,
        min_customers=mart.config.min_cohort,
        **_terms(mart),
    )
