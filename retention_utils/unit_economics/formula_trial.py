"""The formulas of value tried on the past: on the customers of a day, or on all acquired by then.

Where customers come back, they are tried on those who were active on the day, of whom the formulas speak.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from retention_utils.schema import require
from retention_utils.texts import Text
from retention_utils.unit_economics.formula import FormulaValue, formula_value

__all__ = ["FormulaTrial", "cohort_formula_trial", "formula_trial"]


@dataclass(frozen=True)
class FormulaTrial:
    """What the formulas would have said of periods that are over, and what came."""

    last_known: str  # key of the period they were computed at the end of
    periods: float  # held against
    customers: int  # acquired by then, or active then
    actual: float  # money brought in those periods, times margin
    expected: float
    seed_expected: float
    last_day: date  # of that period

    @property
    def bias_share(self) -> float:
        """How far the formula was off, a fraction of what came: 0.5 is half too much."""
        return self.expected / self.actual - 1

    @property
    def seed_bias_share(self) -> float:
        """How far the version per buyer was off."""
        return self.seed_expected / self.actual - 1


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
) -> FormulaTrial | None:
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
    FormulaTrial or None
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
    known = early.iloc[-1]
    formula = formula_value(movement, periods=periods, margin=margin, until=int(known["period_number"]))
    ahead = follow_up_days / _period_days(table)
    return _tried(formula, known, ahead=ahead, active=len(active), customers=len(active), actual=actual)


def cohort_formula_trial(
    movement: pd.DataFrame,
    cohort_cells: pd.DataFrame,
    calendar: pd.DataFrame,
    *,
    holdout_weeks: int,
    periods: int,
    margin: float = 1.0,
) -> FormulaTrial | None:
    """Apply the formulas as of the start of the test weeks, and hold them against what all acquired brought.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.
    cohort_cells, calendar : DataFrame
        The mart's tables of these names.
    holdout_weeks : int
        Length of the test; it begins with the first period that begins after the last known one, so that
        periods stay whole.
    periods, margin
        As for :func:`retention_utils.unit_economics.formula.formula_value`.

    Returns
    -------
    FormulaTrial or None
        None where the formula could not be computed then, or nothing was bought since.
    """
    require(calendar, ["period_number", "period", "last_day"], name="calendar")
    require(cohort_cells, ["cohort", "age", "active", "amount"], name="cohort_cells")
    table = calendar.sort_values("period_number")
    split = table["last_day"].iloc[-1] - pd.Timedelta(weeks=holdout_weeks)
    early = table[table["last_day"] <= split]
    if early.empty:
        return None
    last = int(early["period_number"].iloc[-1])
    formula = formula_value(movement, periods=periods, margin=margin, until=last)
    known = cohort_cells[cohort_cells["cohort"] <= last]
    actual = float(known.loc[known["cohort"] + known["age"] > last, "amount"].sum()) * margin
    acquired = int(known.loc[known["age"] == 0, "active"].sum())
    ahead = int(table["period_number"].iloc[-1]) - last
    return _tried(formula, early.iloc[-1], ahead=ahead, active=None, customers=acquired, actual=actual)


def _tried(
    formula: FormulaValue | Text,
    known: pd.Series,
    *,
    ahead: float,
    active: int | None,
    customers: int,
    actual: float,
) -> FormulaTrial | None:
    """Multiply the formulas by those active then, as the formula counts them if nobody else did."""
    if isinstance(formula, Text) or not actual > 0:
        return None
    active = formula.active if active is None else active
    return FormulaTrial(
        last_known=str(known["period"]),
        periods=ahead,
        customers=customers,
        actual=actual,
        expected=active * formula.within(ahead),
        seed_expected=active * formula.seed_within(ahead),
        last_day=pd.Timestamp(known["last_day"]).date(),
    )


def _period_days(calendar: pd.DataFrame) -> float:
    """Mean length of the periods after the first."""
    days = (calendar["last_day"].iloc[-1] - calendar["last_day"].iloc[0]).days
    return days / (len(calendar) - 1) if len(calendar) > 1 else float("inf")
