"""What customers under contract are worth, who can leave at a renewal only."""

from dataclasses import replace

import pandas as pd

from retention_utils.contract_survival.payment_trial import YEAR as TRIED_MONTHS
from retention_utils.contract_value.appraisal import appraise_contracts
from retention_utils.contract_value.earned import contract_cells, contract_movement, newcomers, year_earned
from retention_utils.customer_worth.movement import averaged
from retention_utils.customer_worth.shared import Worth, counted, put_together
from retention_utils.mart import Mart
from retention_utils.subscriptions.account import contract_account
from retention_utils.unit_economics.formula import formula_value
from retention_utils.unit_economics.formula_trial import cohort_formula_trial
from retention_utils.unit_economics.three_values import MODEL, SEED

__all__ = ["contract_worth"]


def contract_worth(mart: Mart) -> Worth | None:
    """Appraise customers by the shifted beta-geometric model, plan by plan.

    Returns
    -------
    Worth or None
        None where the contract list has no dates: nothing can be counted then, and no model be tried.
    """
    config, calendar = mart.config, mart.table("calendar")
    settings, min_customers = config.value, config.min_cohort
    days = {"as_of": mart.as_of, "min_customers": min_customers}
    account = contract_account(
        mart.table("subscriptions"), calendar, settings=config.contracts, grain=mart.period.grain, **days
    )
    if account is None:
        return None
    cells = contract_cells(account.spans, calendar)
    found = counted(cells, calendar, margin=settings.margin, min_customers=min_customers)
    to_the_day = year_earned(account.spans, calendar, found.by_cohort, age=found.age, margin=settings.margin)
    found = replace(found, year_by_cohort=to_the_day)
    movement = contract_movement(account.revenue.rates, cells)
    half_year = averaged(mart, found.age)
    appraisal = appraise_contracts(
        account.spans,
        history_start=mart.history_start,
        horizon_weeks=settings.horizon_weeks,
        annual_discount_rate=settings.annual_discount_rate,
        margin=settings.margin,
        **days,
    )
    worth = put_together(
        mart, "contracts", found,
        by_formula=formula_value(movement, **half_year),
        tested=cohort_formula_trial(
            movement, cells, calendar, holdout_weeks=settings.holdout_weeks, **half_year
        ),
        joined=newcomers(cells, calendar), newcomer=appraisal.newcomer, model_bias=appraisal.bias_share,
        model_tested=(pd.Timestamp(mart.as_of) - pd.DateOffset(months=TRIED_MONTHS)).date(),
        contracts=appraisal,
    )  # fmt: skip
    return _with_life(worth)


def _with_life(worth: Worth) -> Worth:
    """Leave out the formula per buyer, which says the same of contracts, and add the model's whole life."""
    endless = worth.contracts.newcomer_endless
    three = worth.three[worth.three["method"] != SEED].reset_index(drop=True)
    if endless is not None:
        three.loc[three["method"] == MODEL, ["life_value", "life_low", "life_high"]] = endless
    return replace(worth, three=three)
