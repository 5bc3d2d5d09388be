"""Formula value: revenue per active customer, times margin, divided by churn, as many tools print it.

It takes churn to be the same for every customer and for ever. Real customers differ: those who leave easily
are gone soon, and the rest stay. So the formula is shown with what it would have said of a known past.
"""

from dataclasses import dataclass

import pandas as pd

from retention_utils.formats import EVERY_LANGUAGE
from retention_utils.schema import require
from retention_utils.texts import Text

__all__ = ["FormulaValue", "formula_value"]

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
