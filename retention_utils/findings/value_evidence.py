"""The tables of chapter 10, by how the business sells."""

from retention_utils.columns.value import (
    COHORT_PAYBACK,
    CONTRACT_PAYBACK,
    CONTRACT_THREE_VALUES,
    THREE_VALUES,
)
from retention_utils.customer_worth.shared import Worth
from retention_utils.display import Callout
from retention_utils.display_tables import Table, show_table
from retention_utils.findings.grain_heads import by_grain
from retention_utils.findings.value_contract_tables import contract_tables
from retention_utils.findings.value_occasions import occasion_tables
from retention_utils.findings.value_order_tables import order_tables
from retention_utils.findings.value_tables import formula_note, payback_words, three_values_words
from retention_utils.formats import Formats
from retention_utils.what_if.active_year import ActiveYear
from retention_utils.what_if.everyone import EveryoneYear

__all__ = ["value_evidence"]


def value_evidence(
    worth: Worth | None,
    *,
    year: ActiveYear | None = None,
    everyone: EveryoneYear | None = None,
    formats: Formats,
) -> list[Table | Callout]:
    """List the three values and what winning customers cost, then the models' own tables.

    ``year`` and ``everyone`` are the figures in use for an active customer's year and that of all customers,
    where they are without contracts.
    """
    if worth is None:
        return []
    if worth.contracts:
        return [*_shared(worth, formats), *contract_tables(worth.contracts, formats=formats)]
    if worth.occasions:
        return [*_shared(worth, formats), *occasion_tables(worth.occasions, formats=formats)]
    return [
        *_shared(worth, formats),
        *order_tables(worth.orders, year=year, everyone=everyone, formats=formats),
    ]


def _shared(worth: Worth, formats: Formats) -> list[Table | Callout]:
    grain, made = worth.grain, worth.made
    meaning = formats.say(
        "The values are of {day}. The test is of an earlier day, named beside it: how far off the same "
        "method would have been then on what has come since, {made, select, payments {the formula in money, "
        "the model in payments of a year} other {the formulas in the money of those who were active then, "
        "the model in purchases}}. From and to are the 95% interval of the mean; the model's holds if the "
        "model is right.",
        made=made,
        day=formats.date(worth.as_of),
    )
    words = three_values_words(worth.three, made=made, formats=formats)
    tables = [
        show_table(
            words,
            CONTRACT_THREE_VALUES if worth.contracts else THREE_VALUES,
            key="three_values",
            caption="What a customer is worth: counted, by formula, by model",
            note=formula_note(meaning, worth.by_formula, grain=grain, made=made, formats=formats),
            formats=formats,
        ),
    ]
    return tables if worth.costs is None else [*tables, _payback(worth, formats)]


def _payback(worth: Worth, formats: Formats) -> Table | Callout:
    columns = CONTRACT_PAYBACK if worth.contracts else COHORT_PAYBACK
    return show_table(
        payback_words(worth.account.by_cohort, grain=worth.grain, formats=formats),
        by_grain(columns, worth.grain, formats=formats),
        key="payback",
        caption="What customers cost and have earned back, by when they joined",
        note="Customers who joined lately have had less time. Money spent on keeping customers is not in it.",
        formats=formats,
        is_folded=True,
    )
