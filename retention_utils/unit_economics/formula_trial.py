"""The formulas of value tried on the past of the customers they speak of: those who were active on a day."""

from datetime import date

import pandas as pd

from retention_utils.schema import require
from retention_utils.texts import Text
from retention_utils.unit_economics.formula import FormulaTest, formula_value

__all__ = ["formula_trial"]


def formula_trial(
    movement: pd.DataFrame,
    states_before: pd.DataFrame,
    calendar: pd.DataFrame,
    *,
    day: date,
    follow_up_days: int,
    gap_days: int,
    periods: int,
    margin: float = 1.0,
) -> FormulaTest | None:
    """Apply the formulas as of the last period before a day, and hold them against the money since.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.
    states_before : DataFrame
        The mart's table of this name: the customers of ``day``, with what they spent in the follow-up.
    calendar : DataFrame
        The mart's table of this name.
    day : date
        The day of ``states_before``.
    follow_up_days, gap_days : int
        Days followed since, and of silence up to which a customer is active.
    periods, margin
        As for :func:`retention_utils.unit_economics.formula.formula_value`.

    Returns
    -------
    FormulaTest or None
        None where the formula could not be computed then, or nothing was bought since.

    Notes
    -----
    The money is that of the customers active on the day, on whom the count and the model of a year are
    tried, too. What those bring who had lapsed and came back is not in it: the formulas know of none.
    """
    require(calendar, ["period_number", "period", "last_day"], name="calendar")
    require(states_before, ["silence_days", "later_amount"], name="states_before")
    table = calendar.sort_values("period_number")
    early = table[table["last_day"] <= pd.Timestamp(day)]
    active = states_before[states_before["silence_days"] <= gap_days]
    actual = float(active["later_amount"].astype(float).sum()) * margin
    if early.empty or not actual > 0:
        return None
    formula = formula_value(
        movement, periods=periods, margin=margin, until=int(early["period_number"].iloc[-1])
    )
    if isinstance(formula, Text):
        return None
    last_day = pd.Timestamp(early["last_day"].iloc[-1])
    ahead = follow_up_days / _period_days(table)
    return FormulaTest(
        last_known=str(early["period"].iloc[-1]),
        periods=ahead,
        customers=len(active),
        actual=actual,
        expected=len(active) * formula.within(ahead),
        seed_expected=len(active) * formula.seed_within(ahead),
        last_day=last_day.date(),
    )


def _period_days(calendar: pd.DataFrame) -> float:
    """Mean length of the periods after the first."""
    days = (calendar["last_day"].iloc[-1] - calendar["last_day"].iloc[0]).days
    return days / (len(calendar) - 1) if len(calendar) > 1 else float("inf")
