"""Three answers to what a customer is worth, side by side: counted, by formula, by model.

They are never one number. The historic value looks back and stops at the present age. The formula takes churn
to be constant. The model has a horizon and has been tested.
"""

from datetime import date

import numpy as np
import pandas as pd

from retention_utils.schema import require
from retention_utils.texts import Text
from retention_utils.unit_economics.formula import FormulaValue
from retention_utils.unit_economics.formula_trial import FormulaTrial

__all__ = ["FORMULA", "HISTORIC", "MODEL", "SEED", "three_values"]

HISTORIC, FORMULA, SEED, MODEL = "historic", "formula", "formula per buyer", "model"


def three_values(
    historic: pd.DataFrame,
    formula: FormulaValue | Text,
    test: FormulaTrial | None,
    newcomer: tuple[float, float, float, int] | None,
    *,
    age: int,
    model_bias: float | None,
    model_tested: date | None = None,
) -> pd.DataFrame:
    """List the values of a customer in one table.

    Parameters
    ----------
    historic : DataFrame
        From :func:`retention_utils.unit_economics.cohort_value.historic_value`, of a first year.
    formula : FormulaValue or Text
        From :func:`retention_utils.unit_economics.formula.formula_value`.
    test : FormulaTrial or None
        From :mod:`retention_utils.unit_economics.formula_trial`.
    newcomer : tuple or None
        The model's value of a new customer in a year: value, low, high, customers it was fitted to.
    age : int
        Periods of a year.
    model_bias : float, optional
        How far the model's total was off in the test, a fraction of what came.
    model_tested : date, optional
        The last day that the model knew of in that test.

    Returns
    -------
    DataFrame
        One row per method: ``method``, ``year_value`` (money per customer within a year), ``low``, ``high``,
        ``life_value`` (without a horizon), ``customers`` (it rests on), ``bias_share`` (how far it was off in
        the test; NaN: not tested), ``tested`` (the last day known in it; None: not tested). All money in one
        unit, revenue or margin.
    """
    require(historic, ["age", "value", "low", "high", "customers"], name="historic")
    nothing = (np.nan, np.nan, np.nan, np.nan, np.nan)
    reached = historic[historic["age"] == age]
    rows = [(HISTORIC, *nothing[:5], np.nan)]
    if len(reached):
        row = reached.iloc[0]
        rows = [(HISTORIC, row["value"], row["low"], row["high"], np.nan, row["customers"], np.nan)]
    if isinstance(formula, Text):
        rows += [(FORMULA, *nothing, np.nan), (SEED, *nothing, np.nan)]
    else:
        blank = (np.nan, np.nan)
        bias = (test.bias_share, test.seed_bias_share) if test else blank
        rows.append((FORMULA, formula.within(age), *blank, formula.value, formula.active, bias[0]))
        rows.append((SEED, formula.seed_within(age), *blank, formula.seed_value, formula.active, bias[1]))
    if newcomer is None:
        rows.append((MODEL, *nothing, np.nan))
    else:
        value, low, high, customers = newcomer
        off = np.nan if model_bias is None else model_bias
        rows.append((MODEL, value, low, high, np.nan, customers, off))
    columns = ["method", "year_value", "low", "high", "life_value", "customers", "bias_share"]
    table = pd.DataFrame(rows, columns=columns)
    days = {FORMULA: test and test.last_day, SEED: test and test.last_day, MODEL: model_tested}
    known = [
        days.get(method) if pd.notna(bias) else None
        for method, bias in zip(table["method"], table["bias_share"], strict=True)
    ]
    return table.assign(tested=pd.Series(known, dtype=object))
