"""What chapter 10 shows in words: answers, notes and key figures, by how the business sells."""

from retention_utils.customer_worth.shared import Worth
from retention_utils.display import Callout, Finding, Kpi
from retention_utils.findings import (
    value,
    value_contracts,
    value_economics,
    value_everyone,
    value_kpis,
    value_occasions,
    value_three,
)
from retention_utils.formats import Formats
from retention_utils.what_if.active_year import ActiveYear
from retention_utils.what_if.everyone import EveryoneYear

__all__ = ["key_figures", "value_answers", "value_notes"]


def value_answers(
    worth: Worth | None, *, everyone: EveryoneYear | None = None, formats: Formats
) -> list[Finding | Callout]:
    """Answer what customers are worth, ahead and in three ways, and what winning one costs.

    ``everyone`` says of customers without contracts whether a count did better than the model.
    """
    if worth is None:
        return [value_contracts.undated(formats=formats)]
    reading = {"margin": worth.margin, "grain": worth.grain, "formats": formats}
    three = value_three.three_values(worth.three, worth.by_formula, made=worth.made, **reading)
    return [
        _ahead(worth, everyone, formats),
        three,
        value_economics.unit_economics(
            worth.account.economics, worth.costs, by_cohort=worth.account.by_cohort, **reading
        ),
    ]


def value_notes(
    worth: Worth | None,
    *,
    year: ActiveYear | None = None,
    everyone: EveryoneYear | None = None,
    formats: Formats,
) -> list[Callout]:
    """List what a reader would otherwise get wrong."""
    if worth is None:
        return []
    if worth.contracts:
        return value_contracts.notes(worth.contracts, formats=formats)
    if worth.occasions:
        return value_occasions.choice(worth.occasions, formats=formats)
    two_ways = value_everyone.why_two_ways(year, everyone, formats=formats)
    told = value.notes(worth.orders, is_counted=_is_counted(everyone), formats=formats)
    return [*told, two_ways] if two_ways else told


def key_figures(worth: Worth | None, *, everyone: EveryoneYear | None = None, formats: Formats) -> list[Kpi]:
    """Give the key figures of value and of what winning a customer costs."""
    if worth is None:
        return []
    reading = {"margin": worth.margin, "formats": formats}
    costs = {"has_costs": worth.costs is not None, **reading}
    first, last = _own_figures(worth, everyone, formats)
    return [
        first,
        value_kpis.customer_value_kpi(worth.three, made=worth.made, **reading),
        value_kpis.ltv_to_cac_kpi(worth.account.economics, **costs),
        value_kpis.payback_kpi(worth.account.economics, grain=worth.grain, **costs),
        last,
    ]


def _is_counted(everyone: EveryoneYear | None) -> bool:
    return everyone is not None and everyone.is_counted


def _ahead(worth: Worth, everyone: EveryoneYear | None, formats: Formats) -> Finding:
    if worth.contracts:
        return value_contracts.contracts_worth(worth.contracts, formats=formats)
    if worth.occasions:
        return value_occasions.occasions_worth(worth.occasions, grain=worth.grain, formats=formats)
    if _is_counted(everyone):
        return value_everyone.counted_worth(everyone, worth.orders.value, formats=formats)
    return value.worth(worth.orders, holdout_weeks=worth.holdout_weeks, formats=formats)


def _own_figures(worth: Worth, everyone: EveryoneYear | None, formats: Formats) -> tuple[Kpi, Kpi]:
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
    alive = value.alive_kpi(worth.orders, formats=formats)
    if _is_counted(everyone):
        return value_everyone.counted_kpi(everyone, worth.orders.value, formats=formats), alive
    return value.value_kpi(worth.orders, formats=formats), alive
