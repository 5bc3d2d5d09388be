"""The movement of the active base that the formulas of value are applied to, and what they say of a year."""

import pandas as pd

from retention_utils.contract_value.earned import contract_cells, contract_movement
from retention_utils.mart import Mart
from retention_utils.pulse import base_movement
from retention_utils.subscriptions.account import contract_account
from retention_utils.unit_economics.cohort_value import year_age
from retention_utils.unit_economics.formula import FormulaValue, formula_value

__all__ = ["averaged", "formula_year", "order_movement"]


def formula_year(mart: Mart) -> float | None:
    """Return what the formula spend ÷ churn says of an active customer's year, as the chapter on value does.

    Returns
    -------
    float or None
        Money, times the margin; None where churn is not known or zero, or contracts have no dates.
    """
    movement = order_movement(mart) if mart.has_orders else _of_contracts(mart)
    age = year_age(mart.table("calendar"))
    found = None if movement is None else formula_value(movement, **averaged(mart, age))
    return found.within(age) if isinstance(found, FormulaValue) else None


def averaged(mart: Mart, age: int) -> dict[str, float]:
    """Say over how many periods the formulas average, of so many in a year, and which share counts."""
    return {"periods": max(1, age // 2), "margin": mart.config.value.margin}


def order_movement(mart: Mart) -> pd.DataFrame:
    """Return the movement of customers without contracts."""
    return base_movement(
        mart.table("movements"),
        mart.table("calendar"),
        history_start=mart.history_start,
        gap_days=mart.config.churn.gap_days,
        min_customers=mart.config.min_cohort,
    )


def _of_contracts(mart: Mart) -> pd.DataFrame | None:
    calendar = mart.table("calendar")
    account = contract_account(
        mart.supplied("subscriptions"), calendar, settings=mart.config.contracts, grain=mart.period.grain,
        as_of=mart.as_of, min_customers=mart.config.min_cohort,
    )  # fmt: skip
    if account is None:
        return None
    return contract_movement(account.revenue.rates, contract_cells(account.spans, calendar))
