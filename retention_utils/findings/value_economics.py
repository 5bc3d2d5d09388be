"""What winning a customer costs, and when it is earned back."""

import pandas as pd

from retention_utils.display import Callout, Finding, Kpi, Verdict, supply
from retention_utils.findings.words import at_age, interval, period_word, three_digits
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
            "With what was spent on winning customers, this section says what a new customer costs, how many "
            "times that comes back (LTV:CAC) and after how long (payback). Supply a table [tables.costs] in "
            "client.toml; its columns are in data/README.md."
        )
        return supply("missing_costs", "What winning a customer costs, and when it is earned back", text)
    if economics is None:
        unit = period_word(grain)
        text = (
            "What winning a customer costs cannot be said: no row of the table of costs (rows: "
            f"{len(costs)}) belongs to a whole {unit} whose new customers are surely new. State costs for "
            f"every {unit} of the report."
        )
        return Finding("unit_economics", "not enough data", text)
    if margin == 1:
        text = (
            f"{_spent(economics, formats)}. Whether that pays cannot be said without the margin: state "
            "value.margin in client.toml."
        )
        return Finding("unit_economics", "not enough data", text)
    if pd.isna(economics.ratio):
        text = (
            f"{_spent(economics, formats)}. Nobody with known costs has been followed up to "
            f"{at_age(economics.age, grain)} yet. {_paid(economics, grain, formats)}"
        )
        return Finding("unit_economics", _verdict(economics), text)
    text = (
        f"{_returned(economics, grain, formats)} {_paid(economics, grain, formats)} "
        f"{_cost(economics, grain, formats)}"
    )
    return Finding("unit_economics", _verdict(economics), text)


def _spent(economics: UnitEconomics, formats: Formats) -> str:
    return (
        f"Winning a customer has cost {formats.money(economics.cost)} on average "
        f"({formats.short_money(economics.spend)} spent on {formats.count(economics.customers)} new "
        f"customers, {formats.period(economics.first_period)} to {formats.period(economics.last_period)})"
    )


def _returned(economics: UnitEconomics, grain: Grain, formats: Formats) -> str:
    """Answer whether winning customers pays within a year."""
    sure = f"too few {period_word(grain)}s of joining for an interval"
    if pd.notna(economics.low):
        sure = interval(economics.low, economics.high, "number", formats)
    found = (
        f"up to {at_age(economics.age, grain)}, a customer had brought "
        f"{formats.money(three_digits(economics.value))} of margin, "
        f"{formats.number(economics.ratio)} times what winning these customers had cost ({sure})."
    )
    answers = {
        "yes": f"Winning customers has paid: {found}",
        "no": f"Winning customers has not paid within a year: {found}",
        "with reservations": f"Whether winning customers pays within a year is not certain: {found}",
    }
    return answers[_verdict(economics)]


def _cost(economics: UnitEconomics, grain: Grain, formats: Formats) -> str:
    """Say what winning one has cost over all, and lately."""
    cost = (
        f"Winning one has cost {formats.money(economics.cost)} on average "
        f"({formats.count(economics.customers)} new customers)"
    )
    if pd.isna(economics.recent_cost) or economics.periods <= economics.age:
        return f"{cost}."
    recent = formats.money(economics.recent_cost)
    return f"{cost}, {recent} in the last {_periods(economics.age, grain, formats)} with costs."


def _paid(economics: UnitEconomics, grain: Grain, formats: Formats) -> str:
    if economics.payback_age is None:
        return (
            f"The cost is not yet earned back: in {_periods(economics.seen_age, grain, formats)} after "
            f"joining, {formats.share(economics.recovered)} of it came back."
        )
    if economics.payback_age == 0:
        return f"The cost is earned back within the {period_word(grain)} of joining."
    return f"The cost is earned back by {at_age(economics.payback_age, grain)}."


def _periods(number: int, grain: Grain, formats: Formats) -> str:
    return f"{formats.count(number)} {period_word(grain)}{'' if number == 1 else 's'}"


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
        return Kpi("ltv_to_cac", label, "—", None, basis=why or "nobody followed for a year yet")
    return Kpi(
        key="ltv_to_cac",
        label=label,
        value=formats.number(economics.ratio),
        number=round(economics.ratio, 2),
        interval="" if pd.isna(economics.low) else interval(economics.low, economics.high, "number", formats),
        basis=f"margin {formats.money(three_digits(economics.value))} up to {at_age(economics.age, grain)} ÷ "
        f"what winning these customers had cost; {RULE_OF_THUMB}",
    )


def payback_kpi(
    economics: UnitEconomics | None, *, has_costs: bool, margin: float, grain: Grain, formats: Formats
) -> Kpi:
    """Give the age by which a customer has earned back what winning one cost."""
    label = "Cost of winning a customer is earned back by"
    if why := _why_not(economics, has_costs=has_costs, margin=margin):
        return Kpi("payback", label, "—", None, basis=why)
    seen = f"followed for {_periods(economics.seen_age, grain, formats)}"
    if economics.payback_age is None:
        back = formats.share(economics.recovered)
        return Kpi("payback", label, "not yet", None, basis=f"{seen}; {back} of the cost earned back so far")
    value = f"{period_word(grain)} {economics.payback_age}"
    return Kpi(
        "payback",
        label,
        value,
        economics.payback_age,
        basis=f"{period_word(grain)} 0 is the {period_word(grain)} of joining; {seen}",
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
