"""What winning a customer costs, and when it is earned back."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict, supply
from retention_utils.findings.words import at_age, interval, period_word
from retention_utils.formats import Formats
from retention_utils.periods import Grain
from retention_utils.unit_economics.acquisition import UnitEconomics

__all__ = ["ltv_to_cac_kpi", "payback_kpi", "payback_words", "unit_economics"]

RULE_OF_THUMB = "3 is a rule of thumb only"


def unit_economics(
    economics: UnitEconomics | None,
    costs: pd.DataFrame | None,
    *,
    margin: float,
    grain: Grain,
    formats: Formats,
) -> Finding | Callout:
    """Say what winning a customer costs and when the customer has earned it back; or what to supply."""
    if costs is None:
        text = (
            "With what was spent on winning customers this section says what a new customer costs, how many "
            "times that comes back (LTV:CAC) and after how long (payback). Supply a table [tables.costs] in "
            "client.toml; its columns are in data/README.md."
        )
        return supply("missing_costs", "What winning a customer costs, and when it is earned back", text)
    if economics is None:
        text = (
            f"None of the {len(costs)} rows of costs belongs to a whole {period_word(grain)} with truly new "
            "customers, so a cost per new customer cannot be given. Costs are needed by the same periods as "
            "the report."
        )
        return Finding("unit_economics", "not enough data", text)
    spent = _spent(economics, grain, formats)
    if margin == 1:
        text = (
            f"{spent}. Whether that pays cannot be said: without a margin only revenue is known, not profit. "
            "Set margin under [value] in client.toml for LTV:CAC and payback."
        )
        return Finding("unit_economics", "not enough data", text)
    text = f"{spent}. {_returned(economics, grain, formats)} {_paid(economics, grain, formats)}"
    return Finding("unit_economics", _verdict(economics), text)


def _spent(economics: UnitEconomics, grain: Grain, formats: Formats) -> str:
    spent = (
        f"Winning a customer has cost {formats.money(economics.cost)} on average "
        f"({formats.short_money(economics.spend)} spent on {formats.count(economics.customers)} new "
        f"customers, {formats.period(economics.first_period)} to {formats.period(economics.last_period)})"
    )
    if pd.isna(economics.recent_cost) or economics.periods <= economics.age:
        return spent
    last = f"{economics.age} {period_word(grain)}s" if economics.age > 1 else period_word(grain)
    return f"{spent}, and {formats.money(economics.recent_cost)} in the last {last} of these"


def _returned(economics: UnitEconomics, grain: Grain, formats: Formats) -> str:
    if pd.isna(economics.ratio):
        return (
            f"No group of new customers with known costs has been seen up to {at_age(economics.age, grain)}."
        )
    sure = "too few groups of new customers for an interval"
    if pd.notna(economics.low):
        sure = interval(economics.low, economics.high, "number", formats)
    return (
        f"Up to {at_age(economics.age, grain)} a customer had brought {formats.money(economics.value)} of "
        f"margin, {formats.number(economics.ratio)} times what winning that customer cost ({sure})."
    )


def _paid(economics: UnitEconomics, grain: Grain, formats: Formats) -> str:
    if economics.payback_age is None:
        return (
            f"The cost is not yet earned back: after {formats.count(economics.seen_age)} "
            f"{period_word(grain)}s, {formats.share(economics.recovered)} of it had come back."
        )
    if economics.payback_age == 0:
        return f"The cost is earned back within the {period_word(grain)} of joining."
    return f"The cost is earned back by {at_age(economics.payback_age, grain)}."


def _verdict(economics: UnitEconomics) -> Verdict:
    if pd.isna(economics.ratio):
        return "with reservations" if economics.payback_age is not None else "not enough data"
    if economics.ratio < 1 and (pd.isna(economics.high) or economics.high < 1):
        return "no"
    return "yes" if economics.low > 1 else "with reservations"


def ltv_to_cac_kpi(
    economics: UnitEconomics | None, *, has_costs: bool, margin: float, grain: Grain, formats: Formats
) -> Kpi:
    """Give how many times its cost a customer brings in a year."""
    label = "A year's margin of a customer ÷ cost of winning one (LTV:CAC)"
    why = _why_not(economics, has_costs=has_costs, margin=margin)
    if why or pd.isna(economics.ratio):
        return Kpi("ltv_to_cac", label, "—", None, basis=why or "no group of new customers is a year old")
    return Kpi(
        key="ltv_to_cac",
        label=label,
        value=formats.number(economics.ratio),
        number=round(economics.ratio, 2),
        interval="" if pd.isna(economics.low) else interval(economics.low, economics.high, "number", formats),
        basis=f"cost {formats.money(economics.cost)}, margin {formats.money(economics.value)} up to "
        f"{at_age(economics.age, grain)}; {RULE_OF_THUMB}",
    )


def payback_kpi(
    economics: UnitEconomics | None, *, has_costs: bool, margin: float, grain: Grain, formats: Formats
) -> Kpi:
    """Give the age by which a customer has earned back what winning one cost."""
    label = "Margin has covered the cost of winning a customer by"
    if why := _why_not(economics, has_costs=has_costs, margin=margin):
        return Kpi("payback", label, "—", None, basis=why)
    seen = f"{formats.count(economics.seen_age)} {period_word(grain)}s seen"
    if economics.payback_age is None:
        back = formats.share(economics.recovered)
        return Kpi("payback", label, "not yet", None, basis=f"{seen}; {back} of the cost earned back so far")
    value = f"{period_word(grain)} {economics.payback_age}"
    return Kpi(
        "payback",
        label,
        value,
        economics.payback_age,
        basis=f"{seen}; {period_word(grain)} 0 is the one of joining",
    )


def payback_words(table: pd.DataFrame, *, grain: Grain, formats: Formats) -> pd.DataFrame:
    """Put the table of cohorts and their costs in words: ``period_words``, ``payback_words``."""
    if table.empty:
        return table
    words = ["not yet" if pd.isna(age) else f"{period_word(grain)} {age:.0f}" for age in table["payback_age"]]
    return table.assign(
        period_words=[formats.period(period) for period in table["period"]], payback_words=words
    )


def _why_not(economics: UnitEconomics | None, *, has_costs: bool, margin: float) -> str:
    if not has_costs:
        return "no costs supplied"
    if margin == 1:
        return "no margin given: revenue is not profit"
    return "" if economics else "no costs for whole periods with new customers"
