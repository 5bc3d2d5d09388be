"""The form that every business's answer takes: counted, by formula and by model, with costs beside them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from retention_utils.contract_value.appraisal import ContractAppraisal
from retention_utils.mart import Mart
from retention_utils.periods import Grain
from retention_utils.texts import Text
from retention_utils.unit_economics import acquisition, cohort_value
from retention_utils.unit_economics.acquisition import CostAccount
from retention_utils.unit_economics.formula import FormulaValue
from retention_utils.unit_economics.formula_trial import FormulaTrial
from retention_utils.unit_economics.three_values import three_values
from retention_utils.value_models.appraisal import Appraisal
from retention_utils.value_models.occasion_appraisal import OccasionAppraisal

__all__ = ["Counted", "Family", "Worth", "counted", "put_together"]

Family = Literal["orders", "occasions", "contracts"]


@dataclass(frozen=True, eq=False)
class Counted:
    """What customers have brought by each age, and in a year."""

    cells: pd.DataFrame  # as the mart's cohort_cells
    by_cohort: pd.DataFrame  # from cohort_value
    historic: pd.DataFrame  # from historic_value
    year_by_cohort: pd.DataFrame  # as by_cohort, of a year
    age: int  # periods in a year

    @property
    def first_year(self) -> pd.DataFrame:
        """As ``historic``, of a year."""
        return cohort_value.historic_value(self.year_by_cohort)

    @property
    def seen(self) -> pd.DataFrame:
        """The ages that at least half of the customers have reached."""
        return cohort_value.well_seen(self.historic)


@dataclass(frozen=True, eq=False)
class Worth:
    """What a customer is worth in three ways, what winning one costs, what the present ones still bring."""

    family: Family
    margin: float  # share of revenue; 1 means revenue is shown
    grain: Grain
    counted: Counted
    by_formula: FormulaValue | Text
    tested: FormulaTrial | None
    three: pd.DataFrame  # from three_values
    costs: pd.DataFrame | None  # as supplied
    account: CostAccount
    holdout_weeks: int
    as_of: date
    orders: Appraisal | None = None  # one of these three, by the family
    occasions: OccasionAppraisal | None = None
    contracts: ContractAppraisal | None = None

    @property
    def made(self) -> Literal["purchases", "occasions", "payments"]:
        """What customers make, and models count: purchases at any time or at occasions, or payments."""
        return {"orders": "purchases", "occasions": "occasions", "contracts": "payments"}[self.family]

    @property
    def cost_line(self) -> float | None:
        """The cost of winning a customer, where margin can be held against it."""
        return self.account.line(self.margin)


def counted(cells: pd.DataFrame, calendar: pd.DataFrame, *, margin: float, min_customers: int) -> Counted:
    """Count what customers have brought.

    Parameters
    ----------
    cells, calendar : DataFrame
        The mart's ``cohort_cells``, or the same of contracts, and its calendar.
    """
    values = cohort_value.cohort_value(cells, calendar, margin=margin, min_customers=min_customers)
    age = cohort_value.year_age(calendar)
    year = cohort_value.first_year(values, age=age)
    return Counted(cells, values, cohort_value.historic_value(values), year, age)


def put_together(
    mart: Mart,
    family: Family,
    found: Counted,
    *,
    by_formula: FormulaValue | Text,
    tested: FormulaTrial | None,
    joined: pd.DataFrame,
    newcomer: tuple[float, float, float, int] | None,
    model_bias: float | None,
    model_tested: date | None,
    **appraisal: Appraisal | OccasionAppraisal | ContractAppraisal,
) -> Worth:
    """Set the three values side by side and hold them against costs.

    Parameters
    ----------
    joined : DataFrame
        ``period_number`` and ``joined``: new customers.
    newcomer : tuple or None
        A new customer's year by the model: value, low, high, customers.
    model_bias : float or None
        How far the model was off in the test.
    model_tested : date
        The last day that it knew of then; None without a test.
    """
    margin, costs = mart.config.value.margin, mart.supplied("costs")
    three = three_values(
        found.first_year, by_formula, tested, newcomer,
        age=found.age, model_bias=model_bias, model_tested=model_tested,
    )  # fmt: skip
    account = acquisition.cost_account(
        costs, joined, mart.table("calendar"), found.by_cohort, age=found.age, year=found.year_by_cohort
    )
    return Worth(
        family, margin, mart.period.grain, found, by_formula, tested, three, costs, account,
        mart.config.value.holdout_weeks, mart.as_of, **appraisal,
    )  # fmt: skip
