"""Formula value: revenue per active customer, times margin, divided by churn, as many tools print it.

It takes churn to be the same for every customer and for ever. Real customers differ: those who leave easily
are gone soon, and the rest stay. So the formula is shown with what it would have said of a known past.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.schema import require
from retention_utils.texts import Text

__all__ = ["FormulaTest", "FormulaValue", "formula_test", "formula_value"]

_COLUMNS = [
    "period_number", "period", "active_start", "active_end", "churn", "orders", "buyers", "amount",
]  # fmt: skip
LEAST_PERIODS = 3


@dataclass(frozen=True)
class FormulaValue:
    """The two formulas, from the mean of the last periods. Money is per customer, times the margin share."""

    periods: int  # periods averaged
    last_period: str
    active: int  # active customers at the end
    churn: float  # mean per period, a fraction
    revenue_per_active: float  # per period, times margin
    value: float  # revenue per active customer ÷ churn
    order_value: float  # not times margin
    orders_per_buyer: float  # per period
    seed_value: float  # order value × orders per buyer × 1 ÷ churn

    def within(self, periods: int) -> float:
        """Return what the formula expects of an active customer within so many periods."""
        return self.value * (1 - (1 - self.churn) ** periods)

    def seed_within(self, periods: int) -> float:
        """Return what the version per buyer expects of a customer within so many periods."""
        return self.seed_value * (1 - (1 - self.churn) ** periods)


@dataclass(frozen=True)
class FormulaTest:
    """What the formulas would have said of the last periods, and what came."""

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


def formula_value(
    movement: pd.DataFrame, *, periods: int, margin: float = 1.0, until: int | None = None
) -> FormulaValue | Text:
    """Apply the formulas to the mean of the last periods.

    Parameters
    ----------
    movement : DataFrame
        From :func:`retention_utils.pulse.base_movement`.
    periods : int
        How many periods to average; half a year.
    margin : float
        Share of revenue that counts, a fraction.
    until : int, optional
        Number of the last period to look at; left out, the last there is.

    Returns
    -------
    FormulaValue or Text
        Why there is none, in a sentence: churn is not measured in enough periods, or is zero, which would
        make the value infinite.

    Notes
    -----
    Revenue per active customer is the revenue of the periods over the sum of their mean active bases. Churn
    is the plain mean of the rates (as ChartMogul averages six months).
    """
    require(movement, _COLUMNS, name="movement")
    known = movement if until is None else movement[movement["period_number"] <= until]
    known = known.sort_values("period_number")
    last = known.iloc[-periods:]
    last = last[last["churn"].notna()]
    least = min(periods, LEAST_PERIODS)
    if len(last) < least:
        return EVERY_LANGUAGE.say(
            "Churn is known in {known, plural, =0 {none} other {#}} of the last {periods, plural, one {# "
            "period} other {# periods}}; the formula needs at least {least}.",
            known=len(last),
            periods=periods,
            least=least,
        )
    churn = float(last["churn"].mean())
    if churn <= 0:
        return EVERY_LANGUAGE.say(
            "Nobody lapsed in the last periods: divided by a churn of zero the value would be infinite."
        )
    active = float((last["active_start"] + last["active_end"]).sum()) / 2
    revenue = float(last["amount"].sum())
    orders, buyers = float(last["orders"].sum()), float(last["buyers"].sum())
    if not (orders and buyers and active):
        return EVERY_LANGUAGE.say("Nobody bought in the last periods, so there is no revenue to project.")
    return FormulaValue(
        periods=len(last),
        last_period=str(last["period"].iloc[-1]),
        active=int(known["active_end"].iloc[-1]),
        churn=churn,
        revenue_per_active=revenue / active * margin,
        value=revenue / active * margin / churn,
        order_value=revenue / orders,
        orders_per_buyer=orders / buyers,
        seed_value=revenue / buyers * margin / churn,
    )


def formula_test(
    movement: pd.DataFrame,
    cohort_cells: pd.DataFrame,
    calendar: pd.DataFrame,
    *,
    holdout_weeks: int,
    periods: int,
    margin: float = 1.0,
) -> FormulaTest | None:
    """Apply the formulas as of the start of the test weeks and hold them against what came.

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
        As for :func:`formula_value`.

    Returns
    -------
    FormulaTest or None
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
    if isinstance(formula, Text) or not actual > 0:
        return None
    ahead = int(table["period_number"].iloc[-1]) - last
    return FormulaTest(
        last_known=str(early["period"].iloc[-1]),
        periods=ahead,
        customers=int(known.loc[known["age"] == 0, "active"].sum()),
        actual=actual,
        expected=formula.active * formula.within(ahead),
        seed_expected=formula.active * formula.seed_within(ahead),
        last_day=pd.Timestamp(early["last_day"].iloc[-1]).date(),
    )
