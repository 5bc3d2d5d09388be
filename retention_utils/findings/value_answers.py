"""What chapter 10 shows in words: answers, notes and key figures, by how the business sells."""

from retention_utils.customer_worth.shared import Worth
from retention_utils.display import Callout, Finding, Kpi
from retention_utils.findings import (
    value,
    value_contracts,
    value_economics,
    value_kpis,
    value_occasions,
    value_three,
)
from retention_utils.formats import Formats

__all__ = ["key_figures", "value_answers", "value_notes"]


def value_answers(worth: Worth | None, *, formats: Formats) -> list[Finding | Callout]:
    """Answer what customers are worth, ahead and in three ways, and what winning one costs."""
    if worth is None:
        return [value_contracts.undated(formats=formats)]
    reading = {"margin": worth.margin, "grain": worth.grain, "formats": formats}
    three = value_three.three_values(worth.three, worth.by_formula, made=worth.made, **reading)
    return [
        _ahead(worth, formats),
        three,
        value_economics.unit_economics(
            worth.account.economics, worth.costs, by_cohort=worth.account.by_cohort, **reading
        ),
    ]


def value_notes(worth: Worth | None, *, formats: Formats) -> list[Callout]:
    """List what a reader would otherwise get wrong."""
    if worth is None:
        return []
    if worth.contracts:
        return value_contracts.notes(worth.contracts, formats=formats)
    if worth.occasions:
        return value_occasions.choice(worth.occasions, formats=formats)
    return value.notes(worth.orders, formats=formats)


def key_figures(worth: Worth | None, *, formats: Formats) -> list[Kpi]:
    """Give the key figures of value and of what winning a customer costs."""
    if worth is None:
        return []
    reading = {"margin": worth.margin, "formats": formats}
    costs = {"has_costs": worth.costs is not None, **reading}
    first, last = _own_figures(worth, formats)
    return [
        first,
        value_kpis.customer_value_kpi(worth.three, made=worth.made, **reading),
        value_kpis.ltv_to_cac_kpi(worth.account.economics, **costs),
        value_kpis.payback_kpi(worth.account.economics, grain=worth.grain, **costs),
        last,
    ]


def _ahead(worth: Worth, formats: Formats) -> Finding:
    if worth.contracts:
        return value_contracts.contracts_worth(worth.contracts, formats=formats)
    if worth.occasions:
        return value_occasions.occasions_worth(worth.occasions, grain=worth.grain, formats=formats)
    return value.worth(worth.orders, holdout_weeks=worth.holdout_weeks, formats=formats)


def _own_figures(worth: Worth, formats: Formats) -> tuple[Kpi, Kpi]:
    if worth.contracts:
        return (
            value_contracts.expected_kpi(worth.contracts, formats=formats),
            value_contracts.residual_kpi(worth.contracts, formats=formats),
        )
    if worth.occasions:
        return (
            value_occasions.expected_kpi(worth.occasions, grain=worth.grain, formats=formats),
            value_occasions.alive_kpi(worth.occasions, formats=formats),
        )
    return value.value_kpi(worth.orders, formats=formats), value.alive_kpi(worth.orders, formats=formats)
