"""What an active customer brings in a year, by the method that did better on the client's own past."""

from collections.abc import Sequence

from retention_utils.contract_value.appraisal import appraise_contracts
from retention_utils.customer_worth.orders import Objections, checks_of, rehearsed
from retention_utils.mart import Mart
from retention_utils.subscriptions.base import contract_base
from retention_utils.subscriptions.spans import contract_spans
from retention_utils.texts import Text
from retention_utils.value_models.active_value import active_missed, active_value
from retention_utils.value_models.appraisal import Appraisal
from retention_utils.value_models.btyd import fit_purchases, fit_spend
from retention_utils.value_models.fits import PurchaseFit, SpendFit
from retention_utils.value_models.minimums import missing_minimums
from retention_utils.what_if.active_year import BETA_GEOMETRIC, ActiveYear, Forecast, active_year
from retention_utils.what_if.base_curve import BaseRetention, base_retention

__all__ = ["active_base", "year_of_active"]

YEAR_WEEKS = 52

Fits = tuple[PurchaseFit, SpendFit]


def active_base(mart: Mart) -> BaseRetention | None:
    """Count who of the active customers stayed: of those who buy, or of those under contract."""
    if not mart.has_orders:
        spans = contract_spans(mart.supplied("subscriptions"), mart.config.contracts)
        return contract_base(spans, as_of=mart.as_of, history_start=mart.history_start)
    churn = mart.config.churn
    states = [mart.table(name) for name in ("states", "states_before", "states_earlier")]
    return base_retention(*states, gap_days=churn.gap_days, stretch_days=churn.follow_up_days)


def year_of_active(
    mart: Mart, base: BaseRetention | None, *, objections: Objections, appraisal: Appraisal | None = None
) -> ActiveYear | None:
    """Say what an active customer brings in the next twelve months.

    Parameters
    ----------
    base : BaseRetention or None
        From :func:`active_base`.
    objections : callable
        Says of the passport's checks why nothing may be built on the orders.
    appraisal : Appraisal, optional
        Of the orders, where it has been made already.

    Returns
    -------
    ActiveYear or None
        None without a base.
    """
    if base is None:
        return None
    settings = mart.config.value
    terms = {"margin": settings.margin, "annual_discount_rate": settings.annual_discount_rate}
    if not mart.has_orders:
        model = _of_contracts(mart, base, terms)
    elif mart.config.business_type != "orders":
        model = None  # the chapter on value counts occasions then, or payments
    else:
        fits = appraisal.fits if appraisal else _fits(mart, objections(checks_of(mart)))
        model = fits and _of_orders(mart, base, fits, terms)
    return active_year(base, model, **terms)


def _fits(mart: Mart, doubts: Sequence[Text]) -> Fits | None:
    """Fit the model that does best in the rehearsal; None where none may be used."""
    model, cells = rehearsed(mart, doubts).choice.model, mart.table("cells")
    if model is None or missing_minimums(cells):
        return None
    fits = fit_purchases(cells, model=model), fit_spend(mart.table("spend_cells"))
    return fits if all(fit.is_usable for fit in fits) else None


def _of_orders(mart: Mart, base: BaseRetention, fits: Fits, terms: dict[str, float]) -> Forecast:
    gap_days, model = mart.config.churn.gap_days, fits[0].model
    values = active_value(mart.table("states"), *fits, gap_days=gap_days, **terms)
    missed = active_missed(
        mart.table("states_before"), model=model, gap_days=gap_days, days=base.stretch_days
    )
    return Forecast(model, *values, missed)


def _of_contracts(mart: Mart, base: BaseRetention, terms: dict[str, float]) -> Forecast | None:
    """Spread the payments of the next year over those under contract; None unless all have a model."""
    found = appraise_contracts(
        contract_spans(mart.supplied("subscriptions"), mart.config.contracts),
        history_start=mart.history_start,
        as_of=mart.as_of,
        horizon_weeks=YEAR_WEEKS,
        min_customers=mart.config.min_cohort,
        **terms,
    )
    if found.within is None or found.refused:
        return None
    return Forecast(BETA_GEOMETRIC, *(money / base.active_now for money in found.within), found.bias_share)
