"""Billing periods: how many there are in a year, or whole between two days, and when a payment falls due."""

import pandas as pd

from retention_utils.subscriptions.spans import MONTHS_COVERED

__all__ = ["BILLING", "PER_YEAR", "discount_per_period", "payment_day", "whole_periods"]

BILLING = tuple(MONTHS_COVERED)
PER_YEAR = {"week": 52, "month": 12, "quarter": 4, "half_year": 2, "year": 1}  # renewals in a year
DAYS_A_WEEK = 7


def whole_periods(first: pd.Series, last: pd.Series | pd.Timestamp, *, billed_every: str) -> pd.Series:
    """Count the whole billing periods between two days.

    Months are those of the calendar: one begun on the 31st is over on the last day of the next.
    """
    last = pd.Series(last, index=first.index)
    if billed_every == "week":
        return (last - first).dt.days // DAYS_A_WEEK
    months = 12 * (last.dt.year - first.dt.year) + last.dt.month - first.dt.month
    is_short = (last.dt.day < first.dt.day) & ~last.dt.is_month_end
    return (months - is_short) // MONTHS_COVERED[billed_every]


def payment_day(first: pd.Timestamp, periods: int, *, billed_every: str) -> pd.Timestamp:
    """Return the day on which so many billing periods from the first day are over."""
    if billed_every == "week":
        return first + pd.Timedelta(days=DAYS_A_WEEK * int(periods))
    return first + pd.DateOffset(months=int(periods * MONTHS_COVERED[billed_every]))


def discount_per_period(annual_discount_rate: float, *, billed_every: str) -> float:
    """Return the rate by which a payment one billing period later is worth less; an effective one."""
    return (1 + annual_discount_rate) ** (MONTHS_COVERED[billed_every] / 12) - 1
